//! Why a source gave nothing: fact, usual cause, way out, and the details to pass on.

use super::file_inputs::show_source;
use super::rejected::Reasons;
use super::words::fact_words;
use super::{Dialog, Dialogs};
use crate::base::num;
use crate::i18n::states::{self, States};
use crate::i18n::{Lang, Message, common::Common, fill, time};
use crate::ui::deployment::shows_log;
use crate::ui::state::{Action, App, SourceHandle, Wish};
use crate::url::DataSource;
use crate::web::clock_ms;
use crate::wire::{LoadCause, LoadFailure};
use leptos::prelude::*;

/// Whether saying which field is which may make calls of it.
pub fn can_be_mapped(failure: &LoadFailure) -> bool {
    use LoadCause::{NoCalls, NoMapping, OtherContent, OtherJson, OtherTable, PassedOver};
    matches!(failure.cause, OtherJson | OtherTable | OtherContent | NoCalls | NoMapping | PassedOver)
}

/// Whether loading it again may help: the bytes of a file stay as they are. Reactive.
pub fn can_be_retried(app: App) -> bool {
    use LoadCause::{Broken, Internal, Stalled, Unreachable};
    let is_file = matches!(failed_source(app), Some(DataSource::File(_)));
    !is_file || app.failure.with(|f| f.as_ref().is_some_and(|f| matches!(f.cause, Broken | Internal | Stalled | Unreachable)))
}

/// A failure taken apart for the page: what to say beside each word.
fn rows(app: App, failure: &LoadFailure, at_ms: i64) -> Vec<(States, String)> {
    let lang = app.lang.get();
    let bare = (!shows_log()).then(|| failure.clone().without_log());
    let failure = bare.as_ref().unwrap_or(failure);
    // The engine puts an address on the first line of the detail, what was answered or found on the rest.
    let (first, rest) = failure.detail.split_once('\n').unwrap_or((&failure.detail, ""));
    let is_address = first.contains("://");
    let (address, found) = if is_address { (first, rest) } else { ("", failure.detail.as_str()) };
    let when = app.zone.with(|z| time::date_time(lang, z, at_ms, time::year(z, at_ms)));
    let all = [
        (States::Where, address.to_owned()),
        (States::When, when),
        (States::Place, states::place(lang, failure.place).unwrap_or_default()),
        (States::Answered, found.trim().to_owned()),
        (States::Needs, needs(lang, failure.cause)),
        (States::Usually, states::cause(lang, failure.cause).to_owned()),
    ];
    all.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}

/// The numbers of what will not fit; else nothing.
fn needs(lang: Lang, cause: LoadCause) -> String {
    let LoadCause::TooBig { calls, bytes, limit } = cause else { return String::new() };
    let values = [("calls", &*num::compact(calls)), ("bytes", &num::bytes(bytes)), ("limit", &num::bytes(limit))];
    fill(States::NeedsText.text(lang), &values)
}

/// The failure as text, for a report.
fn plain(app: App, failure: &LoadFailure, at_ms: i64) -> String {
    let lang = app.lang.get_untracked();
    let mut out = fact_words(app, failure);
    for (word, text) in rows(app, failure, at_ms) {
        out.push_str(&format!("\n{}: {text}", word.text(lang)));
    }
    for (problem, count) in &failure.rejected.reasons {
        out.push_str(&format!("\n{count}: {}", states::problem(lang, *problem)));
    }
    out
}

/// What failed to load, which the address does not name where something else is shown; reactive.
pub fn failed_source(app: App) -> Option<DataSource> {
    app.failure.with(Option::is_some).then(|| {
        let found = StoredValue::new(None);
        let then = Callback::new(move |opened: Option<SourceHandle>| found.set_value(opened.map(|opened| opened.0.clone())));
        app.act(Action::Source { failed: true, then });
        found.get_value().unwrap_or_else(|| app.view.with(|view| view.source.clone()))
    })
}

/// Facts of the failure on show, with what can be done. The whole page where nothing is loaded, a dialog's body where something is.
#[component]
fn Facts(#[prop(optional)] in_dialog: bool) -> impl IntoView {
    let app = App::get();
    let dialogs = Dialogs::get();
    let at_ms = clock_ms();
    let close = move || dialogs.failure.set(false);
    let again = move |_| {
        close();
        app.act(Action::Retry);
    };
    let mappable = Memo::new(move |_| app.failure.with(|f| f.as_ref().is_some_and(can_be_mapped)));
    let retriable = Memo::new(move |_| can_be_retried(app));
    let map = move |_| {
        close();
        app.wish.set(Some(Wish::Map(true)));
    };
    let copy = move |_| {
        if let Some(failure) = app.failure.get_untracked() {
            app.act(Action::Copy(untrack(|| plain(app, &failure, at_ms))));
        }
    };
    let table = move || {
        app.failure.with(|failure| {
            let failure = failure.as_ref()?;
            let one = |(word, text): (States, String)| {
                let class = if matches!(word, States::Where | States::Answered) { "mono" } else { "" };
                view! {
                    <tr>
                        <th scope="row">{app.t(word)}</th>
                        <td class=class>{text}</td>
                    </tr>
                }
            };
            Some(rows(app, failure, at_ms).into_iter().map(one).collect_view())
        })
    };
    let reasons = move || {
        let rejected = app.failure.with(|f| f.as_ref().map(|f| f.rejected.clone())).filter(|r| !r.reasons.is_empty())?;
        Some(view! { <Reasons rejected=rejected/> })
    };
    let other = move || !in_dialog && app.view.with(|v| v.source != DataSource::Demo);
    let of_feed = move || failed_source(app).is_some_and(|source| matches!(source, DataSource::Url(_) | DataSource::Feed(_)));
    view! {
        <table>
            <tbody>{table}</tbody>
        </table>
        {reasons}
        <div class="acts">
            {move || {
                mappable
                    .get()
                    .then(|| {
                        view! {
                            <button class="btn btn--main" type="button" on:click=map>
                                {app.t(States::MapFields)}
                            </button>
                        }
                    })
            }}
            {move || {
                retriable
                    .get()
                    .then(|| {
                        view! {
                            <button class="btn" class:btn--main=move || !mappable.get() type="button" on:click=again>
                                {app.t(States::TryAgain)}
                            </button>
                        }
                    })
            }}
            {move || {
                of_feed()
                    .then(|| {
                        view! {
                            <button
                                class="btn"
                                type="button"
                                on:click=move |_| {
                                    close();
                                    dialogs.connect.set(true);
                                }
                            >
                                {app.t(States::OtherAddress)}
                            </button>
                        }
                    })
            }}
            <button
                class="btn"
                class:btn--main=move || !mappable.get() && !retriable.get()
                type="button"
                on:click=move |_| {
                    close();
                    app.act(Action::ChooseFile);
                }
            >
                {move || app.t(Common::OpenFile)}
            </button>
            <button class="btn" type="button" on:click=copy>
                {move || app.t(States::CopyDetails)}
            </button>
            {move || {
                other()
                    .then(|| {
                        view! {
                            <button class="btn btn--bare" type="button" on:click=move |_| show_source(app, DataSource::Demo)>
                                {app.t(States::OpenDemo)}
                            </button>
                        }
                    })
            }}
        </div>
    }
}

/// The error in a page's place, where nothing is loaded.
#[component]
pub fn FailureBox() -> impl IntoView {
    let app = App::get();
    view! {
        <section class="box blank" role="alert" aria-labelledby="h-blank">
            <h2 id="h-blank">{move || app.failure.with(|f| f.as_ref().map(|f| fact_words(app, f)))}</h2>
            <Facts/>
        </section>
    }
}

/// The error's details while what was loaded before stays on show.
#[component]
pub fn FailureDialog() -> impl IntoView {
    let app = App::get();
    let open = Dialogs::get().failure;
    let title = Signal::derive(move || app.failure.with(|f| f.as_ref().map(|f| fact_words(app, f))).unwrap_or_default());
    view! {
        <Dialog id="d-failure" title=title open=open>
            <div class="dlg__body blank">
                <Facts in_dialog=true/>
            </div>
        </Dialog>
    }
}
