//! The files within folders that were dropped.

use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry};

/// All files of these entries and of the folders below them, by path. What cannot be read and what is hidden is left out.
pub async fn files(mut entries: Vec<FileSystemEntry>) -> Vec<(String, File)> {
    let mut files = Vec::new();
    while let Some(entry) = entries.pop() {
        if entry.name().starts_with('.') {
            continue;
        }
        if entry.is_directory() {
            entries.extend(children(entry.unchecked_into()).await);
        } else if let Ok(file) =
            answer(|then, or| entry.unchecked_ref::<FileSystemFileEntry>().file_with_callback_and_callback(then, or)).await
        {
            files.push((entry.full_path().trim_start_matches('/').to_owned(), file.unchecked_into()));
        }
    }
    files
}

/// What lies in a folder; browsers hand it over in pieces, the last of them empty.
async fn children(folder: FileSystemDirectoryEntry) -> Vec<FileSystemEntry> {
    let reader = folder.create_reader();
    let mut all = Vec::new();
    loop {
        let Ok(piece) = answer(|then, or| drop(reader.read_entries_with_callback_and_callback(then, or))).await else {
            return all;
        };
        let before = all.len();
        all.extend(js_sys::Array::from(&piece).iter().map(JsCast::unchecked_into));
        if all.len() == before {
            return all;
        }
    }
}

/// The answer of a function that takes two callbacks: one for the result, one for an error.
async fn answer(ask: impl Fn(&js_sys::Function, &js_sys::Function)) -> Result<JsValue, JsValue> {
    JsFuture::from(js_sys::Promise::new(&mut |then, or| ask(&then, &or))).await
}
