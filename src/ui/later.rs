//! Parts of the page whose code is fetched once the first view stands, or when they are first shown.
//!
//! What is reachable only from a function marked `wasm_split` goes into a module of its own when the site is built
//! (`xtask/src/parts.rs`): the first view is the totals of the Calls page, and weighs no more than they need.

use super::deployment;
use super::environment as env;
use super::export::HandOver;
use super::pages::cost::Follow;
use super::root;
use super::state::App;
use crate::ask::Batch;
use crate::i18n::common::Common;
use crate::url::Page;
use crate::view::{self, Answer, Known};
use crate::web::BUILD;
use crate::web::sleep::breathe;
use crate::wire::{Query, Reply};
use js_sys::Promise;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use std::cell::RefCell;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use wasm_bindgen_futures::JsFuture;

/// The first view is waited for no longer than this once the source is being read: then a load that takes its time is shown with its progress.
const PATIENCE: Duration = Duration::from_millis(1500);
/// Nor longer than this in all: what it needs itself comes first over a slow network.
const PATIENCE_IN_ALL: Duration = Duration::from_secs(8);
/// After this the other pages are fetched too, so that going there does not wait for the network.
const AHEAD: Duration = Duration::from_millis(1500);

/// A part of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    AppBar,
    Notices,
    /// What is wrong with the deployment's configuration.
    Site,
    /// What listens to the page around this one.
    Embed,
    /// What stands in the page's place: loading, an error, the ways in.
    State,
    /// Dialogs, ways in for files, the toast.
    Overlays,
    Filters,
    /// The line over time of the total with this number.
    Spark(usize),
    /// The services table with its key.
    Services,
    NothingLeft,
    Details,
    Failed,
    /// Taking tables, charts and workbooks out of the page.
    Export,
    /// The editor of mappings.
    Mapping,
    /// First calls of the text with this number.
    First(usize),
}

/// Builds a part; the number is that of [`Part::Spark`] or [`Part::First`].
type Build = fn(usize) -> AnyView;
type Fetched = Result<Build, SplitLoaderError>;

macro_rules! parts {
    ($($module:ident $name:ident: $build:expr;)*) => {
        $(
            #[wasm_split($module, wasm_split_path = ::leptos::wasm_split, fallible)]
            fn $name() -> Fetched {
                Ok($build)
            }
        )*
    };
}

parts! {
    frame app_bar: |_| view! { <super::components::AppBar/> }.into_any();
    frame notices: |_| view! { <super::components::Notices/> }.into_any();
    frame state: |_| view! { <super::components::InPlace/> }.into_any();
    frame overlays: |_| view! { <super::components::Overlays/> }.into_any();
    frame filters: |_| view! { <super::components::FilterBar/> }.into_any();
    frame spark: super::pages::calls::spark;
    frame services: |_| view! { <super::pages::calls::Table/> }.into_any();
    frame nothing_left: |_| view! { <super::components::NothingLeft/> }.into_any();
    service site_notice: |_| view! { <super::components::SiteNotice/> }.into_any();
    embed embed: |_| view! { <super::embed::Embed/> }.into_any();
    service details: |_| view! { <super::pages::DetailsPage/> }.into_any();
    service failed: |_| view! { <super::pages::FailedPage/> }.into_any();
    export exports: |_| view! { <super::export::Exports/> }.into_any();
    mapping mappings: |_| view! { <super::mapping::Mapping/> }.into_any();
    mapping first_calls: super::mapping::of_text;
}

/// Opens answers that only the pages of a service show.
#[wasm_split(service, wasm_split_path = ::leptos::wasm_split, fallible)]
fn opener() -> Result<fn(App, Answer), SplitLoaderError> {
    Ok(|app, packed| {
        let packed = if deployment::shows_log() { packed } else { packed.without_log() };
        let reply = packed.reply();
        spawn_local(async move {
            // What follows from a long answer takes as long as opening it.
            breathe().await;
            match reply {
                Some(Reply::Details(reply)) => app.details.set(Some(reply)),
                Some(Reply::Failed(reply)) => app.failed.set(Some(reply)),
                Some(Reply::List(reply)) => app.list.set(Some(reply)),
                // Rows and costs are asked for apart, by those who take their answers themselves.
                Some(Reply::Calls(_) | Reply::Rows(_) | Reply::Cost(_)) | None => {}
            };
            root::shown(app);
        });
    })
}

/// Makes the batches of questions that the first view does not ask.
#[wasm_split(service, wasm_split_path = ::leptos::wasm_split, fallible)]
fn batcher() -> Result<fn(&Query, &Known) -> Batch, SplitLoaderError> {
    Ok(|query, known| view::batch(query, known.services()))
}

/// The batch of a question, once the code for it is there. Batches come in the order of the questions.
pub fn batch(query: Arc<Query>, known: Arc<Known>, then: impl FnOnce(Batch) + 'static) {
    spawn_local(async move {
        if let Ok(make) = batcher().await {
            then(make(&query, &known));
        }
    });
}

/// Has the costs of the services table follow the view.
#[wasm_split(service, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn pricing() -> Result<Follow, SplitLoaderError> {
    Ok(super::pages::cost::follow)
}

/// Takes an answer to another page than Calls, once the code for it is there. It is opened in a task of its own, as every other one is: they keep
/// their order.
pub fn answer(app: App, packed: Answer) {
    spawn_local(async move {
        if let Ok(open) = opener().await {
            breathe().await;
            open(app, packed);
        }
    });
}

/// Writes files for a host; the code is the export dialog's.
#[wasm_split(export, wasm_split_path = ::leptos::wasm_split, fallible)]
fn writer() -> Result<HandOver, SplitLoaderError> {
    Ok(super::export::hand_over)
}

/// That code, where it could be fetched.
pub fn for_host() -> Pin<Box<dyn Future<Output = Option<HandOver>>>> {
    Box::pin(async { writer().await.ok() })
}

impl Part {
    fn fetch(self) -> Pin<Box<dyn Future<Output = Fetched>>> {
        match self {
            Part::AppBar => Box::pin(app_bar()),
            Part::Notices => Box::pin(notices()),
            Part::Site => Box::pin(site_notice()),
            Part::Embed => Box::pin(embed()),
            Part::State => Box::pin(state()),
            Part::Overlays => Box::pin(overlays()),
            Part::Filters => Box::pin(filters()),
            Part::Spark(_) => Box::pin(spark()),
            Part::Services => Box::pin(services()),
            Part::NothingLeft => Box::pin(nothing_left()),
            Part::Details => Box::pin(details()),
            Part::Failed => Box::pin(failed()),
            Part::Export => Box::pin(exports()),
            Part::Mapping => Box::pin(mappings()),
            Part::First(_) => Box::pin(first_calls()),
        }
    }

    /// Holds the part's place until it is there, so that nothing jumps. The app bar's is held by the header of index.html.
    fn placeholder(self) -> Option<AnyView> {
        match self {
            Part::Filters => Some(view! { <div class="filters filters--due"></div> }.into_any()),
            Part::Services => Some(view! { <section class="panel panel--due" aria-busy="true"></section> }.into_any()),
            _ => None,
        }
    }
}

/// Shows a part once its code is there, and says so where it cannot be had.
pub fn later(part: Part) -> AnyView {
    let app = App::get();
    // `Some(None)`: it could not be fetched.
    let got = RwSignal::new(None::<Option<Build>>);
    Effect::new(move |_| {
        if app.beyond.get() && !matches!(got.get_untracked(), Some(Some(_))) {
            spawn_local(async move {
                // Both under way at once.
                let (styles, fetched) = (styles(), part.fetch().await);
                got.try_set(Some(if styled(styles).await { fetched.ok() } else { None }));
            });
        }
    });
    let number = if let Part::Spark(number) | Part::First(number) = part { number } else { 0 };
    // One word for all that is missing: below the app bar's place, or in the page's.
    let speaks = matches!(part, Part::AppBar | Part::Details | Part::Failed | Part::Export | Part::Mapping | Part::First(_));
    (move || match got.get() {
        Some(Some(build)) => {
            if part == Part::Overlays {
                request_animation_frame(|| env::mark("callscope:whole"));
            }
            Some(build(number))
        }
        Some(None) if speaks => Some(view! { {part.placeholder()} {missing(app)} }.into_any()),
        Some(None) | None => part.placeholder(),
    })
    .into_any()
}

thread_local! {
    /// The stylesheet of all beyond the first view, where it was asked for.
    static STYLES: RefCell<Option<Promise>> = const { RefCell::new(None) };
}

/// Asks for that stylesheet, once.
fn styles() -> Promise {
    // A page that is one file has it inside.
    if document().get_element_by_id("later-styles").is_some() {
        return Promise::resolve(&wasm_bindgen::JsValue::NULL);
    }
    STYLES.with_borrow_mut(|asked| {
        asked
            .get_or_insert_with(|| {
                Promise::new(&mut |loaded, failed| {
                    let document = document();
                    let (Ok(link), Some(head)) = (document.create_element("link"), document.head()) else { return };
                    let _ = link.set_attribute("rel", "stylesheet");
                    let _ = link.set_attribute("href", &env::beside(&format!("later.css?b={BUILD}")));
                    let _ = link.add_event_listener_with_callback("load", &loaded);
                    let _ = link.add_event_listener_with_callback("error", &failed);
                    let _ = head.append_child(&link);
                })
            })
            .clone()
    })
}

/// Whether it has come; else the next part asks again.
async fn styled(styles: Promise) -> bool {
    let there = JsFuture::from(styles).await.is_ok();
    if !there {
        STYLES.set(None);
    }
    there
}

fn missing(app: App) -> AnyView {
    view! {
        <div class="notices">
            <div class="banner banner--bad" role="alert">
                <p>{app.t(Common::PartMissing)}</p>
                <button class="btn" type="button" on:click=move |_| app.beyond.set(true)>
                    {app.t(Common::FetchAgain)}
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// Decides when parts beyond the first view may be fetched: when the totals stand, when they will not come, or when patience ends;
/// where a link names another page, at once.
pub fn schedule(app: App) {
    if app.view.with_untracked(|view| view.page != Page::Calls) {
        stands(app);
    }
    set_timeout(move || stands(app), PATIENCE_IN_ALL);
    Effect::new(move |reading: Option<bool>| {
        let was = reading.unwrap_or_default();
        let is = was || app.loading.with(|l| l.as_ref().is_some_and(|l| l.progress.bytes_read > 0 || l.progress.attempt > 1));
        if is && !was {
            set_timeout(move || stands(app), PATIENCE);
        }
        is
    });
    Effect::new(move |_| {
        if app.beyond.get() {
            let ahead = || {
                spawn_local(async {
                    // Where it fails, it is fetched again when it is to be shown.
                    let _ = Part::Details.fetch().await;
                });
            };
            set_timeout(ahead, AHEAD);
        }
    });
    Effect::new(move |_| {
        let stopped =
            app.failure.with(Option::is_some) || app.file_wanted.with(Option::is_some) || app.feed_to_allow.with(Option::is_some);
        if stopped {
            stands(app);
        }
    });
}

/// The first view stands; what is said once is not said again.
pub fn stands(app: App) {
    if !app.beyond.get_untracked() {
        app.beyond.set(true);
    }
}
