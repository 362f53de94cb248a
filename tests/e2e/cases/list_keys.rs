//! The list of calls by the keyboard: one stop for Tab, every call by keys, whichever rows exist just then.

use crate::look::{eventually, says};
use crate::oracle::{pinned, range, within};
use callscope_e2e::browser::Result;
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use callscope_e2e::page::key;
use serde_json::{Value, json};

pub const CASES: &[Case] =
    cases![fresh a_list_of_calls_is_one_stop_and_keys_go_through_it, without_request_ids_keys_go_through_it_too];

const SERVICE: &str = "harbour-chat";

/// Number of the row that has the focus, the header being the first; null where none has it.
const AT: &str = "return Number(document.activeElement?.closest('.vrow')?.getAttribute('aria-rowindex')) || null";
/// Whether that row is in sight, below the header of the list.
const SEEN: &str = "const row = document.activeElement.closest('.vrow')?.getBoundingClientRect();
    const [list, head] = ['.vlist', '.vhead'].map(s => document.querySelector(s).getBoundingClientRect());
    return !!row && row.top >= head.bottom - 1 && row.bottom <= list.bottom + 1";

fn press(cx: &Context, key: char, wanted: u64) -> Result {
    cx.keys(&key.to_string())?;
    eventually("the row with the focus", &json!(wanted), || cx.script(AT, json!([])))?;
    eventually("the row in sight", &json!(true), || cx.script(SEEN, json!([])))
}

fn limited() -> Result<u64> {
    Ok(within(range("3d"))?.filter(|call| call.service == SERVICE && call.status == 429).count() as u64)
}

fn open(cx: &Context) -> Result {
    cx.visit(&pinned(&format!("&page=failed&service={SERVICE}&status=429")))?;
    cx.wait_js("rows", "document.querySelector('.vrow .mono')?.innerText.length > 8")?;
    // Before the first row: Tab goes on from there.
    cx.script("[...document.querySelectorAll('.vhead [tabindex]')].at(-1).focus()", json!([]))?;
    press(cx, key::TAB, 2)
}

fn a_list_of_calls_is_one_stop_and_keys_go_through_it(cx: &mut Context) -> Result {
    let calls = limited()?;
    ensure(calls > 250, || format!("{calls} calls prove nothing"))?;
    cx.session().let_clipboard()?;
    open(cx)?;
    let stops = cx.script(
        "return document.querySelectorAll('.vspace [tabindex=\"0\"], .vspace :is(a, button):not([tabindex])').length",
        json!([]),
    )?;
    ensure(stops == 1, || format!("{stops} stops in the rows"))?;
    press(cx, key::DOWN, 3)?;
    press(cx, key::DOWN, 4)?;
    press(cx, key::UP, 3)?;
    press(cx, key::END, calls + 1)?;
    press(cx, key::DOWN, calls + 1)?;
    press(cx, key::PAGE_UP, calls + 1 - shown(cx)?)?;
    press(cx, key::HOME, 2)?;
    let page = shown(cx)?;
    for turn in 1..=10 {
        press(cx, key::PAGE_DOWN, 2 + turn * page)?;
    }
    // It is copied whole, of the very call.
    eventually("the answer", &true, || {
        Ok(cx.script("return !!document.activeElement.querySelector('.link')", json!([]))? == true)
    })?;
    let id = cx.script("return document.activeElement.querySelector('.link').innerText.trim()", json!([]))?;
    cx.chord(&[key::CONTROL, 'c'])?;
    says(cx, "Copied")?;
    let copied = cx.script_async("return navigator.clipboard.readText()")?;
    ensure(copied == id && id.as_str().is_some_and(|id| id.len() > 3), || format!("copied {copied}, not {id}"))?;
    // On with Tab: out of the list, and back to the same call.
    let before = cx.script(AT, json!([]))?;
    cx.keys(&key::TAB.to_string())?;
    eventually("no row with the focus", &Value::Null, || cx.script(AT, json!([])))?;
    cx.chord(&[key::SHIFT, key::TAB])?;
    eventually("the same row", &before, || cx.script(AT, json!([])))
}

/// Whole rows that the list shows below its header.
fn shown(cx: &Context) -> Result<u64> {
    let height = cx.script("return Math.floor((document.querySelector('.vlist').clientHeight - 28) / 26)", json!([]))?;
    Ok(height.as_u64().unwrap_or_default())
}

fn without_request_ids_keys_go_through_it_too(cx: &mut Context) -> Result {
    crate::deployment::configure_as(cx, &json!({ "log_access": "off" }));
    open(cx)?;
    press(cx, key::END, limited()? + 1)?;
    press(cx, key::HOME, 2)
}
