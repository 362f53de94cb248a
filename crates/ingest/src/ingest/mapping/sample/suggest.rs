//! A mapping for records, suggested by the names of their values and by the values themselves.

use super::names::{self, NAMES, plain};
use super::rows::{Leaf, Row};
use crate::ingest::formats::clock::{self, Form, Unit, Wall};
use crate::ingest::mapping::{Cached, Condition, From, Mapping};
use std::collections::BTreeMap;

/// Fewest values that tell a running total from values that happen to rise.
const RUNNING_MIN: usize = 8;

/// What the records have at one path.
#[derive(Debug, Default)]
struct Column<'r> {
    values: Vec<&'r str>,
    /// A text too long to be a value.
    long: bool,
    /// Numbers that are more, and less, than the one before.
    rises: usize,
    falls: usize,
}

/// Columns by their path, in the order in which they come.
type Columns<'r> = Vec<(&'r str, Column<'r>)>;

fn columns(rows: &[Row]) -> Columns<'_> {
    let (mut all, mut places) = (Columns::new(), BTreeMap::new());
    for (path, leaf) in rows.iter().flatten() {
        let place = *places.entry(path.as_str()).or_insert_with(|| {
            all.push((path, Column::default()));
            all.len() - 1
        });
        let column: &mut Column<'_> = &mut all[place].1;
        match leaf {
            Some(Leaf::Value(value)) if !value.is_empty() => {
                if let (Some(Ok(before)), Ok(now)) = (column.values.last().map(|v| v.parse::<f64>()), value.parse::<f64>()) {
                    column.rises += usize::from(now > before);
                    column.falls += usize::from(now < before);
                }
                column.values.push(value);
            }
            Some(Leaf::Long) => column.long = true,
            _ => {}
        }
    }
    all
}

impl Column<'_> {
    fn numbers(&self) -> Vec<f64> {
        self.values.iter().filter_map(|value| value.parse().ok()).collect()
    }

    /// A total that runs on from record to record; it begins anew with another session.
    fn runs(&self) -> bool {
        self.values.len() >= RUNNING_MIN && self.rises >= RUNNING_MIN / 2 && self.falls * 10 <= self.rises
    }
}

/// Whether the names around a value say that it is a running total.
fn is_total(path: &str) -> bool {
    let around = path.rsplit_once('.').map_or("", |(around, _)| around);
    around
        .split('.')
        .map(plain)
        .any(|name| name.starts_with("total") || name.contains("cumulative") || name.contains("accumulated"))
}

/// A mapping for these records, without the list that they lie in.
pub fn of(rows: &[Row]) -> Mapping {
    let columns = columns(rows);
    let mut mapping = Mapping::default();
    for (field, names) in NAMES {
        let best = columns.iter().filter_map(|(path, column)| rated(field, names, path, column)).min_by_key(|rated| rated.0);
        let Some((_, path, unit)) = best else { continue };
        let duration = field.ends_with("_ms");
        let column = columns.iter().find(|(known, _)| *known == path).map(|(_, column)| column);
        let beside = || unit_beside(&columns, path);
        let guessed = || column.map(|column| guess(&column.numbers()));
        let unit = if duration { unit.or_else(beside).or_else(guessed) } else { None };
        mapping.fields.insert((*field).to_owned(), From { path: path.to_owned(), unit, ..From::default() });
    }
    // Anthropic's name says that cached tokens are beside the input.
    if mapping.fields.get("cached_tokens").is_some_and(|f| f.path.ends_with("cache_read_input_tokens")) {
        mapping.cached = Cached::AddedToInput;
    }
    if let Some((_, time)) = mapping.fields.get("time").and_then(|from| columns.iter().find(|(path, _)| *path == from.path)) {
        mapping.time = form(time);
    }
    if !mapping.fields.contains_key("service") {
        mapping.fields.insert("service".to_owned(), From { fixed: "calls".to_owned(), ..From::default() });
    }
    mapping.conditions = conditions(rows, &columns, &mapping);
    mapping
}

/// How well a value suits a field, least first.
type Rating = (bool, usize, bool);

/// Better names that a level further down costs.
const LEVEL: usize = 2;

/// How well a value suits a field: one of the record itself and not of a list in it, one with a better name and nearer to the top, one that does
/// not rise throughout. Nothing where it does not suit at all.
fn rated<'r>(field: &str, known: &[&str], path: &'r str, column: &Column<'_>) -> Option<(Rating, &'r str, Option<Unit>)> {
    let (name, depth, unit) = names::naming(path);
    let (bare, named) = if field.ends_with("_ms") { names::with_unit(name) } else { (plain(name), None) };
    let of = |name: &str| known.iter().position(|known| *known == name);
    let count = field.ends_with("_tokens");
    let rank = of(&bare).or_else(|| of(&names::counted(&bare)).filter(|_| count))?;
    let amount = count || field == "cost" || field.ends_with("_ms");
    let total = amount && (column.runs() || is_total(path));
    let fit = !column.long && column.values.iter().all(|value| fits(field, value)) && !(amount && column.values.is_empty());
    let rises = amount && column.rises > 1 && column.falls == 0;
    let listed = path.split('.').any(|segment| segment == "0");
    (fit && !total).then_some(((listed, rank + LEVEL * depth, rises), path, named.or(unit)))
}

/// The unit that is beside a value: `{"value": 5, "unit": "s"}`.
fn unit_beside(columns: &Columns<'_>, path: &str) -> Option<Unit> {
    let (around, _) = path.rsplit_once('.')?;
    let beside = |(other, _): &&(&str, Column<'_>)| {
        other.rsplit_once('.').is_some_and(|(near, name)| near == around && matches!(plain(name).as_str(), "unit" | "units"))
    };
    names::unit(columns.iter().find(beside)?.1.values.first()?)
}

/// How much records that are mapped so look like calls.
pub fn score(mapping: &Mapping) -> usize {
    const WEIGHTS: [(&str, usize); 8] = [
        ("time", 3),
        ("input_tokens", 3),
        ("output_tokens", 3),
        ("latency_ms", 2),
        ("ttft_ms", 2),
        ("status", 1),
        ("model", 1),
        ("total_tokens", 1),
    ];
    WEIGHTS.iter().filter(|(field, _)| mapping.fields.contains_key(*field)).map(|(_, weight)| weight).sum()
}

/// Which of the records are calls, where they are of several kinds: those whose kind says so, or the only kind that has tokens.
fn conditions(rows: &[Row], columns: &Columns<'_>, mapping: &Mapping) -> Vec<Condition> {
    let path = |field: &str| mapping.fields.get(field).map(|from| from.path.as_str());
    let has = |row: &Row, path: &str| row.iter().any(|(known, leaf)| known == path && leaf.is_some());
    let tokens: Vec<&str> = ["input_tokens", "output_tokens", "total_tokens"].into_iter().filter_map(path).collect();
    let counted = |row: &&Row| tokens.iter().any(|path| has(row, path));
    let facts: Vec<&str> = ["latency_ms", "status", "error_code", "error_message"].into_iter().filter_map(path).collect();
    let kinds = columns.iter().filter(|(path, column)| {
        let name = plain(path.rsplit('.').next().unwrap_or(path));
        names::KINDS.contains(&&*name) && column.values.iter().any(|value| *value != column.values[0])
    });
    let is = |path: &str, value: &str| Condition { path: path.to_owned(), is: Some(value.to_owned()), is_not: None };
    let mut best: Option<(usize, Condition)> = None;
    for (path, column) in kinds {
        if let Some(value) = column.values.iter().find(|value| names::CALLS.contains(&&*plain(value))) {
            return vec![is(path, value)];
        }
        let kind = |row: &Row| row.iter().find(|(known, _)| known == path).and_then(|(_, leaf)| leaf.clone());
        let Some(Leaf::Value(value)) = rows.iter().find(counted).and_then(kind) else { continue };
        let wanted = Some(Leaf::Value(value.clone()));
        // Failures have no tokens either, but a status, an error or a duration.
        let others_are_none =
            rows.iter().filter(|row| kind(row) != wanted).all(|row| !counted(&row) && !facts.iter().any(|f| has(row, f)));
        let taken = rows.iter().filter(|row| kind(row) == wanted).count();
        if others_are_none && taken < rows.len() && best.as_ref().is_none_or(|(least, _)| taken < *least) {
            best = Some((taken, is(path, &value)));
        }
    }
    let Some((taken, condition)) = best else { return Vec::new() };
    let bare = taken > rows.iter().filter(counted).count();
    // Records of the kind that count nothing: a limit was told, not a call.
    let counts = tokens.first().filter(|_| bare);
    let counts = counts.map(|path| Condition { path: (*path).to_owned(), is: None, is_not: Some(String::new()) });
    std::iter::once(condition).chain(counts).collect()
}

/// Whether a value may be one of this field.
fn fits(field: &str, value: &str) -> bool {
    let number = value.parse::<f64>().ok();
    match field {
        "time" => number.is_some() || clock::read(value, Form::Any, Wall::UTC).is_ok(),
        "stream" => matches!(value.to_ascii_lowercase().as_str(), "true" | "false" | "0" | "1" | "yes" | "no"),
        "status" => number.is_none_or(|n| n == 0.0 || n == 1.0 || (100.0..600.0).contains(&n)),
        _ if field.ends_with("_tokens") || field.ends_with("_ms") || field == "cost" => number.is_some_and(|n| n >= 0.0),
        // A yes or no is no text.
        _ => !matches!(value, "true" | "false"),
    }
}

/// Numbers too small for any epoch count from an unknown beginning.
fn form(column: &Column<'_>) -> Form {
    let numbers = column.numbers();
    let relative = !numbers.is_empty() && numbers.len() == column.values.len() && numbers.iter().all(|n| n.abs() < 9e8);
    if relative { Form::Relative(if numbers.iter().any(|n| n.fract() != 0.0) { Unit::S } else { Unit::Ms }) } else { Form::Any }
}

/// A duration without a unit in its name: small numbers with a fraction are seconds.
fn guess(numbers: &[f64]) -> Unit {
    let seconds = !numbers.is_empty() && numbers.iter().all(|n| *n < 120.0) && numbers.iter().any(|n| n.fract() != 0.0);
    if seconds { Unit::S } else { Unit::Ms }
}
