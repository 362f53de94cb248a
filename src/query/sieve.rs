//! A filter made ready for a store: a lookup table by dictionary code for each filtered dimension.

use crate::model::{Dim, Filter};
use crate::store::{Picked, Store};
use core::ops::Range as Rows;

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

/// Rows of a service looked at in one go.
const PIECE: usize = 2048;

/// Rows of a service by what a filter's dimensions say of them.
#[derive(Debug)]
pub struct Sifted {
    rows: Rows<usize>,
    /// Whether all of them pass; else `some` do.
    all: bool,
    some: Vec<u32>,
    /// Where there are several dimensions, the rows that each of them alone leaves out; else all that do not pass are.
    only: Vec<Vec<u32>>,
}

impl Default for Sifted {
    fn default() -> Self {
        Self { rows: 0..0, all: true, some: Vec::new(), only: Vec::new() }
    }
}

impl Sifted {
    /// The rows that pass.
    pub fn passing(&self) -> Picked<'_> {
        if self.all { Picked::Run(self.rows.clone()) } else { Picked::Some(&self.some) }
    }

    /// How many rows the dimension at a place leaves out alone.
    pub fn only_count(&self, place: usize) -> usize {
        if self.only.len() == 1 { self.rows.len() - self.some.len() } else { self.only[place].len() }
    }

    /// The rows that the dimension at a place leaves out alone; `None`: all but those that pass.
    pub fn only(&self, place: usize) -> Option<Picked<'_>> {
        (self.only.len() > 1).then(|| Picked::Some(&self.only[place]))
    }

    /// All rows that were looked at.
    pub fn rows(&self) -> Rows<usize> {
        self.rows.clone()
    }
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

    /// What the service itself is to the filter.
    pub fn of_service(&self) -> Verdict {
        self.failed_by_service.unwrap_or(Verdict::Pass)
    }

    /// The dimensions of rows that leave something out, with what they let through by code.
    pub fn dims(&self) -> &[(Dim, Vec<bool>)] {
        self.dims
    }

    /// Parts rows of the service by its dimensions alone.
    pub fn sift(&self, store: &Store, rows: Rows<usize>) -> Sifted {
        let mut out = Sifted { rows, ..Sifted::default() };
        if self.dims.is_empty() {
            return out;
        }
        out.only = self.dims.iter().map(|_| Vec::new()).collect();
        #[cfg(feature = "formats")]
        if let [(dim, table)] = self.dims
            && let Some(code) = single(table)
        {
            store.codes(*dim).find(code, out.rows.clone(), &mut out.some);
            out.all = false;
            return out;
        }
        let (mut codes, mut fails) = (Vec::new(), Vec::new());
        let mut from = out.rows.start;
        while from < out.rows.end {
            let to = out.rows.end.min(from + PIECE);
            if let [(dim, table)] = self.dims {
                store.codes(*dim).read(&Picked::Run(from..to), &mut codes);
                let passing = (from..).zip(&codes).filter(|&(_, &code)| table[code as usize]);
                out.some.extend(passing.map(|(row, _)| row as u32));
                from = to;
                continue;
            }
            fails.clear();
            fails.resize(to - from, 0_u16);
            // The low half counts the dimensions that leave a row out, the high half sums up their places.
            for (place, (dim, table)) in self.dims.iter().enumerate() {
                store.codes(*dim).read(&Picked::Run(from..to), &mut codes);
                let fail = 1 + ((place as u16) << 8);
                for (fails, &code) in fails.iter_mut().zip(&codes) {
                    *fails += fail * u16::from(!table[code as usize]);
                }
            }
            for (row, &fails) in (from..).zip(&fails) {
                if fails == 0 {
                    out.some.push(row as u32);
                } else if fails & 0xff == 1 {
                    out.only[usize::from(fails >> 8)].push(row as u32);
                }
            }
            from = to;
        }
        out.all = false;
        out
    }

    /// Whether a row passes.
    #[inline]
    pub fn passes(&self, store: &Store, row: usize) -> bool {
        self.failed_by_service.is_none() && self.dims.iter().all(|(dim, table)| table[store.code(*dim, row) as usize])
    }
}

/// The one code that a table lets through, where it is one.
#[cfg(feature = "formats")]
fn single(table: &[bool]) -> Option<u32> {
    let mut codes = (0..).zip(table).filter(|&(_, &passes)| passes).map(|(code, _)| code);
    codes.next().filter(|_| codes.next().is_none())
}
