//! The labels of a call: an object of short texts, of numbers or of truth values as text.

use super::json::{Cursor, Kind};
use crate::model::limits::LABELS_BYTES_MAX;
use crate::model::{Problem, add_label};

/// Reads the object at the cursor into `set`, as [`crate::model::Call::labels`] has it, and moves the cursor behind it. `null` and the empty
/// text are no label.
///
/// # Errors
/// The byte and what is wrong there.
pub fn read(cursor: &mut Cursor<'_>, scratch: &mut String, set: &mut String) -> Result<(), (usize, Problem)> {
    set.clear();
    let mut first = true;
    cursor.expect(b'{').map_err(|e| (e.at, e.problem))?;
    while cursor.more(&mut first, b'}').map_err(|e| (e.at, e.problem))? {
        let name = cursor.key(scratch).map_err(|e| (e.at, e.problem))?;
        let kind = cursor.kind().map_err(|e| (e.at, e.problem))?;
        let at = cursor.at();
        let text;
        let value = match kind {
            Kind::Text => {
                text = cursor.text(scratch).map_err(|e| (e.at, e.problem))?;
                text.resolve(scratch)
            }
            Kind::Number => cursor.number().map_err(|e| (e.at, e.problem))?,
            Kind::Bool => {
                if cursor.bool().map_err(|e| (e.at, e.problem))? {
                    "true"
                } else {
                    "false"
                }
            }
            Kind::Null => {
                cursor.null().map_err(|e| (e.at, e.problem))?;
                continue;
            }
            _ => return Err((at, Problem::WrongType)),
        };
        let name = name.resolve(scratch);
        if name.is_empty() || name.contains('\0') || value.contains('\0') {
            return Err((at, Problem::OutOfRange));
        }
        if set.len() + name.len() + value.len() > LABELS_BYTES_MAX {
            return Err((at, Problem::TextTooLong));
        }
        if !value.is_empty() && !add_label(set, name, value) {
            return Err((at, Problem::TwiceGiven));
        }
    }
    Ok(())
}
