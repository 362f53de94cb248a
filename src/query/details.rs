//! A service's Monitoring tab: head, buckets and one chart a step (console-spec section 5).

use super::Context;
use super::charts::{self, Slice};
use super::head::{self, Selected};
use super::tally::{Kind, Room, Tally};
use super::time::{buckets, edges};
use crate::model::{Metric, Precision};
use crate::wire::{Buckets, DetailsQuery, DetailsReply};

/// A Details query on its way.
#[derive(Debug)]
pub struct DetailsPlan {
    query: DetailsQuery,
    work: Option<Work>,
}

#[derive(Debug)]
struct Work {
    service: usize,
    now: Laid,
    /// `None` where no period is compared, or the data has no call in it.
    before: Option<Laid>,
    /// Charts still to make, the next one last.
    todo: Vec<Metric>,
    reply: DetailsReply,
}

/// A selection laid out over its buckets.
#[derive(Debug)]
struct Laid {
    selected: Selected,
    kinds: Vec<Kind>,
    buckets: Buckets,
    edges: Vec<usize>,
    /// Sums over each bucket.
    tallies: Vec<Tally>,
}

impl DetailsPlan {
    pub fn new(query: DetailsQuery) -> Self {
        Self { query, work: None }
    }

    pub fn step(&mut self, context: &Context<'_>) -> Option<DetailsReply> {
        let Some(work) = &mut self.work else {
            let (work, unknown) = Work::new(&self.query, context);
            self.work = work;
            return unknown;
        };
        if let Some(metric) = work.todo.pop() {
            let now = work.now.slice(context);
            let before = work.before.as_ref().map(|laid| laid.slice(context));
            let involved = context.profile.service(work.service);
            work.reply.charts.push(charts::chart(metric, &now, before.as_ref(), involved));
        }
        if !work.todo.is_empty() {
            return None;
        }
        self.work.take().map(|mut work| {
            work.reply.bucket_calls = work.now.edges.windows(2).map(|pair| (pair[1] - pair[0]) as u64).collect();
            work.reply.buckets = work.now.buckets;
            work.reply
        })
    }
}

impl Work {
    /// The first step; a service that the data does not have is answered at once.
    fn new(query: &DetailsQuery, context: &Context<'_>) -> (Option<Self>, Option<DetailsReply>) {
        let selection = &query.selection;
        let (now_buckets, precision) = buckets(selection.range, query.precision, &selection.zone);
        let mut reply = DetailsReply { service: query.service.clone(), range: selection.range, ..DetailsReply::default() };
        let Some(service) = context.store.service_code(&query.service) else {
            reply.head.services = head::services(context, selection);
            reply.bucket_calls = vec![0; now_buckets.starts_ms.len()];
            reply.buckets = now_buckets;
            return (None, Some(reply));
        };
        let (head, selected) = head::head(context, service, selection);
        reply.head = head;
        reply.head.services = head::services(context, selection);
        let mut todo = charts::metrics(context.profile.service(service));
        todo.reverse();
        let before = Self::before(query, context, service, precision);
        let now = Laid::new(context, service, selected, now_buckets);
        (Some(Self { service, now, before, todo, reply }), None)
    }

    fn before(query: &DetailsQuery, context: &Context<'_>, service: usize, precision: Precision) -> Option<Laid> {
        let selection = &query.selection;
        let range = selection.before?;
        let store = context.store;
        if (0..store.services()).all(|service| store.rows(service, range).is_empty()) {
            return None;
        }
        let selected = head::selected(context, service, range, &selection.filter);
        Some(Laid::new(context, service, selected, buckets(range, precision, &selection.zone).0))
    }
}

impl Laid {
    fn new(context: &Context<'_>, service: usize, selected: Selected, buckets: Buckets) -> Self {
        let Context { store, profile, .. } = context;
        let mut room = Room::default();
        let rows = selected.rows();
        let edges = edges(&buckets, &rows, store);
        let tally = |pair: &[usize]| profile.index().tally_of(store, service, &rows.part(pair[0]..pair[1]), &mut room);
        let tallies = edges.windows(2).map(tally).collect();
        room.kinds.read(store, &rows);
        Self { selected, kinds: room.kinds.of, buckets, edges, tallies }
    }

    fn slice<'a>(&'a self, context: &Context<'a>) -> Slice<'a> {
        Slice {
            store: context.store,
            rows: self.selected.rows(),
            kinds: &self.kinds,
            edges: &self.edges,
            tallies: &self.tallies,
            buckets: &self.buckets,
            tally: &self.selected.tally,
        }
    }
}
