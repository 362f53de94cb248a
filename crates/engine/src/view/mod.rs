//! The questions of a page, and how frames become what the page shows.
//!
//! A page's question ([`Query`]) becomes a [`Batch`]; the frames that answer it become a [`Reply`]. Nothing here knows which source answered.

mod calls;
mod cost;
mod details;
mod failed;
mod figures;
mod head;
mod list;
mod previous;
mod quality;
mod summary;

pub use list::{call_rows, rows, window};

use crate::ask::{self, Ask, Batch, Clock, Frame, Label, Matcher, OpenSource, Slot};
use crate::base::sort::sort_by;
use crate::model::{Dim, ServiceType};
use crate::wire::{
    CallsQuery, CallsReply, DataSet, DetailsReply, Facet, FailedReply, ListReply, Missing, Packed, Piece, Query, Reply,
    RowsReply, Selection, ServiceInfo,
};
use serde::Serialize;
use std::sync::Arc;

/// What is known of a data set's services beside the answers: names to show, types, versions; and which labels its calls carry.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// In the order of their names.
    services: Vec<ServiceInfo>,
    labels: Vec<Label>,
    source: OpenSource,
    /// The first call, where that is known.
    oldest_ms: Option<i64>,
}

impl Known {
    /// `services`: as [`DataSet`] has them. `labels`: those that calls carry, dimensions included. `oldest_ms`: the first call, where that is
    /// known.
    pub fn new(mut services: Vec<ServiceInfo>, labels: Vec<Label>, oldest_ms: Option<i64>) -> Self {
        sort_by(&mut services, |a, b| a.name.cmp(&b.name));
        Self { services, labels, source: OpenSource::default(), oldest_ms }
    }

    /// Of a data set as the engine reports it.
    pub fn of(data: &DataSet) -> Self {
        let named = data.labels.names.iter().copied().map(Label::Named);
        let labels = data.dims.iter().copied().map(Label::Dim).chain(named).collect();
        Self { source: data.source, ..Self::new(data.services.clone(), labels, Some(data.oldest_ms)) }
    }

    /// To look things up in.
    pub fn services(&self) -> Services<'_> {
        Services { known: &self.services, labels: &self.labels, source: self.source, oldest_ms: self.oldest_ms }
    }
}

/// A question with the frames that have come of it.
#[derive(Clone, Debug)]
pub struct Answer {
    query: Arc<Query>,
    known: Arc<Known>,
    parts: Vec<Packed>,
    /// Error messages and request ids are left out of what is opened.
    without_log: bool,
}

/// What a page shows of an answer.
pub trait FromFrames: Sized {
    /// `None` where the question was another page's.
    fn from_frames(query: &Query, frames: &[Frame], services: Services<'_>) -> Option<Self>;

    /// Removes what calls said in words.
    fn forget_log(&mut self) {}
}

impl Answer {
    /// Of which nothing has come yet.
    pub const fn new(query: Arc<Query>, known: Arc<Known>) -> Self {
        Self { query, known, parts: Vec::new(), without_log: false }
    }

    /// Adds what has come.
    pub fn add(&mut self, part: Packed) {
        self.parts.push(part);
    }

    /// The same without error messages and request ids.
    #[must_use]
    pub fn without_log(mut self) -> Self {
        self.without_log = true;
        self
    }

    /// The slot of the question.
    pub fn slot(&self) -> Slot {
        self.query.slot()
    }

    /// The newest frame of each ask; `None` where they are of another build.
    fn frames(&self) -> Option<Vec<Frame>> {
        let mut frames = Vec::new();
        for part in &self.parts {
            part.open().ok()?.put_into(&mut frames);
        }
        Some(frames)
    }

    /// What a page shows of it; `None` where it is another page's answer, or of another build.
    pub fn open<T: FromFrames>(&self) -> Option<T> {
        let mut opened = T::from_frames(&self.query, &self.frames()?, self.known.services())?;
        if self.without_log {
            opened.forget_log();
        }
        Some(opened)
    }

    /// Why a question about one piece alone has no answer. Replies of pages with several pieces name those themselves.
    pub fn missing(&self) -> Option<Missing> {
        let is_page = Query::is_page(self.slot());
        if is_page { None } else { self.frames()?.first().and_then(why_missing) }
    }

    /// The same as bytes for another worker.
    pub fn encoded<T: FromFrames + Serialize>(&self) -> Option<Vec<u8>> {
        crate::wire::encode(&self.open::<T>()?).ok()
    }

    /// The same, whatever page asked.
    pub fn reply(&self) -> Option<Reply> {
        let reply = reply(&self.query, &self.frames()?, self.known.services());
        Some(if self.without_log { reply.without_log() } else { reply })
    }
}

/// See [`Known`].
#[derive(Clone, Copy)]
pub struct Services<'a> {
    /// In the order of their names.
    known: &'a [ServiceInfo],
    /// Labels that calls carry.
    labels: &'a [Label],
    source: OpenSource,
    oldest_ms: Option<i64>,
}

impl<'a> Services<'a> {
    fn get(&self, name: &str) -> Option<&'a ServiceInfo> {
        self.known.binary_search_by(|service| service.name.as_str().cmp(name)).ok().map(|at| &self.known[at])
    }

    /// The name to show.
    fn title(&self, name: &str) -> String {
        self.get(name).map_or(name, |service| service.title.as_str()).to_owned()
    }

    fn kind(&self, name: &str) -> ServiceType {
        self.get(name).map(|service| service.kind).unwrap_or_default()
    }

    /// Whether any service's are.
    fn any_has_versions(&self) -> bool {
        self.known.iter().any(has_versions)
    }

    /// Whether a service's calls are separated by version: those of commercial services are (docs/spec.md, section 4).
    fn has_versions(&self, name: &str) -> bool {
        self.get(name).is_some_and(has_versions)
    }
}

fn has_versions(service: &ServiceInfo) -> bool {
    service.kind == ServiceType::Commercial && !service.versions.is_empty()
}

/// The batch of the Calls page's question, which the first view asks.
pub fn calls_batch(query: &CallsQuery, services: Services<'_>) -> Batch {
    Batch { source: services.source.id, slot: Query::CALLS, asks: calls::asks(query, services), prices: Vec::new() }
}

/// The batch of a page's question.
pub fn batch(query: &Query, services: Services<'_>) -> Batch {
    let (asks, prices) = match query {
        Query::Calls(query) => return calls_batch(query, services),
        Query::Details(query) => (details::asks(query, services), Vec::new()),
        Query::Failed(query) => (failed::asks(query, services), Vec::new()),
        Query::List(query) => (vec![Ask::Calls(list::window(query))], Vec::new()),
        Query::Rows(query) => (vec![Ask::Calls(list::rows(query, services))], Vec::new()),
        Query::Cost(query) => (vec![cost::ask(query)], query.prices.clone()),
        Query::Values(query) => (vec![head::search(query)], Vec::new()),
    };
    Batch { source: services.source.id, slot: query.slot(), asks, prices }
}

/// What a page shows of the frames that answer its batch.
pub fn reply(query: &Query, frames: &[Frame], services: Services<'_>) -> Reply {
    match query {
        Query::Calls(query) => Reply::Calls(calls::reply(query, frames, services)),
        Query::Details(query) => Reply::Details(details::reply(query, frames, services)),
        Query::Failed(query) => Reply::Failed(failed::reply(query, frames, services)),
        Query::List(query) => Reply::List(list::window_reply(query, frames)),
        Query::Rows(_) => Reply::Rows(list::rows_reply(frames, services)),
        Query::Cost(_) => Reply::Cost(cost::reply(frames, services)),
        Query::Values(query) => Reply::Values(head::facet(query.label, frame(frames, 0))),
    }
}

impl FromFrames for CallsReply {
    fn from_frames(query: &Query, frames: &[Frame], services: Services<'_>) -> Option<Self> {
        if let Query::Calls(query) = query { Some(calls::reply(query, frames, services)) } else { None }
    }
}

impl FromFrames for DetailsReply {
    fn from_frames(query: &Query, frames: &[Frame], services: Services<'_>) -> Option<Self> {
        if let Query::Details(query) = query { Some(details::reply(query, frames, services)) } else { None }
    }
}

impl FromFrames for FailedReply {
    fn from_frames(query: &Query, frames: &[Frame], services: Services<'_>) -> Option<Self> {
        if let Query::Failed(query) = query { Some(failed::reply(query, frames, services)) } else { None }
    }

    fn forget_log(&mut self) {
        Self::forget_log(self);
    }
}

impl FromFrames for RowsReply {
    fn from_frames(query: &Query, frames: &[Frame], services: Services<'_>) -> Option<Self> {
        if let Query::Rows(_) = query { Some(list::rows_reply(frames, services)) } else { None }
    }

    fn forget_log(&mut self) {
        Self::forget_log(self);
    }
}

impl FromFrames for ListReply {
    fn from_frames(query: &Query, frames: &[Frame], _: Services<'_>) -> Option<Self> {
        if let Query::List(query) = query { Some(list::window_reply(query, frames)) } else { None }
    }

    fn forget_log(&mut self) {
        Self::forget_log(self);
    }
}

impl FromFrames for crate::wire::CostReply {
    fn from_frames(query: &Query, frames: &[Frame], services: Services<'_>) -> Option<Self> {
        if let Query::Cost(_) = query { Some(cost::reply(frames, services)) } else { None }
    }
}

impl FromFrames for Facet {
    fn from_frames(query: &Query, frames: &[Frame], _: Services<'_>) -> Option<Self> {
        if let Query::Values(query) = query { Some(head::facet(query.label, frame(frames, 0))) } else { None }
    }
}

/// A page's selection without some dimensions.
fn selection(of: &Selection, without: &[Dim]) -> ask::Selection {
    let mut filter = of.filter.clone();
    without.iter().for_each(|dim| {
        filter.remove(*dim);
    });
    ask::Selection { range: of.range, matchers: ask::matchers(&filter), zone: of.zone.clone() }
}

/// The same of one service, whatever services the filter names.
fn of_service(of: &Selection, service: &str) -> ask::Selection {
    let mut selection = selection(of, &[Dim::Service]);
    selection.matchers.insert(0, Matcher::OneOf(Label::Dim(Dim::Service), vec![service.to_owned()]));
    selection
}

/// The pieces of a page that have no answer, or not to the end. `piece`: what the frame at a place is of.
fn missing(frames: &[Frame], piece: impl Fn(usize) -> Piece) -> Vec<(Piece, Missing)> {
    let mut out: Vec<(Piece, Missing)> = Vec::new();
    for (place, frame) in frames.iter().enumerate() {
        let Some(why) = why_missing(frame) else { continue };
        let piece = piece(place);
        if out.iter().all(|(of, _)| *of != piece) {
            out.push((piece, why));
        }
    }
    out
}

/// Why a frame is no answer, or not to the end.
fn why_missing(frame: &Frame) -> Option<Missing> {
    if frame.unfinished { Some(Missing::Asked) } else { frame.failure().map(|why| Missing::Failed(why.to_owned())) }
}

/// An empty frame means one that did not come.
fn frame(frames: &[Frame], at: usize) -> &Frame {
    static NONE: Frame = Frame {
        buckets: None,
        clock: Clock::Start,
        blur_ms: 0,
        unfinished: false,
        groups: Vec::new(),
        columns: Vec::new(),
        unanswered: Vec::new(),
        total: 0,
        next: None,
        notes: Vec::new(),
    };
    frames.get(at).unwrap_or(&NONE)
}
