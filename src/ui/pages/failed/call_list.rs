//! The calls behind an error code. Only the visible rows exist; the engine sends a window of rows around them.

use super::question;
use super::record::{RecordDialog, RecordView, can_be_read};
use super::state::FailedState;
use crate::base::num;
use crate::i18n::export::Export;
use crate::i18n::failed::FailedWords;
use crate::i18n::record::Record;
use crate::i18n::{fill, time};
use crate::model::window::{InSight, LongList, WINDOW_ROWS, ask, row_top_px};
use crate::model::{Dim, Range};
use crate::ui::components::{Glyph, Icon, SortArrow};
use crate::ui::deployment::shows_log;
use crate::ui::export::TableMenu;
use crate::ui::pages::parts::only::only;
use crate::ui::pages::parts::words::{aria_sort, pressed};
use crate::ui::paper::printing;
use crate::ui::state::{Action, App, What};
use crate::wire::{CallRow, FailedReply, ListReply, ListSort};
use leptos::ev;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Heights that the stylesheet gives a row of one line and of two (`vlist.css`).
const ROW_PX: [f64; 2] = [26.0, 42.0];
const HEAD_PX: [f64; 2] = [28.0, 42.0];
/// Height taken until the list has been measured.
const VIEW_PX: f64 = 600.0;

const COLUMNS: [(ListSort, FailedWords); 4] = [
    (ListSort::Time, FailedWords::ColumnTime),
    (ListSort::Key, FailedWords::ColumnKey),
    (ListSort::Ip, FailedWords::ColumnIp),
    (ListSort::Latency, FailedWords::ColumnLatency),
];

/// The state of the list: order, place, height.
#[derive(Clone, Copy)]
struct Listing {
    app: App,
    own: Memo<FailedState>,
    status: u16,
    sort: Memo<(ListSort, bool)>,
    scroll_px: RwSignal<f64>,
    view_px: RwSignal<f64>,
    /// The list is too narrow for all columns: a row takes two lines.
    two_lines: RwSignal<bool>,
    /// First row of the requested window.
    offset: RwSignal<u32>,
    element: NodeRef<Div>,
    /// The row that keys work on.
    active: RwSignal<u64>,
    /// The focus is on a row, whichever element is that row now: rows come and go as the list is scrolled and answered.
    holds: StoredValue<bool>,
    opened: RecordView,
    /// Records can be read back.
    records: Memo<bool>,
    /// Paper has all calls that are here.
    printing: ReadSignal<bool>,
}

impl Listing {
    /// The last answer, where it is about this code.
    fn with_reply<R>(self, read: impl FnOnce(Option<&ListReply>) -> R) -> R {
        self.app
            .reply::<ListReply>()
            .with(|l| read(l.as_ref().filter(|l| l.rows.first().is_none_or(|r| r.status == self.status))))
    }

    /// Calls in all: the list's own count, or what was counted of the code until it is there.
    fn total(self) -> u64 {
        let choice = self.own.with(question::choice);
        let counted =
            || self.app.reply::<FailedReply>().with(|f| f.as_ref().map_or(0, |f| f.looked_into(self.status, choice.as_ref())));
        self.with_reply(|l| l.map(|l| l.total)).unwrap_or_else(counted)
    }

    fn long_list(self) -> LongList {
        LongList { rows: self.total(), row_px: self.row_px() }
    }

    fn in_sight(self) -> InSight {
        if self.printing.get() {
            return self.with_reply(|reply| {
                reply.map_or_else(InSight::default, |reply| InSight::all_of(reply.offset.into(), reply.rows.len() as u64))
            });
        }
        self.long_list().in_sight(self.scroll_px.get(), self.view_px.get())
    }

    fn row_px(self) -> f64 {
        ROW_PX[usize::from(self.two_lines.get())]
    }

    /// Reads the size of the list and its scroll position.
    fn measure(self) {
        let Some(Some(element)) = self.element.try_get_untracked() else { return };
        let is_narrow = width_of_columns(&element).is_some_and(|px| f64::from(element.client_width()) < px);
        if self.two_lines.get_untracked() != is_narrow {
            self.two_lines.set(is_narrow);
            // Its height follows from that of its rows.
            request_animation_frame(move || self.measure());
        }
        let lines = usize::from(is_narrow);
        self.scroll_px.set(f64::from(element.scroll_top()));
        self.view_px.set((f64::from(element.client_height()) - HEAD_PX[lines]).max(ROW_PX[lines]));
    }

    /// The one row that Tab comes to: the one that keys worked on, or the first in sight.
    fn stop(self) -> u64 {
        let (first, last) = self.in_sight().seen;
        let active = self.active.get();
        if (first..=last).contains(&active) { active } else { first }
    }

    /// Goes to the row that a key leads to; false where it leads to none.
    fn go(self, key: &str) -> bool {
        let (list, view_px) = (untrack(|| self.long_list()), self.view_px.get_untracked());
        let Some(row) = list.after_key(key, self.active.get_untracked(), view_px) else { return false };
        let scroll_px = list.scroll_to(row, self.scroll_px.get_untracked(), view_px);
        if let Some(element) = self.element.get_untracked() {
            element.set_scroll_top(scroll_px.round() as i32);
        }
        self.active.set(row);
        true
    }

    /// The call of a row, where it is there.
    fn call(self, row: u64) -> Option<CallRow> {
        untrack(|| self.with_reply(|reply| reply.and_then(|r| r.row(row)).cloned()))
    }

    /// Copies the request id of the row that keys work on.
    fn copy(self) {
        if let Some(call) = self.call(self.active.get_untracked()).filter(|call| !call.request_id.is_empty()) {
            self.app.act(Action::Copy(call.request_id));
        }
    }

    /// Opens the record of a row.
    fn open(self, row: u64) {
        if let Some(call) = self.call(row).filter(|_| self.records.get_untracked()) {
            self.opened.show(call, self.sort.get_untracked(), row);
        }
    }

    /// Puts the focus on the element that is the active row now, unless it has gone elsewhere.
    fn focus(self) {
        let (Some(Some(list)), Some(row)) = (self.element.try_get_untracked(), self.active.try_get_untracked()) else { return };
        let elsewhere = !is(&list, ":focus-within") && document().query_selector(":focus").is_ok_and(|e| e.is_some());
        let row = list.query_selector(&format!(".vrow[aria-rowindex='{}']", row + 2)).ok().flatten();
        if let Some(row) = row.filter(|row| !elsewhere && !is(row, ":focus-within")) {
            // A row can always take it.
            drop(row.unchecked_into::<HtmlElement>().focus());
        }
    }

    /// Sorts by a column, from the top; the column in force turns round.
    fn sort_by(self, by: ListSort) {
        let (now, descending) = self.sort.get_untracked();
        let first = matches!(by, ListSort::Time | ListSort::Latency);
        if let Some(element) = self.element.get_untracked() {
            element.set_scroll_top(0);
        }
        self.scroll_px.set(0.0);
        self.active.set(0);
        self.offset.set(0);
        self.app.replace_own(|own: &mut FailedState| own.list_sort = (by, if now == by { !descending } else { first }));
    }
}

/// The list with its footer.
#[component]
pub fn CallList(status: u16) -> impl IntoView {
    let app = App::get();
    let own = app.own::<FailedState>();
    let list = Listing {
        app,
        own,
        status,
        sort: Memo::new(move |_| own.with(|own| own.list_sort)),
        scroll_px: RwSignal::new(0.0),
        view_px: RwSignal::new(VIEW_PX),
        two_lines: RwSignal::new(false),
        offset: RwSignal::new(0),
        element: NodeRef::new(),
        active: RwSignal::new(0),
        holds: StoredValue::new(false),
        opened: RecordView::new(app),
        records: Memo::new(move |_| can_be_read(app)),
        printing: printing(),
    };
    // What was listed belongs to what was looked into before.
    app.reply::<ListReply>().set(None);
    Effect::new(move |_| {
        // Requested again with every answer about the codes: range, filters or data have changed.
        app.reply::<FailedReply>().track();
        let (sort, descending) = list.sort.get();
        if let Some(query) = question::list(app, sort, descending, list.offset.get(), WINDOW_ROWS) {
            app.act(Action::Post(Box::new(query)));
        }
    });
    let versions = Memo::new(move |_| list.with_reply(|l| l.is_some_and(|l| l.rows.iter().any(|r| !r.version.is_empty()))));
    let days = Memo::new(move |_| several_days(app, app.range.get()));
    Effect::new(move |_| {
        // The box is as high as its rows, as far as there is room; its columns depend on the rest.
        list.total();
        versions.track();
        days.track();
        app.lang.track();
        if list.element.get().is_some() {
            request_animation_frame(move || list.measure());
        }
    });
    Effect::new(move |_| {
        list.active.track();
        list.app.reply::<ListReply>().track();
        list.in_sight();
        if list.holds.get_value() {
            request_animation_frame(move || list.focus());
        }
    });
    let focused = move |event: ev::FocusEvent| {
        let row = row_of(&event);
        list.holds.set_value(row.is_some());
        if let Some(row) = row {
            list.active.set(row);
        }
    };
    let left = move |event: ev::FocusEvent| {
        let from = event.target().and_then(|t| t.dyn_into::<Element>().ok());
        // A row that is gone by then was taken away from under the focus.
        request_animation_frame(move || {
            let left = list.element.try_get_untracked().flatten().is_some_and(|list| !is(&list, ":focus-within"));
            if left && from.is_some_and(|e| is(&e, "html *")) {
                list.holds.set_value(false);
            }
        });
    };
    let pressed_in_row = move |event: ev::KeyboardEvent| {
        let plain = !event.ctrl_key() && !event.alt_key() && !event.meta_key();
        let Some(row) = row_of(&event) else { return };
        if !plain {
            // As everywhere, but for what a user has marked.
            if is_row(&event) && event.key() == "c" && !event.alt_key() && !is_text_marked() {
                list.copy();
            }
        } else if list.go(&event.key()) {
            event.prevent_default();
        } else if is_row(&event) && pressed(&event) {
            list.open(row);
        }
    };
    let resized = window_event_listener(ev::resize, move |_| list.measure());
    on_cleanup(move || resized.remove());
    let scrolled = move |_| {
        list.measure();
        let offset = list.offset.get_untracked();
        if let Some(next) = ask(untrack(|| list.in_sight()), offset.into(), WINDOW_ROWS.into()) {
            list.offset.set(next);
        }
    };
    view! {
        <div
            class="vlist"
            class:vlist--bare=!shows_log()
            class:vlist--plain=move || !list.records.get()
            class:vlist--ver=move || versions.get()
            class:vlist--day=move || days.get()
            class:vlist--two=move || list.two_lines.get()
            role="grid"
            aria-label=move || fill(app.t(FailedWords::LookInto), &[("code", &status.to_string())])
            aria-rowcount=move || (list.total() + 1).to_string()
            node_ref=list.element
            on:scroll=scrolled
            on:focusin=focused
            on:focusout=left
            on:keydown=pressed_in_row
        >
            <div class="vhead" role="row" aria-rowindex="1">
                {COLUMNS.map(|(by, title)| view! { <SortHeader list by title/> })}
                {shows_log().then(|| view! { <span role="columnheader">{move || app.t(FailedWords::ColumnRequest)}</span> })}
                <Show when=move || versions.get()>
                    <span role="columnheader">{move || app.t(FailedWords::ColumnVersion)}</span>
                </Show>
                <Show when=move || list.records.get()>
                    <span class="rec" role="columnheader"><span class="sr">{move || app.t(Record::Column)}</span></span>
                </Show>
            </div>
            <div class="vspace" role="rowgroup" style=("height", move || format!("{}px", list.long_list().space_px()))>
                {move || rows(list, days.get(), versions.get())}
            </div>
        </div>
        <footer class="inspect__foot">
            <span>{move || footer(list)}</span>
            <span class="grow"></span>
            <TableMenu id="p-take-calls" what=What::Calls label=Signal::derive(move || app.t(Export::TakeCalls).to_owned())/>
        </footer>
        {shows_log().then(|| view! { <RecordDialog opened=list.opened/> })}
    }
}

#[component]
fn SortHeader(list: Listing, by: ListSort, title: FailedWords) -> impl IntoView {
    let active = move || {
        let (now, descending) = list.sort.get();
        aria_sort(now == by, descending)
    };
    let latency = by == ListSort::Latency;
    view! {
        <span
            role="columnheader"
            class:num=latency
            aria-sort=active
            tabindex="0"
            on:click=move |_| list.sort_by(by)
            on:keydown=move |event| {
                if pressed(&event) {
                    list.sort_by(by);
                }
            }
        >
            {move || list.app.t(title)}
            {latency.then(|| view! { " " <span class="unit">"ms"</span> })}
            {move || active().map(|_| view! { <SortArrow/> })}
        </span>
    }
}

/// The row of the list that an event comes from.
fn row_of(event: &ev::Event) -> Option<u64> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let index = target.closest(".vrow").ok()??.get_attribute("aria-rowindex")?;
    index.parse::<u64>().ok()?.checked_sub(2)
}

/// Whether it comes from a row itself, and not from what is in it.
fn is_row(event: &ev::Event) -> bool {
    event.target().and_then(|t| t.dyn_into::<Element>().ok()).is_some_and(|e| is(&e, ".vrow"))
}

/// Whether a selector, which must be sound, matches an element.
fn is(element: &Element, selector: &str) -> bool {
    element.matches(selector).unwrap_or(false)
}

/// Whether a user has marked some text.
fn is_text_marked() -> bool {
    window().get_selection().ok().flatten().is_some_and(|marked| !marked.is_collapsed())
}

/// The width that the stylesheet wants for a row of one line, CSS pixels.
fn width_of_columns(list: &Element) -> Option<f64> {
    let style = window().get_computed_style(list).ok().flatten()?;
    style.get_property_value("--min").ok()?.trim().strip_suffix("px")?.parse().ok()
}

/// Whether the range touches more than one day of the zone.
fn several_days(app: App, range: Range) -> bool {
    let lang = app.lang.get();
    app.zone.with(|zone| time::date(lang, zone, range.from_ms) != time::date(lang, zone, range.last_ms()))
}

fn rows(list: Listing, days: bool, versions: bool) -> Vec<AnyView> {
    let sight = list.in_sight();
    list.with_reply(|reply| {
        (sight.first..sight.end)
            .enumerate()
            .map(|(number, row)| {
                let top = format!("{}px", row_top_px(sight.top_px, number, list.row_px()));
                let index = (row + 2).to_string();
                let stop = move || if list.stop() == row { "0" } else { "-1" };
                match reply.and_then(|r| r.row(row)) {
                    Some(call) => view! {
                        <div class="vrow" role="row" aria-rowindex=index tabindex=stop style=("top", top)>{cells(list, row, call, days, versions)}</div>
                    }
                    .into_any(),
                    None => view! { <div class="vrow" role="row" aria-rowindex=index tabindex=stop style=("top", top)><span role="gridcell"></span></div> }
                        .into_any(),
                }
            })
            .collect()
    })
}

fn cells(list: Listing, row: u64, call: &CallRow, days: bool, versions: bool) -> impl IntoView + use<> {
    let app = list.app;
    let lang = app.lang.get();
    let (day, clock) =
        app.zone.with(|zone| (days.then(|| time::date(lang, zone, call.time_ms)), time::clock_exact(zone, call.time_ms)));
    let record = list.records.get().then(|| {
        let label = fill(app.t(Record::OpenOf), &[("time", &clock)]);
        view! {
            <span role="gridcell" class="rec">
                <button class="btn btn--bare btn--icon" type="button" tabindex="-1" aria-label=label.clone() title=label on:click=move |_| list.open(row)>
                    <Icon of=Glyph::File/>
                </button>
            </span>
        }
    });
    let day = day.map(|day| view! { <span class="day">{day}</span> " " });
    let or_dash = |text: &str| if text.is_empty() { "-".to_owned() } else { text.to_owned() };
    let named = |dim: Dim, value: &str| match value {
        "" => "-".into_any(),
        value => only(app, dim, value, value.to_owned(), false),
    };
    let id = call.request_id.clone();
    let request = if id.is_empty() {
        "-".into_any()
    } else {
        let label = fill(app.t(FailedWords::CopyId), &[("id", &id)]);
        let copied = id.clone();
        view! {
            <button class="link" type="button" tabindex="-1" title=label on:click=move |_| app.act(Action::Copy(copied.clone()))>{id}</button>
        }
        .into_any()
    };
    view! {
        <span role="gridcell" class="mono">{day}{clock}</span>
        <span role="gridcell" title=call.api_key.clone()>{named(Dim::ApiKey, &call.api_key)}</span>
        <span role="gridcell" class="mono" title=call.ip.clone()>{named(Dim::Ip, &call.ip)}</span>
        <span role="gridcell" class="num">{call.latency_ms.map_or_else(|| "-".to_owned(), |ms| num::fixed(ms, 3))}</span>
        {shows_log().then(|| view! { <span role="gridcell" class="mono">{request}</span> })}
        {versions.then(|| view! { <span role="gridcell">{or_dash(&call.version)}</span> })}
        {record}
    }
}

/// `1–13 of 6,305, newest first`.
fn footer(list: Listing) -> String {
    let app = list.app;
    let (first, last) = list.in_sight().seen_from_one();
    let (by, descending) = list.sort.get();
    let key = match (by, descending) {
        (ListSort::Time, true) => FailedWords::RowsNewest,
        (ListSort::Time, false) => FailedWords::RowsOldest,
        _ => FailedWords::RowsBy,
    };
    let column = COLUMNS.iter().find(|c| c.0 == by).map_or("", |c| app.t(c.1));
    fill(app.t(key), &[("a", &num::whole(first)), ("b", &num::whole(last)), ("n", &num::whole(list.total())), ("column", column)])
}
