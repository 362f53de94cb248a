//! LiteLLM's table LiteLLM_SpendLogs, as JSON or as a table (BerriAI/litellm, schema.prisma): one row for each request.
//!
//! Times without a zone are UTC. There is no column for streaming: an answer streamed where its first token came before its end.

use super::clock::Form;
use super::records::{Records, Spec};
use super::row::{Outcome, Row, Wrong, between, millis};
use super::{record_columns, status, sure};
use crate::ingest::importer::{FieldMapping, Format, Reads, map};
use crate::model::{Call, Media};

/// See [`super::FORMATS`].
pub const FORMAT: Format = Format {
    name: "litellm-spend",
    title: "LiteLLM spend logs",
    confidence: |seen| {
        let enough = seen.sniff.all(&["request_id", "call_type", "spend", "startTime", "prompt_tokens"]);
        sure(enough, 96, "request_id, call_type, spend and startTime of LiteLLM_SpendLogs")
    },
    reads: Reads::Calls(|prefix| Records::of(&SPEC, prefix)),
    mapping: MAPPING,
};

const MAPPING: &[FieldMapping] = &[
    map("time", "startTime", "UTC"),
    map("service", "model_group, else model", ""),
    map("model", "model", ""),
    map("status", "metadata.error_information.error_code, else status", ""),
    map("error_code", "metadata.error_information.error_class", ""),
    map("error_message", "metadata.error_information.error_message", ""),
    map("api_key", "metadata.user_api_key_alias, else api_key", ""),
    map("ip", "requester_ip_address", ""),
    map("workspace", "team_id", ""),
    map("replica", "model_id", ""),
    map("request_id", "request_id", ""),
    map("stream", "completionStartTime before endTime", ""),
    map("latency_ms", "endTime - startTime", ""),
    map("ttft_ms", "completionStartTime - startTime, where it streams", ""),
    map("input_tokens", "prompt_tokens", ""),
    map("output_tokens", "completion_tokens", ""),
    map("total_tokens", "total_tokens", ""),
    map("cached_tokens", "metadata.usage_object.prompt_tokens_details.cached_tokens", ""),
    map("reasoning_tokens", "metadata.usage_object.completion_tokens_details.reasoning_tokens", ""),
    map("media", "call_type", ""),
    map("cost", "spend", ""),
];

record_columns! {
    REQUEST_ID = "request_id",
    CALL_TYPE = "call_type",
    STATUS = "status|metadata.status",
    START = "startTime",
    END = "endTime",
    FIRST = "completionStartTime",
    MODEL = "model",
    GROUP = "model_group",
    MODEL_ID = "model_id",
    ALIAS = "metadata.user_api_key_alias|key_alias",
    KEY = "api_key",
    TEAM_ID = "team_id",
    IP = "requester_ip_address|metadata.requester_ip_address",
    INPUT = "prompt_tokens",
    OUTPUT = "completion_tokens",
    TOTAL = "total_tokens",
    CACHED = "metadata.usage_object.prompt_tokens_details.cached_tokens",
    REASONING = "metadata.usage_object.completion_tokens_details.reasoning_tokens",
    ERROR_CODE = "metadata.error_information.error_code|error_code",
    ERROR_CLASS = "metadata.error_information.error_class|error_class",
    ERROR_MESSAGE = "metadata.error_information.error_message|error_message",
    COST = "spend",
}

const SPEC: Spec = Spec { columns: COLUMNS, context: &[], rules: &[("data.[]", super::walk::What::Record)], read };

fn read<'r>(row: &Row<'r>) -> Result<Outcome<'r>, Wrong> {
    let start = row.instant_needed(START, Form::Any)?;
    let (end, first) = (row.instant(END, Form::Any)?, row.instant(FIRST, Form::Any)?);
    let failed = row.text(STATUS)? == Some("failure");
    let early = first.zip(end).map(|(first, end)| first < end);
    let stream = early.filter(|_| !failed);
    let code = row.text(ERROR_CODE)?.and_then(|text| text.parse().ok()).filter(|code| (400..=599).contains(code));
    let status = match code {
        Some(code) => code,
        None if failed => row.text(ERROR_CLASS)?.and_then(status::of_class).unwrap_or(status::UNKNOWN_FAILURE),
        None => 200,
    };
    let (input, output, total) = (row.tokens(INPUT)?, row.tokens(OUTPUT)?, row.tokens(TOTAL)?);
    // Zeros mean what is not known: a call without any token has no counts.
    let counted = input.unwrap_or(0) + output.unwrap_or(0) + total.unwrap_or(0) > 0;
    let call_type = row.text(CALL_TYPE)?.unwrap_or("");
    Ok(Outcome::Call(Call {
        time_ms: millis(start),
        service: row.first(&[GROUP, MODEL])?.map_or_else(|| row.missing(MODEL), Ok)?,
        model: row.text(MODEL)?,
        status,
        error_code: row.text(ERROR_CLASS)?,
        error_message: row.message(ERROR_MESSAGE),
        api_key: row.first(&[ALIAS, KEY])?,
        ip: row.address(IP)?,
        workspace: row.text(TEAM_ID)?,
        replica: row.text(MODEL_ID)?,
        request_id: row.text(REQUEST_ID)?,
        stream,
        latency_us: between(Some(start), end),
        ttft_us: if stream == Some(true) { between(Some(start), first) } else { None },
        input_tokens: input.filter(|_| counted),
        output_tokens: output.filter(|_| counted),
        total_tokens: total.filter(|_| counted),
        cached_tokens: row.tokens(CACHED)?.filter(|_| counted),
        reasoning_tokens: row.tokens(REASONING)?.filter(|_| counted),
        media: call_type.contains("image").then_some(Media::Image),
        cost: row.amount(COST)?,
        ..Call::default()
    }))
}
