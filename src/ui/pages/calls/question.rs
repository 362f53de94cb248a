//! The question of the Calls page.

use crate::model::range::DAY_MS;
use crate::model::{Precision, Range};
use crate::ui::pages::parts::question::selection;
use crate::ui::state::App;
use crate::url::ViewState;
use crate::wire::{CallsQuery, Query};

/// Sparklines are hourly as long as a tile has room for the hours.
fn spark_precision(range: Range) -> Precision {
    match Precision::default_for(range) {
        Precision::Minute => Precision::Minute,
        _ if range.span_ms() <= 15 * DAY_MS => Precision::Hour,
        _ => Precision::Day,
    }
}

/// See [`crate::ui::state::PageCode::question`].
pub fn question(app: App, view: &ViewState) -> Query {
    let selection = selection(app, view);
    let precision = spark_precision(selection.range);
    Query::Calls(CallsQuery { selection, precision })
}
