//! Configurations whole, wrong in every way, and arbitrary.

use super::*;
use crate::i18n::config::Config;
use crate::model::price::Price;
use proptest::prelude::*;
use serde_json::{Value, json};

fn zone(name: &str) -> bool {
    matches!(name, "UTC" | "Europe/Berlin")
}

fn reading(value: &Value) -> Reading {
    read(&value.to_string(), zone)
}

fn whole() -> Value {
    json!({
        "$schema": "config.schema.json",
        "title": "Calls of ACME",
        "logo": "acme.svg",
        "feeds": [
            { "name": "today", "url": "feeds/today.json.gz", "refresh_s": 60 },
            { "name": "spend", "url": "https://gateway.example.com/spend?team=1", "mapping": "gateway", "credentials": "include",
              "headers": { "Authorization": "Bearer abc", "X-Team": "7" } },
            { "name": "spans", "url": "../spans.jsonl", "format": "otlp" },
        ],
        "other_feeds": true,
        "zone": "Europe/Berlin",
        "language": "zh",
        "theme": "dark",
        "range": "7d",
        "precision": "any",
        "parents": ["https://portal.example.com", "http://localhost:8080"],
        "other_parents": "ask",
        "log_access": "off",
        "prices": { "currency": "EUR", "models": {
            "large": { "input": 0.5, "cached": 0.05, "output": 1.5 },
            "small": { "input": 0.000_001, "output": 2 },
        } },
        "memory_limit_mb": 512,
        "mappings": { "gateway": { "fields": { "time": { "path": "ts" }, "service": { "path": "m" } } } },
    })
}

#[test]
fn a_whole_configuration_is_read() {
    let Reading { configuration, faults } = reading(&whole());
    assert_eq!(faults, []);
    assert_eq!((configuration.title.as_deref(), configuration.logo.as_deref()), (Some("Calls of ACME"), Some("acme.svg")));
    let feeds: Vec<_> = configuration.feeds.iter().map(|f| (f.name.as_str(), f.refresh_s, f.credentials)).collect();
    assert_eq!(
        feeds,
        [
            ("today", Some(60), Credentials::SameOrigin),
            ("spend", None, Credentials::Include),
            ("spans", None, Credentials::SameOrigin)
        ]
    );
    assert_eq!(configuration.feeds[1].mapping.as_deref(), Some("gateway"));
    assert_eq!(configuration.feeds[2].format.as_deref(), Some("otlp"));
    assert_eq!(configuration.zone.as_deref(), Some("Europe/Berlin"));
    assert_eq!((configuration.language, configuration.theme), (Some(Lang::Zh), Some(Theme::Dark)));
    assert_eq!((configuration.range, configuration.precision), (Some(Preset::Days7), PrecisionRule::Any));
    assert_eq!((configuration.parents.len(), configuration.other_parents), (2, OtherParents::Ask));
    assert_eq!(configuration.log_access, LogAccess::Off);
    let prices = configuration.prices.expect("a price sheet");
    assert_eq!(prices.currency, "EUR");
    assert_eq!(prices.models["large"], Price { input: 500_000, cached: 50_000, output: 1_500_000 });
    assert_eq!(prices.models["small"], Price { input: 1, cached: 1, output: 2_000_000 });
    assert_eq!(configuration.memory_limit_mb, Some(512));
    assert_eq!(configuration.mappings["gateway"].name, "gateway");
}

#[test]
fn nothing_said_is_the_default() {
    assert_eq!(reading(&json!({})), Reading::default());
    assert_eq!(read("\u{feff}{}", zone), Reading::default());
    let shipped = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../public/config.json"))
        .expect("the file that is shipped");
    assert_eq!(read(&shipped, zone), Reading::default());
}

/// The only fault of a configuration: its place, what was expected, what was found.
fn fault(value: &Value) -> (String, Config, String) {
    let faults = reading(value).faults;
    assert_eq!(faults.len(), 1, "{value}: {faults:?}");
    (faults[0].path.clone(), faults[0].expected, faults[0].found.clone())
}

#[test]
fn every_fault_is_named_by_its_place() {
    let good = || json!({ "name": "a", "url": "a.json" });
    let feed = |key: &str, value: Value| {
        let mut feed = good();
        feed[key] = value;
        json!({ "feeds": [good(), feed] })
    };
    let priced = |price: Value| json!({ "prices": { "currency": "EUR", "models": { "a b": price } } });
    let cases = [
        (json!([]), "", Config::Object, "[]"),
        (json!({ "titel": "x" }), "titel", Config::Key, ""),
        (json!({ "a b": "x" }), "[\"a b\"]", Config::Key, ""),
        (json!({ "title": "" }), "title", Config::Title, "\"\""),
        (json!({ "title": 7 }), "title", Config::Title, "7"),
        (json!({ "logo": "https://cdn.example.com/logo.svg" }), "logo", Config::Logo, "\"https://cdn.example.com/logo.svg\""),
        (json!({ "logo": "javascript:alert(1)" }), "logo", Config::Logo, "\"javascript:alert(1)\""),
        (json!({ "zone": "Europe/Atlantis" }), "zone", Config::Zone, "\"Europe/Atlantis\""),
        (json!({ "language": "fr" }), "language", Config::OneOf, "\"fr\""),
        (json!({ "theme": true }), "theme", Config::OneOf, "true"),
        (json!({ "range": "30d" }), "range", Config::OneOf, "\"30d\""),
        (json!({ "precision": "free" }), "precision", Config::OneOf, "\"free\""),
        (json!({ "log_access": "Off" }), "log_access", Config::LogAccess, "\"Off\""),
        (json!({ "memory_limit_mb": 0 }), "memory_limit_mb", Config::Whole, "0"),
        (json!({ "memory_limit_mb": 1.5 }), "memory_limit_mb", Config::Whole, "1.5"),
        (json!({ "other_feeds": "on" }), "other_feeds", Config::OneOf, "\"on\""),
        (json!({ "feeds": {} }), "feeds", Config::List, "object"),
        (json!({ "feeds": [good(), 7] }), "feeds[1]", Config::Object, "number"),
        (json!({ "feeds": [good(), good()] }), "feeds[1].name", Config::FeedTwice, "\"a\""),
        (json!({ "feeds": [{ "url": "a.json" }] }), "feeds[0].name", Config::FeedName, ""),
        (json!({ "feeds": [{ "name": "a", "url": 7 }] }), "feeds[0].url", Config::FeedAddress, "7"),
        (
            json!({ "feeds": [{ "name": "a", "url": "https://u:p@h/x" }] }),
            "feeds[0].url",
            Config::FeedAddress,
            "\"https://…@h/x\"",
        ),
        (json!({ "feeds": [{ "name": "a", "url": "javascript:x" }] }), "feeds[0].url", Config::FeedAddress, "\"javascript:x\""),
        (json!({ "feeds": [{ "name": "a", "url": "//h/x" }] }), "feeds[0].url", Config::FeedAddress, "\"//h/x\""),
        (
            json!({ "parents": ["https://a.example", "https://a.example/"] }),
            "parents[1]",
            Config::Origin,
            "\"https://a.example/\"",
        ),
        (json!({ "parents": ["*"] }), "parents[0]", Config::Origin, "\"*\""),
        (json!({ "prices": 7 }), "prices", Config::Object, "7"),
        (json!({ "prices": { "models": {} } }), "prices.currency", Config::Currency, ""),
        (json!({ "prices": { "currency": "eur", "models": {} } }), "prices.currency", Config::Currency, "\"eur\""),
        (json!({ "prices": { "currency": "EUR" } }), "prices.models", Config::Object, ""),
        (json!({ "prices": { "currency": "EUR", "model": 1, "models": {} } }), "prices.model", Config::Key, ""),
        (priced(json!([])), "prices.models[\"a b\"]", Config::Object, "[]"),
        (priced(json!({ "input": 1 })), "prices.models[\"a b\"].output", Config::Price, ""),
        (priced(json!({ "output": 1 })), "prices.models[\"a b\"].input", Config::Price, ""),
        (priced(json!({ "input": -1, "output": 1 })), "prices.models[\"a b\"].input", Config::Price, "-1"),
        (priced(json!({ "input": "1", "output": 1 })), "prices.models[\"a b\"].input", Config::Price, "\"1\""),
        (priced(json!({ "input": 1, "output": 0.000_000_5 })), "prices.models[\"a b\"].output", Config::Price, "5e-7"),
        (priced(json!({ "input": 1, "cached": null, "output": 1 })), "prices.models[\"a b\"].cached", Config::Price, "null"),
        (priced(json!({ "input": 1, "cash": 1, "output": 1 })), "prices.models[\"a b\"].cash", Config::Key, ""),
        (json!({ "mappings": { "a": [] } }), "mappings.a", Config::Object, "[]"),
        (json!({ "mappings": { "a": { "feilds": {} } } }), "mappings.a", Config::Mapping, ""),
        (json!({ "mappings": { "a": { "zone": "Europe/Atlantis" } } }), "mappings.a.zone", Config::Zone, "\"Europe/Atlantis\""),
    ];
    for (value, path, expected, found) in cases {
        assert_eq!(fault(&value), (path.to_owned(), expected, found.to_owned()), "{value}");
    }
    let of_feed = [
        ("refresh_s", json!(1), Config::Whole, "1"),
        ("credentials", json!("yes"), Config::OneOf, "\"yes\""),
        ("mapping", json!("nowhere"), Config::MappingName, "\"nowhere\""),
        ("headers", json!([]), Config::Object, "array"),
        ("interval", json!(5), Config::Key, ""),
    ];
    for (key, value, expected, found) in of_feed {
        let mut all = feed(key, value);
        all["feeds"][1]["name"] = json!("b");
        assert_eq!(fault(&all), (format!("feeds[1].{key}"), expected, found.to_owned()));
        assert_eq!(reading(&all).configuration.feeds.len(), 2, "the feed is lost for its {key}");
    }
}

#[test]
fn a_fault_is_told_in_words_and_the_rest_counts() {
    let Reading { configuration, faults } = reading(&json!({
        "title": "T", "range": "month", "feeds": [{ "name": "a", "url": 7 }, { "name": "b", "url": "b.json" }],
    }));
    assert_eq!(configuration.title.as_deref(), Some("T"));
    assert_eq!(configuration.feeds.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["b"]);
    let told: Vec<String> = faults.iter().map(|fault| fault.text(Lang::En)).collect();
    assert_eq!(
        told,
        [
            "feeds[0].url: expected an address that begins with http:// or https:// and has no user name and password, or a path relative to index.html; found 7.",
            "range: expected one of: today, yesterday, 3d, 7d, 14d, all; found \"month\".",
        ]
    );
    let broken = read("{\"title\": }", zone);
    assert_eq!(broken.configuration, Configuration::default());
    assert_eq!(broken.faults[0].text(Lang::En), "config.json: expected JSON (expected value at line 1 column 11).");
}

#[test]
fn a_model_whose_price_is_wrong_is_left_out_alone() {
    let reading = reading(&json!({ "prices": { "currency": "USD", "models": {
        "a": { "input": 1, "output": 1e9 }, "b": { "input": 1, "output": 1e9 + 1.0 },
    } } }));
    let prices = reading.configuration.prices.expect("a price sheet");
    assert_eq!(prices.models.keys().collect::<Vec<_>>(), ["a"]);
    assert_eq!(reading.faults.len(), 1);
}

#[test]
fn a_secret_is_in_no_fault_and_no_debug_text() {
    let Reading { configuration, faults } = reading(&json!({ "feeds": [{ "name": "a", "url": "a?sig=s3cret", "headers":
        { "Authorization": "Bearer s3cret", "Cookie": "s3cret", "X-A": "s3cret\nX-B: 1", "X-C": ["s3cret"] } }] }));
    assert_eq!(configuration.feeds[0].headers, [("Authorization".to_owned(), "Bearer s3cret".to_owned())]);
    let places: Vec<_> = faults.iter().map(|f| (f.path.as_str(), f.expected)).collect();
    assert_eq!(
        places,
        [
            ("feeds[0].headers.Cookie", Config::HeaderName),
            ("feeds[0].headers.X-A", Config::HeaderValue),
            ("feeds[0].headers.X-C", Config::HeaderValue),
        ]
    );
    let told = format!("{faults:?} {configuration:?}");
    assert!(!told.contains("s3cret"), "{told}");
    // Nor where it is in the wrong place.
    let feeds = [
        json!({ "a": "https://h.example/x?sig=s3cret" }),
        json!("https://h.example/x?sig=s3cret"),
        json!(["https://h.example/x?sig=s3cret", ["s3cret"]]),
        json!([{ "name": ["s3cret"], "url": { "href": "x?sig=s3cret" }, "credentials": { "token": "s3cret" }, "refresh_s": ["s3cret"] }]),
        json!([{ "name": "a", "url": "ftp://h/x?sig=s3cret", "headers": "Authorization: Bearer s3cret" }]),
        json!([{ "name": "a", "url": "a", "headers": ["Authorization: Bearer s3cret"] }]),
        json!([{ "name": "a", "url": "a", "headers": { "Authorization: Bearer s3cret": "", "X-Key=s3cret": "", "X Key s3cret": "" } }]),
    ];
    for feeds in feeds {
        let Reading { faults, .. } = reading(&json!({ "feeds": feeds }));
        let told = format!("{faults:?}");
        assert!(!faults.is_empty() && !told.contains("s3cret"), "{feeds}: {told}");
    }
}

#[test]
fn log_access_is_granted_by_its_word_or_by_silence_alone() {
    let access = |value: &Value| reading(value).configuration.log_access;
    for value in [json!({}), json!({ "log_access": "on" }), json!({ "titel": "x" })] {
        assert_eq!(access(&value), LogAccess::On, "{value}");
    }
    for word in [json!("off"), json!("Off"), json!("of"), json!(false), json!(true), json!(null), json!(["on"])] {
        assert_eq!(access(&json!({ "log_access": word })), LogAccess::Off, "{word}");
    }
}

/// Names of a schema's properties below a pointer.
fn properties(schema: &Value, pointer: &str) -> Vec<String> {
    let all = schema.pointer(pointer).and_then(Value::as_object).unwrap_or_else(|| panic!("no {pointer} in the schema"));
    all.keys().cloned().collect()
}

#[test]
fn the_boot_script_knows_the_same_keys() {
    let schema = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../public/config.schema.json"))
        .expect("the schema that is shipped");
    let schema: Value = serde_json::from_str(&schema).expect("it is JSON");
    let script = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../public/boot.js"))
        .expect("the script that is shipped");
    let (_, rest) = script.split_once("const KEY").and_then(|(_, rest)| rest.split_once("/^(")).expect("a pattern of the keys");
    let (pattern, _) = rest.split_once(")$/").expect("its end");
    let mut known: Vec<String> = pattern.split('|').map(|key| key.replace('\\', "")).collect();
    known.sort_unstable();
    assert_eq!(known, properties(&schema, "/properties"));
}

#[test]
fn the_schema_has_the_same_keys() {
    let schema = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../public/config.schema.json"))
        .expect("the schema that is shipped");
    let schema: Value = serde_json::from_str(&schema).expect("it is JSON");
    let keys = |value: &Value| value.as_object().map(|all| all.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
    let mut all = whole();
    all["feeds"][1]["format"] = json!("x");
    all["feeds"][1]["refresh_s"] = json!(60);
    assert_eq!(properties(&schema, "/properties"), keys(&all));
    assert_eq!(properties(&schema, "/properties/feeds/items/properties"), keys(&all["feeds"][1]));
    let of_prices = "/properties/prices/properties";
    assert_eq!(properties(&schema, of_prices), keys(&all["prices"]));
    let of_model = format!("{of_prices}/models/additionalProperties/properties");
    assert_eq!(properties(&schema, &of_model), keys(&all["prices"]["models"]["large"]));
    for (pointer, words) in [("theme", json!(["light", "dark", "system"])), ("precision", json!(["by-span", "any"]))] {
        assert_eq!(schema["properties"][pointer]["enum"], words);
    }
    assert_eq!(schema["properties"]["range"]["enum"], json!(Preset::ALL.map(Preset::key)));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!("https://a.example")),
    ];
    let key = prop_oneof![
        proptest::sample::select(vec![
            "title",
            "logo",
            "feeds",
            "zone",
            "language",
            "theme",
            "range",
            "precision",
            "parents",
            "other_parents",
            "log_access",
            "prices",
            "currency",
            "models",
            "input",
            "cached",
            "output",
            "memory_limit_mb",
            "mappings",
            "name",
            "url",
            "format",
            "mapping",
            "refresh_s",
            "credentials",
            "headers",
            "fields",
            "time",
            "path",
        ])
        .prop_map(str::to_owned),
        ".{0,6}",
    ];
    leaf.prop_recursive(5, 60, 8, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::btree_map(key.clone(), inner, 0..8).prop_map(|all| all.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn any_json_is_read_and_what_counts_is_sound(value in any_json()) {
        let Reading { configuration, faults } = reading(&value);
        for fault in &faults {
            prop_assert!(fault.text(Lang::Zh).contains(&fault.path));
        }
        // Read once more from what counted: nothing is left to find fault with.
        let feeds: Vec<Value> = configuration.feeds.iter().map(|f| json!({ "name": f.name, "url": f.url })).collect();
        prop_assert_eq!(reading(&json!({ "feeds": feeds, "parents": configuration.parents })).faults, vec![]);
    }

    #[test]
    fn any_text_is_read(text in ".{0,200}") {
        read(&text, zone);
    }
}
