//! The time axis in words: marks, and names of buckets.

use crate::i18n::{Lang, charts, time};
use crate::model::{Precision, Range};
use crate::scene::{self, Brush, Mark};
use crate::series::{Tick, TickKind, Zone};
use crate::wire::Buckets;

/// Buckets with what it takes to name them.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    pub buckets: Buckets,
    /// Calls of each bucket; empty where they are not needed.
    pub calls: Vec<u64>,
    pub zone: Zone,
    pub lang: Lang,
}

impl Axis {
    /// Number of buckets.
    pub fn count(&self) -> usize {
        self.buckets.starts_ms.len()
    }

    pub fn precision(&self) -> Precision {
        scene::precision_of(&self.buckets.starts_ms, &self.buckets.ends_ms)
    }

    /// The newest finished bucket, the only one where it is not finished either; `None` without buckets.
    pub fn newest_finished(&self) -> Option<usize> {
        let last = self.count().checked_sub(1)?;
        Some(last.saturating_sub(usize::from(self.buckets.last_unfinished)))
    }

    /// A bucket's name: `Thu 12 10:00`, `Thu 12`.
    pub fn name(&self, bucket: usize) -> String {
        let start = self.buckets.starts_ms.get(bucket);
        start.map_or_else(String::new, |&at| time::bucket(self.lang, &self.zone, self.precision(), at))
    }

    /// A bucket's name in a table, where nothing but words says that it is not over: `Thu 12 18:00, incomplete (10 of 60 min)`.
    pub fn row_name(&self, bucket: usize) -> String {
        let unfinished = self.buckets.unfinished().filter(|_| bucket + 1 == self.count());
        charts::bucket(self.lang, self.precision(), &self.name(bucket), unfinished)
    }

    /// A bucket's name where there is little room: `10:00`, `Thu 12`.
    pub fn short_name(&self, bucket: usize) -> String {
        let Some(&at) = self.buckets.starts_ms.get(bucket) else { return String::new() };
        match self.precision() {
            Precision::Day => time::day(self.lang, &self.zone, at),
            _ => time::clock(&self.zone, at),
        }
    }

    /// A selection in few words: `Wed 16:00 – Thu 09:00`, and how long it is: `17 h`.
    pub fn selection(&self, brush: Brush) -> Option<(String, String)> {
        let range = self.covered(brush.first, brush.last)?;
        let name = |at_ms| match self.precision() {
            Precision::Minute => time::clock(&self.zone, at_ms),
            Precision::Hour => time::weekday_clock(self.lang, &self.zone, at_ms),
            Precision::Day => time::date(self.lang, &self.zone, at_ms),
        };
        // Whole days are named by the first and the last of them.
        let end = if self.precision() == Precision::Day { *self.buckets.starts_ms.get(brush.last)? } else { range.to_ms };
        let when = format!("{} \u{2013} {}", name(range.from_ms), name(end));
        Some((when, time::duration(self.lang, range.span_ms())))
    }

    /// The range that buckets cover, both included.
    pub fn covered(&self, first: usize, last: usize) -> Option<Range> {
        Some(Range { from_ms: *self.buckets.starts_ms.get(first)?, to_ms: *self.buckets.ends_ms.get(last)? })
    }

    /// Marks for an axis `width` CSS pixels wide.
    pub fn marks(&self, width: f64) -> Vec<Mark> {
        let Some(range) = self.covered(0, self.count().saturating_sub(1)) else { return Vec::new() };
        let precision = self.precision();
        let ticks = scene::time_ticks(range, &self.zone, width, precision);
        let minutes = ticks.iter().any(|t| t.kind == TickKind::Minute);
        ticks.iter().map(|t| self.mark(*t, precision, minutes)).collect()
    }

    /// Marks for a small axis: days, or hours where the range is a single day.
    pub fn day_marks(&self, width: f64) -> Vec<Mark> {
        let mut marks = self.marks(width);
        if marks.iter().filter(|m| m.strong).count() > 1 {
            marks.retain(|m| m.strong);
        }
        marks
    }

    fn mark(&self, tick: Tick, precision: Precision, minutes: bool) -> Mark {
        let strong = scene::is_day(tick.kind);
        let label = match tick.kind {
            TickKind::Month => time::date(self.lang, &self.zone, tick.at_ms),
            TickKind::Day => time::day(self.lang, &self.zone, tick.at_ms),
            _ if minutes => time::clock(&self.zone, tick.at_ms),
            _ => time::clock(&self.zone, tick.at_ms).chars().take(2).collect(),
        };
        let at = scene::position(&self.buckets.starts_ms, &self.buckets.ends_ms, tick.at_ms);
        // Where a bucket is a day, its name is below its point and nothing needs a rule.
        let whole_day = precision == Precision::Day;
        Mark { at: if whole_day { at + 0.5 } else { at }, label, rule: strong && !whole_day, strong }
    }
}
