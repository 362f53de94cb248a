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
    let state = app.view.with_untracked(|view| view.own::<FailedState>());
    let of = (Some(state.status?), choice(&state));
    Some(window(app, of, sort, descending, offset, limit))
}

/// The window of all failed calls, in the order of the list.
pub fn all_failed(app: App, offset: u32, limit: u32) -> Query {
    let (sort, descending) = app.view.with_untracked(|view| view.own::<FailedState>().list_sort);
    window(app, (None, None), sort, descending, offset, limit)
}

fn window(
    app: App,
    (status, message): (Option<u16>, Option<ErrorChoice>),
    sort: ListSort,
    descending: bool,
    offset: u32,
    limit: u32,
) -> Query {
    untrack(|| {
        let view = app.view.get();
        let selection = selection(app, &view);
        Query::List(ListQuery { service: view.service.clone(), selection, status, message, sort, descending, offset, limit })
    })
}
