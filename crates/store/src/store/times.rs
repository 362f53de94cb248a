//! The column of times: four bytes each, whatever span the calls have.

use crate::base::build::FULL;

/// The first view's engine, which reads little and is to be light, holds times whole: all of them are bases.
const NARROW: bool = FULL;

/// Times in milliseconds above those of turns. A turn comes where the higher half of the distance from the oldest call changes: rows of a service
/// are in order of time, so there are no more than one for each service and 49 days of it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Times {
    /// Lower half of what a call is younger than the oldest.
    pub(crate) low: Vec<u32>,
    /// Rows at which a turn comes, ascending, the first 0.
    pub(crate) turns: Vec<u32>,
    /// The time that is added from each turn on, epoch milliseconds.
    pub(crate) bases: Vec<i64>,
}

impl Times {
    /// Times, epoch milliseconds, of which this is the oldest.
    pub(crate) fn of(oldest_ms: i64, times: impl ExactSizeIterator<Item = i64>) -> Self {
        if !NARROW {
            return Self { bases: times.collect(), ..Self::default() };
        }
        let mut out = Self { low: Vec::with_capacity(times.len()), ..Self::default() };
        for (row, time) in times.enumerate() {
            let since = time.wrapping_sub(oldest_ms);
            let base = time.wrapping_sub(since & i64::from(u32::MAX));
            if out.bases.last() != Some(&base) {
                out.turns.push(row as u32);
                out.bases.push(base);
            }
            out.low.push(since as u32);
        }
        out
    }

    /// Whether its parts belong together: every row has a base, and no sum overflows.
    pub(crate) fn is_sound(&self) -> bool {
        const BASE_MAX: u64 = 1 << 62;
        self.turns.len() == self.bases.len()
            && self.turns.first().map_or(self.low.is_empty(), |&first| first == 0)
            && self.turns.is_sorted_by(|a, b| a < b)
            && self.bases.iter().all(|base| base.unsigned_abs() <= BASE_MAX)
    }

    pub fn len(&self) -> usize {
        if NARROW { self.low.len() } else { self.bases.len() }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The time of a row, which must be one, epoch milliseconds.
    #[inline]
    pub fn get(&self, row: usize) -> i64 {
        if !NARROW {
            return self.bases[row];
        }
        let base = match self.bases[..] {
            [base] => base,
            _ => self.bases[self.turns.partition_point(|&turn| turn as usize <= row) - 1],
        };
        base + i64::from(self.low[row])
    }

    /// All of them, in order of rows.
    pub fn iter(&self) -> impl Iterator<Item = i64> {
        (0..self.len()).map(|row| self.get(row))
    }

    /// Puts the times of a run of rows into `out`.
    pub(crate) fn read(&self, rows: core::ops::Range<usize>, out: &mut Vec<i64>) {
        out.clear();
        if !NARROW {
            return out.extend_from_slice(&self.bases[rows]);
        }
        let mut at = rows.start;
        while at < rows.end {
            let turn = self.turns.partition_point(|&turn| turn as usize <= at);
            let end = self.turns.get(turn).map_or(rows.end, |&next| rows.end.min(next as usize));
            let base = self.bases[turn - 1];
            out.extend(self.low[at..end].iter().map(|&low| base + i64::from(low)));
            at = end;
        }
    }

    /// Memory that they fill.
    pub fn bytes(&self) -> usize {
        self.low.len() * 4 + self.bases.len() * 12
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_time_is_given_back(
            times in prop::collection::vec(prop_oneof![0..9_i64, 0..1_i64 << 32, -1_i64 << 40..1 << 40, Just((1 << 32) - 1), Just(1 << 32)], 0..60),
            from in any::<prop::sample::Index>(),
            to in any::<prop::sample::Index>(),
        ) {
            let oldest = times.iter().copied().min().unwrap_or(0);
            let column = Times::of(oldest, times.iter().copied());
            prop_assert_eq!(column.iter().collect::<Vec<_>>(), &times[..]);
            let (a, b) = (from.index(times.len() + 1), to.index(times.len() + 1));
            let rows = a.min(b)..a.max(b);
            let mut out = vec![1];
            column.read(rows.clone(), &mut out);
            prop_assert_eq!(out, &times[rows]);
        }
    }

    #[test]
    fn a_month_takes_four_bytes_a_call() {
        let column = Times::of(5, (0..1000_i32).map(|i| 5 + i64::from(i) * 2_678_400));
        assert_eq!(column.bytes(), 4012);
    }
}
