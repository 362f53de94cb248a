//! The browser's own files for this site (OPFS): a folder with one file for each data set that a person keeps.

use crate::store::kept::{Broken, LABEL_WITHIN, Label, label};
use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, FileSystemReadWriteOptions, FileSystemSyncAccessHandle};

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

/// The storage of this site, where the browser has one.
fn storage() -> Option<JsValue> {
    let storage = field(&field(&js_sys::global(), "navigator"), "storage");
    field(&storage, "getDirectory").is_function().then_some(storage)
}

fn make() -> JsValue {
    let options = js_sys::Object::new();
    // A plain object takes any field.
    let _ = Reflect::set(&options, &JsValue::from_str("create"), &JsValue::TRUE);
    options.into()
}

/// The folder of kept data sets, made where there is none yet.
async fn folder() -> Result<JsValue, JsValue> {
    let storage = storage().ok_or(JsValue::UNDEFINED)?;
    let root = call(&storage, "getDirectory", &[]).await?;
    call(&root, "getDirectoryHandle", &[JsValue::from_str(FOLDER), make()]).await
}

/// A new file in the folder, as a `FileSystemFileHandle`.
///
/// # Errors
/// Where the browser has no such storage, or refuses it: private windows, frames of other sites.
pub async fn create(file: &str) -> Result<JsValue, JsValue> {
    call(&folder().await?, "getFileHandle", &[JsValue::from_str(file), make()]).await
}

/// All that is kept, the newest first.
///
/// # Errors
/// As for [`create`].
pub async fn list() -> Result<Vec<KeptSet>, JsValue> {
    let folder = folder().await?;
    let entries = call(&folder, "values", &[]).await?;
    let mut all = Vec::new();
    loop {
        let next = call(&entries, "next", &[]).await?;
        if field(&next, "done").is_truthy() {
            break;
        }
        let handle = field(&next, "value");
        // Another tab may have forgotten it since.
        let Ok(file) = call(&handle, "getFile", &[]).await else { continue };
        let file: File = file.unchecked_into();
        let (name, bytes) = (field(&handle, "name").as_string().unwrap_or_default(), file.size() as u64);
        let label = match label_of(&file).await {
            Ok(Ok(label)) => Some(label),
            Ok(Err(Broken::Cut { .. })) => {
                if js_sys::Date::now() - field(&file, "lastModified").as_f64().unwrap_or(f64::MAX) > LEFT_BEHIND_MS {
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

/// What the file says of itself, or what is wrong with that.
async fn label_of(file: &Blob) -> Result<Result<Label, Broken>, JsValue> {
    let beginning = bytes(file, 0, LABEL_WITHIN as u64).await?;
    Ok(label(&beginning, file.size() as u64))
}

/// How many bytes a file has that was written, and whether they are a whole data set as far as it says itself.
///
/// # Errors
/// Where it cannot be read.
pub async fn look(handle: &JsValue) -> Result<(u64, bool), JsValue> {
    let file: Blob = call(handle, "getFile", &[]).await?.unchecked_into();
    Ok((file.size() as u64, label_of(&file).await?.is_ok()))
}

/// Bytes of a file from a place up to another, or to its end.
///
/// # Errors
/// Where it cannot be read any more.
pub async fn bytes(file: &Blob, from: u64, to: u64) -> Result<Vec<u8>, JsValue> {
    let place = |at: u64| JsValue::from_f64((at as f64).min(file.size()));
    let slice = call(file, "slice", &[place(from), place(to)]).await?;
    Ok(Uint8Array::new(&call(&slice, "arrayBuffer", &[]).await?).to_vec())
}

/// A kept data set that is read.
pub enum Kept {
    /// Read in place; whoever opened it closes it.
    Held(FileSystemSyncAccessHandle),
    File(File),
}

impl Kept {
    /// Opens one, in a worker. Reading in place is several times as fast; a browser that knows no readers beside each other gives the file to one
    /// tab at a time, so the others read it as a file.
    ///
    /// # Errors
    /// Where it is not there any more.
    pub async fn open(file: &str) -> Result<Self, JsValue> {
        let handle = call(&folder().await?, "getFileHandle", &[JsValue::from_str(file)]).await?;
        let reading = js_sys::Object::new();
        Reflect::set(&reading, &JsValue::from_str("mode"), &JsValue::from_str("read-only"))?;
        match call(&handle, "createSyncAccessHandle", &[reading.into()]).await {
            Ok(access) => Ok(Self::Held(access.unchecked_into())),
            Err(_) => call(&handle, "getFile", &[]).await.map(|file| Self::File(file.unchecked_into())),
        }
    }

    /// Fills a buffer from a place on, as far as the file goes; how many bytes that were.
    ///
    /// # Errors
    /// Where it cannot be read any more.
    pub async fn read(&self, at: u64, buffer: &mut [u8]) -> Result<usize, JsValue> {
        match self {
            Self::Held(access) => {
                let place = FileSystemReadWriteOptions::new();
                place.set_at(at as f64);
                let read = access.read_with_u8_array_and_options(buffer, &place)? as usize;
                // An error's number in place of a count is no count.
                if read <= buffer.len() { Ok(read) } else { Err(JsValue::UNDEFINED) }
            }
            Self::File(file) => {
                let read = bytes(file, at, at + buffer.len() as u64).await?;
                buffer[..read.len()].copy_from_slice(&read);
                Ok(read.len())
            }
        }
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if let Self::Held(access) = self {
            access.close();
        }
    }
}

/// Removes a kept data set.
///
/// # Errors
/// Where it is being written or is not there.
pub async fn forget(file: &str) -> Result<(), JsValue> {
    call(&folder().await?, "removeEntry", &[JsValue::from_str(file)]).await.map(drop)
}

/// Bytes that this site takes, and how many the browser gives it; `None` where it does not tell.
pub async fn room() -> Option<(u64, u64)> {
    let told = call(&storage()?, "estimate", &[]).await.ok()?;
    Some((field(&told, "usage").as_f64()? as u64, field(&told, "quota").as_f64()? as u64))
}

/// Asks the browser not to clear this site's storage of its own accord; whether it agreed. Pages may ask, workers not.
pub async fn persist() -> bool {
    let Some(storage) = storage() else { return false };
    call(&storage, "persist", &[]).await.is_ok_and(|granted| granted.is_truthy())
}
