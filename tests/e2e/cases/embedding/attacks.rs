//! Pages that want to be let in without a user's agreement, or to bring the console to a stop by what they say.

use super::windows::{agree, ask, switch, two};
use super::{CALLS, Host, JSON, enter, gives, leave, portal, press, run, text};
use crate::deployment::configure_as;
use crate::look::{eventually, footer, says, shown};
use callscope_e2e::browser::Result;
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use callscope_e2e::fixtures::{NOW_MS, calls, document};
use callscope_e2e::server::Reply;
use serde_json::json;
use std::thread::sleep;
use std::time::Duration;

pub const CASES: &[Case] = cases![
    a_click_on_an_invisible_frame_lets_nobody_in,
    a_frame_that_has_an_opener_is_a_frame,
    only_the_page_that_opened_the_window_is_asked_about,
    a_question_has_to_be_in_view_and_in_front,
    a_refusal_outlasts_a_reload,
    a_message_that_is_cheap_to_send_is_cheap_to_refuse,
    what_a_stranger_says_is_not_read,
];

/// A frame that covers the page and cannot be seen.
const INVISIBLE: &str = "style='position: fixed; inset: 0; width: 100%; height: 100%; border: 0; opacity: 0' name=inside";

/// Says hello, and once let in takes every call; what came of it is in `stolen` or `refused`.
const STEAL: &str = "window.stolen = window.refused = null;
    open().then(a => a.export({ what: 'calls', format: 'csv' })).then(f => window.stolen = f.bytes, e => window.refused = e.code);
    return ''";

/// A host of no configuration's, whose page holds an invisible console that shows calls.
fn hostile(cx: &mut Context) -> Result<Host> {
    let reply = Reply::ok(JSON, document(calls(CALLS)));
    cx.server.route("/feeds/today.json", move |_| reply.clone());
    let feeds = json!([{ "name": "today", "url": "/feeds/today.json" }]);
    configure_as(cx, &json!({ "other_parents": "ask", "feeds": feeds }));
    let host = Host::start(cx, "localhost", &[])?;
    host.hold(&[(format!("{}?lang=en&tz=UTC&now={NOW_MS}", cx.server.url()), INVISIBLE)]);
    cx.page.open(&host.address)?;
    Ok(host)
}

/// Clicks where a button that lets the page in is in the frame, or else wherever one was before; the page may have nothing of it.
fn click_the_frame(cx: &Context) -> Result {
    const ALLOW: &str =
        "const found = [...document.querySelectorAll('button')].find(b => b.innerText === 'Allow once' && !b.disabled);
        const r = found?.getBoundingClientRect(); return r ? [r.x + r.width / 2, r.y + r.height / 2] : null";
    // Longer than the button takes until it can be pressed.
    run(cx, "await wait(2500); return ''")?;
    enter(cx, 0)?;
    let at = cx.script(ALLOW, json!([]))?;
    leave(cx)?;
    let at = at.as_array().map(|at| (at[0].as_f64().unwrap_or_default(), at[1].as_f64().unwrap_or_default()));
    for (x, y) in at.map_or_else(|| (50..130).step_by(16).map(|y| (1190.0, f64::from(y))).collect(), |at| vec![at]) {
        cx.click_at(x, y)?;
    }
    gives(cx, "await wait(1500); return [stolen, refused]", &json!([null, "not-allowed"]))
}

fn a_click_on_an_invisible_frame_lets_nobody_in(cx: &mut Context) -> Result {
    let host = hostile(cx)?;
    enter(cx, 0)?;
    eventually("the calls", &(CALLS as u64), || Ok(footer(cx)?.0))?;
    run(cx, STEAL)?;
    click_the_frame(cx)?;
    // The page receives a way out, and the user sees the reason.
    let script = "return open().catch(e => [e.code, e.message.includes('window.open'), e.message.includes('parents')])";
    gives(cx, script, &json!(["not-allowed", true, true]))?;
    enter(cx, 0)?;
    let words = format!("{} cannot control this page in a frame.", host.origin());
    says(cx, &words)?;
    // It is below the notice of a pinned clock.
    let dismiss =
        "[...document.querySelectorAll('.banner')].find(b => b.innerText.includes(arguments[0])).querySelector('button').click()";
    cx.script(dismiss, json!([words]))?;
    eventually("the notice", &false, || Ok(cx.texts(".banner")?.concat().contains(&words)))
}

fn a_frame_that_has_an_opener_is_a_frame(cx: &mut Context) -> Result {
    let _host = hostile(cx)?;
    // Opened by name into the frame, the console has an opener.
    run(cx, "window.open(frames[0].src + '&search=', 'inside'); await wait(500); return ''")?;
    enter(cx, 0)?;
    eventually("the calls", &(CALLS as u64), || Ok(footer(cx)?.0))?;
    let opened = cx.script("return !!opener", json!([]))?;
    ensure(opened == true, || "the frame has no opener".to_owned())?;
    run(cx, STEAL)?;
    click_the_frame(cx)
}

fn only_the_page_that_opened_the_window_is_asked_about(cx: &mut Context) -> Result {
    let host = Host::start(cx, "localhost", &[])?;
    configure_as(cx, &json!({ "other_parents": "ask" }));
    // A frame beside the page that opened the window.
    let frame = "<!doctype html><link rel=icon href='data:,'><script>setInterval(() =>
        parent.w.postMessage({ protocol: 'callscope/1', type: 'hello', nonce: '0123456789abcdef' }, '*'), 100)</script>";
    host.server.route("/frame.html", move |_| Reply::ok("text/html", frame.to_owned()));
    cx.page.open(&host.address)?;
    let script = "document.body.append(Object.assign(document.createElement('iframe'), { src: 'frame.html' }))";
    let (portal, window) = two(cx, script)?;
    switch(cx, &window)?;
    says(cx, "Waiting for data")?;
    sleep(Duration::from_secs(2));
    ensure(!shown(cx, ".banner--warn")?, || "somebody else is asked about".to_owned())?;
    switch(cx, &portal)?;
    run(cx, "meet().catch(() => {}); return ''")?;
    switch(cx, &window)?;
    says(cx, &format!("{} wants to control this page.", host.origin()))
}

/// Whether the question can be agreed to now.
fn can_be_agreed(cx: &Context) -> Result<bool> {
    Ok(cx.script("return !document.querySelector('.banner--warn button').disabled", json!([]))? == true)
}

/// It comes to where it cannot be agreed to, and stays there for two seconds.
fn cannot_be_agreed(cx: &Context, why: &str) -> Result {
    eventually(why, &false, || can_be_agreed(cx))?;
    sleep(Duration::from_secs(2));
    ensure(!can_be_agreed(cx)?, || why.to_owned())
}

fn a_question_has_to_be_in_view_and_in_front(cx: &mut Context) -> Result {
    let host = Host::start(cx, "localhost", &[])?;
    configure_as(cx, &json!({ "other_parents": "ask" }));
    cx.page.open(&host.address)?;
    ask(cx, &host)?;
    eventually("the question in front can be agreed to", &true, || can_be_agreed(cx))?;
    // A window that lay over this one goes away under the pointer: the next press is not meant for what comes to light.
    let at_once = cx.script_async(
        "dispatchEvent(new Event('blur')); await new Promise(done => setTimeout(done)); return document.querySelector('.banner--warn button').disabled",
    )?;
    ensure(at_once == true, || "it can be agreed to at once".to_owned())?;
    cx.script("document.hasFocus = () => false", json!([]))?;
    cannot_be_agreed(cx, "behind another window it can be agreed to")?;
    cx.script("delete document.hasFocus", json!([]))?;
    eventually("the question in front again can be agreed to", &true, || can_be_agreed(cx))?;
    // So narrow and low that only a part of the question shows.
    cx.resize(500, 60, 1.0)?;
    cannot_be_agreed(cx, "half of the question can be agreed to")?;
    cx.resize(1000, 700, 1.0)?;
    eventually("the question that is whole again can be agreed to", &true, || can_be_agreed(cx))
}

fn a_refusal_outlasts_a_reload(cx: &mut Context) -> Result {
    let host = Host::start(cx, "localhost", &[])?;
    configure_as(cx, &json!({ "other_parents": "ask" }));
    cx.page.open(&host.address)?;
    let (portal, window) = ask(cx, &host)?;
    press(cx, "button", "Refuse")?;
    switch(cx, &portal)?;
    run(cx, "w.location.href = site + '&range=7d'; return ''")?;
    switch(cx, &window)?;
    cx.wait_js("the page loaded anew", "location.search.includes('7d')")?;
    says(cx, "Waiting for data")?;
    switch(cx, &portal)?;
    gives(cx, "meet().catch(() => {}); await wait(2500); return raw.filter(m => m.type !== 'closed').length", &json!(0))?;
    switch(cx, &window)?;
    ensure(!shown(cx, ".banner--warn")?, || "it is asked again".to_owned())?;
    // A new window is a new question: who refused by mistake is not locked out.
    switch(cx, &portal)?;
    run(cx, "w.close(); await until(() => w.closed); return ''")?;
    agree(cx, &host)
}

/// Values that take a moment to send and ages to write out, each as a script's expression.
const HEAVY: [(&str, &str); 6] = [
    ("an array of holes", "new Array(1e8)"),
    (
        "one list a million million times",
        "(() => { let a = ['x']; for (let i = 0; i < 12; i++) a = Array(10).fill(a); return a })()",
    ),
    ("a deep nest", "(() => { let a = []; for (let i = 0; i < 3000; i++) a = [a]; return a })()"),
    ("a long text", "'x'.repeat(4e6)"),
    ("many bytes", "new Uint8Array(4e6)"),
    ("a circle", "(() => { const a = {}; a.a = a; return a })()"),
];

/// Longest time, in milliseconds, that the console's page may take for all of one message.
const STALL_MAX_MS: f64 = 1_500.0;

/// Notes in a console's page the longest time during which it did nothing else. Firefox runs scripts of a driver in a global object of their
/// own: what two of them share is the window's by name.
const WATCH: &str = "let last = performance.now(); window.stall = 0;
    setInterval(() => { const now = performance.now(); window.stall = Math.max(window.stall, now - last); last = now }, 20)";

fn stall(cx: &Context, what: &str) -> Result {
    let stall = cx.script("const told = window.stall; window.stall = 0; return told", json!([]))?;
    ensure(stall.as_f64().is_some_and(|ms| ms > 0.0 && ms < STALL_MAX_MS), || format!("{what}: nothing for {stall} ms"))
}

fn a_message_that_is_cheap_to_send_is_cheap_to_refuse(cx: &mut Context) -> Result {
    let _host = portal(cx, &["&source=host"])?;
    let script = format!("window.a = await open(); return (await a.load(bytes({}), {{ name: 'a.json' }})).calls", text(CALLS));
    gives(cx, &script, &json!(CALLS))?;
    enter(cx, 0)?;
    cx.script(WATCH, json!([]))?;
    // Each answer names the field, and the message by its number.
    for (what, value) in HEAVY {
        for (message, field) in [
            ("{ type: 'set-view', view: HEAVY }", "view"),
            ("{ type: 'set-view', view: { filters: { key: HEAVY } } }", "view.filters.key"),
            ("{ type: 'set-brand', tokens: { ink: HEAVY } }", "tokens.ink"),
            ("{ type: 'load', name: HEAVY, data: new Blob(['[]']) }", "name"),
            ("{ type: 'load', name: 'a', data: HEAVY }", "data"),
            ("{ type: 'get-view', more: HEAVY }", "more"),
            ("{ type: 'cancel', of: HEAVY }", "of"),
        ] {
            let script = format!(
                "const error = await a.getView().then(() => {{ const id = 1000 + raw.length; window.told = raw.length;
                     frames[0].contentWindow.postMessage({{ protocol: 'callscope/1', nonce: raw[0].nonce, id, ...{} }}, origins[0]); return id }});
                 await until(() => raw.slice(told).some(m => m.id === error));
                 const m = raw.slice(told).find(m => m.id === error); return [m?.type, m?.code, m?.field?.split('[')[0].replace(/\\.a\\b.*/, '')]",
                message.replace("HEAVY", &format!("({value})"))
            );
            let told = run(cx, &script)?;
            ensure(told == json!(["error", "bad-field", field]), || format!("{what} in {message}: {told}"))?;
        }
        for (field, message) in [
            ("type", "{ nonce, id: 1, type: HEAVY }"),
            ("id", "{ nonce, id: HEAVY, type: 'get-view' }"),
            ("nonce", "{ nonce: HEAVY, id: 1, type: 'hello' }"),
        ] {
            let script = format!(
                "const nonce = raw[0].nonce, before = raw.length;
                 frames[0].contentWindow.postMessage({{ protocol: 'callscope/1', ...{} }}, origins[0]);
                 await until(() => raw.length > before); return [raw.at(-1).code, raw.at(-1).field]",
                message.replace("HEAVY", &format!("({value})"))
            );
            gives(cx, &script, &json!(["bad-field", field]))?;
        }
        enter(cx, 0)?;
        stall(cx, what)?;
    }
    // The console goes on, and has done nothing of it.
    gives(cx, "const { theme, filters } = await a.getView(); return [theme, filters]", &json!(["light", {}]))
}

/// Says hello with each of these in each field, as a script that says it to `TO`.
fn every_field(heavy: &[(&str, &str)]) -> String {
    let values: Vec<String> = heavy.iter().map(|(_, value)| format!("() => ({value})")).collect();
    format!(
        "for (const heavy of [{}]) for (const field of ['more', 'data', 'view', 'id', 'type', 'nonce', 'protocol'])
             TO.postMessage({{ protocol: 'callscope/1', type: 'hello', nonce: '0123456789abcdef', [field]: heavy() }}, '*');",
        values.join(", ")
    )
}

fn what_a_stranger_says_is_not_read(cx: &mut Context) -> Result {
    let host = Host::start(cx, "localhost", &["&source=host"])?;
    for (rule, answers) in [("ignore", 0), ("ask", 4 * HEAVY.len())] {
        configure_as(cx, &json!({ "other_parents": rule }));
        cx.page.open(&host.address)?;
        enter(cx, 0)?;
        says(cx, "Waiting for data")?;
        cx.script(WATCH, json!([]))?;
        // What is read of a hello is right in those whose type, nonce and protocol are.
        let script =
            format!("{} await wait(1500); return raw.length", every_field(&HEAVY).replace("TO", "frames[0].contentWindow"));
        gives(cx, &script, &json!(answers))?;
        enter(cx, 0)?;
        stall(cx, rule)?;
    }
    // The same of the page that opened the window, before the console listens and before anybody agreed.
    leave(cx)?;
    let script = format!("for (let i = 0; i < 20; i++) {{ {} await wait(50) }}", every_field(&HEAVY[..2]).replace("TO", "w"));
    let (_, window) = two(cx, &script)?;
    switch(cx, &window)?;
    says(cx, "wants to control this page.")?;
    cx.script(WATCH, json!([]))?;
    sleep(Duration::from_secs(1));
    stall(cx, "a question")
}
