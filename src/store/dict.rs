//! A dictionary: distinct texts and their codes, without an allocation for a text seen before.

use super::index::{Index, hash};

/// Texts in order of first sight.
#[derive(Debug, Default, Clone)]
pub struct Dict {
    texts: Vec<Box<str>>,
    index: Index,
}

impl Dict {
    /// A dictionary whose code 0 is the empty text.
    pub fn with_empty() -> Self {
        let mut dict = Self::default();
        dict.intern("");
        dict
    }

    /// These texts by their codes; `None` where one stands twice.
    pub(crate) fn of(texts: Vec<Box<str>>) -> Option<Self> {
        let mut dict = Self { texts, index: Index::default() };
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
        let hash = hash(text);
        if let Some(code) = self.index.find(hash, |code| same(self.get(code), text)) {
            return code;
        }
        let code = self.texts.len() as u32;
        self.texts.push(text.into());
        self.index.add(code, hash);
        code
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
