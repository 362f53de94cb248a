//! The helpers of the tests on a page of known content: what they find, type and drag is what a user would, and what
//! must not be found is not.

use callscope_e2e::browser::{Browser, Error, Options, Result};
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use callscope_e2e::page::{key, wait_for};
use callscope_e2e::server::Reply;
use serde_json::json;
use std::time::Duration;

pub const CASES: &[Case] = cases![
    things_are_found_by_role_and_name,
    typing_dragging_and_keys_arrive,
    errors_in_the_console_are_seen,
    nothing_is_left_for_the_next_case
];

const PAGE: &str = r#"<!doctype html><meta charset="utf-8"><title>Helpers</title><link rel="icon" href="data:,">
<button hidden>Apply</button><button onclick="say('applied')">  Apply
 </button><button aria-label="Close"><svg width="8" height="8"></svg></button>
<label>Find service <input oninput="say(this.value)" onkeydown="if (event.key === 'Escape') say('escaped')"></label>
<span id="l">Rows</span><table aria-labelledby="l"><tr><th>Name</th></tr><tr><td>alpha</td></tr></table>
<div id="pad" style="width:300px;height:100px;background:#ccc"></div><output></output>
<script>
  const say = text => document.querySelector('output').textContent = text;
  let from = 0;
  pad.onpointerdown = event => from = event.offsetX;
  pad.onpointerup = event => say(from + ' to ' + event.offsetX);
</script>"#;

fn open(cx: &Context) -> Result {
    cx.server.route("/helpers.html", |_| Reply::ok("text/html; charset=utf-8", PAGE));
    cx.page.open(&cx.address("/helpers.html"))
}

fn says(cx: &Context, wanted: &str) -> Result {
    let said = cx.texts("output")?;
    ensure(said == [wanted], || format!("the page says {said:?}, not {wanted:?}"))
}

fn things_are_found_by_role_and_name(cx: &mut Context) -> Result {
    open(cx)?;
    cx.press("button", "Apply")?;
    says(cx, "applied")?;
    cx.find("button", "Close")?;
    let table = cx.find("table", "Rows")?;
    cx.find_in(Some(&table), "cell", "alpha")?;
    let headings = cx.find_all(None, "columnheader", "Na")?.len();
    ensure(headings == 1, || format!("{headings} column headers named Na..."))?;
    let missing = wait_for("a button that is not there", Duration::from_millis(200), || {
        Ok(cx.find_all(None, "button", "Delete")?.into_iter().next())
    });
    ensure(missing.is_err(), || "found a button that is not there".to_owned())
}

fn typing_dragging_and_keys_arrive(cx: &mut Context) -> Result {
    open(cx)?;
    let field = cx.find("textbox", "Find service")?;
    cx.fill(&field, "aster")?;
    cx.fill(&field, "火山 chat")?;
    says(cx, "火山 chat")?;
    cx.keys(&key::ESCAPE.to_string())?;
    says(cx, "escaped")?;
    let pad = cx.css("#pad")?;
    cx.drag(&pad, (20.0, 50.0), (220.0, 60.0))?;
    says(cx, "20 to 220")
}

fn errors_in_the_console_are_seen(cx: &mut Context) -> Result {
    open(cx)?;
    cx.script("console.error('wanted by this test'); setTimeout(() => { throw new Error('thrown by this test') })", json!([]))?;
    cx.settle()?;
    let lines = cx.console()?;
    for part in ["wanted by this test", "thrown by this test"] {
        let seen = lines.iter().any(|line| line.level == "SEVERE" && line.message.contains(part));
        ensure(seen, || format!("no {part:?} in {lines:?}"))?;
    }
    Ok(())
}

/// What a case leaves in its browser when it ends, the next one does not find.
fn nothing_is_left_for_the_next_case(cx: &mut Context) -> Result {
    const LEFT: &str = "return [localStorage.length, sessionStorage.length, document.cookie, (await caches.keys()).length,
        (await navigator.serviceWorker.getRegistrations()).length, typeof marked, innerWidth, devicePixelRatio].join()";
    cx.server.route("/blank", |_| Reply::ok("text/html", "<!doctype html><title>blank</title><link rel=icon href=data:,>"));
    cx.server.route("/worker.js", |_| Reply::ok("text/javascript", ""));
    let address = cx.address("/blank");
    let page = cx.fresh_browser(&Options::default())?;
    page.open(&address)?;
    page.script_async(
        "localStorage.a = sessionStorage.a = 1; document.cookie = 'a=1;max-age=1000'; await caches.open('a');
         await navigator.serviceWorker.register('/worker.js'); return 1",
    )?;
    page.session().before_each_page("self.marked = 1")?;
    // WebKit's browser keeps the scale that it was started with.
    let scale: u8 = if page.session().kind() == Browser::Webkit { 1 } else { 2 };
    page.resize(500, 400, scale.into())?;
    let file = page.session().folder().join("file.txt");
    std::fs::write(&file, "left").map_err(|e| Error::Unexpected(e.to_string()))?;
    page.open(&address)?;
    let before = page.script_async(LEFT)?;
    ensure(before == format!("1,1,a=1,1,1,number,500,{scale}"), || format!("a case left {before}"))?;
    page.open_in_new_tab(&address)?;
    drop(page);
    let page = cx.fresh_browser(&Options::default())?;
    ensure(file.starts_with(page.session().folder()) && !file.exists(), || "another browser, or the same file".to_owned())?;
    page.open(&address)?;
    let after = page.script_async(LEFT)?;
    ensure(after == "0,0,,0,0,undefined,1440,1", || format!("the next case found {after}"))?;
    let windows = page.session().call("GET", "/window/handles", None)?;
    ensure(windows.as_array().is_some_and(|all| all.len() == 1), || format!("windows {windows}"))
}
