//! The engine of the first view: reads the bundled feeds, gzip files that the browser unpacks. If
//! that fails, the page has the reader read the feed, which reports the fault exactly.

use super::{Host, LoadStart, Pacer, Role};
use crate::web::fetch_error::FetchError;
use crate::web::message::Attachments;
use crate::web::reader::{Body, is_coded};
use crate::web::request::{answered, fetch, headers, refused};
use crate::wire::{LoadBundled, LoadCause};
use js_sys::{Array, Function, Reflect};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, RequestInit, WritableStream, WritableStreamDefaultWriter};

/// See the module's text.
#[derive(Default)]
pub struct Bundled;

impl Role for Bundled {
    type Message = LoadBundled;

    fn receive(host: &Host<Self>, message: LoadBundled, _beside: Attachments) {
        let host = host.clone();
        spawn_local(async move {
            let LoadBundled { load, name, url, live, rebase } = message;
            let begun = LoadStart { load, name: &name, shown: Some(url.clone()), live, rebase };
            host.load(begun, async |attempt| host.read_feed(load, &url, attempt).await.err()).await;
        });
    }
}

/// What a server sent.
#[derive(Default)]
struct Sent {
    bytes: u64,
    /// Why it sent no more, where it broke off.
    broke: Option<FetchError>,
}

impl Host<Bundled> {
    async fn read_feed(&self, load: u32, url: &str, attempt: u32) -> Result<(), FetchError> {
        let abort = AbortController::new().ok();
        let response = answered(fetch(url, abort.as_ref(), &RequestInit::new(), headers()), abort.as_ref()).await?;
        if !(200..300).contains(&response.status()) {
            return Err(refused(&response, abort.as_ref()));
        }
        let mut body = Body::of(&response, abort)?;
        let mut pace = Pacer::new(body.total, attempt);
        let sent = Rc::new(RefCell::new(Sent::default()));
        let is_packed = !is_coded(&response);
        if is_packed {
            body = unpack(body, sent.clone())?;
        }
        while let Some(chunk) = body.chunk().await.map_err(|trouble| match sent.borrow_mut().broke.take() {
            Some(broke) => broke,
            None if is_packed && trouble.cause == LoadCause::Broken => damaged(),
            None => trouble,
        })? {
            if !self.push(load, &chunk.to_vec()) {
                body.close();
                return Ok(());
            }
            if is_packed {
                self.engine.borrow_mut().came(load, sent.borrow().bytes);
            }
            self.pause(load, &mut pace).await;
        }
        // Its hash, the writer computes where a user exports.
        self.close(load, pace.total, attempt, None).await;
        Ok(())
    }
}

/// What was sent is no gzip file, or a damaged one.
fn damaged() -> FetchError {
    FetchError::new(LoadCause::GzipBroken, String::new(), false)
}

/// Has the browser unpack a gzip file. What is wrong with it, the stream that comes of it says by an error.
fn unpack(packed: Body, sent: Rc<RefCell<Sent>>) -> Result<Body, FetchError> {
    let (writer, unpacked) = unpacker().ok_or_else(damaged)?;
    spawn_local(async move {
        let ends = loop {
            match packed.chunk().await {
                Ok(Some(chunk)) => {
                    sent.borrow_mut().bytes += u64::from(chunk.length());
                    if JsFuture::from(writer.write_with_chunk(&chunk)).await.is_err() {
                        // The reader has stopped: it is broken, or no longer wanted.
                        return packed.close();
                    }
                }
                Ok(None) => break writer.close(),
                Err(trouble) => {
                    sent.borrow_mut().broke = Some(trouble);
                    break writer.abort();
                }
            }
        };
        // Of a file that is cut the browser says so now, to who reads what was unpacked.
        let _ = JsFuture::from(ends).await;
    });
    Ok(unpacked)
}

/// Where packed bytes go in, and where what they unpack to comes out; `None` where the browser has no such thing.
fn unpacker() -> Option<(WritableStreamDefaultWriter, Body)> {
    let class: Function = Reflect::get(&js_sys::global(), &"DecompressionStream".into()).ok()?.dyn_into().ok()?;
    let unpacker = Reflect::construct(&class, &Array::of1(&"gzip".into())).ok()?;
    let end = |name: &str| Reflect::get(&unpacker, &name.into()).ok();
    let writer = end("writable")?.unchecked_into::<WritableStream>().get_writer().ok()?;
    Some((writer, Body::of_stream(&end("readable")?.unchecked_into()).ok()?))
}
