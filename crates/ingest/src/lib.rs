//! Bytes to calls: every format, and polled feeds.
//!
//! `docs/architecture.md` has the crates, the table in the root package's `src/lib.rs` what a room may import.

pub mod ingest;
pub mod poll;

// Rooms below, under the paths of one crate.
use callscope_model::{base, model};
use callscope_store::store;
