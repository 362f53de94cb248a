//! The browser tests: what a person does with the site in `dist/`, in a real Chromium and a real Firefox.
//! `CALLSCOPE_BROWSER=firefox` chooses the second.
//!
//! One binary of small modules, run one after the other: `cargo test -p callscope-e2e --test e2e -- part-of-a-name`.
//! A case gets a browser with an empty profile and a server of its own. It fails by panicking, by an error, or by an
//! error in the browser's console that it did not announce; a screenshot is left in `target/e2e/`.

mod accessibility;
mod calls;
mod charts;
mod chinese;
mod deployment;
mod details;
mod embedding;
mod export;
mod failed;
mod feeds;
mod formats;
mod helpers;
mod hosts;
mod keyboard;
mod large;
mod layout;
mod links;
mod list_keys;
mod live;
mod look;
mod mapping;
mod offline;
mod opening;
mod oracle;
mod policy;
mod print;
mod report;
mod secrets;
mod sets;
mod ways_in;

use callscope_e2e::browser::{Driver, Programs};
use callscope_e2e::case::{self, Case, Outcome};
use std::process::ExitCode;
use std::time::Instant;

/// The zone that the browser lives in: away from UTC, so that a mix-up shows.
const TIME_ZONE: &str = "Asia/Shanghai";

fn main() -> ExitCode {
    let all: Vec<Case> = [
        helpers::CASES,
        accessibility::CASES,
        opening::CASES,
        calls::CASES,
        details::CASES,
        charts::CASES,
        failed::CASES,
        export::CASES,
        report::CASES,
        print::CASES,
        links::CASES,
        chinese::CASES,
        feeds::CASES,
        formats::CASES,
        large::CASES,
        mapping::CASES,
        live::CASES,
        live::parts::CASES,
        sets::CASES,
        ways_in::CASES,
        layout::CASES,
        keyboard::CASES,
        list_keys::CASES,
        deployment::CASES,
        secrets::CASES,
        policy::CASES,
        offline::CASES,
        hosts::CASES,
        embedding::CASES,
        embedding::strangers::CASES,
    ]
    .concat();
    // Cargo passes options of its own test runner on; the names are what is left.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let chosen: Vec<&Case> =
        all.iter().filter(|case| wanted.is_empty() || wanted.iter().any(|part| case.name.contains(part.as_str()))).collect();
    let driver = match Programs::find().and_then(|programs| Driver::start(&programs, TIME_ZONE)) {
        Ok(driver) => driver,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    println!("running {} of {} browser tests in {}", chosen.len(), all.len(), driver.kind().name());
    let (mut failed, mut left_out) = (0, 0);
    for case in &chosen {
        let started = Instant::now();
        let outcome = case::run(case, &driver);
        let seconds = started.elapsed().as_secs_f32();
        match outcome {
            Outcome::Passed => println!("ok     {:<48} {seconds:>5.1} s", case.name),
            Outcome::LeftOut(why) => {
                left_out += 1;
                println!("left out {:<46} {seconds:>5.1} s  {why}", case.name);
            }
            Outcome::Failed(why) => {
                failed += 1;
                println!("FAILED {:<48} {seconds:>5.1} s\n{why}", case.name);
            }
        }
    }
    println!("{} passed, {left_out} left out, {failed} failed", chosen.len() - failed - left_out);
    if failed == 0 && !chosen.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
