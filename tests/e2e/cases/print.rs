//! On paper: long tables are printed completely, up to a stated bound, and the page is as it was afterwards.

use crate::feeds::recent;
use crate::look::eventually;
use crate::oracle::pinned;
use callscope_e2e::browser::{Browser, Result};
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use callscope_e2e::fixtures::document;
use callscope_e2e::server::Reply;
use serde_json::json;

pub const CASES: &[Case] = cases![
    a_long_table_is_printed_whole,
    a_table_beyond_the_bound_says_what_is_left_out,
    charts_are_drawn_for_paper,
    paper_has_no_controls_and_all_figures,
    a_list_of_calls_is_printed_as_far_as_it_is_here,
];

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

/// Room between the margins of A4, portrait and landscape, CSS pixels.
const PAPER: [u32; 2] = [703, 1032];

/// Lays the page out as on paper of this width.
fn onto_paper(cx: &Context, width: u32) -> Result {
    cx.needs(Browser::Chromium, "the driver of Firefox cannot show a page as it is printed")?;
    event(cx, "beforeprint")?;
    cx.session().devtools("Emulation.setEmulatedMedia", json!({ "media": "print" }))?;
    cx.resize(width, 1000, 1.0)
}

fn off_paper(cx: &Context) -> Result {
    event(cx, "afterprint")?;
    cx.session().devtools("Emulation.setEmulatedMedia", json!({ "media": "" }))?;
    cx.resize(1440, 900, 1.0)
}

fn charts_are_drawn_for_paper(cx: &mut Context) -> Result {
    cx.visit(&pinned("&page=details&service=aster-chat"))?;
    cx.wait_js("charts", "document.querySelector('#c-calls canvas')?.width > 300")?;
    let widths = "return [...new Set([...document.querySelectorAll('.sheet canvas')].map(c => c.width))]";
    let screen = cx.script(widths, json!([]))?;
    for (paper, columns) in PAPER.into_iter().zip([2, 3]) {
        onto_paper(cx, paper)?;
        // Painted for their columns at three pixels each, as wide as the pane leaves room and undistorted.
        eventually("the pictures", &json!([990]), || cx.script(widths, json!([])))?;
        let fit = "const panes = [...document.querySelectorAll('.sheet .chart')], top = panes[0].offsetTop;
            const bad = panes.filter(p => { const c = p.querySelector('canvas').getBoundingClientRect(), r = p.getBoundingClientRect();
                return c.width < r.width - 24 || c.width > r.width || Math.abs(c.width / c.height - 330 / 176) > .03; });
            return [panes.filter(p => p.offsetTop === top).length, bad.length, document.documentElement.scrollWidth <= innerWidth]";
        eventually("columns, misfits, width", &json!([columns, 0, true]), || cx.script(fit, json!([])))?;
        off_paper(cx)?;
    }
    eventually("the pictures of the screen", &screen, || cx.script(widths, json!([])))
}

fn paper_has_no_controls_and_all_figures(cx: &mut Context) -> Result {
    cx.visit(&pinned("&open=aster-chat&key=key-web-prod&key=key-load-test"))?;
    cx.css("table.services tr.ver")?;
    for paper in PAPER {
        onto_paper(cx, paper)?;
        let controls = "return [...document.querySelectorAll('button, input, select, [popovertarget]')]
            .filter(e => e.checkVisibility() && !e.closest('thead')).map(e => e.outerHTML.slice(0, 90))";
        eventually("controls on paper", &json!([]), || cx.script(controls, json!([])))?;
        // A browser leaves out of a repeated head what is sticky or relatively positioned; a sum repeated on each page reads as the page's.
        let table = "const table = document.querySelector('table.services'), right = innerWidth;
            return [[...table.querySelectorAll('thead th')].every(h => getComputedStyle(h).position === 'static'),
                getComputedStyle(table.tFoot).display, table.getBoundingClientRect().right <= right]";
        eventually("the table", &json!([true, "table-row-group", true]), || cx.script(table, json!([])))?;
        let head = cx.script("return document.querySelector('.paperhead')?.innerText.replace(/\\s+/g, ' ')", json!([]))?;
        let head = head.as_str().unwrap_or_default().to_owned();
        for part in ["10 Mar 00:00", "UTC", "API key: key-web-prod, key-load-test", "printed ", "newest "] {
            ensure(head.contains(part), || format!("the head says {head:?}, not {part:?}"))?;
        }
        off_paper(cx)?;
    }
    ensure(cx.all(".paperhead")?.is_empty(), || "the head of the paper stays on the screen".to_owned())
}

fn a_list_of_calls_is_printed_as_far_as_it_is_here(cx: &mut Context) -> Result {
    cx.visit(&pinned("&page=failed&service=harbour-chat&status=429"))?;
    cx.wait_js("rows", "document.querySelector('.vrow .mono')?.innerText.length > 8")?;
    onto_paper(cx, PAPER[0])?;
    // The box on the screen is as high as all calls: on paper it would be blank pages.
    let list = "const rows = [...document.querySelectorAll('.vrow')], space = document.querySelector('.vspace').getBoundingClientRect();
        return [rows.length, Math.round(space.bottom - rows.at(-1).getBoundingClientRect().bottom), document.querySelector('.inspect__foot').innerText.includes('1–200 of ')]";
    eventually("calls on paper", &json!([200, 0, true]), || cx.script(list, json!([])))?;
    off_paper(cx)
}
