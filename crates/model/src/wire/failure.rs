//! What of a source could not be read: single calls, or all of it.

use crate::model::{NotCalls, Place, Problem, RecordError};
use serde::{Deserialize, Serialize};

/// Calls that were rejected.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rejected {
    pub count: u64,
    /// By reason, most frequent first.
    pub reasons: Vec<(Problem, u64)>,
    /// The first ones, at most `limits::REJECTED_KEPT_MAX`.
    pub samples: Vec<RecordError>,
}

/// Why a source gave nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoadFailure {
    pub name: String,
    pub cause: LoadCause,
    /// Detail for the user: address, HTTP status text, the first characters found.
    pub detail: String,
    pub place: Place,
    pub rejected: Rejected,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LoadCause {
    Empty,
    /// Every record was rejected; `rejected` says why.
    NoCalls,
    /// A web page where a feed was expected.
    Html,
    /// A JSON document that is neither array of calls, callscope/1 document, nor calls line by line.
    OtherJson,
    /// Not text of any known kind.
    OtherContent,
    /// `format` is a version this console does not know.
    OtherVersion,
    /// It is to be read by a mapping or format that is not there, or is none.
    NoMapping,
    GzipBroken,
    ZipBroken,
    /// Known, and no calls: sums over many, or records without what makes a call.
    NotCalls(NotCalls),
    /// The server answered this HTTP status.
    Http(u16),
    /// No answer: network, name, or a CORS refusal (a browser does not tell which).
    Unreachable,
    /// The server redirects a request that carries headers or cookies for its own origin alone.
    Redirected,
    /// A part of a feed on another origin, which is requested without the feed's headers and cookies, answered this HTTP status: 401 or 403.
    PartRefused(u16),
    /// A page can request `http`, `https` and paths of its own site; this is none of them.
    NoAddress,
    /// The site's Content-Security-Policy does not allow a request to it.
    Blocked,
    /// The deployment's configuration has no feed of this name.
    NoFeed,
    /// The connection broke while reading.
    Broken,
    Stalled,
    /// More than this browser can hold: about so many calls, at most so many bytes while they are read, and the limit in bytes.
    TooBig {
        calls: u64,
        bytes: u64,
        limit: u64,
    },
    /// Nothing of this name is kept in this browser.
    KeptMissing,
    /// What was kept cannot be read any more.
    KeptBroken,
    /// A feed's manifest is not as docs/feed.md says.
    Manifest,
    Internal,
    /// An empty list, a table of nothing but its header.
    NoRecords,
    /// Its records are sound, and none of them a call; the detail says what they are.
    PassedOver,
    /// A table with columns of no known format.
    OtherTable,
    /// A zip archive within an archive or another packed file.
    Archive,
    /// Of a text of which calls may have been read: this is wrong with its bytes.
    Damaged(Problem),
}
