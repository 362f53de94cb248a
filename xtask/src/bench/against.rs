//! `cargo xtask bench engine --against FOLDER`: the reader worker of this build beside that of an earlier one, each in a browser of its own, in
//! turns, which one first changing with every pair. Fails where a figure is worse ([`super::pairs`]).
//!
//! `bench engine --keep FOLDER` makes such a folder of the build that is there: the site, and below `bench/` the page that drives its worker with
//! the questions in the words of that build, so that a later one may speak otherwise.
//!
//! `--calls N` (1,000,000), `--pairs N` (15), `--built`, `--site FOLDER` as for `bench engine`; `--only answers` or `loads` measures these alone.

use super::figures::{Load, grouped};
use super::pairs::{PAIRS_MIN, Pairs, table};
use super::rig::{ENGINES, GROUPS, questions, script, seeded, serve, turned};
use crate::Result;
use crate::sh;
use callscope_e2e::browser::{Driver, Options, Programs};
use callscope_e2e::page::Page;
use callscope_e2e::server::Server;
use serde_json::json;
use std::path::Path;
use std::time::Duration;

/// Pairs by default.
pub const PAIRS: u64 = 15;
/// The folder of a kept site with what drives its worker.
const BENCH: &str = "bench";
/// How long what a worker leaves behind is let be cleared away before another begins.
const SETTLE: Duration = Duration::from_millis(700);
/// Milliseconds that one load or answer may take.
const ANSWER_MS_MAX: u64 = 58_000;
/// Groups of questions whose first answer after loading is measured: each has a page behind it.
const FIRST: [&str; 3] = ["a", "b", "c"];

/// Copies a site with what drives its worker.
pub fn keep(site: &Path, folder: &Path) -> Result {
    for file in sh::all_files(site)? {
        sh::write(&folder.join(file.strip_prefix(site)?), std::fs::read(&file)?)?;
    }
    let bench = folder.join(BENCH);
    for file in sh::files(&sh::root().join("benches/engine"), &["html", "js"])? {
        sh::write(&bench.join(file.file_name().unwrap_or_default()), std::fs::read(&file)?)?;
    }
    questions(&["ask", &bench.to_string_lossy(), &PAIRS.to_string()])?;
    println!("{} holds this build for `bench engine --against`", folder.display());
    Ok(())
}

/// Measures a site against a kept one.
pub fn run(args: &[String], site: &Path, kept: &Path, calls: u64, pairs: u64) -> Result {
    if (pairs as usize) < PAIRS_MIN || pairs > PAIRS {
        return Err(format!("--pairs {pairs}: {PAIRS_MIN} to {PAIRS} pairs can be judged and were kept").into());
    }
    if !kept.join(BENCH).join("questions.json").is_file() {
        let folder = kept.display();
        return Err(format!("{folder} holds no kept build; `cargo xtask bench engine --keep {folder}` makes one").into());
    }
    let made = sh::target_dir().join("bench-engine/against");
    std::fs::create_dir_all(&made)?;
    questions(&["ask", &made.to_string_lossy(), &pairs.to_string()])?;
    let file = seeded(calls)?;
    let (before, now) = (Server::start(kept, "/", "127.0.0.1", 0)?, Server::start(site, "/", "127.0.0.1", 0)?);
    serve(&now, &sh::root().join("benches/engine"), &["html", "js"])?;
    serve(&now, &made, &["bin", "json"])?;
    let driver = Driver::start(&Programs::find()?, "UTC")?;
    let pages = [open(&driver, &before, &file)?, open(&driver, &now, &file)?];
    let mut measured = Measured { pages, pairs: pairs as usize, figures: Vec::new() };
    let load = Load::now();
    let only = sh::option(args, "--only");
    if only.is_none_or(|only| only == "answers") {
        measured.answers()?;
    }
    if only.is_none_or(|only| only == "loads") {
        measured.loads()?;
    }
    let (text, worse) = table(&measured.figures);
    println!("{} calls, {pairs} pairs; load of the machine {load} before, {} after.\n\n{text}", grouped(calls), Load::now());
    if worse.is_empty() { Ok(()) } else { Err(format!("worse than the build before: {}", worse.join("; ")).into()) }
}

/// A browser of its own with the file chosen.
fn open<'d>(driver: &'d Driver, server: &Server, file: &Path) -> Result<Page<'d>> {
    let page = Page::new(driver.session(&Options::default())?);
    page.session().call("POST", "/timeouts", Some(&json!({ "script": ANSWER_MS_MAX })))?;
    page.open(&format!("{}{BENCH}/index.html", server.url()))?;
    page.quiet(Duration::from_millis(500))?;
    page.send(&page.css("#file")?, &file.to_string_lossy())?;
    Ok(page)
}

struct Measured<'d> {
    /// The earlier build's, and this one's.
    pages: [Page<'d>; 2],
    pairs: usize,
    figures: Vec<(String, Pairs)>,
}

impl Measured<'_> {
    /// The same script on both pages, in turns.
    fn pair(&mut self, figure: &str, round: usize, body: &str) -> Result {
        let mut ms = [0.0; 2];
        for side in turned(&[0, 1], round) {
            ms[side] = script(&self.pages[side], body)?;
        }
        let known = self.figures.iter().position(|(name, _)| name == figure);
        let at = known.unwrap_or_else(|| {
            self.figures.push((figure.to_owned(), Pairs::default()));
            self.figures.len() - 1
        });
        self.figures[at].1.add(ms[0], ms[1]);
        Ok(())
    }

    /// Both pages, of which nothing is measured.
    fn both(&self, body: &str) -> Result {
        self.pages.iter().try_for_each(|page| script(page, body).map(|_| ()))
    }

    /// Answers of workers that have run for a while; each question is sent once to a data set that has just been loaded.
    fn answers(&mut self) -> Result {
        let engine = ENGINES[0];
        self.both(&format!("await begin('{engine}'); return load('{engine}')"))?;
        for (group, _) in GROUPS {
            for i in 0..self.pairs {
                self.both(&format!("return ask('{engine}', '{group}-{i}')"))?;
            }
        }
        self.both(&format!("return load('{engine}')"))?;
        for round in 0..self.pairs {
            for (group, what) in GROUPS {
                self.pair(what, round, &format!("return ask('{engine}', '{group}-{round}')"))?;
            }
        }
        self.both(&format!("end('{engine}'); return 0"))
    }

    /// Loads by fresh workers, the first answers after them, and loads by the same workers again.
    fn loads(&mut self) -> Result {
        let engine = ENGINES[0];
        for round in 0..=self.pairs {
            std::thread::sleep(SETTLE);
            let load = format!("await begin('{engine}'); return load('{engine}')");
            if round == 0 {
                // Brings the file into the system's cache.
                self.both(&load)?;
                self.both(&format!("end('{engine}'); return 0"))?;
                continue;
            }
            self.pair("ingest in a fresh worker", round, &load)?;
            for (group, what) in GROUPS.iter().filter(|(group, _)| FIRST.contains(group)) {
                let figure = format!("{what}: first after loading");
                self.pair(&figure, round, &format!("return ask('{engine}', '{group}-0')"))?;
            }
            self.pair("ingest by a worker that has read before", round, &format!("return load('{engine}')"))?;
            self.both(&format!("end('{engine}'); return 0"))?;
        }
        Ok(())
    }
}
