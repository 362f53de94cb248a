//! The bar on top: brand, data set, zone, language, theme, share, open.

use super::data_set_list::DataSetList;
use super::file_inputs::show_source;
use super::icon::Brand;
use super::live::Age;
use super::popover::{self, Popover};
use super::rove::{rove, settle, stop};
use super::sections::Sections;
use super::share::ShareMenu;
use super::words::calls_words;
use super::zones::{self, ZonePicker};
use super::{Chevron, Dialogs, Glyph, Icon, import_report, sets};
use crate::base::{address, num};
use crate::i18n::common::Common;
use crate::i18n::embed::Embed;
use crate::i18n::report::Report;
use crate::i18n::sets::Sets;
use crate::i18n::states::States;
use crate::i18n::{Lang, Message, fill, time};
use crate::ui::preferences;
use crate::ui::state::{Action, App, Section, Wish};
use crate::url::{DataSource, Theme};
use leptos::prelude::*;

/// What a source is called.
pub fn source_name(app: App, source: &DataSource) -> String {
    match source {
        DataSource::Demo => app.t(Common::DemoFeed).to_owned(),
        DataSource::Azure => app.t(Common::AzureTrace).to_owned(),
        DataSource::Url(url) => address::name(url).to_owned(),
        DataSource::Host => app.t(Embed::Host).to_owned(),
        DataSource::Nothing => app.t(Common::NoData).to_owned(),
        DataSource::File(name) | DataSource::Kept(name) | DataSource::Feed(name) => name.clone(),
    }
}

/// The app bar with the sections that the source serves.
#[component]
pub fn AppBar(sections: &'static [Section]) -> impl IntoView {
    let app = App::get();
    // The header that was in its place.
    if let Some(skeleton) = document().get_element_by_id("skeleton") {
        skeleton.remove();
    }
    let zone_open = RwSignal::new(false);
    let sources_open = RwSignal::new(false);
    let share_open = RwSignal::new(false);
    Effect::new(move |_| {
        if sources_open.get() {
            DataSetList::get().refresh();
        }
    });
    // UTC is its own offset.
    let offset = move || app.zone.with(|z| Some(time::offset(z, app.now_ms.get())).filter(|offset| *offset != z.name));
    let dark = move || app.theme.get() == Theme::Dark;
    let turn = move |_| {
        let next = if app.theme.get_untracked() == Theme::Dark { Theme::Light } else { Theme::Dark };
        preferences::choose_theme(app, next);
    };
    view! {
        <header class="appbar">
            <a class="brand" href=move || app.href(sections[0].go) aria-label=move || fill(app.t(Common::Home), &[("title", &app.title())])>
                <Brand/>
            </a>
            <SourceButton/>
            <Popover id="p-src" open=sources_open.write_only()>
                <SourceMenu/>
            </Popover>
            <Sections sections/>
            <span class="grow"></span>
            <button class="btn btn--bare opt" type="button" popovertarget="p-zone">
                <Icon of=Glyph::Clock/>
                <span class="sr">{move || fill(app.t(Common::TimeZoneIs), &[("zone", "")])}</span>
                {move || app.zone_name.get()}
                " "
                <span class="lbl">{offset}</span>
            </button>
            <Popover id="p-zone" class="pop pop--zones" open=zone_open.write_only()>
                {move || zone_open.get().then(|| view! { <ZonePicker popover_id="p-zone"/> })}
            </Popover>
            <Languages class="seg opt"/>
            <button
                class="btn btn--bare btn--icon"
                type="button"
                aria-label=move || app.t(Common::DarkTheme)
                title=move || app.t(Common::DarkTheme)
                aria-pressed=move || dark().to_string()
                on:click=turn
            >
                <Icon of=Glyph::Moon/>
            </button>
            <span class="bar opt"></span>
            <button
                class="btn btn--bare"
                type="button"
                aria-label=move || app.t(Common::Share)
                title=move || app.t(Common::ShareHint)
                popovertarget="p-share"
            >
                <Icon of=Glyph::Share/>
                <span class="txt">{move || app.t(Common::Share)}</span>
            </button>
            <Popover id="p-share" open=share_open.write_only()>
                {move || share_open.get().then(|| view! { <ShareMenu/> })}
            </Popover>
            <button
                class="btn btn--bare"
                type="button"
                aria-label=move || app.t(Report::Save)
                title=move || app.t(Report::SaveHint)
                disabled=move || app.data.with(Option::is_none)
                on:click=move |_| app.wish.set(Some(Wish::Report))
            >
                <Icon of=Glyph::Down/>
                <span class="txt">{move || app.t(Report::Save)}</span>
            </button>
            <button class="btn" type="button" aria-label=move || app.t(Common::OpenFile) on:click=move |_| app.act(Action::ChooseFile)>
                <Icon of=Glyph::File/>
                <span class="txt">{move || app.t(Common::OpenFile)}</span>
            </button>
        </header>
    }
}

/// English or Chinese.
#[component]
fn Languages(class: &'static str) -> impl IntoView {
    let app = App::get();
    let one = move |lang: Lang, tag: &'static str, word: &'static str| {
        view! {
            <button
                type="button"
                lang=tag
                tabindex=move || stop(app.lang.get() == lang)
                aria-pressed=move || (app.lang.get() == lang).to_string()
                on:click=move |_| preferences::choose_lang(app, lang)
            >
                {word}
            </button>
        }
    };
    view! {
        <span class=class role="toolbar" aria-label=move || app.t(Common::Language) on:keydown=rove on:focusin=settle>
            {one(Lang::En, "en", "EN")}
            {one(Lang::Zh, "zh-Hans", "中文")}
        </span>
    }
}

/// The button that names the data set.
#[component]
fn SourceButton() -> impl IntoView {
    let app = App::get();
    // A word of ours for what is bundled, in the page's language; else the name it came by.
    let name = Memo::new(move |_| {
        let source = app.view.with(|v| v.source.clone());
        match (&source, app.data.with(|d| d.as_ref().map(|d| d.name.clone()))) {
            (DataSource::Demo | DataSource::Azure, Some(_)) => source_name(app, &source),
            (_, Some(name)) => name,
            (_, None) => {
                app.loading.with(|l| l.as_ref().map(|l| l.name.clone())).unwrap_or_else(|| app.t(Common::NoData).to_owned())
            }
        }
    });
    let dot = move || {
        // What is shown is sound where something else failed.
        let is_shown = |name: &str| app.data.with(|d| d.as_ref().is_none_or(|d| d.name == name));
        let failed = app.failure.with(|f| f.as_ref().is_some_and(|f| is_shown(&f.name)));
        let late = app.data.with(|d| d.as_ref().is_some_and(|d| d.is_stale(app.now_ms.get())));
        match (failed, late) {
            (true, _) => "dot dot--bad",
            (false, true) => "dot dot--warn",
            (false, false) => "dot",
        }
    };
    let demonstration = Memo::new(move |_| app.data.with(|d| d.as_ref().is_some_and(|d| d.demonstration)));
    let bundled = move || app.view.with(|v| v.source == DataSource::Demo);
    let facts = move || {
        let lang = app.lang.get();
        app.data.with(|data| {
            let data = data.as_ref()?;
            let newest = if data.follows_clock() {
                time::ago(lang, data.age_ms(app.now_ms.get()))
            } else {
                app.zone.with(|z| time::date_time(lang, z, data.newest_ms, time::year(z, app.clock_ms.get())))
            };
            Some(view! {
                <span class="calls">{calls_words(lang, data.calls)}</span>
                <span class="fresh">{fill(Common::Newest.text(lang), &[("when", &newest)])}</span>
            })
        })
    };
    view! {
        <button
            class="source"
            type="button"
            popovertarget="p-src"
        >
            // The visible text is part of the accessible name.
            <em class="sr">{move || fill(app.t(Common::DataSetIs), &[("name", "")])}</em>
            <i class=dot hidden=move || app.data.with(Option::is_none) && app.failure.with(Option::is_none)></i>
            // The badge of the bundled feed says what its name would.
            <span hidden=move || demonstration.get() && bundled()>{move || name.get()}</span>
            {move || demonstration.get().then(|| view! { <span class="demo-note">{app.t(Common::Demonstration)}</span> })}
            {facts}
            <Age/>
            <Chevron/>
        </button>
    }
}

/// The sources at hand, what is known of the present one, and on narrow pages zone and language.
#[component]
fn SourceMenu() -> impl IntoView {
    let app = App::get();
    let dialogs = Dialogs::get();
    let close = || popover::hide("p-src");
    let row = move |source: DataSource, kind: Common| {
        let current = app.view.with(|v| v.source == source);
        let name = source_name(app, &source);
        view! {
            <label class="opt-row opt-row--tall">
                <input
                    type="radio"
                    name="src"
                    checked=current
                    on:change=move |_| {
                        close();
                        show_source(app, source.clone());
                    }
                />
                <span class="nm" title=name.clone()>{name.clone()}</span>
                <span class="n">{app.t(kind)}</span>
            </label>
        }
    };
    let data_sets = DataSetList::get();
    let told = move |current: bool, name: String, facts: String, kind: Common, go: Box<dyn Fn()>| {
        view! {
            <label class="opt-row opt-row--two">
                <input
                    type="radio"
                    name="src"
                    checked=current
                    on:change=move |_| {
                        close();
                        go();
                    }
                />
                <span class="nm" title=name.clone()>
                    {name.clone()}
                    <small>{facts}</small>
                </span>
                <span class="n">{app.t(kind)}</span>
            </label>
        }
    };
    let own = move || {
        let current = app.view.with(|v| v.source.clone());
        let (opened, kept) = (data_sets.opened.get(), data_sets.kept.get().unwrap_or_default());
        let listed = opened.iter().map(|set| set.source.clone()).chain(kept.iter().map(|set| DataSource::Kept(set.name.clone())));
        let missing = match &current {
            DataSource::Demo | DataSource::Azure | DataSource::Feed(_) | DataSource::Host | DataSource::Nothing => None,
            _ if listed.into_iter().any(|source| source == current) => None,
            DataSource::Url(_) => Some(row(current.clone(), Common::FeedKind)),
            DataSource::File(_) => Some(row(current.clone(), Common::FileKind)),
            DataSource::Kept(_) => Some(row(current.clone(), Common::KeptKind)),
        };
        let feeds: Vec<_> = app.site.with_value(|site| site.feeds().map(|name| DataSource::Feed(name.to_owned())).collect());
        let kind = |source: &DataSource| if matches!(source, DataSource::Url(_)) { Common::FeedKind } else { Common::FileKind };
        // The deployment's own are above, opened or not.
        let opened = opened.into_iter().filter(|set| !matches!(set.source, DataSource::Feed(_))).map(|set| {
            let (is_current, facts) = (set.source == current, sets::opened_facts(app, &set));
            told(is_current, set.name.clone(), facts, kind(&set.source), Box::new(move || sets::show(app, &set)))
        });
        let kept = kept.iter().filter(|set| set.broken.is_none()).map(|set| {
            let source = DataSource::Kept(set.name.clone());
            let (is_current, facts) = (source == current, sets::kept_facts(app, set));
            told(is_current, set.name.clone(), facts, Common::KeptKind, Box::new(move || show_source(app, source.clone())))
        });
        view! {
            {feeds.into_iter().map(|feed| row(feed, Common::FeedKind)).collect_view()}
            {missing}
            {opened.collect_view()}
            {kept.collect_view()}
        }
    };
    view! {
        <div class="pop__list" role="radiogroup" aria-label=move || app.t(Common::DataSet)>
            {own}
            {move || row(DataSource::Demo, Common::DemoKind)}
            {move || row(DataSource::Azure, Common::AzureKind)}
        </div>
        <DataFacts/>
        <div class="pop__narrow">
            <label class="field">
                <span>{move || app.t(Common::TimeZone)}</span>
                <ZoneSelect/>
            </label>
            <Languages class="seg"/>
        </div>
        <div class="pop__foot">
            <button
                type="button"
                on:click=move |_| {
                    close();
                    dialogs.connect.set(true);
                }
            >
                {move || app.t(Common::ConnectFeed)}
            </button>
            <span class="grow"></span>
            <button
                type="button"
                on:click=move |_| {
                    close();
                    dialogs.sets.set(true);
                }
            >
                {move || app.t(Sets::Manage)}
            </button>
            <span class="grow"></span>
            <button
                type="button"
                on:click=move |_| {
                    close();
                    app.act(Action::ChooseFile);
                }
            >
                {move || app.t(Common::OpenFile)}
            </button>
        </div>
    }
}

/// What was read: span, size, source, fields that are not shown.
#[component]
fn DataFacts() -> impl IntoView {
    let app = App::get();
    let dialogs = Dialogs::get();
    move || {
        let lang = app.lang.get();
        app.data.with(|data| {
            let data = data.as_ref()?;
            let at = |ms| app.zone.with(|z| time::date_time(lang, z, ms, time::year(z, app.clock_ms.get_untracked())));
            let span = [("calls", &*calls_words(lang, data.calls)), ("from", &at(data.oldest_ms)), ("to", &at(data.newest_ms))];
            let size = [("bytes", &*num::bytes(data.bytes)), ("memory", &num::bytes(data.memory_bytes))];
            let mut lines = vec![fill(Common::HoldsSpan.text(lang), &span), fill(Common::HoldsBytes.text(lang), &size)];
            lines.extend(data.source_note.iter().map(|n| fill(Common::SourceNote.text(lang), &[("note", n)])));
            if !data.unknown_fields.is_empty() {
                let fields = data.unknown_fields.iter().map(|(name, n)| format!("{name} ({})", num::compact(*n)));
                let fields = fields.collect::<Vec<_>>().join(Common::Comma.text(lang));
                lines.push(fill(Common::UnknownFields.text(lang), &[("fields", &fields)]));
            }
            if data.labels.left_out > 0 {
                lines.push(fill(Common::LabelsLeftOut.text(lang), &[("n", &num::whole(data.labels.left_out))]));
            }
            let taken = import_report::is_telling(data).then(|| {
                view! {
                    {import_report::lines(lang, data).into_iter().map(|line| view! { <p>{line}</p> }).collect_view()}
                    <p>
                        <button
                            class="link"
                            type="button"
                            on:click=move |_| {
                                popover::hide("p-src");
                                dialogs.taken.set(true);
                            }
                        >
                            {States::HowRead.text(lang)}
                        </button>
                    </p>
                }
            });
            let rejected = (data.rejected.count > 0).then(|| {
                view! {
                    <p>
                        <button
                            class="link"
                            type="button"
                            on:click=move |_| {
                                popover::hide("p-src");
                                dialogs.rejected.set(true);
                            }
                        >
                            {Common::RejectedLink.text(lang)}
                        </button>
                    </p>
                }
            });
            Some(view! {
                <div class="pop__none">
                    {lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()}
                    {taken}
                    {rejected}
                </div>
            })
        })
    }
}

/// The zones in a select, for narrow pages.
#[component]
fn ZoneSelect() -> impl IntoView {
    let app = App::get();
    let offered = StoredValue::new(zones::offered());
    let options = move || {
        let current = app.zone_name.get();
        let mut names = offered.get_value();
        if !names.contains(&current) {
            names.insert(0, current.clone());
        }
        names
            .into_iter()
            .map(|name| {
                let selected = name == current;
                view! { <option value=name.clone() selected=selected>{name.clone()}</option> }
            })
            .collect_view()
    };
    view! { <select on:change=move |event| zones::choose(app, &event_target_value(&event))>{options}</select> }
}
