//! What the asks of a batch share: work that one has done is not done again by another.

use super::Context;
use super::layout::Layouts;
use super::scope::Scopes;
use super::service_sums::ServiceSums;
use super::store_index::AvailableMetrics;
use crate::ask::{Ask, Buckets, Quantity, Selection};
use crate::base::zone::Zone;
use crate::model::{Range, Width};
use crate::stats::Moments;
use std::sync::Arc;

/// What the asks of a batch share.
#[derive(Debug, Default)]
pub struct Shared {
    pub scopes: Scopes,
    pub layouts: Layouts,
    pub service_sums: ServiceSums,
    buckets: Vec<(Range, Width, Zone, Arc<Buckets>, Width)>,
    /// Selections of series, each as often as there are series over it.
    series: Vec<Selection>,
    /// Counts and sums of quantities over whole selections, which series found on their way.
    moments: Vec<(Selection, Quantity, Moments)>,
}

impl Shared {
    pub fn of(asks: &[Ask]) -> Self {
        let series = |ask: &Ask| if let Ask::Series(series) = ask { Some(series.selection.clone()) } else { None };
        Self { series: asks.iter().filter_map(series).collect(), ..Self::default() }
    }

    /// [`Buckets::of`].
    pub fn buckets(&mut self, range: Range, width: Width, zone: &Zone) -> (Arc<Buckets>, Width) {
        let known = self.buckets.iter().find(|(of, asked, within, ..)| (*of, *asked) == (range, width) && within == zone);
        if let Some((.., buckets, width)) = known {
            return (buckets.clone(), *width);
        }
        let (buckets, coarser) = Buckets::of(range, width, zone);
        let buckets = Arc::new(buckets);
        self.buckets.push((range, width, zone.clone(), buckets.clone(), coarser));
        (buckets, coarser)
    }

    /// Whether a single series of the batch is over this selection.
    pub fn alone(&self, selection: &Selection) -> bool {
        self.series.iter().filter(|other| *other == selection).count() < 2
    }

    /// What the services of a selection carry: of one that is named alone, else of all.
    pub fn available(&self, context: &Context<'_>, selection: &Selection) -> AvailableMetrics {
        match selection.sole_service() {
            Some(name) => context
                .store
                .service_code(name)
                .map_or_else(AvailableMetrics::default, |service| context.store_index.service(service)),
            None => context.store_index.all(),
        }
    }

    pub fn learn(&mut self, selection: &Selection, quantity: &Quantity, moments: Moments) {
        self.moments.push((selection.clone(), quantity.clone(), moments));
    }

    /// Count and sum of a quantity over a whole selection, where a series has found them.
    pub fn moments(&self, selection: &Selection, quantity: &Quantity) -> Option<Moments> {
        self.moments.iter().find(|(of, what, _)| of == selection && what == quantity).map(|(_, _, moments)| *moments)
    }
}
