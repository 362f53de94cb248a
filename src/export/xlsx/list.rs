//! Lists of calls: rows packed into the workbook's package as they come, so that memory holds packed bytes alone.
//!
//! The package is written once with empty lists, so that styles, names, filters and widths are `rust_xlsxwriter`'s. Then every other part is
//! copied as it is, and each list's sheet is packed anew with its rows in the place of two rows of blank cells, whose styles they take.

use super::style::{Role, Styles};
use super::{Failed, value};
use crate::export::formula::letters;
use crate::export::report::CallSheets;
use crate::export::table::{Cell, Kind, Table, TimeStyle};
use crate::i18n::Lang;
use crate::series::Zone;
use rust_xlsxwriter::{IgnoreError, Worksheet};
use std::io::{Cursor, Read as _, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Bytes of rows gathered before they are packed.
const CHUNK_BYTES: usize = 256 * 1024;
/// Deflate's effort: half the time of the default for a tenth more bytes (docs/export.md).
const EFFORT: i64 = 3;

/// A list's sheet without its rows: header, widths, filter, and two rows of blank cells that carry the columns' styles, plain and quoted.
pub fn template(head: &Table, name: &str, rows: u64) -> Result<Worksheet, Failed> {
    let mut sheet = Worksheet::new();
    let mut styles = Styles::default();
    sheet.set_name(name)?;
    sheet.set_freeze_panes(1, 1)?.set_repeat_rows(0, 0)?.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    let last = u32::try_from(rows).unwrap_or(u32::MAX);
    for (i, column) in head.columns.iter().enumerate() {
        let at = i as u16;
        sheet.write_string_with_format(0, at, column.header(), styles.of(Role::Header, column.kind, false))?;
        for (row, quoted) in [(1, false), (2, true)] {
            // Long texts are not wrapped here: rows of one height scroll faster and read as a list.
            let kind = if column.kind == Kind::LongText { Kind::Text } else { column.kind };
            sheet.write_blank(row, at, styles.of(Role::Body, kind, quoted))?;
        }
        let width = match column.kind {
            Kind::Time(TimeStyle::Milli) => 23.0,
            Kind::LongText => 48.0,
            Kind::Text => 20.0,
            _ => 14.0,
        };
        sheet.set_column_width(at, width)?;
        if column.kind == Kind::Text && last > 0 {
            sheet.ignore_error_range(1, at, last, at, IgnoreError::NumberStoredAsText)?;
        }
    }
    sheet.autofilter(0, 0, last, head.columns.len() as u16 - 1)?;
    Ok(sheet)
}

/// The package with its lists under way.
pub struct Lists {
    package: ZipWriter<Cursor<Vec<u8>>>,
    lang: Lang,
    columns: Vec<String>,
    /// Sheets to come, the next one last: what stands before and after the rows, styles, and number of rows.
    todo: Vec<Open>,
    open: Option<Open>,
    /// Rows of the open sheet so far.
    row: u64,
    given: u64,
    announced: u64,
    chunk: Vec<u8>,
}

struct Open {
    part: String,
    before: String,
    after: String,
    /// Of each column: plain, quoted.
    styles: Vec<[String; 2]>,
    rows: u64,
}

impl Lists {
    /// Takes the package over. The lists' sheets come after `first` others.
    pub fn new(package: &[u8], calls: CallSheets, first: usize) -> Result<Self, Failed> {
        let mut archive = ZipArchive::new(Cursor::new(package))?;
        let mut todo = Vec::new();
        for (i, (_, rows)) in calls.sheets.iter().enumerate() {
            let part = format!("xl/worksheets/sheet{}.xml", first + i + 1);
            let mut xml = String::new();
            archive.by_name(&part)?.read_to_string(&mut xml)?;
            todo.push(Open::of(part, &xml, *rows, calls.head.columns.len())?);
        }
        let mut out = ZipWriter::new(Cursor::new(Vec::new()));
        for i in 0..archive.len() {
            let file = archive.by_index_raw(i)?;
            let name = file.name()?.into_owned();
            if todo.iter().all(|open| open.part != name) {
                out.raw_copy_file(file)?;
            }
        }
        todo.reverse();
        let columns = (0..calls.head.columns.len()).map(|i| letters(i as u16)).collect();
        let announced = calls.rows();
        let mut lists = Self {
            package: out,
            lang: Lang::default(),
            columns,
            todo,
            open: None,
            row: 0,
            given: 0,
            announced,
            chunk: Vec::new(),
        };
        lists.next_sheet()?;
        Ok(lists)
    }

    /// Calls taken so far, and calls still to come.
    pub const fn given(&self) -> u64 {
        self.given
    }

    pub const fn missing(&self) -> u64 {
        self.announced - self.given
    }

    /// Closes the open sheet and opens the next ones, until one takes rows.
    fn next_sheet(&mut self) -> Result<(), Failed> {
        loop {
            if let Some(open) = self.open.take() {
                self.chunk.extend_from_slice(open.after.as_bytes());
                self.flush()?;
            }
            let Some(open) = self.todo.pop() else { return Ok(()) };
            let options = SimpleFileOptions::default()
                .compression_method(CompressionMethod::Deflated)
                .compression_level(Some(EFFORT))
                .last_modified_time(zip::DateTime::default());
            self.package.start_file(open.part.clone(), options)?;
            self.chunk.extend_from_slice(open.before.as_bytes());
            self.row = 0;
            let rows = open.rows;
            self.open = Some(open);
            if rows > 0 {
                return Ok(());
            }
        }
    }

    fn flush(&mut self) -> Result<(), Failed> {
        self.package.write_all(&self.chunk)?;
        self.chunk.clear();
        Ok(())
    }

    /// Takes a call's cells.
    pub fn row(&mut self, cells: &[Cell<'_>], zone: &Zone) -> Result<(), Failed> {
        let full = self.open.as_ref().is_none_or(|open| self.row == open.rows);
        if full {
            self.next_sheet()?;
        }
        let Some(open) = &self.open else {
            return Err(Failed::Rows { given: self.given + 1, announced: self.announced });
        };
        // The header is row 1.
        let number = self.row + 2;
        let out = &mut self.chunk;
        let _ = write!(out, "<row r=\"{number}\">");
        for ((cell, column), styles) in cells.iter().zip(&self.columns).zip(&open.styles) {
            let plain = &styles[0];
            let _ = match cell {
                Cell::Gap => Ok(()),
                Cell::Whole(n) => write!(out, "<c r=\"{column}{number}\"{plain}><v>{n}</v></c>"),
                Cell::Instant(at) => {
                    let days = value::days(zone.local_ms(*at));
                    write!(out, "<c r=\"{column}{number}\"{plain}><v>{days}</v></c>")
                }
                Cell::Utc(at) => write!(out, "<c r=\"{column}{number}\"{plain}><v>{}</v></c>", value::days(*at)),
                Cell::NotInvolved => text(out, (column, number), &styles[1], "-"),
                Cell::Text(long) => {
                    let fitting = value::fitting(long, self.lang);
                    let style = &styles[usize::from(value::looks_like_formula(&fitting))];
                    text(out, (column, number), style, &fitting)
                }
                Cell::Number(_) | Cell::Formula(..) => match cell.as_f64() {
                    Some(x) => write!(out, "<c r=\"{column}{number}\"{plain}><v>{x}</v></c>"),
                    None => Ok(()),
                },
            };
        }
        out.extend_from_slice(b"</row>");
        self.row += 1;
        self.given += 1;
        if self.chunk.len() >= CHUNK_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    /// The file.
    pub fn finish(mut self) -> Result<Vec<u8>, Failed> {
        self.next_sheet()?;
        Ok(self.package.finish()?.into_inner())
    }
}

fn text(out: &mut Vec<u8>, (column, number): (&str, u64), style: &str, text: &str) -> std::io::Result<()> {
    write!(out, "<c r=\"{column}{number}\"{style} t=\"inlineStr\"><is><t xml:space=\"preserve\">")?;
    value::escape(text, out);
    out.extend_from_slice(b"</t></is></c>");
    Ok(())
}

impl Open {
    /// Takes a template's sheet apart.
    fn of(part: String, xml: &str, rows: u64, columns: usize) -> Result<Self, Failed> {
        let missing = |what: &str| Failed::Part(format!("{what} in {part}"));
        let header_end = xml.find("</row>").ok_or_else(|| missing("header"))? + "</row>".len();
        let body_end = xml.find("</sheetData>").ok_or_else(|| missing("rows"))?;
        let body = xml.get(header_end..body_end).ok_or_else(|| missing("rows"))?;
        let mut found = body.split("<c ").skip(1).map(|cell| {
            let style = cell.split_once(" s=\"").and_then(|(_, rest)| rest.split_once('"'));
            style.map_or_else(String::new, |(index, _)| format!(" s=\"{index}\""))
        });
        let plain: Vec<String> = found.by_ref().take(columns).collect();
        let quoted: Vec<String> = found.collect();
        if plain.len() != columns || quoted.len() != columns {
            return Err(missing("styles"));
        }
        let styles = plain.into_iter().zip(quoted).map(|(plain, quoted)| [plain, quoted]).collect();
        // The template's two rows gave the sheet its extent.
        let last = letters(columns.saturating_sub(1) as u16);
        let before = xml[..header_end].replacen(&format!("A1:{last}3"), &format!("A1:{last}{}", rows + 1), 1);
        let after = xml[body_end..].to_owned();
        Ok(Self { part, before, after, styles, rows })
    }
}
