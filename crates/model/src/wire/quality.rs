//! What replies say of their values beside them: how exact they are, and why they are missing. Exact values take no room.

use crate::model::{Column, Dim, Exactness, Gap, Line, Metric, Qualities};
use serde::{Deserialize, Serialize};

/// How exact each of the [`Figures`] is and why it is missing, in the order of its fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FigureQuality(pub [(Exactness, Option<Gap>); FIGURES]);

/// Fields of [`Figures`].
pub const FIGURES: usize = 11;

impl FigureQuality {
    /// Of a column's figure; costs have their own.
    pub fn at(&self, column: Column) -> (Exactness, Option<Gap>) {
        let place = match column {
            Column::Calls => 0,
            Column::Failed => 2,
            Column::FailureRate => 3,
            Column::TotalTokens => 4,
            Column::InputTokens => 5,
            Column::OutputTokens => 6,
            Column::Latency => 7,
            Column::Ttft => 8,
            Column::Tpot => 9,
            Column::Generation => 10,
            Column::Cost => return (Exactness::Exact, None),
        };
        self.0[place]
    }

    /// Of sums of figures with both. A figure that one of them does not have is at least the others'.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self(core::array::from_fn(|at| {
            let known = |(exactness, gap): (Exactness, Option<Gap>)| if gap.is_some() { Exactness::AtLeast } else { exactness };
            let (own, others) = (self.0[at], other.0[at]);
            (known(own).and(known(others)), own.1.and(others.1))
        }))
    }
}

/// What is known of a series' values beside them; `None`: all are exact, and gaps are for want of calls.
pub type SeriesQuality = Option<Box<Qualities>>;

/// A chart, or a line of one, that the source does not give.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Absent {
    pub metric: Metric,
    /// `None`: the whole chart.
    pub line: Option<Line>,
    pub why: Why,
}

/// Why a source gives no answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Why {
    /// It does not measure this.
    NotMeasured,
    /// It does not have a label that this is divided or matched by.
    NoLabel(LabelName),
    /// It said something in its own words: text, never markup.
    Failed(String),
    /// It said nothing.
    NoAnswer,
}

/// A label to be named in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LabelName {
    Dim(Dim),
    Status,
    /// The source's own name.
    Own(String),
}
