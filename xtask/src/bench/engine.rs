//! `cargo xtask bench engine`: this console's worker as it ships beside plain JavaScript (`benches/engine/plain.js`) and DuckDB-wasm
//! (`benches/engine/duckdb.js`), in one headless browser, in turns: the same file read, the same questions answered. No time counts before every
//! answer is equal. In the same run its charts beside uPlot ([`super::charts`]).
//!
//! `--calls N` (1,000,000), `--runs N` (5), `--built` takes `dist/` as it is, `--site FOLDER` another one, `--without duckdb,charts` leaves either out,
//! `--write` writes the parts of `docs/benchmarks.md` that tell of it. `--keep FOLDER` and `--against FOLDER` are another benchmark: this build beside
//! an earlier one ([`super::against`]).

use super::against;
use super::charts;
use super::figures::Load;
use super::npm::{self, Library};
use super::rig::{BARE, CALLS, ENGINES, GROUPS, peak_bytes, questions, script, seeded, serve, turned};
use super::table::Table;
use crate::Result;
use crate::build;
use crate::setup;
use crate::sh;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use callscope_e2e::browser::{Driver, Options, Programs};
use callscope_e2e::page::Page;
use callscope_e2e::server::{Reply, Server};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The one that may run out of memory where the others do not.
const LARGE: &str = "duckdb";
/// DuckDB-wasm and what it hands tables over with.
const LIBRARIES: [Library; 2] = [("@duckdb/duckdb-wasm", "1.32.0"), ("apache-arrow", "17.0.0")];
/// Files of the libraries by the names that benches/engine/duckdb.js gives them.
const SCRIPTS: [(&str, &str, &str); 3] = [
    ("@duckdb/duckdb-wasm/dist/duckdb-browser-blocking.cjs", "duckdb-wasm.js", "text/javascript; charset=utf-8"),
    ("@duckdb/duckdb-wasm/dist/duckdb-eh.wasm", "duckdb.wasm", "application/wasm"),
    ("apache-arrow/Arrow.es2015.min.js", "arrow.js", "text/javascript; charset=utf-8"),
];
const RUNS: usize = 5;
/// How long what an engine leaves behind is let be cleared away before another begins.
const SETTLE: Duration = Duration::from_millis(1500);
/// Milliseconds that one load or answer may take.
const ANSWER_MS_MAX: u64 = 58_000;

pub fn run(args: &[String]) -> Result {
    let number = |name: &str, or: u64| match sh::option(args, name) {
        Some(text) => text.parse().map_err(|_| format!("{name} {text} is no number")),
        None => Ok(or),
    };
    let (calls, runs) = (number("--calls", CALLS)?, number("--runs", RUNS as u64)?.max(1));
    setup::for_looking()?;
    let site = sh::option(args, "--site").map_or_else(build::dist, PathBuf::from);
    if !sh::flag(args, "--built") {
        setup::for_build()?;
        build::build(false)?;
    }
    if let Some(folder) = sh::option(args, "--keep") {
        return against::keep(&site, Path::new(folder));
    }
    if let Some(folder) = sh::option(args, "--against") {
        return against::run(args, &site, Path::new(folder), calls, number("--pairs", against::PAIRS)?);
    }
    let made = sh::target_dir().join("bench-engine");
    std::fs::create_dir_all(&made)?;
    let file = seeded(calls)?;
    questions(&["ask", &made.to_string_lossy(), &runs.to_string()])?;

    let server = Server::start(&site, "/", "127.0.0.1", 0)?;
    serve(&server, &sh::root().join("benches/engine"), &["html", "js"])?;
    serve(&server, &made, &["bin", "json"])?;
    let libraries = npm::install(&LIBRARIES)?;
    for (path, name, kind) in SCRIPTS {
        let reply = Reply::ok(kind, std::fs::read(libraries.join(path))?).header("Cache-Control", "max-age=3600");
        server.route(&format!("/bench/{name}"), move |_| reply.clone());
    }
    let driver = Driver::start(&Programs::find()?, "UTC")?;
    let without: Vec<&str> = sh::option(args, "--without").unwrap_or_default().split(',').collect();
    let engines = ENGINES.into_iter().filter(|engine| !without.contains(engine)).collect();
    let mut bench = Bench { server: &server, driver, file, made, engines };

    let mut table =
        Table { calls, bytes: std::fs::metadata(&bench.file)?.len(), runs, load: vec![Load::now()], ..Table::default() };
    bench.memory(&mut table)?;
    bench.answers(&mut table)?;
    bench.loads(&mut table, runs)?;
    table.load.push(Load::now());
    println!("{}", table.text());
    if !without.contains(&"charts") {
        table.charts = Some(charts::measure(&site, &bench.driver, runs as usize)?);
    }
    if sh::flag(args, "--write") {
        table.write()?;
    }
    Ok(())
}

struct Bench<'s> {
    server: &'s Server,
    driver: Driver,
    file: PathBuf,
    made: PathBuf,
    /// Those that take part.
    engines: Vec<&'static str>,
}

impl Bench<'_> {
    /// A browser of its own with the file chosen.
    fn page(&self) -> Result<Page<'_>> {
        let page = Page::new(self.driver.session(&Options::default())?);
        page.session().call("POST", "/timeouts", Some(&json!({ "script": ANSWER_MS_MAX })))?;
        page.open(&format!("{}bench/index.html", self.server.url()))?;
        page.quiet(Duration::from_millis(500))?;
        page.send(&page.css("#file")?, &self.file.to_string_lossy())?;
        Ok(page)
    }

    /// Peak memory of the tab while one engine reads and answers, each in a browser of its own.
    fn memory(&mut self, table: &mut Table) -> Result {
        for engine in self.engines.clone() {
            let page = self.page()?;
            let before = peak_bytes(page.session().folder());
            let loaded = script(&page, &format!("await begin('{engine}'); return load('{engine}')"));
            if let (LARGE, Err(why)) = (engine, &loaded) {
                // A tab's limit is one of the things compared.
                table.out = Some((engine, why.to_string()));
                continue;
            }
            loaded?;
            for (group, _) in GROUPS {
                script(&page, &format!("return ask('{engine}', '{}')", self.names(group)?.first().ok_or("no question")?))?;
            }
            table.memory.push((engine, before, peak_bytes(page.session().folder())));
        }
        if let Some((out, _)) = &table.out {
            self.engines.retain(|engine| engine != out);
        }
        Ok(())
    }

    /// Times of answers: each question once, each engine in turns, after a round that is compared and warms both.
    fn answers(&self, table: &mut Table) -> Result {
        let page = self.page()?;
        for engine in &self.engines {
            script(&page, &format!("await begin('{engine}'); return load('{engine}')"))?;
        }
        for group in GROUPS.map(|(group, _)| group) {
            for name in self.names(group)? {
                for &engine in &self.engines {
                    script(&page, &format!("return ask('{engine}', '{name}')"))?;
                    let answer = page.script_async(&format!("return answer('{engine}')"))?;
                    let kind = if engine == ENGINES[0] { "answer".to_owned() } else { format!("{engine}.json") };
                    sh::write(&self.made.join(format!("{name}.{kind}")), BASE64.decode(answer.as_str().unwrap_or_default())?)?;
                }
            }
        }
        let folder = self.made.to_string_lossy();
        questions(&[&["check", &folder], &self.engines[1..]].concat())?;
        page.script_async(&format!("await begin('{BARE}'); return ask('{BARE}', '{}')", self.names(GROUPS[0].0)?[0]))?;
        // A worker that has compiled all its code and has answered nothing yet: what an engine keeps of earlier answers does not count.
        for engine in &self.engines {
            script(&page, &format!("return load('{engine}')"))?;
        }
        let groups: Vec<Vec<String>> = GROUPS.iter().map(|(group, _)| self.names(group)).collect::<Result<_>>()?;
        for round in 0..groups[0].len() {
            for ((group, _), names) in GROUPS.iter().zip(&groups) {
                for engine in turned(&self.engines, round) {
                    let ms = script(&page, &format!("return ask('{engine}', '{}')", names[round]))?;
                    table.answers.take(group, engine, ms);
                }
            }
            let ms = script(&page, &format!("return ask('{BARE}', '{}')", groups[0][round]))?;
            table.answers.take(BARE, BARE, ms);
        }
        Ok(())
    }

    /// Times of loads, of the first answers after each, in a fresh worker every time, and of another load by the same worker.
    fn loads(&self, table: &mut Table, runs: u64) -> Result {
        let page = self.page()?;
        for round in 0..=runs as usize {
            for engine in turned(&self.engines, round) {
                // Memory of the one before may be a gigabyte, which takes its time to be given back.
                std::thread::sleep(SETTLE);
                let ms = script(&page, &format!("await begin('{engine}'); return load('{engine}')"))?;
                // The first round brings the file into the system's cache.
                if round > 0 {
                    table.loads.take("load", engine, ms);
                }
                for (group, _) in GROUPS {
                    let name = self.names(group)?.swap_remove(0);
                    let ms = script(&page, &format!("return ask('{engine}', '{name}')"))?;
                    if round > 0 {
                        table.first.take(group, engine, ms);
                    }
                }
                let ms = script(&page, &format!("return load('{engine}')"))?;
                if round > 0 {
                    table.loads.take("again", engine, ms);
                }
                page.script(&format!("end('{engine}')"), json!([]))?;
            }
            std::thread::sleep(SETTLE);
            let ms = script(&page, &format!("await begin('{BARE}'); return load('{BARE}')"))?;
            if round > 0 {
                table.loads.take("load", BARE, ms);
            }
            page.script(&format!("end('{BARE}')"), json!([]))?;
        }
        Ok(())
    }

    /// The questions of a group.
    fn names(&self, group: &str) -> Result<Vec<String>> {
        let words: Vec<Value> = serde_json::from_str(&sh::read(&self.made.join("questions.json"))?)?;
        let of_group = words.iter().filter(|word| word["group"] == group);
        Ok(of_group.filter_map(|word| word["name"].as_str()).map(str::to_owned).collect())
    }
}
