//! Calls that several records make up: the chunks of a stream, which share an id; failures in a
//! batch's output, which have neither time nor model of their own; and calls of a trace that both
//! client and server recorded.
//!
//! A reader that has seen any of these can no longer start between two records: the rest depends on
//! what came before.

use crate::ingest::importer::Sink;
use crate::model::limits::HELD_CALLS_MAX;
use crate::model::{Call, Place, Problem, RecordError};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The name of a server's span whose call a client's span of the same trace has already.
pub const SEEN_BY_SERVER: &str = "spans of servers whose calls the client's spans tell";

/// How a record relates to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join<'r> {
    /// A part of a call: parts of one request id are one call.
    Part,
    /// A call of a batch that has a time.
    Dated,
    /// A call of a batch without a time.
    Undated,
    /// A call of this trace as its client saw it.
    Client(&'r str),
    /// A call of this trace as its server saw it: the same one where a client's span of the trace is there.
    Server(&'r str),
}

/// Texts of a call, in the order of [`texts`].
type Texts<T> = [Option<T>; 13];

/// A call that outlives its record.
#[derive(Debug)]
struct PendingCall {
    /// Without its texts.
    call: Call<'static>,
    texts: Texts<Box<str>>,
    place: Place,
}

/// See the module's text.
#[derive(Debug, Default)]
pub struct Joins {
    /// Streams by their id, and the ids in the order in which they began.
    streams: BTreeMap<Box<str>, PendingCall>,
    order: VecDeque<Box<str>>,
    /// Calls of a batch without a time, while none with one has come.
    undated: Vec<PendingCall>,
    /// The latest call of a batch that has a time.
    dated: Option<PendingCall>,
    /// Traces of which a client's span was read, the latest ones, and their order.
    traces: BTreeSet<Box<str>>,
    traces_order: VecDeque<Box<str>>,
    /// Calls by servers' spans with their traces, while a client's span may still come.
    served: VecDeque<(Box<str>, PendingCall)>,
    /// Servers' spans that were left out.
    repeated: u64,
    used: bool,
}

impl Joins {
    /// Whether any record was met that says only a part.
    pub const fn used(&self) -> bool {
        self.used
    }

    /// Whether a part belongs to a call that has begun.
    pub fn knows(&self, part: &Call<'_>, join: Join<'_>) -> bool {
        join == Join::Part && part.request_id.is_some_and(|id| self.streams.contains_key(id))
    }

    /// Takes a record's call.
    pub fn take(&mut self, call: &Call<'_>, join: Join<'_>, place: Place, sink: &mut dyn Sink) {
        self.used = true;
        match join {
            Join::Part => self.part(call, place, sink),
            Join::Dated => self.dated(call, place, sink),
            Join::Undated => self.undated(call, place, sink),
            Join::Client(trace) => self.client(trace, call, place, sink),
            Join::Server(trace) => {
                self.served.push_back((trace.into(), PendingCall::of(call, place)));
                if self.served.len() > HELD_CALLS_MAX {
                    self.serve(sink);
                }
            }
        }
    }

    /// Notes a client's span. Spans of one trace lie close to each other: the latest traces are enough.
    fn client(&mut self, trace: &str, call: &Call<'_>, place: Place, sink: &mut dyn Sink) {
        if self.traces.insert(trace.into()) {
            self.traces_order.push_back(trace.into());
        }
        if self.traces_order.len() > HELD_CALLS_MAX
            && let Some(oldest) = self.traces_order.pop_front()
        {
            self.traces.remove(&oldest);
        }
        sink.call(call, place);
    }

    /// Decides on the server's span that has waited longest.
    fn serve(&mut self, sink: &mut dyn Sink) {
        match self.served.pop_front() {
            Some((trace, _)) if self.traces.contains(&trace) => self.repeated += 1,
            Some((_, held)) => held.give(sink),
            None => {}
        }
    }

    /// Takes a part of a call; parts of one request id are one call, at the place of the first.
    fn part(&mut self, part: &Call<'_>, place: Place, sink: &mut dyn Sink) {
        let Some(id) = part.request_id else { return sink.call(part, place) };
        if let Some(held) = self.streams.get_mut(id) {
            return held.add(part);
        }
        if self.order.len() >= HELD_CALLS_MAX
            && let Some(held) = self.order.pop_front().and_then(|oldest| self.streams.remove(&oldest))
        {
            held.give(sink);
        }
        self.streams.insert(id.into(), PendingCall::of(part, place));
        self.order.push_back(id.into());
    }

    /// Takes a call of a batch that has a time.
    fn dated(&mut self, call: &Call<'_>, place: Place, sink: &mut dyn Sink) {
        let like = PendingCall::of(call, place);
        for mut held in self.undated.drain(..) {
            held.date(&like);
            held.give(sink);
        }
        self.dated = Some(like);
        sink.call(call, place);
    }

    /// Takes a call of a batch that has none: it takes time, service and model of the call before it that has one; those at the
    /// beginning of the file, of the first that has.
    fn undated(&mut self, call: &Call<'_>, place: Place, sink: &mut dyn Sink) {
        let mut held = PendingCall::of(call, place);
        match &self.dated {
            Some(like) => {
                held.date(like);
                held.give(sink);
            }
            None if self.undated.len() < HELD_CALLS_MAX => self.undated.push(held),
            None => held.reject(sink),
        }
    }

    /// Ends the source; how many records told a call that another has told.
    pub fn finish(&mut self, sink: &mut dyn Sink) -> u64 {
        while let Some(id) = self.order.pop_front() {
            if let Some(held) = self.streams.remove(&id) {
                held.give(sink);
            }
        }
        self.undated.drain(..).for_each(|held| held.reject(sink));
        while !self.served.is_empty() {
            self.serve(sink);
        }
        self.repeated
    }
}

impl PendingCall {
    fn of(call: &Call<'_>, place: Place) -> Self {
        Self { call: with(call, [None; 13]), texts: texts(call).map(|text| text.map(Box::from)), place }
    }

    fn give(&self, sink: &mut dyn Sink) {
        let texts = self.texts.each_ref().map(Option::as_deref);
        sink.call(&with(&self.call, texts), self.place);
    }

    fn reject(&self, sink: &mut dyn Sink) {
        let (field, found) = ("created".to_owned(), String::new());
        sink.reject(RecordError { place: self.place, problem: Problem::Missing, field, found });
    }

    fn date(&mut self, like: &Self) {
        self.call.time_ms = like.call.time_ms;
        // A batch is of one model, which a failure does not name.
        for text in [SERVICE, MODEL] {
            if self.texts[text].as_deref().is_none_or(str::is_empty) {
                self.texts[text].clone_from(&like.texts[text]);
            }
        }
    }

    /// Counts of a stream's chunks are of all so far: the latest holds.
    fn add(&mut self, part: &Call<'_>) {
        for (text, given) in self.texts.iter_mut().zip(texts(part)) {
            if text.is_none() {
                *text = given.map(Box::from);
            }
        }
        let call = &mut self.call;
        call.time_ms = call.time_ms.min(part.time_ms);
        if part.status >= 400 {
            call.status = part.status;
        }
        call.input_tokens = part.input_tokens.or(call.input_tokens);
        call.output_tokens = part.output_tokens.or(call.output_tokens);
        call.cached_tokens = part.cached_tokens.or(call.cached_tokens);
        call.reasoning_tokens = part.reasoning_tokens.or(call.reasoning_tokens);
        call.total_tokens = part.total_tokens.or(call.total_tokens);
        call.latency_us = part.latency_us.or(call.latency_us);
        call.ttft_us = part.ttft_us.or(call.ttft_us);
        call.tpot_ns = part.tpot_ns.or(call.tpot_ns);
        call.queue_us = part.queue_us.or(call.queue_us);
    }
}

/// Places among a call's texts.
const SERVICE: usize = 0;
const MODEL: usize = 2;

fn texts<'a>(call: &Call<'a>) -> Texts<&'a str> {
    [
        Some(call.service),
        call.version,
        call.model,
        call.api_key,
        call.ip,
        call.error_code,
        call.error_message,
        call.inference_type,
        call.region,
        call.workspace,
        call.service_tier,
        call.replica,
        call.request_id,
    ]
}

/// A call with other texts.
fn with<'b>(call: &Call<'_>, texts: Texts<&'b str>) -> Call<'b> {
    let [service, version, model, api_key, ip, error_code, error_message, rest @ ..] = texts;
    let [inference_type, region, workspace, service_tier, replica, request_id] = rest;
    Call {
        time_ms: call.time_ms,
        service: service.unwrap_or(""),
        service_type: call.service_type,
        version,
        model,
        api_key,
        ip,
        status: call.status,
        error_code,
        error_message,
        stream: call.stream,
        input_tokens: call.input_tokens,
        output_tokens: call.output_tokens,
        cached_tokens: call.cached_tokens,
        reasoning_tokens: call.reasoning_tokens,
        audio_input_tokens: call.audio_input_tokens,
        audio_output_tokens: call.audio_output_tokens,
        total_tokens: call.total_tokens,
        latency_us: call.latency_us,
        ttft_us: call.ttft_us,
        tpot_ns: call.tpot_ns,
        queue_us: call.queue_us,
        generation_us: call.generation_us,
        media: call.media,
        inference_type,
        region,
        workspace,
        service_tier,
        replica,
        labels: "",
        request_id,
        cost: call.cost,
    }
}
