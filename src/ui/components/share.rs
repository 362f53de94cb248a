//! The popover that passes a link to the view: what the link shows, and what goes with it.

use super::popover;
use crate::i18n::common::Common;
use crate::i18n::states::States;
use crate::i18n::{fill, time};
use crate::ui::state::{Action, App};
use crate::url::DataSource;
use leptos::prelude::*;

/// Content of the popover.
#[component]
pub fn ShareMenu() -> impl IntoView {
    let app = App::get();
    let looks = RwSignal::new(false);
    let pinned = move || {
        let (lang, now) = (app.lang.get(), app.now_ms.get());
        let at = app.zone.with(|zone| time::date_time(lang, zone, now, time::year(zone, app.clock_ms.get())));
        fill(app.t(States::LinkPins), &[("time", &at)])
    };
    let file = move || match app.view.with(|view| view.source.clone()) {
        DataSource::File(name) => Some(fill(app.t(States::LinkLeavesFile), &[("name", &name)])),
        _ => None,
    };
    let copy = move |_| {
        let (link, is_whole) = app.shared_link(looks.get_untracked());
        popover::hide("p-share");
        app.act(Action::Share(link, if is_whole { app.t(Common::LinkCopied) } else { app.t(States::LinkCopiedCut) }));
    };
    view! {
        <div class="pop__none">
            <p>{pinned}</p>
            {move || file().map(|said| view! { <p>{said}</p> })}
        </div>
        <label class="opt-row">
            <input type="checkbox" prop:checked=looks on:change=move |event| looks.set(event_target_checked(&event))/>
            <span class="nm">{move || app.t(States::LinkLooks)}</span>
        </label>
        <div class="pop__foot">
            <button type="button" on:click=copy>
                {move || app.t(States::CopyLink)}
            </button>
        </div>
    }
}
