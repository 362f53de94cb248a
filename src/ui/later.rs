//! The parts of the page whose code is fetched ([`super::lazy`]): which there are, and the module of each.
//!
//! What is reachable only from a function marked `wasm_split` goes into a module of its own when the site is built
//! (`xtask/src/parts.rs`): the first view is the totals of the Calls page, and weighs no more than they need.

use super::deployment;
use super::lazy::{Fetched, Part, shown};
use super::state::App;
use crate::view::Answer;
use crate::web::sleep::breathe;
use crate::wire::Reply;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use std::pin::Pin;

macro_rules! parts {
    ($($module:ident $name:ident: $build:expr;)*) => {
        $(
            #[wasm_split($module, wasm_split_path = ::leptos::wasm_split, fallible)]
            fn $name() -> Fetched {
                Ok($build)
            }
        )*
    };
}

parts! {
    frame app_bar: |_| view! { <super::components::AppBar/> }.into_any();
    frame notices: |_| view! { <super::components::Notices/> }.into_any();
    frame state: |_| view! { <super::components::InPlace/> }.into_any();
    frame overlays: |_| view! { <super::components::Overlays/> }.into_any();
    frame filters: |_| view! { <super::components::FilterBar/> }.into_any();
    frame spark: super::pages::calls::spark;
    frame services: |_| view! { <super::pages::calls::Table/> }.into_any();
    frame nothing_left: |_| view! { <super::components::NothingLeft/> }.into_any();
    service site_notice: |_| view! { <super::components::SiteNotice/> }.into_any();
    embed embed: |_| view! { <super::embed::Embed/> }.into_any();
    service details: |_| view! { <super::pages::DetailsPage/> }.into_any();
    service failed: |_| view! { <super::pages::FailedPage/> }.into_any();
    export exports: |_| view! { <super::export::Exports/> }.into_any();
    mapping mappings: |_| view! { <super::mapping::Mapping/> }.into_any();
    mapping first_calls: super::mapping::of_text;
}

/// Opens answers that only the pages of a service show.
#[wasm_split(service, wasm_split_path = ::leptos::wasm_split, fallible)]
fn opener() -> Result<fn(App, Answer), SplitLoaderError> {
    Ok(|app, packed| {
        let packed = if deployment::shows_log() { packed } else { packed.without_log() };
        let reply = packed.reply();
        spawn_local(async move {
            // What follows from a long answer takes as long as opening it.
            breathe().await;
            match reply {
                Some(Reply::Details(mut reply)) => {
                    app.details.with_untracked(|older| older.iter().for_each(|older| reply.keep(older)));
                    app.details.set(Some(reply));
                }
                Some(Reply::Failed(reply)) => app.failed.set(Some(reply)),
                Some(Reply::List(reply)) => app.list.set(Some(reply)),
                // Rows and costs are asked for apart, by those who take their answers themselves.
                Some(Reply::Calls(_) | Reply::Rows(_) | Reply::Cost(_)) | None => {}
            };
            shown(app);
        });
    })
}

/// Takes an answer to another page than Calls, once the code for it is there. It is opened in a task of its own, as every other one is: they keep
/// their order.
pub fn answer(app: App, packed: Answer) {
    spawn_local(async move {
        if let Ok(open) = opener().await {
            breathe().await;
            open(app, packed);
        }
    });
}

/// The code of a part.
pub fn fetch(part: Part) -> Pin<Box<dyn Future<Output = Fetched>>> {
    match part {
        Part::AppBar => Box::pin(app_bar()),
        Part::Notices => Box::pin(notices()),
        Part::Site => Box::pin(site_notice()),
        Part::Embed => Box::pin(embed()),
        Part::State => Box::pin(state()),
        Part::Overlays => Box::pin(overlays()),
        Part::Filters => Box::pin(filters()),
        Part::Spark(_) => Box::pin(spark()),
        Part::Services => Box::pin(services()),
        Part::NothingLeft => Box::pin(nothing_left()),
        Part::Details => Box::pin(details()),
        Part::Failed => Box::pin(failed()),
        Part::Export => Box::pin(exports()),
        Part::Mapping => Box::pin(mappings()),
        Part::First(_) => Box::pin(first_calls()),
    }
}
