//! What a benchmark of engines measured, as tables and a picture: parts of `docs/benchmarks.md`, and `docs/benchmarks.svg`.

use super::charts::Charts;
use super::figures::{Load, Spread, Times, figure, grouped, section};
use super::rig::{BARE, CALLS, ENGINES, GROUPS};
use crate::Result;
use crate::sh;
use std::fmt::Write as _;

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
    /// The engine that could not hold the calls, and what it said.
    pub out: Option<(&'static str, String)>,
    pub charts: Option<Charts>,
}

impl Table {
    /// The tables, in Markdown.
    pub fn text(&self) -> String {
        let [ours, plain, duckdb] = ENGINES;
        let mut out = String::new();
        let calls = grouped(self.calls);
        let bytes_a_call = self.bytes as f64 / self.calls as f64;
        let _ = writeln!(out, "{calls} calls of {bytes_a_call:.0} bytes, {} runs each.", self.runs);
        let load: Vec<String> = self.load.iter().map(Load::to_string).collect();
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let _ = writeln!(out, "Load of the machine ({cores} cores) at the beginning and at the end: {}.\n", load.join("; "));
        let _ = writeln!(
            out,
            "| what | callscope | plain JavaScript | DuckDB-wasm | times faster than plain JavaScript | than DuckDB-wasm |\n|---|---|---|---|---|---|"
        );
        let mut row = |what: &str, times: &Times, key: &str| {
            let [a, b, c] = [ours, plain, duckdb].map(|engine| times.of(key, engine));
            let faster = |other: &Spread| {
                if other.median.is_nan() { "-".to_owned() } else { format!("{:.1}", other.median / a.median) }
            };
            let _ = writeln!(out, "| {what} | {a} | {b} | {c} | {} | {} |", faster(&b), faster(&c));
        };
        row("ingest, from a file to queryable, in a fresh worker", &self.loads, "load");
        row("ingest by a worker that has read before", &self.loads, "again");
        for (group, what) in GROUPS {
            row(what, &self.answers, group);
        }
        for (group, what) in GROUPS.iter().filter(|(group, _)| !group.contains('-')) {
            row(&format!("{what}: first after loading, in a fresh worker"), &self.first, group);
        }
        let speed = |engine| self.bytes as f64 / 1e6 / (self.loads.of("load", engine).median / 1e3);
        let _ = writeln!(out, "\nIngest: {:.0} MB/s here, {:.0} MB/s in plain JavaScript.", speed(ours), speed(plain));
        let _ = writeln!(
            out,
            "What no engine can be faster than: the file's bytes brought into a worker and nothing done with them: {} ({:.0} MB/s); a question \
             that a worker answers with nothing: {}.",
            self.loads.of("load", BARE),
            speed(BARE),
            self.answers.of(BARE, BARE)
        );
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
        if let Some((engine, why)) = &self.out {
            let first: String = why.chars().take_while(|c| *c != '\n').take(200).collect();
            let _ = writeln!(out, "{engine} could not hold these calls: {first}");
        }
        out
    }

    /// Writes its parts of the page, and its picture; of another number of calls than is usual, a part of their own.
    pub fn write(&self) -> Result {
        if self.calls != CALLS {
            return section("engine, more calls", &self.text());
        }
        section(
            "engine",
            &format!("{}\n![Times of callscope, of plain JavaScript and of DuckDB-wasm](benchmarks.svg)\n", self.text()),
        )?;
        if let Some(charts) = &self.charts {
            section("charts", &charts.text())?;
        }
        sh::write(&sh::root().join("docs/benchmarks.svg"), self.picture())
    }

    /// Bars of the medians, the longest at full length in each row.
    fn picture(&self) -> String {
        const ROW: usize = 52;
        const LEFT: usize = 390;
        const WIDTH: f64 = 400.0;
        const FILLS: [&str; 3] = ["#1a6fb5", "#b9b9b9", "#d9a441"];
        let mut rows = vec![("ingest", ENGINES.map(|engine| self.loads.of("load", engine).median))];
        rows.extend(GROUPS.map(|(group, what)| (what, ENGINES.map(|engine| self.answers.of(group, engine).median))));
        let height = rows.len() * ROW + 50;
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"900\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"12\">\n\
             <rect width=\"900\" height=\"{height}\" fill=\"#fff\"/>\n"
        );
        for (i, (name, fill)) in ["callscope", "plain JavaScript", "DuckDB-wasm"].into_iter().zip(FILLS).enumerate() {
            let x = LEFT + i * 140;
            let _ = writeln!(out, "<rect x=\"{x}\" y=\"12\" width=\"12\" height=\"12\" fill=\"{fill}\"/>");
            let _ = writeln!(out, "<text x=\"{}\" y=\"22\">{name}</text>", x + 18);
        }
        for (i, (what, medians)) in rows.iter().enumerate() {
            let y = 35 + i * ROW;
            let most = medians.iter().copied().filter(|value| value.is_finite()).fold(0.0, f64::max);
            let _ = writeln!(out, "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{what}</text>", LEFT - 10, y + 25);
            for (bar, (fill, &value)) in FILLS.into_iter().zip(medians).enumerate().filter(|(_, (_, value))| value.is_finite()) {
                let at = y + bar * 14;
                let width = (value / most * WIDTH).max(1.0);
                let _ = writeln!(out, "<rect x=\"{LEFT}\" y=\"{at}\" width=\"{width:.1}\" height=\"12\" fill=\"{fill}\"/>");
                let x = LEFT as f64 + width + 6.0;
                let _ = writeln!(out, "<text x=\"{x:.1}\" y=\"{}\" fill=\"#333\">{} ms</text>", at + 10, figure(value));
            }
        }
        out.push_str("</svg>\n");
        out
    }
}
