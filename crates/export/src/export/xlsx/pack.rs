//! Rows of long sheets, packed into the workbook's package as they come: memory holds packed bytes alone, and a cell takes a tenth of the
//! time that it takes in a `Worksheet`.
//!
//! The package is written once with templates in the place of long sheets, so that styles, names, filters, widths and charts are
//! `rust_xlsxwriter`'s. Then every other part is copied as it is, and each template is packed anew, its rows in the place of a few rows of
//! blank cells, whose styles they take.

use super::{Failed, value};
use crate::export::formula::letters;
use crate::export::table::{Cell, Column, Kind, TimeStyle};
use crate::i18n::Lang;
use crate::series::Zone;
use std::io::{Cursor, Read as _, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Bytes of rows gathered before they are packed.
const CHUNK_BYTES: usize = 256 * 1024;
/// Deflate's effort (docs/export.md has what others take).
const EFFORT: i64 = 2;

/// Rows of blank cells in a template, one for each [`Variant`].
pub const TEMPLATE_ROWS: u32 = 3;

/// Which of a column's styles a cell takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    Plain,
    /// A text that would be taken for a formula when it is edited.
    Quoted,
    /// A time that the column's style would cut.
    Exact,
}

impl Variant {
    pub const ALL: [Variant; TEMPLATE_ROWS as usize] = [Variant::Plain, Variant::Quoted, Variant::Exact];
}

/// A sheet to fill: its number in the workbook from 1, its columns and its rows without the header.
#[derive(Clone, Debug)]
pub struct Long {
    pub number: usize,
    pub columns: Vec<Column>,
    pub rows: u64,
}

/// A package whose long sheets are being filled, in order.
pub struct PackageWriter {
    package: ZipWriter<Cursor<Vec<u8>>>,
    lang: Lang,
    /// `A`, `B`, …
    letters: Vec<String>,
    /// Sheets to come, the next one last.
    todo: Vec<Open>,
    open: Option<Open>,
    /// Rows of the open sheet so far.
    row: u64,
    given: u64,
    announced: u64,
    chunk: Vec<u8>,
}

/// What is before and after a sheet's rows, and its columns' styles.
struct Open {
    part: String,
    before: String,
    after: String,
    styles: Vec<[String; TEMPLATE_ROWS as usize]>,
    time: Vec<Option<TimeStyle>>,
    rows: u64,
}

impl PackageWriter {
    /// Takes the package over.
    pub fn new(package: &[u8], sheets: &[Long], lang: Lang) -> Result<Self, Failed> {
        let mut archive = ZipArchive::new(Cursor::new(package))?;
        let mut todo = Vec::new();
        for long in sheets {
            let part = format!("xl/worksheets/sheet{}.xml", long.number);
            let mut xml = String::new();
            archive.by_name(&part)?.read_to_string(&mut xml)?;
            todo.push(Open::of(part, &xml, long)?);
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
        let most = sheets.iter().map(|s| s.columns.len()).max().unwrap_or(0);
        let mut packing = Self {
            package: out,
            lang,
            letters: (0..most).map(|i| letters(i as u16)).collect(),
            todo,
            open: None,
            row: 0,
            given: 0,
            announced: sheets.iter().map(|s| s.rows).sum(),
            chunk: Vec::new(),
        };
        packing.next_sheet()?;
        Ok(packing)
    }

    /// Rows still to come.
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

    /// Takes the next row.
    ///
    /// A function of its own: a browser compiles hot code function by function, and never gets round to one that has swallowed all others.
    ///
    /// # Errors
    /// [`Failed::Rows`] where all sheets are full.
    #[inline(never)]
    pub fn row(&mut self, cells: &[Cell<'_>], zone: &Zone) -> Result<(), Failed> {
        if self.open.as_ref().is_none_or(|open| self.row == open.rows) {
            self.next_sheet()?;
        }
        let Some(open) = &self.open else {
            return Err(Failed::Rows { given: self.given + 1, announced: self.announced });
        };
        // The header is row 1.
        let mut number = itoa::Buffer::new();
        let number = number.format(self.row + 2);
        let mut writer = RowWriter { out: &mut self.chunk, number, open, lang: self.lang };
        writer.put(["<row r=\"", number, "\">"]);
        for (i, (cell, letters)) in cells.iter().zip(&self.letters).enumerate().take(open.styles.len()) {
            writer.cell(i, letters, cell, zone);
        }
        self.chunk.extend_from_slice(b"</row>");
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

struct RowWriter<'a> {
    out: &'a mut Vec<u8>,
    number: &'a str,
    open: &'a Open,
    lang: Lang,
}

impl RowWriter<'_> {
    fn put<const N: usize>(&mut self, parts: [&str; N]) {
        for part in parts {
            self.out.extend_from_slice(part.as_bytes());
        }
    }

    fn cell(&mut self, column: usize, letters: &str, cell: &Cell<'_>, zone: &Zone) {
        match cell {
            Cell::Gap => {}
            Cell::Whole(n) => self.number(column, letters, Variant::Plain, itoa::Buffer::new().format(*n)),
            Cell::Instant(at) => self.time(column, letters, zone.local_ms(*at)),
            Cell::Utc(at) => self.time(column, letters, *at),
            Cell::NotInvolved => self.text(column, letters, Variant::Quoted, "-"),
            Cell::Text(text) => {
                let text = value::fitting(text, self.lang);
                let variant = if value::looks_like_formula(&text) { Variant::Quoted } else { Variant::Plain };
                self.text(column, letters, variant, &text);
            }
            Cell::Number(_) | Cell::Formula(..) => {
                if let Some(x) = cell.as_f64() {
                    self.float(column, letters, Variant::Plain, x);
                }
            }
        }
    }

    fn time(&mut self, column: usize, letters: &str, local_ms: i64) {
        let cut = self.open.time[column].is_some_and(|style| style.showing(local_ms) != style);
        self.float(column, letters, if cut { Variant::Exact } else { Variant::Plain }, value::days(local_ms));
    }

    /// The shortest digits that read back as the same number; infinities and the like leave a gap.
    fn float(&mut self, column: usize, letters: &str, variant: Variant, value: f64) {
        if value.is_finite() {
            let mut digits = zmij::Buffer::new();
            let digits = digits.format_finite(value);
            self.number(column, letters, variant, digits.strip_suffix(".0").unwrap_or(digits));
        }
    }

    fn number(&mut self, column: usize, letters: &str, variant: Variant, digits: &str) {
        let (number, style) = (self.number, &self.open.styles[column][variant as usize]);
        self.put(["<c r=\"", letters, number, "\"", style, "><v>", digits, "</v></c>"]);
    }

    fn text(&mut self, column: usize, letters: &str, variant: Variant, text: &str) {
        let (number, style) = (self.number, &self.open.styles[column][variant as usize]);
        self.put(["<c r=\"", letters, number, "\"", style, " t=\"inlineStr\"><is><t xml:space=\"preserve\">"]);
        value::escape(text, self.out);
        self.out.extend_from_slice(b"</t></is></c>");
    }
}

impl Open {
    /// Takes a template apart.
    fn of(part: String, xml: &str, long: &Long) -> Result<Self, Failed> {
        let missing = |what: &str| Failed::Part(format!("{what} in {part}"));
        let header_end = xml.find("</row>").ok_or_else(|| missing("header"))? + "</row>".len();
        let body_end = xml.find("</sheetData>").ok_or_else(|| missing("rows"))?;
        let body = xml.get(header_end..body_end).ok_or_else(|| missing("rows"))?;
        let found: Vec<String> = body
            .split("<c ")
            .skip(1)
            .map(|cell| {
                let style = cell.split_once(" s=\"").and_then(|(_, rest)| rest.split_once('"'));
                style.map_or_else(String::new, |(index, _)| format!(" s=\"{index}\""))
            })
            .collect();
        let columns = long.columns.len();
        if found.len() != columns * TEMPLATE_ROWS as usize {
            return Err(missing("styles"));
        }
        let styles = (0..columns).map(|i| Variant::ALL.map(|v| found[v as usize * columns + i].clone())).collect();
        let time = long.columns.iter().map(|c| if let Kind::Time(style) = c.kind { Some(style) } else { None }).collect();
        // The template's rows gave the sheet its extent.
        let last = letters(columns.saturating_sub(1) as u16);
        let extent = |rows: u64| format!("<dimension ref=\"A1:{last}{}\"/>", rows + 1);
        let template = extent(TEMPLATE_ROWS.into());
        if !xml[..header_end].contains(&template) {
            return Err(missing("extent"));
        }
        let before = xml[..header_end].replacen(&template, &extent(long.rows), 1);
        Ok(Self { before, after: xml[body_end..].to_owned(), styles, time, rows: long.rows, part })
    }
}
