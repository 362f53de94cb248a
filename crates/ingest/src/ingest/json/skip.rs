//! Passing over what is not held: its grammar is checked, nothing of it is kept.

use super::{Cursor, JsonError, Kind, plain_len};
use crate::model::Problem;
use crate::model::limits::JSON_DEPTH_MAX;

const _: () = assert!(JSON_DEPTH_MAX <= 128, "the level bits are a u128");

impl Cursor<'_> {
    /// Passes over the next value, checking its grammar.
    ///
    /// # Errors
    /// Where it is no JSON, or ([`Problem::TooDeep`]) nested deeper than [`JSON_DEPTH_MAX`].
    pub fn skip_value(&mut self) -> Result<(), JsonError> {
        // One bit for each open level: 1 = object.
        let mut objects: u128 = 0;
        let mut depth = 0;
        loop {
            let mut opened = false;
            match self.kind()? {
                Kind::Text => self.skip_text()?,
                Kind::Number => _ = self.number()?,
                Kind::Bool => _ = self.bool()?,
                Kind::Null => self.null()?,
                kind @ (Kind::Object | Kind::Array) => {
                    if depth == JSON_DEPTH_MAX {
                        return self.fail(self.at, Problem::TooDeep);
                    }
                    objects = objects << 1 | u128::from(kind == Kind::Object);
                    depth += 1;
                    opened = true;
                    self.at += 1;
                }
            }
            loop {
                if depth == 0 {
                    return Ok(());
                }
                let object = objects & 1 == 1;
                if self.more(&mut opened, if object { b'}' } else { b']' })? {
                    if object {
                        self.skip_space();
                        if self.byte() != Some(b'"') {
                            return Err(self.unexpected());
                        }
                        self.skip_text()?;
                        self.expect(b':')?;
                    }
                    break;
                }
                opened = false;
                objects >>= 1;
                depth -= 1;
            }
        }
    }

    fn skip_text(&mut self) -> Result<(), JsonError> {
        self.at += 1;
        loop {
            self.at += plain_len(&self.text.as_bytes()[self.at..]);
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => {
                    let at = self.at;
                    self.at += 1;
                    match self.byte() {
                        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
                        Some(b'u') => {
                            self.at += 1;
                            // Values that are not stored may have a lone surrogate: they are never read.
                            self.hex4(at)?;
                        }
                        None => return Err(self.unexpected()),
                        Some(_) => return self.fail(at, Problem::BadEscape),
                    }
                }
                other => return Err(self.bad_in_text(other)),
            }
        }
    }
}
