//! Live formulas, in terms of tables and columns: as text for a workbook once the tables have their places.

use crate::model::Metric;
use core::ops::Range;

/// Which table of an export; formulas refer to tables by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TableId {
    Tiles,
    Services,
    /// The metrics of a service with their figures over the range.
    Metrics,
    /// Buckets of a metric; the number distinguishes services where several are exported together.
    Metric(u16, Metric),
    Failed,
    About,
    Calls,
    /// Records that could not be read.
    Rejected,
}

impl TableId {
    /// Word in JSON and in file names, the same in every language.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Tiles => "tiles",
            Self::Services => "services",
            Self::Metrics => "metrics",
            Self::Metric(_, metric) => metric.key(),
            Self::Failed => "failed-calls",
            Self::About => "about",
            Self::Calls => "call-list",
            Self::Rejected => "rejected",
        }
    }
}

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

/// Where tables are in a workbook.
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
    /// The formula as a workbook has it, without the `=`; `home` is the sheet it is on. `None` where a table it reads is not in the workbook.
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

    struct One(&'static str);

    impl Places for One {
        fn place(&self, table: TableId) -> Option<Place> {
            (table == TableId::Services).then(|| Place { sheet: self.0.into(), row: 4, column: 1 })
        }
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
}
