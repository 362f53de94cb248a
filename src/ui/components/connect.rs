//! The dialog that takes a feed's address.

use super::take::show_source;
use super::{Dialog, Dialogs, popover};
use crate::i18n::common::Common;
use crate::ui::state::{Action, App};
use crate::url::DataSource;
use leptos::ev;
use leptos::prelude::*;

/// Connects a feed by its address.
#[component]
pub fn ConnectDialog() -> impl IntoView {
    let app = App::get();
    let open = Dialogs::get().connect;
    view! {
        <Dialog id="d-connect" title=Signal::derive(move || app.t(Common::ConnectFeed).to_owned()) open=open>
            <ConnectForm open=open/>
        </Dialog>
    }
}

#[component]
fn ConnectForm(open: RwSignal<bool>) -> impl IntoView {
    let app = App::get();
    let present = match app.view.get_untracked().source {
        DataSource::Url(url) => url,
        _ => String::new(),
    };
    let wrong = RwSignal::new(false);
    let input = popover::focused();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(field) = input.get_untracked() else { return };
        // The browser resolves and checks the address as it will request it.
        match web_sys::Url::new(field.value().trim()) {
            Ok(url) if matches!(url.protocol().as_str(), "http:" | "https:") => {
                open.set(false);
                let address = url.href();
                show_source(app, DataSource::Url(address.clone()));
                // Who types an address agrees to its being requested.
                request_animation_frame(move || {
                    if app.feed_to_allow.with_untracked(|wanted| wanted.as_ref() == Some(&address)) {
                        app.act(Action::AllowFeed);
                    }
                });
            }
            _ => wrong.set(true),
        }
    };
    view! {
        <form novalidate on:submit=submit>
            <div class="dlg__body">
                <div class="connect">
                    <label class="field">
                        <span>{move || app.t(Common::Address)}</span>
                        <input
                            type="url"
                            node_ref=input
                            value=present
                            placeholder="https://"
                            autocomplete="url"
                            spellcheck="false"
                            aria-describedby="connect-hint"
                            aria-invalid=move || wrong.get().then_some("true")
                            on:input=move |_| wrong.set(false)
                        />
                    </label>
                    <p class="hint" id="connect-hint">
                        {move || app.t(Common::ConnectHint)}
                    </p>
                    <p class="hint hint--bad" role="alert" hidden=move || !wrong.get()>
                        {move || wrong.get().then(|| app.t(Common::ConnectNoAddress))}
                    </p>
                </div>
            </div>
            <div class="dlg__foot">
                <span class="grow"></span>
                <button class="btn" type="button" on:click=move |_| open.set(false)>
                    {move || app.t(Common::Cancel)}
                </button>
                <button class="btn btn--main" type="submit">
                    {move || app.t(Common::Connect)}
                </button>
            </div>
        </form>
    }
}
