//! Browser edges: streams, workers, the browser's own files.
//!
//! `docs/architecture.md` has the crates, the table in the root package's `src/lib.rs` what a room may import.

pub mod web;

// Rooms below, under the paths of one crate.
#[allow(unused_imports, reason = "page, engine, reader and writer use some each")]
use {
    callscope_calls::source,
    callscope_engine::engine,
    callscope_export::export,
    callscope_ingest::{ingest, poll},
    callscope_model::{ask, base, i18n, model, series, url, wire},
    callscope_site::config,
    callscope_store::store,
};
