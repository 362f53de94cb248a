//! LiteLLM's StandardLoggingPayload, as its callbacks and object storages write it: one record for each attempt
//! (docs.litellm.ai/docs/proxy/logging_spec).
//!
//! Retries and fallbacks of one request share a call id. `response_time` is the time to first token where the answer streams,
//! else the latency; both are taken from the times instead. A client that went away is a "success" with code 499.

use super::clock::Form;
use super::records::{Records, Spec};
use super::row::{Outcome, Row, Wrong, between, millis};
use super::{record_columns, status, sure};
use crate::ingest::importer::{FieldMapping, Format, Reads, map};
use crate::model::{Call, Media};

/// See [`super::FORMATS`].
pub const FORMAT: Format = Format {
    name: "litellm-payload",
    title: "LiteLLM StandardLoggingPayload",
    confidence: |seen| {
        let s = &seen.sniff;
        let enough = s.all(&["startTime", "call_type"]) && s.has("litellm_call_id") && !s.has("spend");
        let older = s.all(&["startTime", "call_type", "trace_id", "response_time"]);
        sure(enough || older, 95, "startTime, call_type and litellm_call_id of a StandardLoggingPayload")
    },
    reads: Reads::Calls(|prefix| Records::of(&SPEC, prefix)),
    mapping: MAPPING,
};

const MAPPING: &[FieldMapping] = &[
    map("time", "startTime", "s"),
    map("service", "model_group, else model", ""),
    map("model", "model", ""),
    map("status", "error_information.error_code, else status", ""),
    map("error_code", "error_information.error_class", ""),
    map("error_message", "error_information.error_message, else error_str", ""),
    map("api_key", "metadata.user_api_key_alias, else metadata.user_api_key_hash", ""),
    map("ip", "requester_ip_address", ""),
    map("workspace", "metadata.user_api_key_team_alias, else metadata.user_api_key_team_id", ""),
    map("replica", "model_id", ""),
    map("request_id", "id, else litellm_call_id", ""),
    map("stream", "stream", ""),
    map("latency_ms", "endTime - startTime", "s"),
    map("ttft_ms", "completionStartTime - startTime, where it streams", "s"),
    map("input_tokens", "prompt_tokens", ""),
    map("output_tokens", "completion_tokens", ""),
    map("total_tokens", "total_tokens", ""),
    map("cached_tokens", "metadata.usage_object.prompt_tokens_details.cached_tokens", ""),
    map("reasoning_tokens", "metadata.usage_object.completion_tokens_details.reasoning_tokens", ""),
    map("media", "call_type", ""),
    map("cost", "response_cost", ""),
];

record_columns! {
    CALL_ID = "id|litellm_call_id",
    CALL_TYPE = "call_type",
    STREAM = "stream",
    ASKED_STREAM = "model_parameters.stream",
    STATUS = "status",
    START = "startTime",
    END = "endTime",
    FIRST = "completionStartTime",
    MODEL = "model",
    GROUP = "model_group",
    MODEL_ID = "model_id",
    ALIAS = "metadata.user_api_key_alias",
    KEY = "metadata.user_api_key_hash",
    TEAM = "metadata.user_api_key_team_alias",
    TEAM_ID = "metadata.user_api_key_team_id",
    IP = "requester_ip_address|metadata.requester_ip_address",
    INPUT = "prompt_tokens",
    OUTPUT = "completion_tokens",
    TOTAL = "total_tokens",
    CACHED = "metadata.usage_object.prompt_tokens_details.cached_tokens",
    REASONING = "metadata.usage_object.completion_tokens_details.reasoning_tokens",
    ERROR_CODE = "error_information.error_code",
    ERROR_CLASS = "error_information.error_class",
    ERROR_MESSAGE = "error_information.error_message|error_str",
    COST = "response_cost",
}

const SPEC: Spec = Spec { columns: COLUMNS, context: &[], rules: &[], read };

fn read<'r>(row: &Row<'r>) -> Result<Outcome<'r>, Wrong> {
    let start = row.instant_needed(START, Form::Any)?;
    let end = row.instant(END, Form::Any)?;
    let failed = row.text(STATUS)? == Some("failure");
    let first = row.instant(FIRST, Form::Any)?;
    let stream = match row.flag(STREAM) {
        Some(stream) => Some(stream),
        None if failed => row.flag(ASKED_STREAM),
        None => Some(false),
    };
    let began = stream == Some(true) && !failed && first != end;
    let call_type = row.text(CALL_TYPE)?.unwrap_or("");
    let call = Call {
        time_ms: millis(start),
        service: row.first(&[GROUP, MODEL])?.map_or_else(|| row.missing(MODEL), Ok)?,
        model: row.text(MODEL)?,
        status: code(row, failed)?,
        error_code: row.text(ERROR_CLASS)?,
        error_message: row.message(ERROR_MESSAGE),
        api_key: row.first(&[ALIAS, KEY])?,
        ip: row.address(IP)?,
        workspace: row.first(&[TEAM, TEAM_ID])?,
        replica: row.text(MODEL_ID)?,
        request_id: row.text(CALL_ID)?,
        stream,
        latency_us: between(Some(start), end),
        ttft_us: if began { between(Some(start), first) } else { None },
        media: call_type.contains("image").then_some(Media::Image),
        cost: row.amount(COST)?,
        ..usage(row)?
    };
    Ok(Outcome::Call(call))
}

/// Token counts. LiteLLM writes 0 for what it does not know: a call without any token has no counts.
fn usage<'r>(row: &Row<'r>) -> Result<Call<'r>, Wrong> {
    let (input, output, total) = (row.tokens(INPUT)?, row.tokens(OUTPUT)?, row.tokens(TOTAL)?);
    if input.unwrap_or(0) == 0 && output.unwrap_or(0) == 0 && total.unwrap_or(0) == 0 {
        return Ok(Call::default());
    }
    Ok(Call {
        input_tokens: input,
        output_tokens: output,
        total_tokens: total,
        cached_tokens: row.tokens(CACHED)?,
        reasoning_tokens: row.tokens(REASONING)?,
        ..Call::default()
    })
}

fn code(row: &Row<'_>, failed: bool) -> Result<u16, Wrong> {
    let text = row.text(ERROR_CODE)?.unwrap_or("");
    // Other codes than HTTP's ("internal_error") occur.
    let code = text.parse().ok().filter(|code| (400..=599).contains(code));
    Ok(match code {
        Some(code) => code,
        None if failed => row.text(ERROR_CLASS)?.and_then(status::of_class).unwrap_or(status::UNKNOWN_FAILURE),
        None => 200,
    })
}
