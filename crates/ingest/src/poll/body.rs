//! The body of an answer on its way: what of it is new, and what is ready to be read.

use super::lines::Lines;
use super::revalidation::{ResponseKind, Revalidation};

/// The response does not continue the stored text: the file was rewritten, and has to be requested completely.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the bytes before the end are not those that were read")]
pub struct NotAppended;

/// See the module's text.
#[derive(Clone, Debug)]
pub struct Body {
    /// What has to come first, where the body begins before the end of what is held.
    overlap: Vec<u8>,
    lines: Lines,
    /// A half line at the end is held back.
    holds: bool,
}

/// A body that was read.
#[derive(Clone, Debug)]
pub struct BodyEnd {
    pub lines: Lines,
    /// What of it was still to be read.
    pub rest: Vec<u8>,
}

impl Body {
    /// Of what was never read before. `holds`: it will be requested again, so that a half line at its end is held back.
    pub fn first(holds: bool) -> Self {
        Self { overlap: Vec::new(), lines: Lines::default(), holds }
    }

    /// Of an answer of this meaning ([`ResponseKind::Behind`] or [`ResponseKind::Whole`]).
    pub fn of(revalidation: &Revalidation, response_kind: ResponseKind) -> Self {
        match response_kind {
            ResponseKind::Behind => {
                Self { overlap: revalidation.lines.overlap().to_vec(), lines: revalidation.lines.clone(), holds: true }
            }
            _ => Self::first(true),
        }
    }

    /// Takes the next bytes; adds to `out` what is ready to be read.
    ///
    /// # Errors
    /// Where they are not those that have to come.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), NotAppended> {
        let known = bytes.len().min(self.overlap.len());
        if bytes[..known] != self.overlap[..known] {
            return Err(NotAppended);
        }
        self.overlap.drain(..known);
        self.lines.push(&bytes[known..], out);
        Ok(())
    }

    /// The body has ended.
    ///
    /// # Errors
    /// Where it ended before what has to come.
    pub fn end(mut self) -> Result<BodyEnd, NotAppended> {
        if !self.overlap.is_empty() {
            return Err(NotAppended);
        }
        let mut rest = Vec::new();
        if self.holds {
            self.lines.end(&mut rest)
        } else {
            self.lines.release(&mut rest)
        }
        Ok(BodyEnd { lines: self.lines, rest })
    }

    /// The body broke off: whole lines of it count, the rest comes again; `None` where not even what is held had come.
    pub fn broke(self) -> Option<Lines> {
        self.overlap.is_empty().then_some(self.lines)
    }
}
