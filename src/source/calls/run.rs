//! A batch on its way: one ask a step, with what its asks share.

use super::layout::Layouts;
use super::profile::Involved;
use super::scope::Scopes;
use super::{Context, list, series, table, values};
use crate::ask::{Ask, Batch, Frame, Label, Matcher, Quantity, Selection};
use crate::model::Dim;
use crate::stats::Moments;

/// What the asks of a batch share.
#[derive(Debug, Default)]
pub struct Shared {
    pub scopes: Scopes,
    pub layouts: Layouts,
    /// Selections of series, each as often as there are series over it.
    series: Vec<Selection>,
    /// Counts and sums of quantities over whole selections, which series found on their way.
    moments: Vec<(Selection, Quantity, Moments)>,
}

impl Shared {
    /// Whether a single series of the batch is over this selection.
    pub fn alone(&self, selection: &Selection) -> bool {
        self.series.iter().filter(|other| *other == selection).count() < 2
    }

    /// What the services of a selection carry: of one that is named alone, else of all.
    pub fn involved(&self, context: &Context<'_>, matchers: &[Matcher]) -> Involved {
        let named = matchers.iter().find_map(|matcher| match matcher {
            Matcher::OneOf(Label::Dim(Dim::Service), names) if names.len() == 1 => Some(&names[0]),
            _ => None,
        });
        match named {
            Some(name) => {
                context.store.service_code(name).map_or_else(Involved::default, |service| context.profile.service(service))
            }
            None => context.profile.all(),
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

/// See the module.
#[derive(Debug)]
pub struct Run {
    batch: Batch,
    /// Asks in the order in which they are answered: series first, whose sums others use.
    order: Vec<usize>,
    done: usize,
    frames: Vec<Frame>,
    shared: Shared,
}

impl Run {
    /// Starts a batch. Nothing is computed before the first step.
    pub fn new(mut batch: Batch) -> Self {
        batch.bound();
        let is_series = |place: &usize| matches!(batch.asks[*place], Ask::Series(_));
        let places = 0..batch.asks.len();
        let order = places.clone().filter(is_series).chain(places.filter(|place| !is_series(place))).collect();
        let series = |ask: &Ask| if let Ask::Series(series) = ask { Some(series.selection.clone()) } else { None };
        let shared = Shared { series: batch.asks.iter().filter_map(series).collect(), ..Shared::default() };
        Self { frames: vec![Frame::default(); batch.asks.len()], order, done: 0, shared, batch }
    }

    /// Answers one more ask; gives all frames, in the order of the asks, with the last one. The context must hold the same store at every
    /// step.
    pub fn step(&mut self, context: &Context<'_>) -> Option<Vec<Frame>> {
        if let Some(&place) = self.order.get(self.done) {
            self.frames[place] = match &self.batch.asks[place] {
                Ask::Series(ask) => series::answer(ask, context, &mut self.shared),
                Ask::Table(ask) => table::answer(ask, &self.batch.prices, context, &mut self.shared),
                Ask::Values(ask) => values::answer(ask, context, &mut self.shared),
                Ask::Calls(ask) => list::answer(ask, context, &mut self.shared),
            };
            self.done += 1;
        }
        (self.done >= self.order.len()).then(|| core::mem::take(&mut self.frames))
    }
}
