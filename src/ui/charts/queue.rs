//! When canvases are painted: in the next frames, a few at a time, so that no task holds the page up.

use leptos::prelude::{request_animation_frame, window};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use web_sys::HtmlCanvasElement;

/// How much of a frame painting may take before the rest waits for the next one, in ms.
const BUDGET_MS: f64 = 8.0;
/// After so many corners of lines and areas painting waits for the next frame as well: a browser colours their pixels only as it ends the frame,
/// which takes two or three times as long as handing them over does.
const CORNERS: usize = 8_000;

/// Paints a canvas, and tells how many corners its lines and areas have.
type Job = (HtmlCanvasElement, Box<dyn FnOnce() -> usize>);

thread_local! {
    static WAITING: RefCell<VecDeque<Job>> = RefCell::default();
    static AT_ONCE: Cell<bool> = const { Cell::new(false) };
}

/// Paints a canvas in one of the next frames; `paint` gives how many corners its lines and areas have. What still waits for the same canvas is out of date and forgotten.
pub fn soon(canvas: HtmlCanvasElement, paint: impl FnOnce() -> usize + 'static) {
    if AT_ONCE.get() {
        paint();
        return;
    }
    let first = WAITING.with_borrow_mut(|waiting| {
        let first = waiting.is_empty();
        waiting.retain(|(other, _)| *other != canvas);
        waiting.push_back((canvas, Box::new(paint)));
        first
    });
    if first {
        request_animation_frame(run);
    }
}

/// Whether to paint without waiting for a frame: before printing there is none.
pub fn at_once(yes: bool) {
    AT_ONCE.set(yes);
}

fn run() {
    let clock = || window().performance().map_or(0.0, |p| p.now());
    let end = clock() + BUDGET_MS;
    let mut corners = 0;
    while let Some((_, paint)) = WAITING.with_borrow_mut(VecDeque::pop_front) {
        corners += paint();
        if (corners >= CORNERS || clock() >= end) && WAITING.with_borrow(|waiting| !waiting.is_empty()) {
            return request_animation_frame(run);
        }
    }
}
