//! Workbooks in Excel's format, written step by step.
//!
//! Styles, charts, formulas and short sheets are `rust_xlsxwriter`'s work. The rows of long sheets, buckets of metrics and calls, are not: a
//! million calls would take gigabytes there. They are packed into the finished package as they come ([`pack`]).

mod chart;
mod pack;
mod sheet;
mod style;
mod value;

use super::book::{Book, Sheet};
use super::formula::{Place, Places};
use super::table::{Cell, Table, TableId};
use crate::i18n::export::Export;
use crate::i18n::{Lang, Message, fill};
use crate::series::Zone;
use pack::{Long, PackageWriter};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};
use sheet::SheetWriter;
use std::collections::HashMap;
use thiserror::Error;

/// Cells packed in one step, about: a few milliseconds.
const STEP_CELLS: usize = 20_000;

/// Why no file came of it.
#[derive(Debug, Error)]
pub enum Failed {
    /// Excel's own limits; the message names the one.
    #[error("the workbook cannot be written: {0}")]
    Workbook(#[from] XlsxError),
    #[error("the package cannot be written: {0}")]
    Package(#[from] zip::result::ZipError),
    #[error("the package cannot be written: {0}")]
    Io(#[from] std::io::Error),
    /// More or fewer calls came than the sheets were laid out for.
    #[error("{given} calls were given where {announced} were announced")]
    Rows { given: u64, announced: u64 },
    /// The part of the package that the lists are packed into is not as expected.
    #[error("the package has no {0}")]
    Part(String),
}

impl Failed {
    /// The message for the user.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::Rows { .. } => Export::RowsDiffer.text(lang).to_owned(),
            other => fill(Export::WriteFailed.text(lang), &[("detail", &other.to_string())]),
        }
    }
}

/// What a step did.
#[derive(Debug)]
pub enum Step {
    /// There is more to do.
    More(Progress),
    /// Calls are waited for: give the next ones with [`Job::calls`], from this number on.
    Calls { from: u64, progress: Progress },
    /// The file.
    Done(Vec<u8>),
}

/// How far it has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Rows written, of sheets and lists.
    pub rows: u64,
    pub rows_total: u64,
}

/// A workbook on its way. Each step takes some milliseconds, apart from the one that packs the sheets; dropping the job cancels it.
pub struct Job {
    book: Book,
    zone: Zone,
    places: SheetPlaces,
    stage: Stage,
    rows: u64,
    rows_total: u64,
}

enum Stage {
    /// Sheets done, and the one under way.
    Sheets(Vec<Worksheet>, Option<Box<SheetWriter>>),
    /// Long sheets are filled: the sheet of the book, and its row, that come next.
    Rows {
        packing: Box<PackageWriter>,
        sheet: usize,
        row: usize,
    },
    Over,
}

/// Where the tables of a book are.
#[derive(Clone, Debug, Default)]
struct SheetPlaces(HashMap<TableId, Place>);

impl Places for SheetPlaces {
    fn place(&self, table: TableId) -> Option<Place> {
        self.0.get(&table).cloned()
    }
}

impl Job {
    /// Starts. `zone` is the one of the book's view.
    pub fn new(book: Book, zone: Zone) -> Self {
        let mut places = SheetPlaces::default();
        for sheet in &book.sheets {
            for (table, row) in sheet.tables.iter().zip(sheet::body_rows(sheet)) {
                places.0.insert(table.id, Place { sheet: sheet.name.clone(), row, column: 0 });
            }
        }
        let rows_of = |sheet: &Sheet| sheet.tables.iter().map(|t| t.rows.len() as u64).sum::<u64>();
        let rows_total = book.sheets.iter().map(rows_of).sum::<u64>() + book.calls.as_ref().map_or(0, |c| c.rows());
        Self { book, zone, places, stage: Stage::Sheets(Vec::new(), None), rows: 0, rows_total }
    }

    /// How far it has come.
    pub const fn progress(&self) -> Progress {
        Progress { rows: self.rows, rows_total: self.rows_total }
    }

    /// Goes on for some milliseconds.
    ///
    /// # Errors
    /// [`Failed`]; the job is over then.
    pub fn step(&mut self) -> Result<Step, Failed> {
        match core::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Sheets(done, under_way) => self.sheets(done, under_way),
            Stage::Rows { packing, sheet, row } => self.fill(packing, sheet, row),
            Stage::Over => Err(Failed::Part("step after its end".into())),
        }
    }

    #[inline(never)]
    fn sheets(&mut self, mut done: Vec<Worksheet>, under_way: Option<Box<SheetWriter>>) -> Result<Step, Failed> {
        let Some(sheet) = self.book.sheets.get(done.len()) else {
            return self.pack(done);
        };
        if is_long(sheet) {
            let rows = sheet.tables.iter().map(|t| t.rows.len() as u64).sum();
            done.push(SheetWriter::template(sheet, rows, self.book.lang)?);
            self.stage = Stage::Sheets(done, None);
            return Ok(Step::More(self.progress()));
        }
        let mut writing = match under_way {
            Some(writing) => writing,
            None => Box::new(SheetWriter::new(sheet, self.book.lang)?),
        };
        let (rows, over) = writing.step(sheet, &self.zone, &self.places)?;
        self.rows += rows;
        if over {
            done.push(writing.finish());
            self.stage = Stage::Sheets(done, None);
        } else {
            self.stage = Stage::Sheets(done, Some(writing));
        }
        Ok(Step::More(self.progress()))
    }

    #[inline(never)]
    fn pack(&mut self, mut sheets: Vec<Worksheet>) -> Result<Step, Failed> {
        let mut long: Vec<Long> = Vec::new();
        for (i, sheet) in self.book.sheets.iter().enumerate().filter(|(_, sheet)| is_long(sheet)) {
            let tables = sheet.tables.iter();
            long.extend(tables.map(|t| Long { number: i + 1, columns: t.columns.clone(), rows: t.rows.len() as u64 }));
        }
        for (name, rows) in self.book.calls.iter().flat_map(|calls| &calls.sheets) {
            let head = self.book.calls.iter().map(|calls| calls.head.clone()).collect();
            let sheet = Sheet { name: name.clone(), tables: head, chart: None };
            sheets.push(SheetWriter::template(&sheet, *rows, self.book.lang)?);
            let columns = sheet.tables.first().map_or_else(Vec::new, |head| head.columns.clone());
            long.push(Long { number: sheets.len(), columns, rows: *rows });
        }
        let mut workbook = Workbook::new();
        let written_at = ExcelDateTime::from_timestamp(self.book.exported_at_ms.div_euclid(1000))?;
        let properties = DocProperties::new()
            .set_title(value::without_controls(&self.book.title))
            .set_author("Callscope")
            .set_creation_datetime(&written_at);
        workbook.set_properties(&properties);
        for sheet in sheets {
            workbook.push_worksheet(sheet);
        }
        let package = chart::mend(workbook.save_to_buffer()?)?;
        let packing = Box::new(PackageWriter::new(&package, &long, self.book.lang)?);
        self.stage = Stage::Rows { packing, sheet: 0, row: 0 };
        Ok(Step::More(self.progress()))
    }

    /// Fills the long sheets with the book's rows, then waits for calls, then ends the file.
    #[inline(never)]
    fn fill(&mut self, mut packing: Box<PackageWriter>, mut sheet: usize, mut row: usize) -> Result<Step, Failed> {
        let mut cells = 0;
        while let Some(of) = self.book.sheets.get(sheet) {
            if let Some(table) = of.tables.first().filter(|_| is_long(of)) {
                for of_row in table.rows.iter().skip(row) {
                    packing.row(of_row, &self.zone)?;
                    self.rows += 1;
                    row += 1;
                    cells += of_row.len();
                    if cells >= STEP_CELLS {
                        self.stage = Stage::Rows { packing, sheet, row };
                        return Ok(Step::More(self.progress()));
                    }
                }
            }
            (sheet, row) = (sheet + 1, 0);
        }
        let missing = packing.missing();
        if missing == 0 {
            return Ok(Step::Done(packing.finish()?));
        }
        self.stage = Stage::Rows { packing, sheet, row };
        Ok(Step::Calls { from: self.call_rows() - missing, progress: self.progress() })
    }

    fn call_rows(&self) -> u64 {
        self.book.calls.as_ref().map_or(0, |calls| calls.rows())
    }

    /// Takes the next calls, each a row of cells under the columns of the book's list.
    ///
    /// # Errors
    /// [`Failed::Rows`] where more come than were announced.
    pub fn calls<'a>(&mut self, rows: impl IntoIterator<Item = &'a [Cell<'a>]>) -> Result<(), Failed> {
        let Stage::Rows { packing, .. } = &mut self.stage else { return Err(Failed::Rows { given: 1, announced: 0 }) };
        for row in rows {
            packing.row(row, &self.zone)?;
            self.rows += 1;
        }
        Ok(())
    }

    /// Says that no more calls will come. Fewer than announced is a fault: the sheets' heads already tell how many there are.
    ///
    /// # Errors
    /// [`Failed::Rows`].
    pub fn end_calls(&self) -> Result<(), Failed> {
        let announced = self.call_rows();
        match &self.stage {
            Stage::Rows { packing, .. } if packing.missing() > 0 => {
                Err(Failed::Rows { given: announced - packing.missing(), announced })
            }
            _ => Ok(()),
        }
    }
}

/// Whether a sheet's rows are packed by [`pack`]: a table of buckets, whose cells are plain values under plain styles.
fn is_long(sheet: &Sheet) -> bool {
    matches!(sheet.tables.as_slice(), [Table { id: TableId::Metric(..), .. }])
}

/// Writes a book without lists of calls in one go: for tests and commands.
///
/// # Errors
/// [`Failed`].
pub fn write(book: Book, zone: &Zone) -> Result<Vec<u8>, Failed> {
    let mut job = Job::new(book, zone.clone());
    loop {
        match job.step()? {
            Step::More(_) => {}
            Step::Calls { .. } => job.end_calls()?,
            Step::Done(bytes) => return Ok(bytes),
        }
    }
}
