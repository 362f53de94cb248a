//! Langfuse observations: API answers (`data`), batch exports as JSON, JSON lines or a table.
//!
//! The API gives latencies in seconds, some exports in milliseconds: both are worked out of the times instead, which have no unit.
//! Usage details add up: tokens read from the cache are beside `input`, not within it.

use super::clock::Form;
use super::records::{Records, Spec};
use super::row::{Outcome, Row, Wrong, between, millis};
use super::walk::What;
use super::{record_columns, status, sure};
use crate::ingest::importer::{FieldMapping, Format, Reads, map};
use crate::model::Call;

/// See [`super::FORMATS`].
pub const FORMAT: Format = Format {
    name: "langfuse",
    title: "Langfuse observations",
    confidence: |seen| {
        let s = &seen.sniff;
        let of = |at: &str| {
            let has = |name: &str| s.has(&format!("{at}{name}"));
            let marks = [
                "usageDetails",
                "providedModelName",
                "completionStartTime",
                "costDetails",
                "modelParameters",
                "statusMessage",
                "traceName",
            ];
            has("traceId") && has("type") && has("startTime") && marks.iter().filter(|mark| has(mark)).count() >= 2
        };
        sure(of("") || of("data."), 94, "traceId, type, startTime and usage of Langfuse observations")
    },
    reads: Reads::Calls(|prefix| Records::of(&SPEC, prefix)),
    mapping: MAPPING,
};

const MAPPING: &[FieldMapping] = &[
    map("time", "startTime", "RFC 3339"),
    map("service", "providedModelName or model, else name", ""),
    map("model", "providedModelName or model", ""),
    map("version", "version", ""),
    map("status", "level and statusMessage", ""),
    map("error_code", "level, where it is ERROR", ""),
    map("error_message", "statusMessage", ""),
    map("workspace", "environment", ""),
    map("api_key", "userId", ""),
    map("request_id", "traceId", ""),
    map("stream", "completionStartTime is there", ""),
    map("latency_ms", "endTime - startTime", ""),
    map("ttft_ms", "completionStartTime - startTime", ""),
    map("input_tokens", "usageDetails: all of input", ""),
    map("output_tokens", "usageDetails: all of output", ""),
    map("total_tokens", "usageDetails.total", ""),
    map("cached_tokens", "usageDetails.input_cached_tokens", ""),
    map("reasoning_tokens", "usageDetails.output_reasoning_tokens", ""),
    map("cost", "totalCost", ""),
];

record_columns! {
    TRACE = "traceId",
    TYPE = "type",
    NAME = "name",
    START = "startTime",
    END = "endTime",
    FIRST = "completionStartTime",
    MODEL = "providedModelName|model|internalModelId",
    VERSION = "version",
    LEVEL = "level",
    MESSAGE = "statusMessage",
    ENVIRONMENT = "environment",
    USER = "userId",
    INPUT = "usageDetails.input|usageDetails.prompt_tokens|usageDetails.input_tokens|promptTokens|inputUsage|usage.input",
    INPUT_CACHED = "usageDetails.input_cached_tokens|usageDetails.cache_read_input_tokens|usageDetails.input_cache_read",
    INPUT_WRITTEN = "usageDetails.cache_creation_input_tokens|usageDetails.input_cache_creation",
    INPUT_AUDIO = "usageDetails.input_audio_tokens",
    OUTPUT = "usageDetails.output|usageDetails.completion_tokens|usageDetails.output_tokens|completionTokens|outputUsage|usage.output",
    OUTPUT_REASONING = "usageDetails.output_reasoning_tokens|usageDetails.output_reasoning",
    OUTPUT_AUDIO = "usageDetails.output_audio_tokens",
    TOTAL = "usageDetails.total|totalTokens|totalUsage|usage.total",
    COST = "totalCost|calculatedTotalCost|costDetails.total",
}

const SPEC: Spec = Spec { columns: COLUMNS, context: &[], rules: &[("data.[]", What::Record)], read };

fn read<'r>(row: &Row<'r>) -> Result<Outcome<'r>, Wrong> {
    let kind = row.word(TYPE).unwrap_or("GENERATION");
    if !matches!(kind, "GENERATION" | "EMBEDDING" | "generation" | "embedding" | "generation-create") {
        return Ok(Outcome::Passed("observations that are no generation"));
    }
    let start = row.instant_needed(START, Form::Any)?;
    let (end, first) = (row.instant(END, Form::Any)?, row.instant(FIRST, Form::Any)?);
    let failed = row.word(LEVEL).is_some_and(|level| level.eq_ignore_ascii_case("error"));
    let sum = |columns: &[usize]| -> Result<Option<u64>, Wrong> {
        let mut sum = None;
        for &column in columns {
            if let Some(tokens) = row.tokens(column)? {
                sum = Some(sum.unwrap_or(0) + tokens);
            }
        }
        Ok(sum)
    };
    let status = if failed { row.word(MESSAGE).and_then(status::in_words).unwrap_or(status::UNKNOWN_FAILURE) } else { 200 };
    Ok(Outcome::Call(Call {
        time_ms: millis(start),
        service: row.first(&[MODEL, NAME])?.map_or_else(|| row.missing(MODEL), Ok)?,
        model: row.text(MODEL)?,
        version: row.text(VERSION)?,
        status,
        error_code: row.text(LEVEL)?.filter(|_| failed),
        error_message: row.message(MESSAGE).filter(|_| failed),
        workspace: row.text(ENVIRONMENT)?,
        api_key: row.text(USER)?,
        request_id: row.text(TRACE)?,
        stream: first.map(|_| true),
        latency_us: between(Some(start), end),
        ttft_us: between(Some(start), first),
        input_tokens: sum(&[INPUT, INPUT_CACHED, INPUT_WRITTEN, INPUT_AUDIO])?,
        output_tokens: sum(&[OUTPUT, OUTPUT_REASONING, OUTPUT_AUDIO])?,
        total_tokens: row.tokens(TOTAL)?,
        cached_tokens: row.tokens(INPUT_CACHED)?,
        reasoning_tokens: row.tokens(OUTPUT_REASONING)?,
        cost: row.amount(COST)?,
        ..Call::default()
    }))
}
