//! Bytes to calls: unpacking, finding calls in a source, reading each, telling what is wrong and where.
//!
//! One way through: bytes → [`unpack`] → an [`importer`] chosen by the content → calls and record errors to its [`importer::Sink`].
//! Nothing here knows what becomes of a call, has a clock, or holds more of the source than one call and the chunk at hand.

mod balance;
pub mod call;
pub mod callscope;
mod event;
mod fast_path;
pub mod formats;
pub mod gunzip;
mod head;
pub mod importer;
pub mod json;
mod labels;
mod layer;
pub mod mapping;
mod number;
pub mod record;
pub mod registry;
mod scan;
pub mod source_reader;
pub mod split_point;
mod text;
pub mod time;
mod transcode;
pub mod unpack;
mod zip;
