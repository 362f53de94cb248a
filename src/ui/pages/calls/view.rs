//! What the Calls page shows: range, filters, five totals, services table.

use super::services::Services;
use crate::base::num;
use crate::export::chart::{FAILED_TILE, TILES};
use crate::i18n::calls::{self as calls_words, CallsWords};
use crate::i18n::fill;
use crate::i18n::pages::Pages;
use crate::model::{Dim, Label};
use crate::ui::charts::Spark;
use crate::ui::components::{EmptyState, FilterBar};
use crate::ui::lazy::{chunk, show};
use crate::ui::pages::parts::words::RangeWords;
use crate::ui::state::App;
use crate::wire::{CallsReply, Piece, RATE_CALLS_MIN, Tile};
use leptos::prelude::*;

chunk!(frame filters: |_| view! { <Filters/> }.into_any());
chunk!(frame table: |_| view! { <Table/> }.into_any());
chunk!(frame nothing_left: |_| view! { <Nothing/> }.into_any());
chunk!(
    /// The line over time of a total.
    frame line: spark
);

/// The page below the app bar.
#[component]
pub fn CallsPage() -> impl IntoView {
    let app = App::get();
    let empty = Memo::new(move |_| app.reply::<CallsReply>().with(|c| c.as_ref().is_some_and(CallsReply::is_empty)));
    let compared = Memo::new(move |_| app.reply::<CallsReply>().with(|c| c.as_ref().is_none_or(CallsReply::is_compared)));
    view! {
        <div class="pagehead">
            <h1>{move || app.t(Pages::Calls)}</h1>
            <span class="pagehead__meta"><RangeWords/></span>
            <span class="grow"></span>
            <p class="tiles__key">
                <span><i></i>{move || app.t(CallsWords::CurrentPeriod)}</span>
                {move || {
                    compared
                        .get()
                        .then(|| view! { <span><i class="prev"></i>{calls_words::before(app.lang.get(), app.view.with(|v| v.range))}</span> })
                }}
            </p>
        </div>
        {show(app, || Box::pin(filters()), 0, Some("filters filters--due"), false)}
        <Show when=move || !empty.get() fallback=move || show(app, || Box::pin(nothing_left()), 0, None, false)>
            <section class="tiles" aria-label=move || app.t(CallsWords::Totals)>
                {(0..TILES.len()).map(|index| view! { <Total index/> }).collect_view()}
            </section>
            {show(app, || Box::pin(table()), 0, Some("panel panel--due"), false)}
        </Show>
    }
}

/// One total: value, change against the period before, line over the range.
#[component]
fn Total(index: usize) -> impl IntoView {
    let app = App::get();
    let (label, _) = TILES[index];
    let tile = Memo::new(move |_| app.reply::<CallsReply>().with(|c| c.as_ref().map(|c| c.tiles[index].clone())));
    let value = move || tile.with(|t| t.as_ref().and_then(|t| Some((t.value?, t.exactness[0]))));
    let change = Memo::new(move |_| tile.with(|t| t.as_ref().and_then(Tile::change_percent)));
    let changed = move |percent| tile.with(|t| t.as_ref().map(|t| t.change_exactness().mark(num::change(percent))));
    let gap = move || tile.with(|t| t.as_ref().is_some_and(|t| t.gap.is_some()));
    let recorded = move || app.reply::<CallsReply>().with(|c| c.as_ref().is_some_and(|c| c.missing(Piece::Totals).is_none()));
    let delta_class = move || match change.get() {
        Some(percent) if index == FAILED_TILE && percent > 0.0 => "tile__delta is-bad",
        Some(percent) if index == FAILED_TILE && percent < 0.0 => "tile__delta is-good",
        _ => "tile__delta",
    };
    view! {
        <article class="tile">
            <h2 class="tile__label">{move || app.t(label)}</h2>
            {move || match (value(), recorded()) {
                (Some((n, exactness)), _) => {
                    let (figure, unit) = num::tile(n);
                    view! { <p class="tile__value" title=num::whole(n)>{exactness.mark(figure)}{(!unit.is_empty()).then(|| view! { <small>{unit}</small> })}</p> }.into_any()
                }
                (None, true) => view! { <p class="tile__value" title=app.t(if gap() { CallsWords::NoAnswer } else { CallsWords::NotRecorded })>"-"</p> }.into_any(),
                (None, false) => view! { <p class="tile__value">"\u{a0}"</p> }.into_any(),
            }}
            <p class=delta_class>
                {move || match change.get() {
                    Some(percent) => view! {
                        <b>{changed(percent)}</b>
                        " "
                        <span class="vs">{calls_words::versus(app.lang.get(), app.view.with(|v| v.range))}</span>
                    }
                    .into_any(),
                    None => "\u{a0}".into_any(),
                }}
            </p>
            <div class="tile__spark">{show(app, || Box::pin(line()), index, None, false)}</div>
        </article>
    }
}

fn spark(index: usize) -> AnyView {
    let app = App::get();
    let (label, colour) = TILES[index];
    view! { <Spark index colour label=Signal::derive(move || app.t(label).to_owned())/> }.into_any()
}

/// The filters of docs/spec.md, section 3.
#[component]
fn Filters() -> impl IntoView {
    let reply = App::get().reply::<CallsReply>();
    let facets = Memo::new(move |_| reply.with(|r| r.as_ref().map(|r| r.facets.clone()).unwrap_or_default()));
    let missing = Memo::new(move |_| reply.with(|r| r.as_ref().map(|r| r.missing.clone()).unwrap_or_default()));
    view! { <FilterBar facets missing always=&[Label::Dim(Dim::ServiceType), Label::Dim(Dim::ApiKey), Label::Dim(Dim::Ip)]/> }
}

/// In the place of all below, where the selection holds no calls.
#[component]
fn Nothing() -> impl IntoView {
    let reply = App::get().reply::<CallsReply>();
    let unfiltered = Memo::new(move |_| reply.with(|r| r.as_ref().map_or(0, |r| r.unfiltered_calls)));
    let without = Memo::new(move |_| reply.with(|r| r.as_ref().map(|r| r.without.clone()).unwrap_or_default()));
    view! { <EmptyState unfiltered without/> }
}

/// The services table and its key.
#[component]
fn Table() -> impl IntoView {
    view! {
        <Services/>
        <LegendNote/>
    }
}

/// What bars, colours and dashes of the table mean.
#[component]
fn LegendNote() -> impl IntoView {
    let app = App::get();
    view! {
        <p class="legend-note">
            <span>{move || app.t(CallsWords::FailureRateKey)}</span>
            <span><i class="sw"></i>{move || app.t(CallsWords::RateLow)}</span>
            <span><i class="sw sw--warn"></i>{move || app.t(CallsWords::RateRaised)}</span>
            <span><i class="sw sw--bad"></i>{move || app.t(CallsWords::RateHigh)}</span>
            <span>{move || fill(app.t(CallsWords::RateFew), &[("n", &RATE_CALLS_MIN.to_string())])}</span>
            <span>{move || app.t(CallsWords::KeyRateBar)}</span>
            <span>{move || app.t(CallsWords::KeyNotInvolved)}</span>
            <span class="wide">{move || app.t(CallsWords::KeyBar)}</span>
        </p>
    }
}
