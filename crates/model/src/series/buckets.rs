//! Buckets of a range: of the wall clock, or calendar days, in a zone.

use super::{Zone, calendar};
use crate::model::limits::BUCKETS_MAX;
use crate::model::{Range, Width};

/// A range holds more buckets of a precision than a view may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more than {BUCKETS_MAX} buckets ({width:?}) between {} and {} (epoch ms)", .range.from_ms, .range.to_ms)]
pub struct TooManyBuckets {
    pub width: Width,
    pub range: Range,
}

/// Start and end of the bucket an instant lies in, by the calendar.
///
/// Milliseconds are of the wall clock under one offset: where the offset changes within a bucket, it becomes two.
/// Days are calendar days of 23, 24 or 25 hours.
pub fn bucket_bounds(zone: &Zone, width: Width, at_ms: i64) -> (i64, i64) {
    let width = match width {
        Width::Ms(ms) => i64::from(ms).max(1),
        Width::Day => {
            let day = calendar::day_of(zone, at_ms);
            let mut next = day + 1;
            let start = calendar::day_start_of(zone, day);
            // A date that the zone skipped has no instant and therefore no bucket.
            while calendar::day_start_of(zone, next) <= at_ms {
                next += 1;
            }
            return (start, calendar::day_start_of(zone, next));
        }
    };
    let offset = zone.offset_ms(at_ms);
    let start = (at_ms + offset).div_euclid(width) * width - offset;
    let end = start + width;
    let changed = zone.offsets.partition_point(|&(from, _)| from <= at_ms);
    let since = if changed > 1 { zone.offsets[changed - 1].0 } else { i64::MIN };
    let until = zone.offsets.get(changed.max(1)).map_or(i64::MAX, |&(from, _)| from);
    (start.max(since), end.min(until))
}

/// Starts of the buckets that tile a range, the first clipped to it, and the calendar end of each.
///
/// # Errors
/// Where there are more than `limits::BUCKETS_MAX`.
pub fn tile(range: Range, width: Width, zone: &Zone) -> Result<Vec<(i64, i64)>, TooManyBuckets> {
    let mut out = Vec::new();
    let mut at = range.from_ms;
    while at < range.to_ms {
        if out.len() == BUCKETS_MAX {
            return Err(TooManyBuckets { width, range });
        }
        let (_, end) = bucket_bounds(zone, width, at);
        out.push((at, end));
        at = end;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Precision;
    use crate::model::range::{DAY_MS, MINUTE_MS};
    use chrono::{Offset, TimeZone};

    fn zone(name: &str) -> Zone {
        let tz: chrono_tz::Tz = name.parse().unwrap();
        Zone::probe(name, calendar::days_of(2018, 1, 1) * DAY_MS, calendar::days_of(2026, 1, 1) * DAY_MS, |at| {
            tz.timestamp_millis_opt(at).unwrap().offset().fix().local_minus_utc()
        })
    }

    fn hours(name: &str, day: &str) -> Vec<(i64, i64)> {
        let zone = zone(name);
        let from_ms = calendar::parse_minute(&zone, day).unwrap();
        tile(Range { from_ms, to_ms: bucket_bounds(&zone, Width::Day, from_ms).1 }, Precision::Hour.into(), &zone).unwrap()
    }

    #[test]
    fn daylight_saving_days_have_23_and_25_hours() {
        assert_eq!(hours("Europe/Berlin", "2024-03-31T00:00").len(), 23);
        assert_eq!(hours("Europe/Berlin", "2024-10-27T00:00").len(), 25);
        assert_eq!(hours("America/New_York", "2024-11-03T00:00").len(), 25);
        assert_eq!(hours("Asia/Shanghai", "2024-11-03T00:00").len(), 24);
    }

    #[test]
    fn a_half_hour_change_cuts_an_hour_in_two() {
        // Lord Howe goes from 02:00 +11 back to 01:30 +10:30: hour 1 is followed by its second half again.
        let back = hours("Australia/Lord_Howe", "2024-04-07T00:00");
        let lengths: Vec<i64> = back.iter().take(4).map(|(s, e)| (e - s) / MINUTE_MS).collect();
        assert_eq!((back.len(), lengths), (25, vec![60, 60, 30, 60]));
        let ahead = hours("Australia/Lord_Howe", "2024-10-06T00:00");
        let lengths: Vec<i64> = ahead.iter().take(4).map(|(s, e)| (e - s) / MINUTE_MS).collect();
        assert_eq!((ahead.len(), lengths), (24, vec![60, 60, 30, 60]));
    }

    #[test]
    fn any_width_of_the_wall_clock_tiles_a_day() {
        let zone = zone("Asia/Kolkata");
        let from_ms = calendar::parse_minute(&zone, "2024-05-06T10:07").unwrap();
        let starts = |width, minutes: i64| {
            let tiles = tile(Range { from_ms, to_ms: from_ms + minutes * MINUTE_MS }, width, &zone).unwrap();
            tiles.iter().map(|&(start, _)| (start - from_ms) / 1000).collect::<Vec<_>>()
        };
        assert_eq!(starts(Width::Ms(15_000), 1), [0, 15, 30, 45]);
        assert_eq!(starts(Width::Ms(300_000), 12), [0, 180, 480]);
        // Six hours from the midnight of the wall clock, though the zone is half an hour off.
        assert_eq!(starts(Width::Ms(21_600_000), 240), [0, 113 * 60]);
        assert!(Width::Ms(15_000) < Precision::Minute.into() && Width::from(Precision::Hour) < Width::Day);
    }

    #[test]
    fn too_many_is_an_error_not_a_shorter_answer() {
        let range = Range { from_ms: 0, to_ms: (BUCKETS_MAX as i64 + 1) * MINUTE_MS };
        assert_eq!(
            tile(range, Precision::Minute.into(), &Zone::utc()),
            Err(TooManyBuckets { width: Precision::Minute.into(), range })
        );
        assert_eq!(tile(Range { to_ms: range.to_ms - 1, ..range }, Precision::Hour.into(), &Zone::utc()).unwrap().len(), 834);
    }
}
