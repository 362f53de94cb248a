//! Numbers of a call: tokens, durations, cost. Decimal text goes to whole microseconds or nanoseconds without a float in between.

use crate::base::float;
use crate::model::Problem;

/// A whole number from 0 to `max`. `12.0` and `1e3` are whole.
///
/// # Errors
/// [`Problem::Negative`], [`Problem::NotWhole`], [`Problem::OutOfRange`].
pub fn whole(text: &str, max: u64) -> Result<u64, Problem> {
    if text.len() <= 18
        && let Ok(number) = text.parse::<u64>()
    {
        return if number <= max { Ok(number) } else { Err(Problem::OutOfRange) };
    }
    let number = float(text);
    if number < 0.0 {
        Err(Problem::Negative)
    } else if number > max as f64 {
        Err(Problem::OutOfRange)
    } else if number.fract() != 0.0 {
        Err(Problem::NotWhole)
    } else {
        Ok(number as u64)
    }
}

/// A number of at least 0 and at most `max`, in units of 10^-`scale`, rounded half up.
///
/// # Errors
/// [`Problem::Negative`], [`Problem::OutOfRange`].
pub fn scaled(text: &str, scale: usize, max: f64) -> Result<u64, Problem> {
    if let Some(number) = decimal(text, scale) {
        // Both sides are below 2^63, and the limit needs no more than a float's precision.
        return if number as f64 <= max * 10_f64.powi(scale as i32) { Ok(number) } else { Err(Problem::OutOfRange) };
    }
    let number = float(text);
    if number < 0.0 {
        Err(Problem::Negative)
    } else if number > max {
        Err(Problem::OutOfRange)
    } else {
        Ok((number * 10_f64.powi(scale as i32)).round() as u64)
    }
}

/// A finite number of at least 0.
///
/// # Errors
/// [`Problem::Negative`], [`Problem::OutOfRange`].
pub fn amount(text: &str) -> Result<f64, Problem> {
    match float(text) {
        number if number < 0.0 => Err(Problem::Negative),
        number if number.is_finite() => Ok(number.abs()),
        _ => Err(Problem::OutOfRange),
    }
}

/// A float of text that follows JSON's number grammar; what does not is out of every range.
fn float(text: &str) -> f64 {
    float::parse(text).unwrap_or(f64::INFINITY)
}

/// Digits with at most one point, no sign, no exponent, few enough digits for 64 bits; `None` else.
fn decimal(text: &str, scale: usize) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.len() > 12 {
        return None;
    }
    let mut number: u64 = 0;
    for byte in whole.bytes() {
        number = number * 10 + digit(byte)?;
    }
    let mut up = 0;
    for place in 0..scale {
        number = number.checked_mul(10)?.checked_add(match fraction.as_bytes().get(place) {
            Some(&byte) => digit(byte)?,
            None => 0,
        })?;
    }
    for (i, byte) in fraction.bytes().enumerate().skip(scale) {
        let digit = digit(byte)?;
        if i == scale {
            up = u64::from(digit >= 5);
        }
    }
    Some(number + up)
}

fn digit(byte: u8) -> Option<u64> {
    byte.is_ascii_digit().then(|| u64::from(byte - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers() {
        for (text, want) in [("0", 0), ("-0", 0), ("12.0", 12), ("1e3", 1000), ("1000", 1000), ("000000000000000000012", 12)] {
            assert_eq!(whole(text, 1000), Ok(want), "{text}");
        }
        assert_eq!(whole("-1", 1000), Err(Problem::Negative));
        assert_eq!(whole("-0.5", 1000), Err(Problem::Negative));
        assert_eq!(whole("0.5", 1000), Err(Problem::NotWhole));
        for text in ["1001", "1e300", "1e999", "18446744073709551616"] {
            assert_eq!(whole(text, 1000), Err(Problem::OutOfRange), "{text}");
        }
    }

    #[test]
    fn durations_are_rounded_half_up_in_decimal() {
        for (text, want) in [
            ("0", 0),
            ("1.0005", 1001),
            ("1.0004999999", 1000),
            ("0.0005", 1),
            ("1.5e1", 15_000),
            ("-0.0", 0),
            ("12", 12_000),
            ("9.9999", 10_000),
        ] {
            assert_eq!(scaled(text, 3, 1e9), Ok(want), "{text}");
        }
        assert_eq!(scaled("-0.001", 3, 1e9), Err(Problem::Negative));
        for text in ["1000000000.001", "1e10", "1e999", "123456789012345678901234567890"] {
            assert_eq!(scaled(text, 3, 1e9), Err(Problem::OutOfRange), "{text}");
        }
        assert_eq!(scaled("315360000000", 6, 315_360_000_000.0), Ok(315_360_000_000_000_000));
    }

    #[test]
    fn amounts() {
        assert_eq!(amount("0.25"), Ok(0.25));
        assert_eq!(amount("-1"), Err(Problem::Negative));
        assert_eq!(amount("1e999"), Err(Problem::OutOfRange));
    }
}
