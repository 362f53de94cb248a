//! A `config.json` that cannot be read: the newest copy that could be stays in force, and where there is none nothing is granted that one may
//! take away. Either way it is reported.

use crate::deployment::{configure, configure_as};
use crate::embedding::{Host, run};
use crate::feeds::recent;
use crate::look::{clock_ms, eventually, footer, says, shown};
use callscope_e2e::browser::Result;
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use callscope_e2e::fixtures::document;
use callscope_e2e::server::Reply;
use serde_json::{Value, json};

pub const CASES: &[Case] = cases![
    the_newest_copy_that_could_be_read_stays_in_force,
    without_a_copy_nothing_is_granted,
    a_portal_is_heard_by_the_copy_and_by_nothing_else,
    a_site_without_the_file_is_one_with_defaults,
    what_is_meant_to_hold_back_does_so_when_it_is_misspelt,
];

const JSON: &str = "application/json";
const FAILED: &str = "page=failed&service=alpha-chat&status=429";
/// What every call that failed says.
const MESSAGE: &str = "It was too much.";
const UNREAD: &str = "This site's config.json could not be read: ";
const COPY: &str = "The last copy that could be read stays in force.";
const NOTHING: &str = "Until it can be read, no feed opens automatically, messages from other pages are ignored, and error messages and request IDs are hidden.";

/// What is in the file's place, and what is said of it.
fn answers(cx: &Context) -> [(Reply, &'static str); 7] {
    let elsewhere = cx.address("/sign-in").replace("127.0.0.1", "localhost");
    cx.server.route("/sign-in", |_| Reply::ok("text/html", "<!doctype html><title>Sign in</title>"));
    let whole = r#"{"title": "Half", "log_access": "on", "parents": []}"#;
    let none = "the server's answer is not a configuration.";
    [
        (Reply::status(503), "the server answered 503."),
        (Reply::ok("text/html", "<!doctype html><title>Sign in</title><p>Sign in"), none),
        (Reply::ok(JSON, &whole[..whole.len() - 20]), none),
        (Reply::ok(JSON, ""), none),
        (Reply::ok(JSON, r#"{"code": 401, "message": "sign in", "title": "Unauthorized"}"#), none),
        (Reply::ok(JSON, "null"), none),
        (
            Reply::status(302).header("Location", &elsewhere),
            "the server redirects to another address, for example a sign-in page.",
        ),
    ]
}

fn restrictive(title: &str) -> Value {
    json!({ "title": title, "log_access": "off", "feeds": [{ "name": "first", "url": "/feeds/first.json" }] })
}

fn feed(cx: &Context) {
    let reply = Reply::ok(JSON, document(recent(50)));
    cx.server.route("/feeds/first.json", move |_| reply.clone());
    for noise in ["Failed to load resource", "ERR_", "Content-Security-Policy", "Content Security Policy", "NetworkError", "CORS"]
    {
        cx.expect_console(noise);
    }
}

/// Waits until a copy of this title is kept for when the file cannot be read.
fn kept(cx: &Context, title: &str) -> Result {
    let found = format!(
        "for (const name of await caches.keys()) for (const answer of await (await caches.open(name)).matchAll())
            if (answer.url === '' && (await answer.text()).includes({})) return true;
        return false",
        json!(title)
    );
    eventually("a copy", &json!(true), || cx.script_async(&found))
}

/// What failed calls said is nowhere on their page.
fn says_no_message(cx: &Context, query: &str) -> Result {
    cx.visit(&format!("?lang=en&{FAILED}{query}"))?;
    cx.css(".vrow")?;
    says(cx, "code-429")?;
    let text = cx.script("return document.body.innerText", json!([]))?;
    ensure(!text.to_string().contains(MESSAGE) && cx.all(".rec")?.is_empty(), || format!("it is shown: {text}"))
}

fn demonstrations(cx: &Context) -> usize {
    cx.server.take_log().iter().filter(|served| served.url.contains("/feeds/demo")).count()
}

fn the_newest_copy_that_could_be_read_stays_in_force(cx: &mut Context) -> Result {
    feed(cx);
    configure_as(cx, &restrictive("Calls of ACME"));
    cx.visit("?lang=en")?;
    eventually("the feed", &50, || Ok(footer(cx)?.0))?;
    kept(cx, "Calls of ACME")?;
    let missing = (Reply::status(404), "the server answered 404.");
    for (reply, why) in answers(cx).into_iter().chain([missing]) {
        configure(cx, reply);
        cx.visit("?lang=en")?;
        says(cx, &format!("{UNREAD}{why} {COPY}"))?;
        eventually("the feed of the copy", &50, || Ok(footer(cx)?.0))?;
        eventually("its title", &"Calls · Calls of ACME".to_owned(), || cx.title())?;
    }
    says_no_message(cx, "")?;
    cx.visit("?lang=zh")?;
    says(cx, "无法读取本站的 config.json：服务器返回 404。 仍使用最近一次成功读取的副本。")?;
    // One that can be read takes the copy's place, and is kept in it.
    configure_as(cx, &restrictive("Calls of ACME 2"));
    cx.visit("?lang=en")?;
    eventually("the new title", &"Calls · Calls of ACME 2".to_owned(), || cx.title())?;
    kept(cx, "Calls of ACME 2")?;
    ensure(!shown(cx, ".banner--warn")?, || format!("{:?}", cx.texts(".banner")))?;
    configure(cx, Reply::status(503));
    cx.visit("?lang=en")?;
    says(cx, COPY)?;
    eventually("the new title", &"Calls · Calls of ACME 2".to_owned(), || cx.title())?;
    // It is requested again on demand.
    configure_as(cx, &json!({ "title": "Open", "feeds": [{ "name": "first", "url": "/feeds/first.json" }] }));
    cx.press("button", "Reload")?;
    eventually("the newest title", &"Calls · Open".to_owned(), || cx.title())?;
    cx.visit(&format!("?lang=en&{FAILED}"))?;
    says(cx, MESSAGE)
}

fn without_a_copy_nothing_is_granted(cx: &mut Context) -> Result {
    feed(cx);
    cx.session().without_keeping()?;
    for (reply, why) in answers(cx) {
        configure(cx, reply);
        cx.server.take_log();
        cx.visit("?lang=en")?;
        says(cx, &format!("{UNREAD}{why} {NOTHING}"))?;
        says(cx, "See every inference call, in this browser.")?;
        ensure(demonstrations(cx) == 0, || format!("demonstration data under another's name: {why}"))?;
    }
    // What a user opens is shown, by the same rule.
    says_no_message(cx, "&source=url:/feeds/first.json")?;
    cx.visit("?lang=zh")?;
    says(cx, "在能够读取之前，不会自动打开任何数据源，不响应其他页面，也不显示错误描述与请求 ID。")?;
    cx.visit("?lang=en")?;
    cx.click(&cx.find("link", "Open the demonstration data")?)?;
    cx.css(".tile__value[title]")?;
    // An error in a text is reported with its place.
    configure(cx, Reply::ok(JSON, "{\"title\": \"ACME\",}"));
    cx.visit("?lang=en")?;
    cx.press("button", "Details")?;
    says(cx, "config.json: expected JSON (trailing comma at line 1 column 18).")
}

fn a_portal_is_heard_by_the_copy_and_by_nothing_else(cx: &mut Context) -> Result {
    feed(cx);
    const HEARD: &str = "return await Promise.race([open().then(() => 'heard'), wait(4000).then(() => 'silent')])";
    let heard = |host: &Host| {
        cx.page.open(&host.address)?;
        run(cx, HEARD)
    };
    // Of the same site, whose frames have the storage of its pages; and of another, whose frames have not.
    let (near, far) = (Host::start(cx, "127.0.0.1", &[""])?, Host::start(cx, "localhost", &[""])?);
    let mut configuration = restrictive("Calls of ACME");
    configuration["parents"] = json!([near.origin(), far.origin()]);
    configure_as(cx, &configuration);
    cx.visit("?lang=en")?;
    kept(cx, "Calls of ACME")?;
    ensure(heard(&near)? == "heard" && heard(&far)? == "heard", || {
        "a portal that the configuration names is not heard".to_owned()
    })?;
    configure(cx, Reply::status(503));
    let now = (heard(&near)?, heard(&far)?);
    ensure(now == (json!("heard"), json!("silent")), || format!("{now:?}"))
}

fn a_site_without_the_file_is_one_with_defaults(cx: &mut Context) -> Result {
    feed(cx);
    configure(cx, Reply::status(404));
    for _ in 0..2 {
        cx.visit("?lang=en")?;
        cx.css(".tile__value[title]")?;
        kept(cx, "{}")?;
        ensure(!shown(cx, ".banner--warn")?, || format!("{:?}", cx.texts(".banner")))?;
    }
    // That there was none is known when the server has a fault.
    configure(cx, Reply::status(503));
    cx.visit("?lang=en")?;
    says(cx, &format!("{UNREAD}the server answered 503. {COPY}"))?;
    cx.css(".tile__value[title]").map(drop)
}

fn what_is_meant_to_hold_back_does_so_when_it_is_misspelt(cx: &mut Context) -> Result {
    feed(cx);
    configure_as(cx, &json!({ "log_access": "Off", "feeds": [{ "name": "first", "url": "/feeds/first.json" }] }));
    says_no_message(cx, "")?;
    cx.press("button", "Details")?;
    says(cx, "log_access: expected on or off (treated as off); found \"Off\".")?;
    // Nor are invented calls shown in place of feeds that cannot be requested.
    configure_as(
        cx,
        &json!({ "title": "Calls of ACME", "feeds": [{ "name": "first", "url": "ftp://feeds.example.com/first.json" }] }),
    );
    cx.server.take_log();
    cx.visit(&format!("?lang=en&now={}", clock_ms()))?;
    says(cx, "See every inference call, in this browser.")?;
    says(cx, "This site's config.json has 1 error.")?;
    ensure(demonstrations(cx) == 0, || "demonstration data under another's name".to_owned())
}
