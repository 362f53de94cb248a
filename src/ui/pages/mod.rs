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
use crate::url::Page;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use registry::Code;
use web_sys::{FocusOptions, HtmlElement};

/// The page that the address names, and the window's title.
#[component]
pub fn PageView() -> impl IntoView {
    let app = App::get();
    let page = Memo::new(move |_| app.view.with(|v| v.page));
    Effect::new(move |before: Option<Option<Page>>| {
        // Until the page's code is there, the window keeps the title that it has.
        let Some(code) = app.code() else { return before.flatten() };
        document().set_title(&fill(app.t(Pages::Title), &[("page", &(code.title)(app)), ("title", &app.title())]));
        if before.flatten().is_some_and(|before| before != code.page) {
            request_animation_frame(keep_focus);
        }
        Some(code.page)
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

/// Moves the focus to the new page if the element that had it was removed with the old one.
fn keep_focus() {
    let nowhere = document().active_element().is_none_or(|at| at.tag_name() == "BODY");
    let main = document().get_element_by_id("main").and_then(|main| main.dyn_into::<HtmlElement>().ok());
    if let Some(main) = main.filter(|_| nowhere) {
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        // A page that cannot take the focus leaves it on the window.
        let _ = main.focus_with_options(&options);
    }
}

/// What a page whose code is there shows.
fn view_of(page: usize) -> AnyView {
    let code = App::get().codes.with_untracked(|codes| codes[page]);
    code.map_or_else(|| ().into_any(), |code| (code.view)())
}
