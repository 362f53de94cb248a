//! The catalogue: what each metric is, stated once. Charts, table columns, exports and tests read it.

use crate::base::num;
use serde::{Deserialize, Serialize};

/// A chart of the Monitoring tab (S0 Table 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Metric {
    Calls,
    Tokens,
    FailureRate,
    Rpm,
    Tpm,
    Errors,
    Ttft,
    Tpot,
    Latency,
    InputLength,
    OutputLength,
    Generation,
}

/// How a metric's line is made within a bucket, which decides how empty buckets look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agg {
    /// Counts and sums: an empty bucket is 0.
    Amount,
    /// Amounts per minute: an empty bucket is 0.
    PerMinute,
    /// Averages, rates and percentiles: an empty bucket is a gap.
    Level,
}

/// A line of a chart. Error codes are lines of their own, named by their HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Line {
    Total,
    Successes,
    Failures,
    Input,
    Output,
    Rate,
    PerMinute,
    Avg,
    Max,
    P50,
    P80,
    P90,
    P99,
    Status(u16),
    /// The period before, in charts of a single line.
    Before,
}

impl Line {
    /// The lines of a distribution, in S0's order.
    pub const DISTRIBUTION: [Line; 6] = [Line::Avg, Line::Max, Line::P50, Line::P80, Line::P90, Line::P99];

    /// The quantile of a percentile line, 0 to 1.
    pub const fn quantile(self) -> Option<f64> {
        match self {
            Line::P50 => Some(0.5),
            Line::P80 => Some(0.8),
            Line::P90 => Some(0.9),
            Line::P99 => Some(0.99),
            _ => None,
        }
    }

    /// Word in the query string and in exports.
    pub fn key(self) -> String {
        match self {
            Line::Total => "total".into(),
            Line::Successes => "ok".into(),
            Line::Failures => "failed".into(),
            Line::Input => "input".into(),
            Line::Output => "output".into(),
            Line::Rate => "rate".into(),
            Line::PerMinute => "rate-per-minute".into(),
            Line::Avg => "avg".into(),
            Line::Max => "max".into(),
            Line::P50 => "p50".into(),
            Line::P80 => "p80".into(),
            Line::P90 => "p90".into(),
            Line::P99 => "p99".into(),
            Line::Status(code) => code.to_string(),
            Line::Before => "before".into(),
        }
    }
}

impl Metric {
    /// All charts in the reading order of a sheet three panes wide: what belongs together stands below each other.
    pub const THREE_WIDE: [Metric; 12] = [
        Metric::Calls,
        Metric::Tokens,
        Metric::FailureRate,
        Metric::Rpm,
        Metric::Tpm,
        Metric::Errors,
        Metric::Ttft,
        Metric::Tpot,
        Metric::Latency,
        Metric::InputLength,
        Metric::OutputLength,
        Metric::Generation,
    ];

    /// All charts in the reading order of any other width: pairs stand beside or after each other.
    pub const IN_PAIRS: [Metric; 12] = [
        Metric::Calls,
        Metric::Rpm,
        Metric::Tokens,
        Metric::Tpm,
        Metric::FailureRate,
        Metric::Errors,
        Metric::Ttft,
        Metric::Tpot,
        Metric::Latency,
        Metric::Generation,
        Metric::InputLength,
        Metric::OutputLength,
    ];

    /// The reading order of a sheet four panes wide: a row each for volume, for failure and duration, and for distributions.
    pub const FOUR_WIDE: [Metric; 12] = [
        Metric::Calls,
        Metric::Rpm,
        Metric::Tokens,
        Metric::Tpm,
        Metric::FailureRate,
        Metric::Errors,
        Metric::Latency,
        Metric::Generation,
        Metric::Ttft,
        Metric::Tpot,
        Metric::InputLength,
        Metric::OutputLength,
    ];

    /// Word in the query string, in ids and in exports.
    pub const fn key(self) -> &'static str {
        match self {
            Metric::Calls => "calls",
            Metric::Tokens => "tokens",
            Metric::FailureRate => "failure-rate",
            Metric::Rpm => "rpm",
            Metric::Tpm => "tpm",
            Metric::Errors => "errors",
            Metric::Ttft => "ttft",
            Metric::Tpot => "tpot",
            Metric::Latency => "latency",
            Metric::InputLength => "input-length",
            Metric::OutputLength => "output-length",
            Metric::Generation => "generation",
        }
    }

    /// The metric of a query-string word.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::THREE_WIDE.into_iter().find(|m| m.key() == key)
    }

    pub const fn agg(self) -> Agg {
        match self {
            Metric::Calls | Metric::Tokens | Metric::Errors => Agg::Amount,
            Metric::Rpm | Metric::Tpm => Agg::PerMinute,
            _ => Agg::Level,
        }
    }

    /// A value as charts, legends and tables of points show it, without its unit. Not a number gives `-`.
    pub fn format(self, value: f64) -> String {
        match self {
            Metric::Calls | Metric::Errors => num::fixed(value, 0),
            Metric::Latency | Metric::Ttft => num::fixed(value, usize::from(value.abs() < 1000.0)),
            Metric::Tpot => num::fixed(value, 2),
            Metric::Rpm | Metric::Tpm | Metric::Tokens => num::significant(value),
            Metric::FailureRate | Metric::InputLength | Metric::OutputLength | Metric::Generation => num::fixed(value, 3),
        }
    }

    /// Decimals of a column of its values in an exported file: three, as S0 has all metrics, and none for counts.
    pub const fn decimals(self) -> u8 {
        match self {
            Metric::Calls | Metric::Errors => 0,
            _ => 3,
        }
    }

    /// The highest value that is possible, where there is one.
    pub const fn ceiling(self) -> Option<f64> {
        match self {
            Metric::FailureRate => Some(100.0),
            _ => None,
        }
    }

    /// Whether the area under the line is filled: amounts per time and failures, never averages, rates or percentiles.
    pub const fn filled(self) -> bool {
        matches!(self, Metric::Rpm | Metric::Tpm)
    }
}

/// A column of the services table, after the name: S0's (Table 3), and what the calls cost where the deployment has a price sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Column {
    Calls,
    Failed,
    FailureRate,
    TotalTokens,
    InputTokens,
    OutputTokens,
    Latency,
    Ttft,
    Tpot,
    Generation,
    /// Not of a call's figures: [`crate::wire::CostReply`] has it.
    Cost,
}

impl Column {
    /// S0's order, costs last.
    pub const ALL: [Column; 11] = [
        Column::Calls,
        Column::Failed,
        Column::FailureRate,
        Column::TotalTokens,
        Column::InputTokens,
        Column::OutputTokens,
        Column::Latency,
        Column::Ttft,
        Column::Tpot,
        Column::Generation,
        Column::Cost,
    ];

    /// Those that every deployment shows.
    pub const FIGURES: [Column; 10] = [
        Column::Calls,
        Column::Failed,
        Column::FailureRate,
        Column::TotalTokens,
        Column::InputTokens,
        Column::OutputTokens,
        Column::Latency,
        Column::Ttft,
        Column::Tpot,
        Column::Generation,
    ];

    pub const fn key(self) -> &'static str {
        match self {
            Column::Calls => "calls",
            Column::Failed => "failed",
            Column::FailureRate => "failure-rate",
            Column::TotalTokens => "total-tokens",
            Column::InputTokens => "input-tokens",
            Column::OutputTokens => "output-tokens",
            Column::Latency => "latency",
            Column::Ttft => "ttft",
            Column::Tpot => "tpot",
            Column::Generation => "generation",
            Column::Cost => "cost",
        }
    }

    /// Fixed decimals of the column, so that figures align. Of costs, in files; a page writes them by [`num::money`].
    pub const fn decimals(self) -> usize {
        match self {
            Column::Calls | Column::Failed => 0,
            Column::FailureRate | Column::TotalTokens | Column::InputTokens | Column::OutputTokens => 3,
            Column::Latency | Column::Ttft => 1,
            Column::Tpot | Column::Generation => 2,
            Column::Cost => 4,
        }
    }
}
