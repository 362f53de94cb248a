//! A section's bytes to what they mean, wherever they are cut.

use super::layout::Form;
use crate::base::build::Full;
use crate::store::ids::{Packed, Texts};
use crate::store::{Codes, Ids, Numbers};

/// A section's content.
#[derive(Debug)]
pub enum Part {
    Nothing(usize),
    Bytes(Vec<u8>),
    /// And how many there are in them.
    Nibbles(Vec<u8>, usize),
    /// A code, and how many have it.
    Same(Vec<u8>, usize),
    Halves(Vec<u16>),
    Threes(Vec<[u8; 3]>),
    Words(Vec<u32>),
    Longs(Vec<u64>),
    /// And how many there are to be.
    Texts(Vec<Box<str>>, u64),
}

impl Part {
    pub fn new(form: Form, count: usize) -> Self {
        match form {
            Form::Nothing => Self::Nothing(count),
            Form::Bytes => Self::Bytes(Vec::with_capacity(count)),
            Form::Nibbles => Self::Nibbles(Vec::with_capacity(count.div_ceil(2)), count),
            Form::Same => Self::Same(Vec::with_capacity(1), count),
            Form::Halves => Self::Halves(Vec::with_capacity(count)),
            Form::Threes => Self::Threes(Vec::with_capacity(count)),
            Form::Words => Self::Words(Vec::with_capacity(count)),
            Form::Longs => Self::Longs(Vec::with_capacity(count)),
            Form::Texts => Self::Texts(Vec::new(), count as u64),
        }
    }

    /// Takes bytes in; false where they cannot be its.
    pub fn take(&mut self, carry: &mut Vec<u8>, bytes: &[u8]) -> bool {
        match self {
            Self::Nothing(_) => return bytes.is_empty(),
            Self::Bytes(v) | Self::Nibbles(v, _) | Self::Same(v, _) => v.extend_from_slice(bytes),
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

    pub fn codes(self) -> Sound<Codes> {
        Ok(match self {
            Self::Nothing(n) => Codes::Same(0, n),
            Self::Same(v, n) => Codes::Same(v.first().copied().unwrap_or(0), n),
            Self::Nibbles(v, n) => Codes::U4(v, n, Full::here().ok_or(FORM)?),
            Self::Bytes(v) => Codes::U8(v),
            Self::Halves(v) => Codes::U16(v),
            Self::Words(v) => Codes::U32(v),
            Self::Threes(_) | Self::Longs(_) | Self::Texts(..) => return Err(FORM),
        })
    }

    pub fn is_whole(&self) -> bool {
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
pub struct Parts(pub std::vec::IntoIter<Part>);

pub type Sound<T> = Result<T, &'static str>;
pub const FORM: &str = "a section has another form";

impl Parts {
    pub fn codes(&mut self) -> Sound<Codes> {
        self.0.next().ok_or(FORM)?.codes()
    }

    pub fn numbers(&mut self) -> Sound<Numbers> {
        Ok(match self.0.next() {
            Some(Part::Nothing(n)) => Numbers::Absent(n),
            Some(Part::Halves(v)) => Numbers::U16(v),
            Some(Part::Threes(v)) => Numbers::U24(v),
            Some(Part::Words(v)) => Numbers::U32(v),
            Some(Part::Longs(v)) => Numbers::U64(v),
            _ => return Err(FORM),
        })
    }

    pub fn bytes(&mut self) -> Sound<Vec<u8>> {
        if let Some(Part::Bytes(v)) = self.0.next() { Ok(v) } else { Err(FORM) }
    }

    pub fn words(&mut self) -> Sound<Vec<u32>> {
        if let Some(Part::Words(v)) = self.0.next() { Ok(v) } else { Err(FORM) }
    }

    pub fn ids(&mut self) -> Sound<Ids> {
        let (first, bytes) = (self.0.next(), self.bytes()?);
        match (first, self.0.next()) {
            (Some(Part::Words(ends)), Some(Part::Nothing(_))) => Ok(Ids::Texts(Texts { ends, bytes })),
            (Some(codes), Some(Part::Texts(shapes, _))) => {
                Packed::of(&shapes, codes.codes()?, bytes).map(Ids::Packed).ok_or("ids beyond their shapes")
            }
            _ => Err(FORM),
        }
    }

    pub fn texts(&mut self) -> Sound<Vec<Box<str>>> {
        if let Some(Part::Texts(v, _)) = self.0.next() { Ok(v) } else { Err(FORM) }
    }
}

/// Four bytes from a place on; 0 where they are not there.
pub fn word(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(|b| b.first_chunk()).map_or(0, |b| u32::from_le_bytes(*b))
}

/// Eight bytes from a place on; 0 where they are not there.
pub fn long(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(|b| b.first_chunk()).map_or(0, |b| u64::from_le_bytes(*b))
}
