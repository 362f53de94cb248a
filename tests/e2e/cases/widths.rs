//! What is where at which width, measured in CSS pixels: no number is cut, nothing is out of place.

use crate::look::{eventually, says, shown};
use crate::oracle::{pinned, pinned_in};
use callscope_e2e::browser::Result;
use callscope_e2e::case::Case;
use callscope_e2e::case::{Context, ensure};
use callscope_e2e::cases;
use callscope_e2e::fixtures::{NOW_MS, document};
use callscope_e2e::page::key;
use callscope_e2e::server::Reply;
use serde_json::{Value, json};

pub const CASES: &[Case] = cases![
    no_number_of_a_list_is_cut,
    sorting_moves_no_column,
    the_mapping_editor_cuts_nothing,
    pages_fill_a_large_window,
    what_is_empty_stands_in_the_middle,
    legends_fill_their_rows,
    nothing_failed_is_not_red,
    heads_and_edges_of_a_phone,
    the_first_view_says_what_it_is,
];

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

/// Texts of choices and hints that are wider than their fields; rows whose name is not on the line of its field; what of the first calls is in sight.
const EDITOR: &str = "const dialog = document.querySelector('#d-mapping'), pen = document.createElement('canvas').getContext('2d');
    const seen = e => e.checkVisibility();
    const cut = [...dialog.querySelectorAll('select, input[placeholder]')].filter(seen).filter(e => {
        const style = getComputedStyle(e), text = e.tagName === 'SELECT' ? e.selectedOptions[0]?.text : e.value ? '' : e.placeholder;
        pen.font = style.font;
        return pen.measureText(text ?? '').width > e.clientWidth - parseFloat(style.paddingLeft) - (e.tagName === 'SELECT' ? 16 : 0);
    }).map(e => e.selectedOptions?.[0]?.text ?? e.placeholder);
    const middle = e => { const range = document.createRange(); range.selectNodeContents(e); const r = range.getClientRects()[0]; return (r.top + r.bottom) / 2; };
    const off = [...dialog.querySelectorAll('.maps__fields tbody tr')].filter(r => {
        const field = r.querySelector('select').getBoundingClientRect();
        return arguments[0] && Math.abs(middle(r.querySelector('th')) - (field.top + field.bottom) / 2) > 1.5;
    }).length;
    const frame = dialog.querySelector('.maps__first')?.getBoundingClientRect();
    const heads = frame ? [...dialog.querySelectorAll('.maps__first th')].filter(h => h.getBoundingClientRect().right <= frame.right).length : 0;
    return [cut, off, heads >= (arguments[0] ? 4 : 2)]";

fn the_mapping_editor_cuts_nothing(cx: &mut Context) -> Result {
    let name = "a-service-with-a-name-that-goes-on-and-on-and-on-beyond-all-reason-and-further";
    let row = |i: i64| format!("{},{name},{},2.5,1.5,120\n", NOW_MS - i * 60_000, if i % 9 == 5 { "aborted" } else { "done" });
    let table = (0..40).fold("moment,squad,result,took,prompt_k,answer\n".to_owned(), |text, i| text + &row(i));
    cx.server.route("/feeds/odd.csv", move |_| Reply::ok("text/csv", table.clone()));
    for (width, height) in [(480, 800), (1440, 900)] {
        cx.resize(width, height, 1.0)?;
        cx.visit("?lang=en&source=url:/feeds/odd.csv")?;
        cx.press("button", "Map its fields")?;
        says(cx, "How to read odd.csv")?;
        for (field, column) in [("time", "moment"), ("service", "squad"), ("status", "result"), ("latency_ms", "took")] {
            crate::mapping::set(cx, &format!("Source of {field}"), column)?;
        }
        cx.css(".maps__first td")?;
        eventually(&format!("the editor at {width} px"), &json!([[], 0, true]), || cx.script(EDITOR, json!([width > 720])))?;
    }
    Ok(())
}

fn pages_fill_a_large_window(cx: &mut Context) -> Result {
    cx.resize(2560, 1440, 1.0)?;
    // The twelve charts end where the window ends.
    cx.visit("?lang=en&page=details&service=aster-chat")?;
    cx.css("#c-calls canvas")?;
    let foot = "return Math.round(innerHeight - document.querySelector('.sheet').getBoundingClientRect().bottom)";
    let ends = || Ok(cx.script(foot, json!([]))?.as_i64().is_some_and(|px| (-60..=60).contains(&px)));
    eventually("the sheet ends at the foot of the window", &true, ends)?;
    // Fifteen services and their totals take most of it.
    cx.visit("?lang=en")?;
    cx.css("table.services tfoot td")?;
    let share = "return document.querySelector('.legend-note').getBoundingClientRect().bottom / innerHeight";
    eventually("most of the window", &true, || Ok(cx.script(share, json!([]))?.as_f64().is_some_and(|share| share > 0.84)))
}

fn what_is_empty_stands_in_the_middle(cx: &mut Context) -> Result {
    cx.expect_console("404");
    cx.resize(1440, 900, 1.0)?;
    let place = "const texts = [...document.querySelectorAll('.blank > :is(h2, p)')].map(e => e.getBoundingClientRect());
        const left = Math.min(...texts.map(r => r.left)), page = document.querySelector('.page').getBoundingClientRect();
        const from = left - (page.left + page.right) / 2;
        return Math.abs(from + 360) <= 1 ? 'in the middle' : from";
    // The column of the loading card, 760 px less its padding, in the middle of the page.
    for view in [
        pinned("&page=failed&service=doc-embed&range=1773284400000~1773295200000"),
        pinned("&key=no-such-key"),
        pinned("&page=details&service=no-such-service"),
        pinned("&source=url:/fixture/missing.json"),
    ] {
        cx.visit(&view)?;
        cx.css(".blank h2")?;
        eventually(&format!("the place of what {view} says"), &json!("in the middle"), || cx.script(place, json!([])))?;
    }
    Ok(())
}

/// Legends of the sheet by what is wrong with them, and the cells of the longest: all of them and those of its first row.
const LEGENDS: &str = "const wrong = [], box = e => e.getBoundingClientRect();
    let longest = [0, 0];
    for (const pane of document.querySelectorAll('.sheet > .chart')) {
        const legend = pane.querySelector('.chart__legend'), cells = [...legend.children].map(box), title = pane.querySelector('h2').innerText;
        if (!cells.length) { if (legend.offsetHeight) wrong.push(title + ': an empty strip'); continue; }
        const first = cells.filter(c => c.top === cells[0].top), later = cells.filter(c => c.top > cells[0].top);
        if (Math.abs(box(legend).right - first.at(-1).right) > 1) wrong.push(title + ': room for another cell');
        if (later.length && Math.abs(later[0].left - cells[0].left) > 0.5) wrong.push(title + ': a row that is shifted');
        if (box(legend).top - box(pane.querySelector('.chart__plot')).bottom > 10) wrong.push(title + ': a blank above its legend');
        if (cells.length > longest[0]) longest = [cells.length, first.length];
    }
    return [longest, wrong]";

fn legends_fill_their_rows(cx: &mut Context) -> Result {
    let statuses = [200, 400, 401, 403, 404, 408, 422, 429, 500, 502, 503];
    let call = |i: usize| {
        let (service, status) =
            if i.is_multiple_of(2) { ("alpha-chat", statuses[i / 2 % statuses.len()]) } else { ("beta-embed", 200) };
        json!({ "time": NOW_MS - i as i64 * 60_000, "service": service, "status": status, "input_tokens": i, "latency_ms": 20 })
    };
    let feed = Reply::ok("application/json", document((1..400).map(call).collect()));
    cx.server.route("/feeds/codes.json", move |_| feed.clone());
    cx.resize(1440, 900, 1.0)?;
    for (service, longest) in [("alpha-chat", [10, 5]), ("beta-embed", [6, 6])] {
        cx.visit(&pinned(&format!("&source=url:/feeds/codes.json&page=details&service={service}")))?;
        cx.css(".sheet .chart__legend .v")?;
        eventually(&format!("legends of {service}"), &json!([longest, []]), || cx.script(LEGENDS, json!([])))?;
    }
    Ok(())
}

fn nothing_failed_is_not_red(cx: &mut Context) -> Result {
    cx.visit(&pinned("&page=failed&service=doc-embed&range=1773284400000~1773295200000"))?;
    let colour = |of: &str| cx.script("return getComputedStyle(document.querySelector(arguments[0])).color", json!([of]));
    cx.css(".blank h2")?;
    eventually("failed calls", &Some("0".to_owned()), || Ok(cx.texts(".tab .n")?.first().cloned()))?;
    let none = colour(".tab .n")?;
    cx.visit(&pinned("&page=failed&service=harbour-chat"))?;
    cx.css("tr.grp")?;
    let some = colour(".tab .n")?;
    ensure(none != some, || format!("no failed calls are {none}, some are {some}"))
}

fn heads_and_edges_of_a_phone(cx: &mut Context) -> Result {
    // Title, search and ways out are in one row, or the search alone in the second.
    for (width, rows) in [(412, 1), (320, 2)] {
        cx.resize(width, 800, 1.0)?;
        cx.visit(&pinned(""))?;
        cx.css("table.services tbody a.nm")?;
        let lines = "const parts = [...document.querySelector('#h-services').parentElement.children].filter(e => e.checkVisibility() && e.offsetWidth > 0);
            const middles = parts.map(e => { const r = e.getBoundingClientRect(); return Math.round((r.top + r.bottom) / 20); });
            const last = Math.max(...middles), alone = parts.filter((e, i) => middles[i] === last);
            return [new Set(middles).size, alone.length > 1 || alone[0].matches('.search')]";
        eventually(&format!("rows at {width} px"), &json!([rows, true]), || cx.script(lines, json!([])))?;
    }
    // The chart of failed calls has its menu beside its title, and its key below both.
    cx.visit(&pinned("&page=failed&service=harbour-chat"))?;
    cx.css("tr.grp")?;
    let head = "const top = part => Math.round(document.querySelector(`.failed__strip ${part}`).getBoundingClientRect().top);
        return [Math.abs(top('h2') - top('.btn')) < 12, top('.key') > top('.btn') + 12]";
    eventually("the head of the chart", &json!([true, true]), || cx.script(head, json!([])))?;
    cx.visit(&pinned(""))?;
    cx.css("table.services tbody a.nm")?;
    // A table that goes on to the right fades there, and no longer at its end.
    let fades =
        || cx.script("return getComputedStyle(document.querySelector('.scroll--services')).maskImage !== 'none'", json!([]));
    eventually("the fade", &json!(true), fades)?;
    cx.script("const frame = document.querySelector('.scroll--services'); frame.scrollLeft = frame.scrollWidth", json!([]))?;
    eventually("the fade at the end", &json!(false), fades)?;
    // A choice at the end of the strip of filters brings the range back into sight.
    cx.script("document.querySelector('.filters').scrollLeft = 9999", json!([]))?;
    let at = || cx.script("return document.querySelector('.filters').scrollLeft > 100", json!([]));
    eventually("the strip scrolled", &json!(true), at)?;
    cx.visit(&pinned("&type=commercial"))?;
    cx.css("table.services tbody a.nm")?;
    cx.script(
        "document.querySelector('.filters').scrollLeft = 9999; [...document.querySelectorAll('.filters .tight')].at(-1).click()",
        json!([]),
    )?;
    eventually("the strip scrolled", &json!(false), at)
}

fn the_first_view_says_what_it_is(cx: &mut Context) -> Result {
    for width in [1440, 480] {
        cx.resize(width, 900, 1.0)?;
        cx.visit("?lang=en")?;
        says(cx, "Demonstration data. Services, API keys and calls are invented.")?;
        ensure(!cx.overflows()?, || format!("the page is wider than {width} px"))?;
        let press = "[...document.querySelectorAll('.banner .btn')].find(b => b.innerText === arguments[0]).click()";
        cx.script(press, json!(["Connect a feed"]))?;
        cx.css("#d-connect[open]")?;
        cx.keys(&key::ESCAPE.to_string())?;
    }
    // Not over one's own data, and no more once it was put away.
    cx.visit(&pinned("&source=url:/fixture/good.json"))?;
    cx.css("table.services tbody a.nm")?;
    ensure(!shown(cx, ".banner--plain")?, || "one's own data is called a demonstration".to_owned())?;
    cx.visit("?lang=en")?;
    cx.css(".banner--plain")?;
    cx.press("button", "Dismiss")?;
    eventually("the line", &false, || shown(cx, ".banner--plain"))
}
