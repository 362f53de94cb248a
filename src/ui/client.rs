//! The engine worker as the page sees it: starts it, waits until it is ready, starts it again where it was lost.

use crate::web::BUILD;
use crate::wire::{self, FromEngine, Packed, Query, Rebase, Source, ToEngine};
use js_sys::{Array, Uint8Array};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, File, MessageEvent, Worker};

/// A source with the file that a message cannot hold; kept so that a lost worker can load it again.
#[derive(Clone)]
pub struct Handle {
    pub source: Source,
    pub file: Option<File>,
    pub rebase: Option<Rebase>,
}

/// What the client tells the page.
pub enum Event {
    Message(Box<FromEngine<Packed>>),
    /// The worker died; it has been started again, empty. What it said.
    Lost(String),
}

type Listener = Rc<dyn Fn(Event)>;
/// Takes the answer to a query that was asked apart, with the generation of the data; `None` where the worker was lost.
type Then = Box<dyn FnOnce(Option<(u32, Packed)>)>;

/// The page's end of the wire.
#[derive(Clone)]
pub struct Client(Rc<Inner>);

struct Inner {
    worker: RefCell<Option<Worker>>,
    ready: Cell<bool>,
    /// Messages that wait for the worker's first word.
    waiting: RefCell<Vec<JsValue>>,
    next_load: Cell<u32>,
    next_seq: Cell<u32>,
    /// The newest query of each slot.
    newest: [Cell<u32>; 4],
    /// Queries asked apart, by number.
    apart: RefCell<Vec<(u32, Then)>>,
    listener: Listener,
}

impl Client {
    /// Starts the worker.
    pub fn start(listener: impl Fn(Event) + 'static) -> Self {
        let client = Self(Rc::new(Inner {
            worker: RefCell::new(None),
            ready: Cell::new(false),
            waiting: RefCell::default(),
            next_load: Cell::new(0),
            next_seq: Cell::new(0),
            newest: Default::default(),
            apart: RefCell::default(),
            listener: Rc::new(listener),
        }));
        client.spawn();
        client
    }

    fn spawn(&self) {
        self.0.ready.set(false);
        let base = web_sys::window().and_then(|w| w.document()).and_then(|d| d.base_uri().ok().flatten()).unwrap_or_default();
        let address = web_sys::Url::new_with_base(&format!("engine_loader.js?b={BUILD}"), &base).map(|u| u.href());
        let worker = match address.and_then(|a| Worker::new(&a)) {
            Ok(worker) => worker,
            Err(why) => return (self.0.listener)(Event::Lost(crate::web::reader::words(&why))),
        };
        let on_message = {
            let this = self.clone();
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| this.receive(&event))
        };
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        on_message.forget();
        let on_error = {
            let this = self.clone();
            Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| this.lost(&event.message()))
        };
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        on_error.forget();
        *self.0.worker.borrow_mut() = Some(worker);
    }

    fn lost(&self, why: &str) {
        if let Some(worker) = self.0.worker.borrow_mut().take() {
            worker.terminate();
        }
        // A worker that never got ready would not the second time either.
        let was_ready = self.0.ready.get();
        self.0.waiting.borrow_mut().clear();
        for (_, then) in self.0.apart.take() {
            then(None);
        }
        if was_ready {
            self.spawn();
        }
        (self.0.listener)(Event::Lost(why.to_owned()));
    }

    fn receive(&self, event: &MessageEvent) {
        let bytes = Uint8Array::new(&event.data()).to_vec();
        let Ok(message) = wire::decode::<FromEngine<Packed>>(&bytes) else {
            return (self.0.listener)(Event::Lost(format!("the engine is not of build {BUILD}")));
        };
        match message {
            FromEngine::Ready { build } => {
                if build != BUILD {
                    return (self.0.listener)(Event::Lost(format!("page of build {BUILD}, engine of build {build}")));
                }
                self.0.ready.set(true);
                for waiting in self.0.waiting.take() {
                    self.post(&waiting);
                }
            }
            FromEngine::Answer { seq, generation, reply } if !self.is_newest(seq) => {
                let at = self.0.apart.borrow().iter().position(|(of, _)| *of == seq);
                if let Some(at) = at {
                    let (_, then) = self.0.apart.borrow_mut().swap_remove(at);
                    then(Some((generation, reply)));
                }
            }
            other => (self.0.listener)(Event::Message(Box::new(other))),
        }
    }

    fn is_newest(&self, seq: u32) -> bool {
        self.0.newest.iter().any(|newest| newest.get() == seq)
    }

    fn post(&self, message: &JsValue) {
        if let Some(worker) = self.0.worker.borrow().as_ref() {
            let _ = worker.post_message(message);
        }
    }

    fn send(&self, message: &ToEngine, file: Option<&File>) {
        let Ok(bytes) = wire::encode(message) else { return };
        let parts = Array::of1(&Uint8Array::from(bytes.as_slice()));
        if let Some(file) = file {
            parts.push(file);
        }
        if self.0.ready.get() {
            self.post(&parts);
        } else {
            self.0.waiting.borrow_mut().push(parts.into());
        }
    }

    /// Reads a source; the number tells its messages from those of other loads.
    pub fn load(&self, handle: &Handle) -> u32 {
        let load = self.0.next_load.get() + 1;
        self.0.next_load.set(load);
        let message = ToEngine::Load { load, source: handle.source.clone(), rebase: handle.rebase.clone() };
        self.send(&message, handle.file.as_ref());
        load
    }

    pub fn cancel_load(&self, load: u32) {
        self.send(&ToEngine::CancelLoad { load }, None);
    }

    /// Asks; only the newest answer of a slot reaches the listener.
    pub fn ask(&self, query: Query) {
        let seq = self.0.next_seq.get() + 1;
        self.0.next_seq.set(seq);
        if let Some(newest) = self.0.newest.get(usize::from(query.slot())) {
            newest.set(seq);
        }
        self.send(&ToEngine::Ask { seq, query, apart: false }, None);
    }

    /// Asks beside the view; the answer goes to `then` alone. A newer query of its kind that is asked apart replaces it.
    pub fn ask_apart(&self, query: Query, then: Then) {
        let seq = self.0.next_seq.get() + 1;
        self.0.next_seq.set(seq);
        self.0.apart.borrow_mut().push((seq, then));
        self.send(&ToEngine::Ask { seq, query, apart: true }, None);
    }
}
