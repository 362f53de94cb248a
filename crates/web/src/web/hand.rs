//! Reads stretches of a file for another worker, which puts them together ([`crate::engine::load::stretch`]).
//!
//! A message is an array: the word [`HAND`], the number of a piece, the file, the bytes from and to which the piece is wanted, and the bytes of an
//! [`Ask`]. The answer: the piece's number, and where something came of it, from and to which byte it was read, and the bytes of the [`Stretch`].

use super::flow::Flow;
use crate::engine::load::ask::Ask;
use crate::engine::load::stretch::{Reading, Stretch};
use crate::ingest::seam::{CUT_WITHIN, cut};
use crate::wire;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, DedicatedWorkerGlobalScope};

/// What a message for a hand begins with.
pub const HAND: &str = "hand";

/// Takes a message; false where it is none of this kind.
pub fn receive(scope: &DedicatedWorkerGlobalScope, parts: &Array) -> bool {
    if parts.get(0).as_string().as_deref() != Some(HAND) {
        return false;
    }
    let (scope, parts) = (scope.clone(), parts.clone());
    // Its bytes are asked for at once: they come while the piece before is worked on.
    let file: Blob = parts.get(2).unchecked_into();
    let (from, to) = (parts.get(3).as_f64().unwrap_or(0.0), parts.get(4).as_f64().unwrap_or(0.0));
    let flow = Flow::of(&file, (from - CUT_WITHIN as f64).max(0.0), to);
    spawn_local(async move {
        let number = parts.get(1);
        let read = match wire::decode(&Uint8Array::new(&parts.get(5)).to_vec()) {
            Ok(ask) => read(&ask, flow, from, to).await,
            Err(_) => None,
        };
        let _ = match read {
            None => scope.post_message(&Array::of1(&number)),
            Some(((from, to), stretch)) => {
                let stretch = Uint8Array::from(stretch.as_slice());
                let answer = Array::of4(&number, &from.into(), &to.into(), &stretch);
                scope.post_message_with_transfer(&answer, &Array::of1(&stretch.buffer()))
            }
        };
    });
    true
}

/// Where a piece is cut whose last bytes are these, of a file that it ends at `to` in; `None` where it cannot be.
pub fn cut_before(bytes: &[u8], to: f64, by_lines: bool) -> Option<f64> {
    let window = &bytes[bytes.len().saturating_sub(CUT_WITHIN)..];
    cut(window, by_lines).map(|at| to - (window.len() - at) as f64)
}

/// Reads the stretch of a piece that is wanted from a byte on, and up to another, of bytes that begin somewhat before: from and to where, and what came of it.
async fn read(ask: &Ask, mut flow: Flow, from: f64, to: f64) -> Option<((f64, f64), Vec<u8>)> {
    let first = cut_before(flow.all(from).await.ok()?, from, ask.by_lines())?;
    flow.take(first);
    let mut reading = Reading::new(ask)?;
    let whole = to - CUT_WITHIN as f64;
    while flow.at() < whole {
        if !reading.push(flow.some(whole).await.ok()?) {
            return None;
        }
    }
    let begins = flow.at();
    let rest = flow.all(to).await.ok()?;
    let last = cut_before(rest, to, ask.by_lines()).filter(|last| *last > first)?;
    let goes_on = reading.push(&rest[..(last - begins) as usize]);
    let stretch = reading.finish().filter(|_| goes_on)?;
    Some(((first, last), stretch.to_bytes()?))
}

/// The number of the piece that an answer is of; `None` where the message is no answer.
pub fn piece_of(message: &JsValue) -> Option<usize> {
    Some(message.dyn_ref::<Array>()?.get(0).as_f64()? as usize)
}

/// From and to which byte the piece of an answer was read, and what came of it; `None` where nothing did.
pub fn stretch_of(answer: &JsValue) -> Option<(f64, f64, Stretch)> {
    let parts: &Array = answer.dyn_ref()?;
    let (from, to) = (parts.get(1).as_f64()?, parts.get(2).as_f64()?);
    let bytes: Uint8Array = parts.get(3).dyn_into().ok()?;
    Some((from, to, Stretch::of_bytes(&bytes.to_vec())?))
}
