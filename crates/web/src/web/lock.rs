//! Locks that all tabs of this site share (Web Locks), so that one of them at a time writes a kept data set.

use super::object::{call, field};
use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// What the locks of writers begin with; the rest is the name of what is kept.
const WRITER: &str = "callscope/keep/";

/// The browser's locks, where it has them.
fn locks() -> Option<JsValue> {
    let locks = field(&field(&js_sys::global(), "navigator"), "locks");
    locks.is_object().then_some(locks)
}

/// A lock that is held until it is dropped, or its tab is closed.
pub struct Lock(Function);

impl Lock {
    /// Waits until no other tab writes under this name. `None`: the browser has no locks.
    pub async fn writer(name: &str) -> Option<Self> {
        let locks = locks()?;
        let request: Function = field(&locks, "request").dyn_into().ok()?;
        let mut release = None;
        // The browser holds the lock for as long as the promise of the callback is pending.
        let held = Promise::new(&mut |resolve, _| release = Some(resolve));
        let mut grant = None;
        let granted = Promise::new(&mut |resolve, _| grant = Some(resolve));
        let grant = grant?;
        let callback = Closure::once_into_js(move |_lock: JsValue| -> JsValue {
            // A function of the browser's own, which throws nothing.
            let _ = grant.call0(&JsValue::UNDEFINED);
            held.into()
        });
        let over = request.call2(&locks, &JsValue::from_str(&format!("{WRITER}{name}")), &callback).ok()?;
        // A request that is refused never calls back.
        JsFuture::from(Promise::race(&Array::of2(&granted, &over))).await.ok()?;
        release.map(Self)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.0.call0(&JsValue::UNDEFINED);
    }
}

/// Whether some tab writes a data set now.
pub async fn is_any_writing() -> bool {
    let Some(locks) = locks() else { return false };
    let Ok(seen) = call(&locks, "query", &[]).await else { return false };
    let held = field(&seen, "held");
    let name = |lock: &JsValue| field(lock, "name").as_string().unwrap_or_default();
    Array::is_array(&held) && Array::from(&held).iter().any(|lock| name(&lock).starts_with(WRITER))
}
