//! The fields of a source with samples of their values, and a mapping suggested by names and values.

mod names;
mod rows;
mod suggest;

pub use crate::model::mapping::SampledField;

use super::Mapping;
use crate::ingest::importer::Unrecognised;
use crate::ingest::registry::detect;
use crate::model::mapping::{Doubt, Warning};
use rows::{Leaf, Row};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Samples kept of a field.
const SAMPLES: usize = 4;

/// What was found in the first text of a source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    pub fields: Vec<SampledField>,
    /// Suggested by names and values; to be looked over by a user.
    pub mapping: Mapping,
    /// What speaks against any mapping: the records are sums.
    pub sums: Option<Warning>,
}

/// Looks into the first text of a source; some 64 KiB of it give good samples.
pub fn of(prefix: &[u8]) -> Sample {
    let values = rows::values(prefix);
    let (records, rows, mapping) = chosen(&values);
    let sums = sums_of(&rows);
    // What is known to hold no calls, and sums over many, are given to the user as they are: any suggestion would make calls of them.
    let refused = sums.is_some() || matches!(detect(prefix), Err(Unrecognised::NotCalls(_)));
    let mapping = if refused { Mapping { records, ..Mapping::default() } } else { Mapping { records, ..mapping } };
    Sample { fields: collected(&rows), mapping, sums }
}

/// Fields of the records that a document has in the list of this path (of lines, arrays and tables, where it is empty), and whether
/// the records are sums.
pub fn fields(prefix: &[u8], records: &str) -> (Vec<SampledField>, Option<Warning>) {
    let rows = rows::records(&rows::values(prefix), records);
    (collected(&rows), sums_of(&rows))
}

/// Where the records lie that look most like calls: the top level, or a list in a document.
fn chosen(values: &[rows::Node]) -> (String, Vec<Row>, Mapping) {
    let mut best: Option<(usize, String, Vec<Row>, Mapping)> = None;
    for path in std::iter::once(String::new()).chain(rows::lists(values)) {
        let rows = rows::records(values, &path);
        let mapping = suggest::of(&rows);
        let score = suggest::score(&mapping);
        let alone = best.as_ref().is_some_and(|(_, known, rows, _)| known.is_empty() && rows.len() < 2);
        let better = match &best {
            None => true,
            // A document around a list of records says little by itself.
            Some((known, ..)) => score > *known || (score == *known && alone && rows.len() > 1),
        };
        if better {
            best = Some((score, path, rows, mapping));
        }
    }
    best.map(|(_, path, rows, mapping)| (path, rows, mapping)).unwrap_or_default()
}

fn collected(rows: &[Row]) -> Vec<SampledField> {
    let (mut fields, mut places) = (Vec::<SampledField>::new(), BTreeMap::<&str, usize>::new());
    for (path, leaf) in rows.iter().flatten() {
        let place = *places.entry(path).or_insert_with(|| {
            fields.push(SampledField { path: path.clone(), ..SampledField::default() });
            fields.len() - 1
        });
        let field = &mut fields[place];
        field.seen += 1;
        if let Some(Leaf::Value(value)) = leaf
            && !value.is_empty()
            && field.values.len() < SAMPLES
            && !field.values.contains(value)
        {
            field.values.push(value.clone());
        }
    }
    fields
}

/// Records with a number of calls that is no single one.
fn sums_of(rows: &[Row]) -> Option<Warning> {
    let many = |(path, leaf): &(String, Option<Leaf>)| {
        // Deep in a record, and in its lists, numbers are of something else.
        let (around, name) = path.rsplit_once('.').unwrap_or(("", path));
        let name = names::plain(name);
        let count = match leaf {
            Some(Leaf::Value(value)) => value.parse::<f64>().is_ok_and(|n| n > 1.0 && n.fract() == 0.0),
            _ => false,
        };
        count
            && !around.contains('.')
            && around != "0"
            && (names::COUNTS.contains(&&*name) || names::COUNTS.contains(&&*names::counted(&name)))
    };
    let calls = rows.iter().filter(|row| row.iter().any(many)).count() as u64;
    let of = rows.len() as u64;
    (calls > 0 && calls * 2 >= of).then_some(Warning { doubt: Doubt::Sums, calls, of })
}

#[cfg(test)]
mod tests;
