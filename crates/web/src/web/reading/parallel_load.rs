//! Parallel load of a large file. This worker reads from the front, helpers
//! ([`super::parse_helper`]) parse segments further back, and this worker merges each when it
//! reaches it. It parses what a helper could not.

use super::Reading;
use super::bytes::Bytes;
use super::parse_helper::{self, PieceAnswer, PieceAsk};
use crate::engine::load::segment::ParsedSegment;
use crate::engine::load::segment_request::SegmentRequest;
use crate::engine::load::work_queue::{Assignee, WorkQueue};
use crate::ingest::gunzip::MAGIC;
use crate::ingest::split_point::CUT_WITHIN;
use crate::web::BUILD;
use crate::web::fetch_error::{FetchError, within};
use crate::web::file_stream::FileStream;
use crate::web::message::{Line, pack, unpack};
use crate::web::relay;
use crate::web::worker::{Host, Pacer};
use crate::wire::{Channel, FromEngine, ToEngine, ToReader};
use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{Blob, Event, MessageEvent, MessagePort, Worker};

/// A smaller file is read before others have begun.
const LEAST_BYTES: f64 = (48 << 20) as f64;
/// A file is shared out in pieces of this size, bytes.
const PIECE_BYTES: f64 = (16 << 20) as f64;
/// Most helpers: a browser reads files no faster for more workers.
const HELPERS_MAX: usize = 4;
/// Pieces that are requested of a helper before it has read the first.
const AHEAD: usize = 2;
/// Another that is waited for this long is not waited for any more.
const PATIENCE_MS: i32 = 10_000;
/// Pieces after which the text must have a split point; otherwise the helpers are ended.
const TELL_PIECES: usize = 3;

type Listener = Closure<dyn FnMut(JsValue)>;

/// What another worker made of a piece, as it came.
type Answer = (PieceAnswer, Option<Uint8Array>);

/// Another worker.
struct Helper {
    worker: Worker,
    line: Line<PieceAsk>,
    /// The other end, until the worker says that it is there.
    port: Cell<Option<MessagePort>>,
    ready: Cell<bool>,
    /// Pieces requested and not yet answered.
    asked: Cell<usize>,
}

impl Helper {
    /// Ends it. Messages that it has sent already are ignored: their receiver may be gone, or would mistake it for another helper.
    fn end(&self) {
        self.ready.set(false);
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// The others, and what they have read so far.
struct WorkerPool {
    file: Blob,
    queue: RefCell<WorkQueue>,
    helpers: RefCell<Vec<Helper>>,
    /// Their request, once it is known.
    ask: RefCell<Option<SegmentRequest>>,
    /// Answers whose turn has not come.
    answers: RefCell<BTreeMap<usize, Answer>>,
    /// Woken by the next answer.
    waiting: RefCell<Option<Function>>,
    listeners: RefCell<Vec<Listener>>,
}

impl WorkerPool {
    /// Starts the others; they are ready in a moment, or never.
    fn start(file: &Blob, helpers: usize) -> Rc<Self> {
        let pieces = (file.size() / PIECE_BYTES).ceil() as usize;
        let pool = Rc::new(Self {
            file: file.clone(),
            queue: RefCell::new(WorkQueue::new(pieces, helpers)),
            helpers: RefCell::default(),
            ask: RefCell::default(),
            answers: RefCell::default(),
            waiting: RefCell::default(),
            listeners: RefCell::default(),
        });
        for number in 0..helpers {
            // They are what this worker is; where one cannot start another, it reads alone.
            let Some(worker) = own_address().and_then(|address| Worker::new(&address).ok()) else { break };
            let listen = |receive: fn(&Self, usize, JsValue)| {
                let this = Rc::downgrade(&pool);
                Listener::new(move |event: JsValue| {
                    if let Some(this) = this.upgrade() {
                        receive(&this, number, event);
                    }
                })
            };
            let message = listen(Self::welcome);
            let error = listen(|this, number, event| {
                // It goes no further: nothing is lost by it but help.
                event.unchecked_ref::<Event>().prevent_default();
                this.lost(number);
            });
            worker.set_onmessage(Some(message.as_ref().unchecked_ref()));
            worker.set_onerror(Some(error.as_ref().unchecked_ref()));
            pool.listeners.borrow_mut().extend([message, error]);
            let weak = Rc::downgrade(&pool);
            let line = Line::open(move |answer: PieceAnswer, beside| {
                if let Some(this) = weak.upgrade() {
                    this.receive(number, (answer, beside.at(0)));
                }
            });
            let Some((line, port)) = line else { break };
            let (port, ready, asked) = (Cell::new(Some(port)), Cell::new(false), Cell::new(0));
            pool.helpers.borrow_mut().push(Helper { worker, line, port, ready, asked });
        }
        pool
    }

    /// The first word of another says that it is there, and which build it is of.
    fn welcome(&self, number: usize, event: JsValue) {
        let first = unpack::<FromEngine<()>>(event.unchecked_ref::<MessageEvent>().data());
        let Some((FromEngine::Ready { build }, _)) = first else { return };
        if build != BUILD {
            return self.lost(number);
        }
        if let Some(helper) = self.helpers.borrow().get(number)
            && let Some(port) = helper.port.take()
            && let Some(parts) = pack(&ToEngine::Role(ToReader::Connect(Channel::ParseHelp)), &[port.clone().into()])
        {
            helper.ready.set(helper.worker.post_message_with_transfer(&parts, &Array::of1(&port)).is_ok());
        }
        self.hand_out();
    }

    fn receive(&self, number: usize, answer: Answer) {
        if let Some(helper) = self.helpers.borrow().get(number) {
            helper.asked.set(helper.asked.get().saturating_sub(1));
        }
        self.answers.borrow_mut().insert(answer.0.piece as usize, answer);
        self.wake();
        self.hand_out();
    }

    /// Another will not answer any more.
    fn lost(&self, number: usize) {
        if let Some(helper) = self.helpers.borrow().get(number) {
            helper.end();
        }
        let answers = self.answers.borrow();
        self.queue.borrow_mut().lost(number, |piece| answers.contains_key(&piece));
        drop(answers);
        self.wake();
    }

    fn wake(&self) {
        let waiting = self.waiting.borrow_mut().take();
        if let Some(wake) = waiting {
            let _ = wake.call0(&JsValue::NULL);
        }
    }

    /// Begins, now that it is known what to ask.
    fn begin(&self, ask: SegmentRequest) {
        *self.ask.borrow_mut() = Some(ask);
        self.hand_out();
    }

    /// Gives a piece to the helper with the least work.
    fn hand_out(&self) {
        let ask = self.ask.borrow();
        let Some(ask) = ask.as_ref() else { return };
        for (number, helper) in self.helpers.borrow().iter().enumerate() {
            while helper.ready.get() && helper.asked.get() < AHEAD {
                let Some(piece) = self.queue.borrow_mut().other(number) else { return };
                let (from, to) = self.span(piece);
                let asked = PieceAsk { piece: piece as u32, from: from as u64, to: to as u64, ask: ask.clone() };
                helper.line.send(&asked, &[self.file.clone().into()]);
                helper.asked.set(helper.asked.get() + 1);
            }
        }
    }

    /// From and to where a piece is wanted.
    fn span(&self, piece: usize) -> (f64, f64) {
        let from = piece as f64 * PIECE_BYTES;
        (from, (from + PIECE_BYTES).min(self.file.size()))
    }

    /// What another made of a piece, once it is there; `None` where none reads it.
    async fn answer(&self, piece: usize) -> Option<Answer> {
        while let Assignee::Other(number) = { self.queue.borrow().assignee(piece) } {
            let answer = self.answers.borrow_mut().remove(&piece);
            if answer.is_some() {
                return answer;
            }
            let woken = Promise::new(&mut |resolve, _| *self.waiting.borrow_mut() = Some(resolve));
            if within(PATIENCE_MS, JsFuture::from(woken)).await.is_none() {
                self.lost(number);
            }
        }
        None
    }
}

impl Drop for WorkerPool {
    fn drop(&mut self) {
        self.helpers.borrow().iter().for_each(Helper::end);
    }
}

/// Whether a file is gzip, which cannot be read from anywhere but its beginning.
async fn is_packed(file: &Blob) -> bool {
    FileStream::of(file, 0.0, 2.0).all(2.0).await.is_ok_and(|bytes| bytes == MAGIC)
}

/// How many workers run at once.
fn cores() -> usize {
    let of = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).unwrap_or(JsValue::UNDEFINED);
    of(&of(&js_sys::global(), "navigator"), "hardwareConcurrency").as_f64().map_or(1, |cores| cores as usize)
}

/// The address of the script that this worker runs.
fn own_address() -> Option<String> {
    let location = Reflect::get(&js_sys::global(), &"location".into()).ok()?;
    Reflect::get(&location, &"href".into()).ok()?.as_string()
}

impl Host<Reading> {
    /// Reads a file; false where the load is over before its end.
    ///
    /// A browser compiles as one piece what is polled as one: what runs at every piece of a file is a task of its own, so that it does not wait for all of
    /// a load to be compiled.
    pub async fn read_file(&self, load: u32, file: &Blob, total: Option<u64>, attempt: u32) -> Result<bool, FetchError> {
        let read = Rc::new(RefCell::new(None));
        let (host, file, told) = (self.clone(), file.clone(), read.clone());
        let task = future_to_promise(async move {
            let read = host.read_whole_file(load, &file, total, attempt).await;
            *told.borrow_mut() = Some(read);
            Ok(JsValue::UNDEFINED)
        });
        let _ = JsFuture::from(task).await;
        read.take().unwrap_or_else(|| Err(FetchError::internal()))
    }

    async fn read_whole_file(&self, load: u32, file: &Blob, total: Option<u64>, attempt: u32) -> Result<bool, FetchError> {
        let alone = file.size() < LEAST_BYTES || is_packed(file).await || relay::is_needed();
        let helpers = if alone { 0 } else { cores().saturating_sub(1).min(HELPERS_MAX) };
        let pool = WorkerPool::start(file, helpers);
        if pool.helpers.borrow().is_empty() {
            let mut pace = Pacer::new(total, attempt);
            return self.read(load, &mut Bytes::of_file(file), &mut pace, |_| {}).await;
        }
        let mut pace = Pacer::new(total, attempt);
        let mut own = None;
        let (mut at, pieces) = (0.0, pool.queue.borrow().len());
        for piece in 0..pieces {
            let answer = pool.answer(piece).await;
            if !self.engine.borrow().is_loading(load) {
                return Ok(false);
            }
            let taken = answer.and_then(|answer| self.take_in(load, &pool, at, &answer));
            pool.answers.borrow_mut().remove(&piece);
            match taken {
                Some(end) => {
                    let read = (end - at) as u64;
                    at = end;
                    pool.queue.borrow_mut().done(piece);
                    if !self.go_on(load, read, &mut pace).await {
                        return Ok(false);
                    }
                }
                None => {
                    pool.queue.borrow_mut().own(piece);
                    // What flows goes on as long as no other has read what comes next.
                    let mut stream = own
                        .take()
                        .filter(|stream: &FileStream| stream.at() == at)
                        .unwrap_or_else(|| FileStream::of(file, at, file.size()));
                    let Some(end) = self.read_piece(load, &pool, piece, &mut stream, &mut pace).await? else { return Ok(false) };
                    own = Some(stream);
                    at = end;
                    pool.queue.borrow_mut().done(piece);
                }
            }
            if pool.ask.borrow().is_none() {
                if let Some(ask) = { self.engine.borrow().segment_request(load) } {
                    pool.begin(ask);
                } else if piece == TELL_PIECES {
                    (0..pool.helpers.borrow().len()).for_each(|number| pool.lost(number));
                }
            }
            pool.hand_out();
        }
        Ok(true)
    }

    /// So many bytes have been read: false where the load is over.
    async fn go_on(&self, load: u32, bytes: u64, pace: &mut Pacer) -> bool {
        let fits = self.fits(load, bytes, pace);
        if fits {
            self.pause(load, pace).await;
        }
        fits
    }

    /// Puts in what another made of the piece that comes next, at this byte; to where it was read, `None` where it is to be read here.
    fn take_in(&self, load: u32, pool: &WorkerPool, at: f64, (answer, bytes): &Answer) -> Option<f64> {
        let (from, to) = answer.read?;
        let segment = ParsedSegment::of_bytes(&bytes.as_ref()?.to_vec())?;
        let ask = pool.ask.borrow();
        let (from, to, ask) = (from as f64, to as f64, ask.as_ref()?);
        (from == at && self.engine.borrow_mut().accept_segment(load, ask, &segment)).then_some(to)
    }

    /// Reads a piece from a byte on, of what flows from there; to where it was read, `None` where the load is over.
    async fn read_piece(
        &self,
        load: u32,
        pool: &WorkerPool,
        piece: usize,
        stream: &mut FileStream,
        pace: &mut Pacer,
    ) -> Result<Option<f64>, FetchError> {
        let (_, to) = pool.span(piece);
        let last = piece + 1 == pool.queue.borrow().len();
        let whole = if last { to } else { to - CUT_WITHIN as f64 };
        while stream.at() < whole {
            let bytes = stream.some(whole).await?;
            if !self.push(load, bytes) || !self.go_on(load, bytes.len() as u64, pace).await {
                return Ok(None);
            }
        }
        let at = stream.at();
        let rest = stream.all(to).await?;
        let by_lines = pool.ask.borrow().as_ref().map(SegmentRequest::by_lines);
        let cut = |by_lines| parse_helper::cut_before(rest, to, by_lines);
        // Until it is known how records lie, either way: what is not between two of them will not be mistaken for that.
        let cut = by_lines.map_or_else(|| cut(true).or_else(|| cut(false)), cut);
        let end = cut.filter(|cut| !last && *cut >= at).unwrap_or(to);
        let bytes = &rest[..(end - at) as usize];
        if !self.push(load, bytes) || !self.go_on(load, bytes.len() as u64, pace).await {
            return Ok(None);
        }
        stream.take(end);
        Ok(Some(end))
    }
}
