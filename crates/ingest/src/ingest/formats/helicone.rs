//! Helicone requests: rows of its API (`data`), of JSON lines or of a table (HeliconeRequest in packages/llm-mapper/types.ts).

use super::clock::{Form, Unit};
use super::records::{Records, Spec};
use super::row::{Outcome, Row, Wrong, millis};
use super::walk::What;
use super::{record_columns, status, sure};
use crate::ingest::importer::{FieldMapping, Format, Reads, map};
use crate::model::Call;

/// See [`super::FORMATS`].
pub const FORMAT: Format = Format {
    name: "helicone",
    title: "Helicone requests",
    confidence: |seen| {
        let s = &seen.sniff;
        let direct = s.has("request_created_at") && (s.has("response_status") || s.has("delay_ms"));
        let wrapped = s.has("data.request_created_at") && (s.has("data.response_status") || s.has("data.delay_ms"));
        sure(direct || wrapped, 94, "request_created_at and response_status of Helicone requests")
    },
    reads: Reads::Calls(|prefix| Records::of(&SPEC, prefix)),
    mapping: MAPPING,
};

const MAPPING: &[FieldMapping] = &[
    map("time", "request_created_at", "RFC 3339"),
    map("service", "request_model or model", ""),
    map("model", "response_model, else model", ""),
    map("status", "response_status", ""),
    map("api_key", "request_user_id", ""),
    map("region", "country_code", ""),
    map("workspace", "provider", ""),
    map("request_id", "request_id", ""),
    map("stream", "time_to_first_token is there", ""),
    map("latency_ms", "delay_ms", "ms"),
    map("ttft_ms", "time_to_first_token", "ms"),
    map("input_tokens", "prompt_tokens", ""),
    map("output_tokens", "completion_tokens", ""),
    map("total_tokens", "total_tokens", ""),
    map("cached_tokens", "prompt_cache_read_tokens", ""),
    map("cost", "cost", ""),
];

record_columns! {
    CREATED = "request_created_at",
    STATUS = "response_status",
    ASKED = "request_model|model_override",
    MODEL = "model",
    ANSWERED = "response_model",
    USER = "request_user_id",
    COUNTRY = "country_code",
    PROVIDER = "provider",
    REQUEST_ID = "request_id",
    DELAY = "delay_ms",
    TTFT = "time_to_first_token",
    INPUT = "prompt_tokens",
    OUTPUT = "completion_tokens",
    TOTAL = "total_tokens",
    CACHED = "prompt_cache_read_tokens",
    COST = "cost|cost_usd|costUSD",
}

const SPEC: Spec = Spec { columns: COLUMNS, context: &[], rules: &[("data.[]", What::Record)], read };

fn read<'r>(row: &Row<'r>) -> Result<Outcome<'r>, Wrong> {
    // Helicone writes codes of its own below 0: -2 is still under way, -3 was cancelled by the client.
    let status = match row.integer(STATUS)? {
        Some(-2) => return Ok(Outcome::Passed("requests still under way")),
        Some(-3) => status::CLIENT_CLOSED,
        Some(code) if code <= 0 => status::UNKNOWN_FAILURE,
        Some(_) => row.status(STATUS)?.unwrap_or(status::UNKNOWN_FAILURE),
        None => return row.missing(STATUS),
    };
    let ttft_us = row.micros(TTFT, Unit::Ms)?;
    let input = row.tokens(INPUT)?;
    Ok(Outcome::Call(Call {
        time_ms: millis(row.instant_needed(CREATED, Form::Any)?),
        service: row.first(&[ASKED, MODEL, ANSWERED])?.map_or_else(|| row.missing(MODEL), Ok)?,
        model: row.first(&[ANSWERED, MODEL, ASKED])?,
        status,
        api_key: row.text(USER)?,
        region: row.text(COUNTRY)?,
        workspace: row.text(PROVIDER)?,
        request_id: row.text(REQUEST_ID)?,
        stream: ttft_us.map(|_| true),
        latency_us: row.micros(DELAY, Unit::Ms)?,
        ttft_us,
        input_tokens: input,
        output_tokens: row.tokens(OUTPUT)?,
        total_tokens: row.tokens(TOTAL)?,
        cached_tokens: row.tokens(CACHED)?,
        cost: row.amount(COST)?,
        ..Call::default()
    }))
}
