//! What the present view selects, and what exports ask of it.

use crate::model::{Dim, Precision};
use crate::ui::state::App;
use crate::url::ViewState;
use crate::wire::{CallsQuery, DetailsQuery, FailedQuery, Query, RowsQuery, Selection};
use leptos::prelude::*;

/// The calls that the present view selects; reactive.
pub fn selection(app: App, view: &ViewState) -> Selection {
    let mut filter = view.filter.clone();
    filter.remove(unused(view));
    Selection { range: app.range.get(), before: Some(app.before.get()), filter, zone: app.zone.get() }
}

/// The dimension that the view does not filter by: versions belong to a service, and a service is of one type.
pub const fn unused(view: &ViewState) -> Dim {
    if view.page.is_of_service() { Dim::ServiceType } else { Dim::Version }
}

/// What an export is about.
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
            let mut selection = selection(app, &view);
            let service = view.page.is_of_service().then_some(view.service);
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
