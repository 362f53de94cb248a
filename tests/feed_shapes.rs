//! Feeds of every shape, cut and chunked anywhere, read the same; random calls read as an independent reading of the rules says.

#![expect(clippy::result_large_err, reason = "a failure is what is looked at here")]

use crate::feed::oracle::{Record, expect, of_row};
use crate::feed::writer::Writer;
use callscope::engine::load::Loader;
use callscope::series::Zone;
use callscope::store::Store;
use callscope::wire::{DataSet, LoadCause, LoadFailure, Problem, Rebase};
use proptest::prelude::*;

type Outcome = Result<(Store, DataSet), LoadFailure>;

fn load(bytes: &[u8], mut chunk: impl FnMut() -> usize) -> Outcome {
    let mut loader = Loader::new("test", false, None);
    let mut rest = bytes;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(chunk().clamp(1, rest.len()));
        loader.push(piece)?;
        rest = after;
    }
    loader.finish()
}

fn whole(bytes: &[u8]) -> Outcome {
    load(bytes, || usize::MAX)
}

fn summary(outcome: &Outcome) -> String {
    match outcome {
        Ok((store, data)) => {
            let rows: Vec<Record> =
                (0..store.services()).flat_map(|s| store.rows(s, ALWAYS).map(move |r| of_row(store, s, r))).collect();
            format!("{rows:?} {:?}", DataSet { memory_bytes: 0, ..data.clone() })
        }
        Err(failure) => format!("{failure:?}"),
    }
}

const ALWAYS: callscope::model::Range = callscope::model::Range { from_ms: i64::MIN, to_ms: i64::MAX };

const CALLS: [&str; 3] = [
    r#"{"time":"2024-05-01T12:00:00Z","service":"a","status":200,"note":"{[\"}"}"#,
    r#"{"status":503,"request":{"messages":[{"role":"user"},{}]},"service":"b","time":1714564801}"#,
    r#"{"service":"é\u00e9","time":1714564802000,"status":404,"error_message":"no ] here"}"#,
];

fn pretty(call: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(call).unwrap();
    serde_json::to_string_pretty(&value).unwrap()
}

/// Every shape with the same three calls, and where in the text each call ends.
fn shapes() -> Vec<(&'static str, String, Vec<usize>)> {
    let head =
        r#"{"format":"callscope/1","services":[{"name":"a","display_name":"Service A","type":"commercial"}],"source":"test","#;
    let line_head = head.replace("{\"name", "\n{\"name").replace("],", "\n],");
    let build = |open: &str, calls: Vec<String>, comma: &str, close: &str| {
        let (mut text, mut ends) = (open.to_owned(), Vec::new());
        for (i, call) in calls.iter().enumerate() {
            text += if i > 0 { comma } else { "" };
            text += call;
            ends.push(text.len());
        }
        (text + close, ends)
    };
    let plain = || CALLS.map(String::from).to_vec();
    let prettied = || CALLS.map(pretty).to_vec();
    [
        ("array", build("[", plain(), ",", "]")),
        ("array by lines", build("[\n", plain(), ",\n", "\n]\n")),
        ("pretty array", build("[\n", prettied(), ",\n", "\n]\n")),
        ("document", build(&format!("{head}\"calls\":["), plain(), ",", "]}")),
        ("document by lines", build(&format!("{line_head}\"calls\":[\n"), plain(), ",\n", "\n]}\n")),
        (
            "pretty document",
            build("{\n  \"x\": [\n{\n}\n],\n  \"format\": \"callscope/1\",\n  \"calls\": [\n", prettied(), ",\n", "\n]\n}\n"),
        ),
        (
            "calls before the rest",
            build("{\"calls\" : [", plain(), " , ", "],\"demonstration\":false,\"format\":\"callscope/1\"}"),
        ),
        ("lines", build("", plain(), "\n", "\n")),
        ("lines with returns, blanks and a mark", build("\u{feff}\r\n", plain(), "\r\n\r\n", "\r\n")),
        ("lines without the last break", build("", plain(), "\n", "")),
        ("pretty objects", build("", prettied(), "\n", "\n")),
        ("objects end to end", build("", plain(), "", "")),
        ("arrays end to end", build("[", plain(), "]\n[", "]")),
    ]
    .into_iter()
    .map(|(name, (text, ends))| (name, text, ends))
    .collect()
}

#[test]
fn every_shape_gives_the_same_calls() {
    let (want, _) = whole(shapes()[0].1.as_bytes()).expect("calls");
    for (name, text, _) in shapes() {
        let (store, data) = whole(text.as_bytes()).unwrap_or_else(|f| panic!("{name}: {f:?}"));
        assert_eq!((data.calls, data.rejected.count, &data.cut_short), (3, 0, &None), "{name}: {:?}", data.rejected);
        assert_eq!(store.times(), want.times(), "{name}");
        assert_eq!(data.unknown_fields, [("note".to_owned(), 1)], "{name}");
        let first = &data.services[0];
        let title = if name.starts_with("document") { "Service A" } else { "a" };
        assert_eq!((first.name.as_str(), first.title.as_str(), first.calls), ("a", title, 1), "{name}");
    }
}

#[test]
fn cut_at_every_byte_the_calls_before_stay() {
    for (name, text, ends) in shapes() {
        for cut in 0..text.len() {
            let complete = ends.iter().filter(|&&end| end <= cut).count() as u64;
            match whole(&text.as_bytes()[..cut]) {
                Ok((_, data)) => {
                    assert_eq!((data.calls, data.rejected.count), (complete, 0), "{name} cut at {cut}: {:?}", data.rejected);
                    if let Some(cut_short) = data.cut_short {
                        assert_eq!((cut_short.problem, cut_short.place.byte), (Problem::EndsEarly, cut as u64), "{name}");
                    } else {
                        // Only where calls are on their own is an end after one of them a whole source.
                        let alone = !name.contains("document") && !name.contains("rest");
                        assert!(alone || text.trim_end().len() <= cut, "{name} cut at {cut}");
                    }
                }
                Err(failure) => {
                    assert_eq!(complete, 0, "{name} cut at {cut}: {failure:?}");
                    // Half a byte order mark is nothing known; an object of which only an unknown field was read may be anything.
                    let allowed = match failure.cause {
                        LoadCause::Empty | LoadCause::NoCalls => true,
                        LoadCause::OtherContent => cut < 3,
                        LoadCause::OtherJson => {
                            ["note", "\"x\""].iter().any(|unknown| text.find(unknown).is_some_and(|at| at < cut))
                        }
                        _ => false,
                    };
                    assert!(allowed, "{name} cut at {cut}: {failure:?}");
                }
            }
        }
    }
}

#[test]
fn cut_anywhere_into_two_chunks_it_reads_the_same() {
    for (name, text, _) in shapes() {
        let want = summary(&whole(text.as_bytes()));
        for cut in 1..text.len() {
            let mut sizes = [cut].into_iter();
            let got = summary(&load(text.as_bytes(), || sizes.next().unwrap_or(usize::MAX)));
            assert_eq!(got, want, "{name} in two at {cut}");
        }
    }
}

#[test]
fn the_bundled_feeds_load_without_a_complaint() {
    for (name, at_least, demonstration) in [("demo", 50_000, true), ("azure-code-2023", 8_819, false)] {
        let path = format!("{}/public/feeds/{name}.json.gz", env!("CARGO_MANIFEST_DIR"));
        let (_, data) = load(&std::fs::read(path).unwrap(), || 64 * 1024).unwrap_or_else(|f| panic!("{name}: {f:?}"));
        assert!(data.calls >= at_least, "{name}: {}", data.calls);
        assert_eq!(
            (data.rejected.count, data.unknown_fields, data.cut_short, data.demonstration),
            (0, vec![], None, demonstration),
            "{name}"
        );
    }
}

#[test]
fn demonstration_data_moves_to_today() {
    let calls = ["2024-05-01T23:00:00Z", "2024-05-02T00:30:00Z", "2024-05-02T18:00:00Z"]
        .map(|t| format!(r#"{{"time":"{t}","service":"s","status":200}}"#))
        .join(",");
    let zone = Zone { name: "Asia/Shanghai".into(), offsets: vec![(i64::MIN, 8 * 3600)] };
    // 2026-03-10T12:00 in Shanghai.
    let now_ms = 1_773_115_200_000;
    for (demonstration, times) in [
        (true, vec![now_ms - 13 * 3_600_000, now_ms - 11 * 3_600_000 - 1_800_000]),
        (false, vec![1_714_604_400_000, 1_714_609_800_000, 1_714_672_800_000]),
    ] {
        let text = format!(r#"{{"format":"callscope/1","demonstration":{demonstration},"calls":[{calls}]}}"#);
        let mut loader = Loader::new("demo", true, Some(Rebase { now_ms, zone: zone.clone() }));
        loader.push(text.as_bytes()).unwrap();
        let (store, data) = loader.finish().unwrap();
        assert_eq!(
            (store.times().iter().collect::<Vec<_>>(), data.demonstration, data.live),
            (times.clone(), demonstration, true)
        );
        assert_eq!((data.oldest_ms, data.newest_ms), (times[0], times[times.len() - 1]));
    }
}

#[test]
fn what_a_document_tells_of_itself() {
    let text = r#"{"generated_at":"2024-05-01T00:00:00Z","format":"callscope/1","extra":{"calls":[1]},"calls":[
        {"time":1714564800,"service":"z","status":200,"version":"2","region":"eu"},
        {"time":1714564800,"service":"z","status":200,"version":"1"}
        ],"source":"a gateway","services":[{"name":"z","display_name":"Z!","type":"commercial"},{"name":"idle","type":"my"}, 5]}"#;
    let (_, data) = whole(text.as_bytes()).unwrap();
    assert_eq!((data.generated_at_ms, data.source_note.as_deref()), (Some(1_714_521_600_000), Some("a gateway")));
    let z = &data.services[0];
    assert_eq!(
        (z.title.as_str(), z.kind.as_str(), &z.versions[..], z.calls),
        ("Z!", "commercial", &["1".to_owned(), "2".to_owned()][..], 2)
    );
    assert_eq!((data.services[1].name.as_str(), data.services[1].calls), ("idle", 0));
    use callscope::model::Dim::{Region, Service, ServiceType, Version};
    assert_eq!(data.dims, [ServiceType, Region, Version, Service]);
    // The element that is no service is named, and costs no call.
    let record_error = &data.rejected.samples[0];
    assert_eq!(
        (data.calls, record_error.problem, record_error.field.as_str(), record_error.place.call),
        (2, Problem::WrongType, "services", 0)
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Random calls in random writing (order, white space, escapes, number forms) are read as serde_json and the rules read them.
    #[test]
    fn random_calls_read_as_the_rules_say(seed in any::<u64>(), shape in 0..4_u8) {
        let mut writer = Writer::new(seed);
        let calls: Vec<String> = (0..1 + seed % 20).map(|i| writer.call(i, shape == 0)).collect();
        let text = match shape {
            0 => calls.join("\n"),
            1 => format!("[{}]", calls.join(",\n")),
            2 => format!(r#"{{"format":"callscope/1","calls":[{}]}}"#, calls.join(" , ")),
            _ => calls.join("\n\n"),
        };
        let want: Vec<Record> = calls.iter().filter_map(|c| expect(&serde_json::from_str(c).expect("the writer writes JSON"))).collect();
        let outcome = load(text.as_bytes(), || 1 + writer.below(200));
        match outcome {
            Err(failure) => prop_assert!(want.is_empty(), "{failure:?}\n{text}"),
            Ok((store, data)) => {
                let mut got: Vec<Record> =
                    (0..store.services()).flat_map(|s| store.rows(s, ALWAYS).map(move |r| (s, r))).map(|(s, r)| of_row(&store, s, r)).collect();
                got.sort_by(|a, b| a.request_id.cmp(&b.request_id).then(a.time_ms.cmp(&b.time_ms)));
                let mut want = want;
                // Now and then several have none.
                want.sort_by(|a, b| a.request_id.cmp(&b.request_id).then(a.time_ms.cmp(&b.time_ms)));
                prop_assert_eq!(&got, &want, "{}", text);
                prop_assert_eq!(data.rejected.count, (calls.len() - want.len()) as u64);
            }
        }
    }

    /// Whatever the bytes, chunks make no difference, and nothing panics.
    #[test]
    fn random_bytes_read_the_same_in_any_chunks(bytes in prop::collection::vec(any::<u8>(), 0..600), sizes in prop::collection::vec(1..40_usize, 1..20)) {
        let mut sizes = sizes.into_iter().cycle();
        prop_assert_eq!(summary(&load(&bytes, || sizes.next().unwrap_or(1))), summary(&whole(&bytes)));
    }

    /// The same for text that nearly is a feed: pieces of feeds in any order.
    #[test]
    fn random_pieces_of_feeds_read_the_same_in_any_chunks(picks in prop::collection::vec(0..PIECES.len(), 0..60), sizes in prop::collection::vec(1..40_usize, 1..20)) {
        let text: String = picks.into_iter().map(|i| PIECES[i]).collect();
        let mut sizes = sizes.into_iter().cycle();
        prop_assert_eq!(summary(&load(text.as_bytes(), || sizes.next().unwrap_or(1))), summary(&whole(text.as_bytes())), "{}", text);
    }
}

const PIECES: [&str; 28] = [
    CALLS[0],
    CALLS[1],
    CALLS[2],
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\n",
    "\n{",
    "  ",
    "\r\n",
    "\"calls\":",
    "\"calls\":[",
    "\"format\":\"callscope/1\",",
    "\"services\":[{\"name\":\"s\"}],",
    "{\"time\":1714564800,",
    "\"service\":\"s\",",
    "\"status\":200}",
    "null",
    "1e3",
    "é",
    "\u{feff}",
    "\n  {\"a\":1},\n",
    "\"a\":[[",
];
