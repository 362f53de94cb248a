//! Answers a page's question at once, without workers: for the command line and for tests.

use super::Engine;
use crate::model::{Dim, Filter, Label, Range};
use crate::series::Zone;
use crate::source::calls::{self, StoreIndex};
use crate::store::Store;
use crate::view::{self, Known};
use crate::wire::{CallRow, FromEngine, Query, Reply, RowsQuery, Selection};

/// What questions are answered from.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub store: &'a Store,
    /// Made once per store by [`StoreIndex::of`].
    pub store_index: &'a StoreIndex,
    /// A service's name to the name shown.
    pub titles: &'a dyn Fn(&str) -> String,
}

/// What a page knows of a store.
fn known(store: &Store, titles: &dyn Fn(&str) -> String) -> Known {
    let dims = Dim::ALL.into_iter().filter(|&dim| super::load::carried(store, dim));
    let labels = dims.map(Label::Dim).chain(store.labels().names().into_iter().map(Label::Named));
    let firsts = (0..store.services()).filter_map(|service| store.service_rows(service).filter(|rows| !rows.is_empty()));
    let oldest_ms = firsts.map(|rows| store.time_ms(rows.start)).min();
    Known::new(super::load::services(store, titles), labels.collect(), oldest_ms)
}

/// What a page would show.
pub fn run(query: &Query, context: &Context<'_>) -> Reply {
    let Context { store, store_index, titles } = *context;
    let known = known(store, titles);
    let frames = calls::answer(view::batch(query, known.services()), &calls::Context { store, store_index });
    view::reply(query, &frames, known.services())
}

impl Engine {
    /// What a page would show of the loaded data set, through the steps of a batch; `None` where nothing is loaded.
    pub fn answer(&mut self, query: &Query) -> Option<Reply> {
        let known = known(self.loaded.as_ref()?.store(), &str::to_owned);
        self.ask(0, view::batch(query, known.services()), true);
        while self.has_work() {
            if let Some(FromEngine::Answer { seq: 0, frames, last: true, .. }) = self.step() {
                return Some(view::reply(query, &frames.in_order(), known.services()));
            }
        }
        None
    }
}

/// A call as lists show it.
pub fn call_row(store: &Store, store_index: &StoreIndex, row: usize) -> Option<CallRow> {
    let (range, filter, zone) = (Range::default(), Filter::default(), Zone::utc());
    let query = RowsQuery { selection: Selection { range, before: None, filter, zone }, from: 0, limit: 1 };
    let ask = view::rows(&query, Known::default().services());
    let frame = calls::list::frame(&ask, &calls::Context { store, store_index }, &[u32::try_from(row).ok()?]);
    view::call_rows(&frame).pop().map(|(_, row)| row)
}
