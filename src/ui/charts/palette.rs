//! The stylesheet's colour roles as numbers, for the canvas.

use crate::url::Theme;
use leptos::prelude::document;
use plotters::style::RGBAColor;
use std::cell::RefCell;
use std::collections::HashMap;

type Colours = HashMap<&'static str, (u8, u8, u8)>;

thread_local! {
    static KNOWN: RefCell<(Option<Theme>, Colours)> = RefCell::default();
}

/// Colours of one theme. A role is looked up once; the theme's change forgets them all.
#[derive(Clone, Copy)]
pub struct Palette(());

impl Palette {
    /// The palette of the theme in force.
    pub fn of(theme: Theme) -> Self {
        KNOWN.with_borrow_mut(|(known, colours)| {
            if *known != Some(theme) {
                *known = Some(theme);
                colours.clear();
            }
        });
        Self(())
    }

    /// A role's colour, `alpha` of it. An unknown role is transparent.
    pub fn colour(self, token: &'static str, alpha: f64) -> RGBAColor {
        let known = KNOWN.with_borrow(|(_, colours)| colours.get(token).copied());
        let Some((r, g, b)) = known.or_else(|| resolve(token)) else { return RGBAColor(0, 0, 0, 0.0) };
        if known.is_none() {
            KNOWN.with_borrow_mut(|(_, colours)| colours.insert(token, (r, g, b)));
        }
        RGBAColor(r, g, b, alpha)
    }
}

/// Asks the browser: a custom property alone gives back the text of the stylesheet, a colour that uses it gives numbers.
fn resolve(token: &str) -> Option<(u8, u8, u8)> {
    let document = document();
    let probe = document.create_element("i").ok()?;
    probe.set_attribute("style", &format!("display:none;color:var({token})")).ok()?;
    let root = document.document_element()?;
    root.append_child(&probe).ok()?;
    let computed = leptos::prelude::window().get_computed_style(&probe).ok().flatten();
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
