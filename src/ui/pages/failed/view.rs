//! What the Failed Calls page shows: failed calls over time, the table of their codes and messages, and the code looked into.

use super::codes::Codes;
use super::inspect::{Inspector, close_by_key, name_of};
use super::state::FailedState;
use crate::export::chart::{class_token, code_token};
use crate::i18n::export::Export;
use crate::i18n::failed::{self as failed_words, FailedWords};
use crate::i18n::fill;
use crate::i18n::pages::{self};
use crate::model::{Dim, Label};
use crate::ui::charts::FailedStrip;
use crate::ui::components::FilterBar;
use crate::ui::export::TableMenu;
use crate::ui::pages::parts::head::{ServiceBody, ServiceHead, Tabs};
use crate::ui::pages::parts::words::class_name;
use crate::ui::state::{App, What};
use crate::wire::FailedReply;
use leptos::prelude::*;

/// The page below the app bar.
#[component]
pub fn FailedPage() -> impl IntoView {
    let app = App::get();
    let reply = app.reply::<FailedReply>();
    // Rows and lists share it.
    app.own::<FailedState>();
    let facets = Memo::new(move |_| reply.with(|r| r.as_ref().map(|r| r.head.facets.clone()).unwrap_or_default()));
    let none = Memo::new(move |_| app.reply::<FailedReply>().with(|f| f.as_ref().is_some_and(|f| f.head.known && f.total == 0)));
    view! {
        <ServiceHead/>
        <FilterBar facets always=&[Label::Dim(Dim::ApiKey), Label::Dim(Dim::Ip)]/>
        <Tabs>{move || app.t(FailedWords::PercentageNote)}</Tabs>
        <ServiceBody>
            <Show when=move || !none.get() fallback=|| view! { <NoFailures/> }>
                <div class="failed" on:keydown=move |event| close_by_key(app, &event)>
                    <Strip/>
                    <Codes/>
                    <Inspector/>
                </div>
            </Show>
        </ServiceBody>
    }
}

/// The selection has calls and none of them failed, or it is not known.
#[component]
fn NoFailures() -> impl IntoView {
    let app = App::get();
    let head = move || {
        app.reply::<FailedReply>()
            .with(|f| f.as_ref().map(|f| failed_words::no_failures(app.lang.get(), &f.head.figures, f.absent.as_ref())))
    };
    view! {
        <section class="box blank box--join" aria-labelledby="h-blank">
            <h2 id="h-blank">{move || head().map(|said| said.0)}</h2>
            <p>{move || head().map(|said| said.1)}</p>
        </section>
    }
}

/// Failed calls per bucket; the code looked into is out.
#[component]
fn Strip() -> impl IntoView {
    let app = App::get();
    let title = move || {
        app.t(pages::by_precision(
            app.precision.get(),
            [FailedWords::FailedPerMinute, FailedWords::FailedPerHour, FailedWords::FailedPerDay],
        ))
    };
    let key = move || {
        let (status, narrowed) = app.own::<FailedState>().with(|own| (own.status, own.message.is_some()));
        app.reply::<FailedReply>().with(|f| {
            let f = f.as_ref()?;
            let selected = status.filter(|s| f.code(*s).is_some());
            let first = selected.map(|s| {
                let text = fill(app.t(FailedWords::KeySelected), &[("code", &name_of(app, s))]);
                view! { <span><i style=("--c", format!("var({})", code_token(f, s)))></i>{text}</span> }
            });
            let classes = f.classes.iter().filter_map(|c| {
                let inside = selected.filter(|s| *s / 100 == u16::from(c.class));
                let name = match inside {
                    Some(_) if c.codes.len() < 2 && !narrowed => return None,
                    Some(_) => fill(app.t(FailedWords::KeyOther), &[("class", &class_name(c.class))]),
                    None => class_name(c.class),
                };
                let dim = if selected.is_some() { "dim" } else { "" };
                let token = class_token(c.class.into());
                Some(view! { <span><i class=dim style=("--c", format!("var({token})"))></i>{name}</span> })
            });
            let classes = classes.collect_view();
            let last =
                f.buckets.last_unfinished.then(|| view! { <span class="quiet">{app.t(FailedWords::LastUnfinished)}</span> });
            Some(view! { {first}{classes}{last} })
        })
    };
    view! {
        <section class="failed__strip" aria-labelledby="h-strip">
            <header class="chart__head">
                <h2 id="h-strip">{title}</h2>
                <p class="key">{key}</p>
                <TableMenu id="p-take-codes" what=What::Failed label=Signal::derive(move || app.t(Export::TakeFailed).to_owned())/>
            </header>
            <FailedStrip/>
        </section>
    }
}
