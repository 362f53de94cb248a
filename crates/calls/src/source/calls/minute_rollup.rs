//! Minute rollup: what the tiles of the Calls page show of each minute, over all services, computed
//! once per store. A range is the sum of whole minutes and of the single calls at its two ends.
//!
//! Built in small steps while the worker is idle, and only if calls are dense enough that the
//! rollup takes at most one byte a call.

use super::shape::{self, Shape};
use super::tally::Scratch;
use crate::ask::Buckets;
use crate::model::Range;
use crate::model::range::MINUTE_MS;
use crate::store::{RowSelection, Store};

/// Fewest calls for each minute from the first call to the last.
const LEAST_CALLS: usize = 40;
/// Rows that are looked at for a piece.
const PIECE: usize = 1 << 14;

/// See the module.
#[derive(Debug, Default)]
pub struct MinuteRollup {
    /// Where the first minute begins.
    from_ms: i64,
    shape: Shape,
    /// The service whose rows are next, and how many of them are in.
    next: (usize, usize),
    whole: bool,
}

impl MinuteRollup {
    /// Of which nothing is made yet.
    pub fn begun(store: &Store) -> Self {
        let all = (0..store.services()).filter_map(|service| store.service_rows(service)).filter(|rows| !rows.is_empty());
        let minute = |row| store.time_ms(row).div_euclid(MINUTE_MS);
        let ends = all.map(|rows| (minute(rows.start), minute(rows.end - 1)));
        let Some((first, last)) = ends.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))) else { return Self::default() };
        match usize::try_from(last - first) {
            Ok(minutes) if minutes < store.len() / LEAST_CALLS => {
                Self { from_ms: first * MINUTE_MS, shape: shape::empty(minutes + 1), ..Self::default() }
            }
            _ => Self { whole: true, ..Self::default() },
        }
    }

    /// Makes a further piece; false where all is made.
    pub fn grow(&mut self, store: &Store) -> bool {
        let (service, done) = self.next;
        let Some(all) = store.service_rows(service).filter(|_| !self.whole) else {
            self.whole = true;
            return false;
        };
        let to = all.len().min(done + PIECE);
        let rows = RowSelection::Run(all.start + done..all.start + to);
        let mut times = Vec::new();
        rows.times(store, &mut times);
        let of: Vec<u32> = times.iter().map(|time| ((time - self.from_ms) / MINUTE_MS) as u32).collect();
        shape::lay(store, &rows, &of, &mut self.shape, &mut Scratch::default());
        self.next = if to == all.len() { (service + 1, 0) } else { (service, to) };
        true
    }

    /// The whole minutes within a range cut into buckets; `None` where minutes are not known or belong to two buckets.
    pub fn within(&self, range: Range, buckets: &Buckets) -> Option<Range> {
        let known = self.whole && !self.shape[0].is_empty();
        let whole = |starts: &[i64]| starts.iter().all(|start| start % MINUTE_MS == 0);
        let from_ms = range.from_ms.div_euclid(MINUTE_MS).checked_add(i64::from(range.from_ms % MINUTE_MS != 0))? * MINUTE_MS;
        let to_ms = range.to_ms.div_euclid(MINUTE_MS) * MINUTE_MS;
        (known && from_ms < to_ms && whole(buckets.starts_ms.get(1..)?)).then_some(Range { from_ms, to_ms })
    }

    /// Adds the minutes of a range that [`MinuteRollup::within`] gave.
    pub fn add(&self, range: Range, buckets: &Buckets, shape: &mut Shape) {
        let place = |at_ms: i64| ((at_ms - self.from_ms) / MINUTE_MS).clamp(0, self.shape[0].len() as i64) as usize;
        let starts = &buckets.starts_ms;
        for (bucket, &start) in starts.iter().enumerate() {
            let next = starts.get(bucket + 1).copied().unwrap_or(range.to_ms);
            let minutes = place(start.max(range.from_ms))..place(next.min(range.to_ms));
            for (sums, of) in shape.iter_mut().zip(&self.shape).filter(|_| !minutes.is_empty()) {
                sums[bucket] = of[minutes.clone()].iter().fold(sums[bucket], |sum, &value| sum.saturating_add(value));
            }
        }
    }

    /// Memory that it fills, about.
    pub fn bytes(&self) -> usize {
        self.shape.iter().map(Vec::len).sum::<usize>() * size_of::<u64>()
    }
}
