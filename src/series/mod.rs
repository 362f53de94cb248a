//! Time zones as plain data, the calendar in them, buckets aligned to them and ticks of a time axis.

pub mod buckets;
pub mod calendar;
pub mod ticks;
pub mod zone;

pub use buckets::{TooManyBuckets, bucket_bounds};
pub use ticks::{Tick, TickKind, ticks};
pub use zone::Zone;
