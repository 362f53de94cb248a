//! What is known of a table's values beside them, as columns at its end: how exact each is, or why it is missing, and its bounds. Tables of
//! exact values have none.

use super::table::{Cell, Column, Kind, Table, View};
use crate::i18n::exact::{self, Exact};
use crate::i18n::{Message, fill};
use crate::model::{Bounds, Exactness, Quality};

/// Adds to a table what is known of the values of the column with this key; `quality`: of the value in a row.
pub fn add(view: View<'_>, table: &mut Table, key: &str, quality: impl Fn(usize) -> Quality) {
    let Some(of) = table.column(key).map(|at| table.columns[at].clone()) else { return };
    let all: Vec<Quality> = (0..table.rows.len()).map(quality).collect();
    if all.iter().all(|of| of.exactness == Exactness::Exact && of.gap.is_none()) {
        return;
    }
    let column = |end: &str, name: Exact, kind| {
        Column::new(format!("{key}-{end}"), fill(name.text(view.lang), &[("name", &of.name)]), kind)
    };
    table.columns.push(column("exactness", Exact::ColumnExactness, Kind::Text));
    let bounded = all.iter().any(|of| of.bounds.is_some());
    if bounded {
        for (end, name) in [("low", Exact::ColumnLow), ("high", Exact::ColumnHigh)] {
            let mut bound = column(end, name, of.kind);
            bound.unit.clone_from(&of.unit);
            table.columns.push(bound);
        }
    }
    for (row, quality) in table.rows.iter_mut().zip(all) {
        row.push(Cell::text(exact::word(view.lang, quality.exactness, quality.gap)));
        if bounded {
            let Bounds { low, high } = quality.bounds.unwrap_or(Bounds::UNKNOWN);
            row.extend([Cell::number(low), Cell::number(high)]);
        }
    }
}

/// The same of figures that have no bounds.
pub fn of(exactness: Exactness) -> Quality {
    Quality { exactness, ..Quality::default() }
}
