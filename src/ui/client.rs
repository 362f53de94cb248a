//! The engine workers as the page sees them: starts one, waits until it is ready, starts it again where it was lost.
//!
//! The `engine` of the first view knows the bundled feeds' format alone. For anything else a `reader`, which knows every format, is
//! started beside it; once that has loaded the source it takes the engine's place.

use super::deployment;
use super::handle::Handle;
use crate::ask::{Batch, Slot};
use crate::view::{self, Answer, Known};
use crate::web::message::{pack, unpack};
use crate::web::{BUILD, relay};
use crate::wire::{
    Channel, FromEngine, LoadBundled, LoadCause, LoadFailure, MemberSource, Open, Packed, Place, Query, Rejected, ToEngine,
    ToReader,
};
use js_sys::Array;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, MessagePort, Worker};

/// How often a worker has to report that it is alive.
const BEAT: Duration = Duration::from_secs(5);
/// A worker that leaves so many of these questions unanswered is gone: no single step of an answer or a load takes so long.
const BEATS_MISSED_MAX: u32 = 6;

/// What the client reports to the page.
pub enum Event {
    Message(Box<FromEngine<Packed>>),
    /// The newest answer of a slot.
    Answer(Answer),
    /// The worker died; it has been started again, empty. What it said.
    Lost(String),
}

/// Which worker.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Reads the bundled feeds.
    Engine,
    /// Reads every format.
    Reader,
}

type Listener = Rc<dyn Fn(Event)>;
/// Receives the answer to a query that was sent apart, with the generation of the data; `None` where the worker was lost.
type Then = Box<dyn FnOnce(Option<(u32, Answer)>)>;

/// A question that has not been answered to the end.
struct PendingQuery {
    seq: u32,
    /// What has come.
    answer: Answer,
    /// The callback, where it is sent apart; else a newer one of its slot replaces it.
    then: Option<Then>,
}

/// The page's end of the wire.
#[derive(Clone)]
pub struct Client(Rc<Inner>);

struct Inner {
    /// The worker that answers.
    now: RefCell<Option<Rc<WorkerHandle>>>,
    /// A reader with the number of its first load, which is under way.
    next: RefCell<Option<(Rc<WorkerHandle>, u32)>>,
    next_load: Cell<u32>,
    next_seq: Cell<u32>,
    /// Data sets loaded so far, by all workers.
    generations: Cell<u32>,
    /// What is known of the newest data set.
    known: RefCell<Arc<Known>>,
    /// Questions under way.
    asked: RefCell<Vec<PendingQuery>>,
    listener: Listener,
}

/// One worker.
struct WorkerHandle {
    kind: Kind,
    worker: Worker,
    ready: Cell<bool>,
    /// Beats since its last word.
    missed: Cell<u32>,
    /// Messages that wait for the worker's first word.
    waiting: RefCell<Vec<Array>>,
    /// Data sets loaded before it was started: its own count begins with 1.
    before: u32,
}

impl WorkerHandle {
    /// Posts a message, as soon as the worker can take it.
    fn post(&self, message: Option<Array>) {
        let Some(parts) = message else { return };
        if self.ready.get() {
            let _ = self.worker.post_message(&parts);
        } else {
            self.waiting.borrow_mut().push(parts);
        }
    }
}

impl Client {
    /// Starts the worker.
    pub fn start(kind: Kind, listener: impl Fn(Event) + 'static) -> Self {
        let client = Self(Rc::new(Inner {
            now: RefCell::default(),
            next: RefCell::default(),
            next_load: Cell::new(0),
            next_seq: Cell::new(0),
            generations: Cell::new(0),
            known: RefCell::default(),
            asked: RefCell::default(),
            listener: Rc::new(listener),
        }));
        client.restart(kind);
        let beating = client.clone();
        leptos::prelude::set_interval(move || beating.beat(), BEAT);
        client
    }

    /// A browser ends a worker without a word where memory is short: one that does not answer any more is started again.
    fn beat(&self) {
        let next = self.0.next.borrow().as_ref().map(|(next, _)| next.clone());
        let now = self.0.now.borrow().clone();
        for of in now.into_iter().chain(next).filter(|of| of.ready.get()) {
            if of.missed.replace(of.missed.get() + 1) >= BEATS_MISSED_MAX {
                self.lost(&of, "no answer from the worker");
            } else {
                of.post(pack(&ToEngine::<LoadBundled>::Beat, &[]));
            }
        }
    }

    fn restart(&self, kind: Kind) {
        match self.spawn(kind) {
            Ok(worker_handle) => *self.0.now.borrow_mut() = Some(worker_handle),
            Err(why) => (self.0.listener)(Event::Lost(crate::web::fetch_error::words(&why))),
        }
    }

    fn spawn(&self, kind: Kind) -> Result<Rc<WorkerHandle>, JsValue> {
        let base = web_sys::window().and_then(|w| w.document()).and_then(|d| d.base_uri().ok().flatten()).unwrap_or_default();
        let name = if kind == Kind::Engine { "engine" } else { "reader" };
        let address = web_sys::Url::new_with_base(&format!("{name}_loader.js?b={BUILD}"), &base)?;
        let worker = Worker::new(&address.href())?;
        let before = self.0.generations.get();
        let first = (kind == Kind::Reader).then(deployment::for_reader).flatten();
        let waiting = RefCell::new(first.into_iter().collect());
        let worker_handle =
            Rc::new(WorkerHandle { kind, worker, ready: Cell::new(false), missed: Cell::new(0), waiting, before });
        let on_message = {
            let (this, of) = (self.clone(), worker_handle.clone());
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| this.receive(&of, &event))
        };
        worker_handle.worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        on_message.forget();
        let on_error = {
            let (this, of) = (self.clone(), worker_handle.clone());
            // A script that could not be fetched is an event without words.
            Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| this.lost(&of, &crate::web::fetch_error::words(&event)))
        };
        worker_handle.worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        on_error.forget();
        Ok(worker_handle)
    }

    /// Ends the reader whose first load is under way; the number of that load.
    fn end_next(&self) -> Option<u32> {
        let (worker_handle, load) = self.0.next.borrow_mut().take()?;
        worker_handle.worker.terminate();
        Some(load)
    }

    fn is_next(&self, of: &Rc<WorkerHandle>) -> bool {
        self.0.next.borrow().as_ref().is_some_and(|(next, _)| Rc::ptr_eq(next, of))
    }

    fn tell(&self, message: FromEngine<Packed>) {
        (self.0.listener)(Event::Message(Box::new(message)));
    }

    fn lost(&self, of: &Rc<WorkerHandle>, why: &str) {
        if self.is_next(of) {
            // What is shown is another worker's: this is a load that failed.
            if let Some(load) = self.end_next() {
                self.tell(failed(load, why));
            }
            return;
        }
        of.worker.terminate();
        if self.0.now.borrow_mut().take_if(|now| Rc::ptr_eq(now, of)).is_none() {
            return;
        }
        self.drop_asked(u32::MAX);
        // A worker that never got ready would not the second time either.
        if of.ready.get() {
            self.restart(of.kind);
        }
        (self.0.listener)(Event::Lost(why.to_owned()));
    }

    /// Questions about data that is gone, up to this number.
    fn drop_asked(&self, last: u32) {
        for asked in self.0.asked.take() {
            match asked.then {
                then if asked.seq > last => self.0.asked.borrow_mut().push(PendingQuery { then, ..asked }),
                Some(then) => then(None),
                None => {}
            }
        }
    }

    fn receive(&self, of: &Rc<WorkerHandle>, event: &MessageEvent) {
        let is_now = self.0.now.borrow().as_ref().is_some_and(|now| Rc::ptr_eq(now, of));
        if !is_now && !self.is_next(of) {
            return;
        }
        let Some((mut message, _)) = unpack::<FromEngine<Packed>>(event.data()) else {
            return self.stranger(of, format!("the engine is not of build {BUILD}"));
        };
        of.missed.set(0);
        match &mut message {
            // The answer to a beat.
            FromEngine::Ready { .. } if of.ready.get() => return,
            FromEngine::Ready { build } => {
                if build != BUILD {
                    return self.stranger(of, format!("page of build {BUILD}, engine of build {build}"));
                }
                of.ready.set(true);
                if of.kind == Kind::Reader {
                    relay::offer(&of.worker, &ToEngine::Role(ToReader::Connect(Channel::Files)));
                }
                for waiting in of.waiting.take() {
                    let _ = of.worker.post_message(&waiting);
                }
                return;
            }
            FromEngine::Loaded { data, dropped, .. } => {
                let mut last = *dropped;
                data.generation += of.before;
                self.0.generations.set(data.generation);
                *self.0.known.borrow_mut() = Arc::new(Known::of(data));
                if self.is_next(of) {
                    self.0.next.take();
                    last = u32::MAX;
                    if let Some(old) = self.0.now.replace(Some(of.clone())) {
                        old.worker.terminate();
                    }
                }
                self.drop_asked(last);
            }
            FromEngine::LoadFailed { load, .. } => {
                let mine = self.0.next.borrow().as_ref().is_some_and(|(next, of_load)| Rc::ptr_eq(next, of) && of_load == load);
                if mine {
                    self.end_next();
                }
            }
            FromEngine::Answer { generation, .. } => *generation += of.before,
            _ => {}
        }
        match message {
            FromEngine::Answer { seq, generation, frames, last, .. } => self.answered(seq, generation, frames, last),
            other => self.tell(other),
        }
    }

    fn answered(&self, seq: u32, generation: u32, packed: Packed, last: bool) {
        let mut all = self.0.asked.borrow_mut();
        let Some(at) = all.iter().position(|asked| asked.seq == seq) else { return };
        all[at].answer.add(packed);
        if !last {
            // A question sent apart needs its complete answer.
            let shown = all[at].then.is_none().then(|| all[at].answer.clone());
            drop(all);
            return shown.into_iter().for_each(|answer| (self.0.listener)(Event::Answer(answer)));
        }
        let PendingQuery { answer, then, .. } = all.swap_remove(at);
        drop(all);
        match then {
            Some(then) => then(Some((generation, answer))),
            None => (self.0.listener)(Event::Answer(answer)),
        }
    }

    /// A worker that does not speak as this page does.
    fn stranger(&self, of: &Rc<WorkerHandle>, why: String) {
        if self.is_next(of) {
            return self.lost(of, &why);
        }
        (self.0.listener)(Event::Lost(why));
    }

    fn send(&self, message: &ToEngine) {
        if let Some(now) = self.0.now.borrow().as_ref() {
            now.post(pack(message, &[]));
        }
    }

    /// Reads a source by a worker that knows enough; the number distinguishes its messages from those of other loads.
    pub fn load(&self, handle: &Handle, needs: Kind) -> u32 {
        let load = self.0.next_load.get() + 1;
        self.0.next_load.set(load);
        let now = self.0.now.borrow().clone();
        if let Some(now) = now.filter(|now| needs == Kind::Engine || now.kind == Kind::Reader) {
            self.end_next();
            now.post(message(handle, load, now.kind));
            return load;
        }
        let next = self.0.next.take().map(|(worker_handle, _)| worker_handle);
        match next.map_or_else(|| self.spawn(Kind::Reader), Ok) {
            Ok(worker_handle) => {
                worker_handle.post(message(handle, load, Kind::Reader));
                *self.0.next.borrow_mut() = Some((worker_handle, load));
            }
            Err(why) => {
                // The caller has to know the number first.
                let (this, why) = (self.clone(), crate::web::fetch_error::words(&why));
                leptos::prelude::queue_microtask(move || this.tell(failed(load, &why)));
            }
        }
        load
    }

    pub fn cancel_load(&self, load: u32) {
        if self.end_next().is_some() {
            self.tell(FromEngine::LoadCancelled { load, kept: true });
        } else {
            self.send(&ToEngine::CancelLoad { load });
        }
    }

    /// Gives the reader the other end of a channel, as soon as it is the one that answers.
    pub fn connect(&self, channel: Channel, port: &MessagePort) {
        let now = self.0.now.borrow().clone();
        if let Some(now) = now.filter(|now| now.kind == Kind::Reader)
            && let Some(parts) = pack(&ToEngine::Role(ToReader::Connect(channel)), &[port.into()])
        {
            let _ = now.worker.post_message_with_transfer(&parts, &Array::of1(port));
        }
    }

    /// Asks; only the newest answer of a slot reaches the listener.
    pub fn ask(&self, query: Query) {
        // One page is shown at a time; its list of calls is requested beside it.
        let replaces = |old: Slot, new: Slot| old == new || (Query::is_page(old) && Query::is_page(new));
        let mut ended = Vec::new();
        self.0.asked.borrow_mut().retain(|asked| {
            let stays = asked.then.is_some() || !replaces(asked.answer.slot(), query.slot());
            if !stays {
                ended.push(asked.seq);
            }
            stays
        });
        ended.into_iter().for_each(|seq| self.send(&ToEngine::Cancel { seq }));
        self.send_batch(query, None);
    }

    /// Sends a question beside the view; the answer goes to `then` alone, also where a similar one was sent since.
    pub fn ask_apart(&self, query: Query, then: Then) {
        self.send_batch(query, Some(then));
    }

    /// Sends a question in the source's words.
    fn send_batch(&self, query: Query, then: Option<Then>) {
        let seq = self.0.next_seq.get() + 1;
        self.0.next_seq.set(seq);
        let (query, known, apart) = (Arc::new(query), self.0.known.borrow().clone(), then.is_some());
        self.0.asked.borrow_mut().push(PendingQuery { seq, answer: Answer::new(query.clone(), known.clone()), then });
        if let Query::Calls(calls) = &*query {
            let batch = view::calls_batch(calls, known.services());
            return self.send(&ToEngine::Ask { seq, batch, apart });
        }
        let this = self.clone();
        later_batch(query, known, move |batch| {
            // A newer question may have taken its place meanwhile.
            if this.0.asked.borrow().iter().any(|asked| asked.seq == seq) {
                this.send(&ToEngine::Ask { seq, batch, apart });
            }
        });
    }
}

/// Makes the batches of questions that the first view does not ask.
#[wasm_split(service, wasm_split_path = ::leptos::wasm_split, fallible)]
fn batcher() -> Result<fn(&Query, &Known) -> Batch, SplitLoaderError> {
    Ok(|query, known| view::batch(query, known.services()))
}

/// The batch of a question, once the code for it is there. Batches come in the order of the questions.
fn later_batch(query: Arc<Query>, known: Arc<Known>, then: impl FnOnce(Batch) + 'static) {
    spawn_local(async move {
        if let Ok(make) = batcher().await {
            then(make(&query, &known));
        }
    });
}

/// What makes a worker load a source. The engine of the first view reads bundled feeds as they are.
fn message(handle: &Handle, load: u32, kind: Kind) -> Option<Array> {
    let rebase = handle.rebase.clone();
    if let ([(MemberSource::Url { name, url, live, .. }, _)], Kind::Engine) = (handle.members.as_slice(), kind) {
        let bundled = LoadBundled { load, name: name.clone(), url: url.clone(), live: *live, rebase };
        return pack(&ToEngine::Role(bundled), &[]);
    }
    let read_as = handle.read_as.clone().or_else(|| handle.own.clone());
    let open = Open { load, name: handle.name.clone(), members: handle.members.clone(), rebase, read_as, once: handle.once };
    let files: Vec<JsValue> = handle.files.iter().map(JsValue::from).collect();
    pack(&ToEngine::Role(ToReader::Open(open)), &files)
}

/// The worker of a load was lost, or could not be started.
fn failed(load: u32, why: &str) -> FromEngine<Packed> {
    let failure = LoadFailure {
        name: String::new(),
        cause: LoadCause::Internal,
        detail: why.to_owned(),
        place: Place::default(),
        rejected: Rejected::default(),
    };
    FromEngine::LoadFailed { load, failure, kept: true }
}
