//! On paper: long tables stand there whole, up to a bound that is told, and the page is as it was afterwards.

use crate::feeds::recent;
use crate::look::eventually;
use callscope_e2e::browser::Result;
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use callscope_e2e::fixtures::document;
use callscope_e2e::server::Reply;
use serde_json::json;

pub const CASES: &[Case] = cases![a_long_table_is_printed_whole, a_table_beyond_the_bound_says_what_is_left_out];

const ROWS: &str = "return document.querySelectorAll('table.services tbody tr[aria-rowindex]').length";
const LEFT_OUT: &str = "return document.querySelector('table.services .unprinted')?.innerText ?? ''";

/// Opens a feed with so many services.
fn open(cx: &Context, services: usize) -> Result {
    let mut calls = recent(1);
    let time = calls[0]["time"].clone();
    calls = (0..services).map(|i| json!({ "time": time, "service": format!("service-{i:05}"), "status": 200 })).collect();
    let body = document(calls);
    cx.server.route("/feeds/many.json", move |_| Reply::ok("application/json", body.clone()));
    cx.visit(&format!("?lang=en&source=url:{}", cx.address("/feeds/many.json")))?;
    cx.wait_js("rows", "document.querySelectorAll('table.services tbody tr[aria-rowindex]').length > 5")
}

/// What the browser does before and after it prints.
fn event(cx: &Context, name: &str) -> Result {
    cx.script("dispatchEvent(new Event(arguments[0]))", json!([name])).map(drop)
}

fn few(cx: &Context) -> Result<bool> {
    Ok(cx.script(ROWS, json!([]))?.as_u64().is_some_and(|rows| rows < 150))
}

fn a_long_table_is_printed_whole(cx: &mut Context) -> Result {
    open(cx, 700)?;
    eventually("few rows on the screen", &true, || few(cx))?;
    event(cx, "beforeprint")?;
    // Paper does not wait.
    let rows = cx.script(ROWS, json!([]))?;
    ensure(rows == 700, || format!("{rows} rows on paper, not 700"))?;
    ensure(cx.script(LEFT_OUT, json!([]))? == "", || "something is said to be left out".to_owned())?;
    event(cx, "afterprint")?;
    eventually("few rows again", &true, || few(cx))
}

fn a_table_beyond_the_bound_says_what_is_left_out(cx: &mut Context) -> Result {
    open(cx, 5_300)?;
    event(cx, "beforeprint")?;
    eventually("rows on paper", &json!(5_000), || cx.script(ROWS, json!([])))?;
    let said = cx.script(LEFT_OUT, json!([]))?;
    ensure(said == "300 more rows are not printed; an export has all of them.", || format!("it says {said}"))?;
    event(cx, "afterprint")?;
    eventually("few rows again", &true, || few(cx))
}
