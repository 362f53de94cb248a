//! Mappings that a user keeps in this browser, by name. A browser that keeps nothing has none.

use leptos::prelude::window;
use web_sys::Storage;

/// What keys of the storage begin with; the rest is the mapping's name, the value its JSON.
const KEY: &str = "callscope.mapping:";

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// Names in alphabetical order.
pub fn names() -> Vec<String> {
    let Some(storage) = storage() else { return Vec::new() };
    let keys = (0..storage.length().unwrap_or_default()).filter_map(|i| storage.key(i).ok().flatten());
    let mut names: Vec<String> = keys.filter_map(|key| key.strip_prefix(KEY).map(str::to_owned)).collect();
    names.sort_unstable();
    names
}

/// The mapping of this name, in JSON.
pub fn load(name: &str) -> Option<String> {
    storage()?.get_item(&format!("{KEY}{name}")).ok().flatten()
}

/// Keeps a mapping; false where the browser does not.
pub fn save(name: &str, json: &str) -> bool {
    storage().is_some_and(|storage| storage.set_item(&format!("{KEY}{name}"), json).is_ok())
}

pub fn forget(name: &str) {
    if let Some(storage) = storage() {
        // Refused only where nothing is kept.
        let _ = storage.remove_item(&format!("{KEY}{name}"));
    }
}
