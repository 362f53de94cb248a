//! The algebra of questions: what a view, a dashboard, a rule or an export may ask, and the neutral answer that every source gives.
//!
//! A [`Batch`] is the question of one page. A source answers each of its [`Ask`]s with a [`Frame`]; it may plan work that several share.
//! Everything here is plain data: no source, no store, no browser.

mod calls;
mod frame;
mod measure;
mod offer;
mod select;

pub use crate::model::{Comparison, Derived, ErrorText, Label, Matcher, Name, NumberField, Quantity};
pub use calls::{CallField, CallOrder, CallsAsk, From, OrderBy};
pub use frame::{Bounds, Buckets, Clock, Column, Exactness, Frame, Gap, Group, Note, Unanswered, Values};
pub use measure::{Agg, Measure};
pub use offer::{AggKind, Capabilities, Catalog, Offer, OpenSource};
pub use select::{Selection, matchers};

use crate::model::price::Price;
use crate::model::{Range, Width};
use serde::{Deserialize, Serialize};

/// An open source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SourceId(pub u32);

/// Where an answer is wanted: a page, a pane that is edited. The newest batch of a slot replaces an older one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Slot(pub u16);

/// A question within its batch: its place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AskId(pub u16);

/// The question of one page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Batch {
    pub source: SourceId,
    pub slot: Slot,
    /// Each ask's id is its place.
    pub asks: Vec<Ask>,
    /// What tokens cost, for measures of [`Quantity::Cost`]: by a model's name, or a service's where its calls carry none.
    pub prices: Vec<(String, Price)>,
}

impl Batch {
    /// Keeps all times within what a browser's clock can show, so that no sum of them overflows.
    pub fn bound(&mut self) {
        const MS_MAX: i64 = 8_640_000_000_000_000;
        let bound = |range: &mut Range| {
            range.from_ms = range.from_ms.clamp(-MS_MAX, MS_MAX);
            range.to_ms = range.to_ms.clamp(range.from_ms, MS_MAX);
        };
        for ask in &mut self.asks {
            let (selection, compare) = match ask {
                Ask::Series(ask) => (&mut ask.selection, ask.compare.as_mut_slice()),
                Ask::Table(ask) => (&mut ask.selection, ask.compare.as_mut_slice()),
                Ask::Values(ask) => (&mut ask.selection, &mut [][..]),
                Ask::Calls(ask) => (&mut ask.selection, &mut [][..]),
            };
            bound(&mut selection.range);
            compare.iter_mut().for_each(bound);
        }
    }

    /// The ranges that its questions are about, each once.
    pub fn ranges(&self) -> Vec<Range> {
        let mut ranges: Vec<Range> = Vec::new();
        for ask in &self.asks {
            let (selection, compare) = match ask {
                Ask::Series(ask) => (&ask.selection, ask.compare.as_slice()),
                Ask::Table(ask) => (&ask.selection, ask.compare.as_slice()),
                Ask::Values(ask) => (&ask.selection, &[][..]),
                Ask::Calls(ask) => (&ask.selection, &[][..]),
            };
            for range in core::iter::once(&selection.range).chain(compare) {
                if !ranges.contains(range) {
                    ranges.push(*range);
                }
            }
        }
        ranges
    }
}

/// One question. Sources say in their capabilities which kinds they answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    Series(SeriesAsk),
    Table(TableAsk),
    Values(ValuesAsk),
    Calls(CallsAsk),
}

/// Measures over time: one value a bucket, for each measure, group and period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeriesAsk {
    pub selection: Selection,
    /// Width of a bucket; a source that cannot go so fine answers with the next coarser width, and the frame's buckets say so.
    pub width: Width,
    pub measures: Vec<Measure>,
    pub split: Split,
    /// Further periods with the same matchers. A frame's column names its period by the place here, from 1.
    pub compare: Vec<Range>,
}

/// Measures by group: one value a group, for each measure and period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableAsk {
    pub selection: Selection,
    pub measures: Vec<Measure>,
    /// Without labels the table has one group: the whole selection.
    pub split: Split,
    /// Whether there is a group for each prefix of the split's labels too, the empty one (the whole selection) included.
    pub subtotals: bool,
    pub compare: Vec<Range>,
}

/// How a selection is divided into groups.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Split {
    pub by: Vec<Label>,
    /// Most groups in the answer, those with the most calls first; 0: all.
    pub top: u32,
    /// Most groups in the answer that differ in the last label alone; 0: all.
    pub each: u32,
    /// Whether one more group holds what the others leave.
    pub others: bool,
}

impl Split {
    /// Into all groups of these labels.
    pub fn by(labels: impl Into<Vec<Label>>) -> Self {
        Self { by: labels.into(), ..Self::default() }
    }
}

/// The values of a label with the calls that each has, most first: the list of a filter control.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValuesAsk {
    pub selection: Selection,
    pub label: Label,
    /// Whether matchers on the label itself count: a filter's list shows what could be chosen instead, so it leaves them out.
    pub own_matchers: bool,
    /// Only values that hold this text, without regard to the case of ASCII letters; empty: all.
    pub search: String,
    /// Most values in the answer. One more group holds the calls of what is not listed.
    pub limit: u32,
    /// Values that are listed in any case, behind the others.
    pub also: Vec<String>,
}
