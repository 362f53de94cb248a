//! The record of a call, read from its file when a user opens it: columns hold nothing of requests and responses
//! ([`super::Channel::Records`]).

use super::{CallRow, ListQuery};
use serde::{Deserialize, Serialize};

/// What the page says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToRecords {
    /// Read this one; it replaces earlier requests.
    Read(Box<RecordAsk>),
    /// The answer is no longer needed.
    Cancel,
}

/// Which call is meant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordAsk {
    /// The list that it is in, [`ListQuery::offset`] being its place there.
    pub list: ListQuery,
    /// How it is shown: where another is there by now, the data is not what the page shows any more.
    pub row: CallRow,
}

/// What is found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RecordAnswer {
    Found(Box<Record>),
    Nothing(NoRecord),
}

/// Why there is no record to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum NoRecord {
    /// The call did not come from a file that is open: it came over the network, from the clipboard, or was kept.
    #[error("its source is no file that is open")]
    NoFile,
    /// The file is packed, or not UTF-8.
    #[error("its file is packed or not UTF-8")]
    Packed,
    /// The browser does not give the file any more; what it says.
    #[error("its file cannot be read: {0}")]
    Gone(String),
    /// The file is there and has no such record any more.
    #[error("its file has no such record any more")]
    Changed,
    /// Another data set is loaded by now.
    #[error("another data set is loaded")]
    Replaced,
    /// The deployment keeps what calls said from people.
    #[error("the deployment shows no log")]
    Withheld,
}

/// A record as it is in its file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The file's name; empty where the data set is of one file.
    pub file: String,
    /// Its place in the file: byte from 0, line from 1.
    pub byte: u64,
    pub line: u64,
    /// Records that may be the one: all that look like it where it cannot be told which, else 1.
    pub alike: u64,
    pub request: Option<Extract>,
    pub response: Option<Extract>,
    /// The record without these two.
    pub rest: Extract,
}

/// A part of a record as text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extract {
    pub text: String,
    /// Bytes of the file that are not in it, because it would be too long.
    pub left_out: u64,
}
