//! The head of a service's pages: way back, service switcher, type, version switcher, headline, tabs.

use super::cost::HeadCost;
use crate::base::num;
use crate::i18n::export::Export;
use crate::i18n::pages::{self, Pages};
use crate::i18n::{Message, exact, fill, metrics};
use crate::model::{Column, Dim, Label, ServiceType};
use crate::ui::charts::ZoomBack;
use crate::ui::components::popover::hide;
use crate::ui::components::{Chevron, EmptyState, FacetList, Glyph, Icon, Popover};
use crate::ui::pages::calls::to_calls;
use crate::ui::pages::failed::FailedState;
use crate::ui::state::{App, Wish};
use crate::url::{Page, ViewState};
use crate::wire::{DetailsReply, Facet, FailedReply, Figures, Head, Piece, RateLevel};
use leptos::prelude::*;
use std::collections::HashMap;

/// Services and versions that a list shows at once; the rest are found by search.
const LISTED_MAX: usize = 200;

/// Reads what is known of the service in the address: from the page's own answer, or from the other tab's over the same range. `None`
/// while neither is there.
pub fn with_head<R>(app: App, read: impl FnOnce(Option<&Head>) -> R) -> R {
    let (service, page, range) = (app.view.with(|v| v.service.clone()), app.view.with(|v| v.page), app.range.get());
    app.reply::<DetailsReply>().with(|details| {
        app.reply::<FailedReply>().with(|failed| {
            let details = details.as_ref().filter(|d| d.service == service).map(|d| (&d.head, d.range));
            let failed = failed.as_ref().filter(|f| f.service == service).map(|f| (&f.head, f.range));
            let (own, other) = if page == Page::Failed { (failed, details) } else { (details, failed) };
            read(own.or(other.filter(|o| o.1 == range)).map(|h| h.0))
        })
    })
}

/// Whether the figures of the service are an answer to the view shown, and not still being computed.
fn has_figures(app: App) -> bool {
    let answered = || app.reply::<DetailsReply>().with(|d| d.as_ref().is_some_and(|d| d.missing(Piece::Figures).is_none()));
    app.view.with(|v| v.page) != Page::Details || answered()
}

/// A service's name to show: its title where the data has one.
pub fn title_of(app: App, service: &str) -> String {
    app.data.with(|d| {
        let services = d.as_ref().map_or(&[][..], |d| &d.services);
        services.iter().find(|s| s.name == service).map_or_else(|| service.to_owned(), |s| s.title.clone())
    })
}

/// The title of the service on show.
pub fn title(app: App) -> String {
    title_of(app, &app.view.with(|view| view.service.clone()))
}

/// The same page of another service.
fn to_service(v: &mut ViewState, service: &str) {
    v.service = service.to_owned();
    v.change(FailedState::leave);
    v.filter.remove(Dim::Version);
}

/// The line above the filter bar.
#[component]
pub fn ServiceHead() -> impl IntoView {
    let app = App::get();
    let title = Memo::new(move |_| title(app));
    let kind = Memo::new(move |_| with_head(app, |h| h.filter(|h| h.known).map(|h| h.kind)));
    let switching = RwSignal::new(false);
    // Of a single version there is nothing to choose, but for a link that narrows the page to another one.
    let versioned = move || {
        let several = with_head(app, |h| h.is_some_and(|h| h.versions.len() > 1));
        let narrowed = app.view.with(|v| v.filter.get(Dim::Version).is_some());
        kind.get() == Some(ServiceType::Commercial) && (several || narrowed)
    };
    let headline = move || {
        let lang = app.lang.get();
        let known = |h: &&Head| h.known && (has_figures(app) || h.figures != Figures::default());
        let figures = with_head(app, |h| h.filter(known).map(|h| h.figures))?;
        let calls = pages::calls_of(lang, &figures);
        let Some(rate) = figures.failure_rate else { return Some(calls.into_any()) };
        let said = figures.exactness(Column::FailureRate).mark(num::fixed(rate, 3));
        let class = match figures.rate_level() {
            Some(RateLevel::Raised) => "rate-text warn",
            Some(RateLevel::High) => "rate-text bad",
            Some(RateLevel::Few | RateLevel::Low) | None => "rate-text",
        };
        let failed = fill(Pages::PercentFailed.text(lang), &[("n", &said)]);
        let comma = calls.is_some().then(|| Pages::Comma.text(lang));
        let to = move || app.href(|view| view.page = Page::Failed);
        Some(view! { {calls}{comma}<a class=class href=to>{failed}</a> }.into_any())
    };
    view! {
        <div class="pagehead">
            <a class="crumb" href=move || app.href(to_calls)><Icon of=Glyph::Left/>{move || app.t(Pages::BackToCalls)}</a>
            <h1 class="pagehead__title">
                <button
                    class="switcher"
                    type="button"
                    popovertarget="p-svc"
                    aria-label=move || fill(app.t(Pages::SwitchService), &[("name", &title.get())])
                >
                    <span>{move || title.get()}</span>
                    <Chevron/>
                </button>
            </h1>
            <Popover id="p-svc" open=switching.write_only()>
                {move || switching.get().then(|| view! { <ServiceSwitcher/> })}
            </Popover>
            {move || kind.get().map(|kind| view! { <span class="badge">{pages::service_type(app.lang.get(), kind)}</span> })}
            <Show when=versioned>
                <VersionSwitcher/>
            </Show>
            <ZoomBack/>
            <span class="grow"></span>
            <span class="pagehead__meta">{headline}<HeadCost/></span>
            <ExportButton/>
        </div>
    }
}

/// Opens the export dialog.
#[component]
pub fn ExportButton() -> impl IntoView {
    let app = App::get();
    view! {
        <button
            class="btn btn--main"
            type="button"
            disabled=move || with_head(app, |h| h.is_some_and(|h| !h.known))
            on:click=move |_| app.wish.set(Some(Wish::Dialog))
        >
            <Icon of=Glyph::Down/>
            {move || app.t(Export::Export)}
        </button>
    }
}

/// Links to the same page of every service, with their calls in the selection.
#[component]
fn ServiceSwitcher() -> impl IntoView {
    let app = App::get();
    let search = RwSignal::new(String::new());
    let rows = move || {
        let wanted = search.with(|s| s.trim().to_lowercase());
        let current = app.view.with(|v| v.service.clone());
        let (services, uncounted) = with_head(app, |h| h.map(|h| (h.services.clone(), h.uncounted[0]))).unwrap_or_default();
        // There may be ten thousand services: each is not looked for among all others.
        let mut titles: HashMap<String, String> =
            app.data.with(|d| d.iter().flat_map(|d| &d.services).map(|s| (s.name.clone(), s.title.clone())).collect());
        let found: Vec<_> = services
            .into_iter()
            .map(|(name, calls)| (titles.remove(&name).unwrap_or_else(|| name.clone()), name, calls))
            .filter(|(title, name, _)| {
                wanted.is_empty() || title.to_lowercase().contains(&wanted) || name.to_lowercase().contains(&wanted)
            })
            .collect();
        let left_out = found.len().saturating_sub(LISTED_MAX);
        if found.is_empty() {
            return view! { <p class="pop__none">{app.t(Pages::NothingFound)}</p> }.into_any();
        }
        let more = (left_out > 0).then(|| {
            let said = fill(app.t(Pages::MoreServices), &[("n", &num::whole(left_out as u64))]);
            view! { <p class="pop__none">{said}</p> }
        });
        let links = found
            .into_iter()
            .take(LISTED_MAX)
            .map(|(title, name, calls)| {
                let here = (name == current).then_some("true");
                view! {
                    <a class="opt-row" href=app.href(|v| to_service(v, &name)) aria-current=here on:click=move |_| hide("p-svc")>
                        <Icon of=Glyph::Check/>
                        <span class="nm">{title}</span>
                        <span class="n">{(!uncounted).then(|| num::compact(calls))}</span>
                    </a>
                }
            })
            .collect_view();
        view! { {links}{more} }.into_any()
    };
    view! {
        <label class="pop__search">
            <Icon of=Glyph::Search/>
            <span class="sr">{move || app.t(Pages::SearchServices)}</span>
            <input
                type="search"
                placeholder=move || app.t(Pages::SearchServices)
                prop:value=move || search.get()
                on:input:target=move |event| search.set(event.target().value())
            />
        </label>
        <nav class="pop__list" aria-label=move || app.t(Pages::Services)>{rows}</nav>
    }
}

/// Which versions are shown; several at once.
#[component]
fn VersionSwitcher() -> impl IntoView {
    const OF: Label = Label::Dim(Dim::Version);
    let app = App::get();
    let open = RwSignal::new(false);
    let chosen = Memo::new(move |_| app.view.with(|v| v.filter.get(OF).map(<[String]>::to_vec).unwrap_or_default()));
    let facets = Memo::new(move |_| {
        with_head(app, |head| {
            let facet = |head: &Head| Facet {
                label: OF,
                values: head.versions.clone(),
                distinct: head.versions.len() as u32,
                uncounted: head.uncounted[1],
            };
            head.map(facet).into_iter().collect::<Vec<_>>()
        })
    });
    let said = move || {
        let (n, m) = (chosen.with(Vec::len), facets.with(|facets| facets.first().map_or(0, |facet| facet.distinct)));
        match chosen.get().as_slice() {
            [] => fill(app.t(Pages::AllVersions), &[("n", &m.to_string())]),
            [one] => version_text(app, one),
            _ => fill(app.t(Pages::VersionsChosen), &[("n", &n.to_string()), ("m", &m.to_string())]),
        }
    };
    view! {
        <button class="btn" class:is-set=move || chosen.with(|c| !c.is_empty()) type="button" popovertarget="p-ver">
            <span class="lbl">{move || metrics::dim(app.lang.get(), Dim::Version)}</span>
            <b>{said}</b>
            <Chevron/>
        </button>
        <Popover id="p-ver" open=open.write_only()>
            {move || open.get().then(|| view! { <FacetList of=OF popover_id="p-ver".to_owned() facets/> })}
        </Popover>
    }
}

/// A version as it is read; calls may carry none.
fn version_text(app: App, version: &str) -> String {
    if version.is_empty() { app.t(Pages::NoVersion).to_owned() } else { version.to_owned() }
}

/// Monitoring and Failed Calls, with a note at the end.
#[component]
pub fn Tabs(children: Children) -> impl IntoView {
    let app = App::get();
    let current = move |page: Page| app.view.with(|v| v.page == page).then_some("page");
    let failed = move || with_head(app, |h| h.filter(|h| h.known).and_then(|h| exact::figure(&h.figures, Column::Failed)));
    view! {
        <nav class="tabs" aria-label=move || app.t(Pages::ServiceDetails)>
            <a class="tab" href=move || app.href(|v| v.page = Page::Details) aria-current=move || current(Page::Details)>
                {move || app.t(Pages::Monitoring)}
            </a>
            <a class="tab" href=move || app.href(|v| v.page = Page::Failed) aria-current=move || current(Page::Failed)>
                {move || app.t(Pages::FailedCalls)}
                " "
                {move || failed().map(|n| view! { <span class="n" class:none=n == "0">{n.clone()}</span> })}
            </a>
            <span class="grow"></span>
            <p class="note" aria-live="off">{children()}</p>
        </nav>
    }
}

/// What is below the tabs: the tab's content, or why there is none.
#[component]
pub fn ServiceBody(children: ChildrenFn) -> impl IntoView {
    let app = App::get();
    let unknown = Memo::new(move |_| with_head(app, |h| h.is_some_and(|h| !h.known)));
    let empty =
        Memo::new(move |_| has_figures(app) && with_head(app, |h| h.is_some_and(|h| h.known && h.figures.has_no_calls())));
    let unfiltered = Memo::new(move |_| with_head(app, |h| h.map_or(0, |h| h.unfiltered_calls)));
    let without = Memo::new(move |_| with_head(app, |h| h.map(|h| h.without.clone()).unwrap_or_default()));
    let children = StoredValue::new(children);
    move || match (unknown.get(), empty.get()) {
        (true, _) => view! { <Unknown/> }.into_any(),
        (false, true) => view! { <EmptyState unfiltered without/> }.into_any(),
        _ => children.with_value(|c| c()).into_any(),
    }
}

/// The data has no such service: a link from elsewhere, or another data set was opened.
#[component]
fn Unknown() -> impl IntoView {
    let app = App::get();
    let name = move || app.view.with(|v| v.service.clone());
    view! {
        <section class="box blank box--join" aria-labelledby="h-blank">
            <h2 id="h-blank">{move || fill(app.t(Pages::UnknownService), &[("name", &name())])}</h2>
            <p>{move || app.t(Pages::UnknownServiceWhy)}</p>
            <div class="acts">
                <a class="btn btn--main" href=move || app.href(to_calls)>{move || app.t(Pages::ToCalls)}</a>
            </div>
        </section>
    }
}
