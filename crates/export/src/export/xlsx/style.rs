//! How cells look: one format for each role and kind, in the colours of print.

use crate::export::ink::{Palette, colour};
use crate::export::table::{Kind, TimeStyle};
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};
use std::collections::HashMap;

/// What a cell is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Name of a table, above its header.
    Title,
    Header,
    Body,
    /// Part of the row above it.
    Sub,
    Total,
    /// A heading between rows.
    Heading,
}

/// Formats, made once each.
#[derive(Default)]
pub struct Styles(HashMap<(Role, Kind, bool), Format>);

impl Styles {
    /// The format; `quoted`: the text would be taken for a formula when it is edited.
    pub fn of(&mut self, role: Role, kind: Kind, quoted: bool) -> &Format {
        self.0.entry((role, kind, quoted)).or_insert_with(|| format(role, kind, quoted))
    }
}

fn tone(token: &str) -> Color {
    Color::RGB(colour(Palette::Light, token).0)
}

/// Header bands and lines.
const BAND: Color = Color::RGB(0x00EE_F1F5);

fn format(role: Role, kind: Kind, quoted: bool) -> Format {
    let text = matches!(kind, Kind::Text | Kind::LongText);
    let mut format = Format::new().set_align(FormatAlign::Top);
    format = match role {
        Role::Title => return Format::new().set_bold().set_font_size(13),
        Role::Header => {
            let side = if text { FormatAlign::Left } else { FormatAlign::Right };
            let header = Format::new().set_bold().set_background_color(BAND).set_text_wrap();
            return header.set_align(side).set_align(FormatAlign::VerticalCenter).set_border_bottom(FormatBorder::Thin);
        }
        Role::Heading => format.set_bold().set_border_bottom(FormatBorder::Thin).set_border_bottom_color(tone("--axis")),
        Role::Total => format.set_bold().set_border_top(FormatBorder::Thin),
        Role::Sub => format.set_font_color(tone("--ink-3")),
        Role::Body => format,
    };
    // Numbers are aligned right; so is the `-` in their place.
    format = format.set_align(if text { FormatAlign::Left } else { FormatAlign::Right });
    if role == Role::Sub && kind == Kind::Text {
        format = format.set_indent(1);
    }
    if quoted {
        format = format.set_quote_prefix();
    }
    match kind {
        Kind::Text => format,
        Kind::LongText => format.set_text_wrap(),
        Kind::Code => format.set_num_format("0"),
        Kind::Whole => format.set_num_format("#,##0"),
        Kind::Decimal(0) => format.set_num_format("#,##0"),
        Kind::Decimal(n) => format.set_num_format(format!("#,##0.{}", "0".repeat(n.into()))),
        Kind::Time(style) => format.set_num_format(time_format(style)),
    }
}

/// Number format of a time. Written out, so that it reads the same under every regional setting.
pub const fn time_format(style: TimeStyle) -> &'static str {
    match style {
        TimeStyle::Day => "yyyy\\-mm\\-dd",
        TimeStyle::Minute => "yyyy\\-mm\\-dd\\ hh:mm",
        TimeStyle::Second => "yyyy\\-mm\\-dd\\ hh:mm:ss",
        TimeStyle::Milli => "yyyy\\-mm\\-dd\\ hh:mm:ss.000",
    }
}
