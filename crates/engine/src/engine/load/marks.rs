//! Offset index: checkpoints in the text of a file, about every 512 KiB. Each has a byte range, the
//! span of time of its calls, and how to start parsing there. It takes a few dozen bytes for each
//! checkpoint. The record of a call is found in its file by it ([`crate::engine::record`]).

use super::Loader;
use super::ask::Ask;
use crate::engine::Engine;
use crate::ingest::seam::Seam;
use crate::ingest::source::Choice;
use crate::wire::LoadFailure;
use crate::wire::record::NoRecord;
use memchr::{memchr, memchr_iter};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Bytes of text after which a mark is due: so much is read to find a record.
pub const MARK_BYTES: u64 = 512 << 10;
/// Places among the bytes at hand that are tried for a mark which is due; of a text that has none, more is not worth its time.
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

/// The next place that may be between two records, so many bytes on or further.
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

/// How reading begins at a mark.
#[derive(Clone, Debug)]
pub enum Way {
    /// At the beginning of the text, which was read so.
    Beginning(Choice),
    /// Between two records.
    Between(Ask),
}

/// A span, and where it is.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    /// Number of the file, in the order in which they were read.
    pub file: u32,
    pub span: Span,
    /// Number of the way.
    way: u32,
}

/// All marks of a data set, in the order in which its files were read.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    marks: Vec<Mark>,
    ways: Vec<Arc<Way>>,
    /// Why some of its calls have no mark.
    missing: Option<NoRecord>,
}

impl Marks {
    /// Those that calls of an instant may be at.
    pub fn at(&self, time_ms: i64) -> Vec<(Mark, Arc<Way>)> {
        let near = |mark: &&Mark| (mark.span.oldest_ms..=mark.span.newest_ms).contains(&time_ms);
        self.marks.iter().filter(near).map(|mark| (*mark, self.ways[mark.way as usize].clone())).collect()
    }

    /// Why calls may have no mark; nothing where all have one.
    pub fn missing(&self) -> Option<&NoRecord> {
        self.missing.as_ref().or(self.marks.is_empty().then_some(&NoRecord::NoFile))
    }

    fn add(&mut self, file: u32, span: Option<Span>, way: impl FnOnce() -> Way) {
        let Some(span) = span else { return };
        let way = way();
        // Of one text, there are few that differ.
        let same = |known: &Arc<Way>| matches!((&**known, &way), (Way::Between(known), Way::Between(way)) if known == way);
        let way = self.ways.iter().rposition(same).unwrap_or_else(|| {
            self.ways.push(Arc::new(way));
            self.ways.len() - 1
        });
        self.marks.push(Mark { file, span, way: way as u32 });
    }
}

/// What a loader has marked so far.
#[derive(Debug, Default)]
pub(super) struct Marking {
    marks: Marks,
    /// Bytes from one mark to the next.
    pub every: u64,
    /// The span at hand, of which file, and how it began where that was not the text's beginning.
    open: Option<(u32, Open, Option<Ask>)>,
}

impl Loader {
    /// The next bytes are of the file of this number, which can be read again: it is marked each so many bytes. `Err`: they are of something else.
    pub fn mark(&mut self, file: Result<u32, NoRecord>, every: u64) {
        self.end_marked();
        self.marking.every = every;
        match file {
            // Demonstration data is moved in time once it is read.
            Ok(file) if self.rebase.is_none() => {
                self.marking.open = Some((file, Open { calls: self.intake.times().len(), ..Open::default() }, None));
            }
            Ok(_) => self.leave_out(NoRecord::NoFile),
            Err(why) => self.leave_out(why),
        }
    }

    /// Ends the file at hand; all that was marked.
    pub fn take_marks(&mut self) -> Marks {
        self.end_marked();
        core::mem::take(&mut self.marking.marks)
    }

    fn leave_out(&mut self, why: NoRecord) {
        self.marking.marks.missing.get_or_insert(why);
    }

    fn end_marked(&mut self) {
        if self.marking.open.is_none() {
            return;
        }
        self.source.end_of_file(&mut self.intake);
        if self.source.is_plain() {
            self.mark_here(None);
        } else if self.source.begun() {
            self.leave_out(NoRecord::Packed);
        }
        self.marking.open = None;
    }

    /// Ends the span at hand where the text is, between two records, and begins another there.
    pub(super) fn mark_here(&mut self, here: Option<Ask>) {
        let Some((file, open, way)) = self.marking.open.take() else { return };
        let (byte, lines) = self.source.place();
        let times = self.intake.times();
        let source = &self.source;
        let way = || way.map_or_else(|| Way::Beginning(source.choice().clone()), Way::Between);
        self.marking.marks.add(file, open.close(byte, times), way);
        self.marking.open = Some((file, Open { from: byte, lines, calls: times.len() }, here));
    }

    /// Adds the checkpoints of a segment that a helper parsed from this place on, after it was merged.
    pub(super) fn take_spans(&mut self, asked: &Ask, (byte, lines): (u64, u64), spans: &[(Span, Seam)]) {
        let Some((file, ..)) = self.marking.open else { return };
        for (span, way) in spans {
            let moved = Span { from: span.from + byte, to: span.to + byte, lines: span.lines + lines, ..*span };
            self.marking.marks.add(file, Some(moved), || Way::Between(asked.at(way)));
        }
        let (from, lines) = self.source.place();
        self.marking.open = Some((file, Open { from, lines, calls: self.intake.times().len() }, Some(asked.clone())));
    }

    /// Reads on as far as marks are due among these bytes; those that are left.
    #[allow(clippy::result_large_err, reason = "cold path, plain data at the boundary")]
    pub(super) fn push_to_marks<'b>(&mut self, bytes: &'b [u8]) -> Result<&'b [u8], LoadFailure> {
        let (mut bytes, mut tries) = (bytes, 0);
        while tries < TRIES_MAX
            && let Some(due) = self.marking.open.as_ref().map(|(_, open, _)| open.from + self.marking.every)
            && self.source.is_plain()
            && let Some(cut) = next_cut(bytes, due.saturating_sub(self.source.place().0))
        {
            self.feed(&bytes[..cut])?;
            (bytes, tries) = (&bytes[cut..], tries + 1);
            if let Some(here) = self.seam() {
                self.mark_here(Some(here));
                tries = 0;
            }
        }
        Ok(bytes)
    }
}

impl Engine {
    /// The next bytes of a load are of the file of this number ([`Loader::mark`]). `Err`: they are of something else.
    pub fn mark(&mut self, load: u32, file: Result<u32, NoRecord>) {
        self.mark_each(load, file, MARK_BYTES);
    }

    /// The same with a mark each so many bytes.
    pub fn mark_each(&mut self, load: u32, file: Result<u32, NoRecord>, every: u64) {
        if let Some((_, loader)) = self.loading.as_mut().filter(|(current, _)| *current == load) {
            loader.mark(file, every);
        }
    }
}
