//! Writes a snapshot into a new file, and checks that all of it is there: browsers refuse bytes in
//! several ways, and not all of them are exceptions.

use crate::web::fetch_error::words;
use crate::web::object::{call, can};
use crate::web::opfs;
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{FileSystemReadWriteOptions, FileSystemSyncAccessHandle};

/// What Chromium returns in place of a number of bytes where a private window has no more room, and that unsigned.
const NO_SPACE: i32 = -8;

/// Why a data set was not kept.
pub enum WriteRefusal {
    /// There is no room for it.
    Full,
    /// The file has so many bytes and not all of them, though nothing was refused.
    Short {
        written: u64,
    },
    /// This browser has no means to write such a file.
    NoMeans,
    Said(String),
}

impl From<JsValue> for WriteRefusal {
    fn from(error: JsValue) -> Self {
        let name = Reflect::get(&error, &JsValue::from_str("name")).ok().and_then(|name| name.as_string());
        if name.as_deref() == Some("QuotaExceededError") { Self::Full } else { Self::Said(words(&error)) }
    }
}

/// A file that is being written.
pub struct SnapshotFile {
    handle: JsValue,
    way: Way,
    /// Bytes written.
    at: u64,
}

enum Way {
    InPlace(FileSystemSyncAccessHandle),
    /// A `FileSystemWritableFileStream`: its bytes are the file's once it is closed.
    Stream(JsValue),
}

impl SnapshotFile {
    /// Makes the file. Where that fails, or anything later does, the caller removes what there is of it.
    ///
    /// # Errors
    /// Where the browser refuses it, or has no means.
    pub async fn begin(file: &str) -> Result<Self, WriteRefusal> {
        const IN_PLACE: &str = "createSyncAccessHandle";
        const STREAM: &str = "createWritable";
        let handle = opfs::create(file).await?;
        let way = if can(&handle, IN_PLACE) {
            Way::InPlace(call(&handle, IN_PLACE, &[]).await?.unchecked_into())
        } else if can(&handle, STREAM) {
            Way::Stream(call(&handle, STREAM, &[]).await?)
        } else {
            return Err(WriteRefusal::NoMeans);
        };
        Ok(Self { handle, way, at: 0 })
    }

    /// Bytes written so far.
    pub const fn written(&self) -> u64 {
        self.at
    }

    /// Writes the next bytes.
    ///
    /// # Errors
    /// Where not all of them were written.
    pub async fn push(&mut self, piece: &[u8]) -> Result<(), WriteRefusal> {
        match &self.way {
            Way::InPlace(access) => {
                let place = FileSystemReadWriteOptions::new();
                place.set_at(self.at as f64);
                let written = access.write_with_u8_array_and_options(piece, &place)?;
                if written != piece.len() as f64 {
                    return Err(match written as i64 as i32 {
                        NO_SPACE => WriteRefusal::Full,
                        _ if (0.0..piece.len() as f64).contains(&written) => {
                            WriteRefusal::Short { written: self.at + written as u64 }
                        }
                        error => WriteRefusal::Said(format!("write: {error}")),
                    });
                }
            }
            Way::Stream(stream) => drop(call(stream, "write", &[Uint8Array::from(piece).into()]).await?),
        }
        self.at += piece.len() as u64;
        Ok(())
    }

    /// Closes the file, and looks at what is in it.
    ///
    /// # Errors
    /// Where it is not all that was written.
    pub async fn finish(self) -> Result<(), WriteRefusal> {
        match &self.way {
            Way::InPlace(access) => {
                let flushed = access.flush();
                access.close();
                flushed?;
            }
            Way::Stream(stream) => drop(call(stream, "close", &[]).await?),
        }
        let (written, is_whole) = opfs::look(&self.handle).await?;
        if written == self.at && is_whole { Ok(()) } else { Err(WriteRefusal::Short { written }) }
    }

    /// Lets the file go as it is, so that it can be removed.
    pub async fn abandon(self) {
        match &self.way {
            Way::InPlace(access) => access.close(),
            // A stream that has failed is closed already.
            Way::Stream(stream) => drop(call(stream, "abort", &[]).await),
        }
    }
}
