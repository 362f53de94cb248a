//! A file's bytes from one place to another, in order, on demand.
//!
//! Browsers read a file at the least cost into a buffer that is transferred back and forth, without
//! allocations. A browser without such a stream is read in pieces, several at once: a single piece
//! takes some milliseconds whatever its size, and arrives at half the rate of three. Where a worker
//! cannot read files, the page reads the pieces ([`relay`]).

use super::fetch_error::{FetchError, Patience, words};
use super::relay;
use crate::wire::LoadCause;
use js_sys::{ArrayBuffer, Promise, Reflect, Uint8Array};
use std::collections::VecDeque;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, ReadableStreamByobReader, ReadableStreamGetReaderOptions, ReadableStreamReaderMode};

/// Most bytes that come in one go.
pub const PART_BYTES: u32 = 1 << 20;
/// The size of a piece, bytes, and how many are requested at once.
const PIECE_BYTES: f64 = (8 << 20) as f64;
const PIECES: usize = 3;

/// See the module's text.
pub struct FileStream {
    file: Blob,
    way: Way,
    /// Bytes that came, of which so many have been taken.
    held: Vec<u8>,
    taken: usize,
    /// Where in the file the first of them lies, and where the last that are wanted end.
    from: f64,
    to: f64,
    patience: Patience,
}

/// How they come.
enum Way {
    /// Into this buffer, which is away while bytes are on their way.
    Filled(ReadableStreamByobReader, Option<ArrayBuffer>),
    Pieces(Ahead),
}

impl FileStream {
    /// Requests the bytes of a file from one place up to another. The first are on their way at once.
    pub fn of(file: &Blob, from: f64, to: f64) -> Self {
        let way = if relay::is_needed() { None } else { filled(file, from, to) };
        let way = way.unwrap_or_else(|| Way::Pieces(Ahead::of(file, from, to, relay::is_needed())));
        Self { file: file.clone(), way, held: Vec::new(), taken: 0, from, to, patience: Patience::default() }
    }

    /// Where in the file the next byte lies that was not taken.
    pub const fn at(&self) -> f64 {
        self.from + self.taken as f64
    }

    /// Takes some of the bytes up to a place; none where there are no more.
    ///
    /// # Errors
    /// Where the file cannot be read any more, or has become shorter.
    pub async fn some(&mut self, until: f64) -> Result<&[u8], FetchError> {
        let until = until.min(self.to);
        if self.taken == self.held.len() && self.at() < until {
            self.from = self.at();
            self.held.clear();
            self.taken = 0;
            self.more().await?;
        }
        let taken = self.taken;
        self.take(until);
        Ok(&self.held[taken..self.taken])
    }

    /// All bytes up to a place. They are not taken.
    ///
    /// # Errors
    /// As for [`FileStream::some`].
    pub async fn all(&mut self, until: f64) -> Result<&[u8], FetchError> {
        self.held.drain(..self.taken);
        self.from = self.at();
        self.taken = 0;
        let until = until.min(self.to);
        while self.from + (self.held.len() as f64) < until {
            self.more().await?;
        }
        Ok(&self.held[..(until - self.from).max(0.0) as usize])
    }

    /// Takes those bytes up to a place that are here.
    pub fn take(&mut self, until: f64) {
        self.taken = ((until - self.from).max(0.0) as usize).clamp(self.taken, self.held.len());
    }

    /// Appends what comes next.
    async fn more(&mut self) -> Result<(), FetchError> {
        let before = self.held.len();
        let next = self.from + before as f64;
        if let Way::Filled(reader, buffer) = &mut self.way
            && fill(reader, buffer, &mut self.held, &mut self.patience).await.is_err()
        {
            // A stream of a file says no more than that it broke. Pieces say why, or come.
            cancel(reader);
            self.way = Way::Pieces(Ahead::of(&self.file, next, self.to, false));
        }
        if let Way::Pieces(ahead) = &mut self.way {
            let mut came = ahead.next(&mut self.held, &mut self.patience).await;
            if came.is_err() && !ahead.by_page && relay::is_offered() {
                *ahead = Ahead::of(&self.file, next, self.to, true);
                came = ahead.next(&mut self.held, &mut self.patience).await;
                if came.is_ok() {
                    relay::need();
                }
            }
            came?;
        }
        if self.held.len() == before {
            return Err(FetchError::new(LoadCause::Broken, String::new(), true));
        }
        Ok(())
    }
}

impl Drop for FileStream {
    fn drop(&mut self) {
        if let Way::Filled(reader, _) = &self.way {
            cancel(reader);
        }
    }
}

/// What is on its way is not wanted any more.
fn cancel(reader: &ReadableStreamByobReader) {
    let cancelled = JsFuture::from(reader.cancel());
    spawn_local(async move {
        // One that is broken cannot be cancelled, which does not matter.
        drop(cancelled.await);
    });
}

/// `None` where the browser fills no buffers from files.
fn filled(file: &Blob, from: f64, to: f64) -> Option<Way> {
    let stream = file.slice_with_f64_and_f64(from, to).ok()?.stream();
    // A browser that knows no such readers throws.
    let get: js_sys::Function = Reflect::get(&stream, &"getReader".into()).ok()?.dyn_into().ok()?;
    let options = ReadableStreamGetReaderOptions::new();
    options.set_mode(ReadableStreamReaderMode::Byob);
    let reader: ReadableStreamByobReader = get.call1(&stream, &options).ok()?.dyn_into().ok()?;
    Some(Way::Filled(reader, Some(ArrayBuffer::new(PART_BYTES))))
}

async fn fill(
    reader: &ReadableStreamByobReader,
    buffer: &mut Option<ArrayBuffer>,
    into: &mut Vec<u8>,
    patience: &mut Patience,
) -> Result<(), FetchError> {
    let buffer_away = buffer.take().unwrap_or_else(|| ArrayBuffer::new(PART_BYTES));
    let asked = reader.read_with_array_buffer_view(&Uint8Array::new(&buffer_away));
    let came = came(asked, patience).await?;
    let field = |name: &str| Reflect::get(&came, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED);
    if let Ok(bytes) = field("value").dyn_into::<Uint8Array>() {
        append(&bytes, into);
        *buffer = Some(bytes.buffer());
    }
    Ok(())
}

/// What a promise of the browser gives.
async fn came(asked: Promise, patience: &mut Patience) -> Result<JsValue, FetchError> {
    match patience.within(JsFuture::from(asked)).await {
        Some(Ok(came)) => Ok(came),
        Some(Err(why)) => Err(FetchError::new(LoadCause::Broken, words(&why), true)),
        None => Err(FetchError::new(LoadCause::Stalled, String::new(), true)),
    }
}

fn append(bytes: &Uint8Array, into: &mut Vec<u8>) {
    let before = into.len();
    into.resize(before + bytes.length() as usize, 0);
    bytes.copy_to(&mut into[before..]);
}

/// A file in pieces, the next of which are requested while one is processed.
struct Ahead {
    file: Blob,
    /// Where the piece after the requested ones begins, and the last one ends.
    at: f64,
    to: f64,
    asked: VecDeque<Promise>,
    /// The page reads them.
    by_page: bool,
    /// What is left of the piece that is taken out.
    left: Uint8Array,
}

impl Drop for Ahead {
    fn drop(&mut self) {
        for piece in self.asked.drain(..).map(JsFuture::from) {
            // Where one cannot be read, the others neither, and they are not awaited.
            spawn_local(async move { drop(piece.await) });
        }
    }
}

impl Ahead {
    fn of(file: &Blob, from: f64, to: f64, by_page: bool) -> Self {
        let left = Uint8Array::new_with_length(0);
        let mut ahead = Self { file: file.clone(), at: from, to, asked: VecDeque::new(), by_page, left };
        (0..PIECES).for_each(|_| ahead.ask());
        ahead
    }

    /// Requests a further piece, where there is one.
    fn ask(&mut self) {
        let from = self.at;
        self.at = (from + PIECE_BYTES).min(self.to);
        if from < self.to {
            let piece = self.file.slice_with_f64_and_f64(from, self.at);
            let bytes = |piece: Blob| if self.by_page { relay::array_buffer(&piece) } else { piece.array_buffer() };
            self.asked.push_back(piece.map_or_else(|why| Promise::reject(&why), bytes));
        }
    }

    async fn next(&mut self, into: &mut Vec<u8>, patience: &mut Patience) -> Result<(), FetchError> {
        if self.left.length() == 0 {
            let Some(piece) = self.asked.pop_front() else { return Ok(()) };
            self.left = Uint8Array::new(&came(piece, patience).await?);
            self.ask();
        }
        let part = self.left.subarray(0, PART_BYTES);
        append(&part, into);
        self.left = self.left.subarray(part.length(), self.left.length());
        Ok(())
    }
}
