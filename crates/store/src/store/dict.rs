//! A dictionary: distinct texts and their codes, without an allocation for a text seen before.

use super::hash_index::{HashIndex, hash};
use crate::base::build::FULL;

/// Texts in order of first sight.
#[derive(Debug, Default, Clone)]
pub struct Dict {
    texts: Vec<Box<str>>,
    index: HashIndex,
    recent: Recent,
}

/// Texts met last, each whole in its slot where it is of at most 16 bytes: found without following a place to where the text lies.
#[derive(Debug, Default, Clone)]
struct Recent {
    /// In pairs, the newer first.
    slots: Vec<[Met; 2]>,
}

/// The first and last eight bytes of a text, its length, and its code.
#[derive(Debug, Default, Clone, Copy)]
struct Met {
    ends: [u64; 2],
    len: u32,
    code: u32,
}

impl Recent {
    /// Fewest and most pairs.
    const PAIRS: [usize; 2] = [64, 8192];

    /// The pair where a text has its place.
    #[inline]
    fn pair(&mut self, ends: [u64; 2], len: usize) -> Option<&mut [Met; 2]> {
        let word = ends[0] ^ ends[1].rotate_left(29) ^ len as u64;
        let product = word.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let last = self.slots.len().wrapping_sub(1);
        self.slots.get_mut((product >> 40 ^ product >> 51) as usize & last)
    }

    /// Notes a code, of so many.
    #[cold]
    fn note(&mut self, met: Met, codes: usize) {
        let wanted = (codes * 2).next_power_of_two().clamp(Self::PAIRS[0], Self::PAIRS[1]);
        if self.slots.len() < wanted {
            self.slots = vec![[Met::default(); 2]; wanted];
        }
        if let Some(pair) = self.pair(met.ends, met.len as usize) {
            *pair = [met, pair[0]];
        }
    }
}

/// The first and last eight bytes of a text, which may overlap; shorter ones padded with zeros, so that with its length a text of at most 16 bytes is
/// unique.
#[inline]
fn ends(text: &[u8]) -> [u64; 2] {
    match (text.first_chunk(), text.last_chunk()) {
        (Some(first), Some(last)) => [u64::from_le_bytes(*first), u64::from_le_bytes(*last)],
        _ => match (text.first_chunk(), text.last_chunk()) {
            (Some(first), Some(last)) => [u64::from(u32::from_le_bytes(*first)), u64::from(u32::from_le_bytes(*last))],
            _ => [text.iter().fold(0, |word, &b| word << 8 | u64::from(b)), 0],
        },
    }
}

impl Dict {
    /// A dictionary whose code 0 is the empty text.
    pub fn with_empty() -> Self {
        let mut dict = Self::default();
        dict.intern("");
        dict
    }

    /// These texts by their codes; `None` where one occurs twice.
    pub(crate) fn of(texts: Vec<Box<str>>) -> Option<Self> {
        let mut dict = Self { texts, ..Self::default() };
        for (code, text) in dict.texts.iter().enumerate() {
            let own = hash(text);
            if dict.index.find(own, |code| dict.texts[code as usize] == *text).is_some() {
                return None;
            }
            dict.index.add(code as u32, own);
        }
        Some(dict)
    }

    /// The code of a text, new or known.
    pub fn intern(&mut self, text: &str) -> u32 {
        if !FULL {
            return self.look_up(text);
        }
        let bytes = text.as_bytes();
        let (ends, len) = (ends(bytes), bytes.len());
        let Self { recent, texts, .. } = self;
        if let Some(pair) = recent.pair(ends, len) {
            // What was never noted has the code 0 and no length: a text of none is looked for below.
            let met = pair.iter().find(|met| met.ends == ends && met.len as usize == len && len > 0);
            if let Some(&Met { code, .. }) = met
                && (len <= 16 || texts.get(code as usize).is_some_and(|known| same(known, text)))
            {
                return code;
            }
        }
        let code = self.look_up(text);
        self.recent.note(Met { ends, len: len as u32, code }, self.texts.len());
        code
    }

    #[inline]
    fn look_up(&mut self, text: &str) -> u32 {
        let hash = hash(text);
        if let Some(code) = self.index.find(hash, |code| same(self.get(code), text)) {
            return code;
        }
        let code = self.texts.len() as u32;
        self.texts.push(text.into());
        self.index.add(code, hash);
        code
    }

    /// No more texts are to come, or few.
    pub(crate) fn settle(&mut self) {
        self.recent = Recent::default();
    }

    pub fn find(&self, text: &str) -> Option<u32> {
        self.index.find(hash(text), |code| same(self.get(code), text))
    }

    /// The text of a code; empty for a code it never gave.
    pub fn get(&self, code: u32) -> &str {
        self.texts.get(code as usize).map_or("", |t| t)
    }

    pub fn len(&self) -> usize {
        self.texts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Memory held, about.
    pub fn bytes(&self) -> usize {
        // A text's bytes, its place in the list, and what the allocator adds.
        self.index.bytes() + self.texts.iter().map(|t| t.len() + 16).sum::<usize>()
    }
}

/// Whether two texts are equal. Dictionaries mostly hold short texts: words of eight bytes, the last overlapping, are cheaper than a call.
#[inline]
fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    match (a.last_chunk::<8>(), b.last_chunk::<8>()) {
        (Some(a_last), Some(b_last)) if a.len() == b.len() && a.len() <= 64 => {
            a_last == b_last && a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0).all(|(a, b)| a == b)
        }
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn codes_are_given_in_order_of_first_sight(texts in prop::collection::vec("[ab\0]{0,3}|[a-c]{4,9}|[ab]{14,18}|x{20}[ab]{20}|[0-9]{3}", 0..2000)) {
            let (mut dict, mut known) = (Dict::default(), Vec::<&String>::new());
            for text in &texts {
                let want = known.iter().position(|known| *known == text).unwrap_or_else(|| {
                    known.push(text);
                    known.len() - 1
                });
                prop_assert_eq!(dict.intern(text), want as u32);
            }
            for (code, text) in known.iter().enumerate() {
                prop_assert_eq!((dict.find(text), dict.get(code as u32)), (Some(code as u32), text.as_str()));
            }
        }
    }
}
