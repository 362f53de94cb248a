//! `callscope check`: what is wrong with a source, line by line.

use super::Failure;
use super::files::{self, Input, Progress};
use super::text;
use crate::ingest::importer::Sink;
use crate::ingest::source_reader::SourceReader;
use crate::model::{Call, Place, RecordError};
use std::io::Write;
use std::process::ExitCode;

/// Arguments of `check`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    input: Input,
    /// Print at most so many places; the rest is counted
    #[arg(long, default_value_t = 100, value_name = "N")]
    max: u64,
}

/// Prints record errors as they come.
struct Printed {
    calls: u64,
    rejected: u64,
    max: u64,
    failed: Option<std::io::Error>,
}

impl Sink for Printed {
    fn call(&mut self, _: &Call<'_>, _: Place) {
        self.calls += 1;
    }

    fn reject(&mut self, record_error: RecordError) {
        self.rejected += 1;
        if self.rejected <= self.max && self.failed.is_none() {
            self.failed = writeln!(std::io::stdout().lock(), "{}", text::record_error(&record_error)).err();
        }
    }
}

/// Reads everything and prints what is wrong; exit code 1 where something is.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let paths = args.input.paths()?;
    let choice = args.input.choice()?;
    let mut progress = Progress::of(&paths, false);
    let mut code = ExitCode::SUCCESS;
    for path in &paths {
        let mut sink = Printed { calls: 0, rejected: 0, max: args.max, failed: None };
        let mut source = SourceReader::new(choice.clone());
        files::read(path, &mut progress, |bytes| source.push(bytes, &mut sink).is_ok() && sink.failed.is_none())?;
        let ended = source.finish(&mut sink);
        progress.done();
        if let Some(source) = sink.failed {
            return Err(Failure::File { path: "standard output".into(), source });
        }
        let name = path.display();
        for report in &ended.texts {
            let inner = if report.name.is_empty() { String::new() } else { format!("/{}", report.name) };
            let what = match (&report.failure, &report.detected) {
                (Some(failure), _) => format!("no calls: {failure}"),
                (None, Some(d)) if d.confidence.reason.is_empty() => d.format.title.to_owned(),
                (None, Some(d)) => {
                    format!("{}, recognised by: {} ({} %)", d.format.title, d.confidence.reason, d.confidence.percent)
                }
                (None, None) if report.mapping.is_some() => "the given mapping".to_owned(),
                (None, None) => "nothing read".to_owned(),
            };
            let passed: String = report.passed.iter().map(|(what, n)| format!(", {n} {what} skipped")).collect();
            text::print(&format!("{name}{inner}: {what}: {} calls, {} rejected{passed}\n", report.calls, report.rejected))?;
        }
        if let Some(cut) = &ended.about.cut_short {
            text::print(&format!("{name}: {}\n", text::record_error(cut)))?;
        }
        for (field, count) in &ended.about.unknown_fields {
            text::print(&format!("{name}: field {field:?} is unknown and ignored, in {count} calls\n"))?;
        }
        let sound = sink.rejected == 0 && sink.calls > 0 && ended.about.cut_short.is_none() && ended.damage.is_none();
        if !sound || ended.texts.iter().any(|text| text.failure.is_some()) {
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}
