//! One record as an importer sees it: the values of the columns it requested, with readers that check and convert.

use super::clock::{self, Form, Instant, Unit, Wall};
use super::join::Join;
use crate::ingest::json::Text;
use crate::ingest::number;
use crate::model::limits::{DURATION_MS_MAX, TEXT_BYTES_MAX, TOKENS_MAX};
use crate::model::{Call, Problem};
use core::cell::OnceCell;

/// A value as it is in a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Value<'a> {
    /// The column is not there, or null.
    #[default]
    Absent,
    Bool(bool),
    Number(&'a str),
    Text(Text<'a>),
    /// An object or a list, which is no value of a field.
    Open,
}

/// A column's value and where it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Slot<'a> {
    pub value: Value<'a>,
    /// Byte in the record.
    pub at: usize,
    /// Among the names that a column may have, the place of the one that was found.
    pub rank: u8,
}

/// What is wrong with a column of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem:?} in column {column}")]
pub struct Wrong {
    pub column: usize,
    pub problem: Problem,
}

/// What a record is.
#[allow(clippy::large_enum_variant, reason = "one at a time, handed on at once")]
#[derive(Debug)]
pub enum Outcome<'r> {
    Call(Call<'r>),
    /// A call, or a part of one, that other records may belong to.
    Joined(Call<'r>, Join<'r>),
    /// Sound, but no call; says what it is.
    Passed(&'static str),
}

/// Texts that an importer may make up for one record.
const OWNED: usize = 4;

/// See the module's text.
#[derive(Debug)]
pub struct Row<'r> {
    pub slots: &'r [Slot<'r>],
    pub scratch: &'r str,
    /// Columns of what encloses the record.
    pub context: &'r [Option<String>],
    owned: &'r [OnceCell<String>; OWNED],
    wall: Wall<'r>,
}

/// Room for the texts made up for one record.
pub type Owned = [OnceCell<String>; OWNED];

impl<'r> Row<'r> {
    /// A record of these values. `wall` is the clock of times that name no zone.
    pub fn new(slots: &'r [Slot<'r>], scratch: &'r str, context: &'r [Option<String>], owned: &'r Owned, wall: Wall<'r>) -> Self {
        Self { slots, scratch, context, owned, wall }
    }

    fn wrong<T>(column: usize, problem: Problem) -> Result<T, Wrong> {
        Err(Wrong { column, problem })
    }

    /// The value of a column as it is.
    pub fn value(&self, column: usize) -> Value<'r> {
        self.slots.get(column).map_or(Value::Absent, |slot| slot.value)
    }

    /// Whether a column has a value.
    pub fn has(&self, column: usize) -> bool {
        !self.is_none(column)
    }

    /// The text of a text or number; `-`, `null` and nothing are none, as logs write them.
    pub fn word(&self, column: usize) -> Option<&'r str> {
        let text = match self.value(column) {
            Value::Text(text) => text.resolve(self.scratch),
            Value::Number(text) => text,
            _ => return None,
        };
        let text = text.trim();
        (!matches!(text, "" | "-" | "null" | "None" | "NULL")).then_some(text)
    }

    fn is_none(&self, column: usize) -> bool {
        match self.value(column) {
            Value::Absent => true,
            Value::Text(_) => self.word(column).is_none(),
            _ => false,
        }
    }

    /// A text of a dimension, id or code. Numbers are texts as well.
    ///
    /// # Errors
    /// [`Problem::WrongType`], [`Problem::TextTooLong`].
    pub fn text(&self, column: usize) -> Result<Option<&'r str>, Wrong> {
        match self.value(column) {
            Value::Bool(_) | Value::Open => Self::wrong(column, Problem::WrongType),
            _ => match self.word(column) {
                Some(text) if text.len() > TEXT_BYTES_MAX => Self::wrong(column, Problem::TextTooLong),
                text => Ok(text),
            },
        }
    }

    /// The first of these columns that has a text.
    ///
    /// # Errors
    /// As for [`Row::text`].
    pub fn first(&self, columns: &[usize]) -> Result<Option<&'r str>, Wrong> {
        for &column in columns {
            if let Some(text) = self.text(column)? {
                return Ok(Some(text));
            }
        }
        Ok(None)
    }

    /// A message, cut where it is longer than a text may be: traces of errors are long, and a call is worth more than their end.
    pub fn message(&self, column: usize) -> Option<&'r str> {
        let text = self.word(column)?;
        let end = (0..=TEXT_BYTES_MAX.min(text.len())).rev().find(|&n| text.is_char_boundary(n)).unwrap_or(0);
        Some(&text[..end])
    }

    /// The first address of a list, without port where it is an IPv4 address with one.
    ///
    /// # Errors
    /// As for [`Row::text`].
    pub fn address(&self, column: usize) -> Result<Option<&'r str>, Wrong> {
        let first = self.text(column)?.and_then(|list| list.split(',').next()).map(str::trim).unwrap_or("");
        let first = match first.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((inner, _)) => inner,
            None if first.matches(':').count() == 1 => first.split(':').next().unwrap_or(""),
            None => first,
        };
        Ok(Some(first).filter(|f| !f.is_empty() && *f != "-"))
    }

    /// A text of what encloses the record.
    pub fn around(&self, column: usize) -> Option<&'r str> {
        self.context.get(column)?.as_deref().filter(|t| !t.is_empty() && t.len() <= TEXT_BYTES_MAX)
    }

    /// A text that the importer makes up of others; kept until the record is done with.
    pub fn own(&self, text: String) -> &'r str {
        let mut text = Some(text);
        for cell in self.owned {
            if cell.get().is_none() {
                return cell.get_or_init(|| text.take().unwrap_or_default());
            }
        }
        ""
    }

    /// A number's text: of a number, or of a text that is one.
    fn numeric(&self, column: usize) -> Result<Option<&'r str>, Wrong> {
        match self.value(column) {
            Value::Absent => Ok(None),
            Value::Number(text) => Ok(Some(text)),
            Value::Text(_) => match self.word(column) {
                None | Some("NaN" | "nan") => Ok(None),
                Some(text)
                    if text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'e' | b'E' | b'+'))
                        && text.parse::<f64>().is_ok() =>
                {
                    Ok(Some(text))
                }
                Some(_) => Self::wrong(column, Problem::WrongType),
            },
            Value::Bool(_) | Value::Open => Self::wrong(column, Problem::WrongType),
        }
    }

    /// A count of tokens.
    ///
    /// # Errors
    /// [`Problem::WrongType`], and those of a whole number.
    pub fn tokens(&self, column: usize) -> Result<Option<u64>, Wrong> {
        let Some(text) = self.numeric(column)? else { return Ok(None) };
        number::whole(text, TOKENS_MAX).map(Some).map_err(|problem| Wrong { column, problem })
    }

    /// A count of tokens given in thousands, as some consoles export it.
    ///
    /// # Errors
    /// [`Problem::WrongType`], and those of a number.
    pub fn kilo_tokens(&self, column: usize) -> Result<Option<u64>, Wrong> {
        let Some(text) = self.numeric(column)? else { return Ok(None) };
        number::scaled(text, 3, TOKENS_MAX as f64 / 1e3).map(Some).map_err(|problem| Wrong { column, problem })
    }

    /// A whole number, negative ones included.
    ///
    /// # Errors
    /// [`Problem::WrongType`], [`Problem::NotWhole`].
    pub fn integer(&self, column: usize) -> Result<Option<i64>, Wrong> {
        let Some(text) = self.numeric(column)? else { return Ok(None) };
        match text.parse::<f64>() {
            Ok(n) if n.fract() == 0.0 && n.abs() < 1e15 => Ok(Some(n as i64)),
            _ => Self::wrong(column, Problem::NotWhole),
        }
    }

    /// A duration in microseconds, rounded half up.
    ///
    /// # Errors
    /// [`Problem::WrongType`], [`Problem::Negative`], [`Problem::OutOfRange`].
    pub fn micros(&self, column: usize, unit: Unit) -> Result<Option<u64>, Wrong> {
        self.duration(column, unit, Unit::Us)
    }

    /// A duration in nanoseconds, rounded half up.
    ///
    /// # Errors
    /// As for [`Row::micros`].
    pub fn nanos(&self, column: usize, unit: Unit) -> Result<Option<u64>, Wrong> {
        self.duration(column, unit, Unit::Ns)
    }

    fn duration(&self, column: usize, unit: Unit, to: Unit) -> Result<Option<u64>, Wrong> {
        let Some(text) = self.numeric(column)? else { return Ok(None) };
        let max = match unit {
            Unit::S => DURATION_MS_MAX / 1e3,
            Unit::Ms => DURATION_MS_MAX,
            Unit::Us => DURATION_MS_MAX * 1e3,
            Unit::Ns => DURATION_MS_MAX * 1e6,
        };
        let (from, to) = (unit.digits(), to.digits());
        let result = if from >= to {
            number::scaled(text, (from - to) as usize, max)
        } else {
            let step = 10_u64.pow(to - from);
            number::scaled(text, 0, max).map(|n| (n + step / 2) / step)
        };
        result.map(Some).map_err(|problem| Wrong { column, problem })
    }

    /// A time.
    ///
    /// # Errors
    /// [`Problem::WrongType`], [`Problem::TimeUnreadable`], [`Problem::TimeOutOfRange`].
    pub fn instant(&self, column: usize, form: Form) -> Result<Option<Instant>, Wrong> {
        let text = match self.value(column) {
            Value::Absent => return Ok(None),
            Value::Bool(_) | Value::Open => return Self::wrong(column, Problem::WrongType),
            _ => self.word(column),
        };
        let Some(text) = text else { return Ok(None) };
        clock::read(text, form, self.wall).map(Some).map_err(|problem| Wrong { column, problem })
    }

    /// A time that must be there.
    ///
    /// # Errors
    /// As for [`Row::instant`], and [`Problem::Missing`].
    pub fn instant_needed(&self, column: usize, form: Form) -> Result<Instant, Wrong> {
        self.instant(column, form)?.ok_or(Wrong { column, problem: Problem::Missing })
    }

    /// A yes or no: a boolean, or a text or number that says so.
    pub fn flag(&self, column: usize) -> Option<bool> {
        match self.value(column) {
            Value::Bool(yes) => Some(yes),
            _ => match self.word(column)? {
                "true" | "True" | "TRUE" | "t" | "1" | "yes" => Some(true),
                "false" | "False" | "FALSE" | "f" | "0" | "no" => Some(false),
                _ => None,
            },
        }
    }

    /// An amount of money.
    ///
    /// # Errors
    /// [`Problem::WrongType`], [`Problem::Negative`], [`Problem::OutOfRange`].
    pub fn amount(&self, column: usize) -> Result<Option<f64>, Wrong> {
        let Some(text) = self.numeric(column)? else { return Ok(None) };
        number::amount(text).map(Some).map_err(|problem| Wrong { column, problem })
    }

    /// An HTTP status; `None` where the column has none.
    ///
    /// # Errors
    /// [`Problem::WrongType`], [`Problem::NotWhole`], [`Problem::OutOfRange`] outside 100 to 599.
    pub fn status(&self, column: usize) -> Result<Option<u16>, Wrong> {
        match self.integer(column)? {
            None => Ok(None),
            Some(status @ 100..=599) => Ok(Some(status as u16)),
            Some(_) => Self::wrong(column, Problem::OutOfRange),
        }
    }

    /// What is missing.
    ///
    /// # Errors
    /// Always: that is what it makes.
    pub fn missing<T>(&self, column: usize) -> Result<T, Wrong> {
        Self::wrong(column, Problem::Missing)
    }
}

/// Milliseconds of an instant, rounded down, so that a call stays in its minute.
pub const fn millis(at: Instant) -> i64 {
    at.div_euclid(1_000_000)
}

/// Microseconds from one instant to another, rounded half up; `None` where the second lies before the first.
pub fn between(from: Option<Instant>, to: Option<Instant>) -> Option<u64> {
    let ns = u64::try_from(to?.checked_sub(from?)?).ok()?;
    let us = (ns + 500) / 1000;
    (us as f64 / 1e3 <= DURATION_MS_MAX).then_some(us)
}
