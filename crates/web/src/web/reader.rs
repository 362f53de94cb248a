//! Byte streams: the body of an answer over HTTP, read chunk by chunk.

use super::request::header;
use super::trouble::{STALL_MS, Trouble, within, words};
use crate::wire::LoadCause;
use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReadableStream, ReadableStreamDefaultReader, Response};

/// The body of an answer.
pub struct Body {
    reader: ReadableStreamDefaultReader,
    abort: Option<AbortController>,
    /// Its length in bytes, where it is known.
    pub total: Option<u64>,
}

impl Body {
    /// The body of an answer that is a success; the controller ends it.
    pub fn of(response: &Response, abort: Option<AbortController>) -> Result<Self, Trouble> {
        // A length counts bytes on the wire; where the server packs them, it says nothing about what arrives here.
        let total = header(response, "content-length").filter(|_| !is_coded(response)).and_then(|n| n.parse().ok());
        let Some(body) = response.body() else { return Err(Trouble::new(LoadCause::Empty, String::new(), false)) };
        Ok(Self { reader: reader(&body)?, abort, total })
    }

    /// Another stream of this worker's.
    pub fn of_stream(stream: &ReadableStream) -> Result<Self, Trouble> {
        Ok(Self { reader: reader(stream)?, abort: None, total: None })
    }

    /// The next bytes as the browser has them.
    pub async fn chunk(&self) -> Result<Option<Uint8Array>, Trouble> {
        let chunk = match within(STALL_MS, JsFuture::from(self.reader.read())).await {
            Some(Ok(chunk)) => chunk,
            Some(Err(why)) => return Err(Trouble::new(LoadCause::Broken, words(&why), true)),
            None => {
                self.close();
                return Err(Trouble::new(LoadCause::Stalled, String::new(), true));
            }
        };
        let field = |name: &str| Reflect::get(&chunk, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED);
        Ok((!field("done").is_truthy()).then(|| field("value").unchecked_into()))
    }

    /// The connection is closed.
    pub fn close(&self) {
        let _ = self.reader.cancel();
        if let Some(abort) = &self.abort {
            abort.abort();
        }
    }
}

/// Whether the browser has unpacked what the server sent.
pub fn is_coded(response: &Response) -> bool {
    header(response, "content-encoding").is_some_and(|e| !e.is_empty() && e != "identity")
}

/// Reads a stream.
fn reader(stream: &ReadableStream) -> Result<ReadableStreamDefaultReader, Trouble> {
    stream
        .get_reader()
        .dyn_into()
        .map_err(|_: Object| Trouble::new(LoadCause::Internal, "the browser gave no reader for the stream".into(), false))
}
