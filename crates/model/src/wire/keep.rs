//! Keeping a data set in the browser, between page and the worker that holds it. The page's message is an array: the word
//! [`KEEP`] or [`KEEP_BARE`], the name, and a port on which the worker answers until it is done.

use serde::{Deserialize, Serialize};

/// What a message that asks to keep a data set begins with.
pub const KEEP: &str = "keep";

/// The same without what calls said in words ([`super::DataSet::without_log`]): where a deployment keeps them from the page, nothing of them
/// is stored.
pub const KEEP_BARE: &str = "keep-bare";

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
