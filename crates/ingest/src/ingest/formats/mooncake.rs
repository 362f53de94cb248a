//! The Mooncake traces (kvcache-ai/Mooncake): when a request came, its lengths, and ids of its prefix blocks of 512 tokens.
//! Times count from an unknown beginning: they are shown from 2000-01-01 UTC on. Nothing says which requests failed.

use super::clock::{Form, Unit};
use super::records::{Records, Spec};
use super::row::{Outcome, Row, Wrong, millis};
use super::{record_columns, sure};
use crate::ingest::importer::{FieldMapping, Format, Reads, map};
use crate::model::{Call, NO_STATUS};

/// See [`super::FORMATS`].
pub const FORMAT: Format = Format {
    name: "mooncake-trace",
    title: "Mooncake trace",
    confidence: |seen| {
        let enough = seen.sniff.json && seen.sniff.all(&["timestamp", "input_length", "output_length"]);
        sure(
            enough,
            if seen.sniff.has("hash_ids") { 97 } else { 80 },
            "timestamp, input_length and output_length of a Mooncake trace",
        )
    },
    reads: Reads::Calls(|prefix| Records::of(&SPEC, prefix)),
    mapping: MAPPING,
};

const MAPPING: &[FieldMapping] = &[
    map("time", "timestamp, from 2000-01-01 UTC on", "ms"),
    map("service", "fixed: mooncake", ""),
    map("input_tokens", "input_length", ""),
    map("output_tokens", "output_length", ""),
];

record_columns! { TIME = "timestamp", INPUT = "input_length", OUTPUT = "output_length" }

const SPEC: Spec = Spec { columns: COLUMNS, context: &[], rules: &[], read };

fn read<'r>(row: &Row<'r>) -> Result<Outcome<'r>, Wrong> {
    Ok(Outcome::Call(Call {
        time_ms: millis(row.instant_needed(TIME, Form::Relative(Unit::Ms))?),
        service: "mooncake",
        status: NO_STATUS,
        input_tokens: row.tokens(INPUT)?,
        output_tokens: row.tokens(OUTPUT)?,
        ..Call::default()
    }))
}
