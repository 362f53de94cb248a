//! The Calls, Details and Failed Calls pages.
//!
//! A page shows the last answer of the engine and what the address says; it keeps nothing of its own that a link should carry.

mod call_list;
pub(super) mod calls;
mod codes;
pub(super) mod cost;
mod details;
mod failed;
mod head;
mod inspect;
pub mod monitoring;
mod record;
mod services;
mod texts;
mod words;

pub use details::DetailsPage;
pub use failed::FailedPage;
pub use head::title_of;
pub use words::range_words;

use crate::i18n::fill;
use crate::i18n::pages::Pages;
use crate::ui::lazy::{Part, later};
use crate::ui::state::App;
use crate::url::Page;
use leptos::prelude::*;

/// The page that the address names, and the window's title.
#[component]
pub fn PageView() -> impl IntoView {
    let app = App::get();
    let page = Memo::new(move |_| app.view.with(|v| v.page));
    Effect::new(move |_| document().set_title(&window_title(app)));
    move || match page.get() {
        Page::Calls => view! { <calls::CallsPage/> }.into_any(),
        Page::Details => later(Part::Details),
        Page::Failed => later(Part::Failed),
    }
}

/// `atlas-omni-72b · Callscope`, or what the deployment calls it.
fn window_title(app: App) -> String {
    let (page, service) = app.view.with(|v| (v.page, v.service.clone()));
    let title = head::title_of(app, &service);
    let page = match page {
        Page::Calls => app.t(Pages::Calls).to_owned(),
        Page::Details => title,
        Page::Failed => fill(app.t(Pages::FailedTitle), &[("service", &title)]),
    };
    fill(app.t(Pages::Title), &[("page", &page), ("title", &app.title())])
}
