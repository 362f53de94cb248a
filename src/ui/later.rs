//! The parts of the shell whose code is fetched ([`super::lazy`]): which there are, and the chunk of each.
//!
//! What is reachable only from a function marked `wasm_split` goes into a module of its own when the site is built
//! (`xtask/src/parts.rs`): the first view is the totals of the Calls page, and weighs no more than they need.

use super::environment as env;
use super::lazy::{Fetched, Part, part};
use super::pages::registry::SECTIONS;
use super::state::App;
use leptos::prelude::*;
use std::pin::Pin;

part!(frame app_bar: |_| view! { <super::components::AppBar sections=&SECTIONS/> }.into_any());
part!(frame notices: |_| {
    super::links::follow(App::get());
    view! { <super::components::Notices/> }.into_any()
});
part!(frame state: |_| view! { <super::components::InPlace/> }.into_any());
part!(frame overlays: |_| {
    request_animation_frame(|| env::mark("callscope:whole"));
    view! { <super::components::Overlays/> }.into_any()
});
part!(service site_notice: |_| view! { <super::components::SiteNotice/> }.into_any());
part!(embed embed: |_| view! { <super::embed::Embed/> }.into_any());
part!(export exports: |_| view! { <super::export::Exports/> }.into_any());
part!(mapping mappings: |_| view! { <super::mapping::Mapping/> }.into_any());
part!(mapping first_calls: super::mapping::of_text);

/// The code of a part.
pub fn fetch(part: Part) -> Pin<Box<dyn Future<Output = Fetched>>> {
    match part {
        Part::AppBar => Box::pin(app_bar()),
        Part::Notices => Box::pin(notices()),
        Part::Site => Box::pin(site_notice()),
        Part::Embed => Box::pin(embed()),
        Part::State => Box::pin(state()),
        Part::Overlays => Box::pin(overlays()),
        Part::Export => Box::pin(exports()),
        Part::Mapping => Box::pin(mappings()),
        Part::First(_) => Box::pin(first_calls()),
    }
}
