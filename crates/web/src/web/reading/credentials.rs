//! Requests to a deployment's feeds, with the headers and cookies that their servers want.

use super::policy;
use crate::web::fetch_error::FetchError;
use crate::web::request::{answered, fetch};
use crate::wire::{Access, LoadCause};
use js_sys::Reflect;
use web_sys::{AbortController, Headers, RequestInit, Response};

/// Asks a feed's address, with these headers and settings besides.
pub async fn ask(
    url: &str,
    access: &Access,
    abort: Option<&AbortController>,
    init: &RequestInit,
    headers: Option<Headers>,
) -> Result<Response, FetchError> {
    policy::watch();
    // A worker has not the page's policy but that of its own script, which only a header can give.
    let _ = Reflect::set(init, &"referrerPolicy".into(), &"no-referrer".into());
    if let Some(headers) = &headers {
        for (name, value) in access.headers() {
            // What a browser refuses here, the configuration was found fault with.
            let _ = headers.set(name, value);
        }
    }
    if access.has_secrets() {
        // Followed by the browser, headers and cookies would go along to whatever origin it leads to.
        let _ = Reflect::set(init, &"redirect".into(), &"manual".into());
    }
    if let Some(mode) = access.credentials() {
        let _ = Reflect::set(init, &"credentials".into(), &mode.into());
    }
    let trouble = match answered(fetch(url, abort, init, headers), abort).await {
        // An answer that may be read has a status; the one that hides a redirect (manual mode) has none.
        Ok(response) if response.status() == 0 => FetchError::new(LoadCause::Redirected, String::new(), false),
        Ok(response) => return Ok(response),
        Err(trouble) if trouble.cause == LoadCause::Unreachable && policy::was_broken().await => {
            FetchError::new(LoadCause::Blocked, String::new(), false)
        }
        Err(trouble) => trouble,
    };
    Err(trouble.told_of(url))
}
