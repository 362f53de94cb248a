//! Which calls a question is about.

use crate::model::{Filter, Range};
use crate::series::Zone;
use serde::{Deserialize, Serialize};

/// What every view is computed over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Selection {
    pub range: Range,
    /// The period before, where one is compared.
    pub before: Option<Range>,
    pub filter: Filter,
    /// Covers `range` and `before` with a day to spare on both sides.
    pub zone: Zone,
}
