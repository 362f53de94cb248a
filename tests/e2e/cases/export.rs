//! Exports: the dialog's workbook read back cell by cell, tables and charts as files and on the clipboard, and what may go wrong.

pub mod files;
mod odd;

use crate::details::headline_counts;
use crate::look::{all_days, eventually, number, press_part, says};
use crate::oracle::{Call, DAY_MS, HOUR_MS, pinned, pinned_in, quantile, range, totals, within};
use calamine::{Data, Reader, Xlsx};
use callscope_e2e::browser::{Error, Result};
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::page::{Element, PATIENCE, Page, wait_for};
use callscope_e2e::{cases, server::Reply};
use serde_json::json;
use std::io::Cursor;
use std::time::Duration;

pub const CASES: &[Case] = {
    const OWN: &[Case] = cases![
        every_sheet_holds_what_the_page_shows,
        what_is_not_chosen_is_left_out,
        nothing_chosen_cannot_be_exported,
        services_and_the_calls_themselves,
        a_range_without_calls,
        a_workbook_in_chinese,
        cancelling_leaves_the_page_as_it_was,
        a_writer_that_cannot_be_fetched_says_so,
    ];
    &{
        let mut all = [OWN[0]; OWN.len() + files::CASES.len() + odd::CASES.len()];
        let mut i = 0;
        while i < all.len() {
            all[i] = match i {
                _ if i < OWN.len() => OWN[i],
                _ if i < OWN.len() + files::CASES.len() => files::CASES[i - OWN.len()],
                _ => odd::CASES[i - OWN.len() - files::CASES.len()],
            };
            i += 1;
        }
        all
    }
};

const SERVICE: &str = "aster-chat";
/// The module that writes files.
const WRITER: &str = "writer_bg.wasm";
/// Fewest charts that the service has.
const CHARTS_MIN: usize = 11;

/// Every chart of the service, as the address names them.
pub fn charts(page: &Page) -> Result<Vec<String>> {
    let charts =
        page.script("return [...document.querySelectorAll('.sheet > .chart')].map(chart => chart.dataset.id)", json!([]))?;
    let charts: Vec<String> = charts.as_array().into_iter().flatten().filter_map(|id| id.as_str().map(str::to_owned)).collect();
    ensure(charts.len() >= CHARTS_MIN, || format!("the charts are {charts:?}"))?;
    Ok(charts)
}

type Book = Xlsx<Cursor<Vec<u8>>>;
type Sheet = calamine::Range<Data>;

/// Waits for the one file that was downloaded and takes it away: its name and bytes.
pub fn downloaded(page: &Page) -> Result<(String, Vec<u8>)> {
    let folder = page.session().downloads();
    wait_for("a download", PATIENCE, || {
        let failed = |e: std::io::Error| Error::Unexpected(format!("{}: {e}", folder.display()));
        let names = |e: std::fs::DirEntry| e.file_name().to_string_lossy().into_owned();
        let found: Vec<String> = std::fs::read_dir(&folder).map_err(failed)?.flatten().map(names).collect();
        // Browsers write beside it until the file is complete.
        let [name] = found.as_slice() else { return Ok(None) };
        if name.ends_with(".crdownload") || name.ends_with(".part") || name.starts_with('.') {
            return Ok(None);
        }
        let file = folder.join(name);
        let bytes = std::fs::read(&file).map_err(failed)?;
        // Firefox takes the name before it has the first byte.
        if bytes.is_empty() {
            return Ok(None);
        }
        keep(name, &bytes);
        std::fs::remove_file(&file).map_err(failed)?;
        Ok(Some((name.clone(), bytes)))
    })
}

/// Leaves a copy where `CALLSCOPE_KEEP` names a folder, for `tests/export/check.py`.
fn keep(name: &str, bytes: &[u8]) {
    if let Some(folder) = std::env::var_os("CALLSCOPE_KEEP").map(std::path::PathBuf::from) {
        let count = std::fs::read_dir(&folder).map_or(0, Iterator::count);
        // Only for a user who looks at them: no test depends on it.
        let _ = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(folder.join(format!("{count:02} {name}")), bytes));
    }
}

fn no_download(page: &Page) -> Result {
    let found: Vec<_> = std::fs::read_dir(page.session().downloads()).into_iter().flatten().flatten().collect();
    ensure(found.is_empty(), || format!("there is a download: {found:?}"))
}

/// The workbook that OK brings, with its name.
pub fn workbook(cx: &Context) -> Result<(String, Book)> {
    press_ok(cx)?;
    let (name, bytes) = downloaded(cx)?;
    let book = Xlsx::new(Cursor::new(bytes)).map_err(|e| Error::Unexpected(format!("{name}: {e}")))?;
    eventually("dialogs", &0, || Ok(cx.all("dialog[open]")?.len()))?;
    Ok((name, book))
}

pub fn press_ok(page: &Page) -> Result {
    open_dialog(page)?;
    all_days(page)?;
    let ok = page.css("#d-export[open] button[type=submit]")?;
    eventually("the button is enabled", &None, || page.attribute(&ok, "disabled"))?;
    page.click(&ok)
}

fn open_dialog(page: &Page) -> Result<Element> {
    page.css("#d-export[open] form")
}

pub fn sheet(book: &mut Book, name: &str) -> Result<Sheet> {
    let names = book.sheet_names();
    book.worksheet_range(name).map_err(|e| Error::Unexpected(format!("{name}: {e}; there are {names:?}")))
}

pub fn text(cell: Option<&Data>) -> String {
    cell.map(ToString::to_string).unwrap_or_default()
}

/// A cell's number, also of a date; `None` of a gap.
pub fn value(cell: Option<&Data>) -> Option<f64> {
    match cell? {
        Data::Float(x) => Some(*x),
        Data::Int(n) => Some(*n as f64),
        Data::DateTime(at) => Some(at.as_f64()),
        _ => None,
    }
}

/// The sheet's row whose cells from the left begin with these texts.
pub fn row_of<'a>(sheet: &'a Sheet, wanted: &[&str]) -> Result<&'a [Data]> {
    let found = sheet.rows().find(|row| wanted.iter().zip(row.iter()).all(|(wanted, cell)| text(Some(cell)) == **wanted));
    found.ok_or_else(|| Error::Unexpected(format!("no row {wanted:?}")))
}

fn open(cx: &Context, rest: &str) -> Result {
    cx.visit(&pinned(&format!("&page=details&service={SERVICE}{rest}")))?;
    headline_counts(cx, range("3d"), |call| call.service == SERVICE)
}

/// The calls of an hour of the service.
fn hour(from: i64) -> Result<Vec<&'static Call>> {
    let to = (from + HOUR_MS).min(range("3d").1);
    Ok(within((from, to))?.filter(|call| call.service == SERVICE).collect())
}

/// The table in a chart's place: heads and rows.
fn shown_table(page: &Page, chart: &str) -> Result<(Vec<String>, Vec<Vec<String>>)> {
    const SCRIPT: &str = "return [...document.querySelectorAll(`#c-${arguments[0]} .astable tbody tr`)]
        .map(r => [...r.children].map(c => c.innerText.trim()))";
    let rows = page.script(SCRIPT, json!([chart]))?;
    let rows: Vec<Vec<String>> = serde_json::from_value(rows).map_err(|e| Error::Unexpected(e.to_string()))?;
    Ok((page.texts(&format!("#c-{chart} .astable thead th"))?, rows))
}

fn title_of(page: &Page, chart: &str) -> Result<String> {
    let titles = page.texts(&format!("#c-{chart} h2"))?;
    Ok(titles.first().cloned().unwrap_or_default())
}

fn every_sheet_holds_what_the_page_shows(cx: &mut Context) -> Result {
    open(cx, "")?;
    let charts = charts(cx)?;
    let tables: String = charts.iter().map(|chart| format!("&table={chart}")).collect();
    open(cx, &tables)?;
    cx.css("#c-output-length .astable tbody tr")?;
    press_part(cx, "button", "Export")?;
    let dialog = open_dialog(cx)?;
    // What is in the dialog comes a moment after it.
    eventually("the metrics selected", &json!(charts.len()), || {
        cx.script("return document.querySelectorAll('#d-export .checks:not(.checks--one) input:checked').length", json!([]))
    })?;
    cx.find_in(Some(&dialog), "button", "Cancel")?;
    let (name, mut book) = workbook(cx)?;
    ensure(name == "Aster Chat 2026-03-10 0000 - 2026-03-12 0637 UTC.xlsx", || format!("the file is called {name:?}"))?;
    says(cx, &name)?;
    let names = book.sheet_names();
    let metrics: Vec<String> = names.iter().filter(|name| name.ends_with(')')).cloned().collect();
    ensure(metrics.len() == charts.len() && names.len() == charts.len() + 3, || format!("the sheets are {names:?}"))?;
    let mut compared = 0;
    for chart in &charts {
        let title = title_of(cx, chart)?;
        let Some(name) = metrics.iter().find(|name| title.starts_with(name.split(" (").next().unwrap_or_default())) else {
            return ensure(false, || format!("no sheet for {title:?} in {metrics:?}"));
        };
        compared += same_as_shown(cx, chart, &sheet(&mut book, name)?)?;
    }
    ensure(compared > 1500, || format!("only {compared} values were compared"))?;
    same_as_the_file(&mut book)
}

/// Compares a metric's sheet with the table that the page shows, to the digits that it shows; returns how many values.
fn same_as_shown(cx: &Context, chart: &str, sheet: &Sheet) -> Result<usize> {
    let (heads, rows) = shown_table(cx, chart)?;
    ensure(sheet.height() == rows.len() + 1, || format!("{chart}: {} rows for {}", sheet.height() - 1, rows.len()))?;
    let headers: Vec<String> = sheet.rows().next().into_iter().flatten().map(ToString::to_string).collect();
    let mut compared = 0;
    for (j, head) in heads.iter().enumerate().skip(1) {
        let called = |header: &&String| header.split(" (").next().is_some_and(|name| name == head) || *header == head;
        let position = headers.iter().position(|header| called(&header));
        // A single line goes by the metric's name, and the period before by its own.
        let Some(column) = position.or((j == 1).then_some(1)) else { continue };
        // The page has the newest bucket on top.
        for (i, row) in rows.iter().rev().enumerate() {
            let (shown, exact) = (&row[j], value(sheet.get((i + 1, column))));
            let digits = shown.split_once('.').map_or(0, |(_, rest)| rest.len() as i32);
            let same = match (number(shown), exact) {
                (Some(shown), Some(exact)) => (shown - exact).abs() <= 0.5 * 10_f64.powi(-digits) * (1.0 + 1e-9),
                (None, None) => true,
                _ => false,
            };
            ensure(same, || format!("{chart} {head}, row {i}: shown {shown:?}, written {exact:?}"))?;
            compared += usize::from(exact.is_some());
        }
    }
    ensure(compared > 0, || format!("{chart}: nothing to compare in {heads:?} and {headers:?}"))?;
    Ok(compared)
}

/// Compares with the feed itself: counts, sums and percentiles, to the last bit, and the dates.
fn same_as_the_file(book: &mut Book) -> Result {
    let (calls, tokens, ttft) =
        (sheet(book, "Calls (Times)")?, sheet(book, "Tokens (K Tokens)")?, sheet(book, "Time to First Token (ms)")?);
    let p90 = ttft.rows().next().and_then(|heads| heads.iter().position(|head| text(Some(head)) == "P90 (ms)"));
    let p90 = p90.ok_or_else(|| Error::Unexpected("no column P90 (ms)".to_owned()))?;
    let (mut from, mut row, mut told) = (range("3d").0, 1, 0);
    while from < range("3d").1 {
        let of_hour = hour(from)?;
        let failed = of_hour.iter().filter(|call| call.failed()).count();
        // Rounded once: the nearest number of days that Excel can hold.
        let day = (from + 25_569 * DAY_MS) as f64 / DAY_MS as f64;
        let sum = |f: fn(&Call) -> u64| of_hour.iter().map(|call| f(call)).sum::<u64>() as f64 / 1000.0;
        let seen: Vec<Option<f64>> = (0..4).map(|i| value(calls.get((row, i)))).collect();
        let wanted = [day, of_hour.len() as f64, (of_hour.len() - failed) as f64, failed as f64].map(Some);
        ensure(seen == wanted, || format!("Calls, row {row}: {seen:?}, not {wanted:?}"))?;
        let seen: Vec<Option<f64>> = (1..4).map(|i| value(tokens.get((row, i)))).collect();
        let wanted = [sum(|c| c.total), sum(|c| c.input), sum(|c| c.output)].map(Some);
        ensure(seen == wanted, || format!("Tokens, row {row}: {seen:?}, not {wanted:?}"))?;
        let good = of_hour.iter().filter(|call| call.stream && !call.failed());
        let (seen, wanted) = (value(ttft.get((row, p90))), quantile(good.filter_map(|call| call.ttft_ms).collect(), 0.9));
        let same = match (seen, wanted) {
            (Some(seen), Some(wanted)) => (seen - wanted).abs() <= 1e-9 * wanted,
            (seen, wanted) => seen == wanted,
        };
        ensure(same, || format!("P90, row {row}: {seen:?}, not {wanted:?}"))?;
        told += usize::from(wanted.is_some());
        (from, row) = (from + HOUR_MS, row + 1);
    }
    ensure(told > 20, || format!("only {told} hours have a first token"))
}

pub fn tick(cx: &Context, name: &str) -> Result {
    let dialog = open_dialog(cx)?;
    let found =
        cx.wait(&format!("a check box {name}"), || Ok(cx.find_all(Some(&dialog), "checkbox", name)?.into_iter().next()))?;
    cx.click(&found)
}

fn what_is_not_chosen_is_left_out(cx: &mut Context) -> Result {
    open(cx, "")?;
    press_part(cx, "button", "Export")?;
    tick(cx, "All metrics")?;
    tick(cx, "Tokens K Tokens")?;
    tick(cx, "Call Failure Rate")?;
    tick(cx, "Failed Calls")?;
    says(cx, &format!("2 of {}", charts(cx)?.len()))?;
    says(cx, "XLSX, 4 sheets; 2 metrics with 55 rows each")?;
    let (_, mut book) = workbook(cx)?;
    let names = book.sheet_names();
    ensure(names == ["Summary", "Tokens (K Tokens)", "Call Failure Rate (%)", "About"], || format!("the sheets are {names:?}"))?;
    let rates = sheet(&mut book, "Call Failure Rate (%)")?;
    ensure(rates.height() == 56, || format!("{} rows", rates.height()))
}

fn nothing_chosen_cannot_be_exported(cx: &mut Context) -> Result {
    open(cx, "")?;
    press_part(cx, "button", "Export")?;
    let dialog = open_dialog(cx)?;
    let ok = cx.find_in(Some(&dialog), "button", "Export")?;
    tick(cx, "All metrics")?;
    tick(cx, "Failed Calls")?;
    says(cx, "Nothing to export: choose at least one metric or table.")?;
    eventually("the button is disabled", &true, || Ok(cx.attribute(&ok, "disabled")?.is_some()))?;
    tick(cx, "Failed Calls")?;
    let (_, book) = workbook(cx)?;
    let names = book.sheet_names();
    ensure(names == ["Summary", "Failed Calls", "About"], || format!("the sheets are {names:?}"))
}

fn services_and_the_calls_themselves(cx: &mut Context) -> Result {
    cx.visit(&pinned("&range=yesterday"))?;
    let all: Vec<&Call> = within(range("yesterday"))?.collect();
    let sum = totals(all.iter().copied());
    press_part(cx, "button", "Export")?;
    tick(cx, "Include every call")?;
    let (name, mut book) = workbook(cx)?;
    ensure(name.starts_with("Services 2026-03-11 0000 - ") && name.ends_with(" UTC.xlsx"), || format!("called {name:?}"))?;
    let summary = sheet(&mut book, "Summary")?;
    for (item, wanted) in [
        ("Total Calls", sum.calls),
        ("Total Failed Calls", sum.failed),
        ("Total Tokens Used", sum.total),
        ("Input Tokens", sum.input),
        ("Output Tokens", sum.output),
    ] {
        let seen = value(row_of(&summary, &[item])?.get(1));
        ensure(seen == Some(wanted as f64), || format!("{item}: {seen:?}, the feed has {wanted}"))?;
    }
    let of = all.iter().filter(|call| call.title == "Aster Chat").count() as f64;
    let row = row_of(&summary, &["Aster Chat", "(all versions)"])?;
    ensure(value(row.get(3)) == Some(of), || format!("Aster Chat: {row:?}, the feed has {of} calls"))?;
    let calls = sheet(&mut book, "Calls")?;
    ensure(calls.height() == all.len() + 1, || format!("{} rows for {} calls", calls.height() - 1, all.len()))?;
    let heads: Vec<String> = calls.rows().next().into_iter().flatten().map(ToString::to_string).collect();
    let column = |name: &str| {
        heads.iter().position(|head| head == name).ok_or_else(|| Error::Unexpected(format!("no column {name} in {heads:?}")))
    };
    let (time, status, input, id) =
        (column("Time (UTC)")?, column("HTTP Status")?, column("Input Tokens")?, column("Request ID")?);
    let mut seen: Vec<(String, i64, u64, u64)> = calls
        .rows()
        .skip(1)
        .map(|row| {
            let figure = |at: usize| value(row.get(at)).unwrap_or(-1.0);
            let at = ((figure(time) - 25_569.0) * DAY_MS as f64).round() as i64;
            (text(row.get(id)), at, figure(status) as u64, figure(input).max(0.0) as u64)
        })
        .collect();
    let mut wanted: Vec<_> = all.iter().map(|c| (c.request_id.clone(), c.time_ms, c.status, c.input)).collect();
    seen.sort_unstable();
    wanted.sort_unstable();
    let differ = seen.iter().zip(&wanted).find(|(a, b)| a != b);
    ensure(differ.is_none(), || format!("written and in the feed: {differ:?}"))
}

fn a_range_without_calls(cx: &mut Context) -> Result {
    let day = range("3d").0 - 40 * DAY_MS;
    cx.visit(&pinned(&format!("&page=details&service={SERVICE}&range={day}~{}", day + DAY_MS)))?;
    cx.wait_whole()?;
    press_part(cx, "button", "Export")?;
    let (_, mut book) = workbook(cx)?;
    let names = book.sheet_names();
    ensure(names.first().is_some_and(|name| name == "Summary"), || format!("the sheets are {names:?}"))?;
    let summary = sheet(&mut book, "Summary")?;
    let calls = value(row_of(&summary, &["Total Calls"])?.get(1));
    ensure(calls == Some(0.0), || format!("{calls:?} calls in an empty range"))?;
    for name in names.iter().filter(|name| name.ends_with(')')) {
        let sheet = sheet(&mut book, name)?;
        ensure(sheet.height() >= 2, || format!("{name} has {} rows", sheet.height()))?;
        let some = sheet.rows().skip(1).flat_map(|row| row.iter().skip(1)).filter_map(|cell| value(Some(cell)));
        let counts = ["Calls (Times)", "Tokens (K Tokens)"].contains(&name.as_str());
        // The covered part of a bucket is written all the same: the last column.
        let values: Vec<f64> = some.filter(|x| *x != 60.0 && *x != 1440.0).collect();
        ensure(values.iter().all(|x| *x == 0.0), || format!("{name} holds {values:?}"))?;
        ensure(!counts || !values.is_empty(), || format!("{name} has gaps where it should count 0"))?;
    }
    Ok(())
}

fn a_workbook_in_chinese(cx: &mut Context) -> Result {
    cx.visit(&pinned_in("zh", &format!("&page=details&service={SERVICE}&range=yesterday")))?;
    press_part(cx, "button", "导出")?;
    cx.find_in(Some(&open_dialog(cx)?), "button", "确定")?;
    let (_, mut book) = workbook(cx)?;
    let names = book.sheet_names();
    let wanted = ["概要", "调用次数 (次)", "首 Token 时延 (ms)", "RPM (次每分钟)", "失败调用", "说明"];
    ensure(wanted.iter().all(|name| names.iter().any(|n| n == name)), || format!("the sheets are {names:?}"))?;
    let calls = sheet(&mut book, "调用次数 (次)")?;
    let heads: Vec<String> = calls.rows().next().into_iter().flatten().take(4).map(ToString::to_string).collect();
    ensure(heads == ["时间 (UTC)", "总数 (次)", "成功 (次)", "失败 (次)"], || format!("the columns are {heads:?}"))?;
    let about = sheet(&mut book, "说明")?;
    let english = about.rows().flatten().map(ToString::to_string).find(|text| text.starts_with("Time ") || text == "Precision");
    ensure(english.is_none(), || format!("English on 说明: {english:?}"))
}

/// Has the server send a file of the writer as the site has it, in so many pieces with a pause before each.
fn send_writer(cx: &Context, name: &str, pieces: usize) -> Result {
    let file = callscope_e2e::case::root().join("dist").join(name);
    let bytes = std::fs::read(&file).map_err(|e| Error::Unexpected(format!("{}: {e}", file.display())))?;
    let kind = if name.ends_with(".js") { "text/javascript" } else { "application/wasm" };
    let piece = bytes.len() / pieces;
    let reply = Reply::ok(kind, bytes).slowly(piece, Duration::from_millis(50));
    cx.server.route(&writer(cx, name), move |_| reply.clone());
    Ok(())
}

/// The path of a file of the site.
fn writer(cx: &Context, name: &str) -> String {
    let url = cx.server.url();
    let path = url.splitn(4, '/').nth(3).unwrap_or_default().to_owned();
    format!("/{path}{name}")
}

fn cancelling_leaves_the_page_as_it_was(cx: &mut Context) -> Result {
    send_writer(cx, WRITER, 200)?;
    open(cx, "")?;
    let address = cx.url()?;
    press_part(cx, "button", "Export")?;
    press_ok(cx)?;
    says(cx, "Writing the file")?;
    cx.css("#d-export progress")?;
    let dialog = open_dialog(cx)?;
    cx.click(&cx.find_in(Some(&dialog), "button", "Cancel")?)?;
    eventually("dialogs", &0, || Ok(cx.all("dialog[open]")?.len()))?;
    std::thread::sleep(Duration::from_millis(500));
    no_download(cx)?;
    ensure(cx.url()? == address, || "the address changed".to_owned())?;
    headline_counts(cx, range("3d"), |call| call.service == SERVICE)?;
    // Once more, to the end: the dialog starts from the beginning.
    send_writer(cx, WRITER, 1)?;
    press_part(cx, "button", "Export")?;
    let charts = charts(cx)?.len();
    says(cx, &format!("{charts} metrics with 55 rows each"))?;
    let (_, book) = workbook(cx)?;
    ensure(book.sheet_names().len() == charts + 3, || "sheets are missing".to_owned())
}

fn a_writer_that_cannot_be_fetched_says_so(cx: &mut Context) -> Result {
    cx.expect_console("writer_");
    for (file, status) in [("writer_loader.js", 404), (WRITER, 503)] {
        cx.server.route(&writer(cx, file), move |_| Reply::status(status));
    }
    open(cx, "")?;
    press_part(cx, "button", "Export")?;
    press_ok(cx)?;
    says(cx, "The file could not be written: the code that writes files could not be loaded.")?;
    let dialog = open_dialog(cx)?;
    no_download(cx)?;
    // The loader comes now, the module still does not.
    send_writer(cx, "writer_loader.js", 1)?;
    press_ok(cx)?;
    eventually("the writer is told off", &true, || {
        Ok(cx.all("#d-export [role=alert]:not([hidden])")?.len() == 1 && cx.all("#d-export progress")?.is_empty())
    })?;
    send_writer(cx, WRITER, 1)?;
    cx.find_in(Some(&dialog), "button", "Export")?;
    let (_, book) = workbook(cx)?;
    ensure(book.sheet_names().len() == charts(cx)?.len() + 3, || "sheets are missing".to_owned())
}
