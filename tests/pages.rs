//! The state of each page: what it writes into a link it reads again, what it cannot understand it drops, and the rest of a link stays.

use crate::calls_state::{CallsState, Sort};
use crate::details_state::DetailsState;
use crate::failed_state::FailedState;
use callscope::embed;
use callscope::model::{Column, Line, Metric};
use callscope::url::{Page, PageState, ViewState, parse, serialise};
use callscope::wire::ListSort;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

fn text() -> impl Strategy<Value = String> {
    "[ -~é中\u{1F600}]{0,12}"
}

fn calls() -> impl Strategy<Value = CallsState> {
    let column = || select(Column::ALL.to_vec());
    (btree_set(text(), 0..4), option::of(column()), any::<bool>(), text(), vec(column(), 0..4)).prop_map(
        |(open, column, descending, search, hidden)| CallsState {
            open: open.into_iter().collect(),
            sort: Sort { column, descending },
            search,
            hidden_columns: hidden.into_iter().map(Column::key).collect(),
        },
    )
}

fn details() -> impl Strategy<Value = DetailsState> {
    let metric = || select(Metric::THREE_WIDE.to_vec());
    let line = prop_oneof![Just(Line::P99), Just(Line::Avg), Just(Line::Before), (400u16..600).prop_map(Line::Status)];
    let off = btree_map(metric(), btree_set(line, 1..3), 0..3);
    (off, btree_set(metric(), 0..3), any::<bool>(), btree_set(metric(), 0..3), option::of(metric())).prop_map(
        |(off, logarithmic, max_scales, tables, enlarged)| DetailsState {
            lines_off: off.into_iter().map(|(metric, lines)| (metric, lines.into_iter().collect())).collect(),
            logarithmic: logarithmic.into_iter().collect(),
            max_scales,
            tables: tables.into_iter().collect(),
            enlarged,
        },
    )
}

fn failed() -> impl Strategy<Value = FailedState> {
    let sort = (select(ListSort::ALL.to_vec()), any::<bool>());
    (btree_set(4u8..6, 0..3), option::of(400u16..600), option::of((text(), text())), any::<bool>(), sort).prop_map(
        |(closed, status, message, by_message, list_sort)| FailedState {
            closed_classes: closed.into_iter().collect(),
            status,
            message,
            by_message,
            list_sort,
        },
    )
}

proptest! {
    #[test]
    fn a_link_restores_every_page(calls in calls(), details in details(), failed in failed()) {
        let base = ViewState::default();
        let mut view = parse("v=2&page=details&service=a&logs.query=x", &base);
        view.change(|own| *own = calls.clone());
        view.change(|own| *own = details.clone());
        view.change(|own| *own = failed.clone());
        let link = serialise(&view, &base);
        let again = parse(&link, &base);
        prop_assert_eq!(&again, &view);
        prop_assert_eq!(again.own::<CallsState>(), calls);
        prop_assert_eq!(again.own::<DetailsState>(), details);
        prop_assert_eq!(again.own::<FailedState>(), failed);
        prop_assert!(link.ends_with("logs.query=x"));
    }

    #[test]
    fn no_pair_is_an_error(key in "(open|sort|search|hide|off|log|table|enlarge|closed|status|own-code|message|order)", value in ".{0,20}") {
        fn read<S: PageState + PartialEq + std::fmt::Debug>(key: &str, value: &str) {
            let mut state = S::default();
            state.read(key, value);
            let mut again = S::default();
            state.write(&mut |key, value| again.read(key, value));
            assert_eq!(state, again, "{key}={value}");
        }
        read::<CallsState>(&key, &value);
        read::<DetailsState>(&key, &value);
        read::<FailedState>(&key, &value);
    }
}

#[test]
fn a_page_in_its_default_state_writes_nothing() {
    let mut view = parse("v=2&calls.sort=name.up&calls.rubbish=1&details.log=ttft", &ViewState::default());
    view.change(|own: &mut CallsState| own.sort = Sort::default());
    assert_eq!(serialise(&view, &ViewState::default()), "v=2&details.log=ttft");
}

#[test]
fn costs_order_and_hide_as_other_columns_do() {
    let base = ViewState::default();
    let mut view = parse("v=2&calls.sort=cost.up&calls.hide=cost", &base);
    let sort = view.own::<CallsState>().sort;
    assert_eq!(sort, Sort { column: Some(Column::Cost), descending: false });
    view.change(|_: &mut CallsState| ());
    assert_eq!(serialise(&view, &base), "v=2&calls.sort=cost.up&calls.hide=cost");
    assert_eq!((sort.with_costs(true), sort.with_costs(false)), (sort, Sort::default()));
    let by_name = Sort { column: None, descending: false };
    assert_eq!(by_name.with_costs(false), by_name);
}

/// The protocol of hosts has fields that are a page's own.
#[test]
fn a_host_sets_what_a_page_reads() {
    let base = ViewState::default();
    let set = |now: &ViewState, fields: serde_json::Value| {
        embed::view_of(fields.as_object().expect("an object"), now, &base, |_| true).expect("a view")
    };
    let view = set(&base, json!({ "search": "a b", "status": 429, "query": "v=1&own-code=x&message=y&order=ip.up" }));
    let failed = view.own::<FailedState>();
    assert_eq!((view.own::<CallsState>().search.as_str(), failed.status, failed.message), ("a b", Some(429), None));
    assert_eq!(failed.list_sort, (ListSort::Ip, false));
    let cleared = set(&view, json!({ "search": "", "status": null }));
    assert_eq!((cleared.pair(Page::Calls, "search"), cleared.own::<FailedState>().status), (None, None));
}
