//! From (store, selection) to the plain data that a view shows.
//!
//! A query is a [`Plan`] of small steps, each bounded by a number of calls or one metric, so that a worker can look for newer messages
//! between steps and drop what nobody waits for. [`run`] takes all steps at once.
//!
//! Invariants: nothing here knows how a source was read; averages leave whole numbers once, at the end ([`tally::Tally`] merges exactly);
//! only rows of the services and times in question are touched.

mod calls;
mod charts;
#[cfg(any(feature = "formats", feature = "ui"))]
mod cost;
mod details;
mod facets;
mod failed;
mod head;
#[cfg(feature = "formats")]
mod hours;
mod index;
pub mod list;
#[cfg(feature = "formats")]
mod minutes;
mod profile;
mod rows;
mod shape;
#[cfg(feature = "formats")]
pub mod shard;
mod sieve;
mod spread;
mod tally;
mod templates;
mod time;

pub use profile::{Involved, Profile};
#[cfg(feature = "formats")]
pub use spread::Spread;

#[cfg(feature = "formats")]
use crate::model::Metric;
use crate::model::Range;
use crate::store::Store;
use crate::wire::{Query, Reply, Selection};

/// What queries are answered from.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub store: &'a Store,
    /// Made once per store by [`Profile::of`].
    pub profile: &'a Profile,
    /// A service's name to the name shown.
    pub titles: &'a dyn Fn(&str) -> String,
}

/// A query on its way.
#[derive(Debug)]
pub struct Plan(Box<Stage>);

#[derive(Debug)]
enum Stage {
    Calls(calls::CallsPlan),
    Details(details::DetailsPlan),
    Failed(failed::FailedPlan),
    List(list::ListPlan),
    Rows(rows::RowsPlan),
    #[cfg(any(feature = "formats", feature = "ui"))]
    Cost(cost::CostPlan),
}

/// Starts a query. Nothing is computed before the first step.
pub fn plan(query: Query) -> Plan {
    Plan(Box::new(match query {
        Query::Calls(mut q) => {
            bound(&mut q.selection);
            Stage::Calls(calls::CallsPlan::new(q))
        }
        Query::Details(mut q) => {
            bound(&mut q.selection);
            Stage::Details(details::DetailsPlan::new(q))
        }
        Query::Failed(mut q) => {
            bound(&mut q.selection);
            Stage::Failed(failed::FailedPlan::new(q))
        }
        Query::List(mut q) => {
            bound(&mut q.selection);
            Stage::List(list::ListPlan::new(q))
        }
        Query::Rows(mut q) => {
            bound(&mut q.selection);
            Stage::Rows(rows::RowsPlan::new(q))
        }
        #[cfg(any(feature = "formats", feature = "ui"))]
        Query::Cost(mut q) => {
            bound(&mut q.selection);
            Stage::Cost(cost::CostPlan::new(q))
        }
    }))
}

impl Plan {
    /// Takes one step; gives the reply with the last one. The context must hold the same store at every step.
    pub fn step(&mut self, context: &Context<'_>) -> Option<Reply> {
        match &mut *self.0 {
            Stage::Calls(plan) => plan.step(context).map(Reply::Calls),
            Stage::Details(plan) => plan.step(context).map(Reply::Details),
            Stage::Failed(plan) => plan.step(context).map(Reply::Failed),
            Stage::List(plan) => plan.step(context).map(Reply::List),
            Stage::Rows(plan) => plan.step(context).map(Reply::Rows),
            #[cfg(any(feature = "formats", feature = "ui"))]
            Stage::Cost(plan) => plan.step(context).map(Reply::Cost),
        }
    }
}

/// What other workers do of a query ([`shard`]).
#[cfg(feature = "formats")]
impl Plan {
    /// Whether nothing is left but to hear from them.
    pub fn waits(&self) -> bool {
        matches!(&*self.0, Stage::Details(plan) if plan.waits())
    }

    /// What they are to be asked and have not been.
    pub fn asks(&mut self) -> Vec<shard::Ask> {
        if let Stage::Details(plan) = &mut *self.0 { plan.asks() } else { Vec::new() }
    }

    /// Takes what one of them says of a metric; `None`: it says nothing, and the metric is done here.
    pub fn hear(&mut self, context: &Context<'_>, metric: Metric, spreads: Option<Vec<Spread>>) {
        if let Stage::Details(plan) = &mut *self.0 {
            plan.hear(context, metric, spreads);
        }
    }
}

/// Answers a query at once. The profile must be shared with no other worker.
pub fn run(query: Query, context: &Context<'_>) -> Reply {
    let mut plan = self::plan(query);
    loop {
        if let Some(reply) = plan.step(context) {
            return reply;
        }
    }
}

/// Keeps a selection's times within what a browser's clock can show, so that no sum of them overflows.
fn bound(selection: &mut Selection) {
    selection.range = bounded(selection.range);
    selection.before = selection.before.map(bounded);
}

fn bounded(range: Range) -> Range {
    const MS_MAX: i64 = 8_640_000_000_000_000;
    let from_ms = range.from_ms.clamp(-MS_MAX, MS_MAX);
    Range { from_ms, to_ms: range.to_ms.clamp(from_ms, MS_MAX) }
}
