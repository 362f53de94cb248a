//! Callscope: the console that people who run LLM inference open to see their calls.
//!
//! # Layers
//!
//! A module may import only from rooms listed **above** it (`cargo xtask tidy` parses `use crate::` and fails on an upward import).
//!
//! | room | what it is for | may import |
//! |---|---|---|
//! | `base`   | number formats, civil time | nothing |
//! | `model`  | call, dimension, filter, time range, precision, metric catalogue, limits | base |
//! | `url`    | view state to and from the query string, versioned | base, model |
//! | `store`  | columns, dictionaries, builder | base, model |
//! | `ingest` | bytes to calls: gzip, zip, document scanner, JSON, importers, rejected rows | base, model, store |
//! | `stats`  | percentiles, rates | base, model |
//! | `series` | time zones as data, buckets | base, model |
//! | `ask`    | the algebra: questions, batches, frames | base, model, series |
//! | `wire`   | requests and replies between page and engine | base, model, series, ask |
//! | `i18n`   | typed message keys in English and Simplified Chinese; dates and names in words | base, model, series, wire |
//! | `config` | what a deployment says in `config.json`, checked | base, model, url, i18n |
//! | `embed`  | the protocol `callscope/1` between the console and an embedding page, checked | base, model, url, wire, i18n |
//! | `poll`   | when a feed is polled, what its answer means, feeds in parts; pure | base, model, ingest |
//! | `source` | sources that answer questions, and the rules of any; calls in columns | base, model, store, stats, series, ask, wire |
//! | `view`   | the questions of a page, and how frames become what it shows | base, model, stats, series, ask, wire |
//! | `engine` | open sources, one load, the newest batch of each slot; synchronous, no clock of its own | all above |
//! | `cli`    | the native command `callscope` (feature `cli`) | all above |
//! | `scene`  | chart geometry: axes, ticks, paths, hit test; no canvas | base, model, series |
//! | `export` | replies as tables; workbooks, CSV, JSON, TSV, SVG and the names of their files | base, model, series, wire, i18n, scene |
//! | `web`    | browser edges: streams of files and feeds, the worker, zones, clock (feature `web`) | all above |
//! | `ui`     | pages, components, charts (feature `ui`) | all above |
//!
//! `base` to `export` know no browser and run under plain `cargo test`. Rooms lie in the crates of `crates/` (`docs/architecture.md` has the
//! table), pages in this one; each crate's `lib.rs` brings the rooms below it to its root, so `crate::model` is the same everywhere.

pub use callscope_calls::source;
#[cfg(feature = "cli")]
pub use callscope_cli::cli;
pub use callscope_engine::{engine, view};
pub use callscope_export::{export, scene};
pub use callscope_ingest::{ingest, poll};
pub use callscope_model::{ask, base, i18n, model, series, url, wire};
pub use callscope_site::{config, embed};
pub use callscope_store::{stats, store};
#[cfg(feature = "web")]
pub use callscope_web::web;

#[cfg(feature = "ui")]
pub mod ui;
