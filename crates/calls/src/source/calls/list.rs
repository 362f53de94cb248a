//! Answers a list of calls: a window of fields, in an order.

use super::Context;
use super::derived;
use super::filter::{Key, Verdict};
use super::number::number;
use super::shared::Shared;
use crate::ask::{CallField, CallOrder, CallsAsk, Column, Frame, From, Label, OrderBy, Selection, Values};
use crate::base::sort::sort_indices_by;
use crate::base::zone::Zone;
use crate::model::Dim;
use core::cmp::Ordering;

/// Answers it at once.
pub fn answer(ask: &CallsAsk, context: &Context<'_>, shared: &mut Shared) -> Frame {
    let selection = &ask.selection;
    let limit = ask.limit.max(1) as usize;
    match (&ask.order, ask.from) {
        (CallOrder::ByService, From::Cursor(from)) => window(ask, context, from as usize, limit),
        (order, from) => {
            let from = if let From::Offset(from) = from { from as usize } else { 0 };
            let rows = rows(selection, order, context, shared);
            let total = rows.len();
            let from = from.min(total);
            let shown = &rows[from..from.saturating_add(ask.limit as usize).min(total)];
            Frame { total: total as u64, columns: columns(ask, context, shown), ..Frame::default() }
        }
    }
}

/// These rows of the store.
pub fn frame(ask: &CallsAsk, context: &Context<'_>, rows: &[u32]) -> Frame {
    Frame { columns: columns(ask, context, rows), ..Frame::default() }
}

/// The rows of the whole list, in its order.
pub fn rows(selection: &Selection, order: &CallOrder, context: &Context<'_>, shared: &mut Shared) -> Vec<u32> {
    let scope = shared.scopes.rows(context, selection.range, &selection.matchers, &selection.zone);
    let mut rows: Vec<u32> = scope.pieces().iter().flat_map(|piece| piece.rows.to_vec()).collect();
    if let CallOrder::By { field, descending } = order {
        if *field == OrderBy::Time && scope.pieces().len() < 2 {
            if *descending {
                rows.reverse();
            }
        } else {
            sort_indices_by(&mut rows, &mut |a, b| compare(context, field, &selection.zone, *descending, a as usize, b as usize));
        }
    }
    rows
}

/// Order by a field; calls without it come last either way. Among equals the newest comes first.
fn compare(context: &Context<'_>, field: &OrderBy, zone: &Zone, descending: bool, a: usize, b: usize) -> Ordering {
    let store = context.store;
    let time = |row: usize| store.time_ms(row);
    let (absent, order) = match field {
        OrderBy::Time => (Ordering::Equal, time(a).cmp(&time(b)).then(a.cmp(&b))),
        OrderBy::Number(field) => {
            let of = |row: usize| number(store, *field, row);
            (of(a).is_none().cmp(&of(b).is_none()), of(a).cmp(&of(b)))
        }
        OrderBy::Label(Label::Dim(dim)) if *dim != Dim::Service && *dim != Dim::ServiceType => {
            let code = |row: usize| store.code(*dim, row);
            let absent = (code(a) == 0).cmp(&(code(b) == 0));
            let dict = store.dict(*dim);
            (absent, if code(a) == code(b) { Ordering::Equal } else { dict.get(code(a)).cmp(dict.get(code(b))) })
        }
        OrderBy::Label(label) => {
            let text = |row: usize| text(context, label, zone, row);
            (text(a).is_empty().cmp(&text(b).is_empty()), text(a).cmp(&text(b)))
        }
    };
    absent.then(if descending { order.reverse() } else { order }).then(time(b).cmp(&time(a))).then(b.cmp(&a))
}

/// A window in the order of services, from the store's row `from` on; its cost does not depend on how many came before.
fn window(ask: &CallsAsk, context: &Context<'_>, from: usize, limit: usize) -> Frame {
    /// Rows that are filtered in one go.
    const PIECE: usize = 50_000;
    let store = context.store;
    let selection = &ask.selection;
    let filter = super::filter::CompiledFilter::new(&selection.matchers, &selection.zone, context);
    let (mut found, mut next) = (Vec::new(), None);
    'services: for service in 0..store.services() {
        let rows = store.rows(service, selection.range);
        let within = filter.within(store, service);
        if rows.end <= from || within.verdict() != Verdict::Pass {
            continue;
        }
        let mut at = rows.start.max(from);
        while at < rows.end {
            let end = rows.end.min(at + PIECE);
            found.extend(within.filter(context, at..end).passing().to_vec());
            if found.len() > limit {
                next = Some(u64::from(found[limit]));
                found.truncate(limit);
                break 'services;
            }
            at = end;
        }
    }
    Frame { columns: columns(ask, context, &found), next, ..Frame::default() }
}

fn columns(ask: &CallsAsk, context: &Context<'_>, rows: &[u32]) -> Vec<Column> {
    let store = context.store;
    let column = |(place, field): (usize, &CallField)| {
        let rows = rows.iter().map(|&row| row as usize);
        let values = match field {
            CallField::Time => Values::Whole(rows.map(|row| u64::try_from(store.time_ms(row)).ok()).collect()),
            CallField::Label(label) => Values::Text(rows.map(|row| text(context, label, &ask.selection.zone, row)).collect()),
            CallField::Number(field) => Values::Whole(rows.map(|row| number(store, *field, row)).collect()),
            CallField::Stream => Values::Whole(rows.map(|row| store.stream(row).map(u64::from)).collect()),
            CallField::RequestId => Values::Text(rows.map(|row| store.request_id(row)).collect()),
        };
        Column::exact(0, place as u16, 0, values)
    };
    ask.fields.iter().enumerate().map(column).collect()
}

/// The value of a label of a call; empty where it carries none.
fn text(context: &Context<'_>, label: &Label, zone: &Zone, row: usize) -> String {
    let store = context.store;
    match (label, Key::of(label, store)) {
        (Label::Dim(Dim::Service | Dim::ServiceType), _) => {
            let service = store.service_of(row);
            if *label == Label::Dim(Dim::Service) { store.service_name(service) } else { store.service_kind(service).as_str() }
                .to_owned()
        }
        (_, Some(key)) => key.text(context, label, key.codes(store).get(row)).into_owned(),
        (Label::Derived(derived), _) => derived::text(*derived, derived::code(store, *derived, zone, row)),
        _ => String::new(),
    }
}
