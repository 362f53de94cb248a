//! The questions of the Failed Calls page.

use super::state::FailedState;
use crate::ui::deployment::shows_log;
use crate::ui::pages::parts::question::selection;
use crate::ui::state::App;
use crate::url::ViewState;
use crate::wire::{ErrorChoice, FailedQuery, ListQuery, ListSort, Query};
use leptos::prelude::*;

/// Messages of the template looked into that are shown at first.
pub const TEXTS_OPEN: u32 = 10;

/// What of a code's calls is looked into. Where messages are kept from the page, only the own code is known.
pub fn choice(state: &FailedState) -> Option<ErrorChoice> {
    let (error_code, message) = state.message.clone()?;
    Some(ErrorChoice { error_code, message: shows_log().then_some(message) })
}

/// See [`crate::ui::state::PageCode::question`].
pub fn question(app: App, view: &ViewState) -> Query {
    Query::Failed(failed(app, view, TEXTS_OPEN))
}

/// The page's question, with so many messages of the template looked into.
pub fn failed(app: App, view: &ViewState, texts: u32) -> FailedQuery {
    let state = view.own::<FailedState>();
    FailedQuery {
        service: view.service.clone(),
        selection: selection(app, view),
        precision: app.precision.get(),
        status: state.status,
        message: choice(&state),
        texts,
        every_message: false,
    }
}

/// The window of calls behind the code that is looked into.
pub fn list(app: App, sort: ListSort, descending: bool, offset: u32, limit: u32) -> Option<Query> {
    untrack(|| {
        let view = app.view.get();
        let state = view.own::<FailedState>();
        let status = state.status?;
        let selection = selection(app, &view);
        Some(Query::List(ListQuery {
            service: view.service.clone(),
            selection,
            status,
            message: choice(&state),
            sort,
            descending,
            offset,
            limit,
        }))
    })
}
