//! Calls that several files of a source hold: reported, and counted once where that is wanted.

use super::support::folder;
use callscope::engine::Engine;
use callscope::engine::load::{Loader, added::AddedDataSet};
use callscope::store::Store;
use callscope::wire::{DataSet, FromEngine, RepeatedCalls};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use std::io::Write;

fn loaded(files: &[(&str, &[u8])], once: bool) -> (Store, DataSet) {
    let mut loader = Loader::new("files", false, None).once(once);
    for (name, bytes) in files {
        loader.file(name, None);
        // Cut so that a file's end and the next one's beginning never meet in one push.
        bytes.chunks(1000).for_each(|chunk| loader.push(chunk).expect("the file is sound"));
    }
    loader.finish().expect("there are calls")
}

/// Calls each way, and the repeats that are reported.
fn counted(files: &[(&str, &[u8])]) -> (usize, usize, u64) {
    let (each, told) = loaded(files, false);
    let (once, told_once) = loaded(files, true);
    assert_eq!((told.calls, told_once.calls), (each.len() as u64, once.len() as u64));
    assert_eq!(told_once.repeated, RepeatedCalls { once: true, ..told.repeated });
    assert!(!told.repeated.once);
    (each.len(), once.len(), told.repeated.calls)
}

fn lines(numbers: std::ops::Range<i64>, ids: bool) -> Vec<u8> {
    let line = |n: i64| {
        let mut call = json!({ "time": 1_773_297_420_000 + n / 3 * 1000, "service": format!("s{}", n % 2), "status": 200, "input_tokens": n });
        if ids {
            call["request_id"] = json!(format!("req-{n:08x}"));
        }
        format!("{call}\n")
    };
    numbers.map(line).collect::<String>().into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(bytes).expect("memory takes all");
    packed.finish().expect("memory takes all")
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).expect("the fixture is in the repository")
}

#[test]
fn two_files_that_share_calls_and_a_file_beside_its_packed_copy() {
    for ids in [true, false] {
        let (a, b) = (lines(0..300, ids), lines(200..600, ids));
        assert_eq!(counted(&[("a", &a), ("b", &b)]), (700, 600, 100), "ids: {ids}");
        assert_eq!(counted(&[("a", &a), ("a.gz", &gzip(&a))]), (600, 300, 300), "ids: {ids}");
        assert_eq!(counted(&[("a", &a)]), (300, 300, 0), "ids: {ids}");
        // What is there twice in one file stays.
        let twice = [&*a, &*a].concat();
        assert_eq!(counted(&[("twice", &twice)]), (600, 600, 0), "ids: {ids}");
        assert_eq!(counted(&[("twice", &twice), ("a", &a)]), (900, 600, 300), "ids: {ids}");
        // Without ids, calls that differ in one field are two.
        let other = String::from_utf8(a.clone()).expect("JSON is UTF-8").replace("\"status\":200", "\"status\":201").into_bytes();
        assert_eq!(counted(&[("a", &a), ("other", &other)]).1, if ids { 300 } else { 600 });
    }
}

#[test]
fn members_of_an_archive_are_files() {
    let (zip, envoy) = (fixture("archives/seekable.zip"), fixture("envoy.jsonl"));
    assert_eq!(counted(&[("all.zip", &zip)]), (15, 15, 0));
    assert_eq!(counted(&[("all.zip", &zip), ("envoy.jsonl", &envoy)]), (18, 15, 3));
    assert_eq!(counted(&[("all.zip", &zip), ("again.zip", &zip)]), (30, 15, 15));
}

#[test]
fn spend_logs_and_logging_payloads_of_the_same_traffic() {
    let spend = fixture("litellm_spend.json");
    let rows: Vec<Value> = serde_json::from_slice(&spend).expect("the fixture is JSON");
    let payloads = fixture("litellm_payload.jsonl");
    let first = payloads.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let payload: Value = serde_json::from_slice(first).expect("the fixture is JSON");
    // A payload's `id` is what the spend log has as `request_id`; `litellm_call_id` may be another.
    let of = |row: &Value| {
        let mut payload = payload.clone();
        payload["id"] = row["request_id"].clone();
        format!("{payload}\n")
    };
    let same: String = rows.iter().map(of).collect();
    let (each, once, repeats) = counted(&[("spend.json", &spend), ("payloads.jsonl", same.as_bytes())]);
    assert_eq!((each, once, repeats), (rows.len() * 2, rows.len(), rows.len() as u64));
}

#[test]
fn calls_that_were_kept_are_a_member() {
    let (a, b) = (lines(0..300, false), lines(200..600, false));
    for once in [false, true] {
        let mut engine = Engine::new();
        engine.begin(1, "both", false, None);
        if once {
            engine.once(1);
        }
        engine.file(1, "b", None);
        assert!(engine.push(1, &b).is_none());
        let (store, set) = loaded(&[("a", &a)], false);
        let mut adding = AddedDataSet::new(store, set);
        while engine.add(1, &mut adding) {}
        let Some(FromEngine::Loaded { data, .. }) = engine.finish(1) else { panic!("it loads") };
        assert_eq!((data.calls, data.repeated), (if once { 600 } else { 700 }, RepeatedCalls { calls: 100, once }));
    }
}
