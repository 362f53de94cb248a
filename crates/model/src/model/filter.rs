//! The filter that a person has chosen (console-spec section 3).

use super::Label;
use crate::base::sorted::Map;
use serde::{Deserialize, Serialize};

/// Values allowed for each label; a label without an entry allows all. The empty string means: calls that carry none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter(pub Map<Label, Vec<String>>);

impl Filter {
    /// True where nothing is filtered.
    pub fn is_empty(&self) -> bool {
        self.0.values().all(Vec::is_empty)
    }

    /// The values chosen for a label; `None` where all are allowed.
    pub fn get(&self, label: impl Into<Label>) -> Option<&[String]> {
        self.0.get(&label.into()).map(Vec::as_slice).filter(|v| !v.is_empty())
    }

    /// Labels of which not all values are allowed, in their order: dimensions first.
    pub fn labels(&self) -> impl Iterator<Item = Label> {
        self.0.iter().filter(|(_, values)| !values.is_empty()).map(|(label, _)| *label)
    }

    /// The same filter with one label set (an empty list removes it).
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

    /// Allows all values of a label.
    pub fn remove(&mut self, label: impl Into<Label>) {
        self.0.remove(&label.into());
    }
}
