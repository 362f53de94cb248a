//! Why bytes do not come, and how long they are waited for.

use crate::base::address;
use crate::model::limits;
use crate::wire::LoadCause;
use js_sys::{Promise, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// No byte for this long means: stalled.
pub const STALL_MS: i32 = limits::STALL_MS as i32;

/// Why a stream gave no (more) bytes.
#[derive(Clone, Debug)]
pub struct FetchError {
    pub cause: LoadCause,
    pub detail: String,
    /// Another attempt may help: network, 408, 425, 429, 5xx.
    pub retryable: bool,
    /// Seconds that the server asked to wait.
    pub retry_after_s: Option<u32>,
}

impl FetchError {
    pub fn new(cause: LoadCause, detail: String, retryable: bool) -> Self {
        Self { cause, detail, retryable, retry_after_s: None }
    }

    /// The same without what may be a secret in the address: of one with a name and password a browser says all of it.
    pub fn told_of(self, url: &str) -> Self {
        Self { detail: self.detail.replace(url, &address::shown(url)), ..self }
    }

    /// The server refuses, and will until something about the feed changes: asking again is a user's to decide.
    pub fn is_refusal(&self) -> bool {
        matches!(self.cause, LoadCause::Http(401 | 403) | LoadCause::Blocked | LoadCause::Redirected)
    }

    /// A request that this worker does not support.
    pub fn internal() -> Self {
        Self::new(LoadCause::Internal, String::new(), false)
    }
}

/// What an error says of itself.
pub fn words(error: &JsValue) -> String {
    Reflect::get(error, &JsValue::from_str("message"))
        .ok()
        .and_then(|m| m.as_string())
        .or_else(|| error.as_string())
        .unwrap_or_default()
}

/// The future's value, or `None` where it takes longer.
pub async fn within<T>(ms: i32, future: impl Future<Output = T>) -> Option<T> {
    use std::pin::pin;
    use std::task::Poll;
    let mut future = pin!(future);
    let mut timer = pin!(JsFuture::from(timeout(ms)));
    std::future::poll_fn(|cx| {
        if let Poll::Ready(value) = future.as_mut().poll(cx) {
            return Poll::Ready(Some(value));
        }
        timer.as_mut().poll(cx).map(|_| None)
    })
    .await
}

/// Waits for one thing after the other by one timer: each would leave one of its own behind, and a file comes in thousands of parts.
#[derive(Default)]
pub struct Patience(Option<JsFuture>);

impl Patience {
    /// The future's value, or `None` where it takes longer than [`STALL_MS`], at most twice that.
    pub async fn within<T>(&mut self, future: impl Future<Output = T>) -> Option<T> {
        use std::pin::{Pin, pin};
        use std::task::Poll;
        let begun = js_sys::Date::now();
        let mut future = pin!(future);
        std::future::poll_fn(|cx| {
            if let Poll::Ready(value) = future.as_mut().poll(cx) {
                return Poll::Ready(Some(value));
            }
            loop {
                let timer = self.0.get_or_insert_with(|| JsFuture::from(timeout(STALL_MS)));
                if Pin::new(timer).poll(cx).is_pending() {
                    return Poll::Pending;
                }
                // It may have begun with what was waited for before.
                self.0 = None;
                if js_sys::Date::now() - begun >= f64::from(STALL_MS) {
                    return Poll::Ready(None);
                }
            }
        })
        .await
    }
}

fn timeout(ms: i32) -> Promise {
    wasm_bindgen_futures::future_to_promise(async move {
        super::sleep::sleep(ms).await;
        Ok(JsValue::UNDEFINED)
    })
}
