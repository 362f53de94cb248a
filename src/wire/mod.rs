//! The boundary between page and engine: plain data, serialised with postcard and nothing else.
//!
//! The page sends [`ToEngine`] (and, for [`Source::File`], the `File` object itself beside it), the engine answers [`FromEngine`].
//! Every query carries a sequence number: a newer one of the same slot replaces an older one, on both sides.

mod loaded;
mod packed;
mod reply;
mod request;
mod view;

pub use loaded::STALE_MS;
pub use packed::Packed;
pub use reply::*;
pub use request::*;
pub use view::*;

/// Serialises a message.
///
/// # Errors
/// None in practice: postcard fails on memory only.
pub fn encode<T: serde::Serialize>(message: &T) -> Result<Vec<u8>, postcard::Error> {
    postcard::to_allocvec(message)
}

/// Reads a message.
///
/// # Errors
/// Where the bytes are not such a message: page and engine of different builds.
pub fn decode<'a, T: serde::Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, postcard::Error> {
    postcard::from_bytes(bytes)
}
