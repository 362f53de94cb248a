//! Which formats there are, and which one reads a source: recognised by content, never by a file's name.

use super::importer::{DETECT_BYTES, Detection, Format, Prefix, Reads, Unrecognised};
use super::json::Cursor;
use super::text::visible;
use crate::base::build::FULL;
use crate::model::Problem;

/// Every format that is known; of formats equally sure of a source the first takes it.
pub const FORMATS: &[&Format] = if FULL { super::formats::FORMATS } else { &[&super::callscope::FORMAT] };

/// The format that is surest of a source's first bytes; the first of equals.
///
/// # Errors
/// What the bytes are instead, where no format claims them or the one that does holds no calls.
pub fn detect(prefix: &[u8]) -> Result<Detection, Unrecognised> {
    let mut best: Option<Detection> = None;
    claims(prefix, &mut |claim| {
        if best.is_none_or(|b| claim.confidence.percent > b.confidence.percent) {
            best = Some(claim);
        }
    });
    let best = best.ok_or_else(|| other(prefix))?;
    match best.format.reads {
        Reads::Calls(_) => Ok(best),
        Reads::Nothing(kind) => Err(Unrecognised::NotCalls(kind)),
    }
}

/// Every format that claims a source by its first bytes, in the order of [`FORMATS`]: what a user may choose from.
pub fn claims(prefix: &[u8], out: &mut dyn FnMut(Detection)) {
    let seen = Prefix::of(&prefix[..prefix.len().min(DETECT_BYTES)]);
    for format in FORMATS {
        if let Some(confidence) = (format.confidence)(&seen) {
            out(Detection { format, confidence });
        }
    }
}

/// The format of a name, for a user who knows better than [`detect`].
pub fn by_name(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name).copied()
}

fn other(prefix: &[u8]) -> Unrecognised {
    let text = visible(prefix);
    let start = text[..text.len().min(16)].to_ascii_lowercase();
    if text.is_empty() {
        Unrecognised::Empty
    } else if [&b"<!doctype"[..], b"<html", b"<head", b"<body", b"<script", b"<!--"].iter().any(|tag| start.starts_with(tag)) {
        Unrecognised::Html
    } else if is_json(text) {
        Unrecognised::OtherJson
    } else if FULL && text.starts_with(b"PK\x03\x04") {
        Unrecognised::Archive
    } else if FULL && is_table(text) {
        Unrecognised::OtherTable
    } else {
        Unrecognised::OtherContent
    }
}

/// Lines of text with the same number of separators, which the first has.
fn is_table(text: &[u8]) -> bool {
    let sound = core::str::from_utf8(text).map_or_else(|e| e.valid_up_to(), str::len);
    // The last line may be cut.
    let whole = memchr::memrchr(b'\n', &text[..sound]).unwrap_or(0);
    let mut lines = text[..whole].split(|b| *b == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let Some(first) = lines.next() else { return false };
    let second = lines.next();
    [b',', b';', b'\t', b'|'].into_iter().any(|separator| {
        let count = |line: &[u8]| memchr::memchr_iter(separator, line).count();
        // A separator may be within quotes as well.
        count(first) > 0 && second.is_some_and(|line| count(line) >= count(first))
    })
}

/// JSON values as far as the text goes; the last may be cut off.
fn is_json(text: &[u8]) -> bool {
    let sound = core::str::from_utf8(text).map_or_else(|e| e.valid_up_to(), str::len);
    let Ok(mut cursor) = Cursor::new(&text[..sound]) else { return false };
    let mut whole = 0;
    while !cursor.at_end() {
        match cursor.skip_value() {
            Ok(()) => whole += 1,
            Err(e) => return e.problem == Problem::EndsEarly && (whole > 0 || text.starts_with(b"{") || text.starts_with(b"[")),
        }
    }
    whole > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_format_claims_is_told_apart() {
        for (text, want) in [
            ("", Unrecognised::Empty),
            ("\u{feff} \n", Unrecognised::Empty),
            ("\n<!DOCTYPE html><html>", Unrecognised::Html),
            ("<HTML lang=en>", Unrecognised::Html),
            ("<?xml version='1.0'?>", Unrecognised::OtherContent),
            ("null", Unrecognised::OtherJson),
            ("\"text\"", Unrecognised::OtherJson),
            ("12 monkeys", Unrecognised::OtherContent),
            ("{\\rtf1", Unrecognised::OtherContent),
            ("[section]", Unrecognised::OtherContent),
            ("PK\u{3}\u{4}", Unrecognised::Archive),
            ("time,service\n", Unrecognised::OtherContent),
            ("moment,squad,took\n1,blue,2\n", Unrecognised::OtherTable),
            ("a\tb\n\"x\ty\"\t2\n3\t4\n", Unrecognised::OtherTable),
            ("Dear all,\nthanks for nothing\n", Unrecognised::OtherContent),
        ] {
            assert_eq!(detect(text.as_bytes()).err(), Some(want), "{text:?}");
        }
        assert_eq!(detect(b"\xff\xfe{\x00").err(), Some(Unrecognised::OtherContent));
        for text in ["{", "[", "[]", " {\"a\"", "\u{feff}[ {"] {
            assert_eq!(detect(text.as_bytes()).map(|d| d.format.name), Ok("callscope"), "{text:?}");
        }
    }
}
