//! Holds the values of metrics for another worker, and spreads them over buckets when asked ([`crate::query::shard`]).
//!
//! A message is an array: the word [`SHARD`], a metric (its bytes), and either values of the next rows, 64 bits each, or the number of a query and the
//! bytes of an [`Ask`]. The answer to the latter: the number, the metric, and the bytes of what came of it.

use crate::model::Metric;
use crate::query::Spread;
use crate::query::shard::{Ask, Shard};
use crate::wire;
use js_sys::{Array, Uint8Array};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::DedicatedWorkerGlobalScope;

/// What a message for a holder begins with.
pub const SHARD: &str = "shard";

/// What this worker holds.
#[derive(Clone, Default)]
pub struct Holder(Rc<RefCell<BTreeMap<Metric, Shard>>>);

impl Holder {
    /// Takes a message; false where it is none of this kind.
    pub fn receive(&self, scope: &DedicatedWorkerGlobalScope, parts: &Array) -> bool {
        if parts.get(0).as_string().as_deref() != Some(SHARD) {
            return false;
        }
        let bytes = |at: u32| Uint8Array::new(&parts.get(at)).to_vec();
        let metric = bytes(1);
        let Ok(of) = wire::decode::<Metric>(&metric) else { return true };
        let mut held = self.0.borrow_mut();
        let shard = held.entry(of).or_default();
        let seq = parts.get(2);
        if seq.as_f64().is_none() {
            let values: Vec<u64> = bytes(2).as_chunks::<8>().0.iter().map(|value| u64::from_le_bytes(*value)).collect();
            shard.extend(&values);
            return true;
        }
        let spreads = wire::decode::<Ask>(&bytes(3)).ok().and_then(|ask| shard.answer(&ask));
        let answer = wire::encode(&spreads).unwrap_or_default();
        let answer = Uint8Array::from(answer.as_slice());
        let _ = scope.post_message_with_transfer(
            &Array::of3(&seq, &Uint8Array::from(metric.as_slice()), &answer),
            &Array::of1(&answer.buffer()),
        );
        true
    }
}

/// A message that gives a holder values.
pub fn given(metric: Metric, values: &[u64]) -> Option<(Array, Array)> {
    let values: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    let values = Uint8Array::from(values.as_slice());
    Some((Array::of3(&SHARD.into(), &named(metric)?, &values), Array::of1(&values.buffer())))
}

/// A message that asks a holder.
pub fn asked(seq: u32, ask: &Ask) -> Option<Array> {
    let bytes = wire::encode(ask).ok()?;
    Some(Array::of4(&SHARD.into(), &named(ask.metric)?, &f64::from(seq).into(), &Uint8Array::from(bytes.as_slice())))
}

fn named(metric: Metric) -> Option<JsValue> {
    wire::encode(&metric).ok().map(|bytes| Uint8Array::from(bytes.as_slice()).into())
}

/// What a holder says: the number of the query, the metric, and what came of it; `None` where the message is no answer.
pub fn answer_of(message: &JsValue) -> Option<(u32, Metric, Option<Vec<Spread>>)> {
    let parts: &Array = message.dyn_ref()?;
    let bytes = |at: u32| parts.get(at).dyn_into::<Uint8Array>().ok().map(|bytes| bytes.to_vec());
    let seq = parts.get(0).as_f64()? as u32;
    Some((seq, wire::decode(&bytes(1)?).ok()?, wire::decode(&bytes(2)?).ok()?))
}
