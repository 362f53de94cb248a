//! The lists of the filter controls: for each dimension, the calls that each value has under all other filters.

use super::Context;
use super::index::count;
use super::sieve::{ServiceSieve, Sifted, Verdict};
use crate::base::order::order;
use crate::model::limits::FACET_VALUES_MAX;
use crate::model::{Dim, Filter, ServiceType};
use crate::stats::percentile::at_rank;
use crate::store::{Picked, Store};
use crate::wire::Facet;

/// Counts on the way to [`Facet`]s. Parts over different calls add up.
#[derive(Debug, Default)]
pub struct FacetCounts {
    kinds: [u64; 2],
    /// Row dimensions with counts by code.
    dims: Vec<(Dim, Vec<u64>)>,
    /// Calls left out by each dimension alone.
    only: [u64; Dim::COUNT],
    passed: u64,
}

impl FacetCounts {
    /// Counts for the lists that a page offers: the first three always, others where the calls carry them or a person filters by them.
    pub fn new(context: &Context<'_>, filter: &Filter) -> Self {
        let offered =
            |dim: &Dim| Dim::FILTERS[..3].contains(dim) || context.profile.dims().contains(dim) || filter.get(*dim).is_some();
        let dims = Dim::FILTERS
            .into_iter()
            .filter(|&dim| dim != Dim::ServiceType)
            .filter(offered)
            .map(|dim| (dim, vec![0; context.store.dict(dim).len()]))
            .collect();
        Self { dims, ..Self::default() }
    }

    /// Counts a service's calls in the range by what the filter says of them. The filter must not be hopeless there.
    pub fn take(
        &mut self,
        context: &Context<'_>,
        service: usize,
        sieve: &ServiceSieve<'_>,
        sifted: &Sifted,
        room: &mut Vec<u32>,
    ) {
        let kind = context.store.service_kind(service) as usize;
        let passing = sifted.passing();
        let calls = passing.len() as u64;
        match sieve.of_service() {
            Verdict::Fail => return,
            Verdict::Only(dim) => {
                self.only[dim.index()] += calls;
                if dim == Dim::ServiceType {
                    self.kinds[kind] += calls;
                }
                return;
            }
            Verdict::Pass => {}
        }
        self.passed += calls;
        self.kinds[kind] += calls;
        for (place, (dim, _)) in sieve.dims().iter().enumerate() {
            self.only[dim.index()] += sifted.only_count(place) as u64;
        }
        for (dim, counts) in &mut self.dims {
            count_under_others(context, service, *dim, sieve, sifted, counts, room);
        }
    }

    /// Calls there would be without each filtered dimension's filter.
    pub fn without(&self, filtered: &[Dim]) -> Vec<(Dim, u64)> {
        filtered.iter().map(|&dim| (dim, self.passed + self.only[dim.index()])).collect()
    }

    /// The lists: values with calls, most first, cut at `limits::FACET_VALUES_MAX`; then chosen values that are not among them, with their count,
    /// be it 0, so that a choice can always be seen and undone.
    pub fn finish(&self, store: &Store, filter: &Filter) -> Vec<Facet> {
        let kind = |code| if code == 0 { ServiceType::My.as_str() } else { ServiceType::Commercial.as_str() };
        let mut out = vec![facet(Dim::ServiceType, &self.kinds, &kind, filter)];
        for (dim, counts) in &self.dims {
            let dict = store.dict(*dim);
            out.push(facet(*dim, counts, &|code| dict.get(code), filter));
        }
        out
    }
}

/// The text of a code.
type TextOf<'a> = &'a dyn Fn(u32) -> &'a str;

/// Adds to `counts` a service's calls by their code of a dimension, under the filters of all others.
pub fn count_under_others(
    context: &Context<'_>,
    service: usize,
    dim: Dim,
    sieve: &ServiceSieve<'_>,
    sifted: &Sifted,
    counts: &mut [u64],
    room: &mut Vec<u32>,
) {
    let Context { store, profile, .. } = context;
    let passing = sifted.passing();
    let filtered = sieve.dims().iter().position(|&(filtered, _)| filtered == dim);
    match (filtered.map(|place| sifted.only(place)), &passing) {
        // Nothing but this dimension leaves calls out.
        (Some(None), _) => profile.index().count(store, dim, service, sifted.rows(), counts, room),
        (None, Picked::Run(rows)) => profile.index().count(store, dim, service, rows.clone(), counts, room),
        (only, passing) => {
            count(store, dim, passing, counts, 1, room);
            if let Some(only) = only.flatten() {
                count(store, dim, &only, counts, 1, room);
            }
        }
    }
}

fn facet<'a>(dim: Dim, counts: &[u64], text: TextOf<'a>, filter: &Filter) -> Facet {
    let chosen = filter.get(dim).unwrap_or_default();
    let mut counted: Vec<(u32, u64)> = (0..).zip(counts.iter().copied()).filter(|&(_, n)| n > 0).collect();
    let distinct = counted.len() as u32;
    if counted.len() > FACET_VALUES_MAX {
        // Only those that may be listed are put in order.
        let mut ascending: Vec<u64> = counted.iter().map(|&(_, n)| n).collect();
        let least = at_rank(&mut ascending, counted.len() - FACET_VALUES_MAX);
        counted.retain(|&(_, n)| n >= least);
    }
    let mut codes = most_first(counted, text);
    codes.truncate(FACET_VALUES_MAX);
    let mut values = named(codes, text);
    for value in chosen {
        if !values.iter().any(|(v, _)| v == value) {
            let count = (0..).zip(counts).find(|&(code, &n)| n > 0 && text(code) == value).map_or(0, |(_, &n)| n);
            values.push((value.clone(), count));
        }
    }
    Facet { dim, values, distinct }
}

/// Orders codes by their counts, most first, then by text.
pub fn most_first<'a>(counted: Vec<(u32, u64)>, text: TextOf<'a>) -> Vec<(u32, u64)> {
    let places = order(counted.len(), &mut |a, b| {
        let ((a, n), (b, m)) = (counted[a as usize], counted[b as usize]);
        m.cmp(&n).then_with(|| text(a).cmp(text(b)))
    });
    places.into_iter().map(|place| counted[place as usize]).collect()
}

/// Codes with their counts as texts with their counts.
pub fn named<'a>(counted: Vec<(u32, u64)>, text: TextOf<'a>) -> Vec<(String, u64)> {
    counted.into_iter().map(|(code, n)| (text(code).to_owned(), n)).collect()
}
