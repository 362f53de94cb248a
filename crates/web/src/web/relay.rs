//! Reads files through the page, for workers that cannot read them.
//!
//! In WebKit a worker of a page with an opaque origin (a page opened from a disk) can read no `Blob`, whatever its origin. The page can read it, and buffers can be
//! transferred. So the page gives each worker that reads files a port ([`offer`]). The worker sends a slice of a file and a port for the answer, the page answers
//! with the bytes, or with the words of its error.

use js_sys::{Array, ArrayBuffer, Promise};
use std::cell::{Cell, RefCell};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, MessageChannel, MessageEvent, MessagePort};

thread_local! {
    /// The port to the page, in a worker.
    static PAGE: RefCell<Option<MessagePort>> = const { RefCell::new(None) };
    /// This worker could not read a file that the page could.
    static NEEDED: Cell<bool> = const { Cell::new(false) };
}

/// On the page: reads slices of files for this worker from now on.
/// `message` gives it the port, which is beside.
pub fn offer(worker: &web_sys::Worker, message: &impl serde::Serialize) {
    let Ok(channel) = MessageChannel::new() else { return };
    let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let parts = Array::from(&event.data());
        let (Ok(slice), Ok(port)) = (parts.get(0).dyn_into::<Blob>(), parts.get(1).dyn_into::<MessagePort>()) else { return };
        wasm_bindgen_futures::spawn_local(async move {
            // A worker that has ended needs no answer.
            let _ = match wasm_bindgen_futures::JsFuture::from(slice.array_buffer()).await {
                Ok(bytes) => port.post_message_with_transferable(&bytes, &Array::of1(&bytes)),
                Err(why) => port.post_message(&super::fetch_error::words(&why).into()),
            };
        });
    });
    // The port keeps its handler for as long as the worker keeps the other end.
    channel.port1().set_onmessage(Some(heard.into_js_value().unchecked_ref()));
    let port = channel.port2();
    // Without it the worker reads by itself alone.
    if let Some(parts) = super::message::pack(message, &[port.clone().into()]) {
        let _ = worker.post_message_with_transfer(&parts, &Array::of1(&port));
    }
}

/// In a worker: reads through the page at this port where it cannot read itself.
pub fn accept(port: MessagePort) {
    PAGE.set(Some(port));
}

/// Whether the page can be reached.
pub fn is_offered() -> bool {
    PAGE.with_borrow(Option::is_some)
}

/// Whether files are to be read through the page at once: this worker has failed to read one that the page could read.
pub fn is_needed() -> bool {
    NEEDED.get()
}

/// The page has read a file that this worker could not read.
pub fn need() {
    NEEDED.set(true);
}

/// The bytes of a slice of a file, read by the page.
pub fn array_buffer(slice: &Blob) -> Promise {
    let answer = || {
        let channel = MessageChannel::new()?;
        let port = channel.port1();
        let promise = Promise::new(&mut |resolve, reject| {
            let heard = Closure::once_into_js(move |event: MessageEvent| {
                // A promise that can no longer be settled has no one waiting.
                let _ = match event.data().dyn_into::<ArrayBuffer>() {
                    Ok(bytes) => resolve.call1(&JsValue::NULL, &bytes),
                    Err(why) => reject.call1(&JsValue::NULL, &why),
                };
            });
            port.set_onmessage(Some(heard.unchecked_ref()));
        });
        let answer = channel.port2();
        PAGE.with_borrow(|page| match page {
            Some(page) => page.post_message_with_transferable(&Array::of2(slice, &answer), &Array::of1(&answer)),
            None => Err(JsValue::UNDEFINED),
        })?;
        Ok::<Promise, JsValue>(promise)
    };
    answer().unwrap_or_else(|why| Promise::reject(&why))
}
