//! Calls in columns, and statistics over them.
//!
//! `docs/architecture.md` has the crates, the table in the root package's `src/lib.rs` what a room may import.

pub mod stats;
pub mod store;

// Rooms below, under the paths of one crate.
use callscope_model::{base, model};
