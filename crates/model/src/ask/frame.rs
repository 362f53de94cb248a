//! The neutral answer: columns of values by bucket or by group, with what is known of their exactness.

use super::{Label, Matcher};
use crate::base::floats;
use crate::base::zone::Zone;
use crate::model::range::MINUTE_MS;
pub use crate::model::{Bounds, Exactness, Gap};
use crate::model::{Precision, Range, Width};
use crate::series::buckets::{bucket_bounds, tile};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The answer to one ask.
///
/// A series has `buckets` and one column for each group, measure and period, with a value a bucket. A table, a list of values or of calls has
/// no buckets and one column for each measure (or field) and period, with a value a group (or call).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// Frames of a page share theirs, also on the way: [`crate::wire::Frames`] sends each once, beside the frames.
    #[serde(skip)]
    pub buckets: Option<Arc<Buckets>>,
    /// Which instant of a call puts it into the range and a bucket.
    pub clock: Clock,
    /// How far a call may lie outside the bucket that counts it, in milliseconds: a server that samples counters knows no better. Bounds are
    /// certain where this is 0.
    pub blur_ms: u32,
    /// More of the answer is to come; a later frame of the same ask replaces this one.
    pub unfinished: bool,
    pub groups: Vec<Group>,
    pub columns: Vec<Column>,
    /// Measures (or fields) without a column, by their place in the ask, ascending, each with the reason: no column is no answer,
    /// which differs from an answer of no groups.
    pub unanswered: Vec<(u16, Unanswered)>,
    /// Groups, values or calls that there are in all; more than the answer holds where it was limited.
    pub total: u64,
    /// Where the next window of calls begins; `None` after the last one.
    pub next: Option<u64>,
    pub notes: Vec<Note>,
}

/// The instant of a call that its source knows. Long calls lie in other buckets by one than by the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Clock {
    /// When the request came.
    #[default]
    Start,
    /// When the call had ended: counters of servers.
    End,
}

/// Values of the split's labels. Fewer than the split has: a subtotal over the labels that are missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Group {
    pub values: Vec<String>,
    /// What all groups that the answer does not name hold together.
    pub others: bool,
}

/// Values of one measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Place of the group in [`Frame::groups`], for series; 0 elsewhere.
    pub group: u32,
    /// Place of the measure (or field) in the ask.
    pub measure: u16,
    /// 0: the selection's range; else the place of a compared range, from 1.
    pub period: u16,
    pub values: Values,
    pub exactness: Exactness,
    /// Where single values are less exact than the column says: place and exactness, ascending.
    pub less_exact: Vec<(u32, Exactness)>,
    /// Bounds of the values, such as the edges of a histogram's bucket: certain where [`Frame::blur_ms`] is 0, else of the calls that were
    /// counted. Empty where there are none, NaN at a place without, infinite beyond the last edge.
    pub bounds: Vec<Bounds>,
    /// Why values are missing, where it is not for want of calls: place and reason, ascending.
    pub gaps: Vec<(u32, Gap)>,
    /// Calls behind each value; empty where the source does not say.
    pub calls: Vec<u64>,
    /// Calls that each value should be of and leaves out (tokens without a price); empty where it leaves out none.
    pub left_out: Vec<u64>,
}

/// A column's numbers or texts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Values {
    /// Counts and sums in the quantity's grain; `None` is a gap. A source whose counts have fractions rounds them.
    Whole(Vec<Option<u64>>),
    /// In the quantity's unit; NaN is a gap.
    Real(#[serde(with = "floats")] Vec<f64>),
    /// Amounts of money, in parts of the currency's unit.
    Money(Vec<u128>),
    Text(Vec<String>),
}

/// Why a measure has no answer at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unanswered {
    /// None of the calls in question carries the quantity.
    NotRecorded,
    /// The source does not have the quantity, or not in this aggregation.
    NotMeasured,
    /// The source cannot divide the quantity by this label.
    NoSplit(Label),
    /// The source cannot tell which calls this matches. It is never left out in silence.
    NoMatch(Matcher),
    /// The source did not answer, in its own words: text, never markup.
    Failed(String),
}

/// What a frame says about itself beside its values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Note {
    /// The server's own words of warning: text, never markup.
    Warning(String),
    /// Calls that a measure of money leaves out for want of a price, by the name that the sheet lacks.
    Unpriced { name: String, calls: u64 },
    /// Calls whose tokens cannot be told apart into input and output, so that they have no price.
    TotalsAlone { calls: u64 },
    /// Calls of the selection that lie in no bucket of a series, so that its sum differs from the table's.
    OutsideBuckets { calls: u64 },
}

/// Buckets of a range: starts (epoch milliseconds) and ends by the calendar, whether or not the range covers them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Buckets {
    pub starts_ms: Vec<i64>,
    pub ends_ms: Vec<i64>,
    /// Minutes of each bucket that lie in the range (for the newest: elapsed).
    pub minutes: Vec<f64>,
    /// The last bucket is not covered to its end.
    pub last_unfinished: bool,
    pub first_clipped: bool,
}

impl Buckets {
    /// The buckets of a range in the requested width, or the next coarser one of minutes, hours and days that stays within
    /// `limits::BUCKETS_MAX`, which is given too. A range too long even for days is a single bucket. Every source answers over these; a
    /// compared period has the buckets of its own range in the width of the frame.
    pub fn of(range: Range, width: Width, zone: &Zone) -> (Self, Width) {
        let coarser = Precision::ALL.into_iter().map(Width::from).filter(|&coarser| coarser > width);
        let found = core::iter::once(width).chain(coarser).find_map(|width| Some((tile(range, width, zone).ok()?, width)));
        let (tiles, width) = found.unwrap_or_else(|| (vec![(range.from_ms, range.to_ms)], Width::Day));
        let Some(&(_, last_end)) = tiles.last() else { return (Self::default(), width) };
        let (calendar_start, _) = bucket_bounds(zone, width, range.from_ms);
        let minutes = tiles.iter().map(|&(start, end)| (end.min(range.to_ms) - start) as f64 / MINUTE_MS as f64).collect();
        let buckets = Self {
            starts_ms: tiles.iter().map(|&(start, _)| start).collect(),
            ends_ms: tiles.iter().map(|&(_, end)| end).collect(),
            minutes,
            last_unfinished: range.to_ms < last_end,
            first_clipped: calendar_start < range.from_ms,
        };
        (buckets, width)
    }
}

impl Values {
    pub fn len(&self) -> usize {
        match self {
            Self::Whole(values) => values.len(),
            Self::Real(values) => values.len(),
            Self::Money(values) => values.len(),
            Self::Text(values) => values.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A value as a number: whole numbers in units of `unit` grains. `None` for a gap, a text or a place beyond the end.
    pub fn number(&self, at: usize, unit: f64) -> Option<f64> {
        match self {
            Self::Whole(values) => values.get(at).copied().flatten().map(|value| value as f64 / unit),
            Self::Real(values) => values.get(at).copied().filter(|value| !value.is_nan()),
            Self::Money(values) => values.get(at).map(|&value| value as f64 / unit),
            Self::Text(_) => None,
        }
    }

    /// All of them as numbers, gaps as NaN.
    pub fn numbers(&self, unit: f64) -> Vec<f64> {
        (0..self.len()).map(|at| self.number(at, unit).unwrap_or(f64::NAN)).collect()
    }

    /// A count or a sum; `None` for a gap and for other kinds.
    pub fn whole(&self, at: usize) -> Option<u64> {
        if let Self::Whole(values) = self { values.get(at).copied().flatten() } else { None }
    }

    /// A text; empty for other kinds.
    pub fn text(&self, at: usize) -> &str {
        if let Self::Text(values) = self { values.get(at).map_or("", String::as_str) } else { "" }
    }
}

impl Column {
    /// An exact column of the selection's range.
    pub const fn exact(group: u32, measure: u16, period: u16, values: Values) -> Self {
        Self {
            group,
            measure,
            period,
            values,
            exactness: Exactness::Exact,
            less_exact: Vec::new(),
            bounds: Vec::new(),
            gaps: Vec::new(),
            calls: Vec::new(),
            left_out: Vec::new(),
        }
    }

    /// How exact the value at a place is.
    pub fn exactness_at(&self, at: usize) -> Exactness {
        let found = self.less_exact.binary_search_by_key(&at, |&(place, _)| place as usize);
        found.map_or(self.exactness, |found| self.less_exact[found].1)
    }
}

impl Frame {
    /// The column of a measure of a group in a period.
    pub fn column(&self, group: usize, measure: usize, period: usize) -> Option<&Column> {
        let is = |column: &&Column| {
            (usize::from(column.measure), usize::from(column.period), column.group as usize) == (measure, period, group)
        };
        self.columns.iter().find(is)
    }

    /// An answer to come.
    pub fn awaited() -> Self {
        Self { unfinished: true, ..Self::default() }
    }

    /// The answer to an ask that the source could not answer, with its words.
    pub fn failed(why: &str) -> Self {
        Self { unanswered: vec![(0, Unanswered::Failed(why.to_owned()))], ..Self::default() }
    }

    /// Why the source could not answer, in its words, where it gave no values at all.
    pub fn failure(&self) -> Option<&str> {
        self.unanswered.iter().filter(|_| self.columns.is_empty()).find_map(|(_, why)| match why {
            Unanswered::Failed(words) => Some(words.as_str()),
            _ => None,
        })
    }

    /// Whether a measure has an answer, be it one of no groups.
    pub fn answers(&self, measure: usize) -> bool {
        self.unanswered.iter().all(|(place, _)| usize::from(*place) != measure)
    }

    /// The place of the group with these values.
    pub fn group(&self, values: &[&str]) -> Option<usize> {
        self.groups.iter().position(|group| !group.others && group.values.iter().map(String::as_str).eq(values.iter().copied()))
    }
}
