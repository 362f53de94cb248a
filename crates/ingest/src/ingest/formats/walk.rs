//! Finds records deep in JSON documents as they arrive, cut anywhere: the rules name the paths, all else is read past unheld.
//! One document or many, one after the other or line by line. Holds one record and the chunk, never more.

use crate::ingest::balance::{Balance, Step};
use crate::ingest::event::Spot;
use crate::ingest::json::Cursor;
use crate::model::Problem;
use crate::model::limits::CALL_BYTES_MAX;
use memchr::{memchr, memchr_iter, memrchr};

/// What lies at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A record.
    Record,
    /// A value that holds for the records around it.
    Context,
}

/// A path of names, `[]` for the elements of a list, and what lies there: `("resourceSpans.[].scopeSpans.[].spans.[]", What::Record)`.
pub type Rule<'a> = (&'a str, What);

/// What the walker found.
#[derive(Debug)]
pub enum Found<'b> {
    /// A value of the rule of this number.
    Record { bytes: &'b [u8], spot: Spot, rule: usize },
    /// A value of the rule of this number.
    Context { bytes: &'b [u8], rule: usize },
    /// A document, or an element of a list on the way, begins: what held for the one before holds no more.
    Enter { depth: usize },
    /// Broken there.
    Broken { bytes: &'b [u8], spot: Spot, problem: Problem },
    /// The text ends within a document.
    Cut { bytes: &'b [u8], spot: Spot },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Between documents.
    Top,
    /// A value of the innermost level is to come.
    Value,
    /// Within a value that is taken or passed over.
    Within,
    /// Within a number or word.
    Word,
    /// Behind a value, or at the beginning of an object or list.
    Next,
    /// After something broken, to the next line on which a document or record may begin.
    Resync,
}

#[derive(Debug)]
struct Level {
    object: bool,
    /// Rules that agree with the path so far.
    rules: Vec<usize>,
    empty: bool,
}

/// Longest number or word, longest name.
const WORD_BYTES: usize = 1024;
const NAME_BYTES: usize = 64 * 1024;

/// See the module's text.
#[derive(Debug)]
pub struct Walker {
    rules: Vec<(Vec<String>, What)>,
    buf: Vec<u8>,
    pos: usize,
    off: usize,
    spot: Spot,
    state: State,
    levels: Vec<Level>,
    /// Rules that the value at hand agrees with.
    here: Vec<usize>,
    balance: Balance,
    taken: Option<(usize, What)>,
    discarding: bool,
    /// Column at which records begin their lines, where they do.
    column: Option<usize>,
    line_start: u64,
    fresh: bool,
}

type Out<'o> = &'o mut dyn FnMut(Found<'_>);

impl Walker {
    /// A walker by these rules.
    pub fn new<'a>(rules: impl IntoIterator<Item = &'a (&'a str, What)>) -> Self {
        Self {
            rules: rules.into_iter().map(|&(path, what)| (path.split('.').map(str::to_owned).collect(), what)).collect(),
            buf: Vec::new(),
            pos: 0,
            off: 0,
            spot: Spot { line: 1, byte: 0 },
            state: State::Top,
            levels: Vec::new(),
            here: Vec::new(),
            balance: Balance::new(false, None),
            taken: None,
            discarding: false,
            column: None,
            line_start: 0,
            fresh: true,
        }
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
        let whole = self.state == State::Top || (self.state == State::Resync && self.levels.is_empty());
        if !whole {
            let bytes = &self.buf[self.pos..];
            let spot = self.spot_at(bytes.len());
            let bytes = if self.taken.is_some() { bytes } else { &bytes[bytes.len().saturating_sub(WORD_BYTES)..] };
            out(Found::Cut { bytes, spot });
        }
    }

    fn rest(&self) -> &[u8] {
        &self.buf[self.pos..]
    }

    fn spot_at(&self, n: usize) -> Spot {
        let lines = memchr_iter(b'\n', &self.rest()[..n]).count() as u64;
        Spot { line: self.spot.line + lines, byte: self.spot.byte + n as u64 }
    }

    fn advance(&mut self, n: usize) {
        let after = self.spot_at(n);
        let bytes = &self.buf[self.pos..self.pos + n];
        let tail = match memrchr(b'\n', bytes) {
            Some(at) => {
                self.line_start = self.spot.byte + at as u64 + 1;
                self.fresh = true;
                &bytes[at + 1..]
            }
            None => bytes,
        };
        self.fresh = self.fresh && tail.iter().all(u8::is_ascii_whitespace);
        self.spot = after;
        self.pos += n;
        self.off = 0;
    }

    fn next_visible(&mut self) -> Option<u8> {
        const MARK: &[u8] = b"\xef\xbb\xbf";
        if self.spot.byte == 0 && self.rest().starts_with(MARK) {
            self.advance(MARK.len());
            (self.line_start, self.fresh) = (self.spot.byte, true);
        }
        let n = self.rest().iter().position(|b| !b.is_ascii_whitespace()).unwrap_or(self.rest().len());
        let next = self.rest().get(n).copied();
        if n > 0 {
            self.advance(n);
        }
        next
    }

    fn step(&mut self, last: bool, out: Out<'_>) -> bool {
        match self.state {
            State::Top => {
                // A byte order mark may be cut in two.
                if self.spot.byte == 0 && !last && self.rest().len() < 3 && b"\xef\xbb\xbf".starts_with(self.rest()) {
                    return false;
                }
                let Some(byte) = self.next_visible() else { return false };
                if byte == b'{' || byte == b'[' {
                    self.here = (0..self.rules.len()).collect();
                    self.levels.clear();
                    out(Found::Enter { depth: 0 });
                    self.value(byte, out)
                } else {
                    self.broken(0, Problem::NotJson, out)
                }
            }
            State::Value => match self.next_visible() {
                Some(byte) => self.value(byte, out),
                None => false,
            },
            State::Within => self.within(out),
            State::Word => self.word(out),
            State::Next => self.next(out),
            State::Resync => self.resync(),
        }
    }

    /// Begins the value whose first byte this is.
    fn value(&mut self, byte: u8, out: Out<'_>) -> bool {
        let depth = self.levels.len();
        let found = self.here.iter().copied().find(|&rule| self.rules[rule].0.len() == depth);
        let onward: Vec<usize> = self.here.iter().copied().filter(|&rule| self.rules[rule].0.len() > depth).collect();
        if found.is_none() && !onward.is_empty() && matches!(byte, b'{' | b'[') {
            self.advance(1);
            self.levels.push(Level { object: byte == b'{', rules: onward, empty: true });
            self.state = State::Next;
            return true;
        }
        self.taken = found.map(|rule| (rule, self.rules[rule].1));
        match byte {
            b'{' | b'[' | b'"' => {
                if matches!(self.taken, Some((_, What::Record))) {
                    self.column = self.fresh.then(|| (self.spot.byte - self.line_start) as usize);
                }
                self.balance = Balance::new(false, None);
                self.discarding = self.taken.is_none();
                self.off = 0;
                self.state = State::Within;
                true
            }
            b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => {
                self.state = State::Word;
                true
            }
            _ => self.broken(0, Problem::NotJson, out),
        }
    }

    fn within(&mut self, out: Out<'_>) -> bool {
        let from = self.off;
        match self.balance.run(&self.buf[self.pos..], from) {
            Step::End(n) => {
                if !self.discarding {
                    let bytes = &self.rest()[..n];
                    match self.taken {
                        Some((rule, What::Record)) => out(Found::Record { bytes, spot: self.spot, rule }),
                        Some((rule, What::Context)) => out(Found::Context { bytes, rule }),
                        None => {}
                    }
                }
                self.advance(n);
                self.after();
                true
            }
            Step::Bad(at, problem) => self.broken(at, problem, out),
            _ => {
                self.off = self.rest().len();
                if !self.discarding && self.off > CALL_BYTES_MAX {
                    out(Found::Broken { bytes: self.rest(), spot: self.spot, problem: Problem::TooLong });
                    self.discarding = true;
                }
                if self.discarding {
                    self.advance(self.rest().len());
                }
                false
            }
        }
    }

    fn word(&mut self, out: Out<'_>) -> bool {
        let ends = |b: &u8| matches!(b, b',' | b']' | b'}') || b.is_ascii_whitespace();
        let n = match self.rest().iter().take(WORD_BYTES).position(ends) {
            Some(n) => n,
            // Only the structure is followed: what comes next is no separator then, and broken.
            None if self.rest().len() >= WORD_BYTES => WORD_BYTES,
            None => return false,
        };
        let bytes = &self.rest()[..n];
        match self.taken {
            Some((rule, What::Record)) => out(Found::Record { bytes, spot: self.spot, rule }),
            Some((rule, What::Context)) => out(Found::Context { bytes, rule }),
            None => {}
        }
        self.advance(n);
        self.after();
        true
    }

    fn after(&mut self) {
        self.taken = None;
        self.state = if self.levels.is_empty() { State::Top } else { State::Next };
    }

    fn next(&mut self, out: Out<'_>) -> bool {
        let Some(mut byte) = self.next_visible() else { return false };
        let Some(level) = self.levels.last_mut() else {
            self.state = State::Top;
            return true;
        };
        if byte == if level.object { b'}' } else { b']' } {
            self.advance(1);
            self.levels.pop();
            self.after();
            return true;
        }
        let (object, first) = (level.object, level.empty);
        let mut skip = 0;
        if !first {
            if byte != b',' {
                return self.broken(0, Problem::NotJson, out);
            }
            // What follows the comma decides; until it is here the comma stays.
            let rest = &self.rest()[1..];
            let Some(n) = rest.iter().position(|b| !b.is_ascii_whitespace()) else { return false };
            skip = 1 + n;
            byte = rest[n];
        }
        if object {
            return self.name(skip, byte, out);
        }
        self.advance(skip);
        self.enter("[]");
        if self.here.iter().any(|&rule| self.rules[rule].0.len() > self.levels.len()) {
            out(Found::Enter { depth: self.levels.len() });
        }
        true
    }

    /// Reads the name of a member and its colon.
    fn name(&mut self, skip: usize, byte: u8, out: Out<'_>) -> bool {
        if byte != b'"' {
            return self.broken(skip, Problem::NotJson, out);
        }
        let rest = &self.rest()[skip..];
        let mut end = 1;
        let close = loop {
            match rest.get(end) {
                Some(b'"') => break Some(end + 1),
                Some(b'\\') => end += 2,
                Some(b'\n') => break None,
                Some(_) => end += 1,
                None if end > NAME_BYTES => break None,
                None => return false,
            }
        };
        let Some(close) = close else { return self.broken(skip + end.min(rest.len()), Problem::LineBreakInString, out) };
        let Some(n) = rest[close..].iter().position(|b| !b.is_ascii_whitespace()) else { return false };
        if rest[close + n] != b':' {
            return self.broken(skip + close + n, Problem::NotJson, out);
        }
        let mut scratch = String::new();
        let name =
            Cursor::new(&rest[..close]).and_then(|mut cursor| cursor.text(&mut scratch).map(|t| t.resolve(&scratch).to_owned()));
        let name = match name {
            Ok(name) => name,
            Err(e) => return self.broken(skip + e.at, e.problem, out),
        };
        self.advance(skip + close + n + 1);
        self.enter(&name);
        true
    }

    /// The next value lies under this name.
    fn enter(&mut self, name: &str) {
        let depth = self.levels.len();
        if let Some(level) = self.levels.last_mut() {
            level.empty = false;
            let fits = |rule: &usize| self.rules[*rule].0.get(depth - 1).is_some_and(|want| *want == name);
            self.here = level.rules.iter().copied().filter(fits).collect();
        }
        self.state = State::Value;
    }

    fn broken(&mut self, at: usize, problem: Problem, out: Out<'_>) -> bool {
        let at = at.min(self.rest().len());
        // Of what is passed over nothing is held that could be shown.
        let passing = self.state == State::Within && self.discarding;
        let bytes = if passing { &[][..] } else { &self.rest()[..at] };
        out(Found::Broken { bytes, spot: self.spot_at(at), problem });
        self.advance(at);
        self.taken = None;
        self.state = State::Resync;
        // A document that begins right here, on a line of its own, is looked at; else at least one byte is left behind.
        let document = self.fresh && self.rest().first() == Some(&b'{') && self.spot.byte == self.line_start;
        if !document && !self.rest().is_empty() {
            let n = memchr(b'\n', self.rest()).map_or(1, |n| n.max(1));
            self.advance(n.min(self.rest().len()));
        }
        true
    }

    /// On to a line that begins with `{`: at its start a document, at the column of records the next record.
    fn resync(&mut self) -> bool {
        if self.fresh {
            let Some(byte) = self.next_visible() else { return false };
            let column = (self.spot.byte - self.line_start) as usize;
            if self.fresh && byte == b'{' {
                if column == 0 || self.levels.is_empty() {
                    self.state = State::Top;
                    return true;
                }
                if self.column == Some(column) && self.levels.last().is_some_and(|level| !level.object) {
                    self.enter("[]");
                    return true;
                }
            }
        }
        let end = memchr(b'\n', self.rest());
        self.advance(end.map_or(self.rest().len(), |n| n + 1));
        end.is_some()
    }
}

#[cfg(test)]
mod tests;
