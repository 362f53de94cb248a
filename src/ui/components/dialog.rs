//! Modal dialogs.

use super::{Glyph, Icon};
use crate::i18n::common::Common;
use crate::ui::state::App;
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

/// A modal dialog, shown while `open` is true. Escape, the cross and a press beside it close it.
///
/// `id` names it; its title gets `{id}-title`. The content is built when it opens.
#[component]
pub fn Dialog(
    id: &'static str,
    #[prop(into)] title: Signal<String>,
    open: RwSignal<bool>,
    #[prop(default = "dlg")] class: &'static str,
    children: ChildrenFn,
) -> impl IntoView {
    let app = App::get();
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        match (open.get(), dialog.open()) {
            // Refused only where the dialog is not in the document, and then there is nothing to show.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let beside = move |event: leptos::ev::MouseEvent| {
        let on = event.target().and_then(|t| t.dyn_into::<web_sys::HtmlDialogElement>().ok());
        if on.is_some() {
            open.set(false);
        }
    };
    let labelled = format!("{id}-title");
    let heading = labelled.clone();
    view! {
        <dialog class=class id=id aria-labelledby=labelled node_ref=node on:close=move |_| open.set(false) on:click=beside>
            {move || {
                open.get()
                    .then(|| {
                        view! {
                            <div class="dlg__head">
                                <h2 id=heading.clone()>{move || title.get()}</h2>
                                <button
                                    class="btn btn--bare btn--sm btn--icon"
                                    type="button"
                                    aria-label=move || app.t(Common::Close)
                                    on:click=move |_| open.set(false)
                                >
                                    <Icon of=Glyph::X/>
                                </button>
                            </div>
                            {children()}
                        }
                    })
            }}
        </dialog>
    }
}
