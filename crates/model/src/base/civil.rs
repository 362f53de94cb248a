//! Calendar arithmetic on wall-clock time: days since 1970-01-01 and back, proleptic Gregorian.

use chrono::{Datelike, NaiveDate};

const DAY_MS: i64 = 86_400_000;

/// A wall-clock time taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
    pub hour: u32,
    pub minute: u32,
    pub second: u32,
    pub milli: u32,
    /// 0 = Monday.
    pub weekday: u32,
}

impl Civil {
    /// Takes wall-clock milliseconds since 1970-01-01T00:00 apart.
    pub fn of(local_ms: i64) -> Self {
        let days = local_ms.div_euclid(DAY_MS);
        let rest = local_ms.rem_euclid(DAY_MS) as u32;
        let date = date_of(days);
        Self {
            year: date.year(),
            month: date.month(),
            day: date.day(),
            hour: rest / 3_600_000,
            minute: rest / 60_000 % 60,
            second: rest / 1000 % 60,
            milli: rest % 1000,
            weekday: date.weekday().num_days_from_monday(),
        }
    }
}

/// Wall-clock milliseconds of a date and time; `None` where there is no such date or time.
pub fn local_ms(year: i32, month: u32, day: u32, hour: u32, minute: u32) -> Option<i64> {
    if hour > 23 || minute > 59 {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(year, month, day)?;
    let days = i64::from(date.to_epoch_days());
    Some(days * DAY_MS + i64::from(hour) * 3_600_000 + i64::from(minute) * 60_000)
}

fn date_of(days: i64) -> NaiveDate {
    i32::try_from(days).ok().and_then(NaiveDate::from_epoch_days).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apart_and_together() {
        let ms = local_ms(2026, 3, 12, 14, 37).expect("a date") + 54_679;
        let civil = Civil::of(ms);
        assert_eq!((civil.year, civil.month, civil.day, civil.hour, civil.minute), (2026, 3, 12, 14, 37));
        assert_eq!((civil.second, civil.milli, civil.weekday), (54, 679, 3));
        assert_eq!(Civil::of(-1).year, 1969);
        assert_eq!(local_ms(2025, 2, 29, 0, 0), None);
    }
}
