//! Carries out what people ask for beyond changing the view: opening sources, cancelling, sharing, copying.

use super::client::{Client, Kind};
use super::deployment;
use super::environment as env;
use super::handle::Handle;
use super::state::{Action, App, Loading, Rest};
use crate::base::address;
use crate::i18n::{Message, common::Common};
use crate::model::RangeChoice;
use crate::url::{DataSource, ViewState};
use crate::web::clock_ms;
use crate::wire::{Access, LoadCause, LoadFailure, MemberSource, Place, Progress, Rebase, Rejected};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlInputElement;

/// The bundled feeds, beside index.html.
const DEMO: &str = "feeds/demo.json.gz";
/// Its newest days, which come first where they are all that the view shows.
const RECENT: &str = "feeds/demo-recent.json.gz";
/// From these days on show to the request for all of them: code of the page goes before.
const REST_AFTER: Duration = Duration::from_millis(1500);
const AZURE: &str = "feeds/azure-code-2023.json.gz";
/// How long a toast stays.
const TOAST: Duration = Duration::from_secs(3);
/// The input that the frame keeps for choosing files.
pub const FILE_INPUT_ID: &str = "choose-file";

/// Where sources are opened. One for the page.
#[derive(Clone)]
pub struct SourceController(Rc<Inner>);

struct Inner {
    app: App,
    client: Client,
    /// What is being loaded, what is loaded.
    opening: RefCell<Option<(DataSource, Handle)>>,
    open: RefCell<Option<(DataSource, Handle)>>,
    /// The worker that the last load was for.
    by: Cell<Kind>,
    /// Files opened so far, so that going back in the history finds them again.
    files: RefCell<Vec<(String, Handle)>>,
    /// Feeds that the user agreed to: what a view calls them, and what is requested. In memory alone.
    allowed: RefCell<Vec<(String, String)>>,
    restored: Cell<bool>,
    /// The load of all days, while the newest are on show; 0: none.
    rest: Cell<u32>,
}

impl SourceController {
    pub fn new(app: App, client: Client) -> Self {
        Self(Rc::new(Inner {
            app,
            client,
            opening: RefCell::default(),
            open: RefCell::default(),
            by: Cell::new(Kind::Reader),
            files: RefCell::default(),
            allowed: RefCell::default(),
            restored: Cell::new(false),
            rest: Cell::new(0),
        }))
    }

    /// All days of the demonstration, whose newest are on show. What a user opens meanwhile goes before.
    fn load_rest(&self) {
        let app = self.0.app;
        let recent = self.0.open.borrow().clone().filter(|(_, handle)| is_recent(handle));
        if let Some((source, handle)) = recent.filter(|_| app.loading.with_untracked(Option::is_none)) {
            let whole = Handle { members: self.demo(DEMO).members, ..handle };
            self.0.rest.set(self.0.client.load(&whole, kind_of(&source)));
            *self.0.open.borrow_mut() = Some((source, whole));
            app.rest.set(Some(Rest::Reading));
        }
    }

    /// Whether a load is that of all days, which ends with this message.
    pub fn ends_rest(&self, load: u32, is_there: bool) -> bool {
        let ends = load > 0 && self.0.rest.get() == load;
        if ends {
            self.0.rest.set(0);
            self.0.app.rest.set((!is_there).then_some(Rest::Failed));
        }
        ends
    }

    /// Loads the source that the view names by the importer that it names, unless it is loaded or being loaded. `once`: calls that several members
    /// hold count once.
    pub fn ensure_loaded(&self, source: &DataSource, read_as: &Option<String>, once: bool) {
        let app = self.0.app;
        app.file_wanted.set(None);
        app.feed_to_allow.set(None);
        let is = |slot: &RefCell<Option<(DataSource, Handle)>>| {
            slot.borrow().as_ref().is_some_and(|(s, h)| s == source && h.read_as == *read_as && h.once == once)
        };
        let under_way = app.loading.with_untracked(Option::is_some);
        if if under_way { is(&self.0.opening) } else { is(&self.0.open) } {
            return;
        }
        match source {
            DataSource::Url(address) if !env::is_web(address) => self.fail(address::name(address), LoadCause::NoAddress),
            DataSource::Url(address)
                if (address::is_cut(address) || !env::same_origin(address)) && self.whole(address).is_none() =>
            {
                app.feed_to_allow.set(Some(address.clone()));
            }
            DataSource::File(name) => {
                let known = self.0.files.borrow().iter().rev().find(|(n, _)| n == name).map(|(_, h)| h.clone());
                match known {
                    Some(handle) => self.open(source.clone(), Handle { read_as: read_as.clone(), once, ..handle }),
                    None => app.file_wanted.set(Some(name.clone())),
                }
            }
            DataSource::Host | DataSource::Nothing => app.file_wanted.set(Some(String::new())),
            DataSource::Feed(name) if app.site.with_value(|site| site.feed(name, env::beside)).is_none() => {
                self.fail(name, LoadCause::NoFeed);
            }
            other => self.open(other.clone(), Handle { read_as: read_as.clone(), once, ..self.handle_of(other) }),
        }
    }

    /// What the view names cannot be loaded.
    fn fail(&self, name: &str, cause: LoadCause) {
        let (name, detail) = (name.to_owned(), String::new());
        let failure = LoadFailure { name, cause, detail, place: Place::default(), rejected: Rejected::default() };
        self.0.app.failure.set(Some(failure));
    }

    /// The same for what the view says now.
    fn ensure_viewed(&self) {
        let view = self.0.app.view.get_untracked();
        self.ensure_loaded(&view.source, &view.read_as, view.once);
    }

    fn open(&self, source: DataSource, handle: Handle) {
        let kind = kind_of(&source);
        self.open_by(kind, source, handle);
    }

    /// Has the reader read a bundled feed that the engine of the first view could not: it says exactly what is wrong. False where it was not that.
    pub fn read_otherwise(&self, cause: LoadCause) -> bool {
        let unread = matches!(cause, LoadCause::GzipBroken) && self.0.by.get() == Kind::Engine;
        let opening = if unread { self.0.opening.take() } else { None };
        opening.map(|(source, handle)| self.open_by(Kind::Reader, source, handle)).is_some()
    }

    fn open_by(&self, kind: Kind, source: DataSource, handle: Handle) {
        let app = self.0.app;
        let name = handle.name.clone();
        self.0.by.set(kind);
        let load = self.0.client.load(&handle, kind);
        *self.0.opening.borrow_mut() = Some((source, handle));
        app.failure.set(None);
        app.loading.set(Some(Loading { load, name, progress: Progress::default(), started_ms: clock_ms() as f64 }));
    }

    /// The load under way has succeeded.
    pub fn loaded(&self) {
        let opened = self.0.opening.take();
        self.0.restored.set(false);
        if let Some((source, handle)) = &opened {
            let app = self.0.app;
            let is_other =
                |view: &ViewState| &view.source != source || view.read_as != handle.read_as || view.once != handle.once;
            if app.view.with_untracked(is_other) {
                let mut view = app.view.get_untracked();
                // The view in the address belongs to the load that was awaited, which has no way back.
                let waited = view.source == DataSource::Host;
                if waited {
                    view.source = source.clone();
                } else {
                    // Another data set: filters and service of the old one mean nothing in it.
                    let (range, other) = (view.range, view.source.clone());
                    view = view.with_source(source.clone(), &app.base());
                    let is_kept = !source.is_dated() || other == *source || view.embed;
                    if is_kept && matches!(range, RangeChoice::Preset(_)) {
                        view.range = range;
                    }
                }
                view.read_as.clone_from(&handle.read_as);
                view.once = handle.once;
                app.go.run((view, waited));
            }
        }
        let recent = opened.as_ref().is_some_and(|(_, handle)| is_recent(handle));
        *self.0.open.borrow_mut() = opened;
        self.0.rest.set(0);
        self.0.app.rest.set(recent.then_some(Rest::Reading));
        if recent {
            let this = SendWrapper::new(self.clone());
            set_timeout(move || this.load_rest(), REST_AFTER);
        }
    }

    /// The load under way was cancelled: the address names again what is shown.
    pub fn cancelled(&self) {
        self.0.opening.take();
        self.name_what_is_shown();
    }

    /// The address names what is shown, where anything is: not what failed to load or was cancelled, which a link would pass on.
    pub fn name_what_is_shown(&self) {
        let shown = self.0.open.borrow().as_ref().map(|(source, handle)| (source.clone(), handle.read_as.clone(), handle.once));
        if let Some(shown) = shown {
            self.0.app.replace(|view| (view.source, view.read_as, view.once) = shown);
        }
    }

    /// The worker was lost and started again: loads what was there, once.
    pub fn restore(&self) {
        self.0.opening.take();
        let open = self.0.open.borrow().clone();
        if let (Some((source, handle)), false) = (open, self.0.restored.replace(true)) {
            let failure = self.0.app.failure.get_untracked();
            self.open(source, handle);
            self.0.app.failure.set(failure);
        }
    }

    pub fn act(&self, action: Action) {
        let app = self.0.app;
        match action {
            Action::ChooseFile => {
                if let Some(input) =
                    document().get_element_by_id(FILE_INPUT_ID).and_then(|e| e.dyn_into::<HtmlInputElement>().ok())
                {
                    // Choosing the same file again is a choice too.
                    input.set_value("");
                    input.click();
                }
            }
            Action::Open { link, handle } => {
                // What a link says of reading and counting is for the file that it names.
                let wanted = app.file_wanted.with_untracked(|wanted| wanted.as_ref() == Some(&link));
                let (read_as, once) = app.view.with_untracked(|view| (view.read_as.clone(), view.once));
                let (read_as, once) = (read_as.filter(|_| wanted), once && wanted);
                self.keep_and_open(link, Handle { read_as, once, ..handle.take() });
            }
            Action::OpenText(text) => {
                let name = Common::Clipboard.text(app.lang.get_untracked()).to_owned();
                let source = MemberSource::Text { name: name.clone(), text };
                self.keep_and_open(name, Handle::of(source));
            }
            Action::Handed { source: DataSource::File(name), file: Some(file), read_as, .. } => {
                let source = MemberSource::File { name: name.clone() };
                self.keep_and_open(name, Handle { files: vec![file.take().into()], read_as, ..Handle::of(source) });
            }
            Action::Handed { source, whole, read_as, .. } => {
                if let DataSource::Url(address) = &source {
                    self.0.allowed.borrow_mut().push((address.clone(), whole));
                }
                let handle = self.handle_of(&source);
                self.open(source, Handle { read_as, ..handle });
            }
            Action::CancelLoad => {
                if let Some(load) = app.loading.with_untracked(|l| l.as_ref().map(|l| l.load)) {
                    self.0.client.cancel_load(load);
                }
            }
            Action::Retry => {
                // What failed, which the address does not name where something else is still shown; else what is shown.
                let failed = app.failure.with_untracked(Option::is_some);
                app.failure.set(None);
                let again = self.0.opening.borrow().clone().filter(|_| failed);
                match again {
                    Some((source, handle)) => self.open(source, handle),
                    None => {
                        self.0.open.take();
                        self.ensure_viewed();
                    }
                }
            }
            Action::AllowFeed { address, whole } => {
                self.0.allowed.borrow_mut().push((address.clone(), whole));
                // What the view names already is requested again, as it is now.
                if app.view.with_untracked(|view| view.source == DataSource::Url(address)) {
                    self.0.open.take();
                    self.ensure_viewed();
                }
            }
            Action::Share(link, done) => copy(app, link, done),
            Action::Copy(text) => copy(app, text, Common::Copied.text(app.lang.get_untracked())),
            Action::Post(query) => self.0.client.ask(*query),
            Action::Ask { query, then } => self.0.client.ask_apart(*query, Box::new(move |answer| then.run(answer))),
            Action::Source { failed, then } => {
                let slot = if failed { &self.0.opening } else { &self.0.open };
                then.run(slot.borrow().clone().map(SendWrapper::new));
            }
            Action::Handles(then) => {
                let mut handles = self.0.files.borrow().clone();
                for (address, _) in self.0.allowed.borrow().iter() {
                    handles.push((address.clone(), self.handle_of(&DataSource::Url(address.clone()))));
                }
                then.run(SendWrapper::new(handles));
            }
            Action::CloseFile(link) => self.0.files.borrow_mut().retain(|(name, _)| *name != link),
            Action::Connect { channel, port } => self.0.client.connect(channel, &port),
            Action::Named(name) => {
                let source = DataSource::Kept(name);
                *self.0.open.borrow_mut() = Some((source.clone(), self.handle_of(&source)));
                app.replace(|view| (view.source, view.read_as, view.once) = (source, None, false));
            }
            Action::DismissFailure => {
                app.failure.set(None);
                self.name_what_is_shown();
            }
        }
    }

    fn keep_and_open(&self, name: String, handle: Handle) {
        self.0.files.borrow_mut().push((name.clone(), handle.clone()));
        self.open(DataSource::File(name), handle);
    }

    /// What is requested where a view names this address, if the user agreed to it.
    fn whole(&self, address: &str) -> Option<String> {
        self.0.allowed.borrow().iter().rev().find(|(known, _)| known == address).map(|(_, whole)| whole.clone())
    }

    fn handle_of(&self, source: &DataSource) -> Handle {
        let app = self.0.app;
        let lang = app.lang.get_untracked();
        let feed =
            |name: String, url: String, live: bool| Handle::of(MemberSource::Url { name, url, live, access: Access::default() });
        match source {
            DataSource::Azure => feed(Common::AzureTrace.text(lang).into(), env::beside(AZURE), false),
            DataSource::Url(address) => {
                let whole = self.whole(address).unwrap_or_else(|| address.clone());
                feed(address::name(address).to_owned(), env::beside(&whole), true)
            }
            DataSource::Kept(name) => Handle::of(MemberSource::Kept { name: name.clone() }),
            DataSource::Feed(name) => app.site.with_value(|site| site.feed(name, env::beside)).unwrap_or_default(),
            DataSource::Demo | DataSource::File(_) | DataSource::Host | DataSource::Nothing => {
                let now_ms = app.view.with_untracked(|view| view.now_ms).unwrap_or_else(clock_ms);
                let rebase = Some(Rebase { now_ms, zone: app.zone.get_untracked() });
                let shows_recent =
                    app.view.with_untracked(|view| matches!(view.range, RangeChoice::Preset(preset) if preset.days() <= 3));
                // A page that is one file has all of it inside.
                let is_recent = shows_recent && document().get_element_by_id("later-styles").is_none();
                Handle { rebase, ..self.demo(if is_recent { RECENT } else { DEMO }) }
            }
        }
    }

    /// The demonstration, or its newest days.
    fn demo(&self, path: &str) -> Handle {
        let name = Common::DemoFeed.text(self.0.app.lang.get_untracked()).to_owned();
        Handle::of(MemberSource::Url { name, url: env::beside(path), live: true, access: Access::default() })
    }
}

/// Whether these are the newest days of the demonstration.
fn is_recent(handle: &Handle) -> bool {
    matches!(handle.members.as_slice(), [(MemberSource::Url { url, .. }, _)] if url.ends_with(RECENT))
}

/// The worker that a source needs: the bundled feeds are of our own format. Costs are the reader's to work out.
pub fn kind_of(source: &DataSource) -> Kind {
    let bundled = matches!(source, DataSource::Demo | DataSource::Azure);
    if bundled && !deployment::is_priced() { Kind::Engine } else { Kind::Reader }
}

/// Copies to the clipboard and says so; where the browser refuses, says that.
fn copy(app: App, text: String, done: &'static str) {
    spawn_local(async move {
        let clipboard =
            js_sys::Reflect::get(&window().navigator(), &JsValue::from_str("clipboard")).ok().filter(|c| !c.is_undefined());
        let copied = match clipboard {
            Some(clipboard) => JsFuture::from(clipboard.unchecked_into::<web_sys::Clipboard>().write_text(&text)).await.is_ok(),
            None => false,
        };
        let word = if copied { done } else { Common::CopyRefused.text(app.lang.get_untracked()) };
        app.toast.set(Some(word.into()));
    });
}

/// Takes a toast away after a while.
pub fn wipe_toast(app: App) {
    Effect::new(move |_| {
        let shown = app.toast.get();
        if shown.is_some() {
            set_timeout(
                move || {
                    if app.toast.get_untracked() == shown {
                        app.toast.set(None);
                    }
                },
                TOAST,
            );
        }
    });
}
