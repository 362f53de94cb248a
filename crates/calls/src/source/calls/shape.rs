//! What the tiles of the Calls page show of each bucket.

use super::tally::{CallClass, Scratch, Sum, Tally};
use crate::base::build::FULL;
use crate::store::{Numbers, RowSelection, Store};

/// Calls, failed calls, total, input and output tokens, in the order of the tiles, of each bucket; beyond `u64::MAX` they stay there, as the tiles' values do.
pub type Shape = [Vec<u64>; 5];

/// Of so many buckets without a call.
pub fn empty(buckets: usize) -> Shape {
    let empty = vec![0; buckets];
    core::array::from_fn(|_| empty.clone())
}

/// Adds calls, each to its bucket in `of`. Returns their counts and tokens (full builds only).
pub fn lay(store: &Store, rows: &RowSelection<'_>, of: &[u32], shape: &mut Shape, scratch: &mut Scratch) -> Tally {
    let mut tally = Tally::default();
    let [calls, failed, total, input, output] = shape;
    scratch.kinds.read(store, rows);
    for (&bucket, &kind) in of.iter().zip(&scratch.kinds.of) {
        calls[bucket as usize] += 1;
        failed[bucket as usize] += u64::from(kind == CallClass::Failed);
    }
    if FULL {
        tally.take_counts(store, scratch);
    }
    let totals = store.total_tokens();
    if totals.all_absent() {
        return tally;
    }
    let Scratch { kinds, values, others, .. } = scratch;
    let mut sum_up = |sum, values: &[u64]| {
        if FULL {
            tally.add(sum, values, &kinds.of, CallClass::Failed);
        }
    };
    store.input_tokens().read(rows, values);
    store.output_tokens().read(rows, others);
    add_up(of, values, input);
    add_up(of, others, output);
    sum_up(Sum::Input, values);
    sum_up(Sum::Output, others);
    totals.read(rows, values, others);
    add_up(of, values, total);
    sum_up(Sum::Total, values);
    tally
}

/// Adds each call's value to that of its bucket.
fn add_up(buckets: &[u32], values: &[u64], sums: &mut [u64]) {
    for (&bucket, &value) in buckets.iter().zip(values) {
        if value != Numbers::ABSENT {
            let sum = &mut sums[bucket as usize];
            *sum = sum.saturating_add(value);
        }
    }
}
