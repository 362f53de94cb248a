//! Reports to the hosts what changes: the view, the data, a load's progress, the content's height, the end.

use super::{Request, Room, hear};
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
pub fn start(room: &Rc<Room>) {
    view(room.clone());
    loads(room.clone());
    height(room);
    let leave = {
        let room = room.clone();
        Closure::<dyn FnMut()>::new(move || room.everyone().iter().for_each(|one| one.tell(None, Answer::Closed)))
    };
    let _ = window().add_event_listener_with_callback("pagehide", leave.as_ref().unchecked_ref());
    leave.forget();
}

fn view(room: Rc<Room>) {
    let app = room.app;
    Effect::new(move |before: Option<Value>| {
        app.view.track();
        app.zone_name.track();
        app.lang.track();
        app.theme.track();
        app.precision.track();
        app.range.track();
        let now = room.view();
        let fields = before.map(|before| changed(&before, &now)).unwrap_or_default();
        if !fields.is_empty() {
            let maker = room.made.take().filter(|(_, query)| now["query"] == query.as_str()).map(|(number, _)| number);
            for one in room.everyone() {
                let by_host = maker == Some(one.number);
                one.tell(None, Answer::Changed { view: &now, fields: &fields, by_host });
            }
            hear::settle(&room);
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

fn loads(room: Rc<Room>) {
    let app = room.app;
    Effect::new(move |before: Option<Seen>| {
        app.failure.track();
        let now = Seen {
            load: app.loading.with(|loading| loading.as_ref().map(|loading| loading.load)),
            generation: app.data.with(|data| data.as_ref().map_or(0, |data| data.generation)),
        };
        let owner = now.load.and_then(|load| owner(&room, load));
        if let Some(owner) = owner {
            app.loading.with_untracked(|loading| {
                if let Some(loading) = loading {
                    room.answer(owner, Answer::Reading(&loading.progress));
                }
            });
        }
        if let Some(before) = before
            && before != now
        {
            over(&room, app, before, now);
        }
        now
    });
}

fn owner(room: &Room, load: u32) -> Option<Request> {
    room.loads.borrow().iter().find(|(number, _)| *number == load).map(|(_, owner)| *owner)
}

/// A load has ended, in one way or another.
fn over(room: &Room, app: App, before: Seen, now: Seen) {
    let mut whose = Vec::new();
    room.loads.borrow_mut().retain(|(load, owner)| {
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
            room.refuse(of, &Fault::new(Code::Cancelled, "The load was cancelled, or another one took its place."));
        }
    }
    let tell = |answer: Answer<'_>| {
        for one in room.everyone() {
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

fn height(room: &Rc<Room>) {
    let seen = {
        let room = room.clone();
        Closure::<dyn FnMut(Array)>::new(move |_| {
            let height = content_height();
            if room.height.replace(height) != height {
                room.everyone().iter().for_each(|one| one.tell(None, Answer::Height(height)));
            }
        })
    };
    if let (Ok(observer), Some(body)) = (ResizeObserver::new(seen.as_ref().unchecked_ref()), document().body()) {
        observer.observe(&body);
    }
    seen.forget();
}
