//! The rule of custom ranges: the end after the start, at most 30 days, and the precisions a span allows (S0 Table 1).

use super::range::{DAY_MS, Precision, Range};

/// Why a custom range cannot be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RangeFault {
    /// The end is not after the start.
    EndFirst,
    /// Longer than 30 days.
    TooLong,
}

impl Range {
    /// What is wrong with this as a custom range, if anything.
    pub const fn fault(self) -> Option<RangeFault> {
        if self.to_ms <= self.from_ms {
            Some(RangeFault::EndFirst)
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
        let range = |from_ms, to_ms| Range { from_ms, to_ms };
        assert_eq!(range(5, 5).fault(), Some(RangeFault::EndFirst));
        assert_eq!(range(6, 5).fault(), Some(RangeFault::EndFirst));
        assert_eq!(range(0, 60_000).fault(), None);
        // A month in which the clock goes back has 30 days and an hour.
        assert_eq!(range(0, 30 * DAY_MS + HOUR_MS).fault(), None);
        assert_eq!(range(0, 30 * DAY_MS + HOUR_MS + 1).fault(), Some(RangeFault::TooLong));
    }

    #[test]
    fn a_long_range_keeps_its_newest_30_days() {
        let long = Range { from_ms: 0, to_ms: 31 * DAY_MS };
        assert_eq!(long.newest_showable(), Range { from_ms: DAY_MS, to_ms: 31 * DAY_MS });
        let short = Range { from_ms: 3, to_ms: 4 };
        assert_eq!(short.newest_showable(), short);
    }
}
