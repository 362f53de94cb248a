//! vLLM's `bench serve --save-detailed`: one object with a list for each field, one entry a request.
//!
//! Start times count from an unknown beginning; `date` is when the run was over (local time, taken as UTC), so the run began
//! `duration` before it. A failed request has 0 for what was not measured.
//!
//! `itls` are intervals between chunks, each of one token or more: only their sum is used, never their mean. The incremental token latency follows from
//! latency, time to first token and tokens, as vLLM's own `tpot` does.

use super::clock::{self, Form, Wall};
use super::status;
use super::sure;
use super::walk::{Found, Rule, Walker, What};
use crate::ingest::event::{Spot, tail};
use crate::ingest::importer::{About, FieldMapping, Format, Importer, Reads, Sink, Unrecognised, map};
use crate::ingest::json::{Cursor, Kind};
use crate::ingest::number;
use crate::ingest::text::visible;
use crate::model::limits::{DURATION_MS_MAX, TIME_MS_MIN, TOKENS_MAX};
use crate::model::{Call, Place, Problem, RecordError};

/// See [`super::FORMATS`].
pub const FORMAT: Format = Format {
    name: "vllm-bench",
    title: "vLLM bench serve",
    confidence: |seen| {
        let s = &seen.sniff;
        let lists = s.count(&["input_lens", "output_lens", "ttfts", "itls", "start_times"]);
        sure(lists >= 2 && s.has("request_throughput") || lists >= 4, 95, "request_throughput and lists of vLLM bench serve")
    },
    reads: Reads::Calls(|_| Box::new(Bench::default())),
    mapping: MAPPING,
};

const MAPPING: &[FieldMapping] = &[
    map("time", "date - duration + start_times - the first of them", "s"),
    map("service", "model_id", ""),
    map("model", "model_id", ""),
    map("status", "errors", ""),
    map("error_message", "errors", ""),
    map("stream", "fixed: true", ""),
    map("latency_ms", "latencies, else ttfts + itls", "s"),
    map("ttft_ms", "ttfts", "s"),
    map("input_tokens", "input_lens", ""),
    map("output_tokens", "output_lens", ""),
];

/// Requests that one report may have; a list is held until all lists are known.
const REQUESTS_MAX: usize = 5_000_000;

const RULES: &[Rule<'static>] = &[
    ("input_lens.[]", What::Record),
    ("output_lens.[]", What::Record),
    ("ttfts.[]", What::Record),
    ("itls.[]", What::Record),
    ("latencies.[]", What::Record),
    ("start_times.[]", What::Record),
    ("errors.[]", What::Record),
    ("date", What::Context),
    ("model_id", What::Context),
    ("duration", What::Context),
];
/// Numbers of the rules above.
const ERRORS: usize = 6;
const DATE: usize = 7;
const MODEL: usize = 8;
const DURATION: usize = 9;

/// Reads one report.
#[derive(Debug)]
struct Bench {
    walker: Walker,
    lists: Lists,
}

impl Default for Bench {
    fn default() -> Self {
        Self { walker: Walker::new(RULES), lists: Lists::default() }
    }
}

/// The lists so far, one entry a request; numbers are whole (tokens, microseconds), `None` where an entry is null or no number.
#[derive(Debug, Default)]
struct Lists {
    input: Vec<Option<u64>>,
    output: Vec<Option<u64>>,
    ttft_us: Vec<Option<u64>>,
    /// Sum of the intervals between chunks, in nanoseconds.
    itl_ns: Vec<Option<u64>>,
    latency_us: Vec<Option<u64>>,
    start_us: Vec<Option<u64>>,
    /// Number of the message; 0 is none.
    error: Vec<u32>,
    messages: Vec<String>,
    date: Option<i64>,
    model: Option<String>,
    duration_us: Option<u64>,
    spot: Option<Spot>,
    seen: bool,
    /// A report before this one, or something broken, was given out.
    given: bool,
    cut: Option<RecordError>,
}

impl Importer for Bench {
    fn feed(&mut self, bytes: &[u8], sink: &mut dyn Sink) -> Result<(), Unrecognised> {
        let lists = &mut self.lists;
        lists.seen = lists.seen || !visible(bytes).is_empty();
        self.walker.push(bytes, &mut |found| lists.take(found, sink));
        Ok(())
    }

    fn finish(self: Box<Self>, sink: &mut dyn Sink) -> Result<About, Unrecognised> {
        let Self { mut walker, mut lists } = *self;
        walker.finish(&mut |found| lists.take(found, sink));
        if !lists.seen {
            return Err(Unrecognised::Empty);
        }
        let entries = lists.requests() + lists.error.len() + lists.latency_us.len() + lists.output.len() + lists.itl_ns.len();
        if entries == 0 && lists.cut.is_none() && !lists.given {
            return Err(Unrecognised::OtherJson);
        }
        lists.report(sink);
        Ok(About { cut_short: lists.cut, ..About::default() })
    }
}

impl Lists {
    fn take(&mut self, found: Found<'_>, sink: &mut dyn Sink) {
        match found {
            Found::Enter { depth: 0 } => self.report(sink),
            Found::Enter { .. } => {}
            Found::Record { bytes, spot, rule } => self.entry(bytes, spot, rule, sink),
            Found::Context { bytes, rule } => {
                let text = text(bytes);
                match rule {
                    DATE => self.date = text.as_deref().and_then(written),
                    MODEL => self.model = text.filter(|t| !t.is_empty()),
                    DURATION => self.duration_us = scaled(bytes, 6),
                    _ => {}
                }
            }
            Found::Broken { bytes, spot, problem } => {
                self.given = true;
                let place = Place { line: spot.line, byte: spot.byte, call: 0 };
                sink.reject(RecordError { place, problem, field: String::new(), found: tail(bytes) });
            }
            Found::Cut { bytes, spot } => {
                let place = Place { line: spot.line, byte: spot.byte, call: 0 };
                self.cut = Some(RecordError { place, problem: Problem::EndsEarly, field: String::new(), found: tail(bytes) });
            }
        }
    }

    fn entry(&mut self, bytes: &[u8], spot: Spot, rule: usize, sink: &mut dyn Sink) {
        let lists: [&mut Vec<Option<u64>>; 5] =
            [&mut self.input, &mut self.output, &mut self.ttft_us, &mut self.latency_us, &mut self.start_us];
        if lists.iter().any(|list| list.len() >= REQUESTS_MAX)
            || self.error.len() >= REQUESTS_MAX
            || self.itl_ns.len() >= REQUESTS_MAX
        {
            if self.spot.replace(spot).is_none() {
                let place = Place { line: spot.line, byte: spot.byte, call: REQUESTS_MAX as u64 + 1 };
                sink.reject(RecordError { place, problem: Problem::TooManyCalls, field: String::new(), found: String::new() });
            }
            return;
        }
        match rule {
            0 => self.input.push(whole(bytes)),
            1 => self.output.push(whole(bytes)),
            2 => self.ttft_us.push(scaled(bytes, 6)),
            3 => self.itl_ns.push(intervals(bytes)),
            4 => self.latency_us.push(scaled(bytes, 6)),
            5 => self.start_us.push(scaled(bytes, 6)),
            ERRORS => {
                let message = text(bytes).unwrap_or_default();
                let known = self.messages.iter().position(|m| *m == message);
                let number = if message.is_empty() {
                    0
                } else {
                    1 + known.unwrap_or_else(|| {
                        self.messages.push(message);
                        self.messages.len() - 1
                    })
                };
                self.error.push(number as u32);
            }
            _ => {}
        }
    }

    /// Requests that some list knows of.
    fn requests(&self) -> usize {
        self.input.len().max(self.start_us.len()).max(self.ttft_us.len())
    }

    /// Gives out the calls of a report that is over, and begins anew.
    fn report(&mut self, sink: &mut dyn Sink) {
        let lists = core::mem::take(self);
        (self.seen, self.cut, self.given) = (lists.seen, lists.cut.clone(), lists.given);
        let requests = lists.requests();
        self.given |= requests > 0;
        let first_us = lists.start_us.iter().flatten().min().copied().unwrap_or(0);
        let began_us = lists.date.map_or(TIME_MS_MIN * 1000, |date| date - lists.duration_us.unwrap_or(0) as i64);
        let at = |list: &[Option<u64>], n: usize| list.get(n).copied().flatten();
        for n in 0..requests {
            let place = Place { line: 1, byte: 0, call: n as u64 + 1 };
            let Some(start_us) = at(&lists.start_us, n) else {
                sink.reject(RecordError { place, problem: Problem::Missing, field: "start_times".into(), found: String::new() });
                continue;
            };
            let number = lists.error.get(n).copied().unwrap_or(0);
            let message = (number > 0).then(|| lists.messages[number as usize - 1].as_str());
            let service = lists.model.as_deref().unwrap_or("vllm-bench");
            let call = Call {
                time_ms: (began_us + (start_us - first_us) as i64).div_euclid(1000),
                service,
                model: lists.model.as_deref(),
                status: message.map_or(200, |m| status::in_words(m).unwrap_or(status::UNKNOWN_FAILURE)),
                error_message: message,
                stream: Some(true),
                ..Call::default()
            };
            // A failed request's zeros are no measurements.
            let measured = |us: Option<u64>| us.filter(|&us| us > 0);
            let ttft_us = measured(at(&lists.ttft_us, n));
            let itl = lists.itl_ns.get(n).copied().flatten();
            let summed = ttft_us.zip(itl).map(|(ttft, sum)| ttft + (sum + 500) / 1000);
            let call = if message.is_some() {
                call
            } else {
                Call {
                    input_tokens: at(&lists.input, n),
                    output_tokens: at(&lists.output, n),
                    ttft_us,
                    latency_us: measured(at(&lists.latency_us, n)).or(summed),
                    ..call
                }
            };
            sink.call(&call, place);
        }
    }
}

/// `20261122-053831`, in microseconds since 1970.
fn written(text: &str) -> Option<i64> {
    let (date, time) = (text.get(..8)?, text.get(9..15)?);
    if !text.is_ascii() || !date.bytes().chain(time.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let form = format!("{}-{}-{}T{}:{}:{}Z", &date[..4], &date[4..6], &date[6..], &time[..2], &time[2..4], &time[4..]);
    clock::read(&form, Form::Any, Wall::UTC).ok().map(|ns| ns / 1000)
}

fn number_of(bytes: &[u8]) -> Option<&str> {
    let mut cursor = Cursor::new(bytes).ok()?;
    if cursor.kind().ok()? == Kind::Number { cursor.number().ok() } else { None }
}

fn whole(bytes: &[u8]) -> Option<u64> {
    number::whole(number_of(bytes)?, TOKENS_MAX).ok()
}

fn scaled(bytes: &[u8], scale: usize) -> Option<u64> {
    number::scaled(number_of(bytes)?, scale, DURATION_MS_MAX / 1e3).ok()
}

fn text(bytes: &[u8]) -> Option<String> {
    let mut cursor = Cursor::new(bytes).ok()?;
    let mut scratch = String::new();
    if cursor.kind().ok()? != Kind::Text {
        return None;
    }
    let text = cursor.text(&mut scratch).ok()?;
    let text = text.resolve(&scratch);
    let end = (0..=text.len().min(MESSAGE_BYTES)).rev().find(|&n| text.is_char_boundary(n)).unwrap_or(0);
    Some(text[..end].to_owned())
}

/// Longest error message that is kept.
const MESSAGE_BYTES: usize = 1_000;

/// Sum of a list of seconds, in nanoseconds.
fn intervals(bytes: &[u8]) -> Option<u64> {
    let mut cursor = Cursor::new(bytes).ok()?;
    cursor.expect(b'[').ok()?;
    let (mut first, mut sum) = (true, 0_u64);
    while cursor.more(&mut first, b']').ok()? {
        if cursor.kind().ok()? != Kind::Number {
            return None;
        }
        sum = sum.checked_add(number::scaled(cursor.number().ok()?, 9, DURATION_MS_MAX / 1e3).ok()?)?;
    }
    Some(sum)
}
