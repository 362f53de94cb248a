//! The browser's own files for this site (OPFS): a folder with one file for each data set that a person keeps.

use crate::store::kept::{Broken, LABEL_WITHIN, Label, label};
use js_sys::{IteratorNext, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions, StorageEstimate, StorageManager,
};

/// The folder within the site's own.
const FOLDER: &str = "kept";
/// What is not whole and this old was left behind by a tab that was closed while it wrote.
const LEFT_BEHIND_MS: f64 = 3_600_000.0;

/// A kept data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptSet {
    /// The file's name in the folder.
    pub file: String,
    /// `None`: damaged, or kept by another version.
    pub label: Option<Label>,
    /// Size on disk, bytes.
    pub bytes: u64,
}

impl KeptSet {
    /// What it was kept as; where that cannot be told, the file's name.
    pub fn name(&self) -> &str {
        self.label.as_ref().map_or(&self.file, |label| &label.name)
    }
}

fn field(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// The storage of this site, where the browser has one.
pub fn storage() -> Option<StorageManager> {
    let storage = field(&field(&js_sys::global(), "navigator"), "storage");
    field(&storage, "getDirectory").is_function().then(|| storage.unchecked_into())
}

async fn settled<T: JsCast>(promise: Promise) -> Result<T, JsValue> {
    JsFuture::from(promise).await.map(JsCast::unchecked_into)
}

/// The folder of kept data sets, made where there is none yet.
///
/// # Errors
/// Where the browser has no such storage, or refuses it: private windows, frames of other sites.
pub async fn folder() -> Result<FileSystemDirectoryHandle, JsValue> {
    let storage = storage().ok_or(JsValue::UNDEFINED)?;
    let root: FileSystemDirectoryHandle = settled(storage.get_directory()).await?;
    let make = FileSystemGetDirectoryOptions::new();
    make.set_create(true);
    settled(root.get_directory_handle_with_options(FOLDER, &make)).await
}

/// All that is kept, the newest first.
///
/// # Errors
/// As for [`folder`].
pub async fn list() -> Result<Vec<KeptSet>, JsValue> {
    let folder = folder().await?;
    let entries = folder.values();
    let mut all = Vec::new();
    loop {
        let next: IteratorNext = settled(entries.next()?).await?;
        if next.done() {
            break;
        }
        let handle: FileSystemFileHandle = next.value().unchecked_into();
        // Another tab may have forgotten it since.
        let Ok(file) = settled::<File>(handle.get_file()).await else { continue };
        let (name, bytes) = (handle.name(), file.size() as u64);
        let label = match beginning(&file).await.map(|beginning| label(&beginning, bytes)) {
            Ok(Ok(label)) => Some(label),
            Ok(Err(Broken::Cut { .. })) => {
                if js_sys::Date::now() - file.last_modified() > LEFT_BEHIND_MS {
                    let _ = forget(&name).await;
                }
                continue;
            }
            Ok(Err(_)) | Err(_) => None,
        };
        all.push(KeptSet { file: name, label, bytes });
    }
    all.sort_by_key(|set| core::cmp::Reverse(set.label.as_ref().map_or(0, |label| label.kept_at_ms)));
    Ok(all)
}

async fn beginning(file: &File) -> Result<Vec<u8>, JsValue> {
    bytes(file, 0, LABEL_WITHIN as u64).await
}

/// Bytes of a file from a place up to another, or to its end.
///
/// # Errors
/// Where it cannot be read any more.
pub async fn bytes(file: &File, from: u64, to: u64) -> Result<Vec<u8>, JsValue> {
    let slice = file.slice_with_f64_and_f64(from as f64, (to as f64).min(file.size()))?;
    let buffer: JsValue = settled(slice.array_buffer()).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// The file of a kept data set.
///
/// # Errors
/// Where it is not there any more.
pub async fn open(file: &str) -> Result<File, JsValue> {
    let handle: FileSystemFileHandle = settled(folder().await?.get_file_handle(file)).await?;
    settled(handle.get_file()).await
}

/// Removes a kept data set.
///
/// # Errors
/// Where it is being written or is not there.
pub async fn forget(file: &str) -> Result<(), JsValue> {
    JsFuture::from(folder().await?.remove_entry(file)).await.map(drop)
}

/// Bytes that this site takes, and how many the browser gives it; `None` where it does not tell.
pub async fn room() -> Option<(u64, u64)> {
    let told: StorageEstimate = settled(storage()?.estimate().ok()?).await.ok()?;
    Some((told.get_usage()? as u64, told.get_quota()? as u64))
}

/// Asks the browser not to clear this site's storage of its own accord; whether it agreed. Pages may ask, workers not.
pub async fn persist() -> bool {
    let Some(Ok(asked)) = storage().map(|storage| storage.persist()) else { return false };
    JsFuture::from(asked).await.is_ok_and(|granted| granted.is_truthy())
}
