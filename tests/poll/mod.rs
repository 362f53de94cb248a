//! Polled feeds: whatever happens on the way, what is shown in the end is what one read of the whole gives; nothing is counted
//! twice, nothing is lost, and what was shown stays while nothing better comes.

mod console;
mod hours;
mod site;

use callscope::engine::Engine;
use callscope::engine::load::Loader;
use callscope::engine::merge::Change;
use callscope::model::{Filter, Precision, Range};
use callscope::series::Zone;
use callscope::wire::{
    CallsQuery, DataSet, DetailsQuery, FailedQuery, FromEngine, ListQuery, ListSort, LoadCause, Query, Reply, RowsQuery,
    Selection,
};
use console::{Came, Console};
use proptest::prelude::*;
use proptest::sample::select;
use site::{File, Mood};

const START_MS: i64 = 1_795_428_000_000;

/// A line of a feed: mostly calls, sometimes something else.
fn line() -> impl Strategy<Value = String> {
    let call =
        (0_i64..7_200, select(vec!["alpha", "beta", "gamma"]), select(vec![200, 200, 200, 429, 503]), 0_u32..500, any::<bool>());
    prop_oneof![
        12 => call.prop_map(|(s, service, status, tokens, stream)| {
            let message = if status == 200 { "" } else { r#","error_code":"e","error_message":"too \"much\" } {""# };
            format!(
                "{{\"time\":{},\"service\":\"{service}\",\"status\":{status},\"input_tokens\":{tokens},\"stream\":{stream},\"latency_ms\":{}.5,\"api_key\":\"key-{}\"{message}}}",
                START_MS + s * 1000, tokens + 1, tokens % 7,
            )
        }),
        1 => Just("{\"time\":\"never\",\"service\":\"alpha\",\"status\":200}".to_owned()),
        1 => Just("{\"service\":\"alpha\",\"other\":1}".to_owned()),
        1 => Just(String::new()),
    ]
}

fn mood() -> impl Strategy<Value = Mood> {
    let status = prop_oneof![6 => Just(None), 1 => select(vec![404, 429, 500, 503]).prop_map(Some)];
    let breaks = prop_oneof![4 => Just(None), 1 => (0.0..1.0).prop_map(Some)];
    (status, breaks, prop::bool::weighted(0.2), prop::bool::weighted(0.2)).prop_map(|(status, breaks, whole, plain)| Mood {
        status,
        breaks,
        whole,
        plain,
    })
}

/// Answers to every kind of question.
fn answers(engine: &mut Engine) -> Vec<Reply> {
    let range = Range { from_ms: START_MS - 600_000, to_ms: START_MS + 8_000_000 };
    let selection = Selection { range, before: None, filter: Filter::default(), zone: Zone::utc() };
    let (precision, service) = (Precision::Minute, "alpha".to_owned());
    let of = |status| ListQuery {
        service: service.clone(),
        selection: selection.clone(),
        status: Some(status),
        message: None,
        sort: ListSort::Time,
        descending: true,
        offset: 0,
        limit: 1000,
    };
    let queries = [
        Query::Calls(CallsQuery { selection: selection.clone(), precision }),
        Query::Details(DetailsQuery { service: service.clone(), selection: selection.clone(), precision }),
        Query::Failed(FailedQuery {
            service: service.clone(),
            selection: selection.clone(),
            precision,
            status: Some(429),
            message: None,
            texts: 0,
            every_message: false,
        }),
        Query::List(of(429)),
        Query::List(of(503)),
        Query::Rows(RowsQuery { selection: selection.clone(), from: 0, limit: 10_000 }),
    ];
    queries.iter().map(|query| engine.answer(query).expect("something is loaded")).collect()
}

/// What the page receives, but for what differs with the way it was read: first calls and columns' widths.
fn told(set: &DataSet) -> DataSet {
    let mut set = DataSet { generation: 0, memory_bytes: 0, ..set.clone() };
    set.parts.iter_mut().for_each(|part| part.first = Vec::new());
    // Listed in the order in which they are met: those of a later line after those of an earlier, whichever way.
    set.services.sort_by(|a, b| a.name.cmp(&b.name));
    set.unknown_fields.sort();
    set.rejected.reasons.sort();
    set
}

fn one_read(text: &[u8]) -> Option<(Engine, DataSet)> {
    let mut engine = Engine::new();
    engine.begin(1, "feed", true, None);
    if engine.push(1, text).is_some() {
        return None;
    }
    match engine.finish(1)? {
        FromEngine::Loaded { data, .. } => Some((engine, data)),
        _ => None,
    }
}

/// The replies as text, in which gaps compare as equal.
fn written(replies: Vec<Reply>) -> Vec<String> {
    replies.into_iter().map(|reply| format!("{reply:?}")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    /// Any cut of a growing file over polls, with any trouble on the way, gives exactly what one read of the whole gives.
    #[test]
    fn a_growing_file_comes_to_what_one_read_of_it_gives(
        lines in prop::collection::vec(line(), 1..60),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), mood()), 0..12),
        chunk in 1_usize..400,
        ends_with_a_break in any::<bool>(),
    ) {
        let mut text = lines.join("\n");
        if ends_with_a_break {
            text.push('\n');
        }
        let Some((mut whole, set)) = one_read(text.as_bytes()) else { return Ok(()) };
        let mut cuts: Vec<(usize, Mood)> = cuts.into_iter().map(|(at, mood)| (at.index(text.len() + 1), mood)).collect();
        cuts.sort_by_key(|cut| cut.0);
        // The last of them may have brought everything already.
        let all_came = cuts.last().is_some_and(|&(at, _)| at == text.len());
        let (mut file, mut console) = (File::default(), Console::new(chunk));
        for (at, mood) in cuts {
            file.text = text.as_bytes()[..at].to_vec();
            let before = console.set.as_ref().map_or(0, |set| set.calls);
            let came = console.poll(&mut file, mood);
            let after = console.set.as_ref().map_or(0, |set| set.calls);
            // Nothing that was shown goes, whatever came.
            prop_assert!(after >= before, "{:?}: {} calls after {}", came, after, before);
        }
        file.text = text.into_bytes();
        let came = console.poll(&mut file, Mood::default());
        prop_assert!(came == Came::Changed || (all_came && came == Came::Unchanged), "{:?}", came);
        prop_assert_eq!(told(console.set.as_ref().expect("it was read")), told(&set));
        prop_assert_eq!(written(answers(&mut console.engine)), written(answers(&mut whole)));
        // And then nothing moves, and nothing is sent.
        let sent = file.bytes_sent;
        prop_assert_eq!(console.poll(&mut file, Mood::default()), Came::Unchanged);
        prop_assert_eq!(file.bytes_sent, sent);
    }

    /// Parts that come in any order, are read anew, and go, leave exactly the calls of those that are there.
    #[test]
    fn parts_that_come_and_go_leave_what_is_there(
        steps in prop::collection::vec((0_u32..5, prop::collection::vec(line(), 0..12), 0_u8..8), 1..14),
    ) {
        let mut console = Console::new(100);
        let anchor = format!("{{\"time\":{START_MS},\"service\":\"alpha\",\"status\":200}}\n");
        console.begin_parts(9, anchor.as_bytes());
        let mut texts: std::collections::BTreeMap<u32, String> = [(9, anchor)].into();
        let read = |text: &str| {
            let mut loader = Loader::new("part", true, None);
            // What is wrong with it is said again at its end.
            let _ = loader.push(text.as_bytes());
            loader.piece().ok()
        };
        let mut changes = Vec::new();
        for (i, (part, lines, kind)) in steps.into_iter().enumerate() {
            let text = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
            if kind == 0 {
                texts.remove(&part);
                changes.push((part, Change::Gone));
            } else if kind < 3 && texts.contains_key(&part) {
                let mut loader = Loader::new("part", true, None)
                    .chosen(callscope::ingest::source_reader::Choice::Format(callscope::ingest::registry::by_name("callscope").expect("ours")));
                let _ = loader.push(text.as_bytes());
                changes.push((part, Change::Behind(loader.tail(), callscope::model::Place::default())));
                texts.entry(part).or_default().push_str(&text);
            } else if let Some(piece) = read(&text) {
                changes.push((part, Change::Anew(piece)));
                texts.insert(part, text);
            }
            if i % 3 == 2 {
                console.put(std::mem::take(&mut changes));
            }
        }
        console.put(changes);
        let all: String = texts.values().cloned().collect();
        let Some((mut whole, set)) = one_read(all.as_bytes()) else { panic!("the anchor is a call") };
        let shown = console.set.as_ref().expect("it is shown");
        prop_assert_eq!((shown.calls, shown.rejected.count, shown.bytes), (set.calls, set.rejected.count, set.bytes));
        prop_assert_eq!((shown.oldest_ms, shown.newest_ms), (set.oldest_ms, set.newest_ms));
        let rows = |replies: Vec<Reply>| {
            let mut rows: Vec<String> = replies.into_iter().filter_map(|r| match r { Reply::Rows(rows) => Some(rows), _ => None })
                .flat_map(|rows| rows.rows).map(|row| format!("{row:?}")).collect();
            rows.sort();
            rows
        };
        prop_assert_eq!(rows(answers(&mut console.engine)), rows(answers(&mut whole)));
    }
}

fn call(i: i64) -> String {
    format!("{{\"time\":{},\"service\":\"alpha\",\"status\":200,\"request_id\":\"{i}\"}}\n", START_MS + i * 1000)
}

#[test]
fn a_file_that_is_written_anew_is_read_anew() {
    let (mut file, mut console) = (File::default(), Console::new(64));
    file.text = (0..200).map(call).collect::<String>().into_bytes();
    assert_eq!(console.poll(&mut file, Mood::default()), Came::Changed);
    // Rotated: longer, shorter, and as long as before.
    for (from, to) in [(50, 260), (250, 262), (262, 274)] {
        file.text = (from..to).map(call).collect::<String>().into_bytes();
        assert_eq!(console.poll(&mut file, Mood::default()), Came::Changed);
        let set = console.set.as_ref().expect("it was read");
        assert_eq!((set.calls, set.oldest_ms), ((to - from) as u64, START_MS + from * 1000));
    }
}

#[test]
fn what_is_no_feed_any_more_leaves_what_was_shown() {
    let (mut file, mut console) = (File::default(), Console::new(64));
    file.text = (0..20).map(call).collect::<String>().into_bytes();
    console.poll(&mut file, Mood::default());
    for (text, cause) in [
        ("", LoadCause::Empty),
        ("<!doctype html><title>Sign in</title>", LoadCause::Html),
        ("{\"when\":1,\"what\":2}\n{\"when\":1,\"what\":3}\n", LoadCause::OtherJson),
    ] {
        file.text = text.as_bytes().to_vec();
        assert_eq!(console.poll(&mut file, Mood::default()), Came::Unreadable(cause), "{text}");
        assert_eq!(console.set.as_ref().map(|set| set.calls), Some(20));
        assert_eq!(written(answers(&mut console.engine)).len(), 6);
    }
    file.text = (0..21).map(call).collect::<String>().into_bytes();
    assert_eq!(console.poll(&mut file, Mood::default()), Came::Changed);
    assert_eq!(console.set.as_ref().map(|set| set.calls), Some(21));
}
