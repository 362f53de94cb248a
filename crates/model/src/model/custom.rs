//! Which instants and custom ranges a view may have, however it came to them: from 2000 to 2100, the end after the start, at most 30 days
//! (docs/spec.md, section 2). Whatever reads a view checks this, so that nothing below it loops or computes over other spans.

use super::limits::{TIME_MS_END, TIME_MS_MIN};
use super::range::{DAY_MS, Precision, Range};

/// Why a custom range cannot be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RangeFault {
    /// The end is not after the start.
    EndFirst,
    /// Not from 2000 to 2100.
    OutOfTime,
    /// Longer than 30 days.
    TooLong,
}

/// Whether a view's clock may be pinned to this instant.
pub const fn is_instant(at_ms: i64) -> bool {
    at_ms >= TIME_MS_MIN && at_ms < TIME_MS_END
}

impl Range {
    /// What is wrong with this as a custom range, if anything.
    pub const fn fault(self) -> Option<RangeFault> {
        if self.to_ms <= self.from_ms {
            Some(RangeFault::EndFirst)
        } else if self.from_ms < TIME_MS_MIN || self.to_ms > TIME_MS_END {
            // Before the span is computed, which would overflow for some of these.
            Some(RangeFault::OutOfTime)
        } else if !Precision::Day.allowed(self) {
            Some(RangeFault::TooLong)
        } else {
            None
        }
    }

    /// The newest part of this range that may be shown at once.
    pub const fn newest_showable(self) -> Range {
        let earliest = self.to_ms - Precision::Day.days_max() * DAY_MS;
        Range { from_ms: if self.from_ms > earliest { self.from_ms } else { earliest }, to_ms: self.to_ms }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::range::HOUR_MS;

    #[test]
    fn a_custom_range_is_checked() {
        let range = |from_ms: i64, to_ms: i64| Range { from_ms: TIME_MS_MIN + from_ms, to_ms: TIME_MS_MIN + to_ms };
        assert_eq!(range(5, 5).fault(), Some(RangeFault::EndFirst));
        assert_eq!(range(6, 5).fault(), Some(RangeFault::EndFirst));
        assert_eq!(range(0, 60_000).fault(), None);
        // A month in which the clock goes back has 30 days and an hour.
        assert_eq!(range(0, 30 * DAY_MS + HOUR_MS).fault(), None);
        assert_eq!(range(0, 30 * DAY_MS + HOUR_MS + 1).fault(), Some(RangeFault::TooLong));
        assert_eq!(range(-1, 5).fault(), Some(RangeFault::OutOfTime));
        let end = TIME_MS_END - TIME_MS_MIN;
        assert_eq!(range(end - 5, end).fault(), None);
        assert_eq!(range(end - 5, end + 1).fault(), Some(RangeFault::OutOfTime));
        for (from_ms, to_ms) in [(i64::MIN, i64::MAX), (0, i64::MAX), (i64::MIN, TIME_MS_MIN + 5), (0, 253_402_300_799_999)] {
            assert_eq!(Range { from_ms, to_ms }.fault(), Some(RangeFault::OutOfTime));
        }
        assert_eq!(Range { from_ms: i64::MAX, to_ms: i64::MIN }.fault(), Some(RangeFault::EndFirst));
        assert!(is_instant(TIME_MS_MIN) && is_instant(TIME_MS_END - 1));
        assert!(![i64::MIN, -1, TIME_MS_MIN - 1, TIME_MS_END, i64::MAX].into_iter().any(is_instant));
    }

    #[test]
    fn a_long_range_keeps_its_newest_30_days() {
        let long = Range { from_ms: 0, to_ms: 31 * DAY_MS };
        assert_eq!(long.newest_showable(), Range { from_ms: DAY_MS, to_ms: 31 * DAY_MS });
        let short = Range { from_ms: 3, to_ms: 4 };
        assert_eq!(short.newest_showable(), short);
    }
}
