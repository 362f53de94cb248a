//! Values as a workbook holds them: dates as days, texts within Excel's limits.

use crate::export::truncate;
use crate::i18n::export::Export;
use crate::i18n::{Lang, Message};
use crate::model::range::DAY_MS;
use std::borrow::Cow;

/// Longest text of a cell in Excel, in units of UTF-16.
pub const TEXT_UNITS_MAX: usize = 32_767;

/// From Excel's day 0, 1899-12-30, to 1970-01-01.
const EPOCH_MS: i64 = 25_569 * DAY_MS;

/// A wall-clock time as Excel counts: days since 1899-12-30, the time of day as their fraction.
pub fn days(local_ms: i64) -> f64 {
    // Whole milliseconds divided once: rounded once.
    (local_ms + EPOCH_MS) as f64 / DAY_MS as f64
}

/// A text that a cell can hold: one too long is cut and says so.
pub fn fitting(text: &str, lang: Lang) -> Cow<'_, str> {
    // A unit of UTF-16 takes at least a byte of UTF-8.
    if text.len() <= TEXT_UNITS_MAX || truncate::utf16(text) <= TEXT_UNITS_MAX {
        return text.into();
    }
    let mark = Export::CutMark.text(lang);
    let room = TEXT_UNITS_MAX - truncate::utf16(mark);
    format!("{}{mark}", truncate::beginning(text, room, char::len_utf16)).into()
}

/// Whether a user who edits the cell would make a formula of it: it gets Excel's mark for text.
pub fn looks_like_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A text for places where no control character can be and nothing escapes it.
pub fn without_controls(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !matches!(c, '\u{FFFE}' | '\u{FFFF}')).collect()
}

/// A text as XML of a cell: markup escaped, characters that XML cannot hold as `_x0001_`, and texts that look like such an escape with their
/// underline escaped (ECMA-376 Part 1, 22.9.2.19 ST_Xstring).
pub fn escape(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let mut from = 0;
    for (at, &b) in bytes.iter().enumerate() {
        let escaped: &[u8] = match b {
            b'&' => b"&amp;",
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            b'_' if is_escape(&bytes[at..]) => b"_x005F_",
            0..=0x1F if b != b'\t' && b != b'\n' => {
                out.extend_from_slice(&bytes[from..at]);
                out.extend_from_slice(format!("_x{b:04X}_").as_bytes());
                from = at + 1;
                continue;
            }
            // U+FFFE and U+FFFF are EF BF BE and EF BF BF.
            0xEF if matches!(bytes.get(at..at + 3), Some([_, 0xBF, 0xBE | 0xBF])) => {
                out.extend_from_slice(&bytes[from..at]);
                out.extend_from_slice(if bytes[at + 2] == 0xBE { b"_xFFFE_" } else { b"_xFFFF_" });
                from = at + 3;
                continue;
            }
            _ => continue,
        };
        out.extend_from_slice(&bytes[from..at]);
        out.extend_from_slice(escaped);
        from = at + 1;
    }
    out.extend_from_slice(&bytes[from..]);
}

/// Whether a text begins like `_x0041_`.
fn is_escape(text: &[u8]) -> bool {
    matches!(text, [b'_', b'x', a, b, c, d, b'_', ..] if [a, b, c, d].iter().all(|h| h.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn escaped(text: &str) -> String {
        let mut out = Vec::new();
        escape(text, &mut out);
        String::from_utf8(out).unwrap()
    }

    /// Reads a cell's text as a spreadsheet does.
    fn read(xml: &str) -> String {
        let text = xml.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        let mut out = String::new();
        let mut rest = text.as_str();
        while let Some(c) = rest.chars().next() {
            if is_escape(rest.as_bytes()) {
                out.push(char::from_u32(u32::from_str_radix(&rest[2..6], 16).unwrap()).unwrap());
                rest = &rest[7..];
            } else {
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
        out
    }

    #[test]
    fn texts_are_escaped() {
        assert_eq!(escaped("a<b>&\u{1}\r\t\n"), "a&lt;b&gt;&amp;_x0001__x000D_\t\n");
        assert_eq!(escaped("_x0041_ _x41_"), "_x005F_x0041_ _x41_");
        assert_eq!(escaped("_x0041_x0042_"), "_x005F_x0041_x005F_x0042_");
        assert_eq!(escaped("服\u{FFFF}务"), "服_xFFFF_务");
    }

    #[test]
    fn long_texts_are_cut_and_marked() {
        assert_eq!(fitting(&"x".repeat(32_767), Lang::En), "x".repeat(32_767));
        let cut = fitting(&"😀".repeat(20_000), Lang::En).into_owned();
        assert!(
            cut.ends_with("… [cut]") && truncate::utf16(&cut) <= TEXT_UNITS_MAX && truncate::utf16(&cut) >= TEXT_UNITS_MAX - 1
        );
        assert_eq!(fitting(&"服".repeat(32_767), Lang::Zh).chars().count(), 32_767);
    }

    #[test]
    fn times_are_days() {
        assert_eq!((days(0), days(43_200_000)), (25_569.0, 25_569.5));
        // 2026-03-12 14:37:54.679, to the millisecond.
        assert_eq!(((days(1_773_326_274_679) - 25_569.0) * 86_400_000.0).round() as i64, 1_773_326_274_679);
    }

    proptest! {
        #[test]
        fn what_is_escaped_is_read_back(text in "(\\PC|[\u{1}-\u{1F}_x04AF<>&\u{FFFF}]){0,40}") {
            prop_assert_eq!(read(&escaped(&text)), text);
        }
    }
}
