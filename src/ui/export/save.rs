//! Files into the browser's downloads, text and pictures into shape for it.

use leptos::prelude::document;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, CanvasRenderingContext2d, HtmlAnchorElement, HtmlCanvasElement, HtmlImageElement, Url};

/// How long a saved file's address is kept: browsers read it soon after the press, but not at once.
const KEPT: Duration = Duration::from_secs(60);
/// Pixels of a picture for each of the chart's.
const SCALE: f64 = 2.0;

/// A text as a file's content.
pub fn text_blob(text: &str, kind: &str) -> Result<Blob, JsValue> {
    let bag = BlobPropertyBag::new();
    bag.set_type(kind);
    Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&JsValue::from_str(text)), &bag)
}

/// Puts a file among the downloads.
pub fn save(file: &Blob, name: &str) -> Result<(), JsValue> {
    let address = Url::create_object_url_with_blob(file)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&address);
    link.set_download(name);
    link.click();
    leptos::prelude::set_timeout(move || drop(Url::revoke_object_url(&address)), KEPT);
    Ok(())
}

/// An SVG as a PNG at twice its size.
pub async fn png(svg: &str) -> Result<Blob, JsValue> {
    let source = text_blob(svg, "image/svg+xml")?;
    let address = Url::create_object_url_with_blob(&source)?;
    let drawn = draw(&address).await;
    Url::revoke_object_url(&address)?;
    drawn
}

async fn draw(address: &str) -> Result<Blob, JsValue> {
    let image = HtmlImageElement::new()?;
    image.set_src(address);
    JsFuture::from(image.decode()).await?;
    let (width, height) = (f64::from(image.natural_width()), f64::from(image.natural_height()));
    let canvas: HtmlCanvasElement = document().create_element("canvas")?.unchecked_into();
    canvas.set_width((width * SCALE) as u32);
    canvas.set_height((height * SCALE) as u32);
    let context: CanvasRenderingContext2d = canvas.get_context("2d")?.ok_or(JsValue::NULL)?.unchecked_into();
    context.draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, width * SCALE, height * SCALE)?;
    let promise = js_sys::Promise::new(&mut |resolve, reject| {
        let done = Closure::once_into_js(move |blob: JsValue| {
            let answer = if blob.is_null() { reject.call1(&JsValue::NULL, &blob) } else { resolve.call1(&JsValue::NULL, &blob) };
            drop(answer);
        });
        drop(canvas.to_blob(done.unchecked_ref()));
    });
    JsFuture::from(promise).await.map(JsCast::unchecked_into)
}
