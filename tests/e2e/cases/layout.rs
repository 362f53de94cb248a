//! Widths, themes and the keyboard.

use crate::details::headline_counts;
use crate::look::{eventually, parameter, part, tiles_show};
use crate::oracle::{pinned, range, totals, within};
use callscope_e2e::browser::{Options, Result};
use callscope_e2e::case::{Case, Context, ensure};
use callscope_e2e::page::{Page, key};
use serde_json::json;

pub const CASES: &[Case] = &[
    Case { name: "layout::no_page_scrolls_sideways", run: no_page_scrolls_sideways, options: Options::default },
    Case { name: "layout::the_systems_dark_theme_is_followed", run: the_systems_dark_theme, options: dark },
    Case { name: "layout::popovers_and_dialogs_give_the_focus_back", run: popovers_and_dialogs, options: Options::default },
    Case { name: "layout::sections_stand_on_the_app_bar", run: sections, options: Options::default },
    Case { name: "layout::a_filter_is_set_by_keys_alone", run: a_filter_by_keys, options: Options::default },
];

fn dark() -> Options {
    Options { dark: true, ..Options::default() }
}

fn no_page_scrolls_sideways(cx: &mut Context) -> Result {
    for (width, height) in [(360, 740), (480, 800), (1440, 900), (2560, 1440)] {
        cx.resize(width, height, 1.0)?;
        let fits = |what: &str| -> Result {
            cx.settle()?;
            ensure(!cx.overflows()?, || format!("{what} is wider than {width} px"))
        };
        cx.visit(&pinned("&open=aster-chat"))?;
        tiles_show(cx, totals(within(range("3d"))?))?;
        fits("the Calls page")?;
        cx.visit(&pinned("&page=details&service=aster-chat&table=calls"))?;
        headline_counts(cx, range("3d"), |call| call.service == "aster-chat")?;
        part(cx, "slider", "Average Response Latency")?;
        fits("Monitoring")?;
        cx.visit(&pinned("&page=failed&service=harbour-chat&status=429"))?;
        cx.css(".vrow .mono")?;
        fits("the Failed Calls page")?;
    }
    Ok(())
}

/// The section's word ends where the bar ends, and carries the ink rule.
const SECTION: &str = "const word = document.querySelector('.sections a[aria-current]'), bar = document.querySelector('.appbar');
    if (!word) return null;
    const [a, b] = [word, bar].map(e => e.getBoundingClientRect());
    const rule = getComputedStyle(word).boxShadow;
    return [word.innerText, Math.abs(a.bottom - b.bottom) <= 1 && a.left >= 0 && a.right <= innerWidth, rule.includes('-2px') && rule.includes('inset')]";

fn sections(cx: &mut Context) -> Result {
    for (lang, word) in [("en", "Calls"), ("zh", "调用统计")] {
        for (width, height) in [(1440, 900), (480, 800), (360, 740)] {
            cx.resize(width, height, 1.0)?;
            cx.visit(&pinned(&format!("&page=details&service=aster-chat&lang={lang}")))?;
            cx.css(".sections a")?;
            eventually("the section", &json!([word, true, true]), || cx.script(SECTION, json!([])))?;
        }
    }
    // By the keyboard, from a page of a service; not while one types.
    cx.keys("g")?;
    cx.keys("c")?;
    eventually("the page in the address", &None, || parameter(cx, "page"))?;
    cx.resize(1440, 900, 1.0)?;
    cx.visit(&pinned("&page=details&service=aster-chat"))?;
    cx.css(".sections a")?;
    cx.click(&cx.css("button.switcher")?)?;
    cx.click(&cx.css("#p-svc input")?)?;
    cx.keys("gc")?;
    eventually("the text", &json!("gc"), || cx.script("return document.querySelector('#p-svc input').value", json!([])))?;
    ensure(parameter(cx, "page")?.as_deref() == Some("details"), || "typing went to another page".to_owned())?;
    // In an embedding page there is no bar.
    cx.visit(&pinned("&embed=1"))?;
    cx.css(".tile__value[title]")?;
    cx.css("table.services tbody .nm")?;
    ensure(cx.script(SECTION, json!([]))?.is_null(), || "there are sections without a bar".to_owned())
}

/// Red, green and blue of the page's ground, 0 to 255, added up.
fn brightness(page: &Page) -> Result<u64> {
    let script =
        "return getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number).reduce((a, b) => a + b)";
    Ok(page.script(script, json!([]))?.as_u64().unwrap_or_default())
}

/// The mean brightness of what the canvas of Calls has painted.
fn painted(page: &Page) -> Result<f64> {
    const SCRIPT: &str = "const canvas = document.querySelector('#c-calls canvas');
        const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        let sum = 0, n = 0;
        for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 200) { sum += data[i] + data[i + 1] + data[i + 2]; n++; }
        return n ? sum / n : -1";
    Ok(page.script(SCRIPT, json!([]))?.as_f64().unwrap_or(-1.0))
}

fn the_systems_dark_theme(cx: &mut Context) -> Result {
    cx.visit(&pinned("&page=details&service=aster-chat"))?;
    headline_counts(cx, range("3d"), |call| call.service == "aster-chat")?;
    cx.css("#c-calls canvas")?;
    eventually("a dark ground", &true, || Ok(brightness(cx)? < 200))?;
    eventually("a painted chart", &true, || Ok(painted(cx)? > 0.0))?;
    let in_dark = painted(cx)?;
    // The button sets the other theme, and the canvas follows it.
    cx.press("button", "Dark theme")?;
    eventually("a light ground", &true, || Ok(brightness(cx)? > 600))?;
    eventually("a chart in other colours", &true, || Ok((painted(cx)? - in_dark).abs() > 5.0))?;
    cx.press("button", "Dark theme")?;
    eventually("a dark ground", &true, || Ok(brightness(cx)? < 200))
}

/// What has the focus, by its id, `popovertarget`, name or text.
fn focus(page: &Page) -> Result<String> {
    const SCRIPT: &str = "const e = document.activeElement;
        return e.getAttribute('popovertarget') || e.getAttribute('aria-label') || e.innerText || e.tagName";
    Ok(page.script(SCRIPT, json!([]))?.as_str().unwrap_or_default().to_owned())
}

fn popovers_and_dialogs(cx: &mut Context) -> Result {
    cx.visit(&pinned(""))?;
    tiles_show(cx, totals(within(range("3d"))?))?;
    let open = |selector: &str| Ok(cx.all(selector)?.len());
    for target in ["p-src", "p-zone", "p-range", "p-key", "p-ip", "p-cols"] {
        cx.script("document.querySelector(`[popovertarget='${arguments[0]}']`).focus()", json!([target]))?;
        cx.keys(&key::ENTER.to_string())?;
        eventually(&format!("{target} open"), &1, || open(&format!("#{target}:popover-open")))?;
        cx.keys(&key::ESCAPE.to_string())?;
        eventually(&format!("{target} open"), &0, || open(":popover-open"))?;
        eventually("the focus", &target.to_owned(), || focus(cx))?;
    }
    cx.visit(&pinned("&page=details&service=aster-chat"))?;
    headline_counts(cx, range("3d"), |call| call.service == "aster-chat")?;
    part(cx, "slider", "Average Response Latency")?;
    cx.script("document.querySelector('#c-calls .chart__plot').focus()", json!([]))?;
    let at = focus(cx)?;
    cx.keys("e")?;
    eventually("the enlarged chart", &1, || open("dialog[open]"))?;
    cx.keys(&key::ESCAPE.to_string())?;
    eventually("the enlarged chart", &0, || open("dialog[open]"))?;
    eventually("the focus", &at, || focus(cx))
}

fn a_filter_by_keys(cx: &mut Context) -> Result {
    cx.visit(&pinned(""))?;
    tiles_show(cx, totals(within(range("3d"))?))?;
    cx.script("document.querySelector('[popovertarget=p-key]').focus()", json!([]))?;
    cx.keys(&key::ENTER.to_string())?;
    eventually("the search field's focus", &true, || {
        Ok(cx.script("return document.activeElement.matches('#p-key input[type=search]')", json!([]))? == true)
    })?;
    cx.keys("web-prod")?;
    eventually("the values found", &1, || Ok(cx.all("#p-key .opt-row")?.len()))?;
    cx.keys(&format!("{} {}", key::DOWN, key::ENTER))?;
    tiles_show(cx, totals(within(range("3d"))?.filter(|call| call.key == "key-web-prod")))
}
