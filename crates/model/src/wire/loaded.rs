//! What the page says of a data set or of a load under way, worked out from what the engine reported.

use super::{DataSet, Facet, LoadCause, Part, Progress};
use crate::model::range::HOUR_MS;
use crate::model::{Metric, Range};

/// Age of the newest call from which a live feed's data is called old: providers can be 1 to 2 hours late.
pub const STALE_MS: i64 = 2 * HOUR_MS;

/// Reading must have gone on this long before the time left is worth saying.
const ESTIMATE_AFTER_MS: f64 = 1_000.0;

impl DataSet {
    /// Records that were met: read and rejected.
    pub fn records(&self) -> u64 {
        self.calls + self.rejected.count
    }

    /// How old the newest call is.
    pub fn age_ms(&self, clock_ms: i64) -> i64 {
        (clock_ms - self.newest_ms).max(0)
    }

    /// Whether calls go on coming: the clock is now. Demonstration data ends when it was opened.
    pub fn follows_clock(&self) -> bool {
        self.live && !self.demonstration
    }

    /// A live feed whose newest call is older than a provider is usually late. Demonstration data is never late.
    pub fn is_stale(&self, clock_ms: i64) -> bool {
        self.follows_clock() && self.age_ms(clock_ms) > STALE_MS
    }

    /// The format that cannot carry a metric, by its title, where all that was read is of such formats.
    pub fn lacks(&self, metric: Metric) -> Option<&str> {
        let mut formats = self.parts.iter().filter(|part| part.calls > 0).map(|part| part.format.as_ref());
        let first = formats.clone().next()??;
        formats.all(|format| format.is_some_and(|f| f.lacks.contains(&metric))).then_some(first.title.as_str())
    }

    /// Of several members, those that gave no call. A part of a feed may well have none; it is reported where that has a reason.
    pub fn unread(&self) -> Vec<&Part> {
        let reason = |part: &Part| part.failure.is_some() || part.rejected > 0 || !part.passed.is_empty();
        let unread = |part: &&Part| part.calls == 0 && (!self.live || reason(part));
        if self.parts.len() > 1 { self.parts.iter().filter(unread).collect() } else { Vec::new() }
    }

    /// Members that are damaged, or whose end is missing.
    pub fn damaged(&self) -> Vec<&Part> {
        use LoadCause::{Damaged, GzipBroken, ZipBroken};
        self.parts.iter().filter(|part| matches!(part.failure, Some(Damaged(_) | GzipBroken | ZipBroken))).collect()
    }

    /// Whether its calls span more than a view may.
    pub fn is_long(&self) -> bool {
        self.span().newest_showable() != self.span()
    }

    /// From the oldest call to the newest, both included.
    pub fn span(&self) -> Range {
        Range { from_ms: self.oldest_ms, to_ms: self.newest_ms + 1 }
    }
}

impl Facet {
    /// There are more values than are listed.
    pub const fn is_cut(&self) -> bool {
        self.distinct as usize > self.values.len()
    }

    /// Length of a value's bar, 0 to 1: its calls against those of the most frequent value.
    pub fn bar(&self, calls: u64) -> f64 {
        let most = self.values.iter().map(|(_, n)| *n).max().unwrap_or(0);
        if most == 0 { 0.0 } else { calls as f64 / most as f64 }
    }
}

impl Progress {
    /// Share read in percent, where the source's length is known.
    pub fn percent(&self) -> Option<f64> {
        let total = self.bytes_total.filter(|&t| t > 0)?;
        Some((self.bytes_read as f64 / total as f64 * 100.0).min(100.0))
    }

    /// Time left at the present speed, in milliseconds; `None` where it cannot be told yet.
    pub fn left_ms(&self, elapsed_ms: f64) -> Option<i64> {
        let total = self.bytes_total?;
        if elapsed_ms < ESTIMATE_AFTER_MS || self.bytes_read == 0 {
            return None;
        }
        let left = total.saturating_sub(self.bytes_read) as f64;
        Some((elapsed_ms / self.bytes_read as f64 * left).ceil() as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Dim;

    #[test]
    fn bars_are_relative_to_the_most_frequent_value() {
        let facet =
            Facet { label: Dim::Ip.into(), values: vec![("a".into(), 4), ("b".into(), 1)], distinct: 2, uncounted: false };
        assert_eq!((facet.bar(4), facet.bar(1), facet.bar(0)), (1.0, 0.25, 0.0));
        assert_eq!(Facet { values: Vec::new(), ..facet }.bar(0), 0.0);
    }

    #[test]
    fn progress_tells_share_and_time_left() {
        let at = |bytes_read, bytes_total| Progress { bytes_read, bytes_total, ..Progress::default() };
        assert_eq!(at(62, Some(100)).percent(), Some(62.0));
        assert_eq!((at(62, None).percent(), at(0, Some(0)).percent()), (None, None));
        // A server may announce the packed length.
        assert_eq!(at(300, Some(100)).percent(), Some(100.0));
        assert_eq!(at(25, Some(100)).left_ms(2_000.0), Some(6_000));
        assert_eq!((at(25, Some(100)).left_ms(900.0), at(0, Some(100)).left_ms(9e9)), (None, None));
    }
}
