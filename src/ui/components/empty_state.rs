//! Empty state: which filter is the cause, or in which range the calls are.

use super::facet::{label_name, value_name};
use super::{Glyph, Icon};
use crate::base::num;
use crate::i18n::states::States;
use crate::i18n::{Lang, fill, time};
use crate::model::{Filter, Label, Range, RangeChoice};
use crate::ui::pages::parts::question::unused;
use crate::ui::state::App;
use leptos::prelude::*;

/// Below the filter bar or the tabs where a selection holds no calls. It says whether filters or the range are the cause, and offers
/// the way back. `unfiltered`: calls of the range without any filter; `without`: calls with all filters but one.
#[component]
pub fn EmptyState(unfiltered: Memo<u64>, without: Memo<Vec<(Label, u64)>>) -> impl IntoView {
    let filtered = Memo::new(move |_| unfiltered.get() > 0);
    view! {
        <section class="box blank box--join" aria-labelledby="h-blank">
            {move || {
                if filtered.get() {
                    view! { <Filtered unfiltered=unfiltered without=without/> }.into_any()
                } else {
                    view! { <EmptyRange/> }.into_any()
                }
            }}
        </section>
    }
}

/// Takes a label's filter away.
fn remove(app: App, label: Label) {
    app.update(|view| view.filter.remove(label));
}

/// Takes one value out of a label's filter.
fn remove_value(app: App, label: Label, value: &str) {
    app.update(|view| {
        let mut values = view.filter.get(label).unwrap_or_default().to_vec();
        values.retain(|v| v != value);
        view.filter = std::mem::take(&mut view.filter).with(label, values);
    });
}

#[component]
fn Filtered(unfiltered: Memo<u64>, without: Memo<Vec<(Label, u64)>>) -> impl IntoView {
    let app = App::get();
    let ways = Memo::new(move |_| {
        let mut ways: Vec<_> = without.get().into_iter().filter(|(_, calls)| *calls > 0).collect();
        ways.sort_by_key(|(_, calls)| std::cmp::Reverse(*calls));
        ways
    });
    let text = move || {
        let mut words = fill(app.t(States::NoMatchText), &[("n", &num::whole(unfiltered.get()))]);
        if ways.with(Vec::is_empty) {
            if app.lang.get() == Lang::En {
                words.push(' ');
            }
            words.push_str(app.t(States::NoMatchEach));
        }
        words
    };
    let chips = move || {
        let lang = app.lang.get();
        let of = |(of, values): (Label, Vec<String>)| {
            let one = move |value: String| {
                let name = value_name(lang, of, &value);
                let label = fill(app.t(States::RemoveValue), &[("dim", label_name(lang, of)), ("value", &name)]);
                view! {
                    <span class="chip">
                        <span class="lbl">{label_name(lang, of)}</span>
                        {name}
                        <button type="button" aria-label=label on:click=move |_| remove_value(app, of, &value)>
                            <Icon of=Glyph::X/>
                        </button>
                    </span>
                }
            };
            values.into_iter().map(one).collect_view()
        };
        // What the page's query leaves out is no cause.
        let ignored = Label::Dim(app.view.with(unused));
        app.view.with(|v| v.filter.clone()).0.into_iter().filter(|(label, _)| *label != ignored).map(of).collect_view()
    };
    let buttons = move || {
        let lang = app.lang.get();
        let one = |(label, calls): (Label, u64), main: bool| {
            let words = fill(app.t(States::RemoveFilter), &[("dim", label_name(lang, label)), ("n", &num::whole(calls))]);
            let class = if main { "btn btn--main" } else { "btn" };
            view! {
                <button class=class type="button" on:click=move |_| remove(app, label)>
                    {words}
                </button>
            }
        };
        let ways = ways.get();
        let first = ways.first().map(|way| way.0);
        ways.into_iter().map(|way| one(way, Some(way.0) == first)).collect_view()
    };
    view! {
        <h2 id="h-blank">{move || app.t(States::NoMatchTitle)}</h2>
        <p>{text}</p>
        <div class="chips">{chips}</div>
        <div class="acts">
            {buttons}
            <button class="btn" type="button" on:click=move |_| app.update(|view| view.filter = Filter::default())>
                {move || app.t(States::ResetAll)}
            </button>
        </div>
    }
}

#[component]
fn EmptyRange() -> impl IntoView {
    let app = App::get();
    let facts = move || {
        let lang = app.lang.get();
        let at = |ms| app.zone.with(|z| time::date_time(lang, z, ms, time::year(z, app.clock_ms.get())));
        app.data.with(|data| {
            let data = data.as_ref()?;
            let range = app.range.get();
            let (from, to) = (at(range.from_ms), at(range.to_ms));
            let (first, last) = (at(data.oldest_ms), at(data.newest_ms));
            let values = [("from", &*from), ("to", &to), ("n", &num::whole(data.calls)), ("first", &first), ("last", &last)];
            Some(fill(app.t(States::NoCallsText), &values))
        })
    };
    let offer = move || {
        let lang = app.lang.get();
        let span = app.data.with(|d| d.as_ref().map(|d| d.span().newest_showable()))?;
        let at = |ms| app.zone.with(|z| time::date_time(lang, z, ms, time::year(z, app.clock_ms.get())));
        let words = fill(app.t(States::ShowSpan), &[("from", &at(span.from_ms)), ("to", &at(span.to_ms))]);
        Some(view! {
            <button class="btn btn--main" type="button" on:click=move |_| show(app, span)>
                {words}
            </button>
        })
    };
    view! {
        <h2 id="h-blank">{move || app.t(States::NoCallsTitle)}</h2>
        <p>{facts}</p>
        <div class="acts">{offer}</div>
    }
}

fn show(app: App, range: Range) {
    app.update(|view| {
        view.range = RangeChoice::Custom(range);
        view.zoomed_from = None;
    });
}
