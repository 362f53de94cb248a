//! Reads the console's pages as a user does: tiles, table, headline, and waits until they say what they should.

use crate::oracle::Totals;
use callscope_e2e::browser::{Error, Result};
use callscope_e2e::case::{Context, ensure};
use callscope_e2e::page::{Element, PATIENCE, Page, wait_for};
use serde_json::{Value, json};
use std::fmt::Debug;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Waits until `probe` gives `wanted`; says what it gave last otherwise.
pub fn eventually<T: PartialEq + Debug>(what: &str, wanted: &T, mut probe: impl FnMut() -> Result<T>) -> Result {
    let mut last = String::from("nothing");
    let reached = wait_for(what, PATIENCE, || {
        match probe() {
            Ok(seen) if seen == *wanted => return Ok(Some(())),
            Ok(seen) => last = format!("{seen:?}"),
            Err(error) => last = error.to_string(),
        }
        Ok(None)
    });
    reached.map_err(|_| Error::Unexpected(format!("{what}: {last}, not {wanted:?}")))
}

/// Waits until a visible element of this role has a name that holds `part`.
pub fn part(page: &Page, role: &str, part: &str) -> Result<Element> {
    page.wait(&format!("a {role} whose name holds {part:?}"), || Ok(page.find_all(None, role, part)?.into_iter().next()))
}

/// The same, clicked.
pub fn press_part(page: &Page, role: &str, name: &str) -> Result {
    page.click(&part(page, role, name)?)
}

/// Waits until the text of the page's body holds `words`.
pub fn says(page: &Page, words: &str) -> Result {
    says_within(page, words, PATIENCE)
}

/// The same with another patience.
pub fn says_within(page: &Page, words: &str, patience: Duration) -> Result {
    wait_for(&format!("the words {words:?}"), patience, || {
        let text = page.script("return document.body.innerText.replace(/\\s+/g, ' ')", json!([]))?;
        Ok(text.as_str().is_some_and(|text| text.contains(words)).then_some(()))
    })
}

/// Whether an element that a selector names is shown.
pub fn shown(page: &Page, selector: &str) -> Result<bool> {
    let seen = page.script(
        "return [...document.querySelectorAll(arguments[0])].some(e => e.checkVisibility({ visibilityProperty: true }))",
        json!([selector]),
    )?;
    Ok(seen == true)
}

/// A number as the page writes it; `None` for a dash or words.
pub fn number(text: &str) -> Option<f64> {
    text.replace(',', "").replace('\u{2212}', "-").parse().ok()
}

/// The five totals: the exact number of each tile's tip, after a look that the figure shown says the same.
pub fn tiles(page: &Page) -> Result<Totals> {
    const SCRIPT: &str = "return [...document.querySelectorAll('.tile__value')].map(e => [e.title, e.innerText.trim()])";
    // They come once the feed has been read.
    page.css(".tile__value[title]")?;
    let seen = page.script(SCRIPT, json!([]))?;
    let mut exact = [0u64; 5];
    for (i, slot) in exact.iter_mut().enumerate() {
        let (tip, figure) = (seen[i][0].as_str().unwrap_or_default(), seen[i][1].as_str().unwrap_or_default());
        let whole = number(tip).ok_or_else(|| Error::Unexpected(format!("tile {i} has no number: {seen}")))?;
        let (digits, scale) = match figure.chars().last() {
            Some('M') => (&figure[..figure.len() - 1], 1e6),
            Some('B') => (&figure[..figure.len() - 1], 1e9),
            _ => (figure, 1.0),
        };
        let shown = number(digits.trim()).unwrap_or(f64::NAN);
        let rounding = if scale > 1.0 { 0.000_51 } else { 0.0 };
        ensure((shown - whole / scale).abs() <= rounding, || format!("tile {i} shows {figure:?} and its tip {tip:?}"))?;
        *slot = whole as u64;
    }
    let [calls, failed, total, input, output] = exact;
    Ok(Totals { calls, failed, total, input, output })
}

/// Waits until the tiles show these totals.
pub fn tiles_show(page: &Page, wanted: Totals) -> Result {
    eventually("the five totals", &wanted, || tiles(page))
}

/// A row of the services table: its class, its name, and its cells from Calls to Average Generation Time.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub class: String,
    pub name: String,
    pub cells: Vec<String>,
}

impl Row {
    /// A figure of the row by its place; 0 where it says that the metric is not involved.
    pub fn figure(&self, i: usize) -> f64 {
        self.cells.get(i).and_then(|text| number(text)).unwrap_or(0.0)
    }
}

/// Rows of the services table's body (`tbody`) or its footer (`tfoot`).
pub fn rows(page: &Page, section: &str) -> Result<Vec<Row>> {
    const SCRIPT: &str = r#"
        const flat = e => e.innerText.replace(/\s+/g, ' ').trim();
        return [...document.querySelectorAll(`table.services ${arguments[0]} tr`)].map(r => [r.className,
            flat(r.querySelector('th .nm') || r.querySelector('th') || r), [...r.querySelectorAll('td')].map(flat)]);
    "#;
    let found = page.script(SCRIPT, json!([section]))?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let row = |value: &Value| Row {
        class: text(&value[0]),
        name: text(&value[1]),
        cells: value[2].as_array().map(|cells| cells.iter().map(text).collect()).unwrap_or_default(),
    };
    Ok(found.as_array().map(|all| all.iter().map(row).collect()).unwrap_or_default())
}

/// Waits for all days of the demonstration, where that is shown: the older ones come a moment after the newest, and other data end an export.
pub fn all_days(page: &Page) -> Result {
    let held = "parseInt(document.querySelector('.source .calls')?.innerText.replaceAll(',', '') ?? '0') > 50000";
    page.wait_js("all days", &format!("!document.querySelector('.demo-note') || {held}"))
}

/// The footer's calls and failed calls.
pub fn footer(page: &Page) -> Result<(u64, u64)> {
    let rows = rows(page, "tfoot")?;
    let row = rows.first().ok_or_else(|| Error::Unexpected("the table has no footer".to_owned()))?;
    Ok((row.figure(0) as u64, row.figure(1) as u64))
}

/// The headline of a service's pages: `1,234 calls, 1.234 % failed`, as calls and failure rate.
pub fn headline(page: &Page) -> Result<(u64, String)> {
    let texts = page.texts(".pagehead__meta")?;
    let text = texts.first().map(String::as_str).unwrap_or_default();
    let (calls, rest) = text.split_once(" call").unwrap_or_default();
    let rate = rest.split_once(", ").map(|(_, rate)| rate.trim_end_matches(" % failed").to_owned()).unwrap_or_default();
    Ok((number(calls).unwrap_or(-1.0) as u64, rate))
}

/// The headline that these totals make.
pub fn headline_of(sum: Totals) -> (u64, String) {
    (sum.calls, format!("{:.3}", sum.failed as f64 / sum.calls as f64 * 100.0))
}

/// A parameter of the address; `None` where it has none of this name.
pub fn parameter(page: &Page, name: &str) -> Result<Option<String>> {
    let value = page.script("return new URLSearchParams(location.search).get(arguments[0])", json!([name]))?;
    Ok(value.as_str().map(str::to_owned))
}

/// Pastes text on the page, outside of any field.
pub fn paste(page: &Page, text: &str) -> Result {
    const SCRIPT: &str = "const data = new DataTransfer(); data.setData('text/plain', arguments[0]);
        const event = new ClipboardEvent('paste', { bubbles: true, cancelable: true });
        // Not every browser takes it from a script.
        Object.defineProperty(event, 'clipboardData', { value: data });
        document.body.dispatchEvent(event);";
    page.script(SCRIPT, json!([text])).map(drop)
}

/// Connects a feed by its address, through the dialog that a user would use.
pub fn connect(cx: &Context, address: &str) -> Result {
    cx.click(&cx.css("button.source")?)?;
    cx.press("button", "Connect a feed")?;
    let field = cx.css("#d-connect input")?;
    cx.fill(&field, address)?;
    cx.press("button", "Connect")
}

/// The clock of this machine, which is the browser's too.
pub fn clock_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}
