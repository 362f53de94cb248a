//! What surrounds every page: app bar, notices, drop target, toast.

use leptos::prelude::*;

/// The frame with the page inside.
#[component]
pub fn Frame() -> impl IntoView {
    view! { <main class="page" id="main"></main> }
}
