//! The engine's side of the wire: a dedicated worker that reads sources and steps queries, and looks for newer messages in between.

#[cfg(feature = "full")]
mod beside;
#[cfg(feature = "full")]
mod live;
#[cfg(feature = "full")]
mod members;

use super::BUILD;
use super::reader::Bytes;
use super::sleep::{breathe, sleep};
use super::trouble::Trouble;
#[cfg(feature = "full")]
use crate::base::address;
use crate::engine::Engine;
use crate::wire::{self, FromEngine, LoadFailure, Place, Progress, Rebase, Rejected, Source, Stage, ToEngine};
#[cfg(feature = "full")]
use crate::wire::{LoadCause, SAMPLE_BYTES};
use js_sys::{Array, Uint8Array};
use sha2::{Digest, Sha256};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// How long queries are stepped, and chunks parsed, before messages are looked at.
const SLICE_MS: f64 = 12.0;
/// Least time between two progress messages.
const PROGRESS_MS: f64 = 80.0;
/// Attempts at an address, and the first wait between them.
const ATTEMPTS: u32 = 4;
const WAIT_MS: f64 = 600.0;
/// Text from the clipboard is parsed in pieces of this size.
#[cfg(feature = "full")]
const TEXT_PIECE: usize = 1 << 20;

/// The worker; shared by its message handler and what it has started.
#[derive(Clone)]
struct Host {
    scope: DedicatedWorkerGlobalScope,
    engine: Rc<RefCell<Engine>>,
    stepping: Rc<Cell<bool>>,
    #[cfg(feature = "full")]
    looker: super::look::Looker,
    #[cfg(feature = "full")]
    keeper: super::kept::Keeper,
    #[cfg(feature = "full")]
    records: super::record::Records,
    #[cfg(feature = "full")]
    live: live::Live,
}

/// How a source's reading goes on.
#[derive(Default)]
struct Pace {
    /// Its bytes, where it is known how many.
    total: Option<u64>,
    attempt: u32,
    reported: f64,
    breathed: f64,
    /// Bytes read since it was last looked whether it fits.
    #[cfg(feature = "full")]
    unweighed: u64,
}

/// Starts serving; called once by the worker's `main`.
pub fn serve() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let host = Host {
        scope: scope.clone(),
        engine: Rc::default(),
        stepping: Rc::default(),
        #[cfg(feature = "full")]
        looker: Default::default(),
        #[cfg(feature = "full")]
        keeper: Default::default(),
        #[cfg(feature = "full")]
        records: Default::default(),
        #[cfg(feature = "full")]
        live: Default::default(),
    };
    let handler = {
        let host = host.clone();
        Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| host.receive(&event))
    };
    scope.set_onmessage(Some(handler.as_ref().unchecked_ref()));
    handler.forget();
    // Messages posted before this point were lost: the page waits for it.
    host.send(&FromEngine::Ready { build: BUILD.into() });
}

impl Host {
    /// A message is an array: the bytes, and after them what travels along (`web::member`).
    fn receive(&self, event: &MessageEvent) {
        let parts = Array::from(&event.data());
        #[cfg(feature = "full")]
        if super::relay::receive(&parts) || super::hand::receive(&self.scope, &parts) {
            return;
        }
        #[cfg(feature = "full")]
        if super::chosen::receive(&parts)
            || self.looker.receive(&self.scope, &parts)
            || self.live.receive(self, &parts)
            || self.records.receive(&self.engine, &parts)
        {
            return;
        }
        #[cfg(feature = "full")]
        if self.keeper.receive(&self.engine, &parts) {
            return self.live.keep_still();
        }
        let bytes = Uint8Array::new(&parts.get(0)).to_vec();
        let Ok(message) = wire::decode::<ToEngine>(&bytes) else { return };
        match message {
            ToEngine::Load { load, source, rebase, read_as, once } => {
                let host = self.clone();
                spawn_local(async move { host.load(load, source, parts, rebase, read_as, once).await });
            }
            ToEngine::CancelLoad { load } => {
                if let Some(answer) = self.engine.borrow_mut().cancel_load(load) {
                    self.send(&answer);
                }
            }
            #[cfg(feature = "full")]
            ToEngine::Ask { seq, ref batch, apart } if self.live.looks(self, seq, batch, apart) => {}
            ToEngine::Ask { seq, batch, apart } => {
                self.engine.borrow_mut().ask(seq, batch, apart);
                self.step();
            }
        }
    }

    fn send(&self, message: &FromEngine) {
        let Ok(bytes) = wire::encode(message) else { return };
        let array = Uint8Array::from(bytes.as_slice());
        let _ = self.scope.post_message_with_transfer(&array, &Array::of1(&array.buffer()));
    }

    /// Steps queries until none is left, breathing between slices, so that a newer query replaces the one under way; then what later ones
    /// are answered from.
    fn step(&self) {
        #[cfg(feature = "full")]
        if self.live.holds_back() {
            return;
        }
        if self.stepping.replace(true) {
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
                    if now() - started > SLICE_MS {
                        break;
                    }
                }
            }
        });
    }

    async fn load(&self, load: u32, source: Source, parts: Array, rebase: Option<Rebase>, read_as: Option<String>, once: bool) {
        let name = source.name().to_owned();
        let live = matches!(&source, Source::Url { live: true, .. });
        for attempt in 1..=ATTEMPTS {
            self.engine.borrow_mut().begin(load, &name, live, rebase.clone());
            self.report(load, Stage::Connecting, None, attempt);
            #[cfg(feature = "full")]
            if once {
                self.engine.borrow_mut().once(load);
            }
            #[cfg(feature = "full")]
            let chosen = self.choose(load, read_as.as_deref());
            // Bundled feeds, which the engine of the first view reads, are what they are.
            #[cfg(not(feature = "full"))]
            let chosen = read_as.as_ref().filter(|_| once).and(None);
            let trouble = match &source {
                _ if chosen.is_some() => chosen,
                #[cfg(feature = "full")]
                Source::Url { url, access, .. } => {
                    self.read_address(load, (&name, url, access), read_as.as_deref(), attempt).await
                }
                #[cfg(not(feature = "full"))]
                Source::Url { url, access, .. } => match Bytes::of_url(url, access).await {
                    Ok(bytes) => self.read_feed(load, bytes, attempt).await,
                    Err(trouble) => Some(trouble),
                },
                #[cfg(feature = "full")]
                Source::Files { files, .. } => self.read_members(load, files, &parts, attempt).await,
                #[cfg(feature = "full")]
                Source::Text { text, .. } => {
                    self.read_text(load, text).await;
                    None
                }
                #[cfg(feature = "full")]
                Source::Kept { name } => self.reopen(load, name).await,
                // The engine of the first view is asked for the bundled feeds alone.
                #[cfg(not(feature = "full"))]
                Source::Files { .. } | Source::Text { .. } | Source::Kept { .. } => {
                    let _ = &parts;
                    Some(Trouble::internal())
                }
            };
            let Some(trouble) = trouble else { return };
            if !self.engine.borrow().is_loading(load) {
                return;
            }
            if !trouble.again || attempt == ATTEMPTS {
                let detail = match &source {
                    #[cfg(feature = "full")]
                    Source::Url { url, .. } => format!("{}\n{}", address::shown(url), trouble.detail),
                    #[cfg(not(feature = "full"))]
                    Source::Url { url, .. } => format!("{url}\n{}", trouble.detail),
                    _ => trouble.detail,
                };
                let failure =
                    LoadFailure { name, cause: trouble.cause, detail, place: Place::default(), rejected: Rejected::default() };
                let answer = self.engine.borrow_mut().fail(load, failure);
                self.send(&answer);
                return;
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

    /// Has the source just begun read by the format or mapping that a person or a link names; `Some` where there is none of that name.
    #[cfg(feature = "full")]
    fn choose(&self, load: u32, read_as: Option<&str>) -> Option<Trouble> {
        match super::chosen::by_words(read_as?) {
            Ok(choice) => {
                self.engine.borrow_mut().read_as(load, choice);
                None
            }
            Err(detail) => Some(Trouble { cause: LoadCause::NoMapping, detail, again: false, retry_after_s: None }),
        }
    }

    /// Reads what an address sends; `Some` where it broke.
    #[cfg(not(feature = "full"))]
    async fn read_feed(&self, load: u32, bytes: Bytes, attempt: u32) -> Option<Trouble> {
        let total = bytes.total;
        // A file can be read again when its hash is wanted; what an address sent cannot.
        let mut hash = Some(Sha256::new());
        match self.read(load, bytes, total, attempt, &mut hash).await {
            Ok(true) => self.close(load, total, attempt, hash).await,
            Ok(false) => {}
            Err(trouble) => return Some(trouble),
        }
        None
    }

    /// Ends a load that will not fit.
    #[cfg(feature = "full")]
    fn give_up(&self, load: u32, name: &str, failure: LoadFailure) {
        if self.engine.borrow().is_loading(load) {
            let answer = self.engine.borrow_mut().fail(load, LoadFailure { name: name.to_owned(), ..failure });
            self.send(&answer);
        }
    }

    #[cfg(feature = "full")]
    fn tell_loaded(&self, message: &FromEngine) {
        if let FromEngine::Loaded { load, data } = message {
            self.keeper.loaded(data);
            self.records.loaded(*load);
            self.live.loaded(self, *load, data);
        }
    }

    /// Reads a stream; false where the load is over before its end.
    async fn read(
        &self,
        load: u32,
        mut bytes: Bytes,
        total: Option<u64>,
        attempt: u32,
        hash: &mut Option<Sha256>,
    ) -> Result<bool, Trouble> {
        self.read_to_end(load, &mut bytes, total, attempt, hash).await
    }

    /// The same; what is known of the stream stays with the caller.
    async fn read_to_end(
        &self,
        load: u32,
        bytes: &mut Bytes,
        total: Option<u64>,
        attempt: u32,
        hash: &mut Option<Sha256>,
    ) -> Result<bool, Trouble> {
        let mut pace = Pace { total, attempt, ..Pace::default() };
        while let Some(chunk) = bytes.next().await? {
            if let Some(hash) = hash {
                hash.update(&chunk);
            }
            let goes_on = self.push(load, &chunk);
            #[cfg(feature = "full")]
            let goes_on = goes_on && self.fits(load, chunk.len() as u64, &mut pace).await;
            if !goes_on {
                bytes.close();
                return Ok(false);
            }
            if self.tell(load, &mut pace) {
                breathe().await;
                pace.breathed = now();
            }
        }
        Ok(true)
    }

    /// Hands the next bytes of a source on; false where the load is over.
    fn push(&self, load: u32, chunk: &[u8]) -> bool {
        let ended = self.engine.borrow_mut().push(load, chunk);
        if let Some(ended) = &ended {
            self.send(ended);
        }
        ended.is_none() && self.engine.borrow().is_loading(load)
    }

    /// Looks now and then whether a source of which so many more bytes have been read still fits; false where it does not, and the load is over.
    #[cfg(feature = "full")]
    async fn fits(&self, load: u32, bytes: u64, pace: &mut Pace) -> bool {
        pace.unweighed += bytes;
        if pace.unweighed < SAMPLE_BYTES {
            return true;
        }
        pace.unweighed = 0;
        if let Some(total) = pace.total {
            self.engine.borrow_mut().expect(load, total);
        }
        let progress = self.engine.borrow().progress(load);
        let progress = progress.map(|progress| Progress { bytes_total: pace.total, ..progress }).unwrap_or_default();
        match self.keeper.too_big(&progress) {
            Some(failure) => {
                self.give_up(load, "", failure);
                false
            }
            None => true,
        }
    }

    /// Says now and then how far a source has come; true where it is time to let messages through.
    fn tell(&self, load: u32, pace: &mut Pace) -> bool {
        if now() - pace.reported > PROGRESS_MS {
            pace.reported = now();
            self.report(load, Stage::Reading, pace.total, pace.attempt);
        }
        now() - pace.breathed > SLICE_MS
    }

    /// Everything has been read.
    async fn close(&self, load: u32, total: Option<u64>, attempt: u32, hash: Option<Sha256>) {
        self.report(load, Stage::Sorting, total, attempt);
        breathe().await;
        self.finish(load, hash);
    }

    #[cfg(feature = "full")]
    async fn read_text(&self, load: u32, text: &str) {
        for piece in text.as_bytes().chunks(TEXT_PIECE) {
            let ended = self.engine.borrow_mut().push(load, piece);
            if let Some(ended) = ended {
                self.send(&ended);
                return;
            }
            self.report(load, Stage::Reading, Some(text.len() as u64), 1);
            breathe().await;
        }
        self.finish(load, Some(Sha256::new_with_prefix(text)));
    }

    fn finish(&self, load: u32, hash: Option<Sha256>) {
        let answer = self.engine.borrow_mut().finish(load);
        if let Some(mut answer) = answer {
            if let FromEngine::Loaded { data, .. } = &mut answer {
                data.sha256 = hash.map(|hash| hash.finalize().into());
            }
            #[cfg(feature = "full")]
            self.tell_loaded(&answer);
            self.send(&answer);
        }
    }

    fn report(&self, load: u32, stage: Stage, total: Option<u64>, attempt: u32) {
        let progress = self.engine.borrow().progress(load);
        if let Some(progress) = progress {
            let progress = Progress { stage, attempt, bytes_total: total.or(progress.bytes_total), ..progress };
            self.send(&FromEngine::Progress { load, progress });
        }
    }
}

/// The clock for slices.
fn now() -> f64 {
    js_sys::Date::now()
}
