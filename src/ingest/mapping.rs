//! A mapping that a person writes for a format of their own: which field of a call is read from where, in which unit. Plain data,
//! so that it can be saved, shared and named in a configuration; [`sample`] suggests one, [`plausible`] looks for slips.

pub mod plausible;
mod reader;
pub mod sample;

use super::formats::clock::{Form, Unit};
use super::formats::records::Records;
use super::formats::walk::What;
use super::importer::{Importer, is_known_field};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// See the module's text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mapping {
    /// What the person calls it.
    pub name: String,
    /// Path of the list of records in a document, such as `data`; empty where records are the source's top level.
    pub records: String,
    /// Fields of a call (docs/feed.md) and where they come from.
    pub fields: BTreeMap<String, From>,
    /// How the time is written.
    pub time: Form,
    /// Zone of times that name none, in minutes east of Greenwich.
    pub zone_minutes: i32,
    pub status: Meaning,
    pub cached: Cached,
}

/// Where a field comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct From {
    /// Path with dots, names of one column separated by `|`; empty where the value is fixed.
    pub path: String,
    /// The value of every call, where the path is empty or a record has nothing there.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub fixed: String,
    /// Unit of a duration; milliseconds where it is not given (seconds for `generation_s`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// Tokens are given in thousands.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
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

/// How cached tokens stand to input tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cached {
    /// Input tokens hold them already (OpenAI).
    #[default]
    PartOfInput,
    /// They stand beside and are added (Anthropic).
    AddedToInput,
}

/// What is wrong with a mapping itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("no field {0:?} in a call; docs/feed.md lists them")]
    UnknownField(String),
    #[error("field {0:?} has neither a path nor a fixed value")]
    Nowhere(String),
    #[error("{0:?} is needed: every call has one")]
    Missing(&'static str),
    #[error("status {0} is not from 100 to 599")]
    Status(u16),
}

impl Mapping {
    /// An importer for a source that begins so.
    pub fn importer(&self, prefix: &[u8]) -> Box<dyn Importer> {
        let compiled = reader::Compiled::of(self);
        let path = format!("{}.[]", self.records);
        let rules: &[_] = if self.records.is_empty() { &[] } else { &[(path.as_str(), What::Record)] };
        Box::new(Records::new(compiled.names(), Box::new(compiled), rules, prefix))
    }

    /// Everything that is wrong with it, for the person who writes it.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (field, from) in &self.fields {
            if !is_known_field(field) {
                faults.push(Fault::UnknownField(field.clone()));
            }
            if from.path.is_empty() && from.fixed.is_empty() {
                faults.push(Fault::Nowhere(field.clone()));
            }
        }
        for needed in ["time", "service"] {
            if !self.fields.contains_key(needed) {
                faults.push(Fault::Missing(needed));
            }
        }
        for status in [self.status.failed, self.status.absent] {
            if !(100..=599).contains(&status) {
                faults.push(Fault::Status(status));
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests;
