//! Finds calls in text that arrives in chunks cut anywhere: an array of calls, a `callscope/1` document, calls line by line,
//! or objects one after the other. Holds one call and the chunk, never more.
//!
//! The shape is recognised by content. What is broken is reported, and reading goes on where the next call is likely to begin:
//! calls of a line format are alone on their lines; elsewhere the next line that begins with `{` is taken.

mod ahead;
pub(super) mod state;

use super::balance::{Balance, Step};
use super::event::{Event, Spot};
use crate::model::Problem;
use crate::model::limits::CALL_BYTES_MAX;
use memchr::{memchr, memchr_iter, memrchr};
use state::{Layout, State};

/// Longest text of an element that is neither object, array nor string.
const SCALAR_BYTES: usize = 1024;

/// Members that only documents have.
const HEAD_KEYS: [&[u8]; 5] = [b"format", b"generated_at", b"services", b"demonstration", b"licence"];

/// See the module's text.
#[derive(Debug)]
pub struct Scanner {
    buf: Vec<u8>,
    /// Start of what is not yet consumed.
    pos: usize,
    /// Bytes after `pos` that were looked at.
    off: usize,
    spot: Spot,
    /// Byte at which the line began, and whether only white space came since.
    line_start: u64,
    fresh: bool,
    state: State,
    layout: Layout,
    balance: Balance,
    in_array: bool,
    in_document: bool,
    head: bool,
    /// `"calls":` was read, its value not yet seen.
    at_calls: bool,
    /// The value is too long: it is read past, not kept.
    discarding: bool,
    resync_column: Option<usize>,
    /// An object may be a document with its calls inside; else every object is a record.
    documents: bool,
}

impl Default for Scanner {
    fn default() -> Self {
        Self {
            buf: Vec::new(),
            pos: 0,
            off: 0,
            spot: Spot { line: 1, byte: 0 },
            line_start: 0,
            fresh: true,
            state: State::Start,
            layout: Layout::Unknown,
            balance: Balance::new(false, None),
            in_array: false,
            in_document: false,
            head: false,
            at_calls: false,
            discarding: false,
            resync_column: None,
            documents: true,
        }
    }
}

type Out<'o> = &'o mut dyn FnMut(Event<'_>);

impl Scanner {
    /// A scanner for records of another format: no object is a document.
    pub fn of_records() -> Self {
        Self { documents: false, ..Self::default() }
    }

    /// Takes the next bytes.
    pub fn push(&mut self, chunk: &[u8], out: Out<'_>) {
        self.buf.extend_from_slice(chunk);
        while self.step(false, out) {}
        self.buf.drain(..self.pos);
        self.pos = 0;
    }

    /// Ends the text.
    pub fn finish(&mut self, out: Out<'_>) {
        while self.step(true, out) {}
        let bytes = &self.buf[self.pos..];
        let spot = self.spot_at(bytes.len());
        match self.state {
            State::Line if !blank(bytes) => {
                let text = bytes.trim_ascii_start();
                let mut balance = Balance::new(false, None);
                if text[0] == b'{' && balance.run(text, 0) == Step::More {
                    out(Event::Cut { bytes, spot });
                } else {
                    out(Event::Value { bytes, spot: self.spot, head: false });
                }
            }
            State::Object | State::Element | State::Scalar | State::Gap => out(Event::Cut { bytes, spot }),
            State::Resync if self.in_array => out(Event::Cut { bytes: &[], spot }),
            _ => {}
        }
    }

    fn rest(&self) -> &[u8] {
        &self.buf[self.pos..]
    }

    /// The place `n` bytes on.
    fn spot_at(&self, n: usize) -> Spot {
        let lines = memchr_iter(b'\n', &self.rest()[..n]).count() as u64;
        Spot { line: self.spot.line + lines, byte: self.spot.byte + n as u64 }
    }

    /// Consumes `n` bytes.
    fn advance(&mut self, n: usize) {
        let (after, bytes) = (self.spot_at(n), &self.buf[self.pos..self.pos + n]);
        let tail = match memrchr(b'\n', bytes) {
            Some(at) => {
                self.line_start = self.spot.byte + at as u64 + 1;
                self.fresh = true;
                &bytes[at + 1..]
            }
            None => bytes,
        };
        self.fresh = self.fresh && blank(tail);
        self.spot = after;
        self.pos += n;
        self.off = 0;
    }

    /// Consumes white space; the next byte, if there is one.
    fn next_visible(&mut self) -> Option<u8> {
        let rest = self.rest();
        let n = rest.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or(rest.len());
        let next = rest.get(n).copied();
        if n > 0 {
            self.advance(n);
        }
        next
    }

    /// Column of the next byte where only white space precedes it on its line.
    fn column(&self) -> Option<usize> {
        self.fresh.then(|| (self.spot.byte - self.line_start) as usize)
    }

    /// One step; false where more bytes are needed.
    fn step(&mut self, last: bool, out: Out<'_>) -> bool {
        match self.state {
            State::Start => {
                const MARK: &[u8] = b"\xef\xbb\xbf";
                let rest = self.rest();
                if !last && rest.len() < MARK.len() && MARK.starts_with(rest) {
                    return false;
                }
                if rest.starts_with(MARK) {
                    self.advance(MARK.len());
                    (self.line_start, self.fresh) = (self.spot.byte, true);
                }
                self.state = State::Top;
                true
            }
            State::Top => self.top(),
            State::Line => self.line(out),
            State::LineSkip => {
                let end = memchr(b'\n', self.rest());
                self.advance(end.map_or(self.rest().len(), |n| n + 1));
                if end.is_some() {
                    self.state = State::Line;
                }
                end.is_some()
            }
            State::Object => self.object(out),
            State::Gap => self.gap(),
            State::Element => self.element(out),
            State::Scalar => self.scalar(last, out),
            State::Resync => self.resync(),
        }
    }

    fn top(&mut self) -> bool {
        if self.layout == Layout::FirstLine {
            let rest = self.rest();
            let spaces = rest.iter().position(|b| *b == b'\n' || !b.is_ascii_whitespace());
            let next = spaces.map(|n| rest[n]);
            self.advance(spaces.unwrap_or(self.rest().len()));
            match next {
                None => return false,
                Some(b'{') => self.layout = Layout::Free,
                Some(other) => {
                    // Lines begin right behind the break, so that a line's place never depends on where a chunk ended.
                    self.advance(usize::from(other == b'\n'));
                    (self.layout, self.state) = (Layout::Lines, State::Line);
                    return true;
                }
            }
        }
        let Some(byte) = self.next_visible() else { return false };
        match byte {
            b'{' => {
                self.state = State::Object;
                (self.in_document, self.head, self.at_calls) = (false, false, false);
                self.begin(self.documents);
            }
            b'[' => {
                self.advance(1);
                (self.state, self.in_array, self.in_document) = (State::Gap, true, false);
            }
            // What is here is no call: the line is given out as it is, to be complained of.
            _ => self.state = State::Scalar,
        }
        true
    }

    fn begin(&mut self, watching: bool) {
        self.balance = Balance::new(watching, self.column());
        self.discarding = false;
    }

    fn line(&mut self, out: Out<'_>) -> bool {
        let Some(found) = memchr(b'\n', &self.rest()[self.off..]) else {
            self.off = self.rest().len();
            if self.off > CALL_BYTES_MAX {
                out(Event::Broken { bytes: self.rest(), spot: self.spot, problem: Problem::TooLong });
                self.state = State::LineSkip;
                return true;
            }
            return false;
        };
        let end = self.off + found;
        let bytes = &self.rest()[..end];
        if end > CALL_BYTES_MAX {
            out(Event::Broken { bytes, spot: self.spot, problem: Problem::TooLong });
        } else if !blank(bytes) {
            out(Event::Value { bytes, spot: self.spot, head: false });
        }
        // The same as `advance`, without a second look for line breaks.
        self.pos += end + 1;
        self.off = 0;
        self.spot = Spot { line: self.spot.line + 1, byte: self.spot.byte + end as u64 + 1 };
        (self.line_start, self.fresh) = (self.spot.byte, true);
        true
    }

    fn object(&mut self, out: Out<'_>) -> bool {
        if self.at_calls {
            let Some(n) = self.rest()[self.off..].iter().position(|b| !b.is_ascii_whitespace()) else { return false };
            self.at_calls = false;
            if self.rest()[self.off + n] == b'[' {
                let head = self.off + n;
                out(Event::Head { bytes: &self.rest()[..head], spot: self.spot });
                self.advance(head + 1);
                (self.state, self.in_array, self.in_document) = (State::Gap, true, true);
                return true;
            }
        }
        let from = self.off;
        match self.balance.run(&self.buf[self.pos..], from) {
            Step::More => self.wait(out),
            Step::Colon(at) => {
                let (from, to) = self.balance.name();
                let name = self.rest().get(from..to).unwrap_or(b"");
                let (calls, head) = (name == b"calls", HEAD_KEYS.contains(&name));
                self.at_calls = calls;
                if head {
                    // Services may well be declared on lines of their own.
                    self.head = true;
                    self.balance.column = None;
                }
                self.off = at + 1;
                true
            }
            Step::End(n) => {
                if !self.discarding {
                    let bytes = &self.rest()[..n];
                    if self.in_document {
                        out(Event::Head { bytes, spot: self.spot });
                    } else {
                        out(Event::Value { bytes, spot: self.spot, head: self.head });
                        if self.layout == Layout::Unknown {
                            self.layout = if memchr(b'\n', bytes).is_some() { Layout::Free } else { Layout::FirstLine };
                        }
                    }
                }
                self.advance(n);
                self.state = State::Top;
                true
            }
            step => self.broken(step, out),
        }
    }

    fn gap(&mut self) -> bool {
        match self.next_visible() {
            None => return false,
            Some(b',') => self.advance(1),
            Some(b']') => {
                self.advance(1);
                self.in_array = false;
                self.state = State::Top;
                if self.in_document {
                    self.state = State::Object;
                    self.balance = Balance::behind_member();
                    (self.discarding, self.at_calls) = (false, false);
                }
            }
            Some(b'{' | b'[' | b'"') => {
                self.state = State::Element;
                self.begin(false);
            }
            Some(_) => self.state = State::Scalar,
        }
        true
    }

    fn element(&mut self, out: Out<'_>) -> bool {
        let from = self.off;
        match self.balance.run(&self.buf[self.pos..], from) {
            Step::More => self.wait(out),
            Step::End(n) => {
                if !self.discarding {
                    out(Event::Value { bytes: &self.rest()[..n], spot: self.spot, head: false });
                }
                self.advance(n);
                self.state = State::Gap;
                true
            }
            step => self.broken(step, out),
        }
    }

    /// The value goes on beyond the bytes at hand.
    fn wait(&mut self, out: Out<'_>) -> bool {
        self.off = self.rest().len();
        if !self.discarding && self.off > CALL_BYTES_MAX {
            out(Event::Broken { bytes: self.rest(), spot: self.spot, problem: Problem::TooLong });
            self.discarding = true;
        }
        if self.discarding {
            self.balance.forget();
            self.advance(self.rest().len());
        }
        false
    }

    fn broken(&mut self, step: Step, out: Out<'_>) -> bool {
        let (at, problem, next) = match step {
            Step::LineBrace(at) => {
                // The value ended with the line before: there is its fault.
                let line_break = memrchr(b'\n', &self.rest()[..at]).unwrap_or(at);
                (line_break, Problem::EndsEarly, at)
            }
            Step::Bad(at, problem) => (at, problem, at),
            _ => return false,
        };
        let bytes = &self.rest()[..at];
        let first_line = memchr(b'\n', bytes).is_none();
        if !self.discarding {
            out(Event::Broken { bytes, spot: self.spot_at(at), problem });
        }
        self.resync_column = self.balance.column;
        if !self.in_array && self.layout == Layout::Unknown && first_line && problem != Problem::NotJson && !self.head {
            // A first call that does not get beyond its line: calls line by line.
            self.layout = Layout::Lines;
        }
        self.in_document &= self.in_array;
        if self.layout == Layout::Lines && !self.in_array {
            self.advance(if problem == Problem::LineBreakInString { next + 1 } else { next });
            self.state = State::Line;
        } else {
            self.advance(next);
            self.state = State::Resync;
        }
        true
    }

    fn scalar(&mut self, last: bool, out: Out<'_>) -> bool {
        let ends = |b: &u8| if self.in_array { matches!(b, b',' | b']' | b'\n' | b'{') } else { *b == b'\n' };
        let found = self.rest().iter().take(SCALAR_BYTES).position(ends);
        let n = match found {
            Some(n) => n,
            None if self.rest().len() >= SCALAR_BYTES || last => self.rest().len().min(SCALAR_BYTES),
            None => return false,
        };
        if n == 0 && last {
            return false;
        }
        let rest = self.rest();
        // A text cut within an element says nothing of the element.
        if last && found.is_none() && self.in_array {
            return false;
        }
        let bytes = rest[..n].trim_ascii_end();
        out(Event::Value { bytes, spot: self.spot, head: false });
        self.resync_column = None;
        // A lone `}` or another stray character must not hold the scanner up.
        self.advance(n.max(usize::from(found != Some(0))));
        self.state = match found {
            Some(_) if self.in_array => State::Gap,
            _ => State::Resync,
        };
        true
    }

    /// On to the next line that begins with `{` no further to the right than the broken value, or that closes the array.
    fn resync(&mut self) -> bool {
        if self.fresh {
            let Some(byte) = self.next_visible() else { return false };
            let column = self.column().unwrap_or(0);
            let open = byte == b'{' && self.resync_column.is_none_or(|c| column <= c);
            let close = self.in_array && byte == b']' && self.resync_column.is_some_and(|c| column <= c);
            let array = !self.in_array && byte == b'[' && self.resync_column.is_none_or(|c| column <= c);
            if open || close || array {
                self.state = if self.in_array { State::Gap } else { State::Top };
                return true;
            }
        }
        let end = memchr(b'\n', self.rest());
        self.advance(end.map_or(self.rest().len(), |n| n + 1));
        end.is_some()
    }
}

fn blank(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_whitespace)
}
