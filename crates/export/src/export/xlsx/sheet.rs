//! A sheet from its tables: cells by rows, header, widths, filter, print setup. Of a long sheet only the template is made here.

use super::pack::Variant;
use super::style::{Role, Styles};
use super::{Failed, SheetPlaces, chart, value};
use crate::export::book::Sheet;
use crate::export::table::{Cell, Column, FormulaValue, Kind, Table, TableId, TimeStyle};
use crate::i18n::Lang;
use crate::series::Zone;
use rust_xlsxwriter::{Formula, IgnoreError, Worksheet};

/// Cells written in one step, about: a few milliseconds.
const STEP_CELLS: usize = 8_000;
/// Rows looked at for the width of a column.
const MEASURED_ROWS: usize = 200;
/// Widths in characters.
const WIDTH_MAX: usize = 44;
const LONG_WIDTH: f64 = 64.0;
/// Height of a line, and most lines that a wrapped text is given.
const LINE_POINTS: f64 = 15.0;
const LONG_LINES_MAX: f64 = 6.0;
/// Height of a header.
const HEADER_POINTS: f64 = 31.0;
/// Width of texts that are not there yet.
const UNSEEN_WIDTH: usize = 20;

/// First row of each table's body: a single table begins with its header, several have a title each and a blank row between them.
pub fn body_rows(sheet: &Sheet) -> Vec<u32> {
    let titled = sheet.titled();
    let mut row = 0_u32;
    let place = |table: &Table| {
        let body = row + 1 + u32::from(titled);
        row = body + table.rows.len() as u32 + 1;
        body
    };
    sheet.tables.iter().map(place).collect()
}

/// A sheet under way.
pub struct SheetWriter {
    sheet: Worksheet,
    styles: Styles,
    bodies: Vec<u32>,
    table: usize,
    row: usize,
    lang: Lang,
}

impl SheetWriter {
    pub fn new(of: &Sheet, lang: Lang) -> Result<Self, Failed> {
        let mut sheet = Worksheet::new();
        sheet.set_name(&of.name)?;
        let mut writing = Self { sheet, styles: Styles::default(), bodies: body_rows(of), table: 0, row: 0, lang };
        writing.page(of, of.tables.first().map_or(0, |t| t.rows.len() as u32))?;
        Ok(writing)
    }

    /// A long sheet of one table without its rows: in their place blank cells with the styles that rows take. `rows` are those to come.
    pub fn template(of: &Sheet, rows: u64, lang: Lang) -> Result<Worksheet, Failed> {
        let mut sheet = Worksheet::new();
        sheet.set_name(&of.name)?;
        let mut writing = Self { sheet, styles: Styles::default(), bodies: body_rows(of), table: 0, row: 0, lang };
        let rows = u32::try_from(rows).unwrap_or(u32::MAX);
        writing.page(of, rows)?;
        for table in &of.tables {
            writing.begin(of, table, rows)?;
            for (i, column) in table.columns.iter().enumerate() {
                for (row, variant) in (1..).zip(Variant::ALL) {
                    // Long texts are not wrapped here: rows of one height scroll faster and read as a list.
                    let kind = match (column.kind, variant) {
                        (Kind::LongText, _) => Kind::Text,
                        (Kind::Time(TimeStyle::Day), Variant::Exact) => Kind::Time(TimeStyle::Minute),
                        (Kind::Time(TimeStyle::Minute), Variant::Exact) => Kind::Time(TimeStyle::Second),
                        (kind, _) => kind,
                    };
                    let format = writing.styles.of(Role::Body, kind, variant == Variant::Quoted);
                    writing.sheet.write_blank(row, i as u16, format)?;
                }
            }
        }
        writing.chart(of)?;
        Ok(writing.sheet)
    }

    pub fn finish(self) -> Worksheet {
        self.sheet
    }

    /// Writes some rows; returns how many, and whether the sheet is done.
    pub fn step(&mut self, of: &Sheet, zone: &Zone, places: &SheetPlaces) -> Result<(u64, bool), Failed> {
        let (mut cells, mut rows) = (0, 0);
        while let Some(table) = of.tables.get(self.table) {
            if self.row == 0 {
                self.begin(of, table, table.rows.len() as u32)?;
            }
            while let Some(row) = table.rows.get(self.row) {
                self.write_row(of, table, row, zone, places)?;
                self.row += 1;
                rows += 1;
                cells += row.len();
                if cells >= STEP_CELLS {
                    return Ok((rows, false));
                }
            }
            self.table += 1;
            self.row = 0;
        }
        self.chart(of)?;
        Ok((rows, true))
    }

    fn chart(&mut self, of: &Sheet) -> Result<(), Failed> {
        if let (Some(line_chart), Some(table)) = (&of.chart, of.tables.first()) {
            let column = table.columns.len() as u16 + 1;
            let chart = chart::line(&of.name, table, line_chart, self.bodies[0]);
            self.sheet.insert_chart_with_offset(1, column, &chart, 0, 4)?;
        }
        Ok(())
    }

    /// What holds for the whole sheet; `rows` are those of its only table.
    fn page(&mut self, of: &Sheet, rows: u32) -> Result<(), Failed> {
        let columns = of.tables.iter().map(|t| t.columns.len()).max().unwrap_or(0);
        for column in 0..columns {
            let of_table = |t: &Table| t.columns.get(column).map_or(0.0, |c| width(t, column, c));
            let wide = of.tables.iter().map(of_table).fold(8.0, f64::max);
            self.sheet.set_column_width(column as u16, wide)?;
        }
        self.sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
        if let [table] = of.tables.as_slice() {
            self.sheet.set_freeze_panes(1, u16::from(table.id != TableId::About))?;
            self.sheet.set_repeat_rows(0, 0)?;
            let last = rows - rows.min(table.total_rows as u32);
            if table.id != TableId::About && !table.columns.is_empty() {
                self.sheet.autofilter(0, 0, last, table.columns.len() as u16 - 1)?;
            }
        }
        Ok(())
    }

    /// Title and header of a table, and what its columns are marked with.
    fn begin(&mut self, of: &Sheet, table: &Table, rows: u32) -> Result<(), Failed> {
        let body = self.bodies[self.table];
        // Two lines: headers name their units.
        self.sheet.set_row_height(body - 1, HEADER_POINTS)?;
        if of.titled() {
            let title = value::fitting(&table.title, self.lang);
            self.sheet.write_string_with_format(body - 2, 0, title, self.styles.of(Role::Title, Kind::Text, false))?;
        }
        for (i, column) in table.columns.iter().enumerate() {
            let format = self.styles.of(Role::Header, column.kind, false);
            self.sheet.write_string_with_format(body - 1, i as u16, column.header(), format)?;
            // Versions and codes are texts that may look like numbers.
            if column.kind == Kind::Text && rows > 0 {
                self.sheet.ignore_error_range(body, i as u16, body + rows - 1, i as u16, IgnoreError::NumberStoredAsText)?;
            }
        }
        if !table.sub_rows.is_empty() {
            self.sheet.group_symbols_above(true);
            let mut rows = table.sub_rows.as_slice();
            while let [first, ..] = *rows {
                let run = rows.iter().enumerate().take_while(|(i, row)| **row == first + i).count();
                self.sheet.group_rows(body + first as u32, body + (first + run - 1) as u32)?;
                rows = &rows[run..];
            }
        }
        Ok(())
    }

    fn write_row(
        &mut self,
        of: &Sheet,
        table: &Table,
        cells: &[Cell<'static>],
        zone: &Zone,
        places: &SheetPlaces,
    ) -> Result<(), Failed> {
        let at = self.bodies[self.table] + self.row as u32;
        let role = if self.row + table.total_rows >= table.rows.len() {
            Role::Total
        } else if table.sub_rows.binary_search(&self.row).is_ok() {
            Role::Sub
        } else if table.id == TableId::About && cells[1..].iter().all(|c| *c == Cell::Gap) {
            Role::Heading
        } else {
            Role::Body
        };
        for (i, (cell, column)) in cells.iter().zip(&table.columns).enumerate() {
            self.write_cell(of, (at, i as u16), cell, column.kind, role, (zone, places))?;
        }
        Ok(())
    }

    fn write_cell(
        &mut self,
        of: &Sheet,
        (row, column): (u32, u16),
        cell: &Cell<'static>,
        kind: Kind,
        role: Role,
        (zone, places): (&Zone, &SheetPlaces),
    ) -> Result<(), Failed> {
        // A cell of another kind than its column, as in a list of items and values, is shown by its own.
        let kind = match (cell, kind) {
            (Cell::Instant(at), kind) => Kind::Time(style_of(kind).showing(zone.local_ms(*at))),
            (Cell::Utc(at), kind) => Kind::Time(style_of(kind).showing(*at)),
            (Cell::Whole(_) | Cell::Formula(_, FormulaValue::Whole(_)), Kind::Text | Kind::LongText | Kind::Decimal(_)) => {
                Kind::Whole
            }
            (Cell::Number(_), Kind::Text | Kind::LongText) => Kind::Decimal(3),
            (_, kind) => kind,
        };
        let (sheet, styles) = (&mut self.sheet, &mut self.styles);
        match cell {
            Cell::Gap if matches!(role, Role::Total | Role::Heading) => {
                sheet.write_blank(row, column, styles.of(role, kind, false))?;
            }
            Cell::Gap => {}
            Cell::NotInvolved => {
                sheet.write_string_with_format(row, column, "-", styles.of(role, kind, true))?;
            }
            Cell::Text(text) => {
                let text = value::fitting(text, self.lang);
                if kind == Kind::LongText {
                    // Not every program makes room for wrapped text by itself.
                    let lines = (columns_of(&text) as f64 / (0.9 * LONG_WIDTH)).ceil().clamp(1.0, LONG_LINES_MAX);
                    if lines > 1.0 {
                        sheet.set_row_height(row, lines * LINE_POINTS)?;
                    }
                }
                let quoted = value::looks_like_formula(&text);
                self.sheet.write_string_with_format(row, column, text, self.styles.of(role, kind, quoted))?;
            }
            Cell::Whole(n) => {
                sheet.write_number_with_format(row, column, *n as f64, styles.of(role, kind, false))?;
            }
            Cell::Number(x) if x.is_finite() => {
                sheet.write_number_with_format(row, column, *x, styles.of(role, kind, false))?;
            }
            Cell::Number(_) => {}
            Cell::Instant(at) => {
                let days = value::days(zone.local_ms(*at));
                sheet.write_number_with_format(row, column, days, styles.of(role, kind, false))?;
            }
            Cell::Utc(at) => {
                sheet.write_number_with_format(row, column, value::days(*at), styles.of(role, kind, false))?;
            }
            Cell::Formula(formula, computed) => match formula.text(places, &of.name) {
                Some(text) => {
                    let result = match computed {
                        FormulaValue::Nothing => String::new(),
                        FormulaValue::Whole(n) => n.to_string(),
                        FormulaValue::Number(x) => x.to_string(),
                    };
                    let formula = Formula::new(text).set_result(result);
                    sheet.write_formula_with_format(row, column, formula, styles.of(role, kind, false))?;
                }
                // What it reads is not in this workbook.
                None => return self.write_cell(of, (row, column), &computed.cell(), kind, role, (zone, places)),
            },
        }
        Ok(())
    }
}

const fn style_of(kind: Kind) -> TimeStyle {
    if let Kind::Time(style) = kind { style } else { TimeStyle::Second }
}

/// Width of a column in characters: of its header with room for the filter's button, and of its first rows.
fn width(table: &Table, column: usize, of: &Column) -> f64 {
    let header = columns_of(&of.header());
    // A long header takes two lines.
    let header = if header > 16 { (header / 2 + 4).max(longest_word(&of.header())) } else { header } + 3;
    let body = match of.kind {
        Kind::LongText => return LONG_WIDTH,
        Kind::Time(TimeStyle::Day) => 11,
        Kind::Time(TimeStyle::Minute) => 16,
        Kind::Time(TimeStyle::Second) => 19,
        Kind::Time(TimeStyle::Milli) => 23,
        Kind::Text => {
            let texts = table.rows.iter().take(MEASURED_ROWS).filter_map(|row| row.get(column));
            texts.map(|cell| if let Cell::Text(text) = cell { columns_of(text) + 2 } else { 18 }).max().unwrap_or(UNSEEN_WIDTH)
        }
        Kind::Code | Kind::Whole | Kind::Decimal(_) => 12,
    };
    header.max(body).min(WIDTH_MAX) as f64
}

/// Room of a text: East Asian letters and emoji take two.
fn columns_of(text: &str) -> usize {
    text.chars().map(|c| if c >= '\u{1100}' { 2 } else { 1 }).sum()
}

fn longest_word(text: &str) -> usize {
    text.split(' ').map(columns_of).max().unwrap_or(0)
}
