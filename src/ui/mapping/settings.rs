//! What holds for all records: where they lie, the zone of times, what the status and cached tokens mean.

use super::editor::Editor;
use crate::i18n::mapping::Mappings;
use crate::model::mapping::{Cached, Mapping};
use crate::web::zones;
use leptos::prelude::*;

/// Offsets from UTC that zones have beside whole and half hours, in minutes.
const ODD: [i32; 3] = [345, 525, 765];

/// `UTC+05:45`.
fn offset(minutes: i32) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("UTC{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

#[component]
pub fn Settings(editor: Editor) -> impl IntoView {
    let app = editor.app;
    let has = move |field: &'static str| {
        Memo::new(move |_| editor.draft.with(|m| m.fields.get(field).is_some_and(|from| !from.path.is_empty())))
    };
    let (status, cached) = (has("status"), has("cached_tokens"));
    let named = StoredValue::new(zones::all());
    let zones = move || {
        let (now, zone) = editor.draft.with(|m| (m.zone_minutes, m.zone.clone()));
        let mut names = named.get_value();
        if !zone.is_empty() && !names.contains(&zone) {
            names.push(zone.clone());
        }
        let mut all: Vec<i32> = (-24..=28).map(|half| half * 30).chain(ODD).chain([now]).collect();
        all.sort_unstable();
        all.dedup();
        let fixed = zone.is_empty();
        let option = |minutes: i32| {
            view! { <option value=minutes prop:selected=fixed && minutes == now>{offset(minutes)}</option> }
        };
        let by_name = |name: String| {
            let selected = name == zone;
            view! { <option value=name.clone() prop:selected=selected>{name.clone()}</option> }
        };
        let (all, names) = (all.into_iter().map(option).collect_view(), names.into_iter().map(by_name).collect_view());
        view! {
            <optgroup label=app.t(Mappings::ZoneFixed)>{all}</optgroup>
            <optgroup label=app.t(Mappings::ZoneNamed)>{names}</optgroup>
        }
    };
    let ok = move || editor.draft.with(|m| m.status.ok.join(", "));
    let words = |value: &str| {
        value.split([',', '，']).map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    let number = move |words: Mappings, of: fn(&mut Mapping) -> &mut u16| {
        let now = move || editor.draft.with(|m| *of(&mut m.clone()));
        view! {
            <label class="field" hidden=move || !status.get()>
                <span>{move || app.t(words)}</span>
                <input
                    type="number"
                    min="100"
                    max="599"
                    prop:value=now
                    // What is no number is a fault that the reader names.
                    on:change=move |event| editor.edit(|m| *of(m) = event_target_value(&event).parse().unwrap_or_default())
                />
            </label>
        }
    };
    view! {
        <div class="maps__settings">
            <label class="field">
                <span>{move || app.t(Mappings::Zone)}</span>
                <select on:change=move |event| {
                    let value = event_target_value(&event);
                    editor
                        .edit(|m| match value.parse() {
                            Ok(minutes) => (m.zone_minutes, m.zone) = (minutes, String::new()),
                            Err(_) => (m.zone_minutes, m.zone) = (0, value),
                        });
                }>{zones}</select>
            </label>
            <label class="field" hidden=move || !cached.get()>
                <span>{move || app.t(Mappings::CachedIs)}</span>
                <select on:change=move |event| {
                    let added = event_target_value(&event) == "added";
                    editor.edit(|m| m.cached = if added { Cached::AddedToInput } else { Cached::PartOfInput });
                }>
                    <option value="part" prop:selected=move || editor.draft.with(|m| m.cached == Cached::PartOfInput)>
                        {move || app.t(Mappings::PartOf)}
                    </option>
                    <option value="added" prop:selected=move || editor.draft.with(|m| m.cached == Cached::AddedToInput)>
                        {move || app.t(Mappings::AddedTo)}
                    </option>
                </select>
            </label>
            <label class="field field--long">
                <span>{move || app.t(Mappings::Records)}</span>
                <input
                    type="text"
                    spellcheck="false"
                    placeholder=move || app.t(Mappings::RecordsHint)
                    prop:value=move || editor.draft.with(|m| m.records.clone())
                    on:change=move |event| editor.edit(|m| m.records = event_target_value(&event).trim().to_owned())
                />
            </label>
            <label class="field field--long" hidden=move || !status.get()>
                <span>{move || app.t(Mappings::Words)}</span>
                <input
                    type="text"
                    spellcheck="false"
                    prop:value=ok
                    on:change=move |event| editor.edit(|m| m.status.ok = words(&event_target_value(&event)))
                />
            </label>
            {number(Mappings::FailedAs, |m| &mut m.status.failed)}
            {number(Mappings::AbsentAs, |m| &mut m.status.absent)}
        </div>
    }
}
