//! The Monitoring tab: a sheet of chart panes on one time scale, and the one that is enlarged.

use super::state::DetailsState;
use crate::i18n::common::Common;
use crate::i18n::exact::{self, Exact};
use crate::i18n::pages::Pages;
use crate::i18n::{fill, metrics};
use crate::model::Metric;
use crate::ui::charts::{Axis, ChartPane, Cross};
use crate::ui::components::{Glyph, Icon, is_taken};
use crate::ui::state::App;
use crate::wire::{Chart, DetailsReply, Missing, Piece};
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use std::sync::Arc;
use web_sys::{Element, HtmlElement};

/// The charts of the last answer, in the order of what is seen.
#[component]
pub fn Monitoring() -> impl IntoView {
    let app = App::get();
    let axis = Memo::new(move |_| {
        let (lang, zone) = (app.lang.get(), app.zone.get());
        app.reply::<DetailsReply>().with(|d| {
            d.as_ref().map(|d| Arc::new(Axis { buckets: d.buckets.clone(), calls: d.bucket_calls.clone(), zone, lang }))
        })
    });
    let order = order();
    // Each with whether its chart is there.
    let shown = Memo::new(move |_| {
        let order = order.get();
        app.reply::<DetailsReply>().with(|d| {
            let has = |metric: Metric| {
                let reply = d.as_ref()?;
                let here = reply.charts.iter().any(|chart| chart.metric == metric);
                (here || reply.head.known && reply.missing(Piece::Chart(metric)).is_some()).then_some((metric, here))
            };
            order.iter().copied().filter_map(has).collect::<Vec<_>>()
        })
    });
    on_cleanup(|| {
        let cross = Cross::get();
        cross.read(None);
        cross.draw(None);
    });
    view! {
        <NotIn/>
        <div class="sheet" hidden=move || shown.with(Vec::is_empty) on:keydown=from_chart_to_chart>
            <For each=move || shown.get() key=|pane| *pane let((metric, here))>
                {if here { view! { <ChartPane metric axis/> }.into_any() } else { view! { <MissingChart metric/> }.into_any() }}
            </For>
        </div>
        <Key/>
        <Enlarged axis/>
    }
}

/// `n` and `p` go to the next and the previous chart, from anything in a pane.
fn from_chart_to_chart(event: KeyboardEvent) {
    let is_next = match event.key().as_str() {
        "n" => true,
        "p" => false,
        _ => return,
    };
    if event.ctrl_key() || event.alt_key() || event.meta_key() || is_taken(&event) {
        return;
    }
    let pane = event.target().and_then(|target| target.dyn_into::<Element>().ok()?.closest(".sheet > .chart").ok()?);
    go_on(pane, is_next);
}

/// Puts the focus on the plot of the pane beside this one.
fn go_on(pane: Option<Element>, is_next: bool) {
    let beside = |pane: Element| if is_next { pane.next_element_sibling() } else { pane.previous_element_sibling() };
    let plot = pane.and_then(beside).and_then(|pane| pane.query_selector(".chart__plot").ok().flatten());
    if let Some(plot) = plot.and_then(|plot| plot.dyn_into::<HtmlElement>().ok()) {
        // A plot can always take it.
        drop(plot.focus());
    }
}

/// `Not in prom-eu-1: Error Occurrences (not measured).`
#[component]
fn NotIn() -> impl IntoView {
    let app = App::get();
    move || {
        let said = app.reply::<DetailsReply>().with(|d| exact::absent(app.lang.get(), &d.as_ref()?.absent))?;
        let name = app.data.with(|d| d.as_ref().map(|d| d.name.clone())).unwrap_or_default();
        Some(view! { <p class="absent"><b>{fill(app.t(Exact::NotIn), &[("name", &name)])}</b>" "{said}</p> })
    }
}

/// What `≈` and `≥` mean, where they are in a chart.
#[component]
fn Key() -> impl IntoView {
    let app = App::get();
    let signs = Memo::new(move |_| {
        app.reply::<DetailsReply>().with(|d| {
            let charts = || d.iter().flat_map(|d| &d.charts);
            (charts().any(Chart::is_estimated), charts().any(Chart::is_bounded_below))
        })
    });
    move || {
        let (estimated, beyond) = signs.get();
        (estimated || beyond).then(|| {
            view! {
                <p class="legend-note">
                    {estimated.then(|| view! { <span>{app.t(Exact::KeyEstimated)}</span> })}
                    {beyond.then(|| view! { <span>{app.t(Exact::KeyAtLeast)}</span> })}
                </p>
            }
        })
    }
}

/// A chart without an answer: it is still being computed, or why there is none.
#[component]
fn MissingChart(metric: Metric) -> impl IntoView {
    let app = App::get();
    let why = move || {
        let why = app.reply::<DetailsReply>().with(|d| d.as_ref().and_then(|d| d.missing(Piece::Chart(metric)).cloned()))?;
        Some(match why {
            Missing::Asked => app.t(Pages::Asked).to_owned(),
            Missing::Failed(why) => fill(app.t(Pages::NoAnswerWhy), &[("why", &why)]),
        })
    };
    view! {
        <section class="chart" data-id=metric.key()>
            <header class="chart__head">
                <h2>{move || metrics::metric(app.lang.get(), metric)}</h2>
            </header>
            <p class="soft">{why}</p>
        </section>
    }
}

/// The order for the number of columns, which the stylesheet decides by the same widths.
fn order() -> ReadSignal<&'static [Metric]> {
    let matches = |query: &str| window().match_media(query).ok().flatten().is_some_and(|m| m.matches());
    let now = move || -> &'static [Metric] {
        if matches("(min-width: 1101px) and (max-width: 1679px)") {
            &Metric::THREE_WIDE
        } else if matches("(min-width: 1680px) and (max-width: 1999px)") {
            &Metric::FOUR_WIDE
        } else {
            &Metric::IN_PAIRS
        }
    };
    let (order, set) = signal(now());
    let resized = window_event_listener(leptos::ev::resize, move |_| {
        let now = now();
        if order.get_untracked() != now {
            set.set(now);
        }
    });
    on_cleanup(move || resized.remove());
    order
}

/// The chart that the address enlarges, as large as the window allows.
#[component]
fn Enlarged(axis: Memo<Option<Arc<Axis>>>) -> impl IntoView {
    let app = App::get();
    let own = app.own::<DetailsState>();
    let metric = Memo::new(move |_| {
        let metric = own.with(|own| own.enlarged)?;
        app.reply::<DetailsReply>()
            .with(|d| d.as_ref().is_some_and(|d| d.charts.iter().any(|c| c.metric == metric)))
            .then_some(metric)
    });
    move || metric.get().map(|metric| view! { <Large metric axis/> })
}

#[component]
fn Large(metric: Metric, axis: Memo<Option<Arc<Axis>>>) -> impl IntoView {
    let app = App::get();
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = node.get().filter(|d| !d.open()) {
            // Refused only where the dialog is not in the page, and then there is nothing to show.
            drop(dialog.show_modal());
        }
    });
    let unit = move || {
        let chart = |charts: &[Chart]| charts.iter().any(|chart| chart.metric == metric && chart.is_estimated());
        let estimated = app.reply::<DetailsReply>().with(|d| d.as_ref().is_some_and(|d| chart(&d.charts)));
        exact::heading_unit(app.lang.get(), metric, estimated)
    };
    let close = move || {
        if app.view.with_untracked(|v| v.own::<DetailsState>().enlarged.is_some()) {
            app.replace_own(|own: &mut DetailsState| own.enlarged = None);
        }
    };
    view! {
        <dialog class="dlg dlg--chart" aria-labelledby="h-big" node_ref=node on:close=move |_| close()>
            <div class="dlg__head">
                <h2 id="h-big">
                    {move || metrics::metric(app.lang.get(), metric)} " "
                    <span class="soft">{unit}</span>
                </h2>
                <button
                    class="btn btn--bare btn--sm btn--icon"
                    type="button"
                    aria-label=move || app.t(Common::Close)
                    on:click=move |_| close()
                >
                    <Icon of=Glyph::X/>
                </button>
            </div>
            <ChartPane metric axis enlarged=true/>
        </dialog>
    }
}
