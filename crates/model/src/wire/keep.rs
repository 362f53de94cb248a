//! How keeping a data set in the browser goes ([`super::Channel::Keep`]).

use serde::{Deserialize, Serialize};

/// How keeping goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeepAnswer {
    /// So many bytes of so many are written.
    Written { bytes: u64, total: u64 },
    /// It is kept.
    Kept,
    /// The browser gives no room for so many bytes; nothing is left of it.
    Full { bytes: u64 },
    /// The browser wrote so many of so many bytes and said nothing; nothing is left of it.
    Short { written: u64, bytes: u64 },
    /// This browser has no means to write a file of the site's own.
    NoMeans,
    /// It was not kept: what the browser said, or that another data set has taken its place.
    Failed(String),
}
