//! Numbers and times in the forms that nearly all feeds write; whatever else they may look like is left to the usual readers.

use super::bytes::{digits, number, word};
use crate::ingest::time;

/// A number that was read, and the byte behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read {
    pub value: u64,
    pub end: usize,
}

/// A whole number of one to eight digits, without a zero before it, that ends there. `None`: not of this form.
#[inline(always)]
pub fn whole(bytes: &[u8], at: usize) -> Option<Read> {
    let read = leading(bytes, at)?;
    (!goes_on(bytes, read.end)).then_some(read)
}

/// A number of one to eight digits with at most `SCALE` decimals, in units of 10^-`SCALE`. `None`: not of this form.
#[inline(always)]
pub fn scaled<const SCALE: u32>(bytes: &[u8], at: usize) -> Option<Read> {
    let whole = leading(bytes, at)?;
    let value = whole.value * const { 10_u64.pow(SCALE) };
    if bytes.get(whole.end) != Some(&b'.') {
        return (!goes_on(bytes, whole.end)).then_some(Read { value, ..whole });
    }
    let word = word(bytes, whole.end + 1)?;
    let n = digits(word);
    let end = whole.end + 1 + n as usize;
    // What is finer has to be rounded.
    if n == 0 || n > SCALE || goes_on(bytes, end) {
        return None;
    }
    const TENS: [u64; 9] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];
    Some(Read { value: value + number(word, n) * TENS[(SCALE - n) as usize], end })
}

/// One to eight digits, whatever follows them.
#[inline(always)]
fn leading(bytes: &[u8], at: usize) -> Option<Read> {
    let word = word(bytes, at)?;
    let n = digits(word);
    if n == 0 || (n > 1 && word as u8 == b'0') {
        return None;
    }
    Some(Read { value: number(word, n), end: at + n as usize })
}

/// Whether the byte could belong to the number before it.
#[inline(always)]
fn goes_on(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_none_or(|b| matches!(b, b'0'..=b'9' | b'.' | b'e' | b'E'))
}

/// The end of a number by JSON's grammar, where a comma, a bracket or white space ends it. `None`: there is none.
pub fn number_end(bytes: &[u8], at: usize) -> Option<usize> {
    let run = |from: usize| from + bytes[from.min(bytes.len())..].iter().take_while(|b| b.is_ascii_digit()).count();
    let first = at + usize::from(bytes.get(at) == Some(&b'-'));
    let mut end = run(first);
    if end == first || (end > first + 1 && bytes[first] == b'0') {
        return None;
    }
    if bytes.get(end) == Some(&b'.') {
        let fraction = end + 1;
        end = run(fraction);
        if end == fraction {
            return None;
        }
    }
    if let Some(b'e' | b'E') = bytes.get(end) {
        let exponent = end + 1 + usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        end = run(exponent);
        if end == exponent {
            return None;
        }
    }
    matches!(bytes.get(end), Some(b',' | b'}' | b' ' | b'\t')).then_some(end)
}

/// Times of one day after the other, as feeds have them: the day is worked out once.
#[derive(Debug, Default)]
pub struct Days {
    /// `YYYY-MM-DD`, its year, and the midnight it begins with, epoch milliseconds.
    known: Option<(u64, u16, i64)>,
}

impl Days {
    /// `YYYY-MM-DDTHH:MM:SSZ"` or with three decimals, of a day that is known or becomes so; the byte behind the quote.
    /// `None`: not of this form, out of the range of times, or no time at all.
    #[inline(always)]
    pub fn time(&mut self, bytes: &[u8], at: usize) -> Option<(i64, usize)> {
        let (date, rest) = bytes.get(at..)?.split_first_chunk::<10>()?;
        let (clock, tail) = rest.first_chunk::<14>()?.split_first_chunk::<9>()?;
        let (year_month, day) = (word(date, 0)?, u16::from_le_bytes([date[8], date[9]]));
        let midnight = match self.known {
            Some((y, d, midnight)) if y == year_month && d == day => midnight,
            _ => self.midnight(date, year_month, day)?,
        };
        let since = clock_ms(clock)?;
        let (ms, end) = match *tail {
            [b'Z', b'"', ..] => (0, 21),
            [b'.', a, b, c, b'Z'] if rest.get(14) == Some(&b'"') => {
                let digits = [a, b, c].map(|d| i64::from(d.wrapping_sub(b'0')));
                if digits.iter().any(|d| *d > 9) {
                    return None;
                }
                (digits[0] * 100 + digits[1] * 10 + digits[2], 25)
            }
            _ => return None,
        };
        Some((midnight + since + ms, at + end))
    }

    /// Works a day out by the usual reader, which also knows whether there is such a day. Days on whose edge the range of times ends are never
    /// known: the range begins and ends at midnights of UTC.
    #[cold]
    fn midnight(&mut self, date: &[u8; 10], year_month: u64, day: u16) -> Option<i64> {
        let text = core::str::from_utf8(date).ok()?;
        let midnight = time::from_text(&format!("{text}T00:00:00Z")).ok()?;
        // The last second of the last day may be a leap second, which lies beyond the range.
        time::from_text(&format!("{text}T23:59:60.999Z")).ok()?;
        self.known = Some((year_month, day, midnight));
        Some(midnight)
    }
}

/// `THH:MM:SS` in milliseconds since midnight.
#[inline(always)]
fn clock_ms(clock: &[u8; 9]) -> Option<i64> {
    const COLONS: u64 = 0x0000_3a00_003a_0000;
    const COLON_BYTES: u64 = 0x0000_ff00_00ff_0000;
    if clock[0] != b'T' {
        return None;
    }
    let word = word(clock, 1)?;
    // Colons become the digit 0, so that eight digits are looked for.
    let filled = word ^ ((COLONS ^ 0x0000_3000_0030_0000) & COLON_BYTES);
    if word & COLON_BYTES != COLONS || digits(filled) != 8 {
        return None;
    }
    let d = filled & 0x0f0f_0f0f_0f0f_0f0f;
    let two = |from: u32| (d >> (8 * from) & 0xff) * 10 + (d >> (8 * from + 8) & 0xff);
    let (hour, minute, second) = (two(0), two(3), two(6));
    // Second 60 is a leap second.
    (hour < 24 && minute < 60 && second <= 60).then(|| (((hour * 60 + minute) * 60 + second) * 1000) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::json::Cursor;
    use crate::ingest::number;
    use proptest::prelude::*;

    fn padded(text: &str) -> Vec<u8> {
        [text.as_bytes(), b",", &[0; 32]].concat()
    }

    #[test]
    fn forms_that_are_left_to_the_usual_reader() {
        for text in ["", "-1", "01", "123456789", "1e3", "1.", "1.2e1", "1.0", "x"] {
            assert_eq!(whole(&padded(text), 0), None, "{text}");
        }
        for text in ["", "-1.5", "00.5", "1.", "1.0005", "1.5e1", "123456789.1", ".5"] {
            assert_eq!(scaled::<3>(&padded(text), 0), None, "{text}");
        }
        for text in [
            "2024-02-30T00:00:00Z",
            "1999-12-31T23:59:59Z",
            "2100-01-01T00:00:00Z",
            "2024-05-01T24:00:00Z",
            "2024-05-01t12:00:00Z",
        ] {
            assert_eq!(Days::default().time(&padded(&format!("{text}\"")), 0), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_the_usual_reader_reads(text in "-?[0-9]{0,10}(\\.[0-9]{0,8})?([eE][+-]?[0-9]{0,2})?") {
            let bytes = padded(&text);
            let sound = Cursor::new(text.as_bytes()).and_then(|mut cursor| cursor.number()) == Ok(text.as_str());
            prop_assert_eq!(number_end(&bytes, 0), sound.then_some(text.len()));
            if let Some(Read { value, end }) = whole(&bytes, 0) {
                prop_assert_eq!((Ok(value), end, sound), (number::whole(&text, u64::MAX), text.len(), true));
            }
            if let Some(Read { value, end }) = scaled::<3>(&bytes, 0) {
                prop_assert_eq!((Ok(value), end, sound), (number::scaled(&text, 3, 1e12), text.len(), true));
            }
            if let Some(Read { value, end }) = scaled::<6>(&bytes, 0) {
                prop_assert_eq!((Ok(value), end, sound), (number::scaled(&text, 6, 1e12), text.len(), true));
            }
        }

        #[test]
        fn a_time_is_what_the_usual_reader_reads(
            texts in prop::collection::vec("(19|20|21)[0-9]{2}-[01][0-9]-[0-3][0-9][Tt ][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{1,4})?(Z|z|\\+01:00)", 1..20),
            broken in 0..40_usize,
            by in any::<char>(),
        ) {
            let mut days = Days::default();
            for text in &texts {
                // The same day again, and one byte changed.
                let other: String = text.chars().enumerate().map(|(i, c)| if i == broken { by } else { c }).collect();
                for text in [text, text, &other] {
                    if let Some((ms, end)) = days.time(&padded(&format!("{text}\"")), 0) {
                        prop_assert_eq!((Ok(ms), end), (time::from_text(text), text.len() + 1), "{}", text);
                    }
                }
            }
        }
    }
}
