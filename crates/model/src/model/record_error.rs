//! What can be wrong with a source or one of its calls, and where: said by importers, counted by the engine, shown by the page.

use serde::{Deserialize, Serialize};

/// A place in a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Line, from 1.
    pub line: u64,
    /// Byte in the (unpacked) source, from 0.
    pub byte: u64,
    /// Call, from 1, where it is known.
    pub call: u64,
}

/// What is wrong, where, and what was found there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordError {
    pub place: Place,
    pub problem: Problem,
    /// The field, where one is at fault.
    pub field: String,
    /// What was found, shortened.
    pub found: String,
}

/// Kinds of trouble with a source or a call. Their words are in `i18n`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Problem {
    NotJson,
    EndsEarly,
    LineBreakInString,
    TooDeep,
    TooLong,
    NotACall,
    Missing,
    WrongType,
    Negative,
    NotWhole,
    OutOfRange,
    TimeUnreadable,
    TimeOutOfRange,
    TwiceGiven,
    BadUtf8,
    BadEscape,
    TextTooLong,
    TooManyValues,
    TooManyCalls,
    GzipBroken,
    GzipEndsEarly,
    ZipBroken,
    ZipEndsEarly,
    ZipUnsupported,
    /// All of it was unpacked, and is not what was packed.
    GzipChecksum,
    /// What follows the last gzip member is none.
    GzipTrailing,
    ZipChecksum,
}

impl Problem {
    /// Whether the end of a text is missing.
    pub const fn is_cut(self) -> bool {
        matches!(self, Self::EndsEarly | Self::GzipEndsEarly | Self::ZipEndsEarly)
    }

    /// Whether it is of a gzip stream.
    pub const fn is_gzip(self) -> bool {
        matches!(self, Self::GzipBroken | Self::GzipEndsEarly | Self::GzipChecksum | Self::GzipTrailing)
    }
}

/// What is known, and not read: it holds no calls, or not as one record each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum NotCalls {
    /// Its lines tell one call several times.
    ClaudeCode,
    OtlpMetrics,
    OtlpLogs,
    PrometheusText,
    PrometheusAnswer,
    BenchSummary,
    /// Its requests have no times.
    SglangBench,
    MaasStatistics,
    CloudEye,
    DailySpend,
    /// Usage or costs of OpenAI's administration API: sums over buckets of time.
    OpenAiUsage,
    AnthropicUsage,
    AzureMetrics,
    /// Names or values of labels, series or metadata.
    PrometheusList,
    /// An answer without a series.
    PrometheusEmpty,
    /// The server says what is wrong with a query.
    PrometheusError,
}

impl NotCalls {
    /// Whether it contains metrics over time, or lists them.
    pub const fn is_metrics(self) -> bool {
        use NotCalls::{AzureMetrics, CloudEye, OtlpMetrics, PrometheusAnswer, PrometheusEmpty, PrometheusList, PrometheusText};
        matches!(
            self,
            OtlpMetrics | PrometheusText | PrometheusAnswer | CloudEye | AzureMetrics | PrometheusList | PrometheusEmpty
        )
    }

    /// What it is, by names that are the same in every language.
    pub const fn title(self) -> &'static str {
        match self {
            Self::ClaudeCode => "Claude Code session",
            Self::OtlpMetrics => "OpenTelemetry metrics (resourceMetrics)",
            Self::OtlpLogs => "OpenTelemetry logs (resourceLogs)",
            Self::PrometheusText => "Prometheus exposition text",
            Self::PrometheusAnswer | Self::PrometheusList | Self::PrometheusEmpty | Self::PrometheusError => {
                "Prometheus HTTP API"
            }
            Self::SglangBench => "SGLang bench_serving",
            Self::BenchSummary => "guidellm / vLLM bench summary",
            Self::MaasStatistics => "ModelArts MaaS show-statistics",
            Self::CloudEye => "Cloud Eye SYS.MaaS metrics",
            Self::DailySpend => "LiteLLM daily spend",
            Self::OpenAiUsage => "OpenAI organization usage",
            Self::AnthropicUsage => "Anthropic usage report",
            Self::AzureMetrics => "Azure Monitor metrics",
        }
    }
}
