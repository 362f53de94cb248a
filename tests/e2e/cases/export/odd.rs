//! Names and texts that spreadsheets and file systems stumble over, and workbooks for scripts.

use super::files::utf8;
use super::{charts, downloaded, row_of, sheet, text, tick, workbook};
use crate::look::{eventually, press_part, says};
use crate::oracle::pinned;
use calamine::Reader;
use callscope_e2e::browser::Result;
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use callscope_e2e::fixtures::{NOW_MS, calls};
use callscope_e2e::server::Reply;
use serde_json::json;

pub const CASES: &[Case] =
    cases![a_long_name_of_chinese_and_emoji, texts_that_look_like_formulas, a_service_without_calls, the_charts_alone,];

const FORMULA: &str = "=HYPERLINK(\"https://example.invalid\",\"x\")";

/// Opens a feed of 300 calls whose three services are called so.
fn open(cx: &Context, names: [&str; 3], rest: &str) -> Result {
    let mut calls = calls(300);
    for (i, call) in calls.iter_mut().enumerate() {
        call["service"] = json!(names[i % 3]);
        if !call["error_message"].is_null() {
            call["error_message"] = json!(FORMULA);
        }
    }
    let reply = Reply::ok("application/json", json!({ "format": "callscope/1", "calls": calls }).to_string());
    cx.server.route("/fixture/odd.json", move |_| reply.clone());
    cx.visit(&format!("?lang=en&tz=UTC&now={NOW_MS}&source=url:{}{rest}", cx.address("/fixture/odd.json")))
}

fn encoded(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}

fn a_long_name_of_chinese_and_emoji(cx: &mut Context) -> Result {
    let long = "推理服务🚀".repeat(40);
    open(cx, [&long, &format!("{long}二"), "plain"], &format!("&page=details&service={}", encoded(&long)))?;
    press_part(cx, "button", "Export")?;
    let (name, mut book) = workbook(cx)?;
    ensure(name.starts_with("推理服务🚀推理服务") && name.ends_with(" UTC.xlsx"), || format!("called {name:?}"))?;
    ensure(name.len() <= 240 && !name.contains('\u{FFFD}'), || format!("{} bytes: {name}", name.len()))?;
    let calls = sheet(&mut book, "Calls (Times)")?;
    ensure(calls.height() > 1, || "no rows".to_owned())?;
    let about = sheet(&mut book, "About")?;
    ensure(about.rows().flatten().any(|cell| text(Some(cell)) == long), || "the name is not whole on About".to_owned())
}

fn texts_that_look_like_formulas(cx: &mut Context) -> Result {
    let name = "=1+1|cmd";
    open(cx, [name, "@SUM(A1)", "-plain"], &format!("&page=failed&service={}&status=429", encoded(name)))?;
    press_part(cx, "button", "Download error codes and messages")?;
    cx.press("button", "Download CSV")?;
    let (_, csv) = downloaded(cx)?;
    let csv = utf8(csv)?;
    ensure(csv.contains("\"'=HYPERLINK(\"\"https:"), || format!("the CSV is {csv}"))?;
    open(cx, [name, "@SUM(A1)", "-plain"], "")?;
    press_part(cx, "button", "Export")?;
    let (_, mut book) = workbook(cx)?;
    let summary = sheet(&mut book, "Summary")?;
    let formulas = book.worksheet_formula("Summary").map_err(|e| callscope_e2e::browser::Error::Unexpected(e.to_string()))?;
    for name in [name, "@SUM(A1)", "-plain"] {
        row_of(&summary, &[name])?;
        ensure(formulas.rows().flatten().all(|f| !f.contains(&name[1..])), || format!("{name} became a formula"))?;
    }
    Ok(())
}

fn a_service_without_calls(cx: &mut Context) -> Result {
    open(cx, ["a", "b", "c"], "&page=details&service=nobody")?;
    cx.wait_whole()?;
    // There is nothing to export.
    let button =
        "return [...document.querySelectorAll('button')].filter(b => b.innerText.trim() === 'Export').map(b => b.disabled)";
    eventually("whether Export is disabled", &json!([true]), || cx.script(button, json!([])))
}

fn the_charts_alone(cx: &mut Context) -> Result {
    cx.visit(&pinned("&page=details&service=aster-chat"))?;
    cx.css(".sheet .chart__legend .v")?;
    let shown = charts(cx)?.len();
    press_part(cx, "button", "Export")?;
    tick(cx, "Only the charts")?;
    says(cx, &format!("XLSX, {shown} sheets; {shown} metrics with 55 rows each"))?;
    let (_, mut book) = workbook(cx)?;
    let names = book.sheet_names();
    let first =
        ["Calls (Times)", "Tokens (K Tokens)", "Time to First Token (ms)", "Input Tokens (K Tokens)", "RPM (Times per Minute)"];
    ensure(names.len() == shown && names[..5] == first, || format!("the sheets are {names:?}"))?;
    for (name, columns) in [("Calls (Times)", 4), ("Time to First Token (ms)", 7), ("RPM (Times per Minute)", 2)] {
        let sheet = sheet(&mut book, name)?;
        ensure(sheet.width() == columns && sheet.height() == 56, || format!("{name}: {} by {}", sheet.width(), sheet.height()))?;
    }
    Ok(())
}
