//! What the calls of a selection cost by a price sheet: exact sums, by service and version.

use super::Context;
use super::sieve::{Sieve, Verdict};
use crate::model::Dim;
use crate::model::price::Price;
use crate::store::Store;
use crate::wire::{Cost, CostQuery, CostReply, ServiceCost, UNPRICED_NAMED_MAX};
use std::collections::{BTreeMap, HashMap};

/// Calls looked at in one step, about: a few milliseconds.
const STEP_CALLS: usize = 50_000;

/// A Cost query on its way.
#[derive(Debug)]
pub struct CostPlan {
    query: CostQuery,
    work: Option<Work>,
}

#[derive(Debug)]
struct Work {
    sieve: Sieve,
    sheet: HashMap<String, Price>,
    /// By a model's code; the first, of none, is not used.
    by_model: Vec<Option<Price>>,
    /// The service that is looked at, and the next of its rows.
    service: usize,
    at: usize,
    /// Of that service.
    cost: Cost,
    versions: BTreeMap<u32, Cost>,
    /// Calls without a price, by a model's code; the first: of those that go by the service's name.
    unpriced: Vec<u64>,
    named: HashMap<String, u64>,
    totals_alone: u64,
    rows: Vec<ServiceCost>,
}

impl CostPlan {
    pub fn new(query: CostQuery) -> Self {
        Self { query, work: None }
    }

    pub fn step(&mut self, context: &Context<'_>) -> Option<CostReply> {
        let work = self.work.get_or_insert_with(|| Work::new(&self.query, context.store));
        if !work.take(context, &self.query) {
            return None;
        }
        self.work.take().map(|work| work.reply(context.store))
    }
}

impl Work {
    fn new(query: &CostQuery, store: &Store) -> Self {
        let sheet: HashMap<String, Price> = query.prices.iter().cloned().collect();
        let models = store.dict(Dim::Model);
        let by_model: Vec<_> = (0..models.len()).map(|code| sheet.get(models.get(code as u32)).copied()).collect();
        Self {
            sieve: Sieve::new(&query.selection.filter, store, &[]),
            unpriced: vec![0; by_model.len()],
            sheet,
            by_model,
            service: 0,
            at: 0,
            cost: Cost::default(),
            versions: BTreeMap::new(),
            named: HashMap::new(),
            totals_alone: 0,
            rows: Vec::new(),
        }
    }

    /// Looks at the next rows; true when all have been looked at.
    fn take(&mut self, context: &Context<'_>, query: &CostQuery) -> bool {
        let store = context.store;
        let mut left = STEP_CALLS;
        while self.service < store.services() {
            let name = store.service_name(self.service);
            let sieve = self.sieve.within(store, self.service);
            let hopeless = sieve.of_service() != Verdict::Pass;
            let rows = if hopeless { 0..0 } else { store.rows(self.service, query.selection.range) };
            let own = self.sheet.get(name).copied();
            let versioned = !context.profile.versions(self.service).is_empty();
            let from = rows.start.max(self.at);
            let to = rows.end.min(from.saturating_add(left));
            for row in (from..to).filter(|&row| sieve.passes(store, row)) {
                let (input, output) = (store.input_tokens().get(row), store.output_tokens().get(row));
                let both = input.is_some() && output.is_some();
                let (input, output) = (input.unwrap_or(0), output.unwrap_or(0));
                let (known, total) = (input.saturating_add(output), store.total_tokens().get(row).unwrap_or(0));
                if known.max(total) == 0 {
                    continue;
                }
                // Of a call that carries both, the total is not asked; what one that carries half of them lacks would count as nothing.
                let split = known > 0 && (both || total <= known);
                let model = store.code(Dim::Model, row) as usize;
                let price = if model == 0 { own } else { self.by_model[model] };
                let cost = match price.filter(|_| split) {
                    Some(price) => {
                        let cached = store.cached_tokens().get(row).unwrap_or(0);
                        Cost { parts: price.cost(input, cached, output), priced: 1, unpriced: 0 }
                    }
                    None => Cost { unpriced: 1, ..Cost::default() },
                };
                self.unpriced[model] += u64::from(price.is_none());
                self.totals_alone += u64::from(price.is_some() && !split);
                self.cost = self.cost.and(cost);
                if versioned {
                    let version = self.versions.entry(store.code(Dim::Version, row)).or_default();
                    *version = version.and(cost);
                }
            }
            if to < rows.end {
                self.at = to;
                return false;
            }
            left -= to.saturating_sub(from);
            self.close(store);
        }
        true
    }

    /// Ends the service that is looked at.
    fn close(&mut self, store: &Store) {
        let name = store.service_name(self.service).to_owned();
        let unnamed = core::mem::take(&mut self.unpriced[0]);
        if unnamed > 0 {
            *self.named.entry(name.clone()).or_default() += unnamed;
        }
        let (cost, versions) = (core::mem::take(&mut self.cost), core::mem::take(&mut self.versions));
        if cost.carries_tokens() {
            let text = |code: u32| store.dict(Dim::Version).get(code).to_owned();
            let mut versions: Vec<_> = versions.into_iter().map(|(code, cost)| (text(code), cost)).collect();
            versions.sort_by(|a, b| a.0.cmp(&b.0));
            self.rows.push(ServiceCost { name, cost, versions });
        }
        self.service += 1;
        self.at = 0;
    }

    fn reply(mut self, store: &Store) -> CostReply {
        for (code, calls) in self.unpriced.into_iter().enumerate().filter(|(_, calls)| *calls > 0) {
            *self.named.entry(store.dict(Dim::Model).get(code as u32).to_owned()).or_default() += calls;
        }
        self.rows.sort_by(|a, b| a.name.cmp(&b.name));
        let mut unpriced: Vec<_> = self.named.into_iter().collect();
        unpriced.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        unpriced.truncate(UNPRICED_NAMED_MAX);
        CostReply { rows: self.rows, unpriced, totals_alone: self.totals_alone }
    }
}
