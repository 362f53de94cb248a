//! Notices above the page: one at a time, the gravest first. What is only information can be dismissed.

use super::failure::{can_be_mapped, can_be_retried};
use super::live::LiveNotices;
use super::states::LoadingBox;
use super::words::fact_words;
use super::{Dialogs, Glyph, Icon, import_report};
use crate::base::num;
use crate::i18n::common::Common;
use crate::i18n::states::States;
use crate::i18n::{Message, fill, time};
use crate::ui::state::{Action, App, Rest, Wish};
use crate::url::DataSource;
use crate::wire::DataSet;
use leptos::prelude::*;

/// What can be said above a page, gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Failed,
    /// The link is of a version, or names a page, that is not known here.
    LinkVersion,
    LinkPage,
    /// The address names a range, or a time for now, that no view can show.
    LinkRange,
    LinkNow,
    /// Other settings of the address that are not known here.
    LinkSettings,
    /// The range shows days that are not there yet, or could not be had.
    Older,
    Missing,
    CutShort,
    /// Members that gave no call.
    Unread,
    Rejected,
    /// Calls that several members hold: each counts again, or once.
    Repeated,
    Once,
    Stale,
    Demonstration,
    Pinned,
    /// The same beside an app bar that says so: how to bring one's own data.
    BringYourOwn,
    /// A format of others was recognised.
    Taken,
    NewestIsNow,
}

impl Kind {
    /// Class, role and icon: a failure interrupts, the rest is said when there is time.
    const fn look(self) -> (&'static str, &'static str, Glyph) {
        match self {
            Kind::Failed => ("banner banner--bad", "alert", Glyph::Warn),
            Kind::LinkVersion
            | Kind::LinkPage
            | Kind::LinkRange
            | Kind::LinkNow
            | Kind::LinkSettings
            | Kind::Older
            | Kind::Missing
            | Kind::CutShort
            | Kind::Unread
            | Kind::Rejected
            | Kind::Repeated => ("banner banner--warn", "status", Glyph::Warn),
            Kind::Stale => ("banner banner--warn", "status", Glyph::Clock),
            Kind::BringYourOwn => ("banner banner--plain", "status", Glyph::Info),
            Kind::Once | Kind::Pinned | Kind::Demonstration | Kind::Taken | Kind::NewestIsNow => {
                ("banner banner--info", "status", Glyph::Info)
            }
        }
    }

    /// The buttons.
    const fn acts(self) -> &'static [(States, Act)] {
        match self {
            Kind::Failed => &[(States::MapFields, Act::Map), (States::TryAgain, Act::Retry), (States::Details, Act::ShowFailure)],
            Kind::CutShort | Kind::Missing => &[(States::TryAgain, Act::Retry)],
            Kind::Rejected => &[(States::Show, Act::ShowRejected)],
            Kind::Repeated => &[(States::CountOnce, Act::Count(true)), (States::HowRead, Act::ShowImportReport)],
            Kind::Once => &[(States::CountAll, Act::Count(false)), (States::HowRead, Act::ShowImportReport)],
            Kind::Stale => &[(States::CheckNow, Act::Retry)],
            Kind::Pinned => &[(States::FollowClock, Act::FollowClock)],
            Kind::BringYourOwn => &[(States::ChooseOwn, Act::Choose), (States::ConnectOwn, Act::Connect)],
            Kind::Unread | Kind::Taken => &[(States::HowRead, Act::ShowImportReport)],
            Kind::Older
            | Kind::LinkVersion
            | Kind::LinkPage
            | Kind::LinkRange
            | Kind::LinkNow
            | Kind::LinkSettings
            | Kind::Demonstration
            | Kind::NewestIsNow => &[],
        }
    }
}

/// What a notice's button does.
#[derive(Clone, Copy)]
enum Act {
    Map,
    Retry,
    ShowFailure,
    ShowRejected,
    ShowImportReport,
    /// Counts what is repeated once, or each time.
    Count(bool),
    FollowClock,
    Choose,
    Connect,
}

/// Data that a notice was of: name, oldest call, rejected calls.
type Of = (String, i64, u64);

/// Banners, and a load under way while a page stays on show.
#[component]
pub fn Notices() -> impl IntoView {
    let app = App::get();
    // (what, of which data): what was dismissed comes back with other data, or with more to say; a feed that grows is no other data.
    let dismissed = RwSignal::new(Vec::<(Kind, Of)>::new());
    let generation = Memo::new(move |_| app.data.with(|d| d.as_ref().map_or(0, |d| d.generation)));
    // When the data on show was read.
    let read_at = Memo::new(move |_| {
        generation.track();
        crate::web::clock_ms()
    });
    let kinds = Memo::new(move |_| app.data.with(|data| data.as_ref().map(|d| said_of(app, d)).unwrap_or_default()));
    let of = Memo::new(move |_| {
        app.data.with(|data| data.as_ref().map(|d| (d.name.clone(), d.oldest_ms, d.rejected.count))).unwrap_or_default()
    });
    let top = Memo::new(move |_| {
        let of = of.get();
        kinds.with(|kinds| {
            kinds.iter().copied().find(|k| dismissed.with(|d| !d.iter().any(|(kind, what)| kind == k && *what == of)))
        })
    });
    let banner = move || {
        let kind = top.get()?;
        let dismiss = move || match kind {
            Kind::Failed => app.act(Action::DismissFailure),
            other => dismissed.update(|d| d.push((other, of.get_untracked()))),
        };
        Some(view! { <Banner kind=kind read_at=read_at dismiss=Callback::new(move |()| dismiss())/> })
    };
    let loading = Memo::new(move |_| app.data.with(Option::is_some) && app.loading.with(Option::is_some));
    let any = Memo::new(move |_| top.get().is_some() || loading.get());
    let notices = move || {
        any.get().then(|| {
            view! {
                <div class="notices">
                    {move || loading.get().then(|| view! { <LoadingBox/> })}
                    {banner}
                </div>
            }
        })
    };
    view! {
        <LiveNotices/>
        {notices}
    }
}

/// What is to be said of the data on show, gravest first.
fn said_of(app: App, data: &DataSet) -> Vec<Kind> {
    let embed = app.view.with(|v| v.embed);
    let pinned = app.view.with(|v| v.now_ms.is_some());
    let (rest, beyond) = (app.rest.get(), app.range.get().from_ms < data.oldest_ms);
    let refused = |part| app.view.with(|v| v.refused.contains(part));
    let all = [
        (Kind::Failed, app.failure.with(Option::is_some)),
        (Kind::LinkVersion, refused("v")),
        (Kind::LinkPage, refused("page")),
        (Kind::LinkRange, refused("range")),
        (Kind::LinkNow, refused("now")),
        (Kind::LinkSettings, !unknown_settings(app).is_empty()),
        (Kind::Older, beyond && rest == Some(Rest::Reading)),
        (Kind::Missing, beyond && rest == Some(Rest::Failed)),
        (Kind::CutShort, data.cut_short.is_some()),
        (Kind::Unread, !data.unread().is_empty()),
        (Kind::Rejected, data.rejected.count > 0),
        (Kind::Repeated, data.repeated.calls > 0 && !data.repeated.once),
        (Kind::Once, data.repeated.calls > 0 && data.repeated.once),
        (Kind::Stale, !pinned && data.is_stale(app.clock_ms.get())),
        (Kind::Demonstration, embed && data.demonstration),
        (Kind::Pinned, pinned),
        (Kind::BringYourOwn, !embed && data.demonstration),
        (Kind::Taken, import_report::is_telling(data)),
        (Kind::NewestIsNow, !pinned && !data.live && !data.demonstration),
    ];
    all.into_iter().filter(|(_, holds)| *holds).map(|(kind, _)| kind).collect()
}

/// Keys of the address whose values are not known here.
fn unknown_settings(app: App) -> Vec<&'static str> {
    let refused = |part: &&str| app.view.with(|view| view.refused.contains(*part));
    ["source", "precision"].into_iter().filter(refused).collect()
}

/// The fact, and what follows from it.
fn words(app: App, kind: Kind, data: &DataSet, read_at_ms: i64) -> Option<(String, String)> {
    let lang = app.lang.get();
    let clock = app.clock_ms.get();
    let at = |ms: i64| app.zone.with(|z| time::date_time(lang, z, ms, time::year(z, clock)));
    let say = |words: States, values: &[(&str, &str)]| fill(words.text(lang), values);
    Some(match kind {
        Kind::Failed => {
            let failure = app.failure.get()?;
            let text = if failure.name == data.name {
                say(States::CopyFrom, &[("time", &app.zone.with(|z| time::clock(z, read_at_ms)))])
            } else {
                say(States::StillShows, &[("name", &data.name)])
            };
            (fact_words(app, &failure), text)
        }
        Kind::LinkVersion => (say(States::LinkVersionTitle, &[]), say(States::LinkVersionText, &[])),
        Kind::LinkPage => (say(States::LinkPageTitle, &[]), say(States::LinkPageText, &[])),
        Kind::LinkRange => (say(States::LinkRangeTitle, &[]), say(States::LinkRangeText, &[])),
        Kind::LinkNow => (say(States::LinkNowTitle, &[]), say(States::LinkNowText, &[])),
        Kind::LinkSettings => {
            (say(States::LinkSettingsTitle, &[("names", &unknown_settings(app).join(", "))]), say(States::LinkSettingsText, &[]))
        }
        Kind::Older => (say(States::OlderTitle, &[("time", &at(data.oldest_ms))]), say(States::OlderText, &[])),
        Kind::Missing => (say(States::OlderMissing, &[("time", &at(data.oldest_ms))]), say(States::OlderText, &[])),
        Kind::CutShort => import_report::damage(lang, data, data.cut_short.as_ref()?),
        Kind::Unread => import_report::unread(lang, data),
        Kind::Rejected => {
            let counts = [("n", &*num::whole(data.rejected.count)), ("all", &num::whole(data.records()))];
            (say(States::RejectedTitle, &counts), say(States::RejectedOnly, &[]))
        }
        Kind::Repeated | Kind::Once => import_report::repeated(lang, data),
        Kind::Stale => (
            say(States::StaleTitle, &[("age", &time::age(lang, data.age_ms(clock)))]),
            say(States::StaleText, &[("time", &at(data.newest_ms))]),
        ),
        Kind::Pinned => (say(States::PinnedTitle, &[("time", &at(app.now_ms.get()))]), say(States::PinnedText, &[])),
        Kind::Demonstration => (say(States::DemoTitle, &[]), say(States::DemoText, &[])),
        Kind::BringYourOwn => (say(States::DemoTitle, &[]), say(States::BringYourOwn, &[])),
        Kind::Taken => import_report::notice(lang, data),
        Kind::NewestIsNow => {
            (say(States::FileNowTitle, &[("time", &at(data.newest_ms)), ("name", &data.name)]), say(States::FileNowText, &[]))
        }
    })
}

#[component]
fn Banner(kind: Kind, read_at: Memo<i64>, dismiss: Callback<()>) -> impl IntoView {
    let app = App::get();
    let dialogs = Dialogs::get();
    let (class, role, glyph) = kind.look();
    let said = Memo::new(move |_| {
        app.data.with(|data| data.as_ref().and_then(|d| words(app, kind, d, read_at.get()))).unwrap_or_default()
    });
    let act = move |act: Act| match act {
        Act::Map => app.wish.set(Some(Wish::Map(true))),
        Act::Retry => app.act(Action::Retry),
        Act::ShowFailure => dialogs.failure.set(true),
        Act::ShowRejected => dialogs.rejected.set(true),
        Act::ShowImportReport => dialogs.taken.set(true),
        Act::Count(once) => app.update(move |view| view.once = once),
        Act::Choose => app.act(Action::ChooseFile),
        Act::Connect => dialogs.connect.set(true),
        Act::FollowClock => app.update(|view| view.now_ms = None),
    };
    let mappable = Memo::new(move |_| app.failure.with(|f| f.as_ref().is_some_and(can_be_mapped)));
    // Reading a file again gives the same calls.
    let of_file = move || app.view.with(|view| matches!(view.source, DataSource::File(_)));
    let retriable = Memo::new(move |_| match kind {
        Kind::Failed => can_be_retried(app),
        Kind::CutShort => !of_file(),
        _ => true,
    });
    let offered = move |(_, what): &(States, Act)| match what {
        Act::Map => mappable.get(),
        Act::Retry => retriable.get(),
        _ => true,
    };
    let button = move |(words, what): (States, Act)| {
        view! {
            <button class="btn btn--sm" type="button" on:click=move |_| act(what)>
                {move || app.t(words)}
            </button>
        }
    };
    view! {
        <div class=class role=role>
            <Icon of=glyph/>
            <p>
                <b>{move || said.with(|s| s.0.clone())}</b>
                " "
                <span>{move || said.with(|s| s.1.clone())}</span>
            </p>
            {move || kind.acts().iter().copied().filter(offered).map(button).collect_view()}
            <button
                class="btn btn--bare btn--sm btn--icon"
                type="button"
                aria-label=move || app.t(Common::Dismiss)
                on:click=move |_| dismiss.run(())
            >
                <Icon of=Glyph::X/>
            </button>
        </div>
    }
}
