//! What an importer is, which there are, and which one takes a source: told by the content, never by a file's name.
//!
//! A format is one file: its [`Format`] constant joins [`FORMATS`], its [`Importer`] turns bytes into calls.

use super::json::Cursor;
use crate::model::{Call, Complaint, Place, ServiceType};

/// Every format that is known.
pub const FORMATS: &[Format] = &[super::callscope::FORMAT];

/// Unpacked bytes from the start of a source by which its format is told.
pub const DETECT_BYTES: usize = 4096;

/// A format and how to read it.
#[derive(Debug)]
pub struct Format {
    /// Stable name, as a link or a configuration gives it.
    pub name: &'static str,
    /// How surely the first bytes (at most [`DETECT_BYTES`]) are of this format; `None`: they are not.
    pub confidence: fn(&[u8]) -> Option<Confidence>,
    /// A reader for one source.
    pub importer: fn() -> Box<dyn Importer>,
}

/// How surely a source is of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confidence {
    /// 1 to 100.
    pub percent: u8,
    /// What it was told by.
    pub reason: &'static str,
}

/// Reads one source of one format.
pub trait Importer: Send {
    /// Takes the next bytes, cut anywhere.
    ///
    /// # Errors
    /// Where the source turns out not to be of the format; nothing more must be fed then.
    fn feed(&mut self, bytes: &[u8], sink: &mut dyn Sink) -> Result<(), Unrecognised>;

    /// Ends the source.
    ///
    /// # Errors
    /// As for [`Importer::feed`].
    fn finish(self: Box<Self>, sink: &mut dyn Sink) -> Result<About, Unrecognised>;
}

/// Where calls and complaints go.
pub trait Sink {
    fn call(&mut self, call: &Call<'_>, place: Place);
    /// A call that could not be read.
    fn reject(&mut self, complaint: Complaint);
}

/// What a source tells beside its calls.
#[derive(Debug, Default)]
pub struct About {
    /// Where the calls come from.
    pub source: Option<String>,
    pub generated_at_ms: Option<i64>,
    /// The calls are invented, and may be moved to the present.
    pub demonstration: bool,
    pub services: Vec<DeclaredService>,
    /// Fields passed over, with the number of calls that had them.
    pub unknown_fields: Vec<(String, u64)>,
    /// Where the source ended before it was complete.
    pub cut_short: Option<Complaint>,
}

/// A service as a source declares it, apart from its calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredService {
    pub name: String,
    pub display_name: Option<String>,
    pub kind: Option<ServiceType>,
}

/// Why a source is of no known format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unrecognised {
    #[error("nothing in it")]
    Empty,
    #[error("a web page")]
    Html,
    #[error("JSON of another kind")]
    OtherJson,
    #[error("no text of a known kind")]
    OtherContent,
    #[error("format {0:?}")]
    OtherVersion(String),
}

/// The format that is surest of a source's first bytes; the first of equals.
///
/// # Errors
/// What the bytes are instead, where no format claims them.
pub fn detect(prefix: &[u8]) -> Result<&'static Format, Unrecognised> {
    let mut best: Option<(&'static Format, u8)> = None;
    for format in FORMATS {
        if let Some(Confidence { percent, .. }) = (format.confidence)(prefix)
            && best.is_none_or(|(_, most)| percent > most)
        {
            best = Some((format, percent));
        }
    }
    best.map(|(format, _)| format).ok_or_else(|| other(prefix))
}

/// The text after a byte order mark and white space.
pub(super) fn visible(prefix: &[u8]) -> &[u8] {
    prefix.strip_prefix(b"\xef\xbb\xbf").unwrap_or(prefix).trim_ascii_start()
}

fn other(prefix: &[u8]) -> Unrecognised {
    let text = visible(prefix);
    let start = text[..text.len().min(16)].to_ascii_lowercase();
    if text.is_empty() {
        Unrecognised::Empty
    } else if [&b"<!doctype"[..], b"<html", b"<head", b"<body", b"<script", b"<!--"].iter().any(|tag| start.starts_with(tag)) {
        Unrecognised::Html
    } else if Cursor::new(text).is_ok_and(|mut c| c.skip_value().is_ok() && c.at_end()) {
        Unrecognised::OtherJson
    } else {
        Unrecognised::OtherContent
    }
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
            ("PK\u{3}\u{4}", Unrecognised::OtherContent),
            ("time,service,status\n", Unrecognised::OtherContent),
        ] {
            assert_eq!(detect(text.as_bytes()).err(), Some(want), "{text:?}");
        }
        assert_eq!(detect(b"\xff\xfe{\x00").err(), Some(Unrecognised::OtherContent));
        for text in ["{", "[", "[]", " {\"a\"", "\u{feff}[ {"] {
            assert_eq!(detect(text.as_bytes()).map(|f| f.name), Ok("callscope"), "{text:?}");
        }
    }
}
