//! What is known and is not read: sums over many calls, logs without what makes a call, sessions that tell a call on several lines. It is named, so that
//! the reason is clear.

use super::sure;
use crate::ingest::importer::{Confidence, DETECT_BYTES, Format, Prefix, Reads};
use crate::model::NotCalls;

const fn refused(name: &'static str, kind: NotCalls, confidence: fn(&Prefix<'_>) -> Option<Confidence>) -> Format {
    Format { name, title: kind.title(), confidence, reads: Reads::Nothing(kind), mapping: &[] }
}

pub const CLAUDE_CODE: Format = refused("claude-code", NotCalls::ClaudeCode, |seen| {
    let s = &seen.sniff;
    // Lines of a session's file; what the program prints of one; lines that may be at the beginning of a file.
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

/// Whether a text is an answer of a Prometheus API, and which.
fn prometheus(seen: &Prefix<'_>) -> Option<NotCalls> {
    let s = &seen.sniff;
    let names = s.names();
    let inside = names.iter().any(|name| name.starts_with("data."));
    match s.value("status")? {
        "error" if s.has("errorType") => Some(NotCalls::PrometheusError),
        "success" if s.has("data.resultType") => {
            let empty = !names.iter().any(|name| name.starts_with("data.result."));
            let whole = seen.bytes.len() < DETECT_BYTES && !matches!(s.value("data.resultType"), Some("scalar" | "string"));
            Some(if empty && whole { NotCalls::PrometheusEmpty } else { NotCalls::PrometheusAnswer })
        }
        // Series name their labels, metadata each metric's type, help and unit; names of labels are a list of texts.
        "success" if s.has("data.__name__") => Some(NotCalls::PrometheusList),
        "success" if names.iter().any(|name| name.starts_with("data.") && name.ends_with(".help")) => {
            Some(NotCalls::PrometheusList)
        }
        "success" if s.has("data") && !inside => Some(NotCalls::PrometheusList),
        _ => None,
    }
}

pub const PROMETHEUS_ANSWER: Format = refused("prometheus-answer", NotCalls::PrometheusAnswer, |seen| {
    sure(prometheus(seen) == Some(NotCalls::PrometheusAnswer), 88, "status and data of a Prometheus API answer")
});

pub const PROMETHEUS_LIST: Format = refused("prometheus-list", NotCalls::PrometheusList, |seen| {
    sure(prometheus(seen) == Some(NotCalls::PrometheusList), 88, "a list of labels or series of a Prometheus API")
});

pub const PROMETHEUS_EMPTY: Format = refused("prometheus-empty", NotCalls::PrometheusEmpty, |seen| {
    sure(prometheus(seen) == Some(NotCalls::PrometheusEmpty), 88, "an empty result of a Prometheus API")
});

pub const PROMETHEUS_ERROR: Format = refused("prometheus-error", NotCalls::PrometheusError, |seen| {
    sure(prometheus(seen) == Some(NotCalls::PrometheusError), 88, "errorType of a Prometheus API")
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
    let counts = s.has("total_output_tokens_retokenized") || s.has("output_throughput_retokenized");
    // The server's description of itself is before the counts, and may be long.
    let arguments = s.all(&["sharegpt_output_len", "random_input_len", "random_output_len"]);
    sure(s.json && (counts || arguments), 97, "names of SGLang's bench_serving")
});

pub const MAAS_STATISTICS: Format = refused("maas-statistics", NotCalls::MaasStatistics, |seen| {
    let names = ["total_request_count", "total_error_count", "total_token", "total_prompt_token", "total_completion_token"];
    sure(seen.sniff.count_last(&names) >= 3, 92, "total_request_count and total_prompt_token of show-statistics")
});

pub const CLOUD_EYE: Format = refused("cloud-eye", NotCalls::CloudEye, |seen| {
    sure(seen.sniff.all(&["metrics.namespace", "metrics.metric_name", "metrics.datapoints"]), 92, "metrics of a Cloud Eye answer")
});

pub const DAILY_SPEND: Format = refused("litellm-daily", NotCalls::DailySpend, |seen| {
    let names = ["api_requests", "successful_requests", "failed_requests", "date"];
    sure(seen.sniff.all(&names), 92, "api_requests a day of LiteLLM's daily spend")
});

pub const OPENAI_USAGE: Format = refused("openai-usage", NotCalls::OpenAiUsage, |seen| {
    let s = &seen.sniff;
    let object = |path: &str, start: &str| s.value(path).is_some_and(|value| value.starts_with(start));
    let results = ["data.results.object", "results.object", "object"];
    let named = results.iter().any(|path| object(path, "organization.usage.") || object(path, "organization.costs."));
    let buckets = s.has_last("num_model_requests") && (s.has_last("start_time") || s.has_last("start_time_iso"));
    // The older report, by day.
    let daily = s.count_last(&["aggregation_timestamp", "n_requests", "n_context_tokens_total", "n_generated_tokens_total"]) >= 3;
    sure(named || buckets || daily, 94, "buckets of time of OpenAI's usage report")
});

pub const ANTHROPIC_USAGE: Format = refused("anthropic-usage", NotCalls::AnthropicUsage, |seen| {
    let s = &seen.sniff;
    let report = s.count_last(&["starting_at", "ending_at"]) == 2;
    let sums = s.has_last("uncached_input_tokens") || s.has_last("server_tool_use") || s.count_last(&["amount", "currency"]) == 2;
    // The console's table.
    let table = s.has("usage_date_utc") || s.count(&["usage_input_tokens_no_cache", "usage_output_tokens"]) == 2;
    sure(report && sums || table, 94, "spans of time of Anthropic's usage report")
});

pub const AZURE_METRICS: Format = refused("azure-metrics", NotCalls::AzureMetrics, |seen| {
    let s = &seen.sniff;
    let answer = s.count_last(&["timeseries", "timespan", "interval", "localizedValue"]) >= 3;
    // Diagnostic settings write a record for each metric and minute.
    let exported =
        s.count_last(&["metricName", "timeGrain"]) == 2 && s.count_last(&["count", "total", "average", "maximum"]) >= 2;
    sure(answer || exported, 94, "metrics of Azure Monitor over intervals")
});
