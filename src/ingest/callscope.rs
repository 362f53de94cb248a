//! Our own format (docs/feed.md): an array of calls, a `callscope/1` document, calls line by line or one after the other.

use super::call::{CallReader, Fault, is_field, shorten_bytes};
use super::event::{Event, Spot};
use super::head::{Head, is_member};
use super::importer::{About, Confidence, Format, Importer, Sink, Unrecognised, visible};
use super::json::{Cursor, Kind};
use super::scan::Scanner;
use crate::model::{Complaint, Place, Problem};

/// See [`super::importer::FORMATS`].
pub const FORMAT: Format = Format { name: "callscope", confidence, importer: || Box::new(Callscope::default()) };

/// The version of the document format that is read.
pub const VERSION: &str = "callscope/1";

fn confidence(prefix: &[u8]) -> Option<Confidence> {
    let text = visible(prefix);
    let behind = |text: &[u8]| text[1..].trim_ascii_start().first().copied();
    let json = match text.first() {
        Some(b'{') => matches!(behind(text), None | Some(b'"' | b'}')),
        // A section of an INI file begins with a bracket as well: a letter behind it must begin a JSON word.
        Some(b'[') => {
            let inner = text[1..].trim_ascii_start();
            matches!(inner.first(), None | Some(b'{' | b'[' | b'"' | b']' | b'-' | b'0'..=b'9'))
                || [&b"true"[..], b"false", b"null"].iter().any(|word| inner.starts_with(word))
        }
        _ => false,
    };
    if !json {
        return None;
    }
    let keys = Keys::of(text);
    Some(if keys.versioned {
        Confidence { percent: 100, reason: "names its format" }
    } else if keys.required >= 2 {
        Confidence { percent: 90, reason: "its first object has the fields of a call" }
    } else {
        Confidence { percent: 5, reason: "is JSON" }
    })
}

/// Names in the first object of a text.
#[derive(Debug, Default)]
struct Keys {
    /// Has `"format": "callscope/…"`.
    versioned: bool,
    /// How many of the fields that every call has.
    required: usize,
    /// All names are fields of a call or members of a document.
    all_known: bool,
}

impl Keys {
    fn of(bytes: &[u8]) -> Self {
        let mut keys = Self { all_known: true, ..Self::default() };
        let sound = match core::str::from_utf8(bytes) {
            Ok(text) => text.len(),
            Err(e) => e.valid_up_to(),
        };
        // What is cut off or broken ends the object: what was read counts.
        let _ = Cursor::new(&bytes[..sound]).and_then(|mut cursor| {
            cursor.take(b'[');
            cursor.expect(b'{')?;
            let (mut first, mut scratch) = (true, String::new());
            while cursor.more(&mut first, b'}')? {
                scratch.clear();
                let key = cursor.key(&mut scratch)?;
                let key = key.resolve(&scratch);
                keys.required += usize::from(matches!(key, "time" | "service" | "status"));
                keys.all_known &= is_field(key) || is_member(key);
                let format = key == "format";
                if format && cursor.kind()? == Kind::Text {
                    let mut scratch = String::new();
                    keys.versioned |= cursor.text(&mut scratch)?.resolve(&scratch).starts_with("callscope/");
                } else {
                    cursor.skip_value()?;
                }
            }
            Ok(())
        });
        keys
    }
}

/// Reads one source.
#[derive(Debug, Default)]
pub struct Callscope {
    scanner: Scanner,
    reader: Reader,
}

impl Importer for Callscope {
    fn feed(&mut self, bytes: &[u8], sink: &mut dyn Sink) -> Result<(), Unrecognised> {
        let reader = &mut self.reader;
        reader.seen = reader.seen || !visible(bytes).is_empty();
        self.scanner.push(bytes, &mut |event| reader.take(event, sink));
        reader.version()
    }

    fn finish(self: Box<Self>, sink: &mut dyn Sink) -> Result<About, Unrecognised> {
        let Self { mut scanner, mut reader } = *self;
        scanner.finish(&mut |event| reader.take(event, sink));
        reader.version()?;
        if !reader.seen {
            return Err(Unrecognised::Empty);
        }
        // Objects were read, none of them a call or of a document: this is JSON of another kind.
        if reader.calls == 0 && reader.head.format.is_none() && reader.other && !reader.likely {
            return Err(Unrecognised::OtherJson);
        }
        let Head { source, generated_at_ms, demonstration, services, .. } = reader.head;
        Ok(About {
            source,
            generated_at_ms,
            demonstration,
            services,
            unknown_fields: reader.calls_reader.into_unknown().into_list(),
            cut_short: reader.cut_short,
        })
    }
}

#[derive(Debug, Default)]
struct Reader {
    calls_reader: CallReader,
    head: Head,
    /// Anything but white space was fed.
    seen: bool,
    /// Calls begun, and calls given out.
    ordinal: u64,
    calls: u64,
    /// Something was no call; something that failed looked like one.
    other: bool,
    likely: bool,
    cut_short: Option<Complaint>,
}

impl Reader {
    fn version(&self) -> Result<(), Unrecognised> {
        match &self.head.format {
            Some(format) if format != VERSION => Err(Unrecognised::OtherVersion(format.clone())),
            _ => Ok(()),
        }
    }

    fn take(&mut self, event: Event<'_>, sink: &mut dyn Sink) {
        match event {
            Event::Head { bytes, spot } => self.head(bytes, spot, sink),
            Event::Value { bytes, spot, head: true } if Keys::of(bytes).versioned => {
                let fault = Fault { at: 0, problem: Problem::Missing, field: "calls".into(), found: String::new() };
                self.head(bytes, spot, sink);
                if self.head.faults.is_empty() {
                    sink.reject(complaint(fault, bytes, spot, 0));
                }
            }
            Event::Value { bytes, spot, .. } => self.values(bytes, spot, sink),
            Event::Broken { bytes, spot, problem } => {
                self.ordinal += 1;
                self.judge(bytes, true);
                let place = Place { line: spot.line, byte: spot.byte, call: self.ordinal };
                sink.reject(Complaint { place, problem, field: String::new(), found: tail(bytes) });
            }
            Event::Cut { bytes, spot } => {
                self.judge(bytes, true);
                let place = Place { line: spot.line, byte: spot.byte, call: self.ordinal + 1 };
                self.cut_short = Some(Complaint { place, problem: Problem::EndsEarly, field: String::new(), found: tail(bytes) });
            }
        }
    }

    fn head(&mut self, bytes: &[u8], spot: Spot, sink: &mut dyn Sink) {
        self.head.read(bytes);
        for fault in core::mem::take(&mut self.head.faults) {
            sink.reject(complaint(fault, bytes, spot, 0));
        }
    }

    /// Reads a call, or the calls of a line.
    fn values(&mut self, bytes: &[u8], spot: Spot, sink: &mut dyn Sink) {
        let mut cursor = match Cursor::new(bytes) {
            Ok(cursor) => cursor,
            Err(e) => {
                let found = shorten_bytes(&bytes[e.at..]);
                return self.fault(Fault { at: e.at, problem: e.problem, field: String::new(), found }, bytes, spot, sink);
            }
        };
        loop {
            cursor.skip_space();
            let start = cursor.at();
            match self.calls_reader.read(&mut cursor) {
                Ok(call) => {
                    self.ordinal += 1;
                    self.calls += 1;
                    sink.call(&call, place(bytes, start, spot, self.ordinal));
                }
                Err(fault) => {
                    self.fault(fault, bytes, spot, sink);
                    // Another call may stand behind a sound value on the same line.
                    cursor = cursor.from(start);
                    if cursor.skip_value().is_err() {
                        return;
                    }
                }
            }
            if cursor.at_end() {
                return;
            }
        }
    }

    fn fault(&mut self, fault: Fault, bytes: &[u8], spot: Spot, sink: &mut dyn Sink) {
        self.ordinal += 1;
        self.judge(bytes, fault.problem == Problem::EndsEarly);
        sink.reject(complaint(fault, bytes, spot, self.ordinal));
    }

    /// Notes whether something that gave no call was meant as one.
    fn judge(&mut self, bytes: &[u8], cut: bool) {
        self.other = true;
        if !self.likely {
            let keys = Keys::of(bytes);
            self.likely = keys.required >= 2 || keys.versioned || (cut && keys.all_known);
        }
    }
}

/// The place of a byte of a value that begins at `spot`.
fn place(bytes: &[u8], at: usize, spot: Spot, call: u64) -> Place {
    let lines = memchr::memchr_iter(b'\n', &bytes[..at.min(bytes.len())]).count() as u64;
    Place { line: spot.line + lines, byte: spot.byte + at as u64, call }
}

fn complaint(fault: Fault, bytes: &[u8], spot: Spot, call: u64) -> Complaint {
    let Fault { at, problem, field, found } = fault;
    Complaint { place: place(bytes, at, spot, call), problem, field, found }
}

/// The last characters of what came of a call.
fn tail(bytes: &[u8]) -> String {
    let mut from = bytes.len().saturating_sub(40);
    while bytes.get(from).is_some_and(|b| b & 0xc0 == 0x80) {
        from += 1;
    }
    shorten_bytes(&bytes[from..])
}
