//! Colours of charts in files: the stylesheet's roles as numbers, since a file has no stylesheet.

use std::fmt;

/// Whose colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Palette {
    /// The light theme, which is also the one for print and workbooks.
    Light,
    Dark,
    /// Those of the stylesheet around the picture, which has a custom property for each role.
    Roles,
}

/// A colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb(pub u32);

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:06X}", self.0)
    }
}

/// A role's colour; that of text for a role that charts do not use.
pub fn colour(palette: Palette, token: &str) -> Rgb {
    let &(_, light, dark) = ROLES.iter().find(|role| role.0 == token).unwrap_or(&ROLES[0]);
    Rgb(if palette == Palette::Dark { dark } else { light })
}

/// Role, light, dark: as in `style/tokens.css`, held equal by a test.
pub(super) const ROLES: [(&str, u32, u32); 35] = [
    ("--ink", 0x14181D, 0xE9ECEF),
    ("--ink-3", 0x626C78, 0x8D97A3),
    ("--panel", 0xFFFFFF, 0x14181C),
    ("--rule-strong", 0xC6CDD5, 0x39424C),
    ("--grid", 0xE9ECF0, 0x21272D),
    ("--axis", 0xAEB7C1, 0x4A545F),
    ("--hatch", 0xC6CDD5, 0x39424C),
    ("--s-total", 0x20262D, 0xE3E7EB),
    ("--s-ok", 0x2E78B7, 0x5FA5DF),
    ("--s-fail", 0xC2392B, 0xF47C6C),
    ("--s-input", 0x2E6DB4, 0x5C9FE6),
    ("--s-output", 0x17917F, 0x4FC7B0),
    ("--s-prev", 0x98A2AD, 0x5F6A76),
    ("--p-avg", 0x14181D, 0xF4F6F8),
    ("--p-50", 0x2A98A0, 0x2F7F86),
    ("--p-80", 0x2E7DC0, 0x4A92D0),
    ("--p-90", 0x4F5DC6, 0x8D9DF2),
    ("--p-99", 0x6A31B0, 0xCFBAFD),
    ("--p-max", 0x9A2579, 0xF08CC4),
    ("--p-fan", 0x4F5DC6, 0x8D9DF2),
    ("--e4-1", 0xA86A00, 0xE9B44C),
    ("--e4-2", 0x7C5A1E, 0xB98A3A),
    ("--e4-3", 0xC08A2E, 0x8F7340),
    ("--e4-4", 0x857A2C, 0xA9A35C),
    ("--e4-5", 0xD9600F, 0xFD7933),
    ("--e4-6", 0x703500, 0xBD4D00),
    ("--e4-7", 0x45430F, 0xE3E455),
    ("--e4-8", 0x9C7F73, 0xFDDDCF),
    ("--e5-1", 0xB5234A, 0xFF86A3),
    ("--e5-2", 0x7F1D3F, 0xC75E7C),
    ("--e5-3", 0xD0567A, 0xAE5A72),
    ("--e5-4", 0x9D068B, 0xE961D1),
    ("--e5-5", 0x4E1843, 0xB2289E),
    ("--e5-6", 0x7C5473, 0xB393AB),
    ("--rule", 0xE1E5EA, 0x252B32),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_the_stylesheets() {
        let css = include_str!("../../../../style/tokens.css");
        for (token, light, dark) in ROLES {
            let line = format!("{token}: light-dark({}, {});", Rgb(light), Rgb(dark));
            assert!(css.contains(&line), "{line}");
        }
        assert_eq!(colour(Palette::Dark, "--s-fail").to_string(), "#F47C6C");
        // Every role that a chart's look or shape can name.
        use crate::model::{Line, Metric};
        let codes = (400..408).chain(500..506).map(Line::Status);
        let lines: Vec<Line> = Line::NAMED.into_iter().chain(codes).collect();
        for metric in Metric::THREE_WIDE {
            for look in crate::scene::looks(metric, &lines) {
                assert!(ROLES.iter().any(|role| role.0 == look.token), "{}", look.token);
            }
        }
    }
}
