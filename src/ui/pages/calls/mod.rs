//! The Calls page: totals and the table of services. Its code is in the first view but for what is below the totals.

mod question;
mod services;
mod services_head;
mod state;
mod view;

pub use state::CallsState;

use super::details::DetailsState;
use super::failed::FailedState;
use super::parts::reply;
use crate::i18n::Message;
use crate::i18n::pages::Pages;
use crate::model::Dim;
use crate::ui::state::{App, PageCode, Section};
use crate::url::{Page, ViewState};
use crate::wire::CallsReply;
use leptos::prelude::*;

/// What the shell needs of it.
pub static CODE: PageCode = PageCode {
    page: Page::Calls,
    view: || view! { <view::CallsPage/> }.into_any(),
    title: |app: App| app.t(Pages::Calls).to_owned(),
    file: |app: App| app.t(Pages::Calls).to_owned(),
    question: question::question,
    take: |app, answer| reply::now(app, answer, CallsReply::keep),
    forget: |app| app.reply::<CallsReply>().set(None),
};

/// *Calls*, with the pages of a service.
pub const SECTION: Section =
    Section { key: "c", name: |lang| Pages::Calls.text(lang), go: to_calls, pages: &[Page::Calls, Page::Details, Page::Failed] };

/// The Calls page with what was chosen there; versions and codes belong to a service.
pub fn to_calls(view: &mut ViewState) {
    view.page = Page::Calls;
    view.service.clear();
    view.filter.remove(Dim::Version);
    view.change(FailedState::leave);
    view.change(DetailsState::leave);
}
