//! A chart's points as a table, in the place of the plot, newest first.

use super::state::PaneState;
use crate::i18n::charts::Charts;
use crate::ui::components::{LongBody, row_index};
use leptos::prelude::*;

#[component]
pub fn PointsTable(state: PaneState) -> impl IntoView {
    let head = move || {
        let lines = state.shown.with(|s| s.as_ref().map_or_else(Vec::new, |s| s.lines()));
        lines.into_iter().map(|(line, _)| view! { <th scope="col">{state.line_name(line)}</th> }).collect_view()
    };
    let total = Signal::derive(move || state.axis.with(|a| a.as_ref().map_or(0, |a| a.count())));
    let version = Memo::new(move |before: Option<&u32>| {
        state.shown.track();
        state.axis.track();
        before.map_or(0, |n| n.wrapping_add(1))
    });
    let row = move |number: usize| {
        let (Some(shown), Some(axis)) = (state.shown.get_untracked(), state.axis.get_untracked()) else { return ().into_any() };
        let Some(bucket) = axis.count().checked_sub(number + 1) else { return ().into_any() };
        let lang = state.app.lang.get_untracked();
        let cells = shown.lines().iter().map(|(line, _)| view! { <td>{shown.reading(lang, *line, bucket)}</td> }).collect_view();
        view! {
            <tr aria-rowindex=row_index(number)>
                <th scope="row">{axis.row_name(bucket)}</th>
                {cells}
            </tr>
        }
        .into_any()
    };
    view! {
        <div class="astable" tabindex="0" role="group" aria-labelledby=state.id("h")>
            <table aria-rowcount=move || (total.get() + 1).to_string()>
                <thead>
                    <tr>
                        <th scope="col">{move || state.app.t(Charts::Time)}</th>
                        {head}
                    </tr>
                </thead>
                <LongBody total version row/>
            </table>
        </div>
    }
}
