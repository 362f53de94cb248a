//! Mappings suggested, written, read back and driven.

use super::plausible::{Doubt, Plausible};
use super::*;
use crate::ingest::importer::Sink;
use crate::ingest::source_reader::{Choice, SourceReader};
use crate::model::mapping::{Form, Unit};
use crate::model::{Call, NO_STATUS, Place, Problem, RecordError};

/// Time, service, status, input tokens, latency, time to first token.
type Short = (i64, String, u16, Option<u64>, Option<u64>, Option<u64>);

#[derive(Default)]
struct Seen {
    calls: Vec<Short>,
    problems: Vec<(Problem, String, u64)>,
}

impl Sink for Seen {
    fn call(&mut self, c: &Call<'_>, _: Place) {
        self.calls.push((c.time_ms, c.service.to_owned(), c.status, c.input_tokens, c.latency_us, c.ttft_us));
    }

    fn reject(&mut self, c: RecordError) {
        self.problems.push((c.problem, c.field, c.place.line));
    }
}

fn run(mapping: &Mapping, text: &str) -> Seen {
    let mut seen = Seen::default();
    let mut source = SourceReader::new(Choice::mapping(mapping.clone()));
    for piece in text.as_bytes().chunks(5) {
        source.push(piece, &mut seen).expect("a mapping reads anything");
    }
    source.finish(&mut seen);
    seen
}

const LINES: &str = r#"{"ts":"2026-03-26 17:15:00.5","svc":{"name":"chat"},"model":"m-1","result":"ok","tok":{"in_k":1.25,"cached":50},"dur_s":2.5,"ttft_s":0.25}
{"ts":"2026-03-26 17:15:01","svc":{"name":"chat"},"model":"m-1","result":"timeout","tok":{"in_k":null},"dur_s":30}
{"ts":"2026-03-26 17:15:02","svc":{},"result":503}
{"ts":"soon","svc":{"name":"chat"}}
"#;

fn written() -> Mapping {
    serde_json::from_str(
        r#"{"name":"gateway","zone_minutes":480,"cached":"added-to-input","status":{"ok":["ok"],"failed":504},
            "fields":{"time":{"path":"ts"},"service":{"path":"svc.name","fixed":"unnamed"},"status":{"path":"result"},
                      "input_tokens":{"path":"tok.in_k","thousands":true},"cached_tokens":{"path":"tok.cached"},
                      "latency_ms":{"path":"dur_s","unit":"s"},"ttft_ms":{"path":"ttft_s","unit":"s"}}}"#,
    )
    .expect("it is a mapping")
}

#[test]
fn units_zone_status_and_cached_tokens_are_as_the_mapping_says() {
    let seen = run(&written(), LINES);
    assert_eq!(
        seen.calls,
        [
            (1_774_516_500_500, "chat".into(), 200, Some(1300), Some(2_500_000), Some(250_000)),
            (1_774_516_501_000, "chat".into(), 504, None, Some(30_000_000), None),
            (1_774_516_502_000, "unnamed".into(), 503, None, None, None),
        ]
    );
    assert_eq!(seen.problems, [(Problem::TimeUnreadable, "ts".into(), 4)]);
    assert_eq!(faults(&written()), []);
    for pretty in [false, true] {
        assert_eq!(Mapping::of_json(&written().json(pretty)).unwrap(), written());
    }
    // Defaults are left out, so that a link stays short.
    let short = r#"{"fields":{"time":{"path":"t"},"ttft_ms":{"path":"a","unit":"s"}},"name":"x","time":{"relative":"us"}}"#;
    assert_eq!(Mapping::of_json(short).unwrap().json(false), short);
    assert_eq!(Mapping::default().json(false), "{}");
    let bytes = postcard::to_allocvec(&written()).unwrap();
    assert_eq!(postcard::from_bytes::<Mapping>(&bytes).unwrap(), written());
}

#[test]
fn a_mapping_for_tables_and_for_documents() {
    let table = "when;who;ms\n2026-03-26T09:15:00Z;a;12.5\n2026-03-26T09:15:01Z;\"b;c\";7\n";
    let field = |path: &str| From { path: path.into(), ..From::default() };
    let mut mapping = Mapping::default();
    for (name, path) in [("time", "when"), ("service", "who"), ("latency_ms", "ms")] {
        mapping.fields.insert(name.into(), field(path));
    }
    let seen = run(&mapping, table);
    assert_eq!(
        seen.calls.iter().map(|c| (c.1.as_str(), c.2, c.4)).collect::<Vec<_>>(),
        [("a", NO_STATUS, Some(12_500)), ("b;c", NO_STATUS, Some(7_000))]
    );
    mapping.records = "hits.list".into();
    let document = r#"{"took":5,"hits":{"total":1,"list":[{"when":1774516500,"who":"x","ms":1},{"when":1774516501,"who":"y"}]}}"#;
    // A document is walked where its first name is in sight.
    assert_eq!(run(&mapping, document).calls.len(), 2);
}

#[test]
fn calls_are_made_of_records_for_which_all_conditions_hold() {
    let lines = r#"{"t":1774516500,"kind":"llm","p":{"ok":true}}
{"t":1774516501,"kind":"llm","p":{"ok":false}}
{"t":1774516502,"kind":"tool","p":{"ok":true}}
{"t":1774516503,"p":{"ok":true}}
"#;
    let times = |conditions: &str| {
        let json = format!(r#"{{"fields":{{"time":{{"path":"t"}},"service":{{"fixed":"a"}}}},"where":[{conditions}]}}"#);
        let mapping = Mapping::of_json(&json).unwrap();
        assert_eq!(faults(&mapping), [], "{json}");
        let seen = run(&mapping, lines);
        assert_eq!(seen.problems, []);
        seen.calls.iter().map(|call| call.0 / 1000 - 1_774_516_500).collect::<Vec<_>>()
    };
    assert_eq!(times(""), [0, 1, 2, 3]);
    assert_eq!(times(r#"{"path":"kind","is":"llm"}"#), [0, 1]);
    assert_eq!(times(r#"{"path":"kind","is_not":"llm"}"#), [2, 3]);
    assert_eq!(times(r#"{"path":"kind","is_not":""}"#), [0, 1, 2]);
    assert_eq!(times(r#"{"path":"kind","is":""}"#), [3]);
    assert_eq!(times(r#"{"path":"kind","is":"llm"},{"path":"p.ok","is":"true"}"#), [0]);
    // The same field may be mapped, and the same path requested twice.
    assert_eq!(times(r#"{"path":"t","is_not":"1774516500"},{"path":"t","is_not":"1774516502"}"#), [1, 3]);
    for wrong in [r#"{"is":"a"}"#, r#"{"path":"a"}"#, r#"{"path":"a","is":"b","is_not":"c"}"#] {
        let mapping =
            Mapping::of_json(&format!(r#"{{"fields":{{"time":{{"path":"t"}},"service":{{"fixed":"a"}}}},"where":[{wrong}]}}"#));
        assert_eq!(faults(&mapping.unwrap()), [Fault::Condition(1)], "{wrong}");
    }
}

#[test]
fn seconds_are_used_for_durations_that_are_no_longer_than_the_latency() {
    let table = b"when,latency,ttft,queue_time\n2026-03-26 09:15:00,12,3,40\n2026-03-26 09:15:01,30,2,50\n";
    let sample = sample::of(table);
    let mut mapping = sample.mapping.clone();
    mapping.use_seconds(&sample.fields);
    let unit = |field: &str| mapping.fields.get(field).and_then(|from| from.unit);
    assert_eq!([unit("latency_ms"), unit("ttft_ms"), unit("queue_ms")], [Some(Unit::S), Some(Unit::S), Some(Unit::Ms)]);
}

#[test]
fn what_is_wrong_with_a_mapping_is_named() {
    let mut mapping = Mapping { status: Meaning { failed: 99, ..Meaning::default() }, ..Mapping::default() };
    mapping.fields.insert("latenzy".into(), From { path: "x".into(), ..From::default() });
    mapping.fields.insert("model".into(), From::default());
    let faults = [
        Fault::UnknownField("latenzy".into()),
        Fault::Nowhere("model".into()),
        Fault::Missing("time".into()),
        Fault::Missing("service".into()),
        Fault::Status(99),
    ];
    assert_eq!(super::faults(&mapping), faults);
    assert!(serde_json::from_str::<Mapping>(r#"{"feilds":{}}"#).is_err());
}

#[test]
fn fields_are_found_with_samples_and_a_mapping_is_suggested() {
    let text = r#"{"rows":[{"timestamp":"2026-03-26T09:15:00Z","model_name":"m","http_status":200,"usage":{"prompt_tokens":10,"completion_tokens":5},"duration_ms":1200,"ttft":0.5,"trace_id":"t"},
        {"timestamp":"2026-03-26T09:15:01Z","model_name":"n","http_status":429,"usage":{"prompt_tokens":12},"duration_ms":3}],"next":null}"#;
    let sample = sample::of(text.as_bytes());
    let field =
        |path: &str| sample.fields.iter().find(|f| f.path == path).unwrap_or_else(|| panic!("{path}: {:?}", sample.fields));
    assert_eq!(
        (field("model_name").values.as_slice(), field("usage.prompt_tokens").seen),
        (&["m".to_owned(), "n".to_owned()][..], 2)
    );
    let mapping = &sample.mapping;
    let path = |name: &str| mapping.fields.get(name).map(|f| (f.path.as_str(), f.unit));
    assert_eq!(mapping.records, "rows");
    assert_eq!(path("time"), Some(("timestamp", None)));
    assert_eq!(path("service"), Some(("model_name", None)));
    assert_eq!(path("status"), Some(("http_status", None)));
    assert_eq!(path("output_tokens"), Some(("usage.completion_tokens", None)));
    assert_eq!(path("latency_ms"), Some(("duration_ms", Some(Unit::Ms))));
    assert_eq!(path("ttft_ms"), Some(("ttft", Some(Unit::S))));
    assert_eq!(path("request_id"), Some(("trace_id", None)));
    let seen = run(mapping, text);
    assert_eq!((seen.calls.len(), seen.problems), (2, vec![]), "{mapping:?}");
    let table = sample::of(b"Timestamp,Model,Latency (s),Prompt Tokens\n0.5,a,1.5,10\n");
    assert_eq!(table.mapping.time, Form::Relative(Unit::S));
    assert_eq!(table.mapping.fields.get("latency_ms").and_then(|f| f.unit), Some(Unit::S));
    for (name, unit) in [
        ("duration_s", Unit::S),
        ("durationMs", Unit::Ms),
        ("latency_us", Unit::Us),
        ("elapsed_nanoseconds", Unit::Ns),
        ("Latency", Unit::Ms),
    ] {
        let sample = sample::of(format!("ts,{name}\n1774516500,5\n").as_bytes());
        assert_eq!(sample.mapping.fields.get("latency_ms").and_then(|f| f.unit), Some(unit), "{name}");
    }
    assert_eq!(table.mapping.fields.get("input_tokens").map(|f| f.path.as_str()), Some("Prompt Tokens"));
    // Words that mean much else are taken where their values fit and nothing better is there.
    let short = sample::of(b"when,app,in,out,prompt,result\n2026-03-26 09:15:00,chat,10,5,Good morning,ok\n");
    let path = |name: &str| short.mapping.fields.get(name).map(|f| f.path.as_str());
    let found = ["time", "service", "input_tokens", "output_tokens", "status"].map(path);
    assert_eq!(found, [Some("when"), Some("app"), Some("in"), Some("out"), Some("result")]);
}

#[test]
fn what_looks_like_a_slip_is_warned_of() {
    let doubts = |calls: &[Call<'_>]| {
        let mut plausible = Plausible::new(Some(1_774_516_500_000));
        for call in calls {
            plausible.call(call, Place::default());
        }
        plausible.warnings().iter().map(|w| w.doubt).collect::<Vec<_>>()
    };
    let good = Call {
        time_ms: 1_774_516_000_000,
        status: 200,
        latency_us: Some(2_000_000),
        ttft_us: Some(300_000),
        input_tokens: Some(9),
        output_tokens: Some(100),
        ..Call::default()
    };
    assert_eq!(doubts(&[good, good]), []);
    assert_eq!(doubts(&[Call { latency_us: Some(2_000), ttft_us: Some(300), ..good }]), [Doubt::LatencyLooksLikeSeconds]);
    assert_eq!(
        doubts(&[Call { latency_us: Some(2_000), output_tokens: None, ttft_us: None, ..good }]),
        [Doubt::LatencyLooksLikeSeconds]
    );
    assert_eq!(doubts(&[Call { latency_us: Some(2_000_000_000_000), ..good }]), [Doubt::LatencyLooksTooLong]);
    assert_eq!(doubts(&[Call { ttft_us: Some(3_000_000), ..good }]), [Doubt::FirstTokenAfterEnd]);
    assert_eq!(doubts(&[Call { time_ms: 1_974_516_000_000, ..good }]), [Doubt::InFuture]);
    assert_eq!(doubts(&[Call { total_tokens: Some(700), ..good }]), [Doubt::TotalUnlikeSum]);
    assert_eq!(doubts(&[Call { cached_tokens: Some(90), ..good }]), [Doubt::CachedAboveInput]);
    assert_eq!(doubts(&[Call { status: 500, ..good }, Call { status: 404, ..good }]), [Doubt::AllFailed]);
}
