//! The dialog of data sets: those opened in this tab are shown, combined and removed, those saved in this browser opened and deleted.

use super::data_set_list::{DataSetList, KeepState, OpenedSet, focus};
use super::file_inputs::show_source;
use super::merge_sets::{MergeHint, MergeSets, SelectedSets};
use super::words::calls_words;
use super::{Dialog, Dialogs};
use crate::base::num;
use crate::i18n::common::Common;
use crate::i18n::sets::Sets;
use crate::i18n::{Message, fill, time};
use crate::store::snapshot::SnapshotError;
use crate::ui::state::{Action, App};
use crate::url::DataSource;
use crate::web::opfs::KeptSet;
use leptos::prelude::*;

/// Calls, span and size in one line.
fn facts(app: App, calls: u64, span: (i64, i64), bytes: u64) -> String {
    let lang = app.lang.get();
    let at = |ms| app.zone.with(|zone| time::date_time(lang, zone, ms, time::year(zone, app.clock_ms.get_untracked())));
    let values =
        [("calls", &*calls_words(lang, calls)), ("from", &at(span.0)), ("to", &at(span.1)), ("bytes", &num::bytes(bytes))];
    fill(Sets::Facts.text(lang), &values)
}

/// What is said of a data set that was opened.
pub fn opened_facts(app: App, set: &OpenedSet) -> String {
    facts(app, set.calls, (set.oldest_ms, set.newest_ms), set.bytes)
}

/// What is said of a kept data set.
pub fn kept_facts(app: App, set: &KeptSet) -> String {
    let bytes = num::bytes(set.bytes);
    let said = |words: Sets| fill(app.t(words), &[("bytes", &bytes)]);
    match (set.broken, &set.label) {
        (None, Some(label)) => facts(app, label.calls, (label.oldest_ms, label.newest_ms), set.bytes),
        (Some(SnapshotError::Cut { .. }), _) => said(Sets::CutShort),
        (Some(SnapshotError::OtherVersion(_)), _) => said(Sets::OtherVersion),
        (Some(SnapshotError::Foreign | SnapshotError::Damaged { .. }), _) | (None, None) => said(Sets::Damaged),
    }
}

/// Shows an opened data set, read as it was.
pub fn show(app: App, set: &OpenedSet) {
    let (source, read_as, once) = (set.source.clone(), set.read_as.clone(), set.once);
    app.update(|view| {
        *view = view.with_source(source, &app.base());
        view.read_as = read_as;
        view.once = once;
    });
}

/// The dialog.
#[component]
pub fn SetsDialog() -> impl IntoView {
    let app = App::get();
    let open = Dialogs::get().sets;
    let data_sets = DataSetList::get();
    data_sets.watch(app);
    Effect::new(move |_| {
        if open.get() {
            data_sets.refresh();
        }
    });
    view! {
        <Dialog id="d-sets" title=Signal::derive(move || app.t(Sets::Title).to_owned()) open=open>
            <Body open=open/>
        </Dialog>
    }
}

#[component]
fn Body(open: RwSignal<bool>) -> impl IntoView {
    let app = App::get();
    let ticked = SelectedSets::default();
    view! {
        <div class="dlg__body">
            <MergeHint/>
            <InTab open=open ticked=ticked/>
            <h3 class="sets__head" id="sets-kept" tabindex="-1">{move || app.t(Sets::KeptHere)}</h3>
            <Kept open=open ticked=ticked/>
        </div>
        <div class="dlg__foot">
            <ForgetAll/>
            <span class="grow"></span>
            <MergeSets ticked=ticked open=open/>
            <button class="btn" type="button" on:click=move |_| open.set(false)>
                {move || app.t(Common::Close)}
            </button>
        </div>
    }
}

/// What was opened in this tab.
#[component]
fn InTab(open: RwSignal<bool>, ticked: SelectedSets) -> impl IntoView {
    let app = App::get();
    let data_sets = DataSetList::get();
    let row = move |set: OpenedSet| {
        let name = [("name", set.name.as_str())];
        let (tick, show_words, remove_words) =
            (fill(app.t(Sets::Tick), &name), fill(app.t(Sets::ShowNamed), &name), fill(app.t(Sets::RemoveNamed), &name));
        let current = app.view.with(|view| view.source == set.source) && app.data.with(Option::is_some);
        let facts = opened_facts(app, &set);
        let tick_box = ticked.tick_box(set.source.clone(), tick);
        let shown = set.clone();
        let removed = set.clone();
        let remove = move |_| {
            data_sets.opened.update(|all| all.retain(|one| one.source != removed.source));
            ticked.forget(&removed.source);
            if let DataSource::File(link) = &removed.source {
                app.act(Action::CloseFile(link.clone()));
            }
            if app.view.with_untracked(|view| view.source == removed.source) {
                show_source(app, DataSource::Demo);
            }
            focus("sets-tab");
        };
        view! {
            <li>
                <span>{tick_box}</span>
                <span>
                    <b>{set.name.clone()}</b>
                    <small>{facts}</small>
                </span>
                {if current {
                    view! { <span class="soft">{app.t(Sets::Shown)}</span> }.into_any()
                } else {
                    let go = move |_| {
                        open.set(false);
                        show(app, &shown);
                    };
                    view! {
                        <button class="btn btn--sm" type="button" aria-label=show_words on:click=go>
                            {app.t(Sets::Show)}
                        </button>
                    }
                        .into_any()
                }}
                <button class="btn btn--sm" type="button" aria-label=remove_words on:click=remove>
                    {app.t(Sets::Remove)}
                </button>
            </li>
        }
    };
    view! {
        <h3 class="sets__head" id="sets-tab" tabindex="-1">{move || app.t(Sets::InTab)}</h3>
        {move || {
            let all = data_sets.opened.get();
            if all.is_empty() {
                view! { <p class="soft">{app.t(Sets::NoneInTab)}</p> }.into_any()
            } else {
                view! { <ul class="sets">{all.into_iter().map(row).collect_view()}</ul> }.into_any()
            }
        }}
    }
}

/// What is kept, and keeping what is shown.
#[component]
fn Kept(open: RwSignal<bool>, ticked: SelectedSets) -> impl IntoView {
    let app = App::get();
    let data_sets = DataSetList::get();
    let row = move |set: KeptSet| {
        let name = [("name", set.name.as_str())];
        let (open_words, forget_words) = (fill(app.t(Sets::OpenNamed), &name), fill(app.t(Sets::ForgetNamed), &name));
        let facts = kept_facts(app, &set);
        let source = DataSource::Kept(set.name.clone());
        let current = app.view.with(|view| view.source == source) && app.data.with(Option::is_some);
        let title = set.name.clone();
        let readable = set.broken.is_none();
        let tick = fill(app.t(Sets::Tick), &name);
        let tick_box = readable.then(|| ticked.tick_box(source.clone(), tick));
        let go = move |_| {
            open.set(false);
            show_source(app, source.clone());
        };
        let forget = move |_| {
            ticked.forget(&DataSource::Kept(set.name.clone()));
            forget(app, data_sets, vec![set.clone()]);
        };
        view! {
            <li>
                <span>{tick_box}</span>
                <span>
                    <b>{title}</b>
                    <small>{facts}</small>
                </span>
                {if current {
                    view! { <span class="soft">{app.t(Sets::Shown)}</span> }.into_any()
                } else if readable {
                    view! {
                        <button class="btn btn--sm" type="button" aria-label=open_words on:click=go>
                            {app.t(Sets::Open)}
                        </button>
                    }
                        .into_any()
                } else {
                    view! { <span></span> }.into_any()
                }}
                <button class="btn btn--sm" type="button" aria-label=forget_words on:click=forget>
                    {app.t(Sets::Forget)}
                </button>
            </li>
        }
    };
    let list = move || {
        if data_sets.missing.get() {
            return view! { <p>{app.t(Sets::Missing)}</p> }.into_any();
        }
        let Some(all) = data_sets.kept.get() else { return ().into_any() };
        let rows = if all.is_empty() {
            view! { <p class="soft">{app.t(Sets::NoneKept)}</p> }.into_any()
        } else {
            view! { <ul class="sets">{all.into_iter().map(row).collect_view()}</ul> }.into_any()
        };
        let room = data_sets
            .room
            .get()
            .map(|(used, all)| fill(app.t(Sets::Room), &[("used", &num::bytes(used)), ("all", &num::bytes(all))]));
        view! {
            {rows}
            <p class="soft">{room}</p>
        }
        .into_any()
    };
    let offered = Memo::new(move |_| {
        let own = app.view.with(|view| matches!(view.source, DataSource::File(_) | DataSource::Url(_) | DataSource::Feed(_)));
        own && !data_sets.missing.get() && data_sets.kept.with(Option::is_some) && app.data.with(Option::is_some)
    });
    view! {
        <p>{move || app.t(Sets::Private)}</p>
        {move || offered.get().then(|| view! { <KeepForm/> })}
        <p class="hint" role="status">{move || said(app, &data_sets.keeping.get())}</p>
        {list}
    }
}

fn forget(app: App, data_sets: DataSetList, sets: Vec<KeptSet>) {
    data_sets.forget(sets, move |left| {
        if let Some(name) = left {
            app.toast.set(Some(fill(Sets::NotForgotten.text(app.lang.get_untracked()), &[("name", &name)])));
        }
        focus("sets-kept");
    });
}

/// How keeping goes, in words.
fn said(app: App, keeping: &KeepState) -> String {
    match keeping {
        KeepState::Idle => String::new(),
        KeepState::Writing(name, percent) => fill(app.t(Sets::Keeping), &[("name", name), ("percent", &percent.to_string())]),
        KeepState::Kept(name) => fill(app.t(Sets::Kept), &[("name", name)]),
        KeepState::Copied(name) => fill(app.t(Sets::KeptCopy), &[("name", name)]),
        KeepState::Full(bytes) => fill(app.t(Sets::Full), &[("bytes", &num::bytes(*bytes))]),
        KeepState::Short(written, bytes) => {
            fill(app.t(Sets::Short), &[("written", &num::bytes(*written)), ("bytes", &num::bytes(*bytes))])
        }
        KeepState::NoMeans => app.t(Sets::NoMeans).to_owned(),
        KeepState::Failed(detail) => fill(app.t(Sets::Failed), &[("detail", detail)]),
    }
}

/// Keeps what is shown, under a name.
#[component]
fn KeepForm() -> impl IntoView {
    let app = App::get();
    let data_sets = DataSetList::get();
    let name = RwSignal::new(app.data.with_untracked(|data| data.as_ref().map(|d| d.name.clone())).unwrap_or_default());
    let trimmed = move || name.with(|name| name.trim().to_owned());
    let known = Memo::new(move |_| {
        let name = trimmed();
        data_sets.kept.with(|all| all.iter().flatten().any(|set| set.name == name))
    });
    let busy = Memo::new(move |_| data_sets.keeping.with(|keeping| matches!(keeping, KeepState::Writing(..))));
    let keep = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let name = untrack(trimmed);
        if !name.is_empty() && !busy.get_untracked() {
            data_sets.keep(app, name);
        }
    };
    view! {
        <form class="keep" on:submit=keep>
            <label class="field">
                <span>{move || app.t(Sets::KeepAs)}</span>
                <input
                    type="text"
                    maxlength="200"
                    required
                    prop:value=name
                    on:input=move |event| name.set(event_target_value(&event))
                />
            </label>
            <button class="btn btn--main" type="submit" disabled=busy>
                {move || app.t(Sets::Keep)}
            </button>
        </form>
        <p class="hint" hidden=move || !known.get()>
            {move || app.t(Sets::KeepReplaces)}
        </p>
    }
}

/// Forgets all that is kept, once that has been said twice.
#[component]
fn ForgetAll() -> impl IntoView {
    let app = App::get();
    let data_sets = DataSetList::get();
    let asked = RwSignal::new(false);
    let kept = Memo::new(move |_| data_sets.kept.with(|all| all.as_ref().map_or(0, Vec::len)));
    let all = move |_| {
        asked.set(false);
        forget(app, data_sets, data_sets.kept.get_untracked().unwrap_or_default());
    };
    move || match (kept.get(), asked.get()) {
        (0, _) => ().into_any(),
        (_, false) => view! {
            <button class="btn" type="button" on:click=move |_| asked.set(true)>
                {app.t(Sets::ForgetAll)}
            </button>
        }
        .into_any(),
        (n, true) => {
            let sure = focused_button();
            view! {
                <span>{fill(app.t(Sets::ForgetAllSure), &[("n", &n.to_string())])}</span>
                <button class="btn btn--main" type="button" node_ref=sure on:click=all>
                    {app.t(Sets::ForgetAll)}
                </button>
                <button class="btn" type="button" on:click=move |_| asked.set(false)>
                    {app.t(Common::Cancel)}
                </button>
            }
            .into_any()
        }
    }
}

/// A reference for a button that takes the focus of the one it replaces.
fn focused_button() -> NodeRef<leptos::html::Button> {
    let node = NodeRef::<leptos::html::Button>::new();
    Effect::new(move |_| {
        if let Some(button) = node.get() {
            // A button that cannot take the focus leaves it where it is.
            request_animation_frame(move || drop(button.focus()));
        }
    });
    node
}
