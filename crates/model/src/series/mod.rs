//! The calendar in a time zone, buckets aligned to them and ticks of a time axis.

pub mod buckets;
pub mod calendar;
pub mod ticks;

pub use crate::base::zone::Zone;
pub use buckets::{TooManyBuckets, bucket_bounds};
pub use ticks::{Tick, TickKind, ticks};
