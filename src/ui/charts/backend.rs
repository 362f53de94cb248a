//! The backend by which plotters draws on the page's canvas.
//!
//! plotters' own canvas backend uses whole pixels, ignores the device's pixel ratio, sets colours
//! as text for every shape and measures text by adding elements to the page. This wrapper uses
//! sixteenths of a device pixel, strokes or fills all neighbours of one colour at once, and draws
//! text itself, with the page's font.

use super::text::{font, text_width};
use crate::scene::{Point, TEXT_PX};
use core::f64::consts::TAU;
use plotters::style::FontStyle;
use plotters::style::text_anchor::HPos;
use plotters_backend::{BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind};
use plotters_canvas::CanvasBackend;
use web_sys::CanvasRenderingContext2d;

pub type CanvasError = <CanvasBackend as DrawingBackend>::ErrorType;
type DrawResult = Result<(), DrawingErrorKind<CanvasError>>;

/// Backend units in a device pixel.
pub const UNITS: f64 = 16.0;

/// Red, green, blue, alpha.
type Colour = (u8, u8, u8, f64);

/// The path that is open: what comes in the same colour is added to it.
#[derive(Clone, Copy, PartialEq)]
enum Open {
    Nothing,
    Stroke(Colour, u32),
    Fill(Colour),
}

pub struct PageBackend {
    inner: CanvasBackend,
    ctx: CanvasRenderingContext2d,
    /// Device pixels.
    size: (u32, u32),
    /// Device pixels in a CSS pixel.
    ratio: Point,
    open: Open,
    /// The weight of the font in force.
    strong: Option<bool>,
}

impl PageBackend {
    /// `ctx` is that of `inner`'s canvas, scaled to [`UNITS`].
    pub fn new(inner: CanvasBackend, ctx: CanvasRenderingContext2d, size: (u32, u32), ratio: Point) -> Self {
        Self { inner, ctx, size, ratio, open: Open::Nothing, strong: None }
    }

    fn begin(&mut self, next: Open) {
        if self.open == next {
            return;
        }
        self.close();
        self.ctx.begin_path();
        match next {
            Open::Nothing => {}
            Open::Stroke(colour, width) => {
                self.ctx.set_stroke_style_str(&css(colour));
                self.ctx.set_line_width(f64::from(width));
            }
            Open::Fill(colour) => self.ctx.set_fill_style_str(&css(colour)),
        }
        self.open = next;
    }

    fn close(&mut self) {
        match self.open {
            Open::Nothing => {}
            Open::Stroke(..) => self.ctx.stroke(),
            Open::Fill(_) => self.ctx.fill(),
        }
        self.open = Open::Nothing;
    }

    fn trace(&self, path: impl IntoIterator<Item = BackendCoord>) {
        for (i, (x, y)) in path.into_iter().enumerate() {
            let (x, y) = (f64::from(x), f64::from(y));
            if i == 0 { self.ctx.move_to(x, y) } else { self.ctx.line_to(x, y) }
        }
    }
}

fn colour(style: &impl BackendStyle) -> Colour {
    let BackendColor { alpha, rgb: (r, g, b) } = style.color();
    (r, g, b, alpha)
}

fn css((r, g, b, alpha): Colour) -> String {
    format!("rgba({r},{g},{b},{alpha})")
}

fn stroke(style: &impl BackendStyle) -> Open {
    Open::Stroke(colour(style), style.stroke_width())
}

impl DrawingBackend for PageBackend {
    type ErrorType = CanvasError;

    fn get_size(&self) -> (u32, u32) {
        (self.size.0 * UNITS as u32, self.size.1 * UNITS as u32)
    }

    fn ensure_prepared(&mut self) -> DrawResult {
        self.inner.ensure_prepared()
    }

    fn present(&mut self) -> DrawResult {
        self.close();
        self.inner.present()
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> DrawResult {
        self.close();
        self.inner.draw_pixel(point, color)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> DrawResult {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S, fill: bool) -> DrawResult {
        self.begin(if fill { Open::Fill(colour(style)) } else { stroke(style) });
        let size = (to.0 - from.0, to.1 - from.1);
        self.ctx.rect(f64::from(from.0), f64::from(from.1), f64::from(size.0), f64::from(size.1));
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> DrawResult {
        self.begin(stroke(style));
        self.trace(path);
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(&mut self, center: BackendCoord, radius: u32, style: &S, fill: bool) -> DrawResult {
        self.begin(if fill { Open::Fill(colour(style)) } else { stroke(style) });
        let (x, y, radius) = (f64::from(center.0), f64::from(center.1), f64::from(radius));
        self.ctx.move_to(x + radius, y);
        // Refused for a negative radius only, which the type excludes.
        drop(self.ctx.arc(x, y, radius, 0.0, TAU));
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, vert: I, style: &S) -> DrawResult {
        self.begin(Open::Fill(colour(style)));
        self.trace(vert);
        self.ctx.close_path();
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, pos: BackendCoord) -> DrawResult {
        self.close();
        let BackendColor { alpha, rgb: (r, g, b) } = style.color();
        let ctx = &self.ctx;
        let strong = matches!(style.style(), FontStyle::Bold);
        if self.strong != Some(strong) {
            self.strong = Some(strong);
            ctx.set_font(&font(strong));
            ctx.set_text_baseline("alphabetic");
        }
        ctx.set_text_align(match style.anchor().h_pos {
            HPos::Left => "left",
            HPos::Center => "center",
            HPos::Right => "right",
        });
        ctx.set_fill_style_str(&css((r, g, b, alpha)));
        let (x, y) = self.ratio;
        let at = (f64::from(pos.0) / UNITS / x, f64::from(pos.1) / UNITS / y);
        // In CSS pixels, so that the browser chooses glyphs for the size that is seen. Refused only for numbers that are none.
        let drawn = ctx
            .set_transform(x, 0.0, 0.0, y, 0.0, 0.0)
            .and_then(|()| ctx.fill_text(text, at.0, at.1))
            .and_then(|()| ctx.set_transform(1.0 / UNITS, 0.0, 0.0, 1.0 / UNITS, 0.0, 0.0));
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
