//! What the pages of one service share: its rows in the selection, and the head with switchers and filter lists.

use super::Context;
use super::facets::{FacetCounts, most_first, named};
use super::sieve::{Sieve, Verdict};
use super::tally::Tally;
use crate::model::{Dim, Filter, Range};
use crate::wire::{Head, Selection};

/// The service is named by the question, so a filter on services does not apply.
const NAMED: [Dim; 1] = [Dim::Service];

/// A service's rows that pass a filter, in order of time.
#[derive(Debug, Default)]
pub struct Selected {
    pub rows: Vec<u32>,
    pub tally: Tally,
}

/// A service's rows in a range that pass the filter.
pub fn selected(context: &Context<'_>, service: usize, range: Range, filter: &Filter) -> Selected {
    let store = context.store;
    let sieve = Sieve::new(filter, store, &NAMED);
    let sieve = sieve.within(store, service);
    let mut out = Selected::default();
    for row in store.rows(service, range) {
        if sieve.passes(store, row) {
            out.rows.push(row as u32);
            out.tally.add(store, row);
        }
    }
    out
}

/// The head of a service's page, the list of services apart, and the rows of the selection.
pub fn head(context: &Context<'_>, service: usize, selection: &Selection) -> (Head, Selected) {
    let store = context.store;
    let kind = store.service_kind(service);
    let sieve = Sieve::new(&selection.filter, store, &NAMED);
    let within = sieve.within(store, service);
    let mut facets = FacetCounts::new(context, &selection.filter);
    let mut versions: Vec<(u32, u64)> = context.profile.versions(service).iter().map(|&code| (code, 0)).collect();
    let mut out = Selected::default();
    let rows = store.rows(service, selection.range);
    let unfiltered_calls = rows.len() as u64;
    for row in rows {
        let verdict = within.judge(store, row);
        facets.add(store, kind, row, verdict);
        if matches!(verdict, Verdict::Pass | Verdict::Only(Dim::Version))
            && let Ok(place) = versions.binary_search_by_key(&store.code(Dim::Version, row), |&(code, _)| code)
        {
            versions[place].1 += 1;
        }
        if verdict == Verdict::Pass {
            out.rows.push(row as u32);
            out.tally.add(store, row);
        }
    }
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
    let counted = (0..store.services())
        .map(|service| {
            let within = sieve.within(store, service);
            let rows = store.rows(service, selection.range);
            let calls = rows.filter(|&row| within.passes(store, row)).count();
            (service as u32, calls as u64)
        })
        .collect();
    let name = |code| store.dict(Dim::Service).get(code);
    named(most_first(counted, &name), &name)
}
