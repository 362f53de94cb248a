//! APISIX with ai-proxy: access logs with its variables, and the records of its loggers (`llm_summary`), numbers or texts
//! (apisix.apache.org/docs/apisix/plugins/ai-proxy).
//!
//! `request_time` is in seconds, `llm_time_to_first_token` in milliseconds. nginx writes its times when the answer is complete:
//! those are taken back by the duration; `start_time` of the loggers is the beginning.

use super::clock::{Form, Unit};
use super::records::{Records, Spec};
use super::row::{Outcome, Row, Wrong, millis};
use super::{record_columns, sure};
use crate::ingest::importer::{FieldMapping, Format, Reads, map};
use crate::model::Call;

/// See [`super::FORMATS`].
pub const FORMAT: Format = Format {
    name: "apisix-ai",
    title: "APISIX ai-proxy log",
    confidence: |seen| {
        let s = &seen.sniff;
        let variables = s.count(&[
            "request_llm_model",
            "llm_model",
            "llm_time_to_first_token",
            "llm_prompt_tokens",
            "llm_completion_tokens",
            "request_type",
        ]);
        sure(
            variables >= 2 || (s.has("llm_summary") && s.has("response")),
            93,
            "variables of ai-proxy (llm_model, llm_prompt_tokens)",
        )
    },
    reads: Reads::Calls(|prefix| Records::of(&SPEC, prefix)),
    mapping: MAPPING,
};

const MAPPING: &[FieldMapping] = &[
    map("time", "start_time, else time_iso8601 - request_time", "ms or RFC 3339"),
    map("service", "request_llm_model, else llm_model", ""),
    map("model", "llm_model", ""),
    map("status", "status or response.status", ""),
    map("api_key", "consumer.username or consumer_name", ""),
    map("ip", "http_x_forwarded_for, else client_ip or remote_addr", ""),
    map("workspace", "route_name or route_id", ""),
    map("replica", "upstream or upstream_addr", ""),
    map("request_id", "request_id", ""),
    map("stream", "request_type is ai_stream", ""),
    map("latency_ms", "request_time, else latency", "s, ms"),
    map("ttft_ms", "llm_time_to_first_token, where it streams", "ms"),
    map("input_tokens", "llm_prompt_tokens", ""),
    map("output_tokens", "llm_completion_tokens", ""),
    map("total_tokens", "llm_total_tokens", ""),
    map("cached_tokens", "llm_cache_read_input_tokens", ""),
    map("reasoning_tokens", "llm_reasoning_tokens", ""),
];

record_columns! {
    START = "start_time",
    LOGGED = "time_iso8601|@timestamp|time_local|timestamp|msec|time",
    KIND = "request_type",
    STREAM = "llm_stream|llm_summary.stream",
    ASKED = "request_llm_model|llm_summary.request_model|llm_request.model",
    MODEL = "llm_model|llm_summary.model",
    TTFT = "llm_time_to_first_token|llm_summary.time_to_first_token|llm_summary.llm_time_to_first_token",
    INPUT = "llm_prompt_tokens|llm_summary.prompt_tokens",
    OUTPUT = "llm_completion_tokens|llm_summary.completion_tokens",
    TOTAL = "llm_total_tokens|llm_summary.total_tokens",
    CACHED = "llm_cache_read_input_tokens|llm_summary.cache_read_input_tokens",
    REASONING = "llm_reasoning_tokens|llm_summary.reasoning_tokens",
    SECONDS = "request_time",
    MILLIS = "latency",
    STATUS = "status|response.status",
    CONSUMER = "consumer_name|consumer.username|consumer",
    FORWARDED = "http_x_forwarded_for|request.headers.x-forwarded-for",
    CLIENT = "client_ip|remote_addr",
    ROUTE = "route_name|route_id",
    UPSTREAM = "upstream_addr|upstream",
    REQUEST_ID = "request_id|request.headers.x-request-id",
}

const SPEC: Spec = Spec { columns: COLUMNS, context: &[], rules: &[], read };

fn read<'r>(row: &Row<'r>) -> Result<Outcome<'r>, Wrong> {
    let model = row.has(ASKED) || row.has(MODEL);
    if !model || row.word(KIND) == Some("traditional_http") {
        return Ok(Outcome::Passed("requests to no model"));
    }
    let latency_us = match row.micros(SECONDS, Unit::S)? {
        Some(us) => Some(us),
        None => row.micros(MILLIS, Unit::Ms)?,
    };
    let time = match row.instant(START, Form::Any)? {
        Some(start) => start,
        None => row.instant_needed(LOGGED, Form::Any)? - latency_us.unwrap_or(0) as i64 * 1000,
    };
    let stream = row.word(KIND).map(|kind| kind == "ai_stream").or(row.flag(STREAM));
    Ok(Outcome::Call(Call {
        time_ms: millis(time),
        service: row.first(&[ASKED, MODEL])?.map_or_else(|| row.missing(MODEL), Ok)?,
        model: row.first(&[MODEL, ASKED])?,
        status: row.status(STATUS)?.map_or_else(|| row.missing(STATUS), Ok)?,
        api_key: row.text(CONSUMER)?,
        ip: match row.address(FORWARDED)? {
            Some(ip) => Some(ip),
            None => row.address(CLIENT)?,
        },
        workspace: row.text(ROUTE)?,
        replica: row.text(UPSTREAM)?,
        request_id: row.text(REQUEST_ID)?,
        stream,
        latency_us,
        // Where nothing was streamed the variable is 0 or the whole latency.
        ttft_us: row.micros(TTFT, Unit::Ms)?.filter(|&us| us > 0 && stream != Some(false)),
        input_tokens: row.tokens(INPUT)?,
        output_tokens: row.tokens(OUTPUT)?,
        total_tokens: row.tokens(TOTAL)?,
        cached_tokens: row.tokens(CACHED)?,
        reasoning_tokens: row.tokens(REASONING)?,
        ..Call::default()
    }))
}
