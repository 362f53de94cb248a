//! A table as every file shows it: typed cells under columns with names and units.

use super::formula::Formula;
pub use super::formula::TableId;
use crate::i18n::Lang;
use crate::i18n::time::offset;
use crate::model::Range;
use crate::series::Zone;
use std::borrow::Cow;

/// In which language and zone a file speaks.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    pub lang: Lang,
    /// Covers every instant of the file with a day to spare on both sides.
    pub zone: &'a Zone,
    /// What the file is about; decides whether the zone needs telling apart from UTC.
    pub range: Range,
}

impl View<'_> {
    /// Whether the zone's clock differs from UTC anywhere in the range: only then a second column with UTC says more.
    pub fn differs_from_utc(&self) -> bool {
        let at = self.zone.offset_ms(self.range.from_ms) != 0;
        at || self.zone.next_change(self.range.from_ms).is_some_and(|change| change < self.range.to_ms)
    }

    /// The offsets in force over the range, in order, each said once: `UTC+2, UTC+1`.
    pub fn offsets(&self) -> String {
        let mut said = vec![offset(self.zone, self.range.from_ms)];
        let mut at = self.range.from_ms;
        while let Some(change) = self.zone.next_change(at).filter(|&change| change < self.range.to_ms) {
            said.push(offset(self.zone, change));
            at = change;
        }
        said.dedup();
        said.join(", ")
    }
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Nothing was measured: an empty cell, `null`.
    Gap,
    /// The metric is not involved in the service: `-`, as on the page, and `null`.
    NotInvolved,
    Text(Cow<'a, str>),
    Whole(u64),
    /// Shown with the column's decimals, kept in full. Not a number is a gap.
    Number(f64),
    /// Epoch milliseconds, shown on the wall of the view's zone.
    Instant(i64),
    /// The same, shown in UTC whatever the zone.
    Utc(i64),
    /// A live formula in a workbook, and what it comes to: all that other files show.
    Formula(Formula, FormulaValue),
}

impl<'a> Cell<'a> {
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    /// A number; not a number is a gap.
    pub fn number(value: f64) -> Self {
        if value.is_finite() { Self::Number(value) } else { Self::Gap }
    }

    /// A value, or `-` where the metric is not involved.
    pub fn involved(value: Option<Self>) -> Self {
        value.unwrap_or(Self::NotInvolved)
    }

    /// The number in it, if any, as a spreadsheet holds it.
    pub fn as_f64(&self) -> Option<f64> {
        match *self {
            Self::Whole(n) => Some(n as f64),
            Self::Number(x) => Some(x).filter(|x| x.is_finite()),
            Self::Formula(_, computed) => computed.cell().as_f64(),
            _ => None,
        }
    }
}

/// What a formula comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FormulaValue {
    /// The formula answers the empty text, where there is nothing to divide.
    Nothing,
    Whole(u64),
    Number(f64),
}

impl FormulaValue {
    pub const fn cell(self) -> Cell<'static> {
        match self {
            Self::Nothing => Cell::Gap,
            Self::Whole(n) => Cell::Whole(n),
            Self::Number(x) => Cell::Number(x),
        }
    }

    /// As a spreadsheet holds it.
    pub const fn as_f64(self) -> Option<f64> {
        match self {
            Self::Nothing => None,
            Self::Whole(n) => Some(n as f64),
            Self::Number(x) => Some(x),
        }
    }
}

/// What is in a column, which decides its number format, width and side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Text,
    /// Texts of a sentence or more, such as error messages.
    LongText,
    /// A number that is a name, such as an HTTP status: no groups of digits.
    Code,
    Whole,
    /// Decimals shown.
    Decimal(u8),
    Time(TimeStyle),
}

/// How exactly a time is shown. It is always kept to the millisecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimeStyle {
    Day,
    Minute,
    Second,
    Milli,
}

impl TimeStyle {
    /// The style, or the next one that shows a wall-clock time without cutting it: a first bucket may begin within a day or an hour.
    pub const fn showing(self, local_ms: i64) -> Self {
        match self {
            Self::Day if local_ms.rem_euclid(86_400_000) == 0 => Self::Day,
            Self::Day | Self::Minute if local_ms.rem_euclid(60_000) == 0 => Self::Minute,
            Self::Milli => Self::Milli,
            _ => Self::Second,
        }
    }
}

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Word in JSON, the same in every language.
    pub key: String,
    pub name: String,
    /// Unit, or for a time the zone.
    pub unit: Option<String>,
    pub kind: Kind,
}

impl Column {
    pub fn new(key: impl Into<String>, name: impl Into<String>, kind: Kind) -> Self {
        Self { key: key.into(), name: name.into(), unit: None, kind }
    }

    /// With a unit; an empty or blank one is none.
    #[must_use]
    pub fn in_unit(mut self, unit: &str) -> Self {
        self.unit = Some(unit.trim().to_owned()).filter(|unit| !unit.is_empty());
        self
    }

    /// What is above it: `Input Tokens (M)`, `Time (Asia/Shanghai)`.
    pub fn header(&self) -> Cow<'_, str> {
        match &self.unit {
            Some(unit) => format!("{} ({unit})", self.name).into(),
            None => Cow::Borrowed(&self.name),
        }
    }
}

/// A table. Every row has a cell for each column.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub id: TableId,
    pub title: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell<'static>>>,
    /// Rows at the end that sum up the others: not part of a filter, apart in look.
    pub total_rows: usize,
    /// Rows that belong to the one above them (versions of a service), by number.
    pub sub_rows: Vec<usize>,
}

impl Table {
    pub fn new(id: TableId, title: impl Into<String>, columns: Vec<Column>) -> Self {
        Self { id, title: title.into(), columns, rows: Vec::new(), total_rows: 0, sub_rows: Vec::new() }
    }

    /// The cell at a place.
    pub fn cell(&self, row: usize, column: usize) -> Option<&Cell<'static>> {
        self.rows.get(row)?.get(column)
    }

    /// The column of a key.
    pub fn column(&self, key: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.key == key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::range::HOUR_MS;

    #[test]
    fn a_zone_says_its_offsets() {
        let berlin = Zone { name: "Europe/Berlin".into(), offsets: vec![(0, 7200), (10 * HOUR_MS, 3600)] };
        let view = |zone, from_ms, to_ms| View { lang: Lang::En, zone, range: Range { from_ms, to_ms } };
        assert_eq!(view(&berlin, 0, 20 * HOUR_MS).offsets(), "UTC+2, UTC+1");
        assert_eq!(view(&berlin, 11 * HOUR_MS, 20 * HOUR_MS).offsets(), "UTC+1");
        let utc = Zone::utc();
        assert!(view(&berlin, 0, 1).differs_from_utc() && !view(&utc, 0, 1).differs_from_utc());
        // London in the week in which summer time begins: no difference at the start, but later.
        let london = Zone { name: "Europe/London".into(), offsets: vec![(0, 0), (10 * HOUR_MS, 3600)] };
        assert!(view(&london, 0, 20 * HOUR_MS).differs_from_utc() && !view(&london, 0, 5 * HOUR_MS).differs_from_utc());
    }

    #[test]
    fn headers_carry_units() {
        let column = Column::new("calls", "Calls", Kind::Whole);
        assert_eq!(column.header(), "Calls");
        assert_eq!(column.clone().in_unit(" ").header(), "Calls");
        assert_eq!(column.in_unit("Times").header(), "Calls (Times)");
        assert_eq!((Cell::number(f64::NAN), Cell::number(0.0)), (Cell::Gap, Cell::Number(0.0)));
    }
}
