//! The Details page: a service's charts (Service Call Details, Monitoring tab).

mod monitoring;
mod state;
mod view;

pub use state::DetailsState;

use super::parts::question::selection;
use super::parts::{head, reply};
use crate::i18n::pages::Pages;
use crate::ui::lazy::PageResult;
use crate::ui::state::{App, PageCode};
use crate::url::{Page, ViewState};
use crate::wire::{DetailsQuery, DetailsReply, Query};
use leptos::prelude::*;
use leptos::wasm_split::wasm_split;

static CODE: PageCode = PageCode {
    page: Page::Details,
    view: || view! { <view::DetailsPage/> }.into_any(),
    title: head::title,
    file: |app| format!("{} {}", head::title(app), app.t(Pages::Monitoring)),
    question,
    take: |app, answer| reply::later(app, answer, DetailsReply::keep),
    forget: |app| app.reply::<DetailsReply>().set(None),
};

/// What the shell needs of it.
#[wasm_split(service, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn code() -> PageResult {
    Ok(&CODE)
}

fn question(app: App, view: &ViewState) -> Query {
    let (service, selection) = (view.service.clone(), selection(app, view));
    Query::Details(DetailsQuery { service, selection, precision: app.precision.get() })
}
