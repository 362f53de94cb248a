//! Paints shapes on a canvas through plotters.

use super::backend::{CanvasError, PageBackend, UNITS};
use super::palette::Palette;
use super::text::context;
use crate::scene::{Anchor, Ink, Point, Shape, TEXT_PX};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Polygon, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontStyle, RGBAColor, ShapeStyle, TextStyle};
use plotters_backend::BackendCoord;
use plotters_canvas::CanvasBackend;
use web_sys::HtmlCanvasElement;

type Area = DrawingArea<PageBackend, Shift>;
type Painted = Result<(), DrawingAreaErrorKind<CanvasError>>;

/// A canvas' size, in CSS pixels and in the device's.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Extent {
    pub css: Point,
    pub device: (u32, u32),
}

impl Extent {
    /// Nothing can be seen.
    pub fn is_empty(&self) -> bool {
        self.device.0 == 0 || self.device.1 == 0 || self.css.0 < 1.0 || self.css.1 < 1.0
    }

    /// Width of a device's pixel in CSS pixels.
    pub fn pixel(&self) -> f64 {
        self.css.0 / f64::from(self.device.0)
    }

    fn ratio(&self) -> Point {
        (f64::from(self.device.0) / self.css.0, f64::from(self.device.1) / self.css.1)
    }
}

/// Paints shapes on a canvas, over nothing; how many corners they have. A canvas without a context, as when the browser has run out of them, stays empty.
pub fn paint(canvas: &HtmlCanvasElement, extent: Extent, shapes: &[Shape], palette: Palette) -> usize {
    if extent.is_empty() {
        return 0;
    }
    let (Some(inner), Some(ctx)) = (CanvasBackend::with_canvas_object(canvas.clone()), context(canvas)) else { return 0 };
    if (canvas.width(), canvas.height()) == extent.device {
        // Cheaper than setting the size, which also gives up the memory of the picture.
        ctx.reset_transform().unwrap_or_default();
        ctx.clear_rect(0.0, 0.0, f64::from(extent.device.0), f64::from(extent.device.1));
    } else {
        canvas.set_width(extent.device.0);
        canvas.set_height(extent.device.1);
    }
    ctx.set_line_join("round");
    ctx.set_line_cap("round");
    let (x, y) = extent.ratio();
    if ctx.set_transform(1.0 / UNITS, 0.0, 0.0, 1.0 / UNITS, 0.0, 0.0).is_err() {
        return 0;
    }
    let area = PageBackend::new(inner, ctx, extent.device, (x, y)).into_drawing_area();
    let painter = Painter { area, x: x * UNITS, y: y * UNITS, palette };
    // The backend never fails but where the browser refuses a number that is none; what is painted until then stays.
    let painted = shapes.iter().try_for_each(|shape| painter.paint(shape)).and_then(|()| painter.area.present());
    drop(painted);
    shapes.iter().map(Shape::corners).sum()
}

struct Painter {
    area: Area,
    /// Backend units in a CSS pixel.
    x: f64,
    y: f64,
    palette: Palette,
}

impl Painter {
    fn at(&self, p: Point) -> BackendCoord {
        ((p.0 * self.x).round() as i32, (p.1 * self.y).round() as i32)
    }

    fn colour(&self, ink: Ink) -> RGBAColor {
        self.palette.colour(ink.token, ink.alpha)
    }

    fn style(&self, ink: Ink, width: f64) -> ShapeStyle {
        ShapeStyle { color: self.colour(ink), filled: false, stroke_width: (width * self.x).round() as u32 }
    }

    fn filled(&self, ink: Ink) -> ShapeStyle {
        ShapeStyle { color: self.colour(ink), filled: true, stroke_width: 0 }
    }

    fn paint(&self, shape: &Shape) -> Painted {
        match shape {
            Shape::Hairline { from, to, ink } => self.hairline(*from, *to, *ink),
            Shape::Polyline { points, width, ink } => {
                let points: Vec<BackendCoord> = points.iter().map(|p| self.at(*p)).collect();
                self.area.draw(&PathElement::new(points, self.style(*ink, *width)))
            }
            Shape::Polygon { points, ink } => {
                let points: Vec<BackendCoord> = points.iter().map(|p| self.at(*p)).collect();
                self.area.draw(&Polygon::new(points, self.filled(*ink)))
            }
            Shape::Rect { at, size, ink } => {
                let corners = [self.at(*at), self.at((at.0 + size.0, at.1 + size.1))];
                self.area.draw(&Rectangle::new(corners, self.filled(*ink)))
            }
            Shape::Circle { at, radius, fill, outline } => {
                let size = (radius * self.x).round() as i32;
                self.area.draw(&Circle::new(self.at(*at), size, self.filled(*fill)))?;
                match outline {
                    Some((ink, width)) => self.area.draw(&Circle::new(self.at(*at), size, self.style(*ink, *width))),
                    None => Ok(()),
                }
            }
            Shape::Text { at, text, anchor, strong, ink } => {
                let h = match anchor {
                    Anchor::Start => HPos::Left,
                    Anchor::Middle => HPos::Center,
                    Anchor::End => HPos::Right,
                };
                let weight = if *strong { FontStyle::Bold } else { FontStyle::Normal };
                let colour = self.colour(*ink);
                let style = TextStyle::from(("page", TEXT_PX, weight)).color(&colour).pos(Pos::new(h, VPos::Bottom));
                self.area.draw(&Text::new(text.as_str(), self.at(*at), style))
            }
        }
    }

    /// A line as a rectangle of whole device pixels, so that it is never blurred.
    fn hairline(&self, from: Point, to: Point, ink: Ink) -> Painted {
        let snap = |units: i32| (f64::from(units) / UNITS).round() as i32 * UNITS as i32;
        let thick = |per_css: f64| ((per_css / UNITS).round().max(1.0) * UNITS) as i32;
        let (from, to) = (self.at(from), self.at(to));
        let upper = (snap(from.0), snap(from.1));
        let mut lower = (snap(to.0), snap(to.1));
        if upper.0 == lower.0 {
            lower.0 += thick(self.x);
        } else {
            lower.1 = upper.1 + thick(self.y);
        }
        self.area.draw(&Rectangle::new([upper, lower], self.filled(ink)))
    }
}
