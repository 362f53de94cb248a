//! What a chart is drawn with: plain shapes in CSS pixels. Colours are roles, named as the stylesheet's custom properties.

/// A place, x to the right and y down, in CSS pixels.
pub type Point = (f64, f64);

/// Size of all text in charts, in CSS pixels.
pub const TEXT_PX: f64 = 11.0;

/// A colour role, such as `--s-total`, and how much of it covers what is below (0 to 1).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ink {
    pub token: &'static str,
    pub alpha: f64,
}

impl Ink {
    /// The role at full strength.
    pub const fn of(token: &'static str) -> Self {
        Self { token, alpha: 1.0 }
    }

    /// The role, `alpha` of it.
    pub const fn faint(token: &'static str, alpha: f64) -> Self {
        Self { token, alpha }
    }
}

/// Which point of a text lies at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// One thing to paint. Later shapes cover earlier ones.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A horizontal or vertical line of one pixel, which the painter puts on whole device pixels.
    Hairline { from: Point, to: Point, ink: Ink },
    /// Straight segments with round joins and ends.
    Polyline { points: Vec<Point>, width: f64, ink: Ink },
    /// A filled, closed outline.
    Polygon { points: Vec<Point>, ink: Ink },
    /// A filled rectangle.
    Rect { at: Point, size: Point, ink: Ink },
    /// A disc, with an outline of a width where it has one.
    Circle { at: Point, radius: f64, fill: Ink, outline: Option<(Ink, f64)> },
    /// A line of text on its baseline, [`TEXT_PX`] high.
    Text { at: Point, text: String, anchor: Anchor, strong: bool, ink: Ink },
}

/// Width of a text in CSS pixels, about: for deciding what fits where nothing can be measured.
pub fn text_width_about(text: &str) -> f64 {
    text.chars().map(|c| if c.is_ascii() { TEXT_PX * 0.62 } else { TEXT_PX }).sum()
}
