//! Calendar days and wall-clock times in a zone: presets, the period before, date parts, minutes as text (docs/spec.md, section 2).

use super::Zone;
use crate::base::civil::Civil;
use crate::model::range::DAY_MS;
use crate::model::{Preset, Range, RangeChoice};

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar.
pub const fn days_of(year: i32, month: u32, day: u32) -> i64 {
    // Years begin in March, so that a leap day is the last of its year.
    let y = if month <= 2 { year as i64 - 1 } else { year as i64 };
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let day_of_year = (153 * ((month as i64 + 9) % 12) + 2) / 5 + day as i64 - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Year, month and day of a number of days from 1970-01-01.
pub const fn date_of(days: i64) -> (i32, u32, u32) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year as i32, month as u32, day as u32)
}

/// Date and time of day that the wall shows at an instant.
pub fn civil(zone: &Zone, at_ms: i64) -> Civil {
    Civil::of(zone.local_ms(at_ms))
}

/// The first instant of a date (days from 1970-01-01): 00:00, or where the clock skips that, the instant of the skip.
pub fn day_start_of(zone: &Zone, days: i64) -> i64 {
    zone.instant(days * DAY_MS)
}

/// The date an instant belongs to, in days from 1970-01-01: the last one that has begun. Days are thus contiguous even where the clock
/// goes back over midnight.
pub fn day_of(zone: &Zone, at_ms: i64) -> i64 {
    let mut days = zone.local_ms(at_ms).div_euclid(DAY_MS);
    while day_start_of(zone, days + 1) <= at_ms {
        days += 1;
    }
    days
}

/// The first instant of the day an instant belongs to.
pub fn day_start(zone: &Zone, at_ms: i64) -> i64 {
    day_start_of(zone, day_of(zone, at_ms))
}

/// The span over which a zone has to be known to show a choice: presets reach 14 days back and are compared with as many before, a custom
/// range with as many days as it spans; with days to spare.
pub const fn reach_of(choice: RangeChoice, now_ms: i64) -> Range {
    match choice {
        RangeChoice::Preset(_) => Range { from_ms: now_ms - 31 * DAY_MS, to_ms: now_ms + 2 * DAY_MS },
        RangeChoice::Custom(range) => {
            Range { from_ms: range.from_ms - range.span_ms() - 3 * DAY_MS, to_ms: range.to_ms + 2 * DAY_MS }
        }
    }
}

/// The range of a choice. Presets end with `now_ms` included, apart from yesterday, which is the whole day.
pub fn range_of(choice: RangeChoice, now_ms: i64, zone: &Zone) -> Range {
    let today = day_of(zone, now_ms);
    match choice {
        RangeChoice::Custom(range) => range,
        RangeChoice::Preset(Preset::Yesterday) => {
            Range { from_ms: day_start_of(zone, today - 1), to_ms: day_start_of(zone, today) }
        }
        RangeChoice::Preset(preset) => Range { from_ms: day_start_of(zone, today - (preset.days() - 1)), to_ms: now_ms + 1 },
    }
}

/// The period before: the same wall-clock times whole days earlier, by the preset's days, or by as many as a custom range spans on the wall,
/// rounded up.
pub fn before_of(choice: RangeChoice, range: Range, zone: &Zone) -> Range {
    let days = match choice {
        RangeChoice::Preset(preset) => preset.days(),
        RangeChoice::Custom(_) => {
            let span = zone.local_ms(range.to_ms) - zone.local_ms(range.from_ms);
            (span + DAY_MS - 1).div_euclid(DAY_MS).max(1)
        }
    };
    let from_ms = days_earlier(zone, range.from_ms, days);
    let to_ms = days_earlier(zone, range.to_ms, days).min(range.from_ms);
    Range { from_ms, to_ms: to_ms.max(from_ms) }
}

/// The instant whose wall clock shows the same time whole days earlier. The start of a day stays one, whatever the clock shows then.
pub fn days_earlier(zone: &Zone, at_ms: i64, days: i64) -> i64 {
    let day = day_of(zone, at_ms);
    if day_start_of(zone, day) == at_ms {
        day_start_of(zone, day - days)
    } else {
        zone.instant(zone.local_ms(at_ms) - days * DAY_MS)
    }
}

/// The instant of a wall-clock minute `YYYY-MM-DD HH:MM`, with a `T` as date and time inputs write it, or of a day's midnight `YYYY-MM-DD`; `None`
/// where the text is no such minute. A minute that the clock skips gives the instant of the skip, one that occurs twice its first occurrence.
pub fn parse_minute(zone: &Zone, text: &str) -> Option<i64> {
    let b = text.as_bytes();
    let is_day = b.len() == 10;
    if !(is_day || b.len() == 16 && matches!(b[10], b'T' | b' ') && b[13] == b':') || b[4] != b'-' || b[7] != b'-' {
        return None;
    }
    let number = |at: core::ops::Range<usize>| {
        b[at].iter().try_fold(0_u32, |n, c| c.is_ascii_digit().then(|| n * 10 + u32::from(c - b'0')))
    };
    let (year, month, day) = (number(0..4)? as i32, number(5..7)?, number(8..10)?);
    let (hour, minute) = if is_day { (0, 0) } else { (number(11..13)?, number(14..16)?) };
    let days = days_of(year, month, day);
    if !(1..=12).contains(&month) || date_of(days) != (year, month, day) || hour > 23 || minute > 59 {
        return None;
    }
    Some(zone.instant(days * DAY_MS + i64::from(hour * 60 + minute) * 60_000))
}

/// The wall-clock minute of an instant, `YYYY-MM-DD HH:MM` in every language.
pub fn print_minute(zone: &Zone, at_ms: i64) -> String {
    let c = civil(zone, at_ms);
    format!("{:04}-{:02}-{:02} {:02}:{:02}", c.year, c.month, c.day, c.hour, c.minute)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::range::HOUR_MS;
    use chrono::{Offset, TimeZone};

    fn zone(name: &str) -> Zone {
        let tz: chrono_tz::Tz = name.parse().unwrap();
        Zone::probe(name, days_of(2010, 1, 1) * DAY_MS, days_of(2027, 1, 1) * DAY_MS, |at| {
            tz.timestamp_millis_opt(at).unwrap().offset().fix().local_minus_utc()
        })
    }

    #[test]
    fn dates_and_day_numbers_are_inverse() {
        assert_eq!((days_of(1970, 1, 1), days_of(2000, 3, 1)), (0, 11_017));
        for days in -200_000..200_000 {
            let (y, m, d) = date_of(days);
            assert_eq!(days_of(y, m, d), days);
        }
    }

    #[test]
    fn a_midnight_that_is_skipped_starts_at_the_skip() {
        // Brazil went from 2018-11-03 23:59:59 -03 to 2018-11-04 01:00 -02.
        let zone = zone("America/Sao_Paulo");
        let start = day_start_of(&zone, days_of(2018, 11, 4));
        assert_eq!(civil(&zone, start).hour, 1);
        assert_eq!(civil(&zone, start - 1).day, 3);
        assert_eq!(day_start_of(&zone, days_of(2018, 11, 5)) - start, 23 * HOUR_MS);
    }

    #[test]
    fn a_skipped_date_has_no_length() {
        let zone = zone("Pacific/Apia");
        assert_eq!(day_start_of(&zone, days_of(2011, 12, 30)), day_start_of(&zone, days_of(2011, 12, 31)));
    }

    #[test]
    fn minutes_print_as_they_parse_and_nonsense_does_not_parse() {
        let zone = zone("Asia/Kathmandu");
        let at = parse_minute(&zone, "2024-02-29T05:45").unwrap();
        assert_eq!(at, days_of(2024, 2, 29) * DAY_MS);
        assert_eq!(print_minute(&zone, at), "2024-02-29 05:45");
        assert_eq!(civil(&zone, at).weekday, 3);
        assert_eq!(parse_minute(&zone, "2024-02-29 05:45"), Some(at));
        assert_eq!(parse_minute(&zone, "2024-02-29").map(|day| print_minute(&zone, day)).as_deref(), Some("2024-02-29 00:00"));
        for bad in ["2023-02-29T00:00", "2024-13-01T00:00", "2024-01-01T24:00", "2024-01-01_00:00", "2024-01-01T00:0x", ""] {
            assert_eq!(parse_minute(&zone, bad), None, "{bad}");
        }
    }

    #[test]
    fn presets_are_calendar_days_and_the_period_before_keeps_the_clock() {
        let zone = zone("Europe/Berlin");
        // Two days after the change to winter time of 2024-10-27.
        let now = parse_minute(&zone, "2024-10-29T15:30").unwrap();
        let choice = RangeChoice::Preset(Preset::Days3);
        let range = range_of(choice, now, &zone);
        assert_eq!(print_minute(&zone, range.from_ms), "2024-10-27 00:00");
        assert_eq!(range.to_ms, now + 1);
        let before = before_of(choice, range, &zone);
        assert_eq!(print_minute(&zone, before.from_ms), "2024-10-24 00:00");
        assert_eq!(print_minute(&zone, before.to_ms), "2024-10-26 15:30");

        let yesterday = range_of(RangeChoice::Preset(Preset::Yesterday), now - DAY_MS, &zone);
        assert_eq!(yesterday.span_ms(), 25 * HOUR_MS);
        let custom = RangeChoice::Custom(yesterday);
        let before = before_of(custom, yesterday, &zone);
        assert_eq!((before.span_ms(), before.to_ms), (24 * HOUR_MS, yesterday.from_ms));
    }
}
