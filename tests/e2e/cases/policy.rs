//! What the page may ask for: its own site and the feeds that were named, and nothing of anybody else, ever.

use crate::export::press_ok;
use crate::feeds::recent;
use crate::hosts::single_file;
use crate::look::{connect, eventually, footer, press_part, says};
use callscope_e2e::browser::{Error, Options, Result};
use callscope_e2e::case::{Case, Context, ensure, root};
use callscope_e2e::cases;
use callscope_e2e::fixtures::{NOW_MS, calls, document};
use callscope_e2e::page::Page;
use callscope_e2e::server::{Reply, Server};
use serde_json::json;

pub const CASES: &[Case] = cases![
    no_request_goes_to_anybody_else,
    the_page_has_a_policy_without_loopholes,
    nothing_breaks_the_policy_that_servers_send,
    a_feed_that_the_policy_forbids_is_told_to_be,
    only_the_parents_that_were_named_may_hold_the_page,
    nobody_is_told_the_pages_address,
];

const FEED: &str = "application/json";
/// What browsers ask of their makers for themselves, on an empty page as well.
const BROWSERS_OWN: [&str; 4] = [
    "accounts.google.com:443",
    "content-autofill.googleapis.com:443",
    "optimizationguide-pa.googleapis.com:443",
    "firefox.settings.services.mozilla.com:443",
];

fn failed(e: std::io::Error) -> Error {
    Error::Unexpected(e.to_string())
}

/// What a user does on all pages: every part of the code is fetched, a file is read, a workbook written.
pub fn walk(page: &Page, site: &str) -> Result {
    page.open_console(&format!("{site}?lang=en&now={NOW_MS}"))?;
    page.press("link", "View Monitoring Details of Harbour Chat")?;
    page.wait_js("the charts", "document.querySelectorAll('canvas').length > 5")?;
    press_part(page, "link", "Failed Calls")?;
    page.css("tr.grp")?;
    page.open_console(&format!("{site}?lang=zh&theme=dark&page=failed&service=harbour-chat&status=429"))?;
    page.css(".vrow")?;
    page.open_console(&format!("{site}?lang=en&source=azure"))?;
    page.css(".tile__value[title]")?;
    let file = page.session().folder().join("calls.json");
    std::fs::write(&file, document(calls(90))).map_err(failed)?;
    page.send(&page.css("input[type=file]")?, &file.display().to_string())?;
    eventually("the calls of the file", &90, || Ok(footer(page)?.0))?;
    page.click(&page.css("button.source")?)?;
    page.press("button", "Connect a feed")?;
    page.css("#d-connect input")?;
    page.keys("\u{e00c}")?;
    page.open_console(&format!("{site}?lang=en&page=details&service=harbour-chat"))?;
    page.press("button", "Export")?;
    press_ok(page)?;
    page.wait("the workbook", || {
        let files = std::fs::read_dir(page.session().downloads()).map_err(failed)?;
        Ok(files.flatten().any(|f| f.path().extension().is_some_and(|e| e == "xlsx")).then_some(()))
    })
}

pub fn severe(page: &Page) -> Result<Vec<String>> {
    Ok(page.console()?.into_iter().filter(|line| line.level == "SEVERE").map(|line| line.message).collect())
}

fn no_request_goes_to_anybody_else(cx: &mut Context) -> Result {
    // The browser's proxy is the server itself: whatever page and workers ask for, anywhere, is in its log.
    let own = cx.server.url();
    let host = own.split('/').nth(2).unwrap_or_default().to_owned();
    let page = cx.fresh_browser(&Options { proxy: Some(host.clone()), ..Options::default() })?;
    cx.server.take_log();
    walk(&page, &own)?;
    let log = cx.server.take_log();
    let of_page: Vec<&str> = log.iter().map(|served| served.url.as_str()).collect();
    ensure(of_page.iter().any(|url| url.ends_with("index.html") || url.contains("/?lang=en")), || {
        format!("no page in {of_page:?}")
    })?;
    ensure(of_page.iter().any(|url| url.contains("reader_bg.wasm")), || {
        "the proxy does not see what workers ask for".to_owned()
    })?;
    let foreign: Vec<_> = of_page.iter().filter(|url| !url.starts_with(&own) && !BROWSERS_OWN.contains(url)).collect();
    ensure(foreign.is_empty(), || format!("asked elsewhere: {foreign:?}"))?;
    // A request elsewhere would be seen: the test can fail.
    page.script("fetch('/anywhere'); new Image().src = 'data:,'", json!([]))?;
    page.open("http://elsewhere.invalid/probe")?;
    let seen = cx.server.take_log().iter().any(|served| served.url == "http://elsewhere.invalid/probe");
    ensure(seen, || "the proxy does not see requests elsewhere".to_owned())
}

fn the_page_has_a_policy_without_loopholes(cx: &mut Context) -> Result {
    cx.visit("?lang=en")?;
    let policy = cx.script("return document.querySelector('meta[http-equiv=Content-Security-Policy]')?.content", json!([]))?;
    let policy = policy.as_str().unwrap_or_default().to_owned();
    for part in ["default-src 'self'", "script-src 'self' 'wasm-unsafe-eval'", "connect-src 'self'", "object-src 'none'"] {
        ensure(policy.split("; ").any(|directive| directive == part), || format!("no {part} in {policy:?}"))?;
    }
    // Stylesheets of the site, and the one of saved reports, whose previews inherit this policy.
    let styles = policy.split("; ").find_map(|directive| directive.strip_prefix("style-src 'self' 'sha256-"));
    ensure(styles.is_some_and(|hash| hash.ends_with('\'') && !hash.contains(' ')), || format!("styles in {policy:?}"))?;
    for part in ["unsafe-inline", "'unsafe-eval'", "*", "http:", "https:"] {
        ensure(!policy.contains(part), || format!("{part} in {policy:?}"))?;
    }
    // It is in force, and so are Trusted Types.
    cx.expect_console("Content Security Policy");
    cx.expect_console("Content-Security-Policy");
    cx.expect_console("TrustedHTML");
    cx.expect_console("TrustedScript");
    // After a turn of the page's own: what WebDriver runs itself is free of the policy.
    let refused = cx.script_async(
        r#"const out = [];
         await new Promise(done => setTimeout(done));
         try { window.eval('1'); out.push('eval') } catch {}
         const markup = ['<img src=x onerror=alert(1)>', '<img/onerror=alert(1)/src=x>', '<svg/onload=alert(1)>', '<b onclick="x">', '<b\tonclick=x>',
           '<a href=java&#115;cript:alert(1)>', '<form><button formaction=x>', '<i class="" onfocus="x">', '<<b>img src=x onerror=alert(1)>',
           '<animate attributeName=href values=x>', '<math><x href=x>', '<!--><img src=x>-->', '<style>*{}</style>', '<script>', '<b class="x'];
         for (const one of markup) try { document.createElement('div').innerHTML = one; out.push(one) } catch {}
         try { new Worker('https://elsewhere.invalid/x.js'); out.push('worker') } catch {}
         const style = document.createElement('i'); style.setAttribute('style', 'color: red');
         document.body.append(style);
         if (style.style.color) out.push('style');
         style.remove();
         return out"#,
    )?;
    ensure(refused == json!([]), || format!("not refused: {refused}"))?;
    // What the page's own templates have.
    let made = cx.script_async(
        "await new Promise(done => setTimeout(done));
         const div = document.createElement('div'); div.innerHTML = '<span class=\"pc\">%</span><svg viewBox=\"0 0 2 2\" aria-hidden=\"true\"><path d=\"M0 2h8\"></path></svg>';
         return div.querySelectorAll('.pc, path').length",
    )?;
    ensure(made == 2, || format!("markup of the page's own: {made}"))
}

/// The policy of a header file that was built with this configuration; the feed's and the parent's origins put where the build puts them.
fn send_headers(cx: &Context, feeds: &str, parents: &str) -> Result {
    let file = std::fs::read_to_string(root().join("dist/_headers")).map_err(failed)?;
    let headers = file.lines().filter_map(|line| line.strip_prefix("  ")?.split_once(": "));
    let with = |value: &str| {
        let value = value.replace("connect-src 'self'", &format!("connect-src 'self'{feeds}"));
        value.replace("frame-ancestors 'self'", &format!("frame-ancestors 'self'{parents}"))
    };
    let headers = headers.filter(|(name, _)| *name != "Cache-Control").map(|(name, value)| (name.to_owned(), with(value)));
    let headers: Vec<_> = headers.collect();
    ensure(headers.iter().any(|(name, _)| name == "Content-Security-Policy"), || "the header file has no policy".to_owned())?;
    cx.server.send_with_files(headers);
    Ok(())
}

fn nothing_breaks_the_policy_that_servers_send(cx: &mut Context) -> Result {
    send_headers(cx, "", "")?;
    // Errors in the console, violations among them, fail the case.
    walk(&cx.page, &cx.server.url())
}

fn a_feed_that_the_policy_forbids_is_told_to_be(cx: &mut Context) -> Result {
    let elsewhere = Server::start(&root(), "", "127.0.0.1", 0).map_err(failed)?;
    let reply = Reply::ok(FEED, document(recent(60))).header("Access-Control-Allow-Origin", "*");
    elsewhere.route("/feed.json", move |_| reply.clone());
    let address = format!("{}feed.json", elsewhere.url());
    // Without a header, a user may connect any feed: a page's own policy does not reach its workers.
    cx.visit("?lang=en")?;
    connect(cx, &address)?;
    eventually("the calls", &60, || Ok(footer(cx)?.0))?;
    elsewhere.take_log();
    // With the header, only those that it names.
    cx.expect_console("Content Security Policy");
    cx.expect_console("Content-Security-Policy");
    cx.expect_console("Fetch API cannot load");
    send_headers(cx, "", "")?;
    let page = cx.fresh_browser(&Options::default())?;
    page.open_console(&format!("{}?lang=en&source=url:{address}", cx.server.url()))?;
    page.press("button", "Request it")?;
    says(&page, "This site does not allow the page to request feed.json.")?;
    says(&page, "connect-src")?;
    ensure(elsewhere.take_log().is_empty(), || "the feed was asked for".to_owned())?;
    let origin = elsewhere.url().trim_end_matches('/').to_owned();
    send_headers(cx, &format!(" {origin}"), "")?;
    let page = cx.fresh_browser(&Options::default())?;
    page.open_console(&format!("{}?lang=en&source=url:{address}", cx.server.url()))?;
    page.press("button", "Request it")?;
    eventually("the calls of the feed that is named", &60, || Ok(footer(&page)?.0))?;
    let errors = severe(&page)?;
    ensure(errors.is_empty(), || format!("{errors:?}"))
}

fn only_the_parents_that_were_named_may_hold_the_page(cx: &mut Context) -> Result {
    let portal = Server::start(&root(), "", "127.0.0.1", 0).map_err(failed)?;
    let site = cx.server.url();
    let frame = format!(
        "<!doctype html><title>Portal</title><link rel=icon href='data:,'><iframe src='{site}?lang=en&embed=1' width=900 height=700></iframe>"
    );
    portal.route("/portal.html", move |_| Reply::ok("text/html", frame.clone()));
    let address = format!("{}portal.html", portal.url());
    cx.expect_console("frame-ancestors");
    cx.expect_console("chrome-error://");
    send_headers(cx, "", "")?;
    cx.server.take_log();
    cx.page.open(&address)?;
    cx.page.quiet(std::time::Duration::from_millis(700))?;
    let asked = |cx: &Context| cx.server.take_log().iter().any(|served| served.url.contains("_bg.wasm"));
    ensure(!asked(cx), || "the page runs in a frame of somebody".to_owned())?;
    send_headers(cx, "", &format!(" {}", portal.url().trim_end_matches('/')))?;
    cx.page.open(&address)?;
    cx.page.wait("the page in the frame of a parent", || Ok(asked(cx).then_some(())))
}

/// What a server was told of the page that asked, request by request.
fn referrers(server: &Server) -> Vec<(String, String)> {
    let of = |(name, value): (String, String)| (name == "referer").then_some(value);
    let log = server.take_log().into_iter();
    log.flat_map(|served| served.headers.into_iter().filter_map(of).map(move |value| (served.url.clone(), value))).collect()
}

fn nobody_is_told_the_pages_address(cx: &mut Context) -> Result {
    // Without the header files, which say so as well.
    let elsewhere = Server::start(&root(), "", "127.0.0.1", 0).map_err(failed)?;
    let manifest = json!({ "format": "callscope-manifest/1", "parts": [
        { "from": NOW_MS - 86_400_000, "to": NOW_MS, "url": "part.ndjson" }] });
    let lines: String = calls(60).iter().map(|call| format!("{call}\n")).collect();
    for (path, body) in [
        ("/feed.json", document(calls(60))),
        ("/parts.json", manifest.to_string().into_bytes()),
        ("/part.ndjson", lines.into_bytes()),
    ] {
        let reply = Reply::ok(FEED, body).header("Access-Control-Allow-Origin", "*");
        elsewhere.route(path, move |_| reply.clone());
    }
    let single = single_file()?;
    let single = std::fs::read(single.trim_start_matches("file://")).map_err(failed)?;
    cx.server.route("/single.html", move |_| Reply::ok("text/html; charset=utf-8", single.clone()));
    for site in [cx.server.url(), cx.address("/single.html")] {
        for feed in ["feed.json", "parts.json"] {
            let page = cx.fresh_browser(&Options::default())?;
            cx.server.take_log();
            page.open_console(&format!(
                "{site}?lang=en&now={NOW_MS}&search=nobodys-business&source=url:{}{feed}",
                elsewhere.url()
            ))?;
            page.press("button", "Request it")?;
            eventually("the calls", &true, || Ok(page.texts(".tile__value")?.first().is_some_and(|calls| calls == "60")))?;
            let asked = elsewhere.take_log();
            ensure(!asked.is_empty(), || "the feed was not asked for".to_owned())?;
            let told: Vec<_> = asked.iter().filter(|served| served.headers.iter().any(|(name, _)| name == "referer")).collect();
            ensure(told.is_empty(), || format!("{site}: the feed's server was told {told:?}"))?;
            let own: Vec<_> = referrers(&cx.server).into_iter().filter(|(_, referrer)| referrer.contains("nobodys")).collect();
            ensure(own.is_empty(), || format!("{site}: its own server was told {own:?}"))?;
        }
    }
    // The log has what browsers send: another page's address is there.
    cx.server.route("/another.html", |_| Reply::ok("text/html", "<!doctype html><link rel=icon href='data:,'>"));
    cx.page.open(&format!("{}?of=another", cx.address("/another.html")))?;
    cx.script_async(&format!("await fetch('{}feed.json', {{ referrerPolicy: 'unsafe-url' }}); return 1", elsewhere.url()))?;
    let told = referrers(&elsewhere);
    ensure(told.iter().any(|(_, referrer)| referrer.contains("of=another")), || format!("the log shows no referrer: {told:?}"))
}
