//! Which metrics each service has, found in one pass when a store is complete. It decides between a
//! number and "does not apply".

use super::distribution::Distribution;
use super::hourly_rollup::HourlyRollup;
use super::minute_rollup::MinuteRollup;
use super::prefix_sums::PrefixSums;
use super::tally::{Scratch, Tally};
use super::templates::Templates;
use crate::ask::Quantity;
use crate::base::build::FULL;
use crate::base::sort::sort_indices_by;
use crate::model::{Dim, NO_STATUS, ServiceType};
use crate::stats::Counts;
use crate::store::{Numbers, RowSelection, Store, is_failed};
use std::sync::OnceLock;

/// Which metrics a service's calls involve, over all of its calls, failed ones and those outside any selection included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AvailableMetrics {
    /// A call carries a status.
    pub failures: bool,
    pub total_tokens: bool,
    pub input_tokens: bool,
    pub output_tokens: bool,
    pub latency: bool,
    /// A streaming call carries a time to first token.
    pub ttft: bool,
    /// A streaming call carries an incremental token latency.
    pub tpot: bool,
    pub generation: bool,
    /// A call carries a version.
    pub versions: bool,
}

impl AvailableMetrics {
    /// What either involves.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            failures: self.failures | other.failures,
            total_tokens: self.total_tokens | other.total_tokens,
            input_tokens: self.input_tokens | other.input_tokens,
            output_tokens: self.output_tokens | other.output_tokens,
            latency: self.latency | other.latency,
            ttft: self.ttft | other.ttft,
            tpot: self.tpot | other.tpot,
            generation: self.generation | other.generation,
            versions: self.versions | other.versions,
        }
    }
}

/// Facts about a store that no selection changes.
#[derive(Debug, Default)]
pub struct StoreIndex {
    services: Vec<AvailableMetrics>,
    all: AvailableMetrics,
    dims: Vec<Dim>,
    /// Version codes of each service.
    versions: Vec<Vec<u32>>,
    prefix_sums: PrefixSums,
    /// Made when they are first needed.
    templates: OnceLock<Templates>,
    /// Rows of each service's failed calls, ascending. Made when they are first needed.
    failed: Vec<OnceLock<Vec<u32>>>,
    minutes: MinuteRollup,
    hours: HourlyRollup,
}

impl StoreIndex {
    /// Looks through a store, to the end.
    pub fn of(store: &Store) -> Self {
        let mut store_index = Self::begun(store);
        while store_index.grow(store) {}
        store_index
    }

    /// Makes a further piece of what answers are put together from; false where all is made. Answers are the same before and after.
    pub fn grow(&mut self, store: &Store) -> bool {
        self.prefix_sums.grow(store) || FULL && (self.minutes.grow(store) || self.hours.grow(store))
    }

    /// Looks through a store as far as the first answers need it.
    pub fn begun(store: &Store) -> Self {
        let services: Vec<AvailableMetrics> = (0..store.services()).map(|service| available(store, service)).collect();
        let all = services.iter().fold(AvailableMetrics::default(), |all, &one| all.or(one));
        let dims = Dim::FILTERS.into_iter().filter(|&dim| carried(store, dim)).collect();
        let mut counts = Counts::new(store.dict(Dim::Version).len());
        let versions = (0..store.services()).map(|service| versions(store, service, services[service], &mut counts)).collect();
        Self {
            services,
            all,
            dims,
            versions,
            prefix_sums: PrefixSums::begun(store),
            templates: OnceLock::new(),
            failed: (0..store.services()).map(|_| OnceLock::new()).collect(),
            minutes: if FULL { MinuteRollup::begun(store) } else { MinuteRollup::default() },
            hours: HourlyRollup::default(),
        }
    }

    /// What a service involves; nothing for a code that the store does not have.
    pub fn service(&self, service: usize) -> AvailableMetrics {
        self.services.get(service).copied().unwrap_or_default()
    }

    /// Ascending codes of the versions that a commercial service's calls carry, that of "none" included where only some carry one;
    /// empty for services without versions.
    pub fn versions(&self, service: usize) -> &[u32] {
        self.versions.get(service).map_or(&[], Vec::as_slice)
    }

    /// Memory that it fills, about.
    pub fn index_bytes(&self) -> usize {
        let bytes = self.prefix_sums.bytes()
            + self.templates.get().map_or(0, Templates::bytes)
            + self.failed.iter().filter_map(OnceLock::get).map(|failed| size_of_val(failed.as_slice())).sum::<usize>();
        if FULL { bytes + self.minutes.bytes() + self.hours.bytes() } else { bytes }
    }

    /// Those of some rows of a service whose calls failed.
    pub(super) fn failed(&self, store: &Store, service: usize, rows: &core::ops::Range<usize>) -> &[u32] {
        /// Rows looked at in one go.
        const PIECE: usize = 2048;
        let make = || {
            let all = store.service_rows(service).unwrap_or_default();
            let (statuses, codes) = store.statuses();
            let table: Vec<bool> = statuses.iter().map(|&status| is_failed(status)).collect();
            let (mut failed, mut piece) = (Vec::new(), Vec::new());
            for from in all.clone().step_by(PIECE) {
                codes.read(&RowSelection::Run(from..all.end.min(from + PIECE)), &mut piece);
                let of_piece = (from as u32..).zip(&piece).filter(|&(_, &code)| table[code as usize]);
                failed.extend(of_piece.map(|(row, _)| row));
            }
            failed
        };
        let Some(failed) = self.failed.get(service).map(|failed| failed.get_or_init(make)) else { return &[] };
        let before = |end: usize| failed.partition_point(|&row| (row as usize) < end);
        &failed[before(rows.start)..before(rows.end)]
    }

    /// The store's error messages in groups.
    pub(super) fn templates(&self, store: &Store) -> &Templates {
        self.templates.get_or_init(|| Templates::of(store))
    }

    /// Sums over each bucket of a service's rows: bucket `b` is of those at the places `edges[b]..edges[b + 1]`.
    pub(super) fn tallies(
        &self,
        store: &Store,
        service: usize,
        rows: &RowSelection<'_>,
        edges: &[usize],
        scratch: &mut Scratch,
    ) -> Vec<Tally> {
        if !FULL {
            return self.prefix_sums.tallies(store, service, rows, edges, scratch);
        }
        let mut out: Vec<Tally> = Vec::with_capacity(edges.len());
        // The edges before this bucket are done.
        let mut from = 0;
        for (bucket, pair) in edges.windows(2).enumerate() {
            if let Some(known) = self.hours.tally(service, &rows.part(pair[0]..pair[1])) {
                out.extend(self.prefix_sums.tallies(store, service, rows, &edges[from..=bucket], scratch));
                out.push(known);
                from = bucket + 1;
            }
        }
        out.extend(self.prefix_sums.tallies(store, service, rows, &edges[from..], scratch));
        out
    }

    /// What each minute's calls sum up to.
    pub(super) const fn minutes(&self) -> &MinuteRollup {
        &self.minutes
    }

    /// How the values of just these rows of a service spread, where that was precomputed.
    pub(super) fn distribution(&self, service: usize, rows: &RowSelection<'_>, quantity: &Quantity) -> Option<Distribution> {
        self.hours.distribution(service, rows, quantity)
    }

    /// Whether that was precomputed.
    pub(super) fn knows(&self, service: usize, rows: &RowSelection<'_>) -> bool {
        self.hours.has(service, rows)
    }

    /// What answers are put together from.
    pub(super) const fn prefix_sums(&self) -> &PrefixSums {
        &self.prefix_sums
    }

    /// What any service involves.
    pub const fn all(&self) -> AvailableMetrics {
        self.all
    }

    /// Filter dimensions of which the calls carry at least one value; the inference type where it is not `realtime` throughout.
    pub fn dims(&self) -> &[Dim] {
        &self.dims
    }
}

fn available(store: &Store, service: usize) -> AvailableMetrics {
    let Some(rows) = store.service_rows(service) else { return AvailableMetrics::default() };
    let totals = store.total_tokens();
    let any = |column: &Numbers| !column.all_absent() && rows.clone().any(|row| column.get(row).is_some());
    let streaming = |column: &Numbers| {
        !column.all_absent() && rows.clone().any(|row| column.get(row).is_some() && store.stream(row) == Some(true))
    };
    AvailableMetrics {
        failures: rows.clone().any(|row| store.status(row) != NO_STATUS),
        total_tokens: !totals.all_absent() && rows.clone().any(|row| totals.get(row).is_some()),
        input_tokens: any(store.input_tokens()),
        output_tokens: any(store.output_tokens()),
        latency: any(store.latency_us()),
        ttft: streaming(store.ttft_us()),
        tpot: streaming(store.tpot_ns()),
        generation: any(store.generation_us()),
        versions: rows.clone().any(|row| store.code(Dim::Version, row) != 0),
    }
}

fn versions(store: &Store, service: usize, available: AvailableMetrics, counts: &mut Counts) -> Vec<u32> {
    if !available.versions || store.service_kind(service) != ServiceType::Commercial {
        return Vec::new();
    }
    let rows = store.service_rows(service).unwrap_or_default();
    rows.for_each(|row| counts.add(store.code(Dim::Version, row)));
    let mut codes: Vec<u32> = counts.take().into_iter().map(|(code, _)| code).collect();
    sort_indices_by(&mut codes, &mut |a, b| a.cmp(&b));
    codes
}

fn carried(store: &Store, dim: Dim) -> bool {
    match dim {
        Dim::ServiceType => !store.is_empty(),
        Dim::InferenceType => (1..store.dict(dim).len()).any(|code| store.dict(dim).get(code as u32) != "realtime"),
        _ => store.dict(dim).len() > 1,
    }
}
