//! What the page shows about a text's format: its mapping, and the metrics that it cannot carry.

use crate::base::build::FULL;
use crate::ingest::importer::Detection;
use crate::ingest::importer::Reads;
use crate::ingest::registry::FORMATS;
use crate::ingest::source_reader::Report;
use crate::model::Metric;
use crate::model::mapping::{Form, From, Mapping};
use crate::wire::{FormatInfo, Reader};

/// See the module's text. `None`: nothing reads it.
pub fn of(report: &Report) -> Option<FormatInfo> {
    if let Some((mapping, _)) = &report.mapping {
        return Some(of_mapping(mapping));
    }
    let Detection { format, confidence } = report.detected?;
    let mapping = format.mapping.iter().map(|m| (m.field.into(), m.source.into(), m.unit.into())).collect();
    Some(FormatInfo {
        name: format.name.into(),
        title: format.title.into(),
        percent: confidence.percent,
        reason: confidence.reason.into(),
        lacks: lacks(format.mapping.iter().map(|m| m.field)),
        mapping,
    })
}

/// A mapping of a user's own; it has no name among the formats.
fn of_mapping(mapping: &Mapping) -> FormatInfo {
    let line = |(field, from): (&String, &From)| {
        let source = if from.path.is_empty() { format!("fixed {}", from.fixed) } else { from.path.clone() };
        let unit = match (field.as_str(), from.unit) {
            ("time", _) => match mapping.time {
                Form::Any => "",
                Form::Epoch(unit) | Form::Relative(unit) => unit.symbol(),
            },
            (_, Some(unit)) => unit.symbol(),
            _ if from.thousands => "× 1000",
            _ => "",
        };
        (field.clone(), source, unit.to_owned())
    };
    FormatInfo {
        name: String::new(),
        title: mapping.name.clone(),
        percent: 100,
        reason: String::new(),
        mapping: mapping.fields.iter().map(line).collect(),
        lacks: lacks(mapping.fields.keys().map(String::as_str)),
    }
}

/// What a user may choose to read these texts as: formats that claim one of them, surest first, then the others.
pub fn readers(texts: &[Report]) -> Vec<Reader> {
    // There is nothing to choose from where only our own format is known.
    if !FULL {
        return Vec::new();
    }
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

/// Metrics that calls of these fields cannot have. Our own format, which has no mapping, can carry all.
fn lacks<'m>(mapping: impl Iterator<Item = &'m str>) -> Vec<Metric> {
    let mapping: Vec<_> = mapping.collect();
    let has = |field: &str| mapping.is_empty() || mapping.contains(&field);
    Metric::THREE_WIDE.into_iter().filter(|metric| !metric.is_carried(&has)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::registry::by_name;

    #[test]
    fn a_mapping_tells_its_fields_and_what_it_cannot_carry() {
        let json = r#"{"name": "ours", "time": {"epoch": "s"}, "fields": {"time": {"path": "ts"}, "service": {"fixed": "chat"},
            "latency_ms": {"path": "took", "unit": "us"}, "input_tokens": {"path": "in", "thousands": true}}}"#;
        let mapping = Mapping::of_json(json).expect("it is a mapping");
        let info = of_mapping(&mapping);
        let lines: Vec<[&str; 3]> = info.mapping.iter().map(|(a, b, c)| [a.as_str(), b, c]).collect();
        let wanted =
            [["input_tokens", "in", "× 1000"], ["latency_ms", "took", "µs"], ["service", "fixed chat", ""], ["time", "ts", "s"]];
        assert_eq!(lines, wanted);
        assert_eq!(info.lacks, needing(&["status", "output_tokens", "ttft_ms", "tpot_ms", "generation_s"]));
    }

    /// Metrics that calls without these fields cannot have.
    fn needing(fields: &[&str]) -> Vec<Metric> {
        let (errors, status) = (["error_code", "error_message"], fields.contains(&"status"));
        let has = |field: &str| !(fields.contains(&field) || status && errors.contains(&field));
        Metric::THREE_WIDE.into_iter().filter(|metric| !metric.is_carried(&has)).collect()
    }

    #[test]
    fn what_a_format_cannot_carry_follows_from_its_mapping() {
        let of = |name: &str| lacks(by_name(name).expect("the format is known").mapping.iter().map(|m| m.field));
        assert_eq!(of("callscope"), []);
        assert_eq!(of("envoy-ai-gateway"), [Metric::Ttft, Metric::Tpot, Metric::Generation]);
        assert_eq!(of("guidellm"), [Metric::Generation]);
        assert_eq!(of("azure-trace"), needing(&["status", "ttft_ms", "tpot_ms", "latency_ms", "generation_s"]));
        let without_status = [Metric::FailureRate, Metric::Errors];
        assert!(without_status.iter().all(|metric| of("azure-trace").contains(metric)));
    }
}
