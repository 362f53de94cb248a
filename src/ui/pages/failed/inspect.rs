//! One error code looked into: how often, when, which keys, and the calls themselves.

use super::call_list::CallList;
use super::question::choice;
use super::state::FailedState;
use super::texts::Texts;
use crate::base::num;
use crate::export::chart::code_token;
use crate::i18n::failed::{self as failed_words, FailedWords};
use crate::i18n::pages::{self};
use crate::i18n::{fill, time};
use crate::model::Dim;
use crate::ui::components::{Glyph, Icon, is_taken};
use crate::ui::deployment::shows_log;
use crate::ui::pages::parts::only::only;
use crate::ui::state::App;
use crate::wire::{FailedReply, Inspect, share};
use leptos::ev::KeyboardEvent;
use leptos::html::Aside;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Keys listed; the rest are one row.
const KEYS_MAX: usize = 6;

/// The panel beside the codes; absent while no code of the selection is chosen.
#[component]
pub fn Inspector() -> impl IntoView {
    let app = App::get();
    let own = app.own::<FailedState>();
    let status = Memo::new(move |_| {
        let wanted = own.with(|own| own.status)?;
        app.reply::<FailedReply>().with(|f| f.as_ref()?.code(wanted).map(|c| c.status))
    });
    // A list of its own for each thing looked into, so that it starts at its top.
    let looked_into = Memo::new(move |_| {
        status.get().map(|s| (s, (app.view.with(|v| v.service.clone()), own.with(|own| own.message.clone()))))
    });
    let node = NodeRef::<Aside>::new();
    // Opened by keys the panel has the focus, as what was pressed lies behind the rest of the table.
    Effect::new(move |_| {
        let pressed = looked_into.with(Option::is_some) && found(".codes tbody :focus-visible").is_some();
        if let Some(panel) = node.get().filter(|_| pressed) {
            // It has a tabindex.
            request_animation_frame(move || drop(panel.focus()));
        }
    });
    let head = move || {
        let status = status.get()?;
        app.reply::<FailedReply>().with(|f| {
            let f = f.as_ref()?;
            let own = f.code(status)?.own_code().map(|own| view! { <span class="mono soft">{own.to_owned()}</span> });
            let colour = format!("var({})", code_token(f, status));
            let square = view! { <i class="sq" style=("--c", colour)></i> };
            let own = own.filter(|_| chosen(app).is_none());
            Some(view! { {square}{name_of(app, status)}" "{own} })
        })
    };
    view! {
        <Show when=move || status.get().is_some()>
            <aside class="inspect" tabindex="-1" aria-labelledby="h-insp" node_ref=node>
                <header class="inspect__head">
                    <h2 id="h-insp">{head}</h2>
                    <span class="grow"></span>
                    <button class="btn btn--bare btn--sm btn--icon" type="button" aria-label=move || app.t(FailedWords::Close) on:click=move |_| close(app)>
                        <Icon of=Glyph::X/>
                    </button>
                </header>
                <dl class="facts">{move || with_inspect(app, |f, i| facts(app, f, i))}</dl>
                <section class="split">
                    <h3>{move || app.t(FailedWords::ByKey)}</h3>
                    <ul>{move || with_inspect(app, |f, i| keys(app, f, i))}</ul>
                </section>
                <OnlyMessage/>
                {move || status.get().map(|status| view! { <Texts status/> })}
                <For each=move || looked_into.get() key=Clone::clone let:looked_into>
                    <CallList status=looked_into.0/>
                </For>
            </aside>
        </Show>
    }
}

/// Escape closes the panel, unless something lies over the page that it closes.
pub fn close_by_key(app: App, event: &KeyboardEvent) {
    let is_open = untrack(|| app.view.with(|view| view.own::<FailedState>().status.is_some()));
    if is_open && event.key() == "Escape" && !is_taken(event) {
        event.prevent_default();
        close(app);
    }
}

/// Closes the panel and gives the focus back to the row that it is of.
fn close(app: App) {
    // In a long table the row may be out of sight, where it does not exist.
    let row = found(".codes tr.is-on :is(a, [role=button])").or_else(|| found(".codes .scroll"));
    app.update_own(FailedState::leave);
    if let Some(row) = row {
        // A link, a button and the frame can always take it.
        request_animation_frame(move || drop(row.focus()));
    }
}

fn found(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok().flatten()?.dyn_into().ok()
}

/// Reads what the engine said about what the address looks into; nothing while it has only answered about something else.
fn with_inspect<R>(app: App, read: impl FnOnce(&FailedReply, &Inspect) -> R) -> Option<R> {
    let (wanted, choice) = app.own::<FailedState>().with(|own| (own.status, choice(own)));
    app.reply::<FailedReply>().with(|f| {
        let f = f.as_ref()?;
        let inspect = f.inspect.as_ref().filter(|i| Some(i.status) == wanted && i.message == choice)?;
        Some(read(f, inspect))
    })
}

fn facts(app: App, reply: &FailedReply, inspect: &Inspect) -> impl IntoView + use<> {
    let lang = app.lang.get();
    let precision = app.precision.get();
    let peak = inspect.peak.and_then(|p| reply.buckets.start_of(p));
    let peak = peak.map_or_else(|| "-".to_owned(), |at| app.zone.with(|zone| time::bucket(lang, zone, precision, at)));
    let keys = fill(
        app.t(FailedWords::KeysOf),
        &[("n", &num::whole(inspect.keys_affected.into())), ("m", &num::whole(inspect.keys_all.into()))],
    );
    let keys = if inspect.keys_unknown { "-".to_owned() } else { keys };
    let facts = [
        (app.t(FailedWords::Occurrences), inspect.exactness.mark(num::whole(inspect.count))),
        (app.t(FailedWords::OfAllFailed), inspect.exactness.mark(format!("{} %", num::fixed(inspect.percent, 3)))),
        (app.t(pages::by_precision(precision, [FailedWords::PeakMinute, FailedWords::PeakHour, FailedWords::PeakDay])), peak),
        (app.t(FailedWords::KeysAffected), keys),
    ];
    facts.map(|(term, value)| view! { <div><dt>{term}</dt><dd>{value}</dd></div> }).into_iter().collect_view()
}

fn keys(app: App, reply: &FailedReply, inspect: &Inspect) -> impl IntoView + use<> {
    let colour = code_token(reply, inspect.status);
    let (listed, others) = inspect.keys_listed(KEYS_MAX);
    let row = |name: String, link: AnyView, calls: u64, tint: Option<String>| {
        let part = format!("{:.4}", share(calls, inspect.count));
        let percent = format!("{} %", num::fixed(share(calls, inspect.count) * 100.0, 1));
        view! {
            <li style=("--v", part) style=("--c", tint)>
                <b title=name.clone()>{link}</b>
                <span class="track"><i></i></span>
                <span>{percent}</span>
                <span>{num::whole(calls)}</span>
            </li>
        }
    };
    let mut rows = Vec::new();
    for (i, (key, calls)) in listed.iter().enumerate() {
        let tint = (i == 0).then(|| format!("var({colour})"));
        let name = if key.is_empty() { app.t(FailedWords::NoKey).to_owned() } else { key.clone() };
        rows.push(row(name.clone(), only(app, Dim::ApiKey, key, name, true), *calls, tint));
    }
    if let Some((n, calls)) = others {
        let name = fill(app.t(FailedWords::OtherKeys), &[("n", &num::whole(n))]);
        rows.push(row(name.clone(), name.into_any(), calls, None));
    }
    rows.collect_view()
}

/// What the message that is chosen says, its own code where that is all that is known of it; reactive.
fn chosen(app: App) -> Option<String> {
    let (code, message) = app.own::<FailedState>().with(|own| own.message.clone())?;
    match (code.is_empty(), message.is_empty() || !shows_log()) {
        (_, false) => Some(failed_words::template_text(app.lang.get(), &message)),
        (false, true) => Some(code),
        (true, true) => shows_log().then(|| app.t(FailedWords::NoMessage).to_owned()),
    }
}

/// What is looked into, in few words: `429`, `429: Rate limit reached for…`; reactive.
pub fn name_of(app: App, status: u16) -> String {
    failed_words::looked_into(status, &chosen(app).unwrap_or_default())
}

/// The message that the list is narrowed to, with a way back to all.
#[component]
fn OnlyMessage() -> impl IntoView {
    let app = App::get();
    move || {
        chosen(app).filter(|_| shows_log()).map(|text| {
            view! {
                <section class="split">
                    <div class="chips">
                        <span class="chip">
                            {fill(app.t(FailedWords::OnlyMessage), &[("message", &text)])}
                            <button
                                type="button"
                                aria-label=app.t(FailedWords::AllMessages)
                                title=app.t(FailedWords::AllMessages)
                                on:click=move |_| app.update_own(|own: &mut FailedState| own.message = None)
                            >
                                <Icon of=Glyph::X/>
                            </button>
                        </span>
                    </div>
                </section>
            }
        })
    }
}
