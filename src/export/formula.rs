//! Live formulas, told by tables and columns: as text for a workbook once the tables have their places, and computed here as a spreadsheet
//! computes them, so that the value written beside a formula is the one that a recalculation gives.

use super::table::{Cell, Computed, Table, TableId};
use core::ops::Range;

/// A cell of a table's body, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    pub table: TableId,
    pub row: usize,
    pub column: usize,
}

/// Rows of one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    pub table: TableId,
    pub column: usize,
    pub rows: Range<usize>,
}

/// What a workbook computes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Formula {
    Sum(Area),
    /// A sum that passes over other subtotals and over rows that a filter hides.
    Subtotal(Area),
    /// The highest value; nothing where there is none.
    Max(Area),
    /// Sum of thousands as a whole number.
    SumOfThousands(Area),
    /// Part of a whole in percent; nothing of nothing.
    Percent {
        part: Spot,
        whole: Spot,
    },
    /// Change against a value before in percent; nothing where that is 0.
    Change {
        now: Spot,
        before: Spot,
    },
    Same(Spot),
}

/// Where tables stand in a workbook.
pub trait Places {
    /// Sheet (quoted as a formula needs it), first row of the body from 0, and first column from 0; `None` where the table is not in the workbook.
    fn place(&self, table: TableId) -> Option<Place>;
}

/// Where a table's body begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub sheet: String,
    pub row: u32,
    pub column: u16,
}

impl Formula {
    /// The formula as a workbook has it, without the `=`; `home` is the sheet it stands on. `None` where a table it reads is not in the workbook.
    pub fn text(&self, places: &impl Places, home: &str) -> Option<String> {
        let spot = |s: &Spot| {
            let place = places.place(s.table)?;
            Some(format!("{}{}", on(&place.sheet, home), address(place.row + s.row as u32, place.column + s.column as u16)))
        };
        let area = |a: &Area| {
            let place = places.place(a.table)?;
            let column = place.column + a.column as u16;
            let (first, last) = (place.row + a.rows.start as u32, place.row + a.rows.end.saturating_sub(1) as u32);
            Some(format!("{}{}:{}", on(&place.sheet, home), address(first, column), address(last, column)))
        };
        Some(match self {
            Self::Sum(a) => format!("SUM({})", area(a)?),
            Self::Subtotal(a) => format!("SUBTOTAL(9,{})", area(a)?),
            Self::Max(a) => {
                let a = area(a)?;
                format!("IF(COUNT({a})=0,\"\",MAX({a}))")
            }
            Self::SumOfThousands(a) => format!("ROUND(SUM({})*1000,0)", area(a)?),
            Self::Percent { part, whole } => {
                let (part, whole) = (spot(part)?, spot(whole)?);
                format!("IF({whole}=0,\"\",{part}*100/{whole})")
            }
            Self::Change { now, before } => {
                let (now, before) = (spot(now)?, spot(before)?);
                format!("IF({before}=0,\"\",({now}-{before})*100/{before})")
            }
            Self::Same(s) => spot(s)?,
        })
    }

    /// What it comes to over the tables given; `None` where it reads a table that is not there, or a text where a number must be.
    pub fn compute(&self, tables: &[&Table]) -> Option<Computed> {
        let table = |id: TableId| tables.iter().find(|t| t.id == id);
        let spot = |s: &Spot| table(s.table)?.cell(s.row, s.column)?.as_f64();
        // Over no rows an area would be the cell below, which may be the formula's own.
        let cells = |a: &Area| {
            let table = table(a.table).filter(|_| !a.rows.is_empty())?;
            let column = a.column;
            Some(table.rows.get(a.rows.clone())?.iter().filter_map(move |row| row.get(column)))
        };
        let sum = |a: &Area| Some(cells(a)?.filter_map(Cell::as_f64).fold(0.0, |sum, x| sum + x));
        let whole =
            |x: f64| if x >= 0.0 && x.fract() == 0.0 && x < EXACT_MAX { Computed::Whole(x as u64) } else { Computed::Number(x) };
        Some(match self {
            Self::Sum(a) => whole(sum(a)?),
            Self::Subtotal(a) => {
                let own = cells(a)?.filter(|c| !matches!(c, Cell::Formula(Self::Subtotal(_), _)));
                whole(own.filter_map(Cell::as_f64).fold(0.0, |sum, x| sum + x))
            }
            Self::Max(a) => {
                let highest = cells(a)?.filter_map(Cell::as_f64).max_by(f64::total_cmp);
                highest.map_or(Computed::Nothing, Computed::Number)
            }
            Self::SumOfThousands(a) => whole((sum(a)? * 1000.0).round()),
            Self::Percent { part, whole } => match (spot(part)?, spot(whole)?) {
                (_, 0.0) => Computed::Nothing,
                (part, whole) => Computed::Number(part * 100.0 / whole),
            },
            Self::Change { now, before } => match (spot(now)?, spot(before)?) {
                (_, 0.0) => Computed::Nothing,
                (now, before) => Computed::Number((now - before) * 100.0 / before),
            },
            Self::Same(s) => match table(s.table)?.cell(s.row, s.column)? {
                Cell::Whole(n) => Computed::Whole(*n),
                Cell::Formula(_, computed) => *computed,
                other => Computed::Number(other.as_f64()?),
            },
        })
    }
}

/// From here on whole numbers are not all exact in a spreadsheet: 2^53.
const EXACT_MAX: f64 = 9_007_199_254_740_992.0;

/// A live cell: the first formula that comes to the engine's own value over these tables, else the value alone. A workbook thus never shows
/// a figure that its recalculation would change.
pub fn live(value: Computed, formulas: impl IntoIterator<Item = Formula>, tables: &[&Table]) -> Cell<'static> {
    let same = |f: &Formula| f.compute(tables).is_some_and(|computed| computed.as_f64() == value.as_f64());
    formulas.into_iter().find(same).map_or_else(|| value.cell(), |formula| Cell::Formula(formula, value))
}

fn on(sheet: &str, home: &str) -> String {
    if sheet == home { String::new() } else { format!("{}!", quoted(sheet)) }
}

/// A sheet's name as formulas write it: always quoted, apostrophes doubled.
pub fn quoted(sheet: &str) -> String {
    format!("'{}'", sheet.replace('\'', "''"))
}

/// `B12` of a row and a column from 0.
pub fn address(row: u32, column: u16) -> String {
    format!("{}{}", letters(column), row + 1)
}

/// `A` to `XFD` of a column from 0.
pub fn letters(column: u16) -> String {
    let mut out = Vec::new();
    let mut n = u32::from(column) + 1;
    while n > 0 {
        n -= 1;
        out.push(b'A' + (n % 26) as u8);
        n /= 26;
    }
    out.reverse();
    out.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::table::{Column, Kind};

    struct One(&'static str);

    impl Places for One {
        fn place(&self, table: TableId) -> Option<Place> {
            (table == TableId::Services).then(|| Place { sheet: self.0.into(), row: 4, column: 1 })
        }
    }

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
    fn formulas_read_as_a_spreadsheet_writes_them() {
        let text = |f: Formula, home| f.text(&One("It's"), home);
        assert_eq!(text(Formula::Sum(area(0..3)), "It's").as_deref(), Some("SUM(B5:B7)"));
        assert_eq!(text(Formula::Sum(area(0..3)), "Other").as_deref(), Some("SUM('It''s'!B5:B7)"));
        let percent = Formula::Percent { part: spot(0), whole: spot(1) };
        assert_eq!(text(percent, "It's").as_deref(), Some("IF(B6=0,\"\",B5*100/B6)"));
        let elsewhere = Formula::Same(Spot { table: TableId::Failed, ..spot(0) });
        assert_eq!(text(elsewhere, ""), None);
        assert_eq!((letters(0), letters(25), letters(26), letters(16_383)), ("A".into(), "Z".into(), "AA".into(), "XFD".into()));
    }

    #[test]
    fn formulas_compute_as_a_spreadsheet_does() {
        let table = table(&[Cell::Whole(3), Cell::NotInvolved, Cell::Number(1.5), Cell::Gap, Cell::Whole(0)]);
        let of = |f: Formula| f.compute(&[&table]);
        assert_eq!(of(Formula::Sum(area(0..5))), Some(Computed::Number(4.5)));
        assert_eq!(of(Formula::Max(area(0..5))), Some(Computed::Number(3.0)));
        assert_eq!(of(Formula::Max(area(3..4))), Some(Computed::Nothing));
        assert_eq!(of(Formula::SumOfThousands(area(2..3))), Some(Computed::Whole(1500)));
        assert_eq!(of(Formula::Percent { part: spot(2), whole: spot(0) }), Some(Computed::Number(50.0)));
        assert_eq!(of(Formula::Percent { part: spot(0), whole: spot(4) }), Some(Computed::Nothing));
        assert_eq!(of(Formula::Percent { part: spot(1), whole: spot(0) }), None);
        assert_eq!(of(Formula::Change { now: spot(2), before: spot(0) }), Some(Computed::Number(-50.0)));
    }

    #[test]
    fn a_formula_that_would_not_give_the_engines_value_is_not_written() {
        let table = table(&[Cell::Whole(2), Cell::Whole(3)]);
        let (sum, first) = (Formula::Sum(area(0..2)), Formula::Same(spot(0)));
        let live = |n, formulas: &[&Formula]| live(Computed::Whole(n), formulas.iter().map(|f| (*f).clone()), &[&table]);
        assert_eq!(live(5, &[&sum, &first]), Cell::Formula(sum.clone(), Computed::Whole(5)));
        assert_eq!(live(2, &[&sum, &first]), Cell::Formula(first.clone(), Computed::Whole(2)));
        assert_eq!(live(4, &[&sum, &first]), Cell::Whole(4));
    }

    #[test]
    fn subtotals_pass_over_subtotals() {
        let sub = Cell::Formula(Formula::Subtotal(area(1..3)), Computed::Whole(5));
        let table = table(&[sub, Cell::Whole(2), Cell::Whole(3), Cell::Whole(1)]);
        assert_eq!(Formula::Subtotal(area(0..4)).compute(&[&table]), Some(Computed::Whole(6)));
        assert_eq!(Formula::Sum(area(0..4)).compute(&[&table]), Some(Computed::Whole(11)));
    }
}
