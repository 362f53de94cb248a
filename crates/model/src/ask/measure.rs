//! What is measured of the selected calls: a quantity, and how many values become one.

use super::{Label, Matcher};
use serde::{Deserialize, Serialize};

/// One number of a set of calls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    pub of: Quantity,
    pub agg: Agg,
    /// Matchers beside the selection's.
    pub only: Vec<Matcher>,
}

/// What a call or a source carries a number of. Which calls count in it, and in which unit averages and percentiles are given, is the
/// catalogue's ([`Quantity::unit`]); counts and sums are whole numbers of the grain.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Quantity {
    /// Calls themselves.
    Calls,
    TotalTokens,
    InputTokens,
    OutputTokens,
    /// Input and output tokens together, without a feed's own total.
    MovedTokens,
    /// Input tokens of successful calls.
    InputLength,
    /// Output tokens of successful calls.
    OutputLength,
    /// Of successful calls.
    Latency,
    /// Time to first token, of successful streaming calls.
    Ttft,
    /// Incremental token latency, of successful streaming calls.
    Tpot,
    /// Generation time, of successful calls.
    Generation,
    /// What tokens cost by the batch's prices, in parts of the currency's unit.
    Cost,
    /// A metric that a source brings, by its name there.
    Named(String),
}

/// How many values become one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Agg {
    /// Calls that carry the quantity.
    Count,
    Sum,
    /// The sum (of calls: the count) for each minute that the range covers.
    PerMinute,
    Average,
    Minimum,
    Maximum,
    /// A quantile as millionths, 0 to 1,000,000 (Hyndman and Fan's type 7).
    Quantile(u32),
    /// The count under `only` in percent of the count without it. Where `only` looks at the status, calls without one are left out of both.
    Share,
    /// Distinct values of a label; calls that do not carry it are none. Messages and templates are told apart by their error code too, and an
    /// error that says nothing counts as one.
    Distinct(Label),
}

impl Quantity {
    /// Grains in the unit that averages, rates, extremes and percentiles are given in: microseconds in a millisecond, tokens in a K token.
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
}

impl Measure {
    /// Of all selected calls.
    pub const fn new(of: Quantity, agg: Agg) -> Self {
        Self { of, agg, only: Vec::new() }
    }

    /// The same of the calls that these match too.
    #[must_use]
    pub fn only(mut self, matcher: Matcher) -> Self {
        self.only.push(matcher);
        self
    }

    /// The number of calls.
    pub const fn calls() -> Self {
        Self::new(Quantity::Calls, Agg::Count)
    }

    /// The number of failed calls.
    pub fn failed_calls() -> Self {
        Self::calls().only(Matcher::failed())
    }

    /// Failed calls in percent of all.
    pub fn failure_rate() -> Self {
        Self::new(Quantity::Calls, Agg::Share).only(Matcher::failed())
    }
}
