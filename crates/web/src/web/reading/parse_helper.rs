//! Parses segments of a file for another reader, which merges them
//! ([`crate::engine::load::segment`]).

use crate::engine::load::segment::SegmentParser;
use crate::engine::load::segment_request::SegmentRequest;
use crate::ingest::split_point::{CUT_WITHIN, cut};
use crate::web::file_stream::FileStream;
use crate::web::message::Line;
use js_sys::{Array, Uint8Array};
use serde::{Deserialize, Serialize};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, MessagePort};

/// Requests a piece of a file. Beside: the file.
#[derive(Serialize, Deserialize)]
pub struct PieceAsk {
    /// Its number.
    pub piece: u32,
    /// From and to which byte it is wanted.
    pub from: u64,
    pub to: u64,
    pub ask: SegmentRequest,
}

/// What came of a piece.
#[derive(Serialize, Deserialize)]
pub struct PieceAnswer {
    pub piece: u32,
    /// From and to which byte it was read; `None`: nothing came of it. Beside, where something did: the bytes of the
    /// [`crate::engine::load::segment::ParsedSegment`].
    pub read: Option<(u64, u64)>,
}

/// Answers at a port. It listens for as long as this worker is there.
pub fn connect(port: MessagePort) {
    let line = Rc::new_cyclic(|weak: &std::rc::Weak<Line<PieceAnswer>>| {
        let weak = weak.clone();
        Line::new(port, move |asked: PieceAsk, beside| {
            let (Some(line), Some(file)) = (weak.upgrade(), beside.at::<Blob>(0)) else { return };
            // Its bytes are requested at once: they come while the piece before is processed.
            let PieceAsk { piece, from, to, ask } = asked;
            let (from, to) = (from as f64, to as f64);
            let stream = FileStream::of(&file, (from - CUT_WITHIN as f64).max(0.0), to);
            spawn_local(async move {
                match read(&ask, stream, from, to).await {
                    None => line.send(&PieceAnswer { piece, read: None }, &[]),
                    Some(((from, to), segment)) => {
                        let segment = Uint8Array::from(segment.as_slice());
                        let answer = PieceAnswer { piece, read: Some((from as u64, to as u64)) };
                        line.give(&answer, &[segment.clone().into()], &Array::of1(&segment.buffer()));
                    }
                }
            });
        })
    });
    // It ends with the worker, which the other reader ends.
    core::mem::forget(line);
}

/// Where a piece is cut whose last bytes are these, of a file that it ends at `to` in; `None` where it cannot be.
pub fn cut_before(bytes: &[u8], to: f64, by_lines: bool) -> Option<f64> {
    let window = &bytes[bytes.len().saturating_sub(CUT_WITHIN)..];
    cut(window, by_lines).map(|at| to - (window.len() - at) as f64)
}

/// Reads the segment of a piece that is wanted from a byte on, and up to another, of bytes that begin somewhat before: from and to where, and what came of it.
async fn read(ask: &SegmentRequest, mut stream: FileStream, from: f64, to: f64) -> Option<((f64, f64), Vec<u8>)> {
    let first = cut_before(stream.all(from).await.ok()?, from, ask.by_lines())?;
    stream.take(first);
    let mut reading = SegmentParser::new(ask)?;
    let whole = to - CUT_WITHIN as f64;
    while stream.at() < whole {
        if !reading.push(stream.some(whole).await.ok()?) {
            return None;
        }
    }
    let begins = stream.at();
    let rest = stream.all(to).await.ok()?;
    let last = cut_before(rest, to, ask.by_lines()).filter(|last| *last > first)?;
    let goes_on = reading.push(&rest[..(last - begins) as usize]);
    let segment = reading.finish().filter(|_| goes_on)?;
    Some(((first, last), segment.to_bytes()?))
}
