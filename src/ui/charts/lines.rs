//! Lines of many points, which the page colours itself: a browser takes ten times as long to stroke them.

use super::text::context_of;
use crate::scene::{Cover, Sheet};
use leptos::prelude::document;
use plotters::style::RGBAColor;
use std::cell::RefCell;
use wasm_bindgen::{Clamped, JsCast, JsValue};
use web_sys::js_sys::{Object, Reflect};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// Canvases of more device pixels than this are the browser's: the memory for their colours would stay with the page.
const PIXELS_MAX: usize = 2_000_000;

/// Where lines are coloured before they are put on their canvas.
#[derive(Default)]
struct LineBuffer {
    sheet: Sheet,
    /// Holds what is to be put over something else, which bare colours cannot be.
    between: Option<(HtmlCanvasElement, CanvasRenderingContext2d)>,
}

thread_local! {
    static LINE_BUFFER: RefCell<LineBuffer> = RefCell::default();
}

/// Begins a picture of this size; whether lines can be laid.
pub fn begin((width, height): (u32, u32)) -> bool {
    let (columns, rows) = (width as usize, height as usize);
    LINE_BUFFER.with_borrow_mut(|buffer| {
        buffer.sheet.clear();
        if columns * rows > PIXELS_MAX {
            return false;
        }
        if buffer.between.is_none() {
            buffer.between = between();
        }
        let Some((canvas, _)) = &buffer.between else { return false };
        if canvas.width() < width {
            canvas.set_width(width);
        }
        if canvas.height() < height {
            canvas.set_height(height);
        }
        buffer.sheet.renew(columns, rows);
        true
    })
}

/// Lays a line over those before it.
pub fn lay(line: &Cover, RGBAColor(r, g, b, opacity): RGBAColor) {
    LINE_BUFFER.with_borrow_mut(|buffer| buffer.sheet.lay(line, [r, g, b], opacity));
}

/// Whether lines wait for being put on their canvas.
pub fn wait() -> bool {
    LINE_BUFFER.with_borrow(|buffer| !buffer.sheet.used().0.is_empty())
}

/// Puts the lines on their canvas, which is scaled to its pixels; how many pixels that were.
pub fn put(ctx: &CanvasRenderingContext2d) -> usize {
    LINE_BUFFER.with_borrow_mut(|buffer| {
        let (rows, columns) = buffer.sheet.used();
        let Some((canvas, between)) = &buffer.between else { return 0 };
        let image =
            ImageData::new_with_u8_clamped_array(Clamped(buffer.sheet.colours(rows.clone())), buffer.sheet.width() as u32);
        let (x, y) = (columns.start as f64, rows.start as f64);
        let (width, height) = (columns.len() as f64, rows.len() as f64);
        // Refused only for sizes of nothing.
        let put = image.and_then(|image| between.put_image_data(&image, 0.0, 0.0)).and_then(|()| {
            ctx.draw_image_with_html_canvas_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
                canvas, x, 0.0, width, height, x, y, width, height,
            )
        });
        drop(put);
        buffer.sheet.clear();
        rows.len() * columns.len()
    })
}

/// A canvas outside of the page, in memory that colours can be written to.
fn between() -> Option<(HtmlCanvasElement, CanvasRenderingContext2d)> {
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    let options = Object::new();
    Reflect::set(&options, &JsValue::from_str("willReadFrequently"), &JsValue::TRUE).ok()?;
    let ctx = context_of(canvas.get_context_with_context_options("2d", &options))?;
    Some((canvas, ctx))
}
