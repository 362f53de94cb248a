//! A service's Monitoring tab: head, buckets and one chart a step (console-spec section 5).

use super::Context;
use super::charts::{self, Slice};
use super::head::{self, Selected};
#[cfg(feature = "formats")]
use super::shard::{Ask, LEAST_CALLS};
#[cfg(feature = "formats")]
use super::spread::Spread;
use super::tally::{Kind, Kinds, Room, Tally};
use super::time::{buckets, edges};
#[cfg(feature = "formats")]
use crate::base::order::sort_by;
use crate::model::{Metric, Precision};
#[cfg(feature = "formats")]
use crate::wire::Chart;
use crate::wire::{Buckets, DetailsQuery, DetailsReply};

/// A Details query on its way.
#[derive(Debug)]
pub struct DetailsPlan {
    query: DetailsQuery,
    work: Option<Work>,
}

#[derive(Debug)]
struct Work {
    now: Laid,
    /// `None` where no period is compared, or the data has no call in it.
    before: Option<Laid>,
    /// Charts still to make, the next one last.
    todo: Vec<Metric>,
    #[cfg(feature = "formats")]
    others: Box<Others>,
    reply: DetailsReply,
}

/// What other workers do of it.
#[cfg(feature = "formats")]
#[derive(Debug, Default)]
struct Others {
    /// Not sent out yet.
    asks: Vec<Ask>,
    /// Not answered yet.
    awaited: Vec<Metric>,
}

/// A selection laid out over its buckets.
#[derive(Debug)]
struct Laid {
    service: usize,
    selected: Selected,
    /// Of the calls in buckets that are not known beforehand. Of the period before, sums are all that is.
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
            let involved = context.profile.service(work.now.service);
            work.reply.charts.push(charts::chart(metric, &now, before.as_ref(), involved));
        }
        #[cfg(feature = "formats")]
        if !work.others.awaited.is_empty() {
            return None;
        }
        if !work.todo.is_empty() {
            return None;
        }
        self.work.take().map(|mut work| {
            #[cfg(feature = "formats")]
            work.in_order(context);
            work.reply.bucket_calls = work.now.edges.windows(2).map(|pair| (pair[1] - pair[0]) as u64).collect();
            work.reply.buckets = work.now.buckets;
            work.reply
        })
    }

    /// Whether nothing is left but to hear from other workers.
    #[cfg(feature = "formats")]
    pub fn waits(&self) -> bool {
        self.work.as_ref().is_some_and(|work| work.todo.is_empty() && !work.others.awaited.is_empty())
    }

    /// What other workers are to be asked and have not been.
    #[cfg(feature = "formats")]
    pub fn asks(&mut self) -> Vec<Ask> {
        self.work.as_mut().map_or_else(Vec::new, |work| core::mem::take(&mut work.others.asks))
    }

    /// Takes what another worker says of a metric; `None`: it says nothing, and the metric is done here.
    #[cfg(feature = "formats")]
    pub fn hear(&mut self, context: &Context<'_>, metric: Metric, spreads: Option<Vec<Spread>>) {
        let Some(work) = self.work.as_mut() else { return };
        let Some(at) = work.others.awaited.iter().position(|&awaited| awaited == metric) else { return };
        work.others.awaited.remove(at);
        work.others.asks.retain(|ask| ask.metric != metric);
        match spreads.and_then(|spreads| charts::chart_of(metric, &work.now.slice(context), spreads)) {
            Some(chart) => work.reply.charts.push(chart),
            None => work.todo.push(metric),
        }
    }
}

impl Work {
    /// Leaves to other workers what they hold.
    #[cfg(feature = "formats")]
    fn share(&mut self, context: &Context<'_>) {
        let rows = self.now.selected.rows();
        let (theirs, own): (Vec<Metric>, _) = self.todo.iter().partition(|metric| context.profile.shared().contains(metric));
        self.todo = own;
        *self.others =
            Others { asks: theirs.iter().map(|&metric| Ask::new(metric, &rows, &self.now.edges)).collect(), awaited: theirs };
    }

    /// Puts charts, which come as they are done, in their order.
    #[cfg(feature = "formats")]
    fn in_order(&mut self, context: &Context<'_>) {
        let order = charts::metrics(context.profile.service(self.now.service));
        sort_by(&mut self.reply.charts, |a, b| {
            let place = |chart: &Chart| order.iter().position(|&metric| metric == chart.metric);
            place(a).cmp(&place(b))
        });
    }

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
        let mut now = Laid::new(context, service, selected, now_buckets);
        #[cfg(feature = "formats")]
        {
            let unknown = now.look(context);
            let mut work = Self { now, before, todo, others: Box::default(), reply };
            if unknown >= LEAST_CALLS {
                work.share(context);
            }
            (Some(work), None)
        }
        #[cfg(not(feature = "formats"))]
        {
            now.look(context);
            (Some(Self { now, before, todo, reply }), None)
        }
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
        let rows = selected.rows();
        let edges = edges(&buckets, &rows, store);
        let tallies = profile.tallies(store, service, &rows, &edges, &mut Room::default());
        Self { service, selected, kinds: Vec::new(), buckets, edges, tallies }
    }

    /// Looks at the calls in buckets that are not known beforehand; gives how many they are.
    fn look(&mut self, context: &Context<'_>) -> usize {
        let rows = self.selected.rows();
        let mut kinds = Kinds::default();
        #[cfg(feature = "formats")]
        {
            let known = |pair: &[usize]| context.profile.knows(self.service, &rows.part(pair[0]..pair[1]));
            let buckets: Vec<(&[usize], bool)> = self.edges.windows(2).map(|pair| (pair, known(pair))).collect();
            if buckets.iter().any(|&(_, known)| known) {
                self.kinds = vec![Kind::Failed; rows.len()];
                // What lies beside each other is looked at in one go.
                let unknown = buckets.chunk_by(|a, b| a.1 == b.1).filter(|together| !together[0].1);
                return unknown
                    .map(|together| {
                        let places = together[0].0[0]..together[together.len() - 1].0[1];
                        kinds.read(context.store, &rows.part(places.clone()));
                        self.kinds[places].copy_from_slice(&kinds.of);
                        kinds.of.len()
                    })
                    .sum();
            }
        }
        kinds.read(context.store, &rows);
        self.kinds = kinds.of;
        self.kinds.len()
    }

    fn slice<'a>(&'a self, context: &Context<'a>) -> Slice<'a> {
        Slice {
            store: context.store,
            #[cfg(feature = "formats")]
            profile: context.profile,
            #[cfg(feature = "formats")]
            service: self.service,
            rows: self.selected.rows(),
            kinds: &self.kinds,
            edges: &self.edges,
            tallies: &self.tallies,
            buckets: &self.buckets,
            tally: &self.selected.tally,
        }
    }
}
