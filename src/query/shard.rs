//! Metrics shared out among workers: each of the others holds the values of some, and spreads them over buckets while the one that holds the data set
//! does the rest. A metric is spread by one of them alone, so that what they give is put together as it is.

use super::charts::spread_of;
use super::spread::{Room, Spread};
use super::tally::Kinds;
use crate::model::Metric;
use crate::store::{Numbers, Picked, Store};
use serde::{Deserialize, Serialize};

/// A question of fewer calls is answered before another worker has heard of it.
pub const LEAST_CALLS: usize = 50_000;
/// Metrics for one other worker, two and three: of as many calls each as can be, some left to the one that asks.
const SHARES: [&[&[Metric]]; 3] = [
    &[&[Metric::Ttft, Metric::InputLength]],
    &[&[Metric::Ttft, Metric::Tpot], &[Metric::InputLength]],
    &[&[Metric::Ttft], &[Metric::Tpot], &[Metric::InputLength]],
];

/// What each of so many other workers takes; as many of them as there are shares have one.
pub fn shares(others: usize) -> &'static [&'static [Metric]] {
    others.min(SHARES.len()).checked_sub(1).map_or(&[], |at| SHARES[at])
}

/// Values of a run of rows that count in a metric's percentiles, [`Numbers::ABSENT`] where none does; empty beyond the end.
pub fn values(store: &Store, metric: Metric, from: usize, rows: usize) -> Vec<u64> {
    let Some((column, least, _)) = spread_of(store, metric) else { return Vec::new() };
    let to = store.len().min(from.saturating_add(rows));
    let rows = Picked::Run(from.min(to)..to);
    let (mut values, mut kinds) = (Vec::new(), Kinds::default());
    column.read(&rows, &mut values);
    kinds.read(store, &rows);
    for (value, kind) in values.iter_mut().zip(&kinds.of) {
        if *kind < least {
            *value = Numbers::ABSENT;
        }
    }
    values
}

/// The rows of a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Rows {
    Run(usize, usize),
    Some(#[serde(with = "as_bytes")] Vec<u32>),
}

/// Row numbers as bytes, which are copied at once, the lowest first.
mod as_bytes {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(rows: &[u32], serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = rows.iter().flat_map(|row| row.to_le_bytes()).collect();
        serializer.serialize_bytes(&bytes)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u32>, D::Error> {
        let (rows, rest) = <&[u8]>::deserialize(deserializer)?.as_chunks::<4>();
        if !rest.is_empty() {
            return Err(Error::custom("not a list of rows"));
        }
        Ok(rows.iter().map(|row| u32::from_le_bytes(*row)).collect())
    }
}

/// Asks for the spread of a metric's values over buckets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    pub metric: Metric,
    rows: Rows,
    /// Places among the rows: bucket `b` holds those from `edges[b]` up to `edges[b + 1]`.
    edges: Vec<usize>,
}

impl Ask {
    pub fn new(metric: Metric, rows: &Picked<'_>, edges: &[usize]) -> Self {
        let rows = match rows {
            Picked::Run(rows) => Rows::Run(rows.start, rows.end),
            Picked::Some(rows) => Rows::Some(rows.to_vec()),
        };
        Self { metric, rows, edges: edges.to_vec() }
    }
}

/// The values of one metric, of all rows of a store.
#[derive(Clone, Debug, Default)]
pub struct Shard {
    values: Numbers,
}

impl Shard {
    /// Takes the values of the next rows, as [`values`] gives them.
    pub fn extend(&mut self, values: &[u64]) {
        self.values.extend(values);
    }

    /// Answers; `None` of rows that are not here.
    pub fn answer(&self, ask: &Ask) -> Option<Vec<Spread>> {
        let held = self.values.len();
        let rows = match &ask.rows {
            Rows::Run(from, to) => (from <= to && *to <= held).then_some(Picked::Run(*from..*to)),
            Rows::Some(rows) => rows.iter().all(|&row| (row as usize) < held).then_some(Picked::Some(rows)),
        }?;
        if !ask.edges.is_sorted() || ask.edges.last().is_some_and(|&last| last > rows.len()) {
            return None;
        }
        let mut room = Room::default();
        Some(ask.edges.windows(2).map(|pair| room.spread_of_all(&self.values, &rows.part(pair[0]..pair[1]))).collect())
    }
}
