//! The rows that carry one code, found without reading any of the others' codes one by one.

use super::codes::{Codes, of_half};
use core::ops::Range as Rows;

/// Codes looked at together.
const TOGETHER: usize = 64;

impl Codes {
    /// Appends those of a run of rows that carry a code to `out`.
    pub fn find(&self, code: u32, rows: Rows<usize>, out: &mut Vec<u32>) {
        match self {
            Self::Same(same, _) if u32::from(*same) == code => out.extend(rows.map(|row| row as u32)),
            Self::Same(..) => {}
            Self::U4(v, ..) => halves(v, code, rows, out),
            // A code that a width cannot hold belongs to no row.
            Self::U8(v) => found(&v[rows.clone()], u8::try_from(code).ok(), rows.start, out),
            Self::U16(v) => found(&v[rows.clone()], u16::try_from(code).ok(), rows.start, out),
            Self::U32(v) => found(&v[rows.clone()], Some(code), rows.start, out),
        }
    }
}

/// Whether any of these is found: all are looked at, so that many can be at once.
#[inline]
fn any_of<T: Copy>(codes: &[T; TOGETHER], is_found: impl Fn(T) -> bool) -> bool {
    codes.iter().fold(false, |any, &code| any | is_found(code))
}

fn found<T: Copy + PartialEq>(codes: &[T], code: Option<T>, first: usize, out: &mut Vec<u32>) {
    let Some(code) = code else { return };
    let (pieces, rest) = codes.as_chunks::<TOGETHER>();
    let is_found = |other: T| other == code;
    let mut take = |codes: &[T], first: usize| {
        out.extend((first as u32..).zip(codes).filter(|&(_, &other)| is_found(other)).map(|(row, _)| row));
    };
    for (piece, at) in pieces.iter().zip((first..).step_by(TOGETHER)) {
        if any_of(piece, is_found) {
            take(piece, at);
        }
    }
    take(rest, first + pieces.len() * TOGETHER);
}

/// The same of codes of half a byte each.
fn halves(column: &[u8], code: u32, rows: Rows<usize>, out: &mut Vec<u32>) {
    let is_found = |half: u8| u32::from(half) == code;
    let mut take = |rows: Rows<usize>| out.extend(rows.filter(|&row| is_found(of_half(column, row))).map(|row| row as u32));
    // Whole bytes of two rows each.
    let (from, to) = (rows.start.div_ceil(2), rows.end / 2);
    if from >= to {
        return take(rows);
    }
    take(rows.start..2 * from);
    let (pieces, _) = column[from..to].as_chunks::<TOGETHER>();
    let mut row = 2 * from;
    for piece in pieces {
        if any_of(piece, |byte| is_found(byte & 15) | is_found(byte >> 4)) {
            take(row..row + 2 * TOGETHER);
        }
        row += 2 * TOGETHER;
    }
    take(row..rows.end);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rows_are_found_whatever_the_width(
            codes in prop::collection::vec(prop_oneof![8 => 0..3_u32, 1 => 0..300_u32], 0..700),
            most in prop_oneof![Just(1_u32), Just(16), Just(200), Just(70_000)],
            code in prop_oneof![0..4_u32, Just(255), Just(256), Just(69_999), Just(u32::MAX)],
            from in any::<prop::sample::Index>(),
            closed in any::<bool>(),
        ) {
            let codes: Vec<u32> = codes.into_iter().map(|code| if code == 299 { most - 1 } else { code % most }).collect();
            let mut column = Codes::default();
            column.extend(&codes);
            let column = if closed { column.closed() } else { column };
            let rows = from.index(codes.len() + 1)..codes.len();
            let want: Vec<u32> = rows.clone().filter(|&row| codes[row] == code).map(|row| row as u32).collect();
            let mut got = vec![7];
            column.find(code, rows, &mut got);
            prop_assert_eq!(got[0], 7);
            prop_assert_eq!(&got[1..], want);
        }
    }
}
