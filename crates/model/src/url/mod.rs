//! The view state: everything a user chose, to and from the query string.
//!
//! The query string carries its version, `v=2`; a link without one is of version 1. Links of older versions are upgraded one step at
//! a time, so old links keep working. What is absent takes its default; what cannot be understood is dropped, never an error.
//!
//! Keys without a dot belong to every page. The state of a page has keys that begin with the page's name: `details.log=ttft`. This room
//! keeps such pairs as text; the page's folder reads and writes them ([`PageState`]). So the pairs of pages that are not open, or that
//! this build does not know, stay as they are.

mod codec;
pub mod conditions;
pub mod escape;
mod own;
mod page;
mod state;
mod upgrade;

pub use codec::{parse, serialise};
pub use own::PageState;
pub use page::Page;
pub use state::{DataSource, Theme, ViewState};
pub use upgrade::VERSION;
