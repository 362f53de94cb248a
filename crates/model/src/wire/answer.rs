//! What the engine answers, whatever page asked.

use super::{CallsReply, CostReply, DetailsReply, Facet, FailedReply, ListReply, RowsReply};

#[allow(clippy::large_enum_variant, reason = "one at a time, and gone as soon as it is sent or shown")]
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    Calls(CallsReply),
    Details(DetailsReply),
    Failed(FailedReply),
    List(ListReply),
    Rows(RowsReply),
    Cost(CostReply),
    Values(Facet),
}
