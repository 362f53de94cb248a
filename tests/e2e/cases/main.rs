//! The browser tests: what a person does with the site in `dist/`, in a real Chromium and a real Firefox.
//! `CALLSCOPE_BROWSER=firefox` chooses the second, `chromium,firefox` both; `CALLSCOPE_JOBS` says how many run beside each other.
//!
//! One binary of small modules: `cargo test -p callscope-e2e --test e2e -- part-of-a-name`.
//! A case gets a browser with an empty profile and a server of its own. It fails by panicking, by an error, or by an
//! error in the browser's console that it did not announce; a screenshot is left in `target/e2e/`.

mod accessibility;
mod calls;
mod charts;
mod chinese;
mod costs;
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
mod records;
mod report;
mod secrets;
mod sets;
mod ways_in;

use callscope_e2e::browser::Browser;
use callscope_e2e::case::Case;
use callscope_e2e::run::{self, Plan};
use std::process::ExitCode;

/// What looks at the clock closely enough to be hindered by others.
const ALONE: &[&str] = &[];

/// The zone that the browser lives in: away from UTC, so that a mix-up shows.
const TIME_ZONE: &str = "Asia/Shanghai";

fn main() -> ExitCode {
    // Those that take long begin: the others fill the time beside them.
    let all: Vec<Case> = [
        accessibility::CASES,
        accessibility::reports::CASES,
        accessibility::notices::CASES,
        live::CASES,
        keyboard::CASES,
        formats::CASES,
        helpers::CASES,
        opening::CASES,
        calls::CASES,
        details::CASES,
        charts::CASES,
        failed::CASES,
        export::CASES,
        records::CASES,
        report::CASES,
        print::CASES,
        links::CASES,
        chinese::CASES,
        feeds::CASES,
        large::CASES,
        mapping::CASES,
        live::parts::CASES,
        live::origins::CASES,
        sets::CASES,
        ways_in::CASES,
        layout::CASES,
        list_keys::CASES,
        costs::CASES,
        deployment::CASES,
        secrets::CASES,
        secrets::everywhere::CASES,
        policy::CASES,
        offline::CASES,
        hosts::CASES,
        embedding::CASES,
        embedding::attacks::CASES,
        embedding::strangers::CASES,
        embedding::windows::CASES,
    ]
    .concat();
    // Cargo passes options of its own test runner on; the names are what is left.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let cases: Vec<&Case> =
        all.iter().filter(|case| wanted.is_empty() || wanted.iter().any(|part| case.name.contains(part.as_str()))).collect();
    let ran = Browser::all_chosen().and_then(|browsers| {
        let names: Vec<&str> = browsers.iter().map(|browser| browser.name()).collect();
        println!("running {} of {} browser tests in {}", cases.len(), all.len(), names.join(" and "));
        run::all(&Plan { cases, browsers, alone: ALONE, time_zone: TIME_ZONE })
    });
    match ran {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
