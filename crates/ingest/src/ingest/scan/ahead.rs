//! Lets another parser read calls ahead of the scanner, and pass a single one back to it.

use super::{Out, Scanner, State, blank};
use crate::ingest::event::Spot;
use crate::ingest::fast_path::Around;
use crate::ingest::split_point::SplitPoint;
use memchr::{memchr, memrchr};

/// So many bytes at first are taken of what may be one call.
const PIECE: usize = 1024;
/// And at most so many, where it turns out to be a long one.
const PIECE_MAX: usize = 1 << 20;

impl Scanner {
    /// What surrounds the calls, where one may begin and nothing of it was read yet.
    pub fn between(&self) -> Option<Around> {
        match self.state {
            _ if self.pos < self.buf.len() => None,
            State::Line => Some(Around::Lines),
            State::Gap => Some(Around::Commas),
            _ => None,
        }
    }

    /// The place it is at, where that is between two calls and nothing that comes depends on what came.
    pub fn split_point(&self) -> Option<SplitPoint> {
        let lines = self.between()? == Around::Lines;
        let at_line = self.spot.byte == self.line_start;
        let (document, fresh, layout) = (self.in_document, self.fresh, self.layout);
        // In an array, how far to the right a line begins counts where something is broken.
        (at_line || (!lines && !fresh)).then_some(SplitPoint { lines, document, fresh, layout, cells: Vec::new() })
    }

    /// Begins at such a place, of which nothing else is known: lines and bytes are counted from there.
    pub fn begin_at(&mut self, split_point: &SplitPoint) {
        let &SplitPoint { lines, document, fresh, layout, .. } = split_point;
        let state = if lines { State::Line } else { State::Gap };
        *self =
            Self { documents: self.documents, state, in_array: !lines, in_document: document, fresh, layout, ..Self::default() };
    }

    /// Where it is at a split point, another has read from there to the next: so many bytes, with so many line breaks.
    pub fn pass_to_split_point(&mut self, bytes: u64, lines: u64) {
        self.spot = Spot { line: self.spot.line + lines, byte: self.spot.byte + bytes };
        if self.fresh {
            self.line_start = self.spot.byte;
        }
    }

    /// The place it has come to.
    pub const fn spot(&self) -> Spot {
        self.spot
    }

    /// Where it is between two calls, another has read these bytes, with so many line breaks in them: whole calls and what is around them.
    pub fn pass(&mut self, bytes: &[u8], lines: u64) {
        let behind = memrchr(b'\n', bytes).map_or(0, |at| at + 1);
        if behind > 0 {
            self.line_start = self.spot.byte + behind as u64;
            self.fresh = true;
        }
        self.fresh = self.fresh && blank(&bytes[behind..]);
        self.spot = Spot { line: self.spot.line + lines, byte: self.spot.byte + bytes.len() as u64 };
    }

    /// Takes bytes up to the next place between two calls, or all of them; how many it took.
    pub fn push_one(&mut self, chunk: &[u8], out: Out<'_>) -> usize {
        let (mut taken, mut size) = (0, PIECE);
        while taken < chunk.len() {
            let rest = &chunk[taken..];
            let piece = match memchr(b'\n', &rest[..rest.len().min(size)]) {
                Some(at) => &rest[..=at],
                None => &rest[..rest.len().min(size)],
            };
            self.buf.extend_from_slice(piece);
            taken += piece.len();
            size = (size * 2).min(PIECE_MAX);
            while self.step(false, out) {
                let left = self.buf.len() - self.pos;
                // What follows the call is returned. Of a value that broke, more may be left than this piece.
                if matches!(self.state, State::Line | State::Gap) && left <= piece.len() {
                    self.buf.clear();
                    self.pos = 0;
                    return taken - left;
                }
            }
            self.buf.drain(..self.pos);
            self.pos = 0;
        }
        taken
    }
}
