//! A range cut into buckets, and time-ordered rows laid out over them.

use crate::model::range::MINUTE_MS;
use crate::model::{Precision, Range};
use crate::series::Zone;
use crate::series::buckets::tile;
use crate::store::{Picked, Store};
use crate::wire::Buckets;

/// The buckets of a range in the precision asked for, or the next coarser one that stays within `limits::BUCKETS_MAX`; the starts and ends in
/// the answer tell which. A range too long even for days is a single bucket.
pub fn buckets(range: Range, precision: Precision, zone: &Zone) -> (Buckets, Precision) {
    let coarser = Precision::ALL.into_iter().filter(|&p| p >= precision);
    let found = coarser.into_iter().find_map(|p| Some((tile(range, p, zone).ok()?, p)));
    let (tiles, precision) = found.unwrap_or_else(|| (vec![(range.from_ms, range.to_ms)], Precision::Day));
    let Some(&(_, last_end)) = tiles.last() else { return (Buckets::default(), precision) };
    let (calendar_start, _) = crate::series::bucket_bounds(zone, precision, range.from_ms);
    let minutes = tiles.iter().map(|&(start, end)| (end.min(range.to_ms) - start) as f64 / MINUTE_MS as f64).collect();
    let buckets = Buckets {
        starts_ms: tiles.iter().map(|&(start, _)| start).collect(),
        ends_ms: tiles.iter().map(|&(_, end)| end).collect(),
        minutes,
        last_unfinished: range.to_ms < last_end,
        first_clipped: calendar_start < range.from_ms,
    };
    (buckets, precision)
}

/// For rows of one service, all within the buckets' range: bucket `b` holds those at the places `edges[b]..edges[b + 1]`.
pub fn edges(buckets: &Buckets, rows: &Picked<'_>, store: &Store) -> Vec<usize> {
    let mut edges = Vec::with_capacity(buckets.starts_ms.len() + 1);
    let mut place = 0;
    for &start in &buckets.starts_ms {
        place = rows.before(store, place, start);
        edges.push(place);
    }
    edges.push(rows.len());
    edges
}

/// A series brought to `n` buckets: what lies beyond its end is a gap, what lies beyond `n` is left out.
pub fn aligned(mut values: Vec<f64>, n: usize) -> Vec<f64> {
    values.resize(n, f64::NAN);
    values
}
