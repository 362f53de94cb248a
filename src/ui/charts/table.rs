//! A chart's points as a table, in the place of the plot, newest first.

use super::state::PaneState;
use crate::i18n::charts::Charts;
use leptos::prelude::*;

#[component]
pub fn PointsTable(state: PaneState) -> impl IntoView {
    let head = move || {
        let lines = state.shown.with(|s| s.as_ref().map_or_else(Vec::new, |s| s.lines()));
        lines.into_iter().map(|(line, _)| view! { <th scope="col">{state.line_name(line)}</th> }).collect_view()
    };
    let rows = move || {
        let (shown, axis) = (state.shown.get()?, state.axis.get()?);
        let lines = shown.lines();
        let row = |bucket: usize| {
            let cells = lines.iter().map(|(line, _)| view! { <td>{shown.value(*line, Some(bucket))}</td> }).collect_view();
            view! {
                <tr>
                    <th scope="row">{axis.name(bucket)}</th>
                    {cells}
                </tr>
            }
        };
        Some((0..axis.count()).rev().map(row).collect_view())
    };
    view! {
        <div class="astable" tabindex="0" role="group" aria-labelledby=state.id("h")>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{move || state.app.t(Charts::Time)}</th>
                        {head}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
