//! What the whole page shares: the view state in the address, what is loaded, what the engine answered last.

use super::deployment::Deployment;
use super::environment as env;
use super::handle::Handle;
use crate::base::address;
use crate::i18n::{Lang, Message};
use crate::model::{Metric, Precision, Range};
use crate::series::Zone;
use crate::url::{self, DataSource, Page, PageState, Theme, ViewState};
use crate::view::Answer;
use crate::wire::{Channel, DataSet, LoadFailure, Progress, Query};
use leptos::prelude::*;
use std::any::Any;

/// Handles of everything shared, `Copy`, from `expect_context::<App>()`.
///
/// Views read `view` and the replies; people's choices go through [`App::update`] and [`App::replace`], which change the address, from which
/// `view` follows. Nothing else is state.
#[derive(Clone, Copy)]
pub struct App {
    /// What the deployment's configuration says.
    pub site: StoredValue<Deployment>,
    /// The view state, from the address.
    pub view: Memo<ViewState>,
    pub lang: Memo<Lang>,
    /// The theme in force.
    pub theme: Memo<Theme>,
    /// IANA name of the zone in force.
    pub zone_name: Memo<String>,
    /// The zone in force, covering the range and the period before with days to spare.
    pub zone: Memo<Zone>,
    /// Now for relative ranges, epoch ms: the clock for a live feed, the newest call for a file, or pinned by the address.
    pub now_ms: Memo<i64>,
    /// The clock, ticking each half minute, for "newest 41 s ago".
    pub clock_ms: ReadSignal<i64>,
    /// The range chosen, resolved.
    pub range: Memo<Range>,
    /// The period compared with.
    pub before: Memo<Range>,
    /// The precision in force.
    pub precision: Memo<Precision>,
    pub data: RwSignal<Option<DataSet>>,
    pub loading: RwSignal<Option<Loading>>,
    /// The last load that failed; what was loaded before stays in `data`.
    /// The newest days of the demonstration are on show, and this is the state of the rest.
    pub rest: RwSignal<Option<Rest>>,
    pub failure: RwSignal<Option<LoadFailure>>,
    /// The address of a feed on another origin that a link names: it is requested only after the user agreed.
    pub feed_to_allow: RwSignal<Option<String>>,
    /// The name of the file that a link was made on, while another data set (or none) is loaded.
    pub file_wanted: RwSignal<Option<String>>,
    /// The code of each page, once it is there.
    pub codes: RwSignal<[Option<&'static PageCode>; Page::ALL.len()]>,
    /// How often a page's question was answered.
    pub answered: RwSignal<u32>,
    /// The newest replies, see [`App::reply`].
    pub(super) replies: StoredValue<Replies>,
    /// A query is under way for longer than 150 ms.
    pub busy: RwSignal<bool>,
    /// How often a user had the view's query repeated.
    pub asked_again: RwSignal<u32>,
    /// The first view is painted, or will not come: parts beyond it may be fetched.
    pub first_view_ready: RwSignal<bool>,
    /// What a user wants to take out of the page.
    pub wish: RwSignal<Option<Wish>>,
    /// How often a host set colours of the stylesheet: what was painted by the old ones is painted again.
    pub brand: RwSignal<u32>,
    /// A short word shown for three seconds ("Link copied").
    pub toast: RwSignal<Option<String>>,
    /// How a view is written into the address, once the code is there.
    pub(super) write: StoredValue<Option<env::Write>>,
    /// Changes the address: (new state, replace the history entry instead of adding one).
    pub(super) go: Callback<(ViewState, bool)>,
    pub(super) act: Callback<Action>,
}

/// What a page gives the shell. It lies in the page's chunk.
pub struct PageCode {
    pub page: Page,
    /// All of the page below the app bar.
    pub view: fn() -> AnyView,
    /// Its name in the window's title.
    pub title: fn(App) -> String,
    /// What a file of it is called.
    pub file: fn(App) -> String,
    /// Its question in the present view; reactive.
    pub question: fn(App, &ViewState) -> Query,
    /// Receives the newest answer of one of its slots.
    pub take: fn(App, &Answer),
    /// Another data set was loaded: drops the answers of the one before. Older figures stay only while the data are the same.
    pub forget: fn(App),
}

/// A section of the console: a word on the app bar.
pub struct Section {
    /// Its key after `g`.
    pub key: &'static str,
    pub name: fn(Lang) -> &'static str,
    /// Goes to its first page, with what was chosen there.
    pub go: fn(&mut ViewState),
    pub pages: &'static [Page],
}

/// The newest replies, each a signal of its type, and the owner that keeps them as long as the page lives.
pub(super) struct Replies {
    pub owner: Owner,
    pub all: Vec<Box<dyn Any + Send + Sync>>,
}

/// The state of days that are not there yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    Reading,
    Failed,
}

/// A load under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Loading {
    pub load: u32,
    pub name: String,
    pub progress: Progress,
    pub started_ms: f64,
}

/// What components ask for beyond changing the view.
#[derive(Clone, Debug)]
pub enum Action {
    /// Let the user choose a file.
    ChooseFile,
    /// Read files mostly, into one data set, which a link calls this.
    Open {
        link: String,
        handle: send_wrapper::SendWrapper<Handle>,
    },
    OpenText(String),
    /// Read what a host passes, a file with its name in `source` or an address that is allowed, by the importer of this name; `whole`:
    /// as in [`Action::AllowFeed`].
    Handed {
        source: DataSource,
        whole: String,
        file: Option<send_wrapper::SendWrapper<web_sys::File>>,
        read_as: Option<String>,
    },
    /// The user agrees to load the feed that a view calls by this address; `whole`: the same with what may be a secret in it, which is
    /// kept in memory alone.
    AllowFeed {
        address: String,
        whole: String,
    },
    CancelLoad,
    /// Load the view's source again.
    Retry,
    /// Copy a link to this view; what to say then.
    Share(String, &'static str),
    Copy(String),
    /// Ask in the query's own slot: the page that has the slot takes the answer.
    Post(Box<Query>),
    /// Hand over what was opened from files or the clipboard, by the links that name it.
    Handles(Callback<send_wrapper::SendWrapper<Vec<(String, Handle)>>>),
    /// Let the files go that a link names.
    CloseFile(String),
    /// Gives the reader a port for this.
    Connect {
        channel: Channel,
        port: send_wrapper::SendWrapper<web_sys::MessagePort>,
    },
    /// What is shown is kept under this name: the address says so, and nothing is loaded anew.
    Named(String),
    /// Forget the failure shown.
    DismissFailure,
    /// Ask beside the view, for an export or costs; `None` comes where the engine was lost. With the generation of the data.
    Ask {
        query: Box<Query>,
        then: Callback<Option<(u32, Answer)>>,
    },
    /// Hand over what is shown, or what has just failed to load, to be read beside the engine.
    Source {
        failed: bool,
        then: Callback<Option<SourceHandle>>,
    },
}

/// What is opened, as the address names it, and where it lies.
pub type SourceHandle = send_wrapper::SendWrapper<(DataSource, Handle)>;

/// What is to be taken out of the page, or brought to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// The export dialog.
    Dialog,
    /// The dialog that saves a report.
    Report,
    /// One table or chart.
    Piece(What, How),
    /// The editor of mappings, for what is shown or, where this is true, for what failed to load.
    Map(bool),
}

/// A table or chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A chart of the Details page.
    Chart(Metric),
    /// The services table.
    Services,
    /// Error codes and messages.
    Failed,
    /// The calls behind the code that is looked into.
    Calls,
    /// All failed calls of the selection.
    FailedCalls,
}

/// How it is taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    Csv,
    Json,
    /// Tab-separated, to the clipboard.
    Copy,
    Png,
    Svg,
    /// In the light theme's colours, whichever theme is on.
    PrintSvg,
}

impl App {
    /// From the context that the root provides.
    ///
    /// (`expect_context` would carry the standard library's printing of text for debuggers into the first view.)
    pub fn get() -> Self {
        use_context::<Self>().expect("the root provides it")
    }

    /// Changes the view and adds a step to the history.
    pub fn update(&self, change: impl FnOnce(&mut ViewState)) {
        let mut state = self.view.get_untracked();
        change(&mut state);
        self.go.run((state, false));
    }

    /// Changes the view in place: search as it is typed, legend toggles.
    pub fn replace(&self, change: impl FnOnce(&mut ViewState)) {
        let mut state = self.view.get_untracked();
        change(&mut state);
        self.go.run((state, true));
    }

    /// The newest reply of a type; signals stay as long as the page.
    pub fn reply<R: Send + Sync + 'static>(&self) -> RwSignal<Option<R>> {
        let found = self.replies.with_value(|replies| replies.all.iter().find_map(|reply| reply.downcast_ref().copied()));
        found.unwrap_or_else(|| {
            let owner = self.replies.with_value(|replies| replies.owner.clone());
            let made = owner.with(|| RwSignal::new(None::<R>));
            self.replies.update_value(|replies| replies.all.push(Box::new(made)));
            made
        })
    }

    /// The code of the page on show, where it is there; reactive.
    pub fn code(&self) -> Option<&'static PageCode> {
        let page = self.view.with(|view| view.page);
        self.codes.with(|codes| codes[page as usize])
    }

    /// The question of the page on show, with the generation of the data; reactive.
    pub fn question(&self) -> Option<(u32, Query)> {
        let generation = self.data.with(|data| data.as_ref().map(|d| d.generation))?;
        let code = self.code()?;
        Some((generation, self.view.with(|view| (code.question)(*self, view))))
    }

    /// The state of a page: one memo below the component that first needs it.
    pub fn own<S: PageState + PartialEq + Send + Sync + 'static>(&self) -> Memo<S> {
        use_context::<Memo<S>>().unwrap_or_else(|| {
            let view = self.view;
            let own = Memo::new(move |_| view.with(ViewState::own::<S>));
            provide_context(own);
            own
        })
    }

    /// Changes the state of a page and adds a step to the history.
    pub fn update_own<S: PageState>(&self, change: impl FnOnce(&mut S)) {
        self.update(|view| view.change(change));
    }

    /// Changes the state of a page in place.
    pub fn replace_own<S: PageState>(&self, change: impl FnOnce(&mut S)) {
        self.replace(|view| view.change(change));
    }

    /// A link to this view changed, for `href`; reactive.
    pub fn href(&self, change: impl FnOnce(&mut ViewState)) -> String {
        self.view.with(|state| {
            let mut state = state.clone();
            change(&mut state);
            self.link(&state)
        })
    }

    /// The query string of a view, with its `?`.
    pub fn link(&self, state: &ViewState) -> String {
        self.site.with_value(|site| format!("?{}", url::serialise(state, &site.base)))
    }

    /// The address of exactly this view for another user: the clock pinned, the zone of its days named, and of a feed's
    /// address what may be a secret left out; false where that was the case. `looks`: with theme and language, which else are the reader's.
    pub fn shared_link(&self, looks: bool) -> (String, bool) {
        let mut state = self.view.get_untracked();
        state.theme = looks.then(|| self.theme.get_untracked());
        state.lang = looks.then(|| self.lang.get_untracked().key().to_owned());
        state.now_ms = Some(self.now_ms.get_untracked());
        state.zone = Some(self.zone_name.get_untracked());
        let mut is_whole = true;
        if let DataSource::Url(address) = &mut state.source {
            *address = address::shown(address);
            is_whole = !address::is_cut(address);
        }
        // What a user keeps here, others do not.
        let base = ViewState { theme: None, lang: None, ..self.base() };
        (env::beside(&format!("?{}", url::serialise(&state, &base))), is_whole)
    }

    /// The view of an address that says nothing.
    pub fn base(&self) -> ViewState {
        self.site.with_value(|site| site.base.clone())
    }

    /// What the console is called here.
    pub fn title(&self) -> String {
        self.site.with_value(|site| site.title.clone())
    }

    /// Whether a range offers a precision, by the rule in force here.
    pub fn allows(&self, precision: Precision, range: Range) -> bool {
        precision.allowed(range) || self.site.with_value(|site| site.any_precision)
    }

    pub fn act(&self, action: Action) {
        self.act.run(action);
    }

    /// A message in the page's language; reactive.
    pub fn t(&self, message: impl Message) -> &'static str {
        message.text(self.lang.get())
    }
}
