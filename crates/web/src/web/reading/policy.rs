//! Distinguishes a request that the site's Content-Security-Policy refused from one that found no server: both are the same error to the caller.

use js_sys::{Function, Reflect};
use std::cell::Cell;
use wasm_bindgen::prelude::*;

thread_local! {
    static WATCHED: Cell<bool> = const { Cell::new(false) };
    static BROKEN: Cell<bool> = const { Cell::new(false) };
}

/// Listens for violations from now on, and forgets those before.
pub fn watch() {
    BROKEN.set(false);
    if WATCHED.replace(true) {
        return;
    }
    let heard = Closure::<dyn FnMut()>::new(|| BROKEN.set(true));
    let global = js_sys::global();
    // By name: a worker's scope and a window both have it.
    if let Ok(listen) = Reflect::get(&global, &"addEventListener".into()).and_then(|listen| listen.dyn_into::<Function>()) {
        let _ = listen.call2(&global, &"securitypolicyviolation".into(), heard.as_ref());
    }
    heard.forget();
}

/// Whether the request that has just failed was refused.
pub async fn was_broken() -> bool {
    // The violation is an event of its own, which may come after the error.
    crate::web::sleep::breathe().await;
    crate::web::sleep::sleep(20).await;
    BROKEN.get()
}
