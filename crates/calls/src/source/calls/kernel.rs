//! Measures as this source computes them: from sums that are put together, or from the values of the calls themselves.

use super::distribution::Distribution;
use super::store_index::AvailableMetrics;
use super::tally::{StatusClasses, Sum, Tally, percent};
use crate::ask::{Agg, Derived, Label, Matcher, Measure, Quantity, Values};

/// What a measure takes of a set of calls.
#[derive(Clone, Debug, PartialEq)]
pub enum Kernel {
    Calls,
    Stated,
    Failed,
    Successful,
    Total(Sum),
    PerMinute(PerMinute),
    /// Calls of these classes in percent of all with a status.
    ClassShare(StatusClasses),
    /// Calls that match `rest` in percent of all.
    Share,
    Mean(Sum),
    /// A statistic over the quantity's values.
    Value(Stat),
    Distinct,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PerMinute {
    Calls,
    Failed,
    Successful,
    Moved,
    Total(Sum),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stat {
    Count,
    Sum,
    Average,
    Minimum,
    Maximum,
    Quantile(u32),
}

/// A measure made ready. `rest` holds the matchers that the kernel does not have in itself: rows are filtered by them first.
#[derive(Clone, Debug)]
pub struct PreparedMeasure<'a> {
    pub measure: &'a Measure,
    pub kernel: Kernel,
    pub rest: Vec<Matcher>,
}

/// One value on its way into a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell {
    Whole(Option<u64>),
    Real(f64),
}

impl<'a> PreparedMeasure<'a> {
    /// `None` for a measure that makes no sense of calls.
    pub fn new(measure: &'a Measure) -> Option<Self> {
        let only = measure.only.as_slice();
        let failed = only == [Matcher::failed()];
        let successful = only == [Matcher::successful()];
        let stated = only == [Matcher::stated()];
        let classes = StatusClasses::of(only);
        let sum = sum_of(&measure.of);
        let (kernel, whole) = match (&measure.of, &measure.agg) {
            (Quantity::Named(_) | Quantity::Cost, _) => return None,
            (Quantity::Calls, Agg::Share) if classes.is_some() => (Kernel::ClassShare(classes?), true),
            (Quantity::Calls, Agg::Share) => (Kernel::Share, false),
            (Quantity::Calls, Agg::Distinct(_)) => (Kernel::Distinct, false),
            (Quantity::Calls, Agg::Average | Agg::Minimum | Agg::Maximum | Agg::Quantile(_)) => return None,
            (_, Agg::Share | Agg::Distinct(_)) => return None,
            (Quantity::Calls, Agg::PerMinute) if failed => (Kernel::PerMinute(PerMinute::Failed), true),
            (Quantity::Calls, Agg::PerMinute) if successful => (Kernel::PerMinute(PerMinute::Successful), true),
            (Quantity::Calls, Agg::PerMinute) => (Kernel::PerMinute(PerMinute::Calls), false),
            (Quantity::Calls, Agg::Count | Agg::Sum) if failed => (Kernel::Failed, true),
            (Quantity::Calls, Agg::Count | Agg::Sum) if stated => (Kernel::Stated, true),
            (Quantity::Calls, Agg::Count | Agg::Sum) if successful => (Kernel::Successful, true),
            (Quantity::Calls, Agg::Count | Agg::Sum) => (Kernel::Calls, false),
            (Quantity::MovedTokens, Agg::PerMinute) => (Kernel::PerMinute(PerMinute::Moved), false),
            (Quantity::TotalTokens | Quantity::InputTokens | Quantity::OutputTokens, Agg::PerMinute) => {
                (Kernel::PerMinute(PerMinute::Total(sum?)), false)
            }
            (_, Agg::PerMinute) | (Quantity::MovedTokens, _) => return None,
            (Quantity::TotalTokens | Quantity::InputTokens | Quantity::OutputTokens, Agg::Sum) => (Kernel::Total(sum?), false),
            (_, Agg::Average) if sum.is_some() => (Kernel::Mean(sum?), false),
            (_, agg) => (Kernel::Value(stat_of(agg)), false),
        };
        Some(Self { measure, kernel, rest: if whole { Vec::new() } else { only.to_vec() } })
    }

    /// Whether the quantity is carried by any of the calls' services at all.
    pub fn is_recorded(&self, available: AvailableMetrics) -> bool {
        if matches!(self.measure.agg, Agg::Distinct(_)) {
            return true;
        }
        match self.measure.of {
            // Of a share or a count of failed calls, where no call carries a status, nothing is known.
            Quantity::Calls => available.failures || !self.of_status() || self.kernel == Kernel::Stated,
            Quantity::TotalTokens => available.total_tokens,
            Quantity::InputTokens | Quantity::InputLength => available.input_tokens,
            Quantity::OutputTokens | Quantity::OutputLength => available.output_tokens,
            Quantity::MovedTokens => available.input_tokens || available.output_tokens,
            Quantity::Latency => available.latency,
            Quantity::Ttft => available.ttft,
            Quantity::Tpot => available.tpot,
            Quantity::Generation => available.generation,
            Quantity::Cost => available.total_tokens,
            Quantity::Named(_) => false,
        }
    }

    /// The sums that it is read off.
    pub const fn sums(&self) -> [Option<Sum>; 2] {
        match self.kernel {
            Kernel::Total(sum) | Kernel::Mean(sum) | Kernel::PerMinute(PerMinute::Total(sum)) => [Some(sum), None],
            Kernel::PerMinute(PerMinute::Moved) => [Some(Sum::Input), Some(Sum::Output)],
            _ => [None, None],
        }
    }

    /// Whether it counts calls by their status.
    pub fn of_status(&self) -> bool {
        let status = |label: &Label| matches!(label, Label::Status | Label::Derived(Derived::StatusClass));
        self.measure.only.iter().any(|matcher| matcher.label().is_some_and(status))
    }

    /// Whether it is the average of its quantity over all calls.
    pub fn is_average(&self) -> bool {
        self.kernel == Kernel::Value(Stat::Average) && self.rest.is_empty()
    }

    /// Of calls that do not carry the quantity. A column's values are of one kind, whichever groups carry it.
    pub const fn gap(&self) -> Cell {
        match self.kernel {
            Kernel::Calls | Kernel::Stated | Kernel::Failed | Kernel::Successful | Kernel::Total(_) | Kernel::Distinct => {
                Cell::Whole(None)
            }
            Kernel::Value(Stat::Count | Stat::Sum) => Cell::Whole(None),
            _ => Cell::Real(f64::NAN),
        }
    }

    /// Of the sums over a set of calls. `minutes`: how many the set covers.
    pub fn of_tally(&self, tally: &Tally, minutes: f64) -> Cell {
        let unit = self.measure.of.unit();
        match self.kernel {
            Kernel::Calls => Cell::Whole(Some(tally.calls)),
            Kernel::Failed => Cell::Whole(Some(tally.failed)),
            Kernel::Stated => Cell::Whole(Some(tally.stated)),
            Kernel::Successful => Cell::Whole(Some(tally.stated - tally.failed)),
            Kernel::Total(sum) => Cell::Whole(Some(tally[sum].sum_u64())),
            Kernel::ClassShare(classes) => Cell::Real(percent(tally.of_classes(classes), tally.stated).unwrap_or(f64::NAN)),
            Kernel::Mean(sum) => Cell::Real(tally[sum].mean(unit).unwrap_or(f64::NAN)),
            Kernel::PerMinute(amount) => Cell::Real(match amount {
                PerMinute::Calls => tally.calls as f64 / minutes,
                PerMinute::Failed => tally.failed as f64 / minutes,
                PerMinute::Successful => (tally.stated - tally.failed) as f64 / minutes,
                PerMinute::Moved => (tally[Sum::Input].sum + tally[Sum::Output].sum) as f64 / unit / minutes,
                PerMinute::Total(sum) => tally[sum].sum as f64 / unit / minutes,
            }),
            Kernel::Value(_) | Kernel::Share | Kernel::Distinct => Cell::Real(f64::NAN),
        }
    }

    /// Of the spread of its values; `None` where the spread does not tell.
    pub fn of_distribution(&self, distribution: &Distribution) -> Option<Cell> {
        let unit = self.measure.of.unit();
        let Kernel::Value(stat) = self.kernel else { return None };
        let real = |value: Option<f64>| Some(Cell::Real(value.map_or(f64::NAN, |value| value / unit)));
        match stat {
            Stat::Count => Some(Cell::Whole(Some(distribution.moments.count))),
            Stat::Sum => Some(Cell::Whole(Some(distribution.moments.sum_u64()))),
            Stat::Average => Some(Cell::Real(distribution.moments.mean(unit).unwrap_or(f64::NAN))),
            Stat::Maximum => real(distribution.highest.map(|value| value as f64)),
            Stat::Quantile(millionths) => {
                let known = QUANTILES_KNOWN.iter().position(|&known| known == millionths)?;
                real(distribution.percentiles.map(|values| values[known]))
            }
            Stat::Minimum => None,
        }
    }

    /// Of its values themselves, in any order, which is not kept.
    pub fn of_values(&self, values: &mut [u64]) -> Cell {
        let unit = self.measure.of.unit();
        let Kernel::Value(stat) = self.kernel else { return Cell::Real(f64::NAN) };
        let real = |value: Option<f64>| Cell::Real(value.map_or(f64::NAN, |value| value / unit));
        let moments = crate::stats::Moments::of(values);
        match stat {
            Stat::Count => Cell::Whole(Some(moments.count)),
            Stat::Sum => Cell::Whole(Some(moments.sum_u64())),
            Stat::Average => Cell::Real(moments.mean(unit).unwrap_or(f64::NAN)),
            Stat::Minimum => real(values.iter().min().map(|&value| value as f64)),
            Stat::Maximum => real(values.iter().max().map(|&value| value as f64)),
            Stat::Quantile(millionths) => {
                let quantile = f64::from(millionths) / 1e6;
                real(crate::stats::percentiles(values, [quantile], &mut Vec::new()).map(|[value]| value))
            }
        }
    }
}

/// The quantiles that a [`Distribution`] holds, in millionths and in its order.
const QUANTILES_KNOWN: [u32; 4] = [500_000, 800_000, 900_000, 990_000];

const fn stat_of(agg: &Agg) -> Stat {
    match agg {
        Agg::Sum | Agg::PerMinute => Stat::Sum,
        Agg::Average => Stat::Average,
        Agg::Minimum => Stat::Minimum,
        Agg::Maximum => Stat::Maximum,
        Agg::Quantile(millionths) => Stat::Quantile(*millionths),
        Agg::Count | Agg::Share | Agg::Distinct(_) => Stat::Count,
    }
}

/// The sum that a quantity has in a [`Tally`].
const fn sum_of(quantity: &Quantity) -> Option<Sum> {
    Some(match quantity {
        Quantity::TotalTokens => Sum::Total,
        Quantity::InputTokens => Sum::Input,
        Quantity::OutputTokens => Sum::Output,
        Quantity::Latency => Sum::Latency,
        Quantity::Generation => Sum::Generation,
        Quantity::Ttft => Sum::Ttft,
        Quantity::Tpot => Sum::Tpot,
        _ => return None,
    })
}

/// Cells of one measure as a column's values.
pub fn column(cells: Vec<Cell>) -> Values {
    if cells.iter().all(|cell| matches!(cell, Cell::Whole(_))) {
        let whole = |cell| if let Cell::Whole(value) = cell { value } else { None };
        return Values::Whole(cells.into_iter().map(whole).collect());
    }
    let real = |cell| match cell {
        Cell::Real(value) => value,
        Cell::Whole(value) => value.map_or(f64::NAN, |value| value as f64),
    };
    Values::Real(cells.into_iter().map(real).collect())
}
