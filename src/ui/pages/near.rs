//! Tells when an element comes near the window.

use js_sys::Array;
use leptos::html::P;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::*;
use web_sys::{IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};

/// How far from the window is near.
const MARGIN: &str = "600px 0px";

/// Runs `act` each time the element, which may come and go, comes near. Where the browser cannot tell, it never runs: a button has to do the same.
pub fn when_near(element: NodeRef<P>, act: impl Fn() + 'static) {
    let told = Closure::<dyn FnMut(Array)>::new(move |entries: Array| {
        if entries.iter().any(|e| e.unchecked_into::<IntersectionObserverEntry>().is_intersecting()) {
            act();
        }
    });
    let init = IntersectionObserverInit::new();
    init.set_root_margin(MARGIN);
    let Ok(observer) = IntersectionObserver::new_with_options(told.as_ref().unchecked_ref(), &init) else { return };
    let kept = SendWrapper::new((observer.clone(), told));
    on_cleanup(move || kept.0.disconnect());
    Effect::new(move |_| {
        observer.disconnect();
        if let Some(element) = element.get() {
            observer.observe(&element);
        }
    });
}
