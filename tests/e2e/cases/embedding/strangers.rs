//! Pages whose messages are ignored, and a console without an origin of its own.

use super::{CALLS, Host, JSON, enter, failed, failures, gives, portal, press, run, text};
use crate::hosts::single_file;
use crate::look::{eventually, footer, says};
use callscope_e2e::browser::Result;
use callscope_e2e::case::{Case, Context, ensure, root};
use callscope_e2e::cases;
use callscope_e2e::fixtures::{NOW_MS, calls, document};
use callscope_e2e::server::{Reply, Server};
use serde_json::json;

pub const CASES: &[Case] = cases![a_stranger_is_not_heard, a_sandbox_without_storage_is_enough,];

/// Says everything that there is to say, with a nonce of its own and with that of others.
pub const EVERYTHING: &str = "
    const to = window.victim ?? document.querySelector('iframe').contentWindow;
    for (const nonce of ['0123456789abcdef', ...(window.nonces ?? [])])
        for (const [i, message] of [{ type: 'hello' }, { type: 'load', name: 'evil.json', data: new Blob(['[]']) }, { type: 'load', url: '/feeds/evil.json' }, { type: 'cancel', of: 1 },
            { type: 'get-view' }, { type: 'set-view', view: { theme: 'dark' } }, { type: 'set-brand', tokens: { ink: '#ff0000' } }, { type: 'export', what: 'calls', format: 'csv' },
            { type: 'close' }, { type: 'nonsense' }].entries())
            to.postMessage({ protocol: 'callscope/1', nonce, ...(!['hello', 'close'].includes(message.type) && { id: i }), ...message }, '*');
";

fn a_stranger_is_not_heard(cx: &mut Context) -> Result {
    // A frame of a stranger beside the console, which knows the nonce and reaches over.
    let stranger = Server::start(&root(), "", "127.0.0.1", 0).map_err(failed)?;
    let page = format!(
        "<!doctype html><link rel=icon href='data:,'><script>window.raw = []; window.said = 0;
         addEventListener('message', e => {{ if (e.data?.nonces) {{ window.nonces = e.data.nonces; window.victim = parent.frames[0]; {EVERYTHING}; said++ }} else raw.push(e.data) }})</script>"
    );
    stranger.route("/evil.html", move |_| Reply::ok("text/html", page.clone()));
    let host = portal(cx, &["&source=host"])?;
    let reply = Reply::ok(JSON, document(calls(10)));
    cx.server.route("/feeds/evil.json", move |_| reply.clone());
    let script = format!(
        "window.a = await open(); await a.load(bytes({}), {{ name: 'a.json' }});
         const evil = Object.assign(document.createElement('iframe'), {{ src: '{}evil.html' }}); document.body.append(evil);
         await new Promise(done => evil.onload = done);
         window.before = raw.length; evil.contentWindow.postMessage({{ nonces: [raw[0].nonce] }}, '*');
         await wait(1500); return [raw.length - before, (await a.getView()).theme]",
        text(CALLS),
        stranger.url()
    );
    gives(cx, &script, &json!([0, "light"]))?;
    enter(cx, 1)?;
    let evil = cx.script("return [said, raw.length]", json!([]))?;
    ensure(evil == json!([1, 0]), || format!("the stranger said, and heard: {evil}"))?;
    enter(cx, 0)?;
    eventually("the calls", &(CALLS as u64, failures(CALLS)), || footer(cx))?;
    let set = cx.script("return document.documentElement.style.length", json!([]))?;
    ensure(set == 0, || "the colours are others".to_owned())?;
    // A stranger that holds the console itself; the very same from the portal is answered, so that the test can fail.
    let other = Host::start(cx, "127.0.0.1", &["&source=host"])?;
    for (address, answers) in [(&other.address, false), (&host.address, true)] {
        cx.page.open(address)?;
        enter(cx, 0)?;
        says(cx, "Waiting for data")?;
        let heard = run(cx, &format!("await wait(500); {EVERYTHING}; await wait(1500); return raw.length > 5"))?;
        ensure(heard == answers, || format!("{address} was answered: {heard}"))?;
    }
    let asked = cx.server.take_log().iter().filter(|served| served.url.contains("evil")).count();
    ensure(asked <= 1, || format!("the stranger had an address asked for: {asked}"))
}

fn a_sandbox_without_storage_is_enough(cx: &mut Context) -> Result {
    // The folder's own policy allows nothing where there is no origin; the single file needs none.
    let host = Host::start(cx, "localhost", &[])?;
    let file = single_file()?;
    let text_of = std::fs::read_to_string(file.trim_start_matches("file://")).map_err(failed)?;
    let begin = "id=\"callscope-config\">";
    let at = text_of.find(begin).map(|at| at + begin.len()).unwrap_or_default();
    let end = at + text_of[at..].find("</script>").unwrap_or_default();
    let whole = format!("{}{}{}", &text_of[..at], json!({ "parents": [host.origin()] }), &text_of[end..]);
    cx.server.route("/single.html", move |_| Reply::ok("text/html; charset=utf-8", whole.clone()));
    let single = format!("{}?lang=en&tz=UTC&now={NOW_MS}&embed=1&source=host", cx.address("/single.html"));
    host.hold(&[(single, "sandbox=allow-scripts")]);
    cx.page.open(&host.address)?;
    enter(cx, 0)?;
    says(cx, "Waiting for data")?;
    let none = cx.script(
        "const no = f => { try { f(); return false } catch { return true } };
         return [window.origin, no(() => localStorage), no(() => sessionStorage), no(() => document.cookie), no(() => new BroadcastChannel('x').postMessage(1))]",
        json!([]),
    )?;
    ensure(none[0] == "null" && none[1] == true && none[2] == true && none[3] == true, || format!("it has storage: {none}"))?;
    let script = format!(
        "window.a = await open(); const data = await a.load(bytes({}), {{ name: 'a.json' }});
         return [data.calls, raw[0].origin]",
        text(CALLS)
    );
    gives(cx, &script, &json!([CALLS, "null"]))?;
    enter(cx, 0)?;
    eventually("the calls", &(CALLS as u64, failures(CALLS)), || footer(cx))?;
    // The address of such a page may be its own to change or not: the view follows all the same.
    press(cx, "button", "14 days")?;
    press(cx, "a", "View Monitoring Details of Alpha Chat")?;
    cx.wait_js("the charts", "document.querySelectorAll('canvas').length > 5")?;
    let script = "const { range, page } = await a.getView();
        const file = await a.export({ what: 'report', format: 'xlsx' }), csv = await a.export({ what: 'calls', format: 'csv' });
        return [range, page, [...new Uint8Array(file.data, 0, 2)], csv.bytes > 1000]";
    gives(cx, script, &json!(["14d", "details", [80, 75], true]))
}
