//! What is not to leave the page leaves it by no way: tokens of feeds, and where a deployment keeps logs from people, what calls said in words.

use super::ways_out::{Out, calls_show, failed_calls, host, page};
use crate::deployment::configure_as;
use crate::embedding::{Host, enter, leave, run};
use crate::look::{eventually, footer, press_part, says};
use callscope_e2e::browser::{Error, Result};
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use callscope_e2e::fixtures::{NOW_MS, calls, document};
use callscope_e2e::page::Page;
use callscope_e2e::server::{Reply, Request};
use serde_json::{Value, json};

pub const CASES: &[Case] = cases![
    fresh tokens_of_configured_feeds_leave_by_no_way,
    fresh tokens_in_a_feed_of_parts_leave_by_no_way,
    fresh what_fails_is_told_to_a_host_without_tokens,
    fresh words_of_calls_leave_by_no_way_where_logs_are_kept_back,
    fresh words_of_calls_are_not_stored_where_logs_are_kept_back,
];

/// In a feed's address, in its header, in the address of a part.
const SECRETS: [&str; 3] = ["Qk7sAddressSecret", "Zx9hHeaderSecret", "Jm4pPartSecret"];
const SERVICE: &str = "alpha-chat";
const VIEW: &str = "page=failed&service=alpha-chat&status=429";
const LINES: &str = "application/x-ndjson";
const HOUR_MS: i64 = 3_600_000;

fn with_token(request: &Request) -> bool {
    request.url.contains(SECRETS[0]) && request.header("x-token") == Some(SECRETS[1])
}

/// A feed of the configuration that is given only to who has both tokens.
fn configured(name: &str, path: &str) -> Value {
    json!({ "name": name, "url": format!("{path}?team=web&sig={}", SECRETS[0]), "headers": { "X-Token": SECRETS[1] }, "refresh_s": 30 })
}

fn guarded(cx: &Context, path: &str, reply: Reply) {
    cx.server.route_asked(path, move |request| if with_token(request) { reply.clone() } else { Reply::status(403) });
}

/// The same view at the top and in a frame, each with all that can be taken out of it.
fn everything(cx: &Context, around: &Host, query: &str, words: &str) -> Result<Out> {
    let mut out = Out::default();
    cx.session().let_clipboard()?;
    cx.visit(&format!("?lang=en&tz=UTC&now={NOW_MS}&range=3d&{VIEW}&{query}"))?;
    failed_calls(cx, &mut out)?;
    cx.page.open(&around.address)?;
    enter(cx, 0)?;
    calls_show(cx)?;
    host(cx, SERVICE, &mut out)?;
    enter(cx, 0)?;
    says(cx, words)?;
    calls_show(cx)?;
    page(cx, &mut out)?;
    leave(cx)?;
    Ok(out)
}

fn around(cx: &Context, query: &str) -> Result<Host> {
    Host::start(cx, "localhost", &[&format!("&range=3d&{VIEW}&{query}")])
}

fn tokens_of_configured_feeds_leave_by_no_way(cx: &mut Context) -> Result {
    guarded(cx, "/feeds/signed.json", Reply::ok("application/json", document(calls(200))));
    let host = around(cx, "source=feed:signed")?;
    // Named by links, since it is not the first.
    let feeds = [json!({ "name": "other", "url": "/feeds/other.json" }), configured("signed", "/feeds/signed.json")];
    configure_as(cx, &json!({ "parents": [host.origin()], "feeds": feeds }));
    let out = everything(cx, &host, "source=feed:signed", "This link shows")?;
    out.lacks(&SECRETS)?;
    shows_calls(&out)?;
    out.has("the link", "source=feed:signed")
}

/// The ways out were taken, with the calls of the feed.
fn shows_calls(out: &Out) -> Result {
    for way in ["the table of errors", "the calls", "the workbook", "the report", "the host's failed", "the host's report"] {
        out.has(way, "code-429")?;
    }
    out.has("the host's calls", "429")?;
    out.has("the page", "192.0.2.")
}

/// Parts of a feed, an hour each, whose addresses have tokens of their own; the oldest is not there.
fn parts(cx: &Context) -> Vec<Value> {
    let calls = calls(200);
    let mut parts = Vec::new();
    for back in 0..4 {
        let (from, to) = (NOW_MS - (back + 1) * HOUR_MS, NOW_MS - back * HOUR_MS);
        let of: String = calls
            .iter()
            .filter(|call| call["time"].as_i64().is_some_and(|time| (from..to).contains(&time)))
            .map(|call| format!("{call}\n"))
            .collect();
        let path = format!("/feeds/parts/{back}.ndjson");
        let reply = if back == 3 { Reply::status(404) } else { Reply::ok(LINES, of) };
        cx.server.route_asked(&path, move |request| {
            let allowed = request.url.contains(SECRETS[2]) && request.header("x-token") == Some(SECRETS[1]);
            if allowed { reply.clone() } else { Reply::status(403) }
        });
        // Relative and absolute.
        let place = if back % 2 == 0 { format!("parts/{back}.ndjson") } else { cx.address(&path) };
        parts.push(json!({ "from": from, "to": to, "url": format!("{place}?X-Amz-Signature={}", SECRETS[2]) }));
    }
    parts
}

fn tokens_in_a_feed_of_parts_leave_by_no_way(cx: &mut Context) -> Result {
    cx.expect_console("Failed to load resource");
    let parts = parts(cx);
    let manifest = json!({ "format": "callscope-manifest/1", "parts": parts }).to_string();
    guarded(cx, "/feeds/manifest.json", Reply::ok("application/json", manifest));
    let host = around(cx, "source=feed:parts")?;
    configure_as(cx, &json!({ "parents": [host.origin()], "feeds": [configured("parts", "/feeds/manifest.json")] }));
    cx.visit(&format!("?lang=en&now={NOW_MS}&range=3d&{VIEW}&source=feed:parts"))?;
    // The part that is missing is named by its path.
    says(cx, "1 of 4 parts of this range could not be loaded and are not included.")?;
    says(cx, "parts/3.ndjson")?;
    let out = everything(cx, &host, "source=feed:parts", "parts/3.ndjson")?;
    out.lacks(&SECRETS)?;
    out.has("the page", "parts/3.ndjson")?;
    shows_calls(&out)
}

fn what_fails_is_told_to_a_host_without_tokens(cx: &mut Context) -> Result {
    cx.expect_console("Failed to load resource");
    let secret = SECRETS[0];
    let manifest = |parts: Value| json!({ "format": "callscope-manifest/1", "parts": parts }).to_string();
    let span = |url: String| json!({ "from": 1_773_244_800_000_i64, "to": 1_773_248_400_000_i64, "url": url });
    let routes = [
        ("wrong", manifest(json!([span(format!("ftp://h.example/x?sig={secret}"))]))),
        ("named", manifest(json!([span(format!("https://me:{secret}@h.example/x"))]))),
        ("texts", manifest(json!([format!("https://h.example/x?sig={secret}")]))),
        ("missing", manifest(json!([span(format!("nowhere.ndjson?sig={secret}"))]))),
        ("other", json!({ "rows": [] }).to_string()),
    ];
    for (name, body) in routes {
        let reply = Reply::ok("application/json", body);
        cx.server.route(&format!("/feeds/{name}.json"), move |_| reply.clone());
    }
    let host = around(cx, "source=host")?;
    configure_as(
        cx,
        &json!({ "parents": [host.origin()], "feeds": [{ "name": "a", "url": format!("/feeds/none.json?sig={secret}") }] }),
    );
    cx.page.open(&host.address)?;
    let script = format!(
        "window.a = await open(); const codes = [];
         for (const name of ['wrong', 'named', 'texts', 'missing', 'other', 'none'])
             codes.push(await wrong(a.load(`/feeds/${{name}}.json?token={secret}`)));
         return [codes, raw.map(m => JSON.stringify(m))]"
    );
    let told = run(cx, &script)?;
    ensure(told[0] == json!(["manifest", "manifest", "manifest", "http", "other-json", "http"]), || format!("{}", told[0]))?;
    let mut out = Out::default();
    out.put("messages to the host", told[1].to_string());
    cx.visit("?lang=en&source=feed:a")?;
    says(cx, "The feed answered 404 Not Found.")?;
    page(cx, &mut out)?;
    cx.session().let_clipboard()?;
    press_part(cx, "button", "Copy details")?;
    says(cx, "Copied")?;
    out.put("the details", cx.script_async("return navigator.clipboard.readText()")?.as_str().unwrap_or_default());
    out.lacks(&SECRETS)?;
    for shown in ["ftp://h.example/x?sig=…", "nowhere.ndjson?sig=…", "none.json?token=…"] {
        out.has("messages", shown)?;
    }
    out.has("the details", "none.json?sig=…")
}

/// What calls say in words, and who asked.
const WORDS: [&str; 2] = ["Nobody may read this", "asked-"];

/// Calls up to the present with words of their own, and one that is rejected with words in it.
fn wordy() -> Vec<u8> {
    let mut calls = calls(200);
    for (i, call) in calls.iter_mut().enumerate() {
        call["request_id"] = json!(format!("{}{i:06x}", WORDS[1]));
        if call["status"] != 200 {
            call["error_message"] = json!(format!("{} of {}.", WORDS[0], i % 5));
        }
    }
    calls[7]["status"] = json!(WORDS[0]);
    document(calls)
}

fn words_of_calls_leave_by_no_way_where_logs_are_kept_back(cx: &mut Context) -> Result {
    let reply = Reply::ok("application/json", wordy());
    cx.server.route("/feeds/wordy.json", move |_| reply.clone());
    let host = around(cx, "source=url:/feeds/wordy.json")?;
    let configuration = |access: &str| json!({ "parents": [host.origin()], "log_access": access });
    configure_as(cx, &configuration("off"));
    let mut out = everything(cx, &host, "source=url:/feeds/wordy.json", "records rejected.")?;
    // Of records that were rejected, and of a source that is none of ours.
    cx.visit(&format!("?lang=en&now={NOW_MS}&{VIEW}&source=url:/feeds/wordy.json"))?;
    cx.press("button", "Show")?;
    cx.css("#d-rejected[open]")?;
    calls_show(cx)?;
    page(cx, &mut out)?;
    cx.press("button", "Copy the list")?;
    says(cx, "Copied")?;
    out.put("the list of rejected calls", cx.script_async("return navigator.clipboard.readText()")?.as_str().unwrap_or_default());
    out.lacks(&WORDS)?;
    shows_calls(&out)?;
    // The same ways have them where they are not kept back.
    configure_as(cx, &configuration("on"));
    let open = everything(cx, &host, "source=url:/feeds/wordy.json", "records rejected.")?;
    for way in ["the table of errors", "the calls", "the workbook", "the report", "the host's failed", "the host's calls"] {
        open.has(way, WORDS[0])?;
    }
    for way in ["the calls", "the workbook", "the report", "the host's calls", "the host's report"] {
        open.has(way, WORDS[1])?;
    }
    Ok(())
}

/// All bytes that the site has stored, as text.
fn stored(page: &Page) -> Result<String> {
    let text = page.script_async(
        "const all = []; const walk = async folder => { for await (const handle of folder.values())
             if (handle.kind === 'directory') await walk(handle);
             else all.push(new TextDecoder('latin1').decode(await (await handle.getFile()).arrayBuffer())) };
         await walk(await navigator.storage.getDirectory()); return all.join('\\n').replace(/[^\\x20-\\x7e]/g, '.')",
    )?;
    text.as_str().map(str::to_owned).ok_or_else(|| Error::Unexpected(format!("no text: {text}")))
}

fn keep(cx: &Context, name: &str) -> Result {
    cx.click(&cx.css("button.source")?)?;
    cx.press("button", "Data sets")?;
    cx.css("#d-sets[open] h3")?;
    let field = cx.css("#d-sets .keep input")?;
    cx.fill(&field, name)?;
    cx.press("button", "Save in this browser")?;
    says(cx, &format!("{name} is saved"))
}

fn words_of_calls_are_not_stored_where_logs_are_kept_back(cx: &mut Context) -> Result {
    let reply = Reply::ok("application/json", wordy());
    cx.server.route("/feeds/wordy.json", move |_| reply.clone());
    configure_as(cx, &json!({ "log_access": "off" }));
    cx.visit(&format!("?lang=en&tz=UTC&now={NOW_MS}&range=14d&source=url:/feeds/wordy.json"))?;
    eventually("the calls", &199, || Ok(footer(cx)?.0))?;
    let before = footer(cx)?;
    keep(cx, "bare")?;
    let kept = stored(cx)?;
    ensure(kept.contains("code-429") && kept.contains(SERVICE), || "what is stored is no data set".to_owned())?;
    ensure(WORDS.iter().all(|word| !kept.contains(word)), || "words of calls are stored".to_owned())?;
    // It is opened again with every call, also where people may read logs by then: there are none in it.
    configure_as(cx, &json!({}));
    cx.visit(&format!("?lang=en&tz=UTC&now={NOW_MS}&range=14d&source=kept:bare"))?;
    eventually("the calls that were kept", &before, || footer(cx))?;
    cx.visit(&format!("?lang=en&tz=UTC&now={NOW_MS}&range=14d&source=kept:bare&{VIEW}"))?;
    cx.css(".vrow")?;
    says(cx, "code-429")?;
    let text = cx.script("return document.body.innerText", json!([]))?;
    ensure(WORDS.iter().all(|word| !text.to_string().contains(word)), || format!("{text}"))?;
    // What differed by its message alone is one.
    let rows = cx.texts("tr.sub")?;
    ensure(rows.is_empty(), || format!("{rows:?}"))?;
    // Kept where they may, they are there: the look at the storage sees them.
    cx.visit(&format!("?lang=en&tz=UTC&now={NOW_MS}&range=14d&source=url:/feeds/wordy.json"))?;
    eventually("the calls", &before, || footer(cx))?;
    keep(cx, "whole")?;
    let kept = stored(cx)?;
    ensure(WORDS.iter().all(|word| kept.contains(word)), || "the look at what is stored sees nothing".to_owned())
}
