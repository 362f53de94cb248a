//! Calls in columns as a source: every question is answered exactly.
//!
//! Invariants: nothing here knows how a data set was read or what a page looks like; averages leave whole numbers once, at the end
//! ([`tally::Tally`] merges exactly); only rows of the services and times in question are touched.

mod amounts;
mod cost;
mod derived;
mod filter;
mod groups;
mod hours;
mod index;
mod kernel;
mod layout;
pub mod list;
mod minutes;
mod number;
mod profile;
mod run;
mod scope;
mod series;
mod shape;
mod shared;
mod spread;
mod table;
mod tally;
mod templates;
mod time;
mod values;

pub use profile::{Involved, Profile};
pub use run::Run;
pub use shared::Shared;

use crate::ask::{Batch, Frame};
use crate::store::Store;

/// What questions are answered from.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub store: &'a Store,
    /// Made once per store by [`Profile::of`].
    pub profile: &'a Profile,
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
