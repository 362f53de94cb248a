//! What an importer is: a format is one file, whose [`Format`] constant joins `FORMATS` in `registry.rs`, and whose [`Importer`] turns bytes into calls.
//! Formats of others (`super::formats`) are read by full builds only: the engine of the first view knows our own.

use super::formats::Sniff;
use super::split_point::{SegmentStats, SplitPoint};
use crate::base::build::FULL;
use crate::model::{Call, NotCalls, Place, RecordError, ServiceType};

/// Unpacked bytes from the start of a source by which its format is recognised.
pub const DETECT_BYTES: usize = 4096;

/// A format and how to read it.
#[derive(Debug)]
pub struct Format {
    /// Stable name, as a link or a configuration gives it.
    pub name: &'static str,
    /// What people call it; product names are the same in every language.
    pub title: &'static str,
    /// How surely the first text (at most [`DETECT_BYTES`]) is of this format; `None`: it is not.
    pub confidence: fn(&Prefix<'_>) -> Option<Confidence>,
    pub reads: Reads,
    /// Which field of a call is read from where. Empty for our own format, where names are the fields' own.
    pub mapping: &'static [FieldMapping],
}

/// What becomes of a source of a format.
#[derive(Debug)]
pub enum Reads {
    /// A reader for one source, made with the source's first text.
    Calls(fn(&[u8]) -> Box<dyn Importer>),
    /// It is known, and holds no calls.
    Nothing(NotCalls),
}

/// A field of a call (docs/feed.md), and where a format has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldMapping {
    /// Name in docs/feed.md.
    pub field: &'static str,
    /// Path in the source, or how it is worked out of several.
    pub source: &'static str,
    /// Unit or form in the source, as written there: `s`, `ms`, `ns`, `RFC 3339`; empty where there is none.
    pub unit: &'static str,
}

/// One line of a mapping.
pub const fn map(field: &'static str, source: &'static str, unit: &'static str) -> FieldMapping {
    FieldMapping { field, source, unit }
}

/// The first text of a source, and what was found in it.
#[derive(Debug)]
pub struct Prefix<'a> {
    pub bytes: &'a [u8],
    /// Names of its first record.
    pub sniff: Sniff,
}

impl<'a> Prefix<'a> {
    /// Looks into the first text of a source.
    pub fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, sniff: if FULL { Sniff::of(bytes) } else { Sniff::default() } }
    }
}

/// How surely a source is of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confidence {
    /// 1 to 100.
    pub percent: u8,
    /// What it was recognised by.
    pub reason: &'static str,
}

/// A source's format, and how surely it is that.
#[derive(Clone, Copy, Debug)]
pub struct Detection {
    pub format: &'static Format,
    pub confidence: Confidence,
}

/// Reads one source of one format.
pub trait Importer: Send {
    /// Takes the next bytes, cut anywhere.
    ///
    /// # Errors
    /// Where the source turns out not to be of the format; nothing more must be fed then.
    fn feed(&mut self, bytes: &[u8], sink: &mut dyn Sink) -> Result<(), Unrecognised>;

    /// The place it is at, where that is between two records and a text can be cut there ([`super::split_point`]).
    fn split_point(&self) -> Option<SplitPoint> {
        None
    }

    /// Has a reader that was fed nothing yet begin at such a place; false where it cannot.
    fn begin_at(&mut self, _split_point: &SplitPoint) -> bool {
        false
    }

    /// What was read since [`Importer::begin_at`]; `None` where it cannot be told as a whole. Its bytes and lines are the caller's to count.
    fn segment_stats(&self) -> Option<SegmentStats> {
        None
    }

    /// Another reader has read so much from the split point that this one is at to the next one of the same kind. The place by which those of the segment are moved.
    fn pass(&mut self, _segment_stats: &SegmentStats) -> Place {
        Place::default()
    }

    /// Ends the source.
    ///
    /// # Errors
    /// As for [`Importer::feed`].
    fn finish(self: Box<Self>, sink: &mut dyn Sink) -> Result<About, Unrecognised>;
}

/// Where calls and record errors go.
pub trait Sink {
    fn call(&mut self, call: &Call<'_>, place: Place);
    /// A call that could not be read.
    fn reject(&mut self, record_error: RecordError);
    /// The calls that follow are of another member of the source: another file, or another of an archive.
    fn member(&mut self) {}
}

/// What a source contains beside its calls.
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
    /// Records that are sound but no calls (a trace's other spans), by what they are.
    pub passed: Vec<(String, u64)>,
    /// Where the source ended before it was complete.
    pub cut_short: Option<RecordError>,
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
    #[error("a table with other columns")]
    OtherTable,
    #[error("a zip archive")]
    Archive,
    #[error("format {0:?}")]
    OtherVersion(String),
    #[error("{}", .0.title())]
    NotCalls(NotCalls),
}

/// Whether docs/feed.md has a field of this name.
pub fn is_known_field(name: &str) -> bool {
    super::call::is_field(name)
}
