//! What may be a secret in a feed's address is sent in the request, and is nowhere else: not on the page, in its address, a link, an export or a report.

pub mod everywhere;
mod ways_out;

use crate::export::downloaded;
use crate::feeds::recent;
use crate::look::{connect, eventually, footer, paste, press_part, says, shown};
use calamine::{Reader, Xlsx};
use callscope_e2e::browser::{Error, Options, Result};
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use callscope_e2e::fixtures::document;
use callscope_e2e::server::Reply;
use serde_json::json;
use std::io::Cursor;

pub const CASES: &[Case] = cases![
    fresh a_token_in_a_typed_address_is_asked_for_and_stands_nowhere,
    fresh a_link_with_a_token_gives_links_without,
    what_cannot_be_asked_for_is_said_without_the_token,
];

const SECRET: &str = "Kx7s3cretSig";
const CALLS: usize = 60;

/// A feed that is given only to who has the token; its address with everything.
fn feed(cx: &Context) -> String {
    let good = Reply::ok("application/json", document(recent(CALLS)));
    cx.server.route("/feeds/signed.json", move |url| if url.contains(SECRET) { good.clone() } else { Reply::status(403) });
    format!("{}?team=web&X-Amz-Signature={SECRET}", cx.address("/feeds/signed.json"))
}

fn nowhere(what: &str, text: &str) -> Result {
    ensure(!text.contains(SECRET), || format!("the token is in {what}: {:.300}", text))
}

/// Neither in the page nor in what a browser keeps of it.
fn not_on_the_page(cx: &Context) -> Result {
    const KEPT: &str = "return [location.href, document.documentElement.outerHTML, JSON.stringify({...localStorage}), JSON.stringify({...sessionStorage}),
        document.cookie, JSON.stringify(history.state)].join()";
    nowhere("the page", &cx.script(KEPT, json!([]))?.to_string())
}

fn shared(cx: &Context) -> Result<String> {
    cx.press("button", "Share")?;
    cx.press("button", "Copy link")?;
    says(cx, "Link copied, without the values")?;
    Ok(cx.script_async("return navigator.clipboard.readText()")?.as_str().unwrap_or_default().to_owned())
}

/// The workbook, all its texts in one.
fn workbook(cx: &Context) -> Result<String> {
    press_part(cx, "button", "Export")?;
    let dialog = cx.css("#d-export[open] form")?;
    cx.click(&cx.find_in(Some(&dialog), "button", "Export")?)?;
    let (name, bytes) = downloaded(cx)?;
    let wrong = |e: calamine::XlsxError| Error::Unexpected(format!("{name}: {e}"));
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(wrong)?;
    let mut all = name.clone();
    for sheet in book.sheet_names() {
        let cells = book.worksheet_range(&sheet).map_err(wrong)?;
        all.extend(cells.used_cells().map(|(_, _, cell)| format!("\n{cell}")));
    }
    Ok(all)
}

fn a_token_in_a_typed_address_is_asked_for_and_stands_nowhere(cx: &mut Context) -> Result {
    cx.session().let_clipboard()?;
    let address = feed(cx);
    cx.visit("?lang=en")?;
    cx.css(".tile__value[title]")?;
    connect(cx, &address)?;
    eventually("the calls", &(CALLS as u64), || Ok(footer(cx)?.0))?;
    not_on_the_page(cx)?;
    let link = shared(cx)?;
    nowhere("the link", &link)?;
    ensure(link.contains("signed.json") && link.contains("web"), || format!("the link is {link}"))?;
    let text = workbook(cx)?;
    nowhere("the workbook", &text)?;
    ensure(text.contains("signed.json"), || format!("the workbook does not name the feed: {text:.500}"))?;
    cx.press("button", "Save report")?;
    cx.css("#d-report[open] #report-preview")?;
    let dialog = cx.css("#d-report[open]")?;
    cx.click(&cx.find_in(Some(&dialog), "button", "Save report")?)?;
    let (_, report) = downloaded(cx)?;
    nowhere("the report", &String::from_utf8_lossy(&report))?;
    // Another data set and back, by the history: the requested address is still known.
    cx.back()?;
    eventually("the data before", &true, || Ok(footer(cx)?.0 > CALLS as u64))?;
    cx.forward()?;
    eventually("the calls again", &(CALLS as u64), || Ok(footer(cx)?.0))?;
    // Loaded again, the page does not know it any more, and asks.
    // The page's own address names the feed as well.
    let asked = |cx: &Context| cx.server.take_log().iter().filter(|served| served.url.starts_with("/feeds/signed.json")).count();
    asked(cx);
    cx.reload()?;
    says(cx, "Enter the whole address of the feed at")?;
    ensure(asked(cx) == 0, || "the address was asked for without its token".to_owned())?;
    press_part(cx, "button", "Enter the address")?;
    let field = cx.css("#d-connect input")?;
    cx.press("button", "Connect")?;
    says(cx, "Put the value in place of")?;
    cx.fill(&field, &address)?;
    cx.press("button", "Connect")?;
    eventually("the calls", &(CALLS as u64), || Ok(footer(cx)?.0))?;
    not_on_the_page(cx)?;
    // The link in another browser likewise.
    let other = cx.fresh_browser(&Options::default())?;
    other.open_console(&link)?;
    says(&other, "Enter the whole address of the feed at")
}

fn a_link_with_a_token_gives_links_without(cx: &mut Context) -> Result {
    cx.session().let_clipboard()?;
    let address = feed(cx).replace('&', "%26");
    cx.visit(&format!("?lang=en&source=url:{address}"))?;
    eventually("the calls", &(CALLS as u64), || Ok(footer(cx)?.0))?;
    let text =
        cx.script("return document.body.innerText + [...document.querySelectorAll('[title]')].map(e => e.title)", json!([]))?;
    nowhere("words of the page", &text.to_string())?;
    nowhere("the link", &shared(cx)?)?;
    nowhere("the workbook", &workbook(cx)?)
}

fn what_cannot_be_asked_for_is_said_without_the_token(cx: &mut Context) -> Result {
    cx.expect_console("Failed to load resource");
    cx.visit("?lang=en")?;
    cx.css(".tile__value[title]")?;
    connect(cx, &format!("{}?key={SECRET}", cx.address("/feeds/none.json")))?;
    says(cx, "The feed answered 404 Not Found.")?;
    cx.press("button", "Details")?;
    says(cx, "none.json?key=…")?;
    not_on_the_page(cx)?;
    cx.keys("\u{e00c}")?;
    eventually("dialogs", &false, || shown(cx, "dialog[open]"))?;
    // A pasted address needs an agreement, and is shown without it as well.
    paste(cx, &format!("https://elsewhere.invalid/x.json?sig={SECRET}"))?;
    says(cx, "Request a feed from elsewhere.invalid?")?;
    says(cx, "https://elsewhere.invalid/x.json?sig=…")?;
    not_on_the_page(cx)
}
