//! What the reader worker does with a polled feed, without a browser: the same requests, the same readings, the same engine.

use super::site::{File, Mood};
use callscope::engine::Engine;
use callscope::engine::load::Loader;
use callscope::engine::load::piece::Piece;
use callscope::engine::merge::{Change, IncrementalMerge, RowProvenance};
use callscope::ingest::registry::by_name;
use callscope::ingest::source_reader::Choice;
use callscope::model::Place;
use callscope::poll::{Body, ResponseKind, Revalidation};
use callscope::wire::{DataSet, FromEngine, LoadCause};

/// What came of one request.
#[derive(Clone, Debug, PartialEq)]
pub enum Came {
    Unchanged,
    /// So many calls more, or all anew.
    Changed,
    Status(u16),
    Broken,
    Unreadable(LoadCause),
}

#[derive(Default)]
pub struct Console {
    pub engine: Engine,
    pub set: Option<DataSet>,
    revalidation: Option<Revalidation>,
    provenance: RowProvenance,
    /// Bytes that a chunk has at the most.
    pub chunk: usize,
}

impl Console {
    pub fn new(chunk: usize) -> Self {
        Self { chunk, ..Self::default() }
    }

    /// Asks once, as what is held demands.
    pub fn poll(&mut self, file: &mut File, mood: Mood) -> Came {
        let Some(mut revalidation) = self.revalidation.take() else { return self.first(file, mood) };
        let ask = revalidation.ask();
        let sent = file.answer(&ask, mood);
        let response_kind = revalidation.response_kind(&ask, sent.head());
        let came = match response_kind {
            ResponseKind::Unchanged => Came::Unchanged,
            ResponseKind::Refused(status) => Came::Status(status),
            ResponseKind::Anew => {
                revalidation.ask_anew();
                self.revalidation = Some(revalidation);
                return self.poll(file, mood);
            }
            ResponseKind::Behind | ResponseKind::Whole => {
                let mut body = Body::of(&revalidation, response_kind);
                let mut loader = Loader::new("feed", true, None);
                if response_kind == ResponseKind::Behind {
                    loader = loader.chosen(Choice::Format(by_name("callscope").expect("our own format")));
                }
                let mut out = Vec::new();
                let mut moved = false;
                for chunk in sent.body.chunks(self.chunk) {
                    moved |= body.push(chunk, &mut out).is_err();
                    if moved || loader.push(&out).is_err() {
                        break;
                    }
                    out.clear();
                }
                let ended = match (moved, sent.broken) {
                    (true, _) => None,
                    (false, true) => body.broke(),
                    (false, false) => body.end().ok().map(|taken| {
                        // What is wrong with it is said at its end.
                        let _ = loader.push(&taken.rest);
                        taken.lines
                    }),
                };
                match (response_kind, ended, sent.broken) {
                    (ResponseKind::Behind, None, false) => {
                        revalidation.ask_anew();
                        self.revalidation = Some(revalidation);
                        return self.poll(file, mood);
                    }
                    (_, None, _) | (ResponseKind::Whole, _, true) => Came::Broken,
                    (ResponseKind::Behind, Some(lines), broken) => {
                        let place = self.place(&revalidation);
                        let piece = loader.tail();
                        let nothing = piece.told.bytes == 0;
                        revalidation.grew(lines, sent.head(), !broken);
                        if !nothing {
                            self.change(Change::Behind(piece, place));
                        }
                        if broken { Came::Broken } else { Came::Changed }
                    }
                    (_, Some(lines), _) => match loader.finish() {
                        Ok((store, told)) => {
                            revalidation.replaced(lines, sent.head(), true);
                            self.change(Change::Anew(Piece { store, told }));
                            Came::Changed
                        }
                        Err(failure) => Came::Unreadable(failure.cause),
                    },
                }
            }
        };
        self.revalidation = Some(revalidation);
        came
    }

    fn first(&mut self, file: &mut File, mood: Mood) -> Came {
        let sent = file.answer(&Default::default(), mood);
        if sent.status != 200 {
            return Came::Status(sent.status);
        }
        if sent.broken {
            return Came::Broken;
        }
        self.engine.begin(1, "feed", true, None);
        let (mut body, mut out) = (Body::first(true), Vec::new());
        for chunk in sent.body.chunks(self.chunk) {
            body.push(chunk, &mut out).expect("nothing has to come first");
        }
        let taken = body.end().expect("nothing has to come first");
        out.extend_from_slice(&taken.rest);
        if let Some(FromEngine::LoadFailed { failure, .. }) = self.engine.push(1, &out) {
            return Came::Unreadable(failure.cause);
        }
        match self.engine.finish(1) {
            Some(FromEngine::Loaded { data, .. }) => {
                self.provenance = RowProvenance::new(0, &data);
                self.revalidation = Some(Revalidation::new(taken.lines, sent.head(), true));
                self.set = Some(data);
                Came::Changed
            }
            Some(FromEngine::LoadFailed { failure, .. }) => Came::Unreadable(failure.cause),
            other => panic!("{other:?}"),
        }
    }

    /// Where the next line is.
    fn place(&self, revalidation: &Revalidation) -> Place {
        let (byte, line) = revalidation.taken();
        let told = self.provenance.told(0).expect("it was read");
        Place { line, byte, call: told.calls + told.rejected.count }
    }

    fn change(&mut self, change: Change) {
        self.put(vec![(0, change)]);
    }

    pub fn put(&mut self, changes: Vec<(u32, Change)>) {
        let mut merge = IncrementalMerge::new(std::mem::take(&mut self.provenance), changes);
        while self.engine.grow(&mut merge) {}
        let (message, provenance) = self.engine.grown(merge).expect("it is shown").expect("it fits");
        let FromEngine::Loaded { load: 0, data, .. } = message else { panic!("{message:?}") };
        (self.provenance, self.set) = (provenance, Some(data));
    }

    /// Shows the first part of a feed in parts.
    pub fn begin_parts(&mut self, part: u32, text: &[u8]) {
        self.engine.begin(1, "feed", true, None);
        assert_eq!(self.engine.push(1, text), None);
        let Some(FromEngine::Loaded { data, .. }) = self.engine.finish(1) else { panic!("a part without calls") };
        self.provenance = RowProvenance::new(part, &data);
        self.set = Some(data);
    }
}
