//! The zone picker: every zone the browser knows, by name, with its present offset.

use super::popover;
use super::{Glyph, Icon};
use crate::i18n::common::Common;
use crate::i18n::fill;
use crate::ui::state::App;
use crate::web::zones;
use js_sys::{Array, Function, Object, Reflect};
use leptos::ev;
use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast, JsValue};

/// Zones offered where the browser lists none.
const COMMON: [&str; 24] = [
    "Africa/Cairo",
    "Africa/Johannesburg",
    "Africa/Lagos",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Dubai",
    "Asia/Hong_Kong",
    "Asia/Jakarta",
    "Asia/Kolkata",
    "Asia/Seoul",
    "Asia/Shanghai",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Moscow",
    "Europe/Paris",
    "Pacific/Auckland",
    "Pacific/Honolulu",
];

/// All zones: UTC first, then the browser's own, then the rest by name.
pub fn offered() -> Vec<String> {
    let own = zones::own();
    let mut rest = zones::all();
    if rest.is_empty() {
        rest = COMMON.iter().map(|z| (*z).to_owned()).collect();
    }
    rest.retain(|zone| *zone != own && zone != "UTC");
    let first = ["UTC".to_owned()].into_iter().chain((own != "UTC").then_some(own));
    first.chain(rest).collect()
}

/// A zone's offset at an instant as the browser words it: `UTC+8`; empty where it knows no such zone.
fn offset_words(zone: &str, at_ms: i64) -> String {
    let worded = || -> Result<JsValue, JsValue> {
        let options = Object::new();
        for (key, value) in [("timeZone", zone), ("timeZoneName", "shortOffset"), ("year", "numeric")] {
            Reflect::set(&options, &key.into(), &value.into())?;
        }
        // By reflection, since the typed constructor turns an unknown zone into a panic.
        let intl = Reflect::get(&js_sys::global(), &"Intl".into())?;
        let constructor: Function = Reflect::get(&intl, &"DateTimeFormat".into())?.dyn_into()?;
        let format = Reflect::construct(&constructor, &Array::of2(&"en-US".into(), &options))?;
        let format: Function = Reflect::get(&format, &"format".into())?.dyn_into()?;
        format.call1(&JsValue::UNDEFINED, &JsValue::from_f64(at_ms as f64))
    };
    let text = worded().ok().and_then(|t| t.as_string()).unwrap_or_default();
    let offset = text.rsplit([' ', ',']).next().unwrap_or_default();
    offset.strip_suffix("+0").unwrap_or(offset).replace("GMT", "UTC").replace('-', "\u{2212}")
}

/// Sets the zone, in the address.
pub fn choose(app: App, zone: &str) {
    let zone = zone.to_owned();
    app.update(move |view| view.zone = Some(zone));
}

/// Whether a zone answers to what is typed: every word in its name, spaces as `_` or `/`.
fn matches(zone: &str, typed: &str) -> bool {
    let zone = zone.to_lowercase();
    typed.to_lowercase().split([' ', '_', '/']).all(|word| zone.contains(word))
}

/// Content of the zone popover `popover_id`.
#[component]
pub fn ZonePicker(popover_id: &'static str) -> impl IntoView {
    let app = App::get();
    let typed = RwSignal::new(String::new());
    let search = popover::focused();
    let all = StoredValue::new(offered());
    let own = StoredValue::new(zones::own());
    let found =
        Memo::new(move |_| all.with_value(|z| typed.with(|t| z.iter().filter(|z| matches(z, t)).cloned().collect::<Vec<_>>())));
    let take = move |zone: &str| {
        popover::hide(popover_id);
        choose(app, zone);
    };
    let entered = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter"
            && let Some(first) = found.with_untracked(|f| f.first().cloned())
        {
            event.prevent_default();
            take(&first);
        }
    };
    let row = move |zone: String| {
        let (value, name, key) = (zone.clone(), zone.clone(), zone.clone());
        let current = app.zone_name.with_untracked(|z| *z == zone);
        view! {
            <label class="opt-row">
                <input
                    type="radio"
                    name="zone"
                    checked=current
                    on:change=move |_| take(&value)
                    on:keydown=move |event| {
                        if event.key() == "Enter" {
                            take(&key);
                        }
                    }
                />
                <span class="nm">{name}</span>
                <span class="n">{offset_words(&zone, app.now_ms.get_untracked())}</span>
            </label>
        }
        .into_any()
    };
    let rows = move || {
        let found = found.get();
        if found.is_empty() {
            let words = fill(app.t(Common::NoZone), &[("text", typed.get().trim())]);
            return view! { <p class="pop__none">{words}</p> }.into_any();
        }
        let current = app.zone_name.get();
        let suggested = |zone: &String| zone == "UTC" || *zone == current || own.with_value(|own| own == zone);
        let (first, rest): (Vec<_>, Vec<_>) = found.into_iter().partition(suggested);
        let caption = |words: Common, shown: bool| shown.then(|| view! { <p class="pop__cap">{app.t(words)}</p> });
        view! {
            {caption(Common::Suggested, !first.is_empty())}
            {first.into_iter().map(row).collect_view()}
            {caption(Common::AllZones, !rest.is_empty())}
            {rest.into_iter().map(row).collect_view()}
        }
        .into_any()
    };
    view! {
        <label class="pop__search">
            <Icon of=Glyph::Search/>
            <span class="sr">{move || app.t(Common::FindZone)}</span>
            <input
                type="search"
                node_ref=search
                placeholder=move || app.t(Common::FindZone)
                on:input=move |event| typed.set(event_target_value(&event))
                on:keydown=entered
            />
        </label>
        <div class="pop__list" role="radiogroup" aria-label=move || app.t(Common::TimeZone)>
            {rows}
        </div>
    }
}
