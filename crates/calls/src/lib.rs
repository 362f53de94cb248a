//! The source of calls in columns: answers questions with frames.
//!
//! `docs/architecture.md` has the crates, the table in the root package's `src/lib.rs` what a room may import.

pub mod source;

// Rooms below, under the paths of one crate.
use callscope_model::{ask, base, model};
use callscope_store::{stats, store};
