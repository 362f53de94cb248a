//! Incremental merge: adds calls that were read later to a data set that is shown, in slices, with
//! the same result as one read of all. It records which calls came from which part, so that a part
//! can be read again or dropped.

use super::load::piece::{Piece, tell_behind, whole};
use super::{APART, Engine};
use crate::ingest::importer::Sink;
use crate::model::Place;
use crate::store::Store;
use crate::store::append::Appending;
use crate::wire::{DataSet, FromEngine, LoadFailure};
use std::collections::BTreeMap;

pub use super::load::intake::Intake;

/// Calls that are merged in one step: column by column, and one by one.
const STEP_CALLS: usize = 100_000;
const SINGLE_CALLS: usize = 8_000;

/// Number of a part; of a feed that is one text, 0.
pub type Part = u32;

/// Rows up to one (excluded), and the part that they came from.
type Run = (usize, Part);

/// What is known of the parts of the data set that is shown.
#[derive(Clone, Debug, Default)]
pub struct RowProvenance {
    /// The data set that this is of.
    pub generation: u32,
    name: String,
    /// What was told of each part.
    told: BTreeMap<Part, DataSet>,
    /// Where each row came from, in order.
    runs: Vec<Run>,
}

impl RowProvenance {
    /// Of a data set that was just read, all of it one part.
    pub fn new(part: Part, set: &DataSet) -> Self {
        let told = BTreeMap::from([(part, set.clone())]);
        let runs = vec![(set.calls as usize, part)];
        Self { generation: set.generation, name: set.name.clone(), told, runs }
    }

    /// The same, of a data set that is called so.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// Calls that are shown.
    pub fn calls(&self) -> u64 {
        self.runs.last().map_or(0, |&(end, _)| end as u64)
    }

    /// What was told of a part.
    pub fn told(&self, part: Part) -> Option<&DataSet> {
        self.told.get(&part)
    }
}

/// What becomes of a part.
#[derive(Debug)]
pub enum Change {
    /// Calls that follow those of the part, read from this place on.
    Behind(Piece, Place),
    /// The part as a whole, in place of what is there of it.
    Anew(Piece),
    /// It is no more.
    Gone,
}

/// Changes on their way into the data set.
pub struct IncrementalMerge {
    provenance: RowProvenance,
    /// Stores of what is new, in the order of their parts' changes.
    added: Vec<(Part, Store)>,
    /// Parts whose rows of before do not count any more.
    dropped: Vec<Part>,
    intake: Intake,
    request_id: String,
    /// The store that is being merged (0: the old one), its service, its next row.
    at: (usize, usize, usize),
    /// How the columns of that store are merged, once that has begun.
    appending: Option<Appending>,
    /// Calls are merged one by one: some of the old ones are dropped, or some may exceed a limit.
    singly: bool,
}

impl IncrementalMerge {
    /// Changes of parts, to be put into the data set of this provenance.
    pub fn new(mut provenance: RowProvenance, changes: Vec<(Part, Change)>) -> Self {
        let (mut added, mut dropped) = (Vec::new(), Vec::new());
        for (part, change) in changes {
            let (piece, behind) = match change {
                Change::Behind(piece, place) => (piece, Some(place)),
                Change::Anew(piece) => (piece, None),
                Change::Gone => {
                    provenance.told.remove(&part);
                    added.retain(|(of, _)| *of != part);
                    dropped.push(part);
                    continue;
                }
            };
            let Piece { store, told } = piece;
            match (behind, provenance.told.get_mut(&part)) {
                (Some(place), Some(before)) => tell_behind(before, told, place),
                (_, before) => {
                    if before.is_some() {
                        added.retain(|(of, _)| *of != part);
                        dropped.push(part);
                    }
                    provenance.told.insert(part, told);
                }
            }
            added.push((part, store));
        }
        let singly = !dropped.is_empty();
        let (intake, request_id) = Default::default();
        Self { provenance, added, dropped, intake, request_id, at: (0, 0, 0), appending: None, singly }
    }

    /// Calls merged so far.
    pub fn calls(&self) -> u64 {
        self.intake.calls()
    }

    /// The part that a row of the old store came from, and where its run ends.
    fn run_of(&self, row: usize) -> Run {
        let runs = &self.provenance.runs;
        runs.get(runs.partition_point(|&(end, _)| end <= row)).copied().unwrap_or((usize::MAX, 0))
    }

    /// Puts the next calls in; false once all are.
    fn step(&mut self, old: &Store) -> bool {
        let mut left = STEP_CALLS;
        while left > 0 && !self.singly {
            let (of, _, row) = self.at;
            let Some(store) = store_of(of, old, &self.added) else { return false };
            let Some(appending) = self.appending.take().or_else(|| self.intake.begin_append(store)) else {
                self.singly = true;
                break;
            };
            let end = store.len().min(row + left);
            self.intake.append_rows(store, &appending, row..end);
            left -= end - row;
            if end == store.len() {
                self.at = (of + 1, 0, 0);
            } else {
                (self.at, self.appending) = ((of, 0, end), Some(appending));
            }
        }
        !self.singly || self.step_singly(old)
    }

    fn step_singly(&mut self, old: &Store) -> bool {
        let mut left = SINGLE_CALLS;
        while left > 0 {
            let (of, service, mut row) = self.at;
            let Some(store) = store_of(of, old, &self.added) else { return false };
            let Some(rows) = store.service_rows(service) else {
                self.at = (of + 1, 0, 0);
                continue;
            };
            row = row.max(rows.start);
            let mut end = rows.end.min(row + left);
            let mut skips = false;
            if of == 0 {
                let (until, part) = self.run_of(row);
                skips = self.dropped.contains(&part);
                end = if skips { rows.end.min(until) } else { end.min(until) };
            }
            if !skips {
                for row in row..end {
                    let place = Place { line: 0, byte: 0, call: row as u64 + 1 };
                    self.intake.call(&store.call(service, row, &mut self.request_id), place);
                }
                left -= end - row;
            }
            self.at = if end >= rows.end { (of, service + 1, 0) } else { (of, service, end) };
        }
        true
    }

    /// Where each row of the new store came from: those of a service lie in order of time, of one instant those of before first.
    fn runs(&self, old: &Store, new: &Store) -> Vec<Run> {
        let one = self.provenance.told.len() == 1;
        if let (true, Some(&part)) = (one, self.provenance.told.keys().next()) {
            return vec![(new.len(), part)];
        }
        let mut runs: Vec<Run> = Vec::new();
        let mut end = 0;
        for service in 0..new.services() {
            let name = new.service_name(service);
            let mut sources: Vec<(&Store, Option<Part>, core::ops::Range<usize>)> = Vec::new();
            let rows = |store: &Store| store.service_code(name).and_then(|code| store.service_rows(code));
            sources.extend(rows(old).map(|rows| (old, None, rows)));
            sources.extend(self.added.iter().filter_map(|(part, store)| Some((store, Some(*part), rows(store)?))));
            loop {
                let mut first: Option<(i64, usize)> = None;
                for (i, (store, part, rows)) in sources.iter_mut().enumerate() {
                    while part.is_none() && rows.start < rows.end {
                        let (until, of) = self.run_of(rows.start);
                        if !self.dropped.contains(&of) {
                            break;
                        }
                        rows.start = rows.end.min(until);
                    }
                    if rows.start < rows.end {
                        let time = store.time_ms(rows.start);
                        if first.is_none_or(|(earliest, _)| time < earliest) {
                            first = Some((time, i));
                        }
                    }
                }
                let Some((_, i)) = first else { break };
                let (_, part, rows) = &mut sources[i];
                let of = part.unwrap_or_else(|| self.run_of(rows.start).1);
                rows.start += 1;
                end += 1;
                match runs.last_mut() {
                    Some((until, last)) if *last == of => *until = end,
                    _ => runs.push((end, of)),
                }
            }
        }
        runs
    }
}

/// The store of a number: 0 is the old one.
fn store_of<'a>(of: usize, old: &'a Store, added: &'a [(Part, Store)]) -> Option<&'a Store> {
    if of == 0 { Some(old) } else { added.get(of - 1).map(|(_, store)| store) }
}

#[allow(clippy::result_large_err, reason = "cold path, plain data at the boundary")]
impl Engine {
    /// Puts the next calls of the changes in; false once all are, or where what they are of is no longer shown.
    pub fn grow(&self, merge: &mut IncrementalMerge) -> bool {
        self.loaded.as_ref().is_some_and(|loaded| loaded.generation == merge.provenance.generation && merge.step(loaded.store()))
    }

    /// Whether a question beside the view, for an export, is still unanswered.
    pub fn is_asked_apart(&self) -> bool {
        self.jobs.iter().any(|job| job.slot & APART != 0)
    }

    /// Shows what has grown in place of what it grew from: the message for the page, which is of no load (0), and the new provenance. `None` where
    /// something else is shown by now.
    ///
    /// # Errors
    /// Where it cannot be held, or no call is left; what is shown stays.
    pub fn grown(&mut self, merge: IncrementalMerge) -> Option<Result<(FromEngine, RowProvenance), LoadFailure>> {
        let old = self.loaded.as_ref().filter(|loaded| loaded.generation == merge.provenance.generation)?.store();
        let IncrementalMerge { intake, .. } = &merge;
        let expected = intake.calls() + intake.rejected();
        let refused = intake.rejected() > 0;
        let sets: Vec<DataSet> = merge.provenance.told.values().cloned().collect();
        let mut merge = merge;
        let intake = core::mem::take(&mut merge.intake);
        let (store, set) = match whole(&merge.provenance.name, sets, intake, refused.then_some(expected)) {
            Ok(whole) => whole,
            Err(failure) => return Some(Err(failure)),
        };
        let runs = merge.runs(old, &store);
        let mut provenance = RowProvenance { runs, ..merge.provenance };
        let message = self.take(0, store, set);
        provenance.generation = self.generation;
        Some(Ok((message, provenance)))
    }
}
