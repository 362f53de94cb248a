//! Numbers of a call by their fields.

use crate::ask::NumberField;
use crate::store::Store;

/// A number of a call, in the grain of its field; `None` where the call does not carry it.
pub fn number(store: &Store, field: NumberField, row: usize) -> Option<u64> {
    match field {
        NumberField::InputTokens => store.input_tokens().get(row),
        NumberField::OutputTokens => store.output_tokens().get(row),
        NumberField::TotalTokens => store.total_tokens().get(row),
        NumberField::CachedTokens => store.cached_tokens().get(row),
        NumberField::Latency => store.latency_us().get(row),
        NumberField::Ttft => store.ttft_us().get(row),
        NumberField::Tpot => store.tpot_ns().get(row),
        NumberField::Generation => store.generation_us().get(row),
    }
}
