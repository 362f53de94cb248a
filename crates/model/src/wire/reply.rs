//! What the engine answers. In vectors of numbers NaN is a gap; `None` means: the metric is not involved or has nothing to say.

use super::failure::{LoadCause, LoadFailure, Rejected};
use super::packed::Frames;
use super::quality::{Absent, FigureQuality, SeriesQuality};
use crate::ask::OpenSource;
use crate::model::{Dim, Exactness, Gap, Label, Line, Metric, Name, Range, ServiceType};
pub use crate::model::{NotCalls, Place, Problem, RecordError};
use serde::{Deserialize, Serialize};

/// A message from the engine. `R` is an answer as the engine makes it, or as it arrives: [`super::Packed`].
#[allow(clippy::large_enum_variant, reason = "one at a time, and gone as soon as it is sent or shown")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromEngine<R = Frames> {
    Ready {
        build: String,
    },
    Progress {
        load: u32,
        progress: Progress,
    },
    Loaded {
        load: u32,
        data: DataSet,
        /// Questions up to this number were about the data set before: those that have no answer yet get none.
        dropped: u32,
    },
    /// Reading failed; `kept`: whether an earlier data set is still there.
    LoadFailed {
        load: u32,
        failure: LoadFailure,
        kept: bool,
    },
    LoadCancelled {
        load: u32,
        kept: bool,
    },
    /// What has come of an `Ask`: frames by ask, each in place of an earlier one. The first message names every ask. `generation` is the data
    /// set's that was queried; `progress`: of what is done, how much there is in all, where that is known; `last`: no more comes.
    Answer {
        seq: u32,
        generation: u32,
        frames: R,
        progress: Option<(u32, u32)>,
        last: bool,
    },
}

/// How far reading has come.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    pub stage: Stage,
    pub bytes_read: u64,
    /// Where it is known.
    pub bytes_total: Option<u64>,
    pub calls: u64,
    pub rejected: u64,
    /// Attempt at a feed's address, from 1.
    pub attempt: u32,
    /// What the calls read so far take, in bytes; 0 where it is not told.
    pub memory_bytes: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    #[default]
    Connecting,
    /// Waiting before the next attempt.
    Waiting,
    Reading,
    Sorting,
}

/// What is loaded.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DataSet {
    pub generation: u32,
    pub name: String,
    /// Display title from the document (`source`), where it has one.
    pub source_note: Option<String>,
    pub calls: u64,
    pub bytes: u64,
    /// Of those bytes, where they came from an address or the clipboard. A file is hashed when it is exported from.
    pub sha256: Option<[u8; 32]>,
    pub memory_bytes: u64,
    pub oldest_ms: i64,
    pub newest_ms: i64,
    pub generated_at_ms: Option<i64>,
    /// The document calls itself demonstration data.
    pub demonstration: bool,
    /// True for a feed from an address (now = the clock), false for a file (now = the newest call).
    pub live: bool,
    pub services: Vec<ServiceInfo>,
    /// Dimensions that carry at least one value.
    pub dims: Vec<Dim>,
    pub rejected: Rejected,
    /// Fields that the console does not hold, with the number of calls that had them.
    pub unknown_fields: Vec<(String, u64)>,
    /// True where the source ended early and what came before was kept.
    pub cut_short: Option<RecordError>,
    /// The texts it was read from: one for a file, one for each file of an archive or of several opened together.
    pub parts: Vec<Part>,
    /// Formats that it can be read as, where the engine knows more than our own: those that claim it first.
    pub readers: Vec<Reader>,
    /// Calls that several members hold. Nothing of this and of what follows is kept with a data set, which has no members any more.
    pub repeated: RepeatedCalls,
    /// Labels beside the dimensions. They are kept with the calls, not with what is known of a data set.
    pub labels: OpenLabels,
    /// Who answers questions about it.
    pub source: OpenSource,
}

/// The labels that a feed's calls carry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenLabels {
    pub names: Vec<Name>,
    /// Labels of calls that found no room, or are too long.
    pub left_out: u64,
}

/// Calls that a member of a source holds and one before it does too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepeatedCalls {
    pub calls: u64,
    /// They are left out, so that each counts once.
    pub once: bool,
}

/// A format that a user may choose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reader {
    /// Stable name, to choose it by.
    pub name: String,
    pub title: String,
    /// How surely a text of the source is of it, 1 to 100; 0 where it claims none.
    pub percent: u8,
}

/// One text that a data set was read from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Name within the archive, or of the file; empty where the source is one text.
    pub name: String,
    pub format: Option<FormatInfo>,
    pub calls: u64,
    pub rejected: u64,
    /// Records that are sound but no calls (a trace's other spans), by what they are.
    pub passed: Vec<(String, u64)>,
    /// Its first calls as they were understood: a list of [`crate::model::understood::ParsedCall`], opened where it is shown.
    /// Empty for the texts beyond [`crate::model::limits::TEXTS_TOLD_MAX`].
    pub first: Vec<u8>,
    /// Why nothing was read of it, or what of it is damaged or missing.
    pub failure: Option<LoadCause>,
}

/// What a text was taken for, and how its records were understood.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FormatInfo {
    /// Stable name (`litellm-spend`), to choose the importer by.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// How surely it is that, 1 to 100; 100 where a user chose it.
    pub percent: u8,
    /// What it was recognised by; empty where a user chose it.
    pub reason: String,
    /// Which field of a call was read from where: (field of docs/feed.md, path in the source, unit there). Empty for our own format.
    pub mapping: Vec<(String, String, String)>,
    /// Metrics that the format cannot carry.
    pub lacks: Vec<Metric>,
}

/// A service as the switcher lists it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServiceInfo {
    pub name: String,
    /// Name to show; the feed's `display_name`, else the name.
    pub title: String,
    pub kind: ServiceType,
    /// In their order; the empty one first where other calls carry a version.
    pub versions: Vec<String>,
    pub calls: u64,
}

/// Sums and averages over a set of calls. Averages are in the column's unit (ms, s).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    pub calls: u64,
    /// Calls whose source records a status.
    pub stated: u64,
    /// `None`: the calls' source records no status.
    pub failed: Option<u64>,
    /// Failed of the calls that have a status, in percent; `None` without any.
    pub failure_rate: Option<f64>,
    pub total_tokens: Option<u64>,
    pub input_tokens: Option<u64>,
    pub output_tokens: Option<u64>,
    pub latency_ms: Option<f64>,
    pub ttft_ms: Option<f64>,
    pub tpot_ms: Option<f64>,
    pub generation_s: Option<f64>,
    pub quality: FigureQuality,
}

pub use crate::ask::Buckets;

/// A tile: the period's value, the one before (where that period has calls), and both shapes over time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tile {
    /// `None`: no call in the data carries it.
    pub value: Option<u64>,
    pub before: Option<u64>,
    pub spark: Vec<f64>,
    pub spark_before: Vec<f64>,
    /// Of the value, and of the one before.
    pub exactness: [Exactness; 2],
    /// Why there is no value, where it is not for want of calls that carry it.
    pub gap: Option<Gap>,
}

impl Tile {
    /// Change against the period before in percent; `None` where there is none to compare with.
    pub fn change_percent(&self) -> Option<f64> {
        match (self.value, self.before) {
            (Some(now), Some(then)) if then > 0 => Some((now as f64 / then as f64 - 1.0) * 100.0),
            _ => None,
        }
    }

    /// Of the change against the period before.
    pub const fn change_exactness(&self) -> Exactness {
        self.exactness[0].since(self.exactness[1])
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CallsReply {
    pub range: Range,
    /// Total calls, failed calls, total, input, output tokens.
    pub tiles: [Tile; 5],
    pub buckets: Buckets,
    /// Services with at least one call in the selection.
    pub rows: Vec<ServiceRow>,
    /// Sum of the rows.
    pub all: Figures,
    pub facets: Vec<Facet>,
    /// Calls in the range without any filter.
    pub unfiltered_calls: u64,
    /// For each filtered label: calls there would be without that label's filter.
    pub without: Vec<(Label, u64)>,
    pub missing: Vec<(Piece, Missing)>,
}

/// A piece of a page that is answered by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Piece {
    Totals,
    Services,
    /// The figures of a service.
    Figures,
    /// What filters and switchers list.
    Lists,
    Chart(Metric),
}

/// Why a piece has no answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Missing {
    /// It is still being computed.
    Asked,
    /// The source could not answer, in its words.
    Failed(String),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServiceRow {
    pub name: String,
    pub title: String,
    pub kind: ServiceType,
    pub figures: Figures,
    /// Commercial services with versions only; those with calls in the selection, most calls first.
    pub versions: Vec<(String, Figures)>,
}

/// Values of a label with the calls each has under all other filters, most first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facet {
    pub label: Label,
    pub values: Vec<(String, u64)>,
    /// Distinct values in all; more than listed where cut at `limits::FACET_VALUES_MAX`.
    pub distinct: u32,
    /// The source does not say how many calls each has.
    pub uncounted: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DetailsReply {
    pub service: String,
    pub range: Range,
    pub head: Head,
    pub buckets: Buckets,
    /// Whether a bucket has calls at all: where not, levels are hatched. Empty where the source does not count them; a bucket that it did not
    /// observe has none, and a gap with a reason in the chart of calls.
    pub bucket_calls: Vec<u64>,
    /// Only the metrics that the service has.
    pub charts: Vec<Chart>,
    /// Charts and lines that the source does not give, in the order of the charts.
    pub absent: Vec<Absent>,
    pub missing: Vec<(Piece, Missing)>,
}

/// What the head of a service's page says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// False: the data set has no such service.
    pub known: bool,
    pub kind: ServiceType,
    pub figures: Figures,
    /// All versions of the service with their calls in the selection (version filter apart).
    pub versions: Vec<(String, u64)>,
    /// All services with their calls in the selection.
    pub services: Vec<(String, u64)>,
    /// The source does not say how many calls each service, and each version, has.
    pub uncounted: [bool; 2],
    pub facets: Vec<Facet>,
    /// Calls of the service in the range without any filter.
    pub unfiltered_calls: u64,
    pub without: Vec<(Label, u64)>,
}

/// A chart's lines, one value a bucket, in the chart's unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    pub metric: Metric,
    pub lines: Vec<Series>,
    /// The period before for charts of a single line, aligned by bucket.
    pub before: Option<Vec<f64>>,
    pub before_quality: SeriesQuality,
    pub summary: Summary,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    pub line: Line,
    #[serde(with = "crate::base::floats")]
    pub values: Vec<f64>,
    pub quality: SeriesQuality,
}

/// Latest = newest finished bucket with calls and a value; average over calls where the metric is per call, else over finished buckets; maximum.
/// docs/spec.md, section 5, says which buckets count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    pub latest: Option<f64>,
    pub latest_at: Option<u32>,
    pub average: Option<f64>,
    pub maximum: Option<f64>,
    /// Bucket of the leading line's maximum.
    pub maximum_at: Option<u32>,
    /// The minimum with its bucket, for a metric whose lowest value is the bad one.
    pub minimum: Option<(f64, u32)>,
    /// Median over finished buckets of the leading line.
    pub median_bucket: Option<f64>,
    /// Of latest, average, maximum and median.
    pub exactness: [Exactness; 4],
    /// The line that latest and maximum are of, where that is not the leading one: the tail of a distribution whose source has no maximum.
    pub tail: Option<Line>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ListReply {
    pub offset: u32,
    pub total: u64,
    pub rows: Vec<CallRow>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RowsReply {
    pub rows: Vec<CallRow>,
    /// Services of the rows in order: title, and how many rows from the last one on are its.
    pub services: Vec<(String, u32)>,
    /// Where the next window begins; `None` after the last call.
    pub next: Option<u32>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CallRow {
    pub time_ms: i64,
    pub version: String,
    pub api_key: String,
    pub ip: String,
    pub latency_ms: Option<f64>,
    pub request_id: String,
    pub status: u16,
    pub error_code: String,
    pub message: String,
    pub model: String,
    pub stream: Option<bool>,
    pub input_tokens: Option<u64>,
    pub output_tokens: Option<u64>,
    pub total_tokens: Option<u64>,
    pub ttft_ms: Option<f64>,
    pub tpot_ms: Option<f64>,
    pub generation_s: Option<f64>,
    /// Values of the data set's open labels, in their order, where all calls are listed; else none.
    pub labels: Vec<String>,
}
