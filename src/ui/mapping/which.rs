//! Of a source of several members, the one that is looked into; the mapping is for it alone.

use super::editor::Editor;
use crate::i18n::mapping::Mappings;
use crate::ui::state::App;
use leptos::prelude::*;

/// The choice.
#[component]
pub fn Which(editor: Editor) -> impl IntoView {
    let app = App::get();
    let members = editor.members();
    (members.len() > 1).then(|| {
        let option = |(i, (name, text)): (usize, (String, bool))| {
            view! {
                <option value=i.to_string() disabled=!text selected=editor.which.get_untracked() == i>
                    {name}
                </option>
            }
        };
        let options = members.into_iter().enumerate().map(option).collect_view();
        let change = move |event| {
            if let Ok(which) = event_target_value(&event).parse() {
                editor.look_into(which);
            }
        };
        view! {
            <label class="field">
                <span>{move || app.t(Mappings::Which)}</span>
                <select on:change=change>{options}</select>
            </label>
        }
    })
}
