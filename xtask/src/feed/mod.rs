//! `cargo xtask feed`: writes the bundled feeds below `public/feeds/`: the demonstration and the Azure code trace.
//!
//! The demonstration is drawn with a fixed seed from two real traces (see `docs/feed.md`), so every run writes the same
//! bytes; `cargo xtask feed --check` compares with what is there and writes nothing.

mod arrivals;
mod calls;
mod dice;
mod failures;
mod services;
mod traces;
mod write;

use std::error::Error;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;

use self::arrivals::{DAY_MS, DAYS, START_MS};
use self::calls::Call;
use self::dice::Dice;
use self::services::Kind;
use self::traces::Mooncake;
use self::write::Head;

/// Files below the repository's root.
const DEMO: &str = "public/feeds/demo.json.gz";
/// The newest days of the demonstration: what the first view shows, which is not to wait for the rest on a slow line.
const RECENT: &str = "public/feeds/demo-recent.json.gz";
const AZURE: &str = "public/feeds/azure-code-2023.json.gz";
/// The bundled demonstration loads after the first view, its newest days with it, so their sizes are held.
const DEMO_BYTES_MAX: usize = 3_000_000;
const RECENT_BYTES_MAX: usize = 900_000;
/// Three days and the three before, which they are compared with; two hours for a clock that is changed between.
const RECENT_FROM_MS: i64 = START_MS + (DAYS as i64 - 6) * DAY_MS - 2 * 3_600_000;
const SEED: u64 = 20_260_326;

/// Why a feed could not be written.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    #[error("xtask/data/{file}, line {line}: {what}")]
    Trace { file: &'static str, line: usize, what: &'static str },
    #[error("{path}: {source}")]
    File { path: PathBuf, source: std::io::Error },
    #[error("{path} is {bytes} bytes, more than the {most} allowed")]
    TooBig { path: &'static str, bytes: usize, most: usize },
    #[error("{0} is not what `cargo xtask feed` writes: run it and commit the result")]
    Stale(&'static str),
    #[error("unknown argument `{0}`; usage: cargo xtask feed [--check]")]
    Usage(String),
}

/// The command.
pub fn run(args: &[String]) -> Result<(), Box<dyn Error>> {
    let check = match args {
        [] => false,
        [flag] if flag == "--check" => true,
        [other, ..] => return Err(FeedError::Usage(other.clone()).into()),
    };
    for (path, text) in [(DEMO, demo(START_MS)?), (RECENT, demo(RECENT_FROM_MS)?), (AZURE, azure()?)] {
        if check {
            check_file(path, &text)?;
            println!("{path}: as generated");
        } else {
            let bytes = write::gzip(&text)?;
            let most = if path == RECENT { RECENT_BYTES_MAX } else { DEMO_BYTES_MAX };
            if bytes.len() > most {
                return Err(FeedError::TooBig { path, bytes: bytes.len(), most }.into());
            }
            put(&root().join(path), &bytes)?;
            println!("{path}: {} bytes, {} unpacked", bytes.len(), text.len());
        }
    }
    Ok(())
}

/// The text of the demonstration feed, of its calls from a time on.
fn demo(from_ms: i64) -> Result<String, FeedError> {
    let azure = traces::azure()?;
    let mooncake = Mooncake::load()?;
    let services = services::services();
    let mut all: Vec<Call> = Vec::new();
    for (stream, service) in (0_u64..).zip(&services) {
        all.extend(calls::calls(service, &mut Dice::new(SEED, stream), &azure, &mooncake));
    }
    all.sort_by_key(|call| call.time_ms);
    let head = Head {
        generated_at: "2026-04-10T00:00:00Z",
        demonstration: true,
        source: "Demonstration data: generated, with token counts and short-term arrivals drawn from the Azure LLM inference \
                 code trace 2023 (Azure/AzurePublicDataset, CC-BY 4.0; Patel et al., Splitwise, ISCA 2024) and the Mooncake \
                 conversation trace (kvcache-ai/Mooncake, Apache-2.0). Services, keys and addresses are invented.",
        licence: "Apache-2.0",
    };
    let mut text = write::head(&head, &services);
    // A call has the same id in either file.
    let first = all.partition_point(|call| call.time_ms < from_ms);
    for (index, call) in all.iter().enumerate().skip(first) {
        text.push_str(if index == first { "" } else { ",\n" });
        write::call(&mut text, call, index + 1);
    }
    text.push_str("\n]}\n");
    Ok(text)
}

/// The text of the Azure code trace as a feed. The trace holds completed requests only and no times but the arrival.
fn azure() -> Result<String, FeedError> {
    let head = Head {
        generated_at: "2023-11-16T19:14:19.9280160Z",
        demonstration: false,
        source: "Azure LLM inference trace 2023, code: Azure/AzurePublicDataset, data/AzureLLMInferenceTrace_code.csv, commit \
                 b469a113cedca53ddc3bdea71a143dc4b7d8700c. Patel et al., Splitwise, ISCA 2024.",
        licence: "CC-BY-4.0",
    };
    let service = services::Service {
        name: "azure-code",
        display_name: Some("Azure code trace (2023)"),
        kind: Kind::Code,
        ..services::OWN
    };
    let mut text = write::head(&head, &[service]);
    for (index, row) in traces::azure()?.iter().enumerate() {
        text.push_str(if index == 0 { "" } else { ",\n" });
        text.push_str(&format!(
            "{{\"time\":\"{}Z\",\"service\":\"azure-code\",\"status\":null,\"input_tokens\":{},\"output_tokens\":{}}}",
            row.time.replacen(' ', "T", 1),
            row.input_tokens,
            row.output_tokens
        ));
    }
    text.push_str("\n]}\n");
    Ok(text)
}

/// What a service of this kind generates, as the feed says it; empty for tokens.
fn media(kind: Kind) -> &'static str {
    match kind {
        Kind::Image => "image",
        Kind::Video => "video",
        Kind::Code | Kind::Chat | Kind::Vectors => "",
    }
}

fn check_file(path: &'static str, text: &str) -> Result<(), FeedError> {
    let full = root().join(path);
    let failed = |source| FeedError::File { path: full.clone(), source };
    let mut there = String::new();
    GzDecoder::new(fs::File::open(&full).map_err(failed)?).read_to_string(&mut there).map_err(failed)?;
    if there == text { Ok(()) } else { Err(FeedError::Stale(path)) }
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), FeedError> {
    let failed = |source| FeedError::File { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(path, bytes).map_err(failed)
}

/// The repository's root: the folder above this package.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[cfg(test)]
mod tests;
