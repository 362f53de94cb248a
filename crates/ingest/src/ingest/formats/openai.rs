//! Logged answers of an OpenAI-compatible API: chat completions, completions, embeddings, responses, batch outputs; bare, or
//! within a record of one's own that adds time, latency and status. The chunks of a stream are one call, by their id.
//!
//! Cached tokens are part of the prompt's. vLLM's `metrics` count the time to the first token from when the request was
//! scheduled: the time in the queue is added, since a call begins when it is received.
//!
//! A failure in a batch's output has neither time nor model ([`super::join`]).

use super::clock::{Form, Unit};
use super::join::Join;
use super::records::{Records, Spec};
use super::row::{Outcome, Row, Wrong, between, millis};
use super::walk::What;
use super::{record_columns, status, sure};
use crate::ingest::importer::{FieldMapping, Format, Reads, map};
use crate::model::Call;

/// See [`super::FORMATS`].
pub const FORMAT: Format = Format {
    name: "openai-responses",
    title: "OpenAI-compatible responses",
    confidence: |seen| {
        let s = &seen.sniff;
        let inside = ["", "response.", "response.body.", "body.", "data."].iter().any(|at| {
            let has = |name: &str| s.has(&format!("{at}{name}"));
            let tokens = has("usage.prompt_tokens")
                || (has("usage.input_tokens")
                    && has("usage.output_tokens")
                    && s.value(&format!("{at}object")) == Some("response"));
            let chunk = s.value(&format!("{at}object")) == Some(CHUNK) && has("id") && has("model");
            chunk || tokens && (has("object") || has("created") || has("model")) && !has("usage.cache_creation_input_tokens")
        });
        // A batch may begin with failures, which have no usage.
        let batch = s.all(&["custom_id", "response", "error"]) && s.value("id").is_some_and(|id| id.starts_with("batch_req_"));
        sure(inside || batch, 70, "usage of an OpenAI-compatible answer")
    },
    reads: Reads::Calls(|prefix| Records::of(&SPEC, prefix)),
    mapping: MAPPING,
};

const MAPPING: &[FieldMapping] = &[
    map("time", "created, or a time beside the answer; a batch's failure has that of the call before it", "s"),
    map("service", "model", ""),
    map("model", "model", ""),
    map("status", "status_code, else error, else 200; 499 where it was cancelled", ""),
    map("error_code", "error.code or error.type", ""),
    map("error_message", "error.message", ""),
    map("service_tier", "service_tier", ""),
    map("replica", "system_fingerprint", ""),
    map("api_key", "user or api_key", ""),
    map("request_id", "id", ""),
    map("stream", "stream", ""),
    map("latency_ms", "latency_ms or duration_ms beside the answer", "ms"),
    map("ttft_ms", "ttft_ms, or metrics: time_to_first_token_ms + queue_time_ms", "ms"),
    map("tpot_ms", "metrics.mean_itl_ms", "ms"),
    map("queue_ms", "metrics.queue_time_ms", "ms"),
    map("input_tokens", "usage.prompt_tokens or usage.input_tokens", ""),
    map("output_tokens", "usage.completion_tokens or usage.output_tokens", ""),
    map("total_tokens", "usage.total_tokens", ""),
    map("cached_tokens", "usage.prompt_tokens_details.cached_tokens", ""),
    map("reasoning_tokens", "usage.completion_tokens_details.reasoning_tokens", ""),
];

record_columns! {
    TIME = "timestamp|time|request_time|start_time|started_at|@timestamp|ts|created_at|received_at",
    CREATED = "created|response.created|response.body.created|body.created|response.created_at|response.body.created_at|body.created_at",
    COMPLETED = "completed_at|end_time|ended_at",
    MODEL = "model|response.model|response.body.model|body.model",
    ASKED = "request.model|request.body.model",
    ID = "id|response.id|response.body.id|body.id",
    CALL_ID = "request_id|response.request_id|custom_id",
    CUSTOM_ID = "custom_id",
    OBJECT = "object|response.object|response.body.object|body.object",
    EVENT = "type",
    STATE = "status|response.status|response.body.status|body.status",
    STATUS = "status_code|response.status_code|http_status|status|response.status",
    ERROR_CODE = "error.code|response.error.code|response.body.error.code|body.error.code",
    ERROR_TYPE = "error.type|response.error.type|response.body.error.type|body.error.type",
    ERROR_MESSAGE = "error.message|response.error.message|response.body.error.message|body.error.message",
    TIER = "service_tier|response.service_tier|response.body.service_tier|body.service_tier",
    FINGERPRINT = "system_fingerprint|response.system_fingerprint|response.body.system_fingerprint|body.system_fingerprint",
    USER = "api_key|api_key_id|user|request.user|key",
    IP = "ip|client_ip|http_x_forwarded_for|remote_addr",
    STREAM = "stream|request.stream|request.body.stream",
    LATENCY_MS = "latency_ms|duration_ms|elapsed_ms|response_time_ms|response_ms",
    LATENCY_S = "latency_s|duration_s|elapsed_s|latency_seconds|duration_seconds",
    TTFT_MS = "ttft_ms|time_to_first_token_ms|first_token_ms",
    VLLM_TTFT = "metrics.time_to_first_token_ms|response.metrics.time_to_first_token_ms|response.body.metrics.time_to_first_token_ms",
    VLLM_QUEUE = "metrics.queue_time_ms|response.metrics.queue_time_ms|response.body.metrics.queue_time_ms",
    VLLM_ITL = "metrics.mean_itl_ms|response.metrics.mean_itl_ms|response.body.metrics.mean_itl_ms",
    INPUT = "usage.prompt_tokens|usage.input_tokens|response.usage.prompt_tokens|response.usage.input_tokens|response.body.usage.prompt_tokens|response.body.usage.input_tokens|body.usage.prompt_tokens|body.usage.input_tokens",
    OUTPUT = "usage.completion_tokens|usage.output_tokens|response.usage.completion_tokens|response.usage.output_tokens|response.body.usage.completion_tokens|response.body.usage.output_tokens|body.usage.completion_tokens|body.usage.output_tokens",
    TOTAL = "usage.total_tokens|response.usage.total_tokens|response.body.usage.total_tokens|body.usage.total_tokens",
    CACHED = "usage.prompt_tokens_details.cached_tokens|usage.input_tokens_details.cached_tokens|response.usage.prompt_tokens_details.cached_tokens|response.usage.input_tokens_details.cached_tokens|response.body.usage.prompt_tokens_details.cached_tokens|response.body.usage.input_tokens_details.cached_tokens|body.usage.prompt_tokens_details.cached_tokens",
    REASONING = "usage.completion_tokens_details.reasoning_tokens|usage.output_tokens_details.reasoning_tokens|response.usage.completion_tokens_details.reasoning_tokens|response.usage.output_tokens_details.reasoning_tokens|response.body.usage.completion_tokens_details.reasoning_tokens|body.usage.completion_tokens_details.reasoning_tokens",
}

const SPEC: Spec = Spec { columns: COLUMNS, context: &[], rules: &[("data.[]", What::Record)], read };

/// The object of a stream's chunk.
const CHUNK: &str = "chat.completion.chunk";

fn read<'r>(row: &Row<'r>) -> Result<Outcome<'r>, Wrong> {
    // Events of a streamed response tell its beginning and its parts before the one that has all of it.
    let event = row.word(EVENT).is_some_and(|event| event.starts_with("response."));
    if matches!(row.word(STATE), Some("in_progress" | "queued")) || event && !row.has(MODEL) {
        return Ok(Outcome::Passed("responses that are not over"));
    }
    let time = match row.instant(TIME, Form::Any)? {
        Some(time) => Some(time),
        None => row.instant(CREATED, Form::Any)?,
    };
    let latency_us = match (row.micros(LATENCY_MS, Unit::Ms)?, row.micros(LATENCY_S, Unit::S)?) {
        (None, None) => between(time, row.instant(COMPLETED, Form::Any)?),
        (ms, s) => ms.or(s),
    };
    let queue_us = row.micros(VLLM_QUEUE, Unit::Ms)?;
    let vllm_ttft = row.micros(VLLM_TTFT, Unit::Ms)?.map(|us| us + queue_us.unwrap_or(0));
    let ttft_us = row.micros(TTFT_MS, Unit::Ms)?.or(vllm_ttft);
    let status = code(row)?;
    let (batch, chunk) = (row.has(CUSTOM_ID), row.word(OBJECT) == Some(CHUNK));
    let dated = time.is_some();
    let service = row.first(&[ASKED, MODEL])?;
    let call = Call {
        time_ms: if batch && !dated { 0 } else { millis(time.map_or_else(|| row.missing(CREATED), Ok)?) },
        service: if batch && !dated { service.unwrap_or("") } else { service.map_or_else(|| row.missing(MODEL), Ok)? },
        model: row.first(&[MODEL, ASKED])?,
        status,
        error_code: row.first(&[ERROR_CODE, ERROR_TYPE])?,
        error_message: row.message(ERROR_MESSAGE),
        service_tier: row.text(TIER)?,
        replica: row.text(FINGERPRINT)?,
        api_key: row.text(USER)?,
        ip: row.address(IP)?,
        request_id: row.first(&[ID, CALL_ID])?,
        stream: row.flag(STREAM).or((chunk || ttft_us.is_some()).then_some(true)),
        latency_us,
        ttft_us,
        tpot_ns: row.nanos(VLLM_ITL, Unit::Ms)?,
        queue_us,
        input_tokens: row.tokens(INPUT)?,
        output_tokens: row.tokens(OUTPUT)?,
        total_tokens: row.tokens(TOTAL)?,
        cached_tokens: row.tokens(CACHED)?,
        reasoning_tokens: row.tokens(REASONING)?,
        ..Call::default()
    };
    Ok(match (chunk, batch) {
        (true, _) => Outcome::Joined(call, Join::Part),
        (_, true) => Outcome::Joined(call, if dated { Join::Dated } else { Join::Undated }),
        _ => Outcome::Call(call),
    })
}

/// The HTTP status where one is logged; `status` may also be a word ("completed", "failed").
fn code(row: &Row<'_>) -> Result<u16, Wrong> {
    if let Some(word) = row.word(STATUS)
        && let Ok(code @ 100..=599) = word.parse::<u16>()
    {
        return Ok(code);
    }
    let failed = row.has(ERROR_CODE) || row.has(ERROR_TYPE) || row.has(ERROR_MESSAGE) || row.word(STATE) == Some("failed");
    if !failed {
        return Ok(if row.word(STATE) == Some("cancelled") { status::CLIENT_CLOSED } else { 200 });
    }
    let number = row.word(ERROR_CODE).and_then(|code| code.parse().ok()).filter(|code| (400..=599).contains(code));
    let class = || [ERROR_TYPE, ERROR_CODE].into_iter().filter_map(|column| row.word(column)).find_map(status::of_class);
    Ok(number.or_else(class).unwrap_or(status::UNKNOWN_FAILURE))
}
