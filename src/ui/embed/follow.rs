//! Reports to the hosts what changes: the view, the data, a load's progress, the content's height, the end.

use super::{HostContext, Request, receive};
use crate::embed::{Answer, Code, Fault, changed};
use crate::ui::deployment::shows_log;
use crate::ui::state::App;
use js_sys::Array;
use leptos::prelude::*;
use serde_json::Value;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::ResizeObserver;

/// Begins to follow, for as long as the page lives.
pub fn start(context: &Rc<HostContext>) {
    view(context.clone());
    loads(context.clone());
    height(context);
    let leave = {
        let context = context.clone();
        Closure::<dyn FnMut()>::new(move || context.everyone().iter().for_each(|one| one.tell(None, Answer::Closed)))
    };
    let _ = window().add_event_listener_with_callback("pagehide", leave.as_ref().unchecked_ref());
    leave.forget();
}

fn view(context: Rc<HostContext>) {
    let app = context.app;
    Effect::new(move |before: Option<Value>| {
        app.view.track();
        app.zone_name.track();
        app.lang.track();
        app.theme.track();
        app.precision.track();
        app.range.track();
        let now = context.view();
        let fields = before.map(|before| changed(&before, &now)).unwrap_or_default();
        if !fields.is_empty() {
            let maker = context.made.take().filter(|(_, query)| now["query"] == query.as_str()).map(|(number, _)| number);
            for one in context.everyone() {
                let by_host = maker == Some(one.number);
                one.tell(None, Answer::Changed { view: &now, fields: &fields, by_host });
            }
            receive::settle(&context);
        }
        now
    });
}

/// What is loaded and what is under way, as the last look had it.
#[derive(Clone, Copy, Default, PartialEq)]
struct Seen {
    load: Option<u32>,
    generation: u32,
}

fn loads(context: Rc<HostContext>) {
    let app = context.app;
    Effect::new(move |before: Option<Seen>| {
        app.failure.track();
        let now = Seen {
            load: app.loading.with(|loading| loading.as_ref().map(|loading| loading.load)),
            generation: app.data.with(|data| data.as_ref().map_or(0, |data| data.generation)),
        };
        let owner = now.load.and_then(|load| owner(&context, load));
        if let Some(owner) = owner {
            app.loading.with_untracked(|loading| {
                if let Some(loading) = loading {
                    context.answer(owner, Answer::Reading(&loading.progress));
                }
            });
        }
        if let Some(before) = before
            && before != now
        {
            over(&context, app, before, now);
        }
        now
    });
}

fn owner(context: &HostContext, load: u32) -> Option<Request> {
    context.loads.borrow().iter().find(|(number, _)| *number == load).map(|(_, owner)| *owner)
}

/// A load has ended, in one way or another.
fn over(context: &HostContext, app: App, before: Seen, now: Seen) {
    let mut whose = Vec::new();
    context.loads.borrow_mut().retain(|(load, owner)| {
        let goes_on = Some(*load) == now.load;
        if !goes_on {
            whose.push((*load, *owner));
        }
        goes_on
    });
    let loaded = before.generation != now.generation;
    let failed = !loaded && before.load.is_some() && now.load.is_none() && app.failure.with_untracked(Option::is_some);
    // The newest of those that ended is the one that was under way; older ones were replaced.
    let ended = whose.iter().map(|(load, _)| *load).max().filter(|_| now.load.is_none() || loaded);
    let mut owner = None;
    for (load, of) in whose {
        if Some(load) == ended && (loaded || failed) {
            owner = Some(of);
        } else {
            context.refuse(of, &Fault::new(Code::Cancelled, "The load was cancelled, or another one took its place."));
        }
    }
    let tell = |answer: Answer<'_>| {
        for one in context.everyone() {
            let id = owner.filter(|of| of.conversation == one.number).map(|of| of.id);
            one.tell(id, answer.clone());
        }
    };
    if loaded {
        app.data.with_untracked(|data| {
            if let Some(data) = data {
                tell(Answer::Loaded(data));
            }
        });
    } else if failed {
        app.failure.with_untracked(|failure| {
            if let Some(failure) = failure {
                let bare = (!shows_log()).then(|| failure.clone().without_log());
                tell(Answer::Failed { failure: bare.as_ref().unwrap_or(failure), kept: now.generation > 0 });
            }
        });
    }
}

/// The content's height, in whole CSS pixels.
pub fn content_height() -> f64 {
    document().body().map_or(0.0, |body| body.get_bounding_client_rect().height().ceil())
}

fn height(context: &Rc<HostContext>) {
    let seen = {
        let context = context.clone();
        Closure::<dyn FnMut(Array)>::new(move |_| {
            let height = content_height();
            if context.height.replace(height) != height {
                context.everyone().iter().for_each(|one| one.tell(None, Answer::Height(height)));
            }
        })
    };
    if let (Ok(observer), Some(body)) = (ResizeObserver::new(seen.as_ref().unchecked_ref()), document().body()) {
        observer.observe(&body);
    }
    seen.forget();
}
