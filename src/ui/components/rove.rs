//! A row of buttons that is one stop for Tab: arrow keys, Home and End move through it.

use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// `tabindex` of a button of the row: only the one in force is a stop, until another one has the focus ([`settle`]).
pub const fn stop(is_on: bool) -> &'static str {
    if is_on { "0" } else { "-1" }
}

/// Makes the button that has the focus the one stop, so that Tab goes on behind the row.
pub fn settle(event: FocusEvent) {
    let at = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some((at, row)) = at.and_then(|at| Some((at.clone(), at.parent_element()?))) else { return };
    let mut one = row.first_element_child();
    while let Some(button) = one {
        // Refused only for a name that is none.
        drop(button.set_attribute("tabindex", stop(button == at)));
        one = button.next_element_sibling();
    }
}

/// What the row does with a key.
pub fn rove(event: KeyboardEvent) {
    if event.ctrl_key() || event.alt_key() || event.meta_key() || event.shift_key() {
        return;
    }
    let at = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some((at, row)) = at.and_then(|at| Some((at.clone(), at.parent_element()?))) else { return };
    let next = match event.key().as_str() {
        "ArrowRight" | "ArrowDown" => at.next_element_sibling().or_else(|| row.first_element_child()),
        "ArrowLeft" | "ArrowUp" => at.previous_element_sibling().or_else(|| row.last_element_child()),
        "Home" => row.first_element_child(),
        "End" => row.last_element_child(),
        _ => return,
    };
    event.prevent_default();
    if let Some(next) = next.and_then(|next| next.dyn_into::<HtmlElement>().ok()) {
        // A button of the row can always take it.
        drop(next.focus());
    }
}
