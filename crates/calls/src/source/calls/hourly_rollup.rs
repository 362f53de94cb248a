//! Hourly rollup: for each service and hour, sums over its calls and the distribution of their
//! values, computed once per store. A bucket of one hour, or of several whole ones, is answered
//! from it, so that a range that moves recomputes only its ends.
//!
//! Built in small steps while the worker is idle. Hours with few calls are left out: they are
//! computed as quickly on demand, and the rollup stays within one or two bytes a call.

use super::distribution::{Distribution, Scratch, distribution_of};
use super::tally::{self, CallClasses, Packed, Tally};
use crate::ask::Quantity;
use crate::model::range::HOUR_MS;
use crate::stats::Moments;
use crate::store::{RowSelection, Store};
use core::ops::Range as Rows;

/// Quantities whose percentiles are precomputed.
const QUANTITIES: [Quantity; 4] = [Quantity::Ttft, Quantity::Tpot, Quantity::InputLength, Quantity::OutputLength];
/// Fewest calls of an hour that is kept.
const LEAST: usize = 128;
/// Most, so that a piece delays no answer.
const MOST: usize = 1 << 19;
/// Rows that are looked at for a piece, about.
const PIECE: usize = 1 << 13;

/// See the module.
#[derive(Debug, Default)]
pub struct HourlyRollup {
    /// By service, in order of time.
    services: Vec<Vec<Hour>>,
    /// Rows of the newest service that have been looked at.
    done: usize,
    scratch: Scratch,
    kinds: CallClasses,
    sums: tally::Scratch,
}

/// The calls of an hour.
#[derive(Debug)]
struct Hour {
    rows: [u32; 2],
    tally: Packed,
    /// In the order of [`QUANTITIES`].
    distributions: [PackedDistribution; QUANTITIES.len()],
}

/// A [`Distribution`] in less room.
#[derive(Clone, Copy, Debug, Default)]
struct PackedDistribution {
    /// Of nothing, no highest and no percentiles.
    count: u32,
    sum: u64,
    highest: u64,
    percentiles: [f64; 4],
}

impl PackedDistribution {
    /// `None` of values whose sum does not fit.
    fn of(distribution: &Distribution) -> Option<Self> {
        Some(Self {
            count: u32::try_from(distribution.moments.count).ok()?,
            sum: u64::try_from(distribution.moments.sum).ok()?,
            highest: distribution.highest.unwrap_or(0),
            percentiles: distribution.percentiles.unwrap_or_default(),
        })
    }

    fn distribution(&self) -> Distribution {
        let some = self.count > 0;
        Distribution {
            moments: Moments { count: u64::from(self.count), sum: u128::from(self.sum) },
            highest: some.then_some(self.highest),
            percentiles: some.then_some(self.percentiles),
        }
    }
}

impl HourlyRollup {
    /// Makes a further piece; false where all is made.
    pub fn grow(&mut self, store: &Store) -> bool {
        let newest = match self.services.len().checked_sub(1) {
            Some(newest) if store.service_rows(newest).is_some_and(|rows| self.done < rows.len()) => newest,
            _ if self.services.len() < store.services() => {
                self.services.push(Vec::new());
                self.done = 0;
                self.services.len() - 1
            }
            _ => return false,
        };
        let all = store.service_rows(newest).unwrap_or_default();
        let rows = RowSelection::Run(all.clone());
        let until = self.done + PIECE;
        while self.done < all.len().min(until) {
            let from = self.done;
            let next = (store.time_ms(all.start + from).div_euclid(HOUR_MS) + 1).saturating_mul(HOUR_MS);
            self.done = rows.before(store, from, next, 0);
            if (LEAST..=MOST).contains(&(self.done - from)) {
                let hour = self.hour(store, all.start + from..all.start + self.done);
                self.services[newest].extend(hour);
            }
        }
        true
    }

    fn hour(&mut self, store: &Store, rows: Rows<usize>) -> Option<Hour> {
        let run = RowSelection::Run(rows.clone());
        self.kinds.read(store, &run);
        let tally = Packed::of(&Tally::of(store, &run, &mut self.sums))?;
        let mut hour = Hour { rows: [rows.start as u32, rows.end as u32], tally, distributions: Default::default() };
        for (kept, quantity) in hour.distributions.iter_mut().zip(&QUANTITIES) {
            let (column, least) = distribution_of(store, quantity)?;
            *kept = PackedDistribution::of(&self.scratch.distribution(column, &run, &self.kinds.of, least))?;
        }
        Some(hour)
    }

    /// Whether just these rows of a service are an hour that is here.
    pub fn has(&self, service: usize, rows: &RowSelection<'_>) -> bool {
        self.find(service, rows).is_some()
    }

    /// Sums over just these rows of a service, where they are known.
    pub fn tally(&self, service: usize, rows: &RowSelection<'_>) -> Option<Tally> {
        self.find(service, rows).map(|hour| hour.tally.tally())
    }

    /// How the values of just these rows of a service spread, where that is known.
    pub fn distribution(&self, service: usize, rows: &RowSelection<'_>, quantity: &Quantity) -> Option<Distribution> {
        let at = QUANTITIES.iter().position(|known| known == quantity)?;
        Some(self.find(service, rows)?.distributions[at].distribution())
    }

    fn find(&self, service: usize, rows: &RowSelection<'_>) -> Option<&Hour> {
        let RowSelection::Run(rows) = rows else { return None };
        let hours = self.services.get(service)?;
        let at = hours.binary_search_by(|hour| (hour.rows[0] as usize).cmp(&rows.start)).ok()?;
        Some(&hours[at]).filter(|hour| hour.rows[1] as usize == rows.end)
    }

    /// Memory that it fills, about.
    pub fn bytes(&self) -> usize {
        self.services.iter().map(Vec::len).sum::<usize>() * size_of::<Hour>()
    }
}
