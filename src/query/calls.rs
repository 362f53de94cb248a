//! The Calls page: five tiles, the services table and the filter lists (console-spec section 4), service by service.

use super::Context;
use super::facets::FacetCounts;
use super::sieve::{Sieve, Verdict};
use super::tally::Tally;
use super::time::{aligned, buckets};
use crate::base::order::sort_by;
use crate::model::{Dim, Range};
use crate::store::{Store, is_failed};
use crate::wire::{Buckets, CallsQuery, CallsReply, ServiceRow, Tile};

/// Calls looked at in one step, about: a few milliseconds.
const STEP_CALLS: usize = 200_000;

/// A Calls query on its way.
#[derive(Debug)]
pub struct CallsPlan {
    query: CallsQuery,
    work: Option<Work>,
}

#[derive(Debug)]
struct Work {
    sieve: Sieve,
    facets: FacetCounts,
    now: Period,
    before: Option<Period>,
    next_service: usize,
    rows: Vec<ServiceRow>,
}

/// What is summed up over a period, all services together.
#[derive(Debug, Default)]
struct Period {
    range: Range,
    buckets: Buckets,
    tally: Tally,
    /// Calls without any filter.
    unfiltered: u64,
    /// Calls, failed calls, total, input and output tokens of each bucket.
    sparks: [Vec<u128>; 5],
}

impl CallsPlan {
    pub fn new(query: CallsQuery) -> Self {
        Self { query, work: None }
    }

    pub fn step(&mut self, context: &Context<'_>) -> Option<CallsReply> {
        let query = &self.query;
        let work = self.work.get_or_insert_with(|| Work::new(query, context));
        let mut looked_at = 0;
        while work.next_service < context.store.services() {
            looked_at += work.service(context);
            if looked_at >= STEP_CALLS {
                return None;
            }
        }
        self.work.take().map(|work| work.finish(query, context))
    }
}

impl Work {
    fn new(query: &CallsQuery, context: &Context<'_>) -> Self {
        let selection = &query.selection;
        let (now_buckets, precision) = buckets(selection.range, query.precision, &selection.zone);
        let before = selection.before.map(|range| Period::new(range, buckets(range, precision, &selection.zone).0));
        Self {
            sieve: Sieve::new(&selection.filter, context.store, &[]),
            facets: FacetCounts::new(context, &selection.filter),
            now: Period::new(selection.range, now_buckets),
            before,
            next_service: 0,
            rows: Vec::new(),
        }
    }

    /// Takes the next service in; gives the number of calls looked at.
    fn service(&mut self, context: &Context<'_>) -> usize {
        let store = context.store;
        let service = self.next_service;
        self.next_service += 1;
        let sieve = self.sieve.within(store, service);
        let (kind, involved) = (store.service_kind(service), context.profile.service(service));
        let mut looked_at = 0;

        if let Some(before) = &mut self.before {
            let rows = store.rows(service, before.range);
            before.unfiltered += rows.len() as u64;
            looked_at += rows.len();
            if !sieve.hopeless() {
                let mut tally = Tally::default();
                before.take(store, rows, &mut tally, |row| sieve.passes(store, row));
                before.tally.merge(&tally);
            }
        }

        let rows = store.rows(service, self.now.range);
        self.now.unfiltered += rows.len() as u64;
        looked_at += rows.len();
        if sieve.hopeless() {
            return looked_at;
        }
        let codes = context.profile.versions(service);
        let mut versions = vec![Tally::default(); codes.len()];
        let mut tally = Tally::default();
        let facets = &mut self.facets;
        self.now.take(store, rows, &mut tally, |row| {
            let verdict = sieve.judge(store, row);
            facets.add(store, kind, row, verdict);
            if verdict == Verdict::Pass
                && !codes.is_empty()
                && let Ok(place) = codes.binary_search(&store.code(Dim::Version, row))
            {
                versions[place].add(store, row);
            }
            verdict == Verdict::Pass
        });
        self.now.tally.merge(&tally);
        if tally.calls > 0 {
            let name = store.service_name(service);
            let dict = store.dict(Dim::Version);
            let mut versions: Vec<_> = codes
                .iter()
                .zip(&versions)
                .filter(|(_, tally)| tally.calls > 0)
                .map(|(&code, tally)| (dict.get(code).to_owned(), tally.figures(involved)))
                .collect();
            sort_by(&mut versions, |a, b| b.1.calls.cmp(&a.1.calls).then_with(|| a.0.cmp(&b.0)));
            self.rows.push(ServiceRow {
                name: name.to_owned(),
                title: (context.titles)(name),
                kind,
                figures: tally.figures(involved),
                versions,
            });
        }
        looked_at
    }

    fn finish(mut self, query: &CallsQuery, context: &Context<'_>) -> CallsReply {
        sort_by(&mut self.rows, |a, b| b.figures.calls.cmp(&a.figures.calls).then_with(|| a.name.cmp(&b.name)));
        let involved = context.profile.all();
        let n = self.now.buckets.starts_ms.len();
        let before = self.before.filter(|period| period.unfiltered > 0);
        let now = self.now.tally.values();
        let then = before.as_ref().map(|period| period.tally.values());
        let known = [true, true, involved.total_tokens, involved.input_tokens, involved.output_tokens];
        let tiles = core::array::from_fn(|i| {
            if !known[i] {
                return Tile::default();
            }
            let shape = |period: &Period| period.sparks[i].iter().map(|&v| v as f64).collect::<Vec<_>>();
            Tile {
                value: Some(now[i]),
                before: then.map(|then| then[i]),
                spark: shape(&self.now),
                spark_before: before.as_ref().map_or(Vec::new(), |period| aligned(shape(period), n)),
            }
        });
        CallsReply {
            range: query.selection.range,
            tiles,
            buckets: self.now.buckets,
            rows: self.rows,
            all: self.now.tally.figures(involved),
            facets: self.facets.finish(context.store, &query.selection.filter),
            unfiltered_calls: self.now.unfiltered,
            without: self.facets.without(&self.sieve.filtered()),
        }
    }
}

impl Period {
    fn new(range: Range, buckets: Buckets) -> Self {
        let empty = vec![0; buckets.starts_ms.len()];
        let sparks = core::array::from_fn(|_| empty.clone());
        Self { range, buckets, sparks, ..Self::default() }
    }

    /// Adds rows of one service, which are in order of time, where `keep` says so.
    fn take(&mut self, store: &Store, rows: core::ops::Range<usize>, tally: &mut Tally, mut keep: impl FnMut(usize) -> bool) {
        let mut bucket = 0;
        for row in rows {
            if !keep(row) {
                continue;
            }
            while self.buckets.starts_ms.get(bucket + 1).is_some_and(|&next| next <= store.time_ms(row)) {
                bucket += 1;
            }
            tally.add(store, row);
            let tokens = |column: &crate::store::Numbers| u128::from(column.get(row).unwrap_or(0));
            let values = [
                1,
                u128::from(is_failed(store.status(row))),
                tokens(store.total_tokens()),
                tokens(store.input_tokens()),
                tokens(store.output_tokens()),
            ];
            for (spark, value) in self.sparks.iter_mut().zip(values) {
                spark[bucket] += value;
            }
        }
    }
}

impl Tally {
    /// The five tiles' values.
    fn values(&self) -> [u64; 5] {
        [self.calls, self.failed, self.total.sum_u64(), self.input.sum_u64(), self.output.sum_u64()]
    }
}
