//! Prints what the engine answers about a feed as JSON, to be compared with an independent oracle: `tests/oracle/README.md` has the
//! parameters and the shape. Times are taken as they stand; demonstration data is not moved.

use std::error::Error;

use callscope::engine::load::Loader;
use callscope::model::{Dim, Filter, Line, Metric, Precision, Range};
use callscope::query::{self, Context, Profile};
use callscope::series::Zone;
use callscope::store::Store;
use callscope::wire::{
    CallsQuery, CallsReply, DetailsQuery, DetailsReply, FailedQuery, FailedReply, Figures, LoadFailure, Query, Reply, Selection,
    Tile,
};
use chrono::{Offset, TimeZone};
use serde_json::{Map, Value, json};

/// Zones are asked a little beyond the range, as queries expect.
const SPARE_MS: i64 = 2 * 86_400_000;

/// What was asked.
struct Question {
    file: String,
    selection: Selection,
    precision: Precision,
    details: Option<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let question = question(std::env::args().skip(1))?;
    let store = load(&question.file)?;
    let profile = Profile::of(&store);
    let context = Context { store: &store, profile: &profile, titles: &|name| name.to_owned() };
    let ask = |query| query::run(query, &context);
    let (selection, precision) = (&question.selection, question.precision);

    let Reply::Calls(calls) = ask(Query::Calls(CallsQuery { selection: selection.clone(), precision })) else {
        return Err("the engine answered another question".into());
    };
    let mut out = json!({
        "tiles": by_tile(&calls, |tile| json!(tile.value)),
        "sparks": by_tile(&calls, |tile| json!(tile.spark)),
        "services": services(&calls),
    });
    let compares = calls.tiles[0].before.is_some();
    if compares {
        out["tiles_before"] = by_tile(&calls, |tile| json!(tile.before));
        out["sparks_before"] = by_tile(&calls, |tile| json!(tile.spark_before));
    }
    if let Some(service) = question.details {
        let selection = selection.clone();
        let query = DetailsQuery { service: service.clone(), selection: selection.clone(), precision };
        let Reply::Details(reply) = ask(Query::Details(query)) else { return Err("the engine answered another question".into()) };
        out["details"] = details(&reply, compares);
        let query = FailedQuery { service, selection, precision, status: None };
        let Reply::Failed(reply) = ask(Query::Failed(query)) else { return Err("the engine answered another question".into()) };
        out["failed"] = failed(&reply);
    }
    println!("{out}");
    Ok(())
}

fn question(mut args: impl Iterator<Item = String>) -> Result<Question, Box<dyn Error>> {
    let (mut file, mut from_ms, mut to_ms, mut details) = (None, None, None, None);
    let (mut before_from_ms, mut before_to_ms) = (None, None);
    let (mut tz, mut precision, mut filter) = ("UTC".to_owned(), Precision::Hour, Filter::default());
    while let Some(arg) = args.next() {
        let Some(name) = arg.strip_prefix("--") else {
            file = Some(arg);
            continue;
        };
        let value = args.next().ok_or_else(|| format!("{arg} needs a value"))?;
        match name {
            "from" => from_ms = Some(value.parse()?),
            "to" => to_ms = Some(value.parse()?),
            "before-from" => before_from_ms = Some(value.parse()?),
            "before-to" => before_to_ms = Some(value.parse()?),
            "tz" => tz = value,
            "details" => details = Some(value),
            "precision" => {
                let known = Precision::ALL.into_iter().find(|p| p.key() == value);
                precision = known.ok_or_else(|| format!("unknown precision {value}"))?;
            }
            _ => {
                let known = Dim::FILTERS.into_iter().chain([Dim::Version, Dim::Service]).find(|dim| dim.key() == name);
                let dim = known.ok_or_else(|| format!("unknown parameter {arg}"))?;
                filter.0.slot(dim).push(value);
            }
        }
    }
    let range = Range { from_ms: from_ms.ok_or("--from is missing")?, to_ms: to_ms.ok_or("--to is missing")? };
    let before = before_from_ms.zip(before_to_ms).map(|(from_ms, to_ms)| Range { from_ms, to_ms });
    let zone = zone(&tz, Range { from_ms: before.map_or(range.from_ms, |b| b.from_ms.min(range.from_ms)), ..range })?;
    let selection = Selection { range, before, filter, zone };
    Ok(Question { file: file.ok_or("the file is missing")?, selection, precision, details })
}

fn zone(name: &str, range: Range) -> Result<Zone, Box<dyn Error>> {
    let tz: chrono_tz::Tz = name.parse().map_err(|_| format!("unknown zone {name}"))?;
    Ok(Zone::probe(name, range.from_ms - SPARE_MS, range.to_ms + SPARE_MS, |at_ms| {
        tz.timestamp_millis_opt(at_ms).single().map_or(0, |at| at.offset().fix().local_minus_utc())
    }))
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
            "current": of.current, "average": of.average, "maximum": of.maximum, "maximum_at": of.maximum_at,
            "median_bucket": of.median_bucket,
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

/// Reads a feed, plain or gzipped, of any shape. Every call must be taken in, or the comparison would be of different calls.
fn load(path: &str) -> Result<Store, Box<dyn Error>> {
    let mut loader = Loader::new(path, false, None);
    let unreadable = |failure: LoadFailure| format!("{path}: {:?} {} {:?}", failure.cause, failure.detail, failure.rejected);
    loader.push(&std::fs::read(path)?).map_err(unreadable)?;
    let (store, data) = loader.finish().map_err(unreadable)?;
    if data.rejected.count > 0 || data.cut_short.is_some() {
        return Err(format!("{path}: {:?}, cut short: {:?}", data.rejected, data.cut_short).into());
    }
    Ok(store)
}
