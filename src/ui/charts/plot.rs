//! The plot of a pane: canvas below, overlay above, and what pointer and keys do to crosshair and selection.

use super::canvas::paint;
use super::cross::BrushSelection;
use super::extent::extent_of;
use super::overlay::Overlay;
use super::palette::palette;
use super::queue::soon;
use super::state::PaneState;
use super::table::PointsTable;
use super::zoom::zoom;
use crate::i18n::charts::{self, Charts};
use crate::i18n::fill;
use crate::scene::{Brush, Key, Pane, key_of};
use crate::ui::pages::details::DetailsState;
use crate::ui::paper::size;
use leptos::ev::{FocusEvent, KeyboardEvent, PointerEvent};
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use std::sync::Arc;
use web_sys::Element;

/// How far a pressed pointer moves before it selects, in CSS pixels.
const SLOP_PX: f64 = 4.0;
/// How long a finger rests before it selects instead of reading, in ms.
const LONG_PRESS_MS: f64 = 400.0;

/// A pressed pointer.
#[derive(Clone, Copy)]
struct Press {
    /// The bucket where the selection begins.
    anchor: usize,
    x: f64,
    at_ms: f64,
    mode: Mode,
    /// What was read before.
    read: Option<usize>,
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Undecided,
    Reading,
    Selecting,
}

#[component]
pub fn Plot(state: PaneState) -> impl IntoView {
    let canvas = NodeRef::<html::Canvas>::new();
    let extent = extent_of(canvas, size::PLOT);
    let palette = palette(state.app);
    let laid = RwSignal::new(None::<Arc<Pane>>);
    Effect::new(move |_| {
        let (Some(canvas), extent, palette) = (canvas.get(), extent.get(), palette.get()) else { return };
        let Some(draft) = state.draft(extent) else {
            laid.set(None);
            return;
        };
        // Twelve layouts at once would hold the page up: each waits for its turn with its picture.
        soon(canvas.clone(), move || {
            let pane = Arc::new(draft.lay_out());
            let work = paint(&canvas, extent, &pane.shapes, palette);
            // The pane may have gone meanwhile.
            drop(laid.try_set(Some(pane)));
            work
        });
    });

    let press = StoredValue::new(None::<Press>);
    let under = move |x: f64| laid.with_untracked(|l| l.as_ref().and_then(|l| l.ruler.at(x)));
    let down = move |event: PointerEvent| {
        let x = f64::from(event.offset_x());
        let Some(bucket) = under(x).filter(|_| event.button() == 0) else { return };
        let (read, drawn) = state.cross.now();
        let held = drawn.filter(|d| d.on == state.metric);
        let held = held.and_then(|d| laid.with_untracked(|l| l.as_ref().and_then(|l| d.brush.anchor_at(&l.ruler, x))));
        let mode = if held.is_some() { Mode::Selecting } else { Mode::Undecided };
        press.set_value(Some(Press { anchor: held.unwrap_or(bucket), x, at_ms: event.time_stamp(), mode, read }));
        state.cross.read(Some(bucket));
        if let Some(plot) =
            event.current_target().and_then(|t| leptos::wasm_bindgen::JsCast::dyn_into::<web_sys::Element>(t).ok())
        {
            // Refused where the pointer is gone already.
            let _ = plot.set_pointer_capture(event.pointer_id());
        }
    };
    let moved = move |event: PointerEvent| {
        let x = f64::from(event.offset_x());
        let Some(bucket) = under(x) else { return };
        state.cross.read(Some(bucket));
        let Some(mut pressed) = press.get_value() else { return };
        if pressed.mode == Mode::Undecided && (x - pressed.x).abs() > SLOP_PX {
            let finger = event.pointer_type() == "touch";
            let rested = event.time_stamp() - pressed.at_ms >= LONG_PRESS_MS;
            pressed.mode = if finger && !rested { Mode::Reading } else { Mode::Selecting };
            press.set_value(Some(pressed));
        }
        if pressed.mode == Mode::Selecting {
            state.cross.draw(Some(BrushSelection { on: state.metric, brush: Brush::between(pressed.anchor, bucket) }));
        }
    };
    let up = move |event: PointerEvent| {
        let Some(pressed) = press.get_value() else { return };
        press.set_value(None);
        if pressed.mode == Mode::Undecided {
            state.cross.draw(None);
            // A second tap on what is read ends the reading: a finger cannot leave the plot as a mouse does.
            if event.pointer_type() == "touch" && pressed.read == under(pressed.x) {
                state.cross.read(None);
            }
        }
    };
    let left = move |event: PointerEvent| {
        if event.pointer_type() != "touch" && press.get_value().is_none() {
            state.cross.read(None);
        }
    };
    // What keys read stays no longer than the focus.
    let blurred = move |event: FocusEvent| {
        let plot = event.current_target().and_then(|plot| plot.dyn_into::<Element>().ok());
        if plot.is_some_and(|plot| !plot.matches(":hover").unwrap_or(false)) && press.get_value().is_none() {
            state.cross.read(None);
        }
    };
    let keys = move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || state.table.get_untracked() {
            return;
        }
        let (read, drawn) = state.cross.now();
        let buckets = untrack(|| state.buckets());
        let from = read.filter(|&i| i < buckets).or_else(|| untrack(|| state.told()));
        let Some((from, key)) = from.and_then(|from| Some((from, key_of(&event.key(), from, buckets)?))) else { return };
        match key {
            Key::To(to) => {
                if event.shift_key() {
                    let brush = Brush::extended(drawn.map(|d| d.brush), from, to);
                    state.cross.draw(Some(BrushSelection { on: state.metric, brush }));
                }
                state.cross.read(Some(to));
            }
            // Without anything to leave, Escape is the dialog's.
            Key::Leave if read.is_none() && drawn.is_none() => return,
            Key::Leave => {
                state.cross.draw(None);
                state.cross.read(None);
            }
            Key::Zoom => {
                let Some(drawn) = drawn else { return };
                zoom(state, drawn.brush);
            }
            Key::Enlarge if state.enlarged => return,
            Key::Enlarge => state.app.update_own(|own: &mut DetailsState| own.enlarged = Some(state.metric)),
        }
        event.prevent_default();
        event.stop_propagation();
    };

    let slider = move |value: String| (!state.table.get()).then_some(value);
    let label = move || {
        let lang = state.app.lang.get();
        let precision = state.axis.with(|a| a.as_ref().map_or("", |a| charts::rhythm(lang, a.precision())));
        let (n, unit) = (state.buckets().to_string(), state.unit());
        let values = [("title", state.title()), ("unit", &*unit), ("precision", precision), ("n", n.as_str())];
        slider(fill(state.app.t(Charts::Plot), &values))
    };
    view! {
        <div
            class="chart__plot"
            autofocus=state.enlarged
            tabindex=move || if state.table.get() { "-1" } else { "0" }
            role=move || slider("slider".into())
            aria-valuemin=move || slider("0".into())
            aria-valuemax=move || slider(state.buckets().saturating_sub(1).to_string())
            aria-valuenow=move || slider(state.told().unwrap_or(0).to_string())
            aria-valuetext=move || slider(spoken(state))
            aria-label=label
            aria-keyshortcuts=move || slider(if state.enlarged { "Enter" } else { "E N P Enter" }.into())
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=up
            on:pointercancel=move |_| press.set_value(None)
            on:pointerleave=left
            on:keydown=keys
            on:blur=blurred
        >
            <canvas class="plot__base" aria-hidden="true" node_ref=canvas></canvas>
            <Overlay state laid/>
            {move || state.table.get().then(|| view! { <PointsTable state/> })}
        </div>
    }
}

/// The reading in words: `Thu 12 10:00: AVG 823.6, P99 ≈ 1,981, between 1,500 and 2,500`.
fn spoken(state: PaneState) -> String {
    let (Some(shown), Some(axis), Some(at)) = (state.shown.get(), state.axis.get(), state.told()) else { return String::new() };
    let (off, lang) = (state.off.get(), state.app.lang.get());
    let values = shown.lines().into_iter().filter(|(line, _)| !off.contains(line)).map(|(line, _)| {
        let value = shown.reading(lang, line, at);
        // A dash alone may go unread.
        let value = if value == "-" { state.app.t(Charts::NoValue).to_owned() } else { value };
        format!("{} {value}", state.line_name(line))
    });
    format!("{}: {}", axis.row_name(at), values.collect::<Vec<_>>().join(", "))
}
