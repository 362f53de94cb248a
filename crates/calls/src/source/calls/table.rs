//! Answers a table: measures by group, with subtotals.

use super::Context;
use super::distribution::{Scratch as DistributionScratch, distribution_of};
use super::groups::{self, Rows};
use super::kernel::{Cell, Kernel, PreparedMeasure, column};
use super::scope::Piece;
use super::service_sums::ServiceSums;
use super::shared::Shared;
use super::store_index::AvailableMetrics;
use super::tally::{CallClasses, Scratch, Sum, Tally, percent};
use super::values::distinct;
use crate::ask::{Agg, Column, Frame, Group, Label, Matcher, TableAsk, Unanswered};
use crate::base::build::FULL;
use crate::base::sort::sort_by;
use crate::model::price::Price;
use crate::model::{Dim, Range};
use crate::store::RowSelection;

/// A group with its rows and the sums over them.
struct Line {
    group: Group,
    rows: Rows,
    tally: Tally,
}

/// Answers it at once. `prices`: the batch's.
pub fn answer(ask: &TableAsk, prices: &[(String, Price)], context: &Context<'_>, shared: &mut Shared) -> Frame {
    let selection = &ask.selection;
    let ready: Vec<Option<PreparedMeasure<'_>>> = ask.measures.iter().map(PreparedMeasure::new).collect();
    let available = shared.available(context, selection);
    let mut frame = Frame::default();
    let ranges = core::iter::once(selection.range).chain(ask.compare.iter().copied());
    for (period, range) in ranges.enumerate() {
        let scope = shared.scopes.rows(context, range, &selection.matchers, &selection.zone);
        let mut lines = lines(ask, context, range, &scope.pieces(), &ready, shared);
        if period == 0 {
            frame.total = lines.len() as u64;
            frame.groups = lines.iter().map(|line| line.group.clone()).collect();
        } else {
            // Groups are those of the selection's own range.
            let empty = |group: &Group| Line { group: group.clone(), rows: Rows::default(), tally: Tally::default() };
            let mut own: Vec<Line> = frame.groups.iter().map(empty).collect();
            for line in lines {
                if let Some(place) = frame.groups.iter().position(|known| *known == line.group) {
                    own[place] = line;
                }
            }
            lines = own;
        }
        let minutes = range.span_ms() as f64 / crate::model::range::MINUTE_MS as f64;
        for (measure, ready) in ready.iter().enumerate() {
            let Some(ready) = ready else {
                let answered = priced(ask, prices, (measure, period), context, &lines, &mut frame);
                if !answered && period == 0 {
                    frame.unanswered.push((measure as u16, Unanswered::NotMeasured));
                }
                continue;
            };
            let whole = (period == 0).then(|| shared.moments(selection, &ready.measure.of)).flatten();
            let cell = |line: &Line| match whole.filter(|_| line.group == Group::default() && ready.is_average()) {
                Some(moments) => Cell::Real(moments.mean(ready.measure.of.unit()).unwrap_or(f64::NAN)),
                None => cell(ready, context, line, of_group(context, ask, line, available), minutes, selection),
            };
            frame.columns.push(Column::exact(0, measure as u16, period as u16, column(lines.iter().map(cell).collect())));
        }
    }
    frame
}

/// The groups, subtotals before what they are of.
fn lines(
    ask: &TableAsk,
    context: &Context<'_>,
    range: Range,
    pieces: &[Piece<'_>],
    ready: &[Option<PreparedMeasure<'_>>],
    shared: &mut Shared,
) -> Vec<Line> {
    let sums = ready
        .iter()
        .flatten()
        .any(|ready| !matches!(ready.kernel, Kernel::Calls | Kernel::Value(_) | Kernel::Distinct | Kernel::Share));
    let read = ready.iter().flatten().flat_map(PreparedMeasure::sums).flatten();
    let mut tree = Tree { context, ask, range, pieces, sums, scratch: Scratch::only(read), known: &mut shared.service_sums };
    if ask.subtotals || ask.split.by.is_empty() {
        let mut out = Vec::new();
        tree.descend(Group::default(), Rows::of(pieces), None, &mut out);
        return out;
    }
    let (found, _) = groups::split(context, pieces, &ask.split, &ask.selection.zone);
    let line = |(group, rows): (Group, Rows)| Line { tally: tree.tally(&rows), group, rows };
    found.into_iter().map(line).collect()
}

/// A table's groups, found from the whole downwards and summed up from the leaves upwards.
struct Tree<'a> {
    context: &'a Context<'a>,
    ask: &'a TableAsk,
    range: Range,
    /// All rows of the selection.
    pieces: &'a [Piece<'a>],
    known: &'a mut ServiceSums,
    /// Whether any measure is read off sums.
    sums: bool,
    scratch: Scratch,
}

impl Tree<'_> {
    /// Puts a group and all groups below it into `out`; returns its sums, which may be known. They are the sums of the groups below it. Where they
    /// are known without a pass over rows, the largest of those groups is the rest of the others.
    fn descend(&mut self, group: Group, rows: Rows, known: Option<Tally>, out: &mut Vec<Line>) -> Tally {
        let is_leaf = group.values.len() == self.ask.split.by.len();
        let known = known.or_else(|| (is_leaf || self.are_known(&rows)).then(|| self.tally(&rows)));
        let at = out.len();
        let Some(label) = self.ask.split.by.get(group.values.len()) else {
            let tally = known.unwrap_or_default();
            out.push(Line { group, rows, tally });
            return tally;
        };
        let below = groups::by_label(self.context, &rows.pieces(), label, &self.ask.selection.zone);
        let mut below: Vec<(String, Rows)> = below.into_iter().collect();
        sort_by(&mut below, |a, b| b.1.calls().cmp(&a.1.calls()).then_with(|| a.0.cmp(&b.0)));
        let values = group.values.clone();
        let group_of = |value| Group { values: values.iter().cloned().chain([value]).collect(), others: false };
        out.push(Line { group, rows, tally: Tally::default() });
        let mut below = below.into_iter();
        let largest = below.next();
        let (mut others, mut sum) = (Vec::new(), Tally::default());
        for (value, rows) in below {
            sum.merge(&self.descend(group_of(value), rows, None, &mut others));
        }
        if let Some((value, rows)) = largest {
            let left = known.map(|mut whole| {
                whole.remove(&sum);
                whole
            });
            sum.merge(&self.descend(group_of(value), rows, left, out));
        }
        out.append(&mut others);
        out[at].tally = sum;
        sum
    }

    /// Whether the sums over these rows need no pass over them.
    fn are_known(&self, rows: &Rows) -> bool {
        let is_known = |piece: &Piece<'_>| {
            let sums = || self.known.get(&self.ask.selection, self.range, piece.service);
            matches!(piece.rows, RowSelection::Run(_))
                || self.is_whole(piece) && sums().is_some_and(|(_, unread)| self.missing(&unread).is_none())
        };
        rows.pieces().iter().all(is_known)
    }

    /// The sums that a measure needs of those that have not been read.
    fn missing(&self, unread: &[bool; Sum::COUNT]) -> Option<[bool; Sum::COUNT]> {
        let missing = core::array::from_fn(|sum| unread[sum] && !self.scratch.unread[sum]);
        missing.contains(&true).then_some(missing)
    }

    /// Whether these are all rows that the selection has of the service.
    fn is_whole(&self, piece: &Piece<'_>) -> bool {
        self.pieces.iter().any(|whole| whole.service == piece.service && whole.rows.len() == piece.rows.len())
    }

    /// Sums over all rows of a group, where a measure needs them.
    fn tally(&mut self, rows: &Rows) -> Tally {
        let mut sum = Tally::default();
        if !self.sums {
            return sum;
        }
        let (selection, range) = (&self.ask.selection, self.range);
        let prefix_sums = self.context.store_index.prefix_sums();
        for piece in rows.pieces() {
            let pass = |scratch: &mut Scratch| {
                let mut tally = prefix_sums.tally_of(self.context.store, piece.service, &piece.rows, scratch);
                // Prefix sums hold every sum of whole blocks, the unread ones too, of which the rest is missing.
                tally.forget(&scratch.unread);
                tally
            };
            if !self.is_whole(&piece) {
                sum.merge(&pass(&mut self.scratch));
                continue;
            }
            let known = self.known.get(selection, range, piece.service);
            let missing = known.as_ref().and_then(|(_, unread)| self.missing(unread));
            let (tally, unread) = match (known, missing) {
                (Some((tally, _)), None) => {
                    sum.merge(&tally);
                    continue;
                }
                (Some((mut tally, mut unread)), Some(missing)) => {
                    tally.merge_sums(&pass(&mut Scratch { unread: missing.map(|missing| !missing), ..Scratch::default() }));
                    unread.iter_mut().zip(missing).for_each(|(unread, missing)| *unread &= !missing);
                    (tally, unread)
                }
                (None, _) => (pass(&mut self.scratch), self.scratch.unread),
            };
            self.known.keep(selection, range, piece.service, tally, unread);
            sum.merge(&tally);
        }
        sum
    }
}

/// Sums over all rows of a group.
fn tally(context: &Context<'_>, rows: &Rows, scratch: &mut Scratch) -> Tally {
    let mut sum = Tally::default();
    for piece in rows.pieces() {
        sum.merge(&context.store_index.prefix_sums().tally_of(context.store, piece.service, &piece.rows, scratch));
    }
    sum
}

/// What a group involves: its service's metrics where it names one.
fn of_group(context: &Context<'_>, ask: &TableAsk, line: &Line, all: AvailableMetrics) -> AvailableMetrics {
    let place = ask.split.by.iter().position(|label| *label == Label::Dim(Dim::Service));
    let service = place.and_then(|place| line.group.values.get(place));
    match service.and_then(|name| context.store.service_code(name)) {
        Some(service) => context.store_index.service(service),
        None => all,
    }
}

fn cell(
    ready: &PreparedMeasure<'_>,
    context: &Context<'_>,
    line: &Line,
    available: AvailableMetrics,
    minutes: f64,
    selection: &crate::ask::Selection,
) -> Cell {
    let pieces = line.rows.pieces();
    if !ready.is_recorded(available) {
        return ready.gap();
    }
    match &ready.kernel {
        Kernel::Share => {
            let calls = |matchers: &[Matcher]| groups::matching(context, &pieces, matchers, &selection.zone).calls();
            let whole = if ready.of_status() { calls(&[Matcher::stated()]) } else { line.rows.calls() };
            Cell::Real(percent(calls(&ready.rest), whole).unwrap_or(f64::NAN))
        }
        _ if !ready.rest.is_empty() => {
            let rows = groups::matching(context, &pieces, &ready.rest, &selection.zone);
            let tally = tally(context, &rows, &mut Scratch::default());
            of_rows(ready, context, &rows.pieces(), &tally, minutes)
        }
        _ => of_rows(ready, context, &pieces, &line.tally, minutes),
    }
}

fn of_rows(ready: &PreparedMeasure<'_>, context: &Context<'_>, pieces: &[Piece<'_>], tally: &Tally, minutes: f64) -> Cell {
    match &ready.kernel {
        Kernel::Calls => Cell::Whole(Some(pieces.iter().map(|piece| piece.rows.len() as u64).sum())),
        Kernel::Distinct => {
            let Agg::Distinct(label) = &ready.measure.agg else { return Cell::Whole(None) };
            Cell::Whole(Some(distinct(context, pieces, label)))
        }
        Kernel::Value(_) => {
            let Some((column, least)) = distribution_of(context.store, &ready.measure.of) else { return Cell::Real(f64::NAN) };
            let (mut scratch, mut kinds, mut values) = (DistributionScratch::default(), CallClasses::default(), Vec::new());
            for piece in pieces {
                kinds.read(context.store, &piece.rows);
                scratch.values(column, &piece.rows, &kinds.of, least, &mut values);
            }
            ready.of_values(&mut values)
        }
        _ => ready.of_tally(tally, minutes),
    }
}

/// Adds the column of a measure of cost; false where the measure is none.
fn priced(
    ask: &TableAsk,
    prices: &[(String, Price)],
    (measure, period): (usize, usize),
    context: &Context<'_>,
    lines: &[Line],
    frame: &mut Frame,
) -> bool {
    // The engine of the first view computes no costs.
    let is_cost = FULL && ask.measures[measure].of == crate::ask::Quantity::Cost;
    if is_cost {
        let rows = lines.iter().map(|line| &line.rows);
        super::cost::column(frame, context, prices, (measure, period), ask.split.by.len(), rows);
    }
    is_cost
}
