//! A mapping that a person writes for a format of their own, driven as an importer. [`sample`] suggests one, [`plausible`] looks for slips.

pub mod beginning;
pub mod plausible;
mod reader;
pub mod sample;

pub use crate::model::mapping::{Cached, Fault, From, Mapping, Meaning};

use super::formats::records::Records;
use super::formats::walk::What;
use super::importer::{Importer, is_known_field};

impl Mapping {
    /// Reads a mapping's JSON.
    ///
    /// # Errors
    /// What is wrong with it and where, in the words of the JSON reader.
    pub fn of_json(text: &str) -> Result<Self, String> {
        serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|e| e.to_string())
    }

    /// As JSON without what goes without saying; in one line for a link, in several for people.
    pub fn json(&self, pretty: bool) -> String {
        let mut all = serde_json::to_value(self).unwrap_or_default();
        trim(&mut all, &Mapping::default());
        if let Some(fields) = all.get_mut("fields").and_then(|fields| fields.as_object_mut()) {
            fields.values_mut().for_each(|field| trim(field, &From::default()));
        }
        if let Some(status) = all.get_mut("status") {
            trim(status, &Meaning::default());
        }
        let text = if pretty { serde_json::to_string_pretty(&all) } else { serde_json::to_string(&all) };
        text.unwrap_or_default()
    }

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
                faults.push(Fault::Missing(needed.to_owned()));
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

/// Takes away the members that are as they are where nothing is said.
fn trim(object: &mut serde_json::Value, silent: &impl serde::Serialize) {
    let silent = serde_json::to_value(silent).unwrap_or_default();
    if let Some(members) = object.as_object_mut() {
        members.retain(|name, value| silent.get(name) != Some(value));
    }
}

#[cfg(test)]
mod tests;
