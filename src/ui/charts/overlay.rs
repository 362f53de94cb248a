//! What moves above a plot: crosshair with its flag and dots, selection with its handles.

use super::state::PaneState;
use super::text::text_width;
use crate::model::Line;
use crate::scene::{Pane, Whisker, WhiskerEnd, flag, flag_line, whisker};
use leptos::prelude::*;
use std::sync::Arc;

/// Lines of the flag's box, the dots' radius and the handles' size, CSS pixels.
const FLAG_HEIGHT: f64 = 18.0;
const DOT_RADIUS: f64 = 3.25;
const HANDLE: (f64, f64) = (5.0, 16.0);
/// Half the width of a whisker's caps, CSS pixels.
const WHISKER: f64 = 5.0;

#[component]
pub fn Overlay(state: PaneState, laid: RwSignal<Option<Arc<Pane>>>) -> impl IntoView {
    view! {
        <svg class="plot__over" aria-hidden="true">
            {move || laid.get().and_then(|pane| selection(state, &pane))}
            {move || laid.get().and_then(|pane| crosshair(state, &pane))}
        </svg>
    }
}

fn selection(state: PaneState, pane: &Pane) -> Option<impl IntoView + use<>> {
    let drawn = state.cross.drawn(pane.ruler.buckets)?;
    let (left, right) = drawn.brush.edges(&pane.ruler);
    let (top, foot) = (pane.top(), pane.foot());
    let own = (drawn.on == state.metric).then(|| {
        let middle = (top + foot) / 2.0 - HANDLE.1 / 2.0;
        let edge = move |x: f64| {
            view! {
                <line class="sel-e" x1=x x2=x y1=top y2=foot></line>
                <rect class="sel-g" x=x - HANDLE.0 / 2.0 y=middle width=HANDLE.0 height=HANDLE.1 rx="1.5"></rect>
            }
        };
        view! {
            <rect class="sel" x=left y=top width=right - left height=foot - top></rect>
            {edge(left)}
            {edge(right)}
        }
    });
    let bracket = foot + 1.5;
    Some(view! {
        {own}
        <line class="sel-b" x1=left x2=right y1=bracket y2=bracket></line>
    })
}

/// The whisker of the line that leads: other lines have none, or bars would hide them.
fn bar(Whisker { top, foot, end }: Whisker, x: f64, token: &str) -> impl IntoView + use<> {
    let (left, right) = (x - WHISKER, x + WHISKER);
    let end = match end {
        WhiskerEnd::Cap => Some(format!("M{left} {top}H{right}")),
        WhiskerEnd::Arrow => Some(format!("M{} {}L{x} {top}L{} {}", x - WHISKER + 1.0, top + 6.0, x + WHISKER - 1.0, top + 6.0)),
        WhiskerEnd::Cut => None,
    };
    view! {
        <g class="wh" style=("--c", format!("var({token})"))>
            <path d=format!("M{x} {foot}V{top}M{left} {foot}H{right}")></path>
            {end.map(|d| view! { <path d=d></path> })}
        </g>
    }
}

fn crosshair(state: PaneState, pane: &Pane) -> Option<impl IntoView + use<>> {
    let at = state.cross.at(pane.ruler.buckets)?;
    let (shown, axis) = (state.shown.get()?, state.axis.get()?);
    let on: Vec<_> = state.off.with(|off| shown.lines().into_iter().filter(|(line, _)| !off.contains(line)).collect());
    let x = pane.ruler.x(at);
    let dots = on
        .iter()
        .rev()
        .filter_map(|(line, look)| {
            let value = shown.values(*line)?.get(at).copied().filter(|v| v.is_finite() && !pane.is_beyond(*v))?;
            Some(view! { <circle class="pt on" style=("--c", format!("var({})", look.token)) cx=x cy=pane.y(value) r=DOT_RADIUS></circle> })
        })
        .collect_view();
    let at_bucket = |line: Line| shown.values(line).and_then(|values| values.get(at).copied()).unwrap_or(f64::NAN);
    let lead = flag_line(&on.iter().map(|(line, _)| (*line, at_bucket(*line))).collect::<Vec<_>>());
    let name = lead.filter(|_| shown.chart.lines.len() > 1).map(|l| format!("  {}", state.line_name(l))).unwrap_or_default();
    let when = format!("{}{name}", axis.short_name(at));
    let value = lead.map_or_else(|| "-".to_owned(), |l| shown.reading(state.app.lang.get(), l, at));
    let bar = lead.and_then(|line| {
        let value = shown.values(line)?.get(at).copied()?;
        let token = on.iter().find(|(of, _)| *of == line)?.1.token;
        Some(bar(whisker(pane, value, shown.chart.quality(line, at))?, x, token))
    });
    let place = flag(x, pane.size.0, text_width(&when, true), text_width(&value, true));
    let foot = pane.foot();
    Some(view! {
        <line class="cur" x1=x x2=x y1=FLAG_HEIGHT y2=foot></line>
        {bar}
        {dots}
        <g class="flag">
            <rect x=place.left y="0" width=place.width height=FLAG_HEIGHT rx="2"></rect>
            <text x=place.text_from y="13">
                <tspan class="when">{when}</tspan>
            </text>
            <text class="val" x=place.text_to y="13" text-anchor="end">{value}</text>
        </g>
    })
}
