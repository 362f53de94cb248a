//! Labels of a feed's own names: from the text to filters, lists and exports, with no line of code that names one.

use callscope::engine::load::Loader;
use callscope::engine::once::{self, Context};
use callscope::model::limits::FACET_VALUES_MAX;
use callscope::model::limits::LABELS_MAX;
use callscope::model::{Filter, Label, Matcher, Name, Precision, Range};
use callscope::series::Zone;
use callscope::source::calls::StoreIndex;
use callscope::store::Store;
use callscope::wire::{CallsQuery, CallsReply, DataSet, Query, Reply, RowsQuery, Selection, ValuesQuery};

const START_MS: i64 = 1_774_483_200_000;

fn team() -> Label {
    Label::Named(Name::new("team").expect("a name"))
}

/// A line for each call: team, and whatever else its labels are.
fn feed(labels: &[&str]) -> String {
    let line = |(i, labels): (usize, &&str)| {
        let at = START_MS + i as i64 * 1000;
        format!("{{\"time\": {at}, \"service\": \"chat\", \"status\": 200, \"labels\": {labels}}}\n")
    };
    labels.iter().enumerate().map(line).collect()
}

fn loaded(text: &str, bytes: usize) -> (Store, DataSet) {
    let mut loader = Loader::new("labels.ndjson", false, None);
    text.as_bytes().chunks(bytes).for_each(|piece| loader.push(piece).expect("the feed is well-formed"));
    loader.finish().expect("the feed has calls")
}

fn selection(filter: Filter) -> Selection {
    Selection { range: Range { from_ms: START_MS, to_ms: START_MS + 3_600_000 }, before: None, filter, zone: Zone::utc() }
}

fn asked(store: &Store, query: &Query) -> Reply {
    once::run(query, &Context { store, store_index: &StoreIndex::of(store), titles: &str::to_owned })
}

fn calls(store: &Store, filter: Filter) -> CallsReply {
    let query = Query::Calls(CallsQuery { selection: selection(filter), precision: Precision::Hour });
    let Reply::Calls(reply) = asked(store, &query) else { panic!("another reply") };
    reply
}

const LABELS: [&str; 6] = [
    r#"{"team": "search", "prompt": 7}"#,
    r#"{"team":"search"}"#,
    r#"{"beta": true, "team": "ads"}"#,
    "{}",
    "null",
    r#"{"team": "ads", "beta": null}"#,
];

#[test]
fn a_label_is_listed_and_filtered_by() {
    for bytes in [usize::MAX, 7] {
        let (store, data) = loaded(&feed(&LABELS), bytes);
        let names: Vec<&str> = data.labels.names.iter().map(|name| name.as_str()).collect();
        assert_eq!((names.as_slice(), data.labels.left_out, data.rejected.count), (&["prompt", "team", "beta"][..], 0, 0));
        let all = calls(&store, Filter::default());
        let facet = all.facets.iter().find(|facet| facet.label == team()).expect("a list");
        let counted = [("", 2), ("ads", 2), ("search", 2)].map(|(value, calls)| (value.to_owned(), calls));
        assert_eq!((facet.values.as_slice(), facet.distinct), (&counted[..], 3));
        let some = calls(&store, Filter::default().with(team(), vec!["search".into(), String::new()]));
        assert_eq!((some.all.calls, some.without), (4, vec![(team(), 6)]));
        let mut filter = Filter::default();
        filter.add(Matcher::NoneOf(team(), vec!["ads".into()]));
        filter.add(Matcher::StartsWith(team(), "S".into()));
        let conditions = calls(&store, filter);
        assert_eq!((conditions.all.calls, conditions.without), (2, vec![(team(), 6)]));
        let none = calls(&store, Filter::default().with(Label::from_key("label.unheard").expect("a name"), vec!["x".into()]));
        assert_eq!(none.all.calls, 0);
    }
}

#[test]
fn every_label_is_a_column_of_the_calls() {
    let (store, data) = loaded(&feed(&LABELS), usize::MAX);
    let Reply::Rows(rows) =
        asked(&store, &Query::Rows(RowsQuery { selection: selection(Filter::default()), from: 0, limit: 10 }))
    else {
        panic!("another reply")
    };
    assert_eq!(rows.rows[2].labels, ["", "ads", "true"]);
    let zone = Zone::utc();
    let view =
        callscope::export::View { lang: callscope::i18n::Lang::En, zone: &zone, range: selection(Filter::default()).range };
    let head = callscope::export::calls::head(view, &data.labels.names);
    let keys: Vec<&str> = head.columns.iter().map(|column| &*column.key).collect();
    assert_eq!(keys[keys.len() - 3..], ["label.prompt", "label.team", "label.beta"]);
}

#[test]
fn what_finds_no_room_is_counted_and_the_calls_stay() {
    let many: Vec<String> =
        (0..LABELS_MAX + 2).map(|n| format!(r#"{{"n{n:02}": "x", "long": "{}"}}"#, "v".repeat(257))).collect();
    let (store, data) = loaded(&feed(&many.iter().map(String::as_str).collect::<Vec<_>>()), usize::MAX);
    assert_eq!((store.len(), data.labels.names.len(), data.labels.left_out), (LABELS_MAX + 2, LABELS_MAX, LABELS_MAX as u64 + 4));
}

#[test]
fn labels_of_another_type_reject_their_call() {
    for bad in [r#"{"team": ["search"]}"#, r#"["team"]"#, r#""team""#, r#"{"team": "a", "team": "b"}"#, r#"{"": "a"}"#] {
        let (store, data) = loaded(&feed(&[bad, "{}"]), usize::MAX);
        assert_eq!((store.len(), data.rejected.count), (1, 1), "{bad}");
        assert_eq!(data.rejected.samples[0].field, "labels", "{bad}");
    }
}

#[test]
fn a_search_finds_values_beyond_those_listed() {
    // Two calls of each of the most frequent teams, one of each of the others.
    let frequent = (0..FACET_VALUES_MAX * 2).map(|n| format!(r#"{{"team": "team-{:04}"}}"#, n / 2));
    let rare = (0..9).map(|n| format!(r#"{{"team": "Rare-{n}"}}"#));
    let lines: Vec<String> = frequent.chain(rare).collect();
    let (store, _) = loaded(&feed(&lines.iter().map(String::as_str).collect::<Vec<_>>()), usize::MAX);
    let facet = calls(&store, Filter::default()).facets.into_iter().find(|facet| facet.label == team()).expect("a list");
    assert!(facet.is_cut() && facet.values.iter().all(|(value, _)| !value.starts_with("Rare")));
    let found = |search: &str, service: Option<&str>, filter: Filter| {
        let (service, search) = (service.map(str::to_owned), search.to_owned());
        let query = Query::Values(ValuesQuery { service, selection: selection(filter), label: team(), search });
        let Reply::Values(found) = asked(&store, &query) else { panic!("another reply") };
        (found.values.len(), found.distinct as usize)
    };
    let all = FACET_VALUES_MAX + 9;
    assert_eq!(found("rare-", None, Filter::default()), (9, all));
    // What is chosen of the label itself hides nothing.
    let chosen = Filter::default().with(team(), vec!["Rare-1".into()]);
    assert_eq!(found("RARE-", Some("chat"), chosen), (9, all));
    assert_eq!(found("rare-7", Some("other"), Filter::default()), (0, 0));
    assert_eq!(found("e", None, Filter::default()), (FACET_VALUES_MAX, all));
}
