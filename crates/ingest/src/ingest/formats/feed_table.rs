//! Our own fields (docs/feed.md) as the columns of a table: CSV, tab-separated and the like.

use super::clock::{Form, Unit};
use super::records::{Records, Spec};
use super::row::{Outcome, Row, Value, Wrong, millis};
use super::{record_columns, sure};
use crate::ingest::importer::{Format, Reads, is_known_field};
use crate::ingest::json::Cursor;
use crate::ingest::labels;
use crate::model::{Call, Media, NO_STATUS, Problem, ServiceType};

/// See [`super::FORMATS`].
pub const FORMAT: Format = Format {
    name: "callscope-table",
    title: "Callscope (table)",
    confidence: |seen| {
        let s = &seen.sniff;
        let needed = s.count(&["time", "service", "status"]);
        let names = s.names();
        let known = names.iter().filter(|name| is_known_field(name)).count();
        // `status` may be left out where nothing records it; a table of much else is none of ours.
        let ours = needed == 3 || (s.all(&["time", "service"]) && known >= 4);
        sure(!s.json && s.separator.is_some() && ours && known * 2 > names.len(), 90, "columns with the names of a call's fields")
    },
    reads: Reads::Calls(|prefix| Records::of(&SPEC, prefix)),
    // Names are the fields' own.
    mapping: &[],
};

record_columns! {
    TIME = "time",
    SERVICE = "service",
    SERVICE_TYPE = "service_type",
    VERSION = "version",
    MODEL = "model",
    API_KEY = "api_key",
    FORWARDED = "http_x_forwarded_for",
    IP = "ip",
    STATUS = "status",
    ERROR_CODE = "error_code",
    ERROR_MESSAGE = "error_message",
    STREAM = "stream",
    INPUT = "input_tokens",
    OUTPUT = "output_tokens",
    CACHED = "cached_tokens",
    REASONING = "reasoning_tokens",
    AUDIO_INPUT = "audio_input_tokens",
    AUDIO_OUTPUT = "audio_output_tokens",
    TOTAL = "total_tokens",
    LATENCY = "latency_ms",
    TTFT = "ttft_ms",
    TPOT = "tpot_ms",
    QUEUE = "queue_ms",
    GENERATION = "generation_s",
    MEDIA = "media",
    INFERENCE_TYPE = "inference_type",
    REGION = "region",
    WORKSPACE = "workspace",
    TIER = "service_tier",
    REPLICA = "replica",
    LABELS = "labels",
    REQUEST_ID = "request_id",
    COST = "cost",
}

const SPEC: Spec = Spec { columns: COLUMNS, context: &[], rules: &[], read };

fn read<'r>(row: &Row<'r>) -> Result<Outcome<'r>, Wrong> {
    let wrong = |column| Err(Wrong { column, problem: Problem::WrongType });
    let service_type = match row.word(SERVICE_TYPE) {
        None | Some("my") => ServiceType::My,
        Some("commercial") => ServiceType::Commercial,
        Some(_) => return wrong(SERVICE_TYPE),
    };
    let media = match row.word(MEDIA) {
        None => None,
        Some("image") => Some(Media::Image),
        Some("video") => Some(Media::Video),
        Some(_) => return wrong(MEDIA),
    };
    let stream = row.flag(STREAM);
    if stream.is_none() && row.value(STREAM) != Value::Absent && row.has(STREAM) {
        return wrong(STREAM);
    }
    let ip = if row.has(FORWARDED) { row.address(FORWARDED)? } else { row.address(IP)? };
    Ok(Outcome::Call(Call {
        time_ms: millis(row.instant_needed(TIME, Form::Any)?),
        service: row.text(SERVICE)?.map_or_else(|| row.missing(SERVICE), Ok)?,
        service_type,
        version: row.text(VERSION)?,
        model: row.text(MODEL)?,
        api_key: row.text(API_KEY)?,
        ip,
        status: row.status(STATUS)?.unwrap_or(NO_STATUS),
        error_code: row.text(ERROR_CODE)?,
        error_message: row.message(ERROR_MESSAGE),
        stream,
        input_tokens: row.tokens(INPUT)?,
        output_tokens: row.tokens(OUTPUT)?,
        cached_tokens: row.tokens(CACHED)?,
        reasoning_tokens: row.tokens(REASONING)?,
        audio_input_tokens: row.tokens(AUDIO_INPUT)?,
        audio_output_tokens: row.tokens(AUDIO_OUTPUT)?,
        total_tokens: row.tokens(TOTAL)?,
        latency_us: row.micros(LATENCY, Unit::Ms)?,
        ttft_us: row.micros(TTFT, Unit::Ms)?,
        tpot_ns: row.nanos(TPOT, Unit::Ms)?,
        queue_us: row.micros(QUEUE, Unit::Ms)?,
        generation_us: row.micros(GENERATION, Unit::S)?,
        media,
        inference_type: row.text(INFERENCE_TYPE)?,
        region: row.text(REGION)?,
        workspace: row.text(WORKSPACE)?,
        service_tier: row.text(TIER)?,
        replica: row.text(REPLICA)?,
        request_id: row.text(REQUEST_ID)?,
        labels: match row.word(LABELS) {
            Some(text) => labelled(row, text)?,
            None => "",
        },
        cost: row.amount(COST)?,
    }))
}

/// The labels of a cell, which are an object of JSON.
fn labelled<'r>(row: &Row<'r>, text: &str) -> Result<&'r str, Wrong> {
    let (mut scratch, mut set) = (String::new(), String::new());
    let wrong = |problem| Wrong { column: LABELS, problem };
    let mut cursor = Cursor::new(text.as_bytes()).map_err(|e| wrong(e.problem))?;
    labels::read(&mut cursor, &mut scratch, &mut set).map_err(|(_, problem)| wrong(problem))?;
    Ok(row.own(set))
}
