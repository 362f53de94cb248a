//! `cargo xtask bench open`: a file of calls opened in Chromium, Firefox and WebKit, in turns: the time from the choice of the file to its calls in the
//! app bar, for the first file of a page and for a second one, whose code is compiled by then.
//!
//! `--calls N` (190,000, about 64 MB), `--rounds N` (5), `--built` takes `dist/` as it is, `--write` writes its part of `docs/benchmarks.md`. A
//! browser that cannot be had is left out.

use super::figures::{Load, Spread, grouped, section};
use super::rig::{seeded, turned};
use crate::Result;
use crate::build;
use crate::setup;
use crate::sh;
use callscope_e2e::browser::{Browser, Driver, Options, Programs};
use callscope_e2e::page::{Page, wait_for};
use callscope_e2e::server::Server;
use serde_json::json;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

const CALLS: u64 = 190_000;
const ROUNDS: usize = 5;
/// How long one file may take.
const LOAD_LIMIT: Duration = Duration::from_secs(120);
/// Takes the time from the next choice of a file to its calls, in the page: the driver's own time is in none of it.
const WATCH: &str = "
    window.took = null;
    document.querySelector('input[type=file]').addEventListener('change', () => {
        const begun = performance.now();
        const look = () => {
            if (document.querySelector('.source .calls')?.innerText.replaceAll(',', '') === `${arguments[0]} calls`) window.took = performance.now() - begun;
            else setTimeout(look, 5);
        };
        look();
    }, { capture: true, once: true })";

/// A browser with the times of its first files and of those after them, in milliseconds.
struct Row {
    driver: Driver,
    first: Vec<f64>,
    next: Vec<f64>,
}

pub fn run(args: &[String]) -> Result {
    let calls = number(args, "--calls", CALLS)?;
    let rounds = number(args, "--rounds", ROUNDS as u64)? as usize;
    if !sh::flag(args, "--built") {
        setup::for_build()?;
        build::build(false)?;
    }
    let server = Server::start(&build::dist(), "/", "127.0.0.1", 0)?;
    // Of other numbers of calls, so that the page says which of them it shows.
    let files = [(calls, seeded(calls)?), (calls + 1, seeded(calls + 1)?)];
    let mut rows = Vec::new();
    for browser in Browser::ALL {
        if setup::for_browser(browser)? {
            rows.push(Row { driver: Driver::start(&Programs::of(browser)?, "UTC")?, first: Vec::new(), next: Vec::new() });
        }
    }
    let before = Load::now();
    for round in 0..rounds.max(1) {
        for at in turned(&(0..rows.len()).collect::<Vec<_>>(), round) {
            let row = &mut rows[at];
            let [first, next] = opened(&row.driver, &server, &files)?;
            row.first.push(first);
            row.next.push(next);
        }
    }
    let bytes = std::fs::metadata(&files[0].1)?.len();
    let heading = format!("{} calls, {} MB, {rounds} rounds.", grouped(calls), bytes / 1_000_000);
    let told =
        format!("{heading} Load of the machine at the beginning and at the end: {before}; {}.\n\n{}", Load::now(), text(&rows));
    println!("{told}");
    if sh::flag(args, "--write") {
        section("open", &told)?;
    }
    Ok(())
}

fn number(args: &[String], name: &str, otherwise: u64) -> Result<u64> {
    let Some(text) = sh::option(args, name) else { return Ok(otherwise) };
    text.replace('_', "").parse().map_err(|_| format!("{name} {text} is no number").into())
}

/// Opens both files in one page of a new browser.
fn opened(driver: &Driver, server: &Server, files: &[(u64, PathBuf); 2]) -> Result<[f64; 2]> {
    let page = Page::new(driver.session(&Options::fresh())?);
    page.session().without_keeping()?;
    page.open_console(&format!("{}?lang=en", server.url()))?;
    page.quiet(Duration::from_millis(500))?;
    let mut times = [0.0; 2];
    for (time, (calls, file)) in times.iter_mut().zip(files) {
        page.script(WATCH, json!([calls]))?;
        page.send(&page.css("input[type=file]")?, &file.to_string_lossy())?;
        *time = wait_for("the calls of the file", LOAD_LIMIT, || Ok(page.script("return took", json!([]))?.as_f64()))?;
        page.quiet(Duration::from_millis(500))?;
    }
    Ok(times)
}

/// The table, in Markdown; ratios are to the first browser.
fn text(rows: &[Row]) -> String {
    let mut out = String::from("| browser | first file | ratio | next file | ratio |\n|---|---|---|---|---|\n");
    let middle = |times: &[f64]| Spread::of(times).median;
    for row in rows {
        let ratio = |of: fn(&Row) -> &[f64]| rows.first().map_or(f64::NAN, |peer| middle(of(row)) / middle(of(peer)));
        let (first, next) = (ratio(|row| &row.first), ratio(|row| &row.next));
        let name = row.driver.kind().name();
        let _ = writeln!(out, "| {name} | {} | {first:.2} | {} | {next:.2} |", Spread::of(&row.first), Spread::of(&row.next));
    }
    out
}
