//! A site of one's own: `config.json` beside the page sets what opens first, and its errors are shown.

use crate::feeds::recent;
use crate::look::{clock_ms, eventually, footer, parameter, press_part, says, shown};
use callscope_e2e::browser::{Options, Result};
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use callscope_e2e::fixtures::document;
use callscope_e2e::server::Reply;
use serde_json::{Value, json};
use std::time::Duration;

pub const CASES: &[Case] = cases![
    a_configuration_sets_what_opens_first,
    a_link_says_what_differs_from_the_configuration,
    a_feed_is_asked_with_its_headers_which_show_nowhere,
    a_feed_is_read_by_its_mapping_or_format,
    every_fault_is_told_with_its_place,
    a_feed_that_cannot_be_asked_for_is_passed_over,
    a_configuration_that_stalls_is_not_waited_for,
    a_wait_for_the_configuration_is_told_and_ends,
    any_precision_is_offered_where_the_rule_is_lifted,
];

const JSON: &str = "application/json";

/// Serves this in place of the site's own configuration.
pub fn configure(cx: &Context, reply: Reply) {
    let path = format!("/{}config.json", cx.server.url().splitn(4, '/').nth(3).unwrap_or_default());
    cx.server.route(&path, move |_| reply.clone());
}

pub fn configure_as(cx: &Context, configuration: &Value) {
    configure(cx, Reply::ok(JSON, configuration.to_string()));
}

/// A feed of so many calls up to the present, at this path of the server.
fn feed(cx: &Context, path: &str, count: usize) {
    let reply = Reply::ok(JSON, document(recent(count)));
    cx.server.route(path, move |_| reply.clone());
}

fn attribute(cx: &Context, name: &str) -> Result<Value> {
    cx.script("return document.documentElement.getAttribute(arguments[0])", json!([name]))
}

fn two_feeds() -> Value {
    json!({
        "title": "Calls of ACME",
        "logo": "icon.svg",
        "feeds": [{ "name": "first", "url": "/feeds/first.json" }, { "name": "second", "url": "/feeds/second.json" }],
        "zone": "Asia/Tokyo",
        "language": "zh",
        "theme": "dark",
        "range": "7d",
    })
}

fn a_configuration_sets_what_opens_first(cx: &mut Context) -> Result {
    feed(cx, "/feeds/first.json", 50);
    feed(cx, "/feeds/second.json", 30);
    configure_as(cx, &two_feeds());
    cx.visit("")?;
    eventually("the first feed", &50, || Ok(footer(cx)?.0))?;
    eventually("the title", &"调用统计 · Calls of ACME".to_owned(), || cx.title())?;
    ensure(cx.texts(".appbar .brand")? == ["Calls of ACME"], || format!("the bar says {:?}", cx.texts(".appbar .brand")))?;
    cx.wait_js("the logo", "document.querySelector('.brand img')?.naturalWidth > 0")?;
    ensure(attribute(cx, "lang")? == "zh-CN" && attribute(cx, "data-theme")? == "dark", || "language or theme".to_owned())?;
    says(cx, "Asia/Tokyo")?;
    let pressed = cx.texts(".filters [aria-pressed=true]")?;
    ensure(pressed.contains(&"近 7 天".to_owned()) || pressed.iter().any(|word| word.contains('7')), || {
        format!("{pressed:?}")
    })?;
    ensure(!shown(cx, ".banner--warn")?, || format!("something is complained about: {:?}", cx.texts(".banner")))?;
    // The address stays short, and the other feed is one choice away.
    ensure(parameter(cx, "source")?.is_none(), || "the address names what goes without saying".to_owned())?;
    cx.click(&cx.css("button.source")?)?;
    press_part(cx, "radio", "second")?;
    eventually("the second feed", &30, || Ok(footer(cx)?.0))?;
    eventually("the address", &Some("feed:second".to_owned()), || parameter(cx, "source"))?;
    cx.reload()?;
    eventually("the second feed after a reload", &30, || Ok(footer(cx)?.0))?;
    // The address has the last word.
    cx.visit("?lang=en&theme=light&tz=UTC&source=demo")?;
    eventually("the title", &"Calls · Calls of ACME".to_owned(), || cx.title())?;
    ensure(attribute(cx, "data-theme")? == "light", || "the theme of the address".to_owned())?;
    cx.visit("?lang=en&source=feed:third")?;
    says(cx, "This site has no feed named third.")
}

fn a_link_says_what_differs_from_the_configuration(cx: &mut Context) -> Result {
    feed(cx, "/feeds/first.json", 50);
    configure_as(cx, &two_feeds());
    cx.visit("?lang=en")?;
    eventually("the feed", &50, || Ok(footer(cx)?.0))?;
    cx.press("button", "3 days")?;
    eventually("the range in the address", &Some("3d".to_owned()), || parameter(cx, "range"))?;
    cx.press("button", "7 days")?;
    eventually("no range in the address", &None, || parameter(cx, "range"))?;
    cx.back()?;
    eventually("three days again", &vec!["3 days".to_owned()], || {
        let pressed = cx.texts(".filters [aria-pressed=true]")?;
        Ok(pressed.into_iter().filter(|word| word.ends_with("days")).collect())
    })?;
    let other = cx.fresh_browser(&Options::default())?;
    other.open_console(&cx.url()?)?;
    eventually("the same view", &Some("3d".to_owned()), || parameter(&other, "range"))?;
    eventually("the same calls", &50, || Ok(footer(&other)?.0))
}

fn a_feed_is_asked_with_its_headers_which_show_nowhere(cx: &mut Context) -> Result {
    const SECRET: &str = "Bearer s3cret-token";
    feed(cx, "/feeds/first.json", 50);
    let mut configuration = two_feeds();
    configuration["language"] = json!("en");
    configuration["feeds"][0]["headers"] = json!({ "Authorization": SECRET, "X-Team": "7" });
    configure_as(cx, &configuration);
    cx.visit("")?;
    eventually("the feed", &50, || Ok(footer(cx)?.0))?;
    let log = cx.server.take_log();
    let asked: Vec<_> = log.iter().filter(|served| served.url == "/feeds/first.json").collect();
    let has = |name: &str, value: &str| asked.iter().all(|a| a.headers.iter().any(|(n, v)| n == name && v == value));
    ensure(!asked.is_empty() && has("authorization", SECRET) && has("x-team", "7"), || format!("asked as {asked:?}"))?;
    let elsewhere = log.iter().filter(|s| s.url != "/feeds/first.json" && s.headers.iter().any(|(_, v)| v == SECRET)).count();
    ensure(elsewhere == 0, || "the token went to other addresses".to_owned())?;
    // Nor is it on the page, in its address, in what the browser keeps, or in its console.
    const KEPT: &str = "return [location.href, document.documentElement.outerHTML, JSON.stringify({...localStorage}), JSON.stringify({...sessionStorage}),
        document.cookie, history.state].join()";
    let seen = cx.script(KEPT, json!([]))?.to_string();
    ensure(!seen.contains("s3cret"), || "the token is on the page".to_owned())?;
    let lines = cx.console()?;
    ensure(lines.iter().all(|line| !line.message.contains("s3cret")), || format!("the token is in the console: {lines:?}"))
}

fn a_feed_is_read_by_its_mapping_or_format(cx: &mut Context) -> Result {
    let rows = (0..40).map(|i| format!("{},chat,{}\n", (clock_ms() - i * 60_000) / 1000, 100 + i)).collect::<String>();
    let reply = Reply::ok("text/csv", format!("moment,who,dur\n{rows}"));
    cx.server.route("/feeds/rows.csv", move |_| reply.clone());
    let mut configuration = two_feeds();
    configuration["language"] = json!("en");
    configuration["mappings"] = json!({ "rows": { "fields": {
        "time": { "path": "moment" }, "service": { "path": "who" }, "latency_ms": { "path": "dur" } } } });
    configuration["feeds"][0] = json!({ "name": "rows", "url": "/feeds/rows.csv", "mapping": "rows" });
    configure_as(cx, &configuration);
    cx.visit("")?;
    eventually("the calls by the mapping", &40, || Ok(footer(cx)?.0))?;
    // A format that does not exist is said to be none, and where.
    configuration["feeds"][0] = json!({ "name": "rows", "url": "/feeds/rows.csv", "format": "nonesuch" });
    configure_as(cx, &configuration);
    cx.visit("")?;
    says(cx, "The mapping for reading rows was not found.")?;
    says(cx, "nonesuch")
}

fn every_fault_is_told_with_its_place(cx: &mut Context) -> Result {
    feed(cx, "/feeds/second.json", 30);
    configure_as(
        cx,
        &json!({
            "titel": "ACME",
            "feeds": [{ "name": "first", "url": 7 }, { "name": "second", "url": "/feeds/second.json", "refresh_s": 0 }],
            "zone": "Europe/Atlantis",
            "theme": "blue",
            "memory_limit_mb": "much",
        }),
    );
    cx.visit("?lang=en")?;
    eventually("the feed that is right", &30, || Ok(footer(cx)?.0))?;
    says(cx, "This site's config.json has 6 errors. The affected settings use their defaults.")?;
    cx.press("button", "Details")?;
    cx.css("dialog[open]")?;
    let told = [
        "titel: expected one of the settings: title, logo, feeds,",
        "feeds[0].url: expected an address that begins with http:// or https://",
        "; found 7.",
        "feeds[1].refresh_s: expected a whole number, 5 … 86400; found 0.",
        "zone: expected the name of a time zone, such as Europe/Berlin; found \"Europe/Atlantis\".",
        "theme: expected one of: light, dark, system; found \"blue\".",
        "memory_limit_mb: expected a whole number",
    ];
    for part in told {
        says(cx, part)?;
    }
    cx.keys("\u{e00c}")?;
    eventually("dialogs", &0, || Ok(cx.all("dialog[open]")?.len()))?;
    cx.press("button", "Dismiss")?;
    eventually("the notice is gone", &false, || Ok(cx.texts(".banner")?.concat().contains("config.json")))
}

fn a_feed_that_cannot_be_asked_for_is_passed_over(cx: &mut Context) -> Result {
    feed(cx, "/feeds/second.json", 30);
    let mut configuration = two_feeds();
    configuration["feeds"][0]["url"] = json!("ftp://feeds.example.com/first.json");
    configure_as(cx, &configuration);
    cx.visit("?lang=en")?;
    eventually("the second feed", &30, || Ok(footer(cx)?.0))?;
    says(cx, "This site's config.json has 1 error.")
}

fn a_configuration_that_stalls_is_not_waited_for(cx: &mut Context) -> Result {
    cx.session().without_keeping()?;
    configure(cx, Reply::ok(JSON, "{ \"title\": \"ACME\" }").slowly(1, Duration::from_millis(900)));
    cx.visit("?lang=en")?;
    says(
        cx,
        "This site's config.json could not be read: no answer within three seconds. Until it can be read, no feed opens automatically",
    )?;
    says(cx, "See every inference call, in this browser.")
}

fn a_wait_for_the_configuration_is_told_and_ends(cx: &mut Context) -> Result {
    // Every line below the bar before the page is painted, with the moments between which it was there.
    const WATCH: &str = "window.lines = []; new MutationObserver(records => { const now = performance.now();
        for (const r of records) {
            for (const n of r.addedNodes) if (n.matches?.('#skeleton p')) lines.push([n.textContent, n.role, now, 0]);
            for (const n of r.removedNodes) for (const l of lines) if (n.textContent === l[0]) l[3] = now;
        } }).observe(document, { childList: true, subtree: true })";
    feed(cx, "/feeds/first.json", 50);
    cx.session().without_keeping()?;
    cx.session().before_each_page(WATCH)?;
    let lines = |cx: &Context| cx.script("return window.lines", json!([]));
    // None where it comes at once.
    configure_as(cx, &two_feeds());
    cx.visit("?lang=en")?;
    eventually("the feed", &50, || Ok(footer(cx)?.0))?;
    ensure(lines(cx)? == json!([]), || format!("told of a wait: {:?}", lines(cx)))?;
    // One that never comes: said after a second, given up after three. A feed that a link names does not wait for it either.
    for (lang, words, notice) in [
        ("en", "Waiting for config.json", "This site's config.json could not be read: no answer within three seconds."),
        ("zh", "正在等待 config.json", "本站的 config.json"),
    ] {
        configure(cx, Reply::ok(JSON, two_feeds().to_string()).slowly(1, Duration::from_secs(60)));
        cx.visit(&format!("?lang={lang}&source=url:/feeds/first.json"))?;
        says(cx, notice)?;
        eventually("the feed that the link names", &50, || Ok(footer(cx)?.0))?;
        let told = lines(cx)?;
        let at = |i: usize| told[0][i].as_f64().unwrap_or(f64::NAN);
        ensure(told.as_array().map(Vec::len) == Some(1) && told[0][0] == words && told[0][1] == "status", || format!("{told}"))?;
        // Timers are late where a machine has much to do, both of them.
        ensure(at(2) >= 990.0 && at(3) >= 2_990.0 && at(2) < at(3) * 0.7, || format!("{told}"))?;
    }
    Ok(())
}

fn any_precision_is_offered_where_the_rule_is_lifted(cx: &mut Context) -> Result {
    configure_as(cx, &json!({ "precision": "any" }));
    cx.visit("?lang=en&range=7d&page=details&service=harbour-chat&precision=minute")?;
    eventually("minutes of seven days", &Some("minute".to_owned()), || parameter(cx, "precision"))?;
    cx.wait_js(
        "the precision in force",
        "[...document.querySelectorAll('.filters [aria-pressed=true]')].some(b => /minute/i.test(b.innerText))",
    )?;
    configure_as(cx, &json!({}));
    cx.visit("?lang=en&range=7d&page=details&service=harbour-chat&precision=minute")?;
    cx.wait_js(
        "the precision in force",
        "[...document.querySelectorAll('.filters [aria-pressed=true]')].some(b => /hour/i.test(b.innerText))",
    )
}
