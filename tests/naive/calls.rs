//! The Calls page, naively.

use super::{Feed, Plain, at_places, split};
use callscope::model::{Dim, Range, ServiceType};
use callscope::wire::{CallsQuery, CallsReply, ServiceRow, Tile};

const TILES: [fn(&Plain) -> Option<u64>; 5] =
    [|_| Some(1), |c| c.has_status().then(|| u64::from(c.failed())), Plain::tokens, |c| c.input, |c| c.output];

pub fn answer(feed: &Feed, query: &CallsQuery) -> CallsReply {
    let (selection, range) = (&query.selection, query.selection.range);
    let all: Vec<&Plain> = feed.calls.iter().filter(|c| Feed::within(range, c)).collect();
    let chosen: Vec<&Plain> = all.iter().copied().filter(|c| feed.passes(c, &selection.filter, &[])).collect();
    let buckets = feed.buckets(range, query.precision);
    let before = feed.beside(range, selection.before, query.precision);
    let whole = before.as_ref().is_some_and(|(r, _)| r.from_ms >= feed.begin().0);
    let then: Vec<&Plain> = before.as_ref().map_or(Vec::new(), |&(r, _)| {
        feed.calls.iter().filter(|c| Feed::within(r, c) && feed.passes(c, &selection.filter, &[])).collect()
    });
    let spark = |range: Range, calls: &[&Plain], of: fn(&Plain) -> Option<u64>| -> Vec<f64> {
        let parts = split(&feed.buckets(range, query.precision), range, calls);
        parts.iter().map(|part| part.iter().filter_map(|c| of(c)).map(|v| v as f64).sum()).collect()
    };
    // What is recorded is decided over the one service that is named, else over all.
    let named = selection.filter.get(Dim::Service).and_then(|names| if let [name] = names { Some(name.as_str()) } else { None });
    let tiles = TILES.map(|of| {
        if !feed.any(named, |c| of(c).is_some()) && of(&Plain::default()).is_none() {
            return Tile::default();
        }
        let sum = |calls: &[&Plain]| calls.iter().filter_map(|c| of(c)).sum();
        Tile {
            value: Some(sum(&chosen)),
            before: whole.then(|| sum(&then)),
            spark: spark(range, &chosen, of),
            spark_before: before.as_ref().map_or(Vec::new(), |(r, places)| at_places(places, &spark(*r, &then, of))),
            ..Tile::default()
        }
    });
    let mut rows: Vec<ServiceRow> = Vec::new();
    for name in feed.services() {
        let mine: Vec<&Plain> = chosen.iter().copied().filter(|c| c.service == name).collect();
        if mine.is_empty() {
            continue;
        }
        let mut versions = Vec::new();
        if feed.kind(&name) == ServiceType::Commercial && feed.any(Some(&name), |c| !c.version.is_empty()) {
            for (version, _) in super::counted(mine.iter().map(|c| feed.text(c, Dim::Version))) {
                let part: Vec<&Plain> = mine.iter().copied().filter(|c| c.version == version).collect();
                versions.push((version, feed.figures(&part, Some(&name))));
            }
        }
        let figures = feed.figures(&mine, Some(&name));
        rows.push(ServiceRow { title: format!("title of {name}"), kind: feed.kind(&name), name, figures, versions });
    }
    rows.sort_by(|a, b| b.figures.calls.cmp(&a.figures.calls).then(a.name.cmp(&b.name)));
    let (facets, without) = feed.lists(&selection.filter, &all, &[]);
    let figures = feed.figures(&chosen, named);
    CallsReply {
        range,
        tiles,
        buckets,
        rows,
        all: figures,
        facets,
        unfiltered_calls: all.len() as u64,
        without,
        missing: Vec::new(),
    }
}
