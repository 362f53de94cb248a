//! A mapping that a user writes for a format of their own, driven as an importer. [`sample`] suggests one, [`plausible`] looks for slips.

pub mod beginning;
pub mod plausible;
mod reader;
pub mod sample;

pub use crate::model::mapping::{Cached, Condition, Fault, From, Mapping, Meaning};

use super::formats::records::Records;
use super::formats::walk::What;
use super::importer::{Importer, is_known_field};

/// An importer for a source that begins so.
pub fn importer(mapping: &Mapping, prefix: &[u8]) -> Box<dyn Importer> {
    let compiled = reader::CompiledMapping::of(mapping);
    let path = format!("{}.[]", mapping.records);
    let rules: &[_] = if mapping.records.is_empty() { &[] } else { &[(path.as_str(), What::Record)] };
    Box::new(Records::new(compiled.names(), Box::new(compiled), rules, prefix))
}

/// Everything that is wrong with it, for the user who writes it.
pub fn faults(mapping: &Mapping) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (field, from) in &mapping.fields {
        if !is_known_field(field) {
            faults.push(Fault::UnknownField(field.clone()));
        }
        if from.path.is_empty() && from.fixed.is_empty() {
            faults.push(Fault::Nowhere(field.clone()));
        }
    }
    for needed in ["time", "service"] {
        if !mapping.fields.contains_key(needed) {
            faults.push(Fault::Missing(needed.to_owned()));
        }
    }
    for status in [mapping.status.failed, mapping.status.absent] {
        if !(100..=599).contains(&status) {
            faults.push(Fault::Status(status));
        }
    }
    let wrong = |of: &Condition| of.path.is_empty() || of.is.is_some() == of.is_not.is_some();
    faults.extend((1..).zip(&mapping.conditions).filter(|(_, of)| wrong(of)).map(|(n, _)| Fault::Condition(n)));
    faults
}

#[cfg(test)]
mod tests;
