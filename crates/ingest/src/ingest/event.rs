//! What the scanner reports about a source.

use super::call::{Fault, shorten_bytes};
use crate::model::{Place, Problem, RecordError};

/// A place in the text: line from 1, byte from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    pub line: u64,
    pub byte: u64,
}

/// What the scanner found.
#[derive(Debug, PartialEq, Eq)]
pub enum Event<'b> {
    /// A value that should be a call: brackets balance, or it is a whole line, which may hold several.
    /// `head` where it is an object of the top level with a member that only documents have.
    Value { bytes: &'b [u8], spot: Spot, head: bool },
    /// Members of a document around its `calls`.
    Head { bytes: &'b [u8], spot: Spot },
    /// A call begins before this spot and is broken there. `bytes`: what came of it.
    Broken { bytes: &'b [u8], spot: Spot, problem: Problem },
    /// The text ends here, within a call or before its brackets close. `bytes`: what came of the call.
    Cut { bytes: &'b [u8], spot: Spot },
}

/// The place of a byte of a value that begins at `spot`.
pub fn place(bytes: &[u8], at: usize, spot: Spot, call: u64) -> Place {
    let lines = memchr::memchr_iter(b'\n', &bytes[..at.min(bytes.len())]).count() as u64;
    Place { line: spot.line + lines, byte: spot.byte + at as u64, call }
}

/// A record error of a value that begins at `spot`.
pub fn record_error(fault: Fault, bytes: &[u8], spot: Spot, call: u64) -> RecordError {
    let Fault { at, problem, field, found } = fault;
    RecordError { place: place(bytes, at, spot, call), problem, field, found }
}

/// The last characters of what came of a call.
pub fn tail(bytes: &[u8]) -> String {
    let mut from = bytes.len().saturating_sub(40);
    while bytes.get(from).is_some_and(|b| b & 0xc0 == 0x80) {
        from += 1;
    }
    shorten_bytes(&bytes[from..])
}
