//! The parts of the shell whose code is fetched ([`super::lazy`]): which there are, and the chunk of each.
//!
//! What is reachable only from a function marked `wasm_split` goes into a module of its own when the site is built
//! (`xtask/src/parts.rs`): the first view is the totals of the Calls page, and weighs no more than they need.

use super::environment as env;
use super::lazy::{Chunk, ChunkResult, chunk};
use super::pages::registry::SECTIONS;
use super::state::App;
use leptos::prelude::*;
use std::pin::Pin;

chunk!(frame app_bar: |_| view! { <super::components::AppBar sections=&SECTIONS/> }.into_any());
chunk!(frame notices: |_| {
    super::links::follow(App::get());
    view! { <super::components::Notices/> }.into_any()
});
chunk!(frame state: |_| view! { <super::components::InPlace/> }.into_any());
chunk!(frame overlays: |_| {
    request_animation_frame(|| env::mark("callscope:whole"));
    view! { <super::components::Overlays/> }.into_any()
});
chunk!(service site_notice: |_| view! { <super::components::SiteNotice/> }.into_any());
chunk!(embed embed: |_| view! { <super::embed::Embed/> }.into_any());
chunk!(export exports: |_| view! { <super::export::Exports/> }.into_any());
chunk!(mapping mappings: |_| view! { <super::mapping::Mapping/> }.into_any());
chunk!(mapping first_calls: super::mapping::of_text);

/// The code of a part.
pub fn fetch(part: Chunk) -> Pin<Box<dyn Future<Output = ChunkResult>>> {
    match part {
        Chunk::AppBar => Box::pin(app_bar()),
        Chunk::Notices => Box::pin(notices()),
        Chunk::Site => Box::pin(site_notice()),
        Chunk::Embed => Box::pin(embed()),
        Chunk::State => Box::pin(state()),
        Chunk::Overlays => Box::pin(overlays()),
        Chunk::Export => Box::pin(exports()),
        Chunk::Mapping => Box::pin(mappings()),
        Chunk::First(_) => Box::pin(first_calls()),
    }
}
