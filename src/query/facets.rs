//! The lists of the filter controls: for each dimension, the calls that each value has under all other filters.

use super::Context;
use super::sieve::Verdict;
use crate::base::order::order;
use crate::model::limits::FACET_VALUES_MAX;
use crate::model::{Dim, Filter, ServiceType};
use crate::store::Store;
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

    /// Counts a call by what the filter says of it.
    #[inline]
    pub fn add(&mut self, store: &Store, kind: ServiceType, row: usize, verdict: Verdict) {
        match verdict {
            Verdict::Fail => {}
            Verdict::Pass => {
                self.passed += 1;
                self.kinds[kind as usize] += 1;
                for (dim, counts) in &mut self.dims {
                    counts[store.code(*dim, row) as usize] += 1;
                }
            }
            Verdict::Only(dim) => {
                self.only[dim.index()] += 1;
                if dim == Dim::ServiceType {
                    self.kinds[kind as usize] += 1;
                } else if let Some((_, counts)) = self.dims.iter_mut().find(|(d, _)| *d == dim) {
                    counts[store.code(dim, row) as usize] += 1;
                }
            }
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

fn facet<'a>(dim: Dim, counts: &[u64], text: TextOf<'a>, filter: &Filter) -> Facet {
    let chosen = filter.get(dim).unwrap_or_default();
    let counted = (0..).zip(counts.iter().copied()).filter(|&(_, n)| n > 0).collect();
    let mut codes = most_first(counted, text);
    let distinct = codes.len() as u32;
    let cut = codes.split_off(codes.len().min(FACET_VALUES_MAX));
    let mut values = named(codes, text);
    for value in chosen {
        if !values.iter().any(|(v, _)| v == value) {
            let count = cut.iter().find(|&&(code, _)| text(code) == value).map_or(0, |&(_, n)| n);
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
