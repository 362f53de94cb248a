//! That code, schema, helper and documentation name the same messages, fields and words.

use super::super::*;
use super::sight;
use crate::url::ViewState;
use crate::wire::{DataSet, LoadCause, LoadFailure, Place, Progress, Rejected};
use serde_json::{Value, json};

const SCHEMA: &str = include_str!("../../../../../public/callscope-embed-1.schema.json");
const HELPER: &str = include_str!("../../../../../public/embed.js");
const DOCS: &str = include_str!("../../../../../docs/embedding.md");

/// Each answer as it is written.
fn written() -> Vec<Value> {
    let data = DataSet { name: "a".into(), calls: 3, ..DataSet::default() };
    let failure = LoadFailure {
        name: "a.json".into(),
        cause: LoadCause::Http(404),
        detail: "gone".into(),
        place: Place::default(),
        rejected: Rejected::default(),
    };
    let view = report(&ViewState::default(), &ViewState::default(), &sight());
    let (progress, wrong) = (Progress::default(), Fault::field("id", "a number"));
    let answers = [
        Answer::Ready { version: "1", build: "b", view: &view, data: Some(&data), height: 10.0 },
        Answer::Reading(&progress),
        Answer::Writing { rows: 1, rows_total: 2 },
        Answer::Loaded(&data),
        Answer::Failed { failure: &failure, kept: true },
        Answer::View(&view),
        Answer::Changed { view: &view, fields: &["page"], by_host: false },
        Answer::Height(5.0),
        Answer::Exported { name: "a.csv", mime: "text/csv", bytes: 4 },
        Answer::Done,
        Answer::Error(&wrong),
        Answer::Closed,
    ];
    answers
        .into_iter()
        .map(|answer| serde_json::from_str(&Envelope { id: Some(7), answer }.write(Some("12345678"))).unwrap())
        .collect()
}

#[test]
fn every_answer_is_written() {
    let written = written();
    let mut kinds: Vec<&str> = written.iter().map(|said| said["type"].as_str().unwrap()).collect();
    kinds.dedup();
    assert_eq!(kinds, ANSWERS);
    for said in &written {
        assert_eq!(
            (said["protocol"].as_str(), said["nonce"].as_str(), said["id"].as_u64()),
            (Some(PROTOCOL), Some("12345678"), Some(7))
        );
    }
    assert_eq!((written[4]["code"].as_str(), written[4]["place"].is_null()), (Some("http"), true));
    assert!(written[4]["message"].as_str().unwrap().contains("404"), "{}", written[4]);
    let said: Value = serde_json::from_str(&Envelope { id: None, answer: Answer::Done }.write(None)).unwrap();
    assert!(said["nonce"].is_null() && said.get("id").is_none());
    let version = Fault::new(Code::Version, "no");
    let said: Value = serde_json::from_str(&Envelope { id: None, answer: Answer::Error(&version) }.write(None)).unwrap();
    assert_eq!(said["versions"], json!([PROTOCOL]));
}

/// The names in `const NAME = Object.freeze([...])` of the helper.
fn in_helper(name: &str) -> Vec<String> {
    let list = HELPER.split_once(&format!("export const {name} = Object.freeze([")).expect(name).1;
    let list = list.split_once("]").unwrap().0;
    list.split(',').map(|word| word.trim().trim_matches('"').to_owned()).filter(|word| !word.is_empty()).collect()
}

#[test]
fn code_schema_helper_and_documentation_name_the_same_messages() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let of = |direction: &str| -> Vec<String> {
        let refs = schema["$defs"][direction]["oneOf"].as_array().unwrap();
        let name = |item: &Value| item["$ref"].as_str().unwrap().trim_start_matches("#/$defs/").to_owned();
        refs.iter().map(name).collect()
    };
    for (names, direction, list) in [(&ASKS[..], "host", "ASKS"), (&ANSWERS[..], "console", "ANSWERS")] {
        assert_eq!(of(direction), names);
        assert_eq!(in_helper(list), names);
        for name in names {
            assert_eq!(schema["$defs"][name]["properties"]["type"]["const"], json!(name), "{name}");
            assert!(DOCS.contains(&format!("\n### {name}\n")), "docs/embedding.md has no section {name}");
        }
    }
    let sections = DOCS.lines().filter(|line| line.starts_with("### ")).count();
    assert_eq!(sections, ASKS.len() + ANSWERS.len(), "a section of docs/embedding.md is of no message");
    for code in Code::ALL {
        assert!(DOCS.contains(&format!("| `{}` |", code.key())), "{}", code.key());
    }
    let codes = schema["$defs"]["error"]["properties"]["code"]["enum"].clone();
    assert_eq!(codes, json!(Code::ALL.map(Code::key)));
    let tokens = &schema["$defs"]["set-brand"]["properties"]["tokens"]["properties"];
    let names: Vec<&String> = tokens.as_object().unwrap().keys().collect();
    let mut own: Vec<&str> = COLOURS.iter().chain(&LENGTHS).chain(&FONTS).copied().collect();
    own.sort_unstable();
    assert_eq!(names, own);
    for (what, formats) in FORMATS {
        let row = format!(
            "| `{what}` | {} |",
            formats.iter().map(|format| format!("`{}`", format.key())).collect::<Vec<_>>().join(", ")
        );
        assert!(DOCS.contains(&row), "docs/embedding.md has no row {row}");
    }
}

#[test]
fn schema_and_code_know_the_same_fields() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let keys = |name: &str| -> Vec<String> { schema["$defs"][name]["properties"].as_object().unwrap().keys().cloned().collect() };
    for said in written() {
        let kind = said["type"].as_str().unwrap().to_owned();
        for key in said.as_object().unwrap().keys() {
            assert!(keys(&kind).contains(key), "{kind}.{key}");
        }
    }
    let view: Vec<String> = keys("view-fields");
    for field in crate::embed::view::FIELDS {
        assert!(view.contains(&field.to_owned()), "{field}");
    }
}

#[test]
fn examples_of_the_documentation_are_read() {
    let mut seen = Vec::new();
    for block in DOCS.split("```json\n").skip(1) {
        let text = block.split("```").next().unwrap();
        let example: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        let Some(kind) = example["type"].as_str() else { continue };
        seen.push(kind.to_owned());
        if ASKS.contains(&kind) {
            let carried = if kind == "load" && example.get("url").is_none() { MessageData::Bytes } else { MessageData::Nothing };
            let read = read(&example, carried);
            let Read::Right(Incoming { ask, .. }) = read else { panic!("{text}: {read:?}") };
            if let Ask::SetView { view, .. } = ask {
                view_of(&view, &ViewState::default(), &ViewState::default(), |_| true).unwrap();
            }
        }
    }
    for kind in ASKS.iter().chain(&ANSWERS) {
        assert!(seen.iter().any(|seen| seen == kind), "docs/embedding.md has no example of {kind}");
    }
}
