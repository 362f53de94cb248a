//! Ways in for calls: the file input, files dropped on the window, text and files that are pasted.

use super::{Glyph, Icon, folder};
use crate::base::{address, num};
use crate::i18n::common::Common;
use crate::i18n::formats::Formats;
use crate::i18n::{Message, fill};
use crate::ui::handle::Handle;
use crate::ui::state::{Action, App};
use crate::url::DataSource;
use crate::wire::MemberSource;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use send_wrapper::SendWrapper;
use web_sys::{Blob, DataTransfer, File, FileList, FileSystemEntry, HtmlInputElement};

use crate::ui::actions::FILE_INPUT_ID;

/// The hidden file input behind every "Open file".
#[component]
pub fn FileInput() -> impl IntoView {
    let app = App::get();
    let chosen = move |event: ev::Event| {
        let Some(input) = event.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok()) else { return };
        if let Some(files) = input.files() {
            open(app, named(&files));
        }
        // So that choosing the same file again is a change again.
        input.set_value("");
    };
    view! { <input id=FILE_INPUT_ID type="file" multiple hidden on:change=chosen/> }
}

/// Files with their names.
fn named(files: &FileList) -> Vec<(String, File)> {
    (0..files.length()).filter_map(|i| files.get(i)).map(|file| (file.name(), file)).collect()
}

/// Opens files as one data set.
pub fn open(app: App, files: Vec<(String, File)>) {
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    let link = link_of(&names);
    let name = match names.as_slice() {
        [] => return,
        [one] => (*one).to_owned(),
        _ => fill(Formats::ManyFiles.text(app.lang.get_untracked()), &[("n", &num::whole(names.len() as u64))]),
    };
    let (members, files) = files.into_iter().map(|(name, file)| ((MemberSource::File { name }, None), Blob::from(file))).unzip();
    app.act(Action::Open { link, handle: SendWrapper::new(Handle { name, members, files, ..Handle::default() }) });
}

/// What a link calls several together.
pub fn link_of(names: &[&str]) -> String {
    match names {
        [first, others @ ..] if others.len() >= 3 => format!("{first} + {}", others.len()),
        all => all.join(" + "),
    }
}

/// Shows another source in the same language, zone and theme; everything chosen about the old one goes.
pub fn show_source(app: App, source: DataSource) {
    let base = app.base();
    app.update(|view| *view = view.with_source(source, &base));
}

/// Opens what was dropped: files, and all files within folders.
fn open_dropped(app: App, data: &DataTransfer) {
    // Entries can be read only while the drop is handled.
    let items = data.items();
    let entries: Vec<_> = (0..items.length()).filter_map(|i| items.get(i)?.webkit_get_as_entry().ok().flatten()).collect();
    if entries.iter().any(FileSystemEntry::is_directory) {
        spawn_local(async move {
            let mut files = folder::files(entries).await;
            files.sort_by(|a, b| a.0.cmp(&b.0));
            if files.is_empty() {
                app.toast.set(Some(Formats::EmptyFolder.text(app.lang.get_untracked()).to_owned()));
            }
            open(app, files);
        });
    } else if let Some(files) = data.files() {
        open(app, named(&files));
    }
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
            open_dropped(app, &data);
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

/// Whether a pasted text may be separated values: a line of names, and lines below it.
fn is_table(text: &str) -> bool {
    text.split_once('\n').is_some_and(|(head, _)| head.contains([',', ';', '\t']))
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
            open(app, named(&files));
            return;
        }
        let Ok(text) = data.get_data("text/plain") else { return };
        let trimmed = text.trim_start_matches('\u{feff}').trim();
        if trimmed.is_empty() {
            return;
        }
        event.prevent_default();
        if let Some(address) = address_of(trimmed) {
            let shown = address::shown(&address);
            if shown == address {
                show_source(app, DataSource::Url(address));
            } else {
                app.feed_to_allow.set(Some(address));
            }
        } else if trimmed.starts_with(['{', '[']) || is_table(trimmed) {
            app.act(Action::OpenText(text));
        } else {
            app.toast.set(Some(app.t(Common::PasteNotCalls).to_owned()));
        }
    });
    on_cleanup(move || listener.remove());
}
