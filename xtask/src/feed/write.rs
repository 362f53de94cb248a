//! The document format on paper: JSON with one call to a line, times as epoch milliseconds, gzipped.

use std::io::Write as _;

use flate2::{Compression, GzBuilder};

use super::calls::Call;
use super::services::Service;

/// A JSON object being written.
struct Object<'a> {
    out: &'a mut String,
    empty: bool,
}

impl<'a> Object<'a> {
    fn new(out: &'a mut String) -> Self {
        out.push('{');
        Self { out, empty: true }
    }

    fn key(&mut self, key: &str) -> &mut String {
        if !core::mem::replace(&mut self.empty, false) {
            self.out.push(',');
        }
        push_text(self.out, key);
        self.out.push(':');
        self.out
    }

    /// Left out where empty.
    fn text(&mut self, key: &str, value: &str) {
        if !value.is_empty() {
            push_text(self.key(key), value);
        }
    }

    fn number(&mut self, key: &str, value: impl Into<Option<u64>>) {
        if let Some(value) = value.into() {
            let out = self.key(key);
            out.push_str(&value.to_string());
        }
    }

    /// Thousandths (microseconds as ms, milliseconds as s) with as many decimals as needed.
    fn thousandths(&mut self, key: &str, value: Option<u64>) {
        if let Some(value) = value {
            let digits = format!("{}.{:03}", value / 1000, value % 1000);
            let out = self.key(key);
            out.push_str(digits.trim_end_matches('0').trim_end_matches('.'));
        }
    }

    fn flag(&mut self, key: &str, value: Option<bool>) {
        if let Some(value) = value {
            self.key(key).push_str(if value { "true" } else { "false" });
        }
    }

    fn end(self) {
        self.out.push('}');
    }
}

fn push_text(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                out.push('\\');
                out.push(letter);
            }
            letter if letter < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(letter))),
            letter => out.push(letter),
        }
    }
    out.push('"');
}

/// What a document says about itself.
pub struct Head<'a> {
    pub generated_at: &'a str,
    pub demonstration: bool,
    pub source: &'a str,
    pub licence: &'a str,
}

/// The document up to and including the bracket that opens the calls.
pub fn head(head: &Head, services: &[Service]) -> String {
    let mut out = String::new();
    let mut object = Object::new(&mut out);
    object.text("format", "callscope/1");
    object.text("generated_at", head.generated_at);
    object.flag("demonstration", head.demonstration.then_some(true));
    object.text("source", head.source);
    object.text("licence", head.licence);
    object.key("services").push('[');
    for (index, service) in services.iter().enumerate() {
        object.out.push_str(if index == 0 { "\n" } else { ",\n" });
        let mut entry = Object::new(object.out);
        entry.text("name", service.name);
        entry.text("display_name", service.display_name.unwrap_or(""));
        entry.text("type", if service.versions.is_empty() { "my" } else { "commercial" });
        entry.text("media", super::media(service.kind));
        entry.end();
    }
    out.push_str("\n],\"calls\":[\n");
    out
}

/// One call. `request` numbers it in its feed.
pub fn call(out: &mut String, call: &Call, request: usize) {
    let mut object = Object::new(out);
    object.number("time", u64::try_from(call.time_ms).ok());
    object.text("service", call.service);
    object.text("service_type", if call.commercial { "commercial" } else { "" });
    object.text("version", call.version);
    object.text("model", call.model);
    object.text("media", call.media);
    object.text("api_key", call.api_key);
    object.text("http_x_forwarded_for", call.forwarded_for);
    object.text("region", call.region);
    object.text("service_tier", call.service_tier);
    object.text("replica", &call.replica);
    object.text("inference_type", if call.batch { "batch" } else { "" });
    object.flag("stream", call.stream);
    object.number("status", u64::from(call.status));
    object.text("error_code", call.error_code);
    object.text("error_message", call.error_message);
    object.number("input_tokens", call.input_tokens);
    object.number("cached_tokens", call.cached_tokens);
    object.number("audio_input_tokens", call.audio_input_tokens);
    object.number("output_tokens", call.output_tokens);
    object.number("reasoning_tokens", call.reasoning_tokens);
    object.number("total_tokens", call.total_tokens);
    object.thousandths("queue_ms", call.queue_us);
    object.thousandths("ttft_ms", call.ttft_us);
    object.thousandths("tpot_ms", call.tpot_us);
    object.thousandths("latency_ms", call.latency_us);
    object.thousandths("generation_s", call.generation_us.map(|us| us / 1000));
    object.text("request_id", &format!("req-{request:06}"));
    object.end();
}

/// Gzip at the highest level, without a file name or time, so that equal text gives equal bytes.
pub fn gzip(text: &str) -> std::io::Result<Vec<u8>> {
    let mut writer = GzBuilder::new().write(Vec::new(), Compression::best());
    writer.write_all(text.as_bytes())?;
    writer.finish()
}
