//! Over generated calls and price sheets, costs equal those of a naive sum, call by call and token by token's price.

use callscope::engine::once::{self, Context};
use callscope::model::price::Price;
use callscope::model::{Call, Dim, Filter, Range, ServiceType};
use callscope::series::Zone;
use callscope::source::calls::StoreIndex;
use callscope::store::{Builder, Store};
use callscope::wire::{Cost, CostQuery, CostReply, Query, Reply, Selection, UNPRICED_NAMED_MAX};
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeMap;

/// A call with the fields that matter here.
#[derive(Clone, Debug)]
struct Plain {
    time_ms: i64,
    service: &'static str,
    model: &'static str,
    version: &'static str,
    key: &'static str,
    input: Option<u64>,
    cached: Option<u64>,
    output: Option<u64>,
    total: Option<u64>,
}

/// The first service is a commercial one.
const SERVICES: [&str; 3] = ["alpha", "beta", "名前"];
/// A model may be called as a service is.
const MODELS: [&str; 4] = ["", "large", "small", "beta"];
const VERSIONS: [&str; 3] = ["", "1", "2"];

fn tokens() -> impl Strategy<Value = Option<u64>> {
    prop_oneof![2 => Just(None), 2 => select(vec![0, 1, 7]).prop_map(Some), 3 => (0..300_000u64).prop_map(Some)]
}

fn call() -> impl Strategy<Value = Plain> {
    let who = (select(SERVICES.to_vec()), select(MODELS.to_vec()), select(VERSIONS.to_vec()), select(vec!["", "key"]));
    (0..100i64, who, tokens(), tokens(), tokens(), tokens()).prop_map(|(time_ms, who, input, cached, output, total)| {
        let (service, model, version, key) = who;
        Plain { time_ms, service, model, version, key, input, cached, output, total }
    })
}

fn sheet() -> impl Strategy<Value = BTreeMap<String, Price>> {
    let parts = || prop_oneof![Just(0), 0..3_000_000u64, Just(1_000_000_000_000_000)];
    let price = (parts(), parts(), parts()).prop_map(|(input, cached, output)| Price { input, cached, output });
    let name = select(vec!["large", "small", "alpha", "beta", "名前", "other", ""]).prop_map(str::to_owned);
    proptest::collection::btree_map(name, price, 0..6)
}

fn store(calls: &[Plain]) -> Store {
    let given = |text: &'static str| (!text.is_empty()).then_some(text);
    let mut builder = Builder::new();
    for call in calls {
        builder
            .push(&Call {
                time_ms: call.time_ms,
                service: call.service,
                service_type: if call.service == SERVICES[0] { ServiceType::Commercial } else { ServiceType::My },
                model: given(call.model),
                version: given(call.version),
                api_key: given(call.key),
                status: 200,
                input_tokens: call.input,
                cached_tokens: call.cached,
                output_tokens: call.output,
                total_tokens: call.total,
                ..Call::default()
            })
            .expect("room for it");
    }
    builder.finish()
}

fn engine(store: &Store, query: CostQuery) -> CostReply {
    let context = Context { store, store_index: &StoreIndex::of(store), titles: &str::to_owned };
    let Reply::Cost(reply) = once::run(&Query::Cost(query), &context) else { panic!("another answer") };
    reply
}

/// What the calls cost that `counts` picks, and how often a name that a price was looked for by is not in the sheet.
fn naive(calls: &[Plain], sheet: &BTreeMap<String, Price>, counts: impl Fn(&Plain) -> bool) -> (Cost, BTreeMap<String, u64>) {
    let (mut cost, mut lacking) = (Cost::default(), BTreeMap::new());
    for call in calls.iter().filter(|call| counts(call)) {
        let (input, output) = (call.input.unwrap_or(0), call.output.unwrap_or(0));
        if input == 0 && output == 0 && call.total.is_none_or(|total| total == 0) {
            continue;
        }
        // The tokens of a total are known where both of its halves are, or where one makes up all of it.
        let known = match (call.input, call.output, call.total) {
            (Some(0), Some(0), _) => false,
            (Some(_), Some(_), _) => true,
            (Some(half), None, total) | (None, Some(half), total) => half > 0 && total.is_none_or(|total| total <= half),
            (None, None, _) => false,
        };
        let name = if call.model.is_empty() { call.service } else { call.model };
        match sheet.get(name) {
            Some(price) if known => {
                let hit = std::cmp::min(call.cached.unwrap_or(0), input);
                let amounts = [(input - hit, price.input), (hit, price.cached), (output, price.output)];
                cost.parts += amounts.iter().map(|&(n, each)| n as u128 * each as u128).sum::<u128>();
                cost.priced += 1;
            }
            Some(_) => cost.unpriced += 1,
            None => {
                cost.unpriced += 1;
                *lacking.entry(name.to_owned()).or_insert(0) += 1;
            }
        }
    }
    (cost, lacking)
}

proptest! {
    #[test]
    fn costs_equal_the_naive_ones(
        calls in proptest::collection::vec(call(), 1..80),
        sheet in sheet(),
        (from_ms, to_ms) in (0..60i64, 40..110i64),
        only_key in any::<bool>(),
        only_service in proptest::option::of(select(SERVICES.to_vec())),
    ) {
        let mut filter = Filter::default();
        if only_key { filter = filter.with(Dim::ApiKey, vec!["key".to_owned()]); }
        if let Some(service) = only_service { filter = filter.with(Dim::Service, vec![service.to_owned()]); }
        let range = Range { from_ms, to_ms: to_ms.max(from_ms) };
        let selection = Selection { range, before: None, filter, zone: Zone::utc() };
        let reply = engine(&store(&calls), CostQuery { selection, prices: sheet.clone().into_iter().collect() });

        let selected = |call: &Plain| {
            call.time_ms >= range.from_ms && call.time_ms < range.to_ms
                && (!only_key || call.key == "key") && only_service.is_none_or(|service| service == call.service)
        };
        let (all, lacking) = naive(&calls, &sheet, selected);
        prop_assert_eq!(reply.sum(SERVICES), all);
        prop_assert_eq!(reply.totals_alone, all.unpriced - lacking.values().sum::<u64>());
        prop_assert_eq!(reply.unpriced.iter().cloned().collect::<BTreeMap<_, _>>(), lacking);
        prop_assert_eq!(reply.all(), all);
        prop_assert!(reply.unpriced.is_sorted_by(|a, b| a.1 >= b.1));
        for service in SERVICES {
            let (cost, _) = naive(&calls, &sheet, |call| selected(call) && call.service == service);
            prop_assert_eq!(reply.of(service, None), cost);
            prop_assert_eq!(reply.rows.iter().any(|row| row.name == service), cost.carries_tokens());
        }
        for version in VERSIONS {
            let (cost, _) = naive(&calls, &sheet, |call| selected(call) && call.service == SERVICES[0] && call.version == version);
            // Where no call of the service carries a version there is none to show.
            let versioned = calls.iter().any(|call| call.service == SERVICES[0] && !call.version.is_empty());
            prop_assert_eq!(reply.of(SERVICES[0], Some(version)), if versioned { cost } else { Cost::default() });
            prop_assert_eq!(reply.of(SERVICES[1], Some(version)), Cost::default());
        }
    }
}

/// More calls than a step looks at, of more models than are named.
#[test]
fn many_calls_are_counted_once_each() {
    let names: Vec<String> = (0..30).map(|i| format!("model {i:02}")).collect();
    let mut builder = Builder::new();
    for i in 0..130_000_u32 {
        let service = if i % 3 == 0 { "a" } else { "b" };
        let model = Some(names[i as usize % names.len()].as_str());
        let time_ms = i64::from(i);
        builder
            .push(&Call {
                time_ms,
                service,
                model,
                status: 200,
                input_tokens: Some(2),
                output_tokens: Some(1),
                ..Call::default()
            })
            .expect("room for it");
    }
    let store = builder.finish();
    let range = Range { from_ms: 10, to_ms: 129_990 };
    let selection = Selection { range, before: None, filter: Filter::default(), zone: Zone::utc() };
    let price = Price { input: 3, cached: 1, output: 5 };
    let reply = engine(&store, CostQuery { selection, prices: vec![(names[0].clone(), price)] });
    let all = reply.sum(["a", "b"]);
    let priced = (10..129_990).filter(|i| i % 30 == 0).count() as u64;
    assert_eq!(all, Cost { parts: u128::from(priced) * 11, priced, unpriced: 129_980 - priced });
    assert_eq!(reply.unpriced.len(), UNPRICED_NAMED_MAX);
}
