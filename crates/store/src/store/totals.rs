//! The column of total tokens, which takes memory only where totals are not what input and output come to.

use super::{Numbers, RowSelection};
use crate::base::build::FULL;
use crate::model::Call;

/// The first view's engine, which reads little and is to be light, holds every total.
const SUMS: bool = FULL;

/// Total tokens of calls: as the source gave them, else input + output.
#[derive(Clone, Copy, Debug)]
pub struct Totals<'a> {
    /// Those that are not the sum; all of them unless there are [`SUMS`].
    pub(crate) own: &'a Numbers,
    pub(crate) input: &'a Numbers,
    pub(crate) output: &'a Numbers,
}

/// Input and output together; absent where both are.
#[inline]
pub(crate) fn sum(input: u64, output: u64) -> u64 {
    let given = |value| if value == Numbers::ABSENT { 0 } else { value };
    let both = input & output;
    if both == Numbers::ABSENT { both } else { given(input).wrapping_add(given(output)) }
}

/// What is held of a call's total.
pub(crate) fn own(call: &Call<'_>) -> Option<u64> {
    let plain = |value: Option<u64>| value.unwrap_or(Numbers::ABSENT);
    if SUMS {
        call.total_tokens.filter(|&total| total != sum(plain(call.input_tokens), plain(call.output_tokens)))
    } else {
        call.total()
    }
}

impl Totals<'_> {
    pub fn get(&self, row: usize) -> Option<u64> {
        if !SUMS {
            return self.own.get(row);
        }
        let plain = |column: &Numbers| column.get(row).unwrap_or(Numbers::ABSENT);
        let sum = || Some(sum(plain(self.input), plain(self.output))).filter(|&sum| sum != Numbers::ABSENT);
        self.own.get(row).or_else(sum)
    }

    /// True where no row holds a value.
    pub fn all_absent(&self) -> bool {
        self.own.all_absent() && self.input.all_absent() && self.output.all_absent()
    }

    /// Puts the totals of these rows in place of their inputs, which have been read like their outputs.
    pub fn read(&self, rows: &RowSelection<'_>, inputs: &mut Vec<u64>, outputs: &mut Vec<u64>) {
        if !SUMS {
            return self.own.read(rows, inputs);
        }
        inputs.iter_mut().zip(outputs.iter()).for_each(|(input, &output)| *input = sum(*input, output));
        if !self.own.all_absent() {
            self.own.read(rows, outputs);
            let given = inputs.iter_mut().zip(outputs.iter()).filter(|(_, own)| **own != Numbers::ABSENT);
            given.for_each(|(total, own)| *total = *own);
        }
    }
}
