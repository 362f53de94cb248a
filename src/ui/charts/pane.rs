//! A chart's pane: head with menu, summary, plot, legend.

use super::legend::Legend;
use super::plot::Plot;
use super::state::PaneState;
use super::zoom::SelectionChip;
use crate::export::axis::Axis;
use crate::export::chart::Drawing;
use crate::i18n::charts::Charts;
use crate::i18n::{exact, fill};
use crate::model::{Line, Metric};
use crate::scene::offers_logarithmic;
use crate::ui::components::popover::hide;
use crate::ui::components::{Glyph, Icon, Popover};
use crate::ui::export::ChartMenu;
use crate::ui::pages::details::DetailsState;
use leptos::prelude::*;
use std::sync::Arc;

/// The chart of a metric of the last answer. `enlarged`: in the dialog, without the way there.
#[component]
pub fn ChartPane(metric: Metric, axis: Memo<Option<Arc<Axis>>>, #[prop(default = false)] enlarged: bool) -> impl IntoView {
    let state = PaneState::new(metric, axis, enlarged);
    let reading = move || state.cross.at(state.buckets()).is_some();
    view! {
        <section class="chart" class:is-reading=reading id=state.id("c") data-id=metric.key() aria-labelledby=state.id("h")>
            <header class="chart__head">
                <h2 id=state.id("h")>
                    {move || state.title()}
                    <span class="unit">{move || state.heading_unit()}</span>
                </h2>
                <SelectionChip state/>
                <Menu state/>
            </header>
            <div class="chart__row">
                <Summary state/>
                <Followed state/>
                <Offer state/>
            </div>
            <Plot state/>
            <Legend state/>
        </section>
    }
}

#[component]
fn Menu(state: PaneState) -> impl IntoView {
    let id = StoredValue::new(state.id("m"));
    let close = move || id.with_value(|id| hide(id));
    let table = move |_| {
        close();
        toggle_table(state);
    };
    let enlarge = move |_| {
        close();
        state.app.update_own(|own: &mut DetailsState| own.enlarged = Some(state.metric));
    };
    let logarithmic = move |_| {
        close();
        toggle_logarithmic(state);
    };
    // Of all charts at once: their shapes are compared.
    let max_scales = move |_| {
        close();
        state.app.replace_own(|own: &mut DetailsState| own.max_scales = !own.max_scales);
    };
    view! {
        <button
            class="btn btn--bare btn--sm btn--icon"
            type="button"
            aria-label=move || fill(state.app.t(Charts::Menu), &[("title", state.title())])
            popovertarget=id.get_value()
        >
            <Icon of=Glyph::More/>
        </button>
        <Popover id=id.get_value() class="pop menu">
            <button type="button" on:click=table>
                <Icon of=Glyph::Table/>
                {move || state.app.t(if state.table.get() { Charts::ViewAsChart } else { Charts::ViewAsTable })}
            </button>
            {(!state.enlarged)
                .then(|| {
                    view! {
                        <button type="button" on:click=enlarge>
                            <Icon of=Glyph::Expand/>
                            {move || state.app.t(Charts::Enlarge)}
                            <kbd>"E"</kbd>
                        </button>
                    }
                })}
            <button type="button" aria-pressed=move || state.logarithmic.get().to_string() on:click=logarithmic>
                <Icon of=Glyph::Log/>
                {move || state.app.t(Charts::Logarithmic)}
            </button>
            {move || {
                state
                    .shown
                    .with(|s| s.as_ref().is_some_and(|s| s.values(Line::Max).is_some()))
                    .then(|| {
                        view! {
                            <button type="button" aria-pressed=move || state.max_scales.get().to_string() on:click=max_scales>
                                <Icon of=Glyph::Upload/>
                                {move || state.app.t(Charts::MaxScales)}
                            </button>
                        }
                    })
            }}
            <ChartMenu metric=state.metric close=Callback::new(move |()| close())/>
        </Popover>
    }
}

fn toggle_table(state: PaneState) {
    state.app.replace_own(|own: &mut DetailsState| {
        if !own.tables.remove(&state.metric) {
            own.tables.insert(state.metric);
        }
    });
}

fn toggle_logarithmic(state: PaneState) {
    state.app.replace_own(|own: &mut DetailsState| {
        if !own.logarithmic.remove(&state.metric) {
            own.logarithmic.insert(state.metric);
        }
    });
}

/// Latest value with its time, average and maximum.
#[component]
fn Summary(state: PaneState) -> impl IntoView {
    let summary = Memo::new(move |_| state.shown.with(|s| s.as_ref().map(|s| s.chart.summary)).unwrap_or_default());
    let figures = move || {
        let summary = summary.get();
        let at = summary.latest_at.and_then(|at| state.axis.with(|a| a.as_ref().map(|a| a.name(at as usize))));
        let figures = exact::summary(state.app.lang.get(), state.metric, &summary, at.as_deref());
        figures
            .map(|told| view! { <div><dt>{told.name}</dt><dd title=told.full>{told.short}</dd></div> })
            .into_iter()
            .collect_view()
    };
    view! { <dl class="chart__sum">{figures}</dl> }
}

/// Says so where the line that leads shows a histogram's bucket, not the service.
#[component]
fn Followed(state: PaneState) -> impl IntoView {
    let said = Memo::new(move |_| {
        let (lang, off) = (state.app.lang.get(), state.off.get());
        let (shown, axis) = (state.shown.get()?, state.axis.get()?);
        Drawing { chart: &shown.chart, axis: &axis, off: &off, logarithmic: false, max_scales: false }.followed(lang)
    });
    move || said.get().map(|said| view! { <p class="chart__follows" title=said.clone()>{said.clone()}</p> })
}

/// The logarithmic axis in place, where one error code dwarfs the others.
#[component]
fn Offer(state: PaneState) -> impl IntoView {
    let offered = Memo::new(move |_| {
        state.metric.is_by_status()
            && state
                .shown
                .with(|s| s.as_ref().is_some_and(|s| offers_logarithmic(s.chart.lines.iter().map(|l| l.values.as_slice()))))
    });
    move || {
        offered.get().then(|| {
            view! {
                <button
                    class="btn btn--sm chart__offer"
                    type="button"
                    aria-pressed=move || state.logarithmic.get().to_string()
                    on:click=move |_| toggle_logarithmic(state)
                >
                    {move || state.app.t(Charts::Logarithmic)}
                </button>
            }
        })
    }
}
