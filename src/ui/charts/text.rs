//! Text of charts: the page's font, and widths measured without touching the page.

use crate::scene::TEXT_PX;
use leptos::prelude::{document, window};
use leptos::wasm_bindgen::{JsCast, JsValue};
use std::cell::RefCell;
use std::collections::HashMap;
use web_sys::js_sys::Object;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// Texts whose width is remembered; figures change with the pointer, so there are many.
const WIDTHS_KEPT: usize = 4_000;

thread_local! {
    static WIDTHS: RefCell<HashMap<(String, bool), f64>> = RefCell::default();
    static FONT: RefCell<Option<String>> = const { RefCell::new(None) };
    /// A canvas outside of the page, for measuring.
    static RULER: Option<CanvasRenderingContext2d> =
        document().create_element("canvas").ok().and_then(|c| c.dyn_into().ok()).and_then(|c| context(&c));
}

/// Width of a text in charts, in CSS pixels.
pub fn text_width(text: &str, strong: bool) -> f64 {
    let key = (text.to_owned(), strong);
    if let Some(width) = WIDTHS.with_borrow(|widths| widths.get(&key).copied()) {
        return width;
    }
    let width = RULER.with(|ctx| {
        let ctx = ctx.as_ref()?;
        ctx.set_font(&font(strong));
        ctx.measure_text(text).ok().map(|m| m.width())
    });
    let width = width.unwrap_or_else(|| crate::scene::text_width_about(text));
    WIDTHS.with_borrow_mut(|widths| {
        if widths.len() >= WIDTHS_KEPT {
            widths.clear();
        }
        widths.insert(key, width);
    });
    width
}

/// The page's font at the size of charts.
pub fn font(strong: bool) -> String {
    let family = FONT.with_borrow_mut(|family| {
        family
            .get_or_insert_with(|| {
                let body = document().body();
                let style = body.and_then(|b| window().get_computed_style(&b).ok().flatten());
                style.and_then(|s| s.get_property_value("font-family").ok()).unwrap_or_else(|| "sans-serif".into())
            })
            .clone()
    });
    format!("{} {TEXT_PX}px {family}", if strong { 500 } else { 400 })
}

/// What a canvas is painted through; `None` where the browser has run out of them.
pub fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    context_of(canvas.get_context("2d"))
}

/// The same of what the browser gave.
pub fn context_of(given: Result<Option<Object>, JsValue>) -> Option<CanvasRenderingContext2d> {
    given.ok()??.dyn_into().ok()
}
