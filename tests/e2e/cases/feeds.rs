//! Feeds and files of every quality: good calls load, what is wrong is said with its place, what was shown before stays.

use crate::look::{clock_ms, connect, eventually, footer, parameter, part, says, shown};
use callscope_e2e::browser::{Error, Result};
use callscope_e2e::case::{Case, Context, ensure, root};
use callscope_e2e::cases;
use callscope_e2e::fixtures::{HOSTILE_NAME, NOW_MS, calls, document};
use callscope_e2e::page::key;
use callscope_e2e::server::{Reply, Server, gzip};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

pub const CASES: &[Case] = cases![
    feeds_that_give_nothing_say_why_and_leave_the_page,
    what_was_read_before_a_cut_is_shown,
    good_calls_around_a_bad_one_load,
    wrong_values_are_listed_by_reason,
    files_are_opened_and_dropped,
    ten_thousand_services_are_listed,
    markup_in_a_name_is_text,
    a_slow_feed_is_cancelled,
    a_feed_that_drips_is_asked_again,
    a_silent_feed_is_told_and_given_up,
    a_feed_that_failed_is_in_no_address,
    what_is_no_address_of_a_feed_is_said,
    a_feed_that_fails_once_is_asked_again,
];

const JSON: &str = "application/json";
/// Calls of the feed that is shown before a bad one comes; every seventh and eleventh failed.
const GOOD: usize = 600;

/// Good calls up to the present.
pub fn recent(count: usize) -> Vec<Value> {
    let mut calls = calls(count);
    let later = clock_ms() - NOW_MS;
    for call in &mut calls {
        call["time"] = json!(call["time"].as_i64().unwrap_or_default() + later);
    }
    calls
}

fn failed(calls: &[Value]) -> u64 {
    calls.iter().filter(|call| call["status"].as_u64() >= Some(400)).count() as u64
}

/// Serves a body below `/feeds/` for every origin and returns its address.
fn serve(cx: &Context, name: &str, body: impl Into<Vec<u8>>) -> String {
    let reply = Reply::ok(JSON, body).header("Access-Control-Allow-Origin", "*");
    let path = format!("/feeds/{name}");
    cx.server.route(&path, move |_| reply.clone());
    cx.address(&path)
}

/// Opens the console on good calls, and returns what its footer says.
fn open_good(cx: &Context) -> Result<(u64, u64)> {
    let calls = recent(GOOD);
    let sums = (GOOD as u64, failed(&calls));
    let address = serve(cx, "before.json", document(calls));
    cx.visit(&format!("?lang=en&source=url:{address}"))?;
    eventually("the good feed", &sums, || footer(cx))?;
    Ok(sums)
}

/// Opens the notice's details, checks their words, closes them by Escape.
fn details_say(cx: &Context, button: &str, words: &[&str]) -> Result {
    cx.press("button", button)?;
    cx.css("dialog[open]")?;
    for part in words {
        eventually(&format!("{part:?} in the dialog"), &true, || Ok(cx.texts("dialog[open]")?.concat().contains(part)))?;
    }
    cx.keys(&key::ESCAPE.to_string())?;
    eventually("open dialogs", &0, || Ok(cx.all("dialog[open]")?.len()))
}

fn feeds_that_give_nothing_say_why_and_leave_the_page(cx: &mut Context) -> Result {
    let before = open_good(cx)?;
    cx.expect_console("Failed to load resource");
    cx.expect_console("blocked by CORS policy");
    let elsewhere = Server::start(&root(), "", "127.0.0.1", 0).map_err(|e| Error::Unexpected(e.to_string()))?;
    elsewhere.route("/refused.json", |_| Reply::ok(JSON, "[]"));
    let deep = format!("[{}", "[".repeat(100_000));
    let no_time = json!([{ "service": "a", "status": 200 }, 7]).to_string();
    let packed = gzip(&document(recent(20)));
    let cases: [(String, &str, &[&str]); 9] = [
        (serve(cx, "empty.json", ""), "empty.json is empty.", &["Usually"]),
        (
            serve(cx, "page.json", "<!doctype html><title>Sign in</title>"),
            "page.json is a web page, not a feed.",
            &["line 1, byte 0"],
        ),
        (serve(cx, "other.json", "{\"rows\": []}"), "other.json is JSON in an unknown format.", &["{\"rows\": []}"]),
        (serve(cx, "bytes.json", vec![0, 159, 146, 150, 0, 1]), "bytes.json is not text in a known format.", &["UTF-8"]),
        (serve(cx, "none.json", no_time), "No record of none.json could be read.", &["A required field is missing", "call 1"]),
        (serve(cx, "deep.json", deep), "deep.json", &["line 1"]),
        (serve(cx, "head.json.gz", packed[..20].to_vec()), "The gzip data of head.json.gz is damaged.", &["gzip"]),
        (cx.address("/fixture/missing.json"), "The feed answered 404 Not Found.", &["/fixture/missing.json", "Address"]),
        (
            format!("{}refused.json", elsewhere.url()),
            "The feed could not be read (no answer, or CORS).",
            &["CORS", "refused.json"],
        ),
    ];
    for (address, fact, details) in cases {
        connect(cx, &address)?;
        // A feed that gives no answer is requested several times, each after a longer wait.
        says(cx, fact)?;
        ensure(footer(cx)? == before, || format!("after {address} the footer shows {:?}", footer(cx)))?;
        ensure(shown(cx, "[role=alert]")?, || format!("{fact:?} is no alert"))?;
        details_say(cx, "Details", details)?;
    }
    Ok(())
}

fn what_was_read_before_a_cut_is_shown(cx: &mut Context) -> Result {
    open_good(cx)?;
    let whole = recent(GOOD);
    let text = document(whole.clone());
    let half = text[..text.len() / 2].to_vec();
    let cut = String::from_utf8_lossy(&half).matches("\"time\":").count();
    connect(cx, &serve(cx, "cut.json", half))?;
    says(cx, "cut.json ends early.")?;
    let (calls, _) = footer(cx)?;
    ensure(calls as usize == cut || calls as usize + 1 == cut, || format!("{calls} calls of {cut} that were begun"))?;
    says(cx, &format!("The {calls} calls before that place are shown: call {}, line 1, byte ", calls + 1))?;
    let packed = gzip(&text);
    connect(cx, &serve(cx, "cut.json.gz", packed[..packed.len() / 2].to_vec()))?;
    says(cx, "cut.json.gz ends early.")?;
    let (calls, _) = footer(cx)?;
    ensure(calls > 10 && calls < GOOD as u64, || format!("{calls} calls of half the gzip data"))?;
    // The whole feed of the same calls takes its place.
    connect(cx, &serve(cx, "whole.json.gz", packed))?;
    eventually("the whole feed", &(GOOD as u64, failed(&whole)), || footer(cx))?;
    ensure(!shown(cx, ".banner")?, || format!("a good feed is complained about: {:?}", cx.texts(".banner")))
}

/// Ten good calls and between them a bad one: its text, the words that name its reason, and the words of its place.
struct Bad {
    name: &'static str,
    call: Vec<u8>,
    reason: &'static str,
}

fn bad_calls() -> Vec<Bad> {
    let good = recent(1).remove(0);
    let with = |field: &str, value: Value| {
        let mut call = good.clone();
        call[field] = value;
        call.to_string().into_bytes()
    };
    let text = |call: &Value| call.to_string();
    let twice = text(&good).replacen('{', "{\"status\":200,", 1);
    let mut invalid = text(&good).into_bytes();
    let service = b"\"service\":\"";
    let at = invalid.windows(service.len()).position(|part| part == service).unwrap_or_default() + service.len();
    invalid.splice(at..at, [0xff, 0xfe]);
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let nested = text(&good).replacen('{', &format!("{{\"request\":{deep},"), 1);
    vec![
        Bad { name: "type.json", call: with("status", json!("two hundred")), reason: "The value has the wrong type." },
        Bad { name: "negative.json", call: with("input_tokens", json!(-5)), reason: "The value is negative." },
        Bad {
            name: "year-1.json",
            call: with("time", json!("0001-01-01T00:00:00Z")),
            reason: "The time lies outside 2000 to 2099.",
        },
        Bad {
            name: "year-9999.json",
            call: with("time", json!("9999-12-31T23:59:59Z")),
            reason: "The time lies outside 2000 to 2099.",
        },
        Bad { name: "twice.json", call: twice.into_bytes(), reason: "A field is given twice" },
        Bad { name: "long.json", call: with("service", json!("x".repeat(5 << 20))), reason: "A text is longer than 16 KiB." },
        Bad { name: "bytes.json", call: invalid, reason: "Not UTF-8." },
        Bad { name: "nested.json", call: nested.into_bytes(), reason: "Nested deeper than 128 levels." },
    ]
}

fn good_calls_around_a_bad_one_load(cx: &mut Context) -> Result {
    open_good(cx)?;
    for bad in bad_calls() {
        let good = recent(10);
        let mut body = b"[".to_vec();
        for (i, call) in good.iter().enumerate() {
            if i == 4 {
                body.extend_from_slice(&bad.call);
                body.extend_from_slice(b",\n");
            }
            body.extend_from_slice(call.to_string().as_bytes());
            body.extend_from_slice(if i == 9 { b"]" } else { b",\n" });
        }
        connect(cx, &serve(cx, bad.name, body))?;
        let wanted = (10, failed(&good));
        eventually(&format!("the good calls of {}", bad.name), &wanted, || footer(cx))?;
        says(cx, "1 of 11 records rejected.")?;
        details_say(cx, "Show", &[bad.reason, "call 5, line 5, byte"])?;
    }
    Ok(())
}

fn wrong_values_are_listed_by_reason(cx: &mut Context) -> Result {
    let address = cx.address("/fixture/partly-wrong.json");
    cx.visit(&format!("?lang=en&now={NOW_MS}&source=url:{address}"))?;
    says(cx, "12 of 600 records rejected.")?;
    eventually("the good calls", &588, || Ok(footer(cx)?.0))?;
    details_say(
        cx,
        "Show",
        &["12 of 600 records could not be read.", "wrong type", "negative", "outside 2000 to 2099", "input_tokens"],
    )
}

/// Drops a file of this name and text on the page, as a file manager would.
fn drop_file(cx: &Context, name: &str, text: &str) -> Result {
    const SCRIPT: &str = "const data = new DataTransfer(); data.items.add(new File([arguments[1]], arguments[0]));
        for (const kind of ['dragenter', 'dragover', 'drop']) {
            document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
        }";
    cx.script(SCRIPT, json!([name, text])).map(drop)
}

fn files_are_opened_and_dropped(cx: &mut Context) -> Result {
    cx.visit("?lang=en")?;
    cx.css(".tile__value[title]")?;
    let failure = |e: std::io::Error| Error::Unexpected(e.to_string());
    let folder = cx.session().folder().join("files");
    std::fs::create_dir_all(&folder).map_err(failure)?;
    // A file's newest call is its now, so its calls may be old.
    let good = calls(300);
    let sums = (300, failed(&good));
    let lines = || good.iter().map(|call| format!("{call}\n")).collect::<String>();
    for (name, bytes) in [("opened.json.gz", gzip(&document(good.clone()))), ("opened.ndjson", lines().into_bytes())] {
        let path = folder.join(name);
        std::fs::write(&path, bytes).map_err(failure)?;
        cx.send(&cx.css("input[type=file]")?, &path.display().to_string())?;
        part(cx, "button", name)?;
        eventually(name, &sums, || footer(cx))?;
    }
    drop_file(cx, "empty.json", "")?;
    says(cx, "empty.json is empty.")?;
    ensure(footer(cx)? == sums, || "an empty file took the place of good calls".to_owned())?;
    says(cx, "Still showing opened.ndjson.")?;
    // What is shown is sound, and the bytes of a file stay as they are.
    ensure(cx.all(".source .dot--bad")?.is_empty(), || "the dot of the good data is red".to_owned())?;
    let buttons = cx.texts(".banner--bad .btn")?;
    ensure(buttons.iter().all(|text| text != "Try again"), || format!("a file is offered again: {buttons:?}"))?;
    drop_file(cx, "dropped.json", &json!(calls(20)).to_string())?;
    eventually("the dropped file", &(20, failed(&calls(20))), || footer(cx))?;
    says(cx, "The data is shown as of 12 Mar 14:36, the newest call in dropped.json.")
}

fn ten_thousand_services_are_listed(cx: &mut Context) -> Result {
    let mut calls = recent(100);
    let time = calls[99]["time"].clone();
    calls.extend((0..10_000).map(|i| json!({ "time": time, "service": format!("service-{i:05}"), "status": 200 })));
    let address = serve(cx, "many.json", document(calls));
    cx.visit(&format!("?lang=en&source=url:{address}"))?;
    eventually("the calls of all services", &10_100, || Ok(footer(cx)?.0))?;
    eventually("the count of services", &vec!["10,003".to_owned()], || cx.texts("#h-services .count"))?;
    rows_stay_few(cx)?;
    let field = cx.find("searchbox", "Find service")?;
    cx.fill(&field, "service-0999")?;
    eventually("the services found", &10, || Ok(footer(cx)?.0))?;
    eventually("rows of what was found", &vec!["2".to_owned(), "11".to_owned()], || ends(cx))
}

/// Numbers of the first and the last row of the services table that exist, as screen readers receive them.
fn ends(cx: &Context) -> Result<Vec<String>> {
    let ends = "const rows = [...document.querySelectorAll('table.services tbody tr[aria-rowindex]')];
        return rows.length ? [rows[0], rows.at(-1)].map(row => row.getAttribute('aria-rowindex')) : []";
    let ends = cx.script(ends, json!([]))?;
    Ok(ends.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect())
}

/// Wherever a user scrolls to, some dozen rows exist, and all are counted.
fn rows_stay_few(cx: &Context) -> Result {
    const ROWS_MAX: usize = 150;
    let count = cx.attribute(&cx.css("table.services")?, "aria-rowcount")?;
    ensure(count.as_deref() == Some("10005"), || format!("10,003 services between header and footer are {count:?} rows"))?;
    let few = |at: &str| -> Result {
        let rows = cx.all("table.services tbody tr")?.len();
        ensure((10..=ROWS_MAX).contains(&rows), || format!("{rows} rows exist {at}"))
    };
    eventually("the first row", &Some("2".to_owned()), || Ok(ends(cx)?.first().cloned()))?;
    few("at the beginning")?;
    cx.script("document.querySelector('.scroll--services').focus()", json!([]))?;
    cx.keys(&key::END.to_string())?;
    eventually("the last row", &Some("10004".to_owned()), || Ok(ends(cx)?.last().cloned()))?;
    few("at the end")?;
    cx.script("scrollTo(0, document.documentElement.scrollHeight / 2)", json!([]))?;
    eventually("rows of the middle", &true, || {
        let first = ends(cx)?.first().and_then(|n| n.parse().ok()).unwrap_or(0);
        Ok((4_000..6_000).contains(&first))
    })?;
    // What the window shows is rows, not the room kept for others.
    let seen = "const row = document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest('tr'); return row?.hasAttribute('aria-rowindex') ?? false";
    eventually("a row in the middle of the window", &true, || Ok(cx.script(seen, json!([]))? == json!(true)))?;
    few("in the middle")?;
    cx.keys(&key::HOME.to_string())?;
    eventually("the first row", &Some("2".to_owned()), || Ok(ends(cx)?.first().cloned()))
}

fn markup_in_a_name_is_text(cx: &mut Context) -> Result {
    let address = cx.address("/fixture/good.json");
    cx.visit(&format!("?lang=en&now={NOW_MS}&source=url:{address}"))?;
    eventually("the calls", &600, || Ok(footer(cx)?.0))?;
    says(cx, HOSTILE_NAME)?;
    cx.press("link", &format!("View Monitoring Details of {HOSTILE_NAME}"))?;
    part(cx, "button", &format!("Service: {HOSTILE_NAME}"))?;
    eventually("the title names it", &true, || Ok(cx.title()?.contains(HOSTILE_NAME)))?;
    let images = cx.all("img")?.len();
    ensure(images == 0, || format!("{images} images came of a name"))
}

fn a_slow_feed_is_cancelled(cx: &mut Context) -> Result {
    let before = open_good(cx)?;
    let body = document(recent(50));
    let piece = body.len() / 300;
    let reply = Reply::ok(JSON, body).slowly(piece, Duration::from_millis(100));
    cx.server.route("/feeds/slow.json", move |_| reply.clone());
    connect(cx, &cx.address("/feeds/slow.json"))?;
    says(cx, "Reading slow.json")?;
    says(cx, "The current data stays until everything has been read.")?;
    ensure(footer(cx)? == before, || "the old figures went while the new ones were read".to_owned())?;
    cx.press("button", "Cancel")?;
    eventually("the loading box", &false, || shown(cx, ".load"))?;
    ensure(footer(cx)? == before, || "the old figures went with the cancelled feed".to_owned())?;
    part(cx, "button", "Data set: before.json")?;
    // A link copied now, or a reload, is about what is shown.
    eventually("the source in the address", &true, || {
        Ok(parameter(cx, "source")?.is_some_and(|source| source.ends_with("/feeds/before.json")))
    })?;
    cx.reload()?;
    eventually("the old feed after a reload", &before, || footer(cx))
}

fn a_silent_feed_is_told_and_given_up(cx: &mut Context) -> Result {
    // Head of an answer, and nothing behind it.
    let reply = Reply::ok(JSON, document(recent(40))).slowly(1 << 20, Duration::from_secs(20));
    cx.server.route("/feeds/silent.json", move |_| reply.clone());
    let begun = Instant::now();
    cx.page.open(&format!("{}?lang=en&source=url:{}", cx.server.url(), cx.address("/feeds/silent.json")))?;
    cx.find("button", "Cancel")?;
    let took = begun.elapsed();
    ensure(took < Duration::from_secs(6), || format!("the page was blank for {took:?}"))?;
    // A file takes its place.
    drop_file(cx, "good.json", &String::from_utf8_lossy(&document(calls(30))))?;
    eventually("the calls of the file", &30, || Ok(footer(cx)?.0))
}

fn a_feed_that_failed_is_in_no_address(cx: &mut Context) -> Result {
    cx.expect_console("Failed to load resource");
    cx.server.route("/feeds/dead.json", |_| Reply::status(404));
    open_good(cx)?;
    let shown = parameter(cx, "source")?;
    connect(cx, &cx.address("/feeds/dead.json"))?;
    says(cx, "404")?;
    eventually("the address of what is shown", &shown, || parameter(cx, "source"))?;
    let bar = cx.texts("button.source")?.concat();
    ensure(bar.contains("before.json") && !bar.contains("dead.json"), || format!("the app bar says {bar:?}"))?;
    // What failed can be tried again, and its address put right.
    cx.press("button", "Details")?;
    cx.press("button", "Use another address")?;
    cx.css("#d-connect input")?;
    let there = cx.script("return document.querySelector('#d-connect input').value", json!([]))?;
    ensure(there.as_str().is_some_and(|there| there.ends_with("/feeds/dead.json")), || format!("the dialog has {there}"))
}

fn a_feed_that_drips_is_asked_again(cx: &mut Context) -> Result {
    // A byte every five seconds keeps the connection busy, and would for days.
    let reply = Reply::ok(JSON, document(recent(40))).slowly(1, Duration::from_secs(5));
    cx.server.route("/feeds/drips.json", move |_| reply.clone());
    cx.visit("?lang=en")?;
    connect(cx, &cx.address("/feeds/drips.json"))?;
    says(cx, "attempt 2")
}

fn what_is_no_address_of_a_feed_is_said(cx: &mut Context) -> Result {
    for (address, shown) in
        [("javascript:alert(1)", "javascript:alert(1)"), ("data:,%5B%5D", "data:,[]"), ("file:///x.json", "x.json")]
    {
        cx.visit(&format!("?lang=en&source=url:{address}"))?;
        says(cx, &format!("{shown} is not an address that can be requested."))?;
        ensure(!cx.texts("button")?.iter().any(|words| words == "Request it"), || format!("{address} can be requested"))?;
    }
    Ok(())
}

fn a_feed_that_fails_once_is_asked_again(cx: &mut Context) -> Result {
    cx.expect_console("500 (Internal Server Error)");
    let calls = recent(40);
    let wanted = (40, failed(&calls));
    let good = Reply::ok(JSON, document(calls));
    let asked = AtomicU32::new(0);
    cx.server.route("/feeds/moody.json", move |_| {
        if asked.fetch_add(1, Ordering::Relaxed) == 0 { Reply::status(500) } else { good.clone() }
    });
    cx.visit(&format!("?lang=en&source=url:{}", cx.address("/feeds/moody.json")))?;
    eventually("the feed at the second attempt", &wanted, || footer(cx))?;
    let tries = cx.server.take_log().iter().filter(|served| served.url == "/feeds/moody.json").count();
    ensure(tries == 2, || format!("asked {tries} times"))
}
