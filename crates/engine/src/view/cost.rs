//! What calls cost, by service and version.

use super::{Services, frame, selection};
use crate::ask::{Agg, Ask, Frame, Label, Measure, Note, Quantity, Split, TableAsk, Values};
use crate::base::sort::sort_by;
use crate::model::Dim;
use crate::wire::{Cost, CostQuery, CostReply, ServiceCost};

pub fn ask(query: &CostQuery) -> Ask {
    Ask::Table(TableAsk {
        selection: selection(&query.selection, &[]),
        measures: vec![Measure::new(Quantity::Cost, Agg::Sum)],
        split: Split::by([Label::Dim(Dim::Service), Label::Dim(Dim::Version)]),
        subtotals: true,
        compare: Vec::new(),
    })
}

pub fn reply(frames: &[Frame], services: Services<'_>) -> CostReply {
    let frame = frame(frames, 0);
    let mut reply = CostReply::default();
    let column = frame.column(0, 0, 0);
    let cost = |place: usize| {
        let Some(column) = column else { return Cost::default() };
        let Values::Money(parts) = &column.values else { return Cost::default() };
        let at = |values: &[u64]| values.get(place).copied().unwrap_or(0);
        Cost { parts: parts.get(place).copied().unwrap_or(0), priced: at(&column.calls), unpriced: at(&column.left_out) }
    };
    for (place, group) in frame.groups.iter().enumerate() {
        let cost = cost(place);
        match group.values.as_slice() {
            [name] if cost.carries_tokens() => reply.rows.push(ServiceCost { name: name.clone(), cost, versions: Vec::new() }),
            [name, version] if cost.carries_tokens() && services.has_versions(name) => {
                if let Some(row) = reply.rows.last_mut().filter(|row| row.name == *name) {
                    row.versions.push((version.clone(), cost));
                }
            }
            _ => {}
        }
    }
    for row in &mut reply.rows {
        sort_by(&mut row.versions, |a, b| a.0.cmp(&b.0));
    }
    sort_by(&mut reply.rows, |a, b| a.name.cmp(&b.name));
    for note in &frame.notes {
        match note {
            Note::Unpriced { name, calls } => reply.unpriced.push((name.clone(), *calls)),
            Note::TotalsAlone { calls } => reply.totals_alone = *calls,
            Note::Warning(_) | Note::OutsideBuckets { .. } => {}
        }
    }
    reply
}
