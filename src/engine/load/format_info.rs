//! What the page is told of a text's format: its mapping, and the metrics that it cannot carry.

use crate::ingest::importer::{Detected, Mapped};
#[cfg(feature = "formats")]
use crate::ingest::importer::{FORMATS, Reads};
use crate::ingest::source::Report;
use crate::model::Metric;
use crate::wire::{FormatInfo, Reader};

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

/// What a person may choose to read these texts as: formats that claim one of them, surest first, then the others.
#[cfg(feature = "formats")]
pub fn readers(texts: &[Report]) -> Vec<Reader> {
    let sure = |name: &str| {
        let claims = texts.iter().flat_map(|text| &text.claims).filter(|claim| claim.format.name == name);
        claims.map(|claim| claim.confidence.percent).max().unwrap_or(0)
    };
    let reads = FORMATS.iter().filter(|format| matches!(format.reads, Reads::Calls(_)));
    let mut all: Vec<Reader> =
        reads.map(|format| Reader { name: format.name.into(), title: format.title.into(), percent: sure(format.name) }).collect();
    all.sort_by_key(|reader| core::cmp::Reverse(reader.percent));
    all
}

/// There is nothing to choose from where only our own format is known.
#[cfg(not(feature = "formats"))]
pub fn readers(_: &[Report]) -> Vec<Reader> {
    Vec::new()
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
