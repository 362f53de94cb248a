//! When canvases are painted: soon, a few at a time, so that no task holds the page up.

use crate::ui::paper::is_printing;
use crate::web::sleep::breathe;
use leptos::prelude::{request_animation_frame, window};
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use web_sys::HtmlCanvasElement;

/// How long painting goes on before the page's other tasks have their turn, in ms.
const BUDGET_MS: f64 = 10.0;
/// How much colouring is left to one frame, in corners of areas. A browser colours what was painted as it ends the frame, in one task.
const FRAME: usize = 120_000;

/// Paints a canvas, and returns how much colouring that leaves to the browser.
type Job = (HtmlCanvasElement, Box<dyn FnOnce() -> usize>);

thread_local! {
    static WAITING: RefCell<VecDeque<Job>> = RefCell::default();
    /// Painted since the last frame.
    static PAINTED: Cell<usize> = const { Cell::new(0) };
}

/// Paints a canvas in a task of its own; `paint` gives how much colouring it leaves to the browser. What still waits for the same canvas is out of
/// date and forgotten.
pub fn soon(canvas: HtmlCanvasElement, paint: impl FnOnce() -> usize + 'static) {
    // Paper does not wait.
    if is_printing() {
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
        later();
    }
}

fn later() {
    spawn_local(async {
        breathe().await;
        run();
    });
}

fn run() {
    let clock = || window().performance().map_or(0.0, |p| p.now());
    let end = clock() + BUDGET_MS;
    while WAITING.with_borrow(|waiting| !waiting.is_empty()) {
        if PAINTED.get() >= FRAME {
            // The next frame colours what was painted; only after it is there room for more.
            return request_animation_frame(later);
        }
        if clock() >= end {
            return later();
        }
        let Some((_, paint)) = WAITING.with_borrow_mut(VecDeque::pop_front) else { return };
        let painted = paint();
        if PAINTED.replace(PAINTED.get() + painted) == 0 && painted > 0 {
            request_animation_frame(|| PAINTED.set(0));
        }
    }
}
