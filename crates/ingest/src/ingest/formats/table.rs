//! Records of separated values as they arrive (RFC 4180): quotes, doubled quotes, line breaks within quotes, any separator.
//! Holds one record, never more.

use crate::ingest::event::Spot;
use crate::model::Problem;
use crate::model::limits::CALL_BYTES_MAX;

/// One record: its cells' text end to end, and where each ends.
#[derive(Debug, Default)]
pub struct Cells {
    pub text: Vec<u8>,
    /// End of each cell in the text, and the byte of the record at which the cell began.
    pub ends: Vec<(usize, usize)>,
}

impl Cells {
    /// The bytes of a cell.
    pub fn cell(&self, n: usize) -> &[u8] {
        let from = if n == 0 { 0 } else { self.ends.get(n - 1).map_or(0, |e| e.0) };
        self.ends.get(n).map_or(&[], |&(to, _)| &self.text[from..to])
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }
}

/// What the reader found.
#[derive(Debug)]
pub enum Found<'c> {
    Record {
        cells: &'c Cells,
        spot: Spot,
    },
    /// A record begins before this spot and is broken there.
    Broken {
        spot: Spot,
        problem: Problem,
    },
    /// The text ends within a record.
    Cut {
        spot: Spot,
        cells: &'c Cells,
    },
}

/// See the module's text.
#[derive(Debug)]
pub struct Table {
    separator: u8,
    /// `[` and `]` enclose a cell as quotes do: the time of web server logs.
    brackets: bool,
    cells: Cells,
    start: Spot,
    at: Spot,
    cell_from: usize,
    state: State,
    /// The record is too long: read on to its end, keep nothing.
    discarding: bool,
    marked: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// At the beginning of a cell.
    Cell,
    Plain,
    Quoted,
    /// Behind a quote within quotes: the end of the cell, or the first of two.
    Quote,
    Bracketed,
}

const FIRST: Spot = Spot { line: 1, byte: 0 };

impl Table {
    /// A reader for values separated by this byte.
    pub fn new(separator: u8, brackets: bool) -> Self {
        Self {
            separator,
            brackets,
            cells: Cells::default(),
            start: FIRST,
            at: FIRST,
            cell_from: 0,
            state: State::Cell,
            discarding: false,
            marked: false,
        }
    }

    /// Whether it is between two records, behind a line break.
    pub fn is_between(&self) -> bool {
        // The first bytes may be a mark.
        let nothing = self.cells.text.is_empty() && self.cells.ends.is_empty();
        self.state == State::Cell && nothing && !self.discarding && self.at.byte > 2 && self.start == self.at
    }

    /// Begins between two records, of which nothing else is known.
    pub fn begin_between(&mut self) {
        self.marked = true;
    }

    /// The place it has come to.
    pub const fn spot(&self) -> Spot {
        self.at
    }

    /// Where it is between two records, another has read from there to the next such place: so many bytes, with so many line breaks.
    pub fn pass(&mut self, bytes: u64, lines: u64) {
        self.at = Spot { line: self.at.line + lines, byte: self.at.byte + bytes };
        self.start = self.at;
    }

    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8], out: &mut dyn FnMut(Found<'_>)) {
        let mut bytes = bytes;
        while !bytes.is_empty() {
            let n = self.run(bytes);
            if n > 0 {
                if !self.discarding {
                    self.cells.text.extend_from_slice(&bytes[..n]);
                }
                self.at.byte += n as u64;
                bytes = &bytes[n..];
            }
            let Some((&byte, rest)) = bytes.split_first() else { break };
            bytes = rest;
            self.step(byte, out);
        }
        if self.cells.text.len() > CALL_BYTES_MAX && !self.discarding {
            out(Found::Broken { spot: self.at, problem: Problem::TooLong });
            self.discarding = true;
            self.cells.clear();
        }
    }

    /// Bytes that only go into the cell at hand.
    fn run(&self, bytes: &[u8]) -> usize {
        let end = |stop: &dyn Fn(u8) -> bool| bytes.iter().position(|&b| stop(b)).unwrap_or(bytes.len());
        match self.state {
            State::Plain => end(&|b| b == self.separator || b == b'\n' || b == b'\r'),
            State::Quoted => end(&|b| b == b'"' || b == b'\n'),
            _ => 0,
        }
    }

    fn step(&mut self, byte: u8, out: &mut dyn FnMut(Found<'_>)) {
        let line_break = byte == b'\n';
        match self.state {
            // A byte order mark is no part of the first cell.
            State::Cell | State::Plain
                if !self.marked && self.at.byte < 3 && [0xef, 0xbb, 0xbf][self.at.byte as usize] == byte =>
            {
                self.marked = self.at.byte == 2;
                self.start.byte = self.at.byte + 1;
            }
            State::Quoted => match byte {
                b'"' => self.state = State::Quote,
                other => self.keep(other),
            },
            State::Bracketed => match byte {
                b']' | b'\n' => {
                    self.state = State::Plain;
                    if line_break {
                        self.record(out);
                    }
                }
                other => self.keep(other),
            },
            State::Quote if byte == b'"' => {
                self.keep(byte);
                self.state = State::Quoted;
            }
            _ if byte == self.separator => self.end_cell(),
            _ if line_break => self.record(out),
            State::Cell if byte == b'"' => self.state = State::Quoted,
            State::Cell if byte == b'[' && self.brackets => self.state = State::Bracketed,
            // The line break of some systems is two bytes; alone it is a part of the text.
            _ if byte == b'\r' => {}
            _ => {
                self.keep(byte);
                self.state = State::Plain;
            }
        }
        self.at.byte += 1;
        self.at.line += u64::from(line_break);
        if line_break && self.state == State::Cell && self.cells.ends.is_empty() {
            self.start = self.at;
        }
    }

    fn keep(&mut self, byte: u8) {
        if !self.discarding {
            self.cells.text.push(byte);
        }
    }

    fn end_cell(&mut self) {
        if !self.discarding {
            self.cells.ends.push((self.cells.text.len(), self.cell_from));
        }
        self.cell_from = (self.at.byte + 1 - self.start.byte) as usize;
        self.state = State::Cell;
    }

    fn record(&mut self, out: &mut dyn FnMut(Found<'_>)) {
        self.end_cell();
        let blank = self.cells.ends.len() == 1 && self.cells.text.trim_ascii().is_empty();
        if !self.discarding && !blank {
            out(Found::Record { cells: &self.cells, spot: self.start });
        }
        self.cells.clear();
        self.discarding = false;
        self.cell_from = 0;
    }

    /// Ends the text; the last record may lack its line break.
    pub fn finish(&mut self, out: &mut dyn FnMut(Found<'_>)) {
        if self.state == State::Quoted || self.state == State::Bracketed {
            self.end_cell();
            return out(Found::Cut { spot: self.at, cells: &self.cells });
        }
        if self.state != State::Cell || !self.cells.ends.is_empty() {
            self.record(out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, chunk: usize) -> Vec<String> {
        let (mut table, mut log) = (Table::new(b',', true), Vec::new());
        let mut out = |found: Found<'_>| {
            log.push(match found {
                Found::Record { cells, spot } => {
                    let cells: Vec<_> = (0..cells.ends.len())
                        .map(|n| format!("{}@{}", String::from_utf8_lossy(cells.cell(n)), cells.ends[n].1))
                        .collect();
                    format!("{}:{} {}", spot.line, spot.byte, cells.join("/"))
                }
                Found::Broken { spot, problem } => format!("{problem:?} {}", spot.line),
                Found::Cut { spot, .. } => format!("cut {}:{}", spot.line, spot.byte),
            });
        };
        for piece in text.as_bytes().chunks(chunk) {
            table.push(piece, &mut out);
        }
        table.finish(&mut out);
        log
    }

    #[test]
    fn quotes_line_breaks_and_marks_in_any_chunks() {
        let text = "\u{feff}a,b\r\n\"x\"\"y\n z\",2\r\n\r\n,\n[1,2],\"q\"\nlast,";
        for chunk in [1, 2, 3, 100] {
            let want = ["1:3 a@0/b@2", "2:8 x\"y\n z@0/2@10", "5:23 @0/@1", "6:25 1,2@0/q@6", "7:35 last@0/@5"];
            assert_eq!(read(text, chunk), want, "{chunk}");
        }
        assert_eq!(read("a\n\"open,\n", 4), ["1:0 a@0", "cut 3:9"]);
        assert_eq!(read("", 4), [""; 0]);
    }
}
