//! What a call carries a number of: which calls count in it, in which unit it is given, and which fields it needs.

use serde::{Deserialize, Serialize};

/// What a call or a source carries a number of. Counts and sums are whole numbers of the grain; averages, rates, extremes and percentiles
/// are in the unit.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Quantity {
    /// Calls themselves.
    Calls,
    TotalTokens,
    InputTokens,
    OutputTokens,
    /// Input and output tokens together, without a feed's own total.
    MovedTokens,
    /// Input tokens of a call.
    InputLength,
    /// Output tokens of a call.
    OutputLength,
    Latency,
    /// Time to first token.
    Ttft,
    /// Incremental token latency.
    Tpot,
    /// Generation time.
    Generation,
    /// What tokens cost by the batch's prices, in parts of the currency's unit.
    Cost,
    /// A metric that a source brings, by its name there.
    Named(String),
}

/// Which calls count in a quantity. A call without a status counts as successful: its durations are as real as any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Population {
    All,
    Successful,
    SuccessfulStreaming,
}

/// Calls by the class of their HTTP status, the hundreds. One without a status is neither within a class nor beyond it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    All,
    In(&'static [u8]),
    NotIn(&'static [u8]),
}

/// Fields of a feed's calls (`docs/feed.md`), each list enough by itself.
pub type Needs = &'static [&'static [&'static str]];

impl Class {
    /// Failures are recorded by a status or by an error.
    pub const fn needs(self) -> Needs {
        match self {
            Self::All => &[&[]],
            Self::In(_) | Self::NotIn(_) => &[&["status"], &["error_code"], &["error_message"]],
        }
    }
}

impl Quantity {
    /// Grains in its unit: microseconds in a millisecond, tokens in a K token.
    pub const fn unit(&self) -> f64 {
        match self {
            Self::Calls | Self::Named(_) => 1.0,
            Self::TotalTokens | Self::InputTokens | Self::OutputTokens | Self::MovedTokens => 1e3,
            Self::InputLength | Self::OutputLength => 1e3,
            Self::Latency | Self::Ttft => 1e3,
            Self::Tpot | Self::Generation => 1e6,
            Self::Cost => 1e12,
        }
    }

    pub const fn population(&self) -> Population {
        match self {
            Self::Ttft | Self::Tpot => Population::SuccessfulStreaming,
            Self::InputLength | Self::OutputLength | Self::Latency | Self::Generation => Population::Successful,
            _ => Population::All,
        }
    }

    pub const fn needs(&self) -> Needs {
        match self {
            Self::Calls => &[&[]],
            Self::TotalTokens | Self::Cost => &[&["input_tokens"], &["output_tokens"], &["total_tokens"]],
            Self::MovedTokens => &[&["input_tokens"], &["output_tokens"]],
            Self::InputTokens | Self::InputLength => &[&["input_tokens"]],
            Self::OutputTokens | Self::OutputLength => &[&["output_tokens"]],
            Self::Latency => &[&["latency_ms"]],
            Self::Ttft => &[&["ttft_ms"]],
            Self::Tpot => &[&["tpot_ms"], &["ttft_ms", "latency_ms", "output_tokens"]],
            Self::Generation => &[&["generation_s"]],
            Self::Named(_) => &[],
        }
    }
}
