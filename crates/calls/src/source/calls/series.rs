//! Answers a series: measures over buckets, for each group and period.

use super::Context;
use super::counts;
use super::groups;
use super::kernel::{Cell, Kernel, PreparedMeasure, column};
use super::layout::{Layout, SeriesCache};
use super::scope::Piece;
use super::shared::Shared;
use super::tally::percent;
use super::values::distinct;
use crate::ask::{Agg, Buckets, Column, Frame, Group, Matcher, SeriesAsk, Unanswered, Values};
use crate::base::zone::Zone;
use crate::stats::Moments;

/// Answers it at once.
pub fn answer(ask: &SeriesAsk, context: &Context<'_>, shared: &mut Shared) -> Frame {
    let selection = &ask.selection;
    let (own_buckets, width) = shared.buckets(selection.range, ask.width, &selection.zone);
    let ready: Vec<Option<PreparedMeasure<'_>>> = ask.measures.iter().map(PreparedMeasure::new).collect();
    let mut frame = Frame::default();
    let available = shared.available(context, selection);
    let recorded = |ready: &PreparedMeasure<'_>| ready.is_recorded(available);
    frame.unanswered = unanswered(&ready, &recorded);
    let ranges = core::iter::once(selection.range).chain(ask.compare.iter().copied());
    for (period, range) in ranges.enumerate() {
        let buckets = if period == 0 { own_buckets.clone() } else { shared.buckets(range, width, &selection.zone).0 };
        let scope = shared.scopes.rows(context, range, &selection.matchers, &selection.zone);
        let pieces = scope.pieces();
        if ask.split.by.is_empty() {
            if period == 0 {
                frame.groups.push(Group::default());
            }
            let alone = shared.alone(selection) && super::amounts::fits(&ready);
            let columns = if alone {
                super::amounts::answer(&ready, context, &scope, (selection, range), &buckets, &mut shared.service_sums)
            } else {
                let known = shared.layouts.known(&scope, width);
                let mut distributions = Vec::new();
                let columns = measures(&ready, context, pieces, &buckets, &selection.zone, known, &mut distributions);
                for (quantity, distributions) in distributions.iter().filter(|_| period == 0) {
                    let mut moments = Moments::default();
                    distributions.iter().for_each(|distribution| moments.merge(&distribution.moments));
                    shared.learn(selection, quantity, moments);
                }
                columns
            };
            let columns = columns.into_iter().zip(&ready).enumerate();
            frame.columns.extend(columns.filter_map(|(measure, (values, ready))| {
                let ready = ready.as_ref()?;
                recorded(ready).then(|| Column::exact(0, measure as u16, period as u16, values))
            }));
            continue;
        }
        let (found, total): (Vec<(Group, Vec<Values>)>, u64) = match counts::column(&ready, &ask.split, context.store) {
            Some(column) => {
                let known = shared.layouts.known(&scope, width);
                let (found, total) = counts::answer(column, &ask.split, context, pieces, &buckets, known);
                (found.into_iter().map(|(group, counts)| (group, vec![counts; ready.len()])).collect(), total)
            }
            None => {
                let (found, total) = groups::split(context, &pieces, &ask.split, &selection.zone);
                let found = found.into_iter().filter(|(group, _)| period == 0 || frame.groups.contains(group));
                let columns = |rows: &groups::Rows| {
                    let (pieces, known) = (rows.pieces(), &mut SeriesCache::default());
                    measures(&ready, context, pieces, &buckets, &selection.zone, known, &mut Vec::new())
                };
                (found.map(|(group, rows)| (group, columns(&rows))).collect(), total)
            }
        };
        if period == 0 {
            frame.total = total;
            frame.groups = found.iter().map(|(group, _)| group.clone()).collect();
        }
        for (group, columns) in found {
            // Groups are those of the selection's own range.
            let Some(place) = frame.groups.iter().position(|known| *known == group) else { continue };
            for (measure, (values, ready)) in columns.into_iter().zip(&ready).enumerate() {
                if ready.as_ref().is_some_and(recorded) {
                    frame.columns.push(Column::exact(place as u32, measure as u16, period as u16, values));
                }
            }
        }
    }
    frame.buckets = Some(own_buckets);
    frame
}

/// The measures that have no column.
fn unanswered(ready: &[Option<PreparedMeasure<'_>>], recorded: &dyn Fn(&PreparedMeasure<'_>) -> bool) -> Vec<(u16, Unanswered)> {
    let why = |(place, ready): (usize, &Option<PreparedMeasure<'_>>)| match ready {
        None => Some((place as u16, Unanswered::NotMeasured)),
        Some(ready) => (!recorded(ready)).then_some((place as u16, Unanswered::NotRecorded)),
    };
    ready.iter().enumerate().filter_map(why).collect()
}

/// The values of each measure over rows of a selection.
fn measures(
    ready: &[Option<PreparedMeasure<'_>>],
    context: &Context<'_>,
    pieces: Vec<Piece<'_>>,
    buckets: &Buckets,
    zone: &Zone,
    known: &mut SeriesCache,
    distributions: &mut Distributions,
) -> Vec<Values> {
    let layout = Layout::new(context.store, pieces, buckets, known);
    ready
        .iter()
        .map(|ready| {
            let Some(ready) = ready else { return Values::Real(Vec::new()) };
            if !ready.rest.is_empty() && ready.kernel != Kernel::Share {
                let rows = layout.matching(context, &ready.rest, zone);
                let known = &mut SeriesCache::default();
                let layout = Layout::new(context.store, rows.pieces(), buckets, known);
                return measure(ready, context, &layout, buckets, zone, known, &mut Vec::new());
            }
            measure(ready, context, &layout, buckets, zone, known, distributions)
        })
        .collect()
}

/// What several measures of one quantity are read off.
type Distributions = Vec<(crate::ask::Quantity, Vec<super::distribution::Distribution>)>;

fn measure(
    ready: &PreparedMeasure<'_>,
    context: &Context<'_>,
    layout: &Layout<'_>,
    buckets: &Buckets,
    zone: &Zone,
    known: &mut SeriesCache,
    distributions: &mut Distributions,
) -> Values {
    match &ready.kernel {
        Kernel::Calls => Values::Whole(layout.calls().into_iter().map(Some).collect()),
        Kernel::Share => {
            let calls = |matchers: &[Matcher]| {
                let rows = layout.matching(context, matchers, zone);
                Layout::new(context.store, rows.pieces(), buckets, &mut SeriesCache::default()).calls()
            };
            let whole = if ready.of_status() { calls(&[Matcher::stated()]) } else { layout.calls() };
            let shares = calls(&ready.rest).into_iter().zip(whole);
            Values::Real(shares.map(|(part, whole)| percent(part, whole).unwrap_or(f64::NAN)).collect())
        }
        Kernel::Distinct => {
            let Agg::Distinct(label) = &ready.measure.agg else { return Values::Whole(Vec::new()) };
            let count = |bucket| {
                let pieces: Vec<Piece<'_>> = layout.bucket(bucket).collect();
                Some(distinct(context, &pieces, label))
            };
            Values::Whole((0..buckets.starts_ms.len()).map(count).collect())
        }
        Kernel::Value(_) => {
            let quantity = &ready.measure.of;
            let at = distributions.iter().position(|(of, _)| of == quantity).unwrap_or_else(|| {
                distributions.push((quantity.clone(), layout.distributions(context, known, quantity)));
                distributions.len() - 1
            });
            let cells: Option<Vec<Cell>> =
                distributions[at].1.iter().map(|distribution| ready.of_distribution(distribution)).collect();
            column(cells.unwrap_or_else(|| layout.values(context, quantity, |values| ready.of_values(values))))
        }
        _ => {
            let tallies = layout.tallies(context, known);
            column(tallies.iter().zip(&buckets.minutes).map(|(tally, &minutes)| ready.of_tally(tally, minutes)).collect())
        }
    }
}
