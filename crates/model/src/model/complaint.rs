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

/// What is wrong, where, and what stood there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Complaint {
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
}

impl NotCalls {
    /// What it is, by names that are the same in every language.
    pub const fn title(self) -> &'static str {
        match self {
            Self::ClaudeCode => "Claude Code session",
            Self::OtlpMetrics => "OpenTelemetry metrics (resourceMetrics)",
            Self::OtlpLogs => "OpenTelemetry logs (resourceLogs)",
            Self::PrometheusText => "Prometheus exposition text",
            Self::PrometheusAnswer => "Prometheus HTTP API",
            Self::SglangBench => "SGLang bench_serving",
            Self::BenchSummary => "guidellm / vLLM bench summary",
            Self::MaasStatistics => "ModelArts MaaS show-statistics",
            Self::CloudEye => "Cloud Eye SYS.MaaS metrics",
            Self::DailySpend => "LiteLLM daily spend",
        }
    }
}
