//! The dialog that takes a feed's address.

use super::failure::failed_source;
use super::file_inputs::show_source;
use super::{Dialog, Dialogs, popover};
use crate::base::address;
use crate::i18n::common::Common;
use crate::i18n::states::States;
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
    let present = match untrack(|| failed_source(app)).unwrap_or_else(|| app.view.get_untracked().source) {
        DataSource::Url(url) => url,
        _ => String::new(),
    };
    let wrong = RwSignal::new(None::<&str>);
    let input = popover::focused();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(field) = input.get_untracked() else { return };
        // The browser resolves and checks the address as it will request it.
        match web_sys::Url::new(field.value().trim()) {
            Ok(url) if matches!(url.protocol().as_str(), "http:" | "https:") => {
                let whole = url.href();
                let wrongly = if !url.username().is_empty() || !url.password().is_empty() {
                    Some(States::AddressWithPassword)
                } else if address::is_cut(&field.value()) {
                    Some(States::AddressIsCut)
                } else {
                    None
                };
                if wrongly.is_some() {
                    return wrong.set(wrongly.map(|word| app.t(word)));
                }
                open.set(false);
                // Who types an address agrees to its being requested.
                let address = address::shown(&whole);
                app.act(Action::AllowFeed { address: address.clone(), whole });
                show_source(app, DataSource::Url(address));
            }
            _ => wrong.set(Some(app.t(Common::ConnectNoAddress))),
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
                            autocomplete="off"
                            spellcheck="false"
                            aria-describedby="connect-hint"
                            aria-invalid=move || wrong.get().map(|_| "true")
                            on:input=move |_| wrong.set(None)
                        />
                    </label>
                    <p class="hint" id="connect-hint">
                        {move || app.t(Common::ConnectHint)}
                    </p>
                    <p class="hint hint--bad" role="alert" hidden=move || wrong.get().is_none()>
                        {move || wrong.get()}
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
