//! Passes over many rows: a column's values read at once into a plain vector, whatever its width, so that loops over them branch on nothing.

use super::codes::of_half;
use super::numbers::{U24_MAX, of_three};
use super::{Codes, Numbers, Store};
use core::ops::Range as Rows;

/// Rows of a store in ascending order: all from one to another, or some.
#[derive(Clone, Debug)]
pub enum RowSelection<'a> {
    Run(Rows<usize>),
    Some(&'a [u32]),
}

impl<'a> RowSelection<'a> {
    pub fn len(&self) -> usize {
        match self {
            Self::Run(rows) => rows.len(),
            Self::Some(rows) => rows.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The row at a place.
    pub fn row(&self, place: usize) -> usize {
        match self {
            Self::Run(rows) => rows.start + place,
            Self::Some(rows) => rows[place] as usize,
        }
    }

    /// Each of them.
    pub fn to_vec(&self) -> Vec<u32> {
        match self {
            Self::Run(rows) => rows.clone().map(|row| row as u32).collect(),
            Self::Some(rows) => rows.to_vec(),
        }
    }

    /// Those at some of the places.
    pub fn part(&self, places: Rows<usize>) -> RowSelection<'a> {
        match self {
            Self::Run(rows) => RowSelection::Run(rows.start + places.start..rows.start + places.end),
            Self::Some(rows) => RowSelection::Some(&rows[places]),
        }
    }

    /// How many of them, which must be of one service, are of a time before `at_ms`; the first `from` are known to be.
    /// `step`: how many more there may be; the search begins there.
    pub fn before(&self, store: &Store, from: usize, at_ms: i64, step: usize) -> usize {
        let (mut low, mut high) = (from, self.len());
        let mut ahead = (step / 2).max(8);
        while low + ahead < high && store.time_ms(self.row(low + ahead)) < at_ms {
            low += ahead;
            ahead *= 2;
        }
        high = high.min(low + ahead);
        while low < high {
            let middle = usize::midpoint(low, high);
            if store.time_ms(self.row(middle)) < at_ms {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// Puts their times into `out`.
    pub fn times(&self, store: &Store, out: &mut Vec<i64>) {
        match self {
            Self::Run(rows) => store.times().read(rows.clone(), out),
            Self::Some(rows) => {
                out.resize(rows.len(), 0);
                each(rows, out, |row| store.time_ms(row));
            }
        }
    }
}

/// Some rows, one by one.
fn each<T>(rows: &[u32], out: &mut [T], value: impl Fn(usize) -> T) {
    out.iter_mut().zip(rows).for_each(|(out, &row)| *out = value(row as usize));
}

/// The values of rows of a column: its width is matched once, not for each row.
fn gather<T: Copy, U>(column: &[T], rows: &RowSelection<'_>, out: &mut [U], wide: impl Fn(T) -> U) {
    match rows {
        RowSelection::Run(rows) => out.iter_mut().zip(&column[rows.clone()]).for_each(|(out, &value)| *out = wide(value)),
        RowSelection::Some(rows) => each(rows, out, |row| wide(column[row])),
    }
}

/// A run of rows of half a byte each.
fn halves(column: &[u8], rows: Rows<usize>, out: &mut [u32]) {
    // From an even row on, each byte gives two.
    let odd = rows.start % 2 * usize::from(!rows.is_empty());
    let (first, out) = out.split_at_mut(odd);
    if let [code] = first {
        *code = u32::from(of_half(column, rows.start));
    }
    let (pairs, last) = out.as_chunks_mut::<2>();
    let bytes = &column[(rows.start + odd) / 2..];
    for (pair, &byte) in pairs.iter_mut().zip(bytes) {
        *pair = [u32::from(byte & 15), u32::from(byte >> 4)];
    }
    if let [code] = last {
        *code = u32::from(of_half(column, rows.end - 1));
    }
}

/// The code of a streaming call in [`Store::streams`].
pub const STREAMING: u32 = 2;

impl Store {
    /// Codes of whether calls stream, for passes over many rows.
    pub fn streams(&self) -> &Codes {
        &self.stream
    }
}

impl Codes {
    /// Puts the codes of these rows into `out`.
    pub fn read(&self, rows: &RowSelection<'_>, out: &mut Vec<u32>) {
        out.resize(rows.len(), 0);
        match (self, rows) {
            (Self::Same(same, _), _) => out.fill(u32::from(*same)),
            (Self::U4(v, ..), RowSelection::Run(rows)) => halves(v, rows.clone(), out),
            (Self::U4(v, ..), RowSelection::Some(rows)) => each(rows, out, |row| u32::from(of_half(v, row))),
            (Self::U8(v), _) => gather(v, rows, out, u32::from),
            (Self::U16(v), _) => gather(v, rows, out, u32::from),
            (Self::U32(v), _) => gather(v, rows, out, |code| code),
        }
    }
}

impl Numbers {
    /// Puts the values of these rows into `out`, [`Numbers::ABSENT`] where there is none.
    pub fn read(&self, rows: &RowSelection<'_>, out: &mut Vec<u64>) {
        out.resize(rows.len(), 0);
        match self {
            Self::Absent(_) => out.fill(Self::ABSENT),
            Self::U16(v) => gather(v, rows, out, |value| if value == u16::MAX { Self::ABSENT } else { u64::from(value) }),
            Self::U24(v) => gather(v, rows, out, |bytes| {
                let value = of_three(bytes);
                if value == U24_MAX { Self::ABSENT } else { u64::from(value) }
            }),
            Self::U32(v) => gather(v, rows, out, |value| if value == u32::MAX { Self::ABSENT } else { u64::from(value) }),
            Self::U64(v) => gather(v, rows, out, |value| value),
        }
    }

    /// As [`Numbers::read`], half as wide: `u32::MAX` means absent. False where the column holds wider ones, and nothing is read.
    pub fn read_narrow(&self, rows: &RowSelection<'_>, out: &mut Vec<u32>) -> bool {
        out.resize(rows.len(), 0);
        match self {
            Self::U64(_) => return false,
            Self::Absent(_) => out.fill(u32::MAX),
            Self::U16(v) => gather(v, rows, out, |value| if value == u16::MAX { u32::MAX } else { u32::from(value) }),
            Self::U24(v) => gather(v, rows, out, |bytes| {
                let value = of_three(bytes);
                if value == U24_MAX { u32::MAX } else { value }
            }),
            Self::U32(v) => gather(v, rows, out, |value| value),
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Call;
    use crate::store::Builder;

    #[test]
    fn a_pass_reads_what_each_row_holds() {
        for widest in [0, 1, 9, 300, 65_534, 65_535, 70_000, 16_777_214, 16_777_215, u64::from(u32::MAX), u64::MAX - 1] {
            let (mut codes, mut numbers) = (Codes::default(), Numbers::default());
            for i in 0..50_u64 {
                codes.push((widest / 50 * i).min(100_000) as u32);
                numbers.push((widest > 0 && i % 3 > 0).then_some(widest / 50 * i));
            }
            numbers.push((widest > 1).then_some(widest));
            codes.push(1);
            for rows in [
                RowSelection::Run(3..51),
                RowSelection::Run(4..50),
                RowSelection::Run(7..8),
                RowSelection::Some(&[0, 7, 8, 50]),
                RowSelection::Run(9..9),
            ] {
                let (mut c, mut n) = (vec![7], vec![7]);
                codes.read(&rows, &mut c);
                numbers.read(&rows, &mut n);
                let mut half = vec![7];
                let narrow = numbers.read_narrow(&rows, &mut half);
                assert_eq!(narrow, widest < u64::from(u32::MAX));
                if narrow {
                    let wide = |value: u32| if value == u32::MAX { Numbers::ABSENT } else { u64::from(value) };
                    assert_eq!(half.into_iter().map(wide).collect::<Vec<_>>(), n);
                }
                let each: Vec<usize> = (0..rows.len()).map(|place| rows.row(place)).collect();
                assert_eq!(c, each.iter().map(|&row| codes.get(row)).collect::<Vec<_>>());
                let order: Vec<u32> = (0..codes.len() as u32).collect();
                codes.reordered(&order).read(&rows, &mut c);
                assert_eq!(c, each.iter().map(|&row| codes.get(row)).collect::<Vec<_>>());
                assert_eq!(n, each.iter().map(|&row| numbers.get(row).unwrap_or(Numbers::ABSENT)).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn what_is_before_an_instant_is_found_from_anywhere() {
        let mut builder = Builder::new();
        let times = [0, 0, 5, 5, 5, 9, 20, 20, 21, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50];
        for time_ms in times {
            builder.push(&Call { service: "s", time_ms, status: 200, ..Call::default() }).unwrap();
        }
        let store = builder.finish();
        for at in -1..52 {
            let want = times.iter().filter(|&&time| time < at).count();
            for from in 0..=want {
                for step in [0, 1, 30, 60] {
                    assert_eq!(RowSelection::Run(0..times.len()).before(&store, from, at, step), want);
                }
            }
        }
    }
}
