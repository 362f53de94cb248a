//! The console's end of `callscope/1` (docs/embedding.md): who may speak, the conversations, and the question whether a page may.
//!
//! `receive` executes messages, `follow` reports changes; `crate::embed` defines the messages. Fetched only where there
//! is an embedding page, or one that opened it; `public/boot.js` keeps what is said before.

mod follow;
mod question;
mod receive;

use super::deployment;
use super::environment as env;
use super::export::WriterHandle;
use super::state::App;
use crate::config::{self, OtherParents};
use crate::embed::{Answer, CONVERSATIONS_MAX, Code, Envelope, Fault, Sight, report};
use crate::web::{BUILD, zones};
use js_sys::{Array, ArrayBuffer, JSON, Reflect};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::{Storage, Window};

/// Refusals and agreements in a window's life, after which no question is shown.
const QUESTIONS_MAX: usize = 3;
/// Where the window keeps the origins that were refused, one a line: the page that opened it can load it anew as often as it likes.
const REFUSED: &str = "callscope.refused";

/// The message to a page that shows this one in a frame and is not allowed to send messages.
const IN_FRAME: &str = "The configuration of this console does not name this origin in parents, and asks about other pages only in a \
    window of their own: open the console by window.open instead of in a frame.";

/// Who speaks: a window, and the origin that it has now.
#[derive(Clone, PartialEq)]
struct Peer {
    window: Window,
    origin: String,
}

impl Peer {
    /// Says something, to this origin and no other.
    fn tell(&self, nonce: Option<&str>, id: Option<u64>, answer: Answer<'_>, data: Option<&ArrayBuffer>) {
        let Ok(message) = JSON::parse(&Envelope { id, answer }.write(nonce)) else { return };
        let transfer = Array::new();
        if let Some(data) = data {
            let _ = Reflect::set(&message, &"data".into(), data);
            transfer.push(data);
        }
        // A window that was closed receives nothing.
        let _ = self.window.post_message_with_transfer(&message, &self.origin, &transfer);
    }
}

/// What was begun by a hello.
#[derive(Clone)]
struct Conversation {
    /// Counted from 1, so that an answer that comes late finds its conversation or none.
    number: u32,
    peer: Peer,
    nonce: String,
}

impl Conversation {
    fn tell(&self, id: Option<u64>, answer: Answer<'_>) {
        self.peer.tell(Some(&self.nonce), id, answer, None);
    }
}

/// The request that something under way belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Request {
    conversation: u32,
    id: u64,
}

/// An export under way; dropping it ends the writing.
struct PendingExport {
    of: Request,
    writing: Option<Rc<WriterHandle>>,
}

/// What the user sees about a page that is not allowed yet.
#[derive(Clone)]
enum Notice {
    /// It requests control; with its first message.
    Asked(SendWrapper<(Peer, String)>),
    /// It shows this one in a frame, where no question is shown.
    InFrame(String),
}

struct HostContext {
    app: App,
    /// Origins that may speak.
    parents: Vec<String>,
    ask: bool,
    /// Origins of feeds that the configuration names.
    feeds: Vec<String>,
    other_feeds: bool,
    conversations: RefCell<Vec<Conversation>>,
    counted: Cell<u32>,
    /// Loads that hosts requested, by their number.
    loads: RefCell<Vec<(u32, Request)>>,
    export: RefCell<Option<PendingExport>>,
    /// The view that a host set last, as its query, and whose it was.
    made: RefCell<Option<(u32, String)>>,
    /// Who waits for the view that they set.
    setting: RefCell<Vec<Request>>,
    height: Cell<f64>,
    notice: RwSignal<Option<Notice>>,
    /// Origins that the user has allowed or refused.
    answered: RefCell<Vec<(String, bool)>>,
    /// The user has seen that an embedding page is not allowed.
    is_told: Cell<bool>,
}

impl HostContext {
    fn new(app: App) -> Self {
        let configuration = config::read(&deployment::text("text"), zones::is_known).configuration;
        let origin = |address: &str| web_sys::Url::new_with_base(address, &env::beside("")).map(|url| url.origin()).ok();
        let mut parents = configuration.parents;
        // The site that this code comes from; in a sandbox the page itself has another origin.
        parents.extend(window().location().origin().ok());
        Self {
            app,
            parents,
            ask: configuration.other_parents == OtherParents::Ask,
            feeds: configuration.feeds.iter().filter_map(|feed| origin(&feed.url)).collect(),
            other_feeds: configuration.other_feeds,
            conversations: RefCell::default(),
            counted: Cell::new(0),
            loads: RefCell::default(),
            export: RefCell::default(),
            made: RefCell::default(),
            setting: RefCell::default(),
            height: Cell::new(follow::content_height()),
            notice: RwSignal::new(None),
            answered: RefCell::new(refused().into_iter().map(|origin| (origin, false)).collect()),
            is_told: Cell::new(false),
        }
    }

    /// Whether an origin may speak; `None`: the user has not said.
    fn allows(&self, origin: &str) -> Option<bool> {
        if self.parents.iter().any(|parent| parent == origin) {
            return Some(true);
        }
        let answered = self.answered.borrow().iter().find(|(of, _)| of == origin).map(|(_, allowed)| *allowed);
        answered.or(if self.ask { None } else { Some(false) })
    }

    /// Asks the user about a page that said hello, one page at a time: the page that opened this window. No question is shown in a frame, where
    /// the embedding page could lay something else over the question.
    fn wonder(&self, peer: Peer, nonce: String) {
        let window = window();
        if window.parent().ok().flatten().is_none_or(|parent| parent != window) {
            peer.tell(Some(&nonce), None, Answer::Error(&Fault::new(Code::NotAllowed, IN_FRAME)), None);
            if !self.is_told.replace(true) {
                self.notice.set(Some(Notice::InFrame(peer.origin)));
            }
            return;
        }
        let is_opener = window.opener().is_ok_and(|opener| opener == JsValue::from(&peer.window));
        if is_opener && self.notice.with_untracked(Option::is_none) && self.answered.borrow().len() < QUESTIONS_MAX {
            self.notice.set(Some(Notice::Asked(SendWrapper::new((peer, nonce)))));
        }
    }

    /// What the user said.
    fn decide(&self, allowed: bool) {
        let Some(Notice::Asked(asked)) = self.notice.try_update(Option::take).flatten() else { return };
        let (peer, nonce) = asked.take();
        self.answered.borrow_mut().push((peer.origin.clone(), allowed));
        if allowed {
            self.begin(&peer, &nonce, None);
        } else if let Some(storage) = storage() {
            let all = self.answered.borrow();
            let refused: Vec<&str> = all.iter().filter(|(_, allowed)| !allowed).map(|(origin, _)| origin.as_str()).collect();
            // Where nothing can be kept, the refusal lasts until the page is loaded again.
            let _ = storage.set_item(REFUSED, &refused.join("\n"));
        }
    }

    /// Begins a conversation, or confirms once more that it has begun.
    fn begin(&self, peer: &Peer, nonce: &str, id: Option<u64>) {
        let mut all = self.conversations.borrow_mut();
        all.retain(|one| !one.peer.window.closed().unwrap_or(true));
        if !all.iter().any(|one| one.peer == *peer && one.nonce == nonce) {
            if all.len() >= CONVERSATIONS_MAX {
                let fault = Fault::new(Code::TooMany, format!("There are {CONVERSATIONS_MAX} conversations already."));
                return peer.tell(Some(nonce), id, Answer::Error(&fault), None);
            }
            self.counted.set(self.counted.get() + 1);
            all.push(Conversation { number: self.counted.get(), peer: peer.clone(), nonce: nonce.to_owned() });
        }
        drop(all);
        let view = self.view();
        self.app.data.with_untracked(|data| {
            let height = self.height.get();
            let ready =
                Answer::Ready { version: env!("CARGO_PKG_VERSION"), build: BUILD, view: &view, data: data.as_ref(), height };
            peer.tell(Some(nonce), id, ready, None);
        });
    }

    /// The conversation that a request belongs to, unless it is over.
    fn of(&self, request: Request) -> Option<Conversation> {
        self.conversations.borrow().iter().find(|one| one.number == request.conversation).cloned()
    }

    fn answer(&self, request: Request, answer: Answer<'_>) {
        if let Some(one) = self.of(request) {
            one.tell(Some(request.id), answer);
        }
    }

    fn refuse(&self, request: Request, fault: &Fault) {
        self.answer(request, Answer::Error(fault));
    }

    /// Every conversation. A copy: a message may end one.
    fn everyone(&self) -> Vec<Conversation> {
        self.conversations.borrow().clone()
    }

    /// The view as it is reported.
    fn view(&self) -> Value {
        let app = self.app;
        untrack(|| {
            let sight = Sight {
                zone: app.zone_name.get(),
                lang: app.lang.get(),
                theme: app.theme.get(),
                range: app.range.get(),
                precision: app.precision.get(),
            };
            app.view.with(|view| report(view, &app.base(), &sight))
        })
    }
}

/// What the window keeps for as long as it is open.
fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// Origins that were refused in this window.
fn refused() -> Vec<String> {
    let all = storage().and_then(|storage| storage.get_item(REFUSED).ok().flatten()).unwrap_or_default();
    all.lines().map(str::to_owned).collect()
}

/// Listens for as long as the page lives, and shows the question whether a page may send messages.
#[component]
pub fn Embed() -> impl IntoView {
    let context = Rc::new(HostContext::new(App::get()));
    follow::start(&context);
    receive::start(&context);
    question::notices(&context)
}
