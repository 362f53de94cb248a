//! What travels with a message for each member of [`crate::wire::Source::Files`]: a `File` as it is, or a list of words where it is to be
//! opened otherwise: what it is, its value, the importer that was chosen for it alone, and what a feed's server wants.

use crate::wire::Access;
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

const FILE: &str = "file";
const URL: &str = "url";
const KEPT: &str = "kept";

/// One of several that are read into one data set.
#[derive(Clone, Debug)]
pub enum Member {
    File(Blob),
    /// A feed's address, absolute, and what its server wants besides.
    Url(String, Access),
    /// What was kept in this browser under this name.
    Kept(String),
}

/// A member as it travels; `read_as`: the importer that was chosen for it.
pub fn to_js(member: &Member, read_as: Option<&str>) -> JsValue {
    let (kind, value, access) = match member {
        Member::File(file) if read_as.is_none() => return file.into(),
        Member::File(file) => (FILE, file.into(), ""),
        Member::Url(address, access) => (URL, address.into(), access.text()),
        Member::Kept(name) => (KEPT, name.into(), ""),
    };
    Array::of4(&kind.into(), &value, &read_as.into(), &access.into()).into()
}

/// A member that travelled, with its importer; `None` where it is none.
pub fn of_js(value: JsValue) -> Option<(Member, Option<String>)> {
    let parts = match value.dyn_into::<Blob>() {
        Ok(file) => return Some((Member::File(file), None)),
        Err(other) => other.dyn_into::<Array>().ok()?,
    };
    let member = match parts.get(0).as_string()?.as_str() {
        FILE => Member::File(parts.get(1).dyn_into().ok()?),
        URL => Member::Url(parts.get(1).as_string()?, Access::new(&parts.get(3).as_string()?)),
        KEPT => Member::Kept(parts.get(1).as_string()?),
        _ => return None,
    };
    Some((member, parts.get(2).as_string()))
}
