//! A segment of a text: parsed by a helper in parallel, and merged as if the main reader had parsed
//! it.
//!
//! The main reader sends its state ([`super::segment_request::SegmentRequest`]). A helper parses a segment as if it began
//! in that state, and sends the result. The main reader accepts it only if it reaches the segment's
//! beginning in the same state; otherwise it parses the segment itself.

use super::Loader;
use super::intake::Intake;
use super::offset_index::{Open, Span, TRIES_MAX, next_cut};
use super::segment_request::SegmentRequest;
use crate::engine::Engine;
use crate::ingest::importer::Importer;
use crate::ingest::split_point::{SegmentStats, SplitPoint};
use crate::model::Problem;
use crate::store::Store;
use crate::store::snapshot::{Label, Reader, Writer};
use crate::wire::{self, Place, RecordError, Rejected};
use memchr::memchr_iter;
use serde::{Deserialize, Serialize};

/// Reads one segment.
pub struct SegmentParser {
    importer: Box<dyn Importer>,
    intake: Intake,
    segment_stats: SegmentStats,
    asked: SegmentRequest,
    spans: Vec<(Span, SplitPoint)>,
    /// The span at hand, and how it began.
    open: (Open, SplitPoint),
}

impl SegmentParser {
    /// `None` where a text of this kind cannot be read so.
    pub fn new(ask: &SegmentRequest) -> Option<Self> {
        Some(Self {
            importer: ask.importer()?,
            intake: Intake::default(),
            segment_stats: SegmentStats::default(),
            asked: ask.clone(),
            spans: Vec::new(),
            open: (Open::default(), ask.split_point.clone()),
        })
    }

    /// Takes the next bytes; false where nothing will come of it.
    pub fn push(&mut self, bytes: &[u8]) -> bool {
        let (mut bytes, mut tries, every) = (bytes, 0, self.asked.checkpoint_bytes);
        while every > 0
            && tries < TRIES_MAX
            && let Some(cut) = next_cut(bytes, (self.open.0.from + every).saturating_sub(self.segment_stats.bytes))
        {
            if !self.feed(&bytes[..cut]) {
                return false;
            }
            (bytes, tries) = (&bytes[cut..], tries + 1);
            if let Some(here) = self.importer.split_point() {
                self.checkpoint_here(here);
                tries = 0;
            }
        }
        self.feed(bytes)
    }

    fn feed(&mut self, bytes: &[u8]) -> bool {
        self.segment_stats.bytes += bytes.len() as u64;
        self.segment_stats.lines += memchr_iter(b'\n', bytes).count() as u64;
        self.importer.feed(bytes, &mut self.intake).is_ok()
    }

    /// Ends the span at hand and begins another.
    fn checkpoint_here(&mut self, here: SplitPoint) {
        let SegmentStats { bytes: from, lines, .. } = self.segment_stats;
        let open = Open { from, lines, calls: self.intake.times().len() };
        let (before, way) = core::mem::replace(&mut self.open, (open, here));
        self.spans.extend(before.close(from, self.intake.times()).map(|span| (span, way)));
    }

    /// The parsed segment; `None` if the parser ends in another state than it began in, or the split point is ambiguous.
    pub fn finish(mut self) -> Option<ParsedSegment> {
        let here = self.importer.split_point().filter(|here| *here == self.asked.split_point)?;
        self.checkpoint_here(here);
        let Self { importer, intake, spans, segment_stats: SegmentStats { bytes, lines, .. }, .. } = self;
        let segment_stats = SegmentStats { bytes, lines, ..importer.segment_stats()? };
        let calls = intake.calls();
        let (builder, rejected) = intake.into_parts();
        // Calls that do not fit here may not fit after the calls before them either.
        let refused = |problem| matches!(problem, Problem::TooManyCalls | Problem::TooManyValues);
        if rejected.reasons.iter().any(|&(problem, _)| refused(problem)) {
            return None;
        }
        let told = SegmentReport { segment_stats: SegmentStats { calls, ..segment_stats }, rejected, spans };
        Some(ParsedSegment { store: builder.finish(), told })
    }
}

/// The report about a segment, places counted from its beginning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct SegmentReport {
    segment_stats: SegmentStats,
    rejected: Rejected,
    /// Its checkpoints, and how reading begins at each.
    spans: Vec<(Span, SplitPoint)>,
}

/// What came of a segment.
#[derive(Debug)]
pub struct ParsedSegment {
    store: Store,
    told: SegmentReport,
}

impl ParsedSegment {
    /// Its bytes, which [`ParsedSegment::of_bytes`] reads.
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        let label = Label { calls: self.store.len() as u64, ..Label::default() };
        Some(Writer::new(&self.store, &label, wire::encode(&self.told).ok()?).all(&self.store))
    }

    /// `None` where they are not what [`ParsedSegment::to_bytes`] gives.
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes.len() as u64);
        reader.push(bytes).ok()?;
        let kept = reader.finish().ok()?;
        Some(Self { store: kept.store, told: wire::decode(&kept.record).ok()? })
    }

    /// Its size, bytes of the text.
    pub const fn bytes(&self) -> u64 {
        self.told.segment_stats.bytes
    }
}

impl Loader {
    /// Takes a segment in that follows here and was read as requested; false, and nothing added, where it is uncertain that each of its calls
    /// has a place: it is to be read in its turn.
    pub fn take(&mut self, asked: &SegmentRequest, segment: &ParsedSegment) -> bool {
        let SegmentReport { segment_stats, rejected, spans } = &segment.told;
        if self.segment_request().as_ref() != Some(asked) {
            return false;
        }
        self.checkpoint_here(Some(asked.clone()));
        if !self.intake.append(&segment.store) {
            return false;
        }
        let begun = self.source.place();
        let (from, name) = self.source.pass(segment_stats, rejected.count);
        let moved = rejected.samples.iter().map(|record_error| {
            let Place { line, byte, call } = record_error.place;
            let place = Place { line: line + from.line, byte: byte + from.byte, call: call + from.call };
            RecordError { place, found: name.found(record_error.found.clone()), ..record_error.clone() }
        });
        self.intake.add_rejected(Rejected { samples: moved.collect(), ..rejected.clone() });
        self.take_spans(asked, begun, spans);
        true
    }
}

impl Engine {
    /// Takes a segment in ([`Loader::take`]).
    pub fn accept_segment(&mut self, load: u32, asked: &SegmentRequest, segment: &ParsedSegment) -> bool {
        self.loading.as_mut().filter(|(current, _)| *current == load).is_some_and(|(_, loader)| loader.take(asked, segment))
    }
}
