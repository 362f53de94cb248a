//! Prefix sums: sums up to every [`BLOCK`]th row of a service, and counts of dictionary codes at
//! wider intervals, computed once per store. A run of rows is the difference of two prefix sums
//! plus the rows at its ends.
//!
//! Built service by service, in small steps, while the worker is idle. A question about a service
//! without prefix sums is computed call by call, with the same result.
//!
//! A call takes two bytes for the sums, and half a byte for each dimension that calls carry.

use super::tally::{Scratch, Tally};
use crate::base::build::FULL;
use crate::model::Dim;
use crate::store::{Codes, RowSelection, Store};
use core::ops::Range as Rows;

/// Whether sums and counts are precomputed. The first view's engine, which is fetched before anything shows and reads the bundled feeds alone, goes
/// without: it adds the calls up, which is the same.
const PRECOMPUTE: bool = FULL;
/// Rows of a service between two sums.
const BLOCK: usize = 128;
/// Rows between two counts of all codes of a dimension, for each of its codes.
const ROWS_PER_CODE: usize = 8;
/// Fewest such rows.
const ROWS_MIN: usize = 1024;
/// Rows that are looked at for a piece, once or in each dimension.
const PIECE: usize = 1 << 14;

/// See the module.
#[derive(Debug, Default)]
pub struct PrefixSums {
    /// By service: entry `i` sums up its first `i * BLOCK` rows.
    sums: Vec<Vec<Tally>>,
    /// By [`Dim::index`].
    dims: [CodeCounts; Dim::COUNT],
    /// Services, from the first on, of which all is there.
    whole: usize,
    /// Rows of the next one that are in its sums and counts.
    done: usize,
    scratch: Scratch,
}

/// Counts of a dimension's codes.
#[derive(Debug, Default)]
struct CodeCounts {
    /// Rows of a service between two counts; 0: no call carries anything.
    step: usize,
    codes: usize,
    /// By service: counts by code over its first `step` rows, then over its first `2 * step`, end to end.
    counts: Vec<Vec<u32>>,
}

impl PrefixSums {
    /// Of which nothing is made yet.
    pub fn begun(store: &Store) -> Self {
        let mut index = Self::default();
        if PRECOMPUTE {
            for dim in Dim::ALL {
                let codes = store.dict(dim).len();
                if dim != Dim::Service && dim != Dim::ServiceType && codes > 1 {
                    index.dims[dim.index()] = CodeCounts::of(codes);
                }
            }
        }
        index
    }

    /// Makes a further piece; false where all is made.
    pub fn grow(&mut self, store: &Store) -> bool {
        let Some(rows) = store.service_rows(self.whole).filter(|_| PRECOMPUTE) else { return false };
        if self.sums.len() == self.whole {
            self.sums.push(vec![Tally::default()]);
            self.dims.iter_mut().for_each(|ladder| ladder.counts.push(Vec::new()));
        }
        let (from, to) = (self.done, (self.done + PIECE).min(rows.len()));
        sum_up(store, rows.start, to, &mut self.sums[self.whole], &mut self.scratch);
        for dim in Dim::ALL {
            self.dims[dim.index()].climb(store, dim, rows.start, to, &mut self.scratch.codes);
        }
        debug_assert!(from <= to, "it only gets on");
        self.done = to;
        if to == rows.len() {
            (self.whole, self.done) = (self.whole + 1, 0);
        }
        true
    }

    /// Whether all of a service is there.
    pub const fn has(&self, service: usize) -> bool {
        PRECOMPUTE && service < self.whole
    }

    /// Memory that it fills, about.
    pub fn bytes(&self) -> usize {
        let counts = self.dims.iter().flat_map(|ladder| &ladder.counts);
        self.sums.iter().map(Vec::len).sum::<usize>() * size_of::<Tally>() + counts.map(Vec::len).sum::<usize>() * 4
    }

    /// Sums over rows of a service.
    fn tally(&self, store: &Store, service: usize, rows: Rows<usize>, scratch: &mut Scratch) -> Tally {
        if !self.has(service) || rows.len() <= 2 * BLOCK {
            return Tally::of(store, &RowSelection::Run(rows), scratch);
        }
        let mut tally = self.up_to(store, service, rows.end, scratch);
        tally.remove(&self.up_to(store, service, rows.start, scratch));
        tally
    }

    /// Sums over rows of a service, or some of them.
    pub fn tally_of(&self, store: &Store, service: usize, rows: &RowSelection<'_>, scratch: &mut Scratch) -> Tally {
        match rows {
            RowSelection::Run(rows) => self.tally(store, service, rows.clone(), scratch),
            RowSelection::Some(_) => Tally::of(store, rows, scratch),
        }
    }

    /// Sums over each bucket of a service's rows: bucket `b` is of those at the places `edges[b]..edges[b + 1]`.
    pub fn tallies(
        &self,
        store: &Store,
        service: usize,
        rows: &RowSelection<'_>,
        edges: &[usize],
        scratch: &mut Scratch,
    ) -> Vec<Tally> {
        let buckets = edges.windows(2).map(|pair| rows.part(pair[0]..pair[1]));
        if !matches!(rows, RowSelection::Run(run) if !run.is_empty()) || !self.has(service) {
            return buckets.map(|bucket| Tally::of(store, &bucket, scratch)).collect();
        }
        let begin = store.service_rows(service).unwrap_or_default().start;
        // Sums up to where the next bucket begins: each edge is looked for once.
        let mut so_far = None;
        let tally = |bucket: RowSelection<'_>| {
            let RowSelection::Run(rows) = &bucket else { return Tally::default() };
            // What is behind the last sum beforehand may be more than the bucket.
            if rows.len() <= (rows.end - begin) % BLOCK {
                let tally = Tally::of(store, &bucket, scratch);
                if let Some(so_far) = &mut so_far {
                    Tally::merge(so_far, &tally);
                }
                return tally;
            }
            let before = so_far.take().unwrap_or_else(|| self.up_to(store, service, rows.start, scratch));
            let mut tally = self.up_to(store, service, rows.end, scratch);
            so_far = Some(tally);
            tally.remove(&before);
            tally
        };
        buckets.map(tally).collect()
    }

    /// Sums over all rows of a service before `row`.
    fn up_to(&self, store: &Store, service: usize, row: usize, scratch: &mut Scratch) -> Tally {
        let start = store.service_rows(service).unwrap_or_default().start;
        let block = (row - start) / BLOCK;
        let mut tally = self.sums[service][block];
        tally.take(store, &RowSelection::Run(start + block * BLOCK..row), scratch);
        tally
    }

    /// Adds to `counts` how many of a service's rows carry each code of a dimension.
    pub fn count(&self, store: &Store, dim: Dim, service: usize, rows: Rows<usize>, counts: &mut [u64], scratch: &mut Vec<u32>) {
        if !self.has(service) {
            return count(store.codes(dim), &RowSelection::Run(rows), counts, 1, scratch);
        }
        let ladder = &self.dims[dim.index()];
        if ladder.step == 0 {
            // Without counts no call carries anything.
            counts[0] = counts[0].wrapping_add(rows.len() as u64);
            return;
        }
        let start = store.service_rows(service).unwrap_or_default().start;
        let steps = &ladder.counts[service];
        let rungs = steps.len() / ladder.codes;
        let nearest = |row: usize| ((row - start + ladder.step / 2) / ladder.step).min(rungs);
        let (from, to) = (nearest(rows.start), nearest(rows.end));
        if from >= to {
            return count(store.codes(dim), &RowSelection::Run(rows), counts, 1, scratch);
        }
        for (rung, once) in [(from, u64::MAX), (to, 1)] {
            let of = rung.checked_sub(1).map_or(&[][..], |below| &steps[below * ladder.codes..rung * ladder.codes]);
            counts.iter_mut().zip(of).for_each(|(count, &n)| *count = count.wrapping_add(u64::from(n).wrapping_mul(once)));
        }
        // From the rungs to the rows, forwards or backwards.
        for (rung, row, once) in [(from, rows.start, u64::MAX), (to, rows.end, 1)] {
            let rung = start + rung * ladder.step;
            let (between, once) = if rung <= row { (rung..row, once) } else { (row..rung, once.wrapping_neg()) };
            count(store.codes(dim), &RowSelection::Run(between), counts, once, scratch);
        }
    }
}

/// Goes on with the sums of the service that begins at `start`, up to its row `to`.
fn sum_up(store: &Store, start: usize, to: usize, sums: &mut Vec<Tally>, scratch: &mut Scratch) {
    let Some(mut tally) = sums.last().copied() else { return };
    while sums.len() * BLOCK <= to {
        let end = start + sums.len() * BLOCK;
        tally.take(store, &RowSelection::Run(end - BLOCK..end), scratch);
        sums.push(tally);
    }
}

impl CodeCounts {
    fn of(codes: usize) -> Self {
        Self { step: (codes * ROWS_PER_CODE).max(ROWS_MIN), codes, counts: Vec::new() }
    }

    /// Goes on with the newest service, which begins at `start`, up to its row `to`.
    fn climb(&mut self, store: &Store, dim: Dim, start: usize, to: usize, scratch: &mut Vec<u32>) {
        let Some(counts) = self.counts.last_mut().filter(|_| self.step > 0) else { return };
        let mut rungs = counts.len() / self.codes;
        if (rungs + 1) * self.step > to {
            return;
        }
        let mut so_far = vec![0_u64; self.codes];
        if let Some(last) = rungs.checked_sub(1) {
            let last = &counts[last * self.codes..];
            so_far.iter_mut().zip(last).for_each(|(count, &n)| *count = u64::from(n));
        }
        while (rungs + 1) * self.step <= to {
            let from = start + rungs * self.step;
            count(store.codes(dim), &RowSelection::Run(from..from + self.step), &mut so_far, 1, scratch);
            counts.extend(so_far.iter().map(|&n| n as u32));
            rungs += 1;
        }
    }
}

/// Adds `once` to a code's count for each row that carries it.
pub fn count(column: &Codes, rows: &RowSelection<'_>, counts: &mut [u64], once: u64, scratch: &mut Vec<u32>) {
    column.read(rows, scratch);
    for &code in scratch.iter() {
        let count = &mut counts[code as usize];
        *count = count.wrapping_add(once);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Call, NO_STATUS};
    use crate::source::calls::tally::Sum;
    use crate::stats::Moments;
    use crate::store::{Builder, is_failed};
    use proptest::prelude::*;

    /// Enough calls for many sums and some counts.
    const CALLS: u64 = 9_000;

    /// Two services of unequal use, a dimension of few values, one of many and several that no call carries.
    fn store() -> Store {
        let mut builder = Builder::new();
        for i in 0..CALLS {
            let drawn = i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
            let key = format!("key-{}", drawn % 7);
            let address = format!("{}", drawn % 311);
            builder
                .push(&Call {
                    time_ms: i as i64,
                    service: if drawn % 5 == 0 { "few" } else { "many" },
                    status: [429, NO_STATUS, 503, 200][(drawn % 11).min(3) as usize],
                    stream: Some(drawn % 3 > 0),
                    api_key: Some(&key).filter(|_| drawn % 13 > 0).map(String::as_str),
                    ip: Some(&address),
                    input_tokens: Some(drawn % 1_000_003).filter(|n| n % 4 > 0),
                    output_tokens: Some(u64::MAX / 2 - drawn),
                    total_tokens: Some(drawn),
                    latency_us: Some(drawn / 3).filter(|n| n % 6 > 0),
                    ttft_us: Some(drawn / 7),
                    ..Call::default()
                })
                .unwrap();
        }
        builder.finish()
    }

    fn one_by_one(store: &Store, rows: Rows<usize>) -> (u64, u64, u64, [Moments; 7]) {
        let (mut stated, mut failed, mut sums) = (0, 0, [Moments::default(); 7]);
        let calls = rows.len() as u64;
        for row in rows {
            let mut add = |sum: Sum, value: Option<u64>| sums[sum as usize].merge(&Moments::of(value.as_slice()));
            add(Sum::Total, store.total_tokens().get(row));
            add(Sum::Input, store.input_tokens().get(row));
            add(Sum::Output, store.output_tokens().get(row));
            stated += u64::from(store.status(row) != NO_STATUS);
            if is_failed(store.status(row)) {
                failed += 1;
                continue;
            }
            add(Sum::Latency, store.latency_us().get(row));
            add(Sum::Generation, store.generation_us().get(row));
            if store.stream(row) == Some(true) {
                add(Sum::Ttft, store.ttft_us().get(row));
                add(Sum::Tpot, store.tpot_ns().get(row));
            }
        }
        (calls, stated, failed, sums)
    }

    fn parts(tally: &Tally) -> (u64, u64, u64, [Moments; 7]) {
        let sums = [Sum::Total, Sum::Input, Sum::Output, Sum::Latency, Sum::Generation, Sum::Ttft, Sum::Tpot];
        (tally.calls, tally.stated, tally.failed, sums.map(|sum| tally[sum]))
    }

    #[test]
    fn any_run_of_rows_is_what_its_calls_add_up_to() {
        let store = store();
        let mut index = PrefixSums::begun(&store);
        assert!(!index.has(0));
        while index.grow(&store) {}
        assert!(index.has(0) && index.has(1));
        assert!(index.bytes() < 8 * CALLS as usize, "{}", index.bytes());
        let run = (0..2_usize, any::<prop::sample::Index>(), any::<prop::sample::Index>());
        proptest!(ProptestConfig::with_cases(400), |((service, a, b) in run)| {
            let all = store.service_rows(service).unwrap();
            let (a, b) = (a.index(all.len() + 1), b.index(all.len() + 1));
            let rows = all.start + a.min(b)..all.start + a.max(b);
            let mut scratch = Scratch::default();
            let whole = RowSelection::Run(rows.clone());
            let tally = index.tally_of(&store, service, &whole, &mut scratch);
            prop_assert_eq!(parts(&tally), one_by_one(&store, rows.clone()));
            // All of them one by one, which no sum beforehand has a part in.
            let some: Vec<u32> = rows.clone().map(|row| row as u32).collect();
            prop_assert_eq!(index.tally_of(&store, service, &RowSelection::Some(&some), &mut scratch), tally);
            prop_assert_eq!(index.tallies(&store, service, &RowSelection::Run(0..0), &[0, 0, 0], &mut scratch), [Tally::default(); 2]);
            for width in [1, 50, 128, 300, 5_000] {
                let edges: Vec<usize> = (0..rows.len()).step_by(width).chain([rows.len(), rows.len()]).collect();
                let want: Vec<Tally> = edges.windows(2).map(|pair| Tally::of(&store, &RowSelection::Some(&some[pair[0]..pair[1]]), &mut Scratch::default())).collect();
                prop_assert_eq!(&index.tallies(&store, service, &whole, &edges, &mut scratch), &want);
                prop_assert_eq!(&index.tallies(&store, service, &RowSelection::Some(&some), &edges, &mut scratch), &want);
                prop_assert_eq!(&PrefixSums::begun(&store).tallies(&store, service, &whole, &edges, &mut scratch), &want);
            }
            for dim in [Dim::ApiKey, Dim::Ip, Dim::InferenceType, Dim::Region] {
                let mut counts = vec![1; store.dict(dim).len()];
                let mut want = counts.clone();
                index.count(&store, dim, service, rows.clone(), &mut counts, &mut Vec::new());
                rows.clone().for_each(|row| want[store.code(dim, row) as usize] += 1);
                prop_assert_eq!(&counts, &want);
            }
        });
    }
}
