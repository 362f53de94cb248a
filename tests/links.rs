//! Whatever the query of a link holds, the view that it makes is within limits: it can be written as a link again, and its ranges, zones, buckets and
//! ticks are bounded.

use callscope::embed;
use callscope::model::limits::{BUCKETS_MAX, CUSTOM_DAYS_MAX, TIME_MS_END, TIME_MS_MIN};
use callscope::model::range::DAY_MS;
use callscope::model::{Precision, Range, is_instant};
use callscope::series::{Zone, buckets, calendar, ticks};
use callscope::url::{self, ViewState};
use chrono::{Offset, TimeZone};
use proptest::prelude::*;
use serde_json::json;

const KEYS: [&str; 34] = [
    "page",
    "service",
    "range",
    "from-range",
    "precision",
    "tz",
    "lang",
    "theme",
    "source",
    "as",
    "now",
    "open",
    "sort",
    "search",
    "hide",
    "off",
    "log",
    "table",
    "enlarge",
    "closed",
    "status",
    "own-code",
    "message",
    "order",
    "embed",
    "v",
    "type",
    "key",
    "ip",
    "nonsense",
    "calls.sort",
    "details.off",
    "failed.status",
    "logs.query",
];
const ZONES: [&str; 4] = ["UTC", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia"];

/// Instants: any, at the edges of what counts, and such as people have.
fn instant() -> impl Strategy<Value = i64> {
    let edges = [i64::MIN, i64::MAX, -1, 0, TIME_MS_MIN, TIME_MS_END, 253_402_300_799_999, 8_640_000_000_000_000];
    let edge = (proptest::sample::select(edges.to_vec()), -2_i64..=2).prop_map(|(edge, by)| edge.saturating_add(by));
    prop_oneof![any::<i64>(), edge, TIME_MS_MIN..TIME_MS_END]
}

fn range() -> impl Strategy<Value = String> {
    let sound =
        (TIME_MS_MIN - DAY_MS..TIME_MS_END, 1_i64..CUSTOM_DAYS_MAX * DAY_MS * 2).prop_map(|(from, span)| (from, from + span));
    prop_oneof![(instant(), instant()), sound].prop_map(|(from, to)| format!("{from}~{to}"))
}

fn value() -> impl Strategy<Value = String> {
    let words = "today yesterday 3d 7d 14d minute hour day details failed url:x kept:x file: 4 429 ttft ttft.p99 tokens.down 1 zh dark 18446744073709551616";
    let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
    prop_oneof![range(), instant().prop_map(|at| at.to_string()), proptest::sample::select(words), "[ -~é中]{0,12}"]
}

fn query() -> impl Strategy<Value = String> {
    let plain = (proptest::sample::select(KEYS.to_vec()), value()).prop_map(|(key, value)| format!("{key}={value}"));
    // More than their share of what decides spans.
    let span = (proptest::sample::select(vec!["range", "from-range"]), range()).prop_map(|(key, value)| format!("{key}={value}"));
    let now = instant().prop_map(|at| format!("now={at}"));
    proptest::collection::vec(prop_oneof![plain, span, now, "[ -~]{0,20}"], 0..12).prop_map(|pairs| pairs.join("&"))
}

fn zone(name: &str, reach: Range) -> Zone {
    let zone: chrono_tz::Tz = name.parse().expect("a zone");
    Zone::probe(name, reach.from_ms, reach.to_ms, |at| {
        zone.timestamp_millis_opt(at).single().expect("an instant").offset().fix().local_minus_utc()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn any_link_makes_a_view_within_limits(query in query(), name in proptest::sample::select(ZONES.to_vec()), clock in TIME_MS_MIN..TIME_MS_END) {
        let base = ViewState::default();
        let state = url::parse(&query, &base);
        let link = url::serialise(&state, &base);
        let again = url::parse(&link, &base);
        prop_assert_eq!(&again, &ViewState { refused: Default::default(), ..state.clone() });
        prop_assert_eq!(url::serialise(&again, &base), link);

        prop_assert!(state.now_ms.is_none_or(is_instant));
        let now_ms = state.now_ms.unwrap_or(clock);
        for choice in std::iter::once(state.range).chain(state.zoomed_from) {
            let reach = calendar::reach_of(choice, now_ms);
            prop_assert!(reach.span_ms() <= (2 * CUSTOM_DAYS_MAX + 6) * DAY_MS, "{reach:?}");
            let zone = zone(name, reach);
            let range = calendar::range_of(choice, now_ms, &zone);
            prop_assert!(range.from_ms < range.to_ms && range.from_ms >= TIME_MS_MIN - 15 * DAY_MS && range.to_ms <= TIME_MS_END + DAY_MS);
            let before = calendar::before_of(choice, range, &zone);
            prop_assert!(before.from_ms >= reach.from_ms && before.to_ms <= range.from_ms, "{before:?} before {range:?}");
            // Also where a deployment lets people choose any precision.
            for precision in Precision::ALL {
                for range in [range, before] {
                    let tiles = buckets::tile(range, precision.into(), &zone);
                    prop_assert!(tiles.is_ok_and(|tiles| tiles.len() <= BUCKETS_MAX), "{range:?} by {precision:?}");
                }
            }
            prop_assert!(ticks(range, &zone, 600.0).len() < 100);
        }

        // A host's view is read by the same rule, and refused as a whole.
        let fields = json!({ "query": query });
        let set = embed::view_of(fields.as_object().expect("an object"), &base, &base, |_| true);
        if let Ok(view) = set {
            prop_assert!(state.refused.is_empty());
            prop_assert_eq!(view.range, state.range);
        }
    }
}
