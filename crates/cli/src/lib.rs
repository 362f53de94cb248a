//! The native command.
//!
//! `docs/architecture.md` has the crates, the table in the root package's `src/lib.rs` what a room may import.

pub mod cli;

// Rooms below, under the paths of one crate.
use callscope_calls::source;
use callscope_engine::engine;
use callscope_ingest::ingest;
use callscope_model::{base, i18n, model, wire};
use callscope_store::store;
