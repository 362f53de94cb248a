//! Calls of a data set that was kept, added to those that are read: what was reported about it is reported for the whole.

use super::Loader;
use super::intake::Intake;
use crate::engine::Engine;
use crate::ingest::importer::{About, DeclaredService, Sink};
use crate::ingest::source_reader::add;
use crate::model::Place;
use crate::store::Store;
use crate::store::append::Appending;
use crate::wire::{DataSet, Part, RecordError};

/// Calls that are added in one step: column by column, and one by one.
const STEP_CALLS: usize = 200_000;
const SINGLE_CALLS: usize = 50_000;

/// A data set on its way into the load under way.
#[derive(Debug)]
pub struct AddedDataSet {
    store: Store,
    set: DataSet,
    /// How its columns are added, once that has begun; `None` in it: call by call, since some may find no room.
    way: Option<Option<Appending>>,
    service: usize,
    /// Rows that are in; call by call, of that service.
    done: usize,
}

impl AddedDataSet {
    pub fn new(store: Store, set: DataSet) -> Self {
        Self { store, set, way: None, service: 0, done: 0 }
    }

    /// Adds the next calls; false once all are in.
    fn step(&mut self, intake: &mut Intake) -> bool {
        if self.way.is_none() {
            intake.member();
        }
        let Some(appending) = self.way.get_or_insert_with(|| intake.begin_append(&self.store)) else {
            return self.step_singly(intake);
        };
        let next = self.store.len().min(self.done + STEP_CALLS);
        intake.append_rows(&self.store, appending, self.done..next);
        self.done = next;
        next < self.store.len()
    }

    fn step_singly(&mut self, intake: &mut Intake) -> bool {
        let (mut left, mut request_id) = (SINGLE_CALLS, String::new());
        while left > 0 {
            let Some(rows) = self.store.service_rows(self.service) else { return false };
            let first = rows.start + self.done;
            let next = rows.end.min(first + left);
            for row in first..next {
                let place = Place { line: 0, byte: 0, call: row as u64 + 1 };
                intake.call(&self.store.call(self.service, row, &mut request_id), place);
            }
            left -= next - first;
            self.done += next - first;
            if next == rows.end {
                (self.service, self.done) = (self.service + 1, 0);
            }
        }
        true
    }
}

impl Engine {
    /// Adds the next calls of a data set to the load under way; false once there are no more, or where the load is over.
    pub fn add(&mut self, load: u32, adding: &mut AddedDataSet) -> bool {
        let Some((_, loader)) = self.loading.as_mut().filter(|(current, _)| *current == load) else { return false };
        loader.source.end_of_file(&mut loader.intake);
        let more = adding.step(&mut loader.intake);
        if !more {
            loader.added.push(core::mem::take(&mut adding.set));
        }
        more
    }
}

impl Loader {
    /// Nothing but data sets was added: there is no text to be read.
    pub(super) fn only_added(&self) -> bool {
        !self.added.is_empty() && !self.source.begun()
    }
}

/// Adds these data sets to the report about the source; their texts.
pub fn tell(sets: &mut [DataSet], about: &mut About, intake: &mut Intake) -> Vec<Part> {
    let mut parts = Vec::new();
    for set in sets {
        about.source = about.source.take().or(set.source_note.take());
        about.generated_at_ms = about.generated_at_ms.max(set.generated_at_ms);
        about.demonstration |= set.demonstration;
        about.services.extend(set.services.drain(..).map(|service| DeclaredService {
            display_name: (service.title != service.name).then_some(service.title),
            name: service.name,
            kind: Some(service.kind),
        }));
        add(&mut about.unknown_fields, core::mem::take(&mut set.unknown_fields));
        // One that is alone has no name.
        let of_set = |record_error: RecordError| match &*set.name {
            "" => record_error,
            name => RecordError { found: format!("{name}: {}", record_error.found), ..record_error },
        };
        let mut rejected = core::mem::take(&mut set.rejected);
        rejected.samples = rejected.samples.into_iter().map(of_set).collect();
        intake.add_rejected(rejected);
        match set.cut_short.take().map(of_set) {
            // Only one place is said of the whole; the others count as what they are.
            Some(cut) if about.cut_short.is_some() => intake.reject(cut),
            Some(cut) => about.cut_short = Some(cut),
            None => {}
        }
        parts.extend(set.parts.drain(..).map(|part| {
            let name = match (&*set.name, &*part.name) {
                (name, "") | ("", name) => name.to_owned(),
                (name, inner) => format!("{name}/{inner}"),
            };
            Part { name, ..part }
        }));
    }
    parts
}
