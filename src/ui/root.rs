//! Puts the page together: shared state, the engine, and what follows from one to the other.

use super::actions::{self, SourceController};
use super::chunks;
use super::client::{Client, Event};
use super::components::Frame;
use super::deployment::Deployment;
use super::environment as env;
use super::lazy::{self, Fetch};
use super::pages::PageView;
use super::pages::registry::{self, Code};
use super::state::{Action, App, Loading, Replies};
use crate::i18n::Lang;
use crate::model::{Precision, Preset, RangeChoice};
use crate::series::{Zone, calendar};
use crate::url::{DataSource, Page};
use crate::view::Answer;
use crate::web::sleep::breathe;
use crate::web::{clock_ms, zones};
use crate::wire::{FromEngine, LoadCause, LoadFailure, Packed, Place, Rejected};
use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;
use std::time::Duration;

/// Relative ranges follow the clock in steps of this.
const TICK: Duration = Duration::from_secs(30);
/// A query that takes longer shows that it is under way.
const BUSY: Duration = Duration::from_millis(150);

/// The root of the page.
#[component]
pub fn Root() -> impl IntoView {
    let app = shared();
    provide_context(app);
    provide_context(Fetch(chunks::fetch));
    env::mirror(app.view, app.lang);
    view! {
        <Frame>
            <PageView/>
        </Frame>
    }
}

fn shared() -> App {
    let site = StoredValue::new(Deployment::read());
    let write = StoredValue::new(None);
    let (view, go) = env::address(site, write);
    let lang = {
        let own = env::own_lang();
        Memo::new(move |_| {
            view.with(|view| match view.lang.as_deref() {
                Some("en") => Lang::En,
                Some("zh") => Lang::Zh,
                _ => own,
            })
        })
    };
    let zone_name = {
        let own = zones::own();
        Memo::new(move |_| view.with(|view| view.zone.clone()).filter(|z| zones::is_known(z)).unwrap_or_else(|| own.clone()))
    };
    let (clock, set_clock) = signal(clock_ms());
    set_interval(move || set_clock.set(clock_ms()), TICK);
    let data = RwSignal::new(None);
    let now_ms = Memo::new(move |_| {
        let of_data = data.with(|data: &Option<crate::wire::DataSet>| data.as_ref().map(|d| (d.follows_clock(), d.newest_ms)));
        view.with(|view| view.now_ms).unwrap_or_else(|| match of_data {
            Some((false, newest)) => newest,
            _ => clock.get(),
        })
    });
    let choice = Memo::new(move |_| match view.with(|view| view.range) {
        whole @ RangeChoice::Preset(Preset::Whole) => {
            let span = data.with(|data: &Option<crate::wire::DataSet>| data.as_ref().map(|d| d.span().newest_showable()));
            span.map_or(whole, RangeChoice::Custom)
        }
        other => other,
    });
    let zone = Memo::new(move |_| {
        let reach = calendar::reach_of(choice.get(), now_ms.get());
        zone_name.with(|name| zones::zone(name, reach.from_ms, reach.to_ms))
    });
    let range = Memo::new(move |_| zone.with(|zone: &Zone| calendar::range_of(choice.get(), now_ms.get(), zone)));
    let before = Memo::new(move |_| zone.with(|zone| calendar::before_of(choice.get(), range.get(), zone)));
    let precision = Memo::new(move |_| {
        let range = range.get();
        let any = site.with_value(|site| site.any_precision);
        view.with(|view| view.precision).filter(|p| any || p.allowed(range)).unwrap_or_else(|| Precision::default_for(range))
    });
    let controller = StoredValue::new_local(None::<SourceController>);
    let act = Callback::new(move |action: Action| {
        controller.with_value(|controller| {
            if let Some(controller) = controller {
                controller.act(action);
            }
        });
    });
    let app = App {
        site,
        view,
        lang,
        theme: env::theme(view),
        zone_name,
        zone,
        now_ms,
        clock_ms: clock,
        range,
        before,
        precision,
        data,
        loading: RwSignal::new(None),
        failure: RwSignal::new(None),
        rest: RwSignal::new(None),
        feed_to_allow: RwSignal::new(None),
        file_wanted: RwSignal::new(None),
        codes: RwSignal::new(registry::first()),
        answered: RwSignal::new(0),
        replies: StoredValue::new(Replies { owner: Owner::current().unwrap_or_default(), all: Vec::new() }),
        busy: RwSignal::new(false),
        asked_again: RwSignal::new(0),
        first_view_ready: RwSignal::new(false),
        wish: RwSignal::new(None),
        brand: RwSignal::new(0),
        toast: RwSignal::new(None),
        write,
        go,
        act,
    };
    let kind = view.with_untracked(|view| actions::kind_of(&view.source));
    let client = Client::start(kind, move |event| match event {
        Event::Message(message) => receive(app, controller, *message),
        Event::Answer(answer) => answered(app, answer),
        Event::Lost(why) => lost(app, controller, why),
    });
    controller.set_value(Some(SourceController::new(app, client.clone())));
    // The view's source is loaded when it changes.
    let source = Memo::new(move |_| view.with(|view| (view.source.clone(), view.read_as.clone(), view.once)));
    Effect::new(move |_| {
        let (source, read_as, once): (DataSource, _, _) = source.get();
        controller.with_value(|controller| {
            if let Some(controller) = controller {
                controller.ensure_loaded(&source, &read_as, once);
            }
        });
    });
    ask_follows_view(app, client);
    actions::wipe_toast(app);
    lazy::schedule(app, fetch_pages);
    app
}

fn ask_follows_view(app: App, client: Client) {
    let query = Memo::new(move |_| app.question());
    // The code of a page is fetched as soon as the address names it.
    let page = Memo::new(move |_| app.view.with(|view| view.page));
    Effect::new(move |_| fetch_page(app, page.get()));
    let client = SendWrapper::new(client);
    let pending = RwSignal::new(0u32);
    Effect::new(move |_| {
        app.asked_again.track();
        let Some((_, query)) = query.get() else { return };
        env::mark("callscope:query-start");
        client.ask(query);
        let turn = pending.with_untracked(|n| n + 1);
        pending.set(turn);
        set_timeout(
            move || {
                if pending.get_untracked() == turn {
                    app.busy.set(true);
                }
            },
            BUSY,
        );
    });
    // An answer to the newest query ends the waiting.
    Effect::new(move |_| {
        app.answered.track();
        pending.update_untracked(|n| *n += 1);
        app.busy.set(false);
    });
}

fn receive(app: App, controller: StoredValue<Option<SourceController>, LocalStorage>, message: FromEngine<Packed>) {
    let current = |load: u32| app.loading.with_untracked(|l| l.as_ref().is_some_and(|l| l.load == load));
    match message {
        FromEngine::Ready { .. } => {}
        FromEngine::Progress { load, progress } => {
            if current(load) {
                app.loading.update(|l| {
                    if let Some(Loading { progress: shown, .. }) = l {
                        *shown = progress;
                    }
                });
            }
        }
        FromEngine::Loaded { load, data, .. } => {
            if current(load) {
                controller.with_value(|controller| {
                    if let Some(controller) = controller {
                        controller.loaded();
                    }
                });
                app.loading.set(None);
                app.failure.set(None);
                app.file_wanted.set(None);
                for code in app.codes.get_untracked().into_iter().flatten() {
                    (code.forget)(app);
                }
            }
            let is_rest = controller.with_value(|controller| controller.as_ref().is_some_and(|of| of.ends_rest(load, true)));
            // What is shown has grown, and is the same in all else.
            if load == 0 || is_rest || app.loading.with_untracked(Option::is_none) {
                app.data.set(Some(data));
            }
        }
        FromEngine::LoadFailed { load, mut failure, .. } => {
            controller.with_value(|controller| controller.as_ref().is_some_and(|of| of.ends_rest(load, false)));
            let read_otherwise = || {
                controller.with_value(|controller| {
                    controller.as_ref().is_some_and(|controller| controller.read_otherwise(failure.cause))
                })
            };
            if current(load) && !read_otherwise() {
                // Of several, the reader names the one that failed.
                if let Some(loading) = app.loading.get_untracked().filter(|_| failure.name.is_empty()) {
                    failure.name = loading.name;
                }
                app.loading.set(None);
                // The file has been given; what is wrong with it is to be said.
                app.file_wanted.set(None);
                app.failure.set(Some(failure));
                controller.with_value(|controller| {
                    if let Some(controller) = controller {
                        controller.name_what_is_shown();
                    }
                });
            }
        }
        FromEngine::LoadCancelled { load, .. } => {
            controller.with_value(|controller| controller.as_ref().is_some_and(|of| of.ends_rest(load, false)));
            if current(load) {
                app.loading.set(None);
                controller.with_value(|controller| {
                    if let Some(controller) = controller {
                        controller.cancelled();
                    }
                });
            }
        }
        // Answers arrive with their questions.
        FromEngine::Answer { .. } => {}
    }
}

/// Fetches the code of a page. Where that fails, it is fetched again when the page is to be shown.
fn fetch_page(app: App, page: Page) {
    if app.codes.with_untracked(|codes| codes[page as usize].is_none()) {
        spawn_local(async move { drop(registry::fetch(app, page).await) });
    }
}

fn fetch_pages(app: App) {
    Page::ALL.into_iter().for_each(|page| fetch_page(app, page));
}

/// Gives an answer to the page that has its slot. Answers keep their order: each is opened in a task of its own.
fn answered(app: App, answer: Answer) {
    let Some(page) = registry::of_slot(answer.slot()) else { return };
    if let Code::Here(code) = registry::code(page) {
        if app.answered.get_untracked() == 0 {
            request_animation_frame(|| env::mark("callscope:tiles"));
        }
        return (code.take)(app, &answer);
    }
    spawn_local(async move {
        if let Ok(code) = registry::fetch(app, page).await {
            breathe().await;
            (code.take)(app, &answer);
        }
    });
}

fn lost(app: App, controller: StoredValue<Option<SourceController>, LocalStorage>, why: String) {
    let name = app.loading.with_untracked(|l| l.as_ref().map(|l| l.name.clone())).unwrap_or_default();
    app.loading.set(None);
    app.failure.set(Some(LoadFailure {
        name,
        cause: LoadCause::Internal,
        detail: why,
        place: Place::default(),
        rejected: Rejected::default(),
    }));
    controller.with_value(|controller| {
        if let Some(controller) = controller {
            controller.restore();
        }
    });
}
