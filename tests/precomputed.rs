//! What is summed up and ordered beforehand changes no answer: a store with all precomputed sums is queried beside one without any, and the naive implementation of
//! `oracle_properties` follows the latter.

use callscope::engine::once::{self, Context};
use callscope::model::range::{HOUR_MS, MINUTE_MS};
use callscope::model::{Call, Dim, Filter, Precision, Range, ServiceType};
use callscope::series::Zone;
use callscope::source::calls::StoreIndex;
use callscope::store::{Builder, Store};
use callscope::wire::{CallsQuery, DetailsQuery, Query, Reply, Selection};
use proptest::prelude::*;
use proptest::sample::select;

const CALLS: i64 = 60_000;
/// Fifty calls a minute.
const APART_MS: i64 = 1_200;
const SERVICES: [&str; 4] = ["busy", "commercial", "single", "seldom"];

fn store(from_ms: i64, wide: bool) -> Store {
    let mut builder = Builder::new();
    for i in 0..CALLS {
        let drawn = (i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
        let service = match drawn % 16 {
            0..8 => 0,
            8..12 => 1,
            12..15 => 2,
            _ => 3,
        };
        let commercial = service == 1 || service == 2;
        let failed = drawn.is_multiple_of(37);
        builder
            .push(&Call {
                time_ms: from_ms + i * APART_MS + (drawn % 977) as i64,
                service: SERVICES[service],
                service_type: if commercial { ServiceType::Commercial } else { ServiceType::My },
                version: if service == 2 { Some("1.0") } else { [None, Some("1.1"), Some("2.0")][(drawn >> 8) as usize % 3] },
                status: if failed { [429, 503][(drawn >> 5) as usize % 2] } else { 200 },
                stream: [None, Some(false), Some(true), Some(true)][(drawn >> 3) as usize % 4],
                api_key: Some(["a", "b"][(drawn >> 7) as usize % 2]),
                input_tokens: Some(drawn % 9_973).filter(|_| !failed),
                output_tokens: Some(if wide { drawn << 10 } else { drawn % 997 }).filter(|n| n % 5 > 0),
                latency_us: Some(drawn % 10_000_019),
                ttft_us: Some(drawn % 1_000_003).filter(|n| n % 3 > 0),
                ..Call::default()
            })
            .unwrap();
    }
    builder.finish()
}

fn answer(store: &Store, store_index: &StoreIndex, query: Query) -> Reply {
    once::run(&query, &Context { store, store_index, titles: &str::to_owned })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn answers_are_the_same_with_and_without(
        // On an hour, within one, and before 1970.
        start in select(vec![0, 1_772_323_200_000, 1_772_323_200_000 + 1_234_567, -5_000_000_003]),
        wide in any::<bool>(),
        selections in prop::collection::vec(
            (
                -HOUR_MS..21 * HOUR_MS,
                prop_oneof![1..3 * MINUTE_MS, MINUTE_MS..22 * HOUR_MS],
                select(vec![1, MINUTE_MS, HOUR_MS]),
                select(vec![0, 3600, 19_800, -12_600, 3_208]),
                select(Precision::ALL.to_vec()),
                (any::<bool>(), any::<bool>(), select(SERVICES.to_vec())),
            ),
            12,
        ),
    ) {
        let store = store(start, wide);
        let (known, unknown) = (StoreIndex::of(&store), StoreIndex::begun(&store));
        prop_assert!(known.index_bytes() > unknown.index_bytes());
        for (from, span, step, offset, precision, (filtered, compared, service)) in selections {
            let from_ms = (start + from).div_euclid(step) * step;
            let range = Range { from_ms, to_ms: from_ms + span.div_euclid(step).max(1) * step };
            let before = compared.then(|| Range { from_ms: range.from_ms - range.span_ms(), to_ms: range.from_ms });
            let mut filter = Filter::default();
            if filtered {
                filter.0.insert(Dim::ApiKey.into(), vec!["a".to_owned()]);
            }
            let selection = Selection { range, before, filter, zone: Zone::probe("", range.from_ms - range.span_ms(), range.to_ms, |_| offset) };
            for query in [
                Query::Calls(CallsQuery { selection: selection.clone(), precision }),
                Query::Details(DetailsQuery { service: service.to_owned(), selection, precision }),
            ] {
                // As text: what is not a number is not equal to itself.
                let (got, want) = (answer(&store, &known, query.clone()), answer(&store, &unknown, query));
                prop_assert_eq!(format!("{got:?}"), format!("{want:?}"));
            }
        }
    }
}

#[test]
fn hours_and_minutes_of_few_calls_take_no_room() {
    let sparse = |calls: i64, apart_ms: i64| {
        let mut builder = Builder::new();
        for i in 0..calls {
            builder.push(&Call { service: "s", time_ms: i * apart_ms, status: 200, ..Call::default() }).unwrap();
        }
        let store = builder.finish();
        StoreIndex::of(&store).index_bytes() - StoreIndex::begun(&store).index_bytes()
    };
    // Sums of 128 calls each, and nothing else.
    let sums = sparse(10_000, HOUR_MS);
    assert!(sums < 3 * 10_000, "{sums}");
    // An hour or a century apart.
    assert_eq!(sums, sparse(10_000, 100 * 365 * 24 * HOUR_MS / 100));
    let dense = sparse(10_000, 1_000);
    assert!(dense > sums && dense < 5 * 10_000, "{dense}");
}
