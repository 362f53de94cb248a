//! Calls in columns: narrow integers, dictionaries, ordered so that a service and a time range are contiguous.

pub mod append;
pub mod builder;
mod calls;
pub mod codes;
pub mod dict;
mod find;
pub mod hash_index;
pub mod ids;
pub mod labels;
pub mod numbers;
mod repeats;
pub mod row_selection;
pub mod snapshot;
pub mod times;
pub mod totals;

pub use builder::Builder;
pub use codes::Codes;
pub use dict::Dict;
pub use ids::Ids;
pub use labels::Labels;
pub use numbers::Numbers;
pub use row_selection::{RowSelection, STREAMING};
pub use times::Times;
pub use totals::Totals;

use crate::model::{Dim, Media, ServiceType};
use core::ops::Range as Rows;

/// Failed: 4xx and 5xx (docs/spec.md, section 1).
pub const fn is_failed(status: u16) -> bool {
    status >= 400 && status <= 599
}

/// A data set in memory. Immutable; made by [`Builder::finish`].
///
/// Rows are ordered by service (code), then time, then the order in the source.
#[derive(Debug, Default)]
pub struct Store {
    pub(crate) times: Times,
    pub(crate) status: Codes,
    pub(crate) statuses: Vec<u16>,
    /// One code column per [`Dim::index`], the service's apart (see `service_rows`).
    pub(crate) dims: [Codes; Dim::COUNT],
    pub(crate) dicts: [Dict; Dim::COUNT],
    pub(crate) error: Codes,
    /// Distinct (own code, message) pairs; 0 is ("", "").
    pub(crate) errors: Vec<(String, String)>,
    pub(crate) stream: Codes,
    pub(crate) media: Codes,
    pub(crate) input_tokens: Numbers,
    pub(crate) output_tokens: Numbers,
    pub(crate) cached_tokens: Numbers,
    /// Totals that are not input + output.
    pub(crate) own_totals: Numbers,
    pub(crate) latency_us: Numbers,
    pub(crate) ttft_us: Numbers,
    pub(crate) tpot_ns: Numbers,
    pub(crate) queue_us: Numbers,
    pub(crate) generation_us: Numbers,
    pub(crate) labels: Labels,
    pub(crate) request_ids: Ids,
    /// Rows of each service code.
    pub(crate) service_rows: Vec<Rows<usize>>,
    pub(crate) service_kinds: Vec<ServiceType>,
}

impl Store {
    /// Number of calls.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// Number of services; codes run from 0.
    pub fn services(&self) -> usize {
        self.service_rows.len()
    }

    /// A service's name by its code.
    pub fn service_name(&self, service: usize) -> &str {
        self.dicts[Dim::Service.index()].get(service as u32)
    }

    pub fn service_kind(&self, service: usize) -> ServiceType {
        self.service_kinds.get(service).copied().unwrap_or_default()
    }

    /// The code of a service's name.
    pub fn service_code(&self, name: &str) -> Option<usize> {
        self.dicts[Dim::Service.index()].find(name).map(|c| c as usize)
    }

    /// All rows of a service, in order of time.
    pub fn service_rows(&self, service: usize) -> Option<Rows<usize>> {
        self.service_rows.get(service).cloned()
    }

    /// A service's rows within a time range.
    pub fn rows(&self, service: usize, range: crate::model::Range) -> Rows<usize> {
        let Some(rows) = self.service_rows.get(service).cloned() else { return 0..0 };
        let rows = RowSelection::Run(rows);
        let start = rows.row(0);
        let from = rows.before(self, 0, range.from_ms, 0);
        start + from..start + rows.before(self, from, range.to_ms, 0)
    }

    /// The service of a row.
    pub fn service_of(&self, row: usize) -> usize {
        // Services without rows share their place with the next one, which is the one that holds the row.
        self.service_rows.iter().position(|rows| rows.contains(&row)).unwrap_or(0)
    }

    pub fn time_ms(&self, row: usize) -> i64 {
        self.times.get(row)
    }

    /// All times, in row order.
    pub fn times(&self) -> &Times {
        &self.times
    }

    pub fn status(&self, row: usize) -> u16 {
        self.statuses[self.status.get(row) as usize]
    }

    /// Distinct statuses and the column of their codes, for passes over many rows.
    pub fn statuses(&self) -> (&[u16], &Codes) {
        (&self.statuses, &self.status)
    }

    /// Code of a row in a dimension other than the service. Code 0 is the empty text.
    pub fn code(&self, dim: Dim, row: usize) -> u32 {
        self.dims[dim.index()].get(row)
    }

    /// Code column of a dimension other than the service (the service's and its type's follow from the row order).
    pub fn codes(&self, dim: Dim) -> &Codes {
        &self.dims[dim.index()]
    }

    pub fn dict(&self, dim: Dim) -> &Dict {
        &self.dicts[dim.index()]
    }

    /// The service's own code and message of a row; empty where it gave none.
    pub fn error(&self, row: usize) -> (&str, &str) {
        let (code, message) = &self.errors[self.error.get(row) as usize];
        (code, message)
    }

    /// The column of the codes of (own code, message) pairs.
    pub fn error_codes(&self) -> &Codes {
        &self.error
    }

    /// Code of a row's (own code, message) pair, for grouping.
    pub fn error_code_of(&self, row: usize) -> u32 {
        self.error.get(row)
    }

    /// Number of distinct pairs; their codes run from 0.
    pub fn error_pairs(&self) -> usize {
        self.errors.len()
    }

    pub fn error_pair(&self, code: u32) -> (&str, &str) {
        let (own, message) = &self.errors[code as usize];
        (own, message)
    }

    pub fn stream(&self, row: usize) -> Option<bool> {
        match self.stream.get(row) {
            0 => None,
            1 => Some(false),
            _ => Some(true),
        }
    }

    pub fn media(&self, row: usize) -> Option<Media> {
        match self.media.get(row) {
            0 => None,
            1 => Some(Media::Image),
            _ => Some(Media::Video),
        }
    }

    pub fn input_tokens(&self) -> &Numbers {
        &self.input_tokens
    }
    pub fn output_tokens(&self) -> &Numbers {
        &self.output_tokens
    }
    pub fn cached_tokens(&self) -> &Numbers {
        &self.cached_tokens
    }
    /// Total as the feed gave it, else input + output.
    pub fn total_tokens(&self) -> Totals<'_> {
        Totals { own: &self.own_totals, input: &self.input_tokens, output: &self.output_tokens }
    }
    pub fn latency_us(&self) -> &Numbers {
        &self.latency_us
    }
    pub fn ttft_us(&self) -> &Numbers {
        &self.ttft_us
    }
    /// Incremental token latency, given or derived, nanoseconds.
    pub fn tpot_ns(&self) -> &Numbers {
        &self.tpot_ns
    }
    pub fn queue_us(&self) -> &Numbers {
        &self.queue_us
    }
    pub fn generation_us(&self) -> &Numbers {
        &self.generation_us
    }

    /// Labels beside the dimensions.
    pub const fn labels(&self) -> &Labels {
        &self.labels
    }

    pub fn request_id(&self, row: usize) -> String {
        self.request_ids.get(row)
    }

    /// Memory that its calls fill, about. What is closed has no more; under construction, columns have room for up to as many again.
    pub fn bytes(&self) -> usize {
        self.columns().map(|(_, bytes)| bytes).sum()
    }

    /// Memory that each column and list fills, bytes, by the name of what it holds.
    pub fn columns(&self) -> impl Iterator<Item = (&'static str, usize)> {
        let texts = |(a, b): &(String, String)| a.len() + b.len() + size_of::<(String, String)>();
        let own = [
            ("time", self.times.bytes()),
            ("status", self.status.bytes()),
            ("error", self.error.bytes()),
            ("stream", self.stream.bytes()),
            ("media", self.media.bytes()),
            ("input_tokens", self.input_tokens.bytes()),
            ("output_tokens", self.output_tokens.bytes()),
            ("cached_tokens", self.cached_tokens.bytes()),
            ("total_tokens", self.own_totals.bytes()),
            ("latency_ms", self.latency_us.bytes()),
            ("ttft_ms", self.ttft_us.bytes()),
            ("tpot_ms", self.tpot_ns.bytes()),
            ("queue_ms", self.queue_us.bytes()),
            ("generation_s", self.generation_us.bytes()),
            ("labels", self.labels.bytes()),
            ("request_id", self.request_ids.bytes()),
            ("dictionaries", self.dicts.iter().map(Dict::bytes).sum()),
            ("errors", self.errors.iter().map(texts).sum()),
        ];
        own.into_iter().chain(Dim::ALL.map(|dim| (dim.key(), self.dims[dim.index()].bytes())))
    }
}
