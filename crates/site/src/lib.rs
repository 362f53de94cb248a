//! What a deployment and an embedding page may say.
//!
//! `docs/architecture.md` has the crates, the table in the root package's `src/lib.rs` what a room may import.

pub mod config;
pub mod embed;

// Rooms below, under the paths of one crate.
use callscope_model::{base, i18n, model, url, wire};
