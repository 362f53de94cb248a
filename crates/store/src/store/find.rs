//! The rows that carry one code, found without reading any of the others' codes one by one.

use super::codes::{Codes, of_half};
use core::ops::Range as Rows;

/// Codes looked at together.
const TOGETHER: usize = 64;

impl Codes {
    /// Appends those of a run of rows that carry a code to `out`.
    pub fn find(&self, code: u32, rows: Rows<usize>, out: &mut Vec<u32>) {
        let first = rows.start;
        match self {
            Self::Same(same, _) if u32::from(*same) == code => out.extend(rows.map(|row| row as u32)),
            Self::Same(..) => {}
            Self::U4(v, ..) => out.extend(rows.filter(|&row| u32::from(of_half(v, row)) == code).map(|row| row as u32)),
            // A code that a width cannot hold belongs to no row.
            Self::U8(v) => {
                if let Ok(code) = u8::try_from(code) {
                    found(&v[rows], code, first, out);
                }
            }
            Self::U16(v) => {
                if let Ok(code) = u16::try_from(code) {
                    found(&v[rows], code, first, out);
                }
            }
            Self::U32(v) => found(&v[rows], code, first, out),
        }
    }
}

/// Whether any of these is the code: all are looked at, so that many can be at once.
#[inline]
fn holds<T: Copy + PartialEq>(codes: &[T; TOGETHER], code: T) -> bool {
    codes.iter().fold(false, |any, &other| any | (other == code))
}

fn found<T: Copy + PartialEq>(codes: &[T], code: T, first: usize, out: &mut Vec<u32>) {
    let (pieces, rest) = codes.as_chunks::<TOGETHER>();
    let mut take = |codes: &[T], first: usize| {
        out.extend((first as u32..).zip(codes).filter(|&(_, &other)| other == code).map(|(row, _)| row));
    };
    for (piece, at) in pieces.iter().zip((first..).step_by(TOGETHER)) {
        if holds(piece, code) {
            take(piece, at);
        }
    }
    take(rest, first + pieces.len() * TOGETHER);
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
