//! The browser tests: what a user does with the site in `dist/`, in a real Chromium, a real Firefox and a real WebKit.
//! `CALLSCOPE_BROWSER=firefox` chooses the second, `chromium,firefox,webkit` all; `CALLSCOPE_JOBS` says how many run beside each other.
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
mod labels;
mod large;
mod layout;
mod leads;
mod links;
mod list_keys;
mod live;
mod look;
mod mapping;
mod offline;
mod opening;
mod oracle;
mod policy;
mod preferences;
mod print;
mod records;
mod repeats;
mod report;
mod room;
mod secrets;
mod sets;
mod shelf;
mod trial;
mod unread;
mod ways_in;
mod widths;
mod workers;

use callscope_e2e::browser::Browser;
use callscope_e2e::case::Case;
use callscope_e2e::run::{self, Plan, Scope};
use std::process::ExitCode;

/// What looks at the clock closely enough to be hindered by others.
const ALONE: &[&str] = &[];

/// Modules, and cases, by parts of their names whose outcome an engine can change, and what it has of its own there. All else is the page's own
/// arithmetic, words and order of things, and as true in one browser as in the other: those run in Firefox with `cargo xtask test --all`.
const FIREFOX: &[(&str, &str)] = &[
    ("accessibility::axe_finds_nothing_on_the_calls_page", "roles, names and styles as the engine computes them"),
    ("accessibility::axe_finds_nothing_in_dialogs", "the same of what floats"),
    ("calls::totals_and_rows", "WebAssembly, workers and streams of the first view"),
    ("charts::", "canvas, pointer and keys"),
    ("chinese::the_browsers_language", "the browser's languages"),
    ("deployment::a_feed_is_asked_with", "requests with headers and credentials"),
    ("details::a_link_opens", "tabs"),
    ("details::a_custom_range", "fields of date and time"),
    ("embedding::", "frames, windows, messages, sandboxes"),
    ("export::files", "downloads, the clipboard, canvas to PNG"),
    ("feeds::feeds_that_give_nothing", "what fetch says of what fails"),
    ("feeds::files_are_opened", "files and drops"),
    ("feeds::a_slow_feed", "streams that end early"),
    ("formats::several_files", "folders"),
    ("formats::a_reader_", "workers that do not start"),
    ("helpers::", "the driver itself"),
    ("hosts::", "pages from a disk, headers of a server"),
    ("keyboard::", "the focus and its order"),
    ("large::", "threads of workers, shared memory, slices of files"),
    ("labels::", "names that are no word of the page in addresses"),
    ("layout::", "styles and their measures"),
    ("links::", "history and the clipboard"),
    ("list_keys::", "the focus and scrolling"),
    ("live::new_calls", "requests of ranges, their caches"),
    ("live::a_hidden_tab", "timers"),
    ("mapping::a_mapping_is_saved", "local storage"),
    ("offline::", "service workers, caches"),
    ("opening::", "modules, and streams of WebAssembly"),
    ("policy::", "the content security policy"),
    ("preferences::theme_and", "local storage"),
    ("print::", "print styles"),
    ("records::the_record", "slices of files, the clipboard"),
    ("records::a_file_that_has_changed", "files that change under an open handle"),
    ("report::a_report_of_the_calls_page", "pages made of blobs"),
    ("report::the_report_that_is_looked_at", "frames of blobs, downloads"),
    ("secrets::everywhere::tokens_of_configured", "storage, referrers, messages"),
    ("secrets::a_token_in_a_typed", "history and storage"),
    ("sets::", "the private file system and its room"),
    ("shelf::", "locks of tabs, and the private file system"),
    ("workers::workers_that_are_gone", "workers that end without a word"),
    ("widths::", "styles and their measures"),
    ("ways_in::calls_and_addresses", "pasting"),
];

/// Modules whose cases run in WebKit with `cargo xtask test --all`: what people do most.
const WEBKIT_ALL: &[&str] = &[
    "calls::",
    "charts::",
    "chinese::",
    "details::",
    "export::",
    "failed::",
    "helpers::",
    "hosts::one_file",
    "keyboard::",
    "layout::popovers",
    "links::",
    "offline::",
    "opening::",
];
/// Those of them whose outcome WebKit is likeliest to change, as for Firefox.
const WEBKIT: &[(&str, &str)] = &[
    ("calls::totals_and_rows", "WebAssembly, workers and streams of the first view"),
    ("calls::rows_are_sorted", "typing, and lists that change"),
    ("charts::", "canvas, pointer and keys"),
    ("chinese::the_browsers_language", "the browser's languages"),
    ("details::a_link_opens", "tabs"),
    ("details::a_custom_range", "fields of date and time"),
    ("export::every_sheet", "the worker that writes files"),
    ("export::files", "downloads, the clipboard, canvas to PNG"),
    ("failed::a_code_opens", "lists that are only in part in the page"),
    ("helpers::", "the driver and the harness's own browser"),
    ("hosts::one_file", "pages from a disk, whose workers can read no files"),
    ("keyboard::the_calls_page", "the focus and its order"),
    ("links::a_copied_link", "the clipboard"),
    ("links::history", "history"),
    ("offline::", "service workers, caches"),
    ("opening::the_page", "modules, and streams of WebAssembly"),
    ("opening::a_part", "modules that are imported once more"),
    ("opening::the_address", "the first paint"),
];

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
        repeats::CASES,
        report::CASES,
        print::CASES,
        labels::CASES,
        links::CASES,
        preferences::CASES,
        leads::CASES,
        chinese::CASES,
        feeds::CASES,
        large::CASES,
        mapping::CASES,
        live::parts::CASES,
        live::origins::CASES,
        sets::CASES,
        room::CASES,
        shelf::CASES,
        ways_in::CASES,
        layout::CASES,
        widths::CASES,
        list_keys::CASES,
        costs::CASES,
        deployment::CASES,
        trial::CASES,
        unread::CASES,
        workers::CASES,
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
    let mut parts = FIREFOX.iter().chain(WEBKIT).map(|(part, _)| part).chain(WEBKIT_ALL);
    if let Some(part) = parts.find(|part| all.iter().all(|case| !case.name.contains(**part))) {
        eprintln!("no case has {part:?} in its name, which the lists of FIREFOX or WEBKIT in tests/e2e/cases/main.rs name");
        return ExitCode::FAILURE;
    }
    let ran = Browser::all_chosen().and_then(|browsers| {
        let scope = Scope::chosen();
        let needed = |case: &Case, browser: Browser| match browser {
            Browser::Chromium => true,
            Browser::Firefox => scope == Scope::All || FIREFOX.iter().any(|(part, _)| case.name.contains(part)),
            // Who names a case wants it run.
            Browser::Webkit if !wanted.is_empty() => true,
            Browser::Webkit if scope == Scope::All => WEBKIT_ALL.iter().any(|part| case.name.contains(part)),
            Browser::Webkit => WEBKIT.iter().any(|(part, _)| case.name.contains(part)),
        };
        let within = |case| browsers.iter().copied().filter(|&browser| needed(case, browser)).collect();
        let cases: Vec<(&Case, Vec<Browser>)> = cases.into_iter().map(|case| (case, within(case))).collect();
        for browser in &browsers {
            let count = cases.iter().filter(|(_, browsers)| browsers.contains(browser)).count();
            println!("running {count} of {} browser tests in {}", all.len(), browser.name());
        }
        run::all(&Plan { cases, alone: ALONE, time_zone: TIME_ZONE })
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
