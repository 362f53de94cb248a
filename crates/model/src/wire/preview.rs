//! A look into the beginning of a source: what is found in it, how a mapping would read it. Asked of a reader of its own, beside the one that
//! answers the page.

use super::{LoadCause, MemberSource, RecordError};
use crate::model::mapping::{Fault, Mapping, SampledField, Warning};
use crate::model::understood::ParsedCall;
use serde::{Deserialize, Serialize};

/// A request of the mapping editor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// Look into this source, and read its beginning by the mapping that is given, or by one that is suggested. Beside: the file, where it is one.
    /// `mapping`: JSON, or the name of one in the deployment's configuration.
    Into { source: MemberSource, mapping: Option<String> },
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
    Preview(Box<PreviewReport>),
    /// A text that was opened is no mapping; what is wrong with it, and where.
    NoMapping(String),
    /// Nothing could be read of the source.
    Nothing(LoadCause),
}

/// The beginning of a source as a mapping reads it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PreviewReport {
    /// Fields of its records, with samples.
    pub fields: Vec<SampledField>,
    pub mapping: Mapping,
    /// The mapping as a file.
    pub json: String,
    /// The mapping in a line, for a link.
    pub short: String,
    pub faults: Vec<Fault>,
    pub warnings: Vec<Warning>,
    pub first: Vec<ParsedCall>,
    /// Calls and rejected records of the beginning.
    pub calls: u64,
    pub rejected: u64,
    /// Records that the mapping's conditions leave out.
    pub passed: u64,
    /// The first of those rejected.
    pub record_errors: Vec<RecordError>,
    /// Mappings by name that the deployment's configuration has.
    pub configured: Vec<String>,
}
