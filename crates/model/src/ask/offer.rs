//! What a source offers: which kinds of questions it answers, of which quantities, by which labels.

use super::{Agg, Exactness, Label, Quantity, SourceId};
use serde::{Deserialize, Serialize};

/// What a page may ask of a source. The default is everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capabilities {
    /// Percentiles are those of the calls themselves.
    pub exact_percentiles: bool,
    /// Lists of single calls.
    pub calls: bool,
    /// Requests and responses of single calls.
    pub records: bool,
    /// Search in what calls said.
    pub text_search: bool,
    /// Error messages grouped by template.
    pub templates: bool,
    /// Series and tables by label.
    pub split: bool,
    /// What sets two selections apart.
    pub contrast: bool,
    /// Most series in an answer; 0: no limit of its own.
    pub series_max: u32,
    /// Narrowest bucket, in milliseconds.
    pub step_min_ms: u32,
}

impl Default for Capabilities {
    fn default() -> Self {
        Self {
            exact_percentiles: true,
            calls: true,
            records: true,
            text_search: true,
            templates: true,
            split: true,
            contrast: true,
            series_max: 0,
            step_min_ms: 1,
        }
    }
}

/// An open source as a page knows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSource {
    pub id: SourceId,
    pub capabilities: Capabilities,
}

/// What a source has.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalog {
    pub offers: Vec<Offer>,
    /// Labels that calls can be matched and grouped by.
    pub labels: Vec<Label>,
}

/// A quantity that a source has.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    pub of: Quantity,
    /// Aggregations that it answers. Others get [`Unanswered::NotMeasured`](super::Unanswered::NotMeasured).
    pub aggs: Vec<AggKind>,
    /// How exact its answers are expected to be; each answer says it of each value.
    pub exactness: Exactness,
}

/// An aggregation without what it is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AggKind {
    Count,
    Sum,
    PerMinute,
    Average,
    Minimum,
    Maximum,
    Quantile,
    Share,
    Distinct,
}

impl Agg {
    pub const fn kind(&self) -> AggKind {
        match self {
            Self::Count => AggKind::Count,
            Self::Sum => AggKind::Sum,
            Self::PerMinute => AggKind::PerMinute,
            Self::Average => AggKind::Average,
            Self::Minimum => AggKind::Minimum,
            Self::Maximum => AggKind::Maximum,
            Self::Quantile(_) => AggKind::Quantile,
            Self::Share => AggKind::Share,
            Self::Distinct(_) => AggKind::Distinct,
        }
    }
}
