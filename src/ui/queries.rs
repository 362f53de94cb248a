//! Which question the present view puts to the engine.

use super::state::App;
use crate::model::range::DAY_MS;
use crate::model::{Dim, Precision, Range};
use crate::url::{Page, ViewState};
use crate::wire::{CallsQuery, DetailsQuery, FailedQuery, ListQuery, ListSort, Query, Selection};
use leptos::prelude::*;

/// Sparklines are hourly as long as a tile has room for the hours.
fn spark_precision(range: Range) -> Precision {
    match Precision::default_for(range) {
        Precision::Minute => Precision::Minute,
        _ if range.span_ms() <= 15 * DAY_MS => Precision::Hour,
        _ => Precision::Day,
    }
}

fn selection(app: &App, view: &ViewState) -> Selection {
    let mut filter = view.filter.clone();
    // A service and its versions are the Details page's own; the Calls page shows them all.
    if view.page == Page::Calls {
        filter.0.remove(&Dim::Version);
    } else {
        filter.0.remove(&Dim::ServiceType);
    }
    Selection { range: app.range.get(), before: Some(app.before.get()), filter, zone: app.zone.get() }
}

/// The page's query; `None` while nothing is loaded.
pub fn of_view(app: App) -> Memo<Option<(u32, Query)>> {
    Memo::new(move |_| {
        let generation = app.data.with(|data| data.as_ref().map(|d| d.generation))?;
        let view = app.view.get();
        let selection = selection(&app, &view);
        let query = match view.page {
            Page::Calls => {
                let precision = spark_precision(selection.range);
                Query::Calls(CallsQuery { selection, precision })
            }
            Page::Details => Query::Details(DetailsQuery { service: view.service, selection, precision: app.precision.get() }),
            Page::Failed => {
                let precision = app.precision.get();
                Query::Failed(FailedQuery { service: view.service, selection, precision, status: view.status })
            }
        };
        Some((generation, query))
    })
}

/// The window of calls behind the code that is looked into.
pub fn list(app: &App, sort: ListSort, descending: bool, offset: u32, limit: u32) -> Option<Query> {
    untrack(|| {
        let view = app.view.get();
        let status = view.status?;
        let selection = selection(app, &view);
        Some(Query::List(ListQuery {
            service: view.service.clone(),
            selection,
            status,
            message: view.message,
            sort,
            descending,
            offset,
            limit,
        }))
    })
}
