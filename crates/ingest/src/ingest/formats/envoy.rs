//! Envoy AI Gateway's access log: JSON lines whose names the gateway's operator chooses; those of its documentation are known
//! (aigateway.envoyproxy.io, Access Logs With AI/LLM/MCP Metadata).
//!
//! It has no time to first token. A status of 0 is a client that went away before there was an answer.

use super::clock::{Form, Unit};
use super::records::{Records, Spec};
use super::row::{Outcome, Row, Wrong, millis};
use super::{record_columns, status, sure};
use crate::ingest::importer::{FieldMapping, Format, Reads, map};
use crate::model::Call;

/// See [`super::FORMATS`].
pub const FORMAT: Format = Format {
    name: "envoy-ai-gateway",
    title: "Envoy AI Gateway access log",
    confidence: |seen| {
        let s = &seen.sniff;
        let log = s.has("start_time") && (s.has("response_code") || s.has("response_flags"));
        let model = s.has_under("genai_") || s.has_under("gen_ai") || s.has_under("llm_");
        sure(log && model, 93, "start_time, response_code and names of genai_ in an access log")
    },
    reads: Reads::Calls(|prefix| Records::of(&SPEC, prefix)),
    mapping: MAPPING,
};

const MAPPING: &[FieldMapping] = &[
    map("time", "start_time", "RFC 3339"),
    map("service", "genai_model_name", ""),
    map("model", "genai_model_name_override, else genai_model_name", ""),
    map("status", "response_code", ""),
    map("error_code", "response_flags, where the call failed", ""),
    map("error_message", "response_code_details, where the call failed", ""),
    map("ip", "x-forwarded-for, else downstream_remote_address", ""),
    map("replica", "genai_backend_name, else upstream_host", ""),
    map("request_id", "x-request-id", ""),
    map("latency_ms", "duration", "ms"),
    map("input_tokens", "genai_tokens_input", ""),
    map("output_tokens", "genai_tokens_output", ""),
    map("total_tokens", "genai_tokens_total", ""),
    map("cached_tokens", "genai_tokens_cached_input", ""),
];

record_columns! {
    START = "start_time",
    MODEL = "genai_model_name|gen_ai_request_model|gen_ai.request.model|llm_model_name",
    OVERRIDE = "genai_model_name_override|gen_ai_response_model|gen_ai.response.model",
    BACKEND = "genai_backend_name|gen_ai.backend.name",
    HOST = "upstream_host",
    INPUT = "genai_tokens_input|genai_input_tokens|gen_ai.usage.input_tokens|llm_input_token|llm_input_tokens",
    OUTPUT = "genai_tokens_output|genai_output_tokens|gen_ai.usage.output_tokens|llm_output_token|llm_output_tokens",
    TOTAL = "genai_tokens_total|genai_total_tokens|gen_ai.usage.total_tokens|llm_total_token|llm_total_tokens",
    CACHED = "genai_tokens_cached_input|genai_cached_input_tokens|llm_cached_input_token|gen_ai.usage.cached_input_tokens",
    CODE = "response_code",
    FLAGS = "response_flags",
    DETAILS = "response_code_details|upstream_transport_failure_reason",
    DURATION = "duration",
    FORWARDED = "x-forwarded-for|x_forwarded_for",
    REMOTE = "downstream_remote_address",
    REQUEST_ID = "x-request-id|x_request_id",
}

const SPEC: Spec = Spec { columns: COLUMNS, context: &[], rules: &[], read };

fn read<'r>(row: &Row<'r>) -> Result<Outcome<'r>, Wrong> {
    if !row.has(MODEL) && !row.has(INPUT) && !row.has(OUTPUT) {
        return Ok(Outcome::Passed("requests to no model"));
    }
    let status = match row.integer(CODE)? {
        Some(0) => status::CLIENT_CLOSED,
        Some(_) => row.status(CODE)?.unwrap_or(status::UNKNOWN_FAILURE),
        None => return row.missing(CODE),
    };
    let failed = status >= 400;
    Ok(Outcome::Call(Call {
        time_ms: millis(row.instant_needed(START, Form::Any)?),
        service: row.first(&[MODEL, OVERRIDE])?.map_or_else(|| row.missing(MODEL), Ok)?,
        model: row.first(&[OVERRIDE, MODEL])?,
        status,
        error_code: row.text(FLAGS)?.filter(|_| failed),
        error_message: row.message(DETAILS).filter(|_| failed),
        ip: match row.address(FORWARDED)? {
            Some(ip) => Some(ip),
            None => row.address(REMOTE)?,
        },
        replica: row.first(&[BACKEND, HOST])?,
        request_id: row.text(REQUEST_ID)?,
        latency_us: row.micros(DURATION, Unit::Ms)?,
        input_tokens: row.tokens(INPUT)?,
        output_tokens: row.tokens(OUTPUT)?,
        total_tokens: row.tokens(TOTAL)?,
        cached_tokens: row.tokens(CACHED)?,
        ..Call::default()
    }))
}
