//! The charts of Monitoring: points equal a count of the file, lines switch, keys read, a selection zooms all at once.

use crate::details::headline_counts;
use crate::look::{eventually, number, parameter, part, press_part};
use crate::oracle::{Call, DAY_MS, HOUR_MS, pinned, quantile, range, today, within};
use callscope_e2e::browser::Result;
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use callscope_e2e::page::{Element, Page, key};
use serde_json::json;

pub const CASES: &[Case] = cases![
    tables_of_points_equal_the_file,
    a_legend_switches_its_line,
    arrow_keys_read_all_charts,
    a_selection_zooms_all_charts_and_back,
    charts_are_those_the_service_has,
    a_chart_is_enlarged_and_closed,
];

const SERVICE: &str = "aster-chat";
/// The last hour of three days, counted from 0: the pinned clock is at 06:37 of the third.
const LAST_HOUR: &str = "54";

/// Opens Monitoring of a service with streaming calls, over three days by hour.
fn open(cx: &Context, rest: &str) -> Result {
    cx.visit(&pinned(&format!("&page=details&service={SERVICE}{rest}")))?;
    headline_counts(cx, range("3d"), |call| call.service == SERVICE)?;
    cx.css("#c-ttft .chart__plot[role=slider]").map(drop)
}

/// The calls of the hour that begins at an instant.
fn hour(from: i64) -> Result<Vec<&'static Call>> {
    let to = (from + HOUR_MS).min(range("3d").1);
    Ok(within((from, to))?.filter(|call| call.service == SERVICE).collect())
}

/// The beginning of the hour that a bucket's name says: `Thu 12 05:00`.
fn hour_of(name: &str) -> Option<i64> {
    let mut words = name.split(' ').skip(1);
    let day: i64 = words.next()?.parse().ok()?;
    let hour: i64 = words.next()?.split(':').next()?.parse().ok()?;
    // The pinned day is 12 March.
    Some(today() + (day - 12) * DAY_MS + hour * HOUR_MS)
}

/// The table in a chart's place: its heads, and its rows of a name and values.
fn points(page: &Page, chart: &str) -> Result<(Vec<String>, Vec<Vec<String>>)> {
    const SCRIPT: &str = "return [...document.querySelectorAll(`#c-${arguments[0]} .astable tbody tr`)]
        .map(r => [...r.children].map(c => c.innerText.trim()))";
    let rows = page.script(SCRIPT, json!([chart]))?;
    let text = |cell: &serde_json::Value| cell.as_str().unwrap_or_default().to_owned();
    let row = |row: &serde_json::Value| row.as_array().map(|cells| cells.iter().map(text).collect()).unwrap_or_default();
    let rows = rows.as_array().map(|rows| rows.iter().map(row).collect()).unwrap_or_default();
    Ok((page.texts(&format!("#c-{chart} .astable thead th"))?, rows))
}

/// Puts the table of points in a chart's place.
pub fn view_as_table(cx: &Context, title: &str, chart: &str) -> Result {
    cx.press("button", &format!("{title}: chart menu"))?;
    cx.press("button", "View as table")?;
    cx.css(&format!("#c-{chart} .astable tbody tr")).map(drop)
}

fn tables_of_points_equal_the_file(cx: &mut Context) -> Result {
    open(cx, "")?;
    view_as_table(cx, "Calls", "calls")?;
    view_as_table(cx, "Time to First Token", "ttft")?;
    let hours = (range("3d").1 - range("3d").0 + HOUR_MS - 1) / HOUR_MS;
    let (heads, rows) = points(cx, "calls")?;
    ensure(heads[..2] == ["Time", "Total"], || format!("the columns are {heads:?}"))?;
    ensure(rows.len() == hours as usize, || format!("{} rows for {hours} hours", rows.len()))?;
    for row in &rows {
        let Some(from) = hour_of(&row[0]) else { return ensure(false, || format!("no hour in {row:?}")) };
        let calls = hour(from)?;
        let failed = calls.iter().filter(|call| call.failed()).count();
        let wanted = [calls.len(), calls.len() - failed, failed].map(|n| Some(n as f64));
        let seen = [number(&row[1]), number(&row[2]), number(&row[3])];
        ensure(seen == wanted, || format!("{row:?}: the file has {wanted:?}"))?;
    }
    let (heads, rows) = points(cx, "ttft")?;
    let Some(p90) = heads.iter().position(|head| head == "P90") else { return ensure(false, || format!("no P90 in {heads:?}")) };
    let mut told = 0;
    for row in &rows {
        let Some(from) = hour_of(&row[0]) else { return ensure(false, || format!("no hour in {row:?}")) };
        let good = hour(from)?.into_iter().filter(|call| call.stream && !call.failed());
        let (seen, wanted) = (number(&row[p90]), quantile(good.filter_map(|call| call.ttft_ms).collect(), 0.9));
        let same = match (seen, wanted) {
            // Shown with three decimals.
            (Some(seen), Some(wanted)) => (seen - wanted).abs() <= 0.000_501,
            (seen, wanted) => seen.is_none() && wanted.is_none(),
        };
        told += usize::from(wanted.is_some());
        ensure(same, || format!("{row:?}: P90 by the file is {wanted:?}"))?;
    }
    ensure(told > 20, || format!("only {told} hours have a first token"))?;
    let tables = cx.script("return new URLSearchParams(location.search).getAll('details.table').sort().join()", json!([]))?;
    ensure(tables == "calls,ttft", || format!("the address holds the tables {tables}"))
}

fn a_legend_switches_its_line(cx: &mut Context) -> Result {
    open(cx, "")?;
    let legend = cx.find("group", "Lines of Time to First Token")?;
    let pressed = |wanted: &str| -> Result {
        eventually("aria-pressed of P90", &Some(wanted.to_owned()), || {
            let found = cx.find_all(Some(&legend), "button", "P90")?;
            found.first().map_or(Ok(None), |button| cx.attribute(button, "aria-pressed"))
        })
    };
    let press = || -> Result {
        let found = cx.find_all(Some(&legend), "button", "P90")?;
        found.first().map_or_else(|| ensure(false, || "no P90 in the legend".to_owned()), |button| cx.click(button))
    };
    pressed("true")?;
    press()?;
    pressed("false")?;
    eventually("`off` in the address", &Some("ttft.p90".to_owned()), || parameter(cx, "details.off"))?;
    let spoken = cx.attribute(&cx.css("#c-ttft .chart__plot")?, "aria-valuetext")?.unwrap_or_default();
    ensure(!spoken.contains("P90") && spoken.contains("P99"), || format!("the reading is {spoken:?}"))?;
    cx.reload()?;
    let legend = cx.find("group", "Lines of Time to First Token")?;
    let found = cx.find_all(Some(&legend), "button", "P90")?;
    let state = found.first().map(|button| cx.attribute(button, "aria-pressed")).transpose()?.flatten();
    ensure(state.as_deref() == Some("false"), || format!("after a reload P90 is {state:?}"))?;
    // A double click would mean: only this line.
    std::thread::sleep(std::time::Duration::from_millis(600));
    if let Some(button) = found.first() {
        cx.click(button)?;
    }
    eventually("`off` in the address", &None, || parameter(cx, "details.off"))
}

fn plot(cx: &Context, chart: &str) -> Result<Element> {
    cx.css(&format!("#c-{chart} .chart__plot"))
}

fn arrow_keys_read_all_charts(cx: &mut Context) -> Result {
    open(cx, "")?;
    cx.script("document.querySelector('#c-calls .chart__plot').focus()", json!([]))?;
    cx.keys(&key::HOME.to_string())?;
    cx.keys(&[key::RIGHT; 30].iter().collect::<String>())?;
    let calls = plot(cx, "calls")?;
    eventually("the bucket read", &Some("30".to_owned()), || cx.attribute(&calls, "aria-valuenow"))?;
    let spoken = cx.attribute(&calls, "aria-valuetext")?.unwrap_or_default();
    let from = range("3d").0 + 30 * HOUR_MS;
    let (name, values) = spoken.split_once(": ").unwrap_or_default();
    ensure(hour_of(name) == Some(from), || format!("bucket 30 is called {name:?}"))?;
    let wanted = format!("Total {}", hour(from)?.len());
    ensure(values.replace(',', "").starts_with(&wanted), || format!("the reading is {spoken:?}, the file has {wanted}"))?;
    for chart in ["ttft", "latency", "tokens"] {
        let at = cx.attribute(&plot(cx, chart)?, "aria-valuenow")?;
        ensure(at.as_deref() == Some("30"), || format!("{chart} reads bucket {at:?}"))?;
    }
    cx.keys(&key::ESCAPE.to_string())?;
    eventually("charts that are read", &0, || Ok(cx.all(".chart.is-reading")?.len()))
}

/// The number of buckets of every chart on the page.
fn buckets(page: &Page) -> Result<Vec<String>> {
    let plots = page.all(".chart__plot[role=slider]")?;
    plots.iter().map(|plot| Ok(page.attribute(plot, "aria-valuemax")?.unwrap_or_default())).collect()
}

fn a_selection_zooms_all_charts_and_back(cx: &mut Context) -> Result {
    open(cx, "")?;
    let charts = buckets(cx)?.len();
    ensure(charts > 5, || format!("only {charts} charts"))?;
    eventually("the buckets of all charts", &vec![LAST_HOUR.to_owned(); charts], || buckets(cx))?;
    let plot = plot(cx, "calls")?;
    cx.scroll_to(&plot)?;
    let width = cx.rect(&plot)?.width;
    cx.drag(&plot, (width * 0.4, 80.0), (width * 0.6, 90.0))?;
    cx.press("button", "Zoom all charts to this range")?;
    let zoomed = cx.wait("a custom range in the address", || {
        let range = parameter(cx, "range")?;
        Ok(range.and_then(|text| text.split_once('~').map(|(from, to)| (from.parse().unwrap_or(0), to.parse().unwrap_or(0)))))
    })?;
    let hours = (zoomed.1 - zoomed.0) / HOUR_MS;
    ensure(zoomed.0 % HOUR_MS == 0 && (8..=20).contains(&hours), || format!("zoomed to {zoomed:?}"))?;
    headline_counts(cx, zoomed, |call| call.service == SERVICE)?;
    eventually("the buckets of all charts", &vec![(hours - 1).to_string(); charts], || buckets(cx))?;
    press_part(cx, "button", "Back to 3 days")?;
    headline_counts(cx, range("3d"), |call| call.service == SERVICE)?;
    eventually("the buckets of all charts", &vec![LAST_HOUR.to_owned(); charts], || buckets(cx))?;
    let left = parameter(cx, "from-range")?;
    ensure(left.is_none(), || format!("the address still says where the zoom came from: {left:?}"))
}

fn charts_are_those_the_service_has(cx: &mut Context) -> Result {
    open(cx, "")?;
    part(cx, "slider", "Incremental Token Latency")?;
    cx.visit(&pinned("&page=details&service=doc-embed"))?;
    headline_counts(cx, range("3d"), |call| call.service == "doc-embed")?;
    part(cx, "slider", "Average Response Latency")?;
    for chart in ["ttft", "tpot", "output-length", "generation"] {
        let there = cx.all(&format!("#c-{chart}"))?.len();
        ensure(there == 0, || format!("an embedding service has a chart {chart}"))?;
    }
    cx.visit(&pinned("&page=details&service=dune-image&range=14d"))?;
    headline_counts(cx, range("14d"), |call| call.service == "dune-image")?;
    part(cx, "slider", "Average Generation Time").map(drop)
}

fn a_chart_is_enlarged_and_closed(cx: &mut Context) -> Result {
    open(cx, "")?;
    cx.press("button", "Calls: chart menu")?;
    press_part(cx, "button", "Enlarge")?;
    cx.css("dialog[open].dlg--chart .chart__plot")?;
    eventually("`enlarge` in the address", &Some("calls".to_owned()), || parameter(cx, "details.enlarge"))?;
    cx.keys(&key::ESCAPE.to_string())?;
    eventually("dialogs", &0, || Ok(cx.all("dialog[open]")?.len()))?;
    eventually("`enlarge` in the address", &None, || parameter(cx, "details.enlarge"))
}
