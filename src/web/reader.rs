//! Byte streams: a file's, or a feed's over HTTP, read chunk by chunk.

#[cfg(any(feature = "formats", feature = "writer"))]
use super::flow::Flow;
#[cfg(feature = "formats")]
use crate::base::address;
use crate::wire::{Access, LoadCause};
use js_sys::{Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
#[cfg(any(feature = "formats", feature = "writer"))]
use web_sys::Blob;
use web_sys::{AbortController, Headers, ReadableStream, ReadableStreamDefaultReader, RequestInit, Response, WorkerGlobalScope};

/// No byte for this long means: stalled.
pub(super) const STALL_MS: i32 = 30_000;
/// Why a stream gave no (more) bytes.
#[derive(Clone, Debug)]
pub struct Trouble {
    pub cause: LoadCause,
    pub detail: String,
    /// Another attempt may help: network, 408, 425, 429, 5xx.
    pub again: bool,
    /// Seconds that the server asked to wait.
    pub retry_after_s: Option<u32>,
}

impl Trouble {
    pub(super) fn new(cause: LoadCause, detail: String, again: bool) -> Self {
        Self { cause, detail, again, retry_after_s: None }
    }

    /// The same without what may be a secret in the address: of one with a name and password a browser says all of it.
    #[cfg(feature = "formats")]
    pub(super) fn told_of(self, url: &str) -> Self {
        Self { detail: self.detail.replace(url, &address::shown(url)), ..self }
    }

    /// The server refuses, and will until something about the feed changes: asking again is a person's to decide.
    #[cfg(feature = "formats")]
    pub(super) fn is_refusal(&self) -> bool {
        matches!(self.cause, LoadCause::Http(401 | 403) | LoadCause::Blocked | LoadCause::Redirected)
    }

    /// Asked for what this worker is not made for.
    pub fn internal() -> Self {
        Self::new(LoadCause::Internal, String::new(), false)
    }
}

/// A stream of bytes with its length, where it is known.
pub struct Bytes {
    from: From,
    pub total: Option<u64>,
    /// What a feed that may be asked again needs to know of this.
    #[cfg(feature = "formats")]
    pub again: Option<Box<super::again::First>>,
}

/// Where bytes come from.
enum From {
    Address(ReadableStreamDefaultReader, Option<AbortController>),
    #[cfg(any(feature = "formats", feature = "writer"))]
    File(Flow),
}

impl Bytes {
    /// Opens a file.
    #[cfg(any(feature = "formats", feature = "writer"))]
    pub fn of_file(file: &Blob) -> Self {
        Self {
            from: From::File(Flow::of(file, 0.0, file.size())),
            total: Some(file.size() as u64),
            #[cfg(feature = "formats")]
            again: None,
        }
    }

    /// Asks an address.
    pub async fn of_url(url: &str, access: &Access) -> Result<Self, Trouble> {
        let abort = AbortController::new().ok();
        let response = answered(fetch(url, access, abort.as_ref()), abort.as_ref()).await;
        #[cfg(feature = "formats")]
        let response = response.map_err(|trouble| trouble.told_of(url));
        let response = response?;
        let status = response.status();
        if !(200..300).contains(&status) {
            return Err(refused(&response, abort.as_ref()));
        }
        Self::of_answer(&response, abort)
    }

    /// The body of an answer.
    pub(super) fn of_answer(response: &Response, abort: Option<AbortController>) -> Result<Self, Trouble> {
        // A length counts bytes on the wire; where the server packs them, it says nothing about what arrives here.
        let packed = header(response, "content-encoding").is_some_and(|e| !e.is_empty() && e != "identity");
        let total = header(response, "content-length").filter(|_| !packed).and_then(|n| n.parse().ok());
        let Some(body) = response.body() else { return Err(Trouble::new(LoadCause::Empty, String::new(), false)) };
        Ok(Self {
            from: From::Address(reader(&body)?, abort),
            total,
            #[cfg(feature = "formats")]
            again: Some(Box::new(super::again::First::of(response))),
        })
    }

    /// The next bytes; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Trouble> {
        #[cfg(feature = "formats")]
        if let Some(mut first) = self.again.take() {
            let next = first.next(self).await;
            self.again = Some(first);
            return next;
        }
        self.raw().await
    }

    /// The next bytes as they come.
    pub(super) async fn raw(&mut self) -> Result<Option<Vec<u8>>, Trouble> {
        let reader = match &mut self.from {
            From::Address(reader, _) => reader,
            #[cfg(any(feature = "formats", feature = "writer"))]
            From::File(flow) => {
                let bytes = flow.some(f64::INFINITY).await?.to_vec();
                return Ok((!bytes.is_empty()).then_some(bytes));
            }
        };
        let chunk = match within(STALL_MS, JsFuture::from(reader.read())).await {
            Some(Ok(chunk)) => chunk,
            Some(Err(why)) => return Err(Trouble::new(LoadCause::Broken, words(&why), true)),
            None => {
                self.close();
                return Err(Trouble::new(LoadCause::Stalled, String::new(), true));
            }
        };
        let field = |name: &str| Reflect::get(&chunk, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED);
        if field("done").is_truthy() {
            return Ok(None);
        }
        Ok(Some(field("value").unchecked_into::<Uint8Array>().to_vec()))
    }

    /// Stops reading; the connection is closed.
    pub fn close(&self) {
        match &self.from {
            From::Address(reader, abort) => {
                let _ = reader.cancel();
                if let Some(abort) = abort {
                    abort.abort();
                }
            }
            // What was asked for is not looked at any more.
            #[cfg(any(feature = "formats", feature = "writer"))]
            From::File(_) => {}
        }
    }
}

/// The answer to a request.
pub(super) async fn answered(asked: Promise, abort: Option<&AbortController>) -> Result<Response, Trouble> {
    match within(STALL_MS, JsFuture::from(asked)).await {
        Some(Ok(response)) => {
            let response: Response = response.unchecked_into();
            // An answer that may be read has a status; the one that hides a redirect, which is asked for where nothing may follow it, has none.
            #[cfg(feature = "formats")]
            if response.status() == 0 {
                return Err(Trouble::new(LoadCause::Redirected, String::new(), false));
            }
            Ok(response)
        }
        Some(Err(why)) => {
            #[cfg(feature = "formats")]
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

fn reader(stream: &ReadableStream) -> Result<ReadableStreamDefaultReader, Trouble> {
    stream
        .get_reader()
        .dyn_into()
        .map_err(|_: Object| Trouble::new(LoadCause::Internal, "the browser gave no reader for the stream".into(), false))
}

/// Asks an address, from a worker. What is wrong with the address comes as the promise's refusal.
fn fetch(url: &str, access: &Access, abort: Option<&AbortController>) -> Promise {
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
    #[cfg(feature = "formats")]
    let _ = Reflect::set(init, &"referrerPolicy".into(), &"no-referrer".into());
    if let Some(headers) = headers {
        let _ = headers.set("Accept", "application/json, application/x-ndjson, */*");
        // The engine of the first view asks for the bundled feeds alone.
        #[cfg(feature = "formats")]
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
        #[cfg(not(feature = "formats"))]
        let _ = access;
        init.set_headers(&headers);
    }
    js_sys::global().unchecked_into::<WorkerGlobalScope>().fetch_with_str_and_init(url, init)
}

/// A header, where the server sent it and lets it be seen.
pub(super) fn header(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name).ok().flatten()
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
pub(super) async fn within<T>(ms: i32, future: impl Future<Output = T>) -> Option<T> {
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
#[cfg(any(feature = "formats", feature = "writer"))]
#[derive(Default)]
pub(super) struct Patience(Option<JsFuture>);

#[cfg(any(feature = "formats", feature = "writer"))]
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
