//! The state of a feed that is polled or comes in parts: its age for the app bar, and what is wrong or missing as notices.

use super::{Glyph, Icon};
use crate::i18n::live::Live;
use crate::i18n::states;
use crate::i18n::{Message, fill, time};
use crate::ui::state::{Action, App};
use crate::url::DataSource;
use crate::web::clock_ms;
use crate::web::message::Line;
use crate::wire::poll::{PollParts, PollReport, ToPoller};
use crate::wire::{Channel, LoadCause};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use send_wrapper::SendWrapper;
use std::cell::RefCell;
use std::time::Duration;

/// How often the ages in words are counted anew.
const TICK: Duration = Duration::from_secs(1);

thread_local! {
    // Bar and notices are built apart from each other and look at one report; it lives as long as the page, and no part of the page owns it.
    static REPORT: ArcRwSignal<Option<PollReport>> = ArcRwSignal::new(None);
    /// The page's end of the line to the worker.
    static LINE: RefCell<Option<Line<ToPoller>>> = const { RefCell::new(None) };
}

/// The state of the feed on show; `None` where nothing is polled.
fn report() -> ArcRwSignal<Option<PollReport>> {
    REPORT.with(Clone::clone)
}

fn say(message: ToPoller) {
    LINE.with_borrow(|line| {
        if let Some(line) = line {
            line.send(&message, &[]);
        }
    });
}

fn hidden() -> bool {
    document().hidden()
}

/// Opens a line to the worker that has loaded what is shown.
fn connect(app: App) {
    let Some((line, port)) = Line::open(|told: PollReport, _| report().set(Some(told))) else { return };
    if hidden() {
        line.send(&ToPoller::Hidden, &[]);
    }
    LINE.set(Some(line));
    app.act(Action::Connect { channel: Channel::Poll, port: SendWrapper::new(port) });
}

/// Keeps a channel to the worker while a feed is shown, and reports whether the page is visible.
fn watch(app: App) {
    // The source on show, and how many loads there were: a feed that grows is neither.
    let shown = Memo::new(move |_| {
        let loading = app.loading.with(Option::is_some);
        (!loading && app.data.with(Option::is_some)).then(|| app.view.with(|view| view.source.clone()))
    });
    Effect::new(move |_| {
        let Some(source) = shown.get() else { return };
        report().set(None);
        LINE.set(None);
        if matches!(source, DataSource::Feed(_) | DataSource::Url(_)) {
            connect(app);
        }
    });
    let on_change = Closure::<dyn FnMut()>::new(|| say(if hidden() { ToPoller::Hidden } else { ToPoller::Shown }));
    let _ = document().add_event_listener_with_callback("visibilitychange", on_change.as_ref().unchecked_ref());
    on_change.forget();
}

/// The clock, counted while a feed is on show.
fn now() -> ReadSignal<i64> {
    let (now, set) = signal(clock_ms());
    let ticking = set_interval_with_handle(
        move || {
            if report().with_untracked(Option::is_some) {
                set.try_set(clock_ms());
            }
        },
        TICK,
    );
    on_cleanup(move || {
        if let Ok(ticking) = ticking {
            ticking.clear();
        }
    });
    now
}

/// For the app bar: when what is shown was last known to be what the feed has, and how many parts are read.
#[component]
pub fn Age() -> impl IntoView {
    let app = App::get();
    let now = now();
    move || {
        let told = report().get()?;
        let lang = app.lang.get();
        let age = told.refresh_s.map(|_| {
            let words = if told.trouble.is_some() { Live::Unreached } else { Live::Checked };
            fill(words.text(lang), &[("when", &time::ago(lang, (now.get() - told.checked_ms).max(0)))])
        });
        let parts = told.parts.as_ref().map(|parts| {
            let values = [("held", &*parts.held.to_string()), ("listed", &parts.listed.to_string())];
            fill(Live::PartsHeld.text(lang), &values)
        });
        let said: Vec<String> = age.into_iter().chain(parts).collect();
        (!said.is_empty()).then(|| view! { <span class="fresh fresh--live">{said.join(", ")}</span> })
    }
}

/// One notice: the fact, what follows, and the word of its button.
#[derive(Clone, PartialEq)]
struct Notice {
    bad: bool,
    fact: String,
    text: String,
    button: Option<Live>,
}

fn of_trouble(app: App, told: &PollReport, name: &str, now_ms: i64) -> Option<Notice> {
    let trouble = told.trouble.as_ref()?;
    // Of parts that are missing the other notice speaks.
    if told.parts.as_ref().is_some_and(|parts| parts.failed > 0) && !trouble.stopped {
        return None;
    }
    let lang = app.lang.get();
    let said = |words: Live, values: &[(&str, &str)]| fill(words.text(lang), values);
    let mut reason = states::fact(lang, trouble.cause, name);
    if trouble.cause == LoadCause::Manifest {
        reason = format!("{reason} {}", trouble.detail);
    }
    let at = app.zone.with(|zone| time::clock(zone, told.checked_ms));
    let values = [("name", name), ("why", &*reason)];
    let (fact, text, button) = if trouble.stopped {
        (said(Live::StoppedTitle, &values), said(Live::StoppedText, &[("time", &at)]), Live::Reload)
    } else {
        let wait = told.next_ms.map_or(0, |next| next - now_ms);
        let text = if wait < 1000 {
            said(Live::FailsSoon, &[("time", &at)])
        } else {
            said(Live::FailsText, &[("time", &at), ("wait", &time::duration(lang, wait))])
        };
        (said(Live::FailsTitle, &values), text, Live::AskNow)
    };
    Some(Notice { bad: trouble.stopped, fact, text, button: Some(button) })
}

fn of_parts(app: App, parts: &PollParts) -> Option<Notice> {
    let lang = app.lang.get();
    let count = |n: u32| n.to_string();
    let (here, needed, failed, outside) = (count(parts.here), count(parts.needed), count(parts.failed), count(parts.outside));
    let said = |words: Live, values: &[(&str, &str)]| fill(words.text(lang), values);
    if parts.here + parts.failed < parts.needed {
        // Where the server gives nothing, the notice above says so, and this how much is there.
        let fact = said(Live::PartsLoading, &[("here", &here), ("needed", &needed)]);
        return Some(Notice { bad: false, fact, text: said(Live::PartsLoadingText, &[]), button: None });
    }
    if parts.failed > 0 {
        let fact = said(Live::PartsMissing, &[("failed", &failed), ("needed", &needed)]);
        let (url, cause) = parts.example.clone().unwrap_or_else(|| (String::new(), LoadCause::Unreachable));
        let text = said(Live::PartsMissingText, &[("url", &url), ("why", &states::fact(lang, cause, &url))]);
        return Some(Notice { bad: false, fact, text, button: Some(Live::AskNow) });
    }
    (parts.outside > 0).then(|| Notice {
        bad: false,
        fact: said(Live::Outside, &[("n", &outside)]),
        text: said(Live::OutsideText, &[]),
        button: None,
    })
}

/// What is wrong with the feed on show, and what of the range is missing.
#[component]
pub fn LiveNotices() -> impl IntoView {
    let app = App::get();
    watch(app);
    let now = now();
    let notices = Memo::new(move |_| {
        let Some(told) = report().get() else { return Vec::new() };
        let name = app.data.with(|data| data.as_ref().map(|data| data.name.clone())).unwrap_or_default();
        let trouble = of_trouble(app, &told, &name, now.get());
        trouble.into_iter().chain(told.parts.as_ref().and_then(|parts| of_parts(app, parts))).collect()
    });
    let one = move |notice: Notice| {
        let (class, role) = if notice.bad { ("banner banner--bad", "alert") } else { ("banner banner--warn", "status") };
        let button = notice.button.map(|word| {
            view! {
                <button class="btn btn--sm" type="button" on:click=move |_| say(ToPoller::Again)>
                    {app.t(word)}
                </button>
            }
        });
        view! {
            <div class=class role=role>
                <Icon of=Glyph::Warn/>
                <p>
                    <b>{notice.fact}</b>
                    " "
                    <span>{notice.text}</span>
                </p>
                {button}
            </div>
        }
    };
    move || {
        let all = notices.get();
        (!all.is_empty()).then(|| view! { <div class="notices">{all.into_iter().map(one).collect_view()}</div> })
    }
}
