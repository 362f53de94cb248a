//! The console's sections on the app bar, and their keys.

use crate::i18n::common::Common;
use crate::ui::state::{App, Section};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use std::time::Duration;

/// A section's key counts this long after `g`.
const AFTER_G: Duration = Duration::from_millis(1500);

/// A word for each section; the one of the page on show is marked.
#[component]
pub fn Sections(sections: &'static [Section]) -> impl IntoView {
    let app = App::get();
    keys(app, sections);
    let word = |section: &'static Section| {
        let current = Memo::new(move |_| app.view.with(|view| section.pages.contains(&view.page)));
        view! {
            <a
                href=move || app.href(section.go)
                aria-current=move || current.get().then_some("true")
                title=move || format!("{} (g {})", (section.name)(app.lang.get()), section.key)
            >
                {move || (section.name)(app.lang.get())}
            </a>
        }
    };
    view! {
        <nav class="sections" aria-label=move || app.t(Common::Sections)>
            {sections.iter().map(word).collect_view()}
        </nav>
    }
}

/// `g`, then a section's key, goes there. Keys that a field or a dialog takes are not ours.
fn keys(app: App, sections: &'static [Section]) {
    let waits = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || waits.try_update_value(Option::take).flatten().map(|timer| timer.clear()).is_some();
    let pressed = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        let is_chord = event.ctrl_key() || event.alt_key() || event.meta_key();
        if is_chord || event.default_prevented() || is_taken(&event) {
            return;
        }
        let waited = stop();
        if event.key() == "g" {
            let timer = set_timeout_with_handle(move || _ = stop(), AFTER_G).ok();
            waits.set_value(timer);
        } else if let Some(section) = sections.iter().find(|section| waited && section.key == event.key()) {
            event.prevent_default();
            app.update(section.go);
        }
    });
    on_cleanup(move || {
        stop();
        pressed.remove();
    });
}

/// Whether text is being typed, or a dialog or popover is open above the page.
pub fn is_taken(event: &KeyboardEvent) -> bool {
    let typed = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let typed = typed.is_some_and(|element| element.matches("input, textarea, select, [contenteditable]").unwrap_or(false));
    typed || document().query_selector("dialog[open], :popover-open").is_ok_and(|open| open.is_some())
}
