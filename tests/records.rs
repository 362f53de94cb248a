//! The record of every call is found again in its file: where one read of the whole file has it, whatever the text, its chunks, the segments that others
//! read of it, and calls that are the same in all that is held of them.

use crate::feed::befalls::{BEFALLS, SHAPES, alike, befall, shaped};
use crate::feed::writer::Writer;
use callscope::engine::Engine;
use callscope::engine::load::segment::{ParsedSegment, SegmentParser};
use callscope::engine::load::segment_request::SegmentRequest;
use callscope::engine::once;
use callscope::engine::record::{ByteRange, RecordPlace};
use callscope::ingest::importer::Sink;
use callscope::ingest::source_reader::{Choice, SourceReader};
use callscope::ingest::split_point::cut;
use callscope::model::limits::RECORD_SHOWN_BYTES;
use callscope::model::{Call, Filter, Place, Range, RecordError};
use callscope::series::Zone;
use callscope::source::calls::StoreIndex;
use callscope::wire::record::{NoRecord, Record, RecordAsk};
use callscope::wire::{FromEngine, ListQuery, ListSort, Selection};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Places of a file's calls, by service, in order of time.
#[derive(Default)]
struct Naive {
    file: u32,
    calls: BTreeMap<String, Vec<(i64, u32, Place)>>,
}

impl Sink for Naive {
    fn call(&mut self, call: &Call<'_>, place: Place) {
        self.calls.entry(call.service.to_owned()).or_default().push((call.time_ms, self.file, place));
    }

    fn reject(&mut self, _: RecordError) {}
}

impl Naive {
    fn of(files: &[&[u8]]) -> Self {
        let mut naive = Self::default();
        for (file, text) in files.iter().enumerate() {
            naive.file = file as u32;
            let mut source = SourceReader::new(Choice::Detect);
            let _ = source.push(text, &mut naive);
            source.finish(&mut naive);
        }
        naive.calls.values_mut().for_each(|calls| calls.sort_by_key(|call| call.0));
        naive
    }
}

/// Reads files, each with a name where there are several, with a checkpoint each so many bytes.
fn read(files: &[&[u8]], every: u64, chunk: usize) -> Engine {
    let mut engine = Engine::new();
    engine.begin(1, "files", false, None);
    for (file, text) in files.iter().enumerate() {
        engine.checkpoint_every(1, Ok(file as u32), every);
        if files.len() > 1 {
            engine.file(1, &format!("file {file}"), None);
        }
        for piece in text.chunks(chunk) {
            engine.push(1, piece);
        }
    }
    engine
}

fn end(mut engine: Engine) -> Engine {
    assert!(matches!(engine.finish(1), Some(FromEngine::Loaded { .. })));
    engine
}

/// Looks for the record of a row as the worker does, in files as they are now.
fn find(
    engine: &Engine,
    files: &[&[u8]],
    (service, row): (usize, usize),
    chunk: usize,
) -> Result<(RecordPlace, Record), NoRecord> {
    let mut search = engine.search_row(service, row)?;
    while let Some(ByteRange { file, from, to }) = search.begin() {
        let text = files[file as usize];
        let (from, to) = ((from as usize).min(text.len()), (to as usize).min(text.len()));
        let found = text[from..to].chunks(chunk).find_map(|piece| search.push(piece));
        if let Some(found) = found.or_else(|| search.end()) {
            let ByteRange { file, from, to } = found.bytes;
            let bytes = &files[file as usize][from as usize..to as usize];
            return Ok((found, search.record(&found, format!("file {file}"), bytes)));
        }
    }
    Err(NoRecord::Changed)
}

/// All rows, each with its service.
fn rows(engine: &Engine) -> Vec<(usize, usize)> {
    let (_, store) = engine.store().expect("something is loaded");
    (0..store.services())
        .flat_map(|service| store.service_rows(service).into_iter().flatten().map(move |row| (service, row)))
        .collect()
}

/// Every row's record is where the naive read has it.
#[track_caller]
fn all_found(engine: &Engine, files: &[&[u8]], chunk: usize) {
    let naive = Naive::of(files);
    let (_, store) = engine.store().expect("something is loaded");
    let mut nth = 0;
    let mut last = None;
    for (service, row) in rows(engine) {
        nth = if last == Some(service) { nth + 1 } else { 0 };
        last = Some(service);
        let (_, file, place) = naive.calls[store.service_name(service)][nth];
        let (found, record) = find(engine, files, (service, row), chunk).expect("it is there");
        let got = (found.bytes.file, found.bytes.from, found.line, found.alike);
        assert_eq!(got, (file, place.byte, place.line, 1), "row {row}: {record:?}");
        assert!(record.rest.text.contains("status"), "{record:?}");
    }
    assert_eq!(rows(engine).len(), naive.calls.values().map(Vec::len).sum::<usize>());
}

/// Reads a text of whose segments others read some.
fn beside(text: &[u8], every: u64, wanted: &[usize], others: impl Fn(usize) -> bool, within: usize) -> (Engine, usize) {
    let mut engine = read(&[b""], every, 1);
    let cut_at = |ask: &SegmentRequest, want: usize| {
        let from = want.saturating_sub(within);
        cut(&text[from..want], ask.by_lines()).map(|n| from + n)
    };
    let (mut at, mut taken) = (0, 0);
    for (n, &want) in wanted.iter().enumerate() {
        let ask = engine.segment_request(1);
        if let Some(ask) = ask
            && others(n)
            && let Some(to) = cut_at(&ask, want).filter(|&to| to > at)
            && let Some(segment) = segment(&ask, &text[at..to])
            && engine.accept_segment(1, &ask, &segment)
        {
            (at, taken) = (to, taken + 1);
            continue;
        }
        let end =
            [true, false].into_iter().find_map(|lines| cut(&text[at..want.max(at)], lines)).map_or(want.max(at), |n| at + n);
        engine.push(1, &text[at..end]);
        at = end;
    }
    engine.push(1, &text[at..]);
    (engine, taken)
}

fn segment(ask: &SegmentRequest, bytes: &[u8]) -> Option<ParsedSegment> {
    let mut reading = SegmentParser::new(ask)?;
    if !bytes.chunks(1000).all(|piece| reading.push(piece)) {
        return None;
    }
    ParsedSegment::of_bytes(&reading.finish()?.to_bytes()?)
}

/// Calls with what was said in them.
fn said(seed: u64, calls: u64) -> Vec<String> {
    let lines = alike(seed, calls).into_iter().enumerate();
    lines
        .map(|(i, line)| line.replacen('{', &format!("{{\"request\":{{\"messages\":[\"q{i}\"]}},\"response\":\"a\\n{i}\","), 1))
        .collect()
}

#[test]
fn every_shape_is_marked_and_every_record_found() {
    for shape in 0..SHAPES.len() {
        let text = shaped(&said(5, 300), shape);
        let engine = end(read(&[&text], 5_000, 7_000));
        all_found(&engine, &[&text], 999);
        // It takes no more than what lies between two checkpoints.
        let mut search = engine.search_row(0, 0).expect("it is marked");
        let ByteRange { from, to, .. } = search.begin().expect("it is marked");
        // At the beginning it is first to be told what the text is.
        assert!(to - from < 15_000, "shape {shape}: {from} to {to}");
    }
}

#[test]
fn pretty_documents_are_marked_too() {
    let calls: Vec<serde_json::Value> = said(6, 200).iter().map(|line| serde_json::from_str(line).expect("sound")).collect();
    let text = serde_json::to_string_pretty(&serde_json::json!({ "format": "callscope/1", "calls": calls })).expect("sound");
    let text = text.replace('\n', "\r\n").into_bytes();
    let engine = end(read(&[&text], 5_000, 7_000));
    all_found(&engine, &[&text], 999);
    let spans: Vec<u64> = rows(&engine)
        .into_iter()
        .filter_map(|(service, row)| engine.search_row(service, row).ok()?.begin())
        .map(|wanted| wanted.to - wanted.from)
        .collect();
    assert!(spans.iter().all(|&bytes| bytes < 12_000), "{spans:?}");
}

#[test]
fn several_files_and_calls_that_are_the_same() {
    let lines = said(7, 60);
    // The same calls once more: what was said in them differs, and nothing that is held.
    let again: Vec<String> = lines.iter().map(|line| line.replace("\"q", "\"other q")).collect();
    let (a, b) = (shaped(&[&lines[..], &lines[..9]].concat(), 0), shaped(&again, 5));
    let engine = end(read(&[&a, &b], 4_000, 3_000));
    all_found(&engine, &[&a, &b], 500);
}

#[test]
fn tables_and_documents_of_others() {
    let rows_of: String =
        (0..500).map(|i| format!("2023-11-16 18:{:02}:{:02}.6805900,{i},{}\r\n", i / 60 % 60, i % 60, i % 300)).collect();
    let text = ["\u{feff}TIMESTAMP,ContextTokens,GeneratedTokens\r\n", &rows_of].concat().into_bytes();
    let engine = end(read(&[&text], 1_000, 700));
    for (nth, place) in rows(&engine).into_iter().zip(Naive::of(&[&text]).calls.into_values().flatten()) {
        let (found, record) = find(&engine, &[&text], nth, 300).expect("it is there");
        assert_eq!((found.bytes.from, found.line), (place.2.byte, place.2.line));
        let line = std::str::from_utf8(&text).expect("text").lines().nth(found.line as usize - 1);
        assert_eq!((record.request, Some(record.rest.text.as_str())), (None, line));
    }
    // Records that lie deep in a document are read from its beginning.
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/formats/otlp.jsonl");
    let text = std::fs::read(path).expect("a fixture");
    let engine = end(read(&[&text], 100, 64));
    for nth in rows(&engine) {
        let (found, record) = find(&engine, &[&text], nth, 64).expect("it is there");
        assert!(text[found.bytes.from as usize..].starts_with(b"{") && record.rest.text.contains("\"spanId\""), "{record:?}");
    }
}

#[test]
fn a_call_that_several_records_tell_is_found_at_the_first() {
    for name in ["openai_chunks.jsonl", "openai_batch.jsonl"] {
        let path = format!("{}/tests/fixtures/formats/{name}", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read(path).expect("a fixture");
        let engine = end(read(&[&text], 100, 64));
        let naive: Vec<_> = Naive::of(&[&text]).calls.into_values().flatten().collect();
        assert_eq!(rows(&engine).len(), naive.len());
        for nth in rows(&engine) {
            let (found, _) = find(&engine, &[&text], nth, 64).expect("it is there");
            assert!(naive.iter().any(|call| (call.2.byte, call.2.line) == (found.bytes.from, found.line)), "{name}: {found:?}");
        }
    }
}

#[test]
fn what_is_said_is_shown_apart_and_no_more_of_it_than_there_is_room_for() {
    let long = "é".repeat(RECORD_SHOWN_BYTES);
    let lines = said(8, 3);
    let long = lines[1].replace("\"a\\n1\"", &format!("[\"{long}\"]"));
    let text = shaped(&[lines[0].clone(), long, lines[2].clone()], 2);
    let engine = end(read(&[&text], 100, 1 << 20));
    all_found(&engine, &[&text], 1 << 16);
    let mut records: Vec<Record> =
        rows(&engine).into_iter().map(|at| find(&engine, &[&text], at, 1 << 20).expect("there").1).collect();
    records.sort_by_key(|record| record.byte);
    let request = |record: &Record| record.request.clone().expect("it has one").text;
    assert_eq!(request(&records[0]), "{\n  \"messages\": [\n    \"q0\"\n  ]\n}");
    assert_eq!(records[2].response.clone().expect("it has one").text, "\"a\\n2\"");
    assert!(records.iter().all(|record| !record.rest.text.contains("messages") && record.rest.left_out == 0));
    let cut = records[1].response.clone().expect("it has one");
    assert!(cut.text.len() <= RECORD_SHOWN_BYTES + 4 && cut.left_out > RECORD_SHOWN_BYTES as u64 / 2, "{}", cut.left_out);
}

#[test]
fn a_file_that_has_changed_is_told() {
    let text = shaped(&said(9, 80), 0);
    let engine = end(read(&[&text], 4_000, 3_000));
    let changed = String::from_utf8(text.clone())
        .expect("text")
        .replace("\"status\":", "\"status\": ")
        .replace("latency_ms\":", "latency_ms\":1");
    for at in rows(&engine).into_iter().take(20) {
        assert_eq!(find(&engine, &[changed.as_bytes()], at, 700).err(), Some(NoRecord::Changed));
        assert_eq!(find(&engine, &[b""], at, 700).err(), Some(NoRecord::Changed));
        assert_eq!(find(&engine, &[&vec![0xff; text.len()]], at, 700).err(), Some(NoRecord::Changed));
    }
}

#[test]
fn what_is_in_no_file_that_can_be_read_again_is_told() {
    let text = shaped(&said(10, 20), 0);
    let (service, row) = (0, 0);
    let load = |text: &[u8], file: Option<Result<u32, NoRecord>>| {
        let mut engine = Engine::new();
        engine.begin(1, "text", false, None);
        if let Some(file) = file {
            engine.checkpoint(1, file);
        }
        engine.push(1, text);
        end(engine).search_row(service, row).err()
    };
    assert_eq!(load(&text, None), Some(NoRecord::NoFile));
    assert_eq!(load(&text, Some(Err(NoRecord::NoFile))), Some(NoRecord::NoFile));
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, &text).expect("memory takes everything");
    assert_eq!(load(&gzip.finish().expect("likewise"), Some(Ok(0))), Some(NoRecord::Packed));
    let wide: Vec<u8> = std::str::from_utf8(&text).expect("text").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(load(&[&[0xff, 0xfe][..], &wide].concat(), Some(Ok(0))), Some(NoRecord::Packed));
    assert_eq!(load(&text, Some(Ok(0))), None);
}

#[test]
fn where_some_calls_are_in_no_file_the_first_that_looks_the_same_is_shown_and_how_many_do() {
    let lines = said(11, 20);
    let (a, b) = (shaped(&lines, 0), shaped(&lines[..5], 0));
    let mut engine = read(&[&a], 4_000, 3_000);
    engine.checkpoint_every(1, Err(NoRecord::NoFile), 4_000);
    engine.file(1, "elsewhere", None);
    engine.push(1, &b);
    let engine = end(engine);
    let alike: Vec<u64> = rows(&engine).into_iter().map(|at| find(&engine, &[&a], at, 999).expect("there").0.alike).collect();
    assert_eq!((alike.iter().filter(|&&n| n == 2).count(), alike.len()), (10, 25));
}

#[test]
fn a_call_is_named_by_its_place_in_the_list_and_by_how_it_is_shown() {
    let lines: Vec<String> = said(12, 200).iter().map(|line| line.replace("\"status\":200", "\"status\":503")).collect();
    let text = shaped(&lines, 0);
    let engine = end(read(&[&text], 4_000, 3_000));
    let (_, store) = engine.store().expect("loaded");
    let range = Range { from_ms: 0, to_ms: i64::MAX };
    let selection = Selection { range, before: None, filter: Filter::default(), zone: Zone::utc() };
    let service = store.service_name(1).to_owned();
    let list = |offset| ListQuery {
        service: service.clone(),
        selection: selection.clone(),
        status: Some(503),
        message: None,
        sort: ListSort::Time,
        descending: true,
        offset,
        limit: 1,
    };
    let failed: Vec<usize> = store.service_rows(1).expect("known").rev().filter(|&row| store.status(row) == 503).collect();
    for (offset, &row) in (0..).zip(&failed) {
        let ask = RecordAsk { list: list(offset), row: call_row(store, row) };
        let wanted = engine.search(&ask).expect("it is marked").begin();
        assert_eq!(wanted, engine.search_row(1, row).expect("it is marked").begin());
        let other = RecordAsk { list: list(offset + 1), ..ask };
        assert_eq!(engine.search(&other).err(), Some(NoRecord::Replaced));
    }
    assert_eq!(
        Engine::new().search(&RecordAsk { list: list(0), row: call_row(store, failed[0]) }).err(),
        Some(NoRecord::Replaced)
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_texts_cut_at_random(
        seed in any::<u64>(),
        calls in 10_u64..80,
        befalls in prop::collection::vec((any::<prop::sample::Index>(), 0..BEFALLS), 0..6),
        twice in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..6),
        shape in 0..SHAPES.len(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..10),
        others in any::<u16>(),
        within in 1_usize..3_000,
        every in prop_oneof![Just(1_u64), 1_u64..3_000, Just(100_000)],
        chunk in 1_usize..2_000,
    ) {
        let mut writer = Writer::new(seed);
        let mut lines = said(seed, calls);
        for (at, what) in befalls {
            let at = at.index(lines.len());
            if !lines[at].is_empty() {
                lines[at] = befall(&lines[at], what, &mut writer);
            }
        }
        for (from, to) in twice {
            lines[to.index(calls as usize)] = lines[from.index(calls as usize)].clone();
        }
        let text = shaped(&lines, shape);
        let mut wanted: Vec<usize> = cuts.into_iter().map(|cut| cut.index(text.len())).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let (mut engine, _) = beside(&text, every, &wanted, |n| others >> (n % 16) & 1 == 1, within);
        if matches!(engine.finish(1), Some(FromEngine::Loaded { .. })) {
            all_found(&engine, &[&text], chunk);
        }
        let mut engine = read(&[&text], every, chunk);
        if matches!(engine.finish(1), Some(FromEngine::Loaded { .. })) {
            all_found(&engine, &[&text], 4_096);
        }
    }
}

#[test]
fn others_mark_what_they_read() {
    let text = shaped(&said(13, 2_000), 0);
    let wanted: Vec<usize> = (1..).map(|n| n * 50_000).take_while(|&at| at < text.len()).collect();
    let (engine, taken) = beside(&text, 5_000, &wanted, |_| true, 64 * 1024);
    assert!(taken + 1 >= wanted.len(), "{taken} of {}", wanted.len());
    let engine = end(engine);
    all_found(&engine, &[&text], 10_000);
    for (service, row) in rows(&engine).into_iter().step_by(50) {
        let ByteRange { from, to, .. } = engine.search_row(service, row).expect("marked").begin().expect("marked");
        // The first segment was read in one go.
        assert!(to - from < 7_000 || from == 0, "{from} to {to}");
    }
}

fn call_row(store: &callscope::store::Store, row: usize) -> callscope::wire::CallRow {
    once::call_row(store, &StoreIndex::begun(store), row).expect("a row of the store")
}
