//! OpenTelemetry GenAI spans as OTLP JSON, one document or one a line (opentelemetry.io/docs/specs/semconv/gen-ai).
//!
//! A call is a span of a model's client: kind CLIENT (or INTERNAL, as some instrumentations write) that names a model. Its SERVER
//! parent is the same request seen from further out, and spans of agents and tools are no inference. A SERVER span that has tokens or
//! latencies of its own is a model server's (docs.vllm.ai: `llm_request`, with `gen_ai.latency.*` in seconds): it is a call too, unless a
//! client's span of the same trace has it.
//! Old names (`gen_ai.system`, `gen_ai.usage.prompt_tokens`) count where the new ones are not there.

use super::clock::{Form, Unit};
use super::join::Join;
use super::records::{Records, Spec};
use super::row::{Outcome, Row, Value, Wrong, between, millis};
use super::walk::What;
use super::{record_columns, status, sure};
use crate::ingest::importer::{FieldMapping, Format, Reads, map};
use crate::model::Call;

/// See [`super::FORMATS`].
pub const FORMAT: Format = Format {
    name: "otlp-spans",
    title: "OpenTelemetry GenAI (OTLP JSON)",
    confidence: |seen| sure(seen.sniff.has("resourceSpans"), 95, "resourceSpans of an OTLP document"),
    reads: Reads::Calls(|prefix| Records::of(&SPEC, prefix)),
    mapping: MAPPING,
};

const MAPPING: &[FieldMapping] = &[
    map("time", "startTimeUnixNano", "ns"),
    map("service", "gen_ai.request.model, else gen_ai.response.model", ""),
    map("model", "gen_ai.response.model, else gen_ai.request.model", ""),
    map("status", "http.response.status_code, else status and its message", ""),
    map("error_code", "error.type", ""),
    map("error_message", "status.message", ""),
    map("workspace", "resource: service.name", ""),
    map("region", "resource: cloud.region", ""),
    map("replica", "server.address", ""),
    map("api_key", "user.id or enduser.id", ""),
    map("ip", "client.address", ""),
    map("request_id", "gen_ai.request.id, else traceId", ""),
    map("stream", "gen_ai.request.stream, or a time to the first chunk", ""),
    map("latency_ms", "gen_ai.latency.e2e, else endTimeUnixNano - startTimeUnixNano", "s, ns"),
    map("ttft_ms", "gen_ai.response.time_to_first_chunk, gen_ai.latency.time_to_first_token", "s"),
    map("queue_ms", "gen_ai.latency.time_in_queue", "s"),
    map("input_tokens", "gen_ai.usage.input_tokens", ""),
    map("output_tokens", "gen_ai.usage.output_tokens", ""),
    map("cached_tokens", "gen_ai.usage.cache_read.input_tokens", ""),
    map("reasoning_tokens", "gen_ai.usage.reasoning.output_tokens", ""),
];

record_columns! {
    TRACE = "traceId|trace_id",
    KIND = "kind",
    START = "startTimeUnixNano|start_time_unix_nano",
    END = "endTimeUnixNano|end_time_unix_nano",
    STATUS = "status.code",
    MESSAGE = "status.message|attributes{}.exception.message",
    OPERATION = "attributes{}.gen_ai.operation.name",
    REQUEST_MODEL = "attributes{}.gen_ai.request.model|attributes{}.llm.model_name",
    RESPONSE_MODEL = "attributes{}.gen_ai.response.model",
    INPUT = "attributes{}.gen_ai.usage.input_tokens|attributes{}.gen_ai.usage.prompt_tokens|attributes{}.llm.token_count.prompt",
    OUTPUT = "attributes{}.gen_ai.usage.output_tokens|attributes{}.gen_ai.usage.completion_tokens|attributes{}.llm.token_count.completion",
    TOTAL = "attributes{}.gen_ai.usage.total_tokens|attributes{}.llm.usage.total_tokens|attributes{}.llm.token_count.total",
    CACHED = "attributes{}.gen_ai.usage.cache_read.input_tokens|attributes{}.gen_ai.usage.cache_read_input_tokens",
    REASONING = "attributes{}.gen_ai.usage.reasoning.output_tokens|attributes{}.gen_ai.usage.reasoning_tokens",
    TTFT = "attributes{}.gen_ai.response.time_to_first_chunk|attributes{}.gen_ai.server.time_to_first_token|attributes{}.gen_ai.latency.time_to_first_token",
    QUEUE = "attributes{}.gen_ai.latency.time_in_queue",
    E2E = "attributes{}.gen_ai.latency.e2e",
    REQUEST_ID = "attributes{}.gen_ai.request.id",
    STREAM = "attributes{}.gen_ai.request.stream|attributes{}.gen_ai.request.is_stream|attributes{}.llm.is_streaming",
    ERROR_TYPE = "attributes{}.error.type",
    HTTP = "attributes{}.http.response.status_code|attributes{}.http.status_code",
    SERVER = "attributes{}.server.address",
    CLIENT = "attributes{}.client.address",
    USER = "attributes{}.user.id|attributes{}.enduser.id",
}

/// Columns of the resource that encloses the spans.
const SERVICE_NAME: usize = 0;
const REGION: usize = 1;

const SPEC: Spec = Spec {
    columns: COLUMNS,
    context: &[(0, "attributes{}.service.name"), (0, "attributes{}.cloud.region")],
    rules: &[("resourceSpans.[].resource", What::Context), ("resourceSpans.[].scopeSpans.[].spans.[]", What::Record)],
    read,
};

fn read<'r>(row: &Row<'r>) -> Result<Outcome<'r>, Wrong> {
    let kind = row.word(KIND).unwrap_or("");
    let server = matches!(kind, "2" | "SPAN_KIND_SERVER") && (row.has(INPUT) || row.has(OUTPUT) || row.has(E2E));
    if !server && matches!(kind, "2" | "SPAN_KIND_SERVER" | "4" | "5" | "SPAN_KIND_PRODUCER" | "SPAN_KIND_CONSUMER") {
        return Ok(Outcome::Passed("spans of servers and queues"));
    }
    let inference = match row.word(OPERATION) {
        Some(operation) => {
            !matches!(operation, "invoke_agent" | "create_agent" | "execute_tool" | "invoke_workflow" | "retrieval")
        }
        None => server || row.has(INPUT) || row.has(OUTPUT) || row.has(REQUEST_MODEL),
    };
    if !inference {
        return Ok(Outcome::Passed("spans that are no inference"));
    }
    let start = row.instant_needed(START, Form::Epoch(Unit::Ns))?;
    let end = row.instant(END, Form::Epoch(Unit::Ns))?;
    let ttft_us = row.micros(TTFT, Unit::S)?;
    let trace = row.text(TRACE)?.map(|id| hex(row, id));
    let call = Call {
        time_ms: millis(start),
        service: row
            .first(&[REQUEST_MODEL, RESPONSE_MODEL])?
            .or(row.around(SERVICE_NAME))
            .map_or_else(|| row.missing(REQUEST_MODEL), Ok)?,
        model: row.first(&[RESPONSE_MODEL, REQUEST_MODEL])?,
        status: code(row)?,
        error_code: row.text(ERROR_TYPE)?,
        error_message: row.message(MESSAGE),
        workspace: row.around(SERVICE_NAME),
        region: row.around(REGION),
        replica: row.text(SERVER)?,
        api_key: row.text(USER)?,
        ip: row.address(CLIENT)?,
        request_id: row.text(REQUEST_ID)?.or(trace),
        stream: row.flag(STREAM).or(ttft_us.map(|_| true)),
        latency_us: row.micros(E2E, Unit::S)?.or(between(Some(start), end)),
        ttft_us,
        queue_us: row.micros(QUEUE, Unit::S)?,
        input_tokens: row.tokens(INPUT)?,
        output_tokens: row.tokens(OUTPUT)?,
        total_tokens: row.tokens(TOTAL)?,
        cached_tokens: row.tokens(CACHED)?,
        reasoning_tokens: row.tokens(REASONING)?,
        ..Call::default()
    };
    Ok(match trace {
        Some(trace) => Outcome::Joined(call, if server { Join::Server(trace) } else { Join::Client(trace) }),
        None => Outcome::Call(call),
    })
}

fn code(row: &Row<'_>) -> Result<u16, Wrong> {
    if let Some(status) = row.status(HTTP)? {
        return Ok(status);
    }
    let failed = matches!(row.word(STATUS), Some("2" | "STATUS_CODE_ERROR")) || row.has(ERROR_TYPE);
    if !failed {
        return Ok(200);
    }
    let class = row.word(ERROR_TYPE).unwrap_or("");
    let given = class.parse().ok().filter(|code| (400..=599).contains(code));
    let known = given.or_else(|| row.word(MESSAGE).and_then(status::in_words)).or_else(|| status::of_class(class));
    Ok(known.unwrap_or(status::UNKNOWN_FAILURE))
}

/// A trace's id in hex; protobuf's own JSON writes its 16 bytes in base64.
fn hex<'r>(row: &Row<'r>, id: &'r str) -> &'r str {
    if id.len() != 24 || !id.ends_with("==") || !matches!(row.value(TRACE), Value::Text(_)) {
        return id;
    }
    let mut out = String::with_capacity(32);
    let (mut bits, mut have) = (0_u32, 0);
    for byte in id.trim_end_matches('=').bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return id,
        };
        bits = bits << 6 | u32::from(six);
        have += 6;
        if have >= 8 {
            have -= 8;
            out.push_str(&format!("{:02x}", bits >> have & 0xff));
        }
    }
    row.own(out)
}
