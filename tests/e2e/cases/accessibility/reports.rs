//! What axe-core finds in saved reports, opened from a disk, and in the dialog that saves them: nothing.

use super::{STILL, click, look, looks, nothing, state};
use crate::export::downloaded;
use crate::look::eventually;
use callscope_e2e::axe;
use callscope_e2e::browser::{Error, Options, Result};
use callscope_e2e::case::{Case, Context};
use callscope_e2e::cases;
use callscope_e2e::fixtures::NOW_MS;
use serde_json::json;

pub const CASES: &[Case] = cases![axe_finds_nothing_in_the_dialog_of_reports, axe_finds_nothing_in_reports];

/// The button of the app bar that is beside the one that shares.
const SAVE: &[&str] = &[".appbar #p-share + button"];
/// There once the report is written.
const READY: &str = "#d-report[open] #report-preview";
/// Name, query, what is visible when the page is ready.
const PAGES: [(&str, &str, &str); 3] = [
    ("of Calls", "open=aster-chat", ".tile__value[title]"),
    ("of Monitoring", "page=details&service=aster-chat", ".chart__plot[role=slider]"),
    ("of Failed Calls", "page=failed&service=harbour-chat&status=429", ".vrow .mono"),
];

fn axe_finds_nothing_in_the_dialog_of_reports(cx: &mut Context) -> Result {
    let mut told = Vec::new();
    for (name, query, there) in PAGES {
        told.extend(look(cx, &state(name, query, SAVE, READY), || cx.css(there).map(drop))?);
    }
    nothing(told)
}

fn axe_finds_nothing_in_reports(cx: &mut Context) -> Result {
    let themes = [false, true].map(|dark| cx.fresh_browser(&Options { dark, ..Options::default() }));
    let [light, dark] = themes;
    let (light, dark) = (light?, dark?);
    let mut told = Vec::new();
    for (name, query, there) in PAGES {
        for lang in ["en", "zh"] {
            let state = state(name, query, SAVE, READY);
            cx.page.open_console(&format!("{}?v=1&{query}&now={NOW_MS}&tz=Asia/Shanghai&lang={lang}", cx.server.url()))?;
            cx.css(there)?;
            cx.quiet(STILL)?;
            click(cx, &state)?;
            cx.css(READY)?;
            cx.click(&cx.css("#d-report .btn--main")?)?;
            let (_, report) = downloaded(cx)?;
            eventually("dialogs", &0, || Ok(cx.all("dialog[open]")?.len()))?;
            let file = cx.session().folder().join("report.html");
            std::fs::write(&file, report).map_err(|e| Error::Unexpected(e.to_string()))?;
            for &(_, theme, colours_alone) in looks(cx).iter().filter(|look| look.0 == lang) {
                let page = if theme == "dark" { &dark } else { &light };
                page.open(&format!("file://{}", file.display()))?;
                page.css("main")?;
                page.script("document.querySelectorAll('details').forEach(d => d.open = true)", json!([]))?;
                page.settle()?;
                let faults = axe::faults(page, "html", colours_alone)?;
                told.extend(faults.into_iter().map(|fault| format!("a report {name}, {lang}, {theme}: {fault}")));
            }
        }
    }
    nothing(told)
}
