//! Service Call Details, Failed Calls tab: failed calls over time, 4xx and 5xx rows that open into codes and messages, and the code looked
//! into (console-spec section 5).

use super::head::{ServiceBody, ServiceHead, Tabs};
use super::inspect::Inspector;
use super::words::{hour_word, pressed};
use crate::base::num;
use crate::export::chart::{class_token, code_token};
use crate::i18n::export::Export;
use crate::i18n::pages::{self, Pages};
use crate::i18n::{Lang, Message, fill};
use crate::ui::charts::{FailedStrip, MiniBars};
use crate::ui::components::{FilterBar, Glyph, Icon, SortArrow};
use crate::ui::deployment::shows_log;
use crate::ui::export::TableMenu;
use crate::ui::state::{App, What};
use crate::wire::{ErrorClass, ErrorCode, ErrorMessage};
use leptos::prelude::*;

/// The page below the app bar.
#[component]
pub fn FailedPage() -> impl IntoView {
    let app = App::get();
    let none = Memo::new(move |_| app.failed.with(|f| f.as_ref().is_some_and(|f| f.head.known && f.total == 0)));
    view! {
        <ServiceHead/>
        <FilterBar/>
        <Tabs>{move || app.t(Pages::PercentageNote)}</Tabs>
        <ServiceBody>
            <Show when=move || !none.get() fallback=|| view! { <NoFailures/> }>
                <div class="failed">
                    <Strip/>
                    <Codes/>
                    <Inspector/>
                </div>
            </Show>
        </ServiceBody>
    }
}

/// The selection has calls and none of them failed, or nobody knows.
#[component]
fn NoFailures() -> impl IntoView {
    let app = App::get();
    let head = move || app.failed.with(|f| f.as_ref().map(|f| pages::no_failures(app.lang.get(), &f.head.figures)));
    view! {
        <section class="box blank box--join" aria-labelledby="h-blank">
            <h2 id="h-blank">{move || head().map(|said| said.0)}</h2>
            <p>{move || head().map(|said| said.1)}</p>
        </section>
    }
}

fn class_name(class: u8) -> String {
    format!("{class}xx")
}

/// Failed calls per bucket; the code looked into stands out.
#[component]
fn Strip() -> impl IntoView {
    let app = App::get();
    let title = move || {
        app.t(pages::by_precision(app.precision.get(), [Pages::FailedPerMinute, Pages::FailedPerHour, Pages::FailedPerDay]))
    };
    let key = move || {
        let status = app.view.with(|v| v.status);
        app.failed.with(|f| {
            let f = f.as_ref()?;
            let selected = status.filter(|s| f.code(*s).is_some());
            let first = selected.map(|s| {
                let text = fill(app.t(Pages::KeySelected), &[("code", &s.to_string())]);
                view! { <span><i style=("--c", format!("var({})", code_token(f, s)))></i>{text}</span> }
            });
            let classes = f.classes.iter().filter_map(|c| {
                let inside = selected.filter(|s| *s / 100 == u16::from(c.class));
                let name = match inside {
                    Some(_) if c.codes.len() < 2 => return None,
                    Some(_) => fill(app.t(Pages::KeyOther), &[("class", &class_name(c.class))]),
                    None => class_name(c.class),
                };
                let dim = if selected.is_some() { "dim" } else { "" };
                let token = class_token(c.class.into());
                Some(view! { <span><i class=dim style=("--c", format!("var({token})"))></i>{name}</span> })
            });
            let classes = classes.collect_view();
            let last = f.buckets.last_unfinished.then(|| view! { <span class="quiet">{app.t(Pages::LastUnfinished)}</span> });
            Some(view! { {first}{classes}{last} })
        })
    };
    view! {
        <section class="failed__strip" aria-labelledby="h-strip">
            <header class="chart__head">
                <h2 id="h-strip">{title}<span class="unit">{move || app.t(Pages::Times)}</span></h2>
                <p class="key">{key}</p>
                <TableMenu id="p-take-codes" what=What::Failed label=Signal::derive(move || app.t(Export::TakeFailed).to_owned())/>
            </header>
            <FailedStrip/>
        </section>
    }
}

/// The table of classes, codes and messages.
#[component]
fn Codes() -> impl IntoView {
    let app = App::get();
    let scrolled = RwSignal::new(false);
    let frame = NodeRef::<leptos::html::Div>::new();
    view! {
        <div class="codes">
            <div
                class="scroll"
                tabindex="0"
                role="region"
                aria-label=move || app.t(Pages::ErrorCodes)
                node_ref=frame
                on:scroll=move |_| scrolled.set(frame.get_untracked().is_some_and(|f| f.scroll_left() > 0))
            >
                <table class="grid" class:is-scrolled=move || scrolled.get()>
                    <caption class="sr">{move || app.t(Pages::CodesCaption)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{move || app.t(Pages::ErrorCode)}</th>
                            <th scope="col" aria-sort="descending">{move || app.t(Pages::Occurrences)}<SortArrow/></th>
                            <th scope="col">{move || app.t(Pages::Percentage)} " " <span class="pc">"%"</span></th>
                            <th scope="col">{move || hour_word(app)}</th>
                            <th scope="col">
                                {move || if shows_log() { app.t(Pages::ErrorMessage) } else { app.t(Export::OwnCode) }}
                            </th>
                        </tr>
                    </thead>
                    <tbody>{move || rows(app)}</tbody>
                    <tfoot>{move || footer(app)}</tfoot>
                </table>
            </div>
        </div>
    }
}

fn rows(app: App) -> Vec<AnyView> {
    let lang = app.lang.get();
    let (status, message, closed) = app.view.with(|v| (v.status, v.message.clone(), v.closed_classes.clone()));
    app.failed.with(|f| {
        let Some(f) = f else { return Vec::new() };
        let mut out = Vec::new();
        for class in &f.classes {
            let open = !closed.contains(&class.class);
            out.push(class_row(app, lang, class, open));
            for code in class.codes.iter().filter(|_| open) {
                let token = code_token(f, code.status);
                let on = status == Some(code.status);
                out.push(code_row(app, lang, code, token, on && message.is_none()));
                if code.messages.len() > 1 {
                    let chosen = message.as_ref().filter(|_| on);
                    let own_code = code.own_code().is_some();
                    out.extend(code.messages.iter().map(|m| message_row(app, code.status, m, token, chosen, own_code)));
                }
            }
        }
        out
    })
}

fn percent(value: f64, token: &str) -> impl IntoView + use<> {
    let (share, colour) = (format!("{:.4}", crate::wire::percent_share(value)), format!("var({token})"));
    view! { <span class="pct" style=("--v", share) style=("--c", colour)><i></i><span>{num::fixed(value, 3)}</span></span> }
}

fn class_row(app: App, lang: Lang, class: &ErrorClass, open: bool) -> AnyView {
    let (number, token) = (class.class, class_token(class.class.into()));
    let toggle = move |_| {
        app.replace(|v| {
            if !v.closed_classes.remove(&number) {
                v.closed_classes.insert(number);
            }
        });
    };
    view! {
        <tr class="grp">
            <th scope="row">
                <span class="svc">
                    <button class="tw" type="button" aria-expanded=open.to_string() aria-label=class_name(number) on:click=toggle>
                        <Icon of=Glyph::Right/>
                    </button>
                    {class_name(number)}
                </span>
            </th>
            <td>{num::whole(class.count)}</td>
            <td>{percent(class.percent, token)}</td>
            <td><MiniBars values=class.spark.clone() token/></td>
            <td class="msg">{pages::codes(lang, class.codes.len())}</td>
        </tr>
    }
    .into_any()
}

/// Looks into a code, with one message or all.
fn look_into(app: App, status: u16, message: Option<(String, String)>) {
    app.update(|v| {
        v.status = Some(status);
        v.message = message;
    });
}

fn code_row(app: App, lang: Lang, code: &ErrorCode, token: &'static str, on: bool) -> AnyView {
    let status = code.status;
    let label = fill(Pages::LookInto.text(lang), &[("code", &status.to_string())]);
    view! {
        <tr class=if on { "row is-on" } else { "row" } aria-current=on.then_some("true") on:click=move |_| look_into(app, status, None)>
            <th scope="row">
                <i class="sq" style=("--c", format!("var({token})"))></i>
                <button class="code" type="button" title=label>{status.to_string()}</button>
            </th>
            <td>{num::whole(code.count)}</td>
            <td>{percent(code.percent, token)}</td>
            <td><MiniBars values=code.spark.clone() token/></td>
            {code_message(lang, code)}
        </tr>
    }
    .into_any()
}

/// `rate_limit_exceeded: Rate limit reached…`, or how many messages follow.
fn code_message(lang: Lang, code: &ErrorCode) -> AnyView {
    let own = code.own_code().map(str::to_owned);
    match code.messages.as_slice() {
        [_] if !shows_log() => view! { <td class="msg"><b>{own.unwrap_or_else(|| "-".to_owned())}</b></td> }.into_any(),
        several if !shows_log() => view! { <td class="msg">{pages::codes(lang, several.len())}</td> }.into_any(),
        [] => view! { <td class="msg"><span class="quiet">{Pages::NoMessage.text(lang)}</span></td> }.into_any(),
        [one] => {
            let message = if one.message.is_empty() { Pages::NoMessage.text(lang).to_owned() } else { one.message.clone() };
            let title = own.as_ref().map_or_else(|| message.clone(), |own| format!("{own}: {message}"));
            match own {
                Some(own) => view! { <td class="msg" title=title><b>{own}</b>": "{message}</td> }.into_any(),
                None => view! { <td class="msg" title=title>{message}</td> }.into_any(),
            }
        }
        many => {
            let said = fill(Pages::MessagesMany.text(lang), &[("n", &num::whole(many.len() as u64))]);
            match own {
                Some(own) => view! { <td class="msg"><b>{own}</b>{Pages::Comma.text(lang)}{said}</td> }.into_any(),
                None => view! { <td class="msg">{said}</td> }.into_any(),
            }
        }
    }
}

/// A message among several of its code; its own code is told where they differ. The text itself takes the focus, so that it can end in an
/// ellipsis, which a button's does not.
fn message_row(
    app: App,
    status: u16,
    message: &ErrorMessage,
    token: &'static str,
    chosen: Option<&(String, String)>,
    one_code: bool,
) -> AnyView {
    let key = (message.error_code.clone(), message.message.clone());
    let on = chosen == Some(&key);
    let text = match message.message.as_str() {
        "" if shows_log() => app.t(Pages::NoMessage).to_owned(),
        "" if message.error_code.is_empty() => "-".to_owned(),
        "" => message.error_code.clone(),
        text => text.to_owned(),
    };
    let (whole, by_key) = (text.clone(), key.clone());
    let own =
        (shows_log() && !one_code && !message.error_code.is_empty()).then(|| view! { <b>{message.error_code.clone()}</b>": " });
    view! {
        <tr
            class=if on { "row sub is-on" } else { "row sub" }
            aria-current=on.then_some("true")
            on:click=move |_| look_into(app, status, Some(key.clone()))
            on:keydown=move |event| {
                if pressed(&event) {
                    look_into(app, status, Some(by_key.clone()));
                }
            }
        >
            <th scope="row"><span class="sr">{status}</span></th>
            <td>{num::whole(message.count)}</td>
            <td>{percent(message.percent, token)}</td>
            <td></td>
            <td class="msg" title=whole>{own}<span role="button" tabindex="0">{text}</span></td>
        </tr>
    }
    .into_any()
}

fn footer(app: App) -> Option<impl IntoView> {
    let total = app.failed.with(|f| f.as_ref().map(|f| f.total))?;
    Some(view! {
        <tr>
            <th scope="row"><span class="svc"><span class="tw"></span>{app.t(Pages::AllFailed)}</span></th>
            <td>{num::whole(total)}</td>
            <td>{percent(100.0, "--ink-3")}</td>
            <td></td>
            <td></td>
        </tr>
    })
}
