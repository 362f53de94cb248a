//! Calls in columns as a source: every question is answered exactly.
//!
//! Invariants: nothing here knows how a data set was read or what a page looks like; averages leave whole numbers once, at the end
//! ([`tally::Tally`] merges exactly); only rows of the services and times in question are touched.

mod amounts;
mod catalog;
mod cost;
mod counts;
mod derived;
mod distribution;
mod filter;
mod groups;
mod hourly_rollup;
mod kernel;
mod layout;
pub mod list;
mod minute_rollup;
mod number;
mod prefix_sums;
mod run;
mod scope;
mod series;
mod service_sums;
mod shape;
mod shared;
mod store_index;
mod table;
mod tally;
mod templates;
mod time;
mod values;

pub use catalog::CAPABILITIES;
pub use run::Run;
pub use shared::Shared;
pub use store_index::{AvailableMetrics, StoreIndex};

use super::{Request, RequestId, Response, RunId, Source, State, Step};
use crate::ask::{AskId, Batch, Catalog, Frame};
use crate::store::Store;

/// Calls in columns, with what is known of them beforehand.
#[derive(Debug)]
pub struct Calls {
    store: Store,
    store_index: StoreIndex,
    runs: Vec<(RunId, Run)>,
}

impl Calls {
    pub fn new(store: Store) -> Self {
        Self { store_index: StoreIndex::begun(&store), store, runs: Vec::new() }
    }

    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// What questions are answered from.
    pub const fn context(&self) -> Context<'_> {
        Context { store: &self.store, store_index: &self.store_index }
    }
}

impl Source for Calls {
    /// Empty in the engine of the first view, whose pages ask for no catalogue.
    fn catalog(&self) -> Catalog {
        if crate::base::build::FULL { catalog::of(&self.context()) } else { Catalog::default() }
    }

    fn start(&mut self, run: RunId, batch: Batch) {
        self.runs.push((run, Run::new(batch)));
    }

    /// All frames come with the last step: to show them one by one would take longer than to find them.
    fn step(&mut self, run: RunId) -> Step {
        let done = Step { state: State::Done, ..Step::default() };
        let Some(at) = self.runs.iter().position(|(of, _)| *of == run) else { return done };
        let Some(frames) = self.runs[at].1.step(&Context { store: &self.store, store_index: &self.store_index }) else {
            return Step::default();
        };
        self.runs.remove(at);
        let parts = frames.into_iter().enumerate().map(|(place, frame)| (AskId(place as u16), frame)).collect();
        Step { parts, ..done }
    }

    /// It asks nothing.
    fn respond(&mut self, _: RunId, _: RequestId, _: Response) {}

    fn cancel(&mut self, run: RunId) -> Vec<Request> {
        self.runs.retain(|(of, _)| *of != run);
        Vec::new()
    }

    fn idle(&mut self) -> bool {
        self.store_index.grow(&self.store)
    }
}

/// What questions are answered from.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub store: &'a Store,
    /// Made once per store by [`StoreIndex::of`].
    pub store_index: &'a StoreIndex,
}

/// Answers a batch at once.
pub fn answer(batch: Batch, context: &Context<'_>) -> Vec<Frame> {
    let mut run = Run::new(batch);
    loop {
        if let Some(frames) = run.step(context) {
            return frames;
        }
    }
}
