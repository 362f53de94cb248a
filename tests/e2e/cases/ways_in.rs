//! Ways in for calls that are not there yet: links to feeds and files, pasted text, a first feed that fails.

use crate::look::{clock_ms, eventually, footer, paste, press_part, says, shown};
use callscope_e2e::browser::{Error, Result};
use callscope_e2e::case::{Case, Context, ensure, root};
use callscope_e2e::cases;
use callscope_e2e::fixtures::{NOW_MS, calls, document};
use callscope_e2e::server::{Reply, Server};
use serde_json::json;

pub const CASES: &[Case] = cases![
    a_feed_of_another_origin_is_asked_for_only_when_agreed,
    a_link_to_a_file_asks_for_the_file,
    figures_never_stand_under_the_name_of_another_data_set,
    calls_and_addresses_are_pasted,
    a_first_feed_that_fails_offers_ways_on,
];

fn a_feed_of_another_origin_is_asked_for_only_when_agreed(cx: &mut Context) -> Result {
    let elsewhere = Server::start(&root(), "", "127.0.0.1", 0).map_err(|e| Error::Unexpected(e.to_string()))?;
    let reply = Reply::ok("application/json", document(calls(60))).header("Access-Control-Allow-Origin", "*");
    elsewhere.route("/feed.json", move |_| reply.clone());
    cx.visit(&format!("?lang=en&now={NOW_MS}&source=url:{}feed.json", elsewhere.url()))?;
    says(cx, "Request a feed from 127.0.0.1:")?;
    let asked = elsewhere.take_log();
    ensure(asked.is_empty(), || format!("requested before anybody agreed: {asked:?}"))?;
    cx.press("button", "Request it")?;
    eventually("the calls", &60, || Ok(footer(cx)?.0))?;
    ensure(elsewhere.take_log().len() == 1, || "the feed was not requested once".to_owned())
}

fn a_link_to_a_file_asks_for_the_file(cx: &mut Context) -> Result {
    cx.visit("?lang=en&source=file:calls-of-may.json&range=14d")?;
    says(cx, "This link shows a view of the file calls-of-may.json")?;
    cx.find("button", "Open calls-of-may.json")?;
    let file = cx.session().folder().join("calls-of-may.json");
    std::fs::write(&file, document(calls(90))).map_err(|e| Error::Unexpected(e.to_string()))?;
    cx.send(&cx.css("input[type=file]")?, &file.display().to_string())?;
    eventually("the calls of the file", &90, || Ok(footer(cx)?.0))
}

/// Looks at the page after each change of it.
const WATCH: &str = "window.seen = []; new MutationObserver(() => {
    const name = document.querySelector('.appbar')?.innerText ?? '', tile = document.querySelector('.tile__value')?.innerText ?? '';
    window.seen.push([name.includes('next.json'), tile]);
}).observe(document.body, { subtree: true, childList: true, characterData: true });";

fn figures_never_stand_under_the_name_of_another_data_set(cx: &mut Context) -> Result {
    cx.visit("?lang=en")?;
    cx.css(".tile__value[title]")?;
    let demo = cx.script("return document.querySelector('.tile__value').innerText", json!([]))?;
    cx.script(WATCH, json!([]))?;
    let file = cx.session().folder().join("next.json");
    std::fs::write(&file, document(calls(4000))).map_err(|e| Error::Unexpected(e.to_string()))?;
    cx.send(&cx.css("input[type=file]")?, &file.display().to_string())?;
    let is_named = || Ok(cx.texts(".appbar")?.concat().contains("next.json"));
    eventually("the file's name", &true, is_named)?;
    eventually("the calls of the file", &true, || Ok(footer(cx)?.0 > 0 && shown(cx, ".tile__value[title]")?))?;
    let seen = cx.script("return window.seen.filter(([named]) => named).map(([, tile]) => tile)", json!([]))?;
    let seen = seen.as_array().cloned().unwrap_or_default();
    ensure(!seen.is_empty() && !seen.contains(&demo), || format!("{demo} below the name of the file: {seen:?}"))
}

fn calls_and_addresses_are_pasted(cx: &mut Context) -> Result {
    cx.visit("?lang=en")?;
    cx.css(".tile__value[title]")?;
    paste(cx, &json!(calls(30)).to_string())?;
    eventually("the pasted calls", &30, || Ok(footer(cx)?.0))?;
    paste(cx, "Good morning")?;
    says(cx, "The clipboard contains neither calls (JSON, NDJSON, CSV) nor an address.")?;
    let mut recent = calls(25);
    for call in &mut recent {
        call["time"] = json!(call["time"].as_i64().unwrap_or_default() + clock_ms() - NOW_MS);
    }
    let reply = Reply::ok("application/json", document(recent));
    cx.server.route("/feeds/pasted.json", move |_| reply.clone());
    paste(cx, &format!("{}\n", cx.address("/feeds/pasted.json")))?;
    eventually("the calls of the pasted address", &25, || Ok(footer(cx)?.0))
}

fn a_first_feed_that_fails_offers_ways_on(cx: &mut Context) -> Result {
    cx.expect_console("404 (Not Found)");
    cx.visit(&format!("?lang=en&source=url:{}", cx.address("/fixture/missing.json")))?;
    says(cx, "The feed answered 404 Not Found.")?;
    says(cx, "/fixture/missing.json")?;
    ensure(!shown(cx, ".tiles")?, || "tiles without calls".to_owned())?;
    press_part(cx, "button", "Open the demonstration data")?;
    eventually("the demonstration data", &true, || Ok(footer(cx)?.0 > 1000))
}
