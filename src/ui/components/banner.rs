//! Notices above the page: one at a time, the gravest first. What is only information can be dismissed.

use super::states::LoadingBox;
use super::{Dialogs, Glyph, Icon};
use crate::base::num;
use crate::i18n::common::Common;
use crate::i18n::states::{self, States};
use crate::i18n::{Message, fill, time};
use crate::ui::state::{Action, App};
use crate::wire::{DataSet, LoadFailure};
use leptos::prelude::*;

/// What can be said above a page, gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Failed,
    CutShort,
    Rejected,
    Stale,
    Pinned,
    Demonstration,
    NewestIsNow,
}

/// How grave a notice is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Weight {
    Bad,
    Warn,
    Info,
}

/// A notice in words.
struct Notice {
    weight: Weight,
    title: String,
    text: String,
    act: Option<(States, Act)>,
}

/// What a notice's button does.
#[derive(Clone, Copy)]
enum Act {
    Retry,
    ShowFailure,
    ShowRejected,
    FollowClock,
}

/// Banners, and a load under way while a page stays on show.
#[component]
pub fn Notices() -> impl IntoView {
    let app = App::get();
    // (what, data generation): what was dismissed comes back with other data.
    let dismissed = RwSignal::new(Vec::<(Kind, u32)>::new());
    let generation = Memo::new(move |_| app.data.with(|d| d.as_ref().map_or(0, |d| d.generation)));
    // When the data on show was read.
    let read_at = Memo::new(move |_| {
        generation.track();
        crate::web::clock_ms()
    });
    let kinds = Memo::new(move |_| app.data.with(|data| data.as_ref().map(|d| said_of(app, d)).unwrap_or_default()));
    let top = Memo::new(move |_| {
        let generation = generation.get();
        kinds.with(|kinds| kinds.iter().copied().find(|k| dismissed.with(|d| !d.contains(&(*k, generation)))))
    });
    let banner = move || {
        let kind = top.get()?;
        let notice = app.data.with(|data| data.as_ref().and_then(|d| words(app, kind, d, read_at.get())))?;
        let dismiss = move || match kind {
            Kind::Failed => app.act(Action::DismissFailure),
            other => dismissed.update(|d| d.push((other, generation.get_untracked()))),
        };
        Some(view! { <Banner notice=notice dismiss=Callback::new(move |()| dismiss())/> })
    };
    let loading = move || app.data.with(Option::is_some) && app.loading.with(Option::is_some);
    let loading = Memo::new(move |_| loading());
    view! {
        {move || {
            (top.get().is_some() || loading.get())
                .then(|| {
                    view! {
                        <div class="notices">
                            {move || loading.get().then(|| view! { <LoadingBox/> })}
                            {banner}
                        </div>
                    }
                })
        }}
    }
}

/// What is to be said of the data on show, gravest first.
fn said_of(app: App, data: &DataSet) -> Vec<Kind> {
    let embed = app.view.with(|v| v.embed);
    let pinned = app.view.with(|v| v.now_ms.is_some());
    let all = [
        (Kind::Failed, app.failure.with(Option::is_some)),
        (Kind::CutShort, data.cut_short.is_some()),
        (Kind::Rejected, data.rejected.count > 0),
        (Kind::Stale, !pinned && data.is_stale(app.clock_ms.get())),
        (Kind::Pinned, pinned),
        // The app bar says so elsewhere.
        (Kind::Demonstration, embed && data.demonstration),
        (Kind::NewestIsNow, !pinned && !data.live),
    ];
    all.into_iter().filter(|(_, holds)| *holds).map(|(kind, _)| kind).collect()
}

fn words(app: App, kind: Kind, data: &DataSet, read_at_ms: i64) -> Option<Notice> {
    let lang = app.lang.get();
    let clock = app.clock_ms.get();
    let at = |ms: i64| app.zone.with(|z| time::date_time(lang, z, ms, time::year(z, clock)));
    let say = |words: States, values: &[(&str, &str)]| fill(words.text(lang), values);
    let notice = match kind {
        Kind::Failed => {
            let failure = app.failure.get()?;
            let text = if failure.name == data.name {
                say(States::CopyFrom, &[("time", &app.zone.with(|z| time::clock(z, read_at_ms)))])
            } else {
                say(States::StillShows, &[("name", &data.name)])
            };
            Notice { weight: Weight::Bad, title: fact_words(app, &failure), text, act: Some((States::Details, Act::ShowFailure)) }
        }
        Kind::CutShort => {
            let complaint = data.cut_short.as_ref()?;
            let place = states::place(lang, complaint.place).unwrap_or_default();
            Notice {
                weight: Weight::Warn,
                title: say(States::CutTitle, &[("name", &data.name)]),
                text: say(States::CutText, &[("n", &num::whole(data.calls)), ("place", &place)]),
                act: data.live.then_some((States::TryAgain, Act::Retry)),
            }
        }
        Kind::Rejected => Notice {
            weight: Weight::Warn,
            title: say(States::RejectedTitle, &[("n", &num::whole(data.rejected.count)), ("all", &num::whole(data.records()))]),
            text: say(States::RejectedOnly, &[]),
            act: Some((States::Show, Act::ShowRejected)),
        },
        Kind::Stale => Notice {
            weight: Weight::Warn,
            title: say(States::StaleTitle, &[("age", &time::duration(lang, data.age_ms(clock)))]),
            text: say(States::StaleText, &[("time", &at(data.newest_ms))]),
            act: Some((States::CheckNow, Act::Retry)),
        },
        Kind::Pinned => Notice {
            weight: Weight::Info,
            title: say(States::PinnedTitle, &[("time", &at(app.now_ms.get()))]),
            text: say(States::PinnedText, &[]),
            act: Some((States::FollowClock, Act::FollowClock)),
        },
        Kind::Demonstration => {
            Notice { weight: Weight::Info, title: say(States::DemoTitle, &[]), text: say(States::DemoText, &[]), act: None }
        }
        Kind::NewestIsNow => Notice {
            weight: Weight::Info,
            title: say(States::FileNowTitle, &[("time", &at(data.newest_ms)), ("name", &data.name)]),
            text: say(States::FileNowText, &[]),
            act: None,
        },
    };
    Some(notice)
}

/// A failure's fact in one sentence.
pub fn fact_words(app: App, failure: &LoadFailure) -> String {
    let status = match failure.cause {
        crate::wire::LoadCause::Http(status) => states::http_status(status),
        _ => String::new(),
    };
    fill(states::fact(app.lang.get(), failure.cause), &[("name", &failure.name), ("status", &status)])
}

#[component]
fn Banner(notice: Notice, dismiss: Callback<()>) -> impl IntoView {
    let app = App::get();
    let dialogs = Dialogs::get();
    let (class, role, glyph) = match notice.weight {
        Weight::Bad => ("banner banner--bad", "alert", Glyph::Warn),
        Weight::Warn => ("banner banner--warn", "status", Glyph::Warn),
        Weight::Info => ("banner banner--info", "status", Glyph::Info),
    };
    let act = move |act: Act| match act {
        Act::Retry => app.act(Action::Retry),
        Act::ShowFailure => dialogs.failure.set(true),
        Act::ShowRejected => dialogs.rejected.set(true),
        Act::FollowClock => app.update(|view| view.now_ms = None),
    };
    let failed = notice.weight == Weight::Bad;
    view! {
        <div class=class role=role>
            <Icon of=glyph/>
            <p>
                <b>{notice.title}</b>
                " "
                <span>{notice.text}</span>
            </p>
            {failed
                .then(|| {
                    view! {
                        <button class="btn btn--sm" type="button" on:click=move |_| act(Act::Retry)>
                            {app.t(States::TryAgain)}
                        </button>
                    }
                })}
            {notice
                .act
                .map(|(words, what)| {
                    view! {
                        <button class="btn btn--sm" type="button" on:click=move |_| act(what)>
                            {app.t(words)}
                        </button>
                    }
                })}
            <button
                class="btn btn--bare btn--sm btn--icon"
                type="button"
                aria-label=app.t(Common::Dismiss)
                on:click=move |_| dismiss.run(())
            >
                <Icon of=Glyph::X/>
            </button>
        </div>
    }
}
