//! The brand's tokens: which of the stylesheet's custom properties a host may set, and what it may set them to.
//!
//! A value is read, not passed on: whatever is no plain colour, length or list of font names never reaches a stylesheet.

use super::Fault;
use serde_json::Value;

/// Colours, each for both themes or one for each. Names are those of `style/tokens.css` without their dashes in front.
pub const COLOURS: [&str; 30] = [
    "canvas",
    "panel",
    "panel-sunk",
    "panel-raised",
    "hover",
    "pressed",
    "selected",
    "rule",
    "rule-strong",
    "control-line",
    "ink",
    "ink-2",
    "ink-3",
    "ink-inverse",
    "accent",
    "accent-fill",
    "accent-wash",
    "bad",
    "bad-wash",
    "warn",
    "warn-wash",
    "good",
    "good-wash",
    "focus",
    "s-total",
    "s-ok",
    "s-fail",
    "s-input",
    "s-output",
    "s-prev",
];

/// Lengths: radii of corners, and the page's margin.
pub const LENGTHS: [&str; 4] = ["r-1", "r-2", "r-3", "gutter"];

/// Lists of font names; fonts are the browser's, none is fetched.
pub const FONTS: [&str; 2] = ["font", "mono"];

/// The most that a length may be, in CSS pixels.
const LENGTH_MAX_PX: f64 = 64.0;
/// CSS pixels of a `rem` by default.
const REM_PX: f64 = 16.0;
/// Most characters of a value.
const VALUE_MAX: usize = 200;

/// What a token is set to, as CSS; `None` where it is to be the console's own again.
///
/// # Errors
/// Names the token, and what it could be set to.
pub fn value(token: &str, value: &Value) -> Result<Option<String>, Fault> {
    let wrong = |expected: &str| Fault::field(format!("tokens.{token}"), expected);
    let is_colour = COLOURS.contains(&token);
    if !is_colour && !LENGTHS.contains(&token) && !FONTS.contains(&token) {
        return Err(wrong("a token that a host may set"));
    }
    if value.is_null() {
        return Ok(None);
    }
    let text = |value: &Value| value.as_str().map(str::trim).filter(|text| text.len() <= VALUE_MAX).map(str::to_owned);
    if is_colour {
        const COLOUR: &str = "a colour (#RRGGBB, rgb() or hsl()), or one for each theme as { light, dark }";
        let one = |value: Option<&Value>| value.and_then(text).filter(|text| is_a_colour(text));
        return match value {
            Value::Object(both) if both.len() == 2 => match (one(both.get("light")), one(both.get("dark"))) {
                (Some(light), Some(dark)) => Ok(Some(format!("light-dark({light}, {dark})"))),
                _ => Err(wrong(COLOUR)),
            },
            _ => one(Some(value)).map(Some).ok_or_else(|| wrong(COLOUR)),
        };
    }
    if LENGTHS.contains(&token) {
        let length = text(value).filter(|text| is_a_length(text));
        return length.map(Some).ok_or_else(|| wrong("a length from 0 to 64px, in px or rem"));
    }
    let fonts = text(value).filter(|text| are_fonts(text));
    fonts.map(Some).ok_or_else(|| wrong("names of fonts, with commas between"))
}

fn is_a_colour(text: &str) -> bool {
    if let Some(digits) = text.strip_prefix('#') {
        return matches!(digits.len(), 3 | 4 | 6 | 8) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    }
    let Some((name, rest)) = text.split_once('(') else { return false };
    let Some(inside) = rest.strip_suffix(')') else { return false };
    let hue = match name {
        "rgb" | "rgba" => false,
        "hsl" | "hsla" => true,
        _ => return false,
    };
    let parts: Vec<&str> = inside.split([' ', ',', '/']).filter(|part| !part.is_empty()).collect();
    matches!(parts.len(), 3 | 4)
        && parts.iter().enumerate().all(|(i, part)| {
            let units: &[&str] = match (hue, i) {
                (true, 0) => &["", "deg"],
                (true, 1 | 2) => &["%"],
                _ => &["", "%"],
            };
            units.iter().any(|unit| part.strip_suffix(unit).is_some_and(|number| plain(number).is_some()))
        })
}

fn is_a_length(text: &str) -> bool {
    let px = match (text.strip_suffix("px"), text.strip_suffix("rem")) {
        (Some(number), _) => plain(number),
        (_, Some(number)) => plain(number).map(|number| number * REM_PX),
        _ => plain(text).filter(|number| *number == 0.0),
    };
    px.is_some_and(|px| (0.0..=LENGTH_MAX_PX).contains(&px))
}

/// Names in letters, digits, spaces and hyphens, in quotes or without.
fn are_fonts(text: &str) -> bool {
    let name = |part: &str| {
        let part = part.trim();
        let bare = ['"', '\''].into_iter().find_map(|quote| part.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(part);
        !bare.trim().is_empty() && bare.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
    };
    text.split(',').all(name)
}

/// A number in digits with at most one point.
fn plain(text: &str) -> Option<f64> {
    let is_plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.') && text.bytes().any(|b| b.is_ascii_digit());
    if is_plain { text.parse().ok() } else { None }
}
