//! Headers and cookies of a feed go to its own origin alone: they follow no redirect, and go to no part of a manifest elsewhere.

use super::{LINES, hurry, lines};
use crate::deployment::configure_as;
use crate::look::{clock_ms, eventually, footer, says};
use callscope_e2e::browser::{Error, Result};
use callscope_e2e::case::{Case, Context, ensure, root};
use callscope_e2e::cases;
use callscope_e2e::server::{Reply, Request, Served, Server};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub const CASES: &[Case] = cases![
    a_redirect_takes_no_headers_or_cookies_along,
    a_feed_that_begins_to_redirect_is_left_alone_and_stays_on_show,
    parts_elsewhere_are_asked_without_headers_and_cookies,
];

const HOUR_MS: i64 = 3_600_000;
const KEY: &str = "Zx9hApiKeySecret";
const COOKIE: &str = "Qk7sCookieSecret";
const CALLS: usize = 20;

fn elsewhere() -> Result<Server> {
    Server::start(&root(), "", "127.0.0.1", 0).map_err(|e| Error::Unexpected(e.to_string()))
}

/// The same reply, for any page, with whatever it sends. Asked beforehand whether that may be, the server says yes: a redirect there is no answer at all.
fn allowed(request: &Request, reply: Reply) -> Reply {
    let reply = if request.method == "OPTIONS" { Reply::ok("text/plain", "") } else { reply };
    let origin = request.header("origin").unwrap_or("*");
    let headers = request.header("access-control-request-headers").unwrap_or("x-none");
    reply
        .header("Access-Control-Allow-Origin", origin)
        .header("Access-Control-Allow-Credentials", "true")
        .header("Access-Control-Allow-Headers", headers)
}

fn serve(server: &Server, path: &str, reply: Reply) {
    server.route_asked(path, move |request| allowed(request, reply.clone()));
}

fn moved(to: &str) -> Reply {
    Reply { status: 302, ..Reply::ok("text/plain", "") }.header("Location", to)
}

/// No request carries the secrets. Those that ask whether headers are allowed name them, and carry none.
fn bare(log: &[Served]) -> Result {
    let carries = |served: &&Served| served.headers.iter().any(|(_, value)| value.contains(KEY) || value.contains(COOKIE));
    log.iter().find(carries).map_or(Ok(()), |served| Err(Error::Unexpected(format!("{served:?}"))))
}

/// Cookies know no ports: this one would go to both servers.
fn set_cookie(cx: &Context) -> Result {
    cx.visit("?lang=en")?;
    cx.css(".tile__value[title]")?;
    cx.script(&format!("document.cookie = 'session={COOKIE}; path=/'"), json!([])).map(drop)
}

fn calls() -> Reply {
    Reply::ok(LINES, lines(0, CALLS, clock_ms() - HOUR_MS))
}

fn a_redirect_takes_no_headers_or_cookies_along(cx: &mut Context) -> Result {
    let other = elsewhere()?;
    let theirs = |path: &str| format!("{}{path}", other.url());
    let headers = json!({ "X-Api-Key": KEY, "Authorization": format!("Bearer {KEY}") });
    // To another origin, within the own one, and from another origin to this one.
    serve(&cx.server, "/feeds/away", moved(&theirs("taken")));
    serve(&cx.server, "/feeds/within", moved("/feeds/there"));
    serve(&cx.server, "/feeds/there", calls());
    serve(&other, "/back", moved(&cx.address("/feeds/there")));
    serve(&other, "/taken", calls());
    set_cookie(cx)?;
    configure_as(
        cx,
        &json!({ "feeds": [
            { "name": "away", "url": "/feeds/away", "headers": headers },
            { "name": "cookies", "url": "/feeds/away", "credentials": "include" },
            { "name": "within", "url": "/feeds/within", "headers": headers },
            { "name": "back", "url": theirs("back"), "headers": headers },
            { "name": "open", "url": "/feeds/away" },
        ]}),
    );
    cx.server.take_log();
    for name in ["away", "cookies", "within", "back"] {
        cx.visit(&format!("?lang=en&source=feed:{name}"))?;
        says(cx, &format!("{name} redirects to another address"))?;
        says(cx, "Headers and cookies are sent only to the feed's own origin")?;
        let (here, there) = (cx.server.take_log(), other.take_log());
        let followed = |served: &Served| served.url == "/taken" || served.url == "/feeds/there";
        let seen = here.iter().chain(&there).find(|served| followed(served));
        ensure(seen.is_none(), || format!("{name} was followed: {seen:?}"))?;
        if name != "back" {
            ensure(there.is_empty(), || format!("{name}: {there:?}"))?;
        }
    }
    cx.visit("?lang=zh&source=feed:away")?;
    says(cx, "away 重定向到其他地址")?;
    // What has neither headers nor cookies of others is followed, and takes none along.
    cx.visit("?lang=en&source=feed:open")?;
    eventually("the calls", &(CALLS as u64), || Ok(footer(cx)?.0))?;
    let log = other.take_log();
    ensure(log.iter().any(|served| served.url == "/taken"), || "it was not followed".to_owned())?;
    bare(&log)
}

fn a_feed_that_begins_to_redirect_is_left_alone_and_stays_on_show(cx: &mut Context) -> Result {
    let other = elsewhere()?;
    serve(&other, "/taken", calls());
    let redirects = Arc::new(AtomicBool::new(false));
    let (turned, to) = (redirects.clone(), format!("{}taken", other.url()));
    let good = calls();
    cx.server.route("/feeds/live", move |_| if turned.load(Ordering::Relaxed) { moved(&to) } else { good.clone() });
    configure_as(
        cx,
        &json!({ "feeds": [{ "name": "production", "url": "/feeds/live", "refresh_s": 5, "headers": { "X-Api-Key": KEY } }] }),
    );
    hurry(cx, 10)?;
    cx.visit("?lang=en")?;
    eventually("the calls", &(CALLS as u64), || Ok(footer(cx)?.0))?;
    redirects.store(true, Ordering::Relaxed);
    says(cx, "production refused the refresh: production redirects to another address")?;
    eventually("the calls as they were", &(CALLS as u64), || Ok(footer(cx)?.0))?;
    let log = other.take_log();
    ensure(log.is_empty(), || format!("{log:?}"))?;
    redirects.store(false, Ordering::Relaxed);
    cx.press("button", "Reload")?;
    eventually("no notice", &false, || Ok(cx.texts(".banner")?.concat().contains("refused the refresh")))
}

fn parts_elsewhere_are_asked_without_headers_and_cookies(cx: &mut Context) -> Result {
    cx.expect_console("Failed to load resource");
    let (other, now) = (elsewhere()?, clock_ms());
    let of = |back: i64| Reply::ok(LINES, lines(0, CALLS, now - (back + 1) * HOUR_MS));
    let (own, guarded) = (of(1), of(0));
    cx.server.route_asked(
        "/feeds/own",
        move |request| {
            if request.header("x-api-key") == Some(KEY) { own.clone() } else { Reply::status(403) }
        },
    );
    other.route_asked("/guarded", move |request| {
        let reply = if request.header("x-api-key") == Some(KEY) { guarded.clone() } else { Reply::status(403) };
        allowed(request, reply)
    });
    serve(&other, "/open", of(2));
    let part = |back: i64, url: String| json!({ "from": now - (back + 1) * HOUR_MS, "to": now - back * HOUR_MS, "url": url });
    // The newest, which is requested first, is the one that cannot be loaded.
    let parts = [part(0, format!("{}guarded", other.url())), part(1, "own".to_owned()), part(2, format!("{}open", other.url()))];
    let manifest = json!({ "format": "callscope-manifest/1", "parts": parts }).to_string();
    cx.server.route("/feeds/manifest.json", move |_| Reply::ok("application/json", manifest.clone()));
    set_cookie(cx)?;
    let headers = json!({ "X-Api-Key": KEY, "Authorization": format!("Bearer {KEY}") });
    let feed = json!({ "name": "parts", "url": "/feeds/manifest.json", "headers": headers, "credentials": "include" });
    configure_as(cx, &json!({ "feeds": [feed] }));
    cx.server.take_log();
    let view = format!("range={}~{now}", now - 4 * HOUR_MS);
    cx.visit(&format!("?lang=en&{view}"))?;
    says(cx, "1 of 3 parts of this range could not be loaded and are not included.")?;
    says(cx, "requested without the feed's headers and cookies, answered 403 Forbidden.")?;
    eventually("the other parts", &(2 * CALLS as u64), || Ok(footer(cx)?.0))?;
    let log = other.take_log();
    for path in ["/guarded", "/open"] {
        ensure(log.iter().any(|served| served.url == path), || format!("{path} was not asked for: {log:?}"))?;
    }
    bare(&log)?;
    let own = cx.server.take_log();
    let with = |url: &str, name: &str, value: &str| {
        own.iter().any(|served| served.url == url && served.headers.iter().any(|(n, v)| n == name && v.contains(value)))
    };
    ensure(with("/feeds/own", "x-api-key", KEY) && with("/feeds/own", "cookie", COOKIE), || format!("{own:?}"))?;
    cx.visit(&format!("?lang=zh&{view}"))?;
    says(cx, "不带请求头与 Cookie 请求，返回 403 Forbidden")
}
