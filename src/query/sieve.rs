//! A filter made ready for a store: a lookup table by dictionary code for each filtered dimension.

use crate::model::{Dim, Filter};
use crate::store::Store;

/// What a call is to a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Pass,
    /// Left out by this dimension alone: its list still counts the call.
    Only(Dim),
    Fail,
}

/// A filter over one store.
#[derive(Debug)]
pub struct Sieve {
    /// By service code; `None` where all are allowed.
    services: Option<Vec<bool>>,
    kinds: Option<Vec<String>>,
    dims: Vec<(Dim, Vec<bool>)>,
}

/// A filter within one service: what the service itself fails is settled.
#[derive(Debug)]
pub struct ServiceSieve<'a> {
    failed_by_service: Option<Verdict>,
    dims: &'a [(Dim, Vec<bool>)],
}

impl Sieve {
    /// Prepares a filter, leaving out dimensions that do not apply to the question.
    pub fn new(filter: &Filter, store: &Store, without: &[Dim]) -> Self {
        let mut sieve = Self { services: None, kinds: None, dims: Vec::new() };
        for dim in Dim::ALL {
            let Some(values) = filter.get(dim).filter(|_| !without.contains(&dim)) else { continue };
            if dim == Dim::ServiceType {
                sieve.kinds = Some(values.to_vec());
                continue;
            }
            let dict = store.dict(dim);
            let mut table = vec![false; dict.len()];
            for code in values.iter().filter_map(|value| dict.find(value)) {
                table[code as usize] = true;
            }
            if dim == Dim::Service { sieve.services = Some(table) } else { sieve.dims.push((dim, table)) }
        }
        sieve
    }

    /// The dimensions that leave something out, in their order.
    pub fn filtered(&self) -> Vec<Dim> {
        let leaves_out = |dim: &Dim| match dim {
            Dim::ServiceType => self.kinds.is_some(),
            Dim::Service => self.services.is_some(),
            _ => self.dims.iter().any(|(filtered, _)| filtered == dim),
        };
        Dim::ALL.into_iter().filter(leaves_out).collect()
    }

    /// The filter within a service.
    pub fn within(&self, store: &Store, service: usize) -> ServiceSieve<'_> {
        let kind = store.service_kind(service).as_str();
        let wrong_kind = self.kinds.as_ref().is_some_and(|kinds| !kinds.iter().any(|k| k == kind));
        let wrong_service = self.services.as_ref().is_some_and(|table| !table.get(service).copied().unwrap_or(false));
        let failed_by_service = match (wrong_kind, wrong_service) {
            (false, false) => None,
            (true, false) => Some(Verdict::Only(Dim::ServiceType)),
            (false, true) => Some(Verdict::Only(Dim::Service)),
            (true, true) => Some(Verdict::Fail),
        };
        ServiceSieve { failed_by_service, dims: &self.dims }
    }
}

impl ServiceSieve<'_> {
    /// Whether no call of the service can pass or be left out by one dimension alone.
    pub fn hopeless(&self) -> bool {
        self.failed_by_service == Some(Verdict::Fail)
    }

    /// Judges a row of the service.
    #[inline]
    pub fn judge(&self, store: &Store, row: usize) -> Verdict {
        let mut verdict = self.failed_by_service.unwrap_or(Verdict::Pass);
        for (dim, table) in self.dims {
            if !table[store.code(*dim, row) as usize] {
                if verdict != Verdict::Pass {
                    return Verdict::Fail;
                }
                verdict = Verdict::Only(*dim);
            }
        }
        verdict
    }

    /// Whether a row passes.
    #[inline]
    pub fn passes(&self, store: &Store, row: usize) -> bool {
        self.failed_by_service.is_none() && self.dims.iter().all(|(dim, table)| table[store.code(*dim, row) as usize])
    }
}
