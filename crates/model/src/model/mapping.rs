//! A mapping that a user writes for a format of their own: which field of a call is read from where, in which unit. Plain data,
//! so that it can be saved, shared and named in a configuration; what is found in a source, and what looks like a slip.

use crate::base::zone::Zone;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Instants, epoch milliseconds, between which the changes of a mapping's zone are known: 2010 to 2040.
pub const ZONE_SPAN: (i64, i64) = (1_262_304_000_000, 2_208_988_800_000);

/// See the module's text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mapping {
    /// What the user calls it.
    pub name: String,
    /// Path of the list of records in a document, such as `data`; empty where records are the source's top level.
    pub records: String,
    /// Fields of a call (docs/feed.md) and where they come from.
    pub fields: BTreeMap<String, From>,
    /// How the time is written.
    pub time: Form,
    /// Zone of times that name none, in minutes east of Greenwich.
    pub zone_minutes: i32,
    /// The same by its IANA name, such as `Europe/Berlin`, where its offset changes; empty where `zone_minutes` holds.
    pub zone: String,
    /// The changes of `zone`, from [`ZONE_SPAN`]; filled in by who knows zones, before anything is read.
    #[serde(skip)]
    pub changes: Option<Zone>,
    pub status: Meaning,
    pub cached: Cached,
    /// Records that hold calls: those for which all of these hold. Others are passed over.
    #[serde(rename = "where")]
    pub conditions: Vec<Condition>,
}

/// Of which records calls are made: a path with the value that must, or must not, be there. An empty value means none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Condition {
    pub path: String,
    pub is: Option<String>,
    pub is_not: Option<String>,
}

impl Mapping {
    /// Reads a mapping's JSON.
    ///
    /// # Errors
    /// What is wrong with it and where, in the words of the JSON reader.
    pub fn of_json(text: &str) -> Result<Self, String> {
        serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|e| e.to_string())
    }

    /// As JSON without defaults; in one line for a link, in several for readers.
    pub fn json(&self, pretty: bool) -> String {
        let mut all = serde_json::to_value(self).unwrap_or_default();
        trim(&mut all, &Mapping::default());
        if let Some(fields) = all.get_mut("fields").and_then(|fields| fields.as_object_mut()) {
            fields.values_mut().for_each(|field| trim(field, &From::default()));
        }
        if let Some(conditions) = all.get_mut("where").and_then(|conditions| conditions.as_array_mut()) {
            conditions.iter_mut().for_each(|condition| trim(condition, &Condition::default()));
        }
        if let Some(status) = all.get_mut("status") {
            trim(status, &Meaning::default());
        }
        let text = if pretty { serde_json::to_string_pretty(&all) } else { serde_json::to_string(&all) };
        text.unwrap_or_default()
    }

    /// Has durations be read as seconds that were taken for milliseconds: the latency, and of the others those whose samples are no longer than its own.
    pub fn use_seconds(&mut self, found: &[SampledField]) {
        let longest = |mapping: &Self, field: &str| {
            let path = &mapping.fields.get(field)?.path;
            let values = &found.iter().find(|sampled| sampled.path == *path)?.values;
            values.iter().filter_map(|value| value.parse::<f64>().ok()).reduce(f64::max)
        };
        let latency = longest(self, "latency_ms");
        for field in ["latency_ms", "ttft_ms", "tpot_ms", "queue_ms"] {
            let shorter = field == "latency_ms" || latency.is_none_or(|most| longest(self, field).is_none_or(|n| n <= most));
            if let Some(from) = self.fields.get_mut(field)
                && shorter
                && from.unit.is_none_or(|unit| unit == Unit::Ms)
            {
                from.unit = Some(Unit::S);
            }
        }
    }
}

/// Takes away the members that are as they are where nothing is said.
fn trim(object: &mut serde_json::Value, silent: &impl serde::Serialize) {
    let silent = serde_json::to_value(silent).unwrap_or_default();
    if let Some(members) = object.as_object_mut() {
        members.retain(|name, value| silent.get(name) != Some(value));
    }
}

/// Where a field comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct From {
    /// Path with dots, names of one column separated by `|`; empty where the value is fixed.
    pub path: String,
    /// The value of every call, where the path is empty or a record has nothing there.
    pub fixed: String,
    /// Unit of a duration; milliseconds where it is not given (seconds for `generation_s`).
    pub unit: Option<Unit>,
    /// Tokens are given in thousands.
    pub thousands: bool,
}

/// What the status column means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Meaning {
    /// Words of a success. A number from 100 to 599 is an HTTP status and means itself; any other word is a failure.
    pub ok: Vec<String>,
    /// Status of a failure without an HTTP status.
    pub failed: u16,
    /// Status of a record without a value.
    pub absent: u16,
}

impl Default for Meaning {
    fn default() -> Self {
        let ok = ["ok", "success", "succeeded", "successful", "completed", "complete", "true", "0", "stop", "done"];
        Self { ok: ok.map(str::to_owned).to_vec(), failed: 500, absent: 200 }
    }
}

/// The relation of cached tokens to input tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cached {
    /// Input tokens hold them already (OpenAI).
    #[default]
    PartOfInput,
    /// They are beside and are added (Anthropic).
    AddedToInput,
}

/// A unit of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    S,
    #[default]
    Ms,
    Us,
    Ns,
}

impl Unit {
    /// All, longest first.
    pub const ALL: [Unit; 4] = [Unit::S, Unit::Ms, Unit::Us, Unit::Ns];

    /// Decimal places from the unit down to a nanosecond.
    pub const fn digits(self) -> u32 {
        match self {
            Unit::S => 9,
            Unit::Ms => 6,
            Unit::Us => 3,
            Unit::Ns => 0,
        }
    }

    /// As it is written behind a number.
    pub const fn symbol(self) -> &'static str {
        match self {
            Unit::S => "s",
            Unit::Ms => "ms",
            Unit::Us => "µs",
            Unit::Ns => "ns",
        }
    }
}

/// How a time is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// A text in any form known, or an epoch whose unit follows from its magnitude.
    #[default]
    Any,
    /// An epoch in this unit.
    Epoch(Unit),
    /// Time since an unknown beginning, in this unit: counted from 2000-01-01 UTC, which is not mistaken for a real date.
    Relative(Unit),
}

/// What is wrong with a mapping itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Fault {
    #[error("no field {0:?} in a call; docs/feed.md lists them")]
    UnknownField(String),
    #[error("field {0:?} has neither a path nor a fixed value")]
    Nowhere(String),
    #[error("{0:?} is required: every call has one")]
    Missing(String),
    #[error("status {0} is not from 100 to 599")]
    Status(u16),
    #[error("condition {0} needs a path, and either \"is\" or \"is_not\"")]
    Condition(usize),
}

/// A field of the source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampledField {
    /// As a mapping names it.
    pub path: String,
    /// The first different values.
    pub values: Vec<String>,
    /// Records of the first text that have it.
    pub seen: u64,
}

/// What looks wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Doubt {
    /// Half of the latencies are shorter than tokens can come: the numbers may be seconds.
    LatencyLooksLikeSeconds,
    /// Half of the latencies are longer than an hour: the numbers may be micro- or nanoseconds.
    LatencyLooksTooLong,
    /// The first token comes after the last.
    FirstTokenAfterEnd,
    /// The call has not happened yet: unit or zone of the time.
    InFuture,
    /// The total is neither input + output nor near it.
    TotalUnlikeSum,
    /// More cached than input tokens: they are added to, not part of it.
    CachedAboveInput,
    /// Every call failed.
    AllFailed,
    /// Calls have the request id of another: the source may write several records for one call.
    SameRequest,
    /// No call has a status, and none an error: nothing says which failed.
    NoStatus,
    /// Records tell of many calls each: they are sums.
    Sums,
}

/// A doubt, and how many of the calls that could show it do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    pub doubt: Doubt,
    pub calls: u64,
    pub of: u64,
}

/// Fields of a call that a mapping may name (docs/feed.md), in the order in which people look for them.
pub const FIELDS: [&str; 32] = [
    "time",
    "service",
    "status",
    "version",
    "model",
    "api_key",
    "ip",
    "http_x_forwarded_for",
    "stream",
    "input_tokens",
    "output_tokens",
    "cached_tokens",
    "reasoning_tokens",
    "total_tokens",
    "latency_ms",
    "ttft_ms",
    "tpot_ms",
    "queue_ms",
    "generation_s",
    "error_code",
    "error_message",
    "request_id",
    "service_type",
    "inference_type",
    "region",
    "workspace",
    "service_tier",
    "replica",
    "cost",
    "media",
    "audio_input_tokens",
    "audio_output_tokens",
];
