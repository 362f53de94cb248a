//! Browser edges: zones, clock, streams, workers. Nothing below knows a browser.

pub mod fetch_error;
pub mod file_stream;
pub mod lock;
pub mod message;
pub mod object;
pub mod opfs;
pub mod reader;
pub mod reading;
pub mod relay;
pub mod request;
pub mod sleep;
pub mod worker;
#[cfg(feature = "writer")]
pub mod writer;
pub mod zones;

/// The build both sides of the wire must share; a worker of another build is a stale cache.
pub const BUILD: &str = match option_env!("CALLSCOPE_BUILD") {
    Some(id) => id,
    None => "dev",
};

/// The clock, epoch milliseconds.
pub fn clock_ms() -> i64 {
    js_sys::Date::now() as i64
}
