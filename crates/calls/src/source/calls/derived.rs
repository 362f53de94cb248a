//! Labels that are made of other fields: small codes, and the value that each means.

use super::number::number;
use crate::ask::Derived;
use crate::base::zone::Zone;
use crate::model::range::{DAY_MS, HOUR_MS};
use crate::store::Store;

/// Codes of a derived label lie below this: absent, zero and the 64 octaves of whole numbers.
pub const CODES_MAX: usize = 66;

/// The code of a call.
pub fn code(store: &Store, label: Derived, zone: &Zone, row: usize) -> usize {
    let local = || zone.local_ms(store.time_ms(row));
    match label {
        Derived::StatusClass => usize::from(store.status(row) / 100).min(CODES_MAX - 1),
        Derived::Hour => (local().rem_euclid(DAY_MS) / HOUR_MS) as usize,
        // 1970-01-01 was a Thursday.
        Derived::Weekday => (local().div_euclid(DAY_MS) + 3).rem_euclid(7) as usize + 1,
        Derived::Octave(field) => match number(store, field, row) {
            None => 0,
            Some(value) => value.checked_ilog2().map_or(1, |octave| octave as usize + 2),
        },
    }
}

/// The value that a code means; empty for calls that do not carry the field.
pub fn text(label: Derived, code: usize) -> String {
    match (label, code) {
        (Derived::StatusClass, class) => format!("{class}xx"),
        (Derived::Octave(_), 0) => String::new(),
        (Derived::Octave(_), 1) => "0".into(),
        (Derived::Octave(_), octave) => (1_u64 << (octave - 2).min(63)).to_string(),
        (Derived::Hour | Derived::Weekday, code) => code.to_string(),
    }
}
