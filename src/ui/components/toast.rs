//! A word that confirms an act. It goes by itself.

use crate::ui::state::App;
use leptos::prelude::*;

/// Shows [`App::toast`]; whoever sets it also takes it away.
#[component]
pub fn Toast() -> impl IntoView {
    let app = App::get();
    view! {
        <div class="toast" role="status">
            {move || app.toast.get()}
        </div>
    }
}
