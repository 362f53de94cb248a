//! What all charts of the page share: the crosshair and the selection.

use crate::model::Metric;
use crate::scene::Brush;
use leptos::prelude::*;

thread_local! {
    /// A page has one crosshair, read by the panes and by the note of the tabs, which have no parent of their own in common.
    static SHARED: (ArcRwSignal<Option<usize>>, ArcRwSignal<Option<BrushSelection>>) = (ArcRwSignal::new(None), ArcRwSignal::new(None));
}

/// A selection and the chart it was drawn on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BrushSelection {
    pub on: Metric,
    pub brush: Brush,
}

/// Crosshair and selection.
#[derive(Clone, Copy)]
pub struct Cross {
    at: RwSignal<Option<usize>>,
    drawn: RwSignal<Option<BrushSelection>>,
}

impl Cross {
    pub fn get() -> Self {
        SHARED.with(|(at, drawn)| Self { at: at.clone().into(), drawn: drawn.clone().into() })
    }

    /// The bucket that is read, if any, among so many; reactive.
    pub fn at(self, buckets: usize) -> Option<usize> {
        self.at.get().filter(|&i| i < buckets)
    }

    /// Reads a bucket, or none. Nothing happens where it is read already: pointers report many moves within a bucket.
    pub fn read(self, at: Option<usize>) {
        if self.at.get_untracked() != at {
            self.at.set(at);
        }
    }

    /// The selection among so many buckets; reactive.
    pub fn drawn(self, buckets: usize) -> Option<BrushSelection> {
        self.drawn.get().filter(|d| d.brush.last < buckets)
    }

    pub fn draw(self, drawn: Option<BrushSelection>) {
        if self.drawn.get_untracked() != drawn {
            self.drawn.set(drawn);
        }
    }

    /// Without waiting for changes.
    pub fn now(self) -> (Option<usize>, Option<BrushSelection>) {
        (self.at.get_untracked(), self.drawn.get_untracked())
    }
}
