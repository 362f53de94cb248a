//! What calls cost by a batch's prices: exact sums by group, and what has no price.

use super::Context;
use super::groups::Rows;
use super::scope::Piece;
use crate::ask::{Column, Exactness, Frame, Group, Note, Values};
use crate::model::Dim;
use crate::model::limits::UNPRICED_NAMED_MAX;
use crate::model::price::Price;
use std::collections::BTreeMap;

/// What calls cost.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    parts: u128,
    /// Calls with tokens that have a price.
    priced: u64,
    /// Calls with tokens that have none.
    unpriced: u64,
}

impl Sum {
    const fn and(self, other: Self) -> Self {
        Self {
            parts: self.parts.saturating_add(other.parts),
            priced: self.priced + other.priced,
            unpriced: self.unpriced + other.unpriced,
        }
    }
}

/// Prices by a model's code, and what is found without one.
struct Sheet<'a> {
    by_name: BTreeMap<&'a str, Price>,
    by_model: Vec<Option<Price>>,
    unpriced: BTreeMap<String, u64>,
    totals_alone: u64,
}

/// Adds the column of a measure of cost. `depth`: labels of the split; groups with fewer are subtotals, which sum up those below them.
pub fn column<'r>(
    frame: &mut Frame,
    context: &Context<'_>,
    prices: &[(String, Price)],
    (measure, period): (usize, usize),
    depth: usize,
    rows: impl Iterator<Item = &'r Rows>,
) {
    let models = context.store.dict(Dim::Model);
    let by_name: BTreeMap<&str, Price> = prices.iter().map(|(name, price)| (name.as_str(), *price)).collect();
    let by_model = (0..models.len()).map(|code| by_name.get(models.get(code as u32)).copied()).collect();
    let mut sheet = Sheet { by_name, by_model, unpriced: BTreeMap::new(), totals_alone: 0 };
    let leaf = |group: &Group| group.others || group.values.len() == depth;
    let mut sums: Vec<Sum> = frame
        .groups
        .iter()
        .zip(rows)
        .map(|(group, rows)| if leaf(group) { sheet.sum(context, &rows.pieces()) } else { Sum::default() })
        .collect();
    for (place, group) in frame.groups.iter().enumerate().filter(|(_, group)| !leaf(group)) {
        let below = |(other, _): &(&Group, &Sum)| leaf(other) && other.values.starts_with(&group.values);
        let sum = frame.groups.iter().zip(&sums).filter(below).fold(Sum::default(), |all, (_, sum)| all.and(*sum));
        sums[place] = sum;
    }
    let mut column = Column::exact(0, measure as u16, period as u16, Values::Money(sums.iter().map(|sum| sum.parts).collect()));
    column.calls = sums.iter().map(|sum| sum.priced).collect();
    column.left_out = sums.iter().map(|sum| sum.unpriced).collect();
    let at_least = |(place, sum): (usize, &Sum)| (sum.unpriced > 0).then_some((place as u32, Exactness::AtLeast));
    column.less_exact = sums.iter().enumerate().filter_map(at_least).collect();
    frame.columns.push(column);
    if period == 0 {
        frame.notes.extend(sheet.notes());
    }
}

impl Sheet<'_> {
    fn sum(&mut self, context: &Context<'_>, pieces: &[Piece<'_>]) -> Sum {
        pieces.iter().fold(Sum::default(), |all, piece| all.and(self.piece(context, piece)))
    }

    fn piece(&mut self, context: &Context<'_>, piece: &Piece<'_>) -> Sum {
        let store = context.store;
        let name = store.service_name(piece.service);
        let own = self.by_name.get(name).copied();
        let mut unpriced: BTreeMap<u32, u64> = BTreeMap::new();
        let mut sum = Sum::default();
        for place in 0..piece.rows.len() {
            let row = piece.rows.row(place);
            let (input, output) = (store.input_tokens().get(row), store.output_tokens().get(row));
            let both = input.is_some() && output.is_some();
            let (input, output) = (input.unwrap_or(0), output.unwrap_or(0));
            let (known, total) = (input.saturating_add(output), store.total_tokens().get(row).unwrap_or(0));
            if known.max(total) == 0 {
                continue;
            }
            // A call that carries both tokens has no use for a total; one that carries half of them lacks what the total says besides.
            let split = known > 0 && (both || total <= known);
            let model = store.code(Dim::Model, row);
            let price = if model == 0 { own } else { self.by_model[model as usize] };
            match price.filter(|_| split) {
                Some(price) => {
                    let cached = store.cached_tokens().get(row).unwrap_or(0);
                    sum.parts = sum.parts.saturating_add(price.cost(input, cached, output));
                    sum.priced += 1;
                }
                None => sum.unpriced += 1,
            }
            if price.is_none() {
                *unpriced.entry(model).or_default() += 1;
            } else if !split {
                self.totals_alone += 1;
            }
        }
        for (model, calls) in unpriced {
            let named = if model == 0 { name } else { store.dict(Dim::Model).get(model) };
            *self.unpriced.entry(named.to_owned()).or_default() += calls;
        }
        sum
    }

    fn notes(self) -> Vec<Note> {
        let mut named: Vec<(String, u64)> = self.unpriced.into_iter().collect();
        crate::base::sort::sort_by(&mut named, |a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        named.truncate(UNPRICED_NAMED_MAX);
        let alone = (self.totals_alone > 0).then_some(Note::TotalsAlone { calls: self.totals_alone });
        named.into_iter().map(|(name, calls)| Note::Unpriced { name, calls }).chain(alone).collect()
    }
}
