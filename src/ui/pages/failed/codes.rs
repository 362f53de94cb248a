//! The table of failed calls: classes that open into codes and templates of messages. Of each code the most frequent templates are open, the
//! rest one press away; only rows near the window exist.

use super::state::FailedState;
use crate::base::{num, sorted};
use crate::export::chart::{class_token, code_token};
use crate::i18n::export::Export;
use crate::i18n::failed::{self as failed_words, FailedWords};
use crate::i18n::pages::Pages;
use crate::i18n::{Lang, Message, fill};
use crate::model::Exactness;
use crate::ui::charts::MiniBars;
use crate::ui::components::{Edges, Glyph, Icon, LongBody, SortArrow, is_long, rove, row_index, settle, stop};
use crate::ui::deployment::shows_log;
use crate::ui::export::TableMenu;
use crate::ui::pages::parts::words::{class_name, hour_word, pressed};
use crate::ui::state::{App, What};
use crate::wire::{ErrorClass, ErrorCode, ErrorMessage, FailedReply};
use leptos::ev::MouseEvent;
use leptos::html::Table;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use std::sync::Arc;
use web_sys::{Element, HtmlElement};

/// Templates of a code that are open.
const OPEN: usize = 10;
/// Rows of header and footer.
const HEAD_AND_FOOT: usize = 2;

/// A row of the table, by places in the classes, their codes and templates.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Line {
    Class(usize),
    Code(usize, usize),
    Template(usize, usize, usize),
    /// Opens the templates beyond the first ones, or closes them.
    Toggle(usize, usize, bool),
    /// How many templates are not listed at all.
    Beyond(usize, usize, u64),
}

/// What the table is made of.
#[derive(Clone, Copy)]
struct Rows {
    app: App,
    own: Memo<FailedState>,
    classes: Memo<Arc<Vec<ErrorClass>>>,
    /// Codes whose templates are all open.
    open: RwSignal<sorted::Set<u16>>,
    lines: Memo<Vec<Line>>,
    table: NodeRef<Table>,
}

/// The table of classes, codes and templates.
#[component]
pub fn Codes() -> impl IntoView {
    let app = App::get();
    let classes = Memo::new(move |_| {
        app.reply::<FailedReply>().with(|f| Arc::new(f.as_ref().map(|f| f.classes.clone()).unwrap_or_default()))
    });
    let open = RwSignal::new(sorted::Set::default());
    let own = app.own::<FailedState>();
    let closed = Memo::new(move |_| own.with(|own| own.closed_classes.clone()));
    let by_message = Memo::new(move |_| shows_log() && own.with(|own| own.by_message));
    let lines = Memo::new(move |_| {
        classes.with(|classes| match by_message.get() {
            true => templates(classes),
            false => closed.with(|closed| open.with(|open| lines(classes, closed, open))),
        })
    });
    let this = Rows { app, own, classes, open, lines, table: NodeRef::new() };
    // A choice changes no row: the row that has the focus stays.
    let version = Memo::new(move |before: Option<&u32>| {
        classes.track();
        lines.track();
        app.lang.track();
        before.map_or(0, |before| before + 1)
    });
    let grouped =
        move || shows_log() && classes.with(|all| all.iter().flat_map(|class| &class.codes).any(|c| c.texts > c.templates));
    let frame = NodeRef::<leptos::html::Div>::new();
    let edges = Edges::of(frame);
    view! {
        <div class="codes">
            <div class="codes__head">
                {shows_log().then(|| view! { <Grouping app by_message/> })}
                <span class="grow"></span>
                <TableMenu id="p-take-failed" what=What::FailedCalls label=Signal::derive(move || app.t(Export::TakeAllFailed).to_owned())/>
            </div>
            <div
                class="scroll"
                tabindex="0"
                role="region"
                aria-label=move || app.t(FailedWords::ErrorCodes)
                node_ref=frame
                class:is-cut=move || edges.right.get()
                on:scroll=move |_| edges.measure()
            >
                <table
                    class="grid"
                    class:is-scrolled=move || edges.left.get()
                    class:is-long=move || is_long(lines.with(Vec::len))
                    aria-rowcount=move || (lines.with(Vec::len) + HEAD_AND_FOOT).to_string()
                    node_ref=this.table
                >
                    <caption class="sr">{move || app.t(FailedWords::CodesCaption)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{move || app.t(FailedWords::ErrorCode)}</th>
                            <th scope="col" aria-sort="descending">{move || app.t(FailedWords::Occurrences)}<SortArrow/></th>
                            <th scope="col">{move || app.t(FailedWords::Percentage)} " " <span class="pc">"%"</span></th>
                            <th scope="col">{move || hour_word(app)}</th>
                            <th scope="col">
                                {move || if shows_log() { app.t(FailedWords::ErrorMessage) } else { app.t(Export::OwnCode) }}
                            </th>
                        </tr>
                    </thead>
                    <LongBody
                        total=Signal::derive(move || lines.with(Vec::len))
                        version=version
                        row=move |i| this.row(i)
                    />
                    <tfoot>{move || footer(app)}</tfoot>
                </table>
            </div>
            <Show when=grouped>
                <p class="codes__note">{move || app.t(FailedWords::TemplateNote)}</p>
            </Show>
        </div>
    }
}

fn lines(classes: &[ErrorClass], closed: &sorted::Set<u8>, open: &sorted::Set<u16>) -> Vec<Line> {
    let mut out = Vec::new();
    for (at, class) in classes.iter().enumerate() {
        out.push(Line::Class(at));
        if closed.contains(&class.class) {
            continue;
        }
        for (of, code) in class.codes.iter().enumerate() {
            out.push(Line::Code(at, of));
            if !code.has_several() {
                continue;
            }
            let all = open.contains(&code.status);
            let listed = code.messages.len();
            // A single further one needs no button.
            let shown = if all || listed <= OPEN + 1 { listed } else { OPEN };
            out.extend((0..shown).map(|message| Line::Template(at, of, message)));
            if let Some((more, _)) = code.beyond().filter(|_| shown == listed) {
                out.push(Line::Beyond(at, of, more));
            }
            if listed > OPEN + 1 {
                out.push(Line::Toggle(at, of, all));
            }
        }
    }
    out
}

/// The templates of all codes, the most frequent first.
fn templates(classes: &[ErrorClass]) -> Vec<Line> {
    let codes = || {
        classes.iter().enumerate().flat_map(|(at, class)| class.codes.iter().enumerate().map(move |(of, code)| (at, of, code)))
    };
    let mut out: Vec<(u64, Line)> = codes()
        .flat_map(|(at, of, code)| {
            code.messages.iter().enumerate().map(move |(place, message)| (message.count, Line::Template(at, of, place)))
        })
        .collect();
    out.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let beyond = codes().filter_map(|(.., code)| code.beyond()).map(|(more, _)| more).sum::<u64>();
    out.into_iter().map(|(_, line)| line).chain((beyond > 0).then_some(Line::Beyond(0, 0, beyond))).collect()
}

/// Whether templates are below their codes, or all together.
#[component]
fn Grouping(app: App, by_message: Memo<bool>) -> impl IntoView {
    let one = move |words: FailedWords, on: bool| {
        view! {
            <button
                type="button"
                tabindex=move || stop(by_message.get() == on)
                aria-pressed=move || (by_message.get() == on).to_string()
                on:click=move |_| app.update_own(|own: &mut FailedState| own.by_message = on)
            >
                {move || app.t(words)}
            </button>
        }
    };
    view! {
        <span class="seg" role="toolbar" aria-label=move || app.t(FailedWords::Grouping) on:keydown=rove on:focusin=settle>
            {one(FailedWords::ByCode, false)}
            {one(FailedWords::ByMessage, true)}
        </span>
    }
}

impl Rows {
    fn row(self, at: usize) -> AnyView {
        let Some(line) = self.lines.with_untracked(|lines| lines.get(at).copied()) else { return ().into_any() };
        let lang = self.app.lang.get_untracked();
        let token = |status| {
            self.app
                .reply::<FailedReply>()
                .with_untracked(|f| f.as_ref().map_or(class_token(status / 100), |f| code_token(f, status)))
        };
        self.classes.with_untracked(|classes| {
            let code = |class: usize, code: usize| classes.get(class)?.codes.get(code);
            match line {
                Line::Class(class) => classes.get(class).map(|class| self.class(at, lang, class)),
                Line::Code(class, of) => code(class, of).map(|code| self.code(at, lang, code, token(code.status))),
                Line::Template(class, of, place) => code(class, of)
                    .and_then(|code| Some(self.template(at, lang, code, code.messages.get(place)?, token(code.status)))),
                Line::Toggle(class, of, open) => code(class, of).map(|code| self.toggle(at, lang, code, open)),
                Line::Beyond(class, of, more) => code(class, of).map(|_| beyond(at, lang, more)),
            }
            .unwrap_or_else(|| ().into_any())
        })
    }

    /// Puts the focus on what a row has to press, once the rows are there that a press has brought.
    fn focus(self, row: usize) {
        request_animation_frame(move || {
            let Some(Some(table)) = self.table.try_get_untracked() else { return };
            let selector = format!("tr[aria-rowindex='{}'] :is(button, a, [tabindex])", row_index(row));
            if let Some(element) = table.query_selector(&selector).ok().flatten() {
                // What is no element that takes the focus stays without it.
                drop(element.unchecked_into::<HtmlElement>().focus());
            }
        });
    }

    fn class(self, at: usize, lang: Lang, class: &ErrorClass) -> AnyView {
        let (number, token) = (class.class, class_token(class.class.into()));
        let open = self.own.with_untracked(|own| !own.closed_classes.contains(&number));
        let toggle = move |_| {
            self.app.replace_own(|own: &mut FailedState| {
                if !own.closed_classes.remove(&number) {
                    own.closed_classes.insert(number);
                }
            });
            self.focus(at);
        };
        view! {
            <tr class="grp" aria-rowindex=row_index(at)>
                <th scope="row">
                    <span class="svc">
                        <button class="tw" type="button" aria-expanded=open.to_string() aria-label=class_name(number) on:click=toggle>
                            <Icon of=Glyph::Right/>
                        </button>
                        {class_name(number)}
                    </span>
                </th>
                <td>{class.exactness.mark(num::whole(class.count))}</td>
                <td>{percent(class.percent, class.exactness, token)}</td>
                <td><MiniBars values=class.spark.clone() token/></td>
                <td class="msg">{failed_words::codes(lang, class.codes.len())}</td>
            </tr>
        }
        .into_any()
    }

    fn code(self, at: usize, lang: Lang, code: &ErrorCode, token: &'static str) -> AnyView {
        let (app, own, status) = (self.app, self.own, code.status);
        let label = fill(FailedWords::LookInto.text(lang), &[("code", &status.to_string())]);
        let on = Memo::new(move |_| own.with(|own| own.status == Some(status) && own.message.is_none()));
        view! {
            <tr
                class="row"
                class:is-on=move || on.get()
                aria-rowindex=row_index(at)
                aria-current=move || on.get().then_some("true")
                on:click=move |event| {
                    if !is_on_link(&event) {
                        look_into(app, status, None);
                    }
                }
            >
                <th scope="row">
                    <i class="sq" style=("--c", format!("var({token})"))></i>
                    <a class="code" href=move || app.href(|view| view.change(|own: &mut FailedState| own.look_into(status, None))) title=label>
                        {status.to_string()}
                    </a>
                </th>
                <td>{code.exactness.mark(num::whole(code.count))}</td>
                <td>{percent(code.percent, code.exactness, token)}</td>
                <td><MiniBars values=code.spark.clone() token/></td>
                {code_message(lang, code)}
            </tr>
        }
        .into_any()
    }

    /// A template of a code; the own code is shown where they differ. The text itself takes the focus, so that it can end in an ellipsis, which a
    /// button's does not.
    fn template(self, at: usize, lang: Lang, code: &ErrorCode, message: &ErrorMessage, token: &'static str) -> AnyView {
        let (app, own, status) = (self.app, self.own, code.status);
        let key = (message.error_code.clone(), message.message.clone());
        let by_key = key.clone();
        let wanted = key.clone();
        let on = Memo::new(move |_| own.with(|own| own.status == Some(status) && own.message.as_ref() == Some(&wanted)));
        let text = match message.message.as_str() {
            "" if shows_log() => FailedWords::NoMessage.text(lang),
            "" if message.error_code.is_empty() => "-",
            "" => &message.error_code,
            text => text,
        };
        let own = (shows_log() && code.own_code().is_none() && !message.error_code.is_empty())
            .then(|| view! { <b>{message.error_code.clone()}</b>": " });
        let flat = self.own.with_untracked(|own| own.by_message);
        let several = (message.texts > 1).then(|| failed_words::messages(lang, message.texts, message.texts));
        view! {
            <tr
                class="row sub"
                class:flat=flat
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
                <th scope="row">
                    {flat.then(|| view! { <i class="sq" style=("--c", format!("var({token})"))></i> })}
                    <span class:sr=!flat>{status}</span>
                </th>
                <td>{message.exactness.mark(num::whole(message.count))}</td>
                <td>{percent(message.percent, message.exactness, token)}</td>
                <td class="quiet">{several}</td>
                <td class="msg" title=failed_words::template_text(lang, text)>
                    <span role="button" tabindex="0">{own}{template(lang, text)}</span>
                </td>
            </tr>
        }
        .into_any()
    }

    fn toggle(self, at: usize, lang: Lang, code: &ErrorCode, is_open: bool) -> AnyView {
        let (status, listed) = (code.status, code.messages.len());
        let words = if is_open {
            fill(FailedWords::FewerTemplates.text(lang), &[("n", &num::whole(OPEN as u64))])
        } else {
            fill(FailedWords::MoreTemplates.text(lang), &[("n", &num::whole((listed - OPEN) as u64))])
        };
        let first = self.lines.with_untracked(|lines| {
            let is_code = |line: &Line| matches!(line, Line::Code(..));
            lines[..at].iter().rposition(is_code).map_or(at, |code| code + 1 + OPEN)
        });
        let press = move |_| {
            self.open.update(|open| {
                if !open.remove(&status) {
                    open.insert(status);
                }
            });
            self.focus(first);
        };
        view! {
            <tr class="row sub more" aria-rowindex=row_index(at)>
                <th scope="row"><span class="sr">{status}</span></th>
                <td></td>
                <td></td>
                <td></td>
                <td class="msg"><button class="link" type="button" aria-expanded=is_open.to_string() on:click=press>{words}</button></td>
            </tr>
        }
        .into_any()
    }
}

fn beyond(at: usize, lang: Lang, more: u64) -> AnyView {
    let said = fill(FailedWords::TemplatesBeyond.text(lang), &[("n", &num::whole(more))]);
    view! {
        <tr class="sub more" aria-rowindex=row_index(at)>
            <th scope="row"></th>
            <td></td>
            <td></td>
            <td></td>
            <td class="msg quiet">{said}</td>
        </tr>
    }
    .into_any()
}

/// Looks into a code, with what some of its calls say or all.
pub fn look_into(app: App, status: u16, message: Option<(String, String)>) {
    app.update_own(|own: &mut FailedState| own.look_into(status, message));
}

/// Whether a press on a row was on a link in it, which goes its own way.
fn is_on_link(event: &MouseEvent) -> bool {
    event.target().and_then(|t| t.dyn_into::<Element>().ok()).is_some_and(|e| e.closest("a").ok().flatten().is_some())
}

/// A template with what varies set apart.
pub fn template(lang: Lang, text: &str) -> impl IntoView + use<> {
    let piece = |(varies, piece): (bool, &str)| {
        let piece = piece.to_owned();
        if varies { view! { <i class="var">{piece}</i> }.into_any() } else { piece.into_any() }
    };
    failed_words::template(lang, text).into_iter().map(piece).collect_view()
}

fn percent(value: f64, exactness: Exactness, token: &str) -> impl IntoView + use<> {
    let (share, colour) = (format!("{:.4}", crate::wire::percent_share(value)), format!("var({token})"));
    view! { <span class="pct" style=("--v", share) style=("--c", colour)><i></i><span>{exactness.mark(num::fixed(value, 3))}</span></span> }
}

/// `rate_limit_exceeded: Rate limit reached…`, or how many messages follow.
fn code_message(lang: Lang, code: &ErrorCode) -> AnyView {
    let own = code.own_code().map(str::to_owned);
    match code.messages.as_slice() {
        [_] if !shows_log() => view! { <td class="msg"><b>{own.unwrap_or_else(|| "-".to_owned())}</b></td> }.into_any(),
        several if !shows_log() => view! { <td class="msg">{failed_words::codes(lang, several.len())}</td> }.into_any(),
        [] => view! { <td class="msg"><span class="quiet">{FailedWords::NoMessage.text(lang)}</span></td> }.into_any(),
        [one] if !code.has_several() => {
            let message = if one.message.is_empty() { FailedWords::NoMessage.text(lang) } else { &one.message };
            let (message, text) = (template(lang, message), failed_words::template_text(lang, message));
            let title = own.as_ref().map_or_else(|| text.clone(), |own| format!("{own}: {text}"));
            match own {
                Some(own) => view! { <td class="msg" title=title><b>{own}</b>": "{message}</td> }.into_any(),
                None => view! { <td class="msg" title=title>{message}</td> }.into_any(),
            }
        }
        _ => {
            let said = failed_words::messages(lang, code.templates, code.texts);
            match own {
                Some(own) => view! { <td class="msg"><b>{own}</b>{Pages::Comma.text(lang)}{said}</td> }.into_any(),
                None => view! { <td class="msg">{said}</td> }.into_any(),
            }
        }
    }
}

fn footer(app: App) -> Option<impl IntoView> {
    let total = app.reply::<FailedReply>().with(|f| f.as_ref().map(|f| f.exactness.mark(num::whole(f.total))))?;
    Some(view! {
        <tr>
            <th scope="row"><span class="svc"><span class="tw"></span>{app.t(FailedWords::AllFailed)}</span></th>
            <td>{total}</td>
            <td>{percent(100.0, Exactness::Exact, "--ink-3")}</td>
            <td></td>
            <td></td>
        </tr>
    })
}
