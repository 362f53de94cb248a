//! Lists of single calls: which fields, in which order, and which window of the list.

use super::{Label, NumberField, Selection};
use serde::{Deserialize, Serialize};

/// A window of the selected calls. The frame has a column for each field; its `total` is the number of calls in the list, 0 where windows follow a cursor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallsAsk {
    pub selection: Selection,
    pub fields: Vec<CallField>,
    pub order: CallOrder,
    pub from: From,
    pub limit: u32,
}

/// Where a window begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum From {
    /// Calls before it in the list.
    Offset(u32),
    /// Where the window before ended ([`Frame::next`](super::Frame::next)): windows one after the other cost one pass.
    Cursor(u64),
}

/// A field of a call in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CallField {
    /// Epoch milliseconds.
    Time,
    Label(Label),
    Number(NumberField),
    /// 1 for streaming, 0 for not.
    Stream,
    RequestId,
}

/// The order of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CallOrder {
    /// Service by service, each in order of time: the order of exports.
    ByService,
    /// By a field; calls that do not carry it come last either way, and among equals the newest first.
    By { field: OrderBy, descending: bool },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrderBy {
    Time,
    Label(Label),
    Number(NumberField),
}
