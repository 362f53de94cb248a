//! Appends calls to columns, and orders them at the end.

use super::index::{Index, hash_pair};
use super::{Codes, Dict, Store};
use crate::base::order::arrange;
use crate::model::limits::{CALLS_MAX, DIM_VALUES_MAX};
use crate::model::{Call, Dim, Media, ServiceType};
use core::ops::Range as Rows;

/// Why a call was not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the data set holds {CALLS_MAX} calls already")]
    TooManyCalls,
    #[error("more than {DIM_VALUES_MAX} distinct values of {}", .0.key())]
    TooManyValues(Dim),
}

/// A store under construction.
#[derive(Debug)]
pub struct Builder {
    store: Store,
    service: Codes,
    /// By pair code: the codes of its own code and message.
    pairs: Vec<(u32, u32)>,
    errors: Index,
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
        let mut store = Store { errors: vec![(String::new(), String::new())], ..Store::default() };
        for dim in Dim::ALL {
            if dim != Dim::Service {
                store.dicts[dim.index()] = Dict::with_empty();
            }
        }
        let mut errors = Index::default();
        errors.add(0, hash_pair((0, 0)));
        Self {
            store,
            service: Codes::default(),
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

    /// Calls taken in so far.
    pub fn len(&self) -> usize {
        self.store.time_ms.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Memory that the calls so far fill, about.
    pub fn bytes(&self) -> usize {
        self.store.bytes() + self.service.bytes()
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
        for (dim, text) in texts {
            let code = match text {
                None if dim == Dim::InferenceType => self.realtime(),
                None | Some("") => 0,
                Some(text) => {
                    let code = self.store.dicts[dim.index()].intern(text);
                    self.full |= code as usize >= DIM_VALUES_MAX - 1;
                    code
                }
            };
            self.store.dims[dim.index()].push(code);
        }
        let service = self.store.dicts[Dim::Service.index()].intern(call.service);
        self.full |= service as usize >= DIM_VALUES_MAX - 1;
        self.service.push(service);
        let kinds = &mut self.store.service_kinds;
        if kinds.len() <= service as usize {
            kinds.resize(service as usize + 1, ServiceType::My);
        }
        // One service, one type: a single call that says "commercial" makes it so.
        if call.service_type == ServiceType::Commercial {
            kinds[service as usize] = ServiceType::Commercial;
        }

        let status = usize::from(call.status);
        if self.statuses.len() <= status {
            self.statuses.resize(status + 1, 0);
        }
        if self.statuses[status] == 0 {
            self.store.statuses.push(call.status);
            self.statuses[status] = self.store.statuses.len() as u32;
        }
        self.store.status.push(self.statuses[status] - 1);

        let error = if call.error_code.is_none() && call.error_message.is_none() {
            0
        } else {
            self.error(call.error_code.unwrap_or(""), call.error_message.unwrap_or(""))
        };
        self.store.error.push(error);

        self.store.time_ms.push(call.time_ms);
        self.store.stream.push(call.stream.map_or(0, |s| 1 + u32::from(s)));
        self.store.media.push(match call.media {
            None => 0,
            Some(Media::Image) => 1,
            Some(Media::Video) => 2,
        });
        let s = &mut self.store;
        s.input_tokens.push(call.input_tokens);
        s.output_tokens.push(call.output_tokens);
        s.cached_tokens.push(call.cached_tokens);
        s.total_tokens.push(call.total());
        s.latency_us.push(call.latency_us);
        s.ttft_us.push(call.ttft_us);
        s.tpot_ns.push(call.incremental_ns());
        s.queue_us.push(call.queue_us);
        s.generation_us.push(call.generation_us);
        s.request_ids.push(call.request_id.unwrap_or(""));
        Ok(())
    }

    /// The code of the inference type that holds where none is given.
    fn realtime(&mut self) -> u32 {
        if self.realtime == 0 {
            self.realtime = self.store.dicts[Dim::InferenceType.index()].intern("realtime");
        }
        self.realtime
    }

    /// The code of a pair of own code and message.
    fn error(&mut self, code: &str, message: &str) -> u32 {
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
        self.store.time_ms.iter().copied().max()
    }

    /// Times as they came, to be moved before [`Builder::finish`] (demonstration data).
    pub fn times(&self) -> &[i64] {
        &self.store.time_ms
    }

    /// Moves every call by `shift_ms` and leaves out those after `until_ms`.
    pub fn shift(self, shift_ms: i64, until_ms: i64) -> Store {
        let kept = |t: i64| t + shift_ms <= until_ms;
        let order: Vec<u32> = (0..self.len() as u32).filter(|&i| kept(self.store.time_ms[i as usize])).collect();
        let mut store = self.ordered(order);
        for t in &mut store.time_ms {
            *t += shift_ms;
        }
        store
    }

    /// Orders the calls by service and time and closes the store.
    pub fn finish(self) -> Store {
        let order = (0..self.len() as u32).collect();
        self.ordered(order)
    }

    fn ordered(self, kept: Vec<u32>) -> Store {
        let Self { store, service, .. } = self;
        let services = store.dicts[Dim::Service.index()].len();
        let (mut order, service_rows) = by_service(&kept, &service, services);
        for rows in &service_rows {
            // Stable, so that calls of one instant keep the source's order.
            arrange(&mut order[rows.clone()], &mut |a, b| store.time_ms[a as usize].cmp(&store.time_ms[b as usize]));
        }
        let mut service_kinds = store.service_kinds;
        service_kinds.resize(services, ServiceType::My);
        Store {
            time_ms: order.iter().map(|&i| store.time_ms[i as usize]).collect(),
            status: store.status.reordered(&order),
            statuses: store.statuses,
            dims: store.dims.map(|d| if d.is_empty() { d } else { d.reordered(&order) }),
            dicts: store.dicts,
            error: store.error.reordered(&order),
            errors: store.errors,
            stream: store.stream.reordered(&order),
            media: store.media.reordered(&order),
            input_tokens: store.input_tokens.reordered(&order),
            output_tokens: store.output_tokens.reordered(&order),
            cached_tokens: store.cached_tokens.reordered(&order),
            total_tokens: store.total_tokens.reordered(&order),
            latency_us: store.latency_us.reordered(&order),
            ttft_us: store.ttft_us.reordered(&order),
            tpot_ns: store.tpot_ns.reordered(&order),
            queue_us: store.queue_us.reordered(&order),
            generation_us: store.generation_us.reordered(&order),
            request_ids: store.request_ids.reordered(&order),
            service_rows,
            service_kinds,
        }
    }
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
        assert_eq!(store.times(), [11, 12]);
        assert_eq!(store.status(1), 200);
    }
}
