//! The report as JSON.

use super::Answers;
use crate::model::{Line, Metric};
use crate::wire::{CallsReply, DetailsReply, FailedReply, Figures, Tile};
use serde_json::{Map, Value, json};

/// See the module's text.
pub fn of(answers: &Answers) -> Value {
    let Answers { data, selection, calls, details: of_service, failed: of_services } = answers;
    let parts = data.parts.iter().map(|part| {
        json!({
            "name": part.name, "format": part.format.as_ref().map(|f| &f.name), "calls": part.calls, "rejected": part.rejected,
            "passed": part.passed.iter().map(|(what, n)| (what.clone(), json!(n))).collect::<Map<_, _>>(),
            "lacks": part.format.iter().flat_map(|f| &f.lacks).map(|m| m.key()).collect::<Vec<_>>(),
        })
    });
    let mut out = json!({
        "data": {
            "name": data.name, "calls": data.calls, "rejected": data.rejected.count, "repeated": data.repeated.calls, "cut_short": data.cut_short.is_some(),
            "oldest_ms": data.oldest_ms, "newest_ms": data.newest_ms, "parts": parts.collect::<Vec<_>>(),
        },
        "range": { "from_ms": selection.range.from_ms, "to_ms": selection.range.to_ms, "zone": selection.zone.name },
        "bucket_starts_ms": calls.buckets.starts_ms,
        "tiles": by_tile(calls, |tile| json!(tile.value)),
        "sparks": by_tile(calls, |tile| json!(tile.spark)),
        "services": services(calls),
        "failed_calls": of_services.iter().map(|reply| (reply.service.clone(), failed(reply))).collect::<Map<_, _>>(),
    });
    if calls.tiles[0].before.is_some() {
        out["tiles_before"] = by_tile(calls, |tile| json!(tile.before));
    }
    let compares = !calls.tiles[0].spark_before.is_empty();
    if compares {
        out["sparks_before"] = by_tile(calls, |tile| json!(tile.spark_before));
    }
    if let Some((reply, failures)) = of_service {
        out["details"] = details(reply, compares);
        out["failed"] = failed(failures);
    }
    out
}

/// One value of each tile, by the tile's name.
fn by_tile(reply: &CallsReply, value: impl Fn(&Tile) -> Value) -> Value {
    let names = ["calls", "failed", "total_tokens", "input_tokens", "output_tokens"];
    Value::Object(names.iter().zip(&reply.tiles).map(|(name, tile)| ((*name).to_owned(), value(tile))).collect())
}

fn services(reply: &CallsReply) -> Vec<Value> {
    let rows = reply.rows.iter().map(|row| {
        let mut out = figures(&row.name, &row.figures);
        out["type"] = row.kind.as_str().into();
        out["versions"] = row.versions.iter().map(|(name, of)| figures(name, of)).collect();
        out
    });
    rows.collect()
}

fn figures(name: &str, of: &Figures) -> Value {
    json!({
        "name": name, "calls": of.calls, "failed": of.failed, "failure_rate": of.failure_rate,
        "total_tokens": of.total_tokens, "input_tokens": of.input_tokens, "output_tokens": of.output_tokens,
        "latency_ms": of.latency_ms, "ttft_ms": of.ttft_ms, "tpot_ms": of.tpot_ms, "generation_s": of.generation_s,
    })
}

fn details(reply: &DetailsReply, compares: bool) -> Value {
    let (mut charts, mut summaries, mut before) = (Map::new(), Map::new(), Map::new());
    for chart in &reply.charts {
        let name = match chart.metric {
            Metric::FailureRate => "failure_rate",
            Metric::InputLength => "input_len",
            Metric::OutputLength => "output_len",
            other => other.key(),
        };
        let lines = chart.lines.iter().map(|series| {
            let line = match series.line {
                Line::PerMinute => name.to_owned(),
                other => other.key(),
            };
            // A gap is NaN in the reply and null in JSON.
            (line, json!(series.values))
        });
        charts.insert(name.to_owned(), Value::Object(lines.collect()));
        let of = &chart.summary;
        let summary = json!({
            "latest": of.latest, "latest_at": of.latest_at, "average": of.average, "maximum": of.maximum, "maximum_at": of.maximum_at,
            "minimum": of.minimum.map(|(value, _)| value), "minimum_at": of.minimum.map(|(_, at)| at), "median_bucket": of.median_bucket,
        });
        summaries.insert(name.to_owned(), summary);
        if let Some(values) = &chart.before {
            before.insert(name.to_owned(), json!(values));
        }
    }
    let mut out = json!({
        "service": reply.service, "bucket_starts_ms": reply.buckets.starts_ms, "minutes": reply.buckets.minutes,
        "charts": charts, "summaries": summaries,
    });
    if compares {
        out["before"] = Value::Object(before);
    }
    out
}

fn failed(reply: &FailedReply) -> Value {
    let codes = reply.classes.iter().flat_map(|class| &class.codes).map(|code| {
        let messages = code
            .messages
            .iter()
            .map(|m| json!({ "error_code": m.error_code, "message": m.message, "count": m.count }))
            .collect::<Vec<_>>();
        json!({ "status": code.status, "count": code.count, "percent": code.percent, "messages": messages })
    });
    json!({ "total": reply.total, "codes": codes.collect::<Vec<_>>() })
}
