//! A data set that was kept answers as the file did, and the size of a source is estimated from its beginning.

use callscope::engine::Engine;
use callscope::engine::load::added::AddedDataSet;
use callscope::engine::snapshot::{SnapshotLoader, writer};
use callscope::model::{Filter, Precision, Range};
use callscope::series::Zone;
use callscope::store::snapshot::{VERSION, VERSION_OLDEST};
use callscope::wire::{
    CallsQuery, DataSet, DetailsQuery, Estimate, FailedQuery, FromEngine, LoadCause, Query, Reply, RowsQuery, Selection,
};
use flate2::{Compression, write::GzEncoder};
use std::io::Write;
use std::path::Path;

fn loaded(message: Option<FromEngine>) -> DataSet {
    match message {
        Some(FromEngine::Loaded { data, .. }) => data,
        other => panic!("not loaded: {other:?}"),
    }
}

fn import(name: &str, bytes: &[u8]) -> (Engine, DataSet) {
    let mut engine = Engine::new();
    engine.begin(1, name, true, None);
    bytes.chunks(50_000).for_each(|chunk| assert_eq!(engine.push(1, chunk), None));
    let data = loaded(engine.finish(1));
    (engine, data)
}

fn keep(engine: &Engine, data: &DataSet) -> Vec<u8> {
    let (_, store) = engine.store().expect("something is loaded");
    writer(store, data, "kept", 5).expect("it can be written").all(store)
}

#[allow(clippy::result_large_err, reason = "as the engine hands failures on")]
fn reopen(bytes: &[u8], step: usize) -> (Engine, FromEngine) {
    let mut engine = Engine::new();
    engine.begin(2, "kept", false, None);
    let mut reopening = SnapshotLoader::new("kept", bytes.len() as u64);
    let opened = bytes.chunks(step).try_for_each(|piece| reopening.push(piece)).and_then(|()| reopening.finish());
    let message = engine.reopened(2, opened).expect("the load is under way");
    (engine, message)
}

/// Every answer there is over the whole span.
fn answers(engine: &mut Engine, data: &DataSet) -> Vec<Reply> {
    let range = Range { from_ms: data.oldest_ms, to_ms: data.newest_ms + 1 };
    let selection = Selection { range, before: None, filter: Filter::default(), zone: Zone::utc() };
    let precision = Precision::default_for(range);
    let mut queries = vec![
        Query::Calls(CallsQuery { selection: selection.clone(), precision }),
        Query::Rows(RowsQuery { selection: selection.clone(), from: 0, limit: 100_000 }),
    ];
    for service in &data.services {
        let (service, selection) = (service.name.clone(), selection.clone());
        queries.push(Query::Details(DetailsQuery { service: service.clone(), selection: selection.clone(), precision }));
        let (status, message, texts) = (None, None, 0);
        queries.push(Query::Failed(FailedQuery { service, selection, precision, status, message, texts, every_message: false }));
    }
    queries.iter().map(|query| engine.answer(query).expect("something is loaded")).collect()
}

fn shown(replies: &[Reply]) -> String {
    format!("{replies:?}")
}

#[test]
fn what_was_kept_answers_as_the_file_did() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/formats");
    for (name, step) in [("litellm_payload.jsonl", 7), ("azure_trace.csv", 5000), ("vllm_bench.json", 64), ("helicone.json", 999)]
    {
        let Ok(bytes) = std::fs::read(folder.join(name)) else { panic!("there is no fixture {name}") };
        let (mut engine, data) = import(name, &bytes);
        let kept = keep(&engine, &data);
        let (mut again, message) = reopen(&kept, step);
        let data_again = loaded(Some(message));
        assert_eq!(shown(&answers(&mut again, &data_again)), shown(&answers(&mut engine, &data)), "{name}");
        // A copy of a feed is no feed: its newest call is now.
        assert_eq!(data_again, DataSet { name: "kept".into(), live: false, ..data }, "{name}");
    }
}

/// Files, and which of them were kept before, read into one data set.
fn together(files: &[(&str, Vec<u8>, bool)]) -> (Engine, DataSet) {
    let mut engine = Engine::new();
    engine.begin(7, "together", false, None);
    for (name, bytes, kept) in files {
        if *kept {
            let (one, data) = import(name, bytes);
            let kept = keep(&one, &data);
            let mut reopening = SnapshotLoader::new(name, kept.len() as u64);
            reopening.push(&kept).expect("it was just kept");
            let (store, set) = reopening.finish().expect("it was just kept");
            let mut adding = AddedDataSet::new(store, DataSet { name: (*name).to_owned(), ..set });
            while engine.add(7, &mut adding) {}
        } else {
            engine.file(7, name, None);
            bytes.chunks(4_000).for_each(|chunk| assert_eq!(engine.push(7, chunk), None));
        }
    }
    let data = loaded(engine.finish(7));
    (engine, data)
}

#[test]
fn what_was_kept_is_added_to_other_files_as_if_it_was_one() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/formats");
    let file = |name: &'static str| (name, std::fs::read(folder.join(name)).expect("the fixture is there"));
    let broken = feed(30)
        .replace("\"status\":200", "\"status\":20")
        .replace("\"time\"", "\"unheard\":1,\"inference_type\":\"batch\",\"time\"");
    let files = [
        file("litellm_payload.jsonl"),
        ("feed.ndjson", broken.into_bytes()),
        file("azure_trace.csv"),
        ("again.ndjson", feed(50).into_bytes()),
        file("helicone.json"),
    ];
    let with = |kept: u32| {
        let files: Vec<_> = files.iter().zip(0..).map(|((name, bytes), i)| (*name, bytes.clone(), kept >> i & 1 == 1)).collect();
        together(&files)
    };
    let (mut plain, wanted) = with(0);
    let answers_wanted = shown(&answers(&mut plain, &wanted));
    assert!(wanted.rejected.count > 0 && !wanted.unknown_fields.is_empty());
    for kept in 1..32 {
        let (mut engine, data) = with(kept);
        let got = shown(&answers(&mut engine, &data));
        if let Some(at) = got.bytes().zip(answers_wanted.bytes()).position(|(a, b)| a != b) {
            let around =
                |text: &str| text.as_bytes()[at.saturating_sub(200)..text.len().min(at + 100)].escape_ascii().to_string();
            panic!("kept {kept:b}: {} ≠ {}", around(&got), around(&answers_wanted));
        }
        let facts = |set: &DataSet| {
            let mut parts: Vec<_> =
                set.parts.iter().map(|part| (part.name.clone(), part.calls, part.rejected, part.format.clone())).collect();
            parts.sort_by(|a, b| a.0.cmp(&b.0));
            let mut unknown = set.unknown_fields.clone();
            unknown.sort();
            let mut services = set.services.clone();
            services.sort_by(|a, b| a.name.cmp(&b.name));
            (
                set.calls,
                set.bytes,
                set.oldest_ms,
                set.newest_ms,
                services,
                set.dims.clone(),
                set.rejected.count,
                set.rejected.reasons.clone(),
                unknown,
                format!("{parts:?}"),
            )
        };
        assert_eq!(facts(&data), facts(&wanted), "{kept:b}");
        assert_eq!(data.rejected.samples.len(), wanted.rejected.samples.len());
    }
}

#[test]
#[allow(clippy::result_large_err, reason = "as the engine hands failures on")]
fn what_cannot_be_read_leaves_what_is_loaded() {
    let (mut engine, data) = import("feed", feed(30).as_bytes());
    let kept = keep(&engine, &data);
    let before = shown(&answers(&mut engine, &data));
    for cut in [0, 10, 100, kept.len() / 2, kept.len() - 1] {
        engine.begin(3, "kept", false, None);
        let mut reopening = SnapshotLoader::new("kept", cut as u64);
        let opened = reopening.push(&kept[..cut]).and_then(|()| reopening.finish());
        let Some(FromEngine::LoadFailed { failure, kept: true, .. }) = engine.reopened(3, opened) else {
            panic!("it was cut at {cut}")
        };
        assert_eq!((failure.cause, failure.detail.is_empty()), (LoadCause::KeptBroken, false));
    }
    assert_eq!(shown(&answers(&mut engine, &data)), before);
}

/// The layout is what earlier versions of the console kept: a change of it, or of what is known of a data set, increases the version
/// (`store::snapshot::VERSION`), writes a file of the new one and sees to it that the older ones still open.
#[test]
fn what_an_earlier_console_kept_is_opened() {
    let file = |version| Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/snapshots/v{version}.bin"));
    let (mut engine, data) = import("feed", feed(30).as_bytes());
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(file(VERSION), keep(&engine, &data)).expect("the fixture can be written");
    }
    for version in VERSION_OLDEST..=VERSION {
        let bytes = std::fs::read(file(version)).expect("the fixture is there");
        let (mut again, message) = reopen(&bytes, 100);
        let data_again = loaded(Some(message));
        assert_eq!(shown(&answers(&mut again, &data_again)), shown(&answers(&mut engine, &data)), "version {version}");
        // Whatever it was kept by, it is held as it would be now.
        assert!(keep(&again, &data) == keep(&engine, &data), "the layout of version {version}");
    }
    assert!(std::fs::read(file(VERSION)).expect("the fixture is there") == keep(&engine, &data), "the layout has changed");
}

/// Calls of our own format, one a line, about 300 bytes each.
fn feed(calls: usize) -> String {
    let mut out = String::new();
    let mut seed = 7_u64;
    for i in 0..calls {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let r = seed >> 33;
        let (service, key, status) = (r % 12, r % 400, if r.is_multiple_of(41) { 429 } else { 200 });
        out.push_str(&format!(
            "{{\"time\":{},\"service\":\"service-{service}\",\"status\":{status},\"model\":\"model-{}\",\"api_key\":\"key-{key}\",\"ip\":\"192.0.2.{}\",\
             \"input_tokens\":{},\"output_tokens\":{},\"latency_ms\":{},\"ttft_ms\":{},\"stream\":true,\"request_id\":\"req-{seed:016x}\"}}\n",
            1_770_000_000_000_u64 + i as u64 * 700,
            service % 5,
            r % 250,
            r % 9000,
            r % 700,
            r % 30_000,
            r % 900,
        ));
    }
    out
}

#[test]
fn a_source_is_estimated_from_its_beginning() {
    let plain = feed(120_000);
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(plain.as_bytes()).expect("memory takes it");
    for (name, bytes) in [("plain", plain.into_bytes()), ("packed", packed.finish().expect("memory takes it"))] {
        let mut engine = Engine::new();
        engine.begin(1, name, false, None);
        let mut told = None::<Estimate>;
        for chunk in bytes.chunks(64 * 1024) {
            assert_eq!(engine.push(1, chunk), None);
            let progress = engine.progress(1).expect("it is under way");
            let progress = callscope::wire::Progress { bytes_total: Some(bytes.len() as u64), ..progress };
            told = told.or_else(|| progress.estimate());
        }
        let told = told.unwrap_or_else(|| panic!("{name}: {} bytes are enough", bytes.len()));
        let data = loaded(engine.finish(1));
        let near = |told: u64, real: u64| (told as f64 / real as f64 - 1.0).abs() < 0.1;
        assert!(near(told.calls, data.calls), "{name}: {} for {} calls", told.calls, data.calls);
        assert!(near(told.memory_bytes, data.memory_bytes), "{name}: {} for {} bytes", told.memory_bytes, data.memory_bytes);
    }
}
