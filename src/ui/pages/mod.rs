//! The pages, a folder each: a page's state with its keys in the address, its questions, its view. [`registry`] lists them.
//!
//! A page shows the last reply to its question and what the address says; it keeps nothing of its own that a link should carry.

pub mod calls;
pub mod details;
pub mod failed;
pub mod parts;
pub mod registry;

use crate::i18n::fill;
use crate::i18n::pages::Pages;
use crate::ui::lazy::{Build, show};
use crate::ui::state::App;
use leptos::prelude::*;
use registry::Code;

/// The page that the address names, and the window's title.
#[component]
pub fn PageView() -> impl IntoView {
    let app = App::get();
    let page = Memo::new(move |_| app.view.with(|v| v.page));
    Effect::new(move |_| {
        // Until the page's code is there, the window keeps the title that it has.
        if let Some(code) = app.code() {
            document().set_title(&fill(app.t(Pages::Title), &[("page", &(code.title)(app)), ("title", &app.title())]));
        }
    });
    move || match registry::code(page.get()) {
        Code::Here(code) => (code.view)(),
        Code::Chunk(_) => {
            let page = page.get();
            let fetch = move || async move { registry::fetch(app, page).await.map(|_| view_of as Build) };
            show(app, move || Box::pin(fetch()), page as usize, None, true)
        }
    }
}

/// What a page whose code is there shows.
fn view_of(page: usize) -> AnyView {
    let code = App::get().codes.with_untracked(|codes| codes[page]);
    code.map_or_else(|| ().into_any(), |code| (code.view)())
}
