//! A time zone as data: the offsets in force over the span that a view touches.
//!
//! Who knows zones (the browser's `Intl`, `chrono-tz` natively) fills in the transitions; everything below is arithmetic and has no zone database.

use serde::{Deserialize, Serialize};

/// An IANA zone's name with its offsets from UTC over a span.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// IANA name, such as `Asia/Shanghai`.
    pub name: String,
    /// (from this instant in epoch milliseconds, seconds to add to UTC), ascending; the first entry also holds before its instant.
    pub offsets: Vec<(i64, i32)>,
}

impl Zone {
    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self { name: "UTC".into(), offsets: vec![(i64::MIN, 0)] }
    }

    /// Builds a zone by asking for offsets (in seconds) at instants: every six hours over the span, and by bisection to the second around each change.
    pub fn probe(name: &str, from_ms: i64, to_ms: i64, mut offset_s: impl FnMut(i64) -> i32) -> Self {
        const STEP: i64 = 6 * 3_600_000;
        let mut at = from_ms.div_euclid(1000) * 1000;
        let mut current = offset_s(at);
        let mut offsets = vec![(at, current)];
        while at < to_ms {
            let next = at + STEP;
            let there = offset_s(next);
            if there != current {
                let (mut low, mut high) = (at, next);
                while high - low > 1000 {
                    let middle = (low + (high - low) / 2).div_euclid(1000) * 1000;
                    if offset_s(middle) == current { low = middle } else { high = middle }
                }
                offsets.push((high, there));
                current = there;
            }
            at = next;
        }
        Self { name: name.into(), offsets }
    }

    /// Offset in force at an instant, in milliseconds to add to UTC.
    pub fn offset_ms(&self, at_ms: i64) -> i64 {
        let after = self.offsets.partition_point(|&(from, _)| from <= at_ms);
        let (_, seconds) = self.offsets.get(after.saturating_sub(1)).copied().unwrap_or((0, 0));
        i64::from(seconds) * 1000
    }

    /// Wall-clock time at an instant, as milliseconds since 1970-01-01T00:00 on that wall.
    pub fn local_ms(&self, at_ms: i64) -> i64 {
        at_ms + self.offset_ms(at_ms)
    }

    /// The first instant whose wall clock shows this time or later; a time that a spring-forward skips gives the instant of the skip,
    /// a time that occurs twice its first occurrence.
    pub fn instant(&self, local_ms: i64) -> i64 {
        let mut best: Option<i64> = None;
        for (i, &(from, seconds)) in self.offsets.iter().enumerate() {
            let until = self.offsets.get(i + 1).map_or(i64::MAX, |&(next, _)| next);
            let from = if i == 0 { i64::MIN } else { from };
            let at = (local_ms - i64::from(seconds) * 1000).max(from);
            if at < until {
                best = Some(best.map_or(at, |b| b.min(at)));
            }
        }
        best.unwrap_or(local_ms)
    }

    /// The next instant after `at_ms` at which the offset changes, if the data reaches that far.
    pub fn next_change(&self, at_ms: i64) -> Option<i64> {
        self.offsets.iter().skip(1).map(|&(from, _)| from).find(|&from| from > at_ms)
    }
}
