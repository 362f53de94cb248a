//! Pieces of a report's markup. Whatever comes from a feed or a user passes [`Text`] or [`Own`]: it is text, never markup.

use crate::export::ink::Palette;
use crate::export::svg::shapes_to;
use crate::scene::{Point, Shape};
use std::fmt::{Display, Formatter, Result, Write as _};

/// A text of ours, or a number.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a>(pub &'a str);

/// A text of a feed or a user: set apart as well, so that letters that turn the direction of writing change nothing around it.
#[derive(Clone, Copy, Debug)]
pub struct Own<'a>(pub &'a str);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                '\n' | '\t' => f.write_char(c)?,
                // HTML has no other control characters.
                c if c.is_control() => f.write_char('\u{FFFD}')?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

impl Display for Own<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "<bdi>{}</bdi>", Text(self.0))
    }
}

/// A picture of shapes in the stylesheet's colours, with what it says to who does not see it.
pub fn picture(class: &str, size: Point, shapes: &[Shape], label: &str, out: &mut String) {
    let (width, height) = size;
    let _ = write!(out, "<svg class=\"{class}\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{}\">", Text(label));
    shapes_to(shapes, Palette::Roles, out);
    out.push_str("</svg>");
}

/// A bar beside a figure, `share` of its track, broken where that is more than all of it; only for the eye.
pub fn bar(share: f64, token: &str) -> String {
    let width = (share.clamp(0.0, 1.0) * 6000.0).round() / 100.0;
    let cut = if share > 1.0 { "<path d=\"M49 8L52 0\" stroke=\"var(--panel)\" stroke-width=\"2.5\"/>" } else { "" };
    format!(
        "<svg class=\"bar\" viewBox=\"0 0 60 8\" aria-hidden=\"true\"><rect width=\"60\" height=\"8\" fill=\"var(--rule)\"/>\
         <rect width=\"{width}\" height=\"8\" fill=\"var({token})\"/>{cut}</svg>"
    )
}

/// The square of a colour in a key.
pub fn square(token: &str, alpha: f64) -> String {
    format!(
        "<svg class=\"sq\" viewBox=\"0 0 9 9\" aria-hidden=\"true\"><rect width=\"9\" height=\"9\" fill=\"var({token})\" fill-opacity=\"{alpha}\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_is_markup() {
        let hostile = "</title><script>alert(1)</script>\" onload='x' & \u{0}\u{85}\u{202E}";
        let text = Text(hostile).to_string();
        assert!(!text.contains(['<', '>', '"', '\'', '\u{0}', '\u{85}']));
        assert_eq!(Own("a<b").to_string(), "<bdi>a&lt;b</bdi>");
        let mut out = String::new();
        picture("c", (10.0, 5.0), &[], hostile, &mut out);
        assert_eq!((out.matches('<').count(), out.matches('>').count()), (2, 2));
    }
}
