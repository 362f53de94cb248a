//! Columns of optional numbers that take the narrowest width that holds what they were given, and no memory while they hold nothing.

/// Optional numbers. The highest number of a width means absent.
#[derive(Debug, Clone)]
pub enum Numbers {
    /// This many absent values.
    Absent(usize),
    U16(Vec<u16>),
    /// Little-endian.
    U24(Vec<[u8; 3]>),
    U32(Vec<u32>),
    U64(Vec<u64>),
}

impl Default for Numbers {
    fn default() -> Self {
        Self::Absent(0)
    }
}

/// The highest number of three bytes.
pub const U24_MAX: u32 = 0xff_ffff;

/// The number of three bytes.
#[inline]
pub const fn of_three([a, b, c]: [u8; 3]) -> u32 {
    u32::from_le_bytes([a, b, c, 0])
}

/// Values with room for as many as there was room for before.
pub(super) fn roomy<T>(room: usize, values: impl Iterator<Item = T>) -> Vec<T> {
    let mut out = Vec::with_capacity(room);
    out.extend(values);
    out
}

/// The three lower bytes of a number.
#[inline]
const fn three(number: u32) -> [u8; 3] {
    let [a, b, c, _] = number.to_le_bytes();
    [a, b, c]
}

impl Numbers {
    /// Means an absent value among plain numbers.
    pub const ABSENT: u64 = u64::MAX;

    /// Appends a value; `u64::MAX` cannot be held and counts as absent.
    pub fn push(&mut self, value: Option<u64>) {
        self.extend(&[value.unwrap_or(Self::ABSENT)]);
    }

    /// Appends values, [`Numbers::ABSENT`] where there is none.
    #[inline(never)]
    pub fn extend(&mut self, values: &[u64]) {
        // Of one more than each, absent ones becoming 0, every bit that one of them has: a width holds them where none is above it.
        let bits = values.iter().fold(0, |bits, value| bits | value.wrapping_add(1));
        // Cut to any width, the highest number is the highest of that width.
        loop {
            match self {
                Self::Absent(n) if bits == 0 => return *n += values.len(),
                Self::U16(v) if bits >> 16 == 0 => return v.extend(values.iter().map(|&value| value as u16)),
                Self::U24(v) if bits >> 24 == 0 => return v.extend(values.iter().map(|&value| three(value as u32))),
                Self::U32(v) if bits >> 32 == 0 => return v.extend(values.iter().map(|&value| value as u32)),
                Self::U64(v) => return v.extend_from_slice(values),
                _ => self.widen(),
            }
        }
    }

    fn widen(&mut self) {
        let narrow = core::mem::take(self);
        // Cut to any width, the highest number is the highest of that width.
        let values = (0..narrow.len()).map(|row| narrow.get(row).unwrap_or(u64::MAX));
        *self = match &narrow {
            Self::Absent(n) => Self::U16(vec![u16::MAX; *n]),
            Self::U16(v) => Self::U24(roomy(v.capacity(), values.map(|x| three(x as u32)))),
            Self::U24(v) => Self::U32(roomy(v.capacity(), values.map(|x| x as u32))),
            Self::U32(_) | Self::U64(_) => Self::U64(values.collect()),
        };
    }

    /// Makes room for so many more values, where there is that much.
    pub(super) fn reserve(&mut self, more: usize) {
        let _ = match self {
            Self::Absent(_) => Ok(()),
            Self::U16(v) => v.try_reserve_exact(more),
            Self::U24(v) => v.try_reserve_exact(more),
            Self::U32(v) => v.try_reserve_exact(more),
            Self::U64(v) => v.try_reserve_exact(more),
        };
    }

    #[inline]
    pub fn get(&self, row: usize) -> Option<u64> {
        match self {
            Self::Absent(_) => None,
            Self::U16(v) => v.get(row).copied().filter(|&x| x != u16::MAX).map(u64::from),
            Self::U24(v) => v.get(row).copied().map(of_three).filter(|&x| x != U24_MAX).map(u64::from),
            Self::U32(v) => v.get(row).copied().filter(|&x| x != u32::MAX).map(u64::from),
            Self::U64(v) => v.get(row).copied().filter(|&x| x != u64::MAX),
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Self::Absent(n) => *n,
            Self::U16(v) => v.len(),
            Self::U24(v) => v.len(),
            Self::U32(v) => v.len(),
            Self::U64(v) => v.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// True where no row holds a value.
    pub fn all_absent(&self) -> bool {
        matches!(self, Self::Absent(_))
    }

    /// Memory that its values fill.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Absent(_) => 0,
            Self::U16(v) => v.len() * 2,
            Self::U24(v) => v.len() * 3,
            Self::U32(v) => v.len() * 4,
            Self::U64(v) => v.len() * 8,
        }
    }

    pub(crate) fn reordered(&self, order: &[u32]) -> Self {
        match self {
            Self::Absent(_) => Self::Absent(order.len()),
            Self::U16(v) => Self::U16(order.iter().map(|&i| v[i as usize]).collect()),
            Self::U24(v) => Self::U24(order.iter().map(|&i| v[i as usize]).collect()),
            Self::U32(v) => Self::U32(order.iter().map(|&i| v[i as usize]).collect()),
            Self::U64(v) => Self::U64(order.iter().map(|&i| v[i as usize]).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_absence_apart_from_any_value() {
        let given = [None, Some(0), None, Some(65_534), Some(65_535), None, Some(16_777_214), Some(16_777_215), None]
            .into_iter()
            .chain([Some(u64::from(u32::MAX) - 1), Some(u64::from(u32::MAX)), None, Some(u64::MAX - 1)]);
        let given: Vec<Option<u64>> = given.collect();
        let mut column = Numbers::default();
        for (i, value) in given.iter().enumerate() {
            column.push(*value);
            assert_eq!((0..=i).map(|row| column.get(row)).collect::<Vec<_>>(), given[..=i]);
        }
        let plain: Vec<u64> = given.iter().map(|value| value.unwrap_or(Numbers::ABSENT)).collect();
        for at_once in 2..=given.len() {
            let mut together = Numbers::default();
            plain.chunks(at_once).for_each(|values| together.extend(values));
            assert_eq!(format!("{together:?}"), format!("{column:?}"));
        }
    }

    #[test]
    fn nothing_takes_no_memory() {
        let mut numbers = Numbers::default();
        for _ in 0..1000 {
            numbers.push(None);
        }
        assert_eq!((numbers.len(), numbers.bytes()), (1000, 0));
    }
}
