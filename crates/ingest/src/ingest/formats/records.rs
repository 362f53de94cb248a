//! The one importer that all formats share: finds the records, in whichever shape they lie, picks the columns out of each and
//! hands them to the format's own function.

use super::Sniff;
use super::clock::Wall;
use super::columns::Columns;
use super::join::Joins;
use super::row::{Outcome, Owned, Row, Slot, Wrong};
use super::table::{Cells, Found as InTable, Table};
use super::walk::{Found, Rule, Walker};
use crate::ingest::call::{FOUND_CHARS, shorten, shorten_bytes};
use crate::ingest::event::{Event, Spot, tail};
use crate::ingest::importer::{About, Importer, Sink, Unrecognised};
use crate::ingest::json::Cursor;
use crate::ingest::scan::Scanner;
use crate::ingest::split_point::{SegmentStats, SplitPoint};
use crate::ingest::text::visible;
use crate::model::{Place, Problem, RecordError};
use std::collections::BTreeMap;

/// Turns a record into a call.
pub trait Reader: Send + core::fmt::Debug {
    /// # Errors
    /// The column that is wrong.
    fn read<'r>(&self, row: &Row<'r>) -> Result<Outcome<'r>, Wrong>;

    /// Clock of times that name no zone.
    fn wall(&self) -> Wall<'_> {
        Wall::UTC
    }
}

/// A format's own function.
#[derive(Debug)]
struct Function(for<'r> fn(&Row<'r>) -> Result<Outcome<'r>, Wrong>);

impl Reader for Function {
    fn read<'r>(&self, row: &Row<'r>) -> Result<Outcome<'r>, Wrong> {
        (self.0)(row)
    }
}

/// How a format's records lie, and what is read of them.
#[derive(Debug)]
pub struct Spec {
    /// Columns of a record (see [`super::columns`]).
    pub columns: &'static [&'static str],
    /// Columns of what encloses records; a column's path goes on from the rule of its number.
    pub context: &'static [(usize, &'static str)],
    /// Where records lie in a document. Where no rule's first name is in the source, every object of its top level is a record.
    pub rules: &'static [Rule<'static>],
    pub read: for<'r> fn(&Row<'r>) -> Result<Outcome<'r>, Wrong>,
}

/// How the text is taken apart.
#[derive(Debug)]
enum RecordSplitter {
    Objects(Scanner),
    Documents(Walker),
    Table { table: Table, header: Option<Vec<Option<usize>>> },
}

/// See the module's text.
#[derive(Debug)]
pub struct Records {
    source: RecordSplitter,
    state: Reading,
}

#[derive(Debug)]
struct Reading {
    columns: Columns,
    names: Vec<String>,
    reader: Box<dyn Reader>,
    contexts: Vec<(usize, Columns, Vec<usize>)>,
    /// Values of the context's columns, and the depth of the level that they hold for.
    context: Vec<Option<String>>,
    /// Depth of each rule's last list: what holds around records holds for one of its elements.
    depths: Vec<usize>,
    scratch: String,
    ordinal: u64,
    seen: bool,
    passed: BTreeMap<&'static str, u64>,
    joins: Joins,
    /// The same of passages that others have read.
    passed_elsewhere: BTreeMap<String, u64>,
    cut: Option<RecordError>,
    /// Records are of a table: bytes within one say nothing of its lines.
    tabular: bool,
    /// The table's header has a requested column.
    headed: bool,
}

impl Records {
    /// An importer for a source that begins so.
    pub fn of(spec: &'static Spec, prefix: &[u8]) -> Box<dyn Importer> {
        let names: Vec<String> = spec.columns.iter().map(|name| (*name).to_owned()).collect();
        let mut records = Self::new(names, Box::new(Function(spec.read)), spec.rules, prefix);
        let mut rules: Vec<usize> = spec.context.iter().map(|c| c.0).collect();
        rules.dedup();
        for rule in rules {
            let columns: Vec<usize> = (0..spec.context.len()).filter(|&c| spec.context[c].0 == rule).collect();
            let names: Vec<&str> = columns.iter().map(|&c| spec.context[c].1).collect();
            records.state.contexts.push((rule, Columns::new(&names), columns));
        }
        records.state.context = vec![None; spec.context.len()];
        Box::new(records)
    }

    /// An importer with columns that are only known at run time.
    pub fn new(names: Vec<String>, reader: Box<dyn Reader>, rules: &[Rule<'_>], prefix: &[u8]) -> Self {
        let columns = Columns::new(&names);
        let source = match visible(prefix).first() {
            Some(b'{' | b'[') => {
                let sniff = Sniff::of(prefix);
                let inside = |path: &str| path.split('.').next().is_some_and(|first| sniff.has(first));
                if rules.iter().any(|(path, _)| inside(path)) {
                    RecordSplitter::Documents(Walker::new(rules))
                } else {
                    RecordSplitter::Objects(Scanner::of_records())
                }
            }
            _ => RecordSplitter::Table { table: Table::new(Sniff::of(prefix).separator.unwrap_or(b','), false), header: None },
        };
        let mut state = Reading::new(columns, names, reader, rules);
        state.tabular = matches!(source, RecordSplitter::Table { .. });
        Self { source, state }
    }

    /// An importer for lines without a header: cells are separated by spaces, quoted or in brackets.
    pub fn lines(names: &[&str], read: for<'r> fn(&Row<'r>) -> Result<Outcome<'r>, Wrong>) -> Box<dyn Importer> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        // Cells are columns by their number.
        let numbers: Vec<String> = (0..names.len()).map(|n| n.to_string()).collect();
        let columns = Columns::new(&numbers);
        let header = numbers.iter().map(|n| columns.of_header(n)).collect();
        let mut state = Reading::new(columns, names, Box::new(Function(read)), &[]);
        state.tabular = true;
        Box::new(Self { source: RecordSplitter::Table { table: Table::new(b' ', true), header: Some(header) }, state })
    }
}

impl Importer for Records {
    fn feed(&mut self, bytes: &[u8], sink: &mut dyn Sink) -> Result<(), Unrecognised> {
        let state = &mut self.state;
        state.seen = state.seen || !visible(bytes).is_empty();
        match &mut self.source {
            RecordSplitter::Objects(scanner) => scanner.push(bytes, &mut |event| state.event(event, sink)),
            RecordSplitter::Documents(walker) => walker.push(bytes, &mut |found| state.found(found, sink)),
            RecordSplitter::Table { table, header } => table.push(bytes, &mut |found| state.in_table(found, header, sink)),
        }
        Ok(())
    }

    fn split_point(&self) -> Option<SplitPoint> {
        match &self.source {
            _ if self.state.joins.used() => None,
            RecordSplitter::Objects(scanner) => scanner.split_point().filter(|_| self.state.ordinal > 0),
            RecordSplitter::Table { table, header: Some(header) } if self.state.ordinal > 0 && table.is_between() => {
                Some(SplitPoint::of_lines(header.clone()))
            }
            // What encloses records further in counts for all of them.
            _ => None,
        }
    }

    fn begin_at(&mut self, split_point: &SplitPoint) -> bool {
        match &mut self.source {
            RecordSplitter::Objects(scanner) => scanner.begin_at(split_point),
            RecordSplitter::Table { table, header } => {
                table.begin_between();
                *header = Some(split_point.cells.clone());
            }
            RecordSplitter::Documents(_) => return false,
        }
        true
    }

    fn segment_stats(&self) -> Option<SegmentStats> {
        if self.state.joins.used() {
            return None;
        }
        let passed = self.state.passed.iter().map(|(what, n)| ((*what).to_owned(), *n)).collect();
        Some(SegmentStats { records: self.state.ordinal, passed, ..SegmentStats::default() })
    }

    fn pass(&mut self, segment_stats: &SegmentStats) -> Place {
        let spot = match &mut self.source {
            RecordSplitter::Objects(scanner) => {
                let spot = scanner.spot();
                scanner.pass_to_split_point(segment_stats.bytes, segment_stats.lines);
                spot
            }
            RecordSplitter::Table { table, .. } => {
                let spot = table.spot();
                table.pass(segment_stats.bytes, segment_stats.lines);
                spot
            }
            RecordSplitter::Documents(_) => return Place::default(),
        };
        let from = Place { line: spot.line - 1, byte: spot.byte, call: self.state.ordinal };
        self.state.ordinal += segment_stats.records;
        for (what, n) in &segment_stats.passed {
            *self.state.passed_elsewhere.entry(what.clone()).or_default() += n;
        }
        from
    }

    fn finish(self: Box<Self>, sink: &mut dyn Sink) -> Result<About, Unrecognised> {
        let Self { source, mut state } = *self;
        match source {
            RecordSplitter::Objects(mut scanner) => scanner.finish(&mut |event| state.event(event, sink)),
            RecordSplitter::Documents(mut walker) => walker.finish(&mut |found| state.found(found, sink)),
            RecordSplitter::Table { mut table, mut header } => {
                table.finish(&mut |found| state.in_table(found, &mut header, sink))
            }
        }
        let repeated = state.joins.finish(sink);
        if !state.seen {
            return Err(Unrecognised::Empty);
        }
        if repeated > 0 {
            state.passed.insert(super::join::SEEN_BY_SERVER, repeated);
        }
        // Nothing was a record, nor broken: this is something else, or a table of nothing but its header.
        if state.ordinal == 0 && state.passed.is_empty() && state.cut.is_none() {
            if !state.tabular {
                return Err(Unrecognised::OtherJson);
            }
            if !state.headed {
                return Err(Unrecognised::OtherTable);
            }
        }
        let mut passed = state.passed_elsewhere;
        for (what, n) in state.passed {
            *passed.entry(what.to_owned()).or_default() += n;
        }
        let passed = passed.into_iter().collect();
        Ok(About { cut_short: state.cut, passed, ..About::default() })
    }
}

impl Reading {
    fn new(columns: Columns, names: Vec<String>, reader: Box<dyn Reader>, rules: &[Rule<'_>]) -> Self {
        Self {
            columns,
            names,
            reader,
            contexts: Vec::new(),
            context: Vec::new(),
            depths: rules.iter().map(|(path, _)| last_list(path)).collect(),
            scratch: String::new(),
            ordinal: 0,
            seen: false,
            passed: BTreeMap::new(),
            joins: Joins::default(),
            passed_elsewhere: BTreeMap::new(),
            cut: None,
            tabular: false,
            headed: false,
        }
    }

    fn event(&mut self, event: Event<'_>, sink: &mut dyn Sink) {
        match event {
            Event::Value { bytes, spot, .. } | Event::Head { bytes, spot } => self.values(bytes, spot, sink),
            Event::Broken { bytes, spot, problem } => self.broken(bytes, spot, problem, sink),
            Event::Cut { bytes, spot } => self.cut(bytes, spot),
        }
    }

    fn found(&mut self, found: Found<'_>, sink: &mut dyn Sink) {
        match found {
            Found::Record { bytes, spot, .. } => self.values(bytes, spot, sink),
            Found::Context { bytes, rule } => self.surroundings(bytes, rule),
            Found::Enter { depth } => {
                for &(rule, _, ref columns) in &self.contexts {
                    if self.depths[rule] >= depth {
                        for &column in columns {
                            self.context[column] = None;
                        }
                    }
                }
            }
            Found::Broken { bytes, spot, problem } => self.broken(bytes, spot, problem, sink),
            Found::Cut { bytes, spot } => self.cut(bytes, spot),
        }
    }

    fn surroundings(&mut self, bytes: &[u8], rule: usize) {
        let Some((_, columns, places)) = self.contexts.iter().find(|c| c.0 == rule) else { return };
        let (mut slots, mut scratch) = (vec![Slot::default(); columns.len], String::new());
        let read = Cursor::new(bytes).and_then(|mut cursor| columns.record(&mut cursor, &mut slots, &mut scratch));
        if read.is_err() {
            return;
        }
        let owned = Owned::default();
        let row = Row::new(&slots, &scratch, &[], &owned, Wall::UTC);
        for (n, &place) in places.iter().enumerate() {
            self.context[place] = match row.value(n) {
                super::row::Value::Bool(yes) => Some(yes.to_string()),
                _ => row.word(n).map(str::to_owned),
            };
        }
    }

    fn broken(&mut self, bytes: &[u8], spot: Spot, problem: Problem, sink: &mut dyn Sink) {
        self.ordinal += 1;
        let place = Place { line: spot.line, byte: spot.byte, call: self.ordinal };
        sink.reject(RecordError { place, problem, field: String::new(), found: tail(bytes) });
    }

    fn cut(&mut self, bytes: &[u8], spot: Spot) {
        let place = Place { line: spot.line, byte: spot.byte, call: self.ordinal + 1 };
        self.cut = Some(RecordError { place, problem: Problem::EndsEarly, field: String::new(), found: tail(bytes) });
    }

    /// Reads a record, or the records of a line.
    fn values(&mut self, bytes: &[u8], spot: Spot, sink: &mut dyn Sink) {
        let mut cursor = match Cursor::new(bytes) {
            Ok(cursor) => cursor,
            Err(e) => return self.fault(e.at, e.problem, "", shorten_bytes(&bytes[e.at..]), bytes, spot, sink),
        };
        let mut scratch = core::mem::take(&mut self.scratch);
        loop {
            cursor.skip_space();
            let start = cursor.at();
            let mut slots = vec![Slot::default(); self.columns.len];
            scratch.clear();
            let object = cursor.clone().take(b'{');
            let read = if object { self.columns.record(&mut cursor, &mut slots, &mut scratch) } else { cursor.skip_value() };
            match read {
                Ok(()) if object => self.record(&slots, &scratch, bytes, start, spot, sink),
                Ok(()) => self.fault(start, Problem::NotACall, "", shorten(cursor.raw(start, cursor.at())), bytes, spot, sink),
                Err(e) => {
                    let found = shorten(cursor.raw(e.at, cursor.len()));
                    self.fault(e.at, e.problem, "", found, bytes, spot, sink);
                    // Another record may follow a sound value on the same line.
                    cursor = cursor.from(start);
                    if cursor.skip_value().is_err() {
                        break;
                    }
                }
            }
            if cursor.at_end() {
                break;
            }
        }
        self.scratch = scratch;
    }

    #[allow(clippy::too_many_arguments, reason = "where and what of one fault")]
    fn fault(&mut self, at: usize, problem: Problem, field: &str, found: String, bytes: &[u8], spot: Spot, sink: &mut dyn Sink) {
        self.ordinal += 1;
        let place = self.place(bytes, at, spot);
        sink.reject(RecordError { place, problem, field: field.to_owned(), found });
    }

    fn place(&self, bytes: &[u8], at: usize, spot: Spot) -> Place {
        let within = if self.tabular { &[][..] } else { &bytes[..at.min(bytes.len())] };
        let lines = memchr::memchr_iter(b'\n', within).count() as u64;
        Place { line: spot.line + lines, byte: spot.byte + at as u64, call: self.ordinal }
    }

    /// Hands one record to the format and what comes of it on.
    fn record<'a>(&mut self, slots: &[Slot<'a>], scratch: &'a str, bytes: &[u8], start: usize, spot: Spot, sink: &mut dyn Sink) {
        let owned = Owned::default();
        let row = Row::new(slots, scratch, &self.context, &owned, self.reader.wall());
        let wrong = match self.reader.read(&row) {
            Ok(Outcome::Call(call)) => {
                self.ordinal += 1;
                return sink.call(&call, self.place(bytes, start, spot));
            }
            Ok(Outcome::Joined(call, join)) => {
                self.ordinal += u64::from(!self.joins.knows(&call, join));
                return self.joins.take(&call, join, self.place(bytes, start, spot), sink);
            }
            Ok(Outcome::Passed(what)) => {
                *self.passed.entry(what).or_default() += 1;
                return;
            }
            Err(wrong) => wrong,
        };
        let slot = slots.get(wrong.column).copied().unwrap_or_default();
        let found = match slot.value {
            super::row::Value::Text(text) => shorten(text.resolve(scratch)),
            super::row::Value::Number(text) => shorten(text),
            super::row::Value::Bool(yes) => yes.to_string(),
            super::row::Value::Open => shorten_bytes(&bytes[slot.at.min(bytes.len())..]),
            super::row::Value::Absent => shorten_bytes(&bytes[start.min(bytes.len())..]),
        };
        let name =
            self.names.get(wrong.column).map(|names| names.split('|').nth(usize::from(slot.rank)).unwrap_or(names).to_owned());
        let at = if slot.at > 0 { slot.at } else { start };
        self.fault(at, wrong.problem, &name.unwrap_or_default(), found, bytes, spot, sink);
    }

    fn in_table(&mut self, found: InTable<'_>, header: &mut Option<Vec<Option<usize>>>, sink: &mut dyn Sink) {
        match found {
            InTable::Record { cells, spot } => match header {
                None => {
                    let columns = self.header(cells);
                    self.headed = columns.iter().any(Option::is_some);
                    *header = Some(columns);
                }
                Some(header) => self.cells(cells, header, spot, sink),
            },
            InTable::Broken { spot, problem } => self.broken(&[], spot, problem, sink),
            InTable::Cut { spot, cells } => self.cut(&cells.text, spot),
        }
    }

    fn header(&self, cells: &Cells) -> Vec<Option<usize>> {
        let node = |n: usize| core::str::from_utf8(cells.cell(n)).ok().and_then(|name| self.columns.of_header(name.trim()));
        (0..cells.ends.len()).map(node).collect()
    }

    fn cells(&mut self, cells: &Cells, header: &[Option<usize>], spot: Spot, sink: &mut dyn Sink) {
        let mut scratch = core::mem::take(&mut self.scratch);
        scratch.clear();
        let mut slots = vec![Slot::default(); self.columns.len];
        for (n, node) in header.iter().enumerate() {
            let Some(&(_, at)) = cells.ends.get(n) else { break };
            let Some(node) = node else { continue };
            match core::str::from_utf8(cells.cell(n)) {
                Ok(text) => self.columns.cell(*node, text, at, &mut slots, &mut scratch),
                Err(e) => {
                    let found = shorten_bytes(cells.cell(n));
                    return self.fault(at + e.valid_up_to(), Problem::BadUtf8, "", found, &[], spot, sink);
                }
            }
        }
        let shown = &cells.text[..cells.text.len().min(FOUND_CHARS * 4)];
        self.record(&slots, &scratch, shown, 0, spot, sink);
        self.scratch = scratch;
    }
}

/// Where the last list of a path is, counted from 1; 0 where there is none.
fn last_list(path: &str) -> usize {
    path.split('.').enumerate().filter(|(_, segment)| *segment == "[]").map(|(n, _)| n + 1).last().unwrap_or(0)
}
