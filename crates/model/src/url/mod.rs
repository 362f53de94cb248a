//! The view state: everything a person chose, to and from the query string.
//!
//! The query string carries `v=1`. A link of an older version is upgraded one step at a time (`UPGRADERS`), so old links keep working.
//! What is absent takes its default; what cannot be understood is dropped, never an error.

mod codec;
pub mod conditions;
mod escape;
mod state;

pub use codec::{VERSION, parse, serialise};
pub use state::{DataSource, Page, Sort, Theme, ViewState};
