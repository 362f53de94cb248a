//! A mapping that a person writes for a format of their own: which field of a call is read from where, in which unit.

use super::importer::Importer;
use serde::{Deserialize, Serialize};

/// See the module's text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Mapping {
    pub name: String,
}

impl Mapping {
    /// An importer for a source that begins so.
    pub fn importer(&self, prefix: &[u8]) -> Box<dyn Importer> {
        let _ = prefix;
        Box::new(super::callscope::Callscope::default())
    }
}
