//! What is known and is not read: sums over many calls, logs without what makes a call, sessions that tell a call on several lines. It is named, so that
//! nobody wonders why.

use super::sure;
use crate::ingest::importer::{Confidence, Format, Prefix, Reads};
use crate::model::NotCalls;

const fn refused(name: &'static str, kind: NotCalls, confidence: fn(&Prefix<'_>) -> Option<Confidence>) -> Format {
    Format { name, title: kind.title(), confidence, reads: Reads::Nothing(kind), mapping: &[] }
}

pub const CLAUDE_CODE: Format = refused("claude-code", NotCalls::ClaudeCode, |seen| {
    let s = &seen.sniff;
    // Lines of a session's file; what the program prints of one; lines that may stand at the beginning of a file.
    let lines = s.has("sessionId") && s.has("isSidechain");
    let printed = s.has("session_id") && (s.has("parent_tool_use_id") || s.value("subtype") == Some("init"));
    let before =
        s.all(&["type", "leafUuid"]) || s.value("type") == Some("file-history-snapshot") || s.all(&["operation", "sessionId"]);
    sure(s.json && (lines || printed || before), 97, "sessionId and isSidechain of a Claude Code session")
});

pub const OTLP_METRICS: Format = refused("otlp-metrics", NotCalls::OtlpMetrics, |seen| {
    sure(seen.sniff.has("resourceMetrics"), 95, "resourceMetrics of an OTLP document")
});

pub const OTLP_LOGS: Format =
    refused("otlp-logs", NotCalls::OtlpLogs, |seen| sure(seen.sniff.has("resourceLogs"), 95, "resourceLogs of an OTLP document"));

pub const PROMETHEUS_TEXT: Format = refused("prometheus-text", NotCalls::PrometheusText, |seen| {
    let text = core::str::from_utf8(seen.bytes).unwrap_or(&seen.sniff.line);
    let declared = text.lines().any(|line| {
        let mut words = line.strip_prefix("# TYPE ").unwrap_or("").split(' ');
        words.nth(1).is_some_and(|kind| {
            matches!(kind, "counter" | "gauge" | "histogram" | "summary" | "untyped" | "unknown" | "info" | "stateset")
        })
    });
    sure(declared && text.starts_with('#'), 95, "# TYPE lines of Prometheus exposition text")
});

pub const PROMETHEUS_ANSWER: Format = refused("prometheus-answer", NotCalls::PrometheusAnswer, |seen| {
    let s = &seen.sniff;
    let status = matches!(s.value("status"), Some("success" | "error"));
    let names = s.names();
    let inside = names.iter().any(|name| name.starts_with("data."));
    let kinds = s.has("data.resultType") || s.has("errorType") || s.has("data.__name__");
    // Metadata names each metric's type, help and unit; names of labels are a list of texts.
    let metadata = names.iter().any(|name| name.starts_with("data.") && name.ends_with(".help"));
    sure(status && (kinds || metadata || (s.has("data") && !inside)), 88, "status and data of a Prometheus API answer")
});

pub const BENCH_SUMMARY: Format = refused("bench-summary", NotCalls::BenchSummary, |seen| {
    let s = &seen.sniff;
    let guidellm = !s.json && s.line.starts_with("Run Info,") && s.has("Benchmark");
    let vllm = s.json
        && s.all(&["request_throughput", "mean_ttft_ms", "total_input_tokens"])
        && !s.has("start_times")
        && !s.has("ttfts")
        && !s.has("input_lens");
    sure(guidellm || vllm, 90, "columns of a load test's summary")
});

pub const SGLANG_BENCH: Format = refused("sglang-bench", NotCalls::SglangBench, |seen| {
    let s = &seen.sniff;
    let own = s.has("total_output_tokens_retokenized") || s.has("sharegpt_output_len") || s.has("output_throughput_retokenized");
    sure(s.json && s.has("request_throughput") && own, 97, "retokenized counts of SGLang's bench_serving")
});

pub const MAAS_STATISTICS: Format = refused("maas-statistics", NotCalls::MaasStatistics, |seen| {
    let names = ["total_request_count", "total_error_count", "total_token", "total_prompt_token"];
    sure(seen.sniff.count(&names) >= 3, 92, "total_request_count and total_prompt_token of show-statistics")
});

pub const CLOUD_EYE: Format = refused("cloud-eye", NotCalls::CloudEye, |seen| {
    sure(seen.sniff.all(&["metrics.namespace", "metrics.metric_name", "metrics.datapoints"]), 92, "metrics of a Cloud Eye answer")
});

pub const DAILY_SPEND: Format = refused("litellm-daily", NotCalls::DailySpend, |seen| {
    let names = ["api_requests", "successful_requests", "failed_requests", "date"];
    sure(seen.sniff.all(&names), 92, "api_requests a day of LiteLLM's daily spend")
});
