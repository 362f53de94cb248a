//! The Calls page: five tiles, the services table and the filter lists.

use super::previous::Previous;
use super::{Services, figures, frame, head, missing, quality, selection};
use crate::ask::{Agg, Ask, Frame, Label, Matcher, Measure, Quantity, SeriesAsk, Split, TableAsk};
use crate::base::sort::sort_by;
use crate::model::{Dim, ServiceType};
use crate::wire::{CallsQuery, CallsReply, Piece, ServiceRow, Tile};

pub fn asks(query: &CallsQuery, services: Services<'_>) -> Vec<Ask> {
    let own = selection(&query.selection, &[]);
    let sum = |of| Measure::new(of, Agg::Sum);
    let tiles = vec![
        Measure::calls(),
        Measure::failed_calls(),
        sum(Quantity::TotalTokens),
        sum(Quantity::InputTokens),
        sum(Quantity::OutputTokens),
    ];
    let compare: Vec<_> = query.selection.before.into_iter().collect();
    let filter = &query.selection.filter;
    let mut asks = vec![
        Ask::Series(SeriesAsk {
            selection: own.clone(),
            width: query.precision.into(),
            measures: tiles.clone(),
            split: Split::default(),
            compare: compare.clone(),
        }),
        Ask::Table(TableAsk {
            selection: own.clone(),
            measures: figures::measures(),
            split: Split::by([Label::Dim(Dim::Service)]),
            subtotals: true,
            compare: Vec::new(),
        }),
        Ask::Table(TableAsk { selection: own.clone(), measures: tiles, split: Split::default(), subtotals: false, compare }),
        head::unfiltered(&query.selection, None),
    ];
    asks.extend(head::facets(&own, filter, &head::offered(filter, services)));
    if services.any_has_versions() {
        let mut selection = own;
        selection.matchers.push(Matcher::OneOf(Label::Dim(Dim::ServiceType), vec![ServiceType::Commercial.as_str().to_owned()]));
        asks.push(Ask::Table(TableAsk {
            selection,
            measures: figures::measures(),
            split: Split::by([Label::Dim(Dim::Service), Label::Dim(Dim::Version)]),
            subtotals: true,
            compare: Vec::new(),
        }));
    }
    asks
}

pub fn reply(query: &CallsQuery, frames: &[Frame], services: Services<'_>) -> CallsReply {
    let [series, table, totals, unfiltered] = core::array::from_fn(|at| frame(frames, at));
    let filter = &query.selection.filter;
    let offered = head::offered(filter, services);
    let (facets, without) = head::facets_reply(frames.get(4..).unwrap_or_default(), filter, &offered);
    let buckets = series.buckets.as_deref().cloned().unwrap_or_default();
    let previous =
        Previous::of(&query.selection, &buckets, services.oldest_ms).filter(|_| head::unfiltered_reply(unfiltered, 1) > 0);
    let tile = |measure: usize| {
        let now = series.column(0, measure, 0);
        if now.is_none() && quality::gap(series, measure).is_none() {
            return Tile::default();
        }
        let before = previous.as_ref().zip(series.column(0, measure, 1));
        let total = |period| totals.column(0, measure, period).and_then(|column| column.values.whole(0));
        let quality = [0, 1].map(|period| quality::of_figure(totals, measure, 0, period));
        Tile {
            value: total(0),
            before: total(1).filter(|_| previous.as_ref().is_some_and(|previous| previous.is_whole)),
            exactness: quality.map(|of| of.0),
            gap: quality[0].1,
            spark: now.map_or_else(Vec::new, |now| now.values.numbers(1.0)),
            spark_before: before.map_or_else(Vec::new, |(previous, before)| previous.values(&before.values.numbers(1.0))),
        }
    };
    CallsReply {
        range: query.selection.range,
        tiles: core::array::from_fn(tile),
        rows: rows(table, frames.last().filter(|_| services.any_has_versions()), services),
        all: figures::of(table, 0),
        facets,
        unfiltered_calls: head::unfiltered_reply(unfiltered, 0),
        without,
        buckets,
        missing: missing(frames, |place| match place {
            0 | 2 => Piece::Totals,
            1 => Piece::Services,
            _ if place >= 4 + offered.len() && place + 1 == frames.len() && services.any_has_versions() => Piece::Services,
            _ => Piece::Lists,
        }),
    }
}

/// The services with calls, each with its versions.
fn rows(table: &Frame, versions: Option<&Frame>, services: Services<'_>) -> Vec<ServiceRow> {
    let mut rows: Vec<ServiceRow> = Vec::new();
    for (place, group) in table.groups.iter().enumerate() {
        let figures = figures::of(table, place);
        if let ([name], false) = (group.values.as_slice(), figures.has_no_calls()) {
            let (title, kind) = (services.title(name), services.kind(name));
            rows.push(ServiceRow { name: name.clone(), title, kind, figures, versions: Vec::new() });
        }
    }
    for (frame, place) in versions.into_iter().flat_map(|frame| (0..frame.groups.len()).map(move |place| (frame, place))) {
        let figures = figures::of(frame, place);
        let [name, version] = frame.groups[place].values.as_slice() else { continue };
        if !figures.has_no_calls()
            && services.has_versions(name)
            && let Some(row) = rows.iter_mut().find(|row| row.name == *name)
        {
            row.versions.push((version.clone(), figures));
        }
    }
    for row in &mut rows {
        sort_by(&mut row.versions, |a, b| b.1.calls.cmp(&a.1.calls).then_with(|| a.0.cmp(&b.0)));
    }
    sort_by(&mut rows, |a, b| b.figures.calls.cmp(&a.figures.calls).then_with(|| a.name.cmp(&b.name)));
    rows
}
