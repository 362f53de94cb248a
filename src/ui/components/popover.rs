//! Popovers: placed by the stylesheet below their button, opened by `popovertarget`, moved through by arrow keys.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// A popover. It is directly after the button whose `popovertarget` names its `id`.
///
/// `open` follows whether it is shown, so that costly content is built only then. `class` is `pop`, with what the content adds.
#[component]
pub fn Popover(
    #[prop(into)] id: String,
    #[prop(default = "pop")] class: &'static str,
    #[prop(optional, into)] open: Option<WriteSignal<bool>>,
    children: Children,
) -> impl IntoView {
    let toggled = move |event: ev::Event| {
        let Some(popover) = event.target().and_then(|t| t.dyn_into::<HtmlElement>().ok()) else { return };
        let shown = is_open(&popover);
        if let Some(open) = open {
            open.set(shown);
        }
        if shown {
            place(&popover);
            enter(popover);
        }
    };
    view! {
        <div class=class id=id popover="auto" on:toggle=toggled on:keydown=keys>
            {children()}
        </div>
    }
}

/// Whether a popover is shown.
fn is_open(popover: &HtmlElement) -> bool {
    popover.matches(":popover-open").unwrap_or(false)
}

/// For browsers without anchor positioning: where the button's lower left corner is.
fn place(popover: &HtmlElement) {
    let Some(button) = popover.previous_element_sibling() else { return };
    let rect = button.get_bounding_client_rect();
    let style = popover.style();
    // A style that cannot be set leaves the popover at its default place.
    let _ = style.set_property("--pop-x", &format!("{}px", rect.left()));
    let _ = style.set_property("--pop-y", &format!("{}px", rect.bottom()));
}

/// Puts the focus on the first row of a menu, so that arrow keys move through it. What a popover holds may be built only now.
fn enter(popover: HtmlElement) {
    request_animation_frame(move || {
        let first = popover.query_selector(".menu > button:not(:disabled)").ok().flatten();
        if let Some(first) = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()) {
            // A row that cannot take the focus leaves it on the button.
            let _ = first.focus();
        }
    });
}

/// Hides the popover of an id, if it is shown.
pub fn hide(id: &str) {
    let popover = document().get_element_by_id(id).and_then(|e| e.dyn_into::<HtmlElement>().ok());
    if let Some(popover) = popover.filter(is_open) {
        // It was shown a moment ago, so hiding cannot be refused.
        let _ = popover.hide_popover();
    }
}

/// Presses the button of an id once the page has drawn it: opens the popover it belongs to.
pub fn press_later(id: String) {
    request_animation_frame(move || {
        if let Some(button) = document().get_element_by_id(&id).and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
            button.click();
        }
    });
}

/// A reference for an input that takes the focus as soon as it is on the page. `autofocus` acts before the content of a popover is built.
pub fn focused() -> NodeRef<html::Input> {
    let node = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = node.get() {
            // The popover or dialog it is in is shown in this same turn, and takes the focus itself first.
            request_animation_frame(move || drop(input.focus()));
        }
    });
    node
}

/// Down and up move through the rows of a list, from its search box too; Escape in an empty search box closes, also in WebKit, which would keep it.
fn keys(event: ev::KeyboardEvent) {
    let Some(at) = event.target().and_then(|t| t.dyn_into::<HtmlElement>().ok()) else { return };
    let down = match event.key().as_str() {
        "ArrowDown" => true,
        "ArrowUp" => false,
        "Escape" if at.matches("[type=search]:placeholder-shown").unwrap_or(false) => {
            if let Some(popover) = at.closest("[popover]").ok().flatten() {
                event.prevent_default();
                hide(&popover.id());
            }
            return;
        }
        _ => return,
    };
    let row = match at.closest(".opt-row, .menu > button").ok().flatten() {
        Some(row) => {
            let mut next = Some(row);
            loop {
                next = next.and_then(|r| if down { r.next_element_sibling() } else { r.previous_element_sibling() });
                match &next {
                    Some(r) if !r.matches(".opt-row, .menu > button").unwrap_or(false) => {}
                    _ => break next,
                }
            }
        }
        None if at.matches(".pop__search input").unwrap_or(false) && down => {
            at.closest(".pop").ok().flatten().and_then(|p| p.query_selector(".opt-row").ok().flatten())
        }
        None => return,
    };
    event.prevent_default();
    let target = row.map(|r| r.query_selector("input").ok().flatten().unwrap_or(r));
    if let Some(target) = target.and_then(|t| t.dyn_into::<HtmlElement>().ok()) {
        // An element that cannot take the focus leaves it where it is.
        let _ = target.focus();
    }
}
