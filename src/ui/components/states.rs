//! What is in a page's place: nothing loaded, loading, a link to a file or to a feed elsewhere, an error.

use super::failure::FailureBox;
use super::file_inputs::show_source;
use super::gate::{self, State};
use super::{Dialogs, Glyph, Icon};
use crate::base::{address, num};
use crate::i18n::common::Common;
use crate::i18n::embed::Embed;
use crate::i18n::formats::Formats;
use crate::i18n::sets::Sets;
use crate::i18n::states::States;
use crate::i18n::{fill, time};
use crate::ui::environment as env;
use crate::ui::state::{Action, App, Loading};
use crate::url::{DataSource, ViewState};
use crate::web::clock_ms;
use crate::wire::Stage;
use leptos::prelude::*;
use std::time::Duration;

/// A load that ends sooner is not announced.
const QUIET: Duration = Duration::from_millis(300);

/// What is in the page's place.
#[component]
pub fn InPlace() -> impl IntoView {
    let app = App::get();
    let state = gate::state(app);
    // What is here is a part of the page, whose own heading is not there yet.
    let page = move || view! { <h1 class="sr">{app.title()}</h1> };
    move || match state.get() {
        State::Ready => ().into_any(),
        State::Loading => view! { {page()}<LoadingBox/> }.into_any(),
        State::Failed => view! { {page()}<FailureBox/> }.into_any(),
        State::FileWanted => view! { {page()}<FileWanted/> }.into_any(),
        State::FeedToAllow => view! { {page()}<FeedToAllow/> }.into_any(),
        State::Nothing => view! { <Quiet><FirstRun/></Quiet> }.into_any(),
    }
}

/// Its children, after a while: what passes sooner is never seen.
#[component]
fn Quiet(children: ChildrenFn) -> impl IntoView {
    let shown = RwSignal::new(false);
    let timer = set_timeout_with_handle(
        move || {
            shown.try_set(true);
        },
        QUIET,
    );
    on_cleanup(move || {
        if let Ok(timer) = timer {
            timer.clear();
        }
    });
    move || shown.get().then(|| children())
}

/// Nothing is loaded: the ways in.
#[component]
pub fn FirstRun() -> impl IntoView {
    let app = App::get();
    let dialogs = Dialogs::get();
    let to = move |source: DataSource| move |view: &mut ViewState| *view = ViewState { source, ..app.base() };
    let kinds = [
        (Formats::KindGateways, Formats::KindGatewaysText),
        (Formats::KindTraces, Formats::KindTracesText),
        (Formats::KindProviders, Formats::KindProvidersText),
        (Formats::KindBench, Formats::KindBenchText),
        (Formats::KindOurs, Formats::KindOursText),
    ];
    view! {
        <section class="box drop" aria-labelledby="h-first">
            <div class="drop__zone">
                <h1 id="h-first">{move || app.t(States::FirstTitle)}</h1>
                <p>{move || app.t(States::FirstText)}</p>
                <div class="drop__target">
                    <Icon of=Glyph::Upload/>
                    <p>
                        <b>{move || app.t(States::DropHere)}</b>
                        <br/>
                        <span class="soft">{move || app.t(States::DropKinds)}</span>
                    </p>
                    <button class="btn btn--main" type="button" on:click=move |_| app.act(Action::ChooseFile)>
                        {move || app.t(Common::ChooseFiles)}
                    </button>
                    <button class="btn" type="button" on:click=move |_| dialogs.connect.set(true)>
                        {move || app.t(Common::ConnectFeed)}
                    </button>
                </div>
                <p class="drop__links">
                    <SourceLink words=States::OpenDemo href=Signal::derive(move || app.href(to(DataSource::Demo))) source=DataSource::Demo/>
                    {move || app.t(States::Or)}
                    <SourceLink words=States::OrAzure href=Signal::derive(move || app.href(to(DataSource::Azure))) source=DataSource::Azure/>
                    {move || app.t(States::LookAround)}
                </p>
            </div>
            <div class="drop__side">
                <h2>{move || app.t(States::Recognised)}</h2>
                <ul>
                    {kinds
                        .map(|(name, what)| {
                            view! {
                                <li>
                                    <b>{move || app.t(name)}</b>
                                    <span>{move || app.t(what)}</span>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
                <p class="soft">{move || app.t(States::Limits)}</p>
            </div>
        </section>
    }
}

/// A link to a bundled source. Where the address names it already, it is loaded again.
#[component]
fn SourceLink(words: States, #[prop(into)] href: Signal<String>, source: DataSource) -> impl IntoView {
    let app = App::get();
    let go = move |event: leptos::ev::MouseEvent| {
        // A new tab or window is the browser's affair.
        if event.ctrl_key() || event.meta_key() || event.shift_key() {
            return;
        }
        event.prevent_default();
        if app.view.with_untracked(|v| v.source == source) {
            app.act(Action::Retry);
        } else {
            show_source(app, source.clone());
        }
    };
    view! {
        <a href=href on:click=go>
            {move || app.t(words)}
        </a>
    }
}

/// The load under way, once it has lasted long enough to be worth saying.
#[component]
pub fn LoadingBox() -> impl IntoView {
    let app = App::get();
    view! {
        <Quiet>
            <Reading app=app/>
        </Quiet>
    }
}

#[component]
fn Reading(app: App) -> impl IntoView {
    let with = move |f: fn(App, &Loading) -> Option<String>| app.loading.with(|l| l.as_ref().and_then(|l| f(app, l)));
    let stage = Memo::new(move |_| app.loading.with(|l| l.as_ref().map(|l| l.progress.stage).unwrap_or_default()));
    let percent = move || app.loading.with(|l| l.as_ref().and_then(|l| l.progress.percent()));
    let title = move || with(|app, l| Some(fill(app.t(States::Reading), &[("name", &l.name)])));
    let calls = move || with(|app, l| Some(fill(app.t(States::ReadSoFar), &[("n", &num::whole(l.progress.calls))])));
    let bytes = move || {
        with(|app, l| {
            let read = num::bytes(l.progress.bytes_read);
            Some(match l.progress.bytes_total {
                Some(all) => fill(app.t(States::BytesOf), &[("read", &read), ("all", &num::bytes(all))]),
                None => read,
            })
        })
    };
    let left = move || {
        with(|app, l| {
            let left = l.progress.left_ms(clock_ms() as f64 - l.started_ms)?;
            Some(fill(app.t(States::LeftAbout), &[("time", &time::duration(app.lang.get(), left))]))
        })
    };
    let attempt = move || {
        with(|app, l| {
            let n = l.progress.attempt.to_string();
            match l.progress.stage {
                Stage::Waiting => Some(fill(app.t(States::WaitingFor), &[("n", &n)])),
                _ if l.progress.attempt > 1 => Some(fill(app.t(States::Attempt), &[("n", &n)])),
                _ => None,
            }
        })
    };
    let estimate = move || {
        with(|app, l| {
            let whole = l.progress.estimate()?;
            let values = [
                ("calls", &*num::compact(whole.calls)),
                ("peak", &num::bytes(whole.peak_bytes)),
                ("memory", &num::bytes(whole.memory_bytes)),
            ];
            Some(fill(app.t(Sets::Estimated), &values))
        })
    };
    let share = move || percent().map(|p| format!("{} %", num::fixed(p, 0)));
    let steps = [(States::StageConnect, Step::Connect), (States::StageRead, Step::Read), (States::StageSort, Step::Sort)];
    view! {
        <section class="box load" role="status" aria-labelledby="h-load">
            <div class="load__row">
                <h2 class="grow" id="h-load">
                    {title}
                </h2>
                <button class="btn" type="button" on:click=move |_| app.act(Action::CancelLoad)>
                    {move || app.t(Common::Cancel)}
                </button>
            </div>
            <progress max="100" value=percent aria-label=move || app.t(States::Progress)></progress>
            <div class="load__row soft" aria-live="off">
                <span class="grow">
                    <b>{calls}</b>
                    {move || app.t(Common::Comma)}
                    {bytes}
                </span>
                <span>{left}</span>
            </div>
            <p class="hint">{estimate}</p>
            <ol>
                {steps
                    .map(|(words, step)| {
                        let at = move || step.at(stage.get());
                        view! {
                            <li class=move || at().class()>
                                {move || view! { <Icon of=at().glyph()/> }}
                                {move || app.t(words)}
                                <span>
                                    {move || match (step, at()) {
                                        (Step::Connect, At::On) => attempt(),
                                        (Step::Read, At::On) => share(),
                                        _ => None,
                                    }}
                                </span>
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
            {move || app.data.with(Option::is_some).then(|| view! { <p class="hint">{app.t(States::KeepsOld)}</p> })}
        </section>
    }
}

/// A step of a load as the user sees it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Connect,
    Read,
    Sort,
}

/// Where a step is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Done,
    On,
    ToCome,
}

impl Step {
    const fn at(self, stage: Stage) -> At {
        match (self, stage) {
            (Step::Connect, Stage::Connecting | Stage::Waiting) | (Step::Read, Stage::Reading) | (Step::Sort, Stage::Sorting) => {
                At::On
            }
            (Step::Connect, _) | (Step::Read, Stage::Sorting) => At::Done,
            _ => At::ToCome,
        }
    }
}

impl At {
    const fn class(self) -> &'static str {
        match self {
            At::Done => "done",
            At::On => "on",
            At::ToCome => "",
        }
    }

    const fn glyph(self) -> Glyph {
        if matches!(self, At::Done) { Glyph::Check } else { Glyph::Dot }
    }
}

/// A link that was made on a file.
#[component]
fn FileWanted() -> impl IntoView {
    let app = App::get();
    let name = move || app.file_wanted.get().unwrap_or_default();
    if app.view.with_untracked(|v| v.source == DataSource::Host) {
        return view! {
            <section class="box blank" role="status" aria-labelledby="h-blank">
                <h2 id="h-blank">{move || app.t(Embed::Waiting)}</h2>
                <p>{move || app.t(Embed::WaitingText)}</p>
                <div class="acts">
                    <button class="btn" type="button" on:click=move |_| app.act(Action::ChooseFile)>
                        {move || app.t(Common::ChooseFiles)}
                    </button>
                </div>
            </section>
        }
        .into_any();
    }
    view! {
        <section class="box blank" aria-labelledby="h-blank">
            <h2 id="h-blank">{move || fill(app.t(States::FileLinkTitle), &[("name", &name())])}</h2>
            <p>{move || app.t(States::FileLinkText)}</p>
            <div class="acts">
                <button class="btn btn--main" type="button" on:click=move |_| app.act(Action::ChooseFile)>
                    {move || fill(app.t(States::OpenNamed), &[("name", &name())])}
                </button>
                <button class="btn" type="button" on:click=move |_| show_source(app, DataSource::Demo)>
                    {move || app.t(States::NotNow)}
                </button>
            </div>
        </section>
    }
    .into_any()
}

/// A link that names a feed on another origin, or one that leaves out a part of its address: nothing is requested before the user agrees.
#[component]
fn FeedToAllow() -> impl IntoView {
    let app = App::get();
    let dialogs = Dialogs::get();
    let whole = move || app.feed_to_allow.get().unwrap_or_default();
    let shown = move || address::shown(&whole());
    let host = move || web_sys::Url::new(&env::beside(&whole())).map_or_else(|_| shown(), |u| u.host());
    let is_cut = Memo::new(move |_| address::is_cut(&whole()));
    let words = move |of_cut: States, of_whole: States| app.t(if is_cut.get() { of_cut } else { of_whole });
    let request = move |_| {
        if is_cut.get_untracked() {
            return dialogs.connect.set(true);
        }
        let whole = untrack(whole);
        // A link keeps its address as written; a pasted address is shown without its secrets.
        let of_link = app.view.with_untracked(|view| view.source == DataSource::Url(whole.clone()));
        let address = if of_link { whole.clone() } else { address::shown(&whole) };
        app.act(Action::AllowFeed { address: address.clone(), whole });
        if !of_link {
            show_source(app, DataSource::Url(address));
        }
    };
    let decline = move |_| {
        app.feed_to_allow.set(None);
        show_source(app, DataSource::Demo);
    };
    view! {
        <section class="box blank" aria-labelledby="h-blank">
            <h2 id="h-blank">{move || fill(words(States::CutAddressTitle, States::AskTitle), &[("host", &host())])}</h2>
            <p>{move || words(States::CutAddressText, States::AskText)}</p>
            <table>
                <tbody>
                    <tr>
                        <th scope="row">{move || app.t(States::Where)}</th>
                        <td class="mono">{shown}</td>
                    </tr>
                </tbody>
            </table>
            <div class="acts">
                <button class="btn btn--main" type="button" on:click=request>
                    {move || words(States::EnterAddress, States::RequestIt)}
                </button>
                <button class="btn" type="button" on:click=decline>
                    {move || app.t(States::NotNow)}
                </button>
            </div>
        </section>
    }
}
