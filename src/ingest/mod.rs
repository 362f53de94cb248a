//! Bytes to calls: unpacking, finding calls in a source, reading each, telling what is wrong and where.
//!
//! One way through: bytes → [`gunzip`] → an [`importer`] chosen by the content → calls and complaints to its [`importer::Sink`].
//! Nothing here knows what becomes of a call, has a clock, or holds more of the source than one call and the chunk at hand.

mod balance;
pub mod call;
pub mod callscope;
mod event;
pub mod gunzip;
mod head;
pub mod importer;
pub mod json;
mod number;
mod scan;
pub mod time;
