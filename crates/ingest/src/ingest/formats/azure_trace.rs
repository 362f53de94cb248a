//! The Azure LLM inference traces of 2023 and 2024 (Azure/AzurePublicDataset): time, context and generated tokens of completed
//! requests. Times have no zone and are taken as UTC. What failed is not in the trace, so its calls have no status.

use super::clock::Form;
use super::records::{Records, Spec};
use super::row::{Outcome, Row, Wrong, millis};
use super::{record_columns, sure};
use crate::ingest::importer::{FieldMapping, Format, Reads, map};
use crate::model::{Call, NO_STATUS};

/// See [`super::FORMATS`].
pub const FORMAT: Format = Format {
    name: "azure-trace",
    title: "Azure LLM inference trace",
    confidence: |seen| {
        sure(
            !seen.sniff.json && seen.sniff.all(&["TIMESTAMP", "ContextTokens", "GeneratedTokens"]),
            97,
            "TIMESTAMP,ContextTokens,GeneratedTokens",
        )
    },
    reads: Reads::Calls(|prefix| Records::of(&SPEC, prefix)),
    mapping: MAPPING,
};

const MAPPING: &[FieldMapping] = &[
    map("time", "TIMESTAMP", "UTC"),
    map("service", "fixed: azure-llm", ""),
    map("input_tokens", "ContextTokens", ""),
    map("output_tokens", "GeneratedTokens", ""),
];

record_columns! { TIME = "TIMESTAMP", INPUT = "ContextTokens", OUTPUT = "GeneratedTokens" }

const SPEC: Spec = Spec { columns: COLUMNS, context: &[], rules: &[], read };

fn read<'r>(row: &Row<'r>) -> Result<Outcome<'r>, Wrong> {
    Ok(Outcome::Call(Call {
        time_ms: millis(row.instant_needed(TIME, Form::Any)?),
        service: "azure-llm",
        status: NO_STATUS,
        input_tokens: row.tokens(INPUT)?,
        output_tokens: row.tokens(OUTPUT)?,
        ..Call::default()
    }))
}
