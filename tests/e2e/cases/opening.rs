//! Opening the site: it starts below any path, in both themes and both languages.

use crate::look::{eventually, footer, says, tiles};
use callscope_e2e::browser::{Error, Options, Result};
use callscope_e2e::case::{Case, Context, ensure, root};
use callscope_e2e::cases;
use callscope_e2e::page::FIRST_VIEW_MAX;
use callscope_e2e::server::Reply;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub const CASES: &[Case] = cases![
    the_page_opens_below_a_path,
    the_first_view_is_light,
    fresh a_slow_line_shows_the_newest_days_first,
    a_part_that_could_not_be_fetched_is_fetched_again,
    the_address_sets_the_theme_before_the_first_paint
];

fn the_page_opens_below_a_path(cx: &mut Context) -> Result {
    cx.visit("")?;
    ensure(cx.title()?.contains("Callscope"), || "the title does not name Callscope".to_owned())?;
    cx.wait_js("the application in place of the static header", "!document.getElementById('skeleton')")?;
    let failed: Vec<String> =
        cx.server.take_log().into_iter().filter(|served| served.status >= 400).map(|served| served.url).collect();
    ensure(failed.is_empty(), || format!("asked for what is not there: {failed:?}"))
}

fn the_first_view_is_light(cx: &mut Context) -> Result {
    let mut told = String::new();
    // A load that takes its time is shown with its progress, for which more is fetched: on a busy machine that may be any.
    for _ in 0..6 {
        // Nothing is in the cache of a browser that was just started.
        let page = cx.fresh_browser(&Options::default())?;
        page.session().without_keeping()?;
        cx.server.take_log();
        page.open_console(&cx.server.url())?;
        let sent = page.first_view(|| cx.server.take_log())?;
        let bytes: usize = sent.iter().map(|served| served.body_bytes).sum();
        told = sent.iter().map(|served| format!("\n{:>8}  {}", served.body_bytes, served.url)).collect();
        if sent.len() > 5 && bytes <= FIRST_VIEW_MAX {
            return Ok(());
        }
    }
    ensure(false, || format!("more than {FIRST_VIEW_MAX} bytes, or too few files to be the first view:{told}"))
}

fn a_slow_line_shows_the_newest_days_first(cx: &mut Context) -> Result {
    let feed = |cx: &Context, name: &str| -> Result<Vec<u8>> {
        let file = root().join("dist/feeds").join(name);
        std::fs::read(file).map_err(|e| Error::Unexpected(format!("{}: {e}", cx.server.mount())))
    };
    // All days come once the case says so.
    let (whole, held) = (feed(cx, "demo.json.gz")?, Arc::new(AtomicBool::new(true)));
    let path = format!("{}feeds/demo.json.gz", cx.server.mount());
    let waits = held.clone();
    cx.server.route(&path, move |_| {
        while waits.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(20));
        }
        Reply::ok("application/gzip", whole.clone())
    });
    cx.visit("?lang=en&tz=UTC")?;
    let three_days = tiles(cx)?;
    // A range that shows more says what it leaves out, and the rest comes by itself.
    cx.press("button", "14 days")?;
    says(cx, "are still being read. Figures do not include them.")?;
    let partly = tiles(cx)?;
    held.store(false, Ordering::Relaxed);
    eventually("no notice", &false, || Ok(cx.texts(".banner")?.concat().contains("still being read")))?;
    eventually("all days", &true, || Ok(tiles(cx)?.calls > partly.calls + 10_000))?;
    cx.press("button", "3 days")?;
    eventually("the three days as before", &three_days, || tiles(cx))?;
    // A link that shows all days waits for them.
    cx.server.take_log();
    cx.visit("?lang=en&tz=UTC&range=14d")?;
    tiles(cx)?;
    let asked: Vec<String> =
        cx.server.take_log().into_iter().map(|served| served.url).filter(|url| url.contains("/feeds/")).collect();
    ensure(asked.iter().all(|url| url.ends_with("/feeds/demo.json.gz")), || format!("asked for {asked:?}"))
}

fn a_part_that_could_not_be_fetched_is_fetched_again(cx: &mut Context) -> Result {
    cx.expect_console("frame.wasm");
    let files = std::fs::read_dir(root().join("dist")).map_err(|e| Error::Unexpected(e.to_string()))?;
    let names = files.flatten().map(|file| file.file_name().to_string_lossy().into_owned());
    let name = names.into_iter().find(|name| name.ends_with("split_frame.wasm")).unwrap_or_default();
    let path = format!("{}{name}", cx.server.mount());
    cx.server.route(&path, |_| Reply::status(503));
    cx.page.open(&format!("{}?lang=en", cx.server.url()))?;
    says(cx, "A part of the page could not be loaded.")?;
    // Where reading takes its time, the part is requested before the totals are there.
    cx.css(".tile__value[title]")?;
    ensure(tiles(cx)?.calls > 0, || "the totals do not stand alone".to_owned())?;
    cx.server.end_route(&path);
    cx.press("button", "Try again")?;
    cx.wait_whole()?;
    eventually("the services", &true, || Ok(footer(cx)?.0 > 0))
}

fn the_address_sets_the_theme_before_the_first_paint(cx: &mut Context) -> Result {
    for (theme, scheme) in [("dark", "dark"), ("light", "light")] {
        cx.visit(&format!("?theme={theme}"))?;
        let seen = cx.script("return getComputedStyle(document.documentElement).colorScheme", json!([]))?;
        ensure(seen == scheme, || format!("?theme={theme} gives color-scheme {seen}"))?;
    }
    Ok(())
}
