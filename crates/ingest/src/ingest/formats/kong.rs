//! Kong's log plugins with its AI plugins: `ai.<plugin>` in older versions, `ai.proxy` in newer ones
//! (developer.konghq.com, AI Gateway audit log reference). Answers from the cache carry no latency of a model.

use super::clock::{Form, Unit};
use super::records::{Records, Spec};
use super::row::{Outcome, Row, Wrong, millis};
use super::{record_columns, sure};
use crate::ingest::importer::{FieldMapping, Format, Reads, map};
use crate::model::Call;

/// See [`super::FORMATS`].
pub const FORMAT: Format = Format {
    name: "kong-ai",
    title: "Kong AI Gateway log",
    confidence: |seen| {
        let s = &seen.sniff;
        let log = s.has("ai") && (s.has("started_at") || s.has("latencies") || s.has("client_ip"));
        sure(log && (s.has("response") || s.has("request")), 93, "ai, started_at and request of a Kong log")
    },
    reads: Reads::Calls(|prefix| Records::of(&SPEC, prefix)),
    mapping: MAPPING,
};

const MAPPING: &[FieldMapping] = &[
    map("time", "started_at", "ms"),
    map("service", "ai.*.meta.request_model", ""),
    map("model", "ai.*.meta.response_model", ""),
    map("status", "response.status", ""),
    map("api_key", "consumer.username", ""),
    map("ip", "request.headers.x-forwarded-for, else client_ip", ""),
    map("workspace", "workspace_name, else service.name", ""),
    map("replica", "ai.*.meta.provider_name", ""),
    map("request_id", "request.id", ""),
    map("stream", "ai.*.usage.time_to_first_token is there", ""),
    map("latency_ms", "latencies.request, else ai.*.meta.llm_latency", "ms"),
    map("ttft_ms", "ai.*.usage.time_to_first_token", "ms"),
    map("tpot_ms", "ai.*.usage.time_per_token, where it streams", "ms"),
    map("input_tokens", "ai.*.usage.prompt_tokens", ""),
    map("output_tokens", "ai.*.usage.completion_tokens", ""),
    map("total_tokens", "ai.*.usage.total_tokens", ""),
    map("cost", "ai.*.usage.cost", ""),
];

record_columns! {
    STARTED = "started_at",
    ASKED = "ai.*.meta.request_model",
    ANSWERED = "ai.*.meta.response_model",
    PROVIDER = "ai.*.meta.provider_name",
    LLM_LATENCY = "ai.*.meta.llm_latency",
    LATENCY = "latencies.request",
    INPUT = "ai.*.usage.prompt_tokens|ai.*.usage.prompt_token",
    OUTPUT = "ai.*.usage.completion_tokens|ai.*.usage.completion_token",
    TOTAL = "ai.*.usage.total_tokens|ai.*.usage.total_token",
    TTFT = "ai.*.usage.time_to_first_token|ai.*.meta.time_to_first_token",
    PER_TOKEN = "ai.*.usage.time_per_token",
    COST = "ai.*.usage.cost",
    STATUS = "response.status",
    CONSUMER = "consumer.username|consumer.custom_id",
    FORWARDED = "request.headers.x-forwarded-for",
    CLIENT = "client_ip",
    WORKSPACE = "workspace_name",
    GATEWAY_SERVICE = "service.name",
    REQUEST_ID = "request.id|request.headers.x-kong-request-id",
}

const SPEC: Spec = Spec { columns: COLUMNS, context: &[], rules: &[], read };

fn read<'r>(row: &Row<'r>) -> Result<Outcome<'r>, Wrong> {
    if !row.has(ASKED) && !row.has(ANSWERED) && !row.has(INPUT) && !row.has(OUTPUT) {
        return Ok(Outcome::Passed("requests to no model"));
    }
    let ttft_us = row.micros(TTFT, Unit::Ms)?;
    Ok(Outcome::Call(Call {
        time_ms: millis(row.instant_needed(STARTED, Form::Any)?),
        service: row.first(&[ASKED, ANSWERED, GATEWAY_SERVICE])?.map_or_else(|| row.missing(ASKED), Ok)?,
        model: row.first(&[ANSWERED, ASKED])?,
        status: row.status(STATUS)?.map_or_else(|| row.missing(STATUS), Ok)?,
        api_key: row.text(CONSUMER)?,
        ip: match row.address(FORWARDED)? {
            Some(ip) => Some(ip),
            None => row.address(CLIENT)?,
        },
        workspace: row.first(&[WORKSPACE, GATEWAY_SERVICE])?,
        replica: row.text(PROVIDER)?,
        request_id: row.text(REQUEST_ID)?,
        stream: ttft_us.map(|_| true),
        latency_us: match row.micros(LATENCY, Unit::Ms)? {
            Some(us) => Some(us),
            None => row.micros(LLM_LATENCY, Unit::Ms)?,
        },
        ttft_us,
        tpot_ns: row.nanos(PER_TOKEN, Unit::Ms)?.filter(|_| ttft_us.is_some()),
        input_tokens: row.tokens(INPUT)?,
        output_tokens: row.tokens(OUTPUT)?,
        total_tokens: row.tokens(TOTAL)?,
        cost: row.amount(COST)?,
        ..Call::default()
    }))
}
