//! The native tests: one binary of small modules, since each binary more would link the whole product once more. Files in folders are what several share,
//! or the parts of one subject.

// The state of pages is pure, but lies in their folders, beside what needs a browser: its files are part of this binary too.
use callscope::{base, model, url};
#[allow(dead_code, reason = "pages use more of it than tests")]
#[path = "../src/ui/pages/calls/state.rs"]
mod calls_state;
#[allow(dead_code, reason = "pages use more of it than tests")]
#[path = "../src/ui/pages/details/state.rs"]
mod details_state;
#[allow(dead_code, reason = "pages use more of it than tests")]
#[path = "../src/ui/pages/failed/state.rs"]
mod failed_state;

mod algebra;
mod bad_input;
mod costs;
mod exactness;
mod export;
mod feed;
mod feed_shapes;
mod formats;
mod labels;
mod links;
mod naive;
mod oracle_properties;
mod pages;
mod poll;
mod precomputed;
mod read_ahead;
mod recorded;
mod records;
mod segments;
mod site;
mod snapshots;
mod sources;
mod templates;
mod three_sources;
