//! Time-ordered rows laid out over buckets.

use crate::ask::Buckets;
use crate::store::{RowSelection, Store};

/// For rows of one service, all within the buckets' range: bucket `b` holds those at the places `edges[b]..edges[b + 1]`.
pub fn edges(buckets: &Buckets, rows: &RowSelection<'_>, store: &Store) -> Vec<usize> {
    let mut edges = Vec::with_capacity(buckets.starts_ms.len() + 1);
    let mut place = 0;
    for &start in &buckets.starts_ms {
        place = rows.before(store, place, start);
        edges.push(place);
    }
    edges.push(rows.len());
    edges
}
