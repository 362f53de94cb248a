//! The native command `callscope`: the same core as the page's, for a shell and for nightly jobs.

mod check;
mod convert;
mod files;
mod lines;
mod map;
mod report;
mod text;
mod zones;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Reads LLM call records of any known format: prints what the console shows, converts to the console's feed, says what is wrong.
#[derive(Debug, Parser)]
#[command(name = "callscope", version, about, after_help = EXIT_CODES)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 all is well; 1 something was rejected (check), or nothing could be read; 2 wrong use.\n\
    Files may be plain, gzipped, or zip archives of several; `-` is standard input. Formats are recognised by content.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Totals, services and versions, series and failed calls
    Report(Box<report::Args>),
    /// Write calls of any known format as a callscope feed, one call a line
    Convert(convert::Args),
    /// Say what is wrong with a source, line by line
    Check(check::Args),
    /// Suggest a mapping for a file of another format
    Map(map::Args),
    /// List the formats that are known
    Formats,
}

/// What went wrong, for a user at a shell.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{path}: {source}")]
    File { path: String, source: std::io::Error },
    #[error("{0}")]
    Said(String),
}

/// Runs the command line; the exit code.
pub fn run() -> ExitCode {
    let result = match Args::parse().command {
        Command::Report(args) => report::run(&args),
        Command::Convert(args) => convert::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Map(args) => map::run(&args),
        Command::Formats => text::formats(),
    };
    match result {
        Ok(code) => code,
        // The reader may have seen enough: `callscope report … | head`.
        Err(Failure::File { source, .. }) if source.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("callscope: {failure}");
            ExitCode::FAILURE
        }
    }
}
