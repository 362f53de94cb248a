//! An independent reading of a call's rules (docs/spec.md, section 1) from a `serde_json::Value`, and the same record out of a store.

use callscope::model::{Dim, labels_of};
use callscope::store::Store;
use serde_json::Value;
use std::collections::BTreeMap;

/// A call as the console keeps it.
#[derive(Debug, Default, PartialEq)]
pub struct Record {
    pub request_id: String,
    pub time_ms: i64,
    pub service: String,
    pub status: u16,
    pub stream: Option<bool>,
    pub media: Option<String>,
    /// Error code and message, version, model, key, IP, inference type, region, workspace, tier, replica; empty = absent.
    pub texts: [String; 11],
    /// Input, output, cached, total tokens.
    pub tokens: [Option<u64>; 4],
    /// Latency, time to first token, queue, generation in µs; incremental token latency in ns.
    pub durations: [Option<u64>; 5],
    /// Open labels by name.
    pub labels: BTreeMap<String, String>,
}

/// The record of a call, or `None` where a rule rejects it.
pub fn expect(value: &Value) -> Option<Record> {
    let map = value.as_object()?;
    let field = |key: &str| map.get(key).filter(|v| !v.is_null());
    let text = |key: &str| -> Option<String> {
        match field(key) {
            None => Some(String::new()),
            Some(Value::String(s)) if s.len() <= 16 * 1024 => Some(s.clone()),
            Some(_) => None,
        }
    };
    let number = |key: &str, max: f64| -> Option<Option<f64>> {
        match field(key) {
            None => Some(None),
            Some(v) => v.as_f64().filter(|n| (0.0..=max).contains(n)).map(Some),
        }
    };
    let tokens = |key: &str| -> Option<Option<u64>> {
        let n = number(key, 1e12)?;
        if n.is_some_and(|n| n.fract() != 0.0) { None } else { Some(n.map(|n| n as u64)) }
    };
    let scaled = |key: &str, max: f64, unit: f64| number(key, max).map(|n| n.map(|n| (n * unit).round() as u64));
    let word = |key: &str, allowed: [&str; 2]| -> Option<String> {
        text(key).filter(|t| field(key).is_none() || allowed.contains(&t.as_str()))
    };

    let time_ms = match field("time")? {
        Value::String(s) => chrono::DateTime::parse_from_rfc3339(s).ok()?.timestamp_millis(),
        Value::Number(n) => {
            let f = n.as_f64()?;
            // A number without a fraction is an integer, however it is written.
            match n.as_i64().or((f.fract() == 0.0 && f.abs() < 9e18).then_some(f as i64)) {
                None => (f * 1000.0).round() as i64,
                Some(n) => match n.abs().to_string().len() {
                    ..=11 => n * 1000,
                    12..=14 => n,
                    15..=17 => n.div_euclid(1000),
                    _ => n.div_euclid(1_000_000),
                },
            }
        }
        _ => return None,
    };
    if !(946_684_800_000..4_102_444_800_000).contains(&time_ms) {
        return None;
    }
    // Said not to be recorded, but it must be said.
    let status = match map.get("status")? {
        Value::Null => 0,
        given => given.as_f64().filter(|s| s.fract() == 0.0 && (100.0..600.0).contains(s))? as u16,
    };
    let service = text("service").filter(|s| !s.is_empty())?;
    let stream = match field("stream") {
        None => None,
        Some(v) => Some(v.as_bool()?),
    };
    word("service_type", ["my", "commercial"])?;
    let media = Some(word("media", ["image", "video"])?).filter(|m| !m.is_empty());
    number("cost", f64::MAX)?;
    let own_ip = text("ip")?;
    let forwarded = text("http_x_forwarded_for")?;
    let ip = match field("http_x_forwarded_for") {
        Some(_) => match forwarded.split(',').next().unwrap_or("").trim() {
            "-" => String::new(),
            first => first.to_owned(),
        },
        None => own_ip,
    };
    let (input, output, cached, total) =
        (tokens("input_tokens")?, tokens("output_tokens")?, tokens("cached_tokens")?, tokens("total_tokens")?);
    for key in ["reasoning_tokens", "audio_input_tokens", "audio_output_tokens"] {
        tokens(key)?;
    }
    let sum = if input.is_none() && output.is_none() { None } else { Some(input.unwrap_or(0) + output.unwrap_or(0)) };
    const TEN_YEARS_MS: f64 = 3_650.0 * 86_400_000.0;
    let (latency, ttft, queue) =
        (scaled("latency_ms", TEN_YEARS_MS, 1e3)?, scaled("ttft_ms", TEN_YEARS_MS, 1e3)?, scaled("queue_ms", TEN_YEARS_MS, 1e3)?);
    let generation = scaled("generation_s", TEN_YEARS_MS / 1e3, 1e6)?;
    let tpot = scaled("tpot_ms", TEN_YEARS_MS, 1e6)?.or_else(|| match (latency, ttft, output) {
        (Some(l), Some(t), Some(o)) if o >= 2 && l >= t => {
            let thousandfold = u128::from(l - t) * 2000 / u128::from(o - 1);
            Some(thousandfold.div_ceil(2) as u64)
        }
        _ => None,
    });
    let mut labels = BTreeMap::new();
    if let Some(given) = field("labels") {
        for (name, value) in given.as_object()? {
            let value = match value {
                Value::Null => continue,
                Value::String(text) => text.clone(),
                Value::Bool(_) | Value::Number(_) => value.to_string(),
                Value::Array(_) | Value::Object(_) => return None,
            };
            if !value.is_empty() {
                labels.insert(name.clone(), value);
            }
        }
    }
    let inference = text("inference_type")?;
    Some(Record {
        request_id: text("request_id")?,
        time_ms,
        service,
        status,
        stream,
        media,
        texts: [
            text("error_code")?,
            text("error_message")?,
            text("version")?,
            text("model")?,
            text("api_key")?,
            ip,
            if inference.is_empty() { "realtime".into() } else { inference },
            text("region")?,
            text("workspace")?,
            text("service_tier")?,
            text("replica")?,
        ],
        tokens: [input, output, cached, total.or(sum)],
        durations: [latency, ttft, queue, generation, tpot],
        labels,
    })
}

/// The record of a store's row.
pub fn of_row(store: &Store, service: usize, row: usize) -> Record {
    let dim = |dim: Dim| store.dict(dim).get(store.code(dim, row)).to_owned();
    let (error_code, error_message) = store.error(row);
    Record {
        request_id: store.request_id(row),
        time_ms: store.time_ms(row),
        service: store.service_name(service).to_owned(),
        status: store.status(row),
        stream: store.stream(row),
        media: store.media(row).map(|m| format!("{m:?}").to_lowercase()),
        texts: [
            error_code.to_owned(),
            error_message.to_owned(),
            dim(Dim::Version),
            dim(Dim::Model),
            dim(Dim::ApiKey),
            dim(Dim::Ip),
            dim(Dim::InferenceType),
            dim(Dim::Region),
            dim(Dim::Workspace),
            dim(Dim::ServiceTier),
            dim(Dim::Replica),
        ],
        tokens: [
            store.input_tokens().get(row),
            store.output_tokens().get(row),
            store.cached_tokens().get(row),
            store.total_tokens().get(row),
        ],
        durations: [store.latency_us(), store.ttft_us(), store.queue_us(), store.generation_us(), store.tpot_ns()]
            .map(|c| c.get(row)),
        labels: labels_of(store.labels().of_row(row)).map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
    }
}
