//! `cargo xtask bench growth`: the site as it ships with files of more and more calls, as a user uses it: time to load, memory of the tab, times of
//! answers, the longest task that held the page up, and frames while a chart is brushed.
//!
//! `--calls N,N,…` (1,000,000 and 5,000,000), `--rounds N` (3), `--gzip` packs the files, `--keep` leaves them, `--built` takes `dist/` as it is, `--site
//! FOLDER` another one, `--write` writes its part of `docs/benchmarks.md`. Fails where a task of more than 50 ms came in every round.

use super::figures::{Load, Spread, grouped, section};
use super::rig::{peak_bytes, seeded};
use crate::Result;
use crate::build;
use crate::setup;
use crate::sh;
use callscope_e2e::browser::{Driver, Options, Programs};
use callscope_e2e::page::{Page, wait_for};
use callscope_e2e::server::Server;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const CALLS: &str = "1000000,5000000";
const ROUNDS: usize = 3;
/// How long one file may take.
const LOAD_LIMIT: Duration = Duration::from_secs(300);
/// A task longer than this is felt (RAIL, Long Tasks API), in milliseconds.
const TASK_MS_MAX: f64 = 50.0;
/// Views that a user goes through after loading, by what the address says of them; the first three are timed as C, A and B of `bench engine`.
const STEPS: [(&str, &str); 9] = [
    ("services, 14 days", "range=14d"),
    ("details, 14 days by the hour", "page=details&service=harbour-chat&range=14d&precision=hour"),
    ("a day by the minute", "range=yesterday"),
    ("another key", "range=14d&key=key-web-000"),
    ("details, a day by the minute", "page=details&service=harbour-chat&range=yesterday&precision=minute"),
    ("points as tables", "page=details&service=harbour-chat&range=yesterday&precision=minute&table=calls&table=ttft"),
    ("failed calls", "page=failed&service=harbour-chat&range=14d"),
    ("calls behind a code", "page=failed&service=harbour-chat&range=14d&status=429"),
    ("services again", "range=7d"),
];
const TIMED: usize = 3;
/// The view whose charts are read and brushed.
const BRUSHED: &str = "page=details&service=harbour-chat&range=14d&precision=hour";

/// In the page before anything else: every task that the browser calls long.
const PROBE: &str = "window.tasks = [];
    new PerformanceObserver(list => tasks.push(...list.getEntries().map(task => task.duration))).observe({ type: 'longtask', buffered: true });";
/// Shows another view of what is open, as back and forward do, and gives the milliseconds to its picture.
const GO: &str = "
    const view = new URLSearchParams(location.search);
    for (const name of ['page', 'service', 'range', 'precision', 'key', 'status', 'table']) view.delete(name);
    for (const [name, value] of new URLSearchParams(STEP)) view.append(name, value);
    const count = name => performance.getEntriesByName(name).length;
    const [asked, painted] = [count('callscope:query-start'), count('callscope:painted')];
    history.pushState(null, '', '?' + view);
    dispatchEvent(new PopStateEvent('popstate', { state: null }));
    const until = performance.now() + 20000;
    while (count('callscope:painted') === painted && performance.now() < until) await new Promise(resolve => setTimeout(resolve, 20));
    await new Promise(resolve => setTimeout(resolve, 400));
    const at = (name, i) => performance.getEntriesByName(name)[i]?.startTime ?? NaN;
    const ms = at('callscope:painted', painted) - at('callscope:query-start', asked);
    return { ms, longest: Math.max(0, ...tasks.splice(0)) };";
/// Moves over a chart, pressed or not, a step a frame, and returns the times of frames.
const MOVE: &str = "
    const plot = document.querySelector('#c-calls .chart__plot');
    plot.scrollIntoView({ block: 'center', behavior: 'instant' });
    const rect = plot.getBoundingClientRect();
    const event = (type, share) => plot.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerId: 1, pointerType: 'mouse', button: 0,
      clientX: rect.left + rect.width * share, clientY: rect.top + rect.height / 2 }));
    await new Promise(resolve => setTimeout(resolve, 300));
    tasks.splice(0);
    const frames = [];
    if (PRESSED) event('pointerdown', 0.2);
    for (let i = 0; i <= 120; i++) {
      frames.push(await new Promise(resolve => requestAnimationFrame(resolve)));
      event('pointermove', 0.2 + 0.6 * i / 120);
    }
    const told = document.querySelector('.brushed')?.innerText ?? '';
    if (PRESSED) event('pointerup', 0.8);
    await new Promise(resolve => setTimeout(resolve, 300));
    const gaps = frames.slice(1).map((at, i) => at - frames[i]).sort((a, b) => a - b);
    return { ms: gaps[gaps.length >> 1], worst: gaps.at(-1), told, longest: Math.max(0, ...tasks.splice(0)) };";

/// What was seen with one file.
#[derive(Default)]
struct Row {
    calls: u64,
    /// Why there is nothing more.
    failed: Option<String>,
    load_s: f64,
    peak: Option<u64>,
    answers: [Vec<f64>; TIMED],
    /// By step: the longest task of each round.
    longest: Vec<(String, Vec<f64>)>,
    /// Median and worst time between frames of each round.
    frames: Vec<(f64, f64)>,
}

impl Row {
    fn task(&mut self, what: &str, longest: f64) {
        match self.longest.iter_mut().find(|(of, _)| of == what) {
            Some((_, all)) => all.push(longest),
            None => self.longest.push((what.to_owned(), vec![longest])),
        }
    }

    /// Steps whose every round had a task that is too long, with the shortest of them.
    fn held_up(&self) -> Vec<(&str, f64)> {
        let least = |all: &[f64]| all.iter().copied().fold(f64::INFINITY, f64::min);
        self.longest.iter().map(|(what, all)| (what.as_str(), least(all))).filter(|(_, ms)| *ms > TASK_MS_MAX).collect()
    }
}

pub fn run(args: &[String]) -> Result {
    let numbers = sh::option(args, "--calls").unwrap_or(CALLS).split(',').map(|text| text.trim().replace('_', "").parse::<u64>());
    let calls: Vec<u64> =
        numbers.collect::<core::result::Result<_, _>>().map_err(|_| "--calls: whole numbers with commas between")?;
    let rounds = match sh::option(args, "--rounds") {
        Some(text) => text.parse().map_err(|_| format!("--rounds {text} is no number"))?,
        None => ROUNDS,
    };
    setup::for_looking()?;
    let site = sh::option(args, "--site").map_or_else(build::dist, PathBuf::from);
    if !sh::flag(args, "--built") {
        setup::for_build()?;
        build::build(false)?;
    }
    let server = Server::start(&site, "/", "127.0.0.1", 0)?;
    let driver = Driver::start(&Programs::find()?, "UTC")?;
    let before = Load::now();
    let mut rows = Vec::new();
    for calls in calls {
        let file = if sh::flag(args, "--gzip") { packed(calls)? } else { seeded(calls)? };
        let row = used(&server, &driver, &file, calls, rounds)?;
        if !sh::flag(args, "--keep") {
            std::fs::remove_file(&file)?;
        }
        println!("{}", text(std::slice::from_ref(&row)));
        rows.push(row);
    }
    let told = format!("Load of the machine at the beginning and at the end: {before}; {}.\n\n{}", Load::now(), text(&rows));
    println!("{told}");
    if sh::flag(args, "--write") {
        section("growth", &told)?;
    }
    let held_up = rows.iter().flat_map(Row::held_up).map(|(what, ms)| format!("{what}: {ms:.0} ms"));
    match held_up.collect::<Vec<_>>().join("; ") {
        none if none.is_empty() => Ok(()),
        some => Err(format!("tasks of more than {TASK_MS_MAX} ms in every round: {some}").into()),
    }
}

/// Seeded calls, packed as they are made: fifty million would not fit on most disks otherwise.
fn packed(calls: u64) -> Result<PathBuf> {
    let file = sh::target_dir().join(format!("bench-engine/calls-{calls}.ndjson.gz"));
    if !file.is_file() {
        let part = file.with_extension("part");
        std::fs::create_dir_all(file.parent().unwrap_or(Path::new(".")))?;
        let example = ["run", "--quiet", "--release", "--package", "callscope-bench-data", "--example", "write", "--"];
        let mut maker = sh::cargo().args(example).arg(calls.to_string()).stdout(std::process::Stdio::piped()).spawn()?;
        let mut out = GzEncoder::new(std::fs::File::create(&part)?, Compression::fast());
        std::io::copy(&mut maker.stdout.take().ok_or("no output")?, &mut out)?;
        out.finish()?;
        if !maker.wait()?.success() {
            return Err("the calls could not be made".into());
        }
        std::fs::rename(&part, &file)?;
    }
    Ok(file)
}

/// Uses the page with a file.
fn used(server: &Server, driver: &Driver, file: &Path, calls: u64, rounds: usize) -> Result<Row> {
    let mut row = Row { calls, ..Row::default() };
    let page = Page::new(driver.session(&Options::default())?);
    page.session().without_keeping()?;
    page.session().devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": PROBE }))?;
    page.session().call("POST", "/timeouts", Some(&json!({ "script": 58_000 })))?;
    page.open_console(&format!("{}?lang=en&zone=UTC", server.url()))?;
    page.quiet(Duration::from_millis(500))?;
    page.script("tasks.splice(0)", json!([]))?;
    let begun = Instant::now();
    page.send(&page.css("input[type=file]")?, &file.to_string_lossy())?;
    let there = "return document.querySelector('.source .calls')?.innerText.replaceAll(',', '') === arguments[0]";
    let held = format!("{calls} calls");
    let loaded = wait_for(&format!("{held} in the app bar"), LOAD_LIMIT, || {
        if page.script(there, json!([held]))? == json!(true) {
            return Ok(Some(None));
        }
        let said = page.script("return document.querySelector('[role=alert], dialog[open]')?.innerText ?? null", json!([]))?;
        Ok(said.as_str().map(|said| Some(said.chars().take(300).collect::<String>().replace('\n', " "))))
    })?;
    row.load_s = begun.elapsed().as_secs_f64();
    row.peak = peak_bytes(page.session().folder());
    if loaded.is_some() {
        row.failed = loaded;
        return Ok(row);
    }
    std::thread::sleep(Duration::from_millis(700));
    let longest = page.script("return Math.max(0, ...tasks.splice(0))", json!([]))?;
    row.task("loading", longest.as_f64().unwrap_or_default());
    for round in 0..rounds.max(1) {
        for (i, (what, step)) in STEPS.into_iter().enumerate() {
            let seen = go(&page, step)?;
            row.task(what, figure(&seen, "longest"));
            if i < TIMED {
                row.answers[i].push(figure(&seen, "ms"));
            }
            if step.contains("status=") {
                page.script(
                    "const list = document.querySelector('.vlist'); if (list) list.scrollTop = list.scrollHeight / 2",
                    json!([]),
                )?;
                std::thread::sleep(Duration::from_millis(400));
                let seen = page.script("return Math.max(0, ...tasks.splice(0))", json!([]))?;
                row.task("paging that list", seen.as_f64().unwrap_or_default());
            }
        }
        go(&page, BRUSHED)?;
        let hover = page.script_async(&MOVE.replace("PRESSED", "false"))?;
        row.task("hovering", figure(&hover, "longest"));
        let drag = page.script_async(&MOVE.replace("PRESSED", "true"))?;
        row.task("brushing", figure(&drag, "longest"));
        row.frames.push((figure(&drag, "ms"), figure(&drag, "worst")));
        if round == 0 && drag["told"].as_str().is_none_or(str::is_empty) {
            return Err(format!("nothing was told of what is brushed: {drag}").into());
        }
    }
    row.peak = peak_bytes(page.session().folder()).max(row.peak);
    Ok(row)
}

fn go(page: &Page<'_>, step: &str) -> Result<Value> {
    Ok(page.script_async(&GO.replace("STEP", &format!("'{step}'")))?)
}

fn figure(seen: &Value, name: &str) -> f64 {
    seen[name].as_f64().unwrap_or(f64::NAN)
}

/// The table, in Markdown.
fn text(rows: &[Row]) -> String {
    let mut out = String::from(
        "| calls | to load | peak memory of the tab | C: services | A: details | B: a day | between frames while brushing | tasks over 50 ms in every round |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    for row in rows {
        let peak = row.peak.map_or_else(|| "-".to_owned(), |bytes| format!("{} MiB", bytes >> 20));
        if let Some(why) = &row.failed {
            let _ = writeln!(out, "| {} | after {:.1} s: {why} | {peak} | | | | | |", grouped(row.calls), row.load_s);
            continue;
        }
        let [c, a, b] = [0, 1, 2].map(|i| Spread::of(&row.answers[i]));
        let frames = Spread::of(&row.frames.iter().map(|f| f.0).collect::<Vec<_>>());
        let worst = row.frames.iter().map(|f| f.1).fold(0.0, f64::max);
        let tasks: Vec<String> = row.held_up().into_iter().map(|(what, ms)| format!("{what} {ms:.0} ms")).collect();
        let tasks = if tasks.is_empty() { "none".to_owned() } else { tasks.join(", ") };
        let _ = writeln!(
            out,
            "| {} | {:.1} s | {peak} | {c} | {a} | {b} | {:.1} ms, at worst {worst:.0} | {tasks} |",
            grouped(row.calls),
            row.load_s,
            frames.median
        );
    }
    out
}
