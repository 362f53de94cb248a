//! The legend of a pane: it names the lines, switches them, and is the readout of the crosshair.

use super::state::PaneState;
use crate::base::sorted::Set;
use crate::i18n::charts::Charts;
use crate::i18n::{exact, fill};
use crate::model::Line;
use crate::scene::legend_columns;
use crate::ui::pages::details::DetailsState;
use leptos::prelude::*;

#[component]
pub fn Legend(state: PaneState) -> impl IntoView {
    let lines = Memo::new(move |_| state.shown.with(|s| s.as_ref().map_or_else(Vec::new, |s| s.lines())));
    let single = move || state.shown.with(|s| s.as_ref().is_some_and(|s| s.chart.lines.len() == 1));
    let cells = move || lines.with(Vec::len) + if single() { 2 } else { 0 };
    view! {
        <div
            class="chart__legend"
            role="group"
            aria-label=move || fill(state.app.t(Charts::Lines), &[("title", state.title())])
            data-n=move || cells().to_string()
            style=("--n", move || legend_columns(cells()).to_string())
        >
            <For each=move || lines.get() key=|(line, look)| (*line, look.token) let:item>
                <Switch state line=item.0 token=item.1.token width=item.1.width/>
            </For>
            {move || single().then(|| view! { <Extremes state/> })}
        </div>
    }
}

/// One line: a button that switches it.
#[component]
fn Switch(state: PaneState, line: Line, token: &'static str, width: f64) -> impl IntoView {
    let on = Memo::new(move |_| state.off.with(|off| !off.contains(&line)));
    let value = move || state.shown.with(|s| s.as_ref().map(|s| s.value(line, state.told())));
    let full = move || state.shown.with(|s| s.as_ref().map(|s| s.value_in_full(line, state.told())));
    let only = move || {
        let all: Vec<Line> =
            state.shown.with_untracked(|s| s.as_ref().map_or_else(Vec::new, |s| s.lines().iter().map(|l| l.0).collect()));
        switch(state, move |off| {
            let alone: Set<Line> = all.into_iter().filter(|l| *l != line).collect();
            // A second time shows all again.
            *off = if *off == alone { Set::default() } else { alone };
        });
    };
    let click = move |event: leptos::ev::MouseEvent| {
        if event.shift_key() {
            only();
        } else {
            switch(state, |off| {
                if !off.remove(&line) {
                    off.insert(line);
                }
            });
        }
    };
    view! {
        <button
            class="lg"
            type="button"
            aria-pressed=move || on.get().to_string()
            title=move || state.app.t(Charts::LineHint)
            style=("--c", format!("var({token})"))
            style=("--sw", width.to_string())
            on:click=click
            on:dblclick=move |_| only()
        >
            <svg class="sw" viewBox="0 0 14 10" aria-hidden="true">
                <line x1="0" x2="14" y1="5" y2="5"></line>
            </svg>
            <span class="k">{move || state.line_name(line)}</span>
            <span class="v" title=full>{value}</span>
        </button>
    }
}

/// Changes the lines that are off, in the address.
fn switch(state: PaneState, change: impl FnOnce(&mut Set<Line>)) {
    state.app.replace_own(|own: &mut DetailsState| {
        let off = own.lines_off.slot(state.metric);
        change(off);
        if off.is_empty() {
            own.lines_off.remove(&state.metric);
        }
    });
}

/// Where a single line is highest, or lowest if that is the bad value, and its middle.
#[component]
fn Extremes(state: PaneState) -> impl IntoView {
    let summary = move || state.shown.with(|s| s.as_ref().map(|s| s.chart.summary)).unwrap_or_default();
    let at = move || {
        let bucket = summary().minimum.map(|(_, at)| at).or(summary().maximum_at)?;
        state.axis.with(|a| a.as_ref().map(|a| a.name(bucket as usize)))
    };
    view! {
        <div class="lg lg--ro">
            <span class="k">{move || state.app.t(if state.metric.is_worst_low() { Charts::MinAt } else { Charts::MaxAt })}</span>
            <span class="v">{move || at().unwrap_or_else(|| "-".into())}</span>
        </div>
        <div class="lg lg--ro">
            <span class="k">{move || state.app.t(Charts::MedianBucket)}</span>
            <span class="v" title=move || exact::value_in_full(state.metric, summary().median_bucket, summary().exactness[3])>
                {move || exact::value(state.metric, summary().median_bucket, summary().exactness[3])}
            </span>
        </div>
    }
}
