//! The console in a window that a portal opened: the same protocol, the same rules of who may speak.

use super::strangers::EVERYTHING;
use super::{CALLS, Host, failures, gives, press, protocol, run, text};
use crate::deployment::configure_as;
use crate::look::{eventually, footer, says, shown};
use callscope_e2e::browser::{Error, Result};
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use callscope_e2e::fixtures::NOW_MS;
use callscope_e2e::page::Page;
use serde_json::{Value, json};

pub const CASES: &[Case] = cases![
    a_portal_drives_a_console_in_a_window,
    a_stranger_that_opened_a_window_is_not_heard,
    a_person_is_asked_about_a_stranger_that_opened_the_window,
];

/// Opens the console in a window, as a portal does by a click.
fn open(cx: &Context) -> String {
    format!(
        "window.site = '{0}?lang=en&tz=UTC&now={NOW_MS}&source=host'; window.w = window.open(site);
         window.meet = () => connect(w, {{ origin: new URL(site).origin }});",
        cx.server.url()
    )
}

/// The windows there are, in the order in which they came.
fn windows(page: &Page) -> Result<Vec<Value>> {
    let all = page.session().call("GET", "/window/handles", None)?;
    Ok(all.as_array().cloned().unwrap_or_default())
}

pub fn switch(page: &Page, window: &Value) -> Result {
    page.session().call("POST", "/window", Some(&json!({ "handle": window })))?;
    page.session().to_front()
}

/// The window of the portal, and the one that it opens by this script.
pub fn two(cx: &Context, script: &str) -> Result<(Value, Value)> {
    let portal = cx.session().call("GET", "/window", None)?;
    run(cx, &format!("{}{script}; return ''", open(cx)))?;
    let window = cx.page.wait("the console's window", || Ok(windows(cx)?.into_iter().find(|window| *window != portal)))?;
    Ok((portal, window))
}

fn a_portal_drives_a_console_in_a_window(cx: &mut Context) -> Result {
    let host = Host::start(cx, "localhost", &[])?;
    configure_as(cx, &json!({ "parents": [host.origin()] }));
    cx.page.open(&host.address)?;
    let (portal, window) = two(cx, "")?;
    let script = format!(
        "window.a = await meet(); window.told = []; a.on('changed', e => told.push([e.by, e.fields[0]]));
         const data = await a.load(bytes({}), {{ name: 'a.json' }});
         const view = await a.setView({{ filters: {{ key: ['key-0'] }}, theme: 'dark' }});
         return [data.calls, view.embed, view.theme, a.ready.data]",
        text(CALLS)
    );
    gives(cx, &script, &json!([CALLS, false, "dark", null]))?;
    switch(cx, &window)?;
    eventually("the filtered calls", &300, || Ok(footer(cx)?.0))?;
    // It is a page of its own: with its bar.
    cx.css(".appbar button.source")?;
    press(cx, "button", "14 days")?;
    switch(cx, &portal)?;
    let script = "await until(() => told.some(([by]) => by === 'person'));
        const { range } = await a.getView(), file = await a.export({ what: 'calls', format: 'csv' });
        return [told.at(-1), range, file.bytes > 1000]";
    gives(cx, script, &json!([["person", "range"], "14d", true]))?;
    protocol::is_kept(cx)?;
    // Loaded again, it is another page to talk to: the portal says hello anew.
    switch(cx, &window)?;
    cx.reload()?;
    says(cx, "Open a.json")?;
    switch(cx, &portal)?;
    let script =
        format!("const b = await meet(); return [b.ready.data, (await b.load(bytes({}), {{ name: 'b.json' }})).calls]", text(60));
    gives(cx, &script, &json!([null, 60]))?;
    switch(cx, &window)?;
    eventually("the calls", &(60, failures(60)), || footer(cx))
}

fn a_stranger_that_opened_a_window_is_not_heard(cx: &mut Context) -> Result {
    let (stranger, host) = (Host::start(cx, "127.0.0.1", &[])?, Host::start(cx, "localhost", &[])?);
    configure_as(cx, &json!({ "parents": [host.origin()] }));
    // The very same from the portal is answered, so that the test can fail.
    for (of, is_heard) in [(&stranger, false), (&host, true)] {
        cx.page.open(&of.address)?;
        let (opener, window) = two(cx, "window.victim = w")?;
        switch(cx, &window)?;
        says(cx, "Waiting for data")?;
        switch(cx, &opener)?;
        let heard = run(cx, &format!("{EVERYTHING}; await wait(1500); return raw.length"))?;
        let heard = heard.as_u64().ok_or_else(|| Error::Unexpected(format!("{heard}")))?;
        ensure(if is_heard { heard > 5 } else { heard == 0 }, || format!("{} was answered {heard} times", of.address))?;
        if !is_heard {
            switch(cx, &window)?;
            says(cx, "Waiting for data")?;
            let seen =
                cx.script("const r = document.documentElement; return [r.style.length, r.dataset.theme ?? '']", json!([]))?;
            ensure(seen[0] == 0 && seen[1] != "dark", || format!("the stranger changed it: {seen}"))?;
            cx.session().call("DELETE", "/window", None)?;
            switch(cx, &opener)?;
        }
    }
    Ok(())
}

fn a_person_is_asked_about_a_stranger_that_opened_the_window(cx: &mut Context) -> Result {
    let host = Host::start(cx, "localhost", &[])?;
    configure_as(cx, &json!({ "other_parents": "ask" }));
    cx.page.open(&host.address)?;
    agree(cx, &host)
}

/// The page opens a window and is let in by the user, not before.
pub fn agree(cx: &Context, host: &Host) -> Result {
    let (portal, window) = ask(cx, host)?;
    switch(cx, &portal)?;
    gives(cx, "return [ready, raw.length]", &json!([0, 0]))?;
    switch(cx, &window)?;
    press(cx, "button", "Allow once")?;
    switch(cx, &portal)?;
    let script = format!("await until(() => ready); return (await a.load(bytes({}), {{ name: 'a.json' }})).calls", text(60));
    gives(cx, &script, &json!(60))?;
    switch(cx, &window)?;
    ensure(!shown(cx, ".banner--warn button")?, || "it is still asked".to_owned())
}

/// The page opens a window, in which the user decides about it. Ends in that window.
pub fn ask(cx: &Context, host: &Host) -> Result<(Value, Value)> {
    let both = two(cx, "window.ready = 0; meet().then(a => { window.a = a; ready++ }, () => {})")?;
    switch(cx, &both.1)?;
    says(cx, &format!("{} wants to control this page.", host.origin()))?;
    // Not at once: a pointer may have been there before.
    let disabled = cx.script("return document.querySelector('.banner--warn button').disabled", json!([]))?;
    ensure(disabled == true, || "it can be agreed to at once".to_owned())?;
    Ok(both)
}
