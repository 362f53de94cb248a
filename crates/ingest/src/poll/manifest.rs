//! A feed in parts: a manifest names files with their time spans (docs/feed.md, `public/callscope-manifest-1.schema.json`).

use crate::base::address;
use crate::ingest::time;
use serde_json::{Map, Value};
use thiserror::Error;

/// The version of the manifest that is read.
pub const VERSION: &str = "callscope-manifest/1";
/// Longest manifest, bytes.
pub const BYTES_MAX: usize = 16 << 20;
/// Most parts: ten years of hours.
pub const PARTS_MAX: usize = 87_600;
/// Beginning of a text in which a manifest has to name its format.
pub const BEGINNING: usize = 4096;

/// What a manifest says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    pub parts: Vec<Part>,
}

/// One file of a feed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// As the manifest has it: relative to the manifest, or absolute.
    pub url: String,
    /// The first instant that its calls may have, and the first that they may not, epoch milliseconds.
    pub from_ms: i64,
    pub to_ms: i64,
    pub bytes: Option<u64>,
    pub calls: Option<u64>,
    pub etag: Option<String>,
}

/// What is wrong with a manifest. Nothing of it counts then: a part that is left out would be calls that are silently missing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Wrong {
    #[error("a manifest of more than {} MiB", BYTES_MAX >> 20)]
    TooLong,
    #[error("no JSON: {0}")]
    Json(String),
    #[error("format: expected {VERSION:?}; found {0}")]
    Version(String),
    #[error("{path}: expected {expected}; found {found}")]
    Value { path: String, expected: &'static str, found: String },
    #[error("parts: more than {PARTS_MAX}")]
    TooMany,
    #[error("parts[{0}].url: the same as of parts[{1}]")]
    Twice(usize, usize),
}

/// Whether a text that begins so calls itself a manifest, of this version or another.
pub fn is_manifest(beginning: &[u8]) -> bool {
    let start = &beginning[..beginning.len().min(BEGINNING)];
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    let Some(name) = memchr::memmem::find(text, b"\"format\"") else { return false };
    let value = text[name + 8..].trim_ascii_start().strip_prefix(b":").unwrap_or_default().trim_ascii_start();
    text.starts_with(b"{") && value.starts_with(b"\"callscope-manifest/")
}

/// Reads a manifest.
///
/// # Errors
/// The first thing that is wrong with it, with its place.
pub fn read(text: &[u8]) -> Result<Manifest, Wrong> {
    if text.len() > BYTES_MAX {
        return Err(Wrong::TooLong);
    }
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let value: Value = serde_json::from_slice(text).map_err(|error| Wrong::Json(error.to_string()))?;
    match value.get("format") {
        Some(Value::String(version)) if version == VERSION => {}
        other => return Err(Wrong::Version(shown(other))),
    }
    let Some(list) = value.get("parts").and_then(Value::as_array) else {
        return Err(wrong("parts", "a list", value.get("parts")));
    };
    if list.len() > PARTS_MAX {
        return Err(Wrong::TooMany);
    }
    let mut parts: Vec<Part> = Vec::with_capacity(list.len());
    let mut seen = std::collections::BTreeMap::new();
    for (i, value) in list.iter().enumerate() {
        let Some(object) = value.as_object() else { return Err(wrong(&format!("parts[{i}]"), "an object", Some(value))) };
        let part = part(object, i)?;
        if let Some(first) = seen.insert(part.url.clone(), i) {
            return Err(Wrong::Twice(i, first));
        }
        parts.push(part);
    }
    Ok(Manifest { parts })
}

fn part(object: &Map<String, Value>, i: usize) -> Result<Part, Wrong> {
    let at = |key: &str| format!("parts[{i}].{key}");
    let instant = |key: &str| {
        let value = object.get(key);
        let read = match value {
            Some(Value::String(text)) => time::from_text(text).ok(),
            Some(Value::Number(number)) => time::from_number(&number.to_string()).ok(),
            _ => None,
        };
        read.ok_or_else(|| wrong(&at(key), "a time from 2000 to 2099: RFC 3339 with a zone, or an epoch number", value))
    };
    let url = object.get("url").and_then(Value::as_str).filter(|url| is_address(url));
    let url = url.ok_or_else(|| wrong(&at("url"), "an address: http, https, or relative to the manifest", object.get("url")))?;
    let (from_ms, to_ms) = (instant("from")?, instant("to")?);
    if from_ms >= to_ms {
        return Err(wrong(&at("to"), "a time after `from`", object.get("to")));
    }
    let whole = |key: &str| match object.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value.as_u64().map(Some).ok_or_else(|| wrong(&at(key), "a whole number from 0 on", Some(value))),
    };
    let etag = match object.get("etag") {
        None | Some(Value::Null) => None,
        Some(Value::String(etag)) => Some(etag.clone()),
        other => return Err(wrong(&at("etag"), "a text", other)),
    };
    Ok(Part { url: url.to_owned(), from_ms, to_ms, bytes: whole("bytes")?, calls: whole("calls")?, etag })
}

/// `http`, `https` or relative; anything else (`data:`, `javascript:`, `blob:`) is no file of a feed. One with a name and password is refused by
/// browsers.
fn is_address(url: &str) -> bool {
    let scheme =
        url.split(['/', '?', '#']).next().unwrap_or_default().split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    let behind = url.split_once("//").filter(|(before, _)| before.is_empty() || before.ends_with(':'));
    let named = behind.is_some_and(|(_, rest)| rest.split(['/', '?', '#']).next().is_some_and(|host| host.contains('@')));
    let plain = !url.is_empty() && !url.chars().any(|c| c.is_control() || c == ' ');
    plain && !named && scheme.is_none_or(|s| s == "http" || s == "https")
}

fn wrong(path: &str, expected: &'static str, found: Option<&Value>) -> Wrong {
    Wrong::Value { path: path.to_owned(), expected, found: shown(found) }
}

/// What was found there, shortened. A text may be an address with secrets, and so may what is in a list or an object.
fn shown(value: Option<&Value>) -> String {
    const CHARS: usize = 60;
    let text = match value {
        None => "nothing".to_owned(),
        Some(Value::String(text)) => Value::from(address::shown(text)).to_string(),
        Some(Value::Array(_)) => "a list".to_owned(),
        Some(Value::Object(_)) => "an object".to_owned(),
        Some(other) => other.to_string(),
    };
    if text.chars().count() <= CHARS { text } else { format!("{}…", text.chars().take(CHARS).collect::<String>()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &str = r#"{"format": "callscope-manifest/1", "name": "production", "parts": [
        {"from": "2026-11-23T09:00:00Z", "to": "2026-11-23T10:00:00Z", "url": "09.ndjson.gz", "bytes": 1200, "calls": 40, "etag": "\"a1\""},
        {"from": 1795428000, "to": 1795431600000, "url": "https://bucket.example.com/10.ndjson"}]}"#;

    #[test]
    fn parts_are_read_with_their_spans() {
        let manifest = read(SOUND.as_bytes()).expect("it is sound");
        let [first, second] = &*manifest.parts else { panic!("two parts") };
        assert_eq!((first.to_ms - first.from_ms, first.bytes, first.calls), (3_600_000, Some(1200), Some(40)));
        assert_eq!(first.etag.as_deref(), Some("\"a1\""));
        assert_eq!((second.from_ms, second.to_ms), (1_795_428_000_000, 1_795_431_600_000));
        assert_eq!(second.url, "https://bucket.example.com/10.ndjson");
        assert_eq!(read(format!("\u{feff}{SOUND}").as_bytes()), Ok(manifest));
    }

    #[test]
    fn a_manifest_is_told_from_calls() {
        assert!(is_manifest(SOUND.as_bytes()));
        assert!(is_manifest(b" \n{ \"parts\": [], \"format\" : \"callscope-manifest/9\"}"));
        for other in
            [&br#"{"format":"callscope/1","calls":[]}"#[..], b"[{\"format\":\"callscope-manifest/1\"}]", b"", b"\x1f\x8b"]
        {
            assert!(!is_manifest(other), "{other:?}");
        }
    }

    #[test]
    fn what_may_be_a_secret_is_not_told() {
        const SECRET: &str = "Kx7s3cretSig";
        let good = r#""from":"2026-11-23T09:00:00Z","to":"2026-11-23T10:00:00Z""#;
        for part in [
            format!(r#""https://h.example/a?sig={SECRET}""#),
            format!(r#"["https://h.example/a?sig={SECRET}"]"#),
            format!(r#"{{{good},"url":"ftp://h.example/a?sig={SECRET}"}}"#),
            format!(r#"{{{good},"url":"https://me:{SECRET}@h.example/a"}}"#),
            format!(r#"{{{good},"url":"//me:{SECRET}@h.example/a"}}"#),
            format!(r#"{{{good},"url":{{"href":"a?sig={SECRET}"}}}}"#),
        ] {
            let said =
                read(format!(r#"{{"format":"{VERSION}","parts":[{part}]}}"#).as_bytes()).expect_err("it is wrong").to_string();
            assert!(said.starts_with("parts[0]") && !said.contains(SECRET), "{said}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let of = |part: &str| {
            read(format!(r#"{{"format":"{VERSION}","parts":[{part}]}}"#).as_bytes()).expect_err("it is wrong").to_string()
        };
        let good = r#""from":"2026-11-23T09:00:00Z","to":"2026-11-23T10:00:00Z""#;
        for (part, said) in [
            ("7".to_owned(), "parts[0]: expected an object; found 7"),
            (format!("{{{good}}}"), "parts[0].url: expected an address: http, https, or relative to the manifest; found nothing"),
            (format!(r#"{{{good},"url":"javascript:alert(1)"}}"#), "parts[0].url: expected an address"),
            (format!(r#"{{{good},"url":"https://me:pw@h.example/a"}}"#), "parts[0].url: expected an address"),
            (format!(r#"{{{good},"url":"a","bytes":-1}}"#), "parts[0].bytes: expected a whole number from 0 on; found -1"),
            (format!(r#"{{{good},"url":"a","etag":7}}"#), "parts[0].etag: expected a text; found 7"),
            (r#"{"from":"2026-11-23 09:00","to":"2026-11-23T10:00:00Z","url":"a"}"#.to_owned(), "parts[0].from: expected a time"),
            (
                r#"{"from":"2026-11-23T10:00:00Z","to":"2026-11-23T10:00:00Z","url":"a"}"#.to_owned(),
                "parts[0].to: expected a time after",
            ),
            (format!(r#"{{{good},"url":"a"}},{{{good},"url":"a"}}"#), "parts[1].url: the same as of parts[0]"),
        ] {
            let text = of(&part);
            assert!(text.starts_with(said), "{text:?} of {part}");
        }
        assert!(matches!(read(b"{"), Err(Wrong::Json(_))));
        assert_eq!(
            read(br#"{"format":"callscope-manifest/2","parts":[]}"#),
            Err(Wrong::Version("\"callscope-manifest/2\"".into()))
        );
        assert!(matches!(read(br#"{"format":"callscope-manifest/1"}"#), Err(Wrong::Value { .. })));
    }
}
