//! Words of the product: calls, metrics, questions and frames, messages, addresses, texts in two languages.
//!
//! `docs/architecture.md` has the crates, the table in the root package's `src/lib.rs` what a room may import.

pub mod ask;
pub mod base;
pub mod i18n;
pub mod model;
pub mod series;
pub mod url;
pub mod wire;
