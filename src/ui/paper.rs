//! Whether the page is being printed, and for which sizes its charts are drawn then.

use leptos::prelude::*;
use std::cell::Cell;

thread_local! {
    static PRINTING: Cell<bool> = const { Cell::new(false) };
}

/// Sizes of charts on paper, CSS pixels. The stylesheet lays out as many columns as the paper has room for, so that a pane is about this wide on A4 and
/// Letter, portrait and landscape, and scales the picture to its column.
pub mod size {
    /// The plot of a pane.
    pub const PLOT: (f64, f64) = (330.0, 176.0);
    /// The line of a tile.
    pub const SPARK: (f64, f64) = (140.0, 52.0);
    /// Failed calls over time.
    pub const STRIP: (f64, f64) = (840.0, 150.0);
}

/// Pixels of a canvas in a CSS pixel of paper.
pub const PIXELS: f64 = 3.0;

/// Whether the page is being printed. What follows from it is there when the browser lays the page out.
pub fn printing() -> ReadSignal<bool> {
    // What is made while the page is being printed is for paper, too.
    let (printing, set) = signal(is_printing());
    let listen = |name: &'static str, on: bool| {
        window_event_listener_untyped(name, move |_| {
            PRINTING.set(on);
            set.try_set(on);
        })
    };
    let listeners = [listen("beforeprint", true), listen("afterprint", false)];
    on_cleanup(move || listeners.into_iter().for_each(|listener| listener.remove()));
    printing
}

/// Whether it is being printed now. Known while something on the page follows [`printing`].
pub fn is_printing() -> bool {
    PRINTING.get()
}
