//! Feeds that are polled while they are shown, from a server that does everything a server may do: new calls appear and nothing moves; what
//! goes wrong is said, and the last good data stay.
//!
//! Page and worker live by a clock that runs faster: scripts that the server sends before theirs turn `Date.now` and `setTimeout` on.

pub mod origins;
pub mod parts;

use crate::deployment::configure_as;
use crate::look::{clock_ms, eventually, footer, parameter, press_part, says};
use callscope_e2e::browser::{Error, Result};
use callscope_e2e::case::{Case, Context, ensure, root};
use callscope_e2e::cases;
use callscope_e2e::page::{PATIENCE, wait_for};
use callscope_e2e::server::{Reply, Request};
use serde_json::json;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

pub const CASES: &[Case] = cases![
    new_calls_appear_and_nothing_moves,
    what_goes_wrong_is_said_and_the_last_good_data_stay,
    what_is_shown_is_no_older_than_its_calls,
    who_refuses_is_left_alone_until_a_person_says_reload,
    a_hidden_tab_asks_for_nothing,
    twelve_hours_at_speed_stay_level_in_memory,
];

const LINES: &str = "application/x-ndjson";

/// Has page and worker live `times` as fast from here on. The worker also reports its memory to the server, bytes.
pub fn hurry(cx: &Context, times: u32) -> Result {
    let start = clock_ms();
    // At a great pace no server could answer within the time after which a request, or that for the configuration, counts as stalled.
    let stalls = if times > 100 { "[30_000, 3_000]" } else { "[]" };
    let prelude = format!(
        "(() => {{ const [now, wait] = [Date.now.bind(Date), setTimeout];
        Date.now = () => {start} + (now() - {start}) * {times};
        globalThis.setTimeout = (then, ms, ...rest) => wait(then, {stalls}.includes(ms) ? ms : (ms ?? 0) / {times}, ...rest);
        const {{ Memory, instantiate, instantiateStreaming }} = WebAssembly;
        const told = made => {{ globalThis.held = (made.instance ?? made).exports?.memory ?? globalThis.held; return made; }};
        WebAssembly.instantiate = (...all) => instantiate(...all).then(told);
        WebAssembly.instantiateStreaming = (...all) => instantiateStreaming(...all).then(told);
        if (!globalThis.document) setInterval(() => globalThis.held && fetch('/memory?' + globalThis.held.buffer.byteLength), 1000);
        }})();\n"
    );
    let mount = format!("/{}", cx.server.url().splitn(4, '/').nth(3).unwrap_or_default());
    for name in ["boot.js", "reader_loader.js"] {
        let own = std::fs::read_to_string(root().join("dist").join(name)).map_err(|e| Error::Unexpected(e.to_string()))?;
        let script = format!("{prelude}{own}");
        cx.server.route(&format!("{mount}{name}"), move |_| Reply::ok("text/javascript", script.clone()));
    }
    Ok(())
}

/// What the server does with the next requests.
#[derive(Clone, Default)]
pub enum Mood {
    #[default]
    Good,
    Status(u16),
    RetryAfter(u32),
    /// Knows no ranges and no tags.
    Plain,
    Breaks,
    /// What is new comes in part.
    PartBreaks,
    Stalls,
    /// Takes its time.
    Slow,
}

/// A file that a writer appends to.
#[derive(Default)]
pub struct File {
    pub text: Vec<u8>,
    pub version: u32,
    pub mood: Mood,
    /// Status and bytes of each answer.
    pub answers: Vec<(u16, usize)>,
}

#[derive(Clone, Default)]
pub struct Feed(Arc<Mutex<File>>);

impl Feed {
    /// A feed of so many calls, at this path.
    pub fn serve(cx: &Context, path: &str, text: String) -> Self {
        let feed = Self::default();
        feed.file().text = text.into_bytes();
        let of = feed.clone();
        cx.server.route_asked(path, move |request| of.answer(request));
        feed
    }

    pub fn file(&self) -> MutexGuard<'_, File> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn append(&self, text: &str) {
        let mut file = self.file();
        file.text.extend_from_slice(text.as_bytes());
        file.version += 1;
    }

    pub fn write(&self, text: &str) {
        let mut file = self.file();
        file.text = text.as_bytes().to_vec();
        file.version += 1;
    }

    pub fn mood(&self, mood: Mood) {
        self.file().mood = mood;
    }

    pub fn asked(&self) -> usize {
        self.file().answers.len()
    }

    /// As a static server does (RFC 9110): conditions first, then the range.
    fn answer(&self, request: &Request) -> Reply {
        let mut file = self.file();
        let tag = format!("\"v{}\"", file.version);
        let from =
            request.header("range").and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse::<usize>().ok());
        let whole = || Reply::ok(LINES, file.text.clone());
        let reply = match (file.mood.clone(), from) {
            (Mood::Status(status), _) => Reply::status(status),
            (Mood::RetryAfter(seconds), _) => Reply::status(429).header("Retry-After", &seconds.to_string()),
            (Mood::Plain, _) => whole(),
            (Mood::Breaks, _) => whole().header("ETag", "\"half\"").broken_after(file.text.len() * 2 / 3),
            (Mood::Stalls, _) => whole().header("ETag", "\"slow\"").slowly(file.text.len() / 2 + 1, Duration::from_secs(8)),
            (Mood::Slow, _) => whole().header("ETag", &tag).slowly(file.text.len(), Duration::from_millis(300)),
            (Mood::Good, _) if request.header("if-none-match") == Some(&tag) => Reply { body: Vec::new(), ..Reply::status(304) },
            (Mood::Good, Some(from)) if from >= file.text.len() => Reply::status(416),
            (Mood::Good, Some(from)) => {
                let all = file.text.len();
                let part = Reply { status: 206, ..Reply::ok(LINES, file.text[from..].to_vec()) };
                part.header("Content-Range", &format!("bytes {from}-{}/{all}", all - 1)).header("ETag", &tag)
            }
            (Mood::PartBreaks, Some(from)) if from < file.text.len() => {
                let (all, rest) = (file.text.len(), file.text[from..].to_vec());
                let half = rest.len() * 2 / 3;
                let part = Reply { status: 206, ..Reply::ok(LINES, rest) }.broken_after(half);
                part.header("Content-Range", &format!("bytes {from}-{}/{all}", all - 1)).header("ETag", &tag)
            }
            (Mood::PartBreaks, _) => Reply::status(500),
            (Mood::Good, None) => whole().header("ETag", &tag),
        };
        let reply = reply.header("Cache-Control", "no-cache");
        file.answers.push((reply.status, reply.body.len()));
        reply
    }
}

/// Lines of these calls, a second apart, the last of them now; services by turns.
pub fn lines(from: usize, to: usize, start_ms: i64) -> String {
    let of = |i: usize| {
        let service = ["alpha", "beta", "gamma"][i % 3];
        let status = if i % 10 == 3 { 429 } else { 200 };
        let time = start_ms + i as i64 * 1000;
        format!(
            "{{\"time\":{time},\"service\":\"{service}\",\"status\":{status},\"api_key\":\"key-{}\",\"stream\":true,\"input_tokens\":{},\
             \"output_tokens\":20,\"ttft_ms\":{},\"latency_ms\":{},\"request_id\":\"{i:08x}\"}}\n",
            i % 5,
            100 + i % 50,
            40 + i % 9,
            900 + i % 70,
        )
    };
    (from..to).map(of).collect()
}

fn open(cx: &Context, refresh_s: u32, query: &str) -> Result {
    configure_as(cx, &json!({ "feeds": [{ "name": "production", "url": "/feeds/live.ndjson", "refresh_s": refresh_s }] }));
    cx.visit(&format!("?lang=en{query}"))
}

fn calls(cx: &Context) -> Result<u64> {
    Ok(footer(cx)?.0)
}

fn new_calls_appear_and_nothing_moves(cx: &mut Context) -> Result {
    let start = clock_ms() - 4_000_000;
    let feed = Feed::serve(cx, "/feeds/live.ndjson", lines(0, 200, start));
    hurry(cx, 10)?;
    open(cx, 5, "")?;
    eventually("the calls", &200, || calls(cx))?;
    says(cx, "checked ")?;
    // What was not changed costs nothing.
    eventually("an answer without a body", &true, || Ok(feed.file().answers.contains(&(304, 0))))?;
    // Zoomed, scrolled, looked into; and a mark on the elements, which are to stay the same.
    cx.resize(900, 420, 1.0)?;
    cx.script("document.querySelector('table.services').mine = true; scrollTo(0, 120)", json!([]))?;
    let place = "return [Math.round(scrollY), document.querySelector('table.services').mine === true]";
    let before = cx.script(place, json!([]))?;
    // A line that is half there is not a call yet.
    let more = lines(200, 260, start);
    let (whole, half) = more.split_at(more.len() - 70);
    feed.append(whole);
    eventually("the whole lines", &259, || calls(cx))?;
    feed.append(half);
    eventually("all lines", &260, || calls(cx))?;
    ensure(cx.script(place, json!([]))? == before, || "the page moved".to_owned())?;
    let answers = feed.file().answers.clone();
    let whole_answers = answers.iter().filter(|(status, _)| *status == 200).count();
    ensure(whole_answers == 1, || format!("the whole was sent {whole_answers} times: {answers:?}"))?;
    let parts: Vec<usize> = answers.iter().filter(|(status, _)| *status == 206).map(|(_, bytes)| *bytes).collect();
    ensure(parts.iter().all(|&bytes| bytes < more.len() + 1100), || format!("parts of {parts:?} bytes"))?;
    // A zoom and what is looked into stay as well.
    let (from, to) = (start, start + 300_000);
    cx.visit(&format!("?lang=en&page=failed&service=alpha&status=429&range={from}~{to}"))?;
    cx.wait_js("the list", "document.querySelectorAll('.vrow').length > 3")?;
    let address = cx.url()?;
    cx.script("const list = document.querySelector('.vlist'); list.mine = true; list.scrollTop = 40", json!([]))?;
    let place = "const list = document.querySelector('.vlist'); return [list?.scrollTop, list?.mine === true]";
    let before = cx.script(place, json!([]))?;
    let asked = feed.asked();
    feed.append(&lines(260, 300, start));
    eventually("the new calls are asked for", &true, || Ok(feed.asked() > asked + 1))?;
    eventually("new rows", &true, || {
        let total = cx.script("return document.querySelector('.vlist')?.ariaRowCount", json!([]))?;
        Ok(total == "11")
    })?;
    ensure(cx.script(place, json!([]))? == before && cx.url()? == address, || format!("it moved from {before} at {address}"))
}

fn what_goes_wrong_is_said_and_the_last_good_data_stay(cx: &mut Context) -> Result {
    cx.expect_console("Failed to load resource");
    let start = clock_ms() - 4_000_000;
    let feed = Feed::serve(cx, "/feeds/live.ndjson", lines(0, 100, start));
    hurry(cx, 8)?;
    open(cx, 5, "")?;
    eventually("the calls", &100, || calls(cx))?;
    let mut shown = 100;
    let html = "<!doctype html><title>Sign in</title>";
    let other = "{\"when\":1,\"what\":2}\n{\"when\":2,\"what\":3}\n";
    for (mood, text, said) in [
        (Mood::Status(404), None, "404"),
        (Mood::RetryAfter(40), None, "429"),
        (Mood::Status(500), None, "500"),
        (Mood::Breaks, None, "The connection"),
        (Mood::Stalls, None, "stopped sending"),
        (Mood::Good, Some(html), "web page"),
        (Mood::Good, Some(other), "production"),
        (Mood::Good, Some(""), "empty"),
    ] {
        let good = String::from_utf8(feed.file().text.clone()).unwrap_or_default();
        if let Some(text) = text {
            feed.write(text);
        }
        feed.mood(mood);
        says(cx, "production could not refresh:")?;
        says(cx, said)?;
        says(cx, "The data shown is as of ")?;
        ensure(calls(cx)? == shown, || format!("{:?} calls are shown, not {shown}", calls(cx)))?;
        // It comes back by itself, with what was written meanwhile, and nothing twice.
        feed.write(&good);
        feed.append(&lines(shown as usize, shown as usize + 10, start));
        feed.mood(Mood::Good);
        shown += 10;
        eventually("the calls after all", &shown, || calls(cx))?;
        eventually("no complaint", &false, || Ok(cx.texts(".banner")?.concat().contains("could not refresh")))?;
    }
    // A server that knows neither tags nor ranges sends the whole each time; the same is no news.
    feed.mood(Mood::Plain);
    feed.append(&lines(shown as usize, shown as usize + 5, start));
    eventually("the calls of a plain server", &(shown + 5), || calls(cx))
}

fn what_is_shown_is_no_older_than_its_calls(cx: &mut Context) -> Result {
    cx.expect_console("Failed to load resource");
    cx.expect_console("ERR_CONTENT_LENGTH_MISMATCH");
    let feed = Feed::serve(cx, "/feeds/live.ndjson", lines(0, 100, clock_ms() - 4_000_000));
    hurry(cx, 20)?;
    open(cx, 5, "&tz=UTC")?;
    eventually("the calls", &100, || calls(cx))?;
    feed.mood(Mood::Status(500));
    says(cx, "The data shown is as of ")?;
    let now = |cx: &Context| -> Result<i64> {
        Ok(cx.script("return (window.wrappedJSObject ?? window).Date.now()", json!([]))?.as_i64().unwrap_or_default())
    };
    // Two minutes of its clock later the calls of the last half minute come, and the connection breaks behind most of them.
    let failed = now(cx)?;
    cx.wait("two minutes of the page", || Ok((now(cx)? > failed + 120_000).then_some(())))?;
    let start = now(cx)? - 130_000;
    feed.append(&lines(100, 130, start));
    feed.mood(Mood::PartBreaks);
    let held = cx.wait("new calls", || Ok(Some(calls(cx)?).filter(|&held| held > 100)))?;
    let newest = start + (held as i64 - 1) * 1000;
    let clock = format!("{:02}:{:02}", newest / 3_600_000 % 24, newest / 60_000 % 60);
    says(cx, &format!("The data shown is as of {clock}"))
}

fn who_refuses_is_left_alone_until_a_person_says_reload(cx: &mut Context) -> Result {
    cx.expect_console("Failed to load resource");
    let start = clock_ms() - 4_000_000;
    let feed = Feed::serve(cx, "/feeds/live.ndjson", lines(0, 100, start));
    hurry(cx, 8)?;
    open(cx, 5, "")?;
    eventually("the calls", &100, || calls(cx))?;
    for status in [401, 403] {
        feed.mood(Mood::Status(status));
        says(cx, "production refused the refresh:")?;
        says(cx, &status.to_string())?;
        let asked = feed.asked();
        // Twenty-four seconds of its time: nearly five intervals.
        std::thread::sleep(Duration::from_secs(3));
        ensure(feed.asked() == asked, || format!("asked {} times more", feed.asked() - asked))?;
        feed.mood(Mood::Good);
        press_part(cx, "button", "Reload")?;
        eventually("an answer", &true, || Ok(feed.asked() > asked))?;
        eventually("no complaint", &false, || Ok(cx.texts(".banner")?.concat().contains("refused")))?;
        ensure(calls(cx)? == 100, || "the calls went".to_owned())?;
    }
    Ok(())
}

fn a_hidden_tab_asks_for_nothing(cx: &mut Context) -> Result {
    let start = clock_ms() - 4_000_000;
    let feed = Feed::serve(cx, "/feeds/live.ndjson", lines(0, 100, start));
    hurry(cx, 8)?;
    open(cx, 5, "")?;
    eventually("requests", &true, || Ok(feed.asked() > 3))?;
    let hide = "Object.defineProperty(document, 'hidden', { value: arguments[0], configurable: true });
        document.dispatchEvent(new Event('visibilitychange'))";
    cx.script(hide, json!([true]))?;
    // One that was under way may still come.
    let (mut asked, mut since) = (feed.asked(), Instant::now());
    cx.wait("the requests to end", || {
        if feed.asked() != asked {
            (asked, since) = (feed.asked(), Instant::now());
        }
        Ok((since.elapsed() > Duration::from_secs(1)).then_some(()))
    })?;
    feed.append(&lines(100, 140, start));
    std::thread::sleep(Duration::from_secs(2));
    ensure(feed.asked() == asked, || format!("a hidden tab asked {} times", feed.asked() - asked))?;
    // Shown again it sends the request at once: it is due.
    cx.script(hide, json!([false]))?;
    eventually("the new calls", &140, || calls(cx))
}

/// Twelve hours of a feed of two calls a minute for each of three services, asked every fifteen seconds, in some minutes.
fn twelve_hours_at_speed_stay_level_in_memory(cx: &mut Context) -> Result {
    const HURRY: u32 = 400;
    const HOURS: u64 = 12;
    const CALLS: usize = 8_640;
    let start = clock_ms() - 2 * CALLS as i64 * 1000;
    let memory: Arc<Mutex<Vec<u64>>> = Arc::default();
    let told = memory.clone();
    cx.server.route("/memory", move |url| {
        if let Some(bytes) = url.split('?').nth(1).and_then(|bytes| bytes.parse().ok()) {
            told.lock().unwrap_or_else(PoisonError::into_inner).push(bytes);
        }
        Reply::ok("text/plain", "")
    });
    let feed = Feed::serve(cx, "/feeds/live.ndjson", lines(0, 100, start));
    hurry(cx, HURRY)?;
    open(cx, 15, "&range=7d")?;
    eventually("the first calls", &100, || calls(cx))?;
    let begun = std::time::Instant::now();
    let length = Duration::from_secs(HOURS * 3600 / u64::from(HURRY));
    let (mut written, mut resting) = (100, None);
    while begun.elapsed() < length {
        std::thread::sleep(Duration::from_millis(40));
        // The pause may have lasted beyond the end.
        let due = CALLS.min(100 + ((CALLS - 100) as f64 * begun.elapsed().as_secs_f64() / length.as_secs_f64()) as usize);
        feed.append(&lines(written, due, start));
        written = due;
        if resting.is_none() && begun.elapsed() > length / 4 {
            resting = memory.lock().unwrap_or_else(PoisonError::into_inner).last().copied();
        }
    }
    feed.append(&lines(written, CALLS, start));
    wait_for("every call, once", PATIENCE * 6, || Ok((calls(cx)? == CALLS as u64).then_some(())))?;
    let last = memory.lock().unwrap_or_else(PoisonError::into_inner).last().copied();
    let (Some(resting), Some(last)) = (resting, last) else { return Err(Error::Unexpected("no memory was told".to_owned())) };
    let asked = feed.asked();
    println!("       {asked} requests; the worker's memory {resting} bytes after three hours, {last} after twelve");
    ensure(asked > 400, || format!("asked {asked} times only"))?;
    // Its calls are 400 KB in all: what grows beyond that is lost.
    ensure(last <= resting + (2 << 20), || format!("memory grew from {resting} to {last} bytes"))?;
    ensure(parameter(cx, "source")?.is_none(), || "the address changed".to_owned())
}
