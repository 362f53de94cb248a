//! The Calls page: five tiles, the services table and the filter lists (console-spec section 4), service by service.

use super::Context;
use super::facets::FacetCounts;
use super::shape::{self, Shape};
use super::sieve::{Sieve, Verdict};
use super::tally::{Room, Sum, Tally};
use super::time::{aligned, buckets, edges};
use crate::base::order::sort_by;
use crate::model::{Dim, Range};
use crate::store::{Picked, Store};
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
    room: Room,
}

/// What is summed up over a period, all services together.
#[derive(Debug, Default)]
struct Period {
    range: Range,
    buckets: Buckets,
    tally: Tally,
    /// Calls without any filter.
    unfiltered: u64,
    sparks: Shape,
    /// Minutes whose calls are in the sparks before any service is looked at.
    known: Option<Range>,
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
        let sieve = Sieve::new(&selection.filter, context.store, &[]);
        let period = |range, buckets| {
            let period = Period::new(range, buckets);
            #[cfg(feature = "formats")]
            return period.begun(context, &sieve);
            #[cfg(not(feature = "formats"))]
            period
        };
        let before = selection.before.map(|range| period(range, buckets(range, precision, &selection.zone).0));
        let now = period(selection.range, now_buckets);
        Self {
            sieve,
            facets: FacetCounts::new(context, &selection.filter),
            now,
            before,
            next_service: 0,
            rows: Vec::new(),
            room: Room::default(),
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
        // What the service itself fails can only count in a list.
        let passes = sieve.of_service() == Verdict::Pass;

        if let Some(before) = &mut self.before {
            let rows = store.rows(service, before.range);
            before.unfiltered += rows.len() as u64;
            if passes {
                looked_at += rows.len();
                let sifted = sieve.sift(store, rows);
                let tally = context.profile.index().tally_of(store, service, &sifted.passing(), &mut self.room);
                before.take(context, service, &sifted.passing(), &mut self.room);
                before.tally.merge(&tally);
            }
        }

        let rows = store.rows(service, self.now.range);
        self.now.unfiltered += rows.len() as u64;
        if sieve.hopeless() {
            return looked_at;
        }
        looked_at += rows.len();
        let sifted = sieve.sift(store, rows);
        self.facets.take(context, service, &sieve, &sifted, &mut self.room.kinds.codes);
        if !passes {
            return looked_at;
        }
        let passing = sifted.passing();
        let tally = context.profile.index().tally_of(store, service, &passing, &mut self.room);
        self.now.take(context, service, &passing, &mut self.room);
        let codes = context.profile.versions(service);
        let versions = by_version(store, codes, &passing, &tally, &mut self.room);
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
        let known = [true, involved.failures, involved.total_tokens, involved.input_tokens, involved.output_tokens];
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
        let sparks = shape::empty(buckets.starts_ms.len());
        Self { range, buckets, sparks, ..Self::default() }
    }

    /// With what is known beforehand of all services together.
    #[cfg(feature = "formats")]
    fn begun(mut self, context: &Context<'_>, sieve: &Sieve) -> Self {
        if sieve.filtered().is_empty() {
            let minutes = context.profile.minutes();
            self.known = minutes.within(self.range, &self.buckets);
            if let Some(known) = self.known {
                minutes.add(known, &self.buckets, &mut self.sparks);
            }
        }
        self
    }

    /// Lays calls of one service out over the buckets, but for those that are there already.
    fn take(&mut self, context: &Context<'_>, service: usize, rows: &Picked<'_>, room: &mut Room) {
        let Some(Range { from_ms, to_ms }) = self.known else { return self.lay(context, service, rows, room) };
        let first = rows.before(context.store, 0, from_ms);
        let last = rows.before(context.store, first, to_ms);
        self.lay(context, service, &rows.part(0..first), room);
        self.lay(context, service, &rows.part(last..rows.len()), room);
    }

    fn lay(&mut self, context: &Context<'_>, service: usize, rows: &Picked<'_>, room: &mut Room) {
        /// Calls of a bucket from which on sums are put together rather than added up.
        const MANY: usize = 64;
        let store = context.store;
        let n = self.buckets.starts_ms.len();
        if rows.is_empty() {
            return;
        }
        if context.profile.index().has(service) && rows.len() > n * MANY {
            let edges = edges(&self.buckets, rows, store);
            for (bucket, tally) in context.profile.tallies(store, service, rows, &edges, room).iter().enumerate() {
                let values = self.sparks.iter_mut().zip(tally.values());
                values.for_each(|(spark, value)| spark[bucket] = spark[bucket].saturating_add(value));
            }
            return;
        }
        // The bucket of each call, then column by column.
        let starts = &self.buckets.starts_ms;
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
        shape::lay(store, rows, &of, &mut self.sparks, room);
    }
}

/// Sums over the calls of each of a service's versions, by their places among `codes`; `whole` is of all of them together.
fn by_version(store: &Store, codes: &[u32], rows: &Picked<'_>, whole: &Tally, room: &mut Room) -> Vec<Tally> {
    if codes.len() < 2 {
        return codes.iter().map(|_| *whole).collect();
    }
    let mut of: Vec<Vec<u32>> = codes.iter().map(|_| Vec::new()).collect();
    store.codes(Dim::Version).read(rows, &mut room.kinds.codes);
    for (place, code) in room.kinds.codes.iter().enumerate() {
        if let Ok(version) = codes.binary_search(code) {
            of[version].push(rows.row(place) as u32);
        }
    }
    // The most used is what the others leave.
    let most = (0..of.len()).max_by_key(|&version| of[version].len()).unwrap_or(0);
    let mut left = *whole;
    let mut tallies: Vec<Tally> = Vec::with_capacity(of.len());
    for (version, rows) in of.iter().enumerate() {
        tallies.push(if version == most { Tally::default() } else { Tally::of(store, &Picked::Some(rows), room) });
        left.remove(&tallies[version]);
    }
    tallies[most] = left;
    tallies
}

impl Tally {
    /// The five tiles' values.
    fn values(&self) -> [u64; 5] {
        [self.calls, self.failed, self[Sum::Total].sum_u64(), self[Sum::Input].sum_u64(), self[Sum::Output].sum_u64()]
    }
}
