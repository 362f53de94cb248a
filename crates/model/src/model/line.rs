//! Lines of charts, and how values are written and coloured.

use serde::{Deserialize, Serialize};

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
    /// All lines but those of error codes.
    pub const NAMED: [Line; 14] = [
        Line::Total,
        Line::Successes,
        Line::Failures,
        Line::Input,
        Line::Output,
        Line::Rate,
        Line::PerMinute,
        Line::Before,
        Line::Avg,
        Line::Max,
        Line::P50,
        Line::P80,
        Line::P90,
        Line::P99,
    ];

    /// The lines of a distribution, in the order of docs/spec.md, section 5.
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

    /// The line of a query-string word.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::NAMED.into_iter().find(|line| line.key() == key).or_else(|| key.parse().ok().map(Line::Status))
    }
}

/// A metric's value as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// So many decimals.
    Fixed(u8),
    /// One decimal below 1,000, none above.
    Milliseconds,
    /// As many decimals as a number of its size needs.
    Significant,
}

/// What the line of a chart with a single one means, which decides its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Neutral,
    /// More is better.
    Good,
    /// More is worse.
    Bad,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_by_their_words() {
        assert!(Line::NAMED.into_iter().chain([Line::Status(429)]).all(|line| Line::from_key(&line.key()) == Some(line)));
    }
}
