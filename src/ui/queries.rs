//! Which question the present view puts to the engine.

use super::deployment::shows_log;
use super::state::App;
use crate::model::range::DAY_MS;
use crate::model::{Dim, Precision, Range};
use crate::url::{Page, ViewState};
use crate::wire::{CallsQuery, DetailsQuery, ErrorChoice, FailedQuery, ListQuery, ListSort, Query, RowsQuery, Selection};
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
        filter.remove(Dim::Version);
    } else {
        filter.remove(Dim::ServiceType);
    }
    Selection { range: app.range.get(), before: Some(app.before.get()), filter, zone: app.zone.get() }
}

/// Messages of the template looked into that are shown at first.
pub const TEXTS_OPEN: u32 = 10;

/// What of a code's calls is looked into. Where messages are kept from the page, only the own code is known.
pub fn choice(view: &ViewState) -> Option<ErrorChoice> {
    let (error_code, message) = view.message.clone()?;
    Some(ErrorChoice { error_code, message: shows_log().then_some(message) })
}

/// The page's query; `None` while nothing is loaded.
pub fn of_view(app: App) -> Memo<Option<(u32, Query)>> {
    Memo::new(move |_| query(app))
}

/// The same at this moment, with the generation of the data.
pub fn query(app: App) -> Option<(u32, Query)> {
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
            let (status, message) = (view.status, choice(&view));
            let (service, texts) = (view.service, TEXTS_OPEN);
            Query::Failed(FailedQuery { service, selection, precision, status, message, texts, every_message: false })
        }
    };
    Some((generation, query))
}

/// What an export is asked of.
pub struct ForExport {
    /// With the service in the filter, where one is shown.
    pub selection: Selection,
    pub precision: Precision,
    /// Name of the service shown.
    pub service: Option<String>,
}

impl ForExport {
    /// Of the present view.
    pub fn of(app: App) -> Self {
        untrack(|| {
            let view = app.view.get();
            let mut selection = selection(&app, &view);
            let service = (view.page != Page::Calls).then_some(view.service);
            if let Some(service) = &service {
                selection.filter = selection.filter.with(Dim::Service, vec![service.clone()]);
            }
            Self { selection, precision: app.precision.get(), service }
        })
    }

    pub fn calls(&self) -> Query {
        Query::Calls(CallsQuery { selection: self.selection.clone(), precision: self.precision })
    }

    /// `None` where no service is shown.
    pub fn details(&self) -> Option<Query> {
        let (service, selection) = (self.service.clone()?, self.of_service());
        Some(Query::Details(DetailsQuery { service, selection, precision: self.precision }))
    }

    pub fn failed(&self) -> Option<Query> {
        let (service, selection) = (self.service.clone()?, self.of_service());
        let precision = self.precision;
        let (status, message, texts) = (None, None, 0);
        Some(Query::Failed(FailedQuery { service, selection, precision, status, message, texts, every_message: true }))
    }

    /// The calls from a place on.
    pub fn rows(&self, from: u32, limit: u32) -> Query {
        Query::Rows(RowsQuery { selection: self.selection.clone(), from, limit })
    }

    /// The pages of a service name it apart from the filter.
    fn of_service(&self) -> Selection {
        let mut selection = self.selection.clone();
        selection.filter.remove(Dim::Service);
        selection
    }
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
            message: choice(&view),
            sort,
            descending,
            offset,
            limit,
        }))
    })
}
