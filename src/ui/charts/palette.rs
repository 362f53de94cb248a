//! The stylesheet's colour roles as numbers, for the canvas.

use crate::ui::paper::printing;
use crate::ui::state::App;
use crate::url::Theme;
use leptos::prelude::*;
use plotters::style::RGBAColor;
use std::cell::RefCell;
use std::collections::HashMap;
use wasm_bindgen::JsCast;

/// Numbers by theme and role.
type Known = HashMap<(&'static str, &'static str), (u8, u8, u8)>;

thread_local! {
    /// Roles are constants of the stylesheet: each is looked up once a theme.
    static KNOWN: RefCell<Known> = RefCell::default();
}

/// Colours of one theme, and how often they were set anew.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Palette(Theme, u32);

/// Forgets all numbers: the stylesheet's colours are others now.
pub fn forget() {
    KNOWN.with_borrow_mut(HashMap::clear);
}

impl Palette {
    /// A role's colour, `alpha` of it. An unknown role is transparent.
    pub fn colour(self, token: &'static str, alpha: f64) -> RGBAColor {
        let key = (self.0.key(), token);
        let known = KNOWN.with_borrow(|known| known.get(&key).copied());
        let Some((r, g, b)) = known.or_else(|| resolve(self.0, token)) else { return RGBAColor(0, 0, 0, 0.0) };
        if known.is_none() {
            KNOWN.with_borrow_mut(|known| known.insert(key, (r, g, b)));
        }
        RGBAColor(r, g, b, alpha)
    }
}

/// The palette to paint with: of the theme in force, and on paper the light one, as the stylesheet has it.
pub fn palette(app: App) -> Signal<Palette> {
    let printing = printing();
    Signal::derive(move || Palette(if printing.get() { Theme::Light } else { app.theme.get() }, app.brand.get()))
}

/// Asks the browser: a custom property alone gives back the text of the stylesheet, a colour that uses it gives numbers. The probe has the
/// theme by itself, because charts may hear of a change before the page's root does.
fn resolve(theme: Theme, token: &str) -> Option<(u8, u8, u8)> {
    let document = document();
    let probe = document.create_element("i").ok()?;
    // By the object model: a Content-Security-Policy without inline styles refuses the attribute.
    let style = probe.unchecked_ref::<web_sys::HtmlElement>().style();
    style.set_css_text(&format!("display:none;color-scheme:{};color:var({token})", theme.key()));
    document.document_element()?.append_child(&probe).ok()?;
    let computed = window().get_computed_style(&probe).ok().flatten();
    let colour = computed.and_then(|style| style.get_property_value("color").ok());
    probe.remove();
    rgb(&colour?)
}

/// Reads `rgb(20, 24, 29)`.
fn rgb(text: &str) -> Option<(u8, u8, u8)> {
    let numbers = text.split_once('(')?.1.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty());
    let mut parts = numbers.map(str::parse::<u8>);
    Some((parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?))
}
