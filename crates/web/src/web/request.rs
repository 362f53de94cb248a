//! Requests over HTTP, from a worker, and their answers.

use super::fetch_error::{FetchError, STALL_MS, within};
use crate::wire::LoadCause;
use js_sys::{Object, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestInit, Response, WorkerGlobalScope};

/// The answer to a request.
pub async fn answered(asked: Promise, abort: Option<&AbortController>) -> Result<Response, FetchError> {
    match within(STALL_MS, JsFuture::from(asked)).await {
        Some(Ok(response)) => Ok(response.unchecked_into()),
        Some(Err(why)) => {
            let why = why.unchecked_into::<Object>().to_string().into();
            Err(FetchError::new(LoadCause::Unreachable, why, true))
        }
        None => {
            if let Some(abort) = abort {
                abort.abort();
            }
            Err(FetchError::new(LoadCause::Stalled, String::new(), true))
        }
    }
}

/// Why an answer with such a status gives nothing.
pub fn refused(response: &Response, abort: Option<&AbortController>) -> FetchError {
    let status = response.status();
    let retryable = matches!(status, 408 | 425 | 429 | 500..=599);
    // An unread body would keep the browser's cache entry of this address locked, and the next attempt waiting.
    if let Some(abort) = abort {
        abort.abort();
    }
    let retry_after_s = header(response, "retry-after").and_then(|s| s.trim().parse().ok());
    FetchError { retry_after_s, ..FetchError::new(LoadCause::Http(status), response.status_text(), retryable) }
}

/// The headers of every request.
pub fn headers() -> Option<Headers> {
    let headers = Headers::new().ok()?;
    let _ = headers.set("Accept", "application/json, application/x-ndjson, */*");
    Some(headers)
}

/// Asks an address, from a worker, with these headers and settings. What is wrong with the address comes as the promise's refusal.
pub fn fetch(url: &str, abort: Option<&AbortController>, init: &RequestInit, headers: Option<Headers>) -> Promise {
    init.set_signal(abort.map(AbortController::signal).as_ref());
    if let Some(headers) = headers {
        init.set_headers(&headers);
    }
    js_sys::global().unchecked_into::<WorkerGlobalScope>().fetch_with_str_and_init(url, init)
}

/// A header, where the server sent it and lets it be seen.
pub fn header(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name).ok().flatten()
}
