//! Formulas computed as a spreadsheet computes them, so that the value written beside one is what a recalculation gives.

use super::formula::{Area, Formula, Spot, TableId};
use super::table::{Cell, FormulaValue, Table};

impl Formula {
    /// What it comes to over the tables given; `None` where it reads a table that is not there, or a text where a number must be.
    pub fn compute(&self, tables: &[&Table]) -> Option<FormulaValue> {
        let table = |id: TableId| tables.iter().find(|t| t.id == id);
        let spot = |s: &Spot| table(s.table)?.cell(s.row, s.column)?.as_f64();
        // Over no rows an area would be the cell below, which may be the formula's own.
        let cells = |a: &Area| {
            let table = table(a.table).filter(|_| !a.rows.is_empty())?;
            let column = a.column;
            Some(table.rows.get(a.rows.clone())?.iter().filter_map(move |row| row.get(column)))
        };
        let sum = |a: &Area| Some(cells(a)?.filter_map(Cell::as_f64).fold(0.0, |sum, x| sum + x));
        let whole = |x: f64| {
            if x >= 0.0 && x.fract() == 0.0 && x < EXACT_MAX { FormulaValue::Whole(x as u64) } else { FormulaValue::Number(x) }
        };
        Some(match self {
            Self::Sum(a) => whole(sum(a)?),
            Self::Subtotal(a) => {
                let own = cells(a)?.filter(|c| !matches!(c, Cell::Formula(Self::Subtotal(_), _)));
                whole(own.filter_map(Cell::as_f64).fold(0.0, |sum, x| sum + x))
            }
            Self::Max(a) => {
                let highest = cells(a)?.filter_map(Cell::as_f64).max_by(f64::total_cmp);
                highest.map_or(FormulaValue::Nothing, FormulaValue::Number)
            }
            Self::SumOfThousands(a) => whole((sum(a)? * 1000.0).round()),
            Self::Percent { part, whole } => match (spot(part)?, spot(whole)?) {
                (_, 0.0) => FormulaValue::Nothing,
                (part, whole) => FormulaValue::Number(part * 100.0 / whole),
            },
            Self::Change { now, before } => match (spot(now)?, spot(before)?) {
                (_, 0.0) => FormulaValue::Nothing,
                (now, before) => FormulaValue::Number((now - before) * 100.0 / before),
            },
            Self::Same(s) => match table(s.table)?.cell(s.row, s.column)? {
                Cell::Whole(n) => FormulaValue::Whole(*n),
                Cell::Formula(_, computed) => *computed,
                other => FormulaValue::Number(other.as_f64()?),
            },
        })
    }
}

/// From here on whole numbers are not all exact in a spreadsheet: 2^53.
const EXACT_MAX: f64 = 9_007_199_254_740_992.0;

/// A live cell: the first formula that comes to the engine's own value over these tables, else the value alone. A workbook thus never shows
/// a figure that its recalculation would change.
pub fn live(value: FormulaValue, formulas: impl IntoIterator<Item = Formula>, tables: &[&Table]) -> Cell<'static> {
    let same = |f: &Formula| f.compute(tables).is_some_and(|computed| computed.as_f64() == value.as_f64());
    formulas.into_iter().find(same).map_or_else(|| value.cell(), |formula| Cell::Formula(formula, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::table::{Column, Kind};
    use core::ops::Range;

    fn table(values: &[Cell<'static>]) -> Table {
        let mut table = Table::new(TableId::Services, "", vec![Column::new("n", "N", Kind::Whole)]);
        table.rows = values.iter().map(|c| vec![c.clone()]).collect();
        table
    }

    fn area(rows: Range<usize>) -> Area {
        Area { table: TableId::Services, column: 0, rows }
    }

    fn spot(row: usize) -> Spot {
        Spot { table: TableId::Services, row, column: 0 }
    }

    #[test]
    fn formulas_compute_as_a_spreadsheet_does() {
        let table = table(&[Cell::Whole(3), Cell::NotInvolved, Cell::Number(1.5), Cell::Gap, Cell::Whole(0)]);
        let of = |f: Formula| f.compute(&[&table]);
        assert_eq!(of(Formula::Sum(area(0..5))), Some(FormulaValue::Number(4.5)));
        assert_eq!(of(Formula::Max(area(0..5))), Some(FormulaValue::Number(3.0)));
        assert_eq!(of(Formula::Max(area(3..4))), Some(FormulaValue::Nothing));
        assert_eq!(of(Formula::SumOfThousands(area(2..3))), Some(FormulaValue::Whole(1500)));
        assert_eq!(of(Formula::Percent { part: spot(2), whole: spot(0) }), Some(FormulaValue::Number(50.0)));
        assert_eq!(of(Formula::Percent { part: spot(0), whole: spot(4) }), Some(FormulaValue::Nothing));
        assert_eq!(of(Formula::Percent { part: spot(1), whole: spot(0) }), None);
        assert_eq!(of(Formula::Change { now: spot(2), before: spot(0) }), Some(FormulaValue::Number(-50.0)));
    }

    #[test]
    fn a_formula_that_would_not_give_the_engines_value_is_not_written() {
        let table = table(&[Cell::Whole(2), Cell::Whole(3)]);
        let (sum, first) = (Formula::Sum(area(0..2)), Formula::Same(spot(0)));
        let live = |n, formulas: &[&Formula]| live(FormulaValue::Whole(n), formulas.iter().map(|f| (*f).clone()), &[&table]);
        assert_eq!(live(5, &[&sum, &first]), Cell::Formula(sum.clone(), FormulaValue::Whole(5)));
        assert_eq!(live(2, &[&sum, &first]), Cell::Formula(first.clone(), FormulaValue::Whole(2)));
        assert_eq!(live(4, &[&sum, &first]), Cell::Whole(4));
    }

    #[test]
    fn subtotals_pass_over_subtotals() {
        let sub = Cell::Formula(Formula::Subtotal(area(1..3)), FormulaValue::Whole(5));
        let table = table(&[sub, Cell::Whole(2), Cell::Whole(3), Cell::Whole(1)]);
        assert_eq!(Formula::Subtotal(area(0..4)).compute(&[&table]), Some(FormulaValue::Whole(6)));
        assert_eq!(Formula::Sum(area(0..4)).compute(&[&table]), Some(FormulaValue::Whole(11)));
    }
}
