//! When a call was received: RFC 3339 text or an epoch number, to epoch milliseconds (docs/spec.md, section 1).

use crate::base::float;
use crate::model::Problem;
use crate::model::limits::{TIME_MS_END, TIME_MS_MIN};
use crate::model::range::DAY_MS;

/// Reads an RFC 3339 text: `2024-05-01T12:00:00.123Z`, any offset, `t` and `z` in either case or a space between date and time.
/// What is finer than a millisecond is cut off, so that a call stays in its minute.
///
/// # Errors
/// [`Problem::TimeUnreadable`]; [`Problem::TimeOutOfRange`] before 2000 or from 2100 on.
pub fn from_text(text: &str) -> Result<i64, Problem> {
    let ms = rfc3339(text.as_bytes()).ok_or(Problem::TimeUnreadable)?;
    in_range(ms)
}

/// Reads an epoch number in s, ms, µs or ns, told apart by magnitude; seconds may carry a fraction.
///
/// # Errors
/// [`Problem::TimeOutOfRange`] before 2000 or from 2100 on.
pub fn from_number(text: &str) -> Result<i64, Problem> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    // A number in exponent form, or beyond every unit, is read as a float.
    let exact = if fraction.contains(['e', 'E']) { None } else { whole.parse::<i64>().ok() };
    let Some(number) = exact else {
        let number = float::parse(text).ok_or(Problem::TimeUnreadable)?;
        let ms = match number.abs() {
            n if n < 1e11 => number * 1e3,
            n if n < 1e14 => number,
            n if n < 1e17 => number / 1e3,
            _ => number / 1e6,
        };
        // Casting saturates, which keeps it out of range.
        return in_range((ms + 1e-4).floor() as i64);
    };
    let ms = match number.unsigned_abs() {
        0..100_000_000_000 => {
            let thousandths = fraction.bytes().chain(*b"000").take(3).fold(0, |n, b| n * 10 + i64::from(b.wrapping_sub(b'0')));
            number * 1000 + thousandths
        }
        100_000_000_000..100_000_000_000_000 => number,
        100_000_000_000_000..100_000_000_000_000_000 => number.div_euclid(1000),
        _ => number.div_euclid(1_000_000),
    };
    in_range(ms)
}

fn in_range(ms: i64) -> Result<i64, Problem> {
    if (TIME_MS_MIN..TIME_MS_END).contains(&ms) { Ok(ms) } else { Err(Problem::TimeOutOfRange) }
}

fn rfc3339(text: &[u8]) -> Option<i64> {
    let (date, rest) = text.split_first_chunk::<10>()?;
    let (clock, mut rest) = rest.split_first_chunk::<9>()?;
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *date else { return None };
    let [b'T' | b't' | b' ', h1, h2, b':', n1, n2, b':', s1, s2] = *clock else { return None };
    let year = two(y1, y2)? * 100 + two(y3, y4)?;
    let (month, day) = (two(m1, m2)?, two(d1, d2)?);
    let (hour, minute, second) = (two(h1, h2)?, two(n1, n2)?, two(s1, s2)?);
    // Second 60 is a leap second, which the epoch does not count.
    if !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let mut ms = 0;
    if let Some((b'.', tail)) = rest.split_first() {
        let digits = tail.iter().take_while(|b| b.is_ascii_digit()).count();
        if digits == 0 {
            return None;
        }
        let (fraction, tail) = tail.split_at(digits);
        ms = fraction.iter().chain(b"000").take(3).fold(0, |n, b| n * 10 + i64::from(b - b'0'));
        rest = tail;
    }
    let offset_minutes = match *rest {
        [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (two(h1, h2)?, two(m1, m2)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let offset = hours * 60 + minutes;
            if sign == b'-' { -offset } else { offset }
        }
        _ => return None,
    };
    Some(days_from_epoch(year, month, day) * DAY_MS + ((hour * 60 + minute - offset_minutes) * 60 + second) * 1000 + ms)
}

fn two(a: u8, b: u8) -> Option<i64> {
    (a.is_ascii_digit() && b.is_ascii_digit()).then(|| i64::from(a - b'0') * 10 + i64::from(b - b'0'))
}

const fn leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + leap(year) as i64,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar.
const fn days_from_epoch(year: i64, month: i64, day: i64) -> i64 {
    // Years from 1 March, so that a leap day is the last of its year; month lengths from March follow 153 days in five months.
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    365 * y + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400) + (153 * m + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, Datelike};

    #[test]
    fn every_day_of_four_centuries_agrees_with_chrono() {
        for days in -146_097..146_097_i64 {
            let date = DateTime::from_timestamp(days * 86_400, 0).unwrap();
            let date = format!("{:04}-{:02}-{:02}T00:00:00+00:00", date.year(), date.month(), date.day());
            assert_eq!(rfc3339(date.as_bytes()), Some(days * DAY_MS), "{date}");
        }
    }

    #[test]
    fn forms_of_a_time() {
        let at = 1_714_564_800_123;
        for text in [
            "2024-05-01T12:00:00.123Z",
            "2024-05-01t12:00:00.123z",
            "2024-05-01 12:00:00.123999999Z",
            "2024-05-01T20:00:00.123456789123+08:00",
            "2024-05-01T06:30:00.123-05:30",
            "2024-05-01T11:59:60.123Z",
        ] {
            assert_eq!(from_text(text), Ok(at), "{text}");
        }
        for text in [
            "",
            "2024",
            "2024-05-01",
            "2024-05-01T12:00:00",
            "2024-05-01T12:00Z",
            "2024-02-30T00:00:00Z",
            "2023-02-29T00:00:00Z",
            "2024-13-01T00:00:00Z",
            "2024-05-01T24:00:00Z",
            "2024-05-01T12:00:00.Z",
            "2024-05-01T12:00:00Zx",
            "2024-05-01T12:00:00+0800",
            "2024-05-01T12:00:00+24:00",
            "+024-05-01T12:00:00Z",
            "2024-05-01T12:00:61Z",
            "二〇二四-05-01T12:00:00Z",
        ] {
            assert_eq!(from_text(text), Err(Problem::TimeUnreadable), "{text}");
        }
        for text in ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1999-12-31T23:59:59.999Z", "2100-01-01T00:00:00Z"] {
            assert_eq!(from_text(text), Err(Problem::TimeOutOfRange), "{text}");
        }
        assert_eq!(from_text("2100-01-01T00:00:00+01:00"), Ok(TIME_MS_END - 3_600_000));
    }

    #[test]
    fn epochs_by_magnitude() {
        for (text, ms) in [
            ("1714564800", 1_714_564_800_000),
            ("1714564800.123", 1_714_564_800_123),
            ("1714564800.1", 1_714_564_800_100),
            ("1714564800.1239999", 1_714_564_800_123),
            ("1.714564800123e9", 1_714_564_800_123),
            ("1714564800123", 1_714_564_800_123),
            ("1714564800123.9", 1_714_564_800_123),
            ("1714564800123456", 1_714_564_800_123),
            ("1714564800123456789", 1_714_564_800_123),
            ("946684800", TIME_MS_MIN),
        ] {
            assert_eq!(from_number(text), Ok(ms), "{text}");
        }
        for text in ["0", "-1714564800", "946684799.999", "4102444800", "99999999999999999999", "1e400", "-1e400", "1e30", "-0.5"]
        {
            assert_eq!(from_number(text), Err(Problem::TimeOutOfRange), "{text}");
        }
    }
}
