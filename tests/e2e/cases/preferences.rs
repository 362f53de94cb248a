//! What a user chose for this browser, and what a link passes: theme and language, the time that it shows, the range that a file opens with.

use crate::links::share;
use crate::look::{eventually, footer, parameter, says, tiles};
use crate::sets::{choose, write};
use callscope_e2e::browser::Result;
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::cases;
use callscope_e2e::fixtures::{NOW_MS, calls, document};
use serde_json::{Value, json};

pub const CASES: &[Case] = cases![
    fresh theme_and_language_are_kept_here_and_in_no_link,
    fresh what_a_browser_does_not_keep_is_in_the_address,
    a_link_says_as_of_when_it_shows_the_data,
    a_file_opens_on_its_whole_span,
    fresh a_demonstration_stands_still_and_says_so,
];

fn looks(cx: &Context) -> Result<Value> {
    cx.script("const root = document.documentElement; return [root.dataset.theme ?? null, root.lang.slice(0, 2)]", json!([]))
}

fn theme_and_language_are_kept_here_and_in_no_link(cx: &mut Context) -> Result {
    cx.visit("")?;
    cx.css(".tile__value[title]")?;
    cx.press("button", "Dark theme")?;
    eventually("the theme", &json!(["dark", "en"]), || looks(cx))?;
    let link = share(cx)?;
    ensure(!link.contains("theme=") && !link.contains("lang="), || format!("the link forces looks: {link}"))?;
    cx.press("button", "Share")?;
    cx.press("checkbox", "With my theme and language")?;
    cx.press("button", "Copy link")?;
    let wanted =
        "const text = await navigator.clipboard.readText(); return text.includes('theme=dark') && text.includes('lang=en')";
    eventually("looks in the link", &json!(true), || cx.script_async(wanted))?;
    cx.press("button", "\u{4e2d}\u{6587}")?;
    eventually("theme and language", &json!(["dark", "zh"]), || looks(cx))?;
    ensure(parameter(cx, "theme")?.is_none() && parameter(cx, "lang")?.is_none(), || "the address has them".to_owned())?;
    // Another visit; and one by a link that says otherwise, which is for once.
    for (query, wanted) in [("", ["dark", "zh"]), ("?theme=light&lang=en", ["light", "en"]), ("", ["dark", "zh"])] {
        cx.visit(query)?;
        eventually(query, &json!(wanted), || looks(cx))?;
    }
    Ok(())
}

fn what_a_browser_does_not_keep_is_in_the_address(cx: &mut Context) -> Result {
    cx.session().before_each_page(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })",
    )?;
    cx.visit("")?;
    cx.css(".tile__value[title]")?;
    cx.press("button", "Dark theme")?;
    eventually("the theme", &json!(["dark", "en"]), || looks(cx))?;
    eventually("the theme in the address", &Some("dark".to_owned()), || parameter(cx, "theme"))
}

fn a_link_says_as_of_when_it_shows_the_data(cx: &mut Context) -> Result {
    cx.visit(&format!("?lang=en&tz=UTC&now={NOW_MS}"))?;
    says(cx, "This link shows the data as of ")?;
    cx.press("button", "Share")?;
    says(cx, "The link shows the data as of ")?;
    cx.keys("\u{e00c}")?;
    cx.press("button", "Show live")?;
    eventually("no time in the address", &None, || parameter(cx, "now"))
}

/// A file with a call each hour over so many days.
fn of_days(cx: &Context, name: &str, days: usize) -> Result<std::path::PathBuf> {
    let mut list = calls(days * 24);
    for (i, call) in list.iter_mut().enumerate() {
        call["time"] = json!(NOW_MS - i as i64 * 3_600_000);
    }
    write(cx, name, &document(list))
}

fn a_file_opens_on_its_whole_span(cx: &mut Context) -> Result {
    let (short, long) = (of_days(cx, "short.json", 20)?, of_days(cx, "long.json", 50)?);
    cx.visit("?lang=en&tz=UTC")?;
    cx.css(".tile__value[title]")?;
    choose(cx, &[&short])?;
    eventually("all calls of the file", &(20 * 24), || Ok(footer(cx)?.0))?;
    eventually("its tile", &(20 * 24), || Ok(tiles(cx)?.calls))?;
    eventually("the range in the address", &Some("all".to_owned()), || parameter(cx, "range"))?;
    cx.css("[aria-pressed=true]")?;
    cx.press("button", "3 days")?;
    eventually("three days of it", &true, || Ok(tiles(cx)?.calls <= 3 * 24))?;
    cx.press("button", "Reset filters and time range")?;
    eventually("all of it again", &(20 * 24), || Ok(tiles(cx)?.calls))?;
    // No view spans more than 30 days, and none says that it does.
    choose(cx, &[&long])?;
    cx.find("button", "Newest 30 days")?;
    eventually("its newest 30 days", &(30 * 24), || Ok(tiles(cx)?.calls))
}

fn a_demonstration_stands_still_and_says_so(cx: &mut Context) -> Result {
    cx.session().before_each_page(
        "const [now, every] = [Date.now.bind(Date), setInterval]; Date.now = () => now() + (globalThis.ahead ?? 0);
        globalThis.setInterval = (then, ms, ...rest) => every(then, ms === 30000 ? 300 : ms, ...rest)",
    )?;
    cx.visit("?lang=en&tz=UTC&range=14d")?;
    says(cx, "as of when the demonstration was opened")?;
    cx.quiet(std::time::Duration::from_millis(500))?;
    let seen = || {
        cx.script(
            "return [document.querySelector('main').innerText, document.querySelector('button.source').innerText]",
            json!([]),
        )
    };
    let before = seen()?;
    cx.script("globalThis.ahead = 150000", json!([]))?;
    std::thread::sleep(std::time::Duration::from_secs(2));
    let after = seen()?;
    ensure(before == after, || format!("{before} became {after}"))
}
