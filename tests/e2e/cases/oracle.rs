//! What the page must show of the demonstration feed, counted here from the file itself: plain loops, no code of the engine.

use callscope_e2e::browser::{Error, Result};
use callscope_e2e::case::root;
use callscope_e2e::fixtures::NOW_MS;
use flate2::read::GzDecoder;
use serde_json::Value;
use std::fs::File;
use std::sync::OnceLock;

pub const HOUR_MS: i64 = 3_600_000;
pub const DAY_MS: i64 = 24 * HOUR_MS;

/// The query string that pins clock and zone, so that a range means the same in every run.
pub fn pinned(rest: &str) -> String {
    pinned_in("en", rest)
}

/// The same in another language.
pub fn pinned_in(lang: &str, rest: &str) -> String {
    format!("?now={NOW_MS}&tz=UTC&lang={lang}{rest}")
}

/// The first instant of the pinned day.
pub const fn today() -> i64 {
    NOW_MS - NOW_MS % DAY_MS
}

/// Instants from the first to the second, which is not included, of a preset's word in the address.
pub fn range(preset: &str) -> (i64, i64) {
    match preset {
        "today" => (today(), NOW_MS + 1),
        "yesterday" => (today() - DAY_MS, today()),
        "3d" => (today() - 2 * DAY_MS, NOW_MS + 1),
        "14d" => (today() - 13 * DAY_MS, NOW_MS + 1),
        other => panic!("no preset {other}"),
    }
}

/// A call of the feed.
#[derive(Clone, Debug, Default)]
pub struct Call {
    pub time_ms: i64,
    pub service: String,
    pub title: String,
    pub version: String,
    pub key: String,
    pub ip: String,
    pub status: u64,
    pub stream: bool,
    pub input: u64,
    pub output: u64,
    pub total: u64,
    pub ttft_ms: Option<f64>,
    pub request_id: String,
}

impl Call {
    pub const fn failed(&self) -> bool {
        self.status >= 400 && self.status <= 599
    }
}

/// The five totals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub calls: u64,
    pub failed: u64,
    pub total: u64,
    pub input: u64,
    pub output: u64,
}

/// Adds the calls up.
pub fn totals<'a>(calls: impl IntoIterator<Item = &'a Call>) -> Totals {
    let mut sum = Totals::default();
    for call in calls {
        sum.calls += 1;
        sum.failed += u64::from(call.failed());
        sum.total += call.total;
        sum.input += call.input;
        sum.output += call.output;
    }
    sum
}

/// The calls of a range.
pub fn within((from, to): (i64, i64)) -> Result<impl Iterator<Item = &'static Call>> {
    Ok(demonstration()?.iter().filter(move |call| call.time_ms >= from && call.time_ms < to))
}

/// The demonstration feed as the page shows it at the pinned time in UTC: its last day is today, what lies ahead is left out.
pub fn demonstration() -> Result<&'static [Call]> {
    static CALLS: OnceLock<std::result::Result<Vec<Call>, String>> = OnceLock::new();
    match CALLS.get_or_init(|| read().map_err(|e| e.to_string())) {
        Ok(calls) => Ok(calls),
        Err(why) => Err(Error::Unexpected(format!("the demonstration feed cannot be read: {why}"))),
    }
}

fn read() -> std::io::Result<Vec<Call>> {
    let file = File::open(root().join("dist/feeds/demo.json.gz"))?;
    let document: Value = serde_json::from_reader(GzDecoder::new(file))?;
    let empty = Vec::new();
    let records = document["calls"].as_array().unwrap_or(&empty);
    let times = || records.iter().filter_map(|record| record["time"].as_i64());
    let newest = times().max().unwrap_or_default();
    let last_day = newest - newest % DAY_MS;
    let first_of_last_day = times().filter(|time| *time >= last_day).min().unwrap_or(newest);
    let whole_days = today() - last_day;
    let earlier = (first_of_last_day + whole_days - NOW_MS).max(0);
    let title = |name: &str| {
        let services = document["services"].as_array().unwrap_or(&empty);
        let declared = services.iter().find(|service| service["name"] == name);
        declared.and_then(|service| service["display_name"].as_str()).unwrap_or(name).to_owned()
    };
    let mut calls: Vec<Call> = records
        .iter()
        .map(|record| {
            let text = |field: &str| record[field].as_str().unwrap_or_default().to_owned();
            let number = |field: &str| record[field].as_u64();
            let (input, output) = (number("input_tokens").unwrap_or(0), number("output_tokens").unwrap_or(0));
            Call {
                time_ms: record["time"].as_i64().unwrap_or_default() + whole_days - earlier,
                title: title(&text("service")),
                service: text("service"),
                version: text("version"),
                key: text("api_key"),
                ip: Some(text("http_x_forwarded_for")).filter(|ip| !ip.is_empty()).unwrap_or_else(|| text("ip")),
                status: number("status").unwrap_or_default(),
                stream: record["stream"] == true,
                input,
                output,
                total: number("total_tokens").unwrap_or(input + output),
                ttft_ms: record["ttft_ms"].as_f64(),
                request_id: text("request_id"),
            }
        })
        .collect();
    calls.retain(|call| call.time_ms <= NOW_MS);
    Ok(calls)
}

/// Hyndman and Fan's type 7.
pub fn quantile(mut values: Vec<f64>, q: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let rank = q * values.len().checked_sub(1)? as f64;
    let below = values[rank.floor() as usize];
    Some(below + (values[rank.ceil() as usize] - below) * rank.fract())
}
