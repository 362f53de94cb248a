//! Data sets, loads and runs; questions of pages.
//!
//! `docs/architecture.md` has the crates, the table in the root package's `src/lib.rs` what a room may import.

pub mod engine;
pub mod view;

// Rooms below, under the paths of one crate.
use callscope_calls::source;
use callscope_ingest::ingest;
use callscope_model::{ask, base, model, series, wire};
use callscope_store::{stats, store};
