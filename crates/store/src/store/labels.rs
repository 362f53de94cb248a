//! Open labels of calls. A call carries a set of labels, and a data set has few such sets: a column
//! of the sets' codes, and for each label, by its name, a dictionary of values with the value in
//! each set.

use super::{Codes, Dict};
use crate::model::limits::{LABEL_SETS_MAX, LABEL_VALUE_BYTES_MAX, LABELS_MAX};
use crate::model::{Name, labels_of};

/// Means the set of a call that finds no room.
const BEYOND: &str = "\0";

/// See the module's text.
#[derive(Debug, Default)]
pub struct Labels {
    /// The code of each row's set.
    pub(crate) rows: Codes,
    /// Sets as [`crate::model::Call::labels`] has them, in order of first sight; 0 is the empty one.
    pub(crate) sets: Dict,
    labels: Vec<Column>,
    /// By set: labels of it that are left out.
    left_out: Vec<u32>,
}

/// A label.
#[derive(Debug)]
pub struct Column {
    pub name: Name,
    /// Code 0 is the empty text: absent.
    values: Dict,
    /// By set; 0 beyond the end.
    codes: Vec<u32>,
}

impl Column {
    /// The code of the value that a set has.
    pub fn code(&self, set: u32) -> u32 {
        self.codes.get(set as usize).copied().unwrap_or(0)
    }

    /// The value that a set has; empty where it has none.
    pub fn value(&self, set: u32) -> &str {
        self.values.get(self.code(set))
    }

    pub const fn values(&self) -> &Dict {
        &self.values
    }
}

impl Labels {
    /// Of no rows.
    pub fn empty() -> Self {
        Self { sets: Dict::with_empty(), ..Self::default() }
    }

    /// Of so many rows without labels.
    pub(crate) fn none(rows: usize) -> Self {
        Self { rows: Codes::Same(0, rows), ..Self::empty() }
    }

    /// Of the sets of rows; `None` where a set occurs twice or none is empty.
    pub(crate) fn of(rows: Codes, sets: Vec<Box<str>>) -> Option<Self> {
        let mut labels = Self { rows, sets: Dict::of(sets)?, ..Self::default() };
        for set in 0..labels.sets.len() as u32 {
            let text = labels.sets.get(set).to_owned();
            labels.learn(set, &text);
        }
        labels.dicts_mut().for_each(Dict::settle);
        (labels.sets.find("") == Some(0)).then_some(labels)
    }

    /// The code of a set, new or known.
    pub(super) fn intern(&mut self, set: &str) -> u32 {
        if set.is_empty() {
            return 0;
        }
        let known = self.sets.len();
        let set = if known >= LABEL_SETS_MAX && self.sets.find(set).is_none() { BEYOND } else { set };
        let code = self.sets.intern(set);
        if code as usize == known {
            self.learn(code, set);
        }
        code
    }

    fn learn(&mut self, set: u32, text: &str) {
        let mut left_out = u32::from(text == BEYOND);
        for (name, value) in labels_of(text).filter(|_| text != BEYOND) {
            left_out += u32::from(self.add(set, name, value).is_none());
        }
        if left_out > 0 {
            self.left_out.resize(set as usize, 0);
            self.left_out.push(left_out);
        }
    }

    /// `None` where there is no room for it.
    fn add(&mut self, set: u32, name: &str, value: &str) -> Option<()> {
        if value.len() > LABEL_VALUE_BYTES_MAX {
            return None;
        }
        let at = self.labels.iter().position(|label| label.name.as_str() == name);
        let at = match at {
            Some(at) => at,
            None if self.labels.len() >= LABELS_MAX => return None,
            None => {
                self.labels.push(Column { name: Name::new(name)?, values: Dict::with_empty(), codes: Vec::new() });
                self.labels.len() - 1
            }
        };
        let Column { values, codes, .. } = &mut self.labels[at];
        let code = values.intern(value);
        codes.resize(set as usize, 0);
        codes.push(code);
        Some(())
    }

    /// The labels that calls carry, in order of first sight.
    pub fn names(&self) -> Vec<Name> {
        self.labels.iter().map(|label| label.name).collect()
    }

    /// The place of a label.
    pub fn find(&self, name: Name) -> Option<usize> {
        self.labels.iter().position(|label| label.name == name)
    }

    /// The label at a place that [`Labels::find`] gave.
    pub fn column(&self, at: usize) -> &Column {
        &self.labels[at]
    }

    /// The code of each row's set.
    pub const fn rows(&self) -> &Codes {
        &self.rows
    }

    /// Number of sets; their codes run from 0.
    pub fn sets(&self) -> usize {
        self.sets.len()
    }

    /// A row's labels as [`crate::model::Call::labels`] has them.
    pub fn of_row(&self, row: usize) -> &str {
        self.sets.get(self.rows.get(row))
    }

    /// Labels of calls that are left out, because there are too many labels, sets of them, or bytes in a value.
    pub fn left_out(&self) -> u64 {
        if self.left_out.is_empty() {
            return 0;
        }
        let of = |row| u64::from(self.left_out.get(self.rows.get(row) as usize).copied().unwrap_or(0));
        (0..self.rows.len()).map(of).sum()
    }

    /// Memory that it fills, about.
    pub fn bytes(&self) -> usize {
        let of = |label: &Column| label.values.bytes() + label.codes.len() * 4;
        self.rows.bytes() + self.sets.bytes() + self.labels.iter().map(of).sum::<usize>()
    }

    /// All its dictionaries.
    pub fn dicts_mut(&mut self) -> impl Iterator<Item = &mut Dict> {
        self.labels.iter_mut().map(|label| &mut label.values).chain([&mut self.sets])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::add_label;

    fn set(labels: &[(&str, &str)]) -> String {
        let mut set = String::new();
        labels.iter().for_each(|(name, value)| assert!(add_label(&mut set, name, value)));
        set
    }

    #[test]
    fn labels_are_found_by_name_and_what_finds_no_room_is_counted() {
        let mut labels = Labels::empty();
        let long = "v".repeat(LABEL_VALUE_BYTES_MAX + 1);
        let sets = [set(&[("team", "search")]), String::new(), set(&[("env", "prod"), ("team", "ads")]), set(&[("team", &long)])];
        for set in &sets {
            let code = labels.intern(set);
            labels.rows.push(code);
        }
        let team = labels.column(labels.find(Name::new("team").unwrap()).unwrap());
        let values: Vec<&str> = (0..4).map(|row| team.value(labels.rows.get(row))).collect();
        assert_eq!((values, labels.left_out()), (vec!["search", "", "ads", ""], 1));
        for n in 0..LABELS_MAX {
            let code = labels.intern(&set(&[(&format!("n{n}"), "x")]));
            labels.rows.push(code);
        }
        // Two names were there, so that the last two find no room.
        assert_eq!((labels.names().len(), labels.left_out()), (LABELS_MAX, 3));
        assert_eq!(labels.of_row(2), sets[2]);
    }
}
