//! The worker that looks into a source for the mapping editor: a reader of its own, started with the editor and ended with it.

use crate::ui::deployment::for_worker;
use crate::web::trouble::words;
use crate::web::{BUILD, LOOK, relay};
use crate::wire::look::{Answer, Ask};
use crate::wire::{self, FromEngine, Packed};
use js_sys::{Array, Uint8Array};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker};

type Callbacks = (Closure<dyn FnMut(MessageEvent)>, Closure<dyn FnMut(JsValue)>);

/// See the module's text.
pub struct Looker(Rc<Inner>);

struct Inner {
    worker: Worker,
    ready: Cell<bool>,
    waiting: RefCell<Vec<Array>>,
    callbacks: RefCell<Option<Callbacks>>,
    tell: Box<dyn Fn(Result<Answer, String>)>,
}

impl Drop for Looker {
    fn drop(&mut self) {
        self.0.worker.set_onmessage(None);
        self.0.worker.set_onerror(None);
        self.0.worker.terminate();
        self.0.callbacks.take();
    }
}

impl Looker {
    /// Starts the worker; `tell` hears every answer, or why there will be none.
    ///
    /// # Errors
    /// Where the browser starts no worker.
    pub fn start(tell: impl Fn(Result<Answer, String>) + 'static) -> Result<Self, JsValue> {
        let worker = Worker::new(&crate::ui::environment::beside(&format!("reader_loader.js?b={BUILD}")))?;
        let inner = Rc::new(Inner {
            worker,
            ready: Cell::new(false),
            waiting: RefCell::new(vec![for_worker()]),
            callbacks: RefCell::default(),
            tell: Box::new(tell),
        });
        let on_message = {
            let weak = Rc::downgrade(&inner);
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                if let Some(inner) = weak.upgrade() {
                    inner.receive(&Uint8Array::new(&event.data()).to_vec());
                }
            })
        };
        inner.worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let on_error = {
            let weak = Rc::downgrade(&inner);
            Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
                if let Some(inner) = weak.upgrade() {
                    (inner.tell)(Err(words(&event)));
                }
            })
        };
        inner.worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        *inner.callbacks.borrow_mut() = Some((on_message, on_error));
        Ok(Self(inner))
    }

    /// Asks; answers come in the order of the questions.
    pub fn ask(&self, ask: &Ask, files: &[JsValue]) {
        let Ok(bytes) = wire::encode(ask) else { return };
        let message = Array::of2(&LOOK.into(), &Uint8Array::from(bytes.as_slice()));
        for file in files {
            message.push(file);
        }
        if self.0.ready.get() {
            let _ = self.0.worker.post_message(&message);
        } else {
            self.0.waiting.borrow_mut().push(message);
        }
    }
}

impl Inner {
    fn receive(&self, bytes: &[u8]) {
        if self.ready.get() {
            let answer = wire::decode::<Answer>(bytes).map_err(|e| e.to_string());
            return (self.tell)(answer);
        }
        // The worker's first word, as to whoever starts it.
        match wire::decode::<FromEngine<Packed>>(bytes) {
            Ok(FromEngine::Ready { build }) if build == BUILD => {
                self.ready.set(true);
                relay::offer(&self.worker);
                for message in self.waiting.take() {
                    let _ = self.worker.post_message(&message);
                }
            }
            _ => (self.tell)(Err(format!("the reader is not of build {BUILD}"))),
        }
    }
}
