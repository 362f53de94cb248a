//! The console in another page: a portal controls it by `callscope/1`.

pub mod attacks;
mod protocol;
pub mod strangers;
pub mod windows;

use crate::deployment::configure_as;
use crate::feeds::recent;
use crate::look::{eventually, footer, says, shown};
use callscope_e2e::browser::{Browser, Error, Result};
use callscope_e2e::case::{Case, Context, ensure, root};
use callscope_e2e::cases;
use callscope_e2e::fixtures::{NOW_MS, calls, document};
use callscope_e2e::page::Page;
use callscope_e2e::server::{Reply, Server};
use serde_json::{Value, json};
use std::time::Duration;

pub const CASES: &[Case] = cases![
    a_portal_loads_and_looks_at_two_consoles,
    a_portal_follows_what_people_do,
    a_portal_takes_exports,
    what_is_wrong_is_answered_and_does_nothing,
    a_frame_that_goes_elsewhere_says_so,
    the_example_page_works,
];

const JSON: &str = "application/json";
const CALLS: usize = 600;

/// Runs before every script in a host's page: how it was set up, and a way to have errors as values.
const HELP: &str = "
    const { connect, ASKS } = await import('/public/embed.js');
    const frames = [...document.querySelectorAll('iframe')];
    const open = (i = 0) => connect(frames[i], { origin: window.origins[i] });
    const bytes = text => new TextEncoder().encode(text).buffer;
    const wrong = promise => promise.then(() => 'none', error => error.code);
    const wait = ms => new Promise(done => setTimeout(done, ms));
    const until = async (test) => { for (let i = 0; i < 500 && !test(); i++) await wait(20); return test(); };
";

fn failed(e: std::io::Error) -> Error {
    Error::Unexpected(e.to_string())
}

/// A server of another origin, with a page that holds these frames of consoles (by their queries) and records all messages to it.
pub struct Host {
    server: Server,
    pub address: String,
}

impl Host {
    pub fn start(cx: &Context, name: &str, frames: &[&str]) -> Result<Self> {
        // Another port is another origin; another name is another site as well.
        let server = Server::start(&root(), "", name, 0).map_err(failed)?;
        let address = format!("{}host.html", server.url());
        protocol::record(&server)?;
        let host = Self { server, address };
        let site = cx.server.url();
        let one = |query: &&str| (format!("{site}?lang=en&tz=UTC&now={NOW_MS}&embed=1{query}"), "");
        host.hold(&frames.iter().map(one).collect::<Vec<_>>());
        Ok(host)
    }

    /// Has its page hold these addresses, each in a frame with these attributes.
    fn hold(&self, frames: &[(String, &str)]) {
        let of = |(address, attributes): &(String, &str)| {
            if attributes.contains("sandbox") { "null".to_owned() } else { origin(address) }
        };
        let origins: Vec<String> = frames.iter().map(of).collect();
        let one = |(address, attributes): &(String, &str)| {
            format!("<iframe {attributes} width=1200 height=500 src='{address}'></iframe>")
        };
        let frames: String = frames.iter().map(one).collect();
        let page = format!(
            "<!doctype html><title>Host</title><link rel=icon href='data:,'><script>window.origins = {}; window.raw = [];
             addEventListener('message', e => e.data?.protocol && raw.push({{ at: [].indexOf.call(window.frames, e.source), origin: e.origin, ...e.data }}))
             </script>{frames}",
            json!(origins)
        );
        self.serve(page);
    }

    /// Has this be its page.
    fn serve(&self, page: String) {
        self.server.route("/host.html", move |_| Reply::ok("text/html", page.clone()));
    }

    /// The origin of its page.
    pub fn origin(&self) -> String {
        origin(&self.server.url())
    }
}

fn origin(url: &str) -> String {
    url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/")
}

/// A portal with one console or two, which the configuration allows to speak.
fn portal(cx: &Context, frames: &[&str]) -> Result<Host> {
    let host = Host::start(cx, "localhost", frames)?;
    configure_as(cx, &json!({ "parents": [host.origin()] }));
    cx.page.open(&host.address)?;
    Ok(host)
}

/// Runs a script in the host's page; what it returns has to be as wanted.
pub fn run(page: &Page, script: &str) -> Result<Value> {
    leave(page)?;
    let seen = page.script_async(&format!("{HELP}{script}"))?;
    match seen.as_str().filter(|text| text.contains("Error")) {
        Some(error) => Err(Error::Unexpected(error.to_owned())),
        None => Ok(seen),
    }
}

fn gives(page: &Page, script: &str, wanted: &Value) -> Result {
    let seen = run(page, script)?;
    ensure(seen == *wanted, || format!("{seen}, not {wanted}, of {script}"))
}

/// Looks into the frame with this number.
pub fn enter(page: &Page, frame: usize) -> Result {
    leave(page)?;
    page.session().call("POST", "/frame", Some(&json!({ "id": frame }))).map(drop)
}

pub fn leave(page: &Page) -> Result {
    page.session().call("POST", "/frame", Some(&json!({ "id": null }))).map(drop)
}

/// Presses what has this name. Drivers tell roles and names of no element in a frame of another site, so this goes by its text or label.
fn press(page: &Page, tag: &str, name: &str) -> Result {
    let script = r"const [tag, name] = arguments, flat = e => (e.ariaLabel ?? e.innerText).replace(/\s+/g, ' ').trim();
        const found = [...document.querySelectorAll(tag)].find(e => flat(e) === name && e.checkVisibility() && !e.disabled);
        found?.click(); return !!found";
    page.wait(&format!("a {tag} named {name:?}"), || Ok((page.script(script, json!([tag, name]))? == true).then_some(())))
}

/// A document of calls as a script's text.
fn text(count: usize) -> String {
    json!(String::from_utf8_lossy(&document(calls(count)))).to_string()
}

fn failures(count: usize) -> u64 {
    calls(count).iter().filter(|call| call["status"] != 200).count() as u64
}

fn a_portal_loads_and_looks_at_two_consoles(cx: &mut Context) -> Result {
    let _host = portal(cx, &["&source=host", "&source=host"])?;
    // Until data is passed, a notice says so, and nothing else is shown.
    enter(cx, 0)?;
    says(cx, "Waiting for data from the embedding page")?;
    let first = run(
        cx,
        "window.a = await open(0); window.b = await open(1);
         return [a.ready.versions, a.ready.data, a.ready.features.asks, a.ready.view.embed, a.ready.height > 0, raw[0].type, raw[0].origin === origins[0]]",
    )?;
    let asks = json!(["hello", "load", "cancel", "get-view", "set-view", "set-brand", "export", "close"]);
    ensure(first == json!([["callscope/1"], null, asks, true, true, "ready", true]), || format!("{first}"))?;
    // Bytes that are passed on are gone from here.
    let script = format!(
        "const whole = bytes({}), seen = [];
         const data = await a.load(whole, {{ name: 'six hundred.json', onProgress: p => seen.push(p.type) }});
         return [data.name, data.calls, data.rejected, data.services.length, whole.byteLength, seen.length > 0]",
        text(CALLS)
    );
    gives(cx, &script, &json!(["six hundred.json", CALLS, 0, 3, 0, true]))?;
    let script = format!("return (await b.load(new Blob([{}]), {{ name: 'sixty.json' }})).calls", text(60));
    gives(cx, &script, &json!(60))?;
    for (frame, count) in [(0, CALLS), (1, 60)] {
        enter(cx, frame)?;
        eventually("the calls", &(count as u64, failures(count)), || footer(cx))?;
        ensure(!shown(cx, ".appbar")?, || "the console's own bar is shown".to_owned())?;
    }
    // An address on the console's own site, and one that is not configured.
    let reply = Reply::ok(JSON, document(recent(90)));
    cx.server.route("/feeds/ninety.json", move |_| reply.clone());
    gives(
        cx,
        "return [(await b.load('/feeds/ninety.json')).calls, await wrong(b.load('https://elsewhere.invalid/x')), await wrong(b.load('data:,x'))]",
        &json!([90, "not-allowed", "not-allowed"]),
    )?;
    // What fails or is cancelled leaves what is shown.
    let slow = Reply::ok(JSON, document(calls(CALLS))).slowly(500, Duration::from_millis(100));
    cx.server.route("/feeds/slow.json", move |_| slow.clone());
    gives(
        cx,
        "const stop = new AbortController();
         const load = wrong(b.load('/feeds/slow.json', { signal: stop.signal, onProgress: p => p.bytes > 0 && stop.abort() }));
         const first = await load;
         const replaced = wrong(b.load('/feeds/slow.json'));
         const none = await b.load(bytes('{\"data\": []}'), { name: 'other.json' }).catch(e => [e.code, e.details.kept]);
         return [first, await replaced, none]",
        &json!(["cancelled", "cancelled", ["other-json", true]]),
    )?;
    enter(cx, 1)?;
    eventually("what was shown before", &(90, failures(90)), || footer(cx))?;
    protocol::is_kept(cx)
}

fn a_portal_follows_what_people_do(cx: &mut Context) -> Result {
    let _host = portal(cx, &["&source=host&range=7d", "&source=host"])?;
    let script = format!(
        "window.a = await open(0); window.b = await open(1); window.told = [[], []];
         [a, b].forEach((one, i) => {{ one.on('changed', e => told[i].push([e.by, e.fields])); one.on('height', e => one.height = e.height) }});
         await a.load(bytes({0}), {{ name: 'a.json' }}); await b.load(bytes({0}), {{ name: 'b.json' }});
         return (await a.getView()).range",
        text(CALLS)
    );
    // What the frame's address requested holds for the data that comes.
    gives(cx, &script, &json!("7d"))?;
    let script = "told.forEach(list => list.length = 0);
        const view = await a.setView({ filters: { key: ['key-0'] }, range: { from: NOW - 86400000, to: NOW }, theme: 'dark', language: 'zh', zone: 'Asia/Tokyo' });
        await until(() => told[0].length);
        return [view.filters, view.from, view.to, view.theme, view.language, view.zone, told, (await a.getView()).query === view.query]";
    let fields = ["range", "precision", "filters", "zone", "language", "theme"];
    let (from, told) = (NOW_MS - 86_400_000, json!([[["host", fields]], []]));
    let wanted = json!([{ "key": ["key-0"] }, from, NOW_MS, "dark", "zh", "Asia/Tokyo", told, true]);
    let seen = run(cx, &script.replace("NOW", &NOW_MS.to_string()))?;
    // Whether the precision differs follows from the range.
    let without = |value: &Value| value.to_string().replace("\"precision\",", "");
    ensure(without(&seen) == without(&wanted), || format!("{seen}"))?;
    enter(cx, 0)?;
    eventually("the filtered calls", &300, || Ok(footer(cx)?.0))?;
    let root = cx.script("const r = document.documentElement; return [r.dataset.theme, r.lang]", json!([]))?;
    ensure(root == json!(["dark", "zh-CN"]), || format!("{root}"))?;
    run(
        cx,
        "await a.setView({ language: 'en', filters: {}, range: '3d' }, { replace: true }); await wait(100); told[0].length = 0; return ''",
    )?;
    // A user's turn.
    enter(cx, 0)?;
    press(cx, "button", "14 days")?;
    // Whether the precision differs too follows from the range.
    let script = "await until(() => told[0].length); const [by, fields] = told[0][0]; return [by, fields[0], told[1]]";
    gives(cx, script, &json!(["person", "range", []]))?;
    enter(cx, 0)?;
    press(cx, "a", "View Monitoring Details of Alpha Chat")?;
    cx.wait_js("the charts", "document.querySelectorAll('canvas').length > 5")?;
    let script = "await until(() => told[0].length > 1);
        const { page, service } = await a.getView(); return [told[0][1], page, service]";
    gives(cx, script, &json!([["person", ["page", "service"]], "details", "alpha-chat"]))?;
    // The content is higher now, and told to be.
    enter(cx, 0)?;
    let height = cx.script("return Math.ceil(document.body.getBoundingClientRect().height)", json!([]))?;
    let script = format!("await until(() => a.height === {height}); return [a.height, b.height === a.height]");
    gives(cx, &script, &json!([height, false]))?;
    // Colours: of the stylesheet, and of what was painted.
    let script = "await a.setBrand({ 's-ok': '#ff00ff', accent: { light: '#ff0000', dark: '#00ff00' }, 'r-2': '0', font: 'serif' }); return ''";
    run(cx, script)?;
    enter(cx, 0)?;
    let script = "const probe = document.createElement('i'); probe.style.color = 'var(--accent)'; document.body.append(probe);
        const style = getComputedStyle(document.documentElement);
        const seen = [getComputedStyle(probe).color, style.getPropertyValue('--r-2'), getComputedStyle(document.body).fontFamily];
        probe.remove(); return seen";
    let seen = cx.script(script, json!([]))?;
    ensure(seen == json!(["rgb(0, 255, 0)", "0", "serif"]), || format!("{seen}"))?;
    // Pure magenta is no colour of ours: the line of successes is painted with it.
    let painted = "[...document.querySelectorAll('canvas')].some(c => { const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
        for (let i = 0; i < d.length; i += 4) if (d[i] > 240 && d[i + 1] < 40 && d[i + 2] > 240 && d[i + 3] > 200) return true; return false })";
    cx.wait_js("the line in the brand's colour", painted)?;
    run(cx, "await a.setBrand({ 's-ok': null, accent: null, 'r-2': null, font: null }); return ''")?;
    enter(cx, 0)?;
    cx.wait_js("the colours of the console", &format!("!({painted})"))?;
    gives(cx, "return told[1]", &json!([]))?;
    protocol::is_kept(cx)
}

fn a_portal_takes_exports(cx: &mut Context) -> Result {
    let _host = portal(cx, &["&source=host"])?;
    let script = format!(
        "window.a = await open(); window.shape = ({{ name, mime, data, bytes }}) => [name.split('.').pop(), mime, Object.prototype.toString.call(data) === '[object ArrayBuffer]' && data.byteLength === bytes && bytes > 0];
         window.lines = ({{ data }}) => new TextDecoder().decode(data).trim().split('\\r\\n').length;
         const none = await wrong(a.export({{ what: 'calls', format: 'csv' }}));
         await a.load(bytes({}), {{ name: 'a.json' }});
         return [none, await wrong(a.export({{ what: 'failed', format: 'csv' }}))]",
        text(CALLS)
    );
    gives(cx, &script, &json!(["no-data", "no-service"]))?;
    let csv = "text/csv;charset=utf-8";
    let script = "const all = await a.export({ what: 'calls', format: 'csv' });
        const services = await a.export({ what: 'services', format: 'csv' });
        return [shape(all), lines(all), shape(services), lines(services) > 3]";
    gives(cx, script, &json!([["csv", csv, true], CALLS + 1, ["csv", csv, true], true]))?;
    let script = "const [one, other] = [a.export({ what: 'report', format: 'xlsx', calls: true }), wrong(a.export({ what: 'calls', format: 'csv' }))];
        const busy = await other, file = await one;
        return [busy, shape(file), [...new Uint8Array(file.data, 0, 4)]]";
    let xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    gives(cx, script, &json!(["busy", ["xlsx", xlsx, true], [80, 75, 3, 4]]))?;
    let script = "await a.setView({ page: 'details', service: 'alpha-chat' });
        const json = await a.export({ what: 'metric', metric: 'calls', format: 'json' });
        const svg = await a.export({ what: 'metric', metric: 'ttft', format: 'svg' });
        const png = await a.export({ what: 'metric', metric: 'ttft', format: 'png' });
        const failed = await a.export({ what: 'failed', format: 'json' });
        const none = await a.export({ what: 'metric', metric: 'generation', format: 'csv' }).catch(e => [e.code, e.details.field]);
        const parsed = [json, failed].map(file => JSON.parse(new TextDecoder().decode(file.data)) instanceof Object);
        return [shape(json), shape(svg), shape(png), shape(failed), none, parsed, new TextDecoder().decode(svg.data).startsWith('<svg')]";
    let wanted = json!([
        ["json", "application/json", true],
        ["svg", "image/svg+xml", true],
        ["png", "image/png", true],
        ["json", "application/json", true],
        ["bad-field", "metric"],
        [true, true],
        true
    ]);
    gives(cx, script, &wanted)?;
    let script = "const stop = new AbortController();
        const file = wrong(a.export({ what: 'report', format: 'xlsx' }, { signal: stop.signal })); stop.abort();
        return [await file, (await a.export({ what: 'report', format: 'xlsx' })).bytes > 1000]";
    gives(cx, script, &json!(["cancelled", true]))?;
    protocol::is_kept(cx)
}

fn what_is_wrong_is_answered_and_does_nothing(cx: &mut Context) -> Result {
    let _host = portal(cx, &["&source=host"])?;
    let script = format!("window.a = await open(); return (await a.load(bytes({}), {{ name: 'a.json' }})).calls", text(CALLS));
    gives(cx, &script, &json!(CALLS))?;
    // Said by hand: what comes back is the type, and the code and field of an error.
    let script = "const nonce = raw[0].nonce, protocol = 'callscope/1';
        const answers = () => raw.filter(m => m.type !== 'height' && m.type !== 'changed');
        const say = async (message) => { const before = answers().length; frames[0].contentWindow.postMessage(message, origins[0]);
            await until(() => answers().length > before); const { type, code, field, id } = answers()[before]; return [type, code, field, id].map(v => v ?? null) };
        const circle = { protocol, nonce, type: 'hello' }; circle.self = circle;
        return [
            await say({ protocol, nonce, id: 71, type: 'explode' }),
            await say({ protocol, nonce, id: 72, type: 'get-view', more: 1 }),
            await say({ protocol, nonce, type: 'get-view' }),
            await say({ protocol, nonce: 'another-one', id: 73, type: 'get-view' }),
            await say({ protocol, nonce: '?', id: 74, type: 'hello' }),
            await say({ protocol: 'callscope/2', nonce, id: 75, type: 'hello' }),
            await say({ protocol, nonce, id: 76, type: 'set-view', view: { theme: 'dark', range: 'ever' } }),
            await say({ protocol, nonce, id: 77, type: 'set-brand', tokens: { ink: 'url(//x)' } }),
            await say({ protocol, nonce, id: 78, type: 'load', name: 'x', data: 'text' }),
            await say({ protocol, nonce, id: 79, type: 'load', name: 'x', data: new Uint8Array(9) }),
            await say(circle),
            await say({ protocol, nonce, id: 1n, type: 'get-view' }),
            await say({ protocol, nonce, id: 80, type: 'hello' }),
        ]";
    let bad = |field: Value, id: Value| json!(["error", "bad-field", field, id]);
    let wanted = json!([
        ["error", "unknown-type", null, 71],
        bad(json!("more"), json!(72)),
        bad(json!("id"), json!(null)),
        ["error", "no-conversation", null, 73],
        bad(json!("nonce"), json!(74)),
        ["error", "version", null, 75],
        bad(json!("view.range"), json!(76)),
        bad(json!("tokens.ink"), json!(77)),
        bad(json!("data"), json!(78)),
        bad(json!("data"), json!(79)),
        bad(json!("self"), json!(null)),
        bad(json!("id"), json!(null)),
        ["ready", null, null, 80],
    ]);
    gives(cx, script, &wanted)?;
    // Nothing is said to what is none of ours, and half of a wrong wish is not done.
    let script = "const before = raw.length;
        for (const other of [null, 1, 'callscope/1', { type: 'hello' }, { protocol: 'other/1' }, [], { protocol: 7 }]) frames[0].contentWindow.postMessage(other, origins[0]);
        await wait(500); return [raw.length - before, (await a.getView()).theme]";
    gives(cx, script, &json!([0, "light"]))?;
    // Eight conversations, and room again once one is closed.
    let script = "const more = []; for (let i = 0; i < 7; i++) more.push(await open());
        const ninth = await wrong(open()); more[0].close();
        const again = await open(); more.concat(again).forEach(one => one.close());
        const nonce = raw[0].nonce; a.close(); await until(() => raw.some(m => m.type === 'closed' && m.nonce === nonce));
        const before = raw.length; frames[0].contentWindow.postMessage({ protocol: 'callscope/1', nonce, id: 90, type: 'get-view' }, origins[0]);
        await until(() => raw.length > before); return [ninth, raw.at(-1).code, await wrong(a.getView())]";
    gives(cx, script, &json!(["too-many", "no-conversation", "closed"]))?;
    protocol::is_kept(cx)?;
    enter(cx, 0)?;
    eventually("the calls", &(CALLS as u64, failures(CALLS)), || footer(cx))
}

fn a_frame_that_goes_elsewhere_says_so(cx: &mut Context) -> Result {
    cx.needs(Browser::Chromium, "of what a frame says while it goes Firefox loses some")?;
    let _host = portal(cx, &["&source=host"])?;
    let script = "const last = await open(); let gone = 0; last.on('closed', () => gone++); frames[0].src = 'about:blank'; await until(() => gone); return [gone, raw.at(-1).type, raw.at(-1).at]";
    gives(cx, script, &json!([1, "closed", -1]))
}

fn the_example_page_works(cx: &mut Context) -> Result {
    let portal = Server::start(&root(), "", "localhost", 0).map_err(failed)?;
    configure_as(cx, &json!({ "parents": [origin(&portal.url())] }));
    let console = format!("{}?lang=en%26now={NOW_MS}", cx.server.url());
    cx.page.open(&format!("{}docs/examples/portal/?console={console}&team=team-a", portal.url()))?;
    says(cx, "Showing ")?;
    let high = "document.querySelector('iframe').getBoundingClientRect().height";
    cx.wait_js("the frame as high as its content", &format!("{high} > 481"))?;
    for width in [1440, 480] {
        cx.resize(width, 1200, 1.0)?;
        cx.settle()?;
        ensure(!cx.overflows()?, || format!("the portal scrolls sideways at {width}"))?;
    }
    cx.script(
        "const s = document.getElementById('range'); s.value = '7d'; s.dispatchEvent(new Event('change'));
         const c = document.getElementById('brand'); c.checked = true; c.dispatchEvent(new Event('change'))",
        json!([]),
    )?;
    enter(cx, 0)?;
    cx.wait_js("the range", "document.querySelector('.filters [aria-pressed=true]')?.innerText.includes('7')")?;
    cx.wait_js("the colours", "document.documentElement.style.getPropertyValue('--accent').startsWith('light-dark(#6a1b9a')")?;
    press(cx, "button", "14 days")?;
    leave(cx)?;
    cx.wait_js("the portal's own control", "document.getElementById('range').value === '14d'")
}
