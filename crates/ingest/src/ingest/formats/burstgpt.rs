//! The BurstGPT traces (HPMLL/BurstGPT, CC-BY 4.0): time in seconds from an unknown beginning, shown from 2000-01-01 UTC on.
//! A request without a token of response failed (the trace's own rule); it has no code, so it counts as 500.

use super::clock::{Form, Unit};
use super::records::{Records, Spec};
use super::row::{Outcome, Row, Wrong, millis};
use super::{record_columns, status, sure};
use crate::ingest::importer::{FieldMapping, Format, Reads, map};
use crate::model::Call;

/// See [`super::FORMATS`].
pub const FORMAT: Format = Format {
    name: "burstgpt-trace",
    title: "BurstGPT trace",
    confidence: |seen| {
        let enough = !seen.sniff.json && seen.sniff.all(&["Timestamp", "Model", "Request tokens", "Response tokens", "Log Type"]);
        sure(enough, 97, "Timestamp, Model, Request tokens, Response tokens, Log Type")
    },
    reads: Reads::Calls(|prefix| Records::of(&SPEC, prefix)),
    mapping: MAPPING,
};

const MAPPING: &[FieldMapping] = &[
    map("time", "Timestamp, from 2000-01-01 UTC on", "s"),
    map("service", "Model", ""),
    map("model", "Model", ""),
    map("status", "200, or 500 without a token of response", ""),
    map("workspace", "Log Type", ""),
    map("request_id", "Session ID", ""),
    map("latency_ms", "Elapsed time", "s"),
    map("input_tokens", "Request tokens", ""),
    map("output_tokens", "Response tokens", ""),
    map("total_tokens", "Total tokens", ""),
];

record_columns! {
    TIME = "Timestamp",
    SESSION = "Session ID",
    ELAPSED = "Elapsed time",
    MODEL = "Model",
    INPUT = "Request tokens",
    OUTPUT = "Response tokens",
    TOTAL = "Total tokens",
    LOG = "Log Type",
}

const SPEC: Spec = Spec { columns: COLUMNS, context: &[], rules: &[], read };

fn read<'r>(row: &Row<'r>) -> Result<Outcome<'r>, Wrong> {
    let output = row.tokens(OUTPUT)?;
    let model = row.text(MODEL)?.map_or_else(|| row.missing(MODEL), Ok)?;
    Ok(Outcome::Call(Call {
        time_ms: millis(row.instant_needed(TIME, Form::Relative(Unit::S))?),
        service: model,
        model: Some(model),
        status: if output == Some(0) { status::UNKNOWN_FAILURE } else { 200 },
        workspace: row.text(LOG)?,
        request_id: row.text(SESSION)?,
        latency_us: row.micros(ELAPSED, Unit::S)?,
        input_tokens: row.tokens(INPUT)?,
        output_tokens: output,
        total_tokens: row.tokens(TOTAL)?,
        ..Call::default()
    }))
}
