//! Words for a shell: formats, causes, places.

use super::Failure;
use crate::i18n::{Lang, states};
use crate::ingest::importer::Reads;
use crate::ingest::registry::FORMATS;
use crate::wire::{LoadFailure, Part, RecordError};
use std::io::Write;
use std::process::ExitCode;

/// Prints the formats.
pub fn formats() -> Result<ExitCode, Failure> {
    let mut out = String::new();
    for format in FORMATS {
        let what = if matches!(format.reads, Reads::Calls(_)) { "" } else { "  (known, contains no calls)" };
        out.push_str(&format!("{:<20} {}{what}\n", format.name, format.title));
    }
    print(&out)?;
    Ok(ExitCode::SUCCESS)
}

/// Writes to standard output.
pub fn print(text: &str) -> Result<(), Failure> {
    let written = std::io::stdout().lock().write_all(text.as_bytes());
    written.map_err(|source| Failure::File { path: "standard output".into(), source })
}

/// A place, what is wrong there and what was found.
pub fn record_error(record_error: &RecordError) -> String {
    let place = states::place(Lang::En, record_error.place).unwrap_or_default();
    let field = if record_error.field.is_empty() { String::new() } else { format!(" {}:", record_error.field) };
    let found = if record_error.found.is_empty() { String::new() } else { format!(" Found: {}", record_error.found) };
    format!("{place}:{field} {}{found}", states::problem(Lang::En, record_error.problem))
}

/// Why nothing could be read, in the words of the page.
pub fn failure(failure: &LoadFailure) -> String {
    let mut out = format!("{} {}", states::fact(Lang::En, failure.cause, &failure.name), states::cause(Lang::En, failure.cause));
    if !failure.detail.is_empty() {
        out.push_str(&format!("\n  found: {}", failure.detail));
    }
    for sample in failure.rejected.samples.iter().take(5) {
        out.push_str(&format!("\n  {}", record_error(sample)));
    }
    out
}

/// What a text was read as.
pub fn part(part: &Part) -> String {
    let name = if part.name.is_empty() { String::new() } else { format!("{}: ", part.name) };
    let format = match (&part.format, part.failure) {
        (None, Some(cause)) => states::fact(Lang::En, cause, "this file"),
        (Some(format), _) if format.reason.is_empty() => format!("{} (chosen)", format.title),
        (Some(format), _) => format!("{} ({} %: {})", format.title, format.percent, format.reason),
        (None, None) => "by the given mapping".to_owned(),
    };
    let damage = match (&part.format, part.failure) {
        (Some(_), Some(cause)) => format!("; {}", states::fact(Lang::En, cause, "this file")),
        _ => String::new(),
    };
    let passed: String = part.passed.iter().map(|(what, n)| format!(", {n} {what} skipped")).collect();
    format!("{name}{format}, {} calls, {} rejected{passed}{damage}", part.calls, part.rejected)
}
