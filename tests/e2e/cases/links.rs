//! Everything chosen is in the address: a copied link, reload, back and forward restore the view.

use crate::look::{eventually, footer, headline, headline_of, parameter, press_part, says, tiles, tiles_show};
use crate::oracle::{DAY_MS, pinned, range, totals, within};
use callscope_e2e::browser::{Options, Result};
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use callscope_e2e::fixtures::NOW_MS;
use serde_json::json;

pub const CASES: &[Case] = cases![
    fresh a_copied_link_shows_the_same_in_a_fresh_browser,
    fresh a_link_without_a_pinned_clock_pins_it,
    fresh history_restores_views,
    two_hundred_hostile_links_hold_nothing_up,
    what_a_link_names_beyond_all_limits_is_said,
    a_link_of_version_1_opens_as_it_did,
    what_a_link_says_of_other_pages_stays,
    a_link_of_a_later_version_says_so,
];

/// Presses Share and returns what the clipboard holds.
pub fn share(cx: &Context) -> Result<String> {
    cx.session().let_clipboard()?;
    cx.press("button", "Share")?;
    cx.press("button", "Copy link")?;
    cx.wait_js("the toast", "document.querySelector('.toast')?.innerText.includes('Link copied')")?;
    let text = cx.script_async("return navigator.clipboard.readText()")?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

fn a_copied_link_shows_the_same_in_a_fresh_browser(cx: &mut Context) -> Result {
    cx.visit(&pinned("&range=14d&key=key-web-prod"))?;
    let wanted = totals(within(range("14d"))?.filter(|call| call.key == "key-web-prod"));
    tiles_show(cx, wanted)?;
    cx.press("button", "Failed Calls")?;
    eventually("the sorting in the address", &Some("failed.down".to_owned()), || parameter(cx, "calls.sort"))?;
    let order = cx.texts("table.services tbody .nm")?;
    let link = share(cx)?;
    ensure(link.starts_with(&cx.server.url()), || format!("the link is {link:?}"))?;
    // Another user: another language, nothing stored.
    let other = cx.fresh_browser(&Options { language: "zh-CN", ..Options::default() })?;
    other.open_console(&link)?;
    tiles_show(&other, wanted)?;
    ensure(footer(&other)? == footer(cx)?, || "the footers differ".to_owned())?;
    ensure(other.texts("table.services tbody .nm")? == order, || "the rows stand in another order".to_owned())?;
    let severe: Vec<_> = other.console()?.into_iter().filter(|line| line.level == "SEVERE").collect();
    ensure(severe.is_empty(), || format!("the other browser's console: {severe:?}"))
}

fn a_link_without_a_pinned_clock_pins_it(cx: &mut Context) -> Result {
    cx.visit("?lang=en&tz=Europe/Berlin&range=today")?;
    cx.css(".tile__value[title]")?;
    let here = tiles(cx)?;
    ensure(here.calls > 0, || "today is empty".to_owned())?;
    let link = share(cx)?;
    ensure(link.contains("now="), || format!("the link does not pin the clock: {link}"))?;
    let other = cx.fresh_browser(&Options::default())?;
    other.open_console(&link)?;
    tiles_show(&other, here)
}

fn history_restores_views(cx: &mut Context) -> Result {
    cx.visit(&pinned(""))?;
    let (three, fourteen) = (totals(within(range("3d"))?), totals(within(range("14d"))?));
    tiles_show(cx, three)?;
    cx.press("button", "14 days")?;
    tiles_show(cx, fourteen)?;
    cx.press("link", "View Monitoring Details of Harbour Chat")?;
    let service = headline_of(totals(within(range("14d"))?.filter(|call| call.service == "harbour-chat")));
    let at_service = || eventually("the headline", &service, || headline(cx));
    at_service()?;
    press_part(cx, "link", "Failed Calls")?;
    eventually("the page in the address", &Some("failed".to_owned()), || parameter(cx, "page"))?;
    cx.css("tr.grp")?;
    cx.back()?;
    eventually("the page in the address", &Some("details".to_owned()), || parameter(cx, "page"))?;
    at_service()?;
    cx.reload()?;
    at_service()?;
    cx.back()?;
    tiles_show(cx, fourteen)?;
    cx.back()?;
    tiles_show(cx, three)?;
    cx.forward()?;
    tiles_show(cx, fourteen)?;
    cx.reload()?;
    tiles_show(cx, fourteen)?;
    cx.forward()?;
    at_service()
}

/// Longest time from one hostile link to the picture after it.
const PICTURE_MS: f64 = 2_000.0;

/// Instants from one end of what a number holds to the other, the edges of what a view may show among them.
const INSTANTS: [i64; 10] = [
    i64::MIN,
    -1,
    0,
    946_684_799_999,
    946_684_800_000,
    4_102_444_799_999,
    4_102_444_800_000,
    253_402_300_799_999,
    8_640_000_000_000_000,
    i64::MAX,
];

fn hostile_links() -> Vec<String> {
    let mut all = Vec::new();
    for (i, from) in INSTANTS.iter().enumerate() {
        for (j, to) in INSTANTS.iter().enumerate() {
            let page = ["calls", "details&service=harbour-chat", "failed&service=harbour-chat&status=429"][(i + j) % 3];
            all.push(format!("page={page}&precision=minute&range={from}~{to}&from-range={to}~{from}"));
            let preset = ["today", "yesterday", "3d", "7d", "14d"][j % 5];
            let zone = ["UTC", "Pacific/Apia", "Australia/Lord_Howe", "Mars/Olympus"][j % 4];
            let now = from.saturating_add(j as i64 - 5);
            all.push(format!("page={page}&precision=minute&range={preset}&now={now}&tz={zone}"));
        }
    }
    all
}

fn two_hundred_hostile_links_hold_nothing_up(cx: &mut Context) -> Result {
    const SCRIPT: &str = "const times = [];
        for (const link of links) {
            const begun = performance.now();
            history.replaceState(null, '', '?lang=en&' + link);
            dispatchEvent(new Event('popstate'));
            for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
            times.push(performance.now() - begun);
            await new Promise(done => setTimeout(done, 60));
        }
        return times";
    cx.visit(&pinned(""))?;
    tiles_show(cx, totals(within(range("3d"))?))?;
    let links = hostile_links();
    ensure(links.len() == 200, || format!("{} links", links.len()))?;
    for some in links.chunks(40) {
        let times = cx.script_async(&format!("const links = {}; {SCRIPT}", json!(some)))?;
        let slow =
            some.iter().zip(times.as_array().into_iter().flatten()).find(|(_, ms)| ms.as_f64().is_none_or(|ms| ms > PICTURE_MS));
        ensure(slow.is_none() && times.as_array().is_some_and(|times| times.len() == some.len()), || format!("{slow:?}"))?;
    }
    // The page lives, and shows what the link names.
    cx.script(
        "history.replaceState(null, '', arguments[0]); dispatchEvent(new Event('popstate'))",
        json!([pinned("&range=14d")]),
    )?;
    tiles_show(cx, totals(within(range("14d"))?))?;
    // So it does where the first view has to be made of such a link.
    for (link, words) in [
        ("range=0~253402300799999", "Total Calls"),
        ("now=946684800000&range=14d", "Total Calls"),
        ("now=4102444799999&range=946684800000~946684860000&precision=minute", "No calls in this range"),
    ] {
        cx.visit(&format!("?lang=en&tz=Europe/Berlin&{link}"))?;
        says(cx, words)?;
        cx.press("button", "Custom")?;
        cx.css(".rangeform input")?;
    }
    Ok(())
}

fn what_a_link_names_beyond_all_limits_is_said(cx: &mut Context) -> Result {
    let service = totals(within(range("3d"))?.filter(|call| call.service == "harbour-chat"));
    let rest = "&page=details&service=harbour-chat";
    cx.visit(&pinned(&format!("{rest}&range=0~253402300799999")))?;
    says(cx, "The time range in this link is not valid.")?;
    says(cx, "A range lies between 2000 and 2100 and spans at most 30 days. The default range is shown.")?;
    eventually("the rest of the link", &headline_of(service), || headline(cx))?;
    // The next choice makes a link without it.
    cx.press("button", "14 days")?;
    eventually("the notice", &false, || Ok(cx.texts(".banner")?.concat().contains("not valid")))?;
    cx.visit(&format!("?lang=zh{rest}&range=3d&now=9223372036854775807"))?;
    says(cx, "此链接中的时间无效。")?;
    // A longer range than one may choose is one as well.
    cx.visit(&pinned(&format!("&range={}~{NOW_MS}", NOW_MS - 31 * DAY_MS)))?;
    says(cx, "The time range in this link is not valid.")?;
    tiles_show(cx, totals(within(range("3d"))?))
}

fn a_link_of_version_1_opens_as_it_did(cx: &mut Context) -> Result {
    let old = "&page=details&service=harbour-chat&off=ttft.p90&enlarge=calls&sort=failed.up&order=ip.up";
    for version in ["v=1&", ""] {
        cx.visit(&pinned(old).replacen('?', &format!("?{version}"), 1))?;
        cx.css("dialog[open] canvas")?;
        cx.press("button", "Close")?;
        eventually("the new key", &None, || parameter(cx, "details.enlarge"))?;
        for (key, value) in [("v", "2"), ("details.off", "ttft.p90"), ("calls.sort", "failed.up"), ("failed.order", "ip.up")] {
            eventually(key, &Some(value.to_owned()), || parameter(cx, key))?;
        }
        ensure(parameter(cx, "off")?.is_none(), || "the old key is there too".to_owned())?;
    }
    cx.visit(&pinned("&sort=failed.up"))?;
    cx.css("th[aria-sort='ascending']")?;
    Ok(())
}

fn what_a_link_says_of_other_pages_stays(cx: &mut Context) -> Result {
    cx.visit(&pinned("&v=2&calls.sort=failed.up&details.table=ttft&logs.query=a%26b"))?;
    let stays = |cx: &Context| -> Result {
        for (key, value) in [("calls.sort", "failed.up"), ("details.table", "ttft"), ("logs.query", "a&b")] {
            eventually(key, &Some(value.to_owned()), || parameter(cx, key))?;
        }
        Ok(())
    };
    cx.press("link", "View Monitoring Details of Harbour Chat")?;
    eventually("the page in the address", &Some("details".to_owned()), || parameter(cx, "page"))?;
    cx.css(".pane table, .chart table")?;
    stays(cx)?;
    press_part(cx, "link", "Failed Calls")?;
    cx.css("tr.grp")?;
    stays(cx)?;
    cx.back()?;
    cx.back()?;
    cx.css("th[aria-sort='ascending']")?;
    cx.forward()?;
    stays(cx)
}

fn a_link_of_a_later_version_says_so(cx: &mut Context) -> Result {
    cx.visit(&pinned("&v=9&range=14d&logs.query=x"))?;
    says(cx, "This link was made by a newer version of the console.")?;
    tiles_show(cx, totals(within(range("14d"))?))?;
    cx.visit(&pinned("&v=2&page=logs&logs.query=x"))?;
    says(cx, "This version of the console has no such page.")?;
    cx.press("button", "14 days")?;
    eventually("the pair", &Some("x".to_owned()), || parameter(cx, "logs.query"))?;
    cx.visit(&pinned("&precision=second&source=cloud:x"))?;
    says(cx, "This link has settings with unknown values: source, precision.")
}
