//! What the page asks of the engine.

use super::selection::Selection;
use crate::ask::{Batch, Slot};
pub use crate::model::window::ListSort;
use crate::model::{Label, Precision};
use crate::series::Zone;
use serde::{Deserialize, Serialize};

/// A message to a worker. `R` is what this kind of worker alone takes: [`LoadBundled`] the engine of the first view, [`super::ToReader`] the reader.
/// Neither carries code to decode what the other takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToEngine<R = LoadBundled> {
    /// Stop reading; what was loaded before stays.
    CancelLoad { load: u32 },
    /// Ask one view. A newer query of the same [`Query::slot`] replaces an older one, but those `apart`, each of which is answered: for exports and costs.
    Ask { seq: u32, batch: Batch, apart: bool },
    /// The answer to this question is no longer needed.
    Cancel { seq: u32 },
    /// What the worker's role adds.
    Role(R),
    /// Say that you are there, as at the start ([`super::FromEngine::Ready`]).
    Beat,
}

/// Read a bundled feed; what was loaded before stays until the new one has been read to its end with at least one call.
/// `url`: absolute; `live`: now is the clock, else the newest call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoadBundled {
    pub load: u32,
    pub name: String,
    pub url: String,
    pub live: bool,
    pub rebase: Option<Rebase>,
}

/// How demonstration data (`"demonstration": true`) is moved to the present: see docs/feed.md.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rebase {
    pub now_ms: i64,
    pub zone: Zone,
}

/// A question for one view.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Query {
    Calls(CallsQuery),
    Details(DetailsQuery),
    Failed(FailedQuery),
    List(ListQuery),
    Rows(RowsQuery),
    Cost(super::CostQuery),
    Values(ValuesQuery),
}

impl Query {
    /// The slot of the Calls page.
    pub const CALLS: Slot = Slot(0);
    pub const DETAILS: Slot = Slot(1);
    pub const FAILED: Slot = Slot(2);
    pub const LIST: Slot = Slot(3);
    pub const COST: Slot = Slot(5);

    /// Whether a slot is that of a page's own view.
    pub const fn is_page(slot: Slot) -> bool {
        slot.0 < 3
    }

    /// Queries of one slot replace each other. The table of all slots.
    pub const fn slot(&self) -> Slot {
        match self {
            Query::Calls(_) => Self::CALLS,
            Query::Details(_) => Self::DETAILS,
            Query::Failed(_) => Self::FAILED,
            Query::List(_) => Self::LIST,
            Query::Rows(_) => Slot(4),
            Query::Cost(_) => Self::COST,
            Query::Values(_) => Slot(6),
        }
    }
}

/// The Calls page: tiles, services table, filter lists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallsQuery {
    pub selection: Selection,
    /// Bucket width of the tiles' sparklines.
    pub precision: Precision,
}

/// A service's Monitoring tab. `selection.filter` may name versions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DetailsQuery {
    pub service: String,
    pub selection: Selection,
    pub precision: Precision,
}

/// A service's Failed Calls tab.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FailedQuery {
    pub service: String,
    pub selection: Selection,
    pub precision: Precision,
    /// The code that is looked into.
    pub status: Option<u16>,
    /// What of its calls is looked into; `None`: all.
    pub message: Option<ErrorChoice>,
    /// Most messages of the template that is looked into.
    pub texts: u32,
    /// Each message by itself, as exports have them; else messages are grouped by template.
    pub every_message: bool,
}

/// Calls of a code that are looked into by what they say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorChoice {
    /// The service's own code.
    pub error_code: String,
    /// A template, or just one message; `None`: any, where messages are kept from the page.
    pub message: Option<String>,
}

/// A window of the calls behind a code, newest first unless sorted otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListQuery {
    pub service: String,
    pub selection: Selection,
    /// `None`: of all failed calls.
    pub status: Option<u16>,
    pub message: Option<ErrorChoice>,
    pub sort: ListSort,
    pub descending: bool,
    pub offset: u32,
    pub limit: u32,
}

/// The values of a label that hold a text, beyond those that a page lists, with the calls each has under all other filters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValuesQuery {
    /// The service that the page is of; `None` for the Calls page.
    pub service: Option<String>,
    pub selection: Selection,
    pub label: Label,
    /// Without regard to the case of ASCII letters.
    pub search: String,
}

/// A window of the calls of a selection, for exports: service by service, each in order of time. Windows are requested one after the other, each
/// from where the last one ended, so that a million calls cost one pass.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowsQuery {
    pub selection: Selection,
    /// 0, then [`crate::wire::RowsReply::next`].
    pub from: u32,
    /// Most calls in the answer.
    pub limit: u32,
}
