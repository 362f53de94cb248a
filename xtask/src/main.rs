//! `cargo xtask <command>`: everything that is done with this repository besides writing it.
//!
//! One file per command. A command takes the arguments after its name and returns an error that is printed as it is.

mod bench;
mod build;
mod contrast;
mod exports;
mod feed;
mod lighthouse;
mod log;
mod measure;
mod names;
mod offline;
mod package;
mod page;
mod parts;
mod policy;
mod serve;
mod setup;
mod sh;
mod shots;
mod single_file;
mod templates;
mod test;
mod tidy;
mod trial;
mod work;

use std::process::ExitCode;

/// What a command returns; the message is all that the caller needs.
pub type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

struct Command {
    name: &'static str,
    about: &'static str,
    run: fn(&[String]) -> Result,
    /// Called by other tools, not by people: left out of the help.
    internal: bool,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "serve",
        about: "build, serve dist/ on localhost and open a browser [--port N] [--host ADDR] [--no-open] [--watch] [--built]",
        run: serve::run,
        internal: false,
    },
    Command {
        name: "build",
        about: "write the static site to dist/ [--dev: compiled again soon after a change, not optimised] [--force]",
        run: build,
        internal: false,
    },
    Command {
        name: "test",
        about: "everything that must be green [--quick: soon, what has changed] [--all: every case in Chromium and Firefox, more in WebKit] [--only lint,core,…]",
        run: test::run,
        internal: false,
    },
    Command {
        name: "work",
        about: "count the instructions of reading and of questions under callgrind and hold them against their bounds",
        run: work::run,
        internal: false,
    },
    Command {
        name: "trial",
        about: "the worker of the browser tests' own source, for the build in dist/",
        run: trial::run,
        internal: true,
    },
    Command {
        name: "setup",
        about: "install what the build needs [--tests: and browsers with their drivers, axe-core]",
        run: setup::run,
        internal: false,
    },
    Command { name: "tidy", about: "check the layers and the habits of the code", run: tidy::run, internal: false },
    Command {
        name: "contrast",
        about: "check the colours of style/tokens.css [--table: print every ratio]",
        run: contrast::run,
        internal: false,
    },
    Command {
        name: "measure",
        about: "size of the first view, time to the tiles, time of a filter change [--runs N] [--against FOLDER] [--built]",
        run: measure::run,
        internal: false,
    },
    Command {
        name: "lighthouse",
        about: "performance, accessibility and best practices as Lighthouse counts them [--runs N] [--built]",
        run: lighthouse::run,
        internal: false,
    },
    Command {
        name: "bench",
        about: "beside what people use for the same: bench export [--runs N] [--keep FOLDER] [--built] [--site FOLDER]",
        run: bench::run,
        internal: false,
    },
    Command {
        name: "shots",
        about: "screenshots of every page and state into shots/ [--only part-of-a-name] [--quick: light, English] [--built]",
        run: shots::run,
        internal: false,
    },
    Command {
        name: "package",
        about: "the site as callscope-VERSION.zip with checksums [--config FILE: with this configuration] [--built]",
        run: package::run,
        internal: false,
    },
    Command {
        name: "single-file",
        about: "the console as one HTML file that opens from a disk [--config FILE] [--built]",
        run: single_file::run,
        internal: false,
    },
    Command { name: "feed", about: "write the bundled feed", run: feed::run, internal: false },
    Command { name: "hook", about: "called by Trunk before and after it builds", run: build::hook, internal: true },
];

/// The site, and for browser tests while it is worked on the worker that is no part of it.
fn build(args: &[String]) -> Result {
    build::run(args)?;
    if sh::flag(args, "--dev") { trial::run(&[]) } else { Ok(()) }
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let name = args.first().map_or("help", String::as_str);
    let Some(command) = COMMANDS.iter().find(|c| c.name == name) else {
        help();
        let asked = matches!(name, "help" | "--help" | "-h");
        return if asked { ExitCode::SUCCESS } else { ExitCode::from(2) };
    };
    match (command.run)(&args[1..]) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask {name}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn help() {
    println!("cargo xtask <command>\n");
    for command in COMMANDS.iter().filter(|c| !c.internal) {
        println!("  {:<11} {}", command.name, command.about);
    }
}
