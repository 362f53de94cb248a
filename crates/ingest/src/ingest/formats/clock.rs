//! Times as others write them, to nanoseconds since 1970 UTC: RFC 3339 with or without a zone, web server logs, epochs in any unit.

pub use crate::model::mapping::{Form, Unit};

use crate::base::zone::Zone;
use crate::model::Problem;
use crate::model::limits::{TIME_MS_END, TIME_MS_MIN};

/// Nanoseconds since 1970 UTC.
pub type Instant = i64;

const SECOND: i64 = 1_000_000_000;

/// The wall clock that times are of which name no zone.
#[derive(Clone, Copy, Debug)]
pub enum Wall<'a> {
    /// Minutes east of Greenwich, the year round.
    Minutes(i32),
    /// A zone with its changes; of a time that occurs twice, the first, of one that is skipped, the instant of the skip.
    Zone(&'a Zone),
}

impl Wall<'_> {
    /// Coordinated universal time.
    pub const UTC: Self = Self::Minutes(0);

    /// What is to be taken from a time on this wall, in nanoseconds since 1970 there.
    fn offset(self, local: i128) -> i128 {
        match self {
            Self::Minutes(minutes) => i128::from(minutes) * 60 * i128::from(SECOND),
            Self::Zone(zone) => {
                let Ok(local_ms) = i64::try_from(local.div_euclid(1_000_000)) else { return 0 };
                i128::from(local_ms - zone.instant(local_ms)) * 1_000_000
            }
        }
    }
}

/// Reads a time. `wall` is the clock of texts that name no zone.
///
/// # Errors
/// [`Problem::TimeUnreadable`]; [`Problem::TimeOutOfRange`] before 2000 or from 2100 on.
pub fn read(text: &str, form: Form, wall: Wall<'_>) -> Result<Instant, Problem> {
    let text = text.trim();
    let number = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E'))
        && text.parse::<f64>().is_ok_and(f64::is_finite);
    let instant = match (form, number) {
        (Form::Any, true) => epoch(text, None)?,
        (Form::Epoch(unit), true) => epoch(text, Some(unit))?,
        (Form::Relative(unit), true) => {
            let since = epoch(text, Some(unit))?;
            since.checked_add(TIME_MS_MIN * 1_000_000).ok_or(Problem::TimeOutOfRange)?
        }
        (Form::Any, false) => {
            let ns = written(text, wall).ok_or(Problem::TimeUnreadable)?;
            i64::try_from(ns).map_err(|_| Problem::TimeOutOfRange)?
        }
        _ => return Err(Problem::TimeUnreadable),
    };
    let ms = instant.div_euclid(1_000_000);
    if (TIME_MS_MIN..TIME_MS_END).contains(&ms) { Ok(instant) } else { Err(Problem::TimeOutOfRange) }
}

/// A number of a unit in nanoseconds; without a unit it follows from the magnitude, as for our own format.
fn epoch(text: &str, unit: Option<Unit>) -> Result<Instant, Problem> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let exact = if text.contains(['e', 'E']) { None } else { whole.parse::<i64>().ok() };
    let magnitude = |n: f64| match n.abs() {
        n if n < 1e11 => Unit::S,
        n if n < 1e14 => Unit::Ms,
        n if n < 1e17 => Unit::Us,
        _ => Unit::Ns,
    };
    let Some(number) = exact else {
        let number: f64 = text.parse().map_err(|_| Problem::TimeUnreadable)?;
        let unit = unit.unwrap_or_else(|| magnitude(number));
        let ns = number * 10_f64.powi(unit.digits() as i32);
        return if ns.abs() < 9e18 { Ok(ns as i64) } else { Err(Problem::TimeOutOfRange) };
    };
    let digits = unit.unwrap_or_else(|| magnitude(number as f64)).digits();
    let scaled = number.checked_mul(10_i64.pow(digits)).ok_or(Problem::TimeOutOfRange)?;
    let part = fraction_ns(fraction, digits);
    scaled.checked_add(if whole.starts_with('-') { -part } else { part }).ok_or(Problem::TimeOutOfRange)
}

/// The first digits of a fraction, as a whole number of that many digits.
fn fraction_ns(fraction: &str, digits: u32) -> i64 {
    let digit = |b: u8| i64::from(b.wrapping_sub(b'0').min(9));
    fraction.bytes().chain(core::iter::repeat(b'0')).take(digits as usize).fold(0, |n, b| n * 10 + digit(b))
}

fn written(text: &str, wall: Wall<'_>) -> Option<i128> {
    let text = text.trim_start_matches('[').trim_end_matches(']');
    let bytes = text.as_bytes();
    let slash = bytes.get(2) == Some(&b'/') && bytes.get(6) == Some(&b'/');
    let (date, rest) = if slash { common_log_date(text)? } else { iso_date(text)? };
    let (clock, rest) = clock(rest)?;
    let local = i128::from(date * 86_400) * i128::from(SECOND) + i128::from(clock);
    let offset = match offset_s(rest.trim()) {
        Some(seconds) => i128::from(seconds) * i128::from(SECOND),
        None => rest.trim().is_empty().then(|| wall.offset(local))?,
    };
    Some(local - offset)
}

/// `2026-03-26` or `2026/03/26`: days since 1970, and what follows.
fn iso_date(text: &str) -> Option<(i64, &str)> {
    let (year, rest) = (text.get(..4)?, text.get(4..)?);
    let mark = rest.bytes().next().filter(|b| matches!(b, b'-' | b'/'))?;
    let (month, day) = (rest.get(1..3)?, rest.get(4..6)?);
    if rest.as_bytes().get(3) != Some(&mark) {
        return None;
    }
    Some((days(digits(year)?, digits(month)?, digits(day)?)?, rest.get(6..)?))
}

/// `26/Mar/2026:`, as web servers log.
fn common_log_date(text: &str) -> Option<(i64, &str)> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = MONTHS.iter().position(|m| text.get(3..6) == Some(*m))? as i64 + 1;
    Some((days(digits(text.get(7..11)?)?, month, digits(text.get(..2)?)?)?, text.get(11..)?))
}

/// `T09:15:00.25`: nanoseconds of the day, and what follows. Seconds may be left out; no time at all is midnight.
fn clock(text: &str) -> Option<(i64, &str)> {
    if text.is_empty() {
        return Some((0, text));
    }
    let text = text.strip_prefix(['T', 't', ' ', ':'])?;
    let (hour, minute) = (digits(text.get(..2)?)?, digits(text.get(3..5)?)?);
    if text.as_bytes().get(2) != Some(&b':') || hour > 23 || minute > 59 {
        return None;
    }
    let mut rest = text.get(5..)?;
    let (mut second, mut part) = (0, 0);
    if let Some(after) = rest.strip_prefix(':') {
        second = digits(after.get(..2)?)?;
        rest = after.get(2..)?;
        if let Some(after) = rest.strip_prefix(['.', ',']) {
            let end = after.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(after.len());
            if end == 0 {
                return None;
            }
            part = fraction_ns(&after[..end], 9);
            rest = &after[end..];
        }
    }
    // Second 60 is a leap second, which the epoch does not count.
    (second <= 60).then_some((((hour * 60 + minute) * 60 + second) * SECOND + part, rest))
}

/// Seconds to take off for a zone: `Z`, `UTC`, `+08:00`, `+0800`, `+08`.
fn offset_s(zone: &str) -> Option<i64> {
    if matches!(zone, "Z" | "z" | "UTC" | "GMT") {
        return Some(0);
    }
    let sign = match zone.bytes().next()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let rest = &zone[1..];
    let (hours, minutes) = match rest.len() {
        2 => (digits(rest)?, 0),
        4 => (digits(rest.get(..2)?)?, digits(rest.get(2..)?)?),
        5 if rest.as_bytes()[2] == b':' => (digits(rest.get(..2)?)?, digits(rest.get(3..)?)?),
        _ => return None,
    };
    (hours <= 23 && minutes <= 59).then_some(sign * (hours * 60 + minutes) * 60)
}

/// A number of digits only.
fn digits(text: &str) -> Option<i64> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}

fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let date = chrono::NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, u32::try_from(month).ok()?, u32::try_from(day).ok()?)?;
    Some(i64::from(chrono::Datelike::num_days_from_ce(&date)) - 719_163)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_one_instant() {
        let at = 1_795_324_371_008_000_000;
        for text in [
            "2026-11-22T05:12:51.008Z",
            "2026-11-22T05:12:51.008",
            "2026-11-22 05:12:51.0080000",
            "2026-11-22 05:12:51,008 UTC",
            "2026/11/22 05:12:51.008",
            "2026-11-22 05:12:51.008+00",
            "2026-11-22T13:12:51.008+08:00",
            "2026-11-22T13:12:51.008+0800",
            "1795324371.008",
            "1795324371008",
            "1795324371008000",
            "1795324371008000000",
            "1.795324371008e9",
        ] {
            let got = read(text, Form::Any, Wall::UTC).unwrap();
            assert!((got - at).abs() < 300, "{text}: {got}");
        }
        assert_eq!(read("[22/Nov/2026:13:12:51 +0800]", Form::Any, Wall::UTC), Ok(1_795_324_371_000_000_000));
        assert_eq!(read("2026-11-22 13:12:51.008", Form::Any, Wall::Minutes(480)), Ok(at));
        assert_eq!(read("2026-11-22", Form::Any, Wall::UTC), Ok(1_795_305_600_000_000_000));
        assert_eq!(read("1795324371008", Form::Epoch(Unit::Ms), Wall::UTC), Ok(at));
        assert_eq!(read("1500", Form::Relative(Unit::Ms), Wall::UTC), Ok(TIME_MS_MIN * 1_000_000 + 1_500_000_000));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "-",
            "yesterday",
            "2026-13-01T00:00:00Z",
            "2026-11-22T25:00:00Z",
            "2026-11-22T05:12:51.Z",
            "22/Foo/2026:13:12:51",
            "2026-11-22T05:12:51 Mars",
            "２０２６-11-22",
            "1e400",
        ] {
            assert_eq!(read(text, Form::Any, Wall::UTC), Err(Problem::TimeUnreadable), "{text}");
        }
        for text in ["0", "-5", "99999999999999999999999", "1999-12-31T23:59:59Z", "9999-01-01"] {
            assert_eq!(read(text, Form::Any, Wall::UTC), Err(Problem::TimeOutOfRange), "{text}");
        }
    }

    #[test]
    fn a_zones_changes_are_kept_to() {
        use chrono::{TimeZone, Utc};
        let tz = chrono_tz::Europe::Berlin;
        let offset_s = |at: i64| {
            use chrono::Offset;
            tz.timestamp_millis_opt(at).single().map_or(0, |at| at.offset().fix().local_minus_utc())
        };
        let zone = Zone::probe("Europe/Berlin", 1_700_000_000_000, 1_800_000_000_000, offset_s);
        let at = |text: &str| read(text, Form::Any, Wall::Zone(&zone)).map(|ns| format!("{:?}", Utc.timestamp_nanos(ns)));
        for (local, instant) in [
            ("2026-01-15 12:00:00.000000001", "2026-01-15T11:00:00.000000001Z"),
            ("2026-07-15 12:00:00", "2026-07-15T10:00:00Z"),
            // Twice: the first is meant.
            ("2026-10-25 02:30:00", "2026-10-25T00:30:00Z"),
            // Skipped: the instant of the skip.
            ("2026-03-29 02:30:00", "2026-03-29T01:00:00Z"),
            // A zone of its own goes before.
            ("2026-07-15T12:00:00Z", "2026-07-15T12:00:00Z"),
            ("2026-07-15T12:00:00+08:00", "2026-07-15T04:00:00Z"),
        ] {
            assert_eq!(at(local), Ok(instant.to_owned()), "{local}");
        }
    }
}
