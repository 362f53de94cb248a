//! A hash index over values that are stored elsewhere, by their codes. One table of codes serves
//! texts and pairs alike: no value is stored twice, and the code is compiled once, not once for
//! each type of key.

/// Codes by the hashes of their values; open addressing with linear probing, at most half full.
#[derive(Debug, Default, Clone)]
pub struct HashIndex {
    /// What is kept of the hash, and code + 1, or 0 where the slot is free. A power of two in number, or none.
    slots: Vec<(u32, u32)>,
    len: usize,
}

/// An odd number without a pattern: the golden ratio's fraction.
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// The hash of a text: words of eight bytes, the last of which may overlap the one before.
#[inline]
pub fn hash(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let mut hash = bytes.len() as u64;
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        hash = mixed(hash, u64::from_le_bytes(*word));
    }
    match bytes.last_chunk::<8>() {
        _ if rest.is_empty() => hash,
        Some(word) => mixed(hash, u64::from_le_bytes(*word)),
        None => mixed(hash, rest.iter().fold(0, |word, &b| word << 8 | u64::from(b))),
    }
}

/// The hash of a pair of codes.
pub fn hash_pair((a, b): (u32, u32)) -> u64 {
    mixed(0, u64::from(a) << 32 | u64::from(b))
}

/// One word more. Multiplied twice, so that low bits depend on high ones as well.
#[inline]
pub const fn mixed(hash: u64, word: u64) -> u64 {
    let product = (hash ^ word).wrapping_mul(MIX);
    (product ^ product >> 32).wrapping_mul(MIX)
}

impl HashIndex {
    /// The code of the value that has this hash and is the same.
    #[inline]
    pub fn find(&self, hash: u64, same: impl Fn(u32) -> bool) -> Option<u32> {
        let mask = self.slots.len().wrapping_sub(1);
        let (tag, mut at) = (tag(hash), tag(hash) as usize & mask);
        loop {
            let (other, code) = *self.slots.get(at)?;
            let code = code.checked_sub(1)?;
            if tag == other && same(code) {
                return Some(code);
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds the code of a value that is not in it yet.
    pub fn add(&mut self, code: u32, hash: u64) {
        self.len += 1;
        if self.len * 2 > self.slots.len() {
            let double = (self.slots.len() * 2).max(8);
            for slot in core::mem::replace(&mut self.slots, vec![(0, 0); double]) {
                if slot.1 != 0 {
                    self.place(slot);
                }
            }
        }
        self.place((tag(hash), code + 1));
    }

    fn place(&mut self, slot: (u32, u32)) {
        let mask = self.slots.len() - 1;
        let mut at = slot.0 as usize & mask;
        while self.slots[at].1 != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = slot;
    }

    /// Memory held.
    pub fn bytes(&self) -> usize {
        self.slots.capacity() * 8
    }
}

/// What is kept of a hash.
const fn tag(hash: u64) -> u32 {
    (hash ^ hash >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_is_found_and_nothing_else() {
        let value = |code: u32| (code / 7, code % 7 * 3);
        let mut index = HashIndex::default();
        assert_eq!(index.find(hash_pair((0, 0)), |_| true), None);
        for code in 0..5000 {
            assert_eq!(index.find(hash_pair(value(code)), |c| value(c) == value(code)), None);
            index.add(code, hash_pair(value(code)));
        }
        for code in 0..5000 {
            assert_eq!(index.find(hash_pair(value(code)), |c| value(c) == value(code)), Some(code));
        }
        assert_eq!(index.find(hash_pair((9, 1)), |c| value(c) == (9, 1)), None);
    }

    #[test]
    fn equal_hashes_are_told_apart() {
        let mut index = HashIndex::default();
        for code in 0..20 {
            index.add(code, 3);
        }
        assert_eq!(index.find(3, |c| c == 13), Some(13));
        assert_eq!(index.find(3, |_| false), None);
    }
}
