//! Segments of a text that are read beside each other, and put together, are the text read in one go: the same columns, counts, record errors and
//! places, whatever the text and wherever it is cut.

use crate::feed::befalls::{BEFALLS, SHAPES, alike, befall, shaped};
use crate::feed::writer::Writer;
use callscope::engine::load::Loader;
use callscope::engine::load::segment::{ParsedSegment, SegmentParser};
use callscope::engine::load::segment_request::SegmentRequest;
use callscope::ingest::registry;
use callscope::ingest::source_reader::Choice;
use callscope::ingest::split_point::cut;
use callscope::store::Store;
use callscope::store::snapshot::{Label, Writer as Kept};
use callscope::wire::{DataSet, LoadFailure};
use proptest::prelude::*;

/// All of a store.
fn bytes_of(store: &Store) -> Vec<u8> {
    let mut writer = Kept::new(store, &Label::default(), Vec::new());
    let (mut all, mut piece) = (Vec::new(), Vec::new());
    while writer.piece(store, &mut piece) {
        all.extend_from_slice(&piece);
    }
    all
}

type Loaded = Result<(Vec<u8>, DataSet), Box<LoadFailure>>;

fn end(loader: Loader) -> Loaded {
    loader.finish().map(|(store, set)| (bytes_of(&store), set)).map_err(Box::new)
}

fn loader(choice: Option<&str>) -> Loader {
    let choice = choice.and_then(registry::by_name).map_or(Choice::Detect, Choice::Format);
    Loader::new("a text", false, None).chosen(choice)
}

/// Reads a text in one go.
fn in_one_go(text: &[u8], choice: Option<&str>) -> Loaded {
    let mut loader = loader(choice);
    loader.push(text).map_err(Box::new)?;
    end(loader)
}

/// Reads a text as a worker does, of whose segments others read some: where each segment ends is wanted, and who reads it. How many segments others
/// read that counted comes with it.
fn beside(text: &[u8], choice: Option<&str>, wanted: &[usize], others: impl Fn(usize) -> bool, within: usize) -> (Loaded, usize) {
    let mut loader = loader(choice);
    let (mut at, mut taken, mut asked) = (0, 0, None::<SegmentRequest>);
    let cut_at = |ask: &SegmentRequest, want: usize| {
        let from = want.saturating_sub(within);
        cut(&text[from..want], ask.by_lines()).map(|n| from + n)
    };
    let mut before = 0;
    for (n, &want) in wanted.iter().chain([&text.len()]).enumerate() {
        let end;
        if let Some(ask) = &asked {
            end = cut_at(ask, want).filter(|&cut| cut >= at).unwrap_or(want);
            if others(n)
                && let (Some(from), Some(to)) = (cut_at(ask, before), cut_at(ask, want))
                && from < to
                && let Some(segment) = read(ask, &text[from..to])
                && from == at
                && loader.take(ask, &segment)
            {
                (at, before, taken) = (to, want, taken + 1);
                assert_eq!(segment.bytes() as usize, to - from);
                continue;
            }
        } else {
            // Until it is known what to ask for, segments are read up to where they may be cut.
            end = [true, false].into_iter().find_map(|lines| cut(&text[at..want], lines)).map_or(want, |n| at + n);
        }
        if let Err(failure) = loader.push(&text[at..end]) {
            return (Err(Box::new(failure)), taken);
        }
        (at, before) = (end, want);
        asked = asked.or_else(|| loader.segment_request());
    }
    if let Err(failure) = loader.push(&text[at..]) {
        return (Err(Box::new(failure)), taken);
    }
    (self::end(loader), taken)
}

/// What another makes of a segment, as it arrives.
fn read(ask: &SegmentRequest, bytes: &[u8]) -> Option<ParsedSegment> {
    let mut reading = SegmentParser::new(ask)?;
    for piece in bytes.chunks(1000) {
        if !reading.push(piece) {
            return None;
        }
    }
    let sent = reading.finish()?.to_bytes().expect("it is written");
    assert!(ParsedSegment::of_bytes(&sent[..sent.len() - 1]).is_none());
    Some(ParsedSegment::of_bytes(&sent).expect("it is read again"))
}

/// Segments of about so many bytes.
fn every(bytes: usize, text: &[u8]) -> Vec<usize> {
    (1..).map(|n| n * bytes).take_while(|&at| at < text.len()).collect()
}

#[track_caller]
fn same(text: &[u8], choice: Option<&str>, wanted: &[usize], others: impl Fn(usize) -> bool, within: usize) -> usize {
    let (got, taken) = beside(text, choice, wanted, others, within);
    let want = in_one_go(text, choice);
    match (got, want) {
        (Ok((got, told)), Ok((want, want_told))) => {
            assert_eq!(told, want_told, "{}", String::from_utf8_lossy(text));
            assert!(got == want, "{}", String::from_utf8_lossy(text));
        }
        (got, want) => assert_eq!(got.err(), want.err()),
    }
    taken
}

#[test]
fn others_read_all_but_the_first_segment_of_sound_lines() {
    let text = shaped(&alike(1, 3000), 0);
    let wanted = every(100_000, &text);
    assert_eq!(same(&text, None, &wanted, |_| true, 64 * 1024), wanted.len());
    assert!(same(&text, None, &wanted, |n| n % 2 == 0, 64 * 1024) >= wanted.len() / 2 - 1);
}

#[test]
fn and_of_arrays_with_and_without_lines() {
    for shape in 4..SHAPES.len() {
        let text = shaped(&alike(2, 3000), shape);
        let wanted = every(100_000, &text);
        // The last holds the array's end.
        assert!(same(&text, None, &wanted, |_| true, 64 * 1024) + 2 >= wanted.len(), "shape {shape}");
    }
}

#[test]
fn a_cut_that_only_looks_like_one_is_not_taken() {
    // Every comma between braces is within a call, or within a text.
    let nested = "\"request\":[{\"a\":1},{\"time\":1,\"service\":\"x\",\"status\":200},{\"b\":\"},{\"}],\"time\"";
    let lines: Vec<String> = alike(3, 400).iter().map(|line| line.replace("\"time\"", nested)).collect();
    for shape in [0, 4, 7] {
        let text = shaped(&lines, shape);
        same(&text, None, &every(10_000, &text), |_| true, 300);
    }
    // A line break within a quoted cell.
    let row = "2026-03-12 07:17:00.000,1,2,\"a\nb\"\"\n,\"\n";
    let text = ["TIMESTAMP,ContextTokens,GeneratedTokens,Note\n", &row.repeat(800)].concat().into_bytes();
    same(&text, Some("azure-trace"), &every(1_000, &text), |_| true, 40);
    for within in 1..40 {
        same(&text, Some("azure-trace"), &every(997, &text), |n| n % 3 > 0, within);
    }
}

#[test]
fn formats_of_others() {
    let lite = |i: u64| {
        let second = i % 60;
        let failed = if i.is_multiple_of(7) { "failure" } else { "success" };
        format!(
            "{{\"request_id\":\"r-{i}\",\"call_type\":\"acompletion\",\"startTime\":\"2026-03-12T07:17:{second:02}Z\",\
             \"endTime\":\"2026-03-12T07:18:{second:02}Z\",\"model\":\"m-{}\",\"api_key\":\"k{}\",\"spend\":0.1,\"total_tokens\":{},\
             \"prompt_tokens\":{i},\"completion_tokens\":7,\"status\":\"{failed}\"}}",
            i % 5,
            i % 3,
            i + 7
        )
    };
    let lines: Vec<String> = (0..2000).map(lite).collect();
    for shape in [0, 2, 4, 5] {
        let text = shaped(&lines, shape);
        let (loaded, taken) = beside(&text, None, &every(40_000, &text), |_| true, 64 * 1024);
        assert!(loaded.is_ok() && taken >= 8, "shape {shape}: {taken}");
        same(&text, None, &every(40_000, &text), |_| true, 64 * 1024);
    }
    let rows: String =
        (0..5000).map(|i| format!("2023-11-16 18:{:02}:{:02}.6805900,{i},{}\r\n", i / 60 % 60, i % 60, i % 300)).collect();
    let text = ["TIMESTAMP,ContextTokens,GeneratedTokens\r\n", &rows].concat().into_bytes();
    assert!(same(&text, None, &every(20_000, &text), |_| true, 64 * 1024) >= 8);
}

#[test]
fn calls_that_several_records_tell() {
    let chunk = |n: u64| {
        let usage = if n % 4 == 3 { r#"{"prompt_tokens":10,"completion_tokens":3}"# } else { "null" };
        // Two streams at once.
        let id = n / 8 * 2 + n % 2;
        format!(
            r#"{{"id":"c-{id}","object":"chat.completion.chunk","created":{},"model":"m","choices":[],"usage":{usage}}}"#,
            1_774_516_500 + n / 8
        )
    };
    let answer = |n: u64| {
        format!(
            r#"{{"id":"a-{n}","object":"chat.completion","created":{},"model":"m","usage":{{"prompt_tokens":1,"completion_tokens":{n}}}}}"#,
            1_774_516_000 + n
        )
    };
    let batch = |n: u64| match n % 5 {
        0 => format!(
            r#"{{"id":"b-{n}","custom_id":"{n}","response":{{"status_code":429,"body":{{"error":{{"code":"limit","message":"{n}"}}}}}},"error":null}}"#
        ),
        _ => format!(r#"{{"id":"b-{n}","custom_id":"{n}","response":{{"status_code":200,"body":{}}},"error":null}}"#, answer(n)),
    };
    for lines in [
        (0..2_000).map(chunk).collect::<Vec<String>>(),
        (0..1_000).map(batch).collect(),
        (0..700).map(answer).chain((0..700).map(chunk)).chain((0..700).map(batch)).collect(),
    ] {
        let text = shaped(&lines, 0);
        same(&text, Some("openai-responses"), &every(20_000, &text), |_| true, 64 * 1024);
        same(&text, Some("openai-responses"), &every(7_000, &text), |n| n % 3 > 0, 4 * 1024);
    }
}

#[test]
fn whatever_befalls_a_line() {
    let mut writer = Writer::new(4);
    for what in 0..BEFALLS {
        for shape in 0..SHAPES.len() {
            let mut lines = alike(what as u64, 60);
            for i in [20, 31, 32, 59] {
                lines[i] = befall(&lines[i], what, &mut writer);
            }
            let text = shaped(&lines, shape);
            same(&text, None, &every(3_000, &text), |_| true, 2_000);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_texts_cut_at_random(
        seed in any::<u64>(),
        calls in 10_u64..120,
        befalls in prop::collection::vec((any::<prop::sample::Index>(), 0..BEFALLS), 0..6),
        shape in 0..SHAPES.len(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        others in any::<u16>(),
        within in 1_usize..3_000,
        archived in 0..8,
    ) {
        let mut writer = Writer::new(seed);
        let mut lines = alike(seed, calls);
        for (at, what) in befalls {
            let at = at.index(lines.len());
            if !lines[at].is_empty() {
                lines[at] = befall(&lines[at], what, &mut writer);
            }
        }
        let mut text = shaped(&lines, shape);
        // Texts one after the other.
        if archived == 0 {
            text.extend_from_slice(&shaped(&lines, (shape + 1) % SHAPES.len()));
        }
        let mut wanted: Vec<usize> = cuts.into_iter().map(|cut| cut.index(text.len())).collect();
        wanted.sort_unstable();
        wanted.dedup();
        same(&text, None, &wanted, |n| others >> (n % 16) & 1 == 1, within);
    }
}
