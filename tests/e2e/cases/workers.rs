//! What passes between page and workers: messages that are none are dropped, and a bundled feed that the engine of the first view cannot unpack is the
//! reader's.

use crate::feeds::recent;
use crate::look::{eventually, footer, says};
use crate::sets::{choose, file};
use callscope_e2e::browser::Result;
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use callscope_e2e::fixtures::document;
use callscope_e2e::server::{Reply, gzip};
use serde_json::json;

pub const CASES: &[Case] = cases![
    messages_that_are_none_are_dropped,
    a_bundled_feed_that_is_damaged_is_told_and_one_that_is_unpacked_is_read,
    fresh workers_that_are_gone_are_started_again,
];

/// What may be posted to a worker and is no message of this console, then one that is: what the worker says to each, and its errors.
const POST: &str = "
    const worker = new Worker(new URL(script, document.baseURI));
    const heard = [], errors = [];
    worker.onmessage = ({ data }) => heard.push(data);
    worker.onerror = event => errors.push(event.message ?? 'an error without words');
    const until = async holds => { for (let i = 0; i < 200 && !holds(); i++) await new Promise(done => setTimeout(done, 50)); };
    await until(() => heard.length);
    const bytes = (...all) => [new Uint8Array(all)];
    const { port1 } = new MessageChannel();
    const none = [null, undefined, 0, 1e12, NaN, true, '', 'live', {}, { length: 3 }, [], [null], [1e12], [''], ['live', '', 1], ['keep', 'a'],
      new ArrayBuffer(8), new Uint8Array([2]), new Date(), [new ArrayBuffer(8)], [new Float64Array([1, 2])], bytes(), bytes(2), bytes(3), bytes(255, 255),
      bytes(0, 0), bytes(3, 1, 255, 255, 255, 255, 15, 255), bytes(3, 2), bytes(3, 2, 9), bytes(3, 2, 1), [...bytes(3, 2, 5), 'no port'],
      [...bytes(3, 2, 4), new Blob(['x'])], bytes(1, 99), bytes(4, 0), bytes(1, 255, 255, 255, 255, 255, 255)];
    for (const message of none) worker.postMessage(message);
    worker.postMessage([...bytes(3, 2, 5), port1], [port1]);
    const before = heard.length;
    worker.postMessage([new Uint8Array(good)]);
    const loaded = message => message?.[0]?.[0] === 2 && message[0][1] === 7;
    await until(() => heard.some(loaded) || errors.length);
    worker.terminate();
    return { loaded: heard.some(loaded), before, errors, ready: heard[0]?.[0]?.[0] };";

/// A text as postcard has it.
fn text(words: &str) -> Vec<u8> {
    assert!(words.len() < 0x80, "one byte says how long it is");
    [&[words.len() as u8], words.as_bytes()].concat()
}

fn messages_that_are_none_are_dropped(cx: &mut Context) -> Result {
    cx.visit("")?;
    let feed = cx.script("return new URL('feeds/azure-code-2023.json.gz', document.baseURI).href", json!([]))?;
    // `ToEngine::Role`, and within it `LoadBundled` of load 7.
    let bundled = [vec![3, 7], text("Azure"), text(feed.as_str().unwrap_or_default()), vec![0, 0]].concat();
    let calls = r#"[{"time": 1773297420000, "service": "a", "status": 200}]"#;
    // `ToEngine::Role`, and within it `ToReader::Open` of load 7 with one member, a `Source::Text`.
    let opened = [vec![3, 1, 7], text("x"), vec![1, 2], text("x"), text(calls), vec![0, 0, 0, 0]].concat();
    for (script, good) in [("engine_loader.js?b=x", bundled), ("reader_loader.js?b=x", opened)] {
        let seen = cx.script_async(&format!("const [script, good] = {};{POST}", json!([script, good])))?;
        ensure(seen == json!({ "loaded": true, "before": 1, "errors": [], "ready": 0 }), || format!("{script}: {seen}"))?;
    }
    Ok(())
}

fn a_bundled_feed_that_is_damaged_is_told_and_one_that_is_unpacked_is_read(cx: &mut Context) -> Result {
    let whole = recent(400);
    let (plain, packed) = (document(whole.clone()), gzip(&document(whole)));
    let path = format!("{}feeds/demo.json.gz", cx.server.mount());
    let serve = |bytes: Vec<u8>| {
        let reply = Reply::ok("application/gzip", bytes);
        cx.server.route(&path, move |_| reply.clone());
    };
    // Each is a page of its own: the reader, once it is there, reads all that follows.
    serve(packed[..20].to_vec());
    cx.visit("?source=demo&range=14d")?;
    says(cx, "The gzip data of Demonstration feed is damaged.")?;
    serve(packed[..packed.len() / 2].to_vec());
    cx.visit("?source=demo&lang=en&range=14d")?;
    says(cx, "Demonstration feed ends early.")?;
    let (calls, _) = footer(cx)?;
    ensure(calls > 10 && calls < 400, || format!("{calls} calls of half the gzip data"))?;
    serve(plain);
    cx.visit("?source=demo&tz=UTC&range=14d")?;
    eventually("what a server has unpacked already", &400, || Ok(footer(cx)?.0))?;
    serve(packed);
    cx.visit("?source=demo&range=14d")?;
    eventually("the feed as it is", &400, || Ok(footer(cx)?.0))
}

/// Remembers every worker of the page.
const NOTE_WORKERS: &str = "self.workers = []; self.Worker = (Base => class extends Base {
    constructor(...all) { super(...all); workers.push(this); } })(self.Worker);";

/// Ends them all as a browser does that is short of memory: without a word to the page.
const END_WORKERS: &str = "workers.forEach(worker => worker.terminate()); return workers.length";

fn workers_that_are_gone_are_started_again(cx: &mut Context) -> Result {
    cx.session().before_each_page(NOTE_WORKERS)?;
    let path = file(cx, "may.json", 90, 0)?;
    let totals = |cx: &Context| cx.texts(".tile__value");
    for opened in [false, true] {
        cx.visit("?lang=en&tz=UTC&range=14d")?;
        cx.css(".tile__value[title]")?;
        if opened {
            choose(cx, &[&path])?;
            eventually("the calls of the file", &90, || Ok(footer(cx)?.0))?;
        }
        let before = totals(cx)?;
        let ended = cx.script(END_WORKERS, json!([]))?;
        ensure(ended.as_u64() > Some(0), || "no worker was noted".to_owned())?;
        // The question of another range gets no answer: the worker is missed, and what was open is read once more.
        cx.press("button", "Yesterday")?;
        eventually("the figures of yesterday", &true, || Ok(totals(cx)? != before))?;
        cx.press("button", "14 days")?;
        eventually("the figures of the range", &before, || totals(cx))?;
    }
    Ok(())
}
