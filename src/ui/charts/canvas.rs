//! Paints shapes on a canvas through plotters.

use super::backend::{CanvasError, PageBackend, UNITS};
use super::lines;
use super::palette::Palette;
use super::text::context;
use crate::scene::{Anchor, Cover, Ink, Point, Shape, TEXT_PX, cover};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Polygon, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontStyle, RGBAColor, ShapeStyle, TextStyle};
use plotters_backend::BackendCoord;
use plotters_canvas::CanvasBackend;
use std::cell::Cell;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

type Area = DrawingArea<PageBackend, Shift>;
type PaintResult = Result<(), DrawingAreaErrorKind<CanvasError>>;

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

/// How much longer a browser takes to colour the pixels of a stroked line than those of an area of as many corners.
const STROKED: usize = 8;
/// Pixels that are put on a canvas in the time that a corner of an area takes.
const PUT: usize = 100;

/// Paints shapes on a canvas, over nothing; how much colouring the browser has left to do, in corners of areas. A canvas without a context, as
/// when the browser has run out of them, stays empty.
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
    let area = PageBackend::new(inner, ctx.clone(), extent.device, (x, y)).into_drawing_area();
    let lays = lines::begin(extent.device);
    let painter = Painter { area, ctx, x: x * UNITS, y: y * UNITS, palette, lays, left: Cell::new(0) };
    // The backend never fails but where the browser refuses a number that is none; what is painted until then stays.
    let painted = shapes.iter().try_for_each(|shape| painter.paint(shape)).and_then(|()| painter.finish());
    drop(painted);
    painter.left.get()
}

struct Painter {
    area: Area,
    ctx: CanvasRenderingContext2d,
    /// Backend units in a CSS pixel.
    x: f64,
    y: f64,
    palette: Palette,
    /// Lines of many points can be laid on the canvas as pixels.
    lays: bool,
    /// What [`paint`] returns.
    left: Cell<usize>,
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

    fn paint(&self, shape: &Shape) -> PaintResult {
        if let Some((line, ink)) = self.laid(shape) {
            lines::lay(&line, self.colour(ink));
            return Ok(());
        }
        self.put()?;
        match shape {
            Shape::Hairline { from, to, ink } => self.hairline(*from, *to, *ink),
            Shape::Polyline { points, width, ink } => {
                let points = self.corners(points, STROKED);
                self.area.draw(&PathElement::new(points, self.style(*ink, *width)))
            }
            Shape::Polygon { points, ink } => {
                let points = self.corners(points, 1);
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

    /// What a line of many points covers of the device's pixels.
    fn laid(&self, shape: &Shape) -> Option<(Cover, Ink)> {
        let Shape::Polyline { points, width, ink } = shape else { return None };
        let (x, y) = (self.x / UNITS, self.y / UNITS);
        let points: Vec<Point> = points.iter().filter(|_| self.lays).map(|p| (p.0 * x, p.1 * y)).collect();
        Some((cover(&points, width * x)?, *ink))
    }

    /// Puts lines that were laid on the canvas, before what comes over them.
    fn put(&self) -> PaintResult {
        if lines::wait() {
            // What is below them first. The browser takes the scale; it would refuse only numbers that are none.
            self.area.present()?;
            drop(self.ctx.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0));
            self.left.set(self.left.get() + lines::put(&self.ctx) / PUT);
            drop(self.ctx.set_transform(1.0 / UNITS, 0.0, 0.0, 1.0 / UNITS, 0.0, 0.0));
        }
        Ok(())
    }

    fn finish(&self) -> PaintResult {
        self.put()?;
        self.area.present()
    }

    fn corners(&self, points: &[Point], work: usize) -> Vec<BackendCoord> {
        self.left.set(self.left.get() + points.len() * work);
        points.iter().map(|p| self.at(*p)).collect()
    }

    /// A line as a rectangle of whole device pixels, so that it is never blurred.
    fn hairline(&self, from: Point, to: Point, ink: Ink) -> PaintResult {
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
