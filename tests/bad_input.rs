//! Bad input: every case gives a clear problem at an exact place, and the good calls around it load.

#![expect(clippy::result_large_err, reason = "a failure is what is looked at here")]

use callscope::engine::load::Loader;
use callscope::store::Store;
use callscope::wire::{DataSet, LoadCause, LoadFailure, Place, Problem, RecordError};
use flate2::{Compression, write::GzEncoder};
use std::io::Write;

type Outcome = Result<(Store, DataSet), LoadFailure>;

fn load_in(bytes: &[u8], chunk: usize) -> Outcome {
    let mut loader = Loader::new("test", false, None);
    for piece in bytes.chunks(chunk) {
        loader.push(piece)?;
    }
    loader.finish()
}

/// Loads whole, and in small pieces, which must not differ.
fn load(bytes: &[u8]) -> Outcome {
    let whole = load_in(bytes, usize::MAX);
    let pieces = load_in(bytes, if bytes.len() > 100_000 { 10_007 } else { 3 });
    assert_eq!(summary(&whole), summary(&pieces));
    whole
}

fn summary(outcome: &Outcome) -> String {
    match outcome {
        // Memory depends on the room vectors took, not on what they hold.
        Ok((store, data)) => format!("{:?} {:?}", store.times(), DataSet { memory_bytes: 0, ..data.clone() }),
        Err(failure) => format!("{failure:?}"),
    }
}

fn call(id: u32) -> String {
    format!(r#"{{"time":"2024-05-01T12:00:{:02}Z","service":"s{}","status":200,"request_id":"r{id}"}}"#, id % 60, id % 3)
}

fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The failure of a source that gives nothing.
fn refused(bytes: &[u8]) -> LoadFailure {
    load(bytes).expect_err("the source gives no call")
}

fn only(data: &DataSet) -> &RecordError {
    assert_eq!((data.rejected.count, data.rejected.samples.len()), (1, 1), "{:?}", data.rejected);
    assert_eq!(data.rejected.reasons, [(data.rejected.samples[0].problem, 1)]);
    &data.rejected.samples[0]
}

/// Puts a bad call between two good ones in every shape; it must be rejected alone, `at` bytes into its own text.
fn between(bad: &[u8], at: usize, problem: Problem, field: &str) {
    let (a, b) = (call(1), call(2));
    let place_at = |before: &str| Place { line: 2, byte: (before.len() + at) as u64, call: 2 };
    let shapes = [("", "\n", "\n", "\n"), ("[", ",\n", ",\n", "]"), (r#"{"format":"callscope/1","calls":["#, ",\n", ",\n", "]}")];
    for (open, comma, comma2, close) in shapes {
        let before = format!("{open}{a}{comma}");
        let text = [before.as_bytes(), bad, comma2.as_bytes(), b.as_bytes(), close.as_bytes()].concat();
        for packed in [false, true] {
            let (_, data) = load(&if packed { pack(&text) } else { text.clone() }).expect("two good calls");
            assert_eq!((data.calls, &data.cut_short), (2, &None));
            let record_error = only(&data);
            assert_eq!(
                (record_error.problem, record_error.field.as_str(), record_error.place),
                (problem, field, place_at(&before))
            );
        }
    }
}

/// A call with one field more, and the byte at which that field's value begins.
fn with(field: &str, value: &str) -> (String, usize) {
    let start = call(9);
    let start = format!(r#"{},"{field}":"#, &start[..start.len() - 1]);
    (format!("{start}{value}}}"), start.len())
}

#[test]
fn an_empty_file() {
    for text in ["", " \n\t\n", "\u{feff}", "\u{feff}\r\n"] {
        let failure = refused(text.as_bytes());
        assert_eq!((failure.cause, failure.rejected.count), (LoadCause::Empty, 0), "{text:?}");
    }
    assert_eq!(refused(&pack(b"")).cause, LoadCause::Empty);
    assert_eq!(refused(b"[]").cause, LoadCause::NoRecords);
    assert_eq!(refused(br#"{"format":"callscope/1","calls":[]}"#).cause, LoadCause::NoRecords);
    assert_eq!(refused(b"time;service;status\n").cause, LoadCause::NoRecords);
}

#[test]
fn content_of_another_kind() {
    let names = |bytes: &[u8], cause, found: &str| {
        let failure = refused(bytes);
        assert_eq!(failure.cause, cause, "{failure:?}");
        assert!(failure.detail.starts_with(found) && failure.detail.contains("callscope/1"), "{}", failure.detail);
    };
    names(b"<!doctype html><title>Not found</title>", LoadCause::Html, "<!doctype html>");
    names(b"\n<html><body>", LoadCause::Html, "<html>");
    names(br#"{"name": "left-pad", "version": "1.0.0", "dependencies": {"a": "1"}}"#, LoadCause::OtherJson, r#"{"name""#);
    names(
        b"{\n  \"name\": \"left-pad\",\n  \"version\": \"1.0.0\",\n  \"files\": [\n    {\n    }\n  ]\n}\n",
        LoadCause::OtherJson,
        "{   \"name\"",
    );
    names(br#"{"type":"FeatureCollection","features":[{"type":"Feature"}]}"#, LoadCause::OtherJson, r#"{"type""#);
    names(b"{\"level\":\"info\",\"msg\":\"a\"}\n{\"level\":\"info\",\"msg\":\"b\"}\n", LoadCause::OtherJson, r#"{"level""#);
    names(b"[1,2,3]", LoadCause::OtherJson, "[1");
    names(b"null", LoadCause::OtherJson, "null");
    names(b"moment;squad\n", LoadCause::OtherContent, "moment;");
    names(b"moment;squad\n1;blue\n", LoadCause::OtherTable, "moment;");
    names(b"\x89PNG\r\n\x1a\n\0\0\0", LoadCause::OtherContent, "\u{fffd}PNG");
    names(br#"{"format":"callscope/2","calls":[]}"#, LoadCause::OtherVersion, "callscope/2");
    let late = format!(r#"{{"calls":[{}],"format":"callscope/9"}}"#, call(1));
    names(late.as_bytes(), LoadCause::OtherVersion, "callscope/9");
}

#[test]
fn truncated_json() {
    let (a, b) = (call(1), call(2));
    for (open, comma) in [("[", ",\n"), (r#"{"format":"callscope/1","calls":["#, ",\n"), ("", "\n")] {
        let text = format!("{open}{a}{comma}{}", &b[..40]);
        let (_, data) = load(text.as_bytes()).expect("one good call");
        let cut = data.cut_short.expect("it is cut");
        assert_eq!((data.calls, data.rejected.count, cut.problem), (1, 0, Problem::EndsEarly));
        assert_eq!(cut.place, Place { line: 2, byte: text.len() as u64, call: 2 });
        assert!(b[..40].ends_with(&cut.found), "{cut:?}");
    }
    let failure = refused(br#"{"format":"callscope/1","calls":[{"ti"#);
    assert_eq!((failure.cause, failure.place.byte), (LoadCause::NoCalls, 37));
    assert_eq!(failure.rejected.reasons, [(Problem::EndsEarly, 1)]);
}

#[test]
fn truncated_and_broken_gzip() {
    let text: String = (0..2000).map(|i| call(i * 7919) + "\n").collect();
    let packed = pack(text.as_bytes());
    let (_, data) = load(&packed[..packed.len() / 2]).expect("the calls before the end");
    assert!(data.calls > 100 && data.calls < 2000, "{}", data.calls);
    let cut = data.cut_short.expect("it is cut");
    assert_eq!((cut.problem, cut.place.call), (Problem::GzipEndsEarly, data.calls + 1));
    assert!(cut.place.byte < text.len() as u64);
    let failure = refused(&packed[..12]);
    assert_eq!((failure.cause, failure.rejected.reasons), (LoadCause::GzipBroken, vec![(Problem::GzipEndsEarly, 1)]));
    let mut wrong = packed.clone();
    let checksum = packed.len() - 6;
    wrong[checksum] ^= 0x55;
    let (_, data) = load(&wrong).expect("all calls were read before the checksum");
    assert_eq!((data.calls, data.cut_short.map(|c| c.problem)), (2000, Some(Problem::GzipChecksum)));
    assert_eq!(refused(&[0x1f, 0x8b, 0x09, 0, 0]).cause, LoadCause::GzipBroken);
}

#[test]
fn wrong_types_and_values() {
    for (field, value, problem) in [
        ("input_tokens", "\"12\"", Problem::WrongType),
        ("model", "7", Problem::WrongType),
        ("stream", "\"yes\"", Problem::WrongType),
        ("latency_ms", "{\"p50\":[1,{}]}", Problem::WrongType),
        ("api_key", "[\"a\"]", Problem::WrongType),
        ("output_tokens", "-1", Problem::Negative),
        ("input_tokens", "1.5", Problem::NotWhole),
        ("total_tokens", "1000000000001", Problem::OutOfRange),
        ("latency_ms", "-0.001", Problem::Negative),
        ("ttft_ms", "1e999", Problem::OutOfRange),
        ("generation_s", "315360000.1", Problem::OutOfRange),
        ("cost", "-2", Problem::Negative),
        ("service_type", "\"built-in\"", Problem::OutOfRange),
        ("media", "\"audio\"", Problem::OutOfRange),
    ] {
        let (bad, at) = with(field, value);
        between(bad.as_bytes(), at, problem, field);
    }
    for (status, problem) in [
        ("99", Problem::OutOfRange),
        ("600", Problem::OutOfRange),
        ("-200", Problem::OutOfRange),
        ("200.5", Problem::NotWhole),
        ("true", Problem::WrongType),
    ] {
        between(format!(r#"{{"time":1714564800,"service":"s","status":{status}}}"#).as_bytes(), 42, problem, "status");
    }
    between(br#"{"service":"s","status":200}"#, 0, Problem::Missing, "time");
    between(br#"{"time":1714564800,"status":200}"#, 0, Problem::Missing, "service");
    between(br#"{"time":1714564800,"service":"","status":200}"#, 0, Problem::Missing, "service");
    between(br#"{"time":1714564800,"service":null,"status":200}"#, 0, Problem::Missing, "service");
    between(br#"{"time":1714564800,"service":"s"}"#, 0, Problem::Missing, "status");
    between(b"[1,2]", 0, Problem::NotACall, "");
    between(b"\"text\"", 0, Problem::NotACall, "");
    between(b"17", 0, Problem::NotACall, "");
    between(b"xyz", 0, Problem::NotJson, "");
}

#[test]
fn times_outside_every_calendar() {
    for (time, problem) in [
        ("\"0001-01-01T00:00:00Z\"", Problem::TimeOutOfRange),
        ("\"9999-12-31T23:59:59Z\"", Problem::TimeOutOfRange),
        ("-62135596800", Problem::TimeOutOfRange),
        ("253402300799", Problem::TimeOutOfRange),
        ("\"yesterday\"", Problem::TimeUnreadable),
        ("\"2024-05-01T12:00:00\"", Problem::TimeUnreadable),
        ("{}", Problem::WrongType),
    ] {
        between(format!(r#"{{"time":{time},"service":"s","status":200}}"#).as_bytes(), 8, problem, "time");
    }
}

#[test]
fn duplicate_keys() {
    let (bad, at) = with("status", "200");
    between(bad.as_bytes(), at, Problem::TwiceGiven, "status");
    let (bad, at) = with("stat\\u0075s", "500");
    between(bad.as_bytes(), at, Problem::TwiceGiven, "status");
}

#[test]
fn ten_thousand_services() {
    let text: String =
        (0..10_000).map(|i| format!("{{\"time\":{},\"service\":\"service-{i}\",\"status\":200}}\n", 1_714_564_800 + i)).collect();
    let (store, data) = load(text.as_bytes()).expect("all are good");
    assert_eq!((data.calls, data.services.len(), store.services()), (10_000, 10_000, 10_000));
    let always = callscope::model::Range { from_ms: 0, to_ms: i64::MAX };
    assert_eq!(store.rows(store.service_code("service-77").unwrap(), always).len(), 1);
}

#[test]
fn a_five_megabyte_string() {
    let long = format!("\"{}\"", "é\\n".repeat(1_700_000));
    for field in ["error_message", "service_tier"] {
        let (bad, at) = with(field, &long);
        between(bad.as_bytes(), at, Problem::TextTooLong, field);
    }
    // Where it is not held it does no harm.
    for field in ["request", "note"] {
        let (text, _) = with(field, &long);
        assert_eq!(load(text.as_bytes()).map(|(_, data)| (data.calls, data.rejected.count)).ok(), Some((1, 0)));
    }
}

#[test]
fn invalid_utf8_and_escapes() {
    let (bad, at) = with("model", "\"a?b\"");
    let mut bad = bad.into_bytes();
    bad[at + 2] = 0xff;
    between(&bad, at + 2, Problem::BadUtf8, "");
    for escape in ["\\ud800", "\\udc00x", "\\ud800\\u0041", "\\x41", "\\u00g0"] {
        let (bad, at) = with("model", &format!("\"ab{escape}\""));
        between(bad.as_bytes(), at + 3, Problem::BadEscape, "model");
    }
    let (bad, at) = with("model", "\"a\tb\"");
    between(bad.as_bytes(), at + 2, Problem::NotJson, "model");
}

#[test]
fn nesting_a_hundred_thousand_deep() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let (bad, at) = with("request", &deep);
    between(bad.as_bytes(), at + 128, Problem::TooDeep, "");
    let mixed = r#"{"a":["#.repeat(50_000) + "1" + &"]}".repeat(50_000);
    let (bad, at) = with("note", &mixed);
    between(bad.as_bytes(), at + 64 * 6, Problem::TooDeep, "");
    // Never closed: in lines only its line is lost, elsewhere the text ends within it.
    let (open, _) = with("request", &"[".repeat(100_000));
    let (_, data) = load(format!("{}\n{open}\n{}\n", call(1), call(2)).as_bytes()).expect("two good calls");
    assert_eq!((data.calls, only(&data).problem), (2, Problem::TooDeep));
    let (_, data) = load(format!("[{},\n{open}", call(1)).as_bytes()).expect("one good call");
    assert_eq!((data.calls, data.cut_short.map(|c| c.problem)), (1, Some(Problem::EndsEarly)));
}

#[test]
fn a_line_break_in_a_string_ends_the_call_there() {
    let (a, b, c) = (call(1), call(2), call(3));
    let broken = r#"{"time":1714564800,"service":"half"#;
    for (open, comma, close) in
        [("[\n", ",", "\n]"), ("{\"format\":\"callscope/1\",\"calls\":[\n", ",", "\n]}"), ("", "", "\n"), ("[\n  ", ",", "]")]
    {
        let before = format!("{open}{a}{comma}\n{broken}");
        let text = format!("{before}\n of a name\"}}{comma}\n{b}{comma}\n{c}{close}");
        let (_, data) = load(text.as_bytes()).expect("three good calls");
        assert_eq!((data.calls, &data.cut_short), (3, &None), "{text}");
        let first = &data.rejected.samples[0];
        let lines = before.matches('\n').count() as u64 + 1;
        let problem = if open.is_empty() { Problem::EndsEarly } else { Problem::LineBreakInString };
        assert_eq!((first.problem, first.place), (problem, Place { line: lines, byte: before.len() as u64, call: 2 }), "{text}");
    }
}

#[test]
fn a_broken_line_never_swallows_the_next() {
    for broken in [
        r#"{"time":1714564800,"serv"#,
        r#"{"time":1,"a":[1,"#,
        r#"{"time":1,"a":{"#,
        "{",
        "}",
        "]",
        "nonsense",
        r#"{"a":]"#,
        r#"{"a"}"#,
    ] {
        for place in 0..3 {
            let mut lines = vec![call(1), call(2)];
            lines.insert(place, broken.to_owned());
            // A lone bracket as the first line is a pretty-printed object's or no feed at all.
            if place == 0 && !(broken.starts_with('{') && broken.len() > 1) {
                continue;
            }
            let (_, data) =
                load((lines.join("\r\n") + "\r\n").as_bytes()).unwrap_or_else(|f| panic!("{broken} at {place}: {f:?}"));
            assert_eq!((data.calls, data.rejected.count), (2, 1), "{broken} at {place}: {:?}", data.rejected);
            assert_eq!(data.rejected.samples[0].place.line, place as u64 + 1, "{broken} at {place}");
        }
    }
}

#[test]
fn a_service_may_be_named_as_markup() {
    let text = r#"{"time":1714564800,"service":"<img src=x onerror=alert(1)>","status":200}"#;
    let (_, data) = load(text.as_bytes()).expect("a good call");
    assert_eq!(data.services[0].name, "<img src=x onerror=alert(1)>");
}
