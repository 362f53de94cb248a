//! Requests over HTTP, from a worker, and their answers.

use super::trouble::{STALL_MS, Trouble, within};
use crate::wire::{Access, LoadCause};
#[cfg(feature = "full")]
use js_sys::Reflect;
use js_sys::{Object, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestInit, Response, WorkerGlobalScope};

/// The answer to a request.
pub(super) async fn answered(asked: Promise, abort: Option<&AbortController>) -> Result<Response, Trouble> {
    match within(STALL_MS, JsFuture::from(asked)).await {
        Some(Ok(response)) => {
            let response: Response = response.unchecked_into();
            // An answer that may be read has a status; the one that hides a redirect, which is asked for where nothing may follow it, has none.
            #[cfg(feature = "full")]
            if response.status() == 0 {
                return Err(Trouble::new(LoadCause::Redirected, String::new(), false));
            }
            Ok(response)
        }
        Some(Err(why)) => {
            #[cfg(feature = "full")]
            if super::policy::was_broken().await {
                return Err(Trouble::new(LoadCause::Blocked, String::new(), false));
            }
            let why = why.unchecked_into::<Object>().to_string().into();
            Err(Trouble::new(LoadCause::Unreachable, why, true))
        }
        None => {
            if let Some(abort) = abort {
                abort.abort();
            }
            Err(Trouble::new(LoadCause::Stalled, String::new(), true))
        }
    }
}

/// Why an answer with such a status gives nothing.
pub(super) fn refused(response: &Response, abort: Option<&AbortController>) -> Trouble {
    let status = response.status();
    let again = matches!(status, 408 | 425 | 429 | 500..=599);
    // A body nobody reads would keep the browser's cache entry of this address locked, and the next attempt waiting.
    if let Some(abort) = abort {
        abort.abort();
    }
    let retry_after_s = header(response, "retry-after").and_then(|s| s.trim().parse().ok());
    Trouble { retry_after_s, ..Trouble::new(LoadCause::Http(status), response.status_text(), again) }
}

/// Asks an address, from a worker. What is wrong with the address comes as the promise's refusal.
pub(super) fn fetch(url: &str, access: &Access, abort: Option<&AbortController>) -> Promise {
    fetch_as(url, access, abort, &RequestInit::new(), Headers::new().ok())
}

/// The same, with headers and settings of this request's own.
pub(super) fn fetch_as(
    url: &str,
    access: &Access,
    abort: Option<&AbortController>,
    init: &RequestInit,
    headers: Option<Headers>,
) -> Promise {
    init.set_signal(abort.map(AbortController::signal).as_ref());
    // A worker has not the page's policy but that of its own script, which only a header can give.
    #[cfg(feature = "full")]
    let _ = Reflect::set(init, &"referrerPolicy".into(), &"no-referrer".into());
    if let Some(headers) = headers {
        let _ = headers.set("Accept", "application/json, application/x-ndjson, */*");
        // The engine of the first view asks for the bundled feeds alone.
        #[cfg(feature = "full")]
        {
            super::policy::watch();
            for (name, value) in access.headers() {
                // What a browser refuses here, the configuration was found fault with.
                let _ = headers.set(name, value);
            }
            if access.has_secrets() {
                // Followed by the browser, headers and cookies would go along to whatever origin it leads to.
                let _ = Reflect::set(init, &"redirect".into(), &"manual".into());
            }
            if let Some(mode) = access.credentials() {
                let _ = Reflect::set(init, &"credentials".into(), &mode.into());
            }
        }
        #[cfg(not(feature = "full"))]
        let _ = access;
        init.set_headers(&headers);
    }
    js_sys::global().unchecked_into::<WorkerGlobalScope>().fetch_with_str_and_init(url, init)
}

/// A header, where the server sent it and lets it be seen.
pub(super) fn header(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name).ok().flatten()
}
