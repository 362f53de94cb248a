//! Over thousands of generated feeds, every number the engine answers equals the naive implementation's in `naive/`.
//!
//! Each property runs 256 cases; `PROPTEST_CASES=10000 cargo test --release --test native oracle_properties` runs more.

use crate::naive::{self, Feed, Plain, compare};
use callscope::engine::once::{self, Context};
use callscope::model::{Call, Dim, Filter, Label, Precision, Range, RangeChoice, ServiceType};
use callscope::series::{Zone, calendar};
use callscope::source::calls::StoreIndex;
use callscope::store::{Builder, Store};
use callscope::wire::{
    CallsQuery, CallsReply, DetailsQuery, DetailsReply, Figures, ListQuery, ListSort, Query, Reply, RowsQuery, Selection,
};
use chrono::{Offset, TimeZone};
use proptest::prelude::*;
use proptest::sample::select;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// Zones with a UTC midnight near a change of their clock, or near nothing.
const PLACES: [(&str, i64); 13] = [
    ("Europe/Berlin", 1_711_843_200_000),       // 2024-03-31: 23 hours
    ("Europe/Berlin", 1_729_987_200_000),       // 2024-10-27: 25 hours
    ("America/New_York", 1_710_028_800_000),    // 2024-03-10
    ("America/New_York", 1_730_592_000_000),    // 2024-11-03
    ("Australia/Lord_Howe", 1_712_448_000_000), // 2024-04-07: half an hour back
    ("Australia/Lord_Howe", 1_728_172_800_000), // 2024-10-06: half an hour ahead
    ("America/Sao_Paulo", 1_541_289_600_000),   // 2018-11-04: no midnight
    ("America/Sao_Paulo", 1_518_912_000_000),   // 2018-02-18: the hour before midnight twice
    ("America/St_Johns", 1_268_524_800_000),    // 2010-03-14: from 00:01 to 01:01
    ("Asia/Kathmandu", 1_714_521_600_000),
    ("Asia/Shanghai", 1_714_521_600_000),
    ("Pacific/Apia", 1_325_203_200_000), // 2011-12-30 is no date there
    ("UTC", 1_709_164_800_000),
];

/// A feed with its questions.
#[derive(Debug)]
struct Case {
    feed: Feed,
    selection: Selection,
    precision: Precision,
    service: String,
}

/// Fields that a service's calls may carry: bits of a mask.
fn may(mask: u16, bit: u32) -> bool {
    mask >> bit & 1 == 1
}

fn number(values: &'static [u64], up_to: u64) -> impl Strategy<Value = Option<u64>> {
    prop_oneof![2 => Just(None), 4 => select(values).prop_map(Some), 2 => (0..up_to).prop_map(Some)]
}

fn text(values: &'static [&'static str]) -> impl Strategy<Value = String> {
    select(values).prop_map(str::to_owned)
}

const KEYS: &[&str] = &["", "key-a", "key-b", "<img src=x onerror=alert(1)>"];
const IPS: &[&str] = &["", "192.0.2.1", "192.0.2.2", "2001:db8::1"];
const SERVICES: &[&str] = &["alpha", "beta", "gamma", "名前"];
const VERSIONS: &[&str] = &["", "1", "2"];
const STATUSES: &[u16] = &[200, 200, 200, 200, 204, 302, 399, 400, 429, 429, 499, 500, 503, 599];

fn call() -> impl Strategy<Value = Plain> {
    let time = (-2 * DAY..3 * DAY, select(vec![1, 1000, 60_000, HOUR / 2, HOUR, DAY]), -1..=1_i64)
        .prop_map(|(at, edge, beside)| at.div_euclid(edge) * edge + beside);
    let who = (
        text(SERVICES),
        any::<bool>(),
        text(VERSIONS),
        text(KEYS),
        text(IPS),
        text(&["", "realtime", "batch"]),
        text(&["", "", "eu"]),
    );
    let outcome = (
        select(STATUSES),
        text(&["", "limit", "b"]),
        text(&["", "too many", "slow"]),
        select(vec![None, Some(true), Some(true), Some(false)]),
    );
    let amounts = (
        number(&[0, 1, 7, 7, 4096], 200_000),
        number(&[0, 1, 2, 2, 3, 17], 9000),
        prop_oneof![4 => Just(None), 1 => number(&[0, 5000], 5_000_000_000)],
        number(&[0, 10_000, 10_000, 2_500_500], 10_000_000_000),
        number(&[0, 5000, 5000, 12_345], 1_000_000),
        prop_oneof![2 => Just(None), 1 => number(&[1, 20_000_000, 33_333_333], 50_000_000_000)],
        number(&[1, 1_000_000, 1_500_000], 90_000_000),
    );
    (time, who, outcome, amounts).prop_map(|(time_ms, who, outcome, amounts)| {
        let (service, commercial, version, api_key, ip, inference, region) = who;
        let (status, error_code, error_message, stream) = outcome;
        let (input, output, total, latency_us, ttft_us, tpot_ns, generation_us) = amounts;
        let model = String::new();
        let request_id = format!("r{time_ms}");
        Plain {
            time_ms,
            service,
            commercial,
            version,
            model,
            api_key,
            ip,
            inference,
            region,
            status,
            error_code,
            error_message,
            stream,
            input,
            output,
            total,
            latency_us,
            ttft_us,
            tpot_ns,
            generation_us,
            request_id,
        }
    })
}

fn filter() -> impl Strategy<Value = Filter> {
    let values =
        |all: &'static [&'static str]| prop_oneof![3 => Just(Vec::new()), 2 => proptest::collection::vec(text(all), 1..3)];
    (
        values(&["my", "commercial", "my"]),
        values(&["", "key-a", "key-b", "nobody"]),
        values(&["", "192.0.2.1", "203.0.113.9"]),
        prop_oneof![3 => Just(Vec::new()), 1 => values(&["realtime", "batch", ""])],
        prop_oneof![3 => Just(Vec::new()), 1 => values(&["", "eu"])],
        prop_oneof![2 => Just(Vec::new()), 1 => values(&["", "1", "2", "9"])],
        prop_oneof![2 => Just(Vec::new()), 1 => values(&["alpha", "beta", "nobody"])],
    )
        .prop_map(|(kind, key, ip, inference, region, version, service)| {
            let dims = [
                (Dim::ServiceType, kind),
                (Dim::ApiKey, key),
                (Dim::Ip, ip),
                (Dim::InferenceType, inference),
                (Dim::Region, region),
                (Dim::Version, version),
                (Dim::Service, service),
            ];
            // An entry without values allows all, as no entry does; a value twice is as once.
            Filter(
                dims.into_iter()
                    .map(|(dim, mut values)| {
                        values.dedup();
                        (Label::Dim(dim), values)
                    })
                    .filter(|(label, values)| !values.is_empty() || *label == Label::Dim(Dim::Ip))
                    .collect(),
                Vec::new(),
            )
        })
}

prop_compose! {
    fn case()(
        (place, at) in select(PLACES.to_vec()),
        mut calls in prop_oneof![1 => proptest::collection::vec(call(), 0..3), 4 => proptest::collection::vec(call(), 3..90)],
        masks in proptest::array::uniform4(any::<u16>()),
        (from, span) in (select(vec![-DAY, -DAY / 2, -HOUR, 0, 61_007, HOUR / 2]), select(vec![0, 1, 59_999, 90_000, HOUR, HOUR + 1, 7 * HOUR, DAY - 1, DAY, 25 * HOUR, 2 * DAY, 3 * DAY])),
        whole_days in any::<bool>(),
        dense in select(vec![None, Some(200), Some(429)]),
        compared in prop_oneof![1 => Just(false), 3 => Just(true)],
        filter in prop_oneof![1 => Just(Filter::default()), 2 => filter()],
        precision in select(vec![Precision::Minute, Precision::Hour, Precision::Day]),
        service in prop_oneof![12 => text(SERVICES), 1 => Just("nobody".to_owned())],
    ) -> Case {
        let tz: chrono_tz::Tz = place.parse().unwrap();
        let offset = |ms: i64| tz.timestamp_millis_opt(ms).unwrap().offset().fix().local_minus_utc();
        let zone = Zone::probe(place, at - 9 * DAY, at + 9 * DAY, offset);
        for c in &mut calls {
            c.time_ms += at;
            let mask = masks[SERVICES.iter().position(|s| *s == c.service).unwrap()];
            c.commercial &= may(mask, 0);
            c.status *= u16::from(may(mask, 13) || may(mask, 14) && c.time_ms % 2 == 0);
            if !may(mask, 1) && !may(mask, 2) { c.version.clear(); }
            if !may(mask, 3) { c.input = None; }
            if !may(mask, 4) { c.output = None; }
            if !may(mask, 5) { c.total = None; }
            if !may(mask, 6) { c.latency_us = None; }
            if !may(mask, 7) { c.ttft_us = None; }
            if !may(mask, 8) { c.tpot_ns = None; }
            if !may(mask, 9) { c.generation_us = None; }
            if !may(mask, 10) { c.stream = None; }
            if may(masks[0], 11) { c.region.clear(); }
            if may(masks[0], 12) { c.inference.clear(); }
        }
        let from_ms = if whole_days { calendar::day_start(&zone, at + from) } else { at + from };
        let range = Range { from_ms, to_ms: from_ms + span };
        let before = compared.then(|| calendar::before_of(RangeChoice::Custom(range), range, &zone));
        // Three days of minutes are 4,320 buckets: few cases need that many.
        let precision = if precision == Precision::Minute && span > DAY && masks[1] % 8 > 0 { Precision::Hour } else { precision };
        // Many calls of one service in few buckets: percentiles and sorted lists need them.
        if let Some(status) = dense {
            for (i, c) in calls.iter_mut().enumerate().filter(|(i, _)| i % 4 > 0) {
                c.service.clone_from(&service);
                c.commercial = false;
                c.time_ms = range.from_ms + (c.time_ms - at).rem_euclid(HOUR + HOUR / 4);
                if i % 8 > 1 {
                    c.status = status;
                }
            }
        }
        Case { feed: Feed { calls, tz }, selection: Selection { range, before, filter, zone }, precision, service }
    }
}

fn optional(text: &str) -> Option<&str> {
    Some(text).filter(|t| !t.is_empty())
}

fn store(feed: &Feed) -> Store {
    let mut builder = Builder::new();
    for c in &feed.calls {
        let call = Call {
            time_ms: c.time_ms,
            service: &c.service,
            service_type: if c.commercial { ServiceType::Commercial } else { ServiceType::My },
            version: optional(&c.version),
            api_key: optional(&c.api_key),
            ip: optional(&c.ip),
            status: c.status,
            error_code: optional(&c.error_code),
            error_message: optional(&c.error_message),
            stream: c.stream,
            input_tokens: c.input,
            output_tokens: c.output,
            total_tokens: c.total,
            latency_us: c.latency_us,
            ttft_us: c.ttft_us,
            tpot_ns: c.tpot_ns,
            generation_us: c.generation_us,
            inference_type: optional(&c.inference),
            region: optional(&c.region),
            request_id: optional(&c.request_id),
            ..Call::default()
        };
        builder.push(&call).unwrap();
    }
    builder.finish()
}

fn ask(store: &Store, query: Query) -> Reply {
    let titles = |name: &str| format!("title of {name}");
    once::run(&query, &Context { store, store_index: &StoreIndex::of(store), titles: &titles })
}

fn ask_calls(case: &Case, precision: Precision) -> CallsReply {
    let query = CallsQuery { selection: case.selection.clone(), precision };
    match ask(&store(&case.feed), Query::Calls(query)) {
        Reply::Calls(reply) => reply,
        other => panic!("{other:?}"),
    }
}

fn ask_details(case: &Case, precision: Precision) -> DetailsReply {
    let query = DetailsQuery { service: case.service.clone(), selection: case.selection.clone(), precision };
    match ask(&store(&case.feed), Query::Details(query)) {
        Reply::Details(reply) => reply,
        other => panic!("{other:?}"),
    }
}

fn charts_are_the_naive_ones(case: &Case) {
    let engine = ask_details(case, case.precision);
    let query = DetailsQuery { service: case.service.clone(), selection: case.selection.clone(), precision: case.precision };
    let mut naive = naive::details::answer(&case.feed, &query);
    for (ours, theirs) in engine.charts.iter().zip(&mut naive.charts) {
        // Averages that are equal but for rounding may have their maximum in either bucket.
        let top = theirs.lines.iter().find(|l| l.line == callscope::model::Line::Max).or(theirs.lines.first());
        if let (Some(at), Some(top), Some(maximum)) = (ours.summary.maximum_at, top, theirs.summary.maximum)
            && ours.metric.agg() == callscope::model::Agg::Level
            && compare::close(top.values[at as usize], maximum)
        {
            theirs.summary.maximum_at = Some(at);
        }
    }
    compare::same(&engine, &naive);
}

/// So many calls of each that sums and counts are put together from what is known beforehand.
fn crowded(mut case: Case) -> Case {
    let more = |call: &Plain| {
        let call = call.clone();
        (0..60_u64).map(move |i| {
            let mut one = call.clone();
            one.time_ms += (i * i * 1009 % (3 * HOUR as u64)) as i64;
            one.input = call.input.map(|n| n + i * 31);
            one.latency_us = call.latency_us.map(|us| us + i * i * 977);
            if i % 5 == 0 && !call.ip.is_empty() {
                one.ip = format!("198.51.100.{i}");
            }
            one.status = if i % 9 == 0 { 503 } else { call.status };
            one
        })
    };
    case.feed.calls = case.feed.calls.iter().flat_map(more).collect();
    case
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn many_calls_equal_the_naive_ones_too(case in case().prop_map(crowded)) {
        let query = CallsQuery { selection: case.selection.clone(), precision: case.precision };
        compare::same(&ask_calls(&case, case.precision), &naive::calls::answer(&case.feed, &query));
        charts_are_the_naive_ones(&case);
    }
}

proptest! {
    #[test]
    fn the_calls_page_equals_the_naive_one(case in case()) {
        let query = CallsQuery { selection: case.selection.clone(), precision: case.precision };
        compare::same(&ask_calls(&case, case.precision), &naive::calls::answer(&case.feed, &query));
    }

    #[test]
    fn the_charts_equal_the_naive_ones(case in case()) {
        charts_are_the_naive_ones(&case);
    }

    #[test]
    fn the_failed_calls_equal_the_naive_ones(case in case(), status in select(vec![None, Some(429), Some(500), Some(200), Some(418)])) {
        let query = naive::failed::question(&case.service, &case.selection, case.precision, status);
        let Reply::Failed(engine) = ask(&store(&case.feed), Query::Failed(query.clone())) else { panic!() };
        let mut naive = naive::failed::answer(&case.feed, &query);
        if let Some(inspect) = naive.inspect.as_mut().filter(|i| !(400..=599).contains(&i.status)) {
            prop_assert_eq!((inspect.count, inspect.peak), (0, None));
        }
        compare::same(&engine, &naive);
    }

    #[test]
    fn the_list_of_calls_equals_the_naive_one(
        case in case(),
        status in select(vec![None, Some(200_u16), Some(429), Some(500)]),
        message in select(vec![None, None, Some(naive::failed::said("", "")), Some(naive::failed::said("limit", "too many"))]),
        sort in select(vec![ListSort::Time, ListSort::Key, ListSort::Ip, ListSort::Latency]),
        descending in any::<bool>(),
        (offset, limit) in select(vec![(0, 1000), (0, 3), (2, 4), (50, 10), (0, 0), (u32::MAX, u32::MAX)]),
    ) {
        let (service, selection) = (case.service.clone(), case.selection.clone());
        let query = ListQuery { service, selection, status, message, sort, descending, offset, limit };
        let Reply::List(engine) = ask(&store(&case.feed), Query::List(query.clone())) else { panic!() };
        compare::same(&engine, &naive::failed::list(&case.feed, &query));
    }

    #[test]
    fn windows_of_rows_together_are_the_calls_of_the_selection(case in case(), limit in select(vec![1_u32, 3, 7, 10_000])) {
        let store = store(&case.feed);
        let (mut from, mut got) = (Some(0), Vec::new());
        while let Some(at) = from {
            let query = RowsQuery { selection: case.selection.clone(), from: at, limit };
            let Reply::Rows(reply) = ask(&store, Query::Rows(query)) else { panic!() };
            prop_assert!(reply.rows.len() <= limit as usize);
            prop_assert_eq!(reply.services.iter().map(|s| s.1 as usize).sum::<usize>(), reply.rows.len());
            let titles = reply.services.iter().flat_map(|(title, n)| std::iter::repeat_n(title.clone(), *n as usize));
            got.extend(titles.zip(reply.rows));
            prop_assert!(reply.next.is_none_or(|next| next > at));
            from = reply.next;
        }
        let range = case.selection.range;
        let in_range = case.feed.calls.iter().filter(|c| (range.from_ms..range.to_ms).contains(&c.time_ms));
        let mut calls: Vec<&Plain> = in_range.filter(|c| case.feed.passes(c, &case.selection.filter, &[])).collect();
        calls.sort_by_key(|c| (c.service.clone(), c.time_ms));
        // Which service comes first is the engine's to choose; within one the order is that of time, then of the source.
        got.sort_by(|a, b| a.0.cmp(&b.0));
        let naive: Vec<_> = calls.into_iter().map(|c| (format!("title of {}", c.service), naive::failed::row(c))).collect();
        compare::same(&got, &naive);
    }

    #[test]
    fn totals_are_the_sums_of_their_parts(case in case()) {
        let calls = ask_calls(&case, Precision::Hour);
        let sums = |parts: &mut dyn Iterator<Item = Figures>| {
            parts.fold([0; 5], |sum, f| {
                let part = [Some(f.calls), f.failed, f.total_tokens, f.input_tokens, f.output_tokens].map(Option::unwrap_or_default);
                std::array::from_fn(|i| sum[i] + part[i])
            })
        };
        let rows = sums(&mut calls.rows.iter().map(|row| row.figures));
        prop_assert_eq!(rows, sums(&mut std::iter::once(calls.all)));
        prop_assert_eq!(rows, calls.tiles.clone().map(|tile| tile.value.unwrap_or(0)));
        for row in calls.rows.iter().filter(|row| !row.versions.is_empty()) {
            prop_assert_eq!(sums(&mut row.versions.iter().map(|v| v.1)), sums(&mut std::iter::once(row.figures)));
        }
        calls.tiles.iter().for_each(|tile| assert_eq!(tile.spark.iter().sum::<f64>(), tile.value.unwrap_or(0) as f64));
    }

    #[test]
    fn finer_buckets_add_up_to_coarser_ones(case in case()) {
        let (hours, days) = (ask_details(&case, Precision::Hour), ask_details(&case, Precision::Day));
        let mut sums = vec![0; days.bucket_calls.len()];
        for (start, calls) in hours.buckets.starts_ms.iter().zip(&hours.bucket_calls) {
            let day = days.buckets.starts_ms.iter().rposition(|day| day <= start).unwrap();
            sums[day] += calls;
        }
        prop_assert_eq!(sums, days.bucket_calls);
        prop_assert_eq!(hours.bucket_calls.iter().sum::<u64>(), hours.head.figures.calls);
    }
}

#[test]
fn a_long_list_is_cut_and_says_so_but_keeps_what_is_chosen() {
    let at = PLACES[12].1;
    let many = callscope::model::limits::FACET_VALUES_MAX + 100;
    let call = |i: usize| Plain {
        time_ms: at + i as i64,
        service: "s".into(),
        api_key: format!("k{i:04}"),
        status: 200,
        ..Plain::default()
    };
    let feed = Feed { calls: (0..many).map(call).collect(), tz: chrono_tz::UTC };
    let filter = Filter::default().with(Dim::ApiKey, vec![format!("k{:04}", many - 1), "gone".into()]);
    let selection = Selection { range: Range { from_ms: at, to_ms: at + DAY }, before: None, filter, zone: Zone::utc() };
    let Reply::Calls(reply) = ask(&store(&feed), Query::Calls(CallsQuery { selection, precision: Precision::Day })) else {
        panic!()
    };
    let keys = reply.facets.iter().find(|f| f.label == Dim::ApiKey.into()).unwrap();
    assert_eq!((keys.values.len(), keys.distinct as usize), (many - 98, many));
    assert_eq!(keys.values[many - 100..], [(format!("k{:04}", many - 1), 1), ("gone".into(), 0)]);
    assert_eq!((reply.all.calls, reply.without), (1, vec![(Dim::ApiKey.into(), many as u64)]));
}

#[test]
fn a_range_too_long_for_its_precision_gets_coarser_buckets() {
    let call = Plain { time_ms: 1_700_000_000_000, service: "s".into(), status: 200, ..Plain::default() };
    let feed = Feed { calls: vec![call], tz: chrono_tz::UTC };
    let long = |range| {
        let selection = Selection { range, before: None, filter: Filter::default(), zone: Zone::utc() };
        let query = CallsQuery { selection, precision: Precision::Minute };
        let Reply::Calls(reply) = ask(&store(&feed), Query::Calls(query)) else { panic!() };
        assert_eq!(reply.tiles[0].spark.iter().sum::<f64>(), 1.0);
        reply.buckets
    };
    let year = long(Range { from_ms: 1_690_000_000_000, to_ms: 1_690_000_000_000 + 365 * DAY });
    assert_eq!(year.ends_ms[1] - year.starts_ms[1], HOUR);
    assert_eq!(long(Range { from_ms: i64::MIN, to_ms: i64::MAX }).starts_ms.len(), 1);
}
