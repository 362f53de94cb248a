//! The messages of the template that is looked into: the most frequent first, some hundred more with each press.

use super::codes::look_into;
use super::question;
use super::state::FailedState;
use crate::base::num;
use crate::i18n::failed::FailedWords;
use crate::i18n::fill;
use crate::model::limits::TEMPLATE_TEXTS_MAX;
use crate::ui::components::{LongBody, row_index};
use crate::ui::pages::parts::words::pressed;
use crate::ui::state::{Action, App};
use crate::view::Answer;
use crate::wire::{ErrorMessage, FailedReply, Inspect, Query, shared_beginning};
use leptos::prelude::*;

/// Messages more with each press.
const MORE: u32 = 500;

/// Own code and text of the template that is looked into, where it has several messages.
fn template(app: App) -> Option<(String, String)> {
    app.reply::<FailedReply>().with(|f| {
        let template = f.as_ref()?.inspect.as_ref()?.template.as_ref()?;
        (template.texts > 1).then(|| (template.error_code.clone(), template.message.clone()))
    })
}

/// The list, anew for each template.
#[component]
pub fn Texts(status: u16) -> impl IntoView {
    let app = App::get();
    let template = Memo::new(move |_| template(app));
    view! {
        <For each=move || template.get() key=Clone::clone let:_of>
            <List status/>
        </For>
    }
}

/// What was requested beyond the first ones: it belongs to the answer with just these first ones.
#[derive(Clone, Default, PartialEq)]
struct More {
    first: Vec<ErrorMessage>,
    all: Vec<ErrorMessage>,
}

#[component]
fn List(status: u16) -> impl IntoView {
    let app = App::get();
    let (more, asking) = (RwSignal::new(More::default()), RwSignal::new(false));
    let inspected = move |read: fn(&Inspect) -> Vec<ErrorMessage>| {
        app.reply::<FailedReply>().with(|f| f.as_ref().and_then(|f| f.inspect.as_ref()).map(read).unwrap_or_default())
    };
    let first = Memo::new(move |_| inspected(|inspect| inspect.texts.clone()));
    let texts =
        Memo::new(move |_| more.with(|more| first.with(|first| if more.first == *first { &more.all } else { first }.clone())));
    let shared = Memo::new(move |_| texts.with(|texts| shared_beginning(texts)));
    let total = Memo::new(move |_| {
        app.reply::<FailedReply>().with(|f| f.as_ref()?.inspect.as_ref()?.template.as_ref().map(|t| t.texts)).unwrap_or(0)
    });
    let version = Memo::new(move |before: Option<&u32>| {
        texts.track();
        before.map_or(0, |before| before + 1)
    });
    let ask = move |_| {
        let wanted = texts.with_untracked(Vec::len) as u32 + MORE;
        let query = untrack(|| app.view.with(|view| question::failed(app, view, wanted)));
        let first = first.get_untracked();
        asking.set(true);
        let then = Callback::new(move |answer: Option<(u32, Answer)>| {
            asking.try_set(false);
            let reply = answer.and_then(|(_, packed)| packed.open::<FailedReply>());
            if let Some(inspect) = reply.and_then(|reply| reply.inspect) {
                more.try_set(More { first: first.clone(), all: inspect.texts });
            }
        });
        app.act(Action::Ask { query: Box::new(Query::Failed(query)), then });
    };
    let beyond = move || {
        let (shown, total) = (texts.with(Vec::len), total.get());
        let left = total.saturating_sub(shown as u64);
        let n = num::whole(left);
        match () {
            () if left == 0 => None,
            () if shown >= TEMPLATE_TEXTS_MAX => {
                Some(view! { <p class="quiet">{fill(app.t(FailedWords::MessagesBeyond), &[("n", &n)])}</p> }.into_any())
            }
            () => {
                let words = fill(app.t(FailedWords::MoreMessages), &[("n", &num::whole(left.min(MORE.into())))]);
                Some(
                    view! { <button class="link" type="button" disabled=move || asking.get() on:click=ask>{words}</button> }
                        .into_any(),
                )
            }
        }
    };
    view! {
        <section class="split texts" aria-labelledby="h-texts">
            <h3 id="h-texts">
                {move || app.t(FailedWords::MessagesOfTemplate)} " "
                <span class="count">{move || num::whole(total.get())}</span>
            </h3>
            <div class="scroll" tabindex="0" role="group" aria-labelledby="h-texts">
                <table aria-rowcount=move || (texts.with(Vec::len) + 1).to_string()>
                    <colgroup><col/><col class="n"/></colgroup>
                    <thead class="sr">
                        <tr>
                            <th scope="col">{move || app.t(FailedWords::ErrorMessage)}</th>
                            <th scope="col">{move || app.t(FailedWords::Occurrences)}</th>
                        </tr>
                    </thead>
                    <LongBody
                        total=Signal::derive(move || texts.with(Vec::len))
                        version=version
                        row=move |i| texts.with_untracked(|texts| texts.get(i).map_or_else(|| ().into_any(), |text| row(app, status, i, text, shared.get_untracked())))
                    />
                </table>
            </div>
            {beyond}
        </section>
    }
}

/// A message, told from where it differs from the others.
fn row(app: App, status: u16, at: usize, message: &ErrorMessage, shared: usize) -> AnyView {
    let key = (message.error_code.clone(), message.message.clone());
    let (by_key, wanted) = (key.clone(), key.clone());
    let own = app.own::<FailedState>();
    let on = Memo::new(move |_| own.with(|own| own.message.as_ref() == Some(&wanted)));
    let whole = message.message.clone();
    let text = whole.get(shared..).unwrap_or_default().to_owned();
    let before = (shared > 0).then(|| view! { <i class="quiet">"… "</i> });
    view! {
        <tr
            class:is-on=move || on.get()
            aria-rowindex=row_index(at)
            aria-current=move || on.get().then_some("true")
            on:click=move |_| look_into(app, status, Some(key.clone()))
            on:keydown=move |event| {
                if pressed(&event) {
                    look_into(app, status, Some(by_key.clone()));
                }
            }
        >
            <td class="msg" title=whole><span role="button" tabindex="0">{before}{text}</span></td>
            <td>{message.exactness.mark(num::whole(message.count))}</td>
        </tr>
    }
    .into_any()
}
