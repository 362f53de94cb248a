//! Pages that want to be let in without a person's agreement, or to bring the console to a stop by what they say.

use super::{CALLS, enter, gives, portal, run, text};
use callscope_e2e::browser::Result;
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use serde_json::json;

pub const CASES: &[Case] = cases![a_message_that_is_cheap_to_send_is_cheap_to_refuse];

/// Values that take a moment to send and ages to write out, each as a script's expression.
const HEAVY: [(&str, &str); 6] = [
    ("an array of holes", "new Array(1e8)"),
    (
        "one list a million million times",
        "(() => { let a = ['x']; for (let i = 0; i < 12; i++) a = Array(10).fill(a); return a })()",
    ),
    ("a deep nest", "(() => { let a = []; for (let i = 0; i < 3000; i++) a = [a]; return a })()"),
    ("a long text", "'x'.repeat(2e7)"),
    ("many bytes", "new Uint8Array(2e7)"),
    ("a circle", "(() => { const a = {}; a.a = a; return a })()"),
];

/// Longest time, in milliseconds, that the console's page may take for all of one message.
const STALL_MAX_MS: f64 = 1_500.0;

/// Notes in a console's page the longest time during which it did nothing else.
const WATCH: &str = "let last = performance.now(); window.stall = 0;
    setInterval(() => { const now = performance.now(); stall = Math.max(stall, now - last); last = now }, 20)";

fn stall(cx: &Context, what: &str) -> Result {
    let stall = cx.script("const told = stall; stall = 0; return told", json!([]))?;
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
