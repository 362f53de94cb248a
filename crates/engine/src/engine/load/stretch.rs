//! A segment of a text: parsed by a helper in parallel, and merged as if the main reader had parsed
//! it.
//!
//! The main reader sends its state ([`super::ask::Ask`]). A helper parses a segment as if it began
//! in that state, and sends the result. The main reader accepts it only if it reaches the segment's
//! beginning in the same state; otherwise it parses the segment itself.

use super::Loader;
use super::ask::Ask;
use super::intake::Intake;
use super::marks::{Open, Span, TRIES_MAX, next_cut};
use crate::engine::Engine;
use crate::ingest::importer::Importer;
use crate::ingest::seam::{Passage, Seam};
use crate::model::Problem;
use crate::store::Store;
use crate::store::kept::{Label, Reader, Writer};
use crate::wire::{self, Complaint, Place, Rejected};
use memchr::memchr_iter;
use serde::{Deserialize, Serialize};

/// Reads one stretch.
pub struct Reading {
    importer: Box<dyn Importer>,
    intake: Intake,
    passage: Passage,
    asked: Ask,
    spans: Vec<(Span, Seam)>,
    /// The span at hand, and how it began.
    open: (Open, Seam),
}

impl Reading {
    /// `None` where a text of this kind cannot be read so.
    pub fn new(ask: &Ask) -> Option<Self> {
        Some(Self {
            importer: ask.importer()?,
            intake: Intake::default(),
            passage: Passage::default(),
            asked: ask.clone(),
            spans: Vec::new(),
            open: (Open::default(), ask.seam.clone()),
        })
    }

    /// Takes the next bytes; false where nothing will come of it.
    pub fn push(&mut self, bytes: &[u8]) -> bool {
        let (mut bytes, mut tries, every) = (bytes, 0, self.asked.mark_bytes);
        while every > 0
            && tries < TRIES_MAX
            && let Some(cut) = next_cut(bytes, (self.open.0.from + every).saturating_sub(self.passage.bytes))
        {
            if !self.feed(&bytes[..cut]) {
                return false;
            }
            (bytes, tries) = (&bytes[cut..], tries + 1);
            if let Some(here) = self.importer.seam() {
                self.mark_here(here);
                tries = 0;
            }
        }
        self.feed(bytes)
    }

    fn feed(&mut self, bytes: &[u8]) -> bool {
        self.passage.bytes += bytes.len() as u64;
        self.passage.lines += memchr_iter(b'\n', bytes).count() as u64;
        self.importer.feed(bytes, &mut self.intake).is_ok()
    }

    /// Ends the span at hand and begins another.
    fn mark_here(&mut self, here: Seam) {
        let Passage { bytes: from, lines, .. } = self.passage;
        let open = Open { from, lines, calls: self.intake.times().len() };
        let (before, way) = core::mem::replace(&mut self.open, (open, here));
        self.spans.extend(before.close(from, self.intake.times()).map(|span| (span, way)));
    }

    /// What came of it; `None` where it does not end as it began, or cannot be told apart from what comes before it.
    pub fn finish(mut self) -> Option<Stretch> {
        let here = self.importer.seam().filter(|here| *here == self.asked.seam)?;
        self.mark_here(here);
        let Self { importer, intake, spans, passage: Passage { bytes, lines, .. }, .. } = self;
        let passage = Passage { bytes, lines, ..importer.passage()? };
        let calls = intake.calls();
        let (builder, rejected) = intake.into_parts();
        // What finds no room may find none for what comes before it.
        let refused = |problem| matches!(problem, Problem::TooManyCalls | Problem::TooManyValues);
        if rejected.reasons.iter().any(|&(problem, _)| refused(problem)) {
            return None;
        }
        let told = Told { passage: Passage { calls, ..passage }, rejected, spans };
        Some(Stretch { store: builder.finish(), told })
    }
}

/// The report about a segment, places counted from its beginning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Told {
    passage: Passage,
    rejected: Rejected,
    /// Its marks, and how reading begins at each.
    spans: Vec<(Span, Seam)>,
}

/// What came of a stretch.
#[derive(Debug)]
pub struct Stretch {
    store: Store,
    told: Told,
}

impl Stretch {
    /// Its bytes, which [`Stretch::of_bytes`] reads.
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        let label = Label { calls: self.store.len() as u64, ..Label::default() };
        let mut writer = Writer::new(&self.store, &label, wire::encode(&self.told).ok()?);
        let (mut all, mut piece) = (Vec::with_capacity(writer.total() as usize), Vec::new());
        while writer.piece(&self.store, &mut piece) {
            all.extend_from_slice(&piece);
        }
        Some(all)
    }

    /// `None` where they are not what [`Stretch::to_bytes`] gives.
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes.len() as u64);
        reader.push(bytes).ok()?;
        let kept = reader.finish().ok()?;
        Some(Self { store: kept.store, told: wire::decode(&kept.record).ok()? })
    }

    /// Its size, bytes of the text.
    pub const fn bytes(&self) -> u64 {
        self.told.passage.bytes
    }
}

impl Loader {
    /// Takes a stretch in that follows here and was read as requested; false, and nothing added, where it is uncertain that each of its calls
    /// has a place: it is to be read in its turn.
    pub fn take(&mut self, asked: &Ask, stretch: &Stretch) -> bool {
        let Told { passage, rejected, spans } = &stretch.told;
        if self.seam().as_ref() != Some(asked) {
            return false;
        }
        self.mark_here(Some(asked.clone()));
        if !self.intake.append(&stretch.store) {
            return false;
        }
        let begun = self.source.place();
        let (from, name) = self.source.pass(passage, rejected.count);
        let moved = rejected.samples.iter().map(|complaint| {
            let Place { line, byte, call } = complaint.place;
            let place = Place { line: line + from.line, byte: byte + from.byte, call: call + from.call };
            Complaint { place, found: name.found(complaint.found.clone()), ..complaint.clone() }
        });
        self.intake.add_rejected(Rejected { samples: moved.collect(), ..rejected.clone() });
        self.take_spans(asked, begun, spans);
        true
    }
}

impl Engine {
    /// Takes a stretch in ([`Loader::take`]).
    pub fn take_stretch(&mut self, load: u32, asked: &Ask, stretch: &Stretch) -> bool {
        self.loading.as_mut().filter(|(current, _)| *current == load).is_some_and(|(_, loader)| loader.take(asked, stretch))
    }
}
