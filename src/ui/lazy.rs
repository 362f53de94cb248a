//! Parts of the page whose code is fetched once the first view is painted, or when they are first shown. The shell's are listed in
//! [`super::chunks`]; a page declares its own in its folder.

use super::environment as env;
use super::state::{App, PageCode};
use crate::i18n::common::Common;
use crate::url::DataSource;
use crate::web::BUILD;
use js_sys::Promise;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::SplitLoaderError;
use std::cell::RefCell;
use std::pin::Pin;
use std::time::Duration;
use wasm_bindgen_futures::JsFuture;

/// The first view is waited for no longer than this once the source is being read: then a load that takes its time is shown with its progress.
const PATIENCE: Duration = Duration::from_millis(1500);
/// A bundled feed comes from where the page came, and its calls are the first view: they go before code of other pages.
const PATIENCE_BUNDLED: Duration = Duration::from_secs(3);
/// Nor longer than this in all where the source comes with the site: what it needs itself comes first over a slow network. Another server may
/// be silent, of which a user is to be told.
const PATIENCE_IN_ALL: Duration = Duration::from_secs(8);
/// After this the other pages are fetched too, so that going there does not wait for the network.
const AHEAD: Duration = Duration::from_millis(1500);

/// A part of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chunk {
    AppBar,
    Notices,
    /// What is wrong with the deployment's configuration.
    Site,
    /// What listens to the embedding page.
    Embed,
    /// What is in the page's place: loading, an error, the ways in.
    State,
    /// Dialogs, ways in for files, the toast.
    Overlays,
    /// Taking tables, charts and workbooks out of the page.
    Export,
    /// The editor of mappings.
    Mapping,
    /// First calls of the text with this number.
    First(usize),
}

/// Builds a part; the number selects one of several.
pub type Build = fn(usize) -> AnyView;
pub type ChunkResult = Result<Build, SplitLoaderError>;
pub type PageResult = Result<&'static PageCode, SplitLoaderError>;
type Pending = Pin<Box<dyn Future<Output = ChunkResult>>>;

/// Declares a part that is a function of its number, in a chunk.
macro_rules! chunk {
    ($(#[$meta:meta])* $chunk:ident $name:ident: $build:expr) => {
        $(#[$meta])*
        #[::leptos::wasm_split::wasm_split($chunk, wasm_split_path = ::leptos::wasm_split, fallible)]
        fn $name() -> $crate::ui::lazy::ChunkResult {
            Ok($build)
        }
    };
}
pub(crate) use chunk;

/// Fetches the code of a part of the shell; in the context that the root provides.
#[derive(Clone, Copy)]
pub struct Fetch(pub fn(Chunk) -> Pending);

/// Shows a part of the shell once its code is there. The app bar's place is held by the header of index.html.
pub fn chunk_view(part: Chunk) -> AnyView {
    let app = App::get();
    let Fetch(fetch) = use_context().expect("the root provides it");
    let number = if let Chunk::First(number) = part { number } else { 0 };
    // One word for all that is missing: below the app bar's place, or in the page's.
    let speaks = matches!(part, Chunk::AppBar | Chunk::Export | Chunk::Mapping | Chunk::First(_));
    show(app, move || fetch(part), number, None, speaks)
}

/// Shows a part once its code is there. Until then its place is held by an element of the class `place`, so that nothing jumps. Where the
/// code cannot be had, `speaks` says so.
pub fn show(
    app: App,
    fetch: impl Fn() -> Pending + 'static,
    number: usize,
    place: Option<&'static str>,
    speaks: bool,
) -> AnyView {
    // `Some(None)`: it could not be fetched.
    let got = RwSignal::new(None::<Option<Build>>);
    Effect::new(move |_| {
        if app.first_view_ready.get() && !matches!(got.get_untracked(), Some(Some(_))) {
            let fetched = fetch();
            spawn_local(async move {
                // Both under way at once.
                let (styles, fetched) = (styles(), fetched.await);
                got.try_set(Some(if styled(styles).await { fetched.ok() } else { None }));
            });
        }
    });
    let held = move || place.map(|class| view! { <div class=class aria-busy="true"></div> });
    (move || match got.get() {
        Some(Some(build)) => build(number),
        Some(None) if speaks => view! { {held()} {missing(app)} }.into_any(),
        Some(None) | None => held().into_any(),
    })
    .into_any()
}

thread_local! {
    /// The stylesheet of all beyond the first view, where it was requested.
    static STYLES: RefCell<Option<Promise>> = const { RefCell::new(None) };
}

/// Requests that stylesheet, once.
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
                <button class="btn" type="button" on:click=move |_| app.first_view_ready.set(true)>
                    {app.t(Common::FetchAgain)}
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// Decides when parts beyond the first view may be fetched: when the totals are painted, when they will not come, or when patience ends;
/// where a link names a page that the first view does not have, at once. Some time after that, `ahead` fetches the other pages.
pub fn schedule(app: App, ahead: fn(App)) {
    if app.codes.with_untracked(|codes| app.view.with_untracked(|view| codes[view.page as usize].is_none())) {
        stands(app);
    }
    let bundled = app.view.with_untracked(|view| matches!(view.source, DataSource::Demo | DataSource::Azure));
    set_timeout(move || stands(app), if bundled { PATIENCE_IN_ALL } else { PATIENCE });
    Effect::new(move |reading: Option<bool>| {
        let was = reading.unwrap_or_default();
        let is = was || app.loading.with(|l| l.as_ref().is_some_and(|l| l.progress.bytes_read > 0 || l.progress.attempt > 1));
        if is && !was {
            set_timeout(move || stands(app), if bundled { PATIENCE_BUNDLED } else { PATIENCE });
        }
        is
    });
    Effect::new(move |_| {
        if app.first_view_ready.get() {
            set_timeout(move || ahead(app), AHEAD);
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

/// The first view is painted; this is reported once.
pub fn stands(app: App) {
    if !app.first_view_ready.get_untracked() {
        app.first_view_ready.set(true);
    }
}

/// An answer has been set: says so once it has been painted.
pub fn shown(app: App) {
    // The frame after the next begins when what was set now has been painted.
    request_animation_frame(move || {
        request_animation_frame(move || {
            env::mark("callscope:painted");
            stands(app);
        });
    });
}
