//! Time zones as plain data, and buckets aligned to them.

pub mod zone;

pub use zone::Zone;
