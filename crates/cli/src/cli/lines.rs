//! Calls as lines of our own feed, written as they are read.

use crate::ingest::importer::Sink;
use crate::model::{Call, Media, NO_STATUS, Place, RecordError, ServiceType, labels_of};
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// Writes calls, counts and keeps the first record errors. The first error of the writer ends writing.
#[derive(Debug)]
pub struct Lines<W: Write> {
    pub writer: W,
    pub calls: u64,
    pub rejected: u64,
    pub first: Vec<RecordError>,
    pub failed: Option<io::Error>,
}

/// Record errors that are kept.
const FIRST: usize = 10;

impl<W: Write> Lines<W> {
    pub fn new(writer: W) -> Self {
        Self { writer, calls: 0, rejected: 0, first: Vec::new(), failed: None }
    }
}

impl<W: Write> Sink for Lines<W> {
    fn call(&mut self, call: &Call<'_>, _: Place) {
        if self.failed.is_some() {
            return;
        }
        self.calls += 1;
        let written = serde_json::to_writer(&mut self.writer, &line(call)).map_err(io::Error::from);
        self.failed = written.and_then(|()| self.writer.write_all(b"\n")).err();
    }

    fn reject(&mut self, record_error: RecordError) {
        self.rejected += 1;
        if self.first.len() < FIRST {
            self.first.push(record_error);
        }
    }
}

/// A call with the fields of docs/feed.md; what it does not say is left out.
fn line(call: &Call<'_>) -> Value {
    let mut out = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            out.insert(name.to_owned(), value);
        }
    };
    // Durations are held in whole microseconds and nanoseconds: as milliseconds they are exact within a float.
    let ms = |us: Option<u64>| us.map_or(Value::Null, |us| json!(us as f64 / 1e3));
    put("time", json!(call.time_ms));
    put("service", json!(call.service));
    if call.service_type == ServiceType::Commercial {
        put("service_type", json!(call.service_type.as_str()));
    }
    for (name, text) in [
        ("version", call.version),
        ("model", call.model),
        ("api_key", call.api_key),
        ("ip", call.ip),
        ("error_code", call.error_code),
        ("error_message", call.error_message),
        ("inference_type", call.inference_type),
        ("region", call.region),
        ("workspace", call.workspace),
        ("service_tier", call.service_tier),
        ("replica", call.replica),
        ("request_id", call.request_id),
    ] {
        put(name, json!(text));
    }
    put("stream", json!(call.stream));
    for (name, tokens) in [
        ("input_tokens", call.input_tokens),
        ("output_tokens", call.output_tokens),
        ("cached_tokens", call.cached_tokens),
        ("reasoning_tokens", call.reasoning_tokens),
        ("audio_input_tokens", call.audio_input_tokens),
        ("audio_output_tokens", call.audio_output_tokens),
        ("total_tokens", call.total_tokens),
    ] {
        put(name, json!(tokens));
    }
    put("latency_ms", ms(call.latency_us));
    put("ttft_ms", ms(call.ttft_us));
    put("queue_ms", ms(call.queue_us));
    put("tpot_ms", call.tpot_ns.map_or(Value::Null, |ns| json!(ns as f64 / 1e6)));
    put("generation_s", call.generation_us.map_or(Value::Null, |us| json!(us as f64 / 1e6)));
    let media = call.media.map(|media| if media == Media::Image { "image" } else { "video" });
    put("media", json!(media));
    put("cost", json!(call.cost));
    if !call.labels.is_empty() {
        put("labels", labels_of(call.labels).map(|(name, value)| (name.to_owned(), json!(value))).collect::<Map<_, _>>().into());
    }
    // A status that is not recorded is written as such: a line without the field is no call.
    out.insert("status".into(), if call.status == NO_STATUS { Value::Null } else { json!(call.status) });
    Value::Object(out)
}
