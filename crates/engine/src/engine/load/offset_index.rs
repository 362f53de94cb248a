//! Offset index: checkpoints in the text of a file, about every 512 KiB. Each has a byte range, the
//! span of time of its calls, and how to start parsing there. It takes a few dozen bytes for each
//! checkpoint. The record of a call is found in its file by it ([`crate::engine::record`]).

use super::Loader;
use super::segment_request::SegmentRequest;
use crate::engine::Engine;
use crate::ingest::source_reader::Choice;
use crate::ingest::split_point::SplitPoint;
use crate::wire::LoadFailure;
use crate::wire::record::NoRecord;
use memchr::{memchr, memchr_iter};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Bytes of text after which a checkpoint is due: so much is read to find a record.
pub const CHECKPOINT_BYTES: u64 = 512 << 10;
/// Places among the bytes at hand that are tried for a checkpoint which is due; of a text that has none, more is not worth its time.
pub(super) const TRIES_MAX: usize = 256;

/// Calls of a text that were read one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// From which byte of the text to which, both between two records.
    pub from: u64,
    pub to: u64,
    /// Line breaks before it.
    pub lines: u64,
    pub oldest_ms: i64,
    pub newest_ms: i64,
}

/// A span on its way.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Open {
    pub from: u64,
    pub lines: u64,
    /// Calls that were added before it.
    pub calls: usize,
}

impl Open {
    /// Ends it at a byte. `times`: of all calls added. Nothing where none is of it.
    pub fn close(self, to: u64, times: &[i64]) -> Option<Span> {
        let times = times.get(self.calls..)?;
        let (oldest_ms, newest_ms) = (*times.iter().min()?, *times.iter().max()?);
        Some(Span { from: self.from, to, lines: self.lines, oldest_ms, newest_ms })
    }
}

/// The next place that may be between two records, at least this many bytes ahead.
pub(super) fn next_cut(bytes: &[u8], skip: u64) -> Option<usize> {
    let skip = usize::try_from(skip).ok()?;
    let rest = bytes.get(skip..)?;
    if let Some(at) = memchr(b'\n', rest) {
        return Some(skip + at + 1);
    }
    // An array that is all one line.
    let opens = |at: usize| rest[at + 1..].trim_ascii_start().first() == Some(&b'{');
    memchr_iter(b',', rest).find(|&at| at > 0 && rest[at - 1] == b'}' && opens(at)).map(|at| skip + at + 1)
}

/// How reading begins at a checkpoint.
#[derive(Clone, Debug)]
pub enum EntryPoint {
    /// At the beginning of the text, which was read so.
    Beginning(Choice),
    /// Between two records.
    Between(SegmentRequest),
}

/// A span, and where it is.
#[derive(Clone, Copy, Debug)]
pub struct Checkpoint {
    /// Number of the file, in the order in which they were read.
    pub file: u32,
    pub span: Span,
    /// Number of the way.
    way: u32,
}

/// All checkpoints of a data set, in the order in which its files were read.
#[derive(Clone, Debug, Default)]
pub struct OffsetIndex {
    checkpoints: Vec<Checkpoint>,
    ways: Vec<Arc<EntryPoint>>,
    /// Why some of its calls have no checkpoint.
    missing: Option<NoRecord>,
}

impl OffsetIndex {
    /// Those that calls of an instant may be at.
    pub fn at(&self, time_ms: i64) -> Vec<(Checkpoint, Arc<EntryPoint>)> {
        let near = |checkpoint: &&Checkpoint| (checkpoint.span.oldest_ms..=checkpoint.span.newest_ms).contains(&time_ms);
        self.checkpoints.iter().filter(near).map(|checkpoint| (*checkpoint, self.ways[checkpoint.way as usize].clone())).collect()
    }

    /// Why calls may have no checkpoint; nothing where all have one.
    pub fn missing(&self) -> Option<&NoRecord> {
        self.missing.as_ref().or(self.checkpoints.is_empty().then_some(&NoRecord::NoFile))
    }

    fn add(&mut self, file: u32, span: Option<Span>, way: impl FnOnce() -> EntryPoint) {
        let Some(span) = span else { return };
        let way = way();
        // Of one text, there are few that differ.
        let same = |known: &Arc<EntryPoint>| matches!((&**known, &way), (EntryPoint::Between(known), EntryPoint::Between(way)) if known == way);
        let way = self.ways.iter().rposition(same).unwrap_or_else(|| {
            self.ways.push(Arc::new(way));
            self.ways.len() - 1
        });
        self.checkpoints.push(Checkpoint { file, span, way: way as u32 });
    }
}

/// What a loader has indexed so far.
#[derive(Debug, Default)]
pub(super) struct OffsetIndexer {
    index: OffsetIndex,
    /// Bytes from one checkpoint to the next.
    pub every: u64,
    /// The span at hand, of which file, and how it began where that was not the text's beginning.
    open: Option<(u32, Open, Option<SegmentRequest>)>,
}

impl Loader {
    /// The next bytes are of the file of this number, which can be read again: a checkpoint is kept for each interval of this many bytes. `Err`: they are of something else.
    pub fn checkpoint(&mut self, file: Result<u32, NoRecord>, every: u64) {
        self.end_checkpoints();
        self.indexer.every = every;
        match file {
            // Demonstration data is moved in time once it is read.
            Ok(file) if self.rebase.is_none() => {
                self.indexer.open = Some((file, Open { calls: self.intake.times().len(), ..Open::default() }, None));
            }
            Ok(_) => self.leave_out(NoRecord::NoFile),
            Err(why) => self.leave_out(why),
        }
    }

    /// Ends the file at hand; gives its offset index.
    pub fn take_offset_index(&mut self) -> OffsetIndex {
        self.end_checkpoints();
        core::mem::take(&mut self.indexer.index)
    }

    fn leave_out(&mut self, why: NoRecord) {
        self.indexer.index.missing.get_or_insert(why);
    }

    fn end_checkpoints(&mut self) {
        if self.indexer.open.is_none() {
            return;
        }
        self.source.end_of_file(&mut self.intake);
        if self.source.is_plain() {
            self.checkpoint_here(None);
        } else if self.source.begun() {
            self.leave_out(NoRecord::Packed);
        }
        self.indexer.open = None;
    }

    /// Ends the span at hand where the text is, between two records, and begins another there.
    pub(super) fn checkpoint_here(&mut self, here: Option<SegmentRequest>) {
        let Some((file, open, way)) = self.indexer.open.take() else { return };
        let (byte, lines) = self.source.place();
        let times = self.intake.times();
        let source = &self.source;
        let way = || way.map_or_else(|| EntryPoint::Beginning(source.choice().clone()), EntryPoint::Between);
        self.indexer.index.add(file, open.close(byte, times), way);
        self.indexer.open = Some((file, Open { from: byte, lines, calls: times.len() }, here));
    }

    /// Adds the checkpoints of a segment that a helper parsed from this place on, after it was merged.
    pub(super) fn take_spans(&mut self, asked: &SegmentRequest, (byte, lines): (u64, u64), spans: &[(Span, SplitPoint)]) {
        let Some((file, ..)) = self.indexer.open else { return };
        for (span, way) in spans {
            let moved = Span { from: span.from + byte, to: span.to + byte, lines: span.lines + lines, ..*span };
            self.indexer.index.add(file, Some(moved), || EntryPoint::Between(asked.at(way)));
        }
        let (from, lines) = self.source.place();
        self.indexer.open = Some((file, Open { from, lines, calls: self.intake.times().len() }, Some(asked.clone())));
    }

    /// Reads on as far as checkpoints are due among these bytes; those that are left.
    #[allow(clippy::result_large_err, reason = "cold path, plain data at the boundary")]
    pub(super) fn push_to_checkpoints<'b>(&mut self, bytes: &'b [u8]) -> Result<&'b [u8], LoadFailure> {
        let (mut bytes, mut tries) = (bytes, 0);
        while tries < TRIES_MAX
            && let Some(due) = self.indexer.open.as_ref().map(|(_, open, _)| open.from + self.indexer.every)
            && self.source.is_plain()
            && let Some(cut) = next_cut(bytes, due.saturating_sub(self.source.place().0))
        {
            self.feed(&bytes[..cut])?;
            (bytes, tries) = (&bytes[cut..], tries + 1);
            if let Some(here) = self.segment_request() {
                self.checkpoint_here(Some(here));
                tries = 0;
            }
        }
        Ok(bytes)
    }
}

impl Engine {
    /// The next bytes of a load are of the file of this number ([`Loader::checkpoint`]). `Err`: they are of something else.
    pub fn checkpoint(&mut self, load: u32, file: Result<u32, NoRecord>) {
        self.checkpoint_every(load, file, CHECKPOINT_BYTES);
    }

    /// The same index with a checkpoint for each interval of this many bytes.
    pub fn checkpoint_every(&mut self, load: u32, file: Result<u32, NoRecord>, every: u64) {
        if let Some((_, loader)) = self.loading.as_mut().filter(|(current, _)| *current == load) {
            loader.checkpoint(file, every);
        }
    }
}
