//! `cargo xtask measure`: what the first view weighs, how long it takes to the tiles, and how long a change of filter takes.
//!
//! The page itself sets the marks (User Timing): `callscope:tiles` when the tiles show, `callscope:query-start` when a
//! user's choice becomes a query, `callscope:painted` when its answer is on the screen, `callscope:whole` when the parts beyond
//! the first view are there, too.

use crate::Result;
use crate::bench::pairs::{Pairs, table};
use crate::bench::rig::turned;
use crate::build;
use crate::setup;
use crate::sh;
use callscope_e2e::browser::{Driver, Options, Programs};
use callscope_e2e::page::{FIRST_VIEW_MAX, Page};
use callscope_e2e::server::{Served, Server};
use serde_json::json;
use std::path::Path;

/// Milliseconds from navigation to the tiles of the bundled feed.
const TILES_MS_MAX: f64 = 1500.0;
/// Milliseconds from a choice to its picture.
const CHANGE_MS_MAX: f64 = 100.0;
const RUNS: usize = 7;
/// Pairs of an earlier build and this one.
const PAIRS: usize = 15;
/// The same over a line of `--mbits`, which the first view and the newest days of the feed have to pass.
const SLOW_MS_MAX: f64 = 3000.0;

/// Views of the same feed, each different from the one before it.
const CHANGES: &[&str] =
    &["v=1&type=my", "v=1", "v=1&type=commercial", "v=1&range=14d", "v=1&range=14d&type=my", "v=1&range=7d", "v=1"];

pub fn run(args: &[String]) -> Result {
    let runs = match sh::option(args, "--runs") {
        Some(text) => text.parse().map_err(|_| format!("--runs {text} is no number"))?,
        None => RUNS,
    };
    setup::for_looking()?;
    if !sh::flag(args, "--built") {
        setup::for_build()?;
        build::build(false)?;
    }
    let server = Server::start(&build::dist(), "/", "127.0.0.1", 0)?;
    if let Some(folder) = sh::option(args, "--against") {
        return against(&server, Path::new(folder));
    }
    if let Some(text) = sh::option(args, "--mbits") {
        let mbits: u64 = text.parse().map_err(|_| format!("--mbits {text} is no number"))?;
        return slow(&server, mbits, runs);
    }
    let driver = Driver::start(&Programs::find()?, "UTC")?;
    let mut late = Vec::new();
    let mut tiles = Vec::new();
    let mut changes = Vec::new();
    for run in 0..runs.max(1) {
        // A new profile each time: nothing is in the cache.
        let page = Page::new(driver.session(&Options::default())?);
        page.session().without_keeping()?;
        server.take_log();
        page.open(&server.url())?;
        page.wait_js("the tiles", "performance.getEntriesByName('callscope:tiles').length")?;
        tiles.push(mark(&page, "callscope:tiles", 0)?);
        if run == 0 {
            page.wait_whole()?;
            let bytes = first_view(&page.first_view(|| server.take_log())?);
            check(&mut late, "first view, bytes", bytes as f64, FIRST_VIEW_MAX as f64);
            println!();
        }
        changes.extend(filter_changes(&page)?);
    }
    println!("from navigation to the tiles, {} runs with an empty profile: {}", tiles.len(), spread(&mut tiles));
    check(&mut late, "median to the tiles, ms", median(&tiles), TILES_MS_MAX);
    println!("\nfrom a choice to its picture, {} changes: {}", changes.len(), spread(&mut changes));
    check(&mut late, "median of a change, ms", median(&changes), CHANGE_MS_MAX);
    if late.is_empty() { Ok(()) } else { Err(format!("over the limit: {}", late.join("; ")).into()) }
}

/// The same of an earlier build's site, in pairs: which one comes first changes with every pair.
fn against(now: &Server, folder: &Path) -> Result {
    let before = Server::start(folder, "/", "127.0.0.1", 0)?;
    let driver = Driver::start(&Programs::find()?, "UTC")?;
    let (mut tiles, mut changes) = (Pairs::default(), Pairs::default());
    for round in 0..PAIRS {
        let mut measured = [(0.0, 0.0); 2];
        for side in turned(&[0, 1], round) {
            let page = Page::new(driver.session(&Options::default())?);
            page.session().without_keeping()?;
            page.open(&[&before, now][side].url())?;
            page.wait_js("the tiles", "performance.getEntriesByName('callscope:tiles').length")?;
            let mut times = filter_changes(&page)?;
            times.sort_by(f64::total_cmp);
            measured[side] = (mark(&page, "callscope:tiles", 0)?, median(&times));
        }
        let [before, now] = measured;
        tiles.add(before.0, now.0);
        changes.add(before.1, now.1);
    }
    let figures = [("from navigation to the tiles".to_owned(), tiles), ("from a choice to its picture".to_owned(), changes)];
    let (text, worse) = table(&figures);
    println!("{PAIRS} pairs with an empty profile each.\n\n{text}");
    if worse.is_empty() { Ok(()) } else { Err(format!("worse than the build before: {}", worse.join("; ")).into()) }
}

/// How long the tiles take where all that is sent shares a line of so many megabits a second. It adds no latency.
fn slow(server: &Server, mbits: u64, runs: usize) -> Result {
    server.narrow(mbits * 125_000);
    let driver = Driver::start(&Programs::find()?, "UTC")?;
    let mut tiles = Vec::new();
    for _ in 0..runs.max(1) {
        let page = Page::new(driver.session(&Options::default())?);
        page.session().without_keeping()?;
        page.open(&server.url())?;
        page.wait_js("the tiles", "performance.getEntriesByName('callscope:tiles').length")?;
        tiles.push(mark(&page, "callscope:tiles", 0)?);
    }
    println!(
        "from navigation to the tiles at {mbits} Mbit/s, {} runs with an empty profile: {}",
        tiles.len(),
        spread(&mut tiles)
    );
    let mut late = Vec::new();
    check(&mut late, "median to the tiles, ms", median(&tiles), SLOW_MS_MAX);
    if late.is_empty() { Ok(()) } else { Err("over the limit".into()) }
}

/// Lists what was fetched before the tiles were painted, and returns its weight. The feed is not part of the view: it is data.
fn first_view(sent: &[Served]) -> usize {
    println!("{:>9}  first view, as sent (gzip)", "bytes");
    for served in sent {
        println!("{:>9}  {}", served.body_bytes, served.url);
    }
    let total = sent.iter().map(|served| served.body_bytes).sum();
    println!("{total:>9}  in all");
    total
}

/// Moves through [`CHANGES`] the way that back and forward do, and returns the milliseconds of each.
fn filter_changes(page: &Page<'_>) -> Result<Vec<f64>> {
    page.quiet(std::time::Duration::from_millis(500))?;
    let mut times = Vec::new();
    for query in CHANGES {
        let before = count(page, "callscope:painted")?;
        let started = count(page, "callscope:query-start")?;
        page.script(
            "history.pushState(null, '', '?' + arguments[0]); dispatchEvent(new PopStateEvent('popstate', { state: null }))",
            json!([query]),
        )?;
        page.wait_js("the answer", &format!("performance.getEntriesByName('callscope:painted').length > {before}"))?;
        times.push(mark(page, "callscope:painted", before)? - mark(page, "callscope:query-start", started)?);
    }
    Ok(times)
}

fn count(page: &Page<'_>, name: &str) -> Result<usize> {
    let count = page.script("return performance.getEntriesByName(arguments[0]).length", json!([name]))?;
    Ok(count.as_u64().unwrap_or_default() as usize)
}

/// The time of the mark of this name that is at `index`.
fn mark(page: &Page<'_>, name: &str, index: usize) -> Result<f64> {
    let time = page.script("return performance.getEntriesByName(arguments[0])[arguments[1]]?.startTime", json!([name, index]))?;
    time.as_f64().ok_or_else(|| format!("the page set no mark {name} number {index}").into())
}

fn check(late: &mut Vec<String>, what: &str, value: f64, limit: f64) {
    let fits = value <= limit;
    println!("{what}: {value:.0} of {limit:.0} {}", if fits { "ok" } else { "TOO MUCH" });
    if !fits {
        late.push(what.to_owned());
    }
}

/// Sorts the values and describes them.
fn spread(values: &mut [f64]) -> String {
    values.sort_by(f64::total_cmp);
    match values {
        [first, .., last] => format!("{first:.0} to {last:.0} ms"),
        _ => format!("{values:.0?} ms"),
    }
}

/// The middle of sorted values.
fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    match sorted.len() % 2 {
        1 => sorted[middle],
        _ => sorted.get(middle.wrapping_sub(1)).zip(sorted.get(middle)).map_or(f64::NAN, |(a, b)| (a + b) / 2.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_even_and_odd_counts() {
        assert_eq!(median(&[1.0, 2.0, 9.0]), 2.0);
        assert_eq!(median(&[1.0, 2.0, 4.0, 9.0]), 3.0);
        assert!(median(&[]).is_nan());
    }
}
