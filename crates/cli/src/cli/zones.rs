//! Time zones by their names, from the database that the command carries.

use super::Failure;
use crate::base::zone::Zone;
use crate::model::mapping::{Mapping, ZONE_SPAN};
use chrono::{Offset, TimeZone};
use chrono_tz::Tz;

/// The zone of an IANA name.
///
/// # Errors
/// Where there is none.
pub fn named(name: &str) -> Result<Tz, Failure> {
    name.parse().map_err(|_| Failure::Said(format!("unknown time zone {name:?}")))
}

/// A zone with its changes between two instants, epoch milliseconds.
pub fn between(tz: Tz, from_ms: i64, to_ms: i64) -> Zone {
    let offset_s = |at_ms| tz.timestamp_millis_opt(at_ms).single().map_or(0, |at| at.offset().fix().local_minus_utc());
    Zone::probe(tz.name(), from_ms, to_ms, offset_s)
}

/// Fills in the changes of a mapping's zone.
///
/// # Errors
/// Where there is no zone of that name.
pub fn fill(mapping: &mut Mapping) -> Result<(), Failure> {
    if !mapping.zone.is_empty() {
        mapping.changes = Some(between(named(&mapping.zone)?, ZONE_SPAN.0, ZONE_SPAN.1));
    }
    Ok(())
}
