//! Bytes to a store, wherever they are cut. Nothing is believed before its checksum and its bounds have been looked at.

use super::check::Check;
use super::layout::{self, Form, SECTIONS, SECTIONS_2, SECTIONS_4};
use super::part::{FORM, Part, Parts, Sound, long, word};
use super::{
    CRC, HEAD, LABEL_BYTES_MAX, LABEL_FIXED, LABELLED, Label, MAGIC, NARROWED, SECTION_HEAD, SnapshotError, VERSION,
    VERSION_OLDEST,
};
use crate::base::crc::Crc;
use crate::model::{Dim, ServiceType, limits::CALLS_MAX};
use crate::store::ids::Texts;
use crate::store::{Codes, Dict, Ids, Labels, Numbers, Store, Times, totals};
use std::collections::BTreeMap;

/// What was kept.
#[derive(Debug)]
pub struct Snapshot {
    pub label: Label,
    pub record: Vec<u8>,
    pub store: Store,
}

/// Reads one kept data set of a known length.
#[derive(Debug)]
pub struct Reader {
    total: u64,
    /// Bytes read so far.
    read: u64,
    /// Bytes of something that is not yet whole.
    carry: Vec<u8>,
    step: Step,
    crc: Crc,
    /// Of the section's bytes.
    check: Check,
    version: u32,
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

impl Reader {
    /// `total`: how many bytes there are.
    pub fn new(total: u64) -> Self {
        let (crc, check, label) = (Crc::new(), Check::of(VERSION), Label::default());
        let parts = Vec::with_capacity(SECTIONS);
        Self { total, read: 0, carry: Vec::new(), step: Step::Head, crc, check, version: VERSION, label, parts }
    }

    /// Calls that the label announces; 0 before it is read.
    pub const fn calls(&self) -> u64 {
        self.label.calls
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// As soon as they cannot be those of a kept data set; what comes after is refused too.
    pub fn push(&mut self, mut bytes: &[u8]) -> Result<(), SnapshotError> {
        while !bytes.is_empty() {
            let taken = match self.step {
                Step::Head => self.gather(HEAD, bytes)?,
                Step::Label(length) => self.gather(length + CRC, bytes)?,
                Step::SectionHead => self.gather(SECTION_HEAD, bytes)?,
                Step::Check => self.gather(CRC, bytes)?,
                Step::Payload(left) => {
                    let now = &bytes[..bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX))];
                    self.check.update(now);
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
    pub fn finish(self) -> Result<Snapshot, SnapshotError> {
        let Self { step: Step::Done, read, version, label, parts, .. } = self else {
            return Err(SnapshotError::Cut { at: self.read });
        };
        assemble(label, parts, version).map_err(|what| SnapshotError::Damaged { at: read, what })
    }

    fn damaged(&self, what: &'static str) -> SnapshotError {
        SnapshotError::Damaged { at: self.read, what }
    }

    /// Collects so many bytes and, once they are there, reads them. How many were taken.
    fn gather(&mut self, wanted: usize, bytes: &[u8]) -> Result<usize, SnapshotError> {
        let now = bytes.len().min(wanted - self.carry.len());
        self.carry.extend_from_slice(&bytes[..now]);
        self.read += now as u64;
        if self.step == Step::Head && !MAGIC.starts_with(&self.carry[..self.carry.len().min(MAGIC.len())]) {
            return Err(SnapshotError::Foreign);
        }
        if self.carry.len() == wanted {
            let whole = core::mem::take(&mut self.carry);
            self.whole(&whole)?;
        }
        Ok(now)
    }

    fn whole(&mut self, bytes: &[u8]) -> Result<(), SnapshotError> {
        match self.step {
            Step::Head => {
                let length = head(bytes, self.total)?;
                self.version = word(bytes, 8);
                self.check = Check::of(self.version);
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
                if !fits
                    || length > self.total - self.read
                    || count > CALLS_MAX as u64 && matches!(form, Form::Nothing | Form::Same)
                {
                    return Err(self.damaged("the size of a section"));
                }
                self.parts.push(Part::new(form, count as usize));
                self.check.reset();
                self.step = Step::Payload(length);
                self.end_of_payload();
            }
            Step::Check => {
                let part_is_whole = self.parts.last().is_some_and(Part::is_whole);
                if self.check.sum() != word(bytes, 0) || !part_is_whole {
                    return Err(self.damaged("the content of a section"));
                }
                let sections = match self.version {
                    LABELLED.. => SECTIONS,
                    NARROWED.. => SECTIONS_4,
                    _ => SECTIONS_2,
                };
                self.step = if self.parts.len() == sections { Step::Done } else { Step::SectionHead };
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
pub fn label(beginning: &[u8], total: u64) -> Result<Label, SnapshotError> {
    let mut reader = Reader::new(total);
    let mut rest = beginning;
    while !rest.is_empty() && matches!(reader.step, Step::Head | Step::Label(_)) {
        let wanted = if let Step::Label(length) = reader.step { length + CRC } else { HEAD };
        let taken = reader.gather(wanted, rest)?;
        rest = &rest[taken..];
    }
    if reader.step == Step::SectionHead { Ok(reader.label) } else { Err(SnapshotError::Cut { at: reader.read }) }
}

/// How many bytes there are in all, as the beginning says; `None` where it has no room for that.
pub fn announced(beginning: &[u8]) -> Option<u64> {
    (beginning.len() >= HEAD).then(|| long(beginning, 16))
}

/// The label's length.
fn head(bytes: &[u8], total: u64) -> Result<usize, SnapshotError> {
    if bytes[..MAGIC.len()] != MAGIC {
        return Err(SnapshotError::Foreign);
    }
    let (version, length, whole) = (word(bytes, 8), word(bytes, 12) as usize, long(bytes, 16));
    match () {
        () if !(VERSION_OLDEST..=VERSION).contains(&version) => Err(SnapshotError::OtherVersion(version)),
        () if whole > total => Err(SnapshotError::Cut { at: total }),
        () if whole < total || !(LABEL_FIXED..=LABEL_BYTES_MAX).contains(&length) => {
            Err(SnapshotError::Damaged { at: HEAD as u64, what: "the head" })
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

/// Times, total tokens and codes as version 2 has them, in the form that they have now.
fn renewed(store: &mut Store, totals: &Numbers) {
    let codes = [&mut store.status, &mut store.error, &mut store.stream, &mut store.media];
    for column in codes.into_iter().chain(&mut store.dims) {
        *column = core::mem::take(column).closed();
    }
    if let Ids::Packed(packed) = &mut store.request_ids {
        packed.codes = core::mem::take(&mut packed.codes).closed();
    }
    let (input, output) = (&store.input_tokens, &store.output_tokens);
    let sum = |row| totals::sum(input.get(row).unwrap_or(Numbers::ABSENT), output.get(row).unwrap_or(Numbers::ABSENT));
    for row in 0..totals.len() {
        store.own_totals.push(totals.get(row).filter(|&total| total != sum(row)));
    }
}

/// Pairs of an own code and a message, each once, in order of first sight, with the codes that rows have then: without their messages, some are
/// the same.
fn merged(codes: Codes, pairs: &[[Box<str>; 2]]) -> (Codes, Vec<(String, String)>) {
    let (mut known, mut errors) = (BTreeMap::new(), Vec::new());
    let renamed: Vec<u32> = pairs
        .iter()
        .map(|[code, message]| {
            *known.entry((code, message)).or_insert_with(|| {
                errors.push((code.to_string(), message.to_string()));
                errors.len() as u32 - 1
            })
        })
        .collect();
    if errors.len() == pairs.len() {
        return (codes, errors);
    }
    let mut column = Codes::default();
    // A code beyond the list is found fault with like any other.
    (0..codes.len()).for_each(|row| column.push(renamed.get(codes.get(row) as usize).copied().unwrap_or(u32::MAX)));
    (column.closed(), errors)
}

/// Puts the store together and looks whether its parts belong together: no code without its value, no row beyond the end, times in order.
fn assemble(label: Label, parts: Vec<Part>, version: u32) -> Sound<Snapshot> {
    let mut parts = Parts(parts.into_iter());
    let record = parts.bytes()?;
    let times = parts.0.next();
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
    let (error, errors) = merged(error, pairs);
    let (stream, media) = (parts.codes()?, parts.codes()?);
    let mut store = Store {
        status,
        statuses,
        error,
        errors,
        stream,
        media,
        input_tokens: parts.numbers()?,
        output_tokens: parts.numbers()?,
        cached_tokens: parts.numbers()?,
        own_totals: parts.numbers()?,
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
    store.times = match (times, parts.0.next(), parts.0.next()) {
        (Some(Part::Words(low)), Some(Part::Words(turns)), Some(Part::Longs(bases))) => {
            Times { low, turns, bases: bases.into_iter().map(|base| base as i64).collect() }
        }
        (Some(Part::Longs(times)), None, None) => {
            let times = times.into_iter().map(|time| time as i64);
            Times::of(times.clone().min().unwrap_or(0), times)
        }
        _ => return Err(FORM),
    };
    store.labels = if version >= LABELLED {
        Labels::of(parts.codes()?, parts.texts()?).ok_or("a set of labels stands twice")?
    } else {
        Labels::none(store.len())
    };
    if version < NARROWED {
        let totals = core::mem::take(&mut store.own_totals);
        renewed(&mut store, &totals);
    }
    if !odd.is_empty() || store.len() as u64 != label.calls || end != store.len() {
        return Err("the number of calls");
    }
    belongs(&store)?;
    Ok(Snapshot { label, record, store })
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
    let columns = layout::numbers_of(store).into_iter().all(|n| n.len() == calls);
    let lists = store.service_kinds.len() == store.services()
        && holds(&store.status, store.statuses.len())
        && holds(&store.error, store.errors.len())
        && holds(store.labels.rows(), store.labels.sets())
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
    if !store.times.is_sound() {
        return Err("turns of times");
    }
    let in_order = store.service_rows.iter().all(|rows| rows.clone().map(|row| store.time_ms(row)).is_sorted());
    if in_order { Ok(()) } else { Err("calls out of order") }
}
