//! Time-ordered rows laid out over buckets.

use crate::ask::Buckets;
use crate::store::{RowSelection, Store};

/// For rows of one service, all within the buckets' range: bucket `b` holds those at the places `edges[b]..edges[b + 1]`.
pub fn edges(buckets: &Buckets, rows: &RowSelection<'_>, store: &Store) -> Vec<usize> {
    /// Calls of a bucket up to which reading the time of each is quicker than a search.
    const FEW: usize = 64;
    let mut edges = Vec::with_capacity(buckets.starts_ms.len() + 1);
    if rows.len() <= buckets.starts_ms.len() * FEW {
        let (mut times, mut place) = (Vec::new(), 0);
        rows.times(store, &mut times);
        for &start in &buckets.starts_ms {
            place += times[place..].iter().take_while(|&&time| time < start).count();
            edges.push(place);
        }
        edges.push(rows.len());
        return edges;
    }
    let (mut place, mut step) = (0, 0);
    for &start in &buckets.starts_ms {
        // Neighbouring buckets hold about as many calls.
        let next = rows.before(store, place, start, step);
        (place, step) = (next, next - place);
        edges.push(place);
    }
    edges.push(rows.len());
    edges
}
