//! A look into the beginning of a source: what is found in it, how a mapping would read it. Asked of a reader of its own, beside the one that
//! answers the page.

use super::{Complaint, LoadCause, Source};
use crate::model::mapping::{Fault, Mapping, Sampled, Warning};
use crate::model::understood::Understood;
use serde::{Deserialize, Serialize};

/// A request of the mapping editor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// Look into this source, and read its beginning by the mapping that is given, or by one that is suggested. Beside: the file, where it is one.
    /// `mapping`: JSON, or the name of one in the deployment's configuration.
    Into { source: Source, mapping: Option<String> },
    /// The same beginning, read by this mapping.
    By(Mapping),
    /// The same beginning, read by a mapping in JSON that a user opened, or by one of this name in the configuration.
    ByWords(String),
    /// The same beginning, read by the mapping that its names suggest.
    Suggest,
}

/// What comes back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    Looked(Box<Looked>),
    /// A text that was opened is no mapping; what is wrong with it, and where.
    NoMapping(String),
    /// Nothing could be read of the source.
    Nothing(LoadCause),
}

/// The beginning of a source as a mapping reads it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Looked {
    /// Fields of its records, with samples.
    pub fields: Vec<Sampled>,
    pub mapping: Mapping,
    /// The mapping as a file.
    pub json: String,
    /// The mapping in a line, for a link.
    pub short: String,
    pub faults: Vec<Fault>,
    pub warnings: Vec<Warning>,
    pub first: Vec<Understood>,
    /// Calls and rejected records of the beginning.
    pub calls: u64,
    pub rejected: u64,
    /// Records that the mapping's conditions leave out.
    pub passed: u64,
    /// The first of those rejected.
    pub complaints: Vec<Complaint>,
    /// Mappings by name that the deployment's configuration has.
    pub configured: Vec<String>,
}
