//! Suggestions for what people have: exports of tracers and of tools, traces, sums.

use super::{Sample, of};
use crate::ingest::importer::Sink;
use crate::ingest::mapping::{Condition, Mapping};
use crate::ingest::source_reader::{Choice, SourceReader};
use crate::model::mapping::{Doubt, Form, Unit};
use crate::model::{Call, Place, RecordError};

#[derive(Default)]
struct Seen {
    /// Input and output tokens.
    tokens: Vec<(Option<u64>, Option<u64>)>,
    rejected: usize,
}

impl Sink for Seen {
    fn call(&mut self, call: &Call<'_>, _: Place) {
        self.tokens.push((call.input_tokens, call.output_tokens));
    }

    fn reject(&mut self, _: RecordError) {
        self.rejected += 1;
    }
}

/// Input and output tokens of a call.
type Tokens = (Option<u64>, Option<u64>);

/// The tokens of the calls that a mapping makes of a text, none rejected, and how many records it leaves out.
fn read(mapping: &Mapping, text: &str) -> (Vec<Tokens>, u64) {
    let (mut seen, mut source) = (Seen::default(), SourceReader::new(Choice::mapping(mapping.clone())));
    for piece in text.as_bytes().chunks(7) {
        source.push(piece, &mut seen).unwrap();
    }
    let ended = source.finish(&mut seen);
    assert_eq!(seen.rejected, 0, "{mapping:?}");
    (seen.tokens, ended.about.passed.iter().map(|(_, n)| n).sum())
}

fn path<'s>(sample: &'s Sample, field: &str) -> Option<&'s str> {
    sample.mapping.fields.get(field).map(|from| from.path.as_str())
}

fn is(path: &str, value: &str) -> Condition {
    Condition { path: path.into(), is: Some(value.into()), is_not: None }
}

#[test]
fn of_langsmith_runs_those_of_models_are_calls() {
    let run = |kind: &str, at: u32, tokens: u32| {
        format!(
            r#"{{"id":"r{at}","name":"x","run_type":"{kind}","start_time":"2026-03-26T09:15:0{at}Z","end_time":"2026-03-26T09:15:0{at}.5Z","status":"success","prompt_tokens":{tokens},"completion_tokens":5,"events":[{{"name":"start","time":"2026-03-26T09:15:0{at}Z","index":1,"token":2}},{{"name":"end","time":"2026-03-26T09:15:0{at}Z","index":2,"token":3}}]}}"#
        )
    };
    // A chain has the tokens of the calls in it once more.
    let text = [run("chain", 0, 30), run("llm", 1, 10), run("llm", 2, 20), run("tool", 3, 0)].join("\n");
    let sample = of(text.as_bytes());
    assert_eq!((sample.mapping.records.as_str(), &*sample.mapping.conditions), ("", &[is("run_type", "llm")][..]));
    assert_eq!((path(&sample, "time"), path(&sample, "input_tokens")), (Some("start_time"), Some("prompt_tokens")));
    assert_eq!(read(&sample.mapping, &text), (vec![(Some(10), Some(5)), (Some(20), Some(5))], 2));
}

#[test]
fn of_codex_sessions_the_last_usage_counts_and_not_the_running_total() {
    let mut lines = vec![
        r#"{"timestamp":"2026-03-26T09:15:00Z","type":"session_meta","payload":{"id":"s","cli_version":"0.9"}}"#.to_owned(),
        r#"{"timestamp":"2026-03-26T09:15:00Z","type":"event_msg","payload":{"type":"user_message","message":"hi"}}"#.to_owned(),
        r#"{"timestamp":"2026-03-26T09:15:00Z","type":"event_msg","payload":{"type":"token_count","info":null}}"#.to_owned(),
    ];
    for n in 1..=9_u32 {
        let usage = |input: u32, output: u32| {
            format!(
                r#"{{"input_tokens":{input},"cached_input_tokens":1,"output_tokens":{output},"total_tokens":{}}}"#,
                input + output
            )
        };
        lines.push(format!(
            r#"{{"timestamp":"2026-03-26T09:15:0{n}Z","type":"response_item","payload":{{"type":"message","role":"assistant"}}}}"#
        ));
        lines.push(format!(
            r#"{{"timestamp":"2026-03-26T09:15:0{n}Z","type":"event_msg","payload":{{"type":"token_count","info":{{"total_token_usage":{},"last_token_usage":{},"model_context_window":258400}}}}}}"#,
            usage(100 * n, 3 * n),
            usage(if n % 2 == 0 { 100 } else { 90 }, 1 + n % 3),
        ));
    }
    let text = lines.join("\n");
    let sample = of(text.as_bytes());
    assert_eq!(path(&sample, "input_tokens"), Some("payload.info.last_token_usage.input_tokens"));
    let counts = Condition { path: "payload.info.last_token_usage.input_tokens".into(), is: None, is_not: Some(String::new()) };
    assert_eq!(sample.mapping.conditions, [is("payload.type", "token_count"), counts]);
    let (tokens, left_out) = read(&sample.mapping, &text);
    assert_eq!((tokens.len(), tokens[1], left_out), (9, (Some(100), Some(3)), 12));
    // It is written and read as the text that a link carries.
    assert_eq!(Mapping::of_json(&sample.mapping.json(false)), Ok(sample.mapping.clone()));
    assert!(sample.mapping.json(false).contains(r#""where":[{"is":"token_count","path":"payload.type"},{"is_not":"","path":"#));
}

#[test]
fn json_in_texts_is_looked_into() {
    let line = |n: u32| {
        format!(
            r#"{{"at":"2026-03-26T09:15:0{n}Z","log":"{{\"model\":\"m-{n}\",\"usage\":{{\"prompt_tokens\":1{n},\"completion_tokens\":{n}}}}}"}}"#
        )
    };
    let text = [line(1), line(2)].join("\n");
    let sample = of(text.as_bytes());
    assert_eq!((path(&sample, "input_tokens"), path(&sample, "model")), (Some("log.usage.prompt_tokens"), Some("log.model")));
    assert_eq!(read(&sample.mapping, &text).0, [(Some(11), Some(1)), (Some(12), Some(2))]);
    let table = "at;log\n2026-03-26 09:15:01;\"{\"\"usage\"\":{\"\"prompt_tokens\"\":7}}\"\n";
    let sample = of(table.as_bytes());
    assert_eq!(path(&sample, "input_tokens"), Some("log.usage.prompt_tokens"));
    assert_eq!(read(&sample.mapping, table).0, [(Some(7), None)]);
}

#[test]
fn values_decide_among_names() {
    let fields = |text: &str| of(text.as_bytes());
    // An object is no value; its unit is beside it, or in the place of it.
    let sample = fields(
        r#"[{"ts":1774516500,"latency":{"value":2,"unit":"seconds"},"ttft":{"ms":300},"cost":{"amount":0.5,"currency":"USD"}}]"#,
    );
    let unit = |field: &str| sample.mapping.fields.get(field).and_then(|from| from.unit);
    assert_eq!((path(&sample, "latency_ms"), unit("latency_ms")), (Some("latency.value"), Some(Unit::S)));
    assert_eq!((path(&sample, "ttft_ms"), unit("ttft_ms")), (Some("ttft.ms"), Some(Unit::Ms)));
    assert_eq!(path(&sample, "cost"), Some("cost.amount"));
    // A value of the record itself comes before a better name deep in it.
    let sample = fields(r#"[{"ts":1774516500,"prompt_tokens":4,"meta":{"usage":{"input_tokens":5}}}]"#);
    assert_eq!(path(&sample, "input_tokens"), Some("prompt_tokens"));
    // A tenant is no key, a prompt no number of tokens, a yes or no no error code.
    let sample = fields(r#"[{"ts":1774516500,"tenant":"acme","prompt":"Good morning","error":false,"prompt_token_count":9}]"#);
    assert_eq!((path(&sample, "api_key"), path(&sample, "workspace"), path(&sample, "error_code")), (None, Some("tenant"), None));
    assert_eq!(path(&sample, "input_tokens"), Some("prompt_token_count"));
    // A simulator's trace.
    let sample = fields("arrived_at,num_prefill_tokens,num_decode_tokens\n0.00,374,44\n0.25,396,109\n");
    let found = ["time", "input_tokens", "output_tokens"].map(|field| path(&sample, field));
    assert_eq!(found, [Some("arrived_at"), Some("num_prefill_tokens"), Some("num_decode_tokens")]);
    assert_eq!(sample.mapping.time, Form::Relative(Unit::S));
    // A total that runs on, whatever it is called, is no number of one call.
    let mut text = String::from("ts,tokens_in,tokens_out\n");
    for n in 0..12 {
        text.push_str(&format!("{},{},{}\n", 1_774_516_500 + n, 100 * (n % 9) + 1000 * (n / 9), (n * 7) % 5));
    }
    let text = text.replace("\n1774516509,1000", "\n1774516509,900").replace("\n1774516510,1100", "\n1774516510,1000");
    let sample = fields(&text.replace("\n1774516511,1200", "\n1774516511,1100"));
    assert_eq!((path(&sample, "input_tokens"), path(&sample, "output_tokens")), (None, Some("tokens_out")));
}

#[test]
fn of_several_lists_the_one_with_calls_is_taken() {
    let text = r#"{"events":[{"name":"click","time":1774516500,"x":3},{"name":"key","time":1774516501,"x":4}],
        "report":{"requests":{"list":[{"started_at":1774516500,"model":"m","usage":{"prompt_tokens":4,"completion_tokens":2}},
        {"started_at":1774516502,"model":"m","usage":{"prompt_tokens":5,"completion_tokens":1}}]}}}"#;
    let sample = of(text.as_bytes());
    assert_eq!(sample.mapping.records, "report.requests.list");
    assert_eq!(read(&sample.mapping, text).0, [(Some(4), Some(2)), (Some(5), Some(1))]);
}

#[test]
fn of_sums_nothing_is_suggested() {
    let days = "day,requests,input_tokens,output_tokens\n2026-03-26,470,141201,9756\n2026-03-27,12,900,80\n";
    let sample = of(days.as_bytes());
    assert!(sample.mapping.fields.is_empty(), "{:?}", sample.mapping);
    assert_eq!(sample.sums.map(|sums| (sums.doubt, sums.calls, sums.of)), Some((Doubt::Sums, 2, 2)));
    let calls = "day,requests,input_tokens\n2026-03-26,1,141\n2026-03-27,1,900\n";
    assert_eq!(of(calls.as_bytes()).sums, None);
}
