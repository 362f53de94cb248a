//! Moves demonstration data to the present (docs/feed.md, "Dated relative to now").

use crate::model::range::DAY_MS;
use crate::series::Zone;

/// What to add to every time. The times are wall-clock times written as if they were UTC; the last calendar day becomes today in the
/// zone. Where every call of that day would still lie ahead, all are moved earlier so that the first of them is at now.
pub fn shift_ms(times: &[i64], now_ms: i64, zone: &Zone) -> i64 {
    let Some(newest) = times.iter().copied().max() else { return 0 };
    let last_day = newest.div_euclid(DAY_MS);
    let today = zone.local_ms(now_ms).div_euclid(DAY_MS);
    let shift = (today - last_day) * DAY_MS - zone.offset_ms(now_ms);
    let first_of_last_day = times.iter().copied().filter(|t| t.div_euclid(DAY_MS) == last_day).min().unwrap_or(newest);
    shift - (first_of_last_day + shift - now_ms).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn zone(hours: i32) -> Zone {
        Zone { name: "Test/Zone".into(), offsets: vec![(i64::MIN, hours * 3600)] }
    }

    #[test]
    fn the_last_day_becomes_today_on_the_zones_wall() {
        // Two days of the feed: the 10th at 23:00 and the 11th at 01:00 and 20:00, as days since the epoch.
        let times = [10 * DAY_MS + 23 * HOUR, 11 * DAY_MS + HOUR, 11 * DAY_MS + 20 * HOUR];
        for hours in [-11, 0, 8, 14] {
            let zone = zone(hours);
            // It is noon of day 1000 on the wall.
            let now = 1000 * DAY_MS + 12 * HOUR - i64::from(hours) * HOUR;
            let shift = shift_ms(&times, now, &zone);
            let walls = times.map(|t| zone.local_ms(t + shift));
            assert_eq!(walls, [999 * DAY_MS + 23 * HOUR, 1000 * DAY_MS + HOUR, 1000 * DAY_MS + 20 * HOUR]);
        }
    }

    #[test]
    fn just_after_midnight_todays_first_call_is_at_now() {
        let times = [11 * DAY_MS + 20 * HOUR, 10 * DAY_MS + 23 * HOUR, 11 * DAY_MS + HOUR];
        let now = 1000 * DAY_MS + HOUR / 2;
        let shift = shift_ms(&times, now, &Zone::utc());
        assert_eq!(times[2] + shift, now);
        assert_eq!(times[1] + shift, 999 * DAY_MS + 22 * HOUR + HOUR / 2);
    }
}
