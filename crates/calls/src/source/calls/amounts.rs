//! Series of calls and tokens alone, as tiles show them: read column by column, or put together from sums of whole minutes.

use super::Context;
use super::kernel::{Kernel, PreparedMeasure};
use super::scope::Scope;
use super::service_sums::ServiceSums;
use super::shape::{self, Shape};
use super::tally::{Scratch, Sum, Tally};
use super::time::edges;
use crate::ask::{Buckets, Selection, Values};
use crate::base::build::FULL;
use crate::model::Range;
use crate::store::RowSelection;

/// Whether these measures are all of them such amounts.
pub fn fits(ready: &[Option<PreparedMeasure<'_>>]) -> bool {
    ready.iter().all(|ready| ready.as_ref().is_some_and(|ready| ready.rest.is_empty() && place(&ready.kernel).is_some()))
}

/// The place of an amount in a [`Shape`].
const fn place(kernel: &Kernel) -> Option<usize> {
    match kernel {
        Kernel::Calls => Some(0),
        Kernel::Failed => Some(1),
        Kernel::Total(Sum::Total) => Some(2),
        Kernel::Total(Sum::Input) => Some(3),
        Kernel::Total(Sum::Output) => Some(4),
        _ => None,
    }
}

/// The values of each measure.
pub fn answer(
    ready: &[Option<PreparedMeasure<'_>>],
    context: &Context<'_>,
    scope: &Scope,
    selection: (&Selection, Range),
    buckets: &Buckets,
    sums: &mut ServiceSums,
) -> Vec<Values> {
    let range = selection.1;
    let mut shape = shape::empty(buckets.starts_ms.len());
    let known = known(context, scope, range, buckets, &mut shape);
    let mut scratch = Scratch::only([Sum::Total, Sum::Input, Sum::Output].into_iter());
    for piece in scope.pieces() {
        let rows = &piece.rows;
        match known {
            None => {
                let tally = add(context, piece.service, rows, buckets, &mut shape, &mut scratch);
                if let Some(tally) = tally {
                    sums.keep(selection.0, range, piece.service, tally, scratch.unread);
                }
            }
            Some(Range { from_ms, to_ms }) => {
                let first = rows.before(context.store, 0, from_ms, 0);
                let last = rows.before(context.store, first, to_ms, 0);
                add(context, piece.service, &rows.part(0..first), buckets, &mut shape, &mut scratch);
                add(context, piece.service, &rows.part(last..rows.len()), buckets, &mut shape, &mut scratch);
            }
        }
    }
    let values = |ready: &Option<PreparedMeasure<'_>>| {
        let place = ready.as_ref().and_then(|ready| place(&ready.kernel));
        Values::Whole(place.map_or_else(Vec::new, |place| shape[place].iter().copied().map(Some).collect()))
    };
    ready.iter().map(values).collect()
}

/// Adds whole minutes of all calls, where they are precomputed; gives the range they cover.
fn known(context: &Context<'_>, scope: &Scope, range: Range, buckets: &Buckets, shape: &mut Shape) -> Option<Range> {
    let minutes = context.store_index.minutes();
    let known = (FULL && scope.filter.is_empty()).then(|| minutes.within(range, buckets)).flatten();
    if let Some(known) = known {
        minutes.add(known, buckets, shape);
    }
    known
}

/// Adds rows of one service. Returns their sums if every row was read.
fn add(
    context: &Context<'_>,
    service: usize,
    rows: &RowSelection<'_>,
    buckets: &Buckets,
    shape: &mut Shape,
    scratch: &mut Scratch,
) -> Option<Tally> {
    /// Calls of a bucket from which on sums are put together rather than added up.
    const MANY: usize = 64;
    let store = context.store;
    if rows.is_empty() {
        return None;
    }
    let is_run = matches!(rows, RowSelection::Run(_));
    if is_run && context.store_index.prefix_sums().has(service) && rows.len() > buckets.starts_ms.len() * MANY {
        let edges = edges(buckets, rows, store);
        for (bucket, tally) in context.store_index.tallies(store, service, rows, &edges, scratch).iter().enumerate() {
            let values = shape.iter_mut().zip(tally.amounts());
            values.for_each(|(sums, value)| sums[bucket] = sums[bucket].saturating_add(value));
        }
        return None;
    }
    // The bucket of each call, then column by column.
    let starts = &buckets.starts_ms;
    let mut times = Vec::new();
    rows.times(store, &mut times);
    let mut bucket = times.first().map_or(0, |first| starts.partition_point(|start| start <= first).saturating_sub(1));
    let bucket_of = |time: &i64| {
        while starts.get(bucket + 1).is_some_and(|next| next <= time) {
            bucket += 1;
        }
        bucket as u32
    };
    let of: Vec<u32> = times.iter().map(bucket_of).collect();
    let tally = shape::lay(store, rows, &of, shape, scratch);
    FULL.then_some(tally)
}
