//! The distribution of values in a bucket: average, maximum and percentiles, in one pass over a
//! part of a column.

use super::tally::CallClass;
use crate::ask::Quantity;
use crate::base::build::FULL;
use crate::stats::histogram_select::{self, HistogramSelect};
use crate::stats::{Moments, percentiles};
use crate::store::{Numbers, RowSelection, Store};

/// The percentiles shown.
const QUANTILES: [f64; 4] = [0.5, 0.8, 0.9, 0.99];

/// The column of a quantity whose values spread, and the least kind of calls that count in it.
pub fn distribution_of<'a>(store: &'a Store, quantity: &Quantity) -> Option<(&'a Numbers, CallClass)> {
    let column = match quantity {
        Quantity::Ttft => store.ttft_us(),
        Quantity::Tpot => store.tpot_ns(),
        Quantity::InputLength | Quantity::InputTokens => store.input_tokens(),
        Quantity::OutputLength | Quantity::OutputTokens => store.output_tokens(),
        Quantity::Latency => store.latency_us(),
        Quantity::Generation => store.generation_us(),
        _ => return None,
    };
    Some((column, CallClass::least(quantity)))
}

/// The values of some calls.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Distribution {
    pub moments: Moments,
    /// `None` without values, as the percentiles are.
    pub highest: Option<u64>,
    pub percentiles: Option<[f64; 4]>,
}

/// Room to work in, kept from one bucket to the next.
#[derive(Debug, Default)]
pub struct Scratch {
    values: Vec<u64>,
    spare: Vec<u64>,
    halves: Vec<u32>,
    histogram: HistogramSelect,
}

/// Brings the values that count to the front, and says how many they are: those that are there, and of a kind that counts.
fn keep<T: Copy + PartialEq>(values: &mut [T], absent: T, counts: impl Fn(usize) -> bool) -> usize {
    let mut kept = 0;
    for place in 0..values.len() {
        let value = values[place];
        // Without a branch on what can go either way: each value goes behind the last one that counts.
        values[kept] = value;
        kept += usize::from(value != absent && counts(place));
    }
    kept
}

impl Distribution {
    /// Of these values, whose order is not kept.
    pub fn of(values: &mut [u64], spare: &mut Vec<u64>) -> Self {
        Self {
            moments: Moments::of(values),
            highest: values.iter().copied().max(),
            percentiles: percentiles(values, QUANTILES, spare),
        }
    }
}

impl Scratch {
    /// Over the calls of these rows, of these kinds, that are of kind `least` or of one that comes after it.
    pub fn distribution(
        &mut self,
        column: &Numbers,
        rows: &RowSelection<'_>,
        kinds: &[CallClass],
        least: CallClass,
    ) -> Distribution {
        self.distribution_where(column, rows, |place| kinds[place] >= least)
    }

    /// The values themselves, in the order of the rows, behind those that `out` has.
    pub fn values(
        &mut self,
        column: &Numbers,
        rows: &RowSelection<'_>,
        kinds: &[CallClass],
        least: CallClass,
        out: &mut Vec<u64>,
    ) {
        column.read(rows, &mut self.values);
        let counted = self.values.iter().zip(kinds).filter(|&(&value, &kind)| value != Numbers::ABSENT && kind >= least);
        out.extend(counted.map(|(&value, _)| value));
    }

    fn distribution_where(&mut self, column: &Numbers, rows: &RowSelection<'_>, counts: impl Fn(usize) -> bool) -> Distribution {
        if FULL && column.read_narrow(rows, &mut self.halves) {
            let kept = keep(&mut self.halves, u32::MAX, counts);
            let values = &self.halves[..kept];
            return Distribution {
                moments: histogram_select::moments(values),
                highest: (kept > 0).then(|| u64::from(histogram_select::highest(values))),
                percentiles: self.histogram.percentiles(values, QUANTILES),
            };
        }
        column.read(rows, &mut self.values);
        let kept = keep(&mut self.values, Numbers::ABSENT, counts);
        Distribution::of(&mut self.values[..kept], &mut self.spare)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_width_gives_what_sorted_values_do(
            calls in prop::collection::vec((prop_oneof![Just(None), (0..40_000_u64).prop_map(Some), Just(Some(70_000))], 0..3_u8), 0..400),
            scale in prop_oneof![Just(1_u64), Just(300), Just(100_000)],
            least in 0..3_u8,
            from in any::<prop::sample::Index>(),
        ) {
            let kind = |n: u8| [CallClass::Failed, CallClass::Success, CallClass::StreamingSuccess][usize::from(n)];
            let mut column = Numbers::default();
            calls.iter().for_each(|&(value, _)| column.push(value.map(|value| value * scale)));
            let from = from.index(calls.len() + 1);
            let kinds: Vec<CallClass> = calls[from..].iter().map(|&(_, n)| kind(n)).collect();
            let mut sorted: Vec<u64> =
                calls[from..].iter().filter(|&&(_, n)| n >= least).filter_map(|&(value, _)| value.map(|value| value * scale)).collect();
            sorted.sort_unstable();
            let some: Vec<u32> = (from as u32..calls.len() as u32).collect();
            for rows in [RowSelection::Run(from..calls.len()), RowSelection::Some(&some)] {
                let got = Scratch::default().distribution(&column, &rows, &kinds, kind(least));
                prop_assert_eq!(got.moments.count, sorted.len() as u64);
                prop_assert_eq!(got.moments.sum, sorted.iter().map(|&value| u128::from(value)).sum::<u128>());
                prop_assert_eq!(got.highest, sorted.last().copied());
                let want = sorted.len().checked_sub(1).map(|last| QUANTILES.map(|q| {
                    let h = last as f64 * q;
                    let (low, next) = (sorted[h.floor() as usize] as f64, sorted[(h.floor() as usize + 1).min(last)] as f64);
                    low + (next - low) * (h - h.floor())
                }));
                prop_assert_eq!(got.percentiles, want);
            }
        }
    }
}
