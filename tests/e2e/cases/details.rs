//! Service Call Details: reached by a link, the same figures as the row, switchers, precision and custom range.

use crate::look::{eventually, headline, headline_of, parameter, part, press_part, says, tiles_show};
use crate::oracle::{Call, HOUR_MS, pinned, range, today, totals, within};
use callscope_e2e::browser::Result;
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use callscope_e2e::fixtures::NOW_MS;
use callscope_e2e::page::Page;
use callscope_e2e::server::Reply;
use serde_json::json;

pub const CASES: &[Case] = cases![
    a_link_opens_the_same_service_in_a_new_tab,
    service_and_version_are_switched,
    only_allowed_precisions_are_offered,
    a_custom_range_is_applied,
];

/// Waits until the headline counts the calls of `range` that `test` takes.
pub fn headline_counts(page: &Page, range: (i64, i64), test: impl Fn(&Call) -> bool) -> Result {
    let sum = totals(within(range)?.filter(|call| test(call)));
    ensure(sum.calls > 0, || "a selection without calls proves nothing".to_owned())?;
    eventually("the headline", &headline_of(sum), || headline(page))
}

fn a_link_opens_the_same_service_in_a_new_tab(cx: &mut Context) -> Result {
    cx.visit(&pinned("&range=14d&key=key-web-prod"))?;
    tiles_show(cx, totals(within(range("14d"))?.filter(|call| call.key == "key-web-prod")))?;
    cx.find("link", "View Monitoring Details of Harbour Chat")?;
    let script = "return document.querySelector('[aria-label=\"View Monitoring Details of Harbour Chat\"]').href";
    let address = cx.script(script, json!([]))?;
    cx.open_in_new_tab(address.as_str().unwrap_or_default())?;
    part(cx, "button", "Service: Harbour Chat")?;
    headline_counts(cx, range("14d"), |call| call.service == "harbour-chat" && call.key == "key-web-prod")?;
    // The filters came along and can be changed here.
    part(cx, "button", "key-web-prod")?;
    cx.press("button", "Reset filters and time range")?;
    headline_counts(cx, range("3d"), |call| call.service == "harbour-chat")?;
    ensure(cx.title()?.contains("Harbour Chat"), || "the title does not name the service".to_owned())
}

fn service_and_version_are_switched(cx: &mut Context) -> Result {
    cx.visit(&pinned("&range=14d&page=details&service=harbour-chat"))?;
    headline_counts(cx, range("14d"), |call| call.service == "harbour-chat")?;
    press_part(cx, "button", "Switch service")?;
    press_part(cx, "link", "Aster Chat")?;
    headline_counts(cx, range("14d"), |call| call.service == "aster-chat")?;
    part(cx, "button", "Service: Aster Chat")?;
    let version = within(range("14d"))?.find(|call| call.service == "aster-chat").map(|call| call.version.clone());
    let version = version.unwrap_or_default();
    let all = within(range("14d"))?.filter(|call| call.service == "aster-chat").count();
    let chosen = within(range("14d"))?.filter(|call| call.service == "aster-chat" && call.version == version).count();
    ensure(chosen < all, || "a single version proves nothing".to_owned())?;
    press_part(cx, "button", "Version")?;
    // As in the filters beside it: a draft, until it is applied.
    press_part(cx, "checkbox", &version)?;
    cx.press("button", "Apply")?;
    headline_counts(cx, range("14d"), |call| call.service == "aster-chat" && call.version == version)?;
    ensure(parameter(cx, "version")?.as_deref() == Some(version.as_str()), || {
        "the address does not hold the version".to_owned()
    })?;
    press_part(cx, "button", "Version")?;
    cx.press("button", "Clear")?;
    cx.press("button", "Apply")?;
    headline_counts(cx, range("14d"), |call| call.service == "aster-chat")?;
    // Of a single version there is nothing to choose.
    let call = |version: &str| json!({ "time": NOW_MS - 60_000, "service": "solo", "status": 200, "version": version });
    for (versions, buttons) in [(vec!["v1"], 0), (vec!["v1", "v2"], 1)] {
        let calls: Vec<_> = versions.into_iter().map(call).collect();
        let feed = json!({ "format": "callscope/1", "services": [{ "name": "solo", "type": "commercial" }], "calls": calls })
            .to_string();
        cx.server.route("/feeds/solo.json", move |_| Reply::ok("application/json", feed.clone()));
        cx.visit(&pinned("&source=url:/feeds/solo.json&page=details&service=solo"))?;
        cx.css(".pagehead__meta a.rate-text")?;
        eventually("choices of a version", &buttons, || Ok(cx.all("[popovertarget=p-ver]")?.len()))?;
    }
    Ok(())
}

/// The precisions offered, and the one in force.
fn precisions(page: &Page) -> Result<(Vec<String>, Vec<String>)> {
    Ok((page.texts("[aria-labelledby=l-prec] button")?, page.texts("[aria-labelledby=l-prec] [aria-pressed=true]")?))
}

fn only_allowed_precisions_are_offered(cx: &mut Context) -> Result {
    cx.visit(&pinned("&range=14d&page=details&service=harbour-chat"))?;
    let wait = |offered: &[&str], chosen: &str| {
        let wanted = (offered.iter().map(|&text| text.to_owned()).collect(), vec![chosen.to_owned()]);
        eventually("the precisions offered", &wanted, || precisions(cx))
    };
    wait(&["Day"], "Day")?;
    says(cx, "Minute: up to 1 day; Hour: up to 7 days")?;
    cx.press("button", "7 days")?;
    wait(&["Hour", "Day"], "Hour")?;
    says(cx, "151 hourly points")?;
    cx.press("button", "Yesterday")?;
    wait(&["Minute", "Hour", "Day"], "Hour")?;
    says(cx, "24 hourly points")?;
    cx.press("button", "Minute")?;
    wait(&["Minute", "Hour", "Day"], "Minute")?;
    says(cx, "1,440 one-minute points")?;
    // What the new range forbids is given up for what it allows.
    cx.press("button", "14 days")?;
    wait(&["Day"], "Day")?;
    says(cx, "14 daily points")
}

/// Puts a minute into a field of the custom range, as its picker does.
fn set_minute(page: &Page, field: usize, minute: &str) -> Result {
    const SCRIPT: &str =
        "const field = document.querySelectorAll('#p-range input[type=text]')[arguments[0]]; field.value = arguments[1];
        field.dispatchEvent(new Event('input', { bubbles: true }));";
    page.script(SCRIPT, json!([field, minute])).map(drop)
}

fn a_custom_range_is_applied(cx: &mut Context) -> Result {
    cx.visit(&pinned("&page=details&service=harbour-chat"))?;
    headline_counts(cx, range("3d"), |call| call.service == "harbour-chat")?;
    cx.press("button", "Custom")?;
    cx.css("#p-range input")?;
    // Written alike in every browser and language, on a clock of 24 hours.
    let written = "return [...document.querySelectorAll('#p-range input[type=text]')].map(e => e.value)";
    let first = cx.script(written, json!([]))?[0].clone();
    ensure(first == "2026-03-10 00:00", || format!("the first field says {first}"))?;
    set_minute(cx, 0, "12 March")?;
    says(cx, "Give both as YYYY-MM-DD HH:MM")?;
    set_minute(cx, 0, "2026-03-11 12:00")?;
    set_minute(cx, 1, "2026-03-11 06:00")?;
    says(cx, "The end is not after the start.")?;
    set_minute(cx, 0, "2026-01-01")?;
    says(cx, "is longer than 30 days")?;
    let blocked = cx.script("return document.querySelector('#p-range [type=submit]').disabled", json!([]))?;
    ensure(blocked == true, || "a range that is too long can be applied".to_owned())?;
    set_minute(cx, 0, "2026-03-11 06:00")?;
    // As the browser's own picker writes.
    let picked =
        "const field = document.querySelectorAll('#p-range input[type=datetime-local]')[1]; field.value = '2026-03-11T18:30';
        field.dispatchEvent(new Event('input', { bubbles: true }));";
    cx.script(picked, json!([]))?;
    says(cx, "12 h 30 min, precision: Minute, Hour, Day")?;
    cx.press("button", "Apply")?;
    // Where it pressed, the pointer would read a chart.
    cx.hover(&cx.css("h1")?, (1.0, 1.0))?;
    let from = today() - 18 * HOUR_MS;
    let chosen = (from, from + 12 * HOUR_MS + HOUR_MS / 2);
    headline_counts(cx, chosen, |call| call.service == "harbour-chat")?;
    let written = parameter(cx, "range")?;
    ensure(written == Some(format!("{}~{}", chosen.0, chosen.1)), || format!("the address holds {written:?}"))?;
    says(cx, "13 hourly points")
}
