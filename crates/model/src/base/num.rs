//! Numbers as a user reads them: comma groups, fixed decimals, true minus sign. The same in both languages.

/// Decimals in which an amount of money is held.
pub const MONEY_DECIMALS: u32 = 12;

/// A whole number with comma groups: `1,469,987`.
pub fn whole(n: u64) -> String {
    group(&n.to_string())
}

/// A number with exactly `decimals` decimals (at most 12) and comma groups: `6,251.8`. A half is rounded away from zero. Not a number gives `-`.
pub fn fixed(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "-".into();
    }
    let width = decimals.min(MONEY_DECIMALS as usize);
    let unit = 10_u128.pow(width as u32);
    // Beyond what a whole number of 128 bits holds, digits are not significant.
    let (mut size, mut zeros) = (value.abs(), 0);
    while size >= 1e25 {
        size /= 10.0;
        zeros += 1;
    }
    let rounded = times(size, unit);
    let sign = if value < 0.0 && rounded > 0 { "\u{2212}" } else { "" };
    let int = group(&((rounded / unit).to_string() + &"0".repeat(zeros)));
    if width == 0 { format!("{sign}{int}") } else { format!("{sign}{int}.{:0width$}", rounded % unit) }
}

/// `size × unit`, a half rounded up. The product is exact. A value two units of its last binary place below a half counts as the half, since
/// a decimal such as 2.675, and a quotient multiplied by 100, may lie that far below the exact value; but not where so much shows.
const fn times(size: f64, unit: u128) -> u128 {
    let (bits, below) = (size.to_bits(), (1_u64 << 52) - 1);
    let power = (bits >> 52) as i64 - 1075;
    // Less than the least normal float.
    if power < -1074 {
        return 0;
    }
    let mantissa = ((bits & below) | (below + 1)) as u128;
    if power >= 0 {
        return (mantissa << power) * unit;
    }
    if power < -116 {
        return 0;
    }
    let unseen = -power > 11 && unit < 1 << (-power - 11);
    let nudged = if unseen { (mantissa + 2) * unit } else { mantissa * unit };
    (nudged >> -power) + ((nudged >> (-power - 1)) & 1)
}

/// A number with at most `decimals` decimals, trailing zeros dropped: axis labels.
pub fn short(value: f64, decimals: usize) -> String {
    let text = fixed(value, decimals);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// Four significant figures, three decimals at most: `68.77`, `132.1`, `19,735`.
pub fn significant(value: f64) -> String {
    let size = value.abs();
    fixed(
        value,
        if size >= 1000.0 {
            0
        } else if size >= 100.0 {
            1
        } else if size >= 10.0 {
            2
        } else {
            3
        },
    )
}

/// An amount of money without its currency, given in units of its last decimal ([`MONEY_DECIMALS`]): two decimals, below one as many as three
/// significant digits take: `1,234.50`, `0.0312`. A half is rounded up.
pub fn money(parts: u128) -> String {
    let digits = parts.checked_ilog10().map_or(0, |power| power + 1);
    let below_one = (1..=MONEY_DECIMALS).contains(&digits);
    let decimals = if below_one { (MONEY_DECIMALS + 3 - digits).min(MONEY_DECIMALS) } else { 2 };
    let (step, unit) = (10_u128.pow(MONEY_DECIMALS - decimals), 10_u128.pow(decimals));
    let rounded = parts.saturating_add(step / 2) / step;
    let (whole, part, width) = (group(&(rounded / unit).to_string()), rounded % unit, decimals as usize);
    let mut text = format!("{whole}.{part:0width$}");
    while text.ends_with('0') && text.rfind('.').is_some_and(|point| text.len() - point > 3) {
        text.pop();
    }
    text
}

/// A tile's figure and its unit: exact up to 9,999,999, then M or B with three decimals.
pub fn tile(n: u64) -> (String, &'static str) {
    if n <= 9_999_999 {
        (whole(n), "")
    } else if n < 1_000_000_000 {
        (fixed(n as f64 / 1e6, 3), "M")
    } else {
        (fixed(n as f64 / 1e9, 3), "B")
    }
}

/// A count in little room: `612`, `4.1k`, `258k`, `1.5M`.
pub fn compact(n: u64) -> String {
    match n {
        0..=9_999 => whole(n),
        10_000..=999_999 => format!("{}k", short(n as f64 / 1e3, usize::from(n < 100_000))),
        1_000_000..=999_999_999 => format!("{}M", short(n as f64 / 1e6, 1)),
        _ => format!("{}B", short(n as f64 / 1e9, 1)),
    }
}

/// A change in percent with its sign: `+7.3 %`, `−12.0 %`.
pub fn change(percent: f64) -> String {
    let sign = if percent >= 0.0 { "+" } else { "" };
    format!("{sign}{} %", fixed(percent, 1))
}

/// Bytes as people say them: `48.2 MB`.
pub fn bytes(n: u64) -> String {
    match n {
        0..=999 => format!("{n} B"),
        1_000..=999_999 => format!("{} KB", short(n as f64 / 1e3, 1)),
        1_000_000..=999_999_999 => format!("{} MB", short(n as f64 / 1e6, 1)),
        _ => format!("{} GB", short(n as f64 / 1e9, 2)),
    }
}

fn group(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_as_the_design_writes_them() {
        assert_eq!(whole(1_469_987), "1,469,987");
        assert_eq!((whole(0), whole(999), whole(1000)), ("0".into(), "999".into(), "1,000".into()));
        assert_eq!(fixed(6251.84, 1), "6,251.8");
        assert_eq!((fixed(-0.04, 1), fixed(-12.06, 1)), ("0.0".into(), "\u{2212}12.1".into()));
        assert_eq!(fixed(f64::NAN, 3), "-");
        assert_eq!(
            (significant(68.774), significant(132.14), significant(19_735.4)),
            ("68.77".into(), "132.1".into(), "19,735".into())
        );
        assert_eq!(tile(9_999_999), ("9,999,999".into(), ""));
        assert_eq!((tile(525_886_000), tile(3_350_553_000)), (("525.886".into(), "M"), ("3.351".into(), "B")));
        assert_eq!((short(2.50, 3), short(1000.0, 3), short(100.0, 0)), ("2.5".into(), "1,000".into(), "100".into()));
        assert_eq!((compact(612_000), compact(94_300), compact(9_999)), ("612k".into(), "94.3k".into(), "9,999".into()));
        let unit = 10_u128.pow(MONEY_DECIMALS);
        let amounts =
            [unit * 2469 / 2, unit * 2675 / 1000, unit * 2499 / 2500, unit / 2, unit * 781 / 25_000, unit / 100].map(money);
        assert_eq!(amounts, ["1,234.50", "2.68", "1.00", "0.50", "0.0312", "0.01"]);
        assert_eq!(
            [0, 1, 1234, u128::MAX].map(money),
            ["0.00", "0.000000000001", "0.00000000123", "340,282,366,920,938,463,463,374,607.43"]
        );
        assert_eq!((change(7.31), change(-0.01)), ("+7.3 %".into(), "0.0 %".into()));
        assert_eq!((bytes(999), bytes(48_200_000)), ("999 B".into(), "48.2 MB".into()));
    }

    #[test]
    fn a_half_is_rounded_away_from_zero() {
        let cases = [
            (1.5625, 3, "1.563"),
            (-1.5625, 3, "\u{2212}1.563"),
            (0.5, 0, "1"),
            (2.5, 0, "3"),
            (2.675, 2, "2.68"),
            (1.005, 2, "1.01"),
            (7.0 / 11.2 * 100.0, 1, "62.5"),
            (1.0 / 16.0 * 100.0 / 4.0, 3, "1.563"),
            (0.0004, 3, "0.000"),
            (0.000_499_999, 3, "0.000"),
            (999.9996, 3, "1,000.000"),
            (f64::MIN_POSITIVE / 2.0, 3, "0.000"),
            (9_007_199_254_740_993.0, 0, "9,007,199,254,740,992"),
            (1e22, 1, "10,000,000,000,000,000,000,000.0"),
        ];
        for (value, decimals, text) in cases {
            assert_eq!(fixed(value, decimals), text, "{value} with {decimals} decimals");
        }
        assert_eq!(fixed(f64::MAX, 0).matches(|c: char| c.is_ascii_digit()).count(), 309);
    }

    #[test]
    fn numbers_that_are_no_halves_read_as_the_standard_library_writes_them() {
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        for _ in 0..200_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let value = (state >> 11) as f64 / [1.0, 7.0, 1e3, 1e9, 1e15][(state % 5) as usize];
            for decimals in 0..=4 {
                let text = fixed(value, decimals).replace(',', "");
                let scaled = value * 10_f64.powi(decimals as i32);
                if scaled < 1e15 && (scaled.fract() - 0.5).abs() > 1e-9 + scaled * 4e-16 {
                    assert_eq!(text, format!("{value:.decimals$}"));
                }
            }
        }
    }
}
