//! What the pages of one service share: its rows in the selection, and the head with switchers and filter lists.

use super::Context;
use super::facets::{FacetCounts, count_under_others, most_first, named};
use super::sieve::{Sieve, Sifted, Verdict};
use super::tally::{Room, Tally};
use crate::model::{Dim, Filter, Range};
use crate::store::Picked;
use crate::wire::{Head, Selection};

/// The service is named by the question, so a filter on services does not apply.
const NAMED: [Dim; 1] = [Dim::Service];

/// A service's rows that pass a filter, in order of time.
#[derive(Debug, Default)]
pub struct Selected {
    sifted: Sifted,
    pub tally: Tally,
}

impl Selected {
    pub fn rows(&self) -> Picked<'_> {
        self.sifted.passing()
    }

    fn new(context: &Context<'_>, service: usize, sifted: Sifted) -> Self {
        let tally = context.profile.index().tally_of(context.store, service, &sifted.passing(), &mut Room::default());
        Self { sifted, tally }
    }
}

/// A service's rows in a range that pass the filter.
pub fn selected(context: &Context<'_>, service: usize, range: Range, filter: &Filter) -> Selected {
    let store = context.store;
    let sieve = Sieve::new(filter, store, &NAMED);
    let sieve = sieve.within(store, service);
    if sieve.of_service() != Verdict::Pass {
        return Selected::default();
    }
    Selected::new(context, service, sieve.sift(store, store.rows(service, range)))
}

/// The head of a service's page, the list of services apart, and the rows of the selection.
pub fn head(context: &Context<'_>, service: usize, selection: &Selection) -> (Head, Selected) {
    let store = context.store;
    let kind = store.service_kind(service);
    let sieve = Sieve::new(&selection.filter, store, &NAMED);
    let within = sieve.within(store, service);
    let mut facets = FacetCounts::new(context, &selection.filter);
    let mut room = Vec::new();
    let codes = context.profile.versions(service);
    let mut versions = vec![0; if codes.is_empty() { 0 } else { store.dict(Dim::Version).len() }];
    let mut out = Selected::default();
    let rows = store.rows(service, selection.range);
    let unfiltered_calls = rows.len() as u64;
    if !within.hopeless() {
        let sifted = within.sift(store, rows);
        facets.take(context, service, &within, &sifted, &mut room);
        if within.of_service() == Verdict::Pass {
            if !codes.is_empty() {
                count_under_others(context, service, Dim::Version, &within, &sifted, &mut versions, &mut room);
            }
            out = Selected::new(context, service, sifted);
        }
    }
    let versions = codes.iter().map(|&code| (code, versions[code as usize])).collect();
    let version = |code| store.dict(Dim::Version).get(code);
    let head = Head {
        known: true,
        kind,
        figures: out.tally.figures(context.profile.service(service)),
        versions: named(most_first(versions, &version), &version),
        services: Vec::new(),
        facets: facets.finish(store, &selection.filter),
        unfiltered_calls,
        without: facets.without(&sieve.filtered()),
    };
    (head, out)
}

/// All services with their calls in the selection, most first. Versions belong to one service and do not apply to the others.
pub fn services(context: &Context<'_>, selection: &Selection) -> Vec<(String, u64)> {
    let store = context.store;
    let sieve = Sieve::new(&selection.filter, store, &[Dim::Service, Dim::Version]);
    let mut counts = Vec::new();
    let mut room = Vec::new();
    let counted = (0..store.services())
        .map(|service| {
            let within = sieve.within(store, service);
            let rows = store.rows(service, selection.range);
            let calls = match within.dims() {
                _ if within.of_service() != Verdict::Pass => 0,
                [] => rows.len() as u64,
                [(dim, table)] => {
                    counts.clear();
                    counts.resize(table.len(), 0);
                    context.profile.index().count(store, *dim, service, rows, &mut counts, &mut room);
                    counts.iter().zip(table).map(|(&count, &passes)| count * u64::from(passes)).sum()
                }
                _ => within.sift(store, rows).passing().len() as u64,
            };
            (service as u32, calls)
        })
        .collect();
    let name = |code| store.dict(Dim::Service).get(code);
    named(most_first(counted, &name), &name)
}
