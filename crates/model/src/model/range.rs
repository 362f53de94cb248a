//! Time ranges, presets and precision, with the rule that ties them (docs/spec.md, section 2).

use super::limits::CUSTOM_DAYS_MAX;
use serde::{Deserialize, Serialize};

/// One minute, hour and day in milliseconds.
pub const MINUTE_MS: i64 = 60_000;
pub const HOUR_MS: i64 = 3_600_000;
pub const DAY_MS: i64 = 86_400_000;

/// Instants from `from_ms` (included) to `to_ms` (excluded), epoch milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    pub from_ms: i64,
    pub to_ms: i64,
}

impl Range {
    pub const fn span_ms(self) -> i64 {
        self.to_ms - self.from_ms
    }

    /// The last instant inside.
    pub const fn last_ms(self) -> i64 {
        self.to_ms - 1
    }
}

/// A named range of whole calendar days up to now (docs/spec.md, section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Preset {
    Today,
    Yesterday,
    Days3,
    Days7,
    Days14,
    /// The whole span of the data, of a longer one the newest 30 days (`Range::newest_showable`).
    Whole,
}

impl Preset {
    pub const ALL: [Preset; 6] = [Preset::Today, Preset::Yesterday, Preset::Days3, Preset::Days7, Preset::Days14, Preset::Whole];

    /// Calendar days the preset covers; of the whole span, where there are no data yet, as many as it may.
    pub const fn days(self) -> i64 {
        match self {
            Preset::Today | Preset::Yesterday => 1,
            Preset::Days3 => 3,
            Preset::Days7 => 7,
            Preset::Days14 => 14,
            Preset::Whole => CUSTOM_DAYS_MAX,
        }
    }

    /// Word in the query string.
    pub const fn key(self) -> &'static str {
        match self {
            Preset::Today => "today",
            Preset::Yesterday => "yesterday",
            Preset::Days3 => "3d",
            Preset::Days7 => "7d",
            Preset::Days14 => "14d",
            Preset::Whole => "all",
        }
    }
}

/// What a user chose: a preset, or a range of their own, to the minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RangeChoice {
    Preset(Preset),
    Custom(Range),
}

/// Width of a bucket, narrower ones first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Width {
    /// So many milliseconds of the wall clock, counted from its midnight where they divide a day; 0 means 1.
    Ms(u32),
    /// A calendar day.
    Day,
}

impl From<Precision> for Width {
    fn from(precision: Precision) -> Self {
        match precision {
            Precision::Minute => Self::Ms(MINUTE_MS as u32),
            Precision::Hour => Self::Ms(HOUR_MS as u32),
            Precision::Day => Self::Day,
        }
    }
}

/// A width that pages offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Precision {
    Minute,
    Hour,
    Day,
}

impl Precision {
    pub const ALL: [Precision; 3] = [Precision::Minute, Precision::Hour, Precision::Day];

    pub const fn key(self) -> &'static str {
        match self {
            Precision::Minute => "minute",
            Precision::Hour => "hour",
            Precision::Day => "day",
        }
    }

    /// The longest span, in days, for which this precision is offered (docs/spec.md, section 2). A day of 25 hours counts as one day,
    /// so callers pass the span of the calendar days touched, see [`Precision::allowed`].
    pub const fn days_max(self) -> i64 {
        match self {
            Precision::Minute => 1,
            Precision::Hour => 7,
            Precision::Day => CUSTOM_DAYS_MAX,
        }
    }

    /// Whether the rule (docs/spec.md, section 2) allows this precision for a range. One hour of slack lets a 25-hour daylight-saving day count as one day.
    pub const fn allowed(self, range: Range) -> bool {
        range.span_ms() <= self.days_max() * DAY_MS + HOUR_MS
    }

    /// The precision a range starts with: minute up to 3 hours, hour up to 7 days, day beyond (docs/spec.md, section 2).
    pub const fn default_for(range: Range) -> Self {
        if range.span_ms() <= 3 * HOUR_MS {
            Precision::Minute
        } else if Precision::Hour.allowed(range) {
            Precision::Hour
        } else {
            Precision::Day
        }
    }
}
