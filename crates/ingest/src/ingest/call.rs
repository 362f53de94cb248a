//! One call's JSON to a [`Call`], by the rules of docs/spec.md, section 1. Unknown fields are passed over and counted.

use super::json::{Cursor, JsonError, Kind, Text};
use super::{labels, number, time};
use crate::base::sort::sort_by;
use crate::model::limits::{DURATION_MS_MAX, TEXT_BYTES_MAX, TOKENS_MAX};
use crate::model::{Call, Media, Problem, ServiceType};
use crate::store::Dict;

/// Most distinct names of unknown fields that are counted; those beyond go unnamed.
pub const UNKNOWN_NAMES_MAX: usize = 200;
/// Longest name of an unknown field that is kept, in bytes.
const UNKNOWN_NAME_BYTES: usize = 200;
/// Longest part of a faulty value that a record error repeats, in characters.
pub const FOUND_CHARS: usize = 60;

/// Why a call was rejected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem:?} at byte {at}, field {field:?}, found {found:?}")]
pub struct Fault {
    /// Byte in the call's text.
    pub at: usize,
    pub problem: Problem,
    /// The field at fault, or empty.
    pub field: String,
    /// What was found there, shortened.
    pub found: String,
}

/// The first characters of a text, on one line, with `…` where there is more.
pub fn shorten(text: &str) -> String {
    let mut chars = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut out: String = chars.by_ref().take(FOUND_CHARS).collect();
    if chars.next().is_some() {
        out.push('…');
    }
    out
}

/// The first characters of bytes that may be no text.
pub fn shorten_bytes(bytes: &[u8]) -> String {
    shorten(&String::from_utf8_lossy(&bytes[..bytes.len().min(FOUND_CHARS * 4)]))
}

/// Names of unknown fields with the number of calls that had them.
#[derive(Debug, Default)]
pub struct Unknown {
    names: Dict,
    /// By the name's code.
    counts: Vec<u64>,
}

impl Unknown {
    pub(super) fn add(&mut self, name: &str) {
        if let Some(code) = self.names.find(name) {
            self.counts[code as usize] += 1;
        } else if self.counts.len() < UNKNOWN_NAMES_MAX && name.len() <= UNKNOWN_NAME_BYTES {
            self.names.intern(name);
            self.counts.push(1);
        }
    }

    /// Counts a name that so many calls have.
    pub(super) fn add_many(&mut self, name: &str, calls: u64) {
        self.add(name);
        if let Some(code) = self.names.find(name) {
            self.counts[code as usize] += calls - 1;
        }
    }

    /// All of them as they were first seen; `None` where some may have found no room.
    pub(super) fn all(&self) -> Option<Vec<(String, u64)>> {
        let list = self.counts.iter().zip(0..).map(|(&count, code)| (self.names.get(code).to_owned(), count));
        (self.counts.len() < UNKNOWN_NAMES_MAX).then(|| list.collect())
    }

    /// Most frequent first, then by name.
    pub fn into_list(self) -> Vec<(String, u64)> {
        let mut list: Vec<_> =
            self.counts.iter().zip(0..).map(|(&count, code)| (self.names.get(code).to_owned(), count)).collect();
        sort_by(&mut list, |a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        list
    }
}

/// Reads calls; keeps its buffers from one to the next.
#[derive(Debug, Default)]
pub struct CallReader {
    scratch: String,
    /// Of the newest call.
    labels: String,
    unknown: Unknown,
}

/// Fields by their place in the set of those seen.
macro_rules! fields {
    ($($name:ident = $key:literal),+ $(,)?) => {
        /// A field of a call (docs/feed.md).
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Field { $($name),+ }
        /// How many there are.
        pub(super) const FIELDS: usize = [$($key),+].len();
        impl Field {
            pub(super) fn from_key(key: &str) -> Option<Self> {
                match key { $($key => Some(Self::$name),)+ _ => None }
            }
            const fn key(self) -> &'static str {
                match self { $(Self::$name => $key),+ }
            }
        }
    };
}
fields! {
    Time = "time", Service = "service", ServiceType = "service_type", Version = "version", Model = "model", ApiKey = "api_key",
    Forwarded = "http_x_forwarded_for", Ip = "ip", Status = "status", ErrorCode = "error_code", ErrorMessage = "error_message",
    Stream = "stream", InputTokens = "input_tokens", OutputTokens = "output_tokens", CachedTokens = "cached_tokens",
    ReasoningTokens = "reasoning_tokens", AudioInputTokens = "audio_input_tokens", AudioOutputTokens = "audio_output_tokens",
    TotalTokens = "total_tokens", Latency = "latency_ms", Ttft = "ttft_ms", Tpot = "tpot_ms", Queue = "queue_ms",
    Generation = "generation_s", Media = "media", InferenceType = "inference_type", Region = "region", Workspace = "workspace",
    ServiceTier = "service_tier", Replica = "replica", Labels = "labels", RequestId = "request_id", Cost = "cost", Request = "request",
    Response = "response",
}

/// Whether a name is a field of a call.
pub fn is_field(key: &str) -> bool {
    Field::from_key(key).is_some()
}

/// Texts of a call, which may lie in the scratch until the whole call was read.
#[derive(Default)]
struct Texts<'a> {
    service: Option<Text<'a>>,
    version: Option<Text<'a>>,
    model: Option<Text<'a>>,
    api_key: Option<Text<'a>>,
    forwarded: Option<Text<'a>>,
    ip: Option<Text<'a>>,
    error_code: Option<Text<'a>>,
    error_message: Option<Text<'a>>,
    inference_type: Option<Text<'a>>,
    region: Option<Text<'a>>,
    workspace: Option<Text<'a>>,
    service_tier: Option<Text<'a>>,
    replica: Option<Text<'a>>,
    request_id: Option<Text<'a>>,
}

impl CallReader {
    /// Reads the call at the cursor and moves the cursor behind it. Where it fails, the cursor is anywhere within.
    ///
    /// # Errors
    /// The first rule broken, in the order of the text; fields that are missing last.
    pub fn read<'s, 'a: 's>(&'s mut self, cursor: &mut Cursor<'a>) -> Result<Call<'s>, Fault> {
        self.scratch.clear();
        self.labels.clear();
        let start = {
            cursor.skip_space();
            cursor.at()
        };
        let mut call = Call::default();
        let mut texts = Texts::default();
        let mut unknown: Vec<Text<'a>> = Vec::new();
        let (mut seen, mut first) = (0_u64, true);
        let (mut timed, mut status) = (false, false);
        if !matches!(cursor.kind(), Ok(Kind::Object)) {
            let problem = if cursor.clone().skip_value().is_ok() { Problem::NotACall } else { Problem::NotJson };
            return Err(fault(cursor, start, problem, ""));
        }
        let json = |cursor: &Cursor<'_>, e: JsonError| fault(cursor, e.at, e.problem, "");
        cursor.expect(b'{').map_err(|e| json(cursor, e))?;
        while cursor.more(&mut first, b'}').map_err(|e| json(cursor, e))? {
            let key = cursor.key(&mut self.scratch).map_err(|e| json(cursor, e))?;
            let kind = cursor.kind().map_err(|e| json(cursor, e))?;
            let from = cursor.at();
            let Some(field) = Field::from_key(key.resolve(&self.scratch)) else {
                cursor.skip_value().map_err(|e| json(cursor, e))?;
                unknown.push(key);
                continue;
            };
            if seen >> field as u32 & 1 == 1 {
                return Err(fault(cursor, from, Problem::TwiceGiven, field.key()));
            }
            seen |= 1 << field as u32;
            if kind == Kind::Null {
                // Said not to be recorded; where nothing is said, a field was forgotten.
                status |= field == Field::Status;
                cursor.null().map_err(|e| json(cursor, e))?;
                continue;
            }
            let text = match field {
                Field::Service => Some(&mut texts.service),
                Field::Version => Some(&mut texts.version),
                Field::Model => Some(&mut texts.model),
                Field::ApiKey => Some(&mut texts.api_key),
                Field::Forwarded => Some(&mut texts.forwarded),
                Field::Ip => Some(&mut texts.ip),
                Field::ErrorCode => Some(&mut texts.error_code),
                Field::ErrorMessage => Some(&mut texts.error_message),
                Field::InferenceType => Some(&mut texts.inference_type),
                Field::Region => Some(&mut texts.region),
                Field::Workspace => Some(&mut texts.workspace),
                Field::ServiceTier => Some(&mut texts.service_tier),
                Field::Replica => Some(&mut texts.replica),
                Field::RequestId => Some(&mut texts.request_id),
                _ => None,
            };
            if let Some(slot) = text {
                let value = self.text(cursor, kind, field)?;
                *slot = Some(value);
                continue;
            }
            match field {
                Field::Request | Field::Response => cursor.skip_value().map_err(|e| json(cursor, e))?,
                Field::Labels if kind == Kind::Object => labels::read(cursor, &mut self.scratch, &mut self.labels)
                    .map_err(|(at, problem)| fault(cursor, at, problem, field.key()))?,
                Field::Stream if kind == Kind::Bool => call.stream = Some(cursor.bool().map_err(|e| json(cursor, e))?),
                Field::ServiceType | Field::Media => {
                    let value = self.text(cursor, kind, field)?;
                    match (field, value.resolve(&self.scratch)) {
                        (Field::ServiceType, "my") => call.service_type = ServiceType::My,
                        (Field::ServiceType, "commercial") => call.service_type = ServiceType::Commercial,
                        (Field::Media, "image") => call.media = Some(Media::Image),
                        (Field::Media, "video") => call.media = Some(Media::Video),
                        _ => return Err(fault(cursor, from, Problem::OutOfRange, field.key())),
                    }
                }
                Field::Time if kind == Kind::Text => {
                    let value = cursor.text(&mut self.scratch).map_err(|e| json(cursor, e))?;
                    call.time_ms = time::from_text(value.resolve(&self.scratch)).map_err(|p| fault(cursor, from, p, "time"))?;
                    timed = true;
                }
                _ if kind == Kind::Number => {
                    let text = cursor.number().map_err(|e| json(cursor, e))?;
                    let wrong = |p| fault(cursor, from, p, field.key());
                    if field == Field::Time {
                        call.time_ms = time::from_number(text).map_err(wrong)?;
                        timed = true;
                    } else {
                        status |= field == Field::Status;
                        numeric(&mut call, field, text).map_err(wrong)?;
                    }
                }
                _ => return Err(fault(cursor, from, Problem::WrongType, field.key())),
            }
        }
        let texts_given = texts.service.is_some_and(|t| !t.resolve(&self.scratch).is_empty());
        for (given, key) in [(timed, "time"), (texts_given, "service"), (status, "status")] {
            if !given {
                return Err(fault(cursor, start, Problem::Missing, key));
            }
        }
        let scratch = self.scratch.as_str();
        for (i, name) in unknown.iter().enumerate() {
            let name = name.resolve(scratch);
            if !unknown[..i].iter().any(|n| n.resolve(scratch) == name) {
                self.unknown.add(name);
            }
        }
        let text = |t: Option<Text<'a>>| t.map(|t| t.resolve(scratch)).filter(|t| !t.is_empty());
        Ok(Call {
            service: text(texts.service).unwrap_or(""),
            version: text(texts.version),
            model: text(texts.model),
            api_key: text(texts.api_key),
            ip: match texts.forwarded {
                Some(list) => first_address(list.resolve(scratch)),
                None => text(texts.ip),
            },
            error_code: text(texts.error_code),
            error_message: text(texts.error_message),
            inference_type: text(texts.inference_type),
            region: text(texts.region),
            workspace: text(texts.workspace),
            service_tier: text(texts.service_tier),
            replica: text(texts.replica),
            labels: &self.labels,
            request_id: text(texts.request_id),
            ..call
        })
    }

    /// Where names are counted.
    pub(super) fn unknown(&mut self) -> &mut Unknown {
        &mut self.unknown
    }

    /// The names counted so far as they were first seen; `None` where some may have found no room.
    pub(super) fn seen_unknown(&self) -> Option<Vec<(String, u64)>> {
        self.unknown.all()
    }

    /// What was counted.
    pub fn into_unknown(self) -> Unknown {
        self.unknown
    }

    fn text<'a>(&mut self, cursor: &mut Cursor<'a>, kind: Kind, field: Field) -> Result<Text<'a>, Fault> {
        let from = cursor.at();
        if kind != Kind::Text {
            return Err(fault(cursor, from, Problem::WrongType, field.key()));
        }
        let text = cursor.text(&mut self.scratch).map_err(|e| fault(cursor, e.at, e.problem, field.key()))?;
        if text.resolve(&self.scratch).len() > TEXT_BYTES_MAX {
            return Err(fault(cursor, from, Problem::TextTooLong, field.key()));
        }
        Ok(text)
    }
}

pub(super) fn numeric(call: &mut Call<'_>, field: Field, text: &str) -> Result<(), Problem> {
    let tokens = || number::whole(text, TOKENS_MAX).map(Some);
    let micros = || number::scaled(text, 3, DURATION_MS_MAX).map(Some);
    match field {
        Field::Status => {
            call.status = match number::whole(text, 599) {
                Ok(status @ 100..=599) => status as u16,
                Err(Problem::NotWhole) => return Err(Problem::NotWhole),
                _ => return Err(Problem::OutOfRange),
            };
        }
        Field::InputTokens => call.input_tokens = tokens()?,
        Field::OutputTokens => call.output_tokens = tokens()?,
        Field::CachedTokens => call.cached_tokens = tokens()?,
        Field::ReasoningTokens => call.reasoning_tokens = tokens()?,
        Field::AudioInputTokens => call.audio_input_tokens = tokens()?,
        Field::AudioOutputTokens => call.audio_output_tokens = tokens()?,
        Field::TotalTokens => call.total_tokens = tokens()?,
        Field::Latency => call.latency_us = micros()?,
        Field::Ttft => call.ttft_us = micros()?,
        Field::Queue => call.queue_us = micros()?,
        Field::Tpot => call.tpot_ns = Some(number::scaled(text, 6, DURATION_MS_MAX)?),
        Field::Generation => call.generation_us = Some(number::scaled(text, 6, DURATION_MS_MAX / 1e3)?),
        Field::Cost => call.cost = Some(number::amount(text)?),
        _ => return Err(Problem::WrongType),
    }
    Ok(())
}

/// The first of a comma-separated list, trimmed; `-` and nothing are none (docs/spec.md, section 1).
pub(super) fn first_address(list: &str) -> Option<&str> {
    let first = list.split(',').next().unwrap_or("").trim();
    Some(first).filter(|f| !f.is_empty() && *f != "-")
}

#[cold]
fn fault(cursor: &Cursor<'_>, at: usize, problem: Problem, field: &str) -> Fault {
    Fault { at, problem, field: field.into(), found: found_at(cursor, at) }
}

/// The start of the value, or of the rest of the text, at a byte.
fn found_at(cursor: &Cursor<'_>, at: usize) -> String {
    let mut value = cursor.from(at);
    let end = if value.skip_value().is_ok() { value.at() } else { usize::MAX };
    shorten(cursor.raw(at, end.min(cursor.len())))
}
