//! Which data sets are at hand: those opened in this tab, and those kept in this browser. Part of what is fetched after the first view.

use crate::ui::deployment::shows_log;
use crate::ui::state::{Action, App};
use crate::url::DataSource;
use crate::web::message::Line;
use crate::web::opfs::{self, KeptSet};
use crate::wire::Channel;
use crate::wire::keep::KeepAnswer;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use send_wrapper::SendWrapper;

/// A file or feed that was opened in this tab.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenedSet {
    pub source: DataSource,
    pub read_as: Option<String>,
    pub once: bool,
    pub name: String,
    pub calls: u64,
    pub oldest_ms: i64,
    pub newest_ms: i64,
    /// Size of the source, bytes.
    pub bytes: u64,
}

/// How keeping what is shown goes.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum KeepState {
    #[default]
    Idle,
    /// Percent written.
    Writing(String, u64),
    /// Kept, and the address names it.
    Kept(String),
    /// A copy of a feed, whose address stays.
    Copied(String),
    /// No room for so many bytes.
    Full(u64),
    /// So many bytes of so many were written.
    Short(u64, u64),
    /// This browser has no means to write it.
    NoMeans,
    Failed(String),
}

/// Handles of what is at hand.
#[derive(Clone, Copy)]
pub struct DataSetList {
    pub opened: RwSignal<Vec<OpenedSet>>,
    /// `None`: not requested yet, or this browser stores nothing.
    pub kept: RwSignal<Option<Vec<KeptSet>>>,
    /// This browser keeps nothing.
    pub missing: RwSignal<bool>,
    /// Bytes taken by this site, and given to it.
    pub room: RwSignal<Option<(u64, u64)>>,
    pub keeping: RwSignal<KeepState>,
}

thread_local! {
    // Bar and dialog are built apart from each other and look at one list; it lives as long as the page.
    static DATA_SETS: (Owner, DataSetList) = {
        let owner = Owner::new();
        let data_sets = owner.with(|| DataSetList {
            opened: RwSignal::default(),
            kept: RwSignal::default(),
            missing: RwSignal::default(),
            room: RwSignal::default(),
            keeping: RwSignal::default(),
        });
        (owner, data_sets)
    };
}

impl DataSetList {
    pub fn get() -> Self {
        DATA_SETS.with(|(_, data_sets)| *data_sets)
    }

    /// Notes each file and feed that is loaded.
    pub fn watch(self, app: App) {
        Effect::new(move |_| {
            let Some(opened) = app.data.with(|data| {
                let data = data.as_ref()?;
                let (source, read_as, once) =
                    app.view.with_untracked(|view| (view.source.clone(), view.read_as.clone(), view.once));
                matches!(source, DataSource::File(_) | DataSource::Url(_) | DataSource::Feed(_)).then(|| OpenedSet {
                    source,
                    read_as,
                    once,
                    name: data.name.clone(),
                    calls: data.calls,
                    oldest_ms: data.oldest_ms,
                    newest_ms: data.newest_ms,
                    bytes: data.bytes,
                })
            }) else {
                return;
            };
            self.opened.update(|all| match all.iter_mut().find(|known| known.source == opened.source) {
                Some(known) => *known = opened,
                None => all.push(opened),
            });
            self.keeping.set(KeepState::Idle);
        });
    }

    /// Looks again at what is kept.
    pub fn refresh(self) {
        spawn_local(async move {
            let listed = opfs::list().await.ok();
            self.missing.set(listed.is_none());
            self.kept.set(listed);
            self.room.set(opfs::room().await);
        });
    }

    /// Keeps what is shown under a name.
    pub fn keep(self, app: App, name: String) {
        let of = name.clone();
        let line = Line::<()>::open(move |answer: KeepAnswer, _| self.answered(app, &of, answer));
        let Some((line, port)) = line else { return self.keeping.set(KeepState::Failed(String::new())) };
        // It listens until the worker has said its last word, and ends with the page.
        core::mem::forget(line);
        self.keeping.set(KeepState::Writing(name.clone(), 0));
        let channel = Channel::Keep { name, bare: !shows_log() };
        app.act(Action::Connect { channel, port: SendWrapper::new(port) });
        spawn_local(async {
            // Kept either way: a browser that does not agree may clear it when it runs out of room. It may ask the user, who need not answer.
            let _ = opfs::persist().await;
        });
    }

    fn answered(self, app: App, name: &str, answer: KeepAnswer) {
        self.keeping.set(match answer {
            KeepAnswer::Written { bytes, total } => {
                KeepState::Writing(name.to_owned(), bytes.saturating_mul(100).checked_div(total).unwrap_or(100))
            }
            KeepAnswer::Full { bytes } => KeepState::Full(bytes),
            KeepAnswer::Short { written, bytes } => KeepState::Short(written, bytes),
            KeepAnswer::NoMeans => KeepState::NoMeans,
            KeepAnswer::Failed(why) => KeepState::Failed(why),
            KeepAnswer::Kept => {
                self.refresh();
                if app.view.with_untracked(|view| matches!(view.source, DataSource::File(_))) {
                    // The form goes with the file.
                    focus("sets-kept");
                    app.act(Action::Named(name.to_owned()));
                    KeepState::Kept(name.to_owned())
                } else {
                    KeepState::Copied(name.to_owned())
                }
            }
        });
    }

    /// Forgets these; `then` gets the name of one that could not be.
    pub fn forget(self, sets: Vec<KeptSet>, then: impl FnOnce(Option<String>) + 'static) {
        spawn_local(async move {
            let mut left = None;
            for set in sets {
                if opfs::forget(&set.file).await.is_err() {
                    left = Some(set.name);
                }
            }
            let listed = opfs::list().await.ok();
            self.kept.set(listed);
            self.room.set(opfs::room().await);
            self.keeping.set(KeepState::Idle);
            then(left);
        });
    }
}

/// Puts the focus where what was focused has gone.
pub fn focus(id: &'static str) {
    request_animation_frame(move || {
        let place = document().get_element_by_id(id).and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok());
        // An element that cannot take the focus leaves it where it is.
        let _ = place.map(|e| e.focus());
    });
}
