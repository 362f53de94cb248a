//! Fixtures cut at every byte, changed, and mixed with what is no call: never a panic, never a hang, always a message with a place.

use super::support::{fixtures, format_of, read, read_as, told};
use callscope::ingest::importer::Unrecognised;
use callscope::ingest::registry::{FORMATS, by_name};
use callscope::ingest::source_reader::Choice;
use callscope::model::Problem;
use proptest::prelude::*;

fn readable() -> Vec<(String, Vec<u8>)> {
    fixtures().into_iter().filter(|(name, _)| !name.starts_with("refused")).collect()
}

/// Bytes up to which every cut is tried; beyond, every so many.
const EVERY: usize = 4_000;

#[test]
fn cut_anywhere_it_gives_what_came_before_and_says_where() {
    for (name, bytes) in readable() {
        let choice = Choice::Format(by_name(format_of(&name)).unwrap());
        let whole = read_as(&bytes, usize::MAX, choice.clone()).0.calls;
        let lines = name.ends_with(".jsonl") || name.ends_with(".csv") || name.ends_with(".log");
        let cuts = (0..bytes.len()).filter(|cut| *cut < EVERY || cut % 23 == 0);
        for cut in cuts {
            let (log, ended) = read_as(&bytes[..cut], usize::MAX, choice.clone());
            assert!(log.calls.len() <= whole.len(), "{name} cut at {cut}");
            let text = &ended.texts[0];
            let told = ended.about.cut_short.is_some() || !log.record_errors.is_empty() || text.failure.is_some();
            let rest = bytes[..cut].trim_ascii();
            // Lines may end anywhere between two records, and a table's last number may lose digits unseen.
            let between = lines && (rest.is_empty() || rest.ends_with(b"}") || !name.ends_with(".jsonl"));
            let marks = rest.iter().all(|b| matches!(b, 0xef | 0xbb | 0xbf));
            assert!(told || between || marks || bytes[cut..].trim_ascii().is_empty(), "{name} cut at {cut}: nothing said");
            for record_error in log.record_errors.iter().chain(&ended.about.cut_short) {
                assert!(
                    record_error.place.byte <= cut as u64 && record_error.place.line >= 1,
                    "{name} cut at {cut}: {record_error:?}"
                );
            }
            if matches!(text.failure, Some(Unrecognised::Empty)) {
                assert!(rest.is_empty() || marks, "{name} cut at {cut}");
            }
        }
    }
}

/// What may be where a record should, and what is wrong with it.
fn bad_lines() -> Vec<(Vec<u8>, Problem)> {
    let long = format!("{{\"x\":\"{}\"}}", "é\\n".repeat(1_700_000));
    vec![
        (b"nonsense".to_vec(), Problem::NotJson),
        (b"[1,2]".to_vec(), Problem::NotACall),
        (b"17".to_vec(), Problem::NotACall),
        (b"{}".to_vec(), Problem::Missing),
        (b"{\"a\":".to_vec(), Problem::EndsEarly),
        (b"{\"a\":]}".to_vec(), Problem::NotJson),
        (b"{\"a\":\"\xff\"}".to_vec(), Problem::BadUtf8),
        (format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000)).into_bytes(), Problem::TooDeep),
        (long.into_bytes(), Problem::Missing),
    ]
}

#[test]
fn a_bad_line_among_records_costs_itself_and_is_named() {
    for (name, bytes) in readable() {
        if !name.ends_with(".jsonl") || name.starts_with("otlp") {
            continue;
        }
        let choice = Choice::Format(by_name(format_of(&name)).unwrap());
        let whole = read(&bytes, usize::MAX);
        let (first, rest) = bytes.split_at(bytes.iter().position(|b| *b == b'\n').unwrap() + 1);
        for (bad, problem) in bad_lines() {
            let text = [first, &bad, b"\n", rest].concat();
            let (log, ended) = read_as(&text, 100_000, choice.clone());
            let shown = String::from_utf8_lossy(&bad[..bad.len().min(40)]).into_owned();
            let passes =
                format_of(&name) == "envoy-ai-gateway" || format_of(&name) == "kong-ai" || format_of(&name) == "apisix-ai";
            // Where a record without a model is a request to something else, an empty one is passed over.
            if problem == Problem::Missing && passes {
                assert_eq!(log.calls.len(), whole.0.calls.len(), "{name} {shown}");
                continue;
            }
            let was = whole.0.record_errors.len();
            assert_eq!(
                (log.calls.len(), log.record_errors.len()),
                (whole.0.calls.len(), was + 1),
                "{name} {shown}: {}",
                told(&log, &ended)
            );
            let record_error = log.record_errors.iter().find(|c| c.place.line == 2).expect("it is named by its line");
            assert_eq!(record_error.problem, problem, "{name} {shown}");
        }
    }
}

#[test]
fn a_value_of_a_wrong_type_rejects_its_record_and_names_the_field() {
    for (fixture, from, to, field, problem) in [
        (
            "litellm_payload.jsonl",
            "\"response_cost\": ",
            "\"response_cost\": \"much\", \"x\": ",
            "response_cost",
            Problem::WrongType,
        ),
        ("litellm_payload.jsonl", "\"startTime\": ", "\"startTime\": \"noon\", \"x\": ", "startTime", Problem::TimeUnreadable),
        ("litellm_spend.csv", ",2026-11-22 05:", ",2026-22-22 05:", "startTime", Problem::TimeUnreadable),
        (
            "otlp.jsonl",
            "gen_ai.usage.input_tokens\", \"value\": {\"intValue\": \"",
            "gen_ai.usage.input_tokens\", \"value\": {\"intValue\": \"-",
            "attributes{}.gen_ai.usage.input_tokens",
            Problem::Negative,
        ),
        ("envoy.jsonl", "\"duration\": 1526", "\"duration\": -1526", "duration", Problem::Negative),
        ("kong.jsonl", "\"status\": 200", "\"status\": 2000", "response.status", Problem::OutOfRange),
        ("azure_trace.csv", ",10\n", ",1.5\n", "GeneratedTokens", Problem::NotWhole),
        ("mooncake.jsonl", "\"timestamp\": 0", "\"timestamp\": 99999999999999", "timestamp", Problem::TimeOutOfRange),
        ("apig.log", " 0.113 POST", " soon POST", "request_time", Problem::WrongType),
        ("helicone.json", "\"prompt_tokens\": 100", "\"prompt_tokens\": {}", "prompt_tokens", Problem::WrongType),
        ("langfuse.csv", "2026-03-26T09:15:00.250Z", "yesterday", "startTime", Problem::TimeUnreadable),
    ] {
        let bytes = std::fs::read(super::support::folder().join(fixture)).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.contains(from), "{fixture} has no {from}");
        let changed = text.replacen(from, to, 1);
        let choice = Choice::Format(by_name(format_of(fixture)).unwrap());
        let whole = read_as(text.as_bytes(), usize::MAX, choice.clone()).0;
        let (log, _) = read_as(changed.as_bytes(), usize::MAX, choice);
        assert_eq!(log.calls.len() + 1, whole.calls.len(), "{fixture}: {log:?}");
        let record_error = &log.record_errors[0];
        assert_eq!((record_error.field.as_str(), record_error.problem), (field, problem), "{fixture}: {record_error:?}");
        let at = record_error.place.byte as usize;
        assert!(at < changed.len() && at + 200 > changed.find(&to[..to.len() - 1]).unwrap_or(0), "{fixture}: {record_error:?}");
    }
}

#[test]
fn any_source_read_as_any_format_ends_with_a_message() {
    for (name, bytes) in fixtures() {
        for format in FORMATS {
            let (log, ended) = read_as(&bytes, 999, Choice::Format(format));
            let text = &ended.texts[0];
            let said =
                !log.calls.is_empty() || !log.record_errors.is_empty() || text.failure.is_some() || !text.passed.is_empty();
            assert!(said || ended.about.cut_short.is_some(), "{name} as {}: nothing said", format.name);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Bytes of a fixture changed, doubled or left out: the reading ends, and chunks make no difference.
    #[test]
    fn changed_fixtures_read_the_same_in_any_chunks(pick in any::<prop::sample::Index>(), edits in prop::collection::vec((any::<prop::sample::Index>(), 0..4_u8, any::<u8>()), 1..6), chunk in 1..300_usize) {
        let all = readable();
        let (name, mut bytes) = all[pick.index(all.len())].clone();
        for (at, kind, byte) in edits {
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => drop(bytes.remove(at)),
                _ => bytes.insert(at, b"{}[]\",:\n"[usize::from(byte) % 8]),
            }
        }
        let choice = Choice::Format(by_name(format_of(&name)).unwrap());
        let whole = read_as(&bytes, usize::MAX, choice.clone());
        let pieces = read_as(&bytes, chunk, choice);
        prop_assert_eq!(told(&whole.0, &whole.1), told(&pieces.0, &pieces.1), "{}", name);
    }
}
