//! Looks into the beginning of a source for the user who maps its fields.

use crate::ingest::importer::Sink;
use crate::ingest::mapping::plausible::Plausible;
use crate::ingest::mapping::{faults, sample};
use crate::ingest::source_reader::{Choice, SourceReader};
use crate::model::mapping::Mapping;
use crate::model::understood::ParsedCall;
use crate::model::{Call, Place, RecordError};
use crate::wire::preview::PreviewReport;

/// Calls that are shown.
const FIRST: usize = 8;
/// Record errors that are shown.
const RECORD_ERRORS: usize = 5;

/// The unpacked beginning of a source ([`crate::ingest::mapping::beginning::Beginning`]).
#[derive(Debug)]
pub struct Preview {
    text: Vec<u8>,
}

impl Preview {
    pub fn new(text: Vec<u8>) -> Self {
        Self { text }
    }

    /// A mapping by the names of the fields.
    pub fn suggested(&self) -> Mapping {
        sample::of(&self.text).mapping
    }

    /// What a mapping makes of it. `now_ms`: the clock, against which times are held.
    pub fn by(&self, mapping: Mapping, now_ms: i64) -> PreviewReport {
        let mut seen = Seen { plausible: Plausible::new(Some(now_ms)), report: PreviewReport::default() };
        let (faults, mut passed) = (faults(&mapping), 0);
        if !self.text.is_empty() {
            let mut source = SourceReader::new(Choice::mapping(mapping.clone()));
            // A source that no mapping can read gives no calls, which the counts say.
            let _ = source.push(&self.text, &mut seen);
            let ended = source.finish(&mut seen);
            passed = ended.about.passed.iter().map(|(_, records)| records).sum();
        }
        let (calls, rejected) = seen.plausible.counted();
        let (fields, sums) = sample::fields(&self.text, &mapping.records);
        PreviewReport {
            fields,
            json: mapping.json(true),
            short: mapping.json(false),
            mapping,
            faults,
            warnings: sums.into_iter().chain(seen.plausible.warnings()).collect(),
            calls,
            passed,
            rejected,
            ..seen.report
        }
    }
}

/// Takes the first calls and record errors; all are looked at.
struct Seen {
    plausible: Plausible,
    report: PreviewReport,
}

impl Sink for Seen {
    fn call(&mut self, call: &Call<'_>, place: Place) {
        self.plausible.call(call, place);
        if self.report.first.len() < FIRST {
            self.report.first.push(ParsedCall::of(call));
        }
    }

    fn reject(&mut self, record_error: RecordError) {
        if self.report.record_errors.len() < RECORD_ERRORS {
            self.report.record_errors.push(record_error.clone());
        }
        self.plausible.reject(record_error);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::mapping::{Doubt, FIELDS, Fault, From, Unit};
    use crate::model::understood::Value;

    const TABLE: &[u8] =
        b"when,deployment,code,dur\n2026-03-26T09:15:00Z,chat,200,1.5\n2026-03-26T09:15:01Z,chat,429,0.2\nsoon,chat,200,3\n";

    fn value<'u>(call: &'u ParsedCall, field: &str) -> Option<&'u Value> {
        call.get(FIELDS.iter().position(|name| *name == field).unwrap() as u8)
    }

    #[test]
    fn a_suggestion_is_mended_step_by_step() {
        let preview = Preview::new(TABLE.to_vec());
        let suggested = preview.by(preview.suggested(), 1_774_600_000_000);
        assert_eq!(suggested.fields.iter().map(|f| f.path.as_str()).collect::<Vec<_>>(), ["when", "deployment", "code", "dur"]);
        // Neither name is one that a time or a latency goes by.
        assert_eq!(suggested.faults, [Fault::Missing("time".into())]);
        let mut mapping = suggested.mapping;
        let field = |path: &str| From { path: path.into(), ..From::default() };
        mapping.fields.insert("time".into(), field("when"));
        mapping.fields.insert("latency_ms".into(), From { unit: Some(Unit::S), ..field("dur") });
        let mended = preview.by(mapping.clone(), 1_774_600_000_000);
        assert_eq!((mended.calls, mended.rejected, mended.record_errors.len()), (2, 1, 1));
        assert_eq!(value(&mended.first[1], "status"), Some(&Value::Whole(429)));
        assert_eq!(value(&mended.first[0], "latency_ms"), Some(&Value::Micros(1_500_000)));
        assert_eq!((mended.faults, mended.warnings), (vec![], vec![]));
        assert_eq!(Mapping::of_json(&mended.short), Ok(mapping.clone()));
        // Seen from the year before, the calls have not happened yet.
        let early = preview.by(mapping, 1_742_000_000_000);
        assert_eq!(early.warnings.iter().map(|w| (w.doubt, w.calls)).collect::<Vec<_>>(), [(Doubt::InFuture, 2)]);
    }

    #[test]
    fn every_field_that_is_offered_is_one_of_a_call() {
        assert!(FIELDS.iter().all(|field| crate::ingest::importer::is_known_field(field)));
    }

    #[test]
    fn nothing_comes_of_nothing() {
        let preview = Preview::new(Vec::new());
        let report = preview.by(preview.suggested(), 0);
        assert_eq!((report.calls, report.rejected, report.fields.len()), (0, 0, 0));
    }
}
