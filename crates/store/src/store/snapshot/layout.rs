//! Which part of a store is in which section, and what it is made of.

use crate::model::{Dim, ServiceType};
use crate::store::{Codes, Ids, Numbers, Store};
use std::borrow::Cow;

/// Sections: the record, 21 of their own kind, then code columns and dictionaries, one of each for a dimension, then turns of times,
/// then labels.
pub const SECTIONS: usize = LABEL_SETS + 1;
/// Sections of versions 3 and 4, which have no labels.
pub const SECTIONS_4: usize = LABELS;
/// Sections of version 2, whose times are whole: it ends with the dictionaries.
pub const SECTIONS_2: usize = TURNS;
pub const RECORD: usize = 0;
/// The lower halves of times.
pub const TIME: usize = 1;
pub const SERVICE_CALLS: usize = 2;
pub const SERVICE_KINDS: usize = 3;
pub const STATUS: usize = 4;
pub const STATUSES: usize = 5;
pub const ERROR: usize = 6;
/// Own code and message in turn.
pub const ERRORS: usize = 7;
pub const STREAM: usize = 8;
pub const MEDIA: usize = 9;
pub const FIRST_NUMBERS: usize = 10;
pub const REQUEST_ENDS: usize = FIRST_NUMBERS + NUMBERS;
pub const REQUEST_BYTES: usize = REQUEST_ENDS + 1;
/// Shapes of request ids. Where they are given, the ends before are codes of shapes instead.
pub const REQUEST_SHAPES: usize = REQUEST_BYTES + 1;
pub const FIRST_DIM: usize = REQUEST_SHAPES + 1;
pub const FIRST_DICT: usize = FIRST_DIM + Dim::COUNT;
/// Rows from which on another base is added to times, and these bases.
pub const TURNS: usize = FIRST_DICT + Dim::COUNT;
pub const TURN_BASES: usize = TURNS + 1;
/// Codes of the sets of labels that calls carry, and these sets.
pub const LABELS: usize = TURN_BASES + 1;
pub const LABEL_SETS: usize = LABELS + 1;
/// Columns of optional numbers.
pub const NUMBERS: usize = 9;

/// What a section is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Form {
    /// No bytes: all zero, or all absent.
    Nothing = 0,
    Bytes = 1,
    Halves = 2,
    Words = 3,
    Longs = 4,
    /// Each with its length (4) before it.
    Texts = 5,
    Threes = 6,
    /// Two codes a byte, the first in its lower half.
    Nibbles = 7,
    /// One code (1), which all have.
    Same = 8,
}

impl Form {
    pub fn of(code: u8) -> Option<Self> {
        let plain = [Self::Nothing, Self::Bytes, Self::Halves, Self::Words, Self::Longs, Self::Texts, Self::Threes];
        plain.into_iter().chain([Self::Nibbles, Self::Same]).find(|f| *f as u8 == code)
    }

    /// Bytes of so many; `None` for texts, which tell their own, and where there is no such number.
    pub fn bytes(self, count: u64) -> Option<u64> {
        let width = match self {
            Self::Nothing => 0,
            Self::Bytes => 1,
            Self::Halves => 2,
            Self::Threes => 3,
            Self::Words => 4,
            Self::Longs => 8,
            Self::Texts => return None,
            Self::Nibbles => return Some(count.div_ceil(2)),
            Self::Same => return Some(1),
        };
        count.checked_mul(width)
    }
}

/// A section's content, where it lies in memory.
pub enum View<'a> {
    Nothing(usize),
    Bytes(Cow<'a, [u8]>),
    Nibbles(&'a [u8], usize),
    Same(u8, usize),
    Halves(&'a [u16]),
    Threes(&'a [[u8; 3]]),
    Words(Cow<'a, [u32]>),
    Longs(&'a [u64]),
    Times(&'a [i64]),
    /// How many, and each.
    Texts(usize, Box<dyn Fn(usize) -> &'a str + 'a>),
}

impl View<'_> {
    pub fn count(&self) -> usize {
        match self {
            View::Nothing(n) | View::Texts(n, _) | View::Nibbles(_, n) | View::Same(_, n) => *n,
            View::Bytes(v) => v.len(),
            View::Halves(v) => v.len(),
            View::Threes(v) => v.len(),
            View::Words(v) => v.len(),
            View::Longs(v) => v.len(),
            View::Times(v) => v.len(),
        }
    }

    pub fn form(&self) -> Form {
        match self {
            View::Nothing(_) => Form::Nothing,
            View::Bytes(_) => Form::Bytes,
            View::Halves(_) => Form::Halves,
            View::Threes(_) => Form::Threes,
            View::Words(_) => Form::Words,
            View::Longs(_) | View::Times(_) => Form::Longs,
            View::Texts(..) => Form::Texts,
            View::Nibbles(..) => Form::Nibbles,
            View::Same(..) => Form::Same,
        }
    }

    pub fn bytes(&self) -> u64 {
        match self {
            View::Texts(n, text) => (0..*n).map(|i| 4 + text(i).len() as u64).sum(),
            // What is in memory has a size.
            other => other.form().bytes(other.count() as u64).unwrap_or(0),
        }
    }
}

fn codes(column: &Codes) -> View<'_> {
    match column {
        Codes::Same(0, n) => View::Nothing(*n),
        Codes::Same(code, n) => View::Same(*code, *n),
        Codes::U4(v, n, _) => View::Nibbles(v, *n),
        Codes::U8(v) => View::Bytes(Cow::Borrowed(v)),
        Codes::U16(v) => View::Halves(v),
        Codes::U32(v) => View::Words(Cow::Borrowed(v)),
    }
}

fn numbers(column: &Numbers) -> View<'_> {
    match column {
        Numbers::Absent(n) => View::Nothing(*n),
        Numbers::U16(v) => View::Halves(v),
        Numbers::U24(v) => View::Threes(v),
        Numbers::U32(v) => View::Words(Cow::Borrowed(v)),
        Numbers::U64(v) => View::Longs(v),
    }
}

/// The columns of optional numbers in their order.
pub fn numbers_of(store: &Store) -> [&Numbers; NUMBERS] {
    [
        &store.input_tokens,
        &store.output_tokens,
        &store.cached_tokens,
        &store.own_totals,
        &store.latency_us,
        &store.ttft_us,
        &store.tpot_ns,
        &store.queue_us,
        &store.generation_us,
    ]
}

/// The same without what calls said in words: own codes stay, messages and request ids are empty. Pairs of an own code and a message that are
/// the same then are put together where they are read.
pub fn bare_view(store: &Store, section: usize) -> View<'_> {
    match section {
        ERRORS => {
            let text = |i: usize| if i.is_multiple_of(2) { store.errors[i / 2].0.as_str() } else { "" };
            View::Texts(store.errors.len() * 2, Box::new(text))
        }
        REQUEST_ENDS => View::Nothing(store.request_ids.len()),
        REQUEST_BYTES => View::Bytes(Cow::Borrowed(&[])),
        REQUEST_SHAPES => View::Texts(0, Box::new(|_| "")),
        other => view(store, other),
    }
}

/// The content of a section other than the record.
pub fn view(store: &Store, section: usize) -> View<'_> {
    match section {
        TIME => View::Words(Cow::Borrowed(&store.times.low)),
        SERVICE_CALLS => View::Words(store.service_rows.iter().map(|rows| rows.len() as u32).collect()),
        SERVICE_KINDS => {
            let code = |service| u8::from(store.service_kind(service) == ServiceType::Commercial);
            View::Bytes((0..store.services()).map(code).collect())
        }
        STATUS => codes(&store.status),
        STATUSES => View::Halves(&store.statuses),
        ERROR => codes(&store.error),
        ERRORS => {
            let text = |i: usize| {
                let (code, message) = &store.errors[i / 2];
                if i.is_multiple_of(2) { code.as_str() } else { message }
            };
            View::Texts(store.errors.len() * 2, Box::new(text))
        }
        STREAM => codes(&store.stream),
        MEDIA => codes(&store.media),
        REQUEST_ENDS => match &store.request_ids {
            Ids::Packed(packed) => codes(&packed.codes),
            Ids::Texts(texts) => View::Words(Cow::Borrowed(&texts.ends)),
        },
        REQUEST_BYTES => match &store.request_ids {
            Ids::Packed(packed) => View::Bytes(Cow::Borrowed(&packed.bytes)),
            Ids::Texts(texts) => View::Bytes(Cow::Borrowed(&texts.bytes)),
        },
        // A list of none means packed ids that are all empty; no list, for texts.
        REQUEST_SHAPES => match &store.request_ids {
            Ids::Packed(packed) => View::Texts(packed.shapes.len(), Box::new(|i| packed.pattern(i))),
            Ids::Texts(_) => View::Nothing(0),
        },
        FIRST_NUMBERS..REQUEST_ENDS => numbers(numbers_of(store)[section - FIRST_NUMBERS]),
        FIRST_DIM..FIRST_DICT => codes(&store.dims[section - FIRST_DIM]),
        TURNS => View::Words(Cow::Borrowed(&store.times.turns)),
        TURN_BASES => View::Times(&store.times.bases),
        LABELS => codes(store.labels.rows()),
        LABEL_SETS => View::Texts(store.labels.sets(), Box::new(|set| store.labels.sets.get(set as u32))),
        FIRST_DICT..TURNS => {
            let dict = &store.dicts[section - FIRST_DICT];
            View::Texts(dict.len(), Box::new(|i| dict.get(i as u32)))
        }
        _ => View::Nothing(0),
    }
}
