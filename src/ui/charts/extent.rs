//! A canvas' size as a signal, exact to the device pixel where the browser reports it.

use super::canvas::Extent;
use crate::ui::paper::{PIXELS, printing};
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::{JsCast, JsValue};
use send_wrapper::SendWrapper;
use web_sys::js_sys::{Array, Reflect};
use web_sys::{
    HtmlCanvasElement, ResizeObserver, ResizeObserverBoxOptions, ResizeObserverEntry, ResizeObserverOptions, ResizeObserverSize,
};

/// Follows the size of a canvas from when it is in the page until its owner goes. While the page is printed it is `paper`, in CSS pixels.
pub fn extent_of(canvas: NodeRef<html::Canvas>, paper: (f64, f64)) -> Signal<Extent> {
    let (extent, set) = signal(Extent::default());
    Effect::new(move |_| {
        let Some(canvas) = canvas.get() else { return };
        let element = canvas.clone();
        let told = Closure::<dyn FnMut(Array)>::new(move |entries: Array| {
            let now = measure(&element, entries.get(0).dyn_ref());
            // Called outside of the reactive system, possibly after the owner went.
            if extent.try_get_untracked().is_some_and(|before| before != now) {
                set.set(now);
            }
        });
        let Ok(observer) = ResizeObserver::new(told.as_ref().unchecked_ref()) else { return };
        let device = ResizeObserverOptions::new();
        device.set_box(ResizeObserverBoxOptions::DevicePixelContentBox);
        if exact() {
            observer.observe_with_options(&canvas, &device);
        } else {
            observer.observe(&canvas);
        }
        let kept = SendWrapper::new((observer, told));
        on_cleanup(move || kept.0.disconnect());
    });
    let printing = printing();
    let device = ((paper.0 * PIXELS) as u32, (paper.1 * PIXELS) as u32);
    Signal::derive(move || if printing.get() { Extent { css: paper, device } } else { extent.get() })
}

/// Whether the browser reports device pixels; where it does not, observing them throws.
fn exact() -> bool {
    let entry = Reflect::get(&window(), &JsValue::from_str("ResizeObserverEntry"));
    let prototype = entry.and_then(|e| Reflect::get(&e, &JsValue::from_str("prototype")));
    prototype.and_then(|p| Reflect::has(&p, &JsValue::from_str("devicePixelContentBoxSize"))).unwrap_or(false)
}

fn measure(canvas: &HtmlCanvasElement, entry: Option<&ResizeObserverEntry>) -> Extent {
    let rect = canvas.get_bounding_client_rect();
    let css = (rect.width(), rect.height());
    let told =
        entry.filter(|_| exact()).and_then(|e| e.device_pixel_content_box_size().get(0).dyn_into::<ResizeObserverSize>().ok());
    let ratio = window().device_pixel_ratio();
    let about = (css.0 * ratio, css.1 * ratio);
    // Where a screen is emulated, browsers tell the size on the real one.
    let credible = |size: &ResizeObserverSize| {
        (size.inline_size() - about.0).abs() < ratio + 1.0 && (size.block_size() - about.1).abs() < ratio + 1.0
    };
    let device = match told.filter(credible) {
        Some(size) => (size.inline_size() as u32, size.block_size() as u32),
        None => (about.0.round() as u32, about.1.round() as u32),
    };
    Extent { css, device }
}
