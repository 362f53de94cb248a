//! The record of a call behind an error code, read back from the file that it came from.

use crate::deployment::configure_as;
use crate::formats::{broken, choose, write};
use crate::look::{eventually, says, shown};
use callscope_e2e::axe;
use callscope_e2e::browser::{Browser, Error, Result};
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use callscope_e2e::fixtures::{HOSTILE_NAME, calls};
use callscope_e2e::page::key;
use serde_json::{Value, json};

pub const CASES: &[Case] = cases![
    fresh the_record_of_a_failed_call_is_read_back_from_its_file,
    a_record_of_a_large_file_that_several_have_read,
    a_file_that_has_changed_is_told,
    where_there_is_no_file_nothing_leads_to_it,
    without_log_access_no_record_is_shown,
];

const LIST: &str = "?lang=en&tz=UTC&page=failed&range=7d&source=file:said.ndjson";

/// Calls with what was said in them, line by line.
pub fn said() -> Vec<u8> {
    let line = |(i, mut call): (usize, Value)| {
        call["request"] =
            json!({ "messages": [{ "role": "user", "content": format!("Question {i}, {HOSTILE_NAME}\nin two lines") }] });
        call["response"] = json!({ "choices": [{ "message": { "content": format!("回答 {i}") } }], "usage": null });
        format!("{call}\r\n")
    };
    calls(400).into_iter().enumerate().map(line).collect::<String>().into_bytes()
}

/// Opens a file, at the calls of one service that failed with 429.
fn open(cx: &Context, service: &str, text: &[u8]) -> Result {
    cx.visit(&format!("{LIST}&service={service}&status=429"))?;
    choose(cx, &[&write(cx, "said.ndjson", text)?])?;
    cx.wait_js("rows", "document.querySelector('.vrow .mono')?.innerText.length > 8")
}

fn dialog(cx: &Context) -> Result<String> {
    let text = cx.script("return document.querySelector('#d-record[open]')?.innerText ?? ''", json!([]))?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

/// Opens the record of the row of this number, the header being the first, and waits for it.
pub fn record(cx: &Context, row: usize) -> Result<Vec<String>> {
    cx.click(&cx.css(&format!(".vrow[aria-rowindex='{row}'] .rec button"))?)?;
    cx.wait_js("the record", "document.querySelectorAll('#d-record[open] pre').length > 0")?;
    let texts = cx.script("return [...document.querySelectorAll('#d-record pre')].map(e => e.textContent)", json!([]))?;
    serde_json::from_value(texts).map_err(broken)
}

pub fn close(cx: &Context) -> Result {
    cx.keys(&key::ESCAPE.to_string())?;
    eventually("the dialog", &false, || shown(cx, "#d-record[open]"))
}

fn the_record_of_a_failed_call_is_read_back_from_its_file(cx: &mut Context) -> Result {
    cx.session().let_clipboard()?;
    let text = said();
    open(cx, "alpha-chat", &text)?;
    for row in [2, 4] {
        let id = cx.texts(&format!(".vrow[aria-rowindex='{row}'] .link"))?.concat();
        let number = id.trim_start_matches("req-").parse::<usize>().map_err(broken)?;
        let parts = record(cx, row)?;
        let wanted = [format!("Question {number}, {HOSTILE_NAME}\\nin two lines"), format!("回答 {number}"), id.clone()];
        ensure(parts.len() == 3 && parts.iter().zip(&wanted).all(|(part, wanted)| part.contains(wanted)), || {
            format!("{parts:?}, not {wanted:?}")
        })?;
        ensure(!parts[2].contains("messages") && parts[0].starts_with("{\n  \"messages\": ["), || format!("{parts:?}"))?;
        // The very place in the file.
        let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
        let byte: usize = lines[..number].iter().map(|line| line.len()).sum();
        let digits: String =
            dialog(cx)?.lines().find(|line| line.starts_with("said.ndjson")).unwrap_or_default().replace(',', "");
        ensure(digits == format!("said.ndjson line {} byte {byte}", number + 1), || digits.clone())?;
        // What a call said is text, whatever it looks like.
        ensure(cx.all("#d-record img")?.is_empty(), || "HTML was made of a text".to_owned())?;
        cx.press("button", "Copy the request")?;
        says(cx, "Copied")?;
        let copied = cx.script_async("return navigator.clipboard.readText()")?;
        let copied: Value = serde_json::from_str(copied.as_str().unwrap_or_default()).map_err(broken)?;
        let whole: Value = serde_json::from_slice(lines[number]).map_err(broken)?;
        ensure(copied == whole["request"], || format!("copied {copied}"))?;
        close(cx)?;
    }
    // By keys alone: the row that was left has the focus again, Enter opens, the text can be scrolled.
    cx.script("document.querySelector('.vrow').focus()", json!([]))?;
    let at = "return document.activeElement?.closest('.vrow')?.getAttribute('aria-rowindex') ?? ''";
    cx.keys(&key::DOWN.to_string())?;
    eventually("the row with the focus", &json!("3"), || cx.script(at, json!([])))?;
    cx.keys(&key::ENTER.to_string())?;
    cx.wait_js("the record", "document.querySelectorAll('#d-record[open] pre').length === 3")?;
    match axe::faults(cx, "#d-record", false) {
        Ok(faults) => ensure(faults.is_empty(), || format!("{faults:?}"))?,
        Err(Error::LeftOut(_)) => {}
        Err(other) => return Err(other),
    }
    close(cx)?;
    eventually("the row with the focus", &json!("3"), || cx.script(at, json!([])))
}

fn a_record_of_a_large_file_that_several_have_read(cx: &mut Context) -> Result {
    let mut text = Vec::new();
    callscope_bench_data::ndjson(7, 160_000, &mut text).map_err(broken)?;
    let text = String::from_utf8(text).map_err(broken)?.replace("\"status\":200", "\"status\":429");
    ensure(text.len() > 50 << 20, || format!("{} bytes are read by one", text.len()))?;
    cx.visit("?lang=en&tz=UTC&page=failed&range=30d&source=file:said.ndjson&service=aster-chat&status=429")?;
    choose(cx, &[&write(cx, "said.ndjson", text.as_bytes())?])?;
    cx.wait_js("rows", "document.querySelector('.vrow .mono')?.innerText.length > 8")?;
    cx.script("document.querySelector('.vrow').focus()", json!([]))?;
    for go in [key::HOME, key::END, key::PAGE_UP] {
        cx.keys(&go.to_string())?;
        let id = cx.page.wait("the row", || {
            let id = "return document.activeElement.closest('.vrow')?.querySelector('.link')?.innerText.trim() ?? null";
            Ok(cx.script(id, json!([]))?.as_str().map(str::to_owned))
        })?;
        cx.keys(&key::ENTER.to_string())?;
        cx.wait_js("the record", "document.querySelectorAll('#d-record[open] pre').length > 0")?;
        let parts = cx.texts("#d-record pre")?;
        ensure(id.len() > 8 && parts.concat().contains(&format!("\"request_id\": \"{id}\"")), || format!("{id}: {parts:?}"))?;
        close(cx)?;
    }
    Ok(())
}

fn a_file_that_has_changed_is_told(cx: &mut Context) -> Result {
    if cx.session().kind() == Browser::Chromium {
        cx.expect_console("ERR_UPLOAD_FILE_CHANGED");
    }
    open(cx, "alpha-chat", &said())?;
    let other = String::from_utf8(said()).map_err(broken)?.replace("\"latency_ms\":2", "\"latency_ms\":7");
    write(cx, "said.ndjson", other.as_bytes())?;
    cx.click(&cx.css(".vrow[aria-rowindex='2'] .rec button")?)?;
    says(cx, "Open it again.")
}

fn where_there_is_no_file_nothing_leads_to_it(cx: &mut Context) -> Result {
    let text = String::from_utf8(said()).map_err(broken)?;
    cx.server.route("/feeds/said.ndjson", move |_| callscope_e2e::server::Reply::ok("application/x-ndjson", text.clone()));
    let feed = format!(
        "?lang=en&tz=UTC&page=failed&service=alpha-chat&status=429&now={}&source=url:{}",
        callscope_e2e::fixtures::NOW_MS,
        cx.address("/feeds/said.ndjson")
    );
    for link in [crate::oracle::pinned("&page=failed&service=harbour-chat&status=429"), feed] {
        cx.visit(&link)?;
        cx.wait_js("rows", "document.querySelector('.vrow .mono')?.innerText.length > 8")?;
        ensure(cx.all(".rec")?.is_empty(), || format!("a way to a record at {link}"))?;
        cx.script("document.querySelector('.vrow').focus()", json!([]))?;
        cx.keys(&key::ENTER.to_string())?;
        cx.settle()?;
        ensure(!shown(cx, "#d-record[open]")?, || format!("a dialog at {link}"))?;
    }
    Ok(())
}

fn without_log_access_no_record_is_shown(cx: &mut Context) -> Result {
    configure_as(cx, &json!({ "log_access": "off" }));
    open(cx, "alpha-chat", &said())?;
    ensure(cx.all(".rec")?.is_empty(), || "there is a way to a record".to_owned())?;
    cx.script("document.querySelector('.vrow').focus()", json!([]))?;
    cx.keys(&key::ENTER.to_string())?;
    cx.settle()?;
    ensure(cx.all("#d-record")?.is_empty(), || "there is a dialog".to_owned())?;
    // The worker looks for itself: here the page forgets the rule.
    cx.session().before_each_page(
        "Object.defineProperty(globalThis, 'callscope', { configurable: true, set(site) {
            Object.defineProperty(site, 'log', { get: () => 'on', set() {} });
            Object.defineProperty(globalThis, 'callscope', { value: site });
        } })",
    )?;
    open(cx, "alpha-chat", &said())?;
    cx.click(&cx.css(".vrow[aria-rowindex='2'] .rec button")?)?;
    says(cx, "This console does not show the content of calls.")?;
    ensure(!dialog(cx)?.contains("Question"), || "it shows it all the same".to_owned())
}
