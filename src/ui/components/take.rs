//! Ways in for calls: the file input, files dropped on the window, text and files that are pasted.

use super::{Glyph, Icon};
use crate::i18n::common::Common;
use crate::i18n::fill;
use crate::ui::state::{Action, App};
use crate::url::DataSource;
use leptos::ev;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use send_wrapper::SendWrapper;
use web_sys::{DataTransfer, File, FileList, HtmlInputElement};

use crate::ui::actions::FILE_INPUT_ID;

/// The hidden file input behind every "Open file".
#[component]
pub fn FileInput() -> impl IntoView {
    let app = App::get();
    let chosen = move |event: ev::Event| {
        let Some(input) = event.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok()) else { return };
        if let Some(files) = input.files() {
            open_first(app, &files);
        }
        // So that choosing the same file again is a change again.
        input.set_value("");
    };
    view! { <input id=FILE_INPUT_ID type="file" hidden on:change=chosen/> }
}

fn open_first(app: App, files: &FileList) {
    let Some(file) = files.get(0) else { return };
    if files.length() > 1 {
        let values = [("n", &*files.length().to_string()), ("name", &file.name())];
        app.toast.set(Some(fill(app.t(Common::OnlyOneFile), &values)));
    }
    open(app, file);
}

fn open(app: App, file: File) {
    app.act(Action::OpenFile(SendWrapper::new(file)));
}

/// Shows another source in the same language, zone and theme; everything chosen about the old one goes.
pub fn show_source(app: App, source: DataSource) {
    app.update(|view| *view = view.with_source(source));
}

/// Whether files are being dragged: text and links are left to the browser.
fn has_files(event: &ev::DragEvent) -> Option<DataTransfer> {
    let data = event.data_transfer()?;
    data.types().iter().any(|t| t.as_string().as_deref() == Some("Files")).then_some(data)
}

/// The overlay while a file is dragged over the window, and what happens when it is dropped.
#[component]
pub fn DropOver() -> impl IntoView {
    let app = App::get();
    let over = RwSignal::new(false);
    let enter = window_event_listener(ev::dragenter, move |event| {
        if has_files(&event).is_some() {
            event.prevent_default();
            over.set(true);
        }
    });
    let stay = window_event_listener(ev::dragover, move |event| {
        if let Some(data) = has_files(&event) {
            event.prevent_default();
            data.set_drop_effect("copy");
        }
    });
    let leave = window_event_listener(ev::dragleave, move |event| {
        // Going from one element to another has a related target; leaving the window has none.
        if event.related_target().is_none() {
            over.set(false);
        }
    });
    let drop_ = window_event_listener(ev::drop, move |event| {
        over.set(false);
        if let Some(data) = has_files(&event) {
            event.prevent_default();
            if let Some(files) = data.files() {
                open_first(app, &files);
            }
        }
    });
    on_cleanup(move || {
        for listener in [enter, stay, leave, drop_] {
            listener.remove();
        }
    });
    view! {
        <div class="dropover" hidden=move || !over.get()>
            <p>
                <Icon of=Glyph::Upload/>
                {move || app.t(Common::DropToOpen)}
            </p>
        </div>
    }
}

/// What a pasted text is.
fn address_of(text: &str) -> Option<String> {
    let one_word = !text.contains(char::is_whitespace);
    (one_word && (text.starts_with("https://") || text.starts_with("http://"))).then(|| text.to_owned())
}

/// Takes calls, files and addresses that are pasted anywhere but into a field.
pub fn take_pasted(app: App) {
    let listener = window_event_listener(ev::paste, move |event| {
        let field = event
            .target()
            .and_then(|t| t.dyn_into::<web_sys::Element>().ok())
            .is_some_and(|e| e.closest("input, textarea, select, [contenteditable]").ok().flatten().is_some());
        let Some(data) = event.clipboard_data().filter(|_| !field) else { return };
        if let Some(files) = data.files().filter(|f| f.length() > 0) {
            event.prevent_default();
            open_first(app, &files);
            return;
        }
        let Ok(text) = data.get_data("text/plain") else { return };
        let trimmed = text.trim_start_matches('\u{feff}').trim();
        if trimmed.is_empty() {
            return;
        }
        event.prevent_default();
        if let Some(address) = address_of(trimmed) {
            show_source(app, DataSource::Url(address));
        } else if trimmed.starts_with(['{', '[']) {
            app.act(Action::OpenText(text));
        } else {
            app.toast.set(Some(app.t(Common::PasteNotCalls).to_owned()));
        }
    });
    on_cleanup(move || listener.remove());
}
