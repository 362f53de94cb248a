//! A pull cursor over the JSON text of one value: no recursion, no values built, texts borrowed where they carry no escape.
//!
//! The text is known to be UTF-8 ([`Cursor::new`] checks), so that a part of it is a `&str` for free.

mod skip;

use crate::model::Problem;

/// What is wrong with a JSON text, and where in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem:?} at byte {at}")]
pub struct JsonError {
    /// Byte in the text given to the cursor.
    pub at: usize,
    pub problem: Problem,
}

/// Kind of the value that begins at the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Object,
    Array,
    Text,
    Number,
    Bool,
    Null,
}

/// A text: a part of the source, or (where it had escapes) bytes of the scratch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text<'a> {
    Plain(&'a str),
    /// From and to in the scratch.
    Unescaped(usize, usize),
}

impl<'a> Text<'a> {
    pub fn resolve<'s>(self, scratch: &'s str) -> &'s str
    where
        'a: 's,
    {
        match self {
            Text::Plain(text) => text,
            Text::Unescaped(from, to) => scratch.get(from..to).unwrap_or(""),
        }
    }
}

/// See the module's text.
#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// A cursor at the start of a text.
    ///
    /// # Errors
    /// [`Problem::BadUtf8`] at the first byte that is not UTF-8; [`Problem::EndsEarly`] where the text ends within a character.
    pub fn new(bytes: &'a [u8]) -> Result<Self, JsonError> {
        match core::str::from_utf8(bytes) {
            Ok(text) => Ok(Self { text, at: 0 }),
            Err(e) => {
                let problem = if e.error_len().is_none() { Problem::EndsEarly } else { Problem::BadUtf8 };
                Err(JsonError { at: e.valid_up_to(), problem })
            }
        }
    }

    /// The same text from another place.
    #[must_use]
    pub fn from(&self, at: usize) -> Self {
        Self { text: self.text, at }
    }

    /// Byte at which the cursor is.
    pub const fn at(&self) -> usize {
        self.at
    }

    /// Bytes of the whole text.
    pub const fn len(&self) -> usize {
        self.text.len()
    }

    /// True for a text of no bytes.
    pub const fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The source between two bytes; empty where these are not character boundaries.
    pub fn raw(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or("")
    }

    #[inline]
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn fail<T>(&self, at: usize, problem: Problem) -> Result<T, JsonError> {
        Err(JsonError { at, problem })
    }

    /// The error for what is at the cursor: the end of the text, or a byte that has no place there.
    fn unexpected(&self) -> JsonError {
        JsonError { at: self.at, problem: if self.at >= self.text.len() { Problem::EndsEarly } else { Problem::NotJson } }
    }

    #[inline]
    pub fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte() {
            self.at += 1;
        }
    }

    /// True where only white space is left.
    pub fn at_end(&mut self) -> bool {
        self.skip_space();
        self.at >= self.text.len()
    }

    /// Kind of the next value; the cursor then is at its first byte.
    ///
    /// # Errors
    /// Where no value begins.
    pub fn kind(&mut self) -> Result<Kind, JsonError> {
        self.skip_space();
        match self.byte() {
            Some(b'"') => Ok(Kind::Text),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            Some(b'{') => Ok(Kind::Object),
            Some(b'[') => Ok(Kind::Array),
            Some(b't' | b'f') => Ok(Kind::Bool),
            Some(b'n') => Ok(Kind::Null),
            _ => Err(self.unexpected()),
        }
    }

    /// Takes this byte, white space before it allowed, where it is there.
    pub fn take(&mut self, byte: u8) -> bool {
        self.expect(byte).is_ok()
    }

    /// Takes this byte, white space before it allowed.
    ///
    /// # Errors
    /// Where another is there.
    pub fn expect(&mut self, byte: u8) -> Result<(), JsonError> {
        self.skip_space();
        if self.byte() != Some(byte) {
            return Err(self.unexpected());
        }
        self.at += 1;
        Ok(())
    }

    /// Within an object or array, after its opening byte or a value: true where another member follows, false where `close` ended it.
    ///
    /// # Errors
    /// Where neither a comma nor the closing byte is there.
    pub fn more(&mut self, first: &mut bool, close: u8) -> Result<bool, JsonError> {
        self.skip_space();
        match self.byte() {
            Some(b) if b == close => {
                self.at += 1;
                Ok(false)
            }
            _ if core::mem::take(first) => Ok(true),
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            _ => Err(self.unexpected()),
        }
    }

    /// A member's name with the colon after it.
    ///
    /// # Errors
    /// As for [`Cursor::text`].
    pub fn key(&mut self, scratch: &mut String) -> Result<Text<'a>, JsonError> {
        self.skip_space();
        let key = self.text(scratch)?;
        self.expect(b':')?;
        Ok(key)
    }

    /// A text. Where it has escapes it is appended to the scratch.
    ///
    /// # Errors
    /// [`Problem::BadEscape`], [`Problem::LineBreakInString`], [`Problem::NotJson`] for another control character, [`Problem::EndsEarly`].
    pub fn text(&mut self, scratch: &mut String) -> Result<Text<'a>, JsonError> {
        if self.byte() != Some(b'"') {
            return Err(self.unexpected());
        }
        self.at += 1;
        let mut from = self.at;
        self.at += plain_len(&self.text.as_bytes()[from..]);
        if self.byte() == Some(b'"') {
            self.at += 1;
            return Ok(Text::Plain(self.raw(from, self.at - 1)));
        }
        let start = scratch.len();
        loop {
            scratch.push_str(self.raw(from, self.at));
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Text::Unescaped(start, scratch.len()));
                }
                Some(b'\\') => scratch.push(self.escape()?),
                other => return Err(self.bad_in_text(other)),
            }
            from = self.at;
            self.at += plain_len(&self.text.as_bytes()[from..]);
        }
    }

    fn bad_in_text(&self, byte: Option<u8>) -> JsonError {
        let problem = match byte {
            None => Problem::EndsEarly,
            Some(b'\n' | b'\r') => Problem::LineBreakInString,
            Some(_) => Problem::NotJson,
        };
        JsonError { at: self.at, problem }
    }

    /// The character of an escape, whose backslash is at the cursor.
    fn escape(&mut self) -> Result<char, JsonError> {
        let at = self.at;
        self.at += 1;
        let Some(byte) = self.byte() else { return Err(self.unexpected()) };
        self.at += 1;
        Ok(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let high = self.hex4(at)?;
                let code = if (0xd800..0xdc00).contains(&high) {
                    // A code point beyond 16 bits is written as two surrogates; one alone is none.
                    for expected in [b'\\', b'u'] {
                        match self.byte() {
                            Some(b) if b == expected => self.at += 1,
                            None => return Err(self.unexpected()),
                            Some(_) => return self.fail(at, Problem::BadEscape),
                        }
                    }
                    let low = self.hex4(at)?;
                    if !(0xdc00..0xe000).contains(&low) {
                        return self.fail(at, Problem::BadEscape);
                    }
                    0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)
                } else {
                    high
                };
                char::from_u32(code).ok_or(JsonError { at, problem: Problem::BadEscape })?
            }
            _ => return self.fail(at, Problem::BadEscape),
        })
    }

    fn hex4(&mut self, escape_at: usize) -> Result<u32, JsonError> {
        let mut code = 0;
        for _ in 0..4 {
            let Some(byte) = self.byte() else { return Err(self.unexpected()) };
            let Some(digit) = char::from(byte).to_digit(16) else { return self.fail(escape_at, Problem::BadEscape) };
            code = code * 16 + digit;
            self.at += 1;
        }
        Ok(code)
    }

    /// A number's text, checked against JSON's grammar.
    ///
    /// # Errors
    /// Where it is no JSON number.
    pub fn number(&mut self) -> Result<&'a str, JsonError> {
        let from = self.at;
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        match self.byte() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits(),
            _ => return Err(self.unexpected()),
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits_required()?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.byte() {
                self.at += 1;
            }
            self.digits_required()?;
        }
        Ok(self.raw(from, self.at))
    }

    #[inline]
    fn digits(&mut self) {
        while let Some(b'0'..=b'9') = self.byte() {
            self.at += 1;
        }
    }

    fn digits_required(&mut self) -> Result<(), JsonError> {
        let from = self.at;
        self.digits();
        if self.at == from { Err(self.unexpected()) } else { Ok(()) }
    }

    /// `true` or `false`.
    ///
    /// # Errors
    /// Where neither is there.
    pub fn bool(&mut self) -> Result<bool, JsonError> {
        if self.byte() == Some(b't') { self.word("true").map(|()| true) } else { self.word("false").map(|()| false) }
    }

    /// `null`.
    ///
    /// # Errors
    /// Where it is not there.
    pub fn null(&mut self) -> Result<(), JsonError> {
        self.word("null")
    }

    fn word(&mut self, word: &str) -> Result<(), JsonError> {
        for expected in word.bytes() {
            if self.byte() != Some(expected) {
                return Err(self.unexpected());
            }
            self.at += 1;
        }
        Ok(())
    }
}

/// Bytes up to the first quote, backslash or control character. Eight at a time.
#[inline]
fn plain_len(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    let mut at = 0;
    let (words, _) = bytes.as_chunks::<8>();
    for word in words {
        let word = u64::from_le_bytes(*word);
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
        // The lowest hit is exact; borrows can only disturb the bytes above it.
        let hits = zero(word ^ (ONES * 0x22)) | zero(word ^ (ONES * 0x5c)) | control;
        if hits != 0 {
            return at + (hits.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    at + bytes[at..].iter().position(|&b| b < 0x20 || b == b'"' || b == b'\\').unwrap_or(bytes.len() - at)
}
