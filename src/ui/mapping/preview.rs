//! The worker that looks into a source for the mapping editor: a reader of its own, started with the editor and ended with it.

use crate::ui::deployment::for_reader;
use crate::web::fetch_error::words;
use crate::web::message::{Line, pack, unpack};
use crate::web::{BUILD, relay};
use crate::wire::preview::{Answer, Ask};
use crate::wire::{Channel, FromEngine, Packed, ToEngine, ToReader};
use js_sys::Array;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, MessageEvent, MessagePort, Worker};

type Callbacks = (Closure<dyn FnMut(MessageEvent)>, Closure<dyn FnMut(JsValue)>);

/// See the module's text.
pub struct Preview {
    worker: Worker,
    /// Requests wait until the worker listens.
    line: Line<Ask>,
    _callbacks: Callbacks,
}

impl Drop for Preview {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

impl Preview {
    /// Starts the worker; `tell` receives every answer, or why there will be none.
    ///
    /// # Errors
    /// Where the browser starts no worker.
    pub fn start(tell: impl Fn(Result<Answer, String>) + 'static) -> Result<Self, JsValue> {
        let worker = Worker::new(&crate::ui::environment::beside(&format!("reader_loader.js?b={BUILD}")))?;
        let tell = Rc::new(tell);
        let receive = tell.clone();
        let (line, port) = Line::open(move |answer, _| receive(Ok(answer))).ok_or("no MessageChannel")?;
        let port = RefCell::new(Some(port));
        let on_message = {
            let (worker, tell) = (worker.clone(), tell.clone());
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| match unpack::<FromEngine<Packed>>(event.data()) {
                Some((FromEngine::Ready { build }, _)) if build == BUILD => welcome(&worker, port.take()),
                _ => tell(Err(format!("the reader is not of build {BUILD}"))),
            })
        };
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let on_error = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| tell(Err(words(&event))));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self { worker, line, _callbacks: (on_message, on_error) })
    }

    /// Asks; answers come in the order of the questions.
    pub fn ask(&self, ask: &Ask, file: Option<&Blob>) {
        let file: Vec<JsValue> = file.map(JsValue::from).into_iter().collect();
        self.line.send(ask, &file);
    }
}

/// The worker is there: it receives the configuration and the other end.
fn welcome(worker: &Worker, port: Option<MessagePort>) {
    relay::offer(worker, &ToEngine::Role(ToReader::Connect(Channel::Files)));
    if let Some(first) = for_reader() {
        let _ = worker.post_message(&first);
    }
    if let Some(port) = port
        && let Some(parts) = pack(&ToEngine::Role(ToReader::Connect(Channel::Preview)), &[port.clone().into()])
    {
        let _ = worker.post_message_with_transfer(&parts, &Array::of1(&port));
    }
}
