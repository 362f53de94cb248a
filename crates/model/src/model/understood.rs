//! A call as an importer understood it, before columns round it: shown to the user who has to judge a mapping.

use super::mapping::FIELDS;
use super::{Call, Media, NO_STATUS, ServiceType};
use serde::{Deserialize, Serialize};

/// See the module's text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ParsedCall {
    /// Values by the number of their field in [`FIELDS`], in that order; a field without a value is left out.
    pub values: Vec<(u8, Value)>,
}

/// A value of a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// Epoch milliseconds.
    Time(i64),
    Text(String),
    Whole(u64),
    Flag(bool),
    /// A duration.
    Micros(u64),
    /// A short duration.
    Nanos(u64),
    Amount(f64),
}

/// Longest text that is kept, in characters.
const TEXT_CHARS: usize = 80;

impl ParsedCall {
    /// What a call says.
    pub fn of(call: &Call<'_>) -> Self {
        let values = (0u8..).zip(FIELDS).filter_map(|(n, field)| Some((n, value(call, field)?)));
        Self { values: values.collect() }
    }

    /// The value of a field.
    pub fn get(&self, field: u8) -> Option<&Value> {
        self.values.iter().find(|(n, _)| *n == field).map(|(_, value)| value)
    }
}

fn value(call: &Call<'_>, field: &str) -> Option<Value> {
    let text = |text: Option<&str>| text.map(|text| Value::Text(text.chars().take(TEXT_CHARS).collect()));
    let whole = |n: Option<u64>| n.map(Value::Whole);
    let micros = |us: Option<u64>| us.map(Value::Micros);
    match field {
        "time" => Some(Value::Time(call.time_ms)),
        "service" => text(Some(call.service)),
        "status" => whole(Some(u64::from(call.status)).filter(|_| call.status != NO_STATUS)),
        "version" => text(call.version),
        "model" => text(call.model),
        "api_key" => text(call.api_key),
        // Either of its two names has become the address.
        "ip" => text(call.ip),
        "stream" => call.stream.map(Value::Flag),
        "input_tokens" => whole(call.input_tokens),
        "output_tokens" => whole(call.output_tokens),
        "cached_tokens" => whole(call.cached_tokens),
        "reasoning_tokens" => whole(call.reasoning_tokens),
        "total_tokens" => whole(call.total_tokens),
        "latency_ms" => micros(call.latency_us),
        "ttft_ms" => micros(call.ttft_us),
        "tpot_ms" => call.tpot_ns.map(Value::Nanos),
        "queue_ms" => micros(call.queue_us),
        "generation_s" => micros(call.generation_us),
        "error_code" => text(call.error_code),
        "error_message" => text(call.error_message),
        "request_id" => text(call.request_id),
        "service_type" => (call.service_type == ServiceType::Commercial).then(|| Value::Text(call.service_type.as_str().into())),
        "inference_type" => text(call.inference_type),
        "region" => text(call.region),
        "workspace" => text(call.workspace),
        "service_tier" => text(call.service_tier),
        "replica" => text(call.replica),
        "cost" => call.cost.map(Value::Amount),
        "media" => call.media.map(|media| Value::Text(if media == Media::Image { "image" } else { "video" }.into())),
        "audio_input_tokens" => whole(call.audio_input_tokens),
        "audio_output_tokens" => whole(call.audio_output_tokens),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_a_call_is_shown() {
        let call = Call {
            time_ms: 1,
            service: "a",
            service_type: ServiceType::Commercial,
            version: Some("v"),
            model: Some("m"),
            api_key: Some("k"),
            ip: Some("192.0.2.1"),
            status: 200,
            error_code: Some("e"),
            error_message: Some("f"),
            stream: Some(true),
            input_tokens: Some(1),
            output_tokens: Some(2),
            cached_tokens: Some(3),
            reasoning_tokens: Some(4),
            audio_input_tokens: Some(5),
            audio_output_tokens: Some(6),
            total_tokens: Some(7),
            latency_us: Some(8),
            ttft_us: Some(9),
            tpot_ns: Some(10),
            queue_us: Some(11),
            generation_us: Some(12),
            media: Some(Media::Video),
            inference_type: Some("batch"),
            region: Some("r"),
            workspace: Some("w"),
            service_tier: Some("t"),
            replica: Some("p"),
            labels: "",
            request_id: Some("q"),
            cost: Some(0.5),
        };
        let understood = ParsedCall::of(&call);
        // All but the second name of the address.
        assert_eq!(understood.values.len(), FIELDS.len() - 1);
        assert_eq!(understood.get(6), Some(&Value::Text("192.0.2.1".into())));
        assert_eq!(ParsedCall::of(&Call { time_ms: 1, service: "a", status: 200, ..Call::default() }).values.len(), 3);
        let bytes = postcard::to_allocvec(&understood).unwrap();
        assert_eq!(postcard::from_bytes::<ParsedCall>(&bytes).unwrap(), understood);
    }
}
