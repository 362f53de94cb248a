//! A short message that confirms an action and disappears by itself.

use crate::ui::state::App;
use leptos::prelude::*;

/// Shows [`App::toast`]; the code that sets it also clears it.
#[component]
pub fn Toast() -> impl IntoView {
    let app = App::get();
    view! {
        <div class="toast" role="status">
            {move || app.toast.get()}
        </div>
    }
}
