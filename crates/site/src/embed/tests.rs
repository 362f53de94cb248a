//! Messages right, wrong in every field, and arbitrary.

mod names;

use super::*;
use crate::i18n::Lang;
use crate::model::limits::MESSAGE_CHARS_MAX;
use crate::model::range::{DAY_MS, Preset};
use crate::model::{Dim, Metric, Precision, Range, RangeChoice};
use crate::url::{DataSource, Page, Theme, ViewState};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const TOKENS: &str = include_str!("../../../../style/tokens.css");

fn message(fields: Value) -> Value {
    let mut all = json!({ "protocol": PROTOCOL, "nonce": "abcdefgh" });
    for (key, value) in fields.as_object().unwrap() {
        all[key] = value.clone();
    }
    all
}

fn right(fields: Value, carried: MessageData) -> Incoming {
    match read(&message(fields.clone()), carried) {
        Read::Right(incoming) => incoming,
        other => panic!("{fields}: {other:?}"),
    }
}

fn fault(fields: Value, carried: MessageData) -> (Code, String) {
    match read(&message(fields.clone()), carried) {
        Read::Wrong { nonce, fault, .. } => {
            assert_eq!(nonce.as_deref(), Some("abcdefgh"));
            assert!(fault.message.contains(&fault.field) && fault.message.ends_with('.'), "{fault:?}");
            (fault.code, fault.field)
        }
        other => panic!("{fields}: {other:?}"),
    }
}

#[test]
fn every_message_of_a_host_is_read() {
    let nothing = MessageData::Nothing;
    let hello = right(json!({ "type": "hello" }), nothing);
    assert_eq!((hello.nonce.as_str(), hello.id, hello.ask), ("abcdefgh", None, Ask::Hello));
    assert_eq!(right(json!({ "type": "close", "id": 9 }), nothing).ask, Ask::Close);
    let bytes = right(json!({ "type": "load", "id": 1, "name": "a.json", "format": "otlp" }), MessageData::Bytes);
    assert_eq!((bytes.id, bytes.ask), (Some(1), Ask::Load { data: Data::Bytes("a.json".into()), format: Some("otlp".into()) }));
    let url = right(json!({ "type": "load", "id": 2, "url": "feeds/a.json" }), nothing);
    assert_eq!(url.ask, Ask::Load { data: Data::Address("feeds/a.json".into()), format: None });
    assert_eq!(right(json!({ "type": "cancel", "id": 3, "of": 2 }), nothing).ask, Ask::Cancel(2));
    assert_eq!(right(json!({ "type": "get-view", "id": 4 }), nothing).ask, Ask::GetView);
    let Ask::SetView { view, replace } = right(json!({ "type": "set-view", "id": 5, "view": { "page": "calls" } }), nothing).ask
    else {
        panic!("no view")
    };
    assert_eq!((view["page"].as_str(), replace), (Some("calls"), false));
    let brand = right(json!({ "type": "set-brand", "id": 6, "tokens": { "accent": "#0a5aa8", "r-1": null } }), nothing).ask;
    assert_eq!(brand, Ask::SetBrand(vec![("accent".into(), Some("#0a5aa8".into())), ("r-1".into(), None)]));
    let export = right(json!({ "type": "export", "id": 7, "what": "metric", "metric": "ttft", "format": "svg" }), nothing).ask;
    assert_eq!(export, Ask::Export(Export { what: What::Metric(Metric::Ttft), format: FileFormat::Svg, calls: false }));
}

#[test]
fn what_is_not_of_the_protocol_is_nobodys_business() {
    for foreign in [
        json!(null),
        json!(3),
        json!([]),
        json!(PROTOCOL),
        json!({}),
        json!({ "type": "hello" }),
        json!({ "protocol": 1 }),
        json!({ "protocol": "other/1" }),
        json!({ "protocol": format!("callscope/{}", "1".repeat(60)) }),
    ] {
        assert_eq!(read(&foreign, MessageData::Nothing), Read::Foreign, "{foreign}");
        assert_eq!((is_ours(&foreign), hello(&foreign)), (false, None), "{foreign}");
    }
}

#[test]
fn a_strangers_hello_is_known_by_three_fields() {
    let strange = message(json!({ "type": "hello", "id": "?", "more": [[[]]] }));
    assert_eq!(hello(&strange).as_deref(), Some("abcdefgh"));
    for other in [
        json!({ "type": "get-view" }),
        json!({ "type": "hello".repeat(100) }),
        json!({ "type": "hello", "nonce": "short" }),
        json!({ "type": "hello", "protocol": "callscope/2" }),
    ] {
        assert_eq!(hello(&message(other.clone())), None, "{other}");
    }
}

#[test]
fn other_versions_and_nonces_are_refused() {
    let Read::Wrong { nonce, id, fault } =
        read(&json!({ "protocol": "callscope/2", "type": "hello", "nonce": "12345678", "id": 4 }), MessageData::Nothing)
    else {
        panic!("taken")
    };
    assert_eq!((nonce.as_deref(), id, fault.code), (Some("12345678"), Some(4), Code::Version));
    for nonce in [json!("short"), json!("with space"), json!(12_345_678), json!("x".repeat(65)), json!(null)] {
        let message = json!({ "protocol": PROTOCOL, "type": "hello", "nonce": nonce });
        assert!(
            matches!(read(&message, MessageData::Nothing), Read::Wrong { nonce: None, fault, .. } if fault.field == "nonce"),
            "{nonce}"
        );
    }
}

#[test]
fn every_wrong_field_is_named() {
    let bad = |fields: Value, carried, field: &str| assert_eq!(fault(fields, carried), (Code::BadField, field.to_owned()));
    let nothing = MessageData::Nothing;
    assert_eq!(fault(json!({ "type": "destroy" }), nothing).0, Code::UnknownType);
    bad(json!({}), nothing, "type");
    bad(json!({ "type": 3 }), nothing, "type");
    bad(json!({ "type": "hello", "to": "you" }), nothing, "to");
    bad(json!({ "type": "hello", "id": -1 }), nothing, "id");
    bad(json!({ "type": "hello" }), MessageData::Bytes, "data");
    for kind in ["load", "cancel", "get-view", "set-view", "set-brand", "export"] {
        bad(json!({ "type": kind }), nothing, "id");
        bad(json!({ "type": kind, "id": "1" }), nothing, "id");
        bad(json!({ "type": kind, "id": 1.5 }), nothing, "id");
    }
    bad(json!({ "type": "load", "id": 1 }), nothing, "data");
    bad(json!({ "type": "load", "id": 1, "name": "a" }), MessageData::Other, "data");
    bad(json!({ "type": "load", "id": 1 }), MessageData::Bytes, "name");
    bad(json!({ "type": "load", "id": 1, "name": " " }), MessageData::Bytes, "name");
    bad(json!({ "type": "load", "id": 1, "name": "a", "url": "b" }), MessageData::Bytes, "url");
    bad(json!({ "type": "load", "id": 1, "name": "a", "url": "b" }), nothing, "name");
    bad(json!({ "type": "load", "id": 1, "url": "x".repeat(2_001) }), nothing, "url");
    bad(json!({ "type": "load", "id": 1, "url": "a", "format": 3 }), nothing, "format");
    bad(json!({ "type": "cancel", "id": 1 }), nothing, "of");
    bad(json!({ "type": "set-view", "id": 1, "view": [] }), nothing, "view");
    bad(json!({ "type": "set-view", "id": 1, "view": {}, "replace": "yes" }), nothing, "replace");
    bad(json!({ "type": "set-brand", "id": 1 }), nothing, "tokens");
    bad(json!({ "type": "set-brand", "id": 1, "tokens": { "accent": "red;x:y" } }), nothing, "tokens.accent");
    bad(json!({ "type": "export", "id": 1, "what": "all", "format": "csv" }), nothing, "what");
    bad(json!({ "type": "export", "id": 1, "what": "report", "format": "csv" }), nothing, "format");
    bad(json!({ "type": "export", "id": 1, "what": "metric", "format": "csv" }), nothing, "metric");
    bad(json!({ "type": "export", "id": 1, "what": "calls", "metric": "ttft", "format": "csv" }), nothing, "metric");
    bad(json!({ "type": "export", "id": 1, "what": "calls", "metric": "nothing", "format": "csv" }), nothing, "metric");
    bad(json!({ "type": "export", "id": 1, "what": "calls", "calls": true, "format": "csv" }), nothing, "calls");
    bad(json!({ "type": "set-view", "id": 1, "view": { "search": "x".repeat(MESSAGE_CHARS_MAX + 1) } }), nothing, "view.search");
    bad(
        json!({ "type": "set-view", "id": 1, "view": { "search": [[[[[[[[0]]]]]]]] } }),
        nothing,
        "view.search[0][0][0][0][0][0][0]",
    );
    bad(json!({ "type": "hello", "more": vec![0; 1_000_000] }), nothing, "more");
}

/// Some instant.
const AT_MS: i64 = 1_773_244_800_000;

fn fields(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

fn set(value: Value) -> Result<ViewState, Fault> {
    let now = ViewState {
        source: DataSource::Feed("today".into()),
        page: Page::Details,
        service: "chat".into(),
        ..ViewState::default()
    };
    view_of(&fields(value), &now, &ViewState::default(), |zone| zone == "Asia/Tokyo")
}

#[test]
fn a_view_is_set_field_by_field() {
    let view = set(json!({
        "page": "failed", "service": "embed", "range": { "from": AT_MS, "to": AT_MS + 1_000 }, "precision": "minute",
        "filters": { "key": ["a", "b", "a"], "ip": [] }, "zone": "Asia/Tokyo", "language": "zh", "theme": "dark", "search": "x",
        "status": 429, "embed": true,
    }))
    .unwrap();
    assert_eq!((view.page, view.service.as_str(), view.pair(Page::Failed, "status")), (Page::Failed, "embed", Some("429")));
    assert_eq!(view.range, RangeChoice::Custom(Range { from_ms: AT_MS, to_ms: AT_MS + 1_000 }));
    assert_eq!((view.precision, view.theme, view.embed), (Some(Precision::Minute), Some(Theme::Dark), true));
    assert_eq!((view.zone.as_deref(), view.lang.as_deref()), (Some("Asia/Tokyo"), Some("zh")));
    assert_eq!(view.filter.get(Dim::ApiKey), Some(&["a".to_owned(), "b".to_owned()][..]));
    assert_eq!((view.filter.get(Dim::Ip), view.source), (None, DataSource::Feed("today".into())));
    // What is not named stays; null is the site's own.
    let view = set(json!({ "zone": null, "theme": null, "language": null, "precision": null, "status": null })).unwrap();
    assert_eq!((view.page, view.service.as_str(), view.zone, view.theme, view.lang), (Page::Details, "chat", None, None, None));
    assert_eq!(set(json!({ "range": "7d" })).unwrap().range, RangeChoice::Preset(Preset::Days7));
}

#[test]
fn a_whole_view_is_set_by_its_query_without_its_source() {
    let view =
        set(json!({ "query": "v=1&source=url:https://elsewhere.example/x&key=a&as=otlp&page=calls", "search": "z" })).unwrap();
    assert_eq!((view.page, view.pair(Page::Calls, "search")), (Page::Calls, Some("z")));
    assert_eq!((view.source, view.read_as), (DataSource::Feed("today".into()), None));
    assert_eq!(view.filter.get(Dim::ApiKey), Some(&["a".to_owned()][..]));
}

#[test]
fn a_wrong_view_sets_nothing_and_names_the_field() {
    let month = 30 * DAY_MS;
    for (wrong, field) in [
        (json!({ "colour": "red" }), "view.colour"),
        (json!({ "page": "settings" }), "view.page"),
        (json!({ "page": null }), "view.page"),
        (json!({ "service": null }), "view.service"),
        (json!({ "service": 3 }), "view.service"),
        (json!({ "range": "1y" }), "view.range"),
        (json!({ "range": { "from": AT_MS, "to": AT_MS } }), "view.range"),
        (json!({ "range": { "from": AT_MS, "to": AT_MS + 2 * month } }), "view.range"),
        (json!({ "range": { "from": -5, "to": 5 } }), "view.range"),
        (json!({ "range": { "from": 0, "to": 5 } }), "view.range"),
        (json!({ "range": { "from": i64::MIN, "to": i64::MAX } }), "view.range"),
        (json!({ "range": { "from": 253_402_300_799_000_i64, "to": 253_402_300_799_999_i64 } }), "view.range"),
        (json!({ "range": { "from": AT_MS, "to": AT_MS + 5, "zone": "UTC" } }), "view.range"),
        (json!({ "range": { "from": "2026", "to": AT_MS } }), "view.range"),
        (json!({ "precision": "second" }), "view.precision"),
        (json!({ "filters": [] }), "view.filters"),
        (json!({ "filters": { "service": ["a"] } }), "view.filters.service"),
        (json!({ "filters": { "key": "a" } }), "view.filters.key"),
        (json!({ "filters": { "key": ["a", 1] } }), "view.filters.key[1]"),
        (json!({ "filters": { "key": vec!["a"; 1_001] } }), "view.filters.key"),
        (json!({ "zone": "Mars/Olympus" }), "view.zone"),
        (json!({ "language": "de" }), "view.language"),
        (json!({ "theme": "system" }), "view.theme"),
        (json!({ "search": null }), "view.search"),
        (json!({ "status": 200 }), "view.status"),
        (json!({ "embed": 1 }), "view.embed"),
        (json!({ "query": "x".repeat(20_001) }), "view.query"),
        (json!({ "query": "range=0~253402300799999" }), "view.query"),
        (json!({ "query": "v=3&page=calls" }), "view.query"),
        (json!({ "query": "v=2&page=logs" }), "view.query"),
        (json!({ "query": "page=calls&now=9223372036854775807" }), "view.query"),
    ] {
        let fault = set(wrong.clone()).expect_err(&wrong.to_string());
        assert_eq!((fault.code, fault.field.as_str()), (Code::BadField, field), "{wrong}");
    }
}

fn sight() -> Sight {
    let range = Range { from_ms: AT_MS, to_ms: AT_MS + 20 };
    Sight { zone: "Asia/Tokyo".into(), lang: Lang::En, theme: Theme::Light, range, precision: Precision::Hour }
}

#[test]
fn a_report_can_be_set_again() {
    let base = ViewState::default();
    let view = set(json!({ "page": "failed", "filters": { "key": ["a", ""] }, "range": { "from": AT_MS, "to": AT_MS + 20 }, "status": 503, "search": "q" })).unwrap();
    let told = report(&view, &base, &sight());
    assert!(!told["query"].as_str().unwrap().contains("source"), "{told}");
    assert_eq!((told["from"].as_i64(), told["to"].as_i64()), (Some(AT_MS), Some(AT_MS + 20)));
    let settable: Map<String, Value> =
        fields(told).into_iter().filter(|(key, _)| !["from", "to"].contains(&key.as_str())).collect();
    let names: Vec<&str> = settable.keys().map(String::as_str).collect();
    assert!(super::view::FIELDS.iter().all(|field| names.contains(field)) && names.len() == 12, "{names:?}");
    let again = view_of(&settable, &ViewState { source: view.source.clone(), ..base.clone() }, &base, |_| true).unwrap();
    assert_eq!((again.page, again.service, again.filter, again.range), (view.page, view.service, view.filter, view.range));
}

#[test]
fn a_change_names_its_fields() {
    let base = ViewState::default();
    let told = |view: &ViewState| report(view, &base, &sight());
    let mut filtered = ViewState { page: Page::Failed, ..base.clone() };
    filtered.set_pair(Page::Calls, "search", Some("x"));
    assert_eq!(changed(&told(&base), &told(&filtered)), ["page", "search"]);
    let mut hidden = base.clone();
    hidden.set_pair(Page::Details, "log", Some("ttft"));
    assert_eq!(changed(&told(&base), &told(&hidden)), ["query"]);
    assert!(changed(&told(&base), &told(&base)).is_empty());
}

#[test]
fn only_colours_lengths_and_fonts_get_in() {
    let set = |token: &str, text: &str| value(token, &json!(text));
    for (token, text) in [
        ("accent", "#abc"),
        ("accent", "#0A5AA8"),
        ("accent", "#0a5aa880"),
        ("ink", "rgb(10, 20, 30)"),
        ("ink", "rgb(10 20 30 / 50%)"),
        ("panel", "hsl(210deg 50% 40%)"),
        ("panel", "hsl(210, 50%, 40%)"),
        ("r-1", "0"),
        ("r-1", "6px"),
        ("gutter", "1.5rem"),
        ("font", "\"Brand Sans\", Arial, sans-serif"),
        ("mono", "'Ubuntu Mono', monospace"),
    ] {
        assert_eq!(set(token, text), Ok(Some(text.to_owned())), "{token}: {text}");
    }
    let both = value("accent", &json!({ "light": "#000000", "dark": "#ffffff" }));
    assert_eq!(both, Ok(Some("light-dark(#000000, #ffffff)".to_owned())));
    assert_eq!(value("accent", &Value::Null), Ok(None));
    for (token, text) in [
        ("accent", "red"),
        ("accent", "#12345"),
        ("accent", "#zzzzzz"),
        ("accent", "url(https://x)"),
        ("accent", "var(--x)"),
        ("accent", "rgb(1,2)"),
        ("accent", "rgb(1,2,3); color: red"),
        ("accent", "rgb(calc(1), 2, 3)"),
        ("accent", "rgb(1, 2, 3"),
        ("accent", "hsl(1px 2% 3%)"),
        ("accent", "expression(1,2,3)"),
        ("accent", "#000 url(x)"),
        ("accent", ""),
        ("r-1", "10vw"),
        ("r-1", "-4px"),
        ("r-1", "65px"),
        ("r-1", "calc(1px)"),
        ("r-1", "7"),
        ("r-1", "1e3px"),
        ("font", "a; background: url(x)"),
        ("font", "\"a\\\" url(x)\""),
        ("font", ", Arial"),
        ("font", ""),
        ("x1", "4px"),
        ("grid", "#000000"),
        ("-accent", "#000000"),
    ] {
        let refused = set(token, text).expect_err(text);
        assert_eq!(refused.field, format!("tokens.{token}"), "{text}");
    }
    let half = json!({ "light": "#000000" });
    assert!(value("accent", &half).is_err() && value("accent", &json!({ "light": "#000", "dark": "url(x)" })).is_err());
    assert!(value("r-1", &json!({ "light": "1px", "dark": "2px" })).is_err() && value("accent", &json!(3)).is_err());
}

#[test]
fn tokens_are_of_the_stylesheet() {
    for token in COLOURS.iter().chain(&LENGTHS).chain(&FONTS) {
        assert!(TOKENS.contains(&format!("\n  --{token}: ")), "{token}");
    }
    for colour in COLOURS {
        assert!(TOKENS.contains(&format!("--{colour}: light-dark(")), "{colour}");
    }
}

/// Any JSON, of the words that messages are made of among others.
fn arbitrary() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "hello",
        "load",
        "set-view",
        "set-brand",
        "export",
        "callscope/1",
        "abcdefgh",
        "#fff",
        "7d",
        "x",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    let key = prop::sample::select(vec![
        "protocol", "type", "nonce", "id", "view", "tokens", "what", "format", "range", "filters", "from", "to", "key", "url",
        "name", "of", "accent", "page", "query",
    ]);
    leaf.prop_recursive(3, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_that_is_said_is_thrown(all in arbitrary(), kind in prop::sample::select(ASKS.to_vec()), loud in any::<bool>()) {
        let mut all = all;
        if loud && let Value::Object(fields) = &mut all {
            fields.insert("protocol".into(), json!(PROTOCOL));
            fields.insert("nonce".into(), json!("abcdefgh"));
            fields.insert("type".into(), json!(kind));
            fields.insert("id".into(), json!(1));
        }
        for carried in [MessageData::Nothing, MessageData::Bytes, MessageData::Other] {
            if let Read::Right(Incoming { ask: Ask::SetView { view, .. }, .. }) = read(&all, carried) {
                let _ = view_of(&view, &ViewState::default(), &ViewState::default(), |_| true);
            }
        }
    }

    #[test]
    fn a_value_that_gets_in_ends_no_declaration(text in "[#a-z0-9(),.%/ ;:\"'{}*\\\\-]{0,24}") {
        for token in ["accent", "r-1", "font"] {
            if let Ok(Some(value)) = value(token, &json!(text)) {
                prop_assert!(!value.contains([';', '{', '}', ':', '\\', '*']), "{value}");
            }
        }
    }
}
