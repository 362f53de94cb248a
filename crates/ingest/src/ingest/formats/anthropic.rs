//! Logged answers of Anthropic's Messages API, bare or within a record of one's own that adds time, latency and status.
//!
//! Tokens read from and written to the cache are beside `input_tokens`, not within it: the prompt's length is their sum.
//! The answer itself has no time: a record needs one beside it. Events of a stream and lines of a Claude Code session are no calls: they tell the usage of one
//! answer several times.

use super::clock::{Form, Unit};
use super::records::{Records, Spec};
use super::row::{Outcome, Row, Wrong, between, millis};
use super::walk::What;
use super::{record_columns, status, sure};
use crate::ingest::importer::{FieldMapping, Format, Reads, map};
use crate::model::Call;

/// See [`super::FORMATS`].
pub const FORMAT: Format = Format {
    name: "anthropic-messages",
    title: "Anthropic messages",
    confidence: |seen| {
        let s = &seen.sniff;
        let inside = ["", "response.", "response.body.", "body.", "message.", "result.message.", "data."].iter().any(|at| {
            let has = |name: &str| s.has(&format!("{at}{name}"));
            let counts = has("usage.input_tokens") && has("usage.output_tokens");
            let message = has("stop_reason") || has("usage.cache_creation_input_tokens") || has("usage.cache_read_input_tokens");
            counts && (message || s.value(&format!("{at}type")) == Some("message"))
        });
        sure(inside, 72, "usage of an Anthropic message")
    },
    reads: Reads::Calls(|prefix| Records::of(&SPEC, prefix)),
    mapping: MAPPING,
};

const MAPPING: &[FieldMapping] = &[
    map("time", "timestamp or another time beside the message", ""),
    map("service", "model", ""),
    map("model", "model", ""),
    map("status", "status_code, else error, else 200", ""),
    map("error_code", "error.type", ""),
    map("error_message", "error.message", ""),
    map("service_tier", "usage.service_tier", ""),
    map("api_key", "api_key", ""),
    map("ip", "ip", ""),
    map("request_id", "id", ""),
    map("stream", "stream", ""),
    map("latency_ms", "latency_ms or duration_ms beside the message", "ms"),
    map("ttft_ms", "ttft_ms beside the message", "ms"),
    map("input_tokens", "usage: input_tokens + cache_read_input_tokens + cache_creation_input_tokens", ""),
    map("output_tokens", "usage.output_tokens", ""),
    map("cached_tokens", "usage.cache_read_input_tokens", ""),
];

record_columns! {
    EVENT = "type",
    SESSION = "isSidechain|leafUuid",
    TIME = "timestamp|time|request_time|start_time|started_at|@timestamp|ts|created_at|received_at",
    COMPLETED = "completed_at|end_time|ended_at",
    MODEL = "model|response.model|response.body.model|body.model|message.model|result.message.model",
    ASKED = "request.model|request.body.model",
    ID = "id|response.id|response.body.id|body.id|message.id|result.message.id",
    CALL_ID = "request_id|custom_id",
    STATUS = "status_code|response.status_code|http_status|status",
    ERROR_TYPE = "error.type|response.error.type|response.body.error.type|body.error.type|result.error.type|error.error.type",
    ERROR_MESSAGE = "error.message|response.error.message|response.body.error.message|body.error.message|result.error.message|error.error.message",
    TIER = "usage.service_tier|response.usage.service_tier|response.body.usage.service_tier|body.usage.service_tier|message.usage.service_tier",
    USER = "api_key|api_key_id|user|request.metadata.user_id|key",
    IP = "ip|client_ip|http_x_forwarded_for|remote_addr",
    STREAM = "stream|request.stream|request.body.stream",
    LATENCY_MS = "latency_ms|duration_ms|elapsed_ms|response_time_ms|response_ms",
    LATENCY_S = "latency_s|duration_s|elapsed_s|latency_seconds|duration_seconds",
    TTFT_MS = "ttft_ms|time_to_first_token_ms|first_token_ms",
    INPUT = "usage.input_tokens|response.usage.input_tokens|response.body.usage.input_tokens|body.usage.input_tokens|message.usage.input_tokens|result.message.usage.input_tokens",
    READ = "usage.cache_read_input_tokens|response.usage.cache_read_input_tokens|response.body.usage.cache_read_input_tokens|body.usage.cache_read_input_tokens|message.usage.cache_read_input_tokens|result.message.usage.cache_read_input_tokens",
    WRITTEN = "usage.cache_creation_input_tokens|response.usage.cache_creation_input_tokens|response.body.usage.cache_creation_input_tokens|body.usage.cache_creation_input_tokens|message.usage.cache_creation_input_tokens|result.message.usage.cache_creation_input_tokens",
    OUTPUT = "usage.output_tokens|response.usage.output_tokens|response.body.usage.output_tokens|body.usage.output_tokens|message.usage.output_tokens|result.message.usage.output_tokens",
}

const SPEC: Spec = Spec { columns: COLUMNS, context: &[], rules: &[("data.[]", What::Record)], read };

fn read<'r>(row: &Row<'r>) -> Result<Outcome<'r>, Wrong> {
    if row.has(SESSION) {
        return Ok(Outcome::Passed("lines of a Claude Code session"));
    }
    let event = row.word(EVENT).unwrap_or_default();
    if event.starts_with("message_") || event.starts_with("content_block_") || event == "ping" {
        return Ok(Outcome::Passed("events of a stream"));
    }
    let time = row.instant_needed(TIME, Form::Any)?;
    let latency_us = match (row.micros(LATENCY_MS, Unit::Ms)?, row.micros(LATENCY_S, Unit::S)?) {
        (None, None) => between(Some(time), row.instant(COMPLETED, Form::Any)?),
        (ms, s) => ms.or(s),
    };
    let ttft_us = row.micros(TTFT_MS, Unit::Ms)?;
    let (input, cached, written) = (row.tokens(INPUT)?, row.tokens(READ)?, row.tokens(WRITTEN)?);
    let logged = row.word(STATUS).and_then(|code| code.parse().ok()).filter(|code| (100..=599).contains(code));
    let failed = row.has(ERROR_TYPE) || row.has(ERROR_MESSAGE);
    let of_error = || row.word(ERROR_TYPE).and_then(status::of_class).unwrap_or(status::UNKNOWN_FAILURE);
    Ok(Outcome::Call(Call {
        time_ms: millis(time),
        service: row.first(&[ASKED, MODEL])?.map_or_else(|| row.missing(MODEL), Ok)?,
        model: row.first(&[MODEL, ASKED])?,
        status: logged.unwrap_or_else(|| if failed { of_error() } else { 200 }),
        error_code: row.text(ERROR_TYPE)?,
        error_message: row.message(ERROR_MESSAGE),
        service_tier: row.text(TIER)?,
        api_key: row.text(USER)?,
        ip: row.address(IP)?,
        request_id: row.first(&[ID, CALL_ID])?,
        stream: row.flag(STREAM).or(ttft_us.map(|_| true)),
        latency_us,
        ttft_us,
        input_tokens: input.map(|input| input + cached.unwrap_or(0) + written.unwrap_or(0)),
        output_tokens: row.tokens(OUTPUT)?,
        cached_tokens: cached,
        ..Call::default()
    }))
}
