//! `cargo xtask test`: everything that must be green before a change is taken in.

use crate::Result;
use crate::build;
use crate::contrast;
use crate::package;
use crate::setup;
use crate::sh;
use crate::single_file;
use crate::tidy;
use callscope_e2e::browser::{Browser, VARIABLE};
use std::time::Instant;

struct Part {
    name: &'static str,
    run: fn() -> Result,
    /// What it drives: looked for, and installed, before anything runs.
    browsers: &'static [Browser],
}

const fn part(name: &'static str, run: fn() -> Result) -> Part {
    Part { name, run, browsers: &[] }
}

/// Workbooks are a feature of their own, which page and engine do without.
const EXPORT: &str = "callscope/export";

/// Cheap ones first. `build` stands before `e2e`, which opens what it wrote.
const PARTS: &[Part] = &[
    part("tidy", || tidy::run(&[])),
    part("contrast", || contrast::run(&[])),
    part("lint", lint),
    part("core", core),
    part("build", || build::run(&[])),
    Part { browsers: CHROMIUM, ..part("e2e", || e2e(CHROMIUM)) },
    Part { browsers: FIREFOX, ..part("firefox", || e2e(FIREFOX)) },
];
const CHROMIUM: &[Browser] = &[Browser::Chromium];
const FIREFOX: &[Browser] = &[Browser::Firefox];

pub fn run(args: &[String]) -> Result {
    let wanted: Vec<&str> = match sh::option(args, "--only") {
        Some(list) => list.split(',').collect(),
        None => PARTS.iter().map(|part| part.name).collect(),
    };
    if let Some(unknown) = wanted.iter().find(|name| PARTS.iter().all(|part| part.name != **name)) {
        let names: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
        return Err(format!("there is no part {unknown:?}; there are {}", names.join(", ")).into());
    }
    setup::for_build()?;
    setup::for_tests()?;
    let mut summary = Vec::new();
    let mut failed = false;
    let parts: Vec<&Part> = PARTS.iter().filter(|part| wanted.contains(&part.name)).collect();
    for browser in Browser::ALL {
        if parts.iter().any(|part| part.browsers.contains(&browser)) {
            setup::for_browser(browser)?;
        }
    }
    for part in parts {
        eprintln!("\n== {}", part.name);
        let started = Instant::now();
        // All parts run, so that one look shows everything that is wrong.
        let outcome = (part.run)();
        if let Err(error) = &outcome {
            eprintln!("{error}");
        }
        failed |= outcome.is_err();
        let word = if outcome.is_ok() { "ok" } else { "FAILED" };
        summary.push(format!("{:<9} {word:<7} {:>6.1} s", part.name, started.elapsed().as_secs_f32()));
    }
    println!("\n{}", summary.join("\n"));
    if failed { Err("not green".into()) } else { Ok(()) }
}

/// All three run: what one finds does not hide what the others would.
fn lint() -> Result {
    let format = sh::run(sh::cargo().args(["fmt", "--all", "--check"]));
    let native =
        sh::run(sh::cargo().args(["clippy", "--workspace", "--all-targets", "--features", EXPORT, "--", "-D", "warnings"]));
    // The second configuration forbids what compiles for the browser but panics or blocks there.
    let browser = sh::run(
        sh::cargo()
            .env("CLIPPY_CONF_DIR", sh::root().join("xtask/clippy-wasm"))
            .args([
                "clippy",
                "--package",
                "callscope",
                "--target",
                "wasm32-unknown-unknown",
                "--no-default-features",
                "--features",
                "ui,worker,writer",
            ])
            .args(["--lib", "--bins", "--", "-D", "warnings"]),
    );
    format.and(native).and(browser)
}

fn core() -> Result {
    // The browser tests run by themselves, after the build; their library runs with the others.
    let library = sh::run(sh::cargo().args(["test", "--package", "callscope-e2e", "--lib"]));
    library.and(sh::run(sh::cargo().args(["test", "--workspace", "--exclude", "callscope-e2e", "--features", EXPORT])))
}

/// All cases in each of these browsers.
fn e2e(browsers: &[Browser]) -> Result {
    // A case opens the file that this writes.
    single_file::run(&["--built".to_owned()])?;
    package::run(&["--built".to_owned()])?;
    let names: Vec<&str> = browsers.iter().map(|browser| browser.name()).collect();
    let test = ["test", "--package", "callscope-e2e", "--test", "e2e", "--"];
    sh::run(sh::cargo().env(VARIABLE, names.join(",")).args(test))
}
