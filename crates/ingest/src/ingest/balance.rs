//! Finds the end of one JSON value in text that arrives in pieces. It checks brackets and strings
//! only, with just enough grammar to notice at once where a value is broken, so that a broken value
//! does not swallow the next.

use crate::model::Problem;
use memchr::memchr3;

/// What a run over the bytes at hand came to. Offsets count from the start of the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The bytes at hand are used up.
    More,
    /// The value ends before this offset.
    End(usize),
    /// A member's colon at depth one, where [`Balance::watching`]; its name is at [`Balance::name`].
    Colon(usize),
    /// A line within the value begins with `{` at the value's own column: most likely the next value.
    LineBrace(usize),
    /// The value is broken here.
    Bad(usize, Problem),
}

/// State between runs.
#[derive(Clone, Debug)]
pub struct Balance {
    depth: u64,
    /// Kinds of the open levels, 1 = object.
    objects: u128,
    /// Deeper than the kinds reach: from then on only the number of brackets counts.
    lost: bool,
    in_string: bool,
    escaped: bool,
    /// Last byte outside strings that is no white space; a string counts as its closing quote.
    before: u8,
    string_at: usize,
    name: (usize, usize),
    /// Report colons at depth one.
    pub watching: bool,
    /// Column of the value where it begins its line: report such lines within it.
    pub column: Option<usize>,
}

impl Balance {
    /// At the first byte of a value.
    pub const fn new(watching: bool, column: Option<usize>) -> Self {
        Self {
            depth: 0,
            objects: 0,
            lost: false,
            in_string: false,
            escaped: false,
            before: b':',
            string_at: 0,
            name: (0, 0),
            watching,
            column,
        }
    }

    /// Within an object, behind the value of one of its members.
    pub const fn behind_member() -> Self {
        let mut balance = Self::new(true, None);
        balance.depth = 1;
        balance.objects = 1;
        balance.before = b']';
        balance
    }

    /// From and to of the name before the last [`Step::Colon`], without its quotes.
    pub const fn name(&self) -> (usize, usize) {
        self.name
    }

    /// The bytes run over are gone: offsets begin anew, names and columns are no longer known.
    pub fn forget(&mut self) {
        self.watching = false;
        self.column = None;
    }

    /// Goes on over `bytes` from offset `from`.
    pub fn run(&mut self, bytes: &[u8], from: usize) -> Step {
        let mut at = from;
        while at < bytes.len() {
            if self.in_string {
                if self.escaped {
                    self.escaped = false;
                    // An escaped line break is no escape: let the test below see it.
                    if bytes[at] != b'\n' {
                        at += 1;
                        continue;
                    }
                }
                let Some(found) = memchr3(b'"', b'\\', b'\n', &bytes[at..]) else { return Step::More };
                at += found;
                match bytes[at] {
                    b'\\' => self.escaped = true,
                    b'"' => {
                        self.in_string = false;
                        self.before = b'"';
                        if self.depth == 0 {
                            return Step::End(at + 1);
                        }
                        if self.depth == 1 && self.watching {
                            self.name = (self.string_at + 1, at);
                        }
                    }
                    _ => return Step::Bad(at, Problem::LineBreakInString),
                }
                at += 1;
                continue;
            }
            let byte = bytes[at];
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => {
                    at += 1;
                    continue;
                }
                b'"' => {
                    if !matches!(self.before, b':' | b',' | b'[' | b'{') {
                        return Step::Bad(at, Problem::NotJson);
                    }
                    self.in_string = true;
                    self.string_at = at;
                    at += 1;
                    continue;
                }
                b'{' | b'[' => {
                    if byte == b'{' && self.begins_line(bytes, at) {
                        return Step::LineBrace(at);
                    }
                    let object = !self.lost && self.objects & 1 == 1;
                    let allowed = self.before == b':' || (!object && matches!(self.before, b'[' | b','));
                    if self.depth > 0 && !allowed {
                        return Step::Bad(at, Problem::NotJson);
                    }
                    self.depth += 1;
                    self.lost |= self.depth > 128;
                    self.objects = self.objects << 1 | u128::from(byte == b'{');
                }
                b'}' | b']' => {
                    if !self.lost && (self.objects & 1 == 1) != (byte == b'}') {
                        return Step::Bad(at, Problem::NotJson);
                    }
                    self.depth -= 1;
                    self.objects >>= 1;
                    if self.depth == 0 {
                        return Step::End(at + 1);
                    }
                }
                b':' if self.watching && self.depth == 1 && self.objects & 1 == 1 && self.before == b'"' => {
                    self.before = byte;
                    return Step::Colon(at);
                }
                _ => {}
            }
            self.before = byte;
            at += 1;
        }
        Step::More
    }

    /// Whether the brace at `at` begins a line at the value's own column.
    fn begins_line(&self, bytes: &[u8], at: usize) -> bool {
        let Some(column) = self.column else { return false };
        if self.depth == 0 || at <= column || bytes[at - column - 1] != b'\n' {
            return false;
        }
        bytes[at - column..at].iter().all(|b| matches!(b, b' ' | b'\t'))
            // A value that opens its brackets on lines of their own may do so at any column.
            && !bytes[1..].iter().take_while(|&&b| b != b'\n').all(u8::is_ascii_whitespace)
    }
}
