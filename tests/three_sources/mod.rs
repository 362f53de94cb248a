//! One batch of the algebra, answered by three sources: columns, a Prometheus server and ClickHouse. The latter two are throw-aways that
//! show what the algebra asks of a source; no part of the product uses them.
//!
//! ClickHouse runs in Python (`pip install chdb`): `CALLSCOPE_CHDB_PYTHON=path/to/python cargo test --test native three_sources`. Without the
//! variable its test is left out and says so.

mod clickhouse;
mod feed;
mod fleet;
mod prometheus;
mod record;
mod sql;

use callscope::ask::{
    self, Agg, Ask, Batch, Buckets, Comparison, Derived, Exactness, Frame, Gap, Label, Matcher, Measure, NumberField, Quantity,
    SeriesAsk, Slot, SourceId, Split, TableAsk, Unanswered, Values,
};
use callscope::engine::load::Loader;
use callscope::model::{Dim, Filter, Metric, Precision, Range, ServiceType, Width};
use callscope::series::Zone;
use callscope::source::calls::{self, Context, StoreIndex};
use callscope::store::Store;
use callscope::view::{self, Known, Services};
use callscope::wire::{CallsQuery, DataSet, DetailsQuery, DetailsReply, Query, Reply, Selection, ServiceInfo};
use chrono::{Offset, TimeZone};
use serde_json::Value;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// Buckets of one width in a row.
struct Run {
    /// Place of the first one.
    first: usize,
    start_ms: i64,
    width_ms: i64,
    count: usize,
}

/// Runs of buckets: few, however many buckets there are, so that a server can be told of them in numbers alone.
fn runs(buckets: &Buckets) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (first, (&start_ms, &end)) in buckets.starts_ms.iter().zip(&buckets.ends_ms).enumerate() {
        let width_ms = buckets.starts_ms.get(first + 1).unwrap_or(&end) - start_ms;
        match runs.last_mut() {
            Some(run) if run.width_ms == width_ms => run.count += 1,
            _ => runs.push(Run { first, start_ms, width_ms, count: 1 }),
        }
    }
    runs
}

fn loaded(text: &str) -> (Store, DataSet) {
    let mut loader = Loader::new("calls", false, None);
    loader.push(text.as_bytes()).expect("the feed is well-formed");
    loader.finish().expect("the feed has calls")
}

fn berlin(range: Range) -> Zone {
    let day = 86_400_000;
    Zone::probe("Europe/Berlin", range.from_ms - 40 * day, range.to_ms + 3 * day, |at| {
        chrono_tz::Europe::Berlin.timestamp_millis_opt(at).unwrap().offset().fix().local_minus_utc()
    })
}

/// A frame as text in which NaN equals NaN and any other number only itself. The order of columns says nothing.
fn told(frame: &Frame) -> String {
    let mut frame = frame.clone();
    frame.columns.sort_by_key(|column| (column.period, column.group, column.measure));
    format!("{frame:#?}")
}

fn of_columns(store: &Store, store_index: &StoreIndex, query: &Query, services: Services<'_>) -> Vec<Frame> {
    calls::answer(view::batch(query, services), &Context { store, store_index })
}

/// Pages with filters, periods before, clipped and unfinished buckets, and a change of the clock.
fn questions() -> Vec<Query> {
    let hour = 3_600_000;
    let from_ms = feed::FROM_MS + 5 * 24 * hour + 1_234_567;
    let before = |range: Range| Range { from_ms: range.from_ms - range.span_ms(), to_ms: range.from_ms };
    let select = |hours: i64, filter: Filter| {
        let range = Range { from_ms, to_ms: from_ms + hours * hour };
        Selection { range, before: Some(before(range)), filter, zone: berlin(range) }
    };
    let keys = |values: &[&str]| Filter::default().with(Dim::ApiKey, values.iter().map(|&v| v.to_owned()).collect());
    let mut all = Vec::new();
    for (hours, precision, filter) in [
        (72, Precision::Hour, Filter::default()),
        (72, Precision::Day, keys(&["", "key 'b'\\"])),
        (5, Precision::Minute, keys(&["key-a"]).with(Dim::Ip, vec!["192.0.2.1".into(), "203.0.113.9".into()])),
        (
            120,
            Precision::Hour,
            Filter::default().with(Dim::ServiceType, vec!["commercial".into()]).with(Dim::Version, vec!["1".into(), "".into()]),
        ),
    ] {
        let selection = select(hours, filter);
        for service in ["alpha", "beta", "gamma", "nobody"] {
            let service = service.to_owned();
            all.push(Query::Details(DetailsQuery { service, selection: selection.clone(), precision }));
        }
        all.push(Query::Calls(CallsQuery { selection, precision }));
    }
    all
}

/// Matchers, aggregations and splits that no page requests today.
fn beyond_the_pages() -> Batch {
    let range = Range { from_ms: feed::FROM_MS + 3 * 86_400_000, to_ms: feed::FROM_MS + 7 * 86_400_000 };
    let matchers = vec![
        Matcher::Number(NumberField::OutputTokens, Comparison::GreaterOrEqual, 1),
        Matcher::Contains(Label::ErrorMessage, "TOO".into()),
        Matcher::NoneOf(Label::Dim(Dim::ApiKey), vec!["key-a".into()]),
        Matcher::StartsWith(Label::Dim(Dim::Ip), "192.".into()),
    ];
    let measures = vec![
        Measure::new(Quantity::Latency, Agg::Minimum),
        Measure::new(Quantity::Latency, Agg::Quantile(999_000)),
        Measure::new(Quantity::Ttft, Agg::Count),
        Measure::new(Quantity::Latency, Agg::Average).only(Matcher::Number(NumberField::Latency, Comparison::Less, 1_000_000)),
        Measure::new(Quantity::Calls, Agg::Share).only(Matcher::OneOf(Label::Dim(Dim::Model), vec!["large".into()])),
        Measure::new(Quantity::Calls, Agg::Distinct(Label::Dim(Dim::Ip))),
        Measure::new(Quantity::Named("vllm:kv_cache_usage_perc".into()), Agg::Maximum),
    ];
    let selection = ask::Selection { range, matchers, zone: berlin(range) };
    let (compare, split) = (Vec::new(), Split::by([Label::Derived(Derived::StatusClass), Label::Dim(Dim::Service)]));
    let series =
        SeriesAsk { selection: selection.clone(), width: Width::Day, measures: measures.clone(), split: split.clone(), compare };
    let table = TableAsk { selection: selection.clone(), measures, split, subtotals: true, compare: Vec::new() };
    let failed = ask::Selection { matchers: vec![Matcher::failed()], ..selection };
    let (split, measures) = (Split::by([Label::Status, Label::ErrorCode, Label::ErrorMessage]), vec![Measure::calls()]);
    let errors = TableAsk { selection: failed, measures, split, subtotals: false, compare: Vec::new() };
    let asks = vec![Ask::Series(series), Ask::Table(table), Ask::Table(errors)];
    Batch { source: SourceId(0), slot: Slot(0), asks, prices: Vec::new() }
}

#[test]
fn clickhouse_answers_as_columns_do_to_the_last_bit() {
    let Ok(python) = std::env::var("CALLSCOPE_CHDB_PYTHON") else {
        eprintln!("left out: ClickHouse (CALLSCOPE_CHDB_PYTHON names no Python with chdb)");
        return;
    };
    let text = feed::mixed();
    let folder = std::env::temp_dir().join(format!("three-sources-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder of its own");
    let file = folder.join("feed.ndjson");
    std::fs::write(&file, &text).expect("room for the feed");
    let (store, set) = loaded(&text);
    let store_index = StoreIndex::of(&store);
    let known = Known::of(&set);
    let services = known.services();

    let questions = questions();
    let mut batches: Vec<_> = questions.iter().map(|query| view::batch(query, services)).collect();
    batches.push(beyond_the_pages());
    let plans: Vec<_> = batches.iter().map(clickhouse::Plan::new).collect();
    let catalogue = clickhouse::Catalogue::statement();
    let statements: Vec<_> = core::iter::once(&catalogue).chain(plans.iter().flat_map(clickhouse::Plan::statements)).collect();
    let job = sql::job(&file, &statements);
    let mut child = Command::new(python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/three_sources/chdb_driver.py"))
        .current_dir(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python starts");
    child.stdin.take().expect("a pipe").write_all(job.to_string().as_bytes()).expect("the driver reads its job");
    let output = child.wait_with_output().expect("the driver ends");
    assert!(output.status.success());
    std::fs::remove_dir_all(&folder).expect("the folder is its own");
    let rows: Vec<Vec<Value>> = serde_json::from_slice(&output.stdout).expect("rows as JSON");

    let catalogue = clickhouse::Catalogue::new(&rows[0]);
    let mut done = 1;
    for (batch, plan, query) in batches.iter().zip(&plans).enumerate().map(|(at, (batch, plan))| (batch, plan, questions.get(at)))
    {
        let count = plan.statements().count();
        let got = plan.frames(batch, &rows[done..done + count], &catalogue);
        done += count;
        let want = calls::answer(batch.clone(), &Context { store: &store, store_index: &store_index });
        assert_eq!(got.len(), want.len());
        for (at, (got, want)) in got.iter().zip(&want).enumerate() {
            let (got, want) = (told(got), told(want));
            if got != want {
                let differs = got.lines().zip(want.lines()).position(|(a, b)| a != b).unwrap_or(0);
                let near = |text: &str| text.lines().skip(differs.saturating_sub(30)).take(34).collect::<Vec<_>>().join("\n");
                panic!("{:?}\n\nClickHouse:\n{}\n\ncolumns:\n{}", batch.asks[at], near(&got), near(&want));
            }
        }
        let Some(query) = query else { continue };
        let reply = format!("{:?}", view::reply(query, &got, services));
        assert_eq!(reply, format!("{:?}", view::reply(query, &want, services)));
        if let Reply::Details(reply) = view::reply(query, &got, services) {
            let bytes = callscope::wire::encode(batch).expect("plain data").len();
            println!("{} asks of {bytes} bytes, {count} statements, {} charts", batch.asks.len(), reply.charts.len());
        }
    }
}

/// The Monitoring tab of a model, six hours and a half by the hour, with the time before.
fn fleet_question(model: &str) -> Query {
    let hour = 3_600_000;
    let range = Range { from_ms: fleet::MIDNIGHT_MS + 6 * hour, to_ms: fleet::MIDNIGHT_MS + 12 * hour + hour / 2 };
    let before = Some(Range { from_ms: range.from_ms - range.span_ms(), to_ms: range.from_ms });
    let selection = Selection { range, before, filter: Filter::default(), zone: Zone::utc() };
    Query::Details(DetailsQuery { service: model.to_owned(), selection, precision: Precision::Hour })
}

/// The Calls page over the same time.
fn fleet_calls() -> Query {
    let Query::Details(DetailsQuery { selection, precision, .. }) = fleet_question("") else { panic!("another page") };
    Query::Calls(CallsQuery { selection, precision })
}

/// What a catalogue would say: names alone, no calls. The view wants a number of them.
fn fleet_services() -> Vec<ServiceInfo> {
    let info = |name: &str| ServiceInfo {
        name: name.to_owned(),
        title: name.to_owned(),
        kind: ServiceType::My,
        versions: Vec::new(),
        calls: 1,
    };
    fleet::MODELS.map(info).into()
}

/// Answers of the recorded server to a question.
fn of_prometheus(
    query: &Query,
    services: Services<'_>,
    get: &mut dyn FnMut(&prometheus::Request) -> Value,
) -> (Vec<Frame>, usize) {
    let mut server = prometheus::Server { get, asked: Default::default(), warnings: Vec::new() };
    let frames = server.answer(&view::batch(query, services));
    (frames, server.asked.len())
}

#[test]
#[ignore = "records anew; needs prometheus, promtool and curl"]
fn record_prometheus() {
    let mut server = record::Running::start(&fleet::openmetrics(&fleet::calls()));
    let known = fleet_services();
    let known = Known::new(known, Vec::new(), None);
    let services = known.services();
    for model in fleet::MODELS {
        of_prometheus(&fleet_question(model), services, &mut |request| server.get(request));
    }
    of_prometheus(&fleet_calls(), services, &mut |request| server.get(request));
    server.get(&own_percentiles());
    server.get(&prometheus::Request { query: "rate(vllm:oops[30s".into(), ..own_percentiles() });
    server.save();
}

/// The server's own percentiles of whole hours.
fn own_percentiles() -> prometheus::Request {
    let (hour, bucket) = (3_600_000, "vllm:time_to_first_token_seconds_bucket{model_name=\"llama-70b\"}");
    let query = format!("histogram_quantile(0.9, sum by (le) (increase({bucket}[1h])))");
    let end_ms = fleet::MIDNIGHT_MS + 12 * hour;
    prometheus::Request { query, start_ms: fleet::MIDNIGHT_MS + 7 * hour, end_ms, step_ms: hour }
}

#[test]
fn prometheus_answers_what_it_can_of_the_same_batch() {
    let recorded = record::Recorded::read();
    let known = fleet_services();
    let known = Known::new(known, Vec::new(), None);
    let services = known.services();
    let calls = fleet::calls();
    let (at_end, at_start) = (loaded(&fleet::feed(&calls, true)), loaded(&fleet::feed(&calls, false)));
    for model in fleet::MODELS {
        let query = fleet_question(model);
        let batch = view::batch(&query, services);
        let (frames, requests) = of_prometheus(&query, services, &mut |request| recorded.get(request));
        let Reply::Details(reply) = view::reply(&query, &frames, services) else { panic!("another reply") };
        println!("{model}: {} asks, {requests} requests, {} charts", batch.asks.len(), reply.charts.len());
        let (all, sum) = (reply.head.figures.calls, reply.bucket_calls.iter().sum::<u64>());
        println!(
            "  {all} calls over the whole range, {sum} in its buckets: what came between two buckets' samples is in neither"
        );
        check_reply(&reply);
        check_other_buckets(&query, &frames, services);
        check_left_out(&batch.asks, &frames);
        let exact = of_columns(&at_end.0, &StoreIndex::of(&at_end.0), &query, services);
        let by_start = of_columns(&at_start.0, &StoreIndex::of(&at_start.0), &query, services);
        let aligned = model == fleet::MODELS[0];
        compare(&batch.asks, &frames, &exact, &by_start, aligned);
    }
    let (frames, requests) = of_prometheus(&fleet_calls(), services, &mut |request| recorded.get(request));
    let Reply::Calls(page) = view::reply(&fleet_calls(), &frames, services) else { panic!("another reply") };
    println!("services: {requests} requests, {:?}", page.rows.iter().map(|row| (&row.name, &row.figures)).collect::<Vec<_>>());
    assert_eq!(page.rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), fleet::MODELS);
    assert!(page.tiles.iter().all(|tile| tile.value > Some(0) && tile.spark.len() == 7));
    // The same percentile as the server makes of the same buckets.
    let query = fleet_question(fleet::MODELS[0]);
    let (frames, _) = of_prometheus(&query, services, &mut |request| recorded.get(request));
    let Reply::Details(reply) = view::reply(&query, &frames, services) else { panic!("another reply") };
    let own = recorded.get(&own_percentiles());
    let chart = reply.charts.iter().find(|chart| chart.metric == Metric::Ttft).expect("a chart");
    for (bucket, point) in own["data"]["result"][0]["values"].as_array().expect("points").iter().enumerate() {
        let (own, ours) =
            (point[1].as_str().and_then(|text| text.parse::<f64>().ok()).expect("a number") * 1e3, chart.lines[4].values[bucket]);
        assert!((own - ours).abs() <= 1e-6 * own, "bucket {bucket}: {own} {ours}");
    }
    let broken = recorded.get(&prometheus::Request { query: "rate(vllm:oops[30s".into(), ..own_percentiles() });
    let (frames, _) = of_prometheus(&query, services, &mut |_| broken.clone());
    assert!(matches!(&frames[0].unanswered[0].1, Unanswered::Failed(words) if words.contains("parse error")), "{:?}", frames[0]);
}

/// The charts that a server of vLLM has; neither errors by status nor generation times, of which it knows nothing.
fn check_reply(reply: &DetailsReply) {
    let charts: Vec<Metric> = reply.charts.iter().map(|chart| chart.metric).collect();
    let without = |metric: &Metric| ![Metric::Errors, Metric::Generation].contains(metric);
    assert_eq!(charts, Metric::THREE_WIDE.into_iter().filter(without).collect::<Vec<_>>());
    assert!(reply.head.known && reply.head.figures.calls > 500 && reply.head.figures.generation_s.is_none());
    assert_eq!(reply.head.services.len(), 2);
    assert!(reply.head.facets.iter().all(|facet| facet.values.is_empty()));
    assert_eq!((reply.buckets.starts_ms.len(), reply.buckets.last_unfinished), (7, true));
}

/// A source may answer one ask over coarser buckets, or not at all: the other charts remain.
fn check_other_buckets(query: &Query, frames: &[Frame], services: Services<'_>) {
    let Query::Details(DetailsQuery { selection, .. }) = query else { panic!("another page") };
    let shown = |frames: &[Frame]| {
        let Reply::Details(reply) = view::reply(query, frames, services) else { panic!("another reply") };
        reply.charts.len()
    };
    let (all, mut coarse) = (shown(frames), frames.to_vec());
    let last = coarse.iter_mut().rfind(|frame| frame.buckets.is_some() && !frame.columns.is_empty()).expect("a series");
    last.buckets = Some(Buckets::of(selection.range, Width::Day, &selection.zone).0.into());
    last.columns.iter_mut().for_each(|column| column.values = Values::Real(vec![1.0]));
    assert_eq!(shown(&coarse), all - 1);
    assert_eq!(shown(&[]), 0);
}

/// Whatever has no column says why; lists of labels that the server lacks are refused, not empty.
fn check_left_out(asks: &[Ask], frames: &[Frame]) {
    for (ask, frame) in asks.iter().zip(frames) {
        match ask {
            Ask::Values(ask) if ask.label != Label::Dim(Dim::Service) => {
                assert_eq!(frame.unanswered, [(0, Unanswered::NoSplit(ask.label))]);
            }
            Ask::Series(ask) if !ask.split.by.is_empty() => {
                assert_eq!(frame.unanswered, [(0, Unanswered::NoSplit(Label::Status))]);
            }
            Ask::Series(ask) => {
                let columns = frame.columns.iter().filter(|column| column.period == 0).count();
                assert_eq!(columns + frame.unanswered.len(), ask.measures.len());
            }
            _ => {}
        }
    }
    let filtered = Matcher::OneOf(Label::Dim(Dim::ApiKey), vec!["a".into()]);
    let refused = asks.iter().find_map(|ask| if let Ask::Series(ask) = ask { Some(ask.clone()) } else { None });
    let mut refused = refused.expect("a series");
    refused.selection.matchers.push(filtered.clone());
    let batch = Batch { source: SourceId(0), slot: Slot(0), asks: vec![Ask::Series(refused)], prices: Vec::new() };
    let nothing = &mut |_: &prometheus::Request| serde_json::json!({ "status": "success", "data": { "result": [] } });
    let frames = prometheus::Server { get: nothing, asked: Default::default(), warnings: Vec::new() }.answer(&batch);
    assert!(frames[0].columns.is_empty());
    assert!(frames[0].unanswered.iter().all(|(_, why)| *why == Unanswered::NoMatch(filtered.clone())));
}

/// Holds a server's frames against those of the calls themselves, bucket by bucket.
fn compare(asks: &[Ask], frames: &[Frame], exact: &[Frame], by_start: &[Frame], aligned: bool) {
    let (mut values, mut bounded, mut outside, mut off, mut moved) = (0, 0, 0, 0.0_f64, 0);
    for ((ask, frame), (exact, by_start)) in asks.iter().zip(frames).zip(exact.iter().zip(by_start)) {
        let Ask::Series(_) = ask else { continue };
        for column in &frame.columns {
            let truth = exact.column(0, column.measure.into(), column.period.into()).expect("calls answer what a server does");
            let started = by_start.column(0, column.measure.into(), column.period.into()).expect("likewise");
            assert_eq!(column.values.len(), truth.values.len());
            for place in 0..column.values.len() {
                let gap = column.gaps.iter().find(|(at, _)| *at as usize == place);
                let (value, truth_here) = (column.values.number(place, 1.0), truth.values.number(place, 1.0));
                moved += usize::from(truth_here != started.values.number(place, 1.0));
                if let Some((_, gap)) = gap {
                    assert!(value.is_none() && column.period == 1 && *gap == Gap::BeforeData, "{gap:?} at {place} of {column:?}");
                    continue;
                }
                let (Some(value), Some(truth_here)) = (value, truth_here) else { continue };
                // Hours of which a part was not scraped, the hour of a restart, the hour in which keeping began.
                let whole = if column.period == 0 { ![2, 3, 4].contains(&place) } else { place > 3 };
                if column.period == 0 && [2, 3].contains(&place) && matches!(column.values, Values::Whole(_)) {
                    assert_eq!(column.exactness_at(place), Exactness::AtLeast);
                    assert!(value <= truth_here, "{value} {truth_here}");
                }
                if !whole {
                    continue;
                }
                values += 1;
                if let Some(bounds) = column.bounds.get(place) {
                    bounded += 1;
                    let holds = (bounds.low..=bounds.high).contains(&truth_here);
                    outside += usize::from(!holds);
                    assert!(holds || !aligned, "{truth_here} is not in {bounds:?}: {:?}", column.measure);
                } else {
                    let far = (value - truth_here).abs() / truth_here.abs().max(1e-9);
                    off = off.max(far);
                    assert!(far < 1e-9 || !aligned, "{value} {truth_here} at {place} of {column:?}");
                }
            }
        }
    }
    println!(
        "  {values} values of whole hours, {bounded} with bounds, {outside} outside; others off by at most {:.2} %; {moved} differ by start or end",
        off * 100.0
    );
    assert!(bounded > 50 && moved > 0);
}
