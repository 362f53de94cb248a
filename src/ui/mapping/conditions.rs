//! Which records hold calls: conditions that must all hold, each a field of the source with the value that must, or must not, be there.

use super::editor::Editor;
use crate::i18n::mapping::Mappings;
use crate::i18n::{Message, fill};
use crate::model::mapping::Condition;
use crate::ui::components::{Glyph, Icon};
use leptos::prelude::*;

/// The list, and a button for one more.
#[component]
pub fn Conditions(editor: Editor) -> impl IntoView {
    let app = editor.app;
    let count = Memo::new(move |_| editor.draft.with(|m| m.conditions.len()));
    let rows = move || (0..count.get()).map(|n| view! { <One editor n/> }).collect_view();
    let add = move |_| editor.edit(|m| m.conditions.push(Condition { is: Some(String::new()), ..Condition::default() }));
    view! {
        <fieldset class="maps__where">
            <legend hidden=move || count.get() == 0>{move || app.t(Mappings::Where)}</legend>
            {rows}
            <button class="btn btn--sm" type="button" on:click=add>
                {move || app.t(Mappings::AddCondition)}
            </button>
        </fieldset>
    }
}

/// One condition; `n` is its place.
#[component]
fn One(editor: Editor, n: usize) -> impl IntoView {
    let app = editor.app;
    let now = Memo::new(move |_| editor.draft.with(|m| m.conditions.get(n).cloned().unwrap_or_default()));
    let label = move |words: Mappings| move || fill(words.text(app.lang.get()), &[("n", &(n + 1).to_string())]);
    let change = move |change: &dyn Fn(&mut Condition)| {
        editor.edit(|m| {
            if let Some(condition) = m.conditions.get_mut(n) {
                change(condition);
            }
        });
    };
    let found = Memo::new(move |_| editor.report.with(|l| l.as_ref().map(|l| l.fields.clone()).unwrap_or_default()));
    let options = move || {
        let mut paths = found.with(|found| found.iter().map(|f| f.path.clone()).collect::<Vec<_>>());
        let own = now.with(|now| now.path.clone());
        // A mapping may name what this beginning does not have; a new condition names nothing yet.
        if !paths.contains(&own) {
            paths.insert(0, own.clone());
        }
        let option = |path: String| {
            let selected = path == own;
            view! { <option value=path.clone() prop:selected=selected>{path.clone()}</option> }
        };
        paths.into_iter().map(option).collect_view()
    };
    let samples = move || {
        let of = now.with(|now| now.path.clone());
        let values = found.with(|found| found.iter().find(|f| f.path == of).map(|f| f.values.clone()).unwrap_or_default());
        values.into_iter().map(|value| view! { <option value=value></option> }).collect_view()
    };
    let negated = move || now.with(|now| now.is_not.is_some());
    let value = move || now.with(|now| now.is.clone().or_else(|| now.is_not.clone()).unwrap_or_default());
    let compare = move |event| {
        let not = event_target_value(&event) == "not";
        change(&move |c| {
            let value = c.is.take().or(c.is_not.take()).unwrap_or_default();
            if not { c.is_not = Some(value) } else { c.is = Some(value) }
        });
    };
    let write = move |event| {
        let value = event_target_value(&event).trim().to_owned();
        change(&move |c| *(if c.is_not.is_some() { &mut c.is_not } else { &mut c.is }) = Some(value.clone()));
    };
    let remove = move |_| {
        editor.edit(|m| {
            if n < m.conditions.len() {
                m.conditions.remove(n);
            }
        });
    };
    let list = format!("maps-where-{n}");
    view! {
        <div class="maps__condition">
            <div class="field">
                <select aria-label=label(Mappings::WhereField) on:change=move |event| change(&|c| c.path = event_target_value(&event))>
                    {options}
                </select>
            </div>
            <div class="field">
                <select aria-label=label(Mappings::WhereHow) on:change=compare>
                    <option value="is" prop:selected=move || !negated()>{move || app.t(Mappings::Is)}</option>
                    <option value="not" prop:selected=negated>{move || app.t(Mappings::IsNot)}</option>
                </select>
            </div>
            <div class="field">
                <input
                    type="text"
                    spellcheck="false"
                    list=list.clone()
                    aria-label=label(Mappings::WhereValue)
                    placeholder=move || app.t(Mappings::Nothing)
                    prop:value=value
                    on:change=write
                />
                <datalist id=list>{samples}</datalist>
            </div>
            <button
                class="btn btn--bare btn--sm btn--icon"
                type="button"
                aria-label=label(Mappings::RemoveCondition)
                on:click=remove
            >
                <Icon of=Glyph::X/>
            </button>
        </div>
    }
}
