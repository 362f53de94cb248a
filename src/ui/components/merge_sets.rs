//! Combines data sets: the selected ones, whatever they come from, are read into one.

use super::data_set_list::{DataSetList, OpenedSet};
use super::file_inputs::link_of;
use crate::base::num;
use crate::i18n::sets::Sets;
use crate::i18n::{Message, fill};
use crate::ui::environment;
use crate::ui::handle::Handle;
use crate::ui::state::{Action, App};
use crate::url::DataSource;
use crate::wire::{Access, MemberSource};
use js_sys::Array;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use web_sys::File;

/// What is ticked.
#[derive(Clone, Copy, Default)]
pub struct SelectedSets(RwSignal<Vec<DataSource>>);

impl SelectedSets {
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
fn several(data_sets: DataSetList) -> Memo<bool> {
    Memo::new(move |_| {
        let kept = data_sets.kept.with(|all| all.iter().flatten().filter(|set| set.broken.is_none()).count());
        data_sets.opened.with(Vec::len) + kept > 1
    })
}

/// What ticking is for.
#[component]
pub fn MergeHint() -> impl IntoView {
    let app = App::get();
    let several = several(DataSetList::get());
    move || several.get().then(|| view! { <p class="soft">{app.t(Sets::TogetherText)}</p> })
}

/// The button.
#[component]
pub fn MergeSets(ticked: SelectedSets, open: RwSignal<bool>) -> impl IntoView {
    let app = App::get();
    let data_sets = DataSetList::get();
    let several = several(data_sets);
    let add = move |_| {
        open.set(false);
        add(app, data_sets, &ticked.0.get_untracked());
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
fn add(app: App, data_sets: DataSetList, ticked: &[DataSource]) {
    let opened = data_sets.opened.get_untracked().into_iter().filter(|set| ticked.contains(&set.source));
    let opened: Vec<OpenedSet> = opened.collect();
    let kept = data_sets.kept.get_untracked().unwrap_or_default().into_iter().map(|set| set.name);
    let kept: Vec<String> = kept.filter(|name| ticked.contains(&DataSource::Kept(name.clone()))).collect();
    let then = move |handles: SendWrapper<Vec<(String, Handle)>>| {
        let names: Vec<&str> = opened.iter().map(|set| set.name.as_str()).chain(kept.iter().map(String::as_str)).collect();
        let mut all = Handle::default();
        for set in &opened {
            let mut put = |source: MemberSource, read_as: Option<&String>| all.members.push((source, read_as.cloned()));
            match &set.source {
                DataSource::Url(address) => {
                    let whole = handles.iter().rev().find_map(|(name, handle)| match handle.members.as_slice() {
                        [(MemberSource::Url { url, .. }, _)] if name == address => Some(url.clone()),
                        _ => None,
                    });
                    let url = whole.unwrap_or_else(|| environment::beside(address));
                    let (name, access) = (set.name.clone(), Access::default());
                    put(MemberSource::Url { name, url, live: false, access }, set.read_as.as_ref());
                }
                DataSource::Feed(feed) => {
                    let feed = app.site.with_value(|site| site.feed(feed, environment::beside));
                    let own = feed.as_ref().and_then(|feed| feed.own.as_ref());
                    if let Some((source, _)) = feed.as_ref().and_then(|feed| feed.members.first()) {
                        put(source.clone(), set.read_as.as_ref().or(own));
                    }
                }
                DataSource::File(link) => {
                    if let Some((_, handle)) = handles.iter().rev().find(|(name, _)| name == link) {
                        put_opened(&mut all, handle, set.read_as.as_ref());
                    }
                }
                _ => {}
            }
        }
        all.members.extend(kept.iter().map(|name| (MemberSource::Kept { name: name.clone() }, None)));
        all.name = fill(Sets::Several.text(app.lang.get_untracked()), &[("n", &num::whole(names.len() as u64))]);
        app.act(Action::Open { link: link_of(&names), handle: SendWrapper::new(all) });
    };
    app.act(Action::Handles(Callback::new(then)));
}

/// Adds the members of what was opened from files or the clipboard, read as they were.
fn put_opened(all: &mut Handle, opened: &Handle, read_as: Option<&String>) {
    for (source, own) in &opened.members {
        let source = match source {
            MemberSource::Text { name, text } => {
                // A browser that makes no file of a text leaves it out; none is known that does not.
                let Ok(file) = File::new_with_str_sequence(&Array::of1(&text.into()), name) else { continue };
                all.files.push(file.into());
                MemberSource::File { name: name.clone() }
            }
            other => other.clone(),
        };
        all.members.push((source, own.as_ref().or(read_as).cloned()));
    }
    all.files.extend(opened.files.iter().cloned());
}
