//! The console's end of `callscope/1` (docs/embedding.md): who may speak, the conversations, and the question whether a page may.
//!
//! `hear` takes messages and does what they ask, `follow` tells what changes; what may be said is `crate::embed`'s. Fetched only where there
//! is a page around this one, or one that opened it; `public/boot.js` keeps what is said before.

mod follow;
mod hear;

use super::components::{Glyph, Icon};
use super::deployment;
use super::environment as env;
use super::export::Writing;
use super::state::App;
use crate::config::{self, OtherParents};
use crate::embed::{Answer, CONVERSATIONS_MAX, Code, Fault, Said, Sight, report};
use crate::i18n::{embed::Embed as Words, fill};
use crate::web::{BUILD, zones};
use js_sys::{Array, ArrayBuffer, JSON, Reflect};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use web_sys::Window;

/// A button that lets somebody in cannot be pressed sooner: a page around this one could have put it under the pointer.
const THINK: Duration = Duration::from_millis(1000);
/// Questions in a page's life: nobody is nagged.
const QUESTIONS_MAX: usize = 3;

/// Who speaks: a window, and the origin that it has now.
#[derive(Clone, PartialEq)]
struct Peer {
    window: Window,
    origin: String,
}

impl Peer {
    /// Says something, to this origin and no other.
    fn tell(&self, nonce: Option<&str>, id: Option<u64>, answer: Answer<'_>, data: Option<&ArrayBuffer>) {
        let Ok(message) = JSON::parse(&Said { id, answer }.write(nonce)) else { return };
        let transfer = Array::new();
        if let Some(data) = data {
            let _ = Reflect::set(&message, &"data".into(), data);
            transfer.push(data);
        }
        // A window that was closed hears nothing.
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
struct Exporting {
    of: Request,
    writing: Option<Rc<Writing>>,
}

struct Room {
    app: App,
    /// Origins that may speak.
    parents: Vec<String>,
    ask: bool,
    /// Origins of feeds that the configuration names.
    feeds: Vec<String>,
    other_feeds: bool,
    conversations: RefCell<Vec<Conversation>>,
    counted: Cell<u32>,
    /// Loads that hosts asked for, by their number.
    loads: RefCell<Vec<(u32, Request)>>,
    export: RefCell<Option<Exporting>>,
    /// The view that a host set last, as its query, and whose it was.
    made: RefCell<Option<(u32, String)>>,
    /// Who waits for the view that they set.
    setting: RefCell<Vec<Request>>,
    height: Cell<f64>,
    /// The page that the person is asked about, with its first words.
    question: RwSignal<Option<SendWrapper<(Peer, String)>>>,
    /// Origins that were let in or refused by the person.
    answered: RefCell<Vec<(String, bool)>>,
}

impl Room {
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
            question: RwSignal::new(None),
            answered: RefCell::default(),
        }
    }

    /// Whether an origin may speak; `None`: the person has not said.
    fn allows(&self, origin: &str) -> Option<bool> {
        if self.parents.iter().any(|parent| parent == origin) {
            return Some(true);
        }
        let answered = self.answered.borrow().iter().find(|(of, _)| of == origin).map(|(_, allowed)| *allowed);
        answered.or(if self.ask { None } else { Some(false) })
    }

    /// Asks the person about a page that said hello, one page at a time.
    fn wonder(&self, peer: Peer, nonce: String) {
        if self.question.with_untracked(Option::is_none) && self.answered.borrow().len() < QUESTIONS_MAX {
            self.question.set(Some(SendWrapper::new((peer, nonce))));
        }
    }

    /// What the person said.
    fn decide(&self, allowed: bool) {
        let Some(asked) = self.question.try_update(Option::take).flatten() else { return };
        let (peer, nonce) = asked.take();
        self.answered.borrow_mut().push((peer.origin.clone(), allowed));
        if allowed {
            self.begin(&peer, &nonce, None);
        }
    }

    /// Begins a conversation, or tells once more that it has begun.
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

    /// Every conversation. A copy: what is told may have one ended.
    fn everyone(&self) -> Vec<Conversation> {
        self.conversations.borrow().clone()
    }

    /// The view as it is told.
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

/// Listens for as long as the page stands, and shows the question whether a page may speak.
#[component]
pub fn Embed() -> impl IntoView {
    let app = App::get();
    let room = Rc::new(Room::new(app));
    follow::start(&room);
    hear::start(&room);
    let question = room.question;
    let room = StoredValue::new_local(room);
    let decide = move |allowed: bool| room.with_value(|room| room.decide(allowed));
    move || {
        let origin = question.with(|asked| asked.as_ref().map(|asked| asked.0.origin.clone()))?;
        let ready = RwSignal::new(false);
        set_timeout(
            move || {
                ready.try_set(true);
            },
            THINK,
        );
        Some(view! {
            <div class="notices">
                <div class="banner banner--warn" role="alert">
                    <Icon of=Glyph::Warn/>
                    <p>
                        <b>{fill(app.t(Words::Asks), &[("origin", &origin)])}</b>
                        " "
                        <span>{app.t(Words::AsksText)}</span>
                    </p>
                    <button class="btn btn--sm" type="button" disabled=move || !ready.get() on:click=move |_| decide(true)>
                        {app.t(Words::AllowOnce)}
                    </button>
                    <button class="btn btn--sm" type="button" on:click=move |_| decide(false)>
                        {app.t(Words::Refuse)}
                    </button>
                </div>
            </div>
        })
    }
}
