//! Saved reports: every number of the file is one of the page, it opens from a disk with no network and runs nothing, what may name a
//! user is replaced, and texts of a feed stay texts.

use crate::deployment::configure_as;
use crate::details::headline_counts;
use crate::export::{charts, downloaded};
use crate::hosts::single_file;
use crate::look::{eventually, footer, press_part, says};
use crate::oracle::{pinned, pinned_in, range};
use callscope_e2e::browser::{Error, Options, Result};
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use callscope_e2e::fixtures::{HOSTILE_NAME, NOW_MS, calls, document};
use callscope_e2e::page::Page;
use serde_json::{Value, json};

pub const CASES: &[Case] = cases![
    a_report_of_the_calls_page_has_every_number_of_it,
    a_report_of_monitoring_has_every_number_of_it,
    a_report_of_failed_calls_has_every_number_of_it,
    what_names_a_person_is_replaced_until_it_is_let_out,
    hostile_texts_stay_texts_in_a_report,
    the_report_that_is_looked_at_is_the_one_that_is_saved,
    a_report_of_the_single_file,
    a_report_without_error_messages_and_request_ids,
];

/// Every text of cells, as a list of rows, of the tables that a selector names; without what a rate of few calls adds for screen readers.
const CELLS: &str = "const flat = e => e.innerText.replace(/\\s+/g, ' ').trim().replace(/ [\\d,]+ (of [\\d,]+ calls|次调用中 [\\d,]+ 次失败)$/, '');
    const rows = (table) => [...table.rows].map(r => [...r.cells].map(flat));";

fn failed(e: std::io::Error) -> Error {
    Error::Unexpected(e.to_string())
}

/// Opens the dialog and waits until the report is there.
fn open_dialog(page: &Page) -> Result {
    page.press("button", "Save report")?;
    page.css("#d-report[open] #report-preview")?;
    Ok(())
}

/// Saves what the dialog has: the file's name and text.
fn save(page: &Page) -> Result<(String, String)> {
    let dialog = page.css("#d-report[open]")?;
    page.css("#report-preview")?;
    page.click(&page.find_in(Some(&dialog), "button", "Save report")?)?;
    let (name, bytes) = downloaded(page)?;
    eventually("dialogs", &0, || Ok(page.all("dialog[open]")?.len()))?;
    Ok((name, String::from_utf8(bytes).map_err(|e| Error::Unexpected(e.to_string()))?))
}

/// Opens a report from a disk in a browser whose every request would fail, and looks whether there is anything in it that runs or asks.
fn opened<'d>(cx: &Context<'d>, text: &str) -> Result<Page<'d>> {
    // A proxy without a server: a request would be an error in the console.
    let page = cx.fresh_browser(&Options { proxy: Some("127.0.0.1:9".to_owned()), ..Options::default() })?;
    let file = page.session().folder().join("report.html");
    std::fs::write(&file, text).map_err(failed)?;
    page.open(&format!("file://{}", file.display()))?;
    page.css("main")?;
    let found = page.script(
        "return [document.querySelectorAll('script,img,iframe,object,embed,link,base,form,[style],[src],[srcset]').length,
            [...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames()).filter(n => n.startsWith('on')).length,
            [...document.querySelectorAll('[href]')].map(e => e.getAttribute('href')).filter(h => !/^(https?|file):/.test(h)).length,
            performance.getEntriesByType('resource').length,
            getComputedStyle(document.body).maxWidth]",
        json!([]),
    )?;
    ensure(found == json!([0, 0, 0, 0, "1440px"]), || format!("what runs, handlers, odd links, requests, styles: {found}"))?;
    let errors: Vec<_> = page.console()?.into_iter().filter(|line| line.level == "SEVERE").collect();
    ensure(errors.is_empty(), || format!("{errors:?}"))?;
    Ok(page)
}

fn same(what: &str, report: &Value, page: &Value) -> Result {
    ensure(!page.is_null() && *page != json!([]), || format!("{what}: the page has none"))?;
    ensure(report == page, || format!("{what}: the report has\n{report}\nthe page\n{page}"))
}

fn a_report_of_the_calls_page_has_every_number_of_it(cx: &mut Context) -> Result {
    for (lang, rest) in [("en", "&range=14d&sort=failed.down&open=*"), ("zh", "&range=3d&hide=tpot&search=a&key=key-web-prod")] {
        cx.visit(&pinned_in(lang, rest))?;
        cx.css("table.services tbody tr")?;
        eventually("calls", &true, || Ok(footer(cx)?.0 > 0))?;
        let totals = "return [...document.querySelectorAll(arguments[0])].map(e => e.title + ' ' + e.innerText.trim())";
        let deltas = "return [...document.querySelectorAll(arguments[0])].map(e => e.innerText.replace(/\\s+/g, ' ').trim())";
        let seen = (cx.script(totals, json!([".tile__value"]))?, cx.script(deltas, json!([".tile__delta"]))?);
        // The page's last column leads to the details; its first may have a button for the versions.
        let table = format!("{CELLS} return rows(document.querySelector('table.services')).map(r => r.slice(0, -1))");
        let rows = cx.script(&table, json!([]))?;
        cx.press("button", if lang == "zh" { "保存报告" } else { "Save report" })?;
        cx.css("#report-preview")?;
        let dialog = cx.css("#d-report[open]")?;
        cx.click(&cx.find_in(Some(&dialog), "button", if lang == "zh" { "保存报告" } else { "Save report" })?)?;
        let (name, bytes) = downloaded(cx)?;
        ensure(name.ends_with("UTC.html") && name.contains("2026-03-12"), || name.clone())?;
        let report = opened(cx, &String::from_utf8_lossy(&bytes))?;
        same("the totals", &report.script(totals, json!([".value"]))?, &seen.0)?;
        same("the changes", &report.script(deltas, json!([".delta"]))?, &seen.1)?;
        let all = format!("{CELLS} return rows(document.querySelector('table.services'))");
        same("the services", &report.script(&all, json!([]))?, &rows)?;
        // The numbers under the lines add up to the totals.
        let sums = report.script(
            "const n = t => Number(t.replaceAll(',', '').replace('-', 'NaN'));
             const rows = [...document.querySelectorAll('table.num tbody tr')].map(r => [...r.cells].slice(1).map(c => n(c.textContent)));
             const heads = [...document.querySelectorAll('table.num thead th')].slice(1).map(h => h.textContent);
             const titles = [...document.querySelectorAll('.tiles h3')].map(h => h.textContent);
             return titles.map(t => rows.reduce((s, r) => s + r[heads.indexOf(t)], 0))",
            json!([]),
        )?;
        let exact = report
            .script("return [...document.querySelectorAll('.value')].map(e => Number(e.title.replaceAll(',', '')))", json!([]))?;
        same("sums over time", &sums, &exact)?;
    }
    Ok(())
}

fn a_report_of_monitoring_has_every_number_of_it(cx: &mut Context) -> Result {
    let service = "aster-chat";
    let rest = format!("&page=details&service={service}&off=ttft.max&log=ttft");
    cx.visit(&pinned(&rest))?;
    headline_counts(cx, range("3d"), |call| call.service == service)?;
    cx.wait_js("the charts", "document.querySelectorAll('.chart .lg .v').length > 20")?;
    let summaries =
        "return [...document.querySelectorAll(arguments[0])].map(s => [s.querySelector('h2').innerText.replace(/\\s+/g, ''),
        ...[...s.querySelectorAll('.chart__sum dd, .lg--ro .v, .sum dd')].map(e => e.innerText.trim())]).sort()";
    let seen = cx.script(summaries, json!([".sheet .chart"]))?;
    let legend = "return [...document.querySelectorAll(arguments[0])].flatMap(s => [...s.querySelectorAll(arguments[1])]
        .map(e => s.querySelector('h2').innerText.replace(/\\s+/g, '') + ': ' + e.innerText.replace(/\\s+/g, ' ').trim())).sort()";
    let lines = cx.script(legend, json!([".sheet .chart", ".lg[aria-pressed=true]"]))?;
    open_dialog(cx)?;
    let (name, text) = save(cx)?;
    ensure(name.starts_with("Aster Chat Monitoring 2026-03-10"), || name.clone())?;
    // The same charts as tables, which the page makes of the same answer.
    let metrics = charts(cx)?;
    let tables: String = metrics.iter().map(|metric| format!("&table={metric}")).collect();
    cx.visit(&pinned(&format!("&page=details&service={service}{tables}")))?;
    cx.wait_js("the tables", "document.querySelectorAll('.astable tbody tr').length > 500")?;
    let of_page = format!(
        "{CELLS} return [...document.querySelectorAll('.sheet .chart')].map(s => [s.dataset.id, rows(s.querySelector('table'))]).sort()"
    );
    let on_page = cx.script(&of_page, json!([]))?;
    let report = opened(cx, &text)?;
    same("current, average, maximum", &report.script(summaries, json!([".charts .box"]))?, &seen)?;
    same("legends", &report.script(legend, json!([".charts .box", ".key li"]))?, &lines)?;
    report.script("document.querySelectorAll('details').forEach(d => d.open = true)", json!([]))?;
    let of_report = format!(
        "{CELLS} return [...document.querySelectorAll('.charts .box')].map(s => [s.getAttribute('aria-labelledby'), rows(s.querySelector('table'))]).sort()"
    );
    let mut in_report = report.script(&of_report, json!([]))?;
    // A line that is switched off is not in it; the page's table has it.
    let max = |table: &Value| table[1][0].as_array().and_then(|head| head.iter().position(|cell| cell == "MAX"));
    let mut wanted = on_page.clone();
    for (of_page, of_report) in wanted.as_array_mut().into_iter().flatten().zip(in_report.as_array_mut().into_iter().flatten()) {
        if of_page[0] == "ttft" {
            ensure(max(of_report).is_none(), || "a line that is off is in the report".to_owned())?;
            let at = max(of_page).ok_or_else(|| Error::Unexpected("the page has no MAX".to_owned()))?;
            for row in of_page[1].as_array_mut().into_iter().flatten().filter_map(Value::as_array_mut) {
                row.remove(at);
            }
        }
    }
    same("numbers of all charts", &in_report, &wanted)?;
    // Drawn, not only told: as many pictures as charts, each with lines and a text alternative.
    let drawn = report.script(
        "return [...document.querySelectorAll('svg.chart')].filter(s => s.querySelectorAll('path').length > 5 && s.getAttribute('aria-label').length > 60
            && getComputedStyle(s.querySelector('path[stroke*=\"--s-\"], path[stroke*=\"--p-\"], path[stroke*=\"--e\"]')).stroke.startsWith('rgb')).length",
        json!([]),
    )?;
    ensure(drawn == metrics.len(), || format!("{drawn} charts are drawn"))
}

fn a_report_of_failed_calls_has_every_number_of_it(cx: &mut Context) -> Result {
    cx.visit(&pinned("&page=failed&service=harbour-chat&status=429"))?;
    cx.css(".vrow")?;
    cx.wait_js("rows", "document.querySelector('.vrow .mono')?.innerText.length > 8")?;
    let codes = format!("{CELLS} return rows(document.querySelector(arguments[0]))");
    let seen = cx.script(&codes, json!([".codes table"]))?;
    let facts = "return [...document.querySelectorAll('.facts dd')].map(e => e.innerText.trim())";
    let figures = cx.script(facts, json!([]))?;
    let keys = cx.script("return [...document.querySelectorAll('.split li')].map(l => [...l.children].map(c => c.innerText.trim()).filter(Boolean))", json!([]))?;
    let list = "const flat = e => e.innerText.replace(/\\s+/g, ' ').trim();
        return [...document.querySelectorAll('.vrow')].slice(0, 12).map(r => [...r.children].filter(e => !e.matches('.rec')).map(flat))";
    let rows = cx.script(list, json!([]))?;
    open_dialog(cx)?;
    // All of it is let out, so that it can be compared.
    let boxes = cx.all("#d-report input[type=checkbox]")?;
    ensure(boxes.len() == 5, || format!("{} fields", boxes.len()))?;
    for at in 0..boxes.len() {
        cx.css("#report-preview")?;
        cx.click(&cx.all("#d-report input[type=checkbox]")?[at])?;
    }
    let (_, text) = save(cx)?;
    let report = opened(cx, &text)?;
    same("codes", &report.script(&codes, json!(["table.codes"]))?, &seen)?;
    same("facts", &report.script(facts, json!([]))?, &figures)?;
    let in_report = "const t = [...document.querySelectorAll('section[aria-labelledby=inspect] > table tr')];
        return t.map(r => [...r.cells].map(c => c.innerText.trim()))";
    same("keys", &report.script(in_report, json!([]))?, &keys)?;
    let calls = format!("{CELLS} return rows(document.querySelector('table.calls')).slice(1, 13)");
    same("calls", &report.script(&calls, json!([]))?, &rows)?;
    let strip = report.script(
        "const n = [...document.querySelectorAll('section[aria-labelledby=strip] tbody td')].map(c => Number(c.textContent.replaceAll(',', '')));
         return n.reduce((a, b) => a + b, 0)",
        json!([]),
    )?;
    let total =
        seen.as_array().and_then(|rows| rows.last()).and_then(|row| row[1].as_str()?.replace(',', "").parse::<u64>().ok());
    ensure(strip.as_f64().map(|n| n as u64) == total, || format!("{strip} failed calls over time, {total:?} in all"))
}

/// What of the demonstration feed's harbour-chat may identify a user, as it is on the page.
fn personal(cx: &Context) -> Result<Vec<String>> {
    let script = "const cells = (n) => [...document.querySelectorAll(`.vrow span:nth-child(${n})`)].map(e => e.innerText.trim());
        return [...cells(2), ...cells(3), ...cells(5), ...[...document.querySelectorAll('.codes td.msg [role=button]')].map(e => e.innerText)]";
    let found = cx.script(script, json!([]))?;
    let mut found: Vec<String> = found.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    found.retain(|text| text.len() > 3);
    found.sort();
    found.dedup();
    Ok(found)
}

fn what_names_a_person_is_replaced_until_it_is_let_out(cx: &mut Context) -> Result {
    cx.visit(&pinned("&page=failed&service=harbour-chat&status=429"))?;
    cx.wait_js("rows", "document.querySelector('.vrow .mono')?.innerText.length > 8")?;
    let names = personal(cx)?;
    ensure(names.len() > 20, || format!("{names:?} prove little"))?;
    open_dialog(cx)?;
    let told = cx.texts("#d-report tbody tr")?;
    ensure(told.iter().any(|row| row.contains("→ key-1")) && told.iter().any(|row| row.contains("→ request-1")), || {
        format!("{told:?}")
    })?;
    let (_, text) = save(cx)?;
    let leaked: Vec<_> = names.iter().filter(|name| text.contains(name.as_str())).collect();
    ensure(leaked.is_empty(), || format!("in the report: {leaked:?}"))?;
    ensure(text.contains(">key-1<") && text.contains(">ip-1<") && !text.contains("href="), || {
        "no pseudonyms, or a link".to_owned()
    })?;
    // One field is let out: it alone.
    open_dialog(cx)?;
    let dialog = cx.css("#d-report[open]")?;
    cx.click(&cx.find_in(Some(&dialog), "checkbox", "IP addresses")?)?;
    let (_, text) = save(cx)?;
    let out: Vec<_> = names.iter().filter(|name| text.contains(name.as_str())).collect();
    let address = |name: &String| name.split('.').count() == 4 && name.split('.').all(|part| part.parse::<u8>().is_ok());
    ensure(!out.is_empty() && out.iter().all(|name| address(name)), || format!("let out: {out:?}"))?;
    // The same value has the same pseudonym: as many as there are keys, in the list as in the shares of keys.
    let report = opened(cx, &text)?;
    let numbers = report.script(
        "const list = [...document.querySelectorAll('table.calls tbody td:nth-child(2)')].map(e => e.textContent);
         const keys = [...document.querySelectorAll('section[aria-labelledby=inspect] > table th')].map(e => e.textContent);
         return [new Set(list).size, keys.length, list.every(key => keys.includes(key))]",
        json!([]),
    )?;
    ensure(numbers[2] == true && numbers[0].as_u64() > Some(0) && numbers[0].as_u64() <= numbers[1].as_u64(), || {
        format!("{numbers}")
    })
}

fn hostile_texts_stay_texts_in_a_report(cx: &mut Context) -> Result {
    let hostile = [
        "</script><script>document.title='run'</script>",
        "\"><svg onload=\"document.title='run'\">",
        "javascript:document.title='run'",
        "</style><style>body{display:none}</style>",
        "<!-- --><base href=\"https://elsewhere.invalid/\">&lt;b&gt; \u{202E}dlrow",
    ];
    let mut feed = calls(120);
    for (i, call) in feed.iter_mut().enumerate() {
        let at = |n: usize| hostile[(i + n) % hostile.len()];
        call["service"] = json!(HOSTILE_NAME);
        call["api_key"] = json!(at(0));
        call["ip"] = json!(at(1));
        call["request_id"] = json!(format!("{}{i}", at(2)));
        if call["status"] != 200 {
            call["error_code"] = json!(at(3));
            call["error_message"] = json!(at(4));
        }
    }
    let file = cx.session().folder().join("<b>calls.json");
    std::fs::write(&file, document(feed)).map_err(failed)?;
    cx.visit(&pinned(""))?;
    cx.page.send(&cx.css("input[type=file]")?, &file.display().to_string())?;
    eventually("the calls of the file", &120, || Ok(footer(cx)?.0))?;
    press_part(cx, "link", "View Monitoring Details")?;
    press_part(cx, "link", "Failed Calls")?;
    cx.press("link", "429")?;
    cx.css(".vrow")?;
    open_dialog(cx)?;
    cx.fill(&cx.css("textarea.report-note")?, "<script>document.title='run'</script>\nsecond line")?;
    for at in 0..cx.all("#d-report input[type=checkbox]")?.len() {
        cx.css("#report-preview")?;
        cx.click(&cx.all("#d-report input[type=checkbox]")?[at])?;
    }
    let (name, text) = save(cx)?;
    ensure(!name.contains(['<', '>', '"']), || name.clone())?;
    let report = opened(cx, &text)?;
    let title = report.title()?;
    ensure(title.contains(HOSTILE_NAME), || title.clone())?;
    for (i, text) in hostile.iter().chain([&HOSTILE_NAME]).enumerate() {
        let found = report.script(
            "return [...document.querySelectorAll('bdi')].some(e => e.textContent.includes(arguments[0]))",
            json!([text]),
        )?;
        ensure(found == true, || format!("text {i} is not in the report as it is"))?;
    }
    let shown =
        report.script("return [getComputedStyle(document.body).display, document.querySelector('.own').innerText]", json!([]))?;
    ensure(shown == json!(["block", "<script>document.title='run'</script>\nsecond line"]), || format!("{shown}"))
}

/// The tabs that are open.
fn tabs(page: &Page) -> Result<Vec<String>> {
    let found = page.session().call("GET", "/window/handles", None)?;
    Ok(found.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect())
}

/// Presses the link to the report itself and reads the tab that it opens, which stays the one in front.
fn preview(page: &Page) -> Result<Value> {
    let before = tabs(page)?;
    page.click(&page.css("#report-preview")?)?;
    let tab = page.wait("a new tab", || Ok(tabs(page)?.into_iter().find(|tab| !before.contains(tab))))?;
    page.session().call("POST", "/window", Some(&json!({ "handle": tab })))?;
    page.css("main")?;
    page.script("return [document.documentElement.outerHTML.length, getComputedStyle(document.body).maxWidth, document.querySelectorAll('svg').length]", json!([]))
}

fn the_report_that_is_looked_at_is_the_one_that_is_saved(cx: &mut Context) -> Result {
    cx.visit(&pinned("&range=7d"))?;
    cx.css("table.services tbody tr")?;
    open_dialog(cx)?;
    let own = tabs(cx)?;
    let looked = preview(cx)?;
    cx.session().call("POST", "/window", Some(&json!({ "handle": own[0] })))?;
    let (_, text) = save(cx)?;
    let report = opened(cx, &text)?;
    let saved = report.script(
        "return [document.documentElement.outerHTML.length, getComputedStyle(document.body).maxWidth, document.querySelectorAll('svg').length]",
        json!([]),
    )?;
    ensure(looked == saved && saved[1] == "1440px", || format!("looked at {looked}, saved {saved}"))
}

fn a_report_of_the_single_file(cx: &mut Context) -> Result {
    let site = single_file()?;
    cx.page.open_console(&format!("{site}{}", pinned("&range=7d")))?;
    cx.css("table.services tbody tr")?;
    open_dialog(cx)?;
    let own = tabs(cx)?;
    let looked = preview(cx)?;
    ensure(looked[1] == "1440px", || format!("{looked}"))?;
    cx.session().call("POST", "/window", Some(&json!({ "handle": own[0] })))?;
    let (_, text) = save(cx)?;
    let all = format!("{CELLS} return rows(document.querySelector('table.services'))");
    let table = format!("{CELLS} return rows(document.querySelector('table.services')).map(r => r.slice(0, -1))");
    let seen = cx.script(&table, json!([]))?;
    let report = opened(cx, &text)?;
    same("the services", &report.script(&all, json!([]))?, &seen)
}

fn a_report_without_error_messages_and_request_ids(cx: &mut Context) -> Result {
    configure_as(cx, &json!({ "log_access": "off" }));
    let mut feed = calls(200);
    for call in feed.iter_mut().filter(|call| call["status"] != 200) {
        call["error_message"] = json!("A text that nobody may read.");
    }
    let body = document(feed);
    cx.server.route("/feed.json", move |_| callscope_e2e::server::Reply::ok("application/json", body.clone()));
    cx.visit(&format!("?now={NOW_MS}&tz=UTC&lang=en&source=url:/feed.json&page=failed&service=alpha-chat&status=429"))?;
    cx.css(".vrow")?;
    says(cx, "192.0.2.")?;
    let body = cx.script("return document.body.innerText", json!([]))?;
    let body = body.as_str().unwrap_or_default();
    ensure(!body.contains("nobody may read") && !body.contains("req-0") && !body.contains("Request ID"), || body.to_owned())?;
    ensure(body.contains("code-429"), || body.to_owned())?;
    open_dialog(cx)?;
    let fields = cx.texts("#d-report tbody th")?;
    ensure(!fields.iter().any(|field| field.contains("messages") || field.contains("Request")), || format!("{fields:?}"))?;
    for at in 0..fields.len() {
        cx.css("#report-preview")?;
        cx.click(&cx.all("#d-report input[type=checkbox]")?[at])?;
    }
    let (_, text) = save(cx)?;
    ensure(!text.contains("nobody may read") && !text.contains("req-0") && text.contains("code-429"), || {
        "it is in the report".to_owned()
    })
}
