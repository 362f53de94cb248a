//! The custom range: two minutes on the wall of the chosen zone, with the rule that binds them said and enforced.

use super::{Glyph, Icon, popover};
use crate::i18n::common::{self, Common};
use crate::i18n::{Message, fill, metrics, time};
use crate::model::range::DAY_MS;
use crate::model::{Precision, Range, RangeChoice, RangeFault};
use crate::series::{Zone, calendar};
use crate::ui::state::App;
use crate::web::zones;
use leptos::ev;
use leptos::prelude::*;

/// Content of the custom range's popover. Built when the popover opens, with the range in force.
#[component]
pub fn RangeForm(popover_id: &'static str) -> impl IntoView {
    let app = App::get();
    let now = app.now_ms.get_untracked();
    let data = app.data.with_untracked(|d| d.as_ref().map(|d| d.span()));
    let in_force = app.range.get_untracked();
    let wide = data.unwrap_or(in_force);
    let from_ms = wide.from_ms.min(in_force.from_ms);
    let to_ms = wide.to_ms.max(in_force.to_ms).max(now);
    let zone = move |ms: i64| app.zone_name.with_untracked(|name| zones::around(name, ms));
    let print = move |ms: i64| calendar::print_minute(&zone(ms), ms);
    let from = RwSignal::new(print(in_force.from_ms));
    let to = RwSignal::new(print(in_force.to_ms));
    let (least, most) = (picker(&print(from_ms)), picker(&print(next_day(&zone(to_ms), to_ms))));
    let range = Memo::new(move |_| {
        let name = app.zone_name.get_untracked();
        let parse = |text: RwSignal<String>| text.with(|t| zones::minute(&name, t.trim()));
        Some(Range { from_ms: parse(from)?, to_ms: parse(to)? })
    });
    let fault = move || match range.get() {
        None => Some(app.t(Common::RangeNotGiven).to_owned()),
        Some(range) => range.fault().map(|fault| match fault {
            RangeFault::EndFirst => app.t(Common::RangeEndFirst).to_owned(),
            RangeFault::OutOfTime => app.t(Common::RangeOutOfTime).to_owned(),
            RangeFault::TooLong => fill(app.t(Common::RangeTooLong), &[("span", &common::span(app.lang.get(), range.span_ms()))]),
        }),
    };
    let sound = move || range.get().filter(|r| r.fault().is_none());
    let offers = move || {
        let (lang, range) = (app.lang.get(), sound()?);
        let names = Precision::ALL.into_iter().filter(|p| app.allows(*p, range)).map(|p| metrics::precision(lang, p));
        let names = names.collect::<Vec<_>>().join(Common::Comma.text(lang));
        Some(fill(Common::RangeOffers.text(lang), &[("span", &common::span(lang, range.span_ms())), ("precisions", &names)]))
    };
    let rule = move || {
        let lang = app.lang.get();
        let mut words = app.zone_name.with(|z| fill(Common::RangeRule.text(lang), &[("zone", z)]));
        if let Some(data) = data {
            let at = |ms| time::date_time(lang, &zone(ms), ms, time::year(&zone(now), now));
            words.push(' ');
            words.push_str(&fill(Common::RangeData.text(lang), &[("from", &at(data.from_ms)), ("to", &at(data.to_ms))]));
        }
        words
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if let Some(range) = sound() {
            popover::hide(popover_id);
            app.update(|view| {
                view.range = RangeChoice::Custom(range);
                view.zoomed_from = None;
            });
        }
    };
    let field = move |words: Common, text: RwSignal<String>, least: String, most: String| {
        view! {
            <div class="when">
                <label class="field">
                    <span>{move || app.t(words)}</span>
                    <input
                        type="text"
                        inputmode="numeric"
                        spellcheck="false"
                        autocomplete="off"
                        required
                        placeholder="YYYY-MM-DD HH:MM"
                        prop:value=move || text.get()
                        aria-describedby="range-rule range-fault"
                        aria-invalid=move || fault().is_some().then_some("true")
                        on:input=move |event| text.set(event_target_value(&event))
                    />
                </label>
                // The browser's own picker, for a pointer: what it writes in its language's form is not shown.
                <span class="when__pick">
                    <Icon of=Glyph::Clock/>
                    <input
                        type="datetime-local"
                        tabindex="-1"
                        aria-hidden="true"
                        step="60"
                        min=least
                        max=most
                        prop:value=move || text.with(|text| picker(text))
                        on:input=move |event| text.set(event_target_value(&event).replace('T', " "))
                    />
                </span>
            </div>
        }
    };
    view! {
        <form class="rangeform" novalidate on:submit=submit>
            {field(Common::From, from, least.clone(), most.clone())}
            {field(Common::To, to, least, most)}
            <p class="hint" id="range-rule">
                {rule}
            </p>
            <p class="hint hint--bad" id="range-fault" role="alert" hidden=move || fault().is_none()>
                {fault}
            </p>
            <div class="rangeform__foot">
                <span class="soft">{offers}</span>
                <span class="grow"></span>
                <button class="btn btn--sm" type="button" on:click=move |_| popover::hide(popover_id)>
                    {move || app.t(Common::Cancel)}
                </button>
                <button class="btn btn--sm btn--main" type="submit" disabled=move || sound().is_none()>
                    {move || app.t(Common::Apply)}
                </button>
            </div>
        </form>
    }
}

/// A minute as the browser's picker takes it.
fn picker(minute: &str) -> String {
    minute.replace(' ', "T")
}

/// The start of the day after an instant: the last minute an end may have.
fn next_day(zone: &Zone, at_ms: i64) -> i64 {
    calendar::day_start(zone, calendar::days_earlier(zone, at_ms.saturating_add(DAY_MS), 0))
}
