//! A chart as SVG, from the shapes that the page paints: the same picture, sharp at any size, in a theme's colours or in those of print.

use super::ink::{Palette, colour};
use crate::scene::{Anchor, Ink, Point, Shape, TEXT_PX, text_width_about};
use std::fmt::Write as _;

/// Height of the title's band and of a legend line, in pixels.
const BAND: f64 = 22.0;
const MARGIN: f64 = 12.0;
/// A legend entry's stroke and the gaps around it.
const STROKE: f64 = 16.0;
const GAP: f64 = 6.0;

/// What is around a chart in its picture.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    /// Above the chart: metric and unit, service, range and zone.
    pub title: &'a str,
    pub subtitle: &'a str,
    /// Names of the lines with their colour roles, in the legend's order.
    pub legend: &'a [(String, &'static str)],
    /// `zh-CN`, `en`: picks the fonts of the texts.
    pub language: &'a str,
}

/// The picture: title, legend, and the chart's shapes laid out over `size` (in CSS pixels, see `scene::pane`).
pub fn write(picture: &Picture<'_>, shapes: &[Shape], size: Point, palette: Palette) -> String {
    let (legend, legend_height) = legend(picture.legend, size.0);
    let top = MARGIN + 2.0 * BAND + legend_height;
    let (width, height) = (size.0 + 2.0 * MARGIN, top + size.1 + MARGIN);
    let mut out = String::with_capacity(4096 + shapes.len() * 96);
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         xml:lang=\"{}\" font-family=\"system-ui, 'Segoe UI', 'Noto Sans', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif\" \
         font-size=\"{TEXT_PX}\" role=\"img\">",
        escape(picture.language)
    );
    let _ = write!(out, "<title>{} {}</title>", escape(picture.title), escape(picture.subtitle));
    let _ = write!(out, "<rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>", colour(palette, "--panel"));
    let text = |y: f64, size: f64, weight: u16, role: &str, text: &str| {
        let colour = colour(palette, role);
        format!(
            "<text x=\"{MARGIN}\" y=\"{y}\" font-size=\"{size}\" font-weight=\"{weight}\" fill=\"{colour}\">{}</text>",
            escape(text)
        )
    };
    out.push_str(&text(MARGIN + 15.0, 15.0, 600, "--ink", picture.title));
    out.push_str(&text(MARGIN + BAND + 12.0, TEXT_PX, 400, "--ink-3", picture.subtitle));
    let _ = write!(out, "<g transform=\"translate({MARGIN} {})\">", MARGIN + 2.0 * BAND);
    shapes_to(&legend, palette, &mut out);
    let _ = write!(out, "</g><g transform=\"translate({MARGIN} {top})\">");
    shapes_to(shapes, palette, &mut out);
    out.push_str("</g></svg>\n");
    out
}

/// Legend entries from left to right, over as many lines as it takes; with their height.
fn legend(entries: &[(String, &'static str)], width: f64) -> (Vec<Shape>, f64) {
    if entries.len() < 2 {
        return (Vec::new(), 0.0);
    }
    let mut out = Vec::new();
    let (mut x, mut y) = (0.0, BAND / 2.0);
    for (name, token) in entries {
        let wide = STROKE + GAP + text_width_about(name) + 2.0 * GAP;
        if x > 0.0 && x + wide > width {
            (x, y) = (0.0, y + BAND);
        }
        out.push(Shape::Polyline { points: vec![(x, y), (x + STROKE, y)], width: 2.0, ink: Ink::of(token) });
        let at = (x + STROKE + GAP, y + 4.0);
        out.push(Shape::Text { at, text: name.clone(), anchor: Anchor::Start, strong: false, ink: Ink::of("--ink") });
        x += wide + GAP;
    }
    (out, y + BAND / 2.0)
}

/// The shapes alone, as elements of a picture that the caller begins and ends.
pub fn shapes_to(shapes: &[Shape], palette: Palette, out: &mut String) {
    for shape in shapes {
        let _ = match shape {
            Shape::Hairline { from, to, ink } => write!(
                out,
                "<path d=\"M{} {}L{} {}\" {} stroke-width=\"1\" shape-rendering=\"crispEdges\"/>",
                short(from.0),
                short(from.1),
                short(to.0),
                short(to.1),
                stroke(palette, *ink)
            ),
            Shape::Polyline { points, width, ink } => write!(
                out,
                "<path d=\"{}\" fill=\"none\" {} stroke-width=\"{width}\" stroke-linejoin=\"round\" stroke-linecap=\"round\"/>",
                path(points),
                stroke(palette, *ink)
            ),
            Shape::Polygon { points, ink } => write!(out, "<path d=\"{}Z\" {}/>", path(points), fill(palette, *ink)),
            Shape::Rect { at, size, ink } => write!(
                out,
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" {}/>",
                short(at.0),
                short(at.1),
                short(size.0),
                short(size.1),
                fill(palette, *ink)
            ),
            Shape::Circle { at, radius, fill: inside, outline } => {
                let edge = outline
                    .map_or_else(String::new, |(ink, width)| format!(" {} stroke-width=\"{width}\"", stroke(palette, ink)));
                write!(
                    out,
                    "<circle cx=\"{}\" cy=\"{}\" r=\"{radius}\" {}{edge}/>",
                    short(at.0),
                    short(at.1),
                    fill(palette, *inside)
                )
            }
            Shape::Text { at, text, anchor, strong, ink } => {
                let anchor = match anchor {
                    Anchor::Start => "start",
                    Anchor::Middle => "middle",
                    Anchor::End => "end",
                };
                let weight = if *strong { " font-weight=\"600\"" } else { "" };
                write!(
                    out,
                    "<text x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\"{weight} {}>{}</text>",
                    short(at.0),
                    short(at.1),
                    fill(palette, *ink),
                    escape(text)
                )
            }
        };
    }
}

fn path(points: &[Point]) -> String {
    let mut out = String::with_capacity(points.len() * 12);
    for (i, (x, y)) in points.iter().enumerate() {
        let _ = write!(out, "{}{} {}", if i == 0 { 'M' } else { 'L' }, short(*x), short(*y));
    }
    out
}

/// Hundredths of a pixel are enough for any screen and any printer.
fn short(value: f64) -> f64 {
    let value = (value * 100.0).round() / 100.0;
    if value.is_finite() { value } else { 0.0 }
}

fn stroke(palette: Palette, ink: Ink) -> String {
    paint("stroke", palette, ink)
}

fn fill(palette: Palette, ink: Ink) -> String {
    paint("fill", palette, ink)
}

fn paint(what: &str, palette: Palette, ink: Ink) -> String {
    let colour = match palette {
        Palette::Roles => format!("var({})", ink.token),
        _ => colour(palette, ink.token).to_string(),
    };
    if ink.alpha < 1.0 { format!("{what}=\"{colour}\" {what}-opacity=\"{}\"", ink.alpha) } else { format!("{what}=\"{colour}\"") }
}

/// Text for XML, whatever a feed named its services; what XML 1.0 cannot hold is left out.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{0}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Line, Metric};
    use crate::scene::{PaneInput, PaneLine, look, pane};

    fn picture(palette: Palette, title: &str) -> String {
        let values = [1.0, f64::NAN, 3.0, 2.0];
        let lines = [PaneLine::exact(&values, look(Metric::Rpm, Line::PerMinute))];
        let input = PaneInput {
            size: (640.0, 240.0),
            buckets: 4,
            lines: &lines,
            before: None,
            fan: None,
            calls: Some(&[1, 0, 1, 1]),
            unfinished: true,
            logarithmic: false,
            whole: false,
            ceiling: None,
            marks: &[],
        };
        let laid = pane(&input);
        let legend = [("A & B".to_owned(), "--s-total"), ("C".to_owned(), "--s-prev")];
        write(&Picture { title, subtitle: "s", legend: &legend, language: "en" }, &laid.shapes, laid.size, palette)
    }

    #[test]
    fn every_shape_is_drawn_in_the_palettes_colours() {
        let light = picture(Palette::Light, "RPM");
        assert!(light.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"664\""));
        assert!(light.contains("#20262D") && light.contains("A &amp; B") && !light.contains("NaN") && !light.contains("--"));
        let dark = picture(Palette::Dark, "RPM");
        assert!(dark.contains("#E3E7EB") && !dark.contains("#20262D"));
        // Same shapes, other colours.
        assert_eq!(light.matches('<').count(), dark.matches('<').count());
    }

    #[test]
    fn names_are_text_and_nothing_else() {
        let svg = picture(Palette::Light, "</text><script>alert(1)</script>\u{0}\u{FFFF}");
        assert!(!svg.contains("<script") && !svg.contains('\u{0}') && !svg.contains('\u{FFFF}'));
        assert_eq!(svg.matches("<svg").count(), svg.matches("</svg>").count());
    }
}
