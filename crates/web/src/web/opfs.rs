//! The browser's own files for this site (OPFS): a folder with one file for each data set that a user keeps.

use super::lock;
use super::object::{call, field};
use crate::store::snapshot::{LABEL_WITHIN, Label, SnapshotError, announced, label};
use crate::url::escape;
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, File, FileSystemReadWriteOptions, FileSystemSyncAccessHandle};

/// The folder within the site's own.
const FOLDER: &str = "kept";
/// Longest name of a file, bytes: that of most file systems.
const FILE_NAME_MAX: usize = 255;

/// A kept data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptSet {
    /// The file's name in the folder.
    pub file: String,
    /// What it was kept as; the file's name where neither its label nor that says it.
    pub name: String,
    /// `None`: its beginning cannot be read.
    pub label: Option<Label>,
    /// Why it cannot be opened, as far as its beginning and its size show.
    pub broken: Option<SnapshotError>,
    /// Size on disk, bytes.
    pub bytes: u64,
}

/// The name of a new file for what is kept as `name`, which it carries: a file that is damaged at its beginning is still known by it.
/// `own` distinguishes it from other files of that name.
pub fn file_name(own: &str, name: &str) -> String {
    let mut file = format!("{own}-");
    for byte in name.bytes() {
        match byte {
            b if b.is_ascii_alphanumeric() => file.push(char::from(b)),
            other => file.push_str(&format!("%{other:02X}")),
        }
    }
    if file.len() > FILE_NAME_MAX { own.to_owned() } else { file }
}

/// The name that a file's name carries: behind the moment and the number that make it one of its own.
fn carried_name(file: &str) -> Option<String> {
    file.splitn(3, '-').nth(2).map(escape::decode)
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

/// All that is kept, the newest first, what is damaged included: nothing is removed without the user's choice.
///
/// # Errors
/// As for [`create`].
pub async fn list() -> Result<Vec<KeptSet>, JsValue> {
    let mut all = list_all().await?;
    // A file that is being written is not whole yet.
    if all.iter().any(|set| set.broken.is_some()) && lock::is_any_writing().await {
        all.retain(|set| set.broken.is_none());
    }
    Ok(all)
}

/// The same with files that are being written, which look like ones that are cut short.
///
/// # Errors
/// As for [`create`].
pub async fn list_all() -> Result<Vec<KeptSet>, JsValue> {
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
        let (label, broken) = label_of(&file).await.unwrap_or((None, Some(SnapshotError::Foreign)));
        let told = label.as_ref().map(|label| label.name.clone());
        let title = told.or_else(|| carried_name(&name)).unwrap_or_else(|| name.clone());
        all.push(KeptSet { file: name, name: title, label, broken, bytes });
    }
    all.sort_by_key(|set| core::cmp::Reverse(set.label.as_ref().map_or(0, |label| label.kept_at_ms)));
    Ok(all)
}

/// What the file says of itself, and what is wrong with it. One that is cut short may still say what it was.
async fn label_of(file: &Blob) -> Result<(Option<Label>, Option<SnapshotError>), JsValue> {
    let beginning = bytes(file, 0, LABEL_WITHIN as u64).await?;
    Ok(match label(&beginning, file.size() as u64) {
        Ok(label) => (Some(label), None),
        Err(broken) => (announced(&beginning).and_then(|whole| label(&beginning, whole).ok()), Some(broken)),
    })
}

/// How many bytes a file has that was written, and whether they are a whole data set as far as it says itself.
///
/// # Errors
/// Where it cannot be read.
pub async fn look(handle: &JsValue) -> Result<(u64, bool), JsValue> {
    let file: Blob = call(handle, "getFile", &[]).await?.unchecked_into();
    Ok((file.size() as u64, label_of(&file).await?.1.is_none()))
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
    /// Read in place; its opener closes it.
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
