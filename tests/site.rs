//! What the site ships beside its code is true: the web app manifest names files that are there, the schemas are schemas and say what the
//! readers of configurations, manifests and messages say, and the documentation's examples are of them.

use boon::{Compiler, SchemaIndex, Schemas};
use callscope::config::{self, Fault};
use callscope::embed::{self, Ask, Incoming, MessageData, Read};
use callscope::i18n::config::Config;
use callscope::poll::manifest;
use callscope::url::ViewState;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

fn text(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn json_of(path: &str) -> Value {
    serde_json::from_str(&text(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// A schema, or a part of it, that values are held against.
struct Schema(Schemas, SchemaIndex);

impl Schema {
    fn of(file: &str, part: &str) -> Self {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        let place = format!("https://callscope.invalid/{file}");
        compiler.add_resource(&place, json_of(&format!("public/{file}"))).unwrap_or_else(|e| panic!("{file}: {e:#}"));
        let index = compiler.compile(&format!("{place}{part}"), &mut schemas).unwrap_or_else(|e| panic!("{file}{part}: {e:#}"));
        Self(schemas, index)
    }

    /// What is wrong with a value by it.
    fn fault(&self, value: &Value) -> Option<String> {
        self.0.validate(value, self.1).err().map(|e| format!("{e:#}"))
    }

    fn holds(&self, value: &Value) {
        assert_eq!(self.fault(value), None, "{value}");
    }
}

/// The texts of a document's blocks of JSON.
fn examples(document: &str) -> Vec<Value> {
    let text = text(document);
    let blocks = text.split("```json\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.map(|block| serde_json::from_str(block).unwrap_or_else(|e| panic!("{document}: {e}: {block}"))).collect()
}

/// Width and height that a PNG says it has.
fn size_of_png(path: &Path) -> (u32, u32) {
    let bytes = std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n") && &bytes[12..16] == b"IHDR", "{} is no PNG", path.display());
    let side = |at: usize| u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    (side(16), side(20))
}

#[test]
fn the_web_app_manifest_names_what_is_there() {
    let manifest = json_of("public/manifest.webmanifest");
    for key in ["name", "short_name", "description", "start_url", "scope", "display", "id", "theme_color", "background_color"] {
        assert!(manifest[key].as_str().is_some_and(|text| !text.is_empty()), "{key}: {}", manifest[key]);
    }
    assert!(manifest["short_name"].as_str().unwrap().len() <= 12, "cut below an icon");
    // Below whatever path the site lies.
    for key in ["start_url", "scope", "id"] {
        assert_eq!(manifest[key], "./", "{key}");
    }
    let mut sizes = BTreeSet::new();
    for icon in manifest["icons"].as_array().expect("icons") {
        let (src, declared) = (icon["src"].as_str().unwrap(), icon["sizes"].as_str().unwrap());
        let file = Path::new("public").join(src.strip_prefix("./").expect("relative to the site"));
        match icon["type"].as_str() {
            Some("image/svg+xml") => assert!(declared == "any" && text(file.to_str().unwrap()).contains("<svg"), "{src}"),
            Some("image/png") => {
                let (width, height) = size_of_png(&file);
                assert_eq!(declared, format!("{width}x{height}"), "{src}");
            }
            other => panic!("{src} is of type {other:?}"),
        }
        sizes.insert((icon["purpose"].as_str().unwrap_or("any").to_owned(), declared.to_owned()));
    }
    // What browsers ask of a page that can be installed, and a mask for systems that cut icons to their own shape.
    for wanted in [("any", "192x192"), ("any", "512x512"), ("maskable", "512x512")] {
        assert!(sizes.contains(&(wanted.0.to_owned(), wanted.1.to_owned())), "no icon {wanted:?} among {sizes:?}");
    }
    let handlers = manifest["file_handlers"].as_array().expect("file handlers");
    let mut endings = Vec::new();
    for handler in handlers {
        assert_eq!(handler["action"], manifest["start_url"], "files are opened within the scope");
        for (kind, of_kind) in handler["accept"].as_object().expect("types with their endings") {
            assert!(kind.split_once('/').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty()), "{kind} is no type");
            endings.extend(of_kind.as_array().expect("endings").iter().map(|ending| ending.as_str().unwrap().to_owned()));
        }
    }
    endings.sort();
    assert_eq!(endings, [".csv", ".gz", ".json", ".jsonl", ".ndjson"]);
    // The page names the manifest, and takes the files that it requests.
    let script = text("public/offline.js");
    assert!(script.contains("./manifest.webmanifest") && script.contains("launchQueue"));
}

#[test]
fn every_schema_is_one() {
    let mut seen = 0;
    for entry in std::fs::read_dir("public").expect("public") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        if name.ends_with(".schema.json") {
            Schema::of(&name, "");
            assert_eq!(json_of(&format!("public/{name}"))["$id"], *name);
            seen += 1;
        }
    }
    assert_eq!(seen, 4);
}

/// Every value within another, with its place.
fn places(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(members) => members.iter().for_each(|(key, value)| places(value, &format!("{at}/{}", escaped(key)), all)),
        Value::Array(items) => items.iter().enumerate().for_each(|(i, value)| places(value, &format!("{at}/{i}"), all)),
        _ => {}
    }
}

/// The same value with each part of it in turn taken away, or replaced by something else.
fn changed(sound: &Value) -> Vec<(String, Value)> {
    let others = [
        json!(null),
        json!(true),
        json!(0),
        json!(1),
        json!(-1),
        json!(1.5),
        json!(60),
        json!(90_000),
        json!(1_795_431_600_000_i64),
        json!(""),
        json!(" "),
        json!("x"),
        json!("a b"),
        json!("x".repeat(61)),
        json!("line\nline"),
        json!("{\"fields\":{}}"),
        json!("feeds/a.json?b=c#d"),
        json!("../a.json"),
        json!("/a.json"),
        json!("a:b"),
        json!("\\a"),
        json!("//h/x"),
        json!("javascript:x"),
        json!("data:image/png;base64,AA"),
        json!("https://"),
        json!("https://a.example"),
        json!("http://a.example:8080"),
        json!("https://a.example:80808"),
        json!("https://A.example"),
        json!("https://a.example/"),
        json!("https://a.example/x?y=z"),
        json!("https://me:pw@a.example/x"),
        json!("HTTPS://a.example/x"),
        json!("ftp://a.example/x"),
        json!("2026-11-23T09:30:00Z"),
        json!("1999-11-23T09:30:00Z"),
        json!("2026-11-23 09:30"),
        json!([]),
        json!(["x"]),
        json!({}),
        json!({ "x": "y" }),
        json!({ "x": 1 }),
    ];
    let (mut all, mut out) = (Vec::new(), Vec::new());
    places(sound, "", &mut all);
    for place in all {
        for other in &others {
            let mut value = sound.clone();
            *value.pointer_mut(&place).unwrap() = other.clone();
            out.push((format!("{place} = {other}"), value));
        }
        if let Some((parent, key)) = place.rsplit_once('/') {
            let (mut without, mut more) = (sound.clone(), sound.clone());
            if let Some(members) = without.pointer_mut(parent).and_then(Value::as_object_mut) {
                members.remove(&key.replace("~1", "/").replace("~0", "~"));
                out.push((format!("without {place}"), without));
            }
            if let Some(members) = more.pointer_mut(parent).and_then(Value::as_object_mut) {
                members.insert("unknown".to_owned(), json!("x"));
                out.push((format!("more in {parent}"), more));
            }
        }
    }
    out
}

fn configuration() -> Value {
    json!({
        "$schema": "./config.schema.json",
        "title": "Calls of ACME",
        "logo": "acme.svg",
        "feeds": [
            { "name": "today", "url": "feeds/today.json.gz", "refresh_s": 60 },
            { "name": "spend", "url": "https://gateway.example.com/spend?team=1", "mapping": "gateway", "credentials": "include",
              "headers": { "Authorization": "Bearer abc" } },
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
        "memory_limit_mb": 512,
        "mappings": { "gateway": {
            "name": "ours", "records": "data", "zone_minutes": 60, "time": { "epoch": "ms" }, "cached": "added-to-input",
            "status": { "ok": ["ok"], "failed": 504, "absent": 200 }, "where": [{ "path": "kind", "is": "llm" }, { "path": "a", "is_not": "" }],
            "fields": { "time": { "path": "ts" }, "latency_ms": { "path": "took", "unit": "s" }, "input_tokens": { "path": "in", "thousands": true } } } },
    })
}

/// What is wrong only by what is elsewhere in the file, in a list of zones, or in a mapping, which has rules of its own.
fn is_beyond_a_schema(fault: &Fault) -> bool {
    matches!(fault.expected, Config::Zone | Config::MappingName | Config::FeedTwice | Config::FormatOrMapping | Config::Mapping)
}

#[test]
fn the_schema_of_configurations_and_their_reader_agree() {
    let schema = Schema::of("config.schema.json", "");
    let zone = |name: &str| name == "Europe/Berlin";
    let mut differ = Vec::new();
    let sound = ("as it is".to_owned(), configuration());
    for (what, value) in changed(&configuration()).into_iter().chain([sound]) {
        let faults = config::read(&value.to_string(), zone).faults;
        let by_schema = schema.fault(&value);
        let passed_over = by_schema.is_none() && !faults.iter().all(is_beyond_a_schema);
        // A mapping's reader takes a list of values for an object.
        let listed = what.starts_with("/mappings/") && what.ends_with(']');
        if passed_over || by_schema.is_some() && faults.is_empty() && !listed {
            let told: Vec<_> = faults.iter().map(|fault| fault.text(callscope::i18n::Lang::En)).collect();
            differ.push(format!("{what}: {told:?}, by the schema {by_schema:?}"));
        }
    }
    assert!(differ.is_empty(), "{} differ:\n{}", differ.len(), differ.join("\n"));
}

#[test]
fn configurations_that_are_shipped_and_shown_are_right() {
    let schema = Schema::of("config.schema.json", "");
    let shown = examples("docs/deployment.md");
    assert!(!shown.is_empty());
    for value in shown.into_iter().chain([json_of("public/config.json")]) {
        schema.holds(&value);
        assert_eq!(config::read(&value.to_string(), |_| true).faults, []);
    }
}

#[test]
fn the_schema_of_manifests_and_their_reader_agree() {
    let schema = Schema::of("callscope-manifest-1.schema.json", "");
    let sound = json!({
        "format": "callscope-manifest/1",
        "name": "production",
        "parts": [
            { "from": "2026-11-23T09:00:00Z", "to": "2026-11-23T10:00:00Z", "url": "09.ndjson.gz", "bytes": 1200, "calls": 40, "etag": "\"a1\"" },
            { "from": 1_795_428_000, "to": 1_795_431_600_000_i64, "url": "https://bucket.example.com/10.ndjson?sig=1" },
        ],
    });
    let mut differ = Vec::new();
    for (what, value) in changed(&sound).into_iter().chain([("as it is".to_owned(), sound.clone())]) {
        let wrong = manifest::read(value.to_string().as_bytes()).err().map(|wrong| wrong.to_string());
        // The order of two times, and times that a schema takes for a number or a text.
        let of_time = wrong.as_ref().is_some_and(|wrong| wrong.contains(".from: ") || wrong.contains(".to: "));
        let by_schema = schema.fault(&value);
        let passed_over = by_schema.is_none() && wrong.is_some() && !of_time;
        if passed_over || by_schema.is_some() && wrong.is_none() {
            differ.push(format!("{what}: {wrong:?}, by the schema {by_schema:?}"));
        }
    }
    assert!(differ.is_empty(), "{} differ:\n{}", differ.len(), differ.join("\n"));
}

#[test]
fn messages_of_the_documentation_are_of_the_schema() {
    let (host, console) = (
        Schema::of("callscope-embed-1.schema.json", "#/$defs/host"),
        Schema::of("callscope-embed-1.schema.json", "#/$defs/console"),
    );
    let (mut asks, mut answers) = (BTreeSet::new(), BTreeSet::new());
    for message in examples("docs/embedding.md") {
        let kind = message["type"].as_str().expect("a message has a type").to_owned();
        if embed::ASKS.contains(&kind.as_str()) {
            host.holds(&message);
            asks.insert(kind);
        } else {
            console.holds(&message);
            answers.insert(kind);
        }
    }
    assert_eq!((asks.len(), answers.len()), (embed::ASKS.len(), embed::ANSWERS.len()));
}

/// A host's messages, each with all that it may have.
fn asks() -> Vec<Value> {
    let message = |fields: Value| {
        let mut all = json!({ "protocol": embed::PROTOCOL, "nonce": "abcdefgh", "id": 1 });
        all.as_object_mut().unwrap().extend(fields.as_object().cloned().unwrap());
        all
    };
    [
        json!({ "type": "hello" }),
        json!({ "type": "load", "url": "feeds/a.json", "format": "otlp" }),
        json!({ "type": "load", "data": "bytes", "name": "a.json" }),
        json!({ "type": "cancel", "of": 3 }),
        json!({ "type": "get-view" }),
        json!({ "type": "set-view", "replace": true, "view": {
            "page": "details", "service": "a", "range": { "from": 1_773_244_800_000_i64, "to": 1_773_288_000_000_i64 }, "precision": "hour", "filters": { "key": ["a", ""] },
            "zone": "UTC", "language": "zh", "theme": "dark", "search": "x", "status": 429, "embed": true, "query": "v=1" } }),
        json!({ "type": "set-view", "view": { "range": "7d", "service": null, "precision": null, "zone": null, "theme": null } }),
        json!({ "type": "set-brand", "tokens": { "accent": { "light": "#7A1FA2", "dark": "#CE93D8" }, "ink": "#123", "r-1": "2px", "font": null } }),
        json!({ "type": "export", "what": "metric", "metric": "ttft", "format": "svg" }),
        json!({ "type": "export", "what": "report", "calls": true, "format": "xlsx" }),
        json!({ "type": "close" }),
    ]
    .map(message)
    .to_vec()
}

#[test]
fn the_schema_of_messages_and_their_reader_agree() {
    let schema = Schema::of("callscope-embed-1.schema.json", "#/$defs/host");
    let mut differ = Vec::new();
    for sound in asks() {
        for (what, value) in changed(&sound).into_iter().chain([("as it is".to_owned(), sound.clone())]) {
            // Bytes travel beside: the word means them, and a schema cannot tell them from others.
            if what.starts_with("/data = ") {
                continue;
            }
            let mut bare = value.clone();
            let carried = match bare.as_object_mut().and_then(|all| all.remove("data")) {
                Some(data) if data == "bytes" => MessageData::Bytes,
                Some(_) => MessageData::Other,
                None => MessageData::Nothing,
            };
            // What is wrong only by what is beside it, in a list of zones, or in the catalogue of metrics, which `ready` lists.
            let beyond = ["view.range", "view.zone", "view.service", "metric"];
            let told = match embed::read(&bare, carried) {
                Read::Right(Incoming { ask: Ask::SetView { view, .. }, .. }) => {
                    let set = embed::view_of(&view, &ViewState::default(), &ViewState::default(), |name| name == "UTC");
                    set.err().map(|fault| (fault.field, fault.message))
                }
                Read::Right(_) => None,
                Read::Foreign => Some((String::new(), "foreign".to_owned())),
                Read::Wrong { fault, .. } => Some((fault.field, fault.message)),
            };
            let by_schema = schema.fault(&value);
            let passed_over = by_schema.is_none() && told.as_ref().is_some_and(|(field, _)| !beyond.contains(&field.as_str()));
            if passed_over || by_schema.is_some() && told.is_none() {
                differ.push(format!("{} {what}: {told:?}, by the schema {by_schema:?}", sound["type"]));
            }
        }
    }
    assert!(differ.is_empty(), "{} differ:\n{}", differ.len(), differ.join("\n"));
}
