//! `cargo xtask shots`: every page and state as a user sees it, in both themes and languages, into `shots/`.
//!
//! The table below is the whole list. A state is reached by its address, and where that is not enough by clicks.

use crate::Result;
use crate::build;
use crate::setup;
use crate::sh;
use callscope_e2e::browser::{Driver, Options, Programs};
use callscope_e2e::fixtures::{self, NOW_MS};
use callscope_e2e::page::Page;
use callscope_e2e::server::Server;
use std::time::Duration;

const ZONE: &str = "Asia/Shanghai";
/// How long nothing may change before a picture is taken.
const STILL: Duration = Duration::from_millis(500);

/// One state of one page.
struct Shot {
    name: &'static str,
    /// What follows the common part of the query string. `{fixture}` means the address of the made-up feeds.
    query: &'static str,
    /// CSS selectors, clicked one after the other.
    clicks: &'static [&'static str],
    /// In CSS pixels.
    widths: &'static [u32],
}

const USUAL: &[u32] = &[1440, 480];
const ALL: &[u32] = &[320, 480, 1000, 1440, 2560];
const WIDE: &[u32] = &[1440];
/// Closes the notice that the clock is pinned.
const UNPINNED: &str = ".banner .btn--icon";

const fn shot(name: &'static str, query: &'static str, widths: &'static [u32]) -> Shot {
    Shot { name, query, clicks: &[], widths }
}

const fn after(name: &'static str, query: &'static str, clicks: &'static [&'static str]) -> Shot {
    Shot { name, query, clicks, widths: USUAL }
}

const SHOTS: &[Shot] = &[
    shot("calls", "", ALL),
    shot("calls-14-days", "range=14d", WIDE),
    shot("calls-today", "range=today", USUAL),
    shot("calls-versions", "open=aster-chat&open=birch-coder", USUAL),
    shot("calls-sorted", "sort=failure-rate.down", WIDE),
    shot("calls-search", "search=chat", WIDE),
    shot("calls-filtered", "type=commercial", USUAL),
    shot("calls-filtered-to-nothing", "key=no-such-key", USUAL),
    shot("calls-columns-hidden", "hide=input-tokens&hide=output-tokens", WIDE),
    shot("calls-embedded", "embed=1", &[1000, 480]),
    shot("calls-azure-trace", "source=azure&range=1700158200000~1700162100000", USUAL),
    shot("calls-link-refused", "range=0~253402300799999", USUAL),
    after("calls-menu-source", "", &["[popovertarget='p-src']"]),
    after("calls-menu-key", "", &["[popovertarget='p-key']"]),
    after("calls-menu-range", "", &["[popovertarget='p-range']"]),
    after("calls-menu-filter", "", &["[popovertarget='p-add']"]),
    Shot { name: "calls-menu-zone", query: "", clicks: &["[popovertarget='p-zone']"], widths: WIDE },
    after("calls-export", "", &["#h-services ~ .btn--main"]),
    Shot { name: "calls-menu-columns", query: "", clicks: &["[popovertarget='p-cols']"], widths: WIDE },
    shot("details", "page=details&service=aster-chat", ALL),
    shot("details-today", "page=details&service=harbour-chat&range=today", WIDE),
    shot("details-one-version", "page=details&service=aster-chat&version=3.2", WIDE),
    shot("details-without-streaming", "page=details&service=doc-embed", USUAL),
    shot("details-images", "page=details&service=dune-image", USUAL),
    shot("details-tables", "page=details&service=aster-chat&table=ttft&table=calls", USUAL),
    shot("details-logarithmic", "page=details&service=harbour-chat&log=errors", WIDE),
    shot("details-lines-off", "page=details&service=aster-chat&off=ttft.max&off=latency.max", WIDE),
    shot("details-enlarged", "page=details&service=aster-chat&enlarge=latency", USUAL),
    shot("details-embedded", "page=details&service=aster-chat&embed=1", &[1000]),
    shot("details-unknown-service", "page=details&service=no-such-service", WIDE),
    after("details-menu-service", "page=details&service=aster-chat", &["[popovertarget='p-svc']"]),
    after("details-menu-version", "page=details&service=aster-chat", &["[popovertarget='p-ver']"]),
    after("details-menu-chart", "page=details&service=aster-chat", &["[popovertarget='m-ttft']"]),
    after("details-export", "page=details&service=aster-chat", &[".pagehead .btn--main"]),
    shot("failed", "page=failed&service=harbour-chat", ALL),
    shot("failed-code", "page=failed&service=harbour-chat&status=429", USUAL),
    after(
        "failed-report",
        "page=failed&service=harbour-chat&status=429",
        &[".appbar [aria-label='Save report'], .appbar [aria-label='保存报告']"],
    ),
    shot("failed-nothing", "page=failed&service=doc-embed&range=today", WIDE),
    // The pictures of README.md (docs/development.md, "Measuring"), without the notice of the pinned clock.
    Shot { name: "readme-calls", query: "", clicks: &[UNPINNED], widths: WIDE },
    Shot {
        name: "readme-monitoring",
        query: "page=details&service=aster-chat",
        clicks: &[UNPINNED, "#c-tokens .chart__plot"],
        widths: WIDE,
    },
    Shot { name: "readme-failed-calls", query: "page=failed&service=harbour-chat&status=429", clicks: &[UNPINNED], widths: WIDE },
    shot("state-missing", "source=url:{fixture}missing.json", USUAL),
    shot("state-not-json", "source=url:{fixture}page.json", WIDE),
    shot("state-empty-file", "source=url:{fixture}empty.json", WIDE),
    shot("state-no-calls", "source=url:{fixture}no-calls.json", WIDE),
    shot("state-truncated", "source=url:{fixture}truncated.json", WIDE),
    shot("state-partly-wrong", "source=url:{fixture}partly-wrong.json", USUAL),
    shot("state-loading", "source=url:{fixture}slow.json", USUAL),
];

pub fn run(args: &[String]) -> Result {
    setup::for_looking()?;
    if !sh::flag(args, "--built") {
        setup::for_build()?;
        build::build(false)?;
    }
    let only = sh::option(args, "--only").unwrap_or_default();
    let quick = sh::flag(args, "--quick");
    let server = Server::start(&build::dist(), "portal", "127.0.0.1", 0)?;
    fixtures::install(&server);
    let driver = Driver::start(&Programs::find()?, ZONE)?;
    let folder = sh::root().join("shots");
    let mut missed = Vec::new();
    let mut taken = 0;
    for dark in [false, true] {
        for lang in ["en", "zh"] {
            if quick && (dark || lang != "en") {
                continue;
            }
            let options = Options { dark, ..Options::default() };
            let page = Page::new(driver.session(&options)?);
            for shot in SHOTS.iter().filter(|shot| shot.name.contains(only)) {
                for width in shot.widths {
                    let theme = if dark { "dark" } else { "light" };
                    let name = format!("{}-{lang}-{theme}-{width}", shot.name);
                    match take(&page, &server, shot, theme, lang, *width) {
                        Ok(png) => {
                            sh::write(&folder.join(format!("{name}.png")), png)?;
                            taken += 1;
                        }
                        // The others are still worth having.
                        Err(error) => missed.push(format!("{name}: {error}")),
                    }
                }
            }
        }
    }
    println!("{taken} screenshots are in {}", folder.display());
    if missed.is_empty() { Ok(()) } else { Err(format!("not taken:\n{}", missed.join("\n")).into()) }
}

fn take(page: &Page<'_>, server: &Server, shot: &Shot, theme: &str, lang: &str, width: u32) -> Result<Vec<u8>> {
    let site = server.url();
    let fixture = site.replace("/portal/", "/fixture/");
    let query = shot.query.replace("{fixture}", &fixture);
    page.resize(width, 900, 1.0)?;
    page.open_console(&format!("{site}?v=1&{query}&now={NOW_MS}&tz={ZONE}&lang={lang}&theme={theme}"))?;
    if !shot.name.starts_with("state-") {
        page.wait_js("the page painted", "performance.getEntriesByName('callscope:painted').length")?;
    }
    // A load that lasts is shown as it is; every other page comes to rest.
    if page.quiet(STILL).is_err() && shot.name != "state-loading" {
        return Err("the page does not come to rest".into());
    }
    for selector in shot.clicks {
        let element = page.css(selector)?;
        page.click(&element)?;
        page.quiet(STILL)?;
    }
    // What floats is placed by the window, which a full picture would change.
    let png = if shot.clicks.is_empty() { page.full_screenshot(width, 1.0)? } else { page.screenshot()? };
    Ok(png)
}
