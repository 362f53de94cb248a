//! Messages between page and workers, and between workers: an array of the bytes of one enum of `wire`, and behind them the files, ports and buffers that
//! travel along. The enum says which message carries what at which place.

use crate::wire;
use js_sys::{Array, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;
use wasm_bindgen::prelude::*;
use web_sys::{MessageChannel, MessageEvent, MessagePort};

/// What travels beside the bytes.
pub struct Attachments(Array);

impl Attachments {
    /// What is at a place, from 0; `None` where there is nothing, or something of another kind.
    pub fn at<T: JsCast>(&self, place: usize) -> Option<T> {
        self.0.get(place as u32 + 1).dyn_into().ok()
    }
}

/// A message to be posted; `None` where there is no memory for it.
pub fn pack<T: Serialize>(message: &T, beside: &[JsValue]) -> Option<Array> {
    let bytes = wire::encode(message).ok()?;
    let parts = Array::of1(&Uint8Array::from(bytes.as_slice()));
    for one in beside {
        parts.push(one);
    }
    Some(parts)
}

/// A message that came; `None` where it is none of these: another build's, or nothing that this module made.
pub fn unpack<T: DeserializeOwned>(data: JsValue) -> Option<(T, Attachments)> {
    let parts: Array = data.dyn_into().ok()?;
    let bytes: Uint8Array = parts.get(0).dyn_into().ok()?;
    Some((wire::decode(&bytes.to_vec()).ok()?, Attachments(parts)))
}

/// One end of a channel, which sends `Out`. It ends when it is dropped; what was sent before arrives.
pub struct Line<Out> {
    port: MessagePort,
    _heard: Closure<dyn FnMut(MessageEvent)>,
    sends: PhantomData<fn(&Out)>,
}

impl<Out: Serialize> Line<Out> {
    /// Listens at a port.
    pub fn new<In: DeserializeOwned>(port: MessagePort, mut receive: impl FnMut(In, Attachments) + 'static) -> Self {
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some((message, beside)) = unpack(event.data()) {
                receive(message, beside);
            }
        });
        port.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        Self { port, _heard: heard, sends: PhantomData }
    }

    /// Makes a channel: its end here, and the port of the other.
    pub fn open<In: DeserializeOwned>(receive: impl FnMut(In, Attachments) + 'static) -> Option<(Self, MessagePort)> {
        let channel = MessageChannel::new().ok()?;
        Some((Self::new(channel.port1(), receive), channel.port2()))
    }

    /// Sends a message.
    pub fn send(&self, message: &Out, beside: &[JsValue]) {
        if let Some(parts) = pack(message, beside) {
            // What the browser refuses to post is nothing that the other side could read either.
            let _ = self.port.post_message(&parts);
        }
    }

    /// The same, transferring the buffers or ports beside it.
    pub fn give(&self, message: &Out, beside: &[JsValue], transfer: &Array) {
        if let Some(parts) = pack(message, beside) {
            let _ = self.port.post_message_with_transferable(&parts, transfer);
        }
    }
}

impl<Out> Drop for Line<Out> {
    fn drop(&mut self) {
        self.port.set_onmessage(None);
        self.port.close();
    }
}
