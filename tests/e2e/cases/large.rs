//! Files so large that several workers read them beside each other.

use crate::charts::view_as_table;
use crate::formats::{broken, choose, report, tiles_show, totals, write};
use crate::look::{eventually, footer, number, says};
use crate::oracle::quantile;
use callscope_e2e::browser::Result;
use callscope_e2e::case::{Case, Context, ensure, root};
use callscope_e2e::cases;
use callscope_e2e::fixtures::{calls, document};
use callscope_e2e::server::Reply;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

pub const CASES: &[Case] = cases![
    large_files_are_read_as_the_command_reads_them,
    a_large_file_can_be_left_for_another,
    a_large_service_is_answered_exactly,
];

/// Of about 345 bytes each.
const CALLS: u64 = 260_000;

/// Seeded calls line by line, one far down and one near the end of which are none.
fn lines() -> Result<Vec<u8>> {
    let mut text = Vec::new();
    callscope_bench_data::ndjson(7, CALLS, &mut text).map_err(broken)?;
    let mut out = Vec::with_capacity(text.len());
    for (n, line) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
        match n {
            150_000 => out.extend_from_slice(b"{\"time\":\"never\",\"service\":\"s\",\"status\":200}\n"),
            259_000 => out.extend_from_slice(b"not a call\n"),
            _ => out.extend_from_slice(line),
        }
    }
    Ok(out)
}

/// Serves the readers' script so that each reader requests it, and no more than so many get it.
fn readers_at_most(cx: &mut Context, most: usize) -> Result {
    // A service worker would answer in the server's place, which could not tell then who asks.
    cx.expect_console("404");
    let path = |name: &str| format!("/{}{name}", cx.server.url().splitn(4, '/').nth(3).unwrap_or_default());
    cx.server.route(&path("sw.js"), |_| Reply::status(404));
    let loader = std::fs::read(root().join("dist/reader_loader.js")).map_err(broken)?;
    let loader = Reply::ok("text/javascript", loader).header("Cache-Control", "no-store");
    let asked = AtomicUsize::new(0);
    cx.server.route(&path("reader_loader.js"), move |_| {
        if asked.fetch_add(1, Ordering::Relaxed) < most { loader.clone() } else { Reply::status(404) }
    });
    Ok(())
}

/// Readers that have requested their script since this was last read.
fn readers(cx: &Context) -> usize {
    cx.server.take_log().iter().filter(|served| served.url.contains("reader_loader.js")).count()
}

fn large_files_are_read_as_the_command_reads_them(cx: &mut Context) -> Result {
    let lines = lines()?;
    let array = [b"[", lines.trim_ascii_end(), b"]"].concat();
    let array: Vec<u8> = array.iter().map(|byte| if *byte == b'\n' { b',' } else { *byte }).collect();
    // One line of no call would end an array.
    let array = String::from_utf8(array).map_err(broken)?.replace(",not a call,", ",null,").into_bytes();
    readers_at_most(cx, usize::MAX)?;
    cx.visit("?lang=en&tz=UTC&range=14d")?;
    cx.css(".tile__value[title]")?;
    let cores = cx.script("return navigator.hardwareConcurrency", json!([]))?.as_u64().unwrap_or(1);
    for (name, text, line, wrong) in [("lines.ndjson", &lines, "259,001", "not a call"), ("array.json", &array, "1", "null,{")] {
        let found = text.windows(wrong.len()).rposition(|bytes| bytes == wrong.as_bytes()).unwrap_or_default();
        let path = write(cx, name, text)?;
        let whole = report(&[&path], &[])?;
        let wanted = totals(&[&path], &whole)?;
        cx.server.take_log();
        choose(cx, &[&path])?;
        says(cx, "2 of 260,000 records rejected.")?;
        // A file opens on all of its data.
        cx.press("button", "14 days")?;
        tiles_show(cx, wanted)?;
        let held = cx.texts(".source .calls")?.concat();
        ensure(held == "259,998 calls", || format!("{held:?}"))?;
        let readers = readers(cx);
        ensure(cores == 1 || readers > 1, || format!("{readers} workers read {name} on {cores} cores"))?;
        // The last of the rejected has its own place in the whole.
        cx.press("button", "Show")?;
        says(cx, &format!("line {line}, byte {}", with_commas(found)))?;
        says(cx, "259,001")?;
        cx.visit("?lang=en&tz=UTC&range=14d")?;
        cx.css(".tile__value[title]")?;
    }
    Ok(())
}

/// A number as English writes it.
fn with_commas(number: usize) -> String {
    let digits = number.to_string();
    let places = digits.chars().enumerate();
    places
        .map(|(i, digit)| if i > 0 && (digits.len() - i).is_multiple_of(3) { format!(",{digit}") } else { digit.to_string() })
        .collect()
}

fn a_large_file_can_be_left_for_another(cx: &mut Context) -> Result {
    let large: PathBuf = write(cx, "large.ndjson", &lines()?)?;
    let small = write(cx, "small.json", &document(calls(40)))?;
    cx.visit("?lang=en&tz=UTC&range=14d")?;
    cx.css(".tile__value[title]")?;
    choose(cx, &[&large])?;
    choose(cx, &[&small])?;
    eventually("the small file's calls", &40, || Ok(footer(cx)?.0))?;
    // And what was left does not come later.
    std::thread::sleep(Duration::from_secs(2));
    ensure(footer(cx)?.0 == 40, || "the file that was left came after all".to_owned())
}

/// The seeded calls, all of one service and failures of none.
fn of_one_service() -> Result<Vec<u8>> {
    let mut text = Vec::new();
    callscope_bench_data::ndjson(7, CALLS, &mut text).map_err(broken)?;
    let text = String::from_utf8(text).map_err(broken)?;
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let (before, service) = line.split_once("\"service\":\"").unwrap_or_default();
        let (_, after) = service.split_once('"').unwrap_or_default();
        out.extend([before, "\"service\":\"one\"", after, "\n"]);
    }
    Ok(out.into_bytes())
}

/// What the table of points says of each day: average, maximum, and percentiles.
fn days(cx: &Context, chart: &str) -> Result<Vec<Vec<Option<f64>>>> {
    const SCRIPT: &str = "return [...document.querySelectorAll(`#c-${arguments[0]} .astable tbody tr`)]
        .map(r => [...r.children].slice(1).map(c => c.innerText.trim()))";
    let rows = cx.script(SCRIPT, json!([chart]))?;
    let numbers =
        |row: &Value| row.as_array().into_iter().flatten().map(|cell| number(cell.as_str().unwrap_or_default())).collect();
    Ok(rows.as_array().into_iter().flatten().map(numbers).collect())
}

/// The same by the file, newest day first: plain sums and sorted values.
fn days_of(text: &[u8], field: &str, streaming: bool, unit: f64) -> Result<Vec<Vec<Option<f64>>>> {
    let mut days: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let call: Value = serde_json::from_slice(line).map_err(broken)?;
        let day = call["time"].as_str().unwrap_or_default()[..10].to_owned();
        let values = days.entry(day).or_default();
        if call["status"] == 200 && (!streaming || call["stream"] == true) {
            values.extend(call[field].as_f64().map(|value| value / unit));
        }
    }
    let of = |values: Vec<f64>| {
        let average = values.iter().sum::<f64>() / values.len() as f64;
        let percentiles = [0.5, 0.8, 0.9, 0.99].map(|q| quantile(values.clone(), q));
        [Some(average), values.iter().copied().reduce(f64::max)].into_iter().chain(percentiles).collect()
    };
    Ok(days.into_values().rev().take(14).map(of).collect())
}

/// As near as what is shown is exact: four digits at the least.
fn same(seen: &[Vec<Option<f64>>], wanted: &[Vec<Option<f64>>]) -> bool {
    let near = |(seen, wanted): (&Option<f64>, &Option<f64>)| match (seen, wanted) {
        (Some(seen), Some(wanted)) => (seen - wanted).abs() <= wanted * 5e-4 + 5e-4,
        _ => false,
    };
    let alike = |(seen, wanted): (&Vec<_>, &Vec<_>)| seen.len() == wanted.len() && seen.iter().zip(wanted).all(near);
    seen.len() == wanted.len() && seen.iter().zip(wanted).all(alike)
}

fn a_large_service_is_answered_exactly(cx: &mut Context) -> Result {
    let text = of_one_service()?;
    let path = write(cx, "one.ndjson", &text)?;
    let charts =
        [("Time to First Token", "ttft", "ttft_ms", true, 1.0), ("Input Tokens", "input-length", "input_tokens", false, 1000.0)];
    cx.visit("?lang=en&tz=UTC&range=14d")?;
    cx.css(".tile__value[title]")?;
    choose(cx, &[&path])?;
    cx.press("link", "View Monitoring Details of one")?;
    cx.press("button", "14 days")?;
    says(cx, "14 daily points")?;
    charts.iter().try_for_each(|(title, chart, ..)| view_as_table(cx, title, chart))?;
    for (_, chart, field, streaming, unit) in charts {
        let wanted = days_of(&text, field, streaming, unit)?;
        let seen = days(cx, chart)?;
        ensure(same(&seen, &wanted), || format!("{chart}: {seen:?}, by the file {wanted:?}"))?;
    }
    Ok(())
}
