//! Which edges of a frame that scrolls sideways have more behind them.

use leptos::html::Div;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use send_wrapper::SendWrapper;
use web_sys::ResizeObserver;

/// Whether there is more to the left and to the right of what a frame shows.
#[derive(Clone, Copy)]
pub struct Edges {
    frame: NodeRef<Div>,
    pub left: RwSignal<bool>,
    pub right: RwSignal<bool>,
}

impl Edges {
    /// Follows the sizes of the frame and of its content; [`Edges::measure`] reports scrolling.
    pub fn of(frame: NodeRef<Div>) -> Self {
        let edges = Self { frame, left: RwSignal::new(false), right: RwSignal::new(false) };
        Effect::new(move |_| {
            let Some(element) = frame.get() else { return };
            let told = Closure::<dyn FnMut()>::new(move || edges.measure());
            let Ok(observer) = ResizeObserver::new(told.as_ref().unchecked_ref()) else { return };
            observer.observe(&element);
            if let Some(held) = element.first_element_child() {
                observer.observe(&held);
            }
            let kept = SendWrapper::new((observer, told));
            on_cleanup(move || kept.0.disconnect());
        });
        edges
    }

    pub fn measure(self) {
        let Some(Some(frame)) = self.frame.try_get_untracked() else { return };
        let is_right = frame.scroll_left() + frame.client_width() + 1 < frame.scroll_width();
        for (edge, now) in [(self.left, frame.scroll_left() > 0), (self.right, is_right)] {
            if edge.try_get_untracked().is_some_and(|before| before != now) {
                edge.set(now);
            }
        }
    }
}
