//! The calls behind an error code: a window of a sorted list (console-spec section 5).

use super::Context;
use super::head::selected;
use super::tally::{NS_PER_MS, US_PER_MS, US_PER_S};
use crate::base::order::arrange;
use crate::model::Dim;
use crate::store::Store;
use crate::wire::{CallRow, ListQuery, ListReply, ListSort};
use core::cmp::Ordering;

/// A List query on its way; a single step.
#[derive(Debug)]
pub struct ListPlan {
    query: ListQuery,
}

impl ListPlan {
    pub fn new(query: ListQuery) -> Self {
        Self { query }
    }

    pub fn step(&mut self, context: &Context<'_>) -> Option<ListReply> {
        let (query, store) = (&self.query, context.store);
        let Some(rows) = rows(query, context) else {
            return Some(ListReply { offset: query.offset, ..ListReply::default() });
        };
        let total = rows.len();
        let from = (query.offset as usize).min(total);
        let to = from.saturating_add(query.limit as usize).min(total);
        let rows = rows[from..to].iter().map(|&row| call_row(store, row as usize)).collect();
        Some(ListReply { offset: query.offset, total: total as u64, rows })
    }
}

/// The rows of the whole list, in its order; `None` where there is no such service.
pub fn rows(query: &ListQuery, context: &Context<'_>) -> Option<Vec<u32>> {
    let store = context.store;
    let service = store.service_code(&query.service)?;
    let chosen = query.message.as_ref().map(|choice| {
        let templates = context.profile.templates(store);
        (templates, templates.chosen(choice, store))
    });
    let mut rows = selected(context, service, query.selection.range, &query.selection.filter).rows().to_vec();
    rows.retain(|&row| {
        let row = row as usize;
        let is_chosen = || chosen.is_none_or(|(templates, chosen)| templates.has(chosen, store.error_code_of(row), store));
        store.status(row) == query.status && is_chosen()
    });
    if query.sort == ListSort::Time && query.descending {
        rows.reverse();
    } else if query.sort != ListSort::Time {
        arrange(&mut rows, &mut |a, b| compare(store, query, a as usize, b as usize));
    }
    Some(rows)
}

/// Order by what is sorted; calls without it stand last either way. Among equals the newest comes first.
fn compare(store: &Store, query: &ListQuery, a: usize, b: usize) -> Ordering {
    let text = |dim: Dim| {
        let code = |row: usize| store.code(dim, row);
        let absent = (code(a) == 0).cmp(&(code(b) == 0));
        let dict = store.dict(dim);
        (absent, if code(a) == code(b) { Ordering::Equal } else { dict.get(code(a)).cmp(dict.get(code(b))) })
    };
    let (absent, order) = match query.sort {
        ListSort::Time => (Ordering::Equal, a.cmp(&b)),
        ListSort::Key => text(Dim::ApiKey),
        ListSort::Ip => text(Dim::Ip),
        ListSort::Latency => {
            let of = |row: usize| store.latency_us().get(row);
            (of(a).is_none().cmp(&of(b).is_none()), of(a).cmp(&of(b)))
        }
    };
    absent.then(if query.descending { order.reverse() } else { order }).then(b.cmp(&a))
}

pub fn call_row(store: &Store, row: usize) -> CallRow {
    let text = |dim: Dim| store.dict(dim).get(store.code(dim, row)).to_owned();
    let (error_code, message) = store.error(row);
    CallRow {
        time_ms: store.time_ms(row),
        version: text(Dim::Version),
        api_key: text(Dim::ApiKey),
        ip: text(Dim::Ip),
        latency_ms: store.latency_us().get(row).map(|us| us as f64 / US_PER_MS),
        request_id: store.request_id(row),
        status: store.status(row),
        error_code: error_code.to_owned(),
        message: message.to_owned(),
        model: text(Dim::Model),
        stream: store.stream(row),
        input_tokens: store.input_tokens().get(row),
        output_tokens: store.output_tokens().get(row),
        total_tokens: store.total_tokens().get(row),
        ttft_ms: store.ttft_us().get(row).map(|us| us as f64 / US_PER_MS),
        tpot_ms: store.tpot_ns().get(row).map(|ns| ns as f64 / NS_PER_MS),
        generation_s: store.generation_us().get(row).map(|us| us as f64 / US_PER_S),
    }
}
