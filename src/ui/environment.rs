//! What the browser and its user prefer: language, theme, the address and its history.

use super::deployment::Deployment;
use crate::i18n::Lang;
use crate::url::{self, Theme, ViewState};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{MediaQueryList, MediaQueryListEvent};

/// The language the browser prefers.
pub fn own_lang() -> Lang {
    let tags: Vec<String> = window().navigator().languages().iter().filter_map(|t| t.as_string()).collect();
    Lang::preferred(tags.iter().map(String::as_str))
}

/// Whether the system is dark, followed as it changes.
pub fn system_dark() -> ReadSignal<bool> {
    follow("(prefers-color-scheme: dark)")
}

/// Whether a media query holds, followed as it changes.
pub fn follow(query: &str) -> ReadSignal<bool> {
    let (matches, set) = signal(false);
    let Ok(Some(list)) = window().match_media(query) else { return matches };
    let list: MediaQueryList = list;
    set.set(list.matches());
    let handler = Closure::<dyn FnMut(MediaQueryListEvent)>::new(move |event: MediaQueryListEvent| {
        set.try_set(event.matches());
    });
    let _ = list.add_event_listener_with_callback("change", handler.as_ref().unchecked_ref());
    handler.forget();
    matches
}

/// Writes a view as the query of an address, relative to that of an address that says nothing.
pub type Write = fn(&ViewState, &ViewState) -> String;

/// The view state in the address, and the way to change it: (new state, replace instead of add).
///
/// Where a sandbox or a browser's rate limit refuses to change the address, the state is kept in memory and the page goes on. So it is
/// until the first view is painted: `write` is not part of that ([`super::links`]).
pub fn address(
    site: StoredValue<Deployment>,
    write: StoredValue<Option<Write>>,
) -> (Memo<ViewState>, Callback<(ViewState, bool)>) {
    let here = || window().location().search().unwrap_or_default();
    let (search, set_search) = signal(here());
    let kept: RwSignal<Option<ViewState>> = RwSignal::new(None);
    let view = Memo::new(move |_| {
        let from_address = site.with_value(|site| url::parse(&search.get(), &site.base));
        kept.get().unwrap_or(from_address)
    });
    let follow = move || {
        // The state in memory is left behind.
        kept.set(None);
        set_search.set(here());
    };
    // Going back or forward.
    let popped = window_event_listener(leptos::ev::popstate, move |_| follow());
    on_cleanup(move || popped.remove());
    let go = Callback::new(move |(state, replace): (ViewState, bool)| {
        let changed = write.get_value().is_some_and(|write| {
            let query = site.with_value(|site| format!("?{}", write(&state, &site.base)));
            window().history().is_ok_and(|history| {
                if replace {
                    history.replace_state_with_url(&JsValue::NULL, "", Some(&query)).is_ok()
                } else {
                    history.push_state_with_url(&JsValue::NULL, "", Some(&query)).is_ok()
                }
            })
        });
        if changed {
            follow();
        } else {
            // As an address would say it.
            kept.set(Some(ViewState { refused: Default::default(), ..state }));
        }
    });
    (view, go)
}

/// Keeps `<html>`'s attributes true: language, theme where one was chosen, embedding.
pub fn mirror(view: Memo<ViewState>, lang: Memo<Lang>) {
    Effect::new(move |_| {
        let Some(root) = document().document_element() else { return };
        let _ = root.set_attribute("lang", lang.get().tag());
        view.with(|view| {
            let _ = match view.theme {
                Some(theme) => root.set_attribute("data-theme", theme.key()),
                None => root.remove_attribute("data-theme"),
            };
            let _ = if view.embed { root.set_attribute("data-embed", "") } else { root.remove_attribute("data-embed") };
        });
    });
}

/// The theme in force.
pub fn theme(view: Memo<ViewState>) -> Memo<Theme> {
    let dark = system_dark();
    Memo::new(move |_| {
        let system = if dark.get() { Theme::Dark } else { Theme::Light };
        view.with(|view| view.theme).unwrap_or(system)
    })
}

/// The address of a file of this site, wherever it is hosted.
pub fn beside(path: &str) -> String {
    let base = document().base_uri().ok().flatten().unwrap_or_default();
    web_sys::Url::new_with_base(path, &base).map_or_else(|_| path.to_owned(), |u| u.href())
}

/// Whether an address can be that of a feed: `javascript:`, `data:`, `file:` and others cannot.
pub fn is_web(address: &str) -> bool {
    web_sys::Url::new_with_base(address, &beside("")).is_ok_and(|u| matches!(u.protocol().as_str(), "http:" | "https:"))
}

/// Whether an address lies on this page's own origin.
pub fn same_origin(address: &str) -> bool {
    let own = window().location().origin().unwrap_or_default();
    web_sys::Url::new_with_base(address, &beside("")).is_ok_and(|u| u.origin() == own)
}

/// Sets a mark that `cargo xtask measure` reads.
pub fn mark(name: &str) {
    if let Some(performance) = window().performance() {
        let _ = performance.mark(name);
    }
}
