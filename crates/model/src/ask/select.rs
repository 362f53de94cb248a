//! Which calls a question is about: a range, matchers on labels and numbers, and the zone of its days.

use crate::base::zone::Zone;
use crate::model::{Dim, Filter, Label, Matcher, Range};
use serde::{Deserialize, Serialize};

/// The calls that a question is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Selection {
    pub range: Range,
    /// A call is selected where all of them hold.
    pub matchers: Vec<Matcher>,
    /// Covers every range of the question with a day to spare on both sides.
    pub zone: Zone,
}

impl Selection {
    /// The service that the selection names alone. Whether a quantity is recorded is decided over its calls, else over all calls of the source.
    pub fn sole_service(&self) -> Option<&str> {
        self.matchers.iter().find_map(|matcher| match matcher {
            Matcher::OneOf(Label::Dim(Dim::Service), names) if names.len() == 1 => names.first().map(String::as_str),
            _ => None,
        })
    }
}

/// The filter that a user chose, as matchers in the order of the labels.
pub fn matchers(filter: &Filter) -> Vec<Matcher> {
    let chosen = filter.0.iter().filter(|(_, values)| !values.is_empty());
    chosen.map(|(label, values)| Matcher::OneOf(*label, values.clone())).chain(filter.1.iter().cloned()).collect()
}
