//! Decimal text to the nearest float, exactly rounded, without a table.
//!
//! The standard library's way is faster for numbers of many digits, and carries 10 KB of powers of five that do not pack. Feeds have hardly
//! a number that gets here: tokens and durations are read as whole numbers (`ingest::number`).

/// Significant digits looked at. What lies behind them can at most show whether it is more than a tie, for which one digit is enough.
const DIGITS: usize = 800;

/// The float nearest to a number in JSON's grammar (a leading `+` or point, or a trailing point, are taken as well), ties to even, beyond the
/// greatest: infinite. `None` where the text is no such number.
pub fn parse(text: &str) -> Option<f64> {
    let bytes = text.as_bytes();
    let (negative, bytes) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, bytes),
    };
    let mut digits: Vec<u8> = Vec::new();
    // The number is 0.digits × 10^point.
    let (mut point, mut seen_point, mut any, mut exponent) = (0_i64, false, false, 0_i64);
    let mut rest = bytes.iter();
    while let Some(&byte) = rest.next() {
        match byte {
            b'0'..=b'9' => {
                any = true;
                let leading = digits.is_empty() && byte == b'0';
                if !leading {
                    if digits.len() < DIGITS {
                        digits.push(byte - b'0');
                    } else if byte != b'0' {
                        digits[DIGITS - 1] |= 1;
                    }
                }
                point += i64::from(!leading && !seen_point) - i64::from(leading && seen_point);
            }
            b'.' if !seen_point => seen_point = true,
            b'e' | b'E' if any => {
                exponent = power(rest.as_slice())?;
                break;
            }
            _ => return None,
        }
    }
    if !any {
        return None;
    }
    let value = nearest(&digits, point.saturating_add(exponent));
    Some(if negative { -value } else { value })
}

/// The digits of an exponent, with their sign; so large a one that nothing changes beyond it stays there.
fn power(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let mut value = 0_i64;
    for byte in digits {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = (value * 10 + i64::from(byte - b'0')).min(1 << 40);
    }
    (!digits.is_empty()).then_some(if negative { -value } else { value })
}

/// The float nearest to 0.digits × 10^point.
fn nearest(digits: &[u8], point: i64) -> f64 {
    if digits.is_empty() || point < -330 {
        return 0.0;
    }
    if point > 310 {
        return f64::INFINITY;
    }
    let scale = point - digits.len() as i64;
    if digits.len() <= 15 && scale.unsigned_abs() <= 22 {
        // Both are exact as floats, so that the one operation rounds once (Clinger 1990).
        let whole = digits.iter().fold(0_u64, |n, &digit| n * 10 + u64::from(digit)) as f64;
        let ten = (0..scale.unsigned_abs()).fold(1.0, |power, _| power * 10.0);
        return if scale < 0 { whole / ten } else { whole * ten };
    }
    let (mut above, mut below) = (Big::default(), Big(vec![1]));
    for &digit in digits {
        above.times_plus(10, u32::from(digit));
    }
    for _ in 0..scale.unsigned_abs() {
        if scale < 0 { below.times_plus(10, 0) } else { above.times_plus(10, 0) }
    }
    // above / below = mantissa × 2^exponent with 53 bits of mantissa or 54, fewer only below the least normal float.
    let mut exponent = (above.bits() as i64 - below.bits() as i64 - 53).max(-1074);
    if exponent < 0 {
        above.shift(exponent.unsigned_abs() as usize)
    } else {
        below.shift(exponent as usize)
    }
    let mut mantissa = above.divide(&mut below);
    let half = if mantissa >> 53 != 0 {
        let last = mantissa & 1 == 1;
        mantissa >>= 1;
        exponent += 1;
        last
    } else {
        above.shift(1);
        let half = above.at_least(&below);
        if half {
            above.subtract(&below);
        }
        half
    };
    let rest = above.bits() > 0;
    mantissa += u64::from(half && (rest || mantissa & 1 == 1));
    // In two steps, since 2^-1074 alone is no normal float; each is exact, or infinite at the end.
    let two = |power: i64| f64::from_bits(((1023 + power) as u64) << 52);
    mantissa as f64 * two(exponent / 2) * two(exponent - exponent / 2)
}

/// A whole number of any size, least significant digit first.
#[derive(Default)]
struct Big(Vec<u32>);

impl Big {
    fn times_plus(&mut self, factor: u32, plus: u32) {
        let mut carry = u64::from(plus);
        for digit in &mut self.0 {
            carry += u64::from(*digit) * u64::from(factor);
            *digit = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }

    fn bits(&self) -> usize {
        self.0.iter().rposition(|&digit| digit != 0).map_or(0, |top| top * 32 + 32 - self.0[top].leading_zeros() as usize)
    }

    /// Multiplies by 2^by.
    fn shift(&mut self, by: usize) {
        for _ in 0..by % 32 {
            self.times_plus(2, 0);
        }
        self.0.splice(0..0, core::iter::repeat_n(0, by / 32));
    }

    fn digit(&self, at: usize) -> u32 {
        self.0.get(at).copied().unwrap_or(0)
    }

    fn at_least(&self, other: &Self) -> bool {
        let top = self.0.len().max(other.0.len());
        (0..top).rev().map(|at| (self.digit(at), other.digit(at))).find(|(a, b)| a != b).is_none_or(|(a, b)| a > b)
    }

    /// Takes away what is no greater.
    fn subtract(&mut self, other: &Self) {
        let mut borrow = 0;
        for at in 0..self.0.len() {
            let left = i64::from(self.0[at]) - i64::from(other.digit(at)) - borrow;
            self.0[at] = left as u32;
            borrow = i64::from(left < 0);
        }
    }

    /// The quotient, of at most 54 bits. The rest stays; it and the divisor are 2^54 times as large afterwards.
    fn divide(&mut self, by: &mut Self) -> u64 {
        const BITS: usize = 54;
        by.shift(BITS);
        let mut quotient = 0;
        for _ in 0..BITS {
            self.shift(1);
            let fits = self.at_least(by);
            if fits {
                self.subtract(by);
            }
            quotient = quotient << 1 | u64::from(fits);
        }
        quotient
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn same(text: &str) {
        let want = text.parse::<f64>().ok();
        assert_eq!(parse(text).map(f64::to_bits), want.map(f64::to_bits), "{text}: {:?} {want:?}", parse(text));
    }

    #[test]
    fn the_hard_ones() {
        for text in [
            "0",
            "-0",
            "0.0e5",
            "1",
            "0.1",
            "123456.789e3",
            "9007199254740993",
            "9007199254740992.5",
            "9007199254740993.00000000001",
            "1.7976931348623157e308",
            "1.7976931348623158e308",
            "1.7976931348623159e308",
            "1e309",
            "-1e400",
            "1e99999999999999999999",
            "2.2250738585072014e-308",
            "2.2250738585072011e-308",
            "4.9406564584124654e-324",
            "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "2.47032822920623272e-324",
            "1e-400",
            "0e999999999999",
            "1e-99999999999999999999",
            "8.5e-7",
            "1e23",
            "8.41e21",
            "9.5e22",
            "5e-324",
            "7.2057594037927933e16",
            "1.",
            ".5",
            "+3",
        ] {
            same(text);
        }
        for text in ["", "-", ".", "e5", "1e", "1e+", "1.2.3", " 1", "1 ", "0x1", "1_000", "١"] {
            assert_eq!(parse(text), None, "{text:?}");
            assert!(text.parse::<f64>().is_err(), "{text:?}");
        }
    }

    /// Half of 0.digits.
    fn halved(digits: &str) -> String {
        let mut carry = 0;
        let half = |digit: u8| {
            let twice = carry * 10 + digit - b'0';
            carry = twice % 2;
            char::from(b'0' + twice / 2)
        };
        digits.bytes().chain([b'0']).map(half).collect()
    }

    #[test]
    fn a_tie_is_broken_by_the_last_of_a_thousand_digits() {
        // 2^53 + 1 lies halfway between two floats.
        let zeros = "0".repeat(1000);
        for end in ["", "1", "000"] {
            same(&format!("9007199254740993.{zeros}{end}"));
        }
        // The least float, written out, and what rounds to it or to nothing.
        let least = format!("{:.1074}", f64::from_bits(1));
        let half = halved(least.trim_start_matches("0."));
        assert_eq!(format!("{:.1074}", 0.5 * f64::from_bits(2)), least);
        same(&least);
        same(&format!("0.{half}"));
        same(&format!("0.{half}1"));
        same(&format!("0.{}4", &half[..half.len() - 1]));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn every_float_comes_back(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite());
            prop_assert_eq!(parse(&format!("{value:e}")).map(f64::to_bits), Some(bits));
            same(&format!("{value}"));
        }

        #[test]
        fn halfway_and_a_little_beside(mantissa in 1_u64 << 52..1 << 53, places in 0..31_u32, ahead in -300..280_i32) {
            // (2 m + 1) / 2^k lies halfway between two floats, and is (2 m + 1) 5^k / 10^k.
            let midpoint = u128::from(2 * mantissa + 1) * 5_u128.pow(places);
            for number in [midpoint - 1, midpoint, midpoint + 1] {
                same(&format!("{number}e-{places}"));
                same(&format!("{number}.0000000000000000000000000001e-{places}"));
                same(&format!("{number}e{ahead}"));
            }
        }

        #[test]
        fn any_digits_and_exponent(text in "-?[0-9]{1,40}(\\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?") {
            same(&text);
        }
    }
}
