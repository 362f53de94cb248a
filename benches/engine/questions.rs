//! What `cargo xtask bench engine` asks of the calls of `benches/data`: questions as the page would post them to the worker, and answers compared.
//!
//! `questions ask FOLDER RUNS` writes the load and each question in the worker's own words
//! (`NAME.bin`) and all of them for the peers in JavaScript (`questions.json`). `questions check FOLDER PEER…` compares the worker's answers
//! (`NAME.answer`) with those of the peers named (`NAME.PEER.json`), number by number. `questions time FILE RUNS [GROUP]` answers them without a browser.

use callscope::model::range::{DAY_MS, MINUTE_MS};
use callscope::model::{Dim, Filter, Metric, Precision, Range};
use callscope::series::Zone;
use callscope::source::calls::{self, StoreIndex};
use callscope::view::{self, Known};
use callscope::wire::{
    CallsQuery, CallsReply, DetailsQuery, DetailsReply, Facet, Figures, Frames, FromEngine, MemberSource, Open, Packed, Query,
    Reply, Selection, ToEngine, ToReader, decode, encode,
};
use serde_json::{Map, Value, json};
use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Instant;

type Result<T = ()> = core::result::Result<T, Box<dyn Error>>;

/// The service that is called most in `benches/data`, and the end of its calls.
const SERVICE: &str = "harbour-chat";
const END_MS: i64 = 1_772_323_200_000 + 15 * DAY_MS;

fn main() -> Result {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["ask", folder, runs] => ask(Path::new(folder), runs.parse()?),
        ["check", folder, ref peers @ ..] => check(Path::new(folder), peers),
        ["time", file, runs] => time(Path::new(file), runs.parse()?, ""),
        ["time", file, runs, group] => time(Path::new(file), runs.parse()?, group),
        _ => Err("questions time FILE RUNS [GROUP] | questions ask FOLDER RUNS | questions check FOLDER PEER…".into()),
    }
}

/// A question with the group whose times are taken together.
struct Question {
    group: &'static str,
    details: bool,
    range: Range,
    precision: Precision,
    filter: Option<(Dim, Vec<String>)>,
}

impl Question {
    fn query(&self) -> Query {
        let mut filter = Filter::default();
        if let Some((dim, values)) = &self.filter {
            filter.0.insert((*dim).into(), values.clone());
        }
        let selection = Selection { range: self.range, before: None, filter, zone: Zone::utc() };
        if self.details {
            Query::Details(DetailsQuery { service: SERVICE.into(), selection, precision: self.precision })
        } else {
            Query::Calls(CallsQuery { selection, precision: self.precision })
        }
    }
}

/// What the page knows of the data: a few calls have every service and dimension.
fn known() -> Result<Known> {
    const CALLS: u64 = 20_000;
    let mut text = Vec::new();
    callscope_bench_data::ndjson(1, CALLS, &mut text)?;
    let mut loader = callscope::engine::load::Loader::new(String::from("calls.ndjson"), false, None);
    loader.push(&text).map_err(|failure| failure.detail)?;
    let (_, set) = loader.finish().map_err(|failure| failure.detail)?;
    Ok(Known::of(&set))
}

/// Questions of one run.
const GROUPS: i64 = 10;

/// In the order in which they are sent. Each is sent once: none has the range or the filter of one before it.
fn questions(runs: i64) -> Vec<Question> {
    let ending = |days: i64, end_ms: i64| Range { from_ms: end_ms - days * DAY_MS, to_ms: end_ms };
    let mut out = Vec::new();
    for i in 0..runs {
        let fortnight = ending(14, END_MS - i * MINUTE_MS);
        let day = ending(1, END_MS - DAY_MS - i * MINUTE_MS);
        let whole = ending(14, END_MS);
        let whole_day = ending(1, END_MS);
        let key = |n: i64| Some((Dim::ApiKey, vec![format!("key-{}-{n:03}", ["web", "batch", "app"][n as usize % 3])]));
        let ip = |n: i64| Some((Dim::Ip, vec![format!("198.51.0.{}", 1 + n)]));
        let mut add = |group, details, range, precision, filter| out.push(Question { group, details, range, precision, filter });
        add("a", true, fortnight, Precision::Hour, None);
        add("a-day", true, ending(14, END_MS - i * MINUTE_MS - MINUTE_MS / 2), Precision::Day, None);
        add("b", false, day, Precision::Minute, None);
        add("c", false, fortnight, Precision::Day, None);
        add("a-key", true, whole, Precision::Hour, key(i));
        add("b-key", false, whole_day, Precision::Minute, key(i));
        add("c-key", false, whole, Precision::Day, key(i));
        add("a-ip", true, whole, Precision::Hour, ip(i));
        add("b-ip", false, whole_day, Precision::Minute, ip(i));
        add("c-ip", false, whole, Precision::Day, ip(i));
    }
    out
}

fn ask(folder: &Path, runs: i64) -> Result {
    let members = vec![(MemberSource::File { name: "calls.ndjson".into() }, None)];
    let open = Open { load: 1, name: "calls.ndjson".into(), members, rebase: None, read_as: None, once: false };
    fs::write(folder.join("load.bin"), encode(&ToEngine::Role(ToReader::Open(open)))?)?;
    let known = known()?;
    let mut words = Vec::new();
    for (i, question) in questions(runs).into_iter().enumerate() {
        let query = question.query();
        let Question { group, details, range, precision, filter } = question;
        let name = format!("{group}-{}", i as i64 / GROUPS);
        fs::write(
            folder.join(format!("{name}.bin")),
            encode(&ToEngine::<ToReader>::Ask { seq: i as u32, batch: view::batch(&query, known.services()), apart: false })?,
        )?;
        let filter: Map<String, Value> = filter.into_iter().map(|(dim, values)| (dim.key().to_owned(), json!(values))).collect();
        let bucket_ms = match precision {
            Precision::Minute => MINUTE_MS,
            Precision::Hour => 60 * MINUTE_MS,
            Precision::Day => DAY_MS,
        };
        let service = details.then_some(SERVICE);
        words.push(json!({
            "name": name, "group": group, "service": service,
            "from": range.from_ms, "to": range.to_ms, "bucket": bucket_ms, "filter": filter,
        }));
    }
    Ok(fs::write(folder.join("questions.json"), serde_json::to_vec(&words)?)?)
}

/// Answers on this machine without a browser: the median of each group in milliseconds.
fn time(file: &Path, runs: i64, group: &str) -> Result {
    let mut loader = callscope::engine::load::Loader::new(String::from("calls.ndjson"), false, None);
    loader.push(&fs::read(file)?).map_err(|failure| failure.detail)?;
    let (store, set) = loader.finish().map_err(|failure| failure.detail)?;
    let known = Known::of(&set);
    let begun = Instant::now();
    let store_index = StoreIndex::of(&store);
    println!("index: {:.2} ms, {} bytes of {}", ms(begun), store_index.index_bytes(), store.bytes());
    let mut times: Vec<(&str, Vec<f64>)> = Vec::new();
    let mut packed = 0;
    for question in questions(runs).into_iter().filter(|question| group.is_empty() || question.group == group) {
        let query = question.query();
        let begun = Instant::now();
        let frames =
            calls::answer(view::batch(&query, known.services()), &calls::Context { store: &store, store_index: &store_index });
        let answered = ms(begun);
        let sent =
            encode(&FromEngine::Answer { seq: 0, generation: 0, frames: Frames::from(frames), progress: None, last: true })?;
        packed = packed.max(sent.len());
        match times.iter_mut().find(|(group, _)| *group == question.group) {
            Some((_, all)) => all.push(answered),
            None => times.push((question.group, vec![answered])),
        }
    }
    for (group, mut all) in times {
        all.sort_by(f64::total_cmp);
        println!("{group}: {:.2} ms", all[all.len() / 2]);
    }
    println!("the longest answer is {packed} bytes");
    Ok(())
}

fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

/// How far a number may be off, as a share of it, and by whom: DuckDB interpolates its percentiles by another formula.
const ROUNDED: (&str, f64) = ("duckdb", 1e-12);

fn check(folder: &Path, peers: &[&str]) -> Result {
    let words: Vec<Value> = serde_json::from_slice(&fs::read(folder.join("questions.json"))?)?;
    let known = known()?;
    let runs = words.len() as i64 / GROUPS;
    let mut numbers = 0;
    for (name, question) in words.iter().filter_map(|word| word["name"].as_str()).zip(questions(runs)) {
        let bytes = fs::read(folder.join(format!("{name}.answer")))?;
        let FromEngine::Answer { frames, .. } = decode::<FromEngine<Packed>>(&bytes)? else {
            return Err(format!("{name}: no answer").into());
        };
        let ours = match view::reply(&question.query(), &frames.open()?.in_order(), known.services()) {
            Reply::Calls(reply) => calls_of(&reply),
            Reply::Details(reply) => details(&reply),
            _ => return Err(format!("{name}: another answer").into()),
        };
        let ours = Value::Object(ours);
        for peer in peers {
            let theirs: Value = serde_json::from_slice(&fs::read(folder.join(format!("{name}.{peer}.json")))?)?;
            let off = if *peer == ROUNDED.0 { ROUNDED.1 } else { 0.0 };
            numbers += same(&format!("{peer}/{name}"), &ours, &theirs, off)?;
        }
    }
    println!("{} answers are equal to those of {}, {numbers} numbers and names", words.len(), peers.join(" and "));
    Ok(())
}

/// Compares, numbers to the last bit but for a share `off` of them; gives how many values there were.
fn same(at: &str, ours: &Value, theirs: &Value, off: f64) -> Result<usize> {
    match (ours, theirs) {
        (Value::Object(a), Value::Object(b)) if a.len() == b.len() => {
            a.iter().map(|(key, a)| same(&format!("{at}/{key}"), a, b.get(key).unwrap_or(&Value::Null), off)).sum()
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            (0..).zip(a.iter().zip(b)).map(|(i, (a, b))| same(&format!("{at}/{i}"), a, b, off)).sum()
        }
        (Value::Number(a), Value::Number(b)) if near(a.as_f64(), b.as_f64(), off) => Ok(1),
        (a, b) if a == b => Ok(1),
        (a, b) => {
            let short = |value: &Value| value.to_string().chars().take(300).collect::<String>();
            Err(format!("{at}: {} here, {} there", short(a), short(b)).into())
        }
    }
}

fn near(a: Option<f64>, b: Option<f64>, off: f64) -> bool {
    let (Some(a), Some(b)) = (a, b) else { return false };
    a == b || (a - b).abs() <= off * a.abs()
}

fn numbers(values: &[f64]) -> Value {
    Value::Array(values.iter().map(|&value| json!(value)).collect())
}

fn figures(of: &Figures) -> Value {
    json!([
        of.calls,
        of.failed,
        of.failure_rate,
        of.total_tokens,
        of.input_tokens,
        of.output_tokens,
        of.latency_ms,
        of.ttft_ms,
        of.tpot_ms,
    ])
}

fn facets(of: &[Facet]) -> Value {
    Value::Object(of.iter().map(|facet| (facet.label.key(), json!([facet.values, facet.distinct]))).collect())
}

fn calls_of(reply: &CallsReply) -> Map<String, Value> {
    let tile = |tile: &callscope::wire::Tile| json!([tile.value, numbers(&tile.spark)]);
    let rows = reply.rows.iter().map(|row| {
        let versions: Vec<Value> = row.versions.iter().map(|(name, of)| json!([name, figures(of)])).collect();
        json!([row.name, figures(&row.figures), versions])
    });
    let without: Map<String, Value> = reply.without.iter().map(|(label, n)| (label.key(), json!(n))).collect();
    let Value::Object(out) = json!({
        "tiles": reply.tiles.iter().map(tile).collect::<Vec<_>>(),
        "rows": rows.collect::<Vec<_>>(),
        "all": figures(&reply.all),
        "facets": facets(&reply.facets),
        "unfiltered": reply.unfiltered_calls,
        "without": without,
    }) else {
        unreachable!("an object was written")
    };
    out
}

fn details(reply: &DetailsReply) -> Map<String, Value> {
    let head = &reply.head;
    // Those that the other engines answer, too: the catalogue's first.
    let charts: Map<String, Value> = reply
        .charts
        .iter()
        .filter(|chart| Metric::ALL[..12].contains(&chart.metric))
        .map(|chart| {
            let lines: Map<String, Value> =
                chart.lines.iter().map(|series| (series.line.key(), numbers(&series.values))).collect();
            let s = &chart.summary;
            let summary = json!([s.latest, s.average, s.maximum, s.maximum_at, s.median_bucket]);
            (chart.metric.key().to_owned(), json!([lines, summary]))
        })
        .collect();
    let without: Map<String, Value> = head.without.iter().map(|(label, n)| (label.key(), json!(n))).collect();
    let Value::Object(out) = json!({
        "figures": figures(&head.figures),
        "services": head.services,
        "versions": head.versions,
        "facets": facets(&head.facets),
        "unfiltered": head.unfiltered_calls,
        "without": without,
        "buckets": reply.bucket_calls,
        "charts": charts,
    }) else {
        unreachable!("an object was written")
    };
    out
}
