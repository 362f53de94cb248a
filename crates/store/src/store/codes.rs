//! Columns of dictionary codes that take the narrowest width that holds what they were given, and no memory while all are the same.

use super::numbers::roomy;
use crate::base::build::Full;

/// Dictionary codes.
#[derive(Debug, Clone)]
pub enum Codes {
    /// This code so many times. Codes are given in order of first sight, so what all calls have has a low one.
    Same(u8, usize),
    /// So many of half a byte each, two in a byte, the first in its lower half. Only what is complete is laid out so; the first view's
    /// engine, which reads little and is to be light, goes without.
    U4(Vec<u8>, usize, Full),
    U8(Vec<u8>),
    U16(Vec<u16>),
    U32(Vec<u32>),
}

impl Default for Codes {
    fn default() -> Self {
        Self::Same(0, 0)
    }
}

/// Codes of half a byte.
pub const U4_CODES: usize = 16;

/// The code at a place among halves of bytes; 0 beyond the end.
#[inline]
pub fn of_half(bytes: &[u8], row: usize) -> u8 {
    bytes.get(row / 2).map_or(0, |byte| byte >> (row % 2 * 4) & 15)
}

/// Two codes a byte.
fn halves(full: Full, codes: impl ExactSizeIterator<Item = u8>) -> Codes {
    let (n, mut codes) = (codes.len(), codes);
    let mut bytes = Vec::with_capacity(n.div_ceil(2));
    while let Some(low) = codes.next() {
        bytes.push(low | codes.next().unwrap_or(0) << 4);
    }
    Codes::U4(bytes, n, full)
}

impl Codes {
    #[inline]
    pub fn push(&mut self, code: u32) {
        match self {
            Self::Same(same, n) if u32::from(*same) == code => *n += 1,
            Self::U8(v) if code <= u32::from(u8::MAX) => v.push(code as u8),
            _ => self.extend(&[code]),
        }
    }

    /// Appends codes.
    #[inline(never)]
    pub fn extend(&mut self, codes: &[u32]) {
        let Some(&first) = codes.first() else { return };
        // Has every bit that one of them has, which is all that a width requires.
        let (mut bits, mut differ) = (0, 0);
        for &code in codes {
            bits |= code;
            differ |= code ^ first;
        }
        loop {
            match self {
                Self::Same(same, n) if differ == 0 && bits <= u32::from(u8::MAX) && (u32::from(*same) == first || *n == 0) => {
                    (*same, *n) = (first as u8, *n + codes.len());
                    return;
                }
                Self::U8(v) if bits <= u32::from(u8::MAX) => return v.extend(codes.iter().map(|&code| code as u8)),
                Self::U16(v) if bits <= u32::from(u16::MAX) => return v.extend(codes.iter().map(|&code| code as u16)),
                Self::U32(v) => return v.extend_from_slice(codes),
                _ => self.widen(),
            }
        }
    }

    fn widen(&mut self) {
        let narrow = core::mem::take(self);
        *self = match narrow {
            Self::Same(same, n) => Self::U8(vec![same; n]),
            Self::U4(v, n, _) => Self::U8((0..n).map(|row| of_half(&v, row)).collect()),
            Self::U8(v) => Self::U16(roomy(v.capacity(), v.into_iter().map(u16::from))),
            Self::U16(v) => Self::U32(roomy(v.capacity(), v.into_iter().map(u32::from))),
            wide @ Self::U32(_) => wide,
        };
    }

    /// Makes room for so many more codes, where there is that much.
    pub(super) fn reserve(&mut self, more: usize) {
        let _ = match self {
            Self::Same(..) | Self::U4(..) => Ok(()),
            Self::U8(v) => v.try_reserve_exact(more),
            Self::U16(v) => v.try_reserve_exact(more),
            Self::U32(v) => v.try_reserve_exact(more),
        };
    }

    /// The code of a row; 0 beyond the end, unless all are the same.
    #[inline]
    pub fn get(&self, row: usize) -> u32 {
        match self {
            Self::Same(same, _) => u32::from(*same),
            Self::U4(v, ..) => u32::from(of_half(v, row)),
            Self::U8(v) => v.get(row).copied().map_or(0, u32::from),
            Self::U16(v) => v.get(row).copied().map_or(0, u32::from),
            Self::U32(v) => v.get(row).copied().unwrap_or(0),
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Self::Same(_, n) => *n,
            Self::U4(_, n, _) => *n,
            Self::U8(v) => v.len(),
            Self::U16(v) => v.len(),
            Self::U32(v) => v.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The highest code; 0 where there is none.
    pub(crate) fn highest(&self) -> u32 {
        match self {
            Self::Same(same, n) => {
                if *n > 0 {
                    u32::from(*same)
                } else {
                    0
                }
            }
            Self::U4(v, ..) => v.iter().map(|byte| (byte & 15).max(byte >> 4)).max().map_or(0, u32::from),
            Self::U8(v) => v.iter().copied().max().map_or(0, u32::from),
            Self::U16(v) => v.iter().copied().max().map_or(0, u32::from),
            Self::U32(v) => v.iter().copied().max().unwrap_or(0),
        }
    }

    /// Memory that its values fill.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Same(..) => 0,
            Self::U4(v, ..) => v.len(),
            Self::U8(v) => v.len(),
            Self::U16(v) => v.len() * 2,
            Self::U32(v) => v.len() * 4,
        }
    }

    /// A column that is complete in another order, as narrow as it can be: row `i` of the result is row `order[i]`.
    pub(crate) fn reordered(&self, order: &[u32]) -> Self {
        match self {
            Self::Same(same, _) => Self::Same(*same, order.len()),
            Self::U4(v, _, full) => halves(*full, order.iter().map(|&i| of_half(v, i as usize))),
            Self::U8(v) => match Full::here() {
                Some(full) if (self.highest() as usize) < U4_CODES => halves(full, order.iter().map(|&i| v[i as usize])),
                _ => Self::U8(order.iter().map(|&i| v[i as usize]).collect()),
            },
            Self::U16(v) => Self::U16(order.iter().map(|&i| v[i as usize]).collect()),
            Self::U32(v) => Self::U32(order.iter().map(|&i| v[i as usize]).collect()),
        }
    }

    /// The same codes as a [`Codes::reordered`] column has them.
    pub(crate) fn closed(self) -> Self {
        match &self {
            Self::U8(v) if v.iter().all(|code| Some(code) == v.first()) => Self::Same(v.first().copied().unwrap_or(0), v.len()),
            Self::U8(v) if (self.highest() as usize) < U4_CODES => match Full::here() {
                Some(full) => halves(full, v.iter().copied()),
                None => self,
            },
            _ => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_widen_without_losing_a_value() {
        let given = [0, 0, 1, 255, 256, 65_535, 65_536, u32::MAX, 0];
        for at_once in 1..=given.len() {
            let (mut column, mut one_by_one) = (Codes::default(), Codes::default());
            given.chunks(at_once).for_each(|codes| column.extend(codes));
            given.iter().for_each(|&code| one_by_one.push(code));
            assert_eq!((0..given.len()).map(|i| column.get(i)).collect::<Vec<_>>(), given);
            assert_eq!(format!("{column:?}"), format!("{one_by_one:?}"));
            assert_eq!(column.reordered(&[8, 7, 6, 5, 4, 3, 2, 1, 0]).get(1), u32::MAX);
        }
    }

    #[test]
    fn what_is_the_same_throughout_takes_no_memory() {
        for code in [0, 7, 255] {
            let mut codes = Codes::default();
            codes.extend(&[code; 999]);
            codes.push(code);
            assert_eq!((codes.len(), codes.bytes(), codes.get(3)), (1000, 0, code));
            codes.push(code + 1);
            assert_eq!((codes.len(), codes.get(999), codes.get(1000)), (1001, code, code + 1));
        }
    }

    #[test]
    fn sixteen_codes_take_half_a_byte_once_they_are_complete() {
        for n in [1, 2, 7, 100] {
            let codes: Vec<u32> = (0..n).map(|i| i * 7 % 16).collect();
            let mut column = Codes::default();
            column.extend(&codes);
            let order: Vec<u32> = (0..n).rev().collect();
            let turned = column.reordered(&order);
            assert_eq!((turned.len(), turned.bytes()), (n as usize, if n > 1 { (n as usize).div_ceil(2) } else { 0 }));
            assert_eq!(
                (0..n as usize).map(|row| turned.get(row)).collect::<Vec<_>>(),
                codes.iter().rev().copied().collect::<Vec<_>>()
            );
            assert_eq!(format!("{:?}", turned.reordered(&order)), format!("{:?}", column.clone().closed()));
            assert_eq!((turned.highest(), turned.get(n as usize + 9)), (*codes.iter().max().unwrap(), 0));
            let mut again = turned;
            again.push(16);
            assert_eq!((again.get(0), again.get(n as usize)), (codes[n as usize - 1], 16));
        }
    }
}
