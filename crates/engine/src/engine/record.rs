//! Finds the record of a call in its file. Columns hold nothing of requests and responses, so the
//! bytes around the call are read again ([`super::load::offset_index`]) by the importer that read the
//! file. The record is the one whose call equals the row in every column.

use super::Engine;
use super::load::offset_index::{Checkpoint, EntryPoint};
use crate::ingest::importer::{DETECT_BYTES, Importer, Sink};
use crate::ingest::record::{Parts, laid_out, parts};
use crate::ingest::source_reader::SourceReader;
use crate::model::limits::RECORD_SHOWN_BYTES;
use crate::model::{Call, Place, Range, RecordError};
use crate::source::calls::{Shared, list};
use crate::store::{Builder, Store};
use crate::view;
use crate::wire::record::{Extract, NoRecord, Record, RecordAsk};
use std::sync::Arc;

/// Bytes of a file that are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteRange {
    /// Number of the file, in the order in which they were read.
    pub file: u32,
    pub from: u64,
    pub to: u64,
}

/// A record's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordPlace {
    /// From where it begins to where it has ended for certain.
    pub bytes: ByteRange,
    /// Its line, from 1.
    pub line: u64,
    /// Records that may be the one ([`Record::alike`]).
    pub alike: u64,
}

/// A search for one record: it says which bytes it wants, and looks through them.
pub struct Search {
    want: Match,
    /// Spans that it may be in, the next last.
    spans: Vec<(Checkpoint, Arc<EntryPoint>)>,
    at: Option<(Checkpoint, Text)>,
    /// What the text at hand begins with.
    first: Vec<u8>,
    alike: u64,
}

/// What reads a span.
enum Text {
    Whole(Box<SourceReader>),
    Between(Box<dyn Importer>),
}

/// Compares calls with the one that is looked for.
struct Match {
    /// A store of that call alone.
    call: Store,
    /// So many that are equal come before it.
    before: u64,
    hit: Option<Place>,
}

impl Match {
    fn fits(&self, call: &Call<'_>) -> bool {
        // Few are put into columns to be compared.
        if call.time_ms != self.call.time_ms(0) || call.status != self.call.status(0) || call.service != self.call.service_name(0)
        {
            return false;
        }
        let (mut builder, kind) = (Builder::new(), self.call.service_kind(0));
        // Of what type a service is, another of its calls may have said.
        if builder.push(&Call { service_type: kind, ..*call }).is_err() {
            return false;
        }
        same(&builder.finish(), (0, 0), &self.call, (0, 0))
    }
}

impl Sink for Match {
    fn call(&mut self, call: &Call<'_>, place: Place) {
        if self.hit.is_some() || !self.fits(call) {
            return;
        }
        if self.before == 0 {
            self.hit = Some(place);
        }
        self.before = self.before.saturating_sub(1);
    }

    fn reject(&mut self, _: RecordError) {}
}

/// Whether two rows, each with its service, hold the same.
fn same(a: &Store, (service_a, row_a): (usize, usize), b: &Store, (service_b, row_b): (usize, usize)) -> bool {
    let (mut id_a, mut id_b) = (String::new(), String::new());
    a.call(service_a, row_a, &mut id_a) == b.call(service_b, row_b, &mut id_b)
}

impl Engine {
    /// A search for the record of a call as the page shows it.
    ///
    /// # Errors
    /// Why there is nothing to be searched.
    pub fn search(&self, ask: &RecordAsk) -> Result<Search, NoRecord> {
        let loaded = self.loaded.as_ref().ok_or(NoRecord::Replaced)?;
        let asked = view::window(&ask.list);
        let rows = list::rows(&asked.selection, &asked.order, &loaded.calls.context(), &mut Shared::default());
        let row = rows.get(ask.list.offset as usize).copied().ok_or(NoRecord::Replaced)?;
        let frame = list::frame(&asked, &loaded.calls.context(), &[row]);
        let shown = view::call_rows(&frame);
        if !shown.first().is_some_and(|(_, shown)| *shown == ask.row) {
            return Err(NoRecord::Replaced);
        }
        let service = loaded.store().service_code(&ask.list.service).ok_or(NoRecord::Replaced)?;
        self.search_row(service, row as usize)
    }

    /// The same for a row of a service.
    ///
    /// # Errors
    /// As for [`Engine::search`].
    pub fn search_row(&self, service: usize, row: usize) -> Result<Search, NoRecord> {
        let loaded = self.loaded.as_ref().ok_or(NoRecord::Replaced)?;
        let (store, offset_index) = (loaded.store(), &loaded.offset_index);
        let time_ms = store.time_ms(row);
        let mut spans = offset_index.at(time_ms);
        if let (true, Some(why)) = (spans.is_empty(), offset_index.missing()) {
            return Err(why.clone());
        }
        spans.reverse();
        let (mut builder, mut id) = (Builder::new(), String::new());
        // A single call finds room.
        builder.push(&store.call(service, row, &mut id)).map_err(|_| NoRecord::Changed)?;
        let call = builder.finish();
        let (mut before, mut alike) = (0, 0);
        for other in store.rows(service, Range { from_ms: time_ms, to_ms: time_ms + 1 }) {
            if other == row || same(store, (service, other), &call, (0, 0)) {
                alike += 1;
                before += u64::from(other < row);
            }
        }
        // Calls of one instant are in the order of their files; where some of them are in none, they cannot be matched.
        let certain = offset_index.missing().is_none();
        let (before, alike) = if certain { (before, 1) } else { (0, alike) };
        Ok(Search { want: Match { call, before, hit: None }, spans, at: None, first: Vec::new(), alike })
    }
}

impl Search {
    /// Begins to look through the next bytes; `None` where there are no more.
    pub fn begin(&mut self) -> Option<ByteRange> {
        loop {
            let (checkpoint, way) = self.spans.pop()?;
            let text = match &*way {
                EntryPoint::Beginning(choice) => {
                    self.first.clear();
                    Text::Whole(Box::new(SourceReader::new(choice.clone())))
                }
                EntryPoint::Between(ask) => {
                    self.first = ask.first().to_vec();
                    // A text that was cut so once can be again.
                    let Some(importer) = ask.importer() else { continue };
                    Text::Between(importer)
                }
            };
            self.at = Some((checkpoint, text));
            return Some(ByteRange { file: checkpoint.file, from: checkpoint.span.from, to: checkpoint.span.to });
        }
    }

    /// Takes the next of the bytes wanted; the record's place, once it is among them.
    pub fn push(&mut self, bytes: &[u8]) -> Option<RecordPlace> {
        let (_, text) = self.at.as_mut()?;
        // What is wrong with the text by now, it has no record.
        let _ = match text {
            Text::Whole(source) => {
                let room = DETECT_BYTES.saturating_sub(self.first.len()).min(bytes.len());
                self.first.extend_from_slice(&bytes[..room]);
                source.push(bytes, &mut self.want)
            }
            Text::Between(importer) => importer.feed(bytes, &mut self.want),
        };
        self.found()
    }

    /// The bytes wanted have come; the record's place, where it was the last of them.
    pub fn end(&mut self) -> Option<RecordPlace> {
        let (checkpoint, text) = self.at.take()?;
        match text {
            Text::Whole(source) => drop(source.finish(&mut self.want)),
            Text::Between(importer) => drop(importer.finish(&mut self.want)),
        }
        self.at = None;
        self.place(&checkpoint)
    }

    fn found(&self) -> Option<RecordPlace> {
        self.place(&self.at.as_ref()?.0)
    }

    fn place(&self, checkpoint: &Checkpoint) -> Option<RecordPlace> {
        let (place, span) = (self.want.hit?, checkpoint.span);
        // A reader that began between two records counts from there.
        let bytes = ByteRange { file: checkpoint.file, from: span.from + place.byte, to: span.to };
        Some(RecordPlace { bytes, line: span.lines + place.line, alike: self.alike })
    }

    /// The record that begins with these bytes, of the file of this name.
    pub fn record(&self, found: &RecordPlace, file: String, bytes: &[u8]) -> Record {
        let Parts { request, response, rest, json } = parts(bytes, &self.first);
        let extract = |text: String, json: bool| {
            if json {
                let (text, left_out) = laid_out(&text, RECORD_SHOWN_BYTES);
                return Extract { text, left_out };
            }
            let room = RECORD_SHOWN_BYTES.min(text.len());
            let end = (0..=room).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
            Extract { left_out: (text.len() - end) as u64, text: text[..end].to_owned() }
        };
        let part = |text: Option<String>| text.map(|text| extract(text, true));
        Record {
            file,
            byte: found.bytes.from,
            line: found.line,
            alike: found.alike,
            request: part(request),
            response: part(response),
            rest: extract(rest, json),
        }
    }
}
