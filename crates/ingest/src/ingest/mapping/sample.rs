//! The fields of a source with samples of their values, and a mapping suggested by their names.

pub use crate::model::mapping::Sampled;

use super::{Cached, From, Mapping};
use crate::ingest::formats::clock::{self, Form, Unit, Wall};
use crate::ingest::formats::sniff::Sniff;
use crate::ingest::formats::table::{Found, Table};
use crate::ingest::importer::Unrecognised;
use crate::ingest::registry::detect;
use serde::{Deserialize, Serialize};

/// Samples kept of a field, and the longest one.
const SAMPLES: usize = 4;

/// What was found in the first text of a source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    pub fields: Vec<Sampled>,
    /// Suggested by names and values; to be looked over by a person.
    pub mapping: Mapping,
}

/// Looks into the first text of a source; some 64 KiB of it give good samples.
pub fn of(prefix: &[u8]) -> Sample {
    let (json, pairs) = pairs(prefix);
    let records = if json { list(prefix, &pairs) } else { String::new() };
    let fields = collected(&pairs, &records);
    // What is known to hold no calls is given to the person as it is: any suggestion would make some of it.
    let refused = matches!(detect(prefix), Err(Unrecognised::NotCalls(_)));
    let mapping = if refused { Mapping { records, ..Mapping::default() } } else { suggest(&fields, records) };
    Sample { fields, mapping }
}

/// Fields of the records that a document has in the list of this path; of lines, arrays and tables, where it is empty.
pub fn fields(prefix: &[u8], records: &str) -> Vec<Sampled> {
    collected(&pairs(prefix).1, records)
}

/// Whether it is JSON, and names with their values in the order of the text.
fn pairs(prefix: &[u8]) -> (bool, Vec<(String, String)>) {
    let sniff = Sniff::of(prefix);
    (sniff.json, if sniff.json { sniff.pairs().to_vec() } else { cells(prefix, sniff.separator.unwrap_or(b',')) })
}

fn collected(pairs: &[(String, String)], records: &str) -> Vec<Sampled> {
    let mut fields: Vec<Sampled> = Vec::new();
    for (name, value) in pairs {
        let Some(path) = inside(name, records) else { continue };
        let at = fields.iter().position(|f| f.path == path).unwrap_or_else(|| {
            fields.push(Sampled { path: path.to_owned(), ..Sampled::default() });
            fields.len() - 1
        });
        let field = &mut fields[at];
        field.seen += 1;
        if !value.is_empty() && value != "null" && field.values.len() < SAMPLES && !field.values.contains(value) {
            field.values.push(value.clone());
        }
    }
    fields
}

/// The path within a record, of a name in the document.
fn inside<'n>(name: &'n str, records: &str) -> Option<&'n str> {
    if records.is_empty() { Some(name) } else { name.strip_prefix(records)?.strip_prefix('.') }
}

/// The list of records of a document that has one: the first name of its top level that a list of objects stands behind.
fn list(prefix: &[u8], pairs: &[(String, String)]) -> String {
    let text = String::from_utf8_lossy(prefix);
    if text.trim_start_matches('\u{feff}').trim_start().starts_with('[') {
        return String::new();
    }
    let top = pairs.iter().map(|(name, _)| name).filter(|name| !name.contains('.'));
    for name in top {
        let behind = text.split(&format!("\"{name}\"")).nth(1).unwrap_or("");
        let list: String = behind.chars().filter(|c| !c.is_whitespace()).take(3).collect();
        if list == ":[{" && pairs.iter().filter(|(n, _)| n.starts_with(&format!("{name}."))).count() >= 3 {
            return name.clone();
        }
    }
    String::new()
}

/// Header and cells of a table's first rows.
fn cells(prefix: &[u8], separator: u8) -> Vec<(String, String)> {
    let (mut table, mut header, mut out) = (Table::new(separator, false), Vec::new(), Vec::new());
    table.push(prefix, &mut |found| {
        let Found::Record { cells, .. } = found else { return };
        let row: Vec<String> = (0..cells.ends.len()).map(|n| String::from_utf8_lossy(cells.cell(n)).trim().to_owned()).collect();
        if header.is_empty() {
            header = row;
        } else {
            out.extend(header.iter().cloned().zip(row));
        }
    });
    if out.is_empty() { header.into_iter().map(|name| (name, String::new())).collect() } else { out }
}

/// Names that a field goes by, plain: lower case, letters and digits only. Better ones first.
const NAMES: &[(&str, &[&str])] = &[
    (
        "time",
        &[
            "time",
            "timestamp",
            "starttime",
            "startedat",
            "requesttime",
            "requeststarttime",
            "createdat",
            "created",
            "ts",
            "date",
            "datetime",
            "eventtime",
            "receivedat",
            "logtime",
            "loggedat",
            "occurredat",
            "when",
            "at",
        ],
    ),
    (
        "service",
        &[
            "service",
            "servicename",
            "modelgroup",
            "deployment",
            "endpoint",
            "app",
            "application",
            "model",
            "modelname",
            "modelid",
        ],
    ),
    ("model", &["model", "modelname", "modelid", "responsemodel", "engine"]),
    ("version", &["version", "serviceversion", "modelversion"]),
    (
        "status",
        &[
            "status",
            "statuscode",
            "httpstatus",
            "responsestatus",
            "responsecode",
            "resultsignature",
            "httpcode",
            "code",
            "success",
            "ok",
            "state",
            "outcome",
            "result",
        ],
    ),
    ("error_code", &["errorcode", "errortype", "error", "exceptiontype"]),
    ("error_message", &["errormessage", "errormsg", "exception", "statusmessage"]),
    (
        "api_key",
        &["apikey", "apikeyid", "keyalias", "keyname", "key", "user", "userid", "username", "client", "consumer", "tenant"],
    ),
    ("ip", &["ip", "clientip", "remoteaddr", "remoteip", "sourceip", "ipaddress", "clientaddress"]),
    ("http_x_forwarded_for", &["httpxforwardedfor", "xforwardedfor"]),
    ("stream", &["stream", "streaming", "isstream", "streamed"]),
    (
        "input_tokens",
        &[
            "inputtokens",
            "prompttokens",
            "inputtokencount",
            "prompttokencount",
            "tokensin",
            "requesttokens",
            "contexttokens",
            "inputlength",
            "inputlen",
            "promptlen",
            "ntokensprompt",
            "input",
            "prompt",
            "in",
        ],
    ),
    (
        "output_tokens",
        &[
            "outputtokens",
            "completiontokens",
            "outputtokencount",
            "completiontokencount",
            "tokensout",
            "responsetokens",
            "generatedtokens",
            "outputlength",
            "outputlen",
            "ntokensgenerated",
            "output",
            "completion",
            "out",
        ],
    ),
    ("cached_tokens", &["cachedtokens", "cachereadinputtokens", "cachedinputtokens", "cachereadtokens"]),
    ("reasoning_tokens", &["reasoningtokens", "thinkingtokens"]),
    ("total_tokens", &["totaltokens", "tokens", "tokencount", "totaltokencount"]),
    (
        "latency_ms",
        &[
            "latency",
            "duration",
            "elapsed",
            "responsetime",
            "requestduration",
            "totaltime",
            "elapsedtime",
            "e2elatency",
            "totallatency",
            "totalduration",
            "delay",
            "took",
        ],
    ),
    ("ttft_ms", &["ttft", "timetofirsttoken", "firsttokenlatency", "firsttokentime", "firsttoken", "timetofirstbyte"]),
    ("tpot_ms", &["tpot", "timeperoutputtoken", "itl", "intertokenlatency", "meanitl"]),
    ("queue_ms", &["queue", "queuetime", "queuelatency", "waittime"]),
    ("region", &["region", "location", "zone"]),
    ("workspace", &["workspace", "project", "projectid", "team", "teamid", "environment", "namespace"]),
    ("service_tier", &["servicetier", "tier"]),
    ("replica", &["replica", "host", "hostname", "node", "instance", "pod", "backend", "upstream", "provider"]),
    ("request_id", &["requestid", "id", "traceid", "callid", "correlationid", "responseid"]),
    ("cost", &["cost", "spend", "totalcost", "price", "costusd"]),
];

/// Endings of a duration's name that tell its unit.
const UNITS: &[(&str, Unit)] = &[
    ("milliseconds", Unit::Ms),
    ("millis", Unit::Ms),
    ("microseconds", Unit::Us),
    ("micros", Unit::Us),
    ("nanoseconds", Unit::Ns),
    ("nanos", Unit::Ns),
    ("seconds", Unit::S),
    ("secs", Unit::S),
    ("sec", Unit::S),
    ("ms", Unit::Ms),
    ("us", Unit::Us),
    ("ns", Unit::Ns),
    ("s", Unit::S),
];

fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// A name without its unit, and the unit: `duration_ms`, `durationMs`, `Duration (ms)`, `duration_milliseconds`. Short ones must be set off.
fn with_unit(path: &str) -> (String, Option<Unit>) {
    let last = path.rsplit('.').next().unwrap_or(path);
    let whole = plain(last);
    let mut words = last.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let behind = words.next_back().filter(|_| words.next().is_some()).map(str::to_ascii_lowercase);
    for (ending, unit) in UNITS {
        let apart = behind.as_deref() == Some(ending);
        let long = ending.len() > 3 && whole.ends_with(ending);
        let camel = format!("{}{}", ending[..1].to_ascii_uppercase(), &ending[1..]);
        let humped = last.strip_suffix(camel.as_str()).is_some_and(|rest| rest.ends_with(|c: char| c.is_ascii_lowercase()));
        if (apart || long || humped) && whole.len() > ending.len() {
            return (whole[..whole.len() - ending.len()].to_owned(), Some(*unit));
        }
    }
    (whole, None)
}

fn suggest(fields: &[Sampled], records: String) -> Mapping {
    let mut mapping = Mapping { records, ..Mapping::default() };
    let valued = |f: &&Sampled| !f.values.is_empty() || f.seen > 0;
    for (field, names) in NAMES {
        let duration = field.ends_with("_ms");
        let mut best: Option<(usize, usize, &Sampled, Option<Unit>)> = None;
        for sampled in fields.iter().filter(valued) {
            let (bare, unit) =
                if duration { with_unit(&sampled.path) } else { (plain(sampled.path.rsplit('.').next().unwrap_or("")), None) };
            let Some(rank) = names.iter().position(|name| *name == bare) else { continue };
            let fits = sampled.values.iter().all(|value| fits(field, value));
            // A better name first, then the one nearer to the top.
            let rating = (rank, sampled.path.matches('.').count());
            if fits && best.is_none_or(|(rank, depth, ..)| rating < (rank, depth)) {
                best = Some((rating.0, rating.1, sampled, unit));
            }
        }
        if let Some((_, _, sampled, unit)) = best {
            let from = From {
                path: sampled.path.clone(),
                unit: unit.or_else(|| duration.then(|| guess(&sampled.values))),
                ..From::default()
            };
            mapping.fields.insert((*field).to_owned(), from);
        }
    }
    // Anthropic's name says that cached tokens stand beside the input.
    if mapping.fields.get("cached_tokens").is_some_and(|f| f.path.ends_with("cache_read_input_tokens")) {
        mapping.cached = Cached::AddedToInput;
    }
    if let Some(time) = mapping.fields.get("time").and_then(|from| fields.iter().find(|f| f.path == from.path)) {
        mapping.time = form(&time.values);
    }
    if !mapping.fields.contains_key("service") {
        mapping.fields.insert("service".to_owned(), From { fixed: "calls".to_owned(), ..From::default() });
    }
    mapping
}

/// Whether a value may be one of this field.
fn fits(field: &str, value: &str) -> bool {
    let number = value.parse::<f64>().ok();
    match field {
        "time" => number.is_some() || clock::read(value, Form::Any, Wall::UTC).is_ok(),
        "stream" => matches!(value.to_ascii_lowercase().as_str(), "true" | "false" | "0" | "1" | "yes" | "no"),
        _ if field.ends_with("_tokens") || field.ends_with("_ms") || field == "cost" => number.is_some_and(|n| n >= 0.0),
        _ => true,
    }
}

/// Numbers too small for any epoch count from an unknown beginning.
fn form(values: &[String]) -> Form {
    let numbers: Vec<f64> = values.iter().filter_map(|value| value.parse().ok()).collect();
    let relative = !numbers.is_empty() && numbers.len() == values.len() && numbers.iter().all(|n| n.abs() < 9e8);
    if relative { Form::Relative(if numbers.iter().any(|n| n.fract() != 0.0) { Unit::S } else { Unit::Ms }) } else { Form::Any }
}

/// A duration without a unit in its name: small numbers with a fraction are seconds.
fn guess(values: &[String]) -> Unit {
    let numbers: Vec<f64> = values.iter().filter_map(|value| value.parse().ok()).collect();
    let seconds = !numbers.is_empty() && numbers.iter().all(|n| *n < 120.0) && numbers.iter().any(|n| n.fract() != 0.0);
    if seconds { Unit::S } else { Unit::Ms }
}
