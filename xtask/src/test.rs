//! `cargo xtask test`: everything that must be green before a change is taken in, or with `--quick` what soon says whether it will be.

mod changed;

use crate::Result;
use crate::build::{self, Kind};
use crate::contrast;
use crate::log;
use crate::package;
use crate::setup;
use crate::sh;
use crate::single_file;
use crate::tidy;
use crate::trial;
use crate::work;
use callscope_e2e::browser::{Browser, VARIABLE};
use callscope_e2e::run::Scope;
use std::process::Command;
use std::time::Instant;

struct Part {
    name: &'static str,
    run: fn(&Plan) -> Result<Tally>,
    /// What it drives: looked for, and installed, before anything runs.
    browsers: &'static [Browser],
}

const fn part(name: &'static str, run: fn(&Plan) -> Result<Tally>) -> Part {
    Part { name, run, browsers: &[] }
}

/// What is run, and how.
struct Plan {
    /// Every case in every browser.
    all: bool,
    /// On the site for development, with the cases of what has changed.
    quick: bool,
}

/// Tests that passed and that failed, or why a part was left out.
#[derive(Clone, Copy, Default)]
struct Tally {
    passed: usize,
    failed: usize,
    left_out: Option<&'static str>,
}

impl Tally {
    fn and(self, other: Self) -> Self {
        Self { passed: self.passed + other.passed, failed: self.failed + other.failed, ..self }
    }
}

/// The native tests of what the engine of the first view answers, by parts of their names: they run on a build as it is linked with, too.
const FIRST_VIEW: &[&str] = &["algebra", "recorded", "oracle_properties"];
/// The native command that cases hold the page against, as the tests are linked with it; else each case has Cargo build it.
const COMMAND: &str = "CALLSCOPE_COMMAND";

/// Cheap ones first. `build` is before `e2e`, which opens what it wrote.
const PARTS: &[Part] = &[
    part("tidy", |_| tidy::run(&[]).map(|()| Tally::default())),
    part("contrast", |_| contrast::run(&[]).map(|()| Tally::default())),
    part("lint", |_| lint()),
    part("core", |_| core()),
    part("work", |_| work()),
    part("build", build),
    Part { browsers: CHROMIUM, ..part("e2e", |plan| e2e(plan, Browser::Chromium)) },
    Part { browsers: FIREFOX, ..part("firefox", |plan| e2e(plan, Browser::Firefox)) },
    Part { browsers: WEBKIT, ..part("webkit", |plan| e2e(plan, Browser::Webkit)) },
];
/// The parts that soon say whether a change will be green.
const QUICK: &[&str] = &["tidy", "lint", "core", "build", "e2e"];
const CHROMIUM: &[Browser] = &[Browser::Chromium];
const FIREFOX: &[Browser] = &[Browser::Firefox];
const WEBKIT: &[Browser] = &[Browser::Webkit];

pub fn run(args: &[String]) -> Result {
    let plan = Plan { all: sh::flag(args, "--all"), quick: sh::flag(args, "--quick") };
    let wanted: Vec<&str> = match sh::option(args, "--only") {
        Some(list) => list.split(',').collect(),
        None if plan.quick => QUICK.to_vec(),
        None => PARTS.iter().map(|part| part.name).collect(),
    };
    if let Some(unknown) = wanted.iter().find(|name| PARTS.iter().all(|part| part.name != **name)) {
        let names: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
        return Err(format!("there is no part {unknown:?}; there are {}", names.join(", ")).into());
    }
    let parts: Vec<&Part> = PARTS.iter().filter(|part| wanted.contains(&part.name)).collect();
    let begun = Instant::now();
    setup::for_build()?;
    setup::for_tests()?;
    let mut missing = Vec::new();
    for browser in Browser::ALL {
        if parts.iter().any(|part| part.browsers.contains(&browser)) && !setup::for_browser(browser)? {
            missing.push(browser);
        }
    }
    let mut summary = vec![line("set-up", "ok", begun)];
    let mut sum = Tally::default();
    let mut green = true;
    for part in parts {
        println!("\n== {}", part.name);
        let started = Instant::now();
        let mut why = None;
        // All parts run, so that one look shows everything that is wrong.
        let ran = if part.browsers.iter().any(|browser| missing.contains(browser)) {
            Ok(Tally { left_out: Some("its browser cannot be had here"), ..Tally::default() })
        } else {
            (part.run)(&plan)
        };
        let word = match ran {
            Ok(Tally { left_out: Some(why), .. }) => {
                println!("left out: {why}");
                "left out"
            }
            Ok(tally) if tally.failed == 0 => {
                sum.passed += tally.passed;
                "ok"
            }
            Ok(tally) => {
                sum.passed += tally.passed;
                sum.failed += tally.failed;
                "FAILED"
            }
            Err(error) => {
                eprintln!("{error}");
                sum.failed += 1;
                why = Some(error.to_string());
                "FAILED"
            }
        };
        green &= word != "FAILED";
        summary.push(line(part.name, word, started));
        // Said once more where it is seen first: at the end of the log.
        summary.extend(why.and_then(|why| why.lines().next().map(|line| format!("          {line}"))));
    }
    summary.push(line("all", if green { "ok" } else { "FAILED" }, begun));
    println!("\n{}\n{} passed, {} failed", summary.join("\n"), sum.passed, sum.failed);
    if green { Ok(()) } else { Err("not green".into()) }
}

fn line(name: &str, word: &str, since: Instant) -> String {
    format!("{name:<9} {word:<8} {:>6.1} s", since.elapsed().as_secs_f32())
}

/// The features of the site's Rust links (`index.html`). Each is linted by itself: together they would have the features of all.
const IN_BROWSER: [(&str, &str); 4] =
    [("lint-page", "ui"), ("lint-engine", "worker"), ("lint-reader", "worker,full"), ("lint-writer", "writer")];

/// All run: what one finds does not hide what the others would.
fn lint() -> Result<Tally> {
    let format = log::quietly("lint-format", sh::cargo().args(["fmt", "--all", "--check"]));
    let native =
        log::quietly("lint-native", sh::cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]));
    // The second configuration forbids what compiles for the browser but panics or blocks there.
    let browser = IN_BROWSER.map(|(name, features)| {
        log::quietly(
            name,
            sh::cargo()
                .env("CLIPPY_CONF_DIR", sh::root().join("xtask/clippy-wasm"))
                .args(["clippy", "--package", "callscope", "--target", "wasm32-unknown-unknown", "--no-default-features"])
                .args(["--features", features, "--lib", "--bins", "--", "-D", "warnings"]),
        )
    });
    browser.into_iter().fold(format.and(native), Result::and).map(|()| Tally::default())
}

/// The tests of the whole workspace as one set of features: what they and the browser tests depend on is compiled once.
fn tests(arguments: &[&str]) -> Command {
    let mut command = sh::cargo();
    command.args(["test", "--workspace"]).args(arguments);
    command
}

fn core() -> Result<Tally> {
    // Those of all packages run, whichever fails. The browser tests are not among them, and what is an example is linted.
    let all = native("core", &mut tests(&["--no-fail-fast", "--lib", "--bins", "--test", "native"]))?;
    let mut first_view = sh::cargo();
    first_view.args([
        "test",
        "--package",
        "callscope",
        "--no-default-features",
        "--features",
        "export",
        "--test",
        "native",
        "--",
    ]);
    let first_view = native("core-first-view", first_view.args(FIRST_VIEW))?;
    Ok(all.and(first_view))
}

/// Speed, without a clock.
fn work() -> Result<Tally> {
    let left_out = work::missing();
    if left_out.is_none() {
        work::count()?;
    }
    Ok(Tally { left_out, ..Tally::default() })
}

/// Runs tests natively and counts them.
fn native(name: &str, command: &mut Command) -> Result<Tally> {
    let said = log::run(name, command.env("RUST_BACKTRACE", "1"), |line| {
        line.starts_with("test result:") || line.ends_with("FAILED") || line.trim_start().starts_with("Running ")
    })?;
    Ok(said.iter().filter_map(|line| result(line)).fold(Tally::default(), Tally::and))
}

/// `test result: ok. 12 passed; 0 failed; …`, or `12 passed, 0 failed, …` of the browser tests.
fn result(line: &str) -> Option<Tally> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let number = |name: &str| {
        let at = words.iter().position(|word| word.trim_end_matches([',', ';']) == name)?;
        words.get(at.checked_sub(1)?)?.parse().ok()
    };
    Some(Tally { passed: number("passed")?, failed: number("failed")?, left_out: None })
}

fn build(plan: &Plan) -> Result<Tally> {
    build::site(if plan.quick { Kind::Dev } else { Kind::Release }, false)?;
    let built = ["--built".to_owned()];
    trial::run(&[])?;
    // Cases open the file that this writes.
    single_file::run(&built)?;
    if !plan.quick {
        package::run(&built)?;
    }
    Ok(Tally::default())
}

fn e2e(plan: &Plan, browser: Browser) -> Result<Tally> {
    let names = if plan.quick { changed::cases()? } else { Vec::new() };
    // The binary of the native tests comes with the command.
    log::quietly("e2e-build", &mut tests(&["--no-run", "--test", "native", "--test", "e2e"]))?;
    let scope = if plan.all { Scope::All } else { Scope::Needed };
    let mut command = tests(&["--test", "e2e", "--"]);
    command.args(&names).env(VARIABLE, browser.name()).env(Scope::VARIABLE, scope.name());
    let native = sh::target_dir().join("debug").join(format!("callscope{}", std::env::consts::EXE_SUFFIX));
    if native.is_file() {
        command.env(COMMAND, native);
    }
    let said = log::run(browser.name(), &mut command, |line| {
        let of_cargo = ["Compiling", "Finished", "Running", "warning"];
        !line.is_empty() && of_cargo.iter().all(|word| !line.trim_start().starts_with(word))
    })?;
    said.iter().rev().find_map(|line| result(line)).ok_or_else(|| "the browser tests did not say how many passed".into())
}

#[cfg(test)]
mod tests_of_this {
    use super::*;

    #[test]
    fn what_test_runners_close_with_is_counted() {
        let numbers = |line| result(line).map(|tally| (tally.passed, tally.failed));
        assert_eq!(numbers("test result: ok. 12 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out"), Some((12, 1)));
        assert_eq!(numbers("179 passed, 1 of them the second time, 3 left out, 2 failed, 300 s"), Some((179, 2)));
        assert_eq!(numbers("running 3 tests"), None);
    }
}
