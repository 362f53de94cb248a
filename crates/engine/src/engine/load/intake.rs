//! Where an importer's calls and record errors arrive: columns, and counts by reason with the first samples.

use crate::base::sort::sort_by;
use crate::ingest::importer::Sink;
use crate::model::limits::REJECTED_KEPT_MAX;
use crate::model::{Call, Dim};
use crate::store::Builder;
use crate::store::builder::Refusal;
use crate::store::{Store, append::Appending};
use crate::wire::{Place, Problem, RecordError, Rejected};
use core::ops::Range;

/// See the module's text.
#[derive(Default)]
pub struct Intake {
    builder: Builder,
    reasons: Vec<(Problem, u64)>,
    samples: Vec<RecordError>,
    count: u64,
    /// The call that each member of the source begins with, by number.
    members: Vec<usize>,
}

impl Intake {
    /// Calls added.
    pub fn calls(&self) -> u64 {
        self.builder.len() as u64
    }

    /// Calls turned away.
    pub fn rejected(&self) -> u64 {
        self.count
    }

    /// The calls that a member before theirs holds too, by number, ascending.
    pub fn repeats(&mut self) -> Vec<u32> {
        self.builder.repeats(&self.members)
    }

    /// Memory of the calls added.
    pub fn bytes(&self) -> u64 {
        self.builder.bytes() as u64
    }

    /// Makes room for so many calls in all, where there is that much.
    pub fn expect(&mut self, calls: usize) {
        self.builder.expect(calls);
    }

    /// Times of the calls added, in the order in which they came.
    pub fn times(&self) -> &[i64] {
        self.builder.times()
    }

    /// Adds the calls of a store, which follow these in the source; false, and none added, where some may exceed a limit.
    pub fn append(&mut self, store: &Store) -> bool {
        self.builder.append_store(store).is_ok()
    }

    /// Prepares for the calls of a store that are to follow these, a slice at a time; `None`, and nothing changed, where some may exceed a limit:
    /// adding them one by one shows which.
    pub fn begin_append(&mut self, store: &Store) -> Option<Appending> {
        self.builder.begin_append(store, store.len()).ok()
    }

    /// Adds the calls of these rows of a prepared store.
    pub fn append_rows(&mut self, store: &Store, appending: &Appending, rows: Range<usize>) {
        self.builder.append_rows(store, appending, rows);
    }

    /// Counts what was turned away elsewhere.
    pub fn add_rejected(&mut self, rejected: Rejected) {
        self.count += rejected.count;
        for (problem, count) in rejected.reasons {
            match self.reasons.iter_mut().find(|(known, _)| *known == problem) {
                Some((_, sum)) => *sum += count,
                None => self.reasons.push((problem, count)),
            }
        }
        let room = REJECTED_KEPT_MAX.saturating_sub(self.samples.len());
        self.samples.extend(rejected.samples.into_iter().take(room));
    }

    /// The columns, and what was turned away.
    pub fn into_parts(self) -> (Builder, Rejected) {
        let mut reasons = self.reasons;
        sort_by(&mut reasons, |a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        (self.builder, Rejected { count: self.count, reasons, samples: self.samples })
    }
}

impl Sink for Intake {
    fn call(&mut self, call: &Call<'_>, place: Place) {
        match self.builder.push(call) {
            Ok(()) => {}
            Err(refusal) => {
                let (problem, field, found) = match refusal {
                    Refusal::TooManyCalls => (Problem::TooManyCalls, "", ""),
                    Refusal::TooManyValues(dim) => {
                        (Problem::TooManyValues, dim.key(), if dim == Dim::Service { call.service } else { "" })
                    }
                };
                self.reject(RecordError { place, problem, field: field.into(), found: found.into() });
            }
        }
    }

    fn reject(&mut self, record_error: RecordError) {
        self.count += 1;
        match self.reasons.iter_mut().find(|(problem, _)| *problem == record_error.problem) {
            Some((_, count)) => *count += 1,
            None => self.reasons.push((record_error.problem, 1)),
        }
        if self.samples.len() < REJECTED_KEPT_MAX {
            self.samples.push(record_error);
        }
    }

    fn member(&mut self) {
        self.members.push(self.builder.len());
    }
}
