//! The page: state, pages, components, charts. It shows what a query answered and holds no arithmetic.

mod actions;
pub mod charts;
mod chunks;
mod client;
pub mod components;
mod deployment;
mod embed;
mod environment;
pub mod export;
mod handle;
mod lazy;
mod links;
mod mapping;
pub mod pages;
mod paper;
mod preferences;
mod root;
pub mod state;

use leptos::prelude::*;

/// Shows the page; called once by `main`.
pub fn start() {
    std::panic::set_hook(Box::new(|panic| web_sys::console::error_1(&panic.to_string().into())));
    mount_to_body(|| view! { <root::Root/> });
}
