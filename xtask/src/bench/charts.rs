//! `cargo xtask bench charts`: the twelve charts of the Monitoring tab by the console's page as it ships, which is given prepared answers (`benches/charts/`), and
//! by uPlot, in one headless browser, in turns. `bench engine` does the same in its run.
//!
//! A time runs from the answer's arrival on the page (uPlot: from the call that draws) until the last chart is drawn, and until the frame with it is
//! done.
//! `--runs N` (9), `--built` takes `dist/` as it is, `--site FOLDER` another one.

use super::figures::{Load, Spread};
use super::npm::{self, Library};
use super::rig::turned;
use crate::Result;
use crate::build;
use crate::setup;
use crate::sh;
use callscope_e2e::browser::{Driver, Options, Programs};
use callscope_e2e::page::Page;
use callscope_e2e::server::{Reply, Server};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

const LIBRARY: [Library; 1] = [("uplot", "1.6.32")];
const RUNS: usize = 9;
/// Points of a line, as in benches/charts/answers.rs.
const POINTS: [usize; 2] = [1_440, 43_200];
/// Answers of each size.
const ANSWERS: usize = 4;
const DRAWERS: [&str; 2] = ["callscope", "uplot"];
/// Chart of the console whose plot has the size that uPlot is given.
const PLOT: &str = "#c-calls .chart__plot";

/// What was measured of one drawer, in milliseconds.
#[derive(Default)]
struct Times {
    drawn: Vec<f64>,
    shown: Vec<f64>,
    longest: Vec<f64>,
}

/// Everything that was measured.
#[derive(Default)]
pub struct Charts(Vec<(String, [Times; 2])>);

impl Charts {
    fn take(&mut self, what: &str, drawer: usize, seen: &Value) -> Result {
        let figure = |name: &str| seen[name].as_f64().ok_or_else(|| format!("no {name} in {seen}"));
        let at = self.0.iter().position(|(of, _)| of == what).unwrap_or_else(|| {
            self.0.push((what.to_owned(), Default::default()));
            self.0.len() - 1
        });
        let times = &mut self.0[at].1[drawer];
        times.drawn.push(figure("drawn")?);
        times.shown.push(figure("shown")?);
        times.longest.push(figure("longest")?);
        Ok(())
    }

    /// The table, in Markdown.
    pub fn text(&self) -> String {
        let mut out = String::from(
            "| twelve charts | drawn: callscope | drawn: uPlot | of uPlot's time | shown: callscope | shown: uPlot | longest task: callscope | longest task: uPlot |\n\
             |---|---|---|---|---|---|---|---|\n",
        );
        for (what, [ours, theirs]) in &self.0 {
            let spread = |values: &[f64]| Spread::of(values);
            let share = spread(&ours.drawn).median / spread(&theirs.drawn).median;
            let longest = |values: &[f64]| match spread(values).median {
                none if none < 50.0 => "under 50 ms".to_owned(),
                some => format!("{some:.0} ms"),
            };
            let _ = writeln!(
                out,
                "| {what} | {} | {} | {share:.2} | {} | {} | {} | {} |",
                spread(&ours.drawn),
                spread(&theirs.drawn),
                spread(&ours.shown),
                spread(&theirs.shown),
                longest(&ours.longest),
                longest(&theirs.longest)
            );
        }
        out
    }
}

pub fn run(args: &[String]) -> Result {
    let runs = match sh::option(args, "--runs") {
        Some(text) => text.parse().map_err(|_| format!("--runs {text} is no number"))?,
        None => RUNS,
    };
    setup::for_looking()?;
    let site = sh::option(args, "--site").map_or_else(build::dist, PathBuf::from);
    if !sh::flag(args, "--built") {
        setup::for_build()?;
        build::build(false)?;
    }
    println!("load of the machine: {}", Load::now());
    let driver = Driver::start(&Programs::find()?, "UTC")?;
    println!("{}\nload of the machine: {}", measure(&site, &driver, runs)?.text(), Load::now());
    Ok(())
}

/// Draws everything `runs` times, after a round that does not count.
pub fn measure(site: &Path, driver: &Driver, runs: usize) -> Result<Charts> {
    let made = sh::target_dir().join("bench-charts");
    let example = ["run", "--quiet", "--release", "--package", "callscope-bench", "--example", "answers", "--"];
    sh::run(sh::cargo().args(example).arg(&made))?;
    let server = Server::start(site, "/", "127.0.0.1", 0)?;
    let folder = sh::root().join("benches/charts");
    let script = "text/javascript; charset=utf-8";
    let serve = |address: &str, file: &Path, kind: &str| -> Result {
        let reply = Reply::ok(kind, std::fs::read(file).map_err(|e| format!("{}: {e}", file.display()))?);
        server.route(address, move |_| reply.clone());
        Ok(())
    };
    serve("/engine_loader.js", &folder.join("engine.js"), script)?;
    serve("/bench/uplot.html", &folder.join("uplot.html"), "text/html; charset=utf-8")?;
    serve("/bench/uplot-page.js", &folder.join("uplot-page.js"), script)?;
    let library = npm::install(&LIBRARY)?.join("uplot/dist");
    serve("/bench/uplot.js", &library.join("uPlot.iife.min.js"), script)?;
    serve("/bench/uplot.css", &library.join("uPlot.min.css"), "text/css")?;
    for file in sh::files(&made, &["bin"])? {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        serve(&format!("/bench/{name}"), &file, "application/octet-stream")?;
    }

    let probe = sh::read(&folder.join("probe.js"))?;
    let mut charts = Charts::default();
    for points in POINTS {
        let (first, again) = (format!("{points} points: first"), format!("{points} points: other values"));
        let uplot = Page::new(driver.session(&Options::default())?);
        uplot.open(&format!("{}bench/uplot.html", server.url()))?;
        uplot.quiet(Duration::from_millis(500))?;
        for round in 0..=runs {
            // The first round compiles everything.
            let mut note =
                |what: &str, drawer: usize, seen: &Value| if round > 0 { charts.take(what, drawer, seen) } else { Ok(()) };
            let console = Page::new(driver.session(&Options::default())?);
            console.session().without_keeping()?;
            console.session().devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": probe }))?;
            console.open(&format!("{}?{}", server.url(), query(points, "")))?;
            let seen = drawn(&console)?;
            note(&first, 0, &seen)?;
            let plot = console.rect(&console.css(PLOT)?)?;
            let (width, height) = (plot.width.round(), plot.height.round());
            note(&first, 1, &uplot.script_async(&format!("return make({points}, 0, {width}, {height})"))?)?;
            for (turn, answer) in (1..ANSWERS).enumerate() {
                for drawer in turned(&DRAWERS, round + turn) {
                    if drawer == DRAWERS[0] {
                        let address = query(points, &format!("&key=key-{answer}"));
                        console.script(
                            "history.pushState(null, '', '?' + arguments[0]); dispatchEvent(new PopStateEvent('popstate', { state: null }))",
                            json!([address]),
                        )?;
                        note(&again, 0, &drawn(&console)?)?;
                    } else {
                        note(&again, 1, &uplot.script_async(&format!("return change({points}, {answer})"))?)?;
                    }
                }
            }
        }
    }
    Ok(charts)
}

fn query(points: usize, rest: &str) -> String {
    format!("v=1&page=details&service=points-{points}&zone=UTC&lang=en&theme=light{rest}")
}

/// Waits until an answer has been drawn and nothing is drawn any more, and takes what the probe saw.
fn drawn(page: &Page<'_>) -> Result<Value> {
    const SETTLED: &str = "
        for (let paints = -1; ; ) {
            await new Promise(resolve => setTimeout(resolve, 400));
            if (probe.shown > 0 && probe.paints >= 12 && probe.paints === paints) break;
            paints = probe.paints;
        }
        const { heard, drawn, shown, longest, paints } = probe;
        probe.shown = 0;
        return { drawn: drawn - heard, shown: shown - heard, longest, paints };";
    let seen = page.script_async(SETTLED)?;
    if seen["paints"] != 12 {
        return Err(format!("twelve charts were to be drawn once each: {seen}").into());
    }
    Ok(seen)
}
