//! Writes what the console says, as plain JSON; bytes travel beside it.

use super::{ANSWERS, ASKS, Code, FORMATS, Fault, PROTOCOL, brand};
use crate::i18n::{Lang, states};
use crate::model::{Dim, Metric, Place};
use crate::wire::{DataSet, LoadCause, LoadFailure, Progress};
use serde_json::{Value, json};

/// What is said, with the number of the message that it answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Envelope<'a> {
    pub id: Option<u64>,
    pub answer: Answer<'a>,
}

/// See docs/embedding.md.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer<'a> {
    /// The first word: what can be done here, and what is shown.
    Ready {
        version: &'a str,
        build: &'a str,
        view: &'a Value,
        data: Option<&'a DataSet>,
        height: f64,
    },
    /// Of a load.
    Reading(&'a Progress),
    /// Of an export, in rows.
    Writing {
        rows: u64,
        rows_total: u64,
    },
    Loaded(&'a DataSet),
    /// A load gave nothing; `kept`: what was shown before still is.
    Failed {
        failure: &'a LoadFailure,
        kept: bool,
    },
    View(&'a Value),
    /// The view is another one: in these fields, by the host itself or not.
    Changed {
        view: &'a Value,
        fields: &'a [&'static str],
        by_host: bool,
    },
    Height(f64),
    /// The bytes travel beside.
    Exported {
        name: &'a str,
        mime: &'a str,
        bytes: u64,
    },
    Done,
    Error(&'a Fault),
    Closed,
}

impl Envelope<'_> {
    /// The message of a conversation, as JSON.
    pub fn write(&self, nonce: Option<&str>) -> String {
        let (kind, mut message) = self.answer.fields();
        message["protocol"] = json!(PROTOCOL);
        message["type"] = json!(kind);
        message["nonce"] = json!(nonce);
        if let Some(id) = self.id {
            message["id"] = json!(id);
        }
        message.to_string()
    }
}

impl Answer<'_> {
    fn fields(&self) -> (&'static str, Value) {
        match self {
            Answer::Ready { version, build, view, data, height } => {
                let exports: serde_json::Map<String, Value> = FORMATS
                    .iter()
                    .map(|(what, formats)| ((*what).to_owned(), formats.iter().map(|format| format.key()).collect::<Value>()))
                    .collect();
                let features = json!({
                    "asks": ASKS,
                    "answers": ANSWERS,
                    "exports": exports,
                    "metrics": Metric::IN_PAIRS.map(Metric::key),
                    "filters": Dim::ALL.iter().filter(|dim| **dim != Dim::Service).map(|dim| dim.key()).collect::<Vec<_>>(),
                    "tokens": { "colours": brand::COLOURS, "lengths": brand::LENGTHS, "fonts": brand::FONTS },
                });
                let versions = [PROTOCOL];
                let data = data.map(facts);
                let ready = json!({
                    "versions": versions, "console": version, "build": build, "features": features, "view": view, "data": data, "height": height,
                });
                ("ready", ready)
            }
            Answer::Reading(progress) => {
                let told = json!({ "bytes": progress.bytes_read, "bytesTotal": progress.bytes_total, "calls": progress.calls });
                ("progress", told)
            }
            Answer::Writing { rows, rows_total } => ("progress", json!({ "rows": rows, "rowsTotal": rows_total })),
            Answer::Loaded(data) => ("loaded", json!({ "data": facts(data) })),
            Answer::Failed { failure, kept } => {
                // A place that is not known is all zeros.
                let place = (failure.place != Place::default())
                    .then(|| json!({ "line": failure.place.line, "byte": failure.place.byte, "call": failure.place.call }));
                let said = json!({
                    "code": cause(failure.cause), "name": failure.name, "message": words(failure), "detail": failure.detail,
                    "place": place, "rejected": failure.rejected.count, "kept": kept,
                });
                ("failed", said)
            }
            Answer::View(view) => ("view", json!({ "view": view })),
            Answer::Changed { view, fields, by_host } => {
                ("changed", json!({ "view": view, "fields": fields, "by": if *by_host { "host" } else { "person" } }))
            }
            Answer::Height(height) => ("height", json!({ "height": height })),
            Answer::Exported { name, mime, bytes } => ("exported", json!({ "name": name, "mime": mime, "bytes": bytes })),
            Answer::Done => ("done", json!({})),
            Answer::Error(Fault { code, field, message }) => {
                let mut said = json!({ "code": code.key(), "message": message });
                if !field.is_empty() {
                    said["field"] = json!(field);
                }
                if *code == Code::Version {
                    said["versions"] = json!([PROTOCOL]);
                }
                ("error", said)
            }
            Answer::Closed => ("closed", json!({})),
        }
    }
}

/// What a data set is.
fn facts(data: &DataSet) -> Value {
    json!({
        "name": data.name,
        "calls": data.calls,
        "rejected": data.rejected.count,
        "oldest": data.oldest_ms,
        "newest": data.newest_ms,
        "services": data.services.iter().map(|service| &service.name).collect::<Vec<_>>(),
        "cutShort": data.cut_short.is_some(),
    })
}

/// Why a source gave nothing, and the cause it usually has. The language is the one of the protocol, not the page's.
fn words(failure: &LoadFailure) -> String {
    format!("{} {}", states::fact(Lang::En, failure.cause, &failure.name), states::cause(Lang::En, failure.cause))
}

/// The word for why a source gave nothing.
pub const fn cause(cause: LoadCause) -> &'static str {
    match cause {
        LoadCause::Empty | LoadCause::NoRecords => "empty",
        LoadCause::NoCalls | LoadCause::PassedOver => "no-calls",
        LoadCause::Html => "html",
        LoadCause::OtherJson => "other-json",
        LoadCause::OtherContent | LoadCause::OtherTable | LoadCause::Archive => "other-content",
        LoadCause::OtherVersion => "other-version",
        LoadCause::NoMapping => "no-mapping",
        LoadCause::GzipBroken => "gzip-broken",
        // Damage is of a text, never of a source that gave nothing.
        LoadCause::ZipBroken | LoadCause::Damaged(_) => "zip-broken",
        LoadCause::NotCalls(_) => "not-calls",
        LoadCause::Http(_) => "http",
        LoadCause::Unreachable => "unreachable",
        LoadCause::Redirected => "redirected",
        LoadCause::PartRefused(_) => "part-refused",
        LoadCause::NoAddress => "no-address",
        LoadCause::Blocked => "blocked",
        LoadCause::NoFeed => "no-feed",
        LoadCause::Broken => "broken",
        LoadCause::Stalled => "stalled",
        LoadCause::TooBig { .. } => "too-big",
        LoadCause::KeptMissing => "kept-missing",
        LoadCause::KeptBroken => "kept-broken",
        LoadCause::Manifest => "manifest",
        LoadCause::Internal => "internal",
    }
}
