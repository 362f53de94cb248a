//! Whether the page can be shown, and the state until then.

use crate::ui::lazy::{Chunk, chunk_view};
use crate::ui::state::App;
use crate::url::DataSource;
use leptos::prelude::*;

/// What the page is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Ready,
    Loading,
    Failed,
    FileWanted,
    FeedToAllow,
    Nothing,
}

/// What the page is in; reactive.
pub fn state(app: App) -> Memo<State> {
    Memo::new(move |_| {
        let loading = app.loading.with(Option::is_some);
        let loaded = app.data.with(Option::is_some);
        match () {
            () if loading && !loaded => State::Loading,
            () if app.feed_to_allow.with(Option::is_some) => State::FeedToAllow,
            () if app.file_wanted.with(Option::is_some) => match app.view.with(|view| view.source == DataSource::Nothing) {
                true => State::Nothing,
                false => State::FileWanted,
            },
            () if loaded => State::Ready,
            () if app.failure.with(Option::is_some) => State::Failed,
            () => State::Nothing,
        }
    })
}

/// Shows the page once calls are loaded; until then, the state that it is in.
#[component]
pub fn Gate(children: ChildrenFn) -> impl IntoView {
    let state = state(App::get());
    let ready = Memo::new(move |_| state.get() == State::Ready);
    move || if ready.get() { children().into_any() } else { chunk_view(Chunk::State) }
}
