//! `callscope map`: suggests a mapping for a file of any other format, to be saved, looked over and given to the other commands.

use super::Failure;
use super::files::{self, Progress};
use super::text;
use crate::ingest::mapping::beginning::Beginning;
use crate::ingest::mapping::plausible::Plausible;
use crate::ingest::mapping::{faults, sample};
use crate::ingest::source_reader::{Choice, SourceReader};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

/// Arguments of `map`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file to look into; `-` is standard input
    file: PathBuf,
}

/// Prints the suggested mapping as JSON; on standard error the fields with samples, and what looks like a slip.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let mut beginning = Beginning::default();
    let mut progress = Progress::of(std::slice::from_ref(&args.file), true);
    files::read(&args.file, &mut progress, |bytes| beginning.push(bytes))?;
    let first = beginning.finish();
    let sample = sample::of(&first);
    if sample.fields.is_empty() {
        return Err(Failure::Said(format!("{}: no JSON, lines of JSON or table with names", args.file.display())));
    }
    for field in &sample.fields {
        let values: Vec<String> =
            field.values.iter().map(|value| value.chars().filter(|c| !c.is_control()).take(30).collect()).collect();
        eprintln!("{:<50} {}", field.path, values.join(" | "));
    }
    let now_ms = SystemTime::now().duration_since(UNIX_EPOCH).ok().and_then(|since| i64::try_from(since.as_millis()).ok());
    let (mut plausible, mut source) = (Plausible::new(now_ms), SourceReader::new(Choice::mapping(sample.mapping.clone())));
    // A sample is cut anywhere: what is said of its end does not matter.
    let _ = source.push(&first, &mut plausible);
    let ended = source.finish(&mut plausible);
    let (calls, rejected) = plausible.counted();
    let passed: String = ended.about.passed.iter().map(|(what, n)| format!(", {n} {what}")).collect();
    eprintln!("\nof the sample: {calls} calls, {rejected} rejected{passed}");
    for fault in faults(&sample.mapping) {
        eprintln!("missing: {fault}");
    }
    for warning in sample.sums.into_iter().chain(plausible.warnings()) {
        eprintln!("look at: {:?}, {} of {} calls", warning.doubt, warning.calls, warning.of);
    }
    text::print(&format!("{}\n", sample.mapping.json(true)))?;
    Ok(ExitCode::SUCCESS)
}
