//! What the scanner tells of a source.

use crate::model::Problem;

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
