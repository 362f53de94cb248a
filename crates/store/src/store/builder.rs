//! Appends calls to columns, and orders them at the end.

use super::codes::U4_CODES;
use super::hash_index::{HashIndex, hash_pair};
use super::totals;
use super::{Codes, Dict, Labels, Numbers, Store, Times};
use crate::base::build::FULL;
use crate::base::sort::sort_indices_by;
use crate::model::limits::{CALLS_MAX, DIM_VALUES_MAX};
use crate::model::{Call, Dim, Media, ServiceType};
use core::mem::take;
use core::ops::Range as Rows;

/// Why a call was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the data set holds {CALLS_MAX} calls already")]
    TooManyCalls,
    #[error("more than {DIM_VALUES_MAX} distinct values of {}", .0.key())]
    TooManyValues(Dim),
}

/// Calls that are held back before columns are appended to, each with all of them at once.
const HELD: usize = 128;
/// Code columns: those of dimensions that a call carries, the service the last of them, then these.
const CODES: usize = SERVICE + 6;
const SERVICE: usize = 9;
const STATUS: usize = SERVICE + 1;
const ERROR: usize = SERVICE + 2;
const STREAM: usize = SERVICE + 3;
const MEDIA: usize = SERVICE + 4;
const LABELS: usize = SERVICE + 5;
const NUMBERS: usize = 9;

/// Calls held back, column by column.
#[derive(Debug)]
struct CallBatch {
    calls: usize,
    codes: [[u32; HELD]; CODES],
    numbers: [[u64; HELD]; NUMBERS],
}

/// A store under construction.
#[derive(Debug)]
pub struct Builder {
    pub(super) store: Store,
    pub(super) times: Vec<i64>,
    pub(super) service: Codes,
    /// The newest calls.
    held: Box<CallBatch>,
    /// By pair code: the codes of its own code and message.
    pairs: Vec<(u32, u32)>,
    errors: HashIndex,
    error_codes: Dict,
    error_messages: Dict,
    /// By HTTP status: its code + 1, or 0.
    statuses: Vec<u32>,
    /// Some dictionary has as many values as it may.
    full: bool,
    /// The code of the inference type `realtime`; 0 until a call needs it.
    realtime: u32,
}

impl Default for Builder {
    fn default() -> Self {
        let mut store = Store { errors: vec![(String::new(), String::new())], labels: Labels::empty(), ..Store::default() };
        for dim in Dim::ALL {
            if dim != Dim::Service {
                store.dicts[dim.index()] = Dict::with_empty();
            }
        }
        let mut errors = HashIndex::default();
        errors.add(0, hash_pair((0, 0)));
        Self {
            store,
            times: Vec::new(),
            service: Codes::default(),
            held: Box::new(CallBatch { calls: 0, codes: [[0; HELD]; CODES], numbers: [[0; HELD]; NUMBERS] }),
            pairs: vec![(0, 0)],
            errors,
            error_codes: Dict::with_empty(),
            error_messages: Dict::with_empty(),
            statuses: Vec::new(),
            full: false,
            realtime: 0,
        }
    }
}

impl Builder {
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls added so far.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Memory that the calls so far will fill once they are complete, about.
    pub fn bytes(&self) -> usize {
        let s = &self.store;
        let dims = Dim::ALL.into_iter().map(|dim| (&s.dims[dim.index()], s.dict(dim).len()));
        let labels = (&s.labels.rows, s.labels.sets.len());
        let lists = [(&s.status, s.statuses.len()), (&s.error, s.errors.len()), (&s.stream, 3), (&s.media, 3), labels];
        let halved = dims.chain(lists).filter(|&(_, codes)| codes <= U4_CODES).map(|(column, _)| column.bytes() / 2);
        self.times.len() * 4 + s.bytes() - halved.sum::<usize>()
    }

    /// Makes room for so many calls in all, where there is that much. Columns that grow as they are filled are copied again and again, and leave holes
    /// behind that nothing fits into.
    pub fn expect(&mut self, calls: usize) {
        let more = calls.min(CALLS_MAX).saturating_sub(self.len());
        codes_of(&mut self.store, &mut self.service).into_iter().for_each(|column| column.reserve(more));
        numbers_mut(&mut self.store).into_iter().for_each(|column| column.reserve(more));
        self.store.request_ids.reserve(more);
        // Where there is no room, it grows as it is filled.
        drop(self.times.try_reserve_exact(more));
    }

    /// Sets a service's type as a document declares it, ahead of or after its calls.
    pub fn declare_service(&mut self, name: &str, kind: ServiceType) {
        let code = self.store.dicts[Dim::Service.index()].intern(name) as usize;
        if self.store.service_kinds.len() <= code {
            self.store.service_kinds.resize(code + 1, ServiceType::My);
        }
        self.store.service_kinds[code] = kind;
    }

    /// Takes a call in.
    ///
    /// # Errors
    /// Where a limit is reached; nothing of the call is kept then.
    pub fn push(&mut self, call: &Call<'_>) -> Result<(), Refusal> {
        if self.len() >= CALLS_MAX {
            return Err(Refusal::TooManyCalls);
        }
        let texts = [
            (Dim::ApiKey, call.api_key),
            (Dim::Ip, call.ip),
            (Dim::InferenceType, call.inference_type),
            (Dim::Model, call.model),
            (Dim::Region, call.region),
            (Dim::Workspace, call.workspace),
            (Dim::ServiceTier, call.service_tier),
            (Dim::Replica, call.replica),
            (Dim::Version, call.version),
        ];
        if self.full {
            for (dim, text) in texts.into_iter().chain([(Dim::Service, Some(call.service))]) {
                let dict = &self.store.dicts[dim.index()];
                if dict.len() >= DIM_VALUES_MAX && dict.find(text.unwrap_or("")).is_none() {
                    return Err(Refusal::TooManyValues(dim));
                }
            }
        }
        // The place among the calls held back.
        let row = self.held.calls % HELD;
        for (place, &(dim, text)) in texts.iter().enumerate() {
            let code = match text {
                None if dim == Dim::InferenceType => self.realtime(),
                None | Some("") => 0,
                Some(text) => {
                    let code = self.store.dicts[dim.index()].intern(text);
                    self.full |= code as usize >= DIM_VALUES_MAX - 1;
                    code
                }
            };
            self.held.codes[place][row] = code;
        }
        let service = self.store.dicts[Dim::Service.index()].intern(call.service);
        self.full |= service as usize >= DIM_VALUES_MAX - 1;
        let kinds = &mut self.store.service_kinds;
        if kinds.len() <= service as usize {
            kinds.resize(service as usize + 1, ServiceType::My);
        }
        // One service, one type: a single call that says "commercial" makes it so.
        if call.service_type == ServiceType::Commercial {
            kinds[service as usize] = ServiceType::Commercial;
        }
        let error = if call.error_code.is_none() && call.error_message.is_none() {
            0
        } else {
            self.error(call.error_code.unwrap_or(""), call.error_message.unwrap_or(""))
        };
        let status = self.status(call.status);
        let labels = self.store.labels.intern(call.labels);

        let plain = |value: Option<u64>| value.unwrap_or(Numbers::ABSENT);
        let held = &mut self.held;
        held.codes[SERVICE][row] = service;
        held.codes[STATUS][row] = status;
        held.codes[ERROR][row] = error;
        held.codes[LABELS][row] = labels;
        held.codes[STREAM][row] = call.stream.map_or(0, |s| 1 + u32::from(s));
        held.codes[MEDIA][row] = match call.media {
            None => 0,
            Some(Media::Image) => 1,
            Some(Media::Video) => 2,
        };
        let numbers = [
            plain(call.input_tokens),
            plain(call.output_tokens),
            plain(call.cached_tokens),
            plain(totals::own(call)),
            plain(call.latency_us),
            plain(call.ttft_us),
            plain(call.incremental_ns()),
            plain(call.queue_us),
            plain(call.generation_us),
        ];
        for (held, number) in held.numbers.iter_mut().zip(&numbers) {
            held[row] = *number;
        }
        self.store.request_ids.push(call.request_id.unwrap_or(""));
        self.times.push(call.time_ms);
        held.calls += 1;
        if held.calls == HELD {
            self.flush();
        }
        Ok(())
    }

    /// Appends the calls held back to the columns.
    pub(super) fn flush(&mut self) {
        let calls = take(&mut self.held.calls);
        for (column, held) in codes_of(&mut self.store, &mut self.service).into_iter().zip(&self.held.codes) {
            column.extend(&held[..calls]);
        }
        for (column, held) in numbers_mut(&mut self.store).into_iter().zip(&self.held.numbers) {
            column.extend(&held[..calls]);
        }
    }

    /// The code of an HTTP status.
    pub(super) fn status(&mut self, status: u16) -> u32 {
        let place = usize::from(status);
        if self.statuses.len() <= place {
            self.statuses.resize(place + 1, 0);
        }
        if self.statuses[place] == 0 {
            self.store.statuses.push(status);
            self.statuses[place] = self.store.statuses.len() as u32;
        }
        self.statuses[place] - 1
    }

    /// The code of the inference type that holds where none is given.
    fn realtime(&mut self) -> u32 {
        if self.realtime == 0 {
            self.realtime = self.store.dicts[Dim::InferenceType.index()].intern("realtime");
        }
        self.realtime
    }

    /// The code of a pair of own code and message.
    pub(super) fn error(&mut self, code: &str, message: &str) -> u32 {
        let pair = (self.error_codes.intern(code), self.error_messages.intern(message));
        let hash = hash_pair(pair);
        if let Some(known) = self.errors.find(hash, |code| self.pairs[code as usize] == pair) {
            return known;
        }
        let error = self.pairs.len() as u32;
        self.pairs.push(pair);
        self.errors.add(error, hash);
        self.store.errors.push((code.into(), message.into()));
        error
    }

    /// The newest call's time so far.
    pub fn newest_ms(&self) -> Option<i64> {
        self.times.iter().copied().max()
    }

    /// Times as they came, to be moved before [`Builder::finish`] (demonstration data).
    pub fn times(&self) -> &[i64] {
        &self.times
    }

    /// Moves every call by `shift_ms` and leaves out those after `until_ms`.
    pub fn shift(mut self, shift_ms: i64, until_ms: i64) -> Store {
        for time in &mut self.times {
            *time += shift_ms;
        }
        let kept = (0..self.len() as u32).filter(|&i| self.times[i as usize] <= until_ms).collect();
        self.ordered(kept)
    }

    /// Orders the calls by service and time and closes the store.
    pub fn finish(self) -> Store {
        let order = (0..self.len() as u32).collect();
        self.ordered(order)
    }

    pub(super) fn ordered(mut self, kept: Vec<u32>) -> Store {
        self.flush();
        let Self { mut store, times, service, .. } = self;
        let services = store.dicts[Dim::Service.index()].len();
        let (mut order, service_rows) = by_service(&kept, &service, services);
        for rows in &service_rows {
            // Stable, so that calls of one instant keep the source's order.
            sort_indices_by(&mut order[rows.clone()], &mut |a, b| times[a as usize].cmp(&times[b as usize]));
        }
        let oldest_ms = order.iter().map(|&i| times[i as usize]).min().unwrap_or(0);
        store.times = Times::of(oldest_ms, order.iter().map(|&i| times[i as usize]));
        // Each column gives its memory back before the next is laid out anew.
        drop((kept, times, service));
        for column in codes_of(&mut store, &mut Codes::default()) {
            *column = take(column).reordered(&order);
        }
        for column in numbers_mut(&mut store) {
            *column = take(column).reordered(&order);
        }
        store.request_ids = take(&mut store.request_ids).reordered(&order);
        if FULL {
            store.dicts.iter_mut().chain(store.labels.dicts_mut()).for_each(Dict::settle);
        }
        store.service_kinds.resize(services, ServiceType::My);
        store.service_rows = service_rows;
        store
    }
}

/// Columns of codes in the order in which calls are held back: those of a call's texts, the service, status and so on.
fn codes_of<'a>(s: &'a mut Store, service: &'a mut Codes) -> [&'a mut Codes; CODES] {
    let [_, key, ip, inference, model, region, workspace, tier, replica, version, _] = &mut s.dims;
    [
        key,
        ip,
        inference,
        model,
        region,
        workspace,
        tier,
        replica,
        version,
        service,
        &mut s.status,
        &mut s.error,
        &mut s.stream,
        &mut s.media,
        &mut s.labels.rows,
    ]
}

/// Columns of numbers in the order in which calls are held back.
pub(super) fn numbers_mut(s: &mut Store) -> [&mut Numbers; NUMBERS] {
    [
        &mut s.input_tokens,
        &mut s.output_tokens,
        &mut s.cached_tokens,
        &mut s.own_totals,
        &mut s.latency_us,
        &mut s.ttft_us,
        &mut s.tpot_ns,
        &mut s.queue_us,
        &mut s.generation_us,
    ]
}

/// The calls of each service together, in the order they came; and where each service's are.
fn by_service(kept: &[u32], service: &Codes, services: usize) -> (Vec<u32>, Vec<Rows<usize>>) {
    let mut next = vec![0; services];
    for &i in kept {
        next[service.get(i as usize) as usize] += 1;
    }
    let mut rows: Vec<Rows<usize>> = Vec::with_capacity(services);
    let mut start = 0;
    for calls in &mut next {
        let end = start + *calls;
        rows.push(start..end);
        *calls = start;
        start = end;
    }
    let mut order = vec![0; kept.len()];
    for &i in kept {
        let place = &mut next[service.get(i as usize) as usize];
        order[*place] = i;
        *place += 1;
    }
    (order, rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Range;

    fn call(service: &str, time_ms: i64) -> Call<'_> {
        Call { service, time_ms, status: 200, ..Call::default() }
    }

    #[test]
    fn a_service_and_a_time_range_are_contiguous() {
        let mut builder = Builder::new();
        for (service, time) in [("b", 30), ("a", 20), ("b", 10), ("a", 40), ("b", 20)] {
            builder.push(&call(service, time)).unwrap();
        }
        let store = builder.finish();
        let b = store.service_code("b").unwrap();
        let rows = store.rows(b, Range { from_ms: 10, to_ms: 30 });
        assert_eq!(rows.map(|r| store.time_ms(r)).collect::<Vec<_>>(), [10, 20]);
        let a = store.service_code("a").unwrap();
        assert_eq!(store.rows(a, Range { from_ms: 0, to_ms: 100 }).map(|r| store.time_ms(r)).collect::<Vec<_>>(), [20, 40]);
    }

    #[test]
    fn calls_of_one_instant_keep_their_order() {
        let mut builder = Builder::new();
        for id in ["x", "y", "z"] {
            builder.push(&Call { request_id: Some(id), ..call("s", 5) }).unwrap();
        }
        let store = builder.finish();
        assert_eq!([0, 1, 2].map(|r| store.request_id(r)), ["x", "y", "z"]);
    }

    #[test]
    fn a_shift_moves_all_and_leaves_out_what_would_lie_ahead() {
        let mut builder = Builder::new();
        for time in [1, 2, 3] {
            builder.push(&call("s", time)).unwrap();
        }
        let store = builder.shift(10, 12);
        assert_eq!(store.times().iter().collect::<Vec<_>>(), [11, 12]);
        assert_eq!(store.status(1), 200);
    }
}
