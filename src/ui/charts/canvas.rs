//! Paints shapes on a canvas through plotters.
//!
//! plotters' canvas backend thinks in whole pixels, knows nothing of fine screens and measures text by adding elements to the page. The wrapper
//! here therefore gives it sixteenths of a device pixel, and draws text itself, with the page's font.

use super::palette::Palette;
use crate::scene::{Anchor, Ink, Point, Shape, TEXT_PX};
use leptos::prelude::{document, window};
use leptos::wasm_bindgen::JsCast;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Polygon, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontStyle, RGBAColor, ShapeStyle, TextStyle};
use plotters_backend::{BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind};
use plotters_canvas::CanvasBackend;
use std::cell::RefCell;
use std::collections::HashMap;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

type CanvasError = <CanvasBackend as DrawingBackend>::ErrorType;
type Area = DrawingArea<PageBackend, Shift>;
type Painted = Result<(), DrawingAreaErrorKind<CanvasError>>;

/// Backend units in a device pixel.
const UNITS: f64 = 16.0;
/// Texts whose width is remembered; figures change with the pointer, so there are many.
const WIDTHS_KEPT: usize = 4_000;

thread_local! {
    static WIDTHS: RefCell<HashMap<(String, bool), f64>> = RefCell::default();
    static FONT: RefCell<Option<String>> = const { RefCell::new(None) };
    /// A canvas outside of the page, for measuring.
    static RULER: Option<CanvasRenderingContext2d> =
        document().create_element("canvas").ok().and_then(|c| c.dyn_into().ok()).and_then(|c| context(&c));
}

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

    fn ratio(&self) -> Point {
        (f64::from(self.device.0) / self.css.0, f64::from(self.device.1) / self.css.1)
    }
}

/// Paints shapes on a canvas, over nothing. A canvas without a context, as when the browser has run out of them, stays empty.
pub fn paint(canvas: &HtmlCanvasElement, extent: Extent, shapes: &[Shape], palette: Palette) {
    if extent.is_empty() {
        return;
    }
    // Setting the size clears the canvas and its state.
    canvas.set_width(extent.device.0);
    canvas.set_height(extent.device.1);
    let (Some(inner), Some(ctx)) = (CanvasBackend::with_canvas_object(canvas.clone()), context(canvas)) else { return };
    ctx.set_line_join("round");
    ctx.set_line_cap("round");
    let (x, y) = extent.ratio();
    if ctx.scale(1.0 / UNITS, 1.0 / UNITS).is_err() {
        return;
    }
    let area = PageBackend { inner, ctx, extent, ratio: (x, y) }.into_drawing_area();
    let painter = Painter { area, x: x * UNITS, y: y * UNITS, palette };
    for shape in shapes {
        if painter.paint(shape).is_err() {
            return;
        }
    }
}

/// Width of a text in charts, in CSS pixels.
pub fn text_width(text: &str, strong: bool) -> f64 {
    let key = (text.to_owned(), strong);
    if let Some(width) = WIDTHS.with_borrow(|widths| widths.get(&key).copied()) {
        return width;
    }
    let width = RULER.with(|ctx| {
        let ctx = ctx.as_ref()?;
        ctx.set_font(&font(strong));
        ctx.measure_text(text).ok().map(|m| m.width())
    });
    let width = width.unwrap_or_else(|| crate::scene::text_width_about(text));
    WIDTHS.with_borrow_mut(|widths| {
        if widths.len() >= WIDTHS_KEPT {
            widths.clear();
        }
        widths.insert(key, width);
    });
    width
}

/// The page's font at the size of charts.
fn font(strong: bool) -> String {
    let family = FONT.with_borrow_mut(|family| {
        family
            .get_or_insert_with(|| {
                let body = document().body();
                let style = body.and_then(|b| window().get_computed_style(&b).ok().flatten());
                style.and_then(|s| s.get_property_value("font-family").ok()).unwrap_or_else(|| "sans-serif".into())
            })
            .clone()
    });
    format!("{} {TEXT_PX}px {family}", if strong { 500 } else { 400 })
}

fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok()??.dyn_into().ok()
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

/// The canvas backend in sixteenths of device pixels, with the page's own text.
struct PageBackend {
    inner: CanvasBackend,
    ctx: CanvasRenderingContext2d,
    extent: Extent,
    ratio: Point,
}

type Drawn = Result<(), DrawingErrorKind<CanvasError>>;

impl DrawingBackend for PageBackend {
    type ErrorType = CanvasError;

    fn get_size(&self) -> (u32, u32) {
        (self.extent.device.0 * UNITS as u32, self.extent.device.1 * UNITS as u32)
    }

    fn ensure_prepared(&mut self) -> Drawn {
        self.inner.ensure_prepared()
    }

    fn present(&mut self) -> Drawn {
        self.inner.present()
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Drawn {
        self.inner.draw_pixel(point, color)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        // As a path: the inner backend shifts single straight lines by half a unit.
        self.inner.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S, fill: bool) -> Drawn {
        self.inner.draw_rect(from, to, style, fill)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        self.inner.draw_path(path, style)
    }

    fn draw_circle<S: BackendStyle>(&mut self, center: BackendCoord, radius: u32, style: &S, fill: bool) -> Drawn {
        self.inner.draw_circle(center, radius, style, fill)
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, vert: I, style: &S) -> Drawn {
        self.inner.fill_polygon(vert, style)
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, pos: BackendCoord) -> Drawn {
        let BackendColor { alpha, rgb: (r, g, b) } = style.color();
        let ctx = &self.ctx;
        ctx.set_font(&font(matches!(style.style(), FontStyle::Bold)));
        ctx.set_text_baseline("alphabetic");
        ctx.set_text_align(match style.anchor().h_pos {
            HPos::Left => "left",
            HPos::Center => "center",
            HPos::Right => "right",
        });
        ctx.set_fill_style_str(&format!("rgba({r},{g},{b},{alpha})"));
        ctx.save();
        let (x, y) = self.ratio;
        let at = (f64::from(pos.0) / UNITS / x, f64::from(pos.1) / UNITS / y);
        // In CSS pixels, so that the browser chooses glyphs for the size that is seen. It is refused only for numbers that are none.
        let drawn = ctx.set_transform(x, 0.0, 0.0, y, 0.0, 0.0).and_then(|()| ctx.fill_text(text, at.0, at.1));
        ctx.restore();
        drop(drawn);
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<CanvasError>> {
        let width = text_width(text, matches!(style.style(), FontStyle::Bold));
        Ok(((width * self.ratio.0 * UNITS) as u32, (TEXT_PX * self.ratio.1 * UNITS) as u32))
    }
}
