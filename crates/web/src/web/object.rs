//! Fields and methods of the browser's objects by their names, for those that a browser may lack.

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// A field of an object; `undefined` where it has none.
pub fn field(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// Calls a method and waits for what it promises. By its name: each binding of a type would be code of the first view, and one of a method that
/// a browser lacks would throw where nothing catches it.
pub async fn call(of: &JsValue, method: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let method: Function = field(of, method).dyn_into()?;
    let answer = method.apply(of, &arguments.iter().collect::<Array>())?;
    match answer.dyn_into::<Promise>() {
        Ok(promise) => JsFuture::from(promise).await,
        Err(answer) => Ok(answer),
    }
}

/// Whether a browser has this method.
pub fn can(of: &JsValue, method: &str) -> bool {
    field(of, method).is_function()
}
