//! What is measured of the selected calls: a quantity, and how many values become one.

use super::{Label, Matcher};
use crate::model::{Class, Quantity};
use serde::{Deserialize, Serialize};

/// One number of a set of calls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    pub of: Quantity,
    pub agg: Agg,
    /// Matchers beside the selection's.
    pub only: Vec<Matcher>,
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
    /// A quantile as millionths, 0 to 1,000,000: Hyndman and Fan's type 7, which lies between two order statistics. A system that has no such
    /// function makes it of these two, with `h = (n - 1) * q`: `x[floor(h)] + (h - floor(h)) * (x[ceil(h)] - x[floor(h)])`.
    Quantile(u32),
    /// Of [`Quantity::Calls`] alone: the count under `only` in percent of the count without it. Where `only` looks at the status, calls
    /// without one are left out of both: whether they failed is not known.
    Share,
    /// Of [`Quantity::Calls`] alone: distinct values of a label; calls that do not carry it are none. Messages and templates are distinguished by
    /// their error code too, and an error that says nothing counts as one: the same groups as [`Split`](super::Split) by code and message makes.
    Distinct(Label),
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

    /// The same of the calls of a class.
    #[must_use]
    pub fn of_class(mut self, class: Class) -> Self {
        self.only.extend(Matcher::of_class(class));
        self
    }

    /// The number of failed calls.
    pub fn failed_calls() -> Self {
        Self::calls().only(Matcher::failed())
    }

    /// Calls of a class in percent of all.
    pub fn share(class: Class) -> Self {
        Self::new(Quantity::Calls, Agg::Share).of_class(class)
    }

    /// Failed calls in percent of all.
    pub fn failure_rate() -> Self {
        Self::new(Quantity::Calls, Agg::Share).only(Matcher::failed())
    }
}
