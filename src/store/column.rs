//! Columns of integers that take the narrowest width that holds what they were given, and no memory while they hold nothing.

/// Dictionary codes. All zero until the first other code arrives.
#[derive(Debug, Clone)]
pub enum Codes {
    /// This many zeros.
    Zero(usize),
    U8(Vec<u8>),
    U16(Vec<u16>),
    U32(Vec<u32>),
}

impl Default for Codes {
    fn default() -> Self {
        Self::Zero(0)
    }
}

impl Codes {
    #[inline]
    pub fn push(&mut self, code: u32) {
        match self {
            Self::Zero(n) if code == 0 => *n += 1,
            Self::U8(v) if code <= u32::from(u8::MAX) => v.push(code as u8),
            Self::U16(v) if code <= u32::from(u16::MAX) => v.push(code as u16),
            _ => self.push_wide(code),
        }
    }

    #[inline(never)]
    fn push_wide(&mut self, code: u32) {
        loop {
            match self {
                Self::Zero(n) if code == 0 => return *n += 1,
                Self::U8(v) if code <= u32::from(u8::MAX) => return v.push(code as u8),
                Self::U16(v) if code <= u32::from(u16::MAX) => return v.push(code as u16),
                Self::U32(v) => return v.push(code),
                _ => self.widen(),
            }
        }
    }

    fn widen(&mut self) {
        *self = match core::mem::take(self) {
            Self::Zero(n) => Self::U8(vec![0; n]),
            Self::U8(v) => Self::U16(v.into_iter().map(u16::from).collect()),
            Self::U16(v) => Self::U32(v.into_iter().map(u32::from).collect()),
            wide @ Self::U32(_) => wide,
        };
    }

    /// The code of a row; 0 beyond the end.
    #[inline]
    pub fn get(&self, row: usize) -> u32 {
        match self {
            Self::Zero(_) => 0,
            Self::U8(v) => v.get(row).copied().map_or(0, u32::from),
            Self::U16(v) => v.get(row).copied().map_or(0, u32::from),
            Self::U32(v) => v.get(row).copied().unwrap_or(0),
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Self::Zero(n) => *n,
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
            Self::Zero(_) => 0,
            Self::U8(v) => v.iter().copied().max().map_or(0, u32::from),
            Self::U16(v) => v.iter().copied().max().map_or(0, u32::from),
            Self::U32(v) => v.iter().copied().max().unwrap_or(0),
        }
    }

    /// Memory that its values fill.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Zero(_) => 0,
            Self::U8(v) => v.len(),
            Self::U16(v) => v.len() * 2,
            Self::U32(v) => v.len() * 4,
        }
    }

    /// The same column in another order: row `i` of the result is row `order[i]`.
    pub(crate) fn reordered(&self, order: &[u32]) -> Self {
        match self {
            Self::Zero(_) => Self::Zero(order.len()),
            Self::U8(v) => Self::U8(order.iter().map(|&i| v[i as usize]).collect()),
            Self::U16(v) => Self::U16(order.iter().map(|&i| v[i as usize]).collect()),
            Self::U32(v) => Self::U32(order.iter().map(|&i| v[i as usize]).collect()),
        }
    }
}

/// Optional numbers. The highest number of a width stands for absent.
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

/// The three lower bytes of a number.
#[inline]
const fn three(number: u32) -> [u8; 3] {
    let [a, b, c, _] = number.to_le_bytes();
    [a, b, c]
}

impl Numbers {
    /// Appends a value; `u64::MAX` cannot be held and counts as absent.
    #[inline]
    pub fn push(&mut self, value: Option<u64>) {
        match (&mut *self, value) {
            (Self::Absent(n), None) => *n += 1,
            (Self::U16(v), Some(x)) if x < u64::from(u16::MAX) => v.push(x as u16),
            (Self::U24(v), Some(x)) if x < u64::from(U24_MAX) => v.push(three(x as u32)),
            (Self::U32(v), Some(x)) if x < u64::from(u32::MAX) => v.push(x as u32),
            _ => self.push_wide(value),
        }
    }

    #[inline(never)]
    fn push_wide(&mut self, value: Option<u64>) {
        let value = value.unwrap_or(u64::MAX);
        loop {
            let absent = value == u64::MAX;
            match &mut *self {
                Self::Absent(n) if absent => return *n += 1,
                Self::U16(v) if absent || value < u64::from(u16::MAX) => return v.push(value as u16),
                Self::U24(v) if absent || value < u64::from(U24_MAX) => return v.push(three(value as u32)),
                Self::U32(v) if absent || value < u64::from(u32::MAX) => return v.push(value as u32),
                Self::U64(v) => return v.push(value),
                _ => self.widen(),
            }
        }
    }

    fn widen(&mut self) {
        let narrow = core::mem::take(self);
        // Cut to any width, the highest number is the highest of that width.
        let values = (0..narrow.len()).map(|row| narrow.get(row).unwrap_or(u64::MAX));
        *self = match narrow {
            Self::Absent(n) => Self::U16(vec![u16::MAX; n]),
            Self::U16(_) => Self::U24(values.map(|x| three(x as u32)).collect()),
            Self::U24(_) => Self::U32(values.map(|x| x as u32).collect()),
            Self::U32(_) | Self::U64(_) => Self::U64(values.collect()),
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
    fn codes_widen_without_losing_a_value() {
        let given = [0, 0, 1, 255, 256, 65_535, 65_536, u32::MAX, 0];
        let mut column = Codes::default();
        for code in given {
            column.push(code);
        }
        assert_eq!((0..given.len()).map(|i| column.get(i)).collect::<Vec<_>>(), given);
        assert_eq!(column.reordered(&[8, 7, 6, 5, 4, 3, 2, 1, 0]).get(1), u32::MAX);
    }

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
    }

    #[test]
    fn nothing_takes_no_memory() {
        let (mut codes, mut numbers) = (Codes::default(), Numbers::default());
        for _ in 0..1000 {
            codes.push(0);
            numbers.push(None);
        }
        assert_eq!((codes.len(), codes.bytes(), numbers.len(), numbers.bytes()), (1000, 0, 1000, 0));
    }
}
