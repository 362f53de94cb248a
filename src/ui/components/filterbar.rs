//! The filter bar: time range, precision, filters, reset.

use super::facet::{FacetList, chosen_words, dim_name};
use super::popover::{Popover, press_later};
use super::range::RangeForm;
use super::{Chevron, Glyph, Icon, popover};
use crate::i18n::common::Common;
use crate::i18n::{Message, fill, metrics, time};
use crate::model::{Dim, Filter, Precision, Preset, RangeChoice};
use crate::ui::state::App;
use crate::url::{Page, ViewState};
use crate::wire::Facet;
use leptos::prelude::*;

/// The filters that are always offered on a page (S0 Table 1: service type, calling method, IP; Table 4: without service type).
fn always(page: Page) -> &'static [Dim] {
    match page {
        Page::Calls => &[Dim::ServiceType, Dim::ApiKey, Dim::Ip],
        Page::Details | Page::Failed => &[Dim::ApiKey, Dim::Ip],
    }
}

/// Whether a filter beyond those always offered is one of this page's.
fn offers(page: Page, dim: Dim) -> bool {
    !always(page).contains(&dim) && (page == Page::Calls || dim != Dim::ServiceType)
}

/// The filter bar of the page shown, with the values that the page's answer lists. `alone` where nothing joins it below.
///
/// Precision is offered on Monitoring; the range in words stands at the right on the pages of a service.
#[component]
pub fn FilterBar(#[prop(optional)] alone: bool) -> impl IntoView {
    let app = App::get();
    let page = Memo::new(move |_| app.view.with(|v| v.page));
    let facets = Memo::new(move |_| match page.get() {
        Page::Calls => app.calls.with(|r| r.as_ref().map(|r| r.facets.clone()).unwrap_or_default()),
        Page::Details => app.details.with(|r| r.as_ref().map(|r| r.head.facets.clone()).unwrap_or_default()),
        Page::Failed => app.failed.with(|r| r.as_ref().map(|r| r.head.facets.clone()).unwrap_or_default()),
    });
    let added = RwSignal::new(Vec::<Dim>::new());
    // Filters with a button: the page's own, those set, those just added.
    let shown = Memo::new(move |_| {
        let (page, mut dims) = (page.get(), always(page.get()).to_vec());
        app.view.with(|view| {
            dims.extend(
                Dim::FILTERS
                    .into_iter()
                    .filter(|d| offers(page, *d) && (view.filter.get(*d).is_some() || added.with(|a| a.contains(d)))),
            );
        });
        dims
    });
    view! {
        <div class=if alone { "filters filters--alone" } else { "filters" } role="group" aria-label=move || app.t(Common::Filters)>
            <Ranges/>
            {move || (page.get() == Page::Details).then(|| view! { <Precisions/> })}
            <span class="bar"></span>
            <For each=move || shown.get() key=|dim| *dim let:dim>
                <FilterButton dim=dim facets=facets/>
            </For>
            <AddFilter page=page shown=shown added=added/>
            <button
                class="btn btn--bare tight"
                type="button"
                aria-label=move || app.t(Common::ResetFilters)
                title=move || app.t(Common::ResetFilters)
                on:click=move |_| {
                    added.set(Vec::new());
                    app.update(|view| reset(view, &app.base()));
                }
            >
                <Icon of=Glyph::Reset/>
                <span class="txt">{move || app.t(Common::Reset)}</span>
            </button>
            <span class="grow"></span>
            {move || (page.get() != Page::Calls).then(|| view! { <RangeWords/> })}
        </div>
        <div class="busy" data-on=move || app.busy.get().to_string() role="progressbar" aria-label=move || app.t(Common::Computing)></div>
    }
}

/// Back to all calls of the range that goes without saying. A version is part of what is looked at, not a filter.
fn reset(view: &mut ViewState, default: &ViewState) {
    let versions = view.filter.get(Dim::Version).unwrap_or_default().to_vec();
    view.filter = Filter::default().with(Dim::Version, versions);
    view.range = default.range;
    view.precision = default.precision;
    view.zoomed_from = None;
}

/// Presets and the custom range.
#[component]
fn Ranges() -> impl IntoView {
    let app = App::get();
    let open = RwSignal::new(false);
    let choice = Memo::new(move |_| app.view.with(|v| v.range));
    let presets = Preset::ALL
        .into_iter()
        .map(|preset| {
            view! {
                <button
                    type="button"
                    aria-pressed=move || (choice.get() == RangeChoice::Preset(preset)).to_string()
                    on:click=move |_| {
                        app.update(|view| {
                            view.range = RangeChoice::Preset(preset);
                            view.zoomed_from = None;
                        })
                    }
                >
                    {move || metrics::preset(app.lang.get(), preset)}
                </button>
            }
        })
        .collect_view();
    view! {
        <span class="seg" role="group" aria-label=move || app.t(Common::TimeRange)>
            {presets}
            <button
                type="button"
                aria-pressed=move || matches!(choice.get(), RangeChoice::Custom(_)).to_string()
                popovertarget="p-range"
            >
                {move || app.t(Common::Custom)}
            </button>
        </span>
        <Popover id="p-range" class="pop pop--range" open=open.write_only()>
            {move || open.get().then(|| view! { <RangeForm popover_id="p-range"/> })}
        </Popover>
    }
}

/// The precisions that the range allows; why the others are not offered.
#[component]
fn Precisions() -> impl IntoView {
    let app = App::get();
    let offered = Memo::new(move |_| {
        let range = app.range.get();
        Precision::ALL.map(|p| (p, app.allows(p, range)))
    });
    let buttons = move || {
        let one = |(precision, _)| {
            view! {
                <button
                    type="button"
                    aria-pressed=move || (app.precision.get() == precision).to_string()
                    on:click=move |_| app.update(|view| view.precision = Some(precision))
                >
                    {move || metrics::precision(app.lang.get(), precision)}
                </button>
            }
        };
        offered.get().into_iter().filter(|(_, allowed)| *allowed).map(one).collect_view()
    };
    let why = move || {
        let lang = app.lang.get();
        let one = |(precision, _): (Precision, bool)| {
            let name = metrics::precision(lang, precision);
            match precision.days_max() {
                1 => fill(Common::OnlyUpToDay.text(lang), &[("precision", name)]),
                n => fill(Common::OnlyUpToDays.text(lang), &[("precision", name), ("n", &n.to_string())]),
            }
        };
        let reasons: Vec<_> = offered.get().into_iter().filter(|(_, allowed)| !allowed).map(one).collect();
        (!reasons.is_empty()).then(|| reasons.join(Common::Semicolon.text(lang)))
    };
    view! {
        <span class="lead" id="l-prec">
            {move || app.t(Common::Precision)}
        </span>
        <span class="seg" role="group" aria-labelledby="l-prec" aria-describedby="why-prec">
            {buttons}
        </span>
        <span class="why" id="why-prec" hidden=move || why().is_none()>
            {why}
        </span>
    }
}

/// A filter's button with its popover.
#[component]
fn FilterButton(dim: Dim, facets: Memo<Vec<Facet>>) -> impl IntoView {
    let app = App::get();
    let open = RwSignal::new(false);
    let chosen = Memo::new(move |_| app.view.with(|v| v.filter.get(dim).unwrap_or_default().to_vec()));
    let distinct = Memo::new(move |_| facets.with(|f| f.iter().find(|f| f.dim == dim).map_or(0, |f| f.distinct)));
    let id = format!("p-{}", dim.key());
    let content_id = id.clone();
    view! {
        <button
            class="btn"
            class:is-set=move || chosen.with(|c| !c.is_empty())
            type="button"
            id=format!("b-{}", dim.key())
            popovertarget=id.clone()
        >
            <span class="lbl">{move || dim_name(app.lang.get(), dim)}</span>
            <b>{move || chosen.with(|c| chosen_words(app.lang.get(), dim, c, distinct.get()))}</b>
            <Chevron/>
        </button>
        <Popover id=id open=open.write_only()>
            {move || {
                open.get().then(|| view! { <FacetList dim=dim popover_id=content_id.clone() facets=facets/> })
            }}
        </Popover>
    }
}

/// Offers the other dimensions that the calls carry.
#[component]
fn AddFilter(page: Memo<Page>, shown: Memo<Vec<Dim>>, added: RwSignal<Vec<Dim>>) -> impl IntoView {
    let app = App::get();
    let rest = Memo::new(move |_| {
        let carried = app.data.with(|d| d.as_ref().map(|d| d.dims.clone()).unwrap_or_default());
        let new = |d: &Dim| offers(page.get(), *d) && carried.contains(d) && !shown.with(|s| s.contains(d));
        Dim::FILTERS.into_iter().filter(new).collect::<Vec<_>>()
    });
    let entries = move || {
        let one = |dim: Dim| {
            let add = move |_| {
                popover::hide("p-add");
                added.update(|a| a.push(dim));
                press_later(format!("b-{}", dim.key()));
            };
            view! { <button type="button" on:click=add>{dim_name(app.lang.get(), dim)}</button> }
        };
        let rest = rest.get();
        if rest.is_empty() {
            return view! { <p class="pop__none">{app.t(Common::NoMoreFilters)}</p> }.into_any();
        }
        rest.into_iter().map(one).collect_view().into_any()
    };
    view! {
        <button class="btn btn--bare tight" type="button" aria-label=move || app.t(Common::AddFilter) popovertarget="p-add">
            <Icon of=Glyph::Plus/>
            <span class="txt">{move || app.t(Common::Filter)}</span>
        </button>
        <Popover id="p-add" class="pop menu">
            {entries}
        </Popover>
    }
}

/// The range on the wall, with the zone where no app bar names it.
#[component]
fn RangeWords() -> impl IntoView {
    let app = App::get();
    let words = move || app.zone.with(|z| time::range(app.lang.get(), z, app.range.get(), time::year(z, app.now_ms.get())));
    view! {
        <span class="range">
            {words} " " <span class="zone">{move || app.zone_name.get()}</span>
        </span>
    }
}
