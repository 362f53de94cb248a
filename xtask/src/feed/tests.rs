//! The demonstration is the same in every run, is what is bundled, and shows what `docs/feed.md` promises.

use std::collections::{BTreeMap, BTreeSet};

use super::arrivals::{MINUTE_MS, QUIET};
use super::*;

/// All calls by service, in the order of the services.
fn by_service() -> BTreeMap<&'static str, Vec<Call>> {
    let azure = traces::azure().unwrap();
    let mooncake = Mooncake::load().unwrap();
    (0_u64..)
        .zip(services::services())
        .map(|(stream, service)| (service.name, calls::calls(&service, &mut Dice::new(SEED, stream), &azure, &mooncake)))
        .collect()
}

fn failed(calls: &[&Call]) -> usize {
    calls.iter().filter(|call| call.status >= 400).count()
}

#[test]
fn the_bundled_feeds_are_what_the_generator_writes() {
    let text = demo(START_MS).unwrap();
    assert!(text == demo(START_MS).unwrap(), "two runs differ");
    check_file(DEMO, &text).unwrap();
    // The end of the same.
    let recent = demo(RECENT_FROM_MS).unwrap();
    check_file(RECENT, &recent).unwrap();
    let calls = recent.split_once("\"calls\":[").unwrap().1;
    assert!(text.ends_with(calls.trim_start()), "the newest days are other calls");
    let bytes = fs::metadata(root().join(RECENT)).unwrap().len();
    assert!(bytes < RECENT_BYTES_MAX as u64, "{bytes} bytes");
    check_file(AZURE, &azure().unwrap()).unwrap();
    let bytes = fs::metadata(root().join(DEMO)).unwrap().len();
    assert!(bytes < DEMO_BYTES_MAX as u64, "{bytes} bytes");
}

#[test]
fn size_and_time_are_as_documented() {
    let all = by_service();
    let times: BTreeSet<i64> = all.values().flatten().map(|call| call.time_ms).collect();
    let calls: usize = all.values().map(Vec::len).sum();
    assert!((57_000..66_000).contains(&calls), "{calls} calls");
    assert!(all.len() >= 12, "{} services", all.len());
    assert!(times.first().unwrap() - START_MS < MINUTE_MS);
    let end = START_MS + DAYS as i64 * DAY_MS;
    assert!((end - 5 * MINUTE_MS..end).contains(times.last().unwrap()), "the last day is not whole");
    let today = end - DAY_MS;
    let first = times.range(today..).next().unwrap();
    assert!(first - today < 5_000, "the last day's first call comes {} ms after midnight", first - today);
    let quiet = START_MS + QUIET.start as i64 * MINUTE_MS..START_MS + QUIET.end as i64 * MINUTE_MS;
    assert_eq!(times.range(quiet).count(), 0, "the quiet gap has calls");
}

#[test]
fn the_incidents_are_there() {
    let all = by_service();
    let hour = |day: i64, hour: i64| {
        let from = START_MS + day * DAY_MS + hour * 60 * MINUTE_MS;
        from..from + 60 * MINUTE_MS
    };
    let within = |service: &str, span: core::ops::Range<i64>| -> Vec<&Call> {
        all[service].iter().filter(|call| span.contains(&call.time_ms)).collect()
    };
    let outage = within("code-complete", hour(12, 14));
    assert!(outage.len() > 30 && outage.iter().all(|call| call.status == 503), "{} calls", outage.len());
    let before = within("code-complete", hour(12, 13));
    assert!(failed(&before) * 10 < before.len());

    let burst = within("harbour-chat", hour(13, 20));
    let limited: Vec<_> = burst.iter().filter(|call| call.status == 429 && call.api_key == "key-load-test").collect();
    assert!(limited.len() > 250, "{} limited calls", limited.len());

    let first_ms = |from: i64, to: i64| {
        let of: Vec<u64> = all["aster-chat"]
            .iter()
            .filter(|call| call.version == "3.2" && (from..to).contains(&((call.time_ms - START_MS) / DAY_MS)))
            .filter_map(|call| call.ttft_us)
            .collect();
        of.iter().sum::<u64>() as f64 / of.len() as f64
    };
    let grew = first_ms(10, 15) / first_ms(0, 9);
    assert!((1.65..1.95).contains(&grew), "time to first token grew {grew} times");
}

#[test]
fn every_kind_of_call_occurs() {
    let all = by_service();
    let calls: Vec<&Call> = all.values().flatten().collect();
    let statuses: BTreeSet<u16> = calls.iter().map(|call| call.status).collect();
    assert_eq!(statuses, BTreeSet::from([200, 400, 401, 403, 404, 413, 429, 500, 502, 503, 504]));
    let messages =
        |status: u16| calls.iter().filter(|c| c.status == status).map(|c| c.error_message).collect::<BTreeSet<_>>().len();
    assert!(messages(400) == 2 && messages(429) == 2);
    let keys: BTreeSet<&str> = calls.iter().map(|call| call.api_key).collect();
    assert!(keys.len() >= 10 && keys.contains(""), "{} keys", keys.len());
    for (what, count) in [
        ("batch", calls.iter().filter(|c| c.batch).count()),
        ("reasoning", calls.iter().filter(|c| c.reasoning_tokens.is_some()).count()),
        ("queue", calls.iter().filter(|c| c.queue_us.is_some()).count()),
        ("no address", calls.iter().filter(|c| c.forwarded_for == "-").count()),
        ("failed with tokens", calls.iter().filter(|c| c.status >= 400 && c.input_tokens.is_some()).count()),
        (
            "a total of its own",
            calls
                .iter()
                .filter(|c| c.total_tokens.is_some_and(|t| t != c.input_tokens.unwrap_or(0) + c.output_tokens.unwrap_or(0)))
                .count(),
        ),
    ] {
        assert!(count > 30, "{what}: {count}");
    }
    for name in ["doc-embed", "passage-rerank", "flint-embed"] {
        assert!(all[name].iter().all(|call| call.output_tokens.is_none() && call.stream.is_none()), "{name}");
    }
    for name in ["poster-studio", "dune-image", "ember-video"] {
        assert!(all[name].iter().all(|call| call.input_tokens.is_none()), "{name}");
        assert!(all[name].iter().all(|call| call.generation_us.is_some() == (call.status == 200)), "{name}");
    }
    for call in calls {
        assert!(call.cached_tokens <= call.input_tokens, "cached tokens are a part of the input");
        assert!(call.ttft_us.is_none_or(|first| Some(first) <= call.latency_us && call.stream == Some(true)));
    }
}
