//! Links within the console, and views as addresses. In the first view nothing is pressed: this comes with the first chunk.

use super::environment::beside;
use super::state::App;
use crate::url;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos_router::location::{BrowserUrl, LocationProvider};
use web_sys::Element;

/// Has views written into the address, and links to views followed without loading the page anew.
pub fn follow(app: App) {
    app.write.set_value(Some(url::serialise));
    // What was changed before is written now.
    if app.view.with_untracked(|view| url::parse(&window().location().search().unwrap_or_default(), &app.base()) != *view) {
        app.replace(|_| ());
    }
    let followed = window_event_listener(leptos::ev::click, move |event: MouseEvent| {
        let other = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key() || event.button() != 0;
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let link = target.and_then(|target| target.closest("a[href]").ok().flatten());
        let Some(link) = link.filter(|link| !other && !event.default_prevented() && !opens_elsewhere(link)) else { return };
        let Some(query) = link.get_attribute("href").and_then(query_of) else { return };
        event.prevent_default();
        let to = url::parse(&query, &app.base());
        // What is only filtered or looked into stays where it is.
        let is_elsewhere = app.view.with_untracked(|view| view.page != to.page || view.service != to.service);
        app.go.run((to, false));
        if is_elsewhere {
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
    });
    on_cleanup(move || followed.remove());
}

/// The query of a link to a view: every view is a query of this page. `None` for a link to somewhere else.
fn query_of(href: String) -> Option<String> {
    if href.starts_with('?') {
        return Some(href);
    }
    let (to, here) = (BrowserUrl::parse_with_base(&href, &beside("")).ok()?, BrowserUrl::current().ok()?);
    let within = (to.origin(), to.path()) == (here.origin(), here.path()) && to.hash().is_empty();
    within.then(|| format!("?{}", to.search()))
}

fn opens_elsewhere(link: &Element) -> bool {
    link.has_attribute("target") || link.has_attribute("download")
}
