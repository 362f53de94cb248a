//! Byte streams: the body of an answer over HTTP, read chunk by chunk.

use super::fetch_error::{FetchError, STALL_MS, within, words};
use super::request::header;
use crate::poll::Drip;
use crate::wire::LoadCause;
use core::cell::Cell;
use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReadableStream, ReadableStreamDefaultReader, Response, WorkerGlobalScope};

/// The body of an answer.
pub struct Body {
    reader: ReadableStreamDefaultReader,
    abort: Option<AbortController>,
    pace: Cell<Drip>,
    /// Its length in bytes, where it is known.
    pub total: Option<u64>,
}

impl Body {
    /// The body of an answer that is a success; the controller ends it.
    pub fn of(response: &Response, abort: Option<AbortController>) -> Result<Self, FetchError> {
        // A length counts bytes on the wire; where the server packs them, it says nothing about what arrives here.
        let total = header(response, "content-length").filter(|_| !is_coded(response)).and_then(|n| n.parse().ok());
        let Some(body) = response.body() else { return Err(FetchError::new(LoadCause::Empty, String::new(), false)) };
        Ok(Self { reader: reader(&body)?, abort, pace: Cell::default(), total })
    }

    /// Another stream of this worker's.
    pub fn of_stream(stream: &ReadableStream) -> Result<Self, FetchError> {
        Ok(Self { reader: reader(stream)?, abort: None, pace: Cell::default(), total: None })
    }

    /// The next bytes as the browser has them.
    pub async fn chunk(&self) -> Result<Option<Uint8Array>, FetchError> {
        let asked = now_ms();
        let chunk = match within(STALL_MS, JsFuture::from(self.reader.read())).await {
            Some(Ok(chunk)) => chunk,
            Some(Err(why)) => return Err(FetchError::new(LoadCause::Broken, words(&why), true)),
            None => return Err(self.stalled()),
        };
        let field = |name: &str| Reflect::get(&chunk, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED);
        if field("done").is_truthy() {
            return Ok(None);
        }
        let bytes: Uint8Array = field("value").unchecked_into();
        let pace = self.pace.get().after((now_ms() - asked) as u32, bytes.length());
        self.pace.set(pace.unwrap_or_default());
        if pace.is_none() {
            return Err(self.stalled());
        }
        Ok(Some(bytes))
    }

    fn stalled(&self) -> FetchError {
        self.close();
        FetchError::new(LoadCause::Stalled, String::new(), true)
    }

    /// The connection is closed.
    pub fn close(&self) {
        let _ = self.reader.cancel();
        if let Some(abort) = &self.abort {
            abort.abort();
        }
    }
}

/// A clock that is never set: a machine that slept has not waited for bytes.
fn now_ms() -> f64 {
    let scope: WorkerGlobalScope = js_sys::global().unchecked_into();
    scope.performance().map_or(0.0, |clock| clock.now())
}

/// Whether the browser has unpacked what the server sent.
pub fn is_coded(response: &Response) -> bool {
    header(response, "content-encoding").is_some_and(|e| !e.is_empty() && e != "identity")
}

/// Reads a stream.
fn reader(stream: &ReadableStream) -> Result<ReadableStreamDefaultReader, FetchError> {
    stream
        .get_reader()
        .dyn_into()
        .map_err(|_: Object| FetchError::new(LoadCause::Internal, "the browser gave no reader for the stream".into(), false))
}
