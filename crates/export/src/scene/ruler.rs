//! The time axis: buckets side by side, places of instants between them, and which round times get a mark.

use crate::model::range::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::model::{Precision, Range};
use crate::series::{Tick, TickKind, Zone, ticks};

/// Room that `series::ticks` gives a label; other spaces are requested by scaling the width.
const TICK_ROOM_PX: f64 = 56.0;

/// Where buckets lie across a plot: all equally wide, from `left` on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ruler {
    pub left: f64,
    pub width: f64,
    pub buckets: usize,
}

impl Ruler {
    /// Width of one bucket.
    pub fn slot(&self) -> f64 {
        self.width / self.buckets.max(1) as f64
    }

    /// Left edge of a bucket; of one past the last: the right end.
    pub fn edge(&self, bucket: f64) -> f64 {
        self.left + bucket * self.slot()
    }

    /// Middle of a bucket, where its value is drawn.
    pub fn x(&self, bucket: usize) -> f64 {
        self.edge(bucket as f64 + 0.5)
    }

    /// The bucket under a place, the nearest one outside of the plot; `None` without buckets.
    pub fn at(&self, x: f64) -> Option<usize> {
        let last = self.buckets.checked_sub(1)?;
        Some((((x - self.left) / self.slot()).max(0.0) as usize).min(last))
    }
}

/// A mark on the time axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Place in buckets from the left end.
    pub at: f64,
    pub label: String,
    /// A day begins here: a rule goes through the plot.
    pub rule: bool,
    /// The label names a day.
    pub strong: bool,
}

/// Place of an instant in buckets from the left end: whole numbers are edges. Before the first or after the last it is at the end.
pub fn position(starts_ms: &[i64], ends_ms: &[i64], at_ms: i64) -> f64 {
    let after = starts_ms.partition_point(|&s| s <= at_ms);
    let Some(bucket) = after.checked_sub(1) else { return 0.0 };
    let (Some(&start), Some(&end)) = (starts_ms.get(bucket), ends_ms.get(bucket)) else { return 0.0 };
    let share = if end > start { (at_ms - start) as f64 / (end - start) as f64 } else { 0.0 };
    bucket as f64 + share.min(1.0)
}

/// The width of buckets, told from their ends: where the clock changes, single ones are narrower.
pub fn precision_of(starts_ms: &[i64], ends_ms: &[i64]) -> Precision {
    let widest = starts_ms.iter().zip(ends_ms).map(|(s, e)| e - s).max().unwrap_or(HOUR_MS);
    if widest <= MINUTE_MS {
        Precision::Minute
    } else if widest <= HOUR_MS {
        Precision::Hour
    } else {
        Precision::Day
    }
}

/// Whether a tick names a day.
pub const fn is_day(kind: TickKind) -> bool {
    matches!(kind, TickKind::Day | TickKind::Month)
}

/// The round times that get a label on an axis `width_px` wide: hours as two digits need little room, minutes and days more.
/// Buckets of a day get days only.
pub fn time_ticks(range: Range, zone: &Zone, width_px: f64, precision: Precision) -> Vec<Tick> {
    let with_room = |room: f64| ticks(range, zone, width_px * TICK_ROOM_PX / room);
    if precision == Precision::Day || range.span_ms() > 20 * DAY_MS {
        return with_room(48.0).into_iter().filter(|t| is_day(t.kind)).collect();
    }
    let hours = with_room(34.0);
    if hours.iter().any(|t| t.kind == TickKind::Minute) {
        return with_room(46.0);
    }
    let days = hours.iter().filter(|t| is_day(t.kind)).count();
    if days > 1 && days == hours.len() { with_room(44.0) } else { hours }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAYS: [i64; 3] = [0, DAY_MS, 2 * DAY_MS];
    const ENDS: [i64; 3] = [DAY_MS, 2 * DAY_MS, 3 * DAY_MS];

    #[test]
    fn places_and_buckets_agree() {
        let ruler = Ruler { left: 46.0, width: 630.0, buckets: 63 };
        assert_eq!((ruler.slot(), ruler.x(0), ruler.edge(63.0)), (10.0, 51.0, 676.0));
        for i in 0..63 {
            assert_eq!(ruler.at(ruler.x(i)), Some(i));
        }
        assert_eq!((ruler.at(-5.0), ruler.at(1e6), ruler.at(f64::NAN)), (Some(0), Some(62), Some(0)));
        assert_eq!(Ruler { left: 0.0, width: 9.0, buckets: 0 }.at(3.0), None);
    }

    #[test]
    fn instants_lie_between_edges() {
        assert_eq!(position(&DAYS, &ENDS, 36 * HOUR_MS), 1.5);
        assert_eq!((position(&DAYS, &ENDS, -1), position(&DAYS, &ENDS, 9 * DAY_MS)), (0.0, 3.0));
        assert_eq!(position(&[], &[], 5), 0.0);
        assert_eq!(precision_of(&DAYS, &ENDS), Precision::Day);
        assert_eq!(precision_of(&[0, MINUTE_MS], &[MINUTE_MS, 2 * MINUTE_MS]), Precision::Minute);
        assert_eq!(precision_of(&[HOUR_MS / 2, HOUR_MS], &[HOUR_MS, 2 * HOUR_MS]), Precision::Hour);
    }

    #[test]
    fn three_days_get_every_six_hours_and_twelve_when_narrow() {
        let zone = Zone::utc();
        let range = Range { from_ms: 0, to_ms: 63 * HOUR_MS };
        let hours = |width| {
            let all = time_ticks(range, &zone, width, Precision::Hour);
            all.iter().map(|t| t.at_ms / HOUR_MS).collect::<Vec<_>>()
        };
        assert_eq!(hours(390.0), [0, 6, 12, 18, 24, 30, 36, 42, 48, 54, 60]);
        assert_eq!(hours(250.0), [0, 12, 24, 36, 48, 60]);
        let month = Range { from_ms: 0, to_ms: 30 * DAY_MS };
        let days = time_ticks(month, &zone, 400.0, Precision::Day);
        assert!((4..=8).contains(&days.len()) && days.iter().all(|t| is_day(t.kind)), "{days:?}");
        let minutes = time_ticks(Range { from_ms: 0, to_ms: HOUR_MS }, &zone, 400.0, Precision::Minute);
        assert!((5..=9).contains(&minutes.len()), "{minutes:?}");
    }
}
