//! The editor of mappings: a dialog that shows the fields of a source with samples and lets a user say which field of a call is read
//! from where, while the first calls are shown as they would be read.

mod conditions;
mod editor;
mod fields;
mod first;
mod members;
mod preview;
mod saved;
mod settings;
mod which;

pub use first::of_text;

use super::components::Dialog;
use super::state::{Action, App, SourceHandle, Wish};
use crate::i18n::mapping::Mappings;
use crate::i18n::{fill, states};
use crate::wire::preview::Ask;
use editor::{CONFIGURED, Editor, OWN, SAVED, SUGGESTED, Then};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlInputElement;

/// No mapping is longer, in bytes.
const MAPPING_MAX: i32 = 1 << 20;

/// Opens on wish.
#[component]
pub fn Mapping() -> impl IntoView {
    let app = App::get();
    let open = RwSignal::new(false);
    let opened = RwSignal::new(None::<SourceHandle>);
    Effect::new(move |_| {
        let Some(Wish::Map(failed)) = app.wish.get() else { return };
        app.wish.set(None);
        let then = Callback::new(move |found: Option<SourceHandle>| {
            opened.set(found);
            open.set(opened.with_untracked(Option::is_some));
        });
        app.act(Action::Source { failed, then });
    });
    let title = Signal::derive(move || {
        let name = opened.with(|o| o.as_ref().map(|o| o.1.name.clone())).unwrap_or_default();
        fill(app.t(Mappings::Title), &[("name", &name)])
    });
    view! {
        <Dialog id="d-mapping" class="dlg dlg--wide" title=title open=open>
            {move || opened.get_untracked().map(|opened| view! { <Body editor=Editor::start(app, open, opened)/> })}
        </Dialog>
    }
}

#[component]
fn Body(editor: Editor) -> impl IntoView {
    let app = editor.app;
    // What stops the reading of all: nothing found, or nothing readable.
    let stopped = Memo::new(move |_| {
        let lang = app.lang.get();
        if let Some(cause) = editor.nothing.get() {
            let cause = states::cause(lang, cause);
            return Some(cause.to_owned());
        }
        let bare = editor.report.with(|l| l.as_ref().is_some_and(|l| l.fields.is_empty() && l.mapping.records.is_empty()));
        bare.then(|| app.t(Mappings::NoFields).to_owned())
    });
    let ready = Memo::new(move |_| editor.report.with(Option::is_some) && stopped.with(Option::is_none));
    let readable =
        Memo::new(move |_| ready.get() && editor.report.with(|l| l.as_ref().is_some_and(|l| l.faults.is_empty() && l.calls > 0)));
    let wrong = move || editor.wrong.get().or_else(|| stopped.get());
    let looking =
        move || (editor.report.with(Option::is_none) && wrong().is_none()).then(|| view! { <p>{app.t(Mappings::Looking)}</p> });
    view! {
        <div class="dlg__body maps">
            <which::Which editor/>
            {looking}
            {move || {
                ready
                    .get()
                    .then(|| {
                        view! {
                            <Begin editor/>
                            <fields::Fields editor/>
                            <settings::Settings editor/>
                            <conditions::Conditions editor/>
                            <first::Said editor/>
                        }
                    })
            }}
        </div>
        <div class="dlg__foot">
            <p class="grow hint hint--bad" role="alert">
                {wrong}
            </p>
            <button class="btn" type="button" disabled=move || !ready.get() on:click=move |_| editor.then.set(Some(Then::Download))>
                {move || app.t(Mappings::Download)}
            </button>
            <button
                class="btn btn--main"
                type="button"
                disabled=move || !readable.get()
                on:click=move |_| editor.then.set(Some(Then::Read))
            >
                {move || app.t(Mappings::Use)}
            </button>
        </div>
    }
}

/// Which mapping is edited, and its name.
#[component]
fn Begin(editor: Editor) -> impl IntoView {
    let app = editor.app;
    let input = NodeRef::<leptos::html::Input>::new();
    let configured = Memo::new(move |_| editor.report.with(|l| l.as_ref().map(|l| l.configured.clone()).unwrap_or_default()));
    let begin = move |value: String| {
        if let Some(name) = value.strip_prefix(SAVED) {
            // Deleted meanwhile in another tab: the list follows.
            match saved::load(name) {
                Some(json) => editor.ask(&Ask::ByWords(json)),
                None => return editor.saved.set(saved::names()),
            }
        } else if let Some(name) = value.strip_prefix(CONFIGURED) {
            editor.ask(&Ask::ByWords(name.to_owned()));
        } else {
            editor.ask(&Ask::Suggest);
        }
        editor.begun.set(value);
    };
    let option = move |kind: &str, name: &str| {
        let value = format!("{kind}{name}");
        let own = value.clone();
        view! { <option value=value prop:selected=move || editor.begun.with(|b| *b == own)>{name.to_owned()}</option> }
    };
    let group = move |names: Vec<String>, kind: &'static str, words: Mappings| {
        let options = names.iter().map(|name| option(kind, name)).collect_view();
        (!names.is_empty()).then(|| view! { <optgroup label=app.t(words)>{options}</optgroup> })
    };
    let opened = move |_| {
        let Some(file) = input.get_untracked().and_then(|i| i.files()).and_then(|files| files.get(0)) else { return };
        spawn_local(async move {
            let Ok(start) = file.slice_with_i32_and_i32(0, MAPPING_MAX) else { return };
            match JsFuture::from(start.text()).await {
                Ok(text) => editor.ask(&Ask::ByWords(text.as_string().unwrap_or_default())),
                Err(why) => editor.wrong.set(Some(crate::web::fetch_error::words(&why))),
            }
            editor.begun.set(OWN.to_owned());
        });
        if let Some(input) = input.get_untracked() {
            // So that choosing the same file again is a change again.
            HtmlInputElement::set_value(input.unchecked_ref(), "");
        }
    };
    let forget = move |_| {
        if let Some(name) = editor.begun.get_untracked().strip_prefix(SAVED) {
            saved::forget(name);
            editor.saved.set(saved::names());
            editor.begun.set(OWN.to_owned());
        }
    };
    view! {
        <div class="maps__begin">
            <label class="field">
                <span>{move || app.t(Mappings::Begin)}</span>
                <select on:change=move |event| begin(event_target_value(&event))>
                    <option value=SUGGESTED prop:selected=move || editor.begun.with(|b| b == SUGGESTED)>
                        {move || app.t(Mappings::Suggested)}
                    </option>
                    {move || {
                        editor.begun.with(|b| b == OWN).then(|| view! { <option value=OWN selected>{app.t(Mappings::Own)}</option> })
                    }}
                    {move || group(editor.saved.get(), SAVED, Mappings::Saved)}
                    {move || group(configured.get(), CONFIGURED, Mappings::Configured)}
                </select>
            </label>
            <button class="btn" type="button" on:click=move |_| if let Some(input) = input.get_untracked() { input.click() }>
                {move || app.t(Mappings::OpenJson)}
            </button>
            <input type="file" accept=".json,application/json" hidden node_ref=input on:change=opened/>
            <label class="field">
                <span>{move || app.t(Mappings::Name)}</span>
                <input
                    type="text"
                    maxlength="60"
                    placeholder=move || app.t(Mappings::NamePlaceholder)
                    prop:value=move || editor.draft.with(|m| m.name.clone())
                    on:change=move |event| editor.edit(|m| m.name = event_target_value(&event).trim().to_owned())
                />
            </label>
            <button class="btn" type="button" on:click=move |_| editor.then.set(Some(Then::Save))>
                {move || app.t(Mappings::Save)}
            </button>
            <button
                class="btn"
                type="button"
                hidden=move || editor.begun.with(|b| !b.starts_with(SAVED))
                on:click=forget
            >
                {move || app.t(Mappings::Forget)}
            </button>
        </div>
    }
}
