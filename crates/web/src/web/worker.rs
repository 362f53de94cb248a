//! A worker's side of the messages: reads sources and steps runs, and handles newer messages in
//! between. Its [`Role`], which the binary names, decides what it can read; a role that no binary
//! names is not linked.

mod bundled;
mod carry;

pub use bundled::Bundled;
pub use carry::carry_out;

use super::BUILD;
use super::fetch_error::FetchError;
use super::message::{Attachments, pack, unpack};
use super::sleep::{breathe, sleep};
use crate::ask::Batch;
use crate::engine::Engine;
use crate::wire::{DataSet, FromEngine, LoadFailure, Place, Progress, Rebase, Rejected, Stage, ToEngine};
use js_sys::Array;
use serde::de::DeserializeOwned;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// How long queries are stepped, and chunks parsed, before messages are looked at.
pub const SLICE_MS: f64 = 12.0;
/// Least time between two progress messages.
const PROGRESS_MS: f64 = 80.0;
/// Attempts at an address, and the first wait between them.
pub const ATTEMPTS: u32 = 4;
const WAIT_MS: f64 = 600.0;

/// What a worker does beside answering queries. The defaults are those of a worker that reads nothing but bundled feeds.
pub trait Role: Default + 'static {
    /// What is said to it alone ([`ToEngine::Role`]).
    type Message: DeserializeOwned;

    /// Does what a message says.
    fn receive(host: &Host<Self>, message: Self::Message, beside: Attachments);

    /// Answers wait.
    fn holds_back(&self) -> bool {
        false
    }

    /// Notes what a batch looks at; true where its answer has to wait, for which this sees then.
    fn defers(_host: &Host<Self>, _seq: u32, _batch: &Batch, _apart: bool) -> bool {
        false
    }

    /// Carries out what sources ask for ([`carry_out`]); calls that are read ask for nothing.
    fn carry_out(_host: &Host<Self>) {}

    /// A data set takes the place of what was shown.
    fn loaded(_host: &Host<Self>, _load: u32, _data: &DataSet) {}
}

/// The worker; shared by its message handler and what it has started.
pub struct Host<R> {
    pub scope: DedicatedWorkerGlobalScope,
    pub engine: Rc<RefCell<Engine>>,
    pub role: Rc<R>,
    stepping: Rc<Cell<bool>>,
}

impl<R> Clone for Host<R> {
    fn clone(&self) -> Self {
        let Self { scope, engine, role, stepping } = self;
        Self { scope: scope.clone(), engine: engine.clone(), role: role.clone(), stepping: stepping.clone() }
    }
}

/// How a source's reading goes on.
#[derive(Default)]
pub struct Pacer {
    /// Its bytes, where it is known how many.
    pub total: Option<u64>,
    attempt: u32,
    reported: f64,
    pub breathed: f64,
    /// Bytes read since it was last looked whether it fits.
    pub unweighed: u64,
}

impl Pacer {
    pub fn new(total: Option<u64>, attempt: u32) -> Self {
        Self { total, attempt, ..Self::default() }
    }
}

/// A load as it begins.
pub struct LoadStart<'a> {
    pub load: u32,
    pub name: &'a str,
    /// The address, as a user may see it.
    pub shown: Option<String>,
    pub live: bool,
    pub rebase: Option<Rebase>,
}

/// Starts serving; called once by the worker's `main`.
pub fn serve<R: Role>() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let host = Host { scope: scope.clone(), engine: Rc::default(), role: Rc::<R>::default(), stepping: Rc::default() };
    let handler = {
        let host = host.clone();
        Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| host.receive(&event))
    };
    scope.set_onmessage(Some(handler.as_ref().unchecked_ref()));
    handler.forget();
    // Messages posted before this point were lost: the page waits for it.
    host.say_ready();
}

impl<R: Role> Host<R> {
    fn receive(&self, event: &MessageEvent) {
        let Some((message, beside)) = unpack::<ToEngine<R::Message>>(event.data()) else { return };
        match message {
            ToEngine::CancelLoad { load } => {
                if let Some(answer) = self.engine.borrow_mut().cancel_load(load) {
                    self.send(&answer);
                }
            }
            ToEngine::Ask { seq, batch, apart } => {
                if !R::defers(self, seq, &batch, apart) {
                    self.engine.borrow_mut().ask(seq, batch, apart);
                    self.step();
                }
            }
            ToEngine::Cancel { seq } => {
                self.engine.borrow_mut().cancel(seq);
                R::carry_out(self);
            }
            ToEngine::Role(message) => R::receive(self, message, beside),
            ToEngine::Beat => self.say_ready(),
        }
    }

    fn say_ready(&self) {
        self.send(&FromEngine::Ready { build: BUILD.into() });
    }

    /// Sends a message to who started this worker.
    pub fn send(&self, message: &FromEngine) {
        if let Some(parts) = pack(message, &[]) {
            let buffer = parts.get(0).unchecked_into::<js_sys::Uint8Array>().buffer();
            let _ = self.scope.post_message_with_transfer(&parts, &Array::of1(&buffer));
        }
    }

    /// Steps queries until none is left, breathing between slices, so that a newer query replaces the one under way; then what later ones
    /// are answered from.
    pub fn step(&self) {
        if self.role.holds_back() || self.stepping.replace(true) {
            return;
        }
        let host = self.clone();
        spawn_local(async move {
            // The first slice begins at once: most answers need no other.
            let mut again = false;
            loop {
                if core::mem::replace(&mut again, true) {
                    breathe().await;
                }
                let started = now();
                loop {
                    let mut engine = host.engine.borrow_mut();
                    if !engine.has_work() {
                        if engine.prepare() {
                            break;
                        }
                        drop(engine);
                        host.stepping.set(false);
                        return;
                    }
                    let answer = engine.step();
                    drop(engine);
                    if let Some(answer) = answer {
                        host.send(&answer);
                    }
                    R::carry_out(&host);
                    if now() - started > SLICE_MS {
                        break;
                    }
                }
            }
        });
    }

    /// Reads a source by `read`, which receives the attempt's number and returns the error; repeats where that may help.
    pub async fn load(&self, begun: LoadStart<'_>, read: impl AsyncFn(u32) -> Option<FetchError>) {
        let LoadStart { load, name, shown, live, rebase } = begun;
        for attempt in 1..=ATTEMPTS {
            self.engine.borrow_mut().begin(load, name, live, rebase.clone());
            self.report(load, Stage::Connecting, None, attempt);
            let Some(trouble) = read(attempt).await else { return };
            if !self.engine.borrow().is_loading(load) {
                return;
            }
            if !trouble.retryable || attempt == ATTEMPTS {
                let detail = match &shown {
                    Some(shown) => format!("{shown}\n{}", trouble.detail),
                    None => trouble.detail,
                };
                return self.fail(
                    load,
                    LoadFailure {
                        name: name.to_owned(),
                        cause: trouble.cause,
                        detail,
                        place: Place::default(),
                        rejected: Rejected::default(),
                    },
                );
            }
            self.report(load, Stage::Waiting, None, attempt + 1);
            // Twice as long each time, with jitter, so that many consoles do not knock together.
            let wait = WAIT_MS * f64::from(1u32 << (attempt - 1)) * (0.75 + js_sys::Math::random() / 2.0);
            let wait = trouble.retry_after_s.map_or(wait, |s| wait.max(f64::from(s.min(20)) * 1000.0));
            sleep(wait as i32).await;
            if !self.engine.borrow().is_loading(load) {
                return;
            }
        }
    }

    /// Ends a load that is under way.
    pub fn fail(&self, load: u32, failure: LoadFailure) {
        let answer = self.engine.borrow_mut().fail(load, failure);
        self.send(&answer);
    }

    /// Hands the next bytes of a source on; false where the load is over.
    pub fn push(&self, load: u32, chunk: &[u8]) -> bool {
        let ended = self.engine.borrow_mut().push(load, chunk);
        if let Some(ended) = &ended {
            self.send(ended);
        }
        ended.is_none() && self.engine.borrow().is_loading(load)
    }

    /// Says now and then how far a source has come, and lets messages through where it is time for it.
    pub async fn pause(&self, load: u32, pace: &mut Pacer) {
        if now() - pace.reported > PROGRESS_MS {
            self.report(load, Stage::Reading, pace.total, pace.attempt);
            pace.reported = now();
        }
        if now() - pace.breathed > SLICE_MS {
            breathe().await;
            pace.breathed = now();
        }
    }

    /// A source has been read to its end.
    pub async fn close(&self, load: u32, total: Option<u64>, attempt: u32, sha256: Option<[u8; 32]>) {
        self.report(load, Stage::Sorting, total, attempt);
        // Sorting blocks; its stage is reported before it.
        breathe().await;
        self.finish(load, sha256);
    }

    pub fn finish(&self, load: u32, sha256: Option<[u8; 32]>) {
        let answer = self.engine.borrow_mut().finish(load);
        if let Some(mut answer) = answer {
            if let FromEngine::Loaded { data, .. } = &mut answer {
                data.sha256 = sha256;
            }
            self.send_loaded(&answer);
        }
    }

    /// Sends what came of a load.
    pub fn send_loaded(&self, answer: &FromEngine) {
        if let FromEngine::Loaded { load, data, .. } = answer {
            R::loaded(self, *load, data);
        }
        self.send(answer);
    }

    pub fn report(&self, load: u32, stage: Stage, total: Option<u64>, attempt: u32) {
        let progress = self.engine.borrow().progress(load);
        if let Some(progress) = progress {
            let progress = Progress { stage, attempt, bytes_total: total.or(progress.bytes_total), ..progress };
            self.send(&FromEngine::Progress { load, progress });
        }
    }
}

/// The clock for slices.
pub fn now() -> f64 {
    js_sys::Date::now()
}
