//! What the page is told of a text's format: its mapping, and the metrics that it cannot carry.

use crate::ingest::importer::{Detected, Mapped};
use crate::model::Metric;
use crate::wire::FormatInfo;

/// See the module's text.
pub fn of(detected: Detected) -> FormatInfo {
    let Detected { format, confidence } = detected;
    let mapping = format.mapping.iter().map(|m| (m.field.into(), m.source.into(), m.unit.into())).collect();
    FormatInfo {
        name: format.name.into(),
        title: format.title.into(),
        percent: confidence.percent,
        reason: confidence.reason.into(),
        mapping,
        lacks: lacks(format.mapping),
    }
}

/// Metrics that calls of these fields cannot have. Our own format, which has no mapping, can carry all.
pub fn lacks(mapping: &[Mapped]) -> Vec<Metric> {
    let has = |field: &str| mapping.is_empty() || mapping.iter().any(|m| m.field == field);
    let tokens = has("input_tokens") || has("output_tokens") || has("total_tokens");
    let involved = |metric: &Metric| match metric {
        Metric::Calls | Metric::Rpm => true,
        // Fixed to 200, a status says nothing.
        Metric::FailureRate | Metric::Errors => !mapping.iter().any(|m| m.field == "status" && m.source.starts_with("fixed")),
        Metric::Tokens | Metric::Tpm => tokens,
        Metric::InputLength => has("input_tokens"),
        Metric::OutputLength => has("output_tokens"),
        Metric::Latency => has("latency_ms"),
        Metric::Ttft => has("ttft_ms"),
        Metric::Tpot => has("tpot_ms") || (has("ttft_ms") && has("latency_ms") && has("output_tokens")),
        Metric::Generation => has("generation_s"),
    };
    Metric::THREE_WIDE.into_iter().filter(|metric| !involved(metric)).collect()
}

#[cfg(all(test, feature = "formats"))]
mod tests {
    use super::*;
    use crate::ingest::importer::by_name;

    #[test]
    fn what_a_format_cannot_carry_follows_from_its_mapping() {
        let of = |name: &str| lacks(by_name(name).expect("the format is known").mapping);
        assert_eq!(of("callscope"), []);
        assert_eq!(of("envoy-ai-gateway"), [Metric::Ttft, Metric::Tpot, Metric::Generation]);
        assert_eq!(of("guidellm"), [Metric::Generation]);
        let trace = [Metric::FailureRate, Metric::Errors, Metric::Ttft, Metric::Tpot, Metric::Latency, Metric::Generation];
        assert_eq!(of("azure-trace"), trace);
    }
}
