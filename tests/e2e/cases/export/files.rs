//! A chart and the tables as CSV, JSON, SVG and PNG, and on the clipboard.

use super::{SERVICE, downloaded, hour, open};
use crate::look::{press_part, says};
use crate::oracle::{HOUR_MS, pinned, range, totals, within};
use callscope_e2e::browser::{Error, Result};
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use serde_json::{Value, json};

pub const CASES: &[Case] =
    cases![a_chart_as_files, the_services_table_as_files, fresh a_table_is_copied, the_errors_and_their_calls];

/// Chooses from the menu of the chart of calls and takes the file.
fn from_chart(cx: &Context, entry: &str) -> Result<(String, Vec<u8>)> {
    cx.press("button", "Calls: chart menu")?;
    cx.press("button", entry)?;
    downloaded(cx)
}

pub fn utf8(bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|e| Error::Unexpected(e.to_string()))
}

/// Total, successes and failures of every hour, from the feed.
fn hours() -> Result<Vec<[usize; 3]>> {
    let (mut from, mut all) = (range("3d").0, Vec::new());
    while from < range("3d").1 {
        let calls = hour(from)?;
        let failed = calls.iter().filter(|call| call.failed()).count();
        all.push([calls.len(), calls.len() - failed, failed]);
        from += HOUR_MS;
    }
    Ok(all)
}

fn a_chart_as_files(cx: &mut Context) -> Result {
    open(cx, "")?;
    let (name, csv) = from_chart(cx, "Download CSV")?;
    ensure(name == "Aster Chat Calls 2026-03-10 0000 - 2026-03-12 0637 UTC.csv", || format!("the CSV is called {name:?}"))?;
    let csv = utf8(csv)?;
    let lines: Vec<&str> = csv.trim_start_matches('\u{FEFF}').lines().collect();
    let wanted = hours()?;
    ensure(
        csv.starts_with('\u{FEFF}') && lines[0].starts_with("Time (UTC),Total (Times),Successes (Times),Failures (Times)"),
        || format!("the CSV begins {:?}", lines[0]),
    )?;
    ensure(lines.len() == wanted.len() + 1, || format!("{} lines", lines.len()))?;
    for (line, wanted) in lines[1..].iter().zip(&wanted) {
        let seen: Vec<usize> = line.split(',').skip(1).take(3).filter_map(|field| field.parse().ok()).collect();
        ensure(seen == wanted, || format!("{line}: the feed has {wanted:?}"))?;
    }
    let (_, bytes) = from_chart(cx, "Download JSON")?;
    let document: Value = serde_json::from_slice(&bytes).map_err(|e| Error::Unexpected(e.to_string()))?;
    let rows = document["rows"].as_array().cloned().unwrap_or_default();
    ensure(rows.len() == wanted.len() && document["zone"] == "UTC", || format!("{:.300}", document.to_string()))?;
    for (row, wanted) in rows.iter().zip(&wanted) {
        let seen = ["total", "ok", "failed"].map(|key| row[key].as_u64().unwrap_or(u64::MAX) as usize);
        ensure(seen == *wanted, || format!("{row}: the feed has {wanted:?}"))?;
    }
    let (name, svg) = from_chart(cx, "Download SVG")?;
    let svg = utf8(svg)?;
    ensure(name.ends_with(".svg") && svg.contains("Calls (Times)") && svg.contains("Aster Chat"), || format!("{svg:.300}"))?;
    // No picture comes of what is no well-formed XML.
    let text = json!(svg);
    let draw = format!(
        "const image = new Image(); image.src = 'data:image/svg+xml,' + encodeURIComponent({text});
         await image.decode(); return image.naturalWidth"
    );
    ensure(cx.script_async(&draw)?.as_u64() > Some(0), || format!("no picture: {svg:.300}"))?;
    let lines = svg.matches("<path").count() + svg.matches("<polyline").count();
    ensure(lines >= 3 && !svg.contains("<script"), || format!("{lines} lines in the SVG"))?;
    let (name, png) = from_chart(cx, "Download PNG")?;
    let side = |at: usize| png.get(at..at + 4).map_or(0, |b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]));
    ensure(name.ends_with(".png") && png.starts_with(b"\x89PNG\r\n\x1a\n"), || format!("{name} is no PNG"))?;
    ensure(side(16) >= 1600 && side(20) >= 640 && side(16) % 2 == 0, || format!("the picture is {} x {}", side(16), side(20)))
}

fn the_services_table_as_files(cx: &mut Context) -> Result {
    cx.visit(&pinned("&range=yesterday"))?;
    let sum = totals(within(range("yesterday"))?);
    cx.press("button", "Download table")?;
    cx.press("button", "Download CSV")?;
    let (name, csv) = downloaded(cx)?;
    ensure(name.starts_with("Services 2026-03-11 0000") && name.ends_with(".csv"), || format!("called {name:?}"))?;
    let csv = utf8(csv)?;
    let last = csv.lines().last().unwrap_or_default().to_owned();
    let wanted = format!("Total,,,{},{},", sum.calls, sum.failed);
    ensure(last.starts_with(&wanted), || format!("the last line is {last:?}, not {wanted:?}"))?;
    cx.press("button", "Download table")?;
    cx.press("button", "Download JSON")?;
    let (_, bytes) = downloaded(cx)?;
    let document: Value = serde_json::from_slice(&bytes).map_err(|e| Error::Unexpected(e.to_string()))?;
    let rows = document["rows"].as_array().cloned().unwrap_or_default();
    let aster = rows.iter().find(|row| row["service"] == "Aster Chat").cloned().unwrap_or_default();
    let calls = within(range("yesterday"))?.filter(|call| call.title == "Aster Chat").count();
    ensure(aster["calls"] == calls, || format!("{aster}: the feed has {calls} calls"))
}

fn a_table_is_copied(cx: &mut Context) -> Result {
    cx.session().let_clipboard()?;
    open(cx, "")?;
    cx.press("button", "Calls: chart menu")?;
    cx.press("button", "Copy as table")?;
    says(cx, "Copied")?;
    let text = cx.script_async("return navigator.clipboard.readText()")?;
    let text = text.as_str().unwrap_or_default().to_owned();
    let wanted = hours()?;
    let lines: Vec<&str> = text.lines().collect();
    ensure(lines.len() == wanted.len() + 1 && !text.starts_with('\u{FEFF}'), || format!("copied {text:.200?}"))?;
    for (line, wanted) in lines[1..].iter().zip(&wanted) {
        let seen: Vec<usize> = line.split('\t').skip(1).take(3).filter_map(|field| field.parse().ok()).collect();
        ensure(seen == wanted, || format!("{line:?}: the feed has {wanted:?}"))?;
    }
    Ok(())
}

fn the_errors_and_their_calls(cx: &mut Context) -> Result {
    cx.visit(&pinned(&format!("&page=failed&service={SERVICE}&status=429")))?;
    let limited = within(range("3d"))?.filter(|call| call.service == SERVICE && call.status == 429).count();
    let failed = within(range("3d"))?.filter(|call| call.service == SERVICE && call.failed()).count();
    ensure(limited > 0, || "no calls prove nothing".to_owned())?;
    press_part(cx, "button", "Download error codes and messages")?;
    cx.press("button", "Download JSON")?;
    let (name, bytes) = downloaded(cx)?;
    ensure(name.contains("Error codes"), || format!("called {name:?}"))?;
    let document: Value = serde_json::from_slice(&bytes).map_err(|e| Error::Unexpected(e.to_string()))?;
    let rows = document["rows"].as_array().cloned().unwrap_or_default();
    let last = rows.last().cloned().unwrap_or_default();
    ensure(last["occurrences"] == failed, || format!("{last}: the feed has {failed} failed calls"))?;
    press_part(cx, "button", "Download these calls")?;
    cx.press("button", "Download CSV")?;
    let (_, csv) = downloaded(cx)?;
    let lines = utf8(csv)?.matches("\r\n").count();
    ensure(lines == limited + 1, || format!("{lines} lines for {limited} calls"))?;
    press_part(cx, "button", "Download all failed calls")?;
    cx.press("button", "Download CSV")?;
    let (name, csv) = downloaded(cx)?;
    ensure(name.contains("All failed calls"), || format!("called {name:?}"))?;
    let lines = utf8(csv)?.matches("\r\n").count();
    ensure(lines == failed + 1, || format!("{lines} lines for {failed} failed calls"))
}
