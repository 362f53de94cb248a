//! A data set that is kept: its columns with what the page knows about it.

use super::Engine;
use super::load::labels;
use crate::ask::OpenSource;
use crate::store::Store;
use crate::store::snapshot::{Label, Reader, Snapshot, SnapshotError, Writer};
use crate::wire::{
    self, DataSet, FromEngine, LoadCause, LoadFailure, OpenLabels, Place, Progress, Rejected, RepeatedCalls, Stage,
};

/// Writes what is loaded, as `set` describes it, under a name.
pub fn writer(store: &Store, set: &DataSet, name: &str, now_ms: i64) -> Option<Writer> {
    Some(Writer::new(store, &label(set, name, now_ms), record(set.clone())?))
}

/// The same without what calls said in words.
pub fn bare_writer(store: &Store, set: &DataSet, name: &str, now_ms: i64) -> Option<Writer> {
    Some(Writer::bare(store, &label(set, name, now_ms), record(set.clone().without_log())?))
}

/// What is known of a data set, up to [`DataSet::repeated`]: it has no members any more, and its calls tell their labels.
fn record(set: DataSet) -> Option<Vec<u8>> {
    let bare =
        DataSet { repeated: RepeatedCalls::default(), labels: OpenLabels::default(), source: OpenSource::default(), ..set };
    let mut record = wire::encode(&bare).ok()?;
    record.truncate(record.len() - not_kept().len());
    Some(record)
}

/// What a record ends before.
fn not_kept() -> Vec<u8> {
    wire::encode(&(RepeatedCalls::default(), OpenLabels::default(), OpenSource::default())).unwrap_or_default()
}

fn label(set: &DataSet, name: &str, now_ms: i64) -> Label {
    Label { name: name.to_owned(), calls: set.calls, oldest_ms: set.oldest_ms, newest_ms: set.newest_ms, kept_at_ms: now_ms }
}

/// Reads what was kept under a name.
#[derive(Debug)]
pub struct SnapshotLoader {
    name: String,
    total: u64,
    read: u64,
    reader: Reader,
}

#[allow(clippy::result_large_err, reason = "cold path, plain data at the boundary")]
impl SnapshotLoader {
    /// `total`: how many bytes there are.
    pub fn new(name: &str, total: u64) -> Self {
        Self { name: name.to_owned(), total, read: 0, reader: Reader::new(total) }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// Where they are not those of a kept data set.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), LoadFailure> {
        self.read += bytes.len() as u64;
        self.reader.push(bytes).map_err(|broken| failure(&self.name, broken))
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        let (bytes_read, bytes_total) = (self.read, Some(self.total));
        Progress { stage: Stage::Reading, bytes_read, bytes_total, calls: self.reader.calls(), attempt: 1, ..Progress::default() }
    }

    /// All bytes are in.
    ///
    /// # Errors
    /// Where some are missing, or do not belong together.
    pub fn finish(self) -> Result<(Store, DataSet), LoadFailure> {
        let Self { name, read, reader, .. } = self;
        let Snapshot { label, mut record, store } = reader.finish().map_err(|broken| failure(&name, broken))?;
        let broken = SnapshotError::Damaged { at: read, what: "what is known of the data set" };
        record.extend(not_kept());
        let set: DataSet = wire::decode(&record).map_err(|_| failure(&name, broken))?;
        let memory_bytes = store.bytes() as u64;
        // It is what it was when it was kept: its newest call is now.
        let set = DataSet {
            generation: 0,
            name: label.name,
            calls: store.len() as u64,
            memory_bytes,
            live: false,
            labels: labels(&store),
            ..set
        };
        Ok((store, set))
    }
}

/// Why a kept data set cannot be opened.
fn failure(name: &str, broken: SnapshotError) -> LoadFailure {
    let detail = broken.to_string();
    LoadFailure {
        name: name.to_owned(),
        cause: LoadCause::KeptBroken,
        detail,
        place: Place::default(),
        rejected: Rejected::default(),
    }
}

impl Engine {
    /// What is loaded, with its generation.
    pub fn store(&self) -> Option<(u32, &Store)> {
        self.loaded.as_ref().map(|loaded| (loaded.generation, loaded.store()))
    }

    /// Ends a load by what was kept, which takes the old data set's place; `None` where the load is over.
    pub fn reopened(&mut self, load: u32, opened: Result<(Store, DataSet), LoadFailure>) -> Option<FromEngine> {
        self.loading.take_if(|(current, _)| *current == load)?;
        Some(match opened {
            Ok((store, set)) => self.take(load, store, set),
            Err(failure) => self.fail(load, failure),
        })
    }
}
