//! What is said of files that give no call, of members of which nothing was read, and of damage: what is so, with the name of the file.

use callscope::engine::load::Loader;
use callscope::i18n::{Lang, states};
use callscope::model::NotCalls;
use callscope::wire::{DataSet, LoadCause, LoadFailure, Problem};
use flate2::{Compression, write::GzEncoder};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

const CALLS: &str =
    "{\"time\":1774516500,\"service\":\"chat\",\"status\":200}\n{\"time\":1774516501,\"service\":\"chat\",\"status\":200}\n";

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn load(files: &[(&str, &[u8])]) -> Result<DataSet, Box<LoadFailure>> {
    let name = if files.len() > 1 { format!("{} files", files.len()) } else { files[0].0.to_owned() };
    let mut loader = Loader::new(name, false, None);
    for (name, bytes) in files {
        if files.len() > 1 {
            loader.file(name, None);
        }
        loader.push(bytes).map_err(Box::new)?;
    }
    loader.finish().map(|(_, data)| data).map_err(Box::new)
}

fn refused(files: &[(&str, &[u8])]) -> LoadFailure {
    *load(files).expect_err("it has no calls")
}

/// What is said of a file alone.
fn said(bytes: &[u8]) -> String {
    let failure = refused(&[("x", bytes)]);
    states::fact(Lang::En, failure.cause, &failure.name)
}

#[test]
fn a_file_without_calls_is_called_what_it_is() {
    let trace =
        r#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"a","kind":2,"startTimeUnixNano":"1774516500000000000"}]}]}]}"#;
    for (text, want) in [
        ("[]", "x contains no records."),
        (r#"{"format":"callscope/1","calls":[]}"#, "x contains no records."),
        ("time,service,status\n", "x contains no records."),
        (trace, "x contains records, but none of them is a call."),
        (r#"[{"when":1,"model":"m"}]"#, "x is JSON in an unknown format."),
        ("moment,squad,took\n1774516500,blue,2.5\n", "The columns of x are not a known format."),
        ("Dear all,\nthanks.\n", "x is not text in a known format."),
        (r#"{"status":"success","data":["le","job"]}"#, "x lists labels or series of Prometheus, not calls."),
        (
            r#"{"status":"success","data":{"resultType":"matrix","result":[]}}"#,
            "x is an answer of Prometheus without any series.",
        ),
        (r#"{"status":"error","errorType":"bad_data","error":"parse error"}"#, "x is an error message of Prometheus."),
        ("# TYPE a counter\na 1\n", "x contains metrics over time, not calls."),
        (r#"[{"time":"soon","service":"a","status":200}]"#, "No record of x could be read."),
    ] {
        assert_eq!(said(text.as_bytes()), want, "{text}");
    }
    let passed = refused(&[("x", trace.as_bytes())]);
    assert_eq!((passed.cause, passed.detail.as_str()), (LoadCause::PassedOver, "1 × spans of servers and queues"));
    // Reasons are only listed where there are any.
    for (text, reasons) in [("[]", 0), (r#"[{"time":"soon","service":"a","status":200}]"#, 1)] {
        let failure = refused(&[("x", text.as_bytes())]);
        let words = states::cause(Lang::En, failure.cause).contains("reasons are listed");
        assert_eq!((failure.rejected.reasons.len(), words), (reasons, reasons > 0), "{text}");
    }
}

#[test]
fn of_several_files_the_one_at_fault_is_named() {
    let failure = refused(&[("a.csv", b"moment,squad\n1,blue\n"), ("b.json", b"[]")]);
    assert_eq!((failure.name.as_str(), failure.cause), ("a.csv", LoadCause::OtherTable));
    assert_eq!(failure.detail, "a.csv: moment,squad 1,blue \nb.json: []");
    let failure = refused(&[("a.json", b"[]"), ("b.json", br#"[{"time":"soon","service":"a","status":200}]"#)]);
    assert_eq!((failure.name.as_str(), failure.cause), ("b.json", LoadCause::NoCalls));
    let report = br#"{"object":"page","data":[{"object":"bucket","start_time":1,"results":[{"object":"organization.usage.completions.result","num_model_requests":4}]}]}"#;
    let failure = refused(&[("usage.zip", &archive(&[("out/usage.json", report)]))]);
    assert_eq!((failure.name.as_str(), failure.cause), ("out/usage.json", LoadCause::NotCalls(NotCalls::OpenAiUsage)));
}

#[test]
fn members_of_which_nothing_was_read_are_told() {
    let unread = |data: &DataSet| data.unread().iter().map(|part| (part.name.clone(), part.failure)).collect::<Vec<_>>();
    let data = load(&[("calls.ndjson", CALLS.as_bytes()), ("notes.txt", b"hello"), ("none.json", b"[]")]).unwrap();
    assert_eq!(unread(&data), [("notes.txt".into(), Some(LoadCause::OtherContent)), ("none.json".into(), None)]);
    let inner = archive(&[("more.ndjson", CALLS.as_bytes())]);
    let outer = archive(&[("calls.ndjson", CALLS.as_bytes()), ("inner.zip", &inner), ("a/b.csv", b"x,y\n1,2\n")]);
    let data = load(&[("all.zip", &outer)]).unwrap();
    let want = [("inner.zip".into(), Some(LoadCause::Archive)), ("a/b.csv".into(), Some(LoadCause::OtherTable))];
    assert_eq!((data.calls, unread(&data)), (2, want.to_vec()));
    assert_eq!(unread(&load(&[("calls.ndjson", CALLS.as_bytes())]).unwrap()), []);
}

#[test]
fn damage_is_called_what_it_is_and_of_which_file() {
    let whole = gzip(CALLS);
    let changed = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        bytes
    };
    let trailing = [&whole[..], b"garbage"].concat();
    let cut = &whole[..whole.len() - 3];
    let mut unsound = archive(&[("calls.ndjson", CALLS.as_bytes())]);
    // The CRC-32 of the local header.
    unsound[14] ^= 1;
    for (bytes, problem, words, calls) in [
        (changed(whole.len() - 8), Problem::GzipChecksum, "b does not match its checksum.", 2),
        (trailing, Problem::GzipTrailing, "Other bytes follow the end of b.", 2),
        (cut.to_vec(), Problem::GzipEndsEarly, "b ends early.", 2),
        (CALLS.as_bytes()[..CALLS.len() - 9].to_vec(), Problem::EndsEarly, "b ends early.", 1),
        (unsound, Problem::ZipChecksum, "b/calls.ndjson does not match its checksum.", 2),
    ] {
        let data = load(&[("a", CALLS.as_bytes()), ("b", &bytes)]).unwrap();
        let damaged = data.damaged();
        assert_eq!(damaged.len(), 1, "{problem:?}");
        assert_eq!((damaged[0].failure, damaged[0].calls), (Some(LoadCause::Damaged(problem)), calls), "{problem:?}");
        assert_eq!(states::fact(Lang::En, LoadCause::Damaged(problem), &damaged[0].name), words);
        assert_eq!(data.cut_short.map(|cut| cut.problem), Some(problem));
        // Of which calls were read is not told as one of which nothing was.
        assert_eq!(data.parts.iter().filter(|part| part.calls == 0).count(), 0);
    }
    // An archive that breaks between its members has no member to name.
    let mut broken = archive(&[("calls.ndjson", CALLS.as_bytes())]);
    let central = broken.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    broken[central] = b'x';
    let data = load(&[("a", CALLS.as_bytes()), ("b.zip", &broken)]).unwrap();
    assert_eq!(data.damaged().iter().map(|part| part.name.as_str()).collect::<Vec<_>>(), ["b.zip"]);
    assert_eq!(data.calls, 4);
}
