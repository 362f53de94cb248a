//! Fast path: parses records whose field order and formatting match the previous record, without
//! escapes and with numbers and times in their plain forms. The first record that differs is left
//! to [`super::call::CallReader`], the general parser, which handles every form and reports every
//! fault. Both give the same result.

mod bytes;
mod field_template;
mod labels;
mod others;
mod values;

use super::call::{Field, Unknown, first_address, numeric};
use super::json::Cursor;
use super::time;
use crate::model::limits::TEXT_BYTES_MAX;
use crate::model::{Call, Media, Problem, ServiceType};
pub use bytes::line_breaks;
use bytes::{text_at, text_end};
use field_template::{FieldTemplate, OPENING, behind};
use labels::Labels;
use memchr::memchr;
use others::Others;
use values::{Days, Read, number_end, scaled, whole};

/// Nothing is looked at from so many bytes before the end on: vectors and words are loaded whole.
const MARGIN: usize = 64;
/// A longer last line is not read ahead.
const LAST_BYTES_MAX: usize = 16 * 1024;
/// An object or array is passed over where it ends within so many bytes; first the least are looked at.
const NESTED_BYTES: [usize; 3] = [1 << 10, 1 << 14, 1 << 18];
/// After so many calls in a row that had to be left, it is tried only now and then, bytes of a call being looked at twice otherwise.
const LEFT_MAX: u32 = 8;
/// So many calls are not tried then.
const PAUSE: u32 = 64;

/// Reads calls; remembers how the last ones were written.
#[derive(Debug, Default)]
pub struct FastPath {
    template: FieldTemplate,
    days: Days,
    /// The last line of a piece, with room behind it.
    last: Vec<u8>,
    labels: Labels,
    /// Calls left one after the other, and how many more are not tried.
    left: u32,
    pause: u32,
}

/// How far calls were read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    pub bytes: usize,
    /// Line breaks in them.
    pub lines: u64,
}

/// Takes a call, the byte at which it begins, and the line breaks before it.
pub type Out<'o> = &'o mut dyn FnMut(&Call<'_>, Passed);

/// What is around calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Around {
    /// Each fills its line.
    Lines,
    /// Commas and white space: they are elements of an array.
    Commas,
}

impl FastPath {
    /// Reads calls from the beginning of one, or between two of an array, up to the first that is not as expected or not whole.
    pub fn read(&mut self, bytes: &[u8], around: Around, unknown: &mut Unknown, out: Out<'_>) -> Passed {
        let mut passed = Passed::default();
        if self.pause > 0 {
            self.pause -= 1;
            return passed;
        }
        let (mut call, mut others) = (Call::default(), Others::default());
        loop {
            if around == Around::Commas {
                passed = gap(bytes, passed);
            }
            if let Some(end) = self.call(bytes, passed.bytes, &mut call, &mut others)
                && let Some(next) = behind_call(bytes, end, around)
            {
                others.count(unknown);
                out(self.labels.of(&call).as_ref().unwrap_or(&call), passed);
                passed.bytes = next;
                passed.lines += u64::from(around == Around::Lines);
                continue;
            }
            if let Some(next) = self.near_end(bytes, passed, around, unknown, out) {
                passed = next;
                continue;
            }
            self.left = if passed.bytes > MARGIN { 0 } else { self.left + 1 };
            if self.left >= LEFT_MAX {
                self.pause = PAUSE;
            }
            return passed;
        }
    }

    /// A blank line; or a call whose line is all that is left of the bytes, read where there is room behind it.
    #[cold]
    #[inline(never)]
    fn near_end(&mut self, bytes: &[u8], at: Passed, around: Around, unknown: &mut Unknown, out: Out<'_>) -> Option<Passed> {
        let rest = &bytes[at.bytes..];
        let blank = if rest.starts_with(b"\n") { 1 } else { 2 * usize::from(rest.starts_with(b"\r\n")) };
        if blank > 0 && around == Around::Lines {
            return Some(Passed { bytes: at.bytes + blank, lines: at.lines + 1 });
        }
        if rest.len() > LAST_BYTES_MAX {
            return None;
        }
        let line = memchr(b'\n', rest)? + 1;
        if rest.len() - line > MARGIN {
            return None;
        }
        let mut last = core::mem::take(&mut self.last);
        last.clear();
        last.extend_from_slice(&rest[..line]);
        last.extend_from_slice(&[0; MARGIN]);
        let (mut call, mut others) = (Call::default(), Others::default());
        let mut next = None;
        if let Some(end) = self.call(&last, 0, &mut call, &mut others)
            && let Some(end) = behind_call(&last, end, around)
        {
            others.count(unknown);
            out(self.labels.of(&call).as_ref().unwrap_or(&call), at);
            next = Some(Passed { bytes: at.bytes + end, lines: at.lines + u64::from(around == Around::Lines) });
        }
        self.last = last;
        next
    }

    /// Reads the call that begins at `from`; the byte behind it.
    #[inline(never)]
    fn call<'a>(&mut self, bytes: &'a [u8], from: usize, call: &mut Call<'a>, others: &mut Others<'a>) -> Option<usize> {
        *call = Call::default();
        self.labels.begin();
        others.clear();
        let mut forwarded = None;
        let (mut seen, mut given) = (0_u64, 0_u64);
        let (mut at, mut before) = (from, OPENING);
        loop {
            let key = self.template.key(bytes, at, before)?;
            before = behind(key.field);
            at = key.value;
            let Some(field) = key.field else {
                others.add(utf8(&bytes[key.name.0..key.name.1])?)?;
                at = pass_over(bytes, at)?;
                if bytes.get(at) == Some(&b'}') {
                    break;
                }
                continue;
            };
            let bit = 1 << field as u32;
            // A field that is given twice is complained of.
            if seen & bit != 0 {
                return None;
            }
            seen |= bit;
            if bytes.get(at) == Some(&b'n') {
                at = word(bytes, at, b"null")?;
                // A status may be said not to be recorded.
                given |= bit & 1 << Field::Status as u32;
            } else {
                given |= bit;
                // Each form exists once for all fields of its kind: what is read of a call stays small enough for browsers to compile it at once.
                at = match field {
                    Field::Time => self.time(bytes, at, call)?,
                    Field::Stream => {
                        let stream = bytes.get(at) == Some(&b't');
                        call.stream = Some(stream);
                        if stream { word(bytes, at, b"true")? } else { word(bytes, at, b"false")? }
                    }
                    Field::Status
                    | Field::InputTokens
                    | Field::OutputTokens
                    | Field::CachedTokens
                    | Field::TotalTokens
                    | Field::ReasoningTokens => number(whole(bytes, at), bytes, at, field, call)?,
                    Field::Latency | Field::Ttft | Field::Queue => number(scaled::<3>(bytes, at), bytes, at, field, call)?,
                    Field::Tpot | Field::Generation => number(scaled::<6>(bytes, at), bytes, at, field, call)?,
                    Field::AudioInputTokens | Field::AudioOutputTokens | Field::Cost => other_number(bytes, at, field, call)?,
                    Field::Labels => self.labels(bytes, at)?,
                    Field::Request | Field::Response => pass_over(bytes, at)?,
                    _ => {
                        let (text, end) = text(bytes, at)?;
                        if field == Field::Forwarded {
                            forwarded = text;
                        } else {
                            take_text(field, text, call)?;
                        }
                        end
                    }
                };
            }
            if bytes.get(at) == Some(&b'}') {
                break;
            }
        }
        const REQUIRED: u64 = 1 << Field::Time as u32 | 1 << Field::Service as u32 | 1 << Field::Status as u32;
        if given & REQUIRED != REQUIRED || call.service.is_empty() {
            return None;
        }
        if given & 1 << Field::Forwarded as u32 != 0 {
            call.ip = forwarded.and_then(first_address);
        }
        Some(at + 1)
    }

    /// Reads labels; the byte behind them.
    #[inline(never)]
    fn labels(&mut self, bytes: &[u8], at: usize) -> Option<usize> {
        if let Some(end) = self.labels.again(bytes, at) {
            return Some(end);
        }
        let end = pass_over(bytes, at)?;
        self.labels.read(&bytes[at..end]).map(|()| end)
    }

    #[inline(always)]
    fn time(&mut self, bytes: &[u8], at: usize, call: &mut Call<'_>) -> Option<usize> {
        if bytes.get(at) == Some(&b'"')
            && let Some((ms, end)) = self.days.time(bytes, at + 1)
        {
            call.time_ms = ms;
            return Some(end);
        }
        other_time(bytes, at, call)
    }
}

/// These bytes as a text, which keys and numbers are.
fn utf8(bytes: &[u8]) -> Option<&str> {
    core::str::from_utf8(bytes).ok()
}

/// A time in another form.
#[inline(never)]
fn other_time(bytes: &[u8], at: usize, call: &mut Call<'_>) -> Option<usize> {
    if bytes.get(at) == Some(&b'"') {
        let end = text_end(bytes, at + 1)?;
        let text = core::str::from_utf8(&bytes[at + 1..end.at]).ok()?;
        call.time_ms = time::from_text(text).ok()?;
        return Some(end.at + 1);
    }
    let end = number_end(bytes, at)?;
    call.time_ms = time::from_number(utf8(&bytes[at..end])?).ok()?;
    Some(end)
}

/// White space and commas between the elements of an array.
#[inline(always)]
fn gap(bytes: &[u8], mut passed: Passed) -> Passed {
    while let Some(b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' | b',') = bytes.get(passed.bytes) {
        passed.lines += u64::from(bytes[passed.bytes] == b'\n');
        passed.bytes += 1;
    }
    passed
}

/// Where reading goes on behind a call; `None` where something else is there.
#[inline(always)]
fn behind_call(bytes: &[u8], at: usize, around: Around) -> Option<usize> {
    match (around, bytes.get(at)?) {
        (Around::Commas, _) => Some(at),
        (Around::Lines, b'\n') => Some(at + 1),
        (Around::Lines, b'\r') if bytes.get(at + 1) == Some(&b'\n') => Some(at + 2),
        _ => None,
    }
}

/// The byte behind a word that is at `at`.
#[inline(always)]
fn word<const N: usize>(bytes: &[u8], at: usize, word: &[u8; N]) -> Option<usize> {
    (bytes.get(at..)?.first_chunk::<N>()? == word).then_some(at + N)
}

/// Reads a text, an empty one as none; with it the byte behind it.
#[inline(always)]
fn text(bytes: &[u8], at: usize) -> Option<(Option<&str>, usize)> {
    if bytes.get(at) != Some(&b'"') {
        return None;
    }
    let (text, end) = text_at(bytes, at + 1)?;
    (text.len() <= TEXT_BYTES_MAX).then_some(((!text.is_empty()).then_some(text), end + 1))
}

/// Takes a text for the field that it is of. `None`: it cannot be.
#[inline(always)]
fn take_text<'a>(field: Field, text: Option<&'a str>, call: &mut Call<'a>) -> Option<()> {
    match field {
        Field::Service => call.service = text.unwrap_or(""),
        Field::Version => call.version = text,
        Field::Model => call.model = text,
        Field::ApiKey => call.api_key = text,
        Field::Ip => call.ip = text,
        Field::ErrorCode => call.error_code = text,
        Field::ErrorMessage => call.error_message = text,
        Field::InferenceType => call.inference_type = text,
        Field::Region => call.region = text,
        Field::Workspace => call.workspace = text,
        Field::ServiceTier => call.service_tier = text,
        Field::Replica => call.replica = text,
        Field::RequestId => call.request_id = text,
        Field::ServiceType => {
            call.service_type = match text? {
                "my" => ServiceType::My,
                "commercial" => ServiceType::Commercial,
                _ => return None,
            };
        }
        Field::Media => {
            call.media = match text? {
                "image" => Some(Media::Image),
                "video" => Some(Media::Video),
                _ => return None,
            };
        }
        _ => return None,
    }
    Some(())
}

/// Takes a number that was read in its plain form for the field that it is of, or reads it in any; the byte behind it.
#[inline(always)]
fn number(read: Option<Read>, bytes: &[u8], at: usize, field: Field, call: &mut Call<'_>) -> Option<usize> {
    let Some(Read { value, end }) = read else { return other_number(bytes, at, field, call) };
    match field {
        Field::Status if (100..=599).contains(&value) => call.status = value as u16,
        Field::InputTokens => call.input_tokens = Some(value),
        Field::OutputTokens => call.output_tokens = Some(value),
        Field::CachedTokens => call.cached_tokens = Some(value),
        Field::TotalTokens => call.total_tokens = Some(value),
        Field::ReasoningTokens => call.reasoning_tokens = Some(value),
        Field::Latency => call.latency_us = Some(value),
        Field::Ttft => call.ttft_us = Some(value),
        Field::Queue => call.queue_us = Some(value),
        Field::Tpot => call.tpot_ns = Some(value),
        Field::Generation => call.generation_us = Some(value),
        _ => return other_number(bytes, at, field, call),
    }
    Some(end)
}

/// A number in a form that is left to the usual readers; the byte behind it.
#[inline(never)]
fn other_number(bytes: &[u8], at: usize, field: Field, call: &mut Call<'_>) -> Option<usize> {
    let end = number_end(bytes, at)?;
    numeric(call, field, utf8(&bytes[at..end])?).ok()?;
    Some(end)
}

/// The byte behind a value that is not held.
#[inline(never)]
fn pass_over(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b'"' => {
            let end = text_end(bytes, at + 1)?;
            let sound = end.ascii || core::str::from_utf8(&bytes[at + 1..end.at]).is_ok();
            sound.then_some(end.at + 1)
        }
        b't' => word(bytes, at, b"true"),
        b'f' => word(bytes, at, b"false"),
        b'n' => word(bytes, at, b"null"),
        b'{' | b'[' => NESTED_BYTES
            .into_iter()
            .find_map(|size| nested(&bytes[at..bytes.len().min(at + size)], size))
            .flatten()
            .map(|n| at + n),
        _ => number_end(bytes, at),
    }
}

/// Length of the object or array that these bytes begin with. `None`: it goes on beyond them; within: it is none, or has a line break.
fn nested(bytes: &[u8], size: usize) -> Option<Option<usize>> {
    // They may be cut within a character.
    let sound = core::str::from_utf8(bytes).map_or_else(|e| e.valid_up_to(), str::len);
    let Ok(mut cursor) = Cursor::new(&bytes[..sound]) else { return Some(None) };
    match cursor.skip_value() {
        Ok(()) => Some(memchr(b'\n', &bytes[..cursor.at()]).is_none().then_some(cursor.at())),
        Err(e) if e.problem == Problem::EndsEarly && bytes.len() == size => None,
        Err(_) => Some(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seeded(calls: u64) -> Vec<u8> {
        let mut out = Vec::new();
        callscope_bench_data::ndjson(1, calls, &mut out).expect("memory takes everything");
        out
    }

    fn read(bytes: &[u8], around: Around) -> (Passed, usize) {
        let (mut unknown, mut calls) = (Unknown::default(), 0);
        let passed = FastPath::default().read(bytes, around, &mut unknown, &mut |_, _| calls += 1);
        (passed, calls)
    }

    #[test]
    fn calls_that_are_alike_are_all_read() {
        let lines = seeded(500);
        assert_eq!(read(&lines, Around::Lines), (Passed { bytes: lines.len(), lines: 500 }, 500));
        let spaced = String::from_utf8(lines).unwrap().replace("\":", "\": ").replace(",\"", ", \"").replace('\n', "\r\n\r\n");
        assert_eq!(read(spaced.as_bytes(), Around::Lines), (Passed { bytes: spaced.len(), lines: 1000 }, 500));
        let elements = spaced.replace('\n', ",\n");
        assert_eq!(read(elements.as_bytes(), Around::Commas), (Passed { bytes: elements.len(), lines: 1000 }, 500));
    }

    #[test]
    fn fields_that_are_not_held_do_not_stop_it() {
        let more =
            "{\"trace\":\"0f\",\"request\":{\"messages\":[{\"content\":\"a \\\"b\\\"\"}]},\"n\":-1.5e3,\"x\":null,\"time\"";
        let lines = String::from_utf8(seeded(50)).unwrap().replace("{\"time\"", more);
        assert_eq!(read(lines.as_bytes(), Around::Lines).1, 50);
    }

    #[test]
    fn it_stops_at_the_first_that_is_otherwise() {
        let lines = String::from_utf8(seeded(50)).unwrap();
        let third = lines.match_indices('\n').nth(2).unwrap().0 + 1;
        let escaped = format!("{}{}", &lines[..third], lines[third..].replacen("eu-", "\\u0065u-", 1));
        let stopped = escaped.find('\\').map(|at| escaped[..at].rfind('\n').unwrap() + 1).unwrap();
        assert_eq!(read(escaped.as_bytes(), Around::Lines).0.bytes, stopped);
    }
}
