//! Browser edges: zones, clock, streams, workers. Nothing below knows a browser.

#[cfg(feature = "full")]
mod again;
#[cfg(all(feature = "worker", feature = "full"))]
mod chosen;
#[cfg(feature = "full")]
mod first;
#[cfg(any(feature = "full", feature = "writer"))]
mod flow;
#[cfg(all(feature = "worker", feature = "full"))]
mod hand;
#[cfg(all(feature = "worker", feature = "full"))]
mod kept;
#[cfg(all(feature = "worker", feature = "full"))]
mod look;
#[cfg(any(feature = "ui", feature = "full"))]
pub mod member;
#[cfg(any(feature = "ui", feature = "full"))]
pub mod opfs;
#[cfg(feature = "full")]
mod policy;
pub mod reader;
#[cfg(all(feature = "worker", feature = "full"))]
mod record;
#[cfg(any(feature = "ui", feature = "full", feature = "writer"))]
pub mod relay;
mod request;
pub mod sleep;
pub mod trouble;
pub mod worker;
#[cfg(feature = "writer")]
pub mod writer;
#[cfg(all(feature = "worker", feature = "full"))]
mod writing;
pub mod zones;

/// The build both sides of the wire must share; a worker of another build is a stale cache.
pub const BUILD: &str = match option_env!("CALLSCOPE_BUILD") {
    Some(id) => id,
    None => "dev",
};

/// What a message that asks for a look into a source begins with ([`crate::wire::look`]).
pub const LOOK: &str = "look";

/// What a message begins with that tells a worker the deployment's configuration: after it the text. The page sends it first, and knows which one is
/// in force.
pub const CONFIGURATION: &str = "configuration";

/// The clock, epoch milliseconds.
pub fn clock_ms() -> i64 {
    js_sys::Date::now() as i64
}
