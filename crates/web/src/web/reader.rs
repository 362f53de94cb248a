//! Byte streams: a file's, or a feed's over HTTP, read chunk by chunk.

#[cfg(feature = "full")]
use super::first::First;
#[cfg(any(feature = "full", feature = "writer"))]
use super::flow::Flow;
use super::request::{answered, fetch, header, refused};
use super::trouble::{STALL_MS, Trouble, within, words};
use crate::wire::{Access, LoadCause};
use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
#[cfg(any(feature = "full", feature = "writer"))]
use web_sys::Blob;
use web_sys::{AbortController, ReadableStream, ReadableStreamDefaultReader, Response};

/// A stream of bytes with its length, where it is known.
pub struct Bytes {
    from: From,
    pub total: Option<u64>,
    /// What a feed that may be asked again needs to know of this.
    #[cfg(feature = "full")]
    pub again: Option<Box<First>>,
}

/// Where bytes come from.
enum From {
    Address(ReadableStreamDefaultReader, Option<AbortController>),
    #[cfg(any(feature = "full", feature = "writer"))]
    File(Flow),
}

impl Bytes {
    /// Opens a file.
    #[cfg(any(feature = "full", feature = "writer"))]
    pub fn of_file(file: &Blob) -> Self {
        Self {
            from: From::File(Flow::of(file, 0.0, file.size())),
            total: Some(file.size() as u64),
            #[cfg(feature = "full")]
            again: None,
        }
    }

    /// Asks an address.
    pub async fn of_url(url: &str, access: &Access) -> Result<Self, Trouble> {
        let abort = AbortController::new().ok();
        let response = answered(fetch(url, access, abort.as_ref()), abort.as_ref()).await;
        #[cfg(feature = "full")]
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
            #[cfg(feature = "full")]
            again: Some(Box::new(First::of(response))),
        })
    }

    /// The next bytes; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Trouble> {
        #[cfg(feature = "full")]
        if let Some(mut first) = self.again.take() {
            let next = self.next_of(&mut first).await;
            self.again = Some(first);
            return next;
        }
        self.raw().await
    }

    /// The next bytes that are ready to be read.
    #[cfg(feature = "full")]
    async fn next_of(&mut self, first: &mut First) -> Result<Option<Vec<u8>>, Trouble> {
        while !first.ended() {
            let chunk = match first.take_ahead() {
                Some(ahead) => Some(ahead),
                None => self.raw().await?,
            };
            let out = first.pass(chunk);
            if !out.is_empty() {
                return Ok(Some(out));
            }
        }
        Ok(None)
    }

    /// The next bytes as they come.
    pub(super) async fn raw(&mut self) -> Result<Option<Vec<u8>>, Trouble> {
        let reader = match &mut self.from {
            From::Address(reader, _) => reader,
            #[cfg(any(feature = "full", feature = "writer"))]
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
            #[cfg(any(feature = "full", feature = "writer"))]
            From::File(_) => {}
        }
    }
}

fn reader(stream: &ReadableStream) -> Result<ReadableStreamDefaultReader, Trouble> {
    stream
        .get_reader()
        .dyn_into()
        .map_err(|_: Object| Trouble::new(LoadCause::Internal, "the browser gave no reader for the stream".into(), false))
}
