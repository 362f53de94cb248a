//! Bytes to a store, wherever they are cut. Nothing is believed before its checksum and its bounds have been looked at.

use super::layout::{self, FIRST_DICT, Form, SECTIONS};
use super::{Broken, CRC, HEAD, LABEL_BYTES_MAX, LABEL_FIXED, Label, MAGIC, SECTION_HEAD, VERSION};
use crate::base::crc::Crc;
use crate::model::{Dim, ServiceType, limits::CALLS_MAX};
use crate::store::ids::{Packed, Texts};
use crate::store::{Codes, Dict, Ids, Numbers, Store};

/// What was kept.
#[derive(Debug)]
pub struct Kept {
    pub label: Label,
    pub record: Vec<u8>,
    pub store: Store,
}

/// Reads one kept data set of a known length.
#[derive(Debug)]
pub struct Reader {
    total: u64,
    /// Bytes taken in so far.
    read: u64,
    /// Bytes of something that is not yet whole.
    carry: Vec<u8>,
    step: Step,
    crc: Crc,
    label: Label,
    /// Sections that are whole.
    parts: Vec<Part>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Head,
    Label(usize),
    SectionHead,
    /// So many bytes of the newest part are to come.
    Payload(u64),
    Check,
    Done,
}

/// A section's content.
#[derive(Debug)]
enum Part {
    Nothing(usize),
    Bytes(Vec<u8>),
    Halves(Vec<u16>),
    Threes(Vec<[u8; 3]>),
    Words(Vec<u32>),
    Longs(Vec<u64>),
    /// And how many there are to be.
    Texts(Vec<Box<str>>, u64),
}

impl Reader {
    /// `total`: how many bytes there are.
    pub fn new(total: u64) -> Self {
        let (crc, label) = (Crc::new(), Label::default());
        Self { total, read: 0, carry: Vec::new(), step: Step::Head, crc, label, parts: Vec::with_capacity(SECTIONS) }
    }

    /// Calls that the label announces; 0 before it is read.
    pub const fn calls(&self) -> u64 {
        self.label.calls
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// As soon as they cannot be those of a kept data set; what comes after is refused too.
    pub fn push(&mut self, mut bytes: &[u8]) -> Result<(), Broken> {
        while !bytes.is_empty() {
            let taken = match self.step {
                Step::Head => self.gather(HEAD, bytes)?,
                Step::Label(length) => self.gather(length + CRC, bytes)?,
                Step::SectionHead => self.gather(SECTION_HEAD, bytes)?,
                Step::Check => self.gather(CRC, bytes)?,
                Step::Payload(left) => {
                    let now = &bytes[..bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX))];
                    self.crc.update(now);
                    let part = self.parts.last_mut();
                    let taken = part.is_some_and(|part| part.take(&mut self.carry, now));
                    self.read += now.len() as u64;
                    if !taken {
                        return Err(self.damaged("a text that is none"));
                    }
                    self.step = Step::Payload(left - now.len() as u64);
                    self.end_of_payload();
                    now.len()
                }
                Step::Done => return Err(self.damaged("more bytes than it has")),
            };
            bytes = &bytes[taken..];
        }
        Ok(())
    }

    /// All bytes are in.
    ///
    /// # Errors
    /// Where some are missing, or columns and dictionaries do not belong together.
    pub fn finish(self) -> Result<Kept, Broken> {
        let Self { step: Step::Done, read, label, parts, .. } = self else { return Err(Broken::Cut { at: self.read }) };
        assemble(label, parts).map_err(|what| Broken::Damaged { at: read, what })
    }

    fn damaged(&self, what: &'static str) -> Broken {
        Broken::Damaged { at: self.read, what }
    }

    /// Collects so many bytes and, once they are there, reads them. How many were taken.
    fn gather(&mut self, wanted: usize, bytes: &[u8]) -> Result<usize, Broken> {
        let now = bytes.len().min(wanted - self.carry.len());
        self.carry.extend_from_slice(&bytes[..now]);
        self.read += now as u64;
        if self.step == Step::Head && !MAGIC.starts_with(&self.carry[..self.carry.len().min(MAGIC.len())]) {
            return Err(Broken::Foreign);
        }
        if self.carry.len() == wanted {
            let whole = core::mem::take(&mut self.carry);
            self.whole(&whole)?;
        }
        Ok(now)
    }

    fn whole(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        match self.step {
            Step::Head => {
                let length = head(bytes, self.total)?;
                self.crc.update(bytes);
                self.step = Step::Label(length);
            }
            Step::Label(length) => {
                self.crc.update(&bytes[..length]);
                self.label = label_of(&bytes[..length])
                    .filter(|_| self.crc.sum() == word(bytes, length))
                    .ok_or_else(|| self.damaged("the label"))?;
                if self.label.calls > CALLS_MAX as u64 {
                    return Err(self.damaged("the number of calls"));
                }
                self.step = Step::SectionHead;
            }
            Step::SectionHead => {
                self.crc.reset();
                self.crc.update(&bytes[..SECTION_HEAD - CRC]);
                let sound = self.crc.sum() == word(bytes, SECTION_HEAD - CRC) && usize::from(bytes[0]) == self.parts.len();
                let form = Form::of(bytes[1]).filter(|_| sound).ok_or_else(|| self.damaged("the head of a section"))?;
                let (count, length) = (long(bytes, 4), long(bytes, 12));
                let fits = match form.bytes(count) {
                    Some(wanted) => wanted == length,
                    None => count.checked_mul(4).is_some_and(|least| least <= length),
                };
                // Memory is only taken for bytes that are there.
                if !fits || length > self.total - self.read || count > CALLS_MAX as u64 && form == Form::Nothing {
                    return Err(self.damaged("the size of a section"));
                }
                self.parts.push(Part::new(form, count as usize));
                self.crc.reset();
                self.step = Step::Payload(length);
                self.end_of_payload();
            }
            Step::Check => {
                let part_is_whole = self.parts.last().is_some_and(Part::is_whole);
                if self.crc.sum() != word(bytes, 0) || !part_is_whole {
                    return Err(self.damaged("the content of a section"));
                }
                self.step = if self.parts.len() == SECTIONS { Step::Done } else { Step::SectionHead };
            }
            Step::Payload(_) | Step::Done => {}
        }
        Ok(())
    }

    fn end_of_payload(&mut self) {
        if self.step == Step::Payload(0) {
            // A text that is not whole is missed when texts are counted.
            self.carry.clear();
            self.step = Step::Check;
        }
    }
}

/// The label from the first [`super::LABEL_WITHIN`] bytes of something of this length.
///
/// # Errors
/// Where it is none, or not all of it is there.
pub fn label(beginning: &[u8], total: u64) -> Result<Label, Broken> {
    let mut reader = Reader::new(total);
    let mut rest = beginning;
    while !rest.is_empty() && matches!(reader.step, Step::Head | Step::Label(_)) {
        let wanted = if let Step::Label(length) = reader.step { length + CRC } else { HEAD };
        let taken = reader.gather(wanted, rest)?;
        rest = &rest[taken..];
    }
    if reader.step == Step::SectionHead { Ok(reader.label) } else { Err(Broken::Cut { at: reader.read }) }
}

/// The label's length.
fn head(bytes: &[u8], total: u64) -> Result<usize, Broken> {
    if bytes[..MAGIC.len()] != MAGIC {
        return Err(Broken::Foreign);
    }
    let (version, length, whole) = (word(bytes, 8), word(bytes, 12) as usize, long(bytes, 16));
    match () {
        () if version != VERSION => Err(Broken::OtherVersion(version)),
        () if whole > total => Err(Broken::Cut { at: total }),
        () if whole < total || !(LABEL_FIXED..=LABEL_BYTES_MAX).contains(&length) => {
            Err(Broken::Damaged { at: HEAD as u64, what: "the head" })
        }
        () => Ok(length),
    }
}

fn label_of(bytes: &[u8]) -> Option<Label> {
    let (fixed, name) = bytes.split_at_checked(LABEL_FIXED)?;
    let time = |at| long(fixed, at) as i64;
    let name = core::str::from_utf8(name).ok()?.to_owned();
    Some(Label { name, calls: long(fixed, 0), oldest_ms: time(8), newest_ms: time(16), kept_at_ms: time(24) })
}

/// Four bytes from a place on; 0 where they are not there.
fn word(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(|b| b.first_chunk()).map_or(0, |b| u32::from_le_bytes(*b))
}

/// Eight bytes from a place on; 0 where they are not there.
fn long(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(|b| b.first_chunk()).map_or(0, |b| u64::from_le_bytes(*b))
}

impl Part {
    fn new(form: Form, count: usize) -> Self {
        match form {
            Form::Nothing => Self::Nothing(count),
            Form::Bytes => Self::Bytes(Vec::with_capacity(count)),
            Form::Halves => Self::Halves(Vec::with_capacity(count)),
            Form::Threes => Self::Threes(Vec::with_capacity(count)),
            Form::Words => Self::Words(Vec::with_capacity(count)),
            Form::Longs => Self::Longs(Vec::with_capacity(count)),
            Form::Texts => Self::Texts(Vec::new(), count as u64),
        }
    }

    /// Takes bytes in; false where they cannot be its.
    fn take(&mut self, carry: &mut Vec<u8>, bytes: &[u8]) -> bool {
        match self {
            Self::Nothing(_) => return bytes.is_empty(),
            Self::Bytes(v) => v.extend_from_slice(bytes),
            Self::Halves(v) => extend(v, carry, bytes, u16::from_le_bytes),
            Self::Threes(v) => extend(v, carry, bytes, |b| b),
            Self::Words(v) => extend(v, carry, bytes, u32::from_le_bytes),
            Self::Longs(v) => extend(v, carry, bytes, u64::from_le_bytes),
            Self::Texts(v, _) => {
                carry.extend_from_slice(bytes);
                let mut at = 0;
                while let Some(length) = carry.get(at..at + 4).map(|b| word(b, 0) as usize) {
                    let Some(text) = carry.get(at + 4..).and_then(|rest| rest.get(..length)) else { break };
                    let Ok(text) = core::str::from_utf8(text) else { return false };
                    v.push(text.into());
                    at += 4 + length;
                }
                carry.drain(..at);
            }
        }
        true
    }

    fn codes(self) -> Sound<Codes> {
        Ok(match self {
            Self::Nothing(n) => Codes::Zero(n),
            Self::Bytes(v) => Codes::U8(v),
            Self::Halves(v) => Codes::U16(v),
            Self::Words(v) => Codes::U32(v),
            Self::Threes(_) | Self::Longs(_) | Self::Texts(..) => return Err(FORM),
        })
    }

    fn is_whole(&self) -> bool {
        match self {
            Self::Texts(v, count) => v.len() as u64 == *count,
            // The length of the others was held against their count.
            _ => true,
        }
    }
}

/// Appends numbers; bytes of one that is cut wait for the rest.
fn extend<T, const W: usize>(into: &mut Vec<T>, carry: &mut Vec<u8>, mut bytes: &[u8], of: fn([u8; W]) -> T) {
    if !carry.is_empty() {
        let (now, rest) = bytes.split_at(bytes.len().min(W - carry.len()));
        carry.extend_from_slice(now);
        bytes = rest;
        if let Some(whole) = carry.first_chunk() {
            into.push(of(*whole));
            carry.clear();
        }
    }
    let (whole, rest) = bytes.as_chunks::<W>();
    into.extend(whole.iter().map(|b| of(*b)));
    carry.extend_from_slice(rest);
}

/// Parts in the order of the sections.
struct Parts(std::vec::IntoIter<Part>);

type Sound<T> = Result<T, &'static str>;
const FORM: &str = "a section has another form";

impl Parts {
    fn codes(&mut self) -> Sound<Codes> {
        self.0.next().ok_or(FORM)?.codes()
    }

    fn numbers(&mut self) -> Sound<Numbers> {
        Ok(match self.0.next() {
            Some(Part::Nothing(n)) => Numbers::Absent(n),
            Some(Part::Halves(v)) => Numbers::U16(v),
            Some(Part::Threes(v)) => Numbers::U24(v),
            Some(Part::Words(v)) => Numbers::U32(v),
            Some(Part::Longs(v)) => Numbers::U64(v),
            _ => return Err(FORM),
        })
    }

    fn bytes(&mut self) -> Sound<Vec<u8>> {
        if let Some(Part::Bytes(v)) = self.0.next() { Ok(v) } else { Err(FORM) }
    }

    fn words(&mut self) -> Sound<Vec<u32>> {
        if let Some(Part::Words(v)) = self.0.next() { Ok(v) } else { Err(FORM) }
    }

    fn ids(&mut self) -> Sound<Ids> {
        let (first, bytes) = (self.0.next(), self.bytes()?);
        match (first, self.0.next()) {
            (Some(Part::Words(ends)), Some(Part::Nothing(_))) => Ok(Ids::Texts(Texts { ends, bytes })),
            (Some(codes), Some(Part::Texts(shapes, _))) => {
                Packed::of(&shapes, codes.codes()?, bytes).map(Ids::Packed).ok_or("ids beyond their shapes")
            }
            _ => Err(FORM),
        }
    }

    fn texts(&mut self) -> Sound<Vec<Box<str>>> {
        if let Some(Part::Texts(v, _)) = self.0.next() { Ok(v) } else { Err(FORM) }
    }
}

/// Puts the store together and looks whether its parts belong together: no code without its value, no row beyond the end, times in order.
fn assemble(label: Label, parts: Vec<Part>) -> Sound<Kept> {
    let mut parts = Parts(parts.into_iter());
    let record = parts.bytes()?;
    let Some(Part::Longs(times)) = parts.0.next() else { return Err(FORM) };
    let calls = parts.words()?;
    let mut service_rows = Vec::with_capacity(calls.len());
    let mut end = 0_usize;
    for calls in calls {
        let start = end;
        end = start.checked_add(calls as usize).ok_or("calls of the services")?;
        service_rows.push(start..end);
    }
    let service_kinds: Vec<ServiceType> =
        parts.bytes()?.into_iter().map(|code| if code == 1 { ServiceType::Commercial } else { ServiceType::My }).collect();
    let status = parts.codes()?;
    let Some(Part::Halves(statuses)) = parts.0.next() else { return Err(FORM) };
    let error = parts.codes()?;
    let texts = parts.texts()?;
    let (pairs, odd) = texts.as_chunks::<2>();
    let errors: Vec<(String, String)> = pairs.iter().map(|[code, message]| (code.to_string(), message.to_string())).collect();
    let (stream, media) = (parts.codes()?, parts.codes()?);
    let mut store = Store {
        time_ms: times.into_iter().map(|time| time as i64).collect(),
        status,
        statuses,
        error,
        errors,
        stream,
        media,
        input_tokens: parts.numbers()?,
        output_tokens: parts.numbers()?,
        cached_tokens: parts.numbers()?,
        total_tokens: parts.numbers()?,
        latency_us: parts.numbers()?,
        ttft_us: parts.numbers()?,
        tpot_ns: parts.numbers()?,
        queue_us: parts.numbers()?,
        generation_us: parts.numbers()?,
        request_ids: parts.ids()?,
        service_rows,
        service_kinds,
        ..Store::default()
    };
    for column in &mut store.dims {
        *column = parts.codes()?;
    }
    for dict in &mut store.dicts {
        *dict = Dict::of(parts.texts()?).ok_or("a value stands twice in a dictionary")?;
    }
    if !odd.is_empty() || store.time_ms.len() as u64 != label.calls || end != store.time_ms.len() {
        return Err("the number of calls");
    }
    belongs(&store)?;
    Ok(Kept { label, record, store })
}

fn belongs(store: &Store) -> Sound<()> {
    let calls = store.len();
    let holds = |codes: &Codes, values: usize| codes.len() == calls && (calls == 0 || (codes.highest() as usize) < values);
    let service = Dim::Service.index();
    for dim in Dim::ALL {
        let (codes, dict) = (&store.dims[dim.index()], &store.dicts[dim.index()]);
        let sound = if dim.index() == service {
            codes.is_empty() && dict.len() == store.services()
        } else if dim == Dim::ServiceType {
            // It follows from the service; the column holds nothing.
            codes.len() == calls || codes.is_empty()
        } else {
            dict.find("") == Some(0) && holds(codes, dict.len())
        };
        if !sound {
            return Err("codes beyond a dictionary");
        }
    }
    let columns = (FIRST_DICT..SECTIONS).len() == Dim::COUNT && layout::numbers_of(store).into_iter().all(|n| n.len() == calls);
    let lists = store.service_kinds.len() == store.services()
        && holds(&store.status, store.statuses.len())
        && holds(&store.error, store.errors.len())
        && store.errors.first().is_some_and(|(code, message)| code.is_empty() && message.is_empty())
        && store.stream.len() == calls
        && store.media.len() == calls;
    let ends = store.request_ids.len() == calls
        && match &store.request_ids {
            Ids::Packed(_) => true,
            Ids::Texts(Texts { ends, bytes }) => ends.is_sorted() && ends.last().map_or(0, |end| *end as usize) == bytes.len(),
        };
    if !columns || !lists || !ends {
        return Err("columns of different length");
    }
    let in_order = store.service_rows.iter().all(|rows| store.time_ms[rows.clone()].is_sorted());
    if in_order { Ok(()) } else { Err("calls out of order") }
}
