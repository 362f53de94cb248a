//! Everything chosen is in the address: a copied link, reload, back and forward restore the view.

use crate::look::{eventually, footer, headline, headline_of, parameter, press_part, tiles, tiles_show};
use crate::oracle::{pinned, range, totals, within};
use callscope_e2e::browser::{Options, Result};
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;

pub const CASES: &[Case] = cases![fresh a_copied_link_shows_the_same_in_a_fresh_browser, fresh a_link_without_a_pinned_clock_pins_it, fresh history_restores_views];

/// Presses Share and returns what the clipboard holds.
fn share(cx: &Context) -> Result<String> {
    cx.session().let_clipboard()?;
    cx.press("button", "Share")?;
    cx.wait_js("the toast", "document.querySelector('.toast')?.innerText.includes('Link copied')")?;
    let text = cx.script_async("return navigator.clipboard.readText()")?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

fn a_copied_link_shows_the_same_in_a_fresh_browser(cx: &mut Context) -> Result {
    cx.visit(&pinned("&range=14d&key=key-web-prod"))?;
    let wanted = totals(within(range("14d"))?.filter(|call| call.key == "key-web-prod"));
    tiles_show(cx, wanted)?;
    cx.press("button", "Failed Calls")?;
    eventually("the sorting in the address", &Some("failed.down".to_owned()), || parameter(cx, "sort"))?;
    let order = cx.texts("table.services tbody .nm")?;
    let link = share(cx)?;
    ensure(link.starts_with(&cx.server.url()), || format!("the link is {link:?}"))?;
    // Another person: another language, nothing stored.
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
