//! `callscope convert`: any known format to our feed, streaming.

use super::Failure;
use super::files::{self, Input, Progress, failed};
use super::lines::Lines;
use super::text;
use crate::ingest::source_reader::{SourceReader, SourceReport};
use flate2::{Compression, write::GzEncoder};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Arguments of `convert`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    input: Input,
    /// The feed to write; gzipped where its name ends with .gz, `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Say nothing but errors
    #[arg(short, long)]
    quiet: bool,
}

/// Where the feed goes.
enum Out {
    Plain(BufWriter<Box<dyn Write>>),
    Gzip(Box<GzEncoder<BufWriter<Box<dyn Write>>>>),
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Out::Plain(out) => out.write(bytes),
            Out::Gzip(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Out::Plain(out) => out.flush(),
            Out::Gzip(out) => out.flush(),
        }
    }
}

impl Out {
    fn to(path: &Path) -> std::io::Result<Self> {
        let standard = path.as_os_str() == "-";
        let out: Box<dyn Write> = if standard { Box::new(std::io::stdout()) } else { Box::new(File::create(path)?) };
        let out = BufWriter::new(out);
        let packed = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("gz"));
        Ok(if packed { Self::Gzip(Box::new(GzEncoder::new(out, Compression::default()))) } else { Self::Plain(out) })
    }

    fn finish(self) -> std::io::Result<()> {
        match self {
            Out::Plain(mut out) => out.flush(),
            Out::Gzip(out) => out.finish()?.flush(),
        }
    }
}

/// Converts. A feed that could not be finished is taken away again, so that no half of one is mistaken for a whole.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let paths = args.input.paths()?;
    // A file that is read must not be the one that is written.
    let same = |path: &PathBuf| path.canonicalize().ok().zip(args.output.canonicalize().ok()).is_some_and(|(a, b)| a == b);
    if paths.iter().any(same) {
        return Err(Failure::Said(format!("{} is read: choose another name for the feed", args.output.display())));
    }
    let choice = args.input.choice()?;
    let out = Out::to(&args.output).map_err(|e| failed(&args.output, e))?;
    let result = feed(args, &paths, SourceReader::new(choice), Lines::new(out));
    if !matches!(result, Ok(ExitCode::SUCCESS)) && args.output.as_os_str() != "-" && !args.output.is_dir() {
        let _ = std::fs::remove_file(&args.output);
    }
    result
}

fn feed(args: &Args, paths: &[PathBuf], mut source: SourceReader, mut lines: Lines<Out>) -> Result<ExitCode, Failure> {
    let mut progress = Progress::of(paths, args.quiet);
    for path in paths {
        if paths.len() > 1 {
            source.file(&path.display().to_string(), None, &mut lines);
        }
        files::read(path, &mut progress, |bytes| source.push(bytes, &mut lines).is_ok() && lines.failed.is_none())?;
    }
    let SourceReport { about, texts, .. } = source.finish(&mut lines);
    progress.done();
    if let Some(e) = lines.failed {
        return Err(failed(&args.output, e));
    }
    lines.writer.finish().map_err(|e| failed(&args.output, e))?;
    if !args.quiet {
        for report in &texts {
            let name = if report.name.is_empty() { args.input.name() } else { report.name.clone() };
            let what = match (&report.failure, &report.detected) {
                (Some(failure), _) => failure.to_string(),
                (None, Some(detected)) => detected.format.title.to_owned(),
                (None, None) if report.mapping.is_some() => "the given mapping".to_owned(),
                (None, None) => "nothing read".to_owned(),
            };
            eprintln!("{name}: {what}, {} calls, {} rejected", report.calls, report.rejected);
        }
        for record_error in lines.first.iter().chain(&about.cut_short) {
            eprintln!("  {}", text::record_error(record_error));
        }
    }
    if lines.calls == 0 {
        return Err(Failure::Said(format!("nothing in {} is a call that can be read", args.input.name())));
    }
    Ok(ExitCode::SUCCESS)
}
