//! The Failed Calls page: a service's failed calls by code and message (Service Call Details, Failed Calls tab).

mod call_list;
mod codes;
mod inspect;
mod question;
mod record;
mod state;
mod texts;
mod view;

pub use question::{all_failed, list};
pub use state::FailedState;

use super::parts::{head, reply};
use crate::i18n::export::Export;
use crate::i18n::failed::FailedWords;
use crate::i18n::pages::Pages;
use crate::i18n::{fill, missing};
use crate::ui::lazy::PageResult;
use crate::ui::state::{App, PageCode};
use crate::url::Page;
use crate::wire::{FailedReply, ListReply, Query};
use leptos::prelude::*;
use leptos::wasm_split::wasm_split;

static CODE: PageCode = PageCode {
    page: Page::Failed,
    view: || view! { <view::FailedPage/> }.into_any(),
    title: |app: App| fill(app.t(FailedWords::FailedTitle), &[("service", &head::title(app))]),
    file: |app| format!("{} {}", head::title(app), app.t(Pages::FailedCalls)),
    question: question::question,
    take: |app, answer| match answer.slot() {
        Query::LIST => match answer.missing() {
            Some(why) => app.toast.set(missing::failed(app.t(Export::CallList), &why)),
            None => reply::beside::<ListReply>(app, answer),
        },
        _ => reply::later::<FailedReply>(app, answer, |_, _| ()),
    },
    forget: |app| {
        app.reply::<FailedReply>().set(None);
        // Rows of a list name calls of the data set that it belongs to.
        app.reply::<ListReply>().set(None);
    },
};

/// What the shell needs of it.
#[wasm_split(service, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn code() -> PageResult {
    Ok(&CODE)
}
