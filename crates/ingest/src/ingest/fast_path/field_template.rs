//! Field template: the order of a feed's fields as seen so far. The bytes between two values are
//! compared with those of the previous record instead of being parsed.

use super::bytes::{End, text_end};
use crate::ingest::call::{FIELDS, Field};

/// Longest text from one value to the next that is remembered, bytes: the longest name of a field with white space around it.
const TOKEN_BYTES: usize = 32;
/// Different continuations behind one field that are remembered.
const WAYS: usize = 4;

/// From the end of a value to the beginning of the next: comma, name, colon, and white space as it was written.
#[derive(Clone, Copy, Debug)]
struct Token {
    low: u128,
    high: u128,
    low_mask: u128,
    high_mask: u128,
    len: u8,
    /// From and to of the name.
    name: (u8, u8),
    field: Option<Field>,
}

/// A name that was met.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// The field; `None`: it is none of ours.
    pub field: Option<Field>,
    /// From and to of the name.
    pub name: (usize, usize),
    /// Where its value begins.
    pub value: usize,
}

/// The field before a token: its place among the fields, or one of two more.
pub type Before = usize;
/// At the brace that opens a call.
pub const OPENING: Before = FIELDS;
/// Behind a field that is none of ours.
const BEHIND_OTHER: Before = FIELDS + 1;

/// See the module's text.
#[derive(Debug)]
pub struct FieldTemplate {
    ways: [[Option<Token>; WAYS]; FIELDS + 2],
}

impl Default for FieldTemplate {
    fn default() -> Self {
        Self { ways: [[None; WAYS]; FIELDS + 2] }
    }
}

/// What to pass on for the next token.
pub const fn behind(field: Option<Field>) -> Before {
    match field {
        Some(field) => field as usize,
        None => BEHIND_OTHER,
    }
}

impl FieldTemplate {
    /// The name that follows at `at`, where the value before it ended, or at the opening brace. `None`: no name as it is usually written.
    #[inline(always)]
    pub fn key(&mut self, bytes: &[u8], at: usize, before: Before) -> Option<Key> {
        let window = bytes.get(at..)?.first_chunk::<TOKEN_BYTES>()?;
        let (low, high) = halves(window);
        for way in &self.ways[before] {
            let Some(token) = way else { break };
            if (low ^ token.low) & token.low_mask | (high ^ token.high) & token.high_mask == 0 {
                let name = (at + usize::from(token.name.0), at + usize::from(token.name.1));
                return Some(Key { field: token.field, name, value: at + usize::from(token.len) });
            }
        }
        self.learn(bytes, at, before)
    }

    /// Takes a name apart and remembers how it was written.
    #[cold]
    #[inline(never)]
    fn learn(&mut self, bytes: &[u8], at: usize, before: Before) -> Option<Key> {
        let space = |mut at: usize| {
            while let Some(b' ' | b'\t') = bytes.get(at) {
                at += 1;
            }
            at
        };
        let take = |at: usize, byte: u8| (bytes.get(at) == Some(&byte)).then_some(at + 1);
        // A call begins where it was said to.
        let behind = if before == OPENING { take(at, b'{')? } else { take(space(at), b',')? };
        let from = take(space(behind), b'"')?;
        let End { at: to, ascii: true } = text_end(bytes, from)? else { return None };
        let value = space(take(space(to + 1), b':')?);
        let field = Field::from_key(core::str::from_utf8(&bytes[from..to]).ok()?);
        let key = Key { field, name: (from, to), value };
        let len = value - at;
        if let Some(window) = bytes[at..].first_chunk::<TOKEN_BYTES>()
            && len <= TOKEN_BYTES
        {
            let (low_mask, high_mask) = (first(len.min(16)), first(len.saturating_sub(16)));
            let (low, high) = halves(window);
            let ways = &mut self.ways[before];
            // The newest takes the place of the one met last.
            let way = ways.iter().position(Option::is_none).unwrap_or(WAYS - 1);
            ways[way] = Some(Token {
                low: low & low_mask,
                high: high & high_mask,
                low_mask,
                high_mask,
                len: len as u8,
                name: ((from - at) as u8, (to - at) as u8),
                field,
            });
        }
        Some(key)
    }
}

/// A mask of the first `n` bytes, at most 16.
const fn first(n: usize) -> u128 {
    if n >= 16 { u128::MAX } else { (1 << (8 * n)) - 1 }
}

#[inline(always)]
fn halves(window: &[u8; TOKEN_BYTES]) -> (u128, u128) {
    let (mut low, mut high) = ([0; 16], [0; 16]);
    low.copy_from_slice(&window[..16]);
    high.copy_from_slice(&window[16..]);
    (u128::from_le_bytes(low), u128::from_le_bytes(high))
}
