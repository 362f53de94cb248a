//! Files, folders and standard input as sources, with progress on standard error.

use super::{Failure, zones};
use crate::ingest::mapping::Mapping;
use crate::ingest::registry::by_name;
use crate::ingest::source_reader::Choice;
use std::fs::File;
use std::io::{IsTerminal, Read, stderr, stdin};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Bytes read at a time.
const CHUNK_BYTES: usize = 256 * 1024;
/// Least time between two lines of progress.
const PROGRESS: Duration = Duration::from_millis(500);

/// What is to be read, and as what.
#[derive(Debug, clap::Args)]
pub struct Input {
    /// Files or folders to read; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Read as this format instead of recognising it by content (`callscope formats` lists them)
    #[arg(long, value_name = "NAME", conflicts_with = "mapping")]
    pub format: Option<String>,
    /// Read by the mapping in this JSON file (docs/importers.md)
    #[arg(long, value_name = "FILE")]
    pub mapping: Option<PathBuf>,
}

impl Input {
    /// The files, those of folders in the order of their names.
    pub fn paths(&self) -> Result<Vec<PathBuf>, Failure> {
        let mut paths = Vec::new();
        for path in &self.files {
            if path.is_dir() { folder(path, &mut paths)? } else { paths.push(path.clone()) }
        }
        Ok(paths)
    }

    /// Who says what the texts are.
    pub fn choice(&self) -> Result<Choice, Failure> {
        if let Some(path) = &self.mapping {
            let text = std::fs::read_to_string(path).map_err(|e| failed(path, e))?;
            let mut mapping =
                Mapping::of_json(&text).map_err(|e| Failure::Said(format!("{}: no mapping: {e}", path.display())))?;
            zones::fill(&mut mapping)?;
            return Ok(Choice::mapping(mapping));
        }
        match &self.format {
            None => Ok(Choice::Detect),
            Some(name) => by_name(name)
                .map(Choice::Format)
                .ok_or_else(|| Failure::Said(format!("no format {name:?}; `callscope formats` lists them"))),
        }
    }

    /// A name for the whole.
    pub fn name(&self) -> String {
        match self.files.as_slice() {
            [one] => one.display().to_string(),
            several => format!("{} files", several.len()),
        }
    }
}

fn folder(path: &Path, out: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let entries = std::fs::read_dir(path).map_err(|e| failed(path, e))?;
    let mut inside: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    inside.sort();
    for path in inside {
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if hidden {
            continue;
        }
        if path.is_dir() { folder(&path, out)? } else { out.push(path) }
    }
    Ok(())
}

/// A file that could not be read or written.
pub fn failed(path: &Path, source: std::io::Error) -> Failure {
    Failure::File { path: path.display().to_string(), source }
}

/// Reads a file in chunks. `take` may end it early by `false`.
pub fn read(path: &Path, progress: &mut Progress, mut take: impl FnMut(&[u8]) -> bool) -> Result<(), Failure> {
    let mut reader: Box<dyn Read> =
        if path.as_os_str() == "-" { Box::new(stdin().lock()) } else { Box::new(File::open(path).map_err(|e| failed(path, e))?) };
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let n = match reader.read(&mut chunk) {
            Ok(0) => return Ok(()),
            Ok(n) => n,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(failed(path, e)),
        };
        if !take(&chunk[..n]) {
            return Ok(());
        }
        progress.add(n as u64);
    }
}

/// A line on standard error with the progress, where a user looks on.
#[derive(Debug)]
pub struct Progress {
    shown: bool,
    total: u64,
    read: u64,
    started: Instant,
    last: Instant,
    written: bool,
}

impl Progress {
    /// Over all these files.
    pub fn of(paths: &[PathBuf], quiet: bool) -> Self {
        let total = paths.iter().filter_map(|path| std::fs::metadata(path).ok()).map(|of| of.len()).sum();
        let now = Instant::now();
        Self { shown: !quiet && stderr().is_terminal(), total, read: 0, started: now, last: now, written: false }
    }

    fn add(&mut self, bytes: u64) {
        self.read += bytes;
        if self.shown && self.last.elapsed() >= PROGRESS {
            self.last = Instant::now();
            self.written = true;
            let mb = |bytes: u64| bytes as f64 / 1e6;
            let share = if self.total > 0 { format!(" of {:.1} MB", mb(self.total)) } else { " MB".to_owned() };
            eprint!("\r{:.1}{share}, {:.0} s ", mb(self.read), self.started.elapsed().as_secs_f64());
        }
    }

    /// Clears the line.
    pub fn done(&self) {
        if self.written {
            eprint!("\r{:40}\r", "");
        }
    }
}
