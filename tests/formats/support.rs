//! Fixtures, and a reading of a source as text that can be compared.

use callscope::ingest::importer::Sink;
use callscope::ingest::source_reader::{Choice, SourceReader, SourceReport};
use callscope::model::{Call, Place, RecordError};
use std::path::PathBuf;

/// The fixtures' folder.
pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/formats")
}

/// All fixtures by name.
pub fn fixtures() -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<_> = std::fs::read_dir(folder())
        .expect("the folder is in the repository")
        .map(|entry| entry.expect("a folder can be listed").path())
        .filter(|path| path.is_file() && path.extension().is_some_and(|e| e != "md"))
        .map(|path| {
            (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).expect("a fixture can be read"))
        })
        .collect();
    all.sort();
    assert!(all.len() > 20, "fixtures are missing");
    all
}

/// The format of a fixture: its name without the suffix of a variant.
pub fn format_of(name: &str) -> &'static str {
    let stem = name.split('.').next().unwrap_or(name);
    match stem {
        "litellm_payload" => "litellm-payload",
        "litellm_spend" => "litellm-spend",
        "otlp" | "otlp_experimental" | "otlp_protojson" | "otlp_old_names" | "otlp_vllm" => "otlp-spans",
        "langfuse" => "langfuse",
        "helicone" => "helicone",
        "envoy" => "envoy-ai-gateway",
        "kong" => "kong-ai",
        "apisix" => "apisix-ai",
        "apig" => "huawei-apig",
        "openai" | "openai_chunks" | "openai_batch" | "openai_states" => "openai-responses",
        "anthropic" => "anthropic-messages",
        "azure_trace" => "azure-trace",
        "mooncake" => "mooncake-trace",
        "burstgpt" => "burstgpt-trace",
        "guidellm" => "guidellm",
        "vllm_bench" | "vllm_bench_chunks" => "vllm-bench",
        "feed_table" => "callscope-table",
        "refused_openai_usage" => "openai-usage",
        "refused_anthropic_usage" => "anthropic-usage",
        "refused_azure_metrics" => "azure-metrics",
        "refused_otlp_metrics" => "otlp-metrics",
        "refused_otlp_logs" => "otlp-logs",
        "refused_prometheus" => "prometheus-text",
        "refused_prometheus_answer" => "prometheus-answer",
        "refused_prometheus_list" => "prometheus-list",
        "refused_prometheus_empty" => "prometheus-empty",
        "refused_prometheus_error" => "prometheus-error",
        "refused_claude_code" => "claude-code",
        "refused_sglang" => "sglang-bench",
        "refused_guidellm" => "bench-summary",
        _ => panic!("{name}: say here of which format it is"),
    }
}

/// Calls and complaints, a line each.
#[derive(Debug, Default)]
pub struct Log {
    pub calls: Vec<String>,
    pub record_errors: Vec<RecordError>,
}

impl Sink for Log {
    fn call(&mut self, call: &Call<'_>, place: Place) {
        self.calls.push(format!("{}:{} {}", place.line, place.byte, words(call)));
    }

    fn reject(&mut self, record_error: RecordError) {
        self.record_errors.push(record_error);
    }
}

/// What a call says, without what it does not say.
fn words(call: &Call<'_>) -> String {
    let debug = format!("{call:?}");
    let inner = debug.trim_start_matches("Call { ").trim_end_matches(" }");
    let mut out = String::new();
    for field in inner.split(", ") {
        // A text may hold the separator: what is no field of its own belongs to the one before.
        let named = field.split_once(": ").is_some_and(|(name, _)| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
        if named && (field.ends_with(": None") || field == "service_type: My" || field == "labels: \"\"") {
            continue;
        }
        if !out.is_empty() {
            out.push_str(if named { " · " } else { ", " });
        }
        out.push_str(&field.replace("Some(", "").replace("\")", "\""));
    }
    out.replace(')', "")
}

/// Reads a source in chunks of this size.
pub fn read(bytes: &[u8], chunk: usize) -> (Log, SourceReport) {
    read_as(bytes, chunk, Choice::Detect)
}

/// Reads a source as a user chose.
pub fn read_as(bytes: &[u8], chunk: usize, choice: Choice) -> (Log, SourceReport) {
    let (mut log, mut source) = (Log::default(), SourceReader::new(choice));
    for piece in bytes.chunks(chunk) {
        if source.push(piece, &mut log).is_err() {
            break;
        }
    }
    let ended = source.finish(&mut log);
    (log, ended)
}

/// A reading as one text.
pub fn told(log: &Log, ended: &SourceReport) -> String {
    let mut out = String::new();
    for text in &ended.texts {
        let format = text.detected.map_or("-", |d| d.format.name);
        out.push_str(&format!("{}{format}: {} calls, {} rejected", text.name, text.calls, text.rejected));
        for (what, n) in &text.passed {
            out.push_str(&format!(", {n} {what}"));
        }
        if let Some(failure) = &text.failure {
            out.push_str(&format!(", {failure}"));
        }
        out.push('\n');
    }
    for call in &log.calls {
        out.push_str(&format!("{call}\n"));
    }
    for RecordError { place, problem, field, found } in log.record_errors.iter().chain(&ended.about.cut_short) {
        out.push_str(&format!("{}:{} #{} {problem:?} {field} {found}\n", place.line, place.byte, place.call));
    }
    out
}
