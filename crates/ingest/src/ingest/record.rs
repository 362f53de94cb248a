//! A record as it is in its text: where it ends, its request and response apart from the rest, and JSON laid out over lines for people to read.

use super::formats::Sniff;
use super::formats::table::{Found, Table};
use super::json::{Cursor, JsonError};
use super::text::visible;

/// A record taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// JSON.
    pub request: Option<String>,
    pub response: Option<String>,
    /// The record without these two; JSON where [`Parts::json`] says so.
    pub rest: String,
    pub json: bool,
}

/// Takes the record apart that begins with these bytes, of a text that begins with `first`.
pub fn parts(bytes: &[u8], first: &[u8]) -> Parts {
    let is_json = matches!(visible(first).first(), Some(b'{' | b'['));
    let sound = core::str::from_utf8(bytes).map_or_else(|e| e.valid_up_to(), str::len);
    if is_json && let Ok(parts) = members(&bytes[..sound]) {
        return parts;
    }
    let record = &bytes[..row_end(bytes, first)];
    Parts { rest: String::from_utf8_lossy(record).trim_end().to_owned(), ..Parts::default() }
}

fn members(bytes: &[u8]) -> Result<Parts, JsonError> {
    let mut cursor = Cursor::new(bytes)?;
    let (mut parts, mut first, mut scratch) = (Parts { json: true, ..Parts::default() }, true, String::new());
    cursor.skip_space();
    cursor.expect(b'{')?;
    while cursor.more(&mut first, b'}')? {
        cursor.skip_space();
        let start = cursor.at();
        scratch.clear();
        let key = cursor.key(&mut scratch)?;
        cursor.skip_space();
        let from = cursor.at();
        cursor.skip_value()?;
        let (value, key) = (cursor.raw(from, cursor.at()), key.resolve(&scratch));
        let part = match key {
            "request" => &mut parts.request,
            "response" => &mut parts.response,
            _ => {
                parts.rest.push(if parts.rest.is_empty() { '{' } else { ',' });
                parts.rest.push_str(cursor.raw(start, cursor.at()));
                continue;
            }
        };
        *part = (value != "null").then(|| value.to_owned());
    }
    parts.rest.push_str(if parts.rest.is_empty() { "{}" } else { "}" });
    Ok(parts)
}

/// Where the row of a table ends that these bytes begin with.
fn row_end(bytes: &[u8], first: &[u8]) -> usize {
    let mut table = Table::new(Sniff::of(first).separator.unwrap_or(b','), false);
    table.begin_between();
    let mut at = 0;
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        let mut ended = false;
        table.push(line, &mut |found| ended |= matches!(found, Found::Record { .. } | Found::Broken { .. }));
        at += line.len();
        if ended {
            break;
        }
    }
    at
}

/// Valid JSON, indented, of at most so many bytes, and how many bytes are left out. Characters that are written as escapes are shown as
/// what they are, where they can be seen at all.
pub fn laid_out(json: &str, bytes_max: usize) -> (String, u64) {
    let mut out = String::new();
    let (mut depth, mut at) = (0_usize, 0);
    let break_line = |out: &mut String, depth: usize| {
        out.push('\n');
        (0..depth).for_each(|_| out.push_str("  "));
    };
    while let Some(c) = json[at..].chars().next() {
        if out.len() >= bytes_max {
            break;
        }
        at += c.len_utf8();
        match c {
            '"' => {
                out.push(c);
                at += string(&json[at..], &mut out, bytes_max);
            }
            '{' | '[' => {
                let inner = json[at..].trim_ascii_start();
                out.push(c);
                if inner.starts_with(['}', ']']) {
                    at = json.len() - inner.len() + 1;
                    out.push(if c == '{' { '}' } else { ']' });
                } else {
                    depth += 1;
                    break_line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                break_line(&mut out, depth);
                out.push(c);
            }
            ',' => {
                out.push(c);
                break_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            c if c.is_ascii_whitespace() => {}
            c => out.push(c),
        }
    }
    (out, json[at..].trim_ascii_end().len() as u64)
}

/// Copies the rest of a string with its closing quote; how many bytes it took.
fn string(json: &str, out: &mut String, bytes_max: usize) -> usize {
    let mut at = 0;
    while let Some(c) = json[at..].chars().next() {
        if out.len() >= bytes_max {
            break;
        }
        let escaped = if c == '\\' { escape(&json[at..]) } else { None };
        match escaped {
            Some((c, bytes)) => {
                out.push(c);
                at += bytes;
            }
            None => {
                // What an escape means may be a quote.
                let bytes = if c == '\\' { 2.min(json.len() - at) } else { c.len_utf8() };
                out.push_str(json.get(at..at + bytes).unwrap_or_default());
                at += bytes;
                if c == '"' {
                    break;
                }
            }
        }
    }
    at
}

/// The character of an escape `\uXXXX`, or of two of them, and their bytes; `None` where it is to stay as it is.
fn escape(json: &str) -> Option<(char, usize)> {
    let unit = |from: usize| -> Option<u16> {
        let digits = json.get(from..from + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let first = unit(0)?;
    let (units, bytes) = match first {
        0xd800..=0xdbff => ([first, unit(6)?], 12),
        _ => ([first, 0], 6),
    };
    let c = char::decode_utf16(units).next()?.ok()?;
    is_seen(c).then_some((c, bytes))
}

/// Nothing that ends a string, or hides or turns what is around it.
fn is_seen(c: char) -> bool {
    !matches!(c, '"' | '\\')
        && !c.is_control()
        && !c.is_whitespace()
        && !matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        && !matches!(c, '\u{feff}' | '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn request_and_response_are_apart_from_the_rest() {
        let text = br#"{"time": 1, "request": {"a": [1, 2]},"n":{"request":1} , "response":"b\"}", "x": null}, {"time": 2}"#;
        let parts = parts(text, b"[{");
        assert_eq!(parts.request.as_deref(), Some(r#"{"a": [1, 2]}"#));
        assert_eq!(parts.response.as_deref(), Some(r#""b\"}""#));
        assert_eq!(parts.rest, r#"{"time": 1,"n":{"request":1},"x": null}"#);
        let bare = super::parts(br#"{"request": null}"#, b"{");
        assert_eq!((bare.request, bare.rest.as_str(), bare.json), (None, "{}", true));
    }

    #[test]
    fn a_row_ends_where_its_quotes_are_closed() {
        let text = "1,\"a\r\n\"\"b\"\"\",2\r\n3,4,5\r\n";
        assert_eq!(parts(text.as_bytes(), b"time,what,n\r\n").rest, "1,\"a\r\n\"\"b\"\"\",2");
        assert_eq!(parts(b"3,4,5", b"time,what,n\r\n").rest, "3,4,5");
    }

    #[test]
    fn it_is_laid_out_over_lines_as_far_as_there_is_room() {
        let json = r#"{"a":[1,{}, [ ]],"b":"x, \"y\": \\"}"#;
        let lines = "{\n  \"a\": [\n    1,\n    {},\n    []\n  ],\n  \"b\": \"x, \\\"y\\\": \\\\\"\n}";
        assert_eq!(laid_out(json, 1000), (lines.to_owned(), 0));
        let long = format!("{{\"a\":\"{}\"}}", "é".repeat(50));
        let (text, left_out) = laid_out(&long, 40);
        assert!(text.len() <= 41 && text.ends_with('é'), "{text}");
        assert_eq!(left_out as usize, long.len() - "{\"a\":\"".len() - (text.len() - "{\n  \"a\": \"".len()));
    }

    #[test]
    fn escapes_of_what_can_be_seen_are_shown_as_it() {
        let json = r#""\u4f60\u597d \ud83d\ude00 \u202e \u0007 \ud83d x \" \u00e9 \u003cb\u003e \u0022 \u005c""#;
        assert_eq!(laid_out(json, 1000).0, r#""你好 😀 \u202e \u0007 \ud83d x \" é <b> \u0022 \u005c""#);
    }

    proptest! {
        #[test]
        fn what_is_laid_out_is_the_same_json(depth in 0_u32..5, seed in any::<u64>(), text in "\\PC{0,12}") {
            let leaf = serde_json::json!([text, seed, null, -1.5e-7, true, {}, []]);
            let value = (0..depth).fold(leaf, |inner, n| if seed >> n & 1 == 0 { serde_json::json!([inner, n]) } else { serde_json::json!({ &text: inner }) });
            for json in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
                let (out, left_out) = laid_out(&json, usize::MAX);
                prop_assert_eq!(left_out, 0);
                prop_assert_eq!(&serde_json::from_str::<serde_json::Value>(&out).unwrap(), &value);
                // Any cut is of whole characters, and counts what it leaves out.
                for bytes_max in [0, 1, 7, 30] {
                    let (cut, left_out) = laid_out(&json, bytes_max);
                    prop_assert!(out.starts_with(&cut) && left_out as usize <= json.len());
                }
            }
        }
    }
}
