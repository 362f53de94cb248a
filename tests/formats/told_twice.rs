//! Calls that a source writes as several records, as half a record, or without an outcome.

use super::support::folder;
use callscope::ingest::importer::{Sink, Unrecognised};
use callscope::ingest::mapping::plausible::{Doubt, Plausible};
use callscope::ingest::mapping::sample;
use callscope::ingest::registry::{by_name, detect};
use callscope::ingest::source_reader::{Choice, SourceReader};
use callscope::model::mapping::{From, Mapping};
use callscope::model::{Call, NO_STATUS, NotCalls, Place, RecordError};

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).expect("the fixture is in the repository")
}

/// Sums over calls.
#[derive(Debug, Default, PartialEq)]
struct Sums {
    calls: u64,
    failed: u64,
    unstated: u64,
    input: u64,
    output: u64,
    rejected: u64,
    times: Vec<i64>,
    services: Vec<String>,
    tpot_ns: Vec<u64>,
}

impl Sink for Sums {
    fn call(&mut self, call: &Call<'_>, _: Place) {
        self.calls += 1;
        self.failed += u64::from((400..=599).contains(&call.status));
        self.unstated += u64::from(call.status == NO_STATUS);
        self.input += call.input_tokens.unwrap_or(0);
        self.output += call.output_tokens.unwrap_or(0);
        self.times.push(call.time_ms);
        self.services.push(call.service.to_owned());
        self.tpot_ns.extend(call.incremental_ns());
    }

    fn reject(&mut self, _: RecordError) {
        self.rejected += 1;
    }
}

fn sums_as(bytes: &[u8], choice: Choice) -> Sums {
    let (mut sums, mut source) = (Sums::default(), SourceReader::new(choice));
    let _ = source.push(bytes, &mut sums);
    source.finish(&mut sums);
    sums
}

fn sums(bytes: &[u8]) -> Sums {
    sums_as(bytes, Choice::Detect)
}

#[test]
fn the_chunks_of_a_stream_are_one_call() {
    let got = sums(&fixture("openai_chunks.jsonl"));
    assert_eq!((got.calls, got.failed, got.input, got.output, got.rejected), (3, 0, 30, 7, 0));
    // Chunks without any usage are calls all the same.
    let bare: String = (0..9)
        .map(|n| {
            format!(
                "{{\"id\":\"c{}\",\"object\":\"chat.completion.chunk\",\"created\":1774516500,\"model\":\"m\",\"choices\":[]}}\n",
                n % 3
            )
        })
        .collect();
    assert_eq!((sums(bare.as_bytes()).calls, sums(bare.as_bytes()).rejected), (3, 0));
}

#[test]
fn failures_of_a_batch_take_time_and_model_of_the_call_before() {
    let got = sums(&fixture("openai_batch.jsonl"));
    assert_eq!((got.calls, got.failed, got.rejected, got.input, got.output), (7, 3, 0, 86, 18));
    assert!(got.services.iter().all(|service| service == "gpt-4o-mini-2024-07-18"), "{got:?}");
    let seconds: Vec<i64> = got.times.iter().map(|ms| ms / 1000 - 1_774_516_500).collect();
    assert_eq!(seconds, [10, 10, 12, 11, 11, 20, 20]);
    // Where nothing in the file has a time, a failure has none either.
    let alone = fixture("openai_batch.jsonl").split(|b| *b == b'\n').next().unwrap().to_vec();
    let got = sums(&alone);
    assert_eq!((got.calls, got.rejected), (0, 1));
}

#[test]
fn responses_count_by_their_state() {
    let got = sums(&fixture("openai_states.jsonl"));
    // Completed, incomplete, cancelled and failed; what is queued or in progress is no call yet.
    assert_eq!((got.calls, got.failed, got.rejected, got.input), (4, 2, 0, 60));
}

#[test]
fn a_session_of_claude_code_is_named_and_never_read_line_by_line() {
    let bytes = fixture("refused_claude_code.jsonl");
    let text = String::from_utf8(bytes.clone()).unwrap();
    // Whichever line a file begins with.
    for (n, _) in text.lines().enumerate() {
        let rest: String = text.lines().skip(n).map(|line| format!("{line}\n")).collect();
        assert_eq!(detect(rest.as_bytes()).err(), Some(Unrecognised::NotCalls(NotCalls::ClaudeCode)), "from line {n}");
    }
    for first in [
        r#"{"type":"file-history-snapshot","messageId":"m","snapshot":{"trackedFileBackups":{}},"isSnapshotUpdate":false}"#,
        r#"{"type":"queue-operation","operation":"enqueue","timestamp":"2026-03-26T09:15:00Z","sessionId":"s"}"#,
        r#"{"type":"system","subtype":"init","cwd":"/","session_id":"s","tools":[]}"#,
        r#"{"type":"assistant","message":{"id":"msg_1","type":"message","model":"m","usage":{"input_tokens":1,"output_tokens":2}},"parent_tool_use_id":null,"session_id":"s"}"#,
    ] {
        assert_eq!(detect(first.as_bytes()).err(), Some(Unrecognised::NotCalls(NotCalls::ClaudeCode)), "{first}");
    }
    let forced = sums_as(&bytes, Choice::Format(by_name("anthropic-messages").unwrap()));
    assert_eq!((forced.calls, forced.rejected), (0, 0));
    // No mapping is suggested, and one made by hand is doubted.
    assert!(sample::of(&bytes).mapping.fields.is_empty());
    let field = |path: &str| From { path: path.into(), ..From::default() };
    let fields = [("time", "timestamp"), ("service", "message.model"), ("request_id", "message.id")];
    let mapping = Mapping { fields: fields.map(|(name, path)| (name.to_owned(), field(path))).into(), ..Mapping::default() };
    let mut plausible = Plausible::new(None);
    let mut source = SourceReader::new(Choice::mapping(mapping));
    let _ = source.push(&bytes, &mut plausible);
    source.finish(&mut plausible);
    let doubts: Vec<Doubt> = plausible.warnings().iter().map(|warning| warning.doubt).collect();
    assert_eq!(doubts, [Doubt::SameRequest, Doubt::NoStatus]);
}

#[test]
fn events_of_an_anthropic_stream_are_no_calls() {
    let text = r#"{"timestamp":"2026-03-26T09:15:00Z","type":"message_start","message":{"id":"msg_1","type":"message","model":"m","usage":{"input_tokens":25,"output_tokens":1}}}
{"timestamp":"2026-03-26T09:15:01Z","type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}
{"timestamp":"2026-03-26T09:15:02Z","type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":15}}
"#;
    let got = sums(text.as_bytes());
    assert_eq!((got.calls, got.rejected), (0, 0));
}

#[test]
fn the_incremental_latency_of_a_vllm_bench_is_its_own_tpot() {
    for name in ["vllm_bench_chunks.json", "vllm_bench.json"] {
        let bytes = fixture(name);
        let report: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let got = sums(&bytes);
        let mean_ms = got.tpot_ns.iter().sum::<u64>() as f64 / got.tpot_ns.len() as f64 / 1e6;
        let list = |name: &str| report[name].as_array().unwrap().clone();
        let (tokens, intervals, errors) = (list("output_lens"), list("itls"), list("errors"));
        let own = (0..tokens.len()).filter(|&n| errors[n] == "").map(|n| {
            let sum: f64 = intervals[n].as_array().unwrap().iter().filter_map(serde_json::Value::as_f64).sum();
            sum / (tokens[n].as_f64().unwrap() - 1.0) * 1000.0
        });
        let own: Vec<f64> = own.collect();
        let wanted = own.iter().sum::<f64>() / own.len() as f64;
        assert!((mean_ms - wanted).abs() < 0.01, "{name}: {mean_ms}, not {wanted}");
    }
}

#[test]
fn a_source_without_a_status_has_calls_without_one() {
    for name in ["azure_trace.csv", "mooncake.jsonl"] {
        let got = sums(&fixture(name));
        assert!(got.calls > 0 && got.unstated == got.calls, "{name}: {got:?}");
    }
    let table = b"time,service,resultSignature,latency_ms\n2026-03-26T09:15:00Z,chat,200,5\n2026-03-26T09:15:01Z,chat,429,5\n";
    let mapping = sample::of(table).mapping;
    assert_eq!(mapping.fields["status"].path, "resultSignature");
    let got = sums_as(table, Choice::mapping(mapping.clone()));
    assert_eq!((got.calls, got.failed, got.unstated), (2, 1, 0));
    let mut silent = mapping;
    silent.fields.remove("status");
    let got = sums_as(table, Choice::mapping(silent));
    assert_eq!((got.calls, got.failed, got.unstated), (2, 0, 2));
}
