//! Our own format (docs/feed.md): an array of calls, a `callscope/1` document, calls line by line or one after the other.

use super::call::{CallReader, Fault, is_field, shorten_bytes};
use super::event::{Event, Spot, place, record_error, tail};
use super::fast_path::{Around, FastPath, Passed};
use super::head::{Head, is_member};
use super::importer::{About, Confidence, Format, Importer, Prefix, Reads, Sink, Unrecognised};
use super::json::{Cursor, Kind};
use super::scan::Scanner;
use super::split_point::{SegmentStats, SplitPoint};
use super::text::visible;
use crate::base::build::FULL;
use crate::model::{Place, Problem, RecordError};

/// See [`super::registry::FORMATS`].
pub const FORMAT: Format = Format {
    name: "callscope",
    title: "Callscope",
    confidence,
    reads: Reads::Calls(|_| Box::new(Callscope::default())),
    mapping: &[],
};

/// The same, each call read by the usual reader alone: what reading ahead is held against in tests and benchmarks.
pub const CAREFUL: Format =
    Format { reads: Reads::Calls(|_| Box::new(Callscope { careful: true, ..Callscope::default() })), ..FORMAT };

/// The version of the document format that is read.
pub const VERSION: &str = "callscope/1";

/// Objects of a source's first text that are looked at.
const OBJECTS_MAX: usize = 64;

fn confidence(prefix: &Prefix<'_>) -> Option<Confidence> {
    let text = visible(prefix.bytes);
    if !begins_json(text) {
        return None;
    }
    let first = Keys::of(text);
    if first.versioned {
        return Some(Confidence { percent: 100, reason: "names its format" });
    }
    // The first call may be broken: any object that begins a line will do.
    let lines =
        memchr::memchr_iter(b'\n', text).map(|at| text[at + 1..].trim_ascii_start()).filter(|line| line.first() == Some(&b'{'));
    if first.required >= 2 || lines.take(OBJECTS_MAX).any(|line| Keys::of(line).required >= 2) {
        return Some(Confidence { percent: 90, reason: "an object has the fields of a call" });
    }
    // Cut off or broken before it could tell: nothing speaks against calls, and hardly anything for them.
    let related = first.known > 0 && first.known * 2 >= first.total;
    let meant = first.total == 0 || (!first.whole && (first.known == first.total || (first.required > 0 && related)));
    let objects = text.first() == Some(&b'{') || text[1..].trim_ascii_start().first().is_none_or(|b| matches!(b, b'{' | b']'));
    (meant && objects).then_some(Confidence { percent: 5, reason: "is JSON that may go on as calls" })
}

fn begins_json(text: &[u8]) -> bool {
    let behind = |text: &[u8]| text[1..].trim_ascii_start().first().copied();
    match text.first() {
        Some(b'{') => matches!(behind(text), None | Some(b'"' | b'}')),
        // A section of an INI file begins with a bracket as well: a letter behind it must begin a JSON word.
        Some(b'[') => {
            let inner = text[1..].trim_ascii_start();
            matches!(inner.first(), None | Some(b'{' | b'[' | b'"' | b']' | b'-' | b'0'..=b'9'))
                || [&b"true"[..], b"false", b"null"].iter().any(|word| inner.starts_with(word))
        }
        _ => false,
    }
}

/// Names in the first object of a text.
#[derive(Debug, Default)]
struct Keys {
    /// Has `"format": "callscope/…"`.
    versioned: bool,
    /// How many of the fields that every call has.
    required: usize,
    /// Names that are fields of a call or members of a document, and all names.
    known: usize,
    total: usize,
    /// The object was read to its end.
    whole: bool,
}

impl Keys {
    fn of(bytes: &[u8]) -> Self {
        let mut keys = Self::default();
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
                keys.known += usize::from(is_field(key) || is_member(key));
                keys.total += 1;
                let format = key == "format";
                if format && cursor.kind()? == Kind::Text {
                    let mut scratch = String::new();
                    keys.versioned |= cursor.text(&mut scratch)?.resolve(&scratch).starts_with("callscope/");
                } else {
                    cursor.skip_value()?;
                }
            }
            keys.whole = true;
            Ok(())
        });
        keys
    }
}

/// Reads one source.
#[derive(Debug, Default)]
pub struct Callscope {
    scanner: Scanner,
    /// No call is read ahead.
    careful: bool,
    reader: Reader,
}

impl Importer for Callscope {
    fn feed(&mut self, bytes: &[u8], sink: &mut dyn Sink) -> Result<(), Unrecognised> {
        let reader = &mut self.reader;
        reader.seen = reader.seen || !visible(bytes).is_empty();
        if !FULL || self.careful {
            self.scanner.push(bytes, &mut |event| reader.take(event, sink));
        }
        let mut rest = if !FULL || self.careful { &[] } else { bytes };
        while !rest.is_empty() {
            if let Some(around) = self.scanner.between() {
                let passed = reader.ahead(rest, around, self.scanner.spot(), sink);
                self.scanner.pass(&rest[..passed.bytes], passed.lines);
                rest = &rest[passed.bytes..];
            }
            let taken = self.scanner.push_one(rest, &mut |event| reader.take(event, sink));
            rest = &rest[taken..];
        }
        reader.version()
    }

    fn split_point(&self) -> Option<SplitPoint> {
        // Before the first call, what the source is at all may depend on what comes.
        if FULL && self.reader.calls > 0 { self.scanner.split_point() } else { None }
    }

    fn begin_at(&mut self, split_point: &SplitPoint) -> bool {
        if FULL {
            self.scanner.begin_at(split_point);
        }
        FULL
    }

    fn segment_stats(&self) -> Option<SegmentStats> {
        if !FULL {
            return None;
        }
        let Reader { ordinal: records, calls, calls_reader, headed, .. } = &self.reader;
        let (records, calls, unknown_fields) = (*records, *calls, calls_reader.seen_unknown()?);
        (!headed).then(|| SegmentStats { records, calls, unknown_fields, ..SegmentStats::default() })
    }

    fn pass(&mut self, segment_stats: &SegmentStats) -> Place {
        if !FULL {
            return Place::default();
        }
        let (spot, reader) = (self.scanner.spot(), &mut self.reader);
        let from = Place { line: spot.line - 1, byte: spot.byte, call: reader.ordinal };
        self.scanner.pass_to_split_point(segment_stats.bytes, segment_stats.lines);
        reader.ordinal += segment_stats.records;
        reader.calls += segment_stats.calls;
        segment_stats.unknown_fields.iter().for_each(|(name, calls)| reader.calls_reader.unknown().add_many(name, *calls));
        from
    }

    fn finish(self: Box<Self>, sink: &mut dyn Sink) -> Result<About, Unrecognised> {
        let Self { mut scanner, mut reader, .. } = *self;
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
            passed: Vec::new(),
        })
    }
}

#[derive(Debug, Default)]
struct Reader {
    calls_reader: CallReader,
    fast: FastPath,
    head: Head,
    /// Members of a document were found.
    headed: bool,
    /// Anything but white space was fed.
    seen: bool,
    /// Calls begun, and calls given out.
    ordinal: u64,
    calls: u64,
    /// Something was no call; something that failed looked like one.
    other: bool,
    likely: bool,
    cut_short: Option<RecordError>,
}

impl Reader {
    fn version(&self) -> Result<(), Unrecognised> {
        match &self.head.format {
            Some(format) if format != VERSION => Err(Unrecognised::OtherVersion(format.clone())),
            _ => Ok(()),
        }
    }

    /// Reads the calls that are as expected from a place between two calls on.
    fn ahead(&mut self, bytes: &[u8], around: Around, spot: Spot, sink: &mut dyn Sink) -> Passed {
        let Self { fast, calls_reader, ordinal, calls, .. } = self;
        fast.read(bytes, around, calls_reader.unknown(), &mut |call, at| {
            *ordinal += 1;
            *calls += 1;
            sink.call(call, Place { line: spot.line + at.lines, byte: spot.byte + at.bytes as u64, call: *ordinal });
        })
    }

    fn take(&mut self, event: Event<'_>, sink: &mut dyn Sink) {
        match event {
            Event::Head { bytes, spot } => self.head(bytes, spot, sink),
            Event::Value { bytes, spot, head: true } if Keys::of(bytes).versioned => {
                let fault = Fault { at: 0, problem: Problem::Missing, field: "calls".into(), found: String::new() };
                self.head(bytes, spot, sink);
                if self.head.faults.is_empty() {
                    sink.reject(record_error(fault, bytes, spot, 0));
                }
            }
            Event::Value { bytes, spot, .. } => self.values(bytes, spot, sink),
            Event::Broken { bytes, spot, problem } => {
                self.ordinal += 1;
                self.judge(bytes, true);
                let place = Place { line: spot.line, byte: spot.byte, call: self.ordinal };
                sink.reject(RecordError { place, problem, field: String::new(), found: tail(bytes) });
            }
            Event::Cut { bytes, spot } => {
                self.judge(bytes, true);
                let place = Place { line: spot.line, byte: spot.byte, call: self.ordinal + 1 };
                self.cut_short =
                    Some(RecordError { place, problem: Problem::EndsEarly, field: String::new(), found: tail(bytes) });
            }
        }
    }

    fn head(&mut self, bytes: &[u8], spot: Spot, sink: &mut dyn Sink) {
        self.headed = true;
        self.head.read(bytes);
        for fault in core::mem::take(&mut self.head.faults) {
            sink.reject(record_error(fault, bytes, spot, 0));
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
                    // Another call may follow a sound value on the same line.
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
        sink.reject(record_error(fault, bytes, spot, self.ordinal));
    }

    /// Notes whether something that gave no call was meant as one.
    fn judge(&mut self, bytes: &[u8], cut: bool) {
        self.other = true;
        if !self.likely {
            let keys = Keys::of(bytes);
            self.likely = keys.required >= 2 || keys.versioned || (cut && keys.known == keys.total);
        }
    }
}
