//! What stands where at which width, measured in CSS pixels: no number is cut, nothing is out of place.

use crate::look::eventually;
use crate::oracle::{pinned, pinned_in};
use callscope_e2e::browser::Result;
use callscope_e2e::case::Case;
use callscope_e2e::case::{Context, ensure};
use callscope_e2e::cases;
use serde_json::{Value, json};

pub const CASES: &[Case] = cases![no_number_of_a_list_is_cut, sorting_moves_no_column];

/// Cells of the call list and figures of the codes table that their own box or the frame around cuts.
const CUT: &str = "const cut = (e, frame) => e.scrollWidth > e.clientWidth + 1 || e.getBoundingClientRect().right > frame + 1;
    const list = document.querySelector('.vlist'), codes = document.querySelector('.codes .scroll');
    const rows = [...list.querySelectorAll('.vrow')].flatMap(r => [r.children[0], r.children[2], r.children[3]]);
    const right = list.getBoundingClientRect().left + list.clientLeft + list.clientWidth;
    const figures = [...codes.querySelectorAll('tbody td:nth-child(2), tbody td:nth-child(3)')];
    const edge = codes.getBoundingClientRect().left + codes.clientWidth;
    if (rows.length < 5 || figures.length < 5) return 'nothing there';
    return [...rows.filter(e => cut(e, right)), ...figures.filter(e => cut(e, edge))].map(e => e.innerText)";

fn no_number_of_a_list_is_cut(cx: &mut Context) -> Result {
    for (width, height) in [(320, 740), (480, 800), (1280, 900), (1440, 900)] {
        for lang in ["en", "zh"] {
            cx.resize(width, height, 1.0)?;
            cx.visit(&pinned_in(lang, "&page=failed&service=harbour-chat&status=429"))?;
            cx.wait_js("rows", "document.querySelector('.vrow .mono')?.innerText.length > 8")?;
            eventually(&format!("cut at {width} px in {lang}"), &json!([]), || cx.script(CUT, json!([])))?;
            ensure(!cx.overflows()?, || format!("the page is wider than {width} px"))?;
        }
    }
    // A list that becomes wide again has its one line back, and every call is reached either way.
    cx.resize(480, 800, 1.0)?;
    cx.visit(&pinned("&page=failed&service=harbour-chat&status=429"))?;
    let height = |px: u64| {
        let script = "return Math.round(document.querySelector('.vrow')?.getBoundingClientRect().height)";
        eventually("the height of a row", &json!(px), || cx.script(script, json!([])))
    };
    height(42)?;
    cx.script("document.querySelector('.vlist').scrollTop = 1e9", json!([]))?;
    let last = "const list = document.querySelector('.vlist'), rows = [...list.querySelectorAll('.vrow')];
        return [Number(rows.at(-1)?.ariaRowIndex) === Number(list.ariaRowCount), Math.round(list.getBoundingClientRect().bottom - rows.at(-1).getBoundingClientRect().bottom)]";
    eventually("the last call at the foot of the list", &json!([true, 0]), || cx.script(last, json!([])))?;
    cx.resize(1440, 900, 1.0)?;
    height(26)
}

/// Height of the header and left edges of its columns, in whole pixels.
const HEADS: &str = "const heads = [...document.querySelectorAll('table.services thead th')];
    return [heads[0].getBoundingClientRect().height, ...heads.map(h => h.getBoundingClientRect().left)].map(Math.round)";

fn sorting_moves_no_column(cx: &mut Context) -> Result {
    for (width, height) in [(1440, 900), (2560, 1440)] {
        for lang in ["en", "zh"] {
            cx.resize(width, height, 1.0)?;
            let sorted = |by: &str| -> Result<Value> {
                cx.visit(&pinned_in(lang, &format!("&calls.sort={by}.down")))?;
                cx.css("table.services tbody tr a.nm")?;
                cx.css("table.services thead .sort")?;
                cx.settle()?;
                cx.script(HEADS, json!([]))
            };
            let calls = sorted("calls")?;
            for by in ["failed", "failure-rate", "latency", "tpot", "generation"] {
                let now = sorted(by)?;
                ensure(now == calls, || format!("{width} px, {lang}: sorted by {by} {now}, by calls {calls}"))?;
            }
        }
    }
    Ok(())
}
