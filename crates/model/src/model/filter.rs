//! The filter that a user has chosen (docs/spec.md, section 3).

use super::limits::CONDITIONS_MAX;
use super::{Label, Matcher};
use crate::base::sorted::Map;
use serde::{Deserialize, Serialize};

/// Which calls are shown: values allowed for each label, where a label without an entry allows all and the empty string means calls that carry
/// none; and further conditions, which all must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter(pub Map<Label, Vec<String>>, pub Vec<Matcher>);

impl Filter {
    /// True where nothing is filtered.
    pub fn is_empty(&self) -> bool {
        self.0.values().all(Vec::is_empty) && self.1.is_empty()
    }

    /// The values chosen for a label; `None` where all are allowed.
    pub fn get(&self, label: impl Into<Label>) -> Option<&[String]> {
        self.0.get(&label.into()).map(Vec::as_slice).filter(|v| !v.is_empty())
    }

    /// Labels of which not all values are allowed, in their order: dimensions first. Those of further conditions follow.
    pub fn labels(&self) -> Vec<Label> {
        let mut labels: Vec<Label> = self.0.iter().filter(|(_, values)| !values.is_empty()).map(|(label, _)| *label).collect();
        for label in self.1.iter().filter_map(Matcher::label) {
            if !labels.contains(label) {
                labels.push(*label);
            }
        }
        labels
    }

    /// The same filter with the values of one label set (an empty list removes them).
    #[must_use]
    pub fn with(mut self, label: impl Into<Label>, values: Vec<String>) -> Self {
        let label = label.into();
        if values.is_empty() {
            self.0.remove(&label);
        } else {
            self.0.insert(label, values);
        }
        self
    }

    /// Adds a condition on a label in place of the values chosen for it.
    pub fn add(&mut self, condition: Matcher) {
        if let Some(label) = condition.label() {
            self.0.remove(label);
        }
        if !self.1.contains(&condition) && self.1.len() < CONDITIONS_MAX {
            self.1.push(condition);
        }
    }

    /// Allows all values of a label.
    pub fn remove(&mut self, label: impl Into<Label>) {
        let label = label.into();
        self.0.remove(&label);
        self.1.retain(|condition| condition.label() != Some(&label));
    }
}
