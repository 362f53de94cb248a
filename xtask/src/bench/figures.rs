//! What a benchmark of engines measured, as tables and a picture: `docs/benchmarks.md` and `docs/benchmarks.svg`.

use super::engine::{ENGINES, GROUPS};
use crate::Result;
use crate::sh;
use std::fmt::Write as _;

/// Milliseconds by what was done and who did it.
#[derive(Default)]
pub struct Times(Vec<(String, &'static str, Vec<f64>)>);

impl Times {
    pub fn take(&mut self, what: &str, engine: &'static str, ms: f64) {
        match self.0.iter_mut().find(|(w, e, _)| w == what && *e == engine) {
            Some((_, _, all)) => all.push(ms),
            None => self.0.push((what.to_owned(), engine, vec![ms])),
        }
    }

    fn of(&self, what: &str, engine: &str) -> Spread {
        let found = self.0.iter().find(|(w, e, _)| w == what && *e == engine);
        let mut all = found.map_or(Vec::new(), |(_, _, all)| all.clone());
        all.sort_by(f64::total_cmp);
        let at = |place: usize| all.get(place).copied().unwrap_or(f64::NAN);
        Spread { least: at(0), median: at(all.len() / 2), most: at(all.len().saturating_sub(1)) }
    }
}

/// The middle (of an even number, the upper one) with the range.
struct Spread {
    least: f64,
    median: f64,
    most: f64,
}

impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ms ({} to {})", figure(self.median), figure(self.least), figure(self.most))
    }
}

/// Three digits are enough.
fn figure(value: f64) -> String {
    let digits = if value < 10.0 {
        2
    } else if value < 100.0 {
        1
    } else {
        0
    };
    format!("{value:.digits$}")
}

/// How busy the machine was: the system's own averages, empty where it tells none.
pub struct Load(String);

impl Load {
    pub fn now() -> Self {
        let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        Self(text.split_whitespace().take(3).collect::<Vec<_>>().join(" "))
    }
}

/// Everything measured.
#[derive(Default)]
pub struct Table {
    pub calls: u64,
    pub bytes: u64,
    pub runs: u64,
    /// At the beginning and at the end.
    pub load: Vec<Load>,
    pub loads: Times,
    /// The first answers after a load, in fresh workers.
    pub first: Times,
    /// Answers of workers that have run for a while.
    pub answers: Times,
    /// Most memory of the tab before and after.
    pub memory: Vec<(&'static str, Option<u64>, Option<u64>)>,
}

impl Table {
    /// The tables, in Markdown.
    pub fn text(&self) -> String {
        let [ours, theirs] = ENGINES;
        let mut out = String::new();
        let calls = grouped(self.calls);
        let bytes_a_call = self.bytes as f64 / self.calls as f64;
        let _ = writeln!(out, "{calls} calls of {bytes_a_call:.0} bytes, {} runs each.", self.runs);
        let load: Vec<&str> = self.load.iter().map(|load| load.0.as_str()).collect();
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let _ = writeln!(out, "Load of the machine ({cores} cores) at the beginning and at the end: {}.\n", load.join("; "));
        let _ = writeln!(out, "| what | callscope | plain JavaScript | times faster |\n|---|---|---|---|");
        let mut row = |what: &str, times: &Times, key: &str| {
            let (a, b) = (times.of(key, ours), times.of(key, theirs));
            let _ = writeln!(out, "| {what} | {a} | {b} | {:.1} |", b.median / a.median);
        };
        row("ingest, from a file to queryable", &self.loads, "load");
        for (group, what) in GROUPS {
            row(what, &self.answers, group);
        }
        for (group, what) in GROUPS.iter().filter(|(group, _)| !group.contains('-')) {
            row(&format!("{what}: first after loading, in a fresh worker"), &self.first, group);
        }
        let speed = |engine| self.bytes as f64 / 1e6 / (self.loads.of("load", engine).median / 1e3);
        let _ = writeln!(out, "\nIngest: {:.0} MB/s here, {:.0} MB/s in plain JavaScript.", speed(ours), speed(theirs));
        for (engine, before, after) in &self.memory {
            if let (Some(before), Some(after)) = (before, after) {
                let mib = |bytes: u64| bytes >> 20;
                let _ = writeln!(
                    out,
                    "Peak memory of the tab, {engine}: {} MiB ({} MiB before the file).",
                    mib(*after),
                    mib(*before)
                );
            }
        }
        out
    }

    /// Writes the page and its picture.
    pub fn write(&self) -> Result {
        let docs = sh::root().join("docs");
        let page =
            format!("{HEAD}\n## Measured\n\n{}\n![Times of callscope and of plain JavaScript](benchmarks.svg)\n", self.text());
        sh::write(&docs.join("benchmarks.md"), page)?;
        sh::write(&docs.join("benchmarks.svg"), self.picture())
    }

    /// Bars of the medians, plain JavaScript's at full length in each row.
    fn picture(&self) -> String {
        const ROW: usize = 38;
        const LEFT: usize = 390;
        const WIDTH: f64 = 400.0;
        let [ours, theirs] = ENGINES;
        let mut rows = vec![("ingest", self.loads.of("load", ours).median, self.loads.of("load", theirs).median)];
        rows.extend(
            GROUPS.map(|(group, what)| (what, self.answers.of(group, ours).median, self.answers.of(group, theirs).median)),
        );
        let height = rows.len() * ROW + 30;
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"900\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"12\">\n\
             <rect width=\"900\" height=\"{height}\" fill=\"#fff\"/>\n"
        );
        for (i, (what, a, b)) in rows.iter().enumerate() {
            let (y, most) = (15 + i * ROW, a.max(*b));
            let _ = writeln!(out, "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{what}</text>", LEFT - 10, y + 18);
            for (at, fill, value) in [(y, "#1a6fb5", a), (y + 14, "#b9b9b9", b)] {
                let width = (value / most * WIDTH).max(1.0);
                let _ = writeln!(out, "<rect x=\"{LEFT}\" y=\"{at}\" width=\"{width:.1}\" height=\"12\" fill=\"{fill}\"/>");
                let x = LEFT as f64 + width + 6.0;
                let _ = writeln!(out, "<text x=\"{x:.1}\" y=\"{}\" fill=\"#333\">{} ms</text>", at + 10, figure(*value));
            }
        }
        out.push_str("</svg>\n");
        out
    }
}

/// What is said before the figures.
const HEAD: &str = "\
# Benchmarks

Written by `cargo xtask bench engine --write`: what stands here is changed there.

## What is compared

This console's worker for files (`reader`), as the site ships it, and plain JavaScript written by hand as well as we can
([benches/engine/plain.js](../benches/engine/plain.js): typed arrays, `JSON.parse` of each line, calls ordered by service and time, quickselect in
each bucket), in one headless Chromium, each in a worker, in turns. The calls are seeded (`benches/data`).

Both answer the whole of a page, by the same definitions: *A* is the Monitoring tab (every chart with its summary; average, maximum and four percentiles of
time to first token, incremental token latency, input and output; filter lists, services, versions), *B* and *C* are the Calls page
(tiles with their shapes, services table, filter lists). Every answer of both is compared, to the last bit of each number, before any time counts.

A time runs on the page from posting the question until the answer is there. No question is asked twice: ranges differ by a minute, filters by their
value, so that nobody answers from memory. A worker reads the file once more between the comparison and the times. Medians, with least and most in brackets.
";

/// A number with its thousands apart.
fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
