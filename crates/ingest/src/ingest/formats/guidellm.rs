//! guidellm's JSON report: every request of every benchmark in it. Its table has sums only and is refused (`refused`).
//! A failed request is a failed call without durations, with the tokens that came before its stream broke; one that was cut off by the end of the run is passed over.

use super::clock::{Form, Unit};
use super::records::{Records, Spec};
use super::row::{Outcome, Row, Wrong, millis};
use super::walk::What;
use super::{record_columns, status, sure};
use crate::ingest::importer::{FieldMapping, Format, Reads, map};
use crate::model::Call;

/// See [`super::FORMATS`].
pub const FORMAT: Format = Format {
    name: "guidellm",
    title: "guidellm report",
    confidence: |seen| {
        let s = &seen.sniff;
        sure(
            s.has("metadata.guidellm_version") || (s.has("benchmarks") && s.has_under("benchmarks.requests")),
            95,
            "metadata of a guidellm report",
        )
    },
    reads: Reads::Calls(|prefix| Records::of(&SPEC, prefix)),
    mapping: MAPPING,
};

const MAPPING: &[FieldMapping] = &[
    map("time", "request_start_time, else info.timings.request_start", "s"),
    map("service", "config.spec.backend.model", ""),
    map("status", "info.status and info.error", ""),
    map("error_message", "info.error", ""),
    map("request_id", "response_id, else request_id", ""),
    map("stream", "config.spec.backend.stream", ""),
    map("latency_ms", "request_latency", "s"),
    map("ttft_ms", "time_to_first_token_ms", "ms"),
    map("tpot_ms", "inter_token_latency_ms", "ms"),
    map("queue_ms", "request_dispatch_delay", "s"),
    map("input_tokens", "prompt_tokens, of a success", ""),
    map("output_tokens", "output_tokens", ""),
    map("total_tokens", "total_tokens, of a success", ""),
    map("cached_tokens", "cached_tokens, of a success", ""),
];

record_columns! {
    START = "request_start_time|info.timings.request_start|info.timings.resolve_start|start_time",
    STATUS = "info.status|scheduler_info.status",
    ERROR = "info.error|scheduler_info.error|error",
    RESPONSE_ID = "response_id",
    REQUEST_ID = "request_id|info.request_id",
    LATENCY = "request_latency",
    TTFT = "time_to_first_token_ms",
    ITL = "inter_token_latency_ms",
    DELAY = "request_dispatch_delay",
    INPUT = "prompt_tokens",
    OUTPUT = "output_tokens",
    TOTAL = "total_tokens",
    CACHED = "cached_tokens",
}

/// Columns of what encloses the requests.
const MODEL: usize = 0;
const STREAM: usize = 1;

const SPEC: Spec = Spec {
    columns: COLUMNS,
    context: &[(0, "model"), (0, "stream")],
    rules: &[
        ("config.spec.backend", What::Context),
        ("benchmarks.[].requests.successful.[]", What::Record),
        ("benchmarks.[].requests.errored.[]", What::Record),
        ("benchmarks.[].requests.incomplete.[]", What::Record),
    ],
    read,
};

fn read<'r>(row: &Row<'r>) -> Result<Outcome<'r>, Wrong> {
    let state = row.word(STATUS).unwrap_or("completed");
    if matches!(state, "cancelled" | "queued" | "pending" | "in_progress") {
        return Ok(Outcome::Passed("requests that the end of the run cut off"));
    }
    let failed = state == "errored" || row.has(ERROR);
    let streams = row.around(STREAM) != Some("false");
    let call = Call {
        time_ms: millis(row.instant_needed(START, Form::Any)?),
        service: row.around(MODEL).unwrap_or("guidellm"),
        model: row.around(MODEL),
        status: if failed { row.word(ERROR).and_then(status::in_words).unwrap_or(status::UNKNOWN_FAILURE) } else { 200 },
        error_message: row.message(ERROR),
        request_id: row.first(&[RESPONSE_ID, REQUEST_ID])?,
        stream: Some(streams),
        ..Call::default()
    };
    if failed {
        return Ok(Outcome::Call(Call { output_tokens: row.tokens(OUTPUT)?.filter(|&tokens| tokens > 0), ..call }));
    }
    Ok(Outcome::Call(Call {
        latency_us: row.micros(LATENCY, Unit::S)?,
        ttft_us: row.micros(TTFT, Unit::Ms)?.filter(|_| streams),
        tpot_ns: row.nanos(ITL, Unit::Ms)?.filter(|_| streams),
        queue_us: row.micros(DELAY, Unit::S)?,
        input_tokens: row.tokens(INPUT)?,
        output_tokens: row.tokens(OUTPUT)?,
        total_tokens: row.tokens(TOTAL)?,
        cached_tokens: row.tokens(CACHED)?,
        ..call
    }))
}
