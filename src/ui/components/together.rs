//! Adding data sets together: those that are ticked, whatever they come from, are read into one.

use super::shelf::{Opened, Shelf};
use super::take::link_of;
use crate::base::num;
use crate::i18n::sets::Sets;
use crate::i18n::{Message, fill};
use crate::ui::client::Handle;
use crate::ui::deployment::Feed;
use crate::ui::environment;
use crate::ui::state::{Action, App};
use crate::url::DataSource;
use crate::web::member::{Member, of_js, to_js};
use crate::wire::{Access, Source};
use js_sys::Array;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsValue;
use send_wrapper::SendWrapper;
use web_sys::File;

/// What is ticked.
#[derive(Clone, Copy, Default)]
pub struct Ticked(RwSignal<Vec<DataSource>>);

impl Ticked {
    /// The box of a data set; `label` names it.
    pub fn tick_box(self, source: DataSource, label: String) -> impl IntoView {
        let on = self.0.with_untracked(|all| all.contains(&source));
        let change = move |_| {
            self.0.update(|all| match all.iter().position(|one| *one == source) {
                Some(at) => drop(all.remove(at)),
                None => all.push(source.clone()),
            });
        };
        view! { <input type="checkbox" aria-label=label checked=on on:change=change/> }
    }

    /// A data set that is gone cannot be added.
    pub fn forget(self, source: &DataSource) {
        self.0.update(|all| all.retain(|one| one != source));
    }
}

/// Whether there are two or more that could be added together.
fn several(shelf: Shelf) -> Memo<bool> {
    Memo::new(move |_| {
        let kept = shelf.kept.with(|all| all.iter().flatten().filter(|set| set.label.is_some()).count());
        shelf.opened.with(Vec::len) + kept > 1
    })
}

/// What ticking is for.
#[component]
pub fn TogetherHint() -> impl IntoView {
    let app = App::get();
    let several = several(Shelf::get());
    move || several.get().then(|| view! { <p class="soft">{app.t(Sets::TogetherText)}</p> })
}

/// The button.
#[component]
pub fn Together(ticked: Ticked, open: RwSignal<bool>) -> impl IntoView {
    let app = App::get();
    let shelf = Shelf::get();
    let several = several(shelf);
    let add = move |_| {
        open.set(false);
        add(app, shelf, &ticked.0.get_untracked());
    };
    move || {
        several.get().then(|| {
            view! {
                <button
                    class="btn"
                    type="button"
                    disabled=move || ticked.0.with(|all| all.len() < 2)
                    on:click=add
                >
                    {app.t(Sets::Together)}
                </button>
            }
        })
    }
}

/// Reads these into one data set, in the order in which they are listed.
fn add(app: App, shelf: Shelf, ticked: &[DataSource]) {
    let opened = shelf.opened.get_untracked().into_iter().filter(|set| ticked.contains(&set.source));
    let opened: Vec<Opened> = opened.collect();
    let kept = shelf.kept.get_untracked().unwrap_or_default().into_iter().map(|set| set.name().to_owned());
    let kept: Vec<String> = kept.filter(|name| ticked.contains(&DataSource::Kept(name.clone()))).collect();
    let then = move |handles: SendWrapper<Vec<(String, Handle)>>| {
        let names: Vec<&str> = opened.iter().map(|set| set.name.as_str()).chain(kept.iter().map(String::as_str)).collect();
        let mut members = Vec::new();
        for set in &opened {
            match &set.source {
                DataSource::Url(address) => {
                    let whole = handles.iter().rev().find_map(|(name, handle)| match &handle.source {
                        Source::Url { url, .. } if name == address => Some(url.clone()),
                        _ => None,
                    });
                    let member = Member::Url(whole.unwrap_or_else(|| environment::beside(address)), Access::default());
                    members.push((set.name.clone(), to_js(&member, set.read_as.as_deref())));
                }
                DataSource::Feed(feed) => {
                    if let Some(Feed { url, read_as, access }) = app.site.with_value(|site| site.feed(feed)) {
                        let member = Member::Url(environment::beside(&url), access);
                        let read_as = set.read_as.as_ref().or(read_as.as_ref());
                        members.push((set.name.clone(), to_js(&member, read_as.map(String::as_str))));
                    }
                }
                DataSource::File(link) => {
                    if let Some((_, handle)) = handles.iter().rev().find(|(name, _)| name == link) {
                        members.extend(of_handle(handle, set.read_as.as_deref()));
                    }
                }
                _ => {}
            }
        }
        members.extend(kept.iter().map(|name| (name.clone(), to_js(&Member::Kept(name.clone()), None))));
        let name = fill(Sets::Several.text(app.lang.get_untracked()), &[("n", &num::whole(names.len() as u64))]);
        app.act(Action::OpenFiles { name, link: link_of(&names), files: SendWrapper::new(members) });
    };
    app.act(Action::Handles(Callback::new(then)));
}

/// The members of what was opened from files or the clipboard, by name; read as it was.
fn of_handle(handle: &Handle, read_as: Option<&str>) -> Vec<(String, JsValue)> {
    match &handle.source {
        Source::Files { files, .. } => {
            let member = |member: &JsValue| match of_js(member.clone()) {
                Some((member, None)) => to_js(&member, read_as),
                _ => member.clone(),
            };
            files.iter().cloned().zip(handle.files.iter().map(member)).collect()
        }
        Source::Text { name, text } => {
            // A browser that makes no file of a text leaves it out; none is known that does not.
            let file = File::new_with_str_sequence(&Array::of1(&text.into()), name).ok();
            file.map(|file| (name.clone(), to_js(&Member::File(file.into()), read_as))).into_iter().collect()
        }
        _ => Vec::new(),
    }
}
