//! The Calls page: what the tiles and the table say is what a count of the feed's file gives, whatever is chosen.

use crate::look::{eventually, footer, part, press_part, rows, says, shown, tiles_show};
use crate::oracle::{Totals, demonstration, pinned, range, totals, within};
use callscope_e2e::browser::Result;
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use callscope_e2e::page::Page;
use serde_json::json;

pub const CASES: &[Case] = cases![
    totals_and_rows_equal_a_count_of_the_file,
    a_calling_method_is_filtered_and_reset,
    rows_are_sorted_and_searched,
    versions_sum_to_their_service,
    the_azure_trace_is_one_click_away,
    an_embedded_console_has_no_app_bar,
];

fn totals_and_rows_equal_a_count_of_the_file(cx: &mut Context) -> Result {
    cx.visit(&pinned(""))?;
    let three_days = totals(within(range("3d"))?);
    ensure(three_days.calls > 1000 && three_days.failed > 0, || format!("a feed too small to prove anything: {three_days:?}"))?;
    tiles_show(cx, three_days)?;
    says(cx, "Demonstration data")?;
    rows_equal_the_file(cx, "3d")?;
    for (button, preset) in [("Yesterday", "yesterday"), ("14 days", "14d"), ("Today", "today")] {
        cx.press("button", button)?;
        tiles_show(cx, totals(within(range(preset))?))?;
        rows_equal_the_file(cx, preset)?;
    }
    Ok(())
}

/// Every service with its calls, failures and tokens; the footer is their sum and equals the tiles.
fn rows_equal_the_file(page: &Page, preset: &str) -> Result {
    let mut wanted: Vec<(String, Totals)> = Vec::new();
    for call in within(range(preset))? {
        if !wanted.iter().any(|(title, _)| *title == call.title) {
            let of_service: Vec<_> = within(range(preset))?.filter(|other| other.title == call.title).collect();
            wanted.push((call.title.clone(), totals(of_service)));
        }
    }
    wanted.sort_by(|a, b| a.0.cmp(&b.0));
    // Thousands with three decimals: every token shows.
    let thousands = |n: u64| format!("{}.{:03}", n / 1000, n % 1000);
    let involved = |n: u64| if n == 0 { "-".to_owned() } else { thousands(n) };
    let plain = |cells: &[String]| cells.iter().map(|cell| cell.replace(',', "")).collect::<Vec<_>>();
    let whole = |n: f64| n as u64;
    eventually("the rows of the table", &wanted.iter().map(|(t, s)| (t.clone(), s.calls, s.failed)).collect(), || {
        let mut seen: Vec<_> =
            rows(page, "tbody")?.into_iter().map(|r| (r.name.clone(), whole(r.figure(0)), whole(r.figure(1)))).collect();
        seen.sort();
        Ok(seen)
    })?;
    let seen = rows(page, "tbody")?;
    for (title, sum) in &wanted {
        let row = seen.iter().find(|row| row.name == *title);
        let cells = row.map(|row| plain(&row.cells[3..6])).unwrap_or_default();
        let tokens = [involved(sum.total), involved(sum.input), involved(sum.output)];
        ensure(cells == tokens, || format!("{title} ({preset}) shows tokens {cells:?}, not {tokens:?}"))?;
    }
    let all = totals(within(range(preset))?);
    let feet = rows(page, "tfoot")?;
    let foot = feet.first().map(|row| row.cells.clone()).unwrap_or_default();
    let shown = [crate::look::number(&foot[0]), crate::look::number(&foot[1])].map(|n| n.unwrap_or(-1.0) as u64);
    ensure(shown == [all.calls, all.failed], || format!("the footer shows {shown:?}, the file has {all:?}"))?;
    let tokens = [thousands(all.total), thousands(all.input), thousands(all.output)];
    let squeezed = plain(&foot[3..6]);
    ensure(squeezed == tokens, || format!("the footer shows tokens {squeezed:?}, not {tokens:?}"))
}

fn a_calling_method_is_filtered_and_reset(cx: &mut Context) -> Result {
    cx.visit(&pinned(""))?;
    let all = totals(within(range("3d"))?);
    tiles_show(cx, all)?;
    press_part(cx, "button", "Calling method")?;
    press_part(cx, "checkbox", "key-web-prod")?;
    press_part(cx, "checkbox", "key-load-test")?;
    tiles_show(cx, all)?;
    cx.press("button", "Apply")?;
    let chosen = totals(within(range("3d"))?.filter(|call| ["key-web-prod", "key-load-test"].contains(&call.key.as_str())));
    ensure(chosen.calls > 0 && chosen.calls < all.calls, || format!("a filter that proves nothing: {chosen:?}"))?;
    tiles_show(cx, chosen)?;
    eventually("the footer", &(chosen.calls, chosen.failed), || footer(cx))?;
    part(cx, "button", "2 of")?;
    cx.press("button", "Reset filters and time range")?;
    tiles_show(cx, all)
}

fn rows_are_sorted_and_searched(cx: &mut Context) -> Result {
    cx.visit(&pinned(""))?;
    tiles_show(cx, totals(within(range("3d"))?))?;
    for (column, place) in [("Failed Calls", 1), ("Calls", 0)] {
        cx.press("button", column)?;
        let figures = || -> Result<Vec<f64>> { Ok(rows(cx, "tbody")?.iter().map(|row| row.figure(place)).collect()) };
        for descending in [true, false] {
            eventually(&format!("{column} in order"), &true, || {
                let seen = figures()?;
                let ordered = |pair: &[f64]| if descending { pair[0] >= pair[1] } else { pair[0] <= pair[1] };
                Ok(seen.len() > 5 && seen.windows(2).all(ordered))
            })?;
            let wanted = if descending { "descending" } else { "ascending" };
            eventually("aria-sort", &vec![wanted.to_owned()], || {
                let sorted = cx.all("table.services th[aria-sort]")?;
                sorted.iter().map(|e| Ok(cx.attribute(e, "aria-sort")?.unwrap_or_default())).collect()
            })?;
            if descending {
                cx.press("button", column)?;
            }
        }
    }
    let field = cx.find("searchbox", "Find service")?;
    cx.fill(&field, "aster")?;
    let found: Vec<_> = within(range("3d"))?.filter(|call| call.title.to_lowercase().contains("aster")).collect();
    let sum = totals(found);
    eventually("the footer of what was found", &(sum.calls, sum.failed), || footer(cx))?;
    eventually("the rows found", &2, || Ok(rows(cx, "tbody")?.len()))?;
    says(cx, "Shown services")?;
    let count = cx.texts("#h-services .count")?.concat();
    ensure(count.starts_with("2 of "), || format!("the heading counts {count:?}"))?;
    cx.fill(&field, "no such service")?;
    says(cx, "No service matches “no such service”.")?;
    cx.press("button", "Clear the search")?;
    let all = totals(within(range("3d"))?);
    eventually("the footer without a search", &(all.calls, all.failed), || footer(cx))
}

fn versions_sum_to_their_service(cx: &mut Context) -> Result {
    cx.visit(&pinned("&range=14d"))?;
    tiles_show(cx, totals(within(range("14d"))?))?;
    cx.press("button", "Versions of Aster Chat")?;
    let mut wanted: Vec<(String, u64, u64)> = Vec::new();
    let calls: Vec<_> = within(range("14d"))?.filter(|call| call.service == "aster-chat").collect();
    for call in &calls {
        if !wanted.iter().any(|(version, ..)| *version == call.version) {
            let sum = totals(calls.iter().copied().filter(|other| other.version == call.version));
            wanted.push((call.version.clone(), sum.calls, sum.failed));
        }
    }
    wanted.sort();
    ensure(wanted.len() > 1, || "a service with a single version proves nothing".to_owned())?;
    eventually("the versions of Aster Chat", &wanted, || {
        let all = rows(cx, "tbody")?;
        let versions = all.iter().filter(|row| row.class.contains("ver"));
        let mut seen: Vec<_> = versions.map(|r| (r.name.clone(), r.figure(0) as u64, r.figure(1) as u64)).collect();
        seen.sort();
        Ok(seen)
    })?;
    let all = rows(cx, "tbody")?;
    let service = all.iter().find(|row| row.name == "Aster Chat").map(|row| row.figure(0) as u64);
    let sum = wanted.iter().map(|(_, calls, _)| calls).sum::<u64>();
    ensure(service == Some(sum), || format!("the versions have {sum} calls, their service {service:?}"))?;
    ensure(demonstration()?.iter().all(|call| call.title != "Code Complete" || call.version.is_empty()), || {
        "an own service has versions".to_owned()
    })?;
    ensure(cx.find_all(None, "button", "Versions of Code Complete")?.is_empty(), || {
        "an own service opens into versions".to_owned()
    })
}

fn the_azure_trace_is_one_click_away(cx: &mut Context) -> Result {
    cx.visit("?lang=en")?;
    cx.css(".tile__value[title]")?;
    cx.click(&cx.css("button.source")?)?;
    press_part(cx, "radio", "Azure code trace (2023)")?;
    // Nothing in the trace says which requests failed: that is not zero.
    const SCRIPT: &str = "const texts = (of, n) => [...document.querySelectorAll(of)].slice(0, n).map(e => e.innerText.trim());
        return [texts('.tile__value', 2), texts('tfoot td', 3)]";
    eventually("calls without failures in tiles and footer", &json!([["8,819", "-"], ["8,819", "-", "-"]]), || {
        cx.script(SCRIPT, json!([]))
    })?;
    ensure(!shown(cx, ".demo-note")?, || "a real trace is called demonstration data".to_owned())
}

fn an_embedded_console_has_no_app_bar(cx: &mut Context) -> Result {
    cx.visit(&pinned("&embed=1"))?;
    tiles_show(cx, totals(within(range("3d"))?))?;
    ensure(!shown(cx, ".appbar")?, || "the app bar is shown".to_owned())?;
    says(cx, "Demonstration data")
}
