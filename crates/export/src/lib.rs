//! Chart geometry, and answers as files.
//!
//! `docs/architecture.md` has the crates, the table in the root package's `src/lib.rs` what a room may import.

pub mod export;
pub mod scene;

// Rooms below, under the paths of one crate.
use callscope_model::{base, i18n, model, series, wire};
