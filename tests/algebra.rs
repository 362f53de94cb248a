//! Questions over calls in columns against a naive evaluation, call by call: every kind of matcher, label and aggregation.

use callscope::ask::{
    Agg, Ask, Batch, Comparison, Derived, Label, Matcher, Measure, NumberField, Quantity, Selection, SeriesAsk, Slot, SourceId,
    Split, TableAsk, Values, ValuesAsk,
};
use callscope::model::range::{DAY_MS, HOUR_MS};
use callscope::model::{Call, Dim, Name, Precision, Range, add_label};
use callscope::series::Zone;
use callscope::source::calls::{self, Context, StoreIndex};
use callscope::store::{Builder, Store};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// 2024-10-26T00:00:00Z: the clock of Berlin goes back on the next day.
const START_MS: i64 = 1_729_900_800_000;
const SPAN_MS: i64 = 60 * HOUR_MS;

/// A call as a test makes it; the empty text and status 0 are what a call does not carry.
#[derive(Clone, Debug)]
struct One {
    time_ms: i64,
    service: String,
    key: String,
    status: u16,
    code: String,
    message: String,
    stream: bool,
    input: Option<u64>,
    latency_us: Option<u64>,
    ttft_us: Option<u64>,
    /// Open labels.
    team: String,
    env: String,
}

prop_compose! {
    fn one()(
        time in 0..SPAN_MS,
        service in 0..3_u8,
        key in 0..4_u8,
        status in prop_oneof![4 => Just(200_u16), 1 => Just(429), 1 => Just(500), 1 => Just(503), 1 => Just(0)],
        (code, message) in (0..3_u8, 0..3_u8),
        stream in any::<bool>(),
        input in prop::option::of(0..40_000_u64),
        latency_us in prop::option::of(0..9_000_000_u64),
        ttft_us in prop::option::of(0..900_000_u64),
        (team, env) in (0..4_u8, 0..3_u8),
    ) -> One {
        let named = |name: &str, n: u8| if n == 0 { String::new() } else { format!("{name}-{n}") };
        let failed = status >= 400;
        One {
            time_ms: START_MS + time,
            service: format!("service-{service}"),
            key: named("Key", key),
            status,
            code: if failed { named("code", code) } else { String::new() },
            message: if failed { named("Message", message) } else { String::new() },
            stream,
            input,
            latency_us,
            ttft_us,
            team: named("team", team),
            env: named("env", env),
        }
    }
}

fn store(calls: &[One]) -> Store {
    fn some(text: &str) -> Option<&str> {
        Some(text).filter(|text| !text.is_empty())
    }
    let mut builder = Builder::new();
    for call in calls {
        let mut labels = String::new();
        for (name, value) in [("team", &call.team), ("env", &call.env)].into_iter().filter(|(_, value)| !value.is_empty()) {
            assert!(add_label(&mut labels, name, value));
        }
        builder
            .push(&Call {
                time_ms: call.time_ms,
                service: &call.service,
                api_key: some(&call.key),
                status: call.status,
                error_code: some(&call.code),
                error_message: some(&call.message),
                stream: Some(call.stream),
                input_tokens: call.input,
                latency_us: call.latency_us,
                ttft_us: call.ttft_us,
                labels: &labels,
                ..Call::default()
            })
            .expect("a few calls fit");
    }
    builder.finish()
}

fn name(of: &str) -> Name {
    Name::new(of).expect("a name")
}

/// Berlin, as far as the calls reach.
fn berlin() -> Zone {
    use chrono::{Offset, TimeZone};
    let zone = chrono_tz::Europe::Berlin;
    Zone::probe("Europe/Berlin", START_MS - 9 * DAY_MS, START_MS + 9 * DAY_MS, |at| {
        zone.timestamp_millis_opt(at).unwrap().offset().fix().local_minus_utc()
    })
}

fn number(call: &One, field: NumberField) -> Option<u64> {
    match field {
        NumberField::InputTokens => call.input,
        NumberField::Latency => call.latency_us,
        _ => call.ttft_us,
    }
}

fn text(call: &One, label: &Label, zone: &Zone) -> String {
    use chrono::{DateTime, Datelike, Timelike};
    let local = || DateTime::from_timestamp_millis(zone.local_ms(call.time_ms)).expect("a time");
    let status = |text: String| if call.status == 0 { String::new() } else { text };
    match label {
        Label::Dim(Dim::Service) => call.service.clone(),
        Label::Dim(Dim::ApiKey) => call.key.clone(),
        Label::Status => status(call.status.to_string()),
        Label::ErrorCode => call.code.clone(),
        Label::ErrorMessage => call.message.clone(),
        Label::Named(of) if of.as_str() == "team" => call.team.clone(),
        Label::Named(of) if of.as_str() == "env" => call.env.clone(),
        Label::Derived(Derived::StatusClass) => status(format!("{}xx", call.status / 100)),
        Label::Derived(Derived::Hour) => local().hour().to_string(),
        Label::Derived(Derived::Weekday) => local().weekday().number_from_monday().to_string(),
        Label::Derived(Derived::Octave(field)) => match number(call, *field) {
            None => String::new(),
            Some(0) => "0".into(),
            Some(value) => (1_u64 << value.ilog2()).to_string(),
        },
        _ => String::new(),
    }
}

fn matches(call: &One, matcher: &Matcher, zone: &Zone) -> bool {
    let lower = |text: &str| text.to_ascii_lowercase();
    match matcher {
        Matcher::OneOf(label, values) => values.contains(&text(call, label, zone)),
        Matcher::NoneOf(label, values) => !values.contains(&text(call, label, zone)),
        Matcher::Contains(label, part) => lower(&text(call, label, zone)).contains(&lower(part)),
        Matcher::StartsWith(label, part) => lower(&text(call, label, zone)).starts_with(&lower(part)),
        Matcher::StatusClass { classes, within } => {
            call.status > 0 && classes.iter().any(|&class| u16::from(class) == call.status / 100) == *within
        }
        Matcher::Number(field, comparison, bound) => number(call, *field).is_some_and(|value| match comparison {
            Comparison::Less => value < *bound,
            Comparison::LessOrEqual => value <= *bound,
            Comparison::Equal => value == *bound,
            Comparison::GreaterOrEqual => value >= *bound,
            Comparison::Greater => value > *bound,
        }),
        Matcher::Error(_) => unreachable!("templates have tests of their own"),
    }
}

fn label() -> impl Strategy<Value = Label> {
    prop_oneof![
        Just(Label::Dim(Dim::Service)),
        Just(Label::Dim(Dim::ApiKey)),
        Just(Label::Status),
        Just(Label::ErrorCode),
        Just(Label::ErrorMessage),
        Just(Label::Derived(Derived::StatusClass)),
        Just(Label::Derived(Derived::Hour)),
        Just(Label::Derived(Derived::Weekday)),
        Just(Label::Derived(Derived::Octave(NumberField::InputTokens))),
        Just(Label::Named(name("team"))),
        Just(Label::Named(name("env"))),
        Just(Label::Named(name("unknown"))),
    ]
}

fn matcher() -> impl Strategy<Value = Matcher> {
    let values = ["", "service-1", "Key-2", "200", "429", "code-1", "Message-2", "5xx", "3", "17", "16384", "team-1", "env-2"];
    let value = prop::sample::select(values.map(str::to_owned).to_vec());
    let field = prop_oneof![Just(NumberField::InputTokens), Just(NumberField::Latency), Just(NumberField::Ttft)];
    let comparison = prop_oneof![
        Just(Comparison::Less),
        Just(Comparison::LessOrEqual),
        Just(Comparison::Equal),
        Just(Comparison::GreaterOrEqual),
        Just(Comparison::Greater)
    ];
    prop_oneof![
        (label(), prop::collection::vec(value.clone(), 1..4)).prop_map(|(label, values)| Matcher::OneOf(label, values)),
        (label(), prop::collection::vec(value, 1..3)).prop_map(|(label, values)| Matcher::NoneOf(label, values)),
        (label(), prop::sample::select(vec!["", "E", "y-1", "0"]))
            .prop_map(|(label, part)| Matcher::Contains(label, part.into())),
        (label(), prop::sample::select(vec!["k", "4", "MESS"])).prop_map(|(label, part)| Matcher::StartsWith(label, part.into())),
        (prop::collection::vec(2..6_u8, 1..3), any::<bool>())
            .prop_map(|(classes, within)| Matcher::StatusClass { classes, within }),
        (field, comparison, 0..40_000_u64).prop_map(|(field, comparison, bound)| Matcher::Number(field, comparison, bound)),
    ]
}

/// A naive computation over the calls of a group.
type Naive = fn(&[&One]) -> Option<f64>;

/// The measures of the batch, each with a naive computation over the calls of a group; `None` is a gap.
fn measures() -> Vec<(Measure, Naive)> {
    fn good(calls: &[&One]) -> Vec<f64> {
        let latency = |call: &&One| call.latency_us.filter(|_| call.status < 400).map(|us| us as f64);
        let mut values: Vec<f64> = calls.iter().filter_map(latency).collect();
        values.sort_by(f64::total_cmp);
        values
    }
    fn quantile(values: &[f64], q: f64) -> Option<f64> {
        let h = values.len().checked_sub(1)? as f64 * q;
        let (low, next) = (values[h.floor() as usize], values[(h.floor() as usize + 1).min(values.len() - 1)]);
        Some((low + (next - low) * (h - h.floor())) / 1e3)
    }
    let latency = |agg| Measure::new(Quantity::Latency, agg);
    vec![
        (Measure::calls(), |calls| Some(calls.len() as f64)),
        (Measure::failed_calls(), |calls| Some(calls.iter().filter(|call| call.status >= 400).count() as f64)),
        (Measure::failure_rate(), |calls| {
            let stated = calls.iter().filter(|call| call.status > 0).count();
            let failed = calls.iter().filter(|call| call.status >= 400).count();
            (stated > 0).then(|| failed as f64 * 100.0 / stated as f64)
        }),
        (Measure::new(Quantity::Calls, Agg::Share).only(Matcher::StatusClass { classes: vec![5], within: false }), |calls| {
            let stated = calls.iter().filter(|call| call.status > 0).count();
            let available = calls.iter().filter(|call| call.status > 0 && call.status / 100 != 5).count();
            (stated > 0).then(|| available as f64 * 100.0 / stated as f64)
        }),
        (Measure::new(Quantity::InputTokens, Agg::Sum), |calls| {
            Some(calls.iter().filter_map(|call| call.input).sum::<u64>() as f64)
        }),
        (latency(Agg::Average), |calls| {
            let values = good(calls);
            (!values.is_empty()).then(|| values.iter().sum::<f64>() / (values.len() as f64 * 1e3))
        }),
        (latency(Agg::Minimum), |calls| good(calls).first().map(|us| us / 1e3)),
        (latency(Agg::Maximum), |calls| good(calls).last().map(|us| us / 1e3)),
        (latency(Agg::Quantile(950_000)), |calls| quantile(&good(calls), 0.95)),
        (latency(Agg::Quantile(990_000)), |calls| quantile(&good(calls), 0.99)),
        (Measure::new(Quantity::Calls, Agg::Distinct(Label::Dim(Dim::ApiKey))), |calls| {
            let keys: BTreeSet<&str> = calls.iter().map(|call| call.key.as_str()).filter(|key| !key.is_empty()).collect();
            Some(keys.len() as f64)
        }),
    ]
}

fn answers(store: &Store, asks: Vec<Ask>) -> Vec<callscope::ask::Frame> {
    let batch = Batch { source: SourceId(0), slot: Slot(0), asks, prices: Vec::new() };
    calls::answer(batch, &Context { store, store_index: &StoreIndex::of(store) })
}

fn is_selected(call: &One, Selection { range, matchers, zone }: &Selection) -> bool {
    (range.from_ms..range.to_ms).contains(&call.time_ms) && matchers.iter().all(|matcher| matches(call, matcher, zone))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn tables_and_series_equal_a_look_at_each_call(
        all in prop::collection::vec(one(), 1..120),
        matchers in prop::collection::vec(matcher(), 0..3),
        by in prop::collection::vec(label(), 0..3),
        (from, span) in (0..SPAN_MS, HOUR_MS..SPAN_MS),
    ) {
        let (store, zone) = (store(&all), berlin());
        let range = Range { from_ms: START_MS + from, to_ms: START_MS + from + span };
        let selection = Selection { range, matchers: matchers.clone(), zone: zone.clone() };
        let (wanted, naive): (Vec<Measure>, Vec<_>) = measures().into_iter().unzip();
        let split = Split::by(by.clone());
        let series = |split| SeriesAsk {
            selection: selection.clone(), width: Precision::Hour.into(), measures: wanted.clone(), split, compare: Vec::new(),
        };
        let table = TableAsk {
            selection: selection.clone(), measures: wanted.clone(), split: split.clone(), subtotals: false, compare: Vec::new(),
        };
        let frames = answers(&store, vec![Ask::Table(table), Ask::Series(series(split))]);

        let mut groups: BTreeMap<Vec<String>, Vec<&One>> = BTreeMap::new();
        if by.is_empty() {
            groups.insert(Vec::new(), Vec::new());
        }
        for call in all.iter().filter(|call| is_selected(call, &selection)) {
            groups.entry(by.iter().map(|label| text(call, label, &zone)).collect()).or_default().push(call);
        }
        let names: BTreeSet<Vec<String>> = frames[0].groups.iter().map(|group| group.values.clone()).collect();
        prop_assert_eq!(names, groups.keys().cloned().collect::<BTreeSet<_>>());
        let carried = |measure: usize| match wanted[measure].of {
            Quantity::InputTokens => all.iter().any(|call| call.input.is_some()),
            Quantity::Latency => all.iter().any(|call| call.latency_us.is_some()),
            _ => measure == 0 || measure == 10 || all.iter().any(|call| call.status > 0),
        };
        // Where a single service or none is named, whether it is carried is decided over that service, which has a test of its own.
        let one_service = matchers.iter().any(|matcher| {
            matches!(matcher, Matcher::OneOf(Label::Dim(Dim::Service), values) if values.len() == 1)
        }) || by.contains(&Label::Dim(Dim::Service));
        let buckets = frames[1].buckets.clone().expect("a series has buckets");
        for (place, group) in frames[0].groups.iter().enumerate() {
            let calls = &groups[&group.values];
            for (measure, naive) in naive.iter().enumerate() {
                if one_service || !carried(measure) {
                    continue;
                }
                let unit = if matches!(wanted[measure].agg, Agg::Sum) { 1.0 } else { wanted[measure].of.unit() };
                let column = frames[0].column(0, measure, 0).expect("what is carried has a column");
                prop_assert_eq!(column.values.number(place, unit), naive(calls), "measure {} of {:?}", measure, &group.values);
                let at = frames[1].groups.iter().position(|other| other == group).expect("the same groups");
                let column = frames[1].column(at, measure, 0).expect("what is carried has a column");
                for (bucket, &start) in buckets.starts_ms.iter().enumerate() {
                    let end = buckets.starts_ms.get(bucket + 1).copied().unwrap_or(range.to_ms);
                    let part: Vec<&One> = calls.iter().copied().filter(|call| (start..end).contains(&call.time_ms)).collect();
                    prop_assert_eq!(column.values.number(bucket, unit), naive(&part), "measure {} bucket {}", measure, bucket);
                }
            }
        }
    }

    /// Counts alone are answered without the rows of each group.
    #[test]
    fn counts_by_one_label_equal_a_look_at_each_call(
        all in prop::collection::vec(one(), 1..120),
        matchers in prop::collection::vec(matcher(), 0..3),
        label in label(),
        (top, others) in (0..4_u32, any::<bool>()),
        (from, span) in (0..SPAN_MS, HOUR_MS..SPAN_MS),
    ) {
        let (store, zone) = (store(&all), berlin());
        let range = Range { from_ms: START_MS + from, to_ms: START_MS + from + span };
        let selection = Selection { range, matchers: matchers.clone(), zone: zone.clone() };
        let split = Split { top, others, ..Split::by([label]) };
        let (width, measures) = (Precision::Hour.into(), vec![Measure::calls()]);
        let ask = SeriesAsk { selection: selection.clone(), width, measures, split, compare: Vec::new() };
        let frame = answers(&store, vec![Ask::Series(ask)]).remove(0);
        let mut times: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        for call in all.iter().filter(|call| is_selected(call, &selection)) {
            times.entry(text(call, &label, &zone)).or_default().push(call.time_ms);
        }
        prop_assert_eq!(frame.total as usize, times.len());
        let mut wanted: Vec<(Vec<String>, Vec<i64>)> = times.into_iter().map(|(value, times)| (vec![value], times)).collect();
        wanted.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(&b.0)));
        if top > 0 && wanted.len() > top as usize {
            let rest: Vec<i64> = wanted.split_off(top as usize).into_iter().flat_map(|(_, times)| times).collect();
            wanted.extend(others.then_some((Vec::new(), rest)));
        }
        let starts = &frame.buckets.clone().expect("a series has buckets").starts_ms;
        let bucket_of = |time: &i64| starts.iter().rposition(|start| start <= time).expect("a bucket holds it");
        let counts = |times: &Vec<i64>| {
            let mut counts = vec![Some(0_u64); starts.len()];
            times.iter().for_each(|time| *counts[bucket_of(time)].get_or_insert(0) += 1);
            Values::Whole(counts)
        };
        let wanted: Vec<_> = wanted.iter().map(|(values, times)| (values.clone(), Some(counts(times)))).collect();
        let values = |place| frame.column(place, 0, 0).map(|column| column.values.clone());
        let groups = frame.groups.iter().enumerate();
        let got: Vec<_> = groups.map(|(place, group)| (group.values.clone(), values(place))).collect();
        prop_assert_eq!(got, wanted);
    }

    /// What asks of a batch share (rows, buckets, sums of services) changes no answer.
    #[test]
    fn asks_of_a_batch_are_answered_as_alone(
        all in prop::collection::vec(one(), 1..120),
        matchers in prop::collection::vec(matcher(), 0..3),
        label in label(),
        few in prop::collection::vec(any::<bool>(), 11),
        (from, span) in (0..SPAN_MS, HOUR_MS..SPAN_MS),
        order in Just(vec![0_usize, 1, 2, 3, 4]).prop_shuffle(),
    ) {
        let (store, zone) = (store(&all), berlin());
        let range = Range { from_ms: START_MS + from, to_ms: START_MS + from + span };
        let selection = Selection { range, matchers, zone };
        let wanted: Vec<Measure> = measures().into_iter().map(|(measure, _)| measure).collect();
        let some: Vec<Measure> = wanted.iter().zip(&few).filter(|(_, few)| **few).map(|(measure, _)| measure.clone()).collect();
        let tokens = [Quantity::TotalTokens, Quantity::InputTokens, Quantity::OutputTokens].map(|of| Measure::new(of, Agg::Sum));
        let tiles = [vec![Measure::calls(), Measure::failed_calls()], tokens.to_vec()].concat();
        let mut narrower = selection.clone();
        narrower.matchers.push(Matcher::OneOf(Label::Dim(Dim::Service), vec!["service-1".into(), "service-2".into()]));
        let table = |selection: &Selection, measures: &[Measure], by: Vec<Label>| {
            let (selection, measures, split) = (selection.clone(), measures.to_vec(), Split::by(by));
            Ask::Table(TableAsk { selection, measures, split, subtotals: true, compare: Vec::new() })
        };
        let service = Label::Dim(Dim::Service);
        let asks = [
            Ask::Series(SeriesAsk {
                selection: selection.clone(),
                width: Precision::Hour.into(),
                measures: tiles.clone(),
                split: Split::default(),
                compare: Vec::new(),
            }),
            table(&selection, &some, vec![service]),
            table(&selection, &tiles, Vec::new()),
            table(&narrower, &wanted, vec![service, label]),
            table(&selection, &wanted, vec![label, service]),
        ];
        let asks: Vec<Ask> = order.into_iter().map(|at| asks[at].clone()).collect();
        let together = answers(&store, asks.clone());
        for (ask, frame) in asks.into_iter().zip(together) {
            // As text: a gap is not equal to itself.
            let alone = answers(&store, vec![ask]).remove(0);
            prop_assert_eq!(format!("{frame:?}"), format!("{alone:?}"));
        }
    }

    #[test]
    fn values_of_a_label_are_counted_under_all_other_matchers(
        all in prop::collection::vec(one(), 1..120),
        matchers in prop::collection::vec(matcher(), 0..3),
        label in label(),
        own_matchers in any::<bool>(),
        limit in 0..4_u32,
        search in prop::sample::select(vec!["", "1", "KEY"]),
    ) {
        let (store, zone) = (store(&all), berlin());
        let range = Range { from_ms: START_MS, to_ms: START_MS + SPAN_MS };
        let selection = Selection { range, matchers: matchers.clone(), zone: zone.clone() };
        let ask = ValuesAsk { selection, label, own_matchers, search: search.into(), limit, also: Vec::new() };
        let frame = answers(&store, vec![Ask::Values(ask)]).remove(0);
        let counts = |call: &&One| {
            let others = matchers.iter().filter(|matcher| own_matchers || matcher.label() != Some(&label));
            others.into_iter().all(|matcher| matches(call, matcher, &zone))
        };
        let mut counted: BTreeMap<String, u64> = BTreeMap::new();
        for call in all.iter().filter(counts) {
            *counted.entry(text(call, &label, &zone)).or_default() += 1;
        }
        let total: u64 = counted.values().sum();
        let mut wanted: Vec<(String, u64)> =
            counted.into_iter().filter(|(value, _)| value.to_ascii_lowercase().contains(&search.to_ascii_lowercase())).collect();
        wanted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        wanted.truncate(limit as usize);
        let calls = |place| frame.column(0, 0, 0).and_then(|column| column.values.whole(place)).unwrap_or(0);
        let got: Vec<(String, u64)> = frame
            .groups
            .iter()
            .enumerate()
            .filter(|(_, group)| !group.others)
            .map(|(place, group)| (group.values.concat(), calls(place)))
            .collect();
        let rest = (0..frame.groups.len()).map(calls).sum::<u64>();
        prop_assert_eq!(got, wanted);
        prop_assert_eq!(rest, total);
    }
}
