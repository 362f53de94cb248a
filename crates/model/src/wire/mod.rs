//! The boundary between page and engine: plain data, serialised with postcard and nothing else.
//!
//! The page sends [`ToEngine`], whose variants say what travels beside the bytes (`web::message`), and a worker answers [`FromEngine`]. What one page or
//! dialog alone says to the reader has a channel of its own ([`Channel`]).
//! Every query carries a sequence number: a newer one of the same slot replaces an older one, on both sides.

mod answer;
mod cost;
mod estimate;
mod failed;
mod failure;
pub mod keep;
mod loaded;
mod missing;
mod packed;
pub mod poll;
pub mod preview;
mod quality;
mod rate;
mod reader;
pub mod record;
mod redact;
mod reply;
mod request;
mod selection;
mod services;
mod source;
mod view;

pub use answer::Reply;
pub use cost::{Cost, CostQuery, CostReply, Costs, ServiceCost, UNPRICED_NAMED_MAX};
pub use estimate::{Estimate, SAMPLE_BYTES, limit_bytes};
pub use failed::*;
pub use failure::{LoadCause, LoadFailure, Rejected};
pub use loaded::STALE_MS;
pub use packed::{Frames, Packed};
pub use quality::*;
pub use rate::*;
pub use reader::{Channel, Open, ToReader};
pub use reply::*;
pub use request::*;
pub use selection::Selection;
pub use services::*;
pub use source::{Access, Member, MemberSource, file_place};
pub use view::*;

/// Serialises a message.
///
/// # Errors
/// None in practice: postcard fails on memory only.
pub fn encode<T: serde::Serialize>(message: &T) -> Result<Vec<u8>, postcard::Error> {
    postcard::serialize_with_flavor(message, Bytes(Vec::new()))
}

/// Where a message is written: as [`postcard::to_allocvec`] does, but not copied to each place that writes.
struct Bytes(Vec<u8>);

impl postcard::ser_flavors::Flavor for Bytes {
    type Output = Vec<u8>;

    #[inline(never)]
    fn try_extend(&mut self, bytes: &[u8]) -> Result<(), postcard::Error> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    #[inline(never)]
    fn try_push(&mut self, byte: u8) -> Result<(), postcard::Error> {
        self.0.push(byte);
        Ok(())
    }

    fn finalize(self) -> Result<Vec<u8>, postcard::Error> {
        Ok(self.0)
    }
}

/// Reads a message.
///
/// # Errors
/// Where the bytes are not such a message: page and engine of different builds.
pub fn decode<'a, T: serde::Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, postcard::Error> {
    postcard::from_bytes(bytes)
}
