//! Has a file written by the writer worker, and sends it the calls that it requests.

use super::piece::{Lost, ask};
use crate::export::report::{Met, Wanted};
use crate::export::writer_protocol::{FileOrder, FromWriter, ToWriter};
use crate::i18n::Message;
use crate::i18n::export::Export;
use crate::ui::pages::parts::question::ForExport;
use crate::ui::state::App;
use crate::view::Answer;
use crate::web::message::{pack, unpack};
use crate::web::{BUILD, relay};
use crate::wire::RowsReply;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, File, MessageEvent, Worker};

/// Calls passed on at once.
const WINDOW: u32 = 8192;

/// What comes of an order.
#[derive(Clone)]
pub enum Outcome {
    Progress {
        rows: u64,
        rows_total: u64,
    },
    /// What a report that is about to come has of what may name a user or a secret.
    Met(Vec<Met>),
    Done(SendWrapper<Blob>),
    Failed(String),
}

type Callbacks = (Closure<dyn FnMut(MessageEvent)>, Closure<dyn FnMut(JsValue)>);

/// The writer's worker, started before there is anything to write; dropping it ends the worker, and the file under way with it.
///
/// It starts with the dialog: what a user takes to choose is time enough to fetch the module, to compile it and to run it in.
pub struct WriterHandle(Rc<Inner>);

/// What is to be written.
enum Task {
    File { ask: ForExport, order: Box<FileOrder>, source: Option<File> },
    Report(Box<Wanted>),
}

struct Inner {
    app: App,
    worker: Worker,
    stage: RefCell<Stage>,
    /// The worker's callbacks live as long as it does.
    callbacks: RefCell<Option<Callbacks>>,
    tell: Box<dyn Fn(Outcome)>,
}

/// The state of the worker and of its order.
enum Stage {
    /// It is not there yet; what it is to write, once there is something.
    Starting(Option<Box<Task>>),
    /// It waits for its order.
    Ready,
    /// It writes, and a file requests calls.
    Writing(Option<ForExport>),
    /// It is of no use: why.
    Broken(String),
}

impl Drop for WriterHandle {
    fn drop(&mut self) {
        self.0.worker.set_onmessage(None);
        self.0.worker.set_onerror(None);
        self.0.worker.terminate();
        // Not now: this may run inside one of them.
        let callbacks = self.0.callbacks.take();
        spawn_local(async move { drop(callbacks) });
    }
}

impl WriterHandle {
    /// Starts the worker. `tell` receives the outcome of its order.
    ///
    /// # Errors
    /// Where the browser starts no worker.
    pub fn start(app: App, tell: impl Fn(Outcome) + 'static) -> Result<Self, JsValue> {
        let worker = Worker::new(&crate::ui::environment::beside(&format!("writer_loader.js?b={BUILD}")))?;
        let stage = RefCell::new(Stage::Starting(None));
        let inner = Rc::new(Inner { app, worker, stage, callbacks: RefCell::default(), tell: Box::new(tell) });
        let on_message = {
            let weak = Rc::downgrade(&inner);
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                if let Some(inner) = weak.upgrade() {
                    receive(&inner, &event);
                }
            })
        };
        inner.worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let on_error = {
            let weak = Rc::downgrade(&inner);
            Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
                if let Some(inner) = weak.upgrade() {
                    match crate::web::fetch_error::words(&event) {
                        // A script that could not be fetched is an event without words.
                        said if said.is_empty() => fail(&inner, Export::WriterMissing.text(inner.app.lang.get_untracked())),
                        said => fail(&inner, &said),
                    }
                }
            })
        };
        inner.worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        *inner.callbacks.borrow_mut() = Some((on_message, on_error));
        Ok(Self(inner))
    }

    /// Whether it broke before its first order: then another one is to be started.
    pub fn is_broken(&self) -> bool {
        matches!(*self.0.stage.borrow(), Stage::Broken(_))
    }

    /// Has a file written: now, or as soon as the worker is there. `source` is the file that is shown, so that its SHA-256 can be computed.
    ///
    /// The outcome is reported later, not from within this call.
    pub fn write(&self, ask: ForExport, order: FileOrder, source: Option<File>) {
        self.take(Task::File { ask, order: Box::new(order), source });
    }

    /// Has a report written, likewise. Several are written one after the other.
    pub fn report(&self, wanted: Wanted) {
        self.take(Task::Report(Box::new(wanted)));
    }

    fn take(&self, task: Task) {
        let weak = Rc::downgrade(&self.0);
        spawn_local(async move {
            if let Some(inner) = weak.upgrade() {
                inner.take(Box::new(task));
            }
        });
    }
}

impl Inner {
    fn take(&self, task: Box<Task>) {
        match self.stage.replace(Stage::Starting(None)) {
            Stage::Starting(_) => *self.stage.borrow_mut() = Stage::Starting(Some(task)),
            Stage::Ready | Stage::Writing(_) => self.begin(*task),
            Stage::Broken(why) => {
                *self.stage.borrow_mut() = Stage::Broken(why.clone());
                (self.tell)(Outcome::Failed(why));
            }
        }
    }

    fn begin(&self, task: Task) {
        let (ask, message, source) = match task {
            Task::File { ask, order, source } => (Some(ask), ToWriter::Write(order), source),
            Task::Report(wanted) => (None, ToWriter::Report(wanted), None),
        };
        *self.stage.borrow_mut() = Stage::Writing(ask);
        send(self, &message, source.as_ref());
    }
}

/// A waiting caller receives it; otherwise it is stored for the next one.
fn fail(inner: &Inner, detail: &str) {
    let said = Export::WriteFailed.text(inner.app.lang.get_untracked());
    let said = crate::i18n::fill(said, &[("detail", detail)]);
    let before = inner.stage.replace(Stage::Broken(said.clone()));
    if matches!(before, Stage::Starting(Some(_)) | Stage::Writing(_)) {
        (inner.tell)(Outcome::Failed(said));
    }
}

fn receive(inner: &Rc<Inner>, event: &MessageEvent) {
    let Some((message, beside)) = unpack::<FromWriter>(event.data()) else {
        return fail(inner, &format!("the writer is not of build {BUILD}"));
    };
    match message {
        FromWriter::Ready { build } if build == BUILD => {
            relay::offer(&inner.worker, &ToWriter::Files);
            if let Stage::Starting(Some(task)) = inner.stage.replace(Stage::Ready) {
                inner.begin(*task);
            }
        }
        FromWriter::Ready { build } => fail(inner, &format!("page of build {BUILD}, writer of build {build}")),
        FromWriter::Progress { rows, rows_total } => (inner.tell)(Outcome::Progress { rows, rows_total }),
        FromWriter::Rows { from } => {
            let query = match &*inner.stage.borrow() {
                Stage::Writing(Some(ask)) => ask.rows(from, WINDOW),
                _ => return,
            };
            let (weak, app) = (Rc::downgrade(inner), inner.app);
            spawn_local(async move {
                let answer = ask(app, query).await;
                let Some(inner) = weak.upgrade() else { return };
                let encoded = |packed: &Answer| packed.encoded::<RowsReply>().ok_or(Lost::Changed);
                match answer.and_then(|(generation, packed)| Ok((generation, encoded(&packed)?))) {
                    Ok((generation, bytes)) => send(&inner, &ToWriter::Rows { generation, bytes }, None),
                    Err(lost) => fail(&inner, &lost.text(app.lang.get_untracked())),
                }
            });
        }
        FromWriter::Met(met) => (inner.tell)(Outcome::Met(met)),
        FromWriter::Done => match beside.at::<Blob>(0) {
            Some(file) => (inner.tell)(Outcome::Done(SendWrapper::new(file))),
            None => fail(inner, "no file"),
        },
        FromWriter::Failed { message } => (inner.tell)(Outcome::Failed(message)),
    }
}

fn send(inner: &Inner, message: &ToWriter, file: Option<&File>) {
    let file: Vec<JsValue> = file.map(JsValue::from).into_iter().collect();
    if let Some(parts) = pack(message, &file)
        && let Err(why) = inner.worker.post_message(&parts)
    {
        fail(inner, &crate::web::fetch_error::words(&why));
    }
}
