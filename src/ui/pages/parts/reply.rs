//! How a page receives the answer to its question.

use crate::ui::deployment::shows_log;
use crate::ui::lazy::shown;
use crate::ui::state::App;
use crate::view::{Answer, FromFrames};
use crate::web::sleep::breathe;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Fills what a reply has no answer to yet from an older one.
pub type Keep<R> = fn(&mut R, &R);

/// Takes a page's answer over at once.
pub fn now<R: FromFrames + Send + Sync + 'static>(app: App, answer: &Answer, keep: Keep<R>) {
    if let Some(reply) = answer.open::<R>() {
        replace(app, reply, keep);
        settle(app);
    }
}

fn replace<R: Send + Sync + 'static>(app: App, mut reply: R, keep: Keep<R>) {
    let shown = app.reply::<R>();
    shown.with_untracked(|older| older.iter().for_each(|older| keep(&mut reply, older)));
    shown.set(Some(reply));
}

/// Takes a page's answer over in a task of its own: what follows from a long answer takes as long as opening it.
pub fn later<R: FromFrames + Send + Sync + 'static>(app: App, answer: &Answer, keep: Keep<R>) {
    set::<R>(app, answer, keep, settle);
}

/// Receives an answer that the page requested beside its question.
pub fn beside<R: FromFrames + Send + Sync + 'static>(app: App, answer: &Answer) {
    set::<R>(app, answer, |_, _| (), shown);
}

fn set<R: FromFrames + Send + Sync + 'static>(app: App, answer: &Answer, keep: Keep<R>, then: fn(App)) {
    let reply = if shows_log() { answer.open::<R>() } else { answer.clone().without_log().open::<R>() };
    spawn_local(async move {
        breathe().await;
        if let Some(reply) = reply {
            replace(app, reply, keep);
        }
        then(app);
    });
}

fn settle(app: App) {
    app.answered.update(|n| *n = n.wrapping_add(1));
    shown(app);
}
