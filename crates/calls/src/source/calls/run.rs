//! A batch on its way: one ask a step, with what its asks share.

use super::shared::Shared;
use super::{Context, list, series, table, values};
use crate::ask::{Ask, Batch, Frame};

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
        let shared = Shared::of(&batch.asks);
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
