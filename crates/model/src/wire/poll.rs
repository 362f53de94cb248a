//! Messages between page and worker about a feed that is polled or comes in parts ([`super::Channel::Poll`]).

use super::failure::LoadCause;
use serde::{Deserialize, Serialize};

/// What the page says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ToPoller {
    /// The tab is hidden: the feed is not asked.
    Hidden,
    /// The tab is shown: a request that is due is sent at once.
    Shown,
    /// A user wants it asked now.
    Again,
}

/// The state of a feed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PollReport {
    /// Seconds between two requests; `None`: it is requested again only after a failure.
    pub refresh_s: Option<u32>,
    /// When what is shown was last known to be what the feed has, epoch milliseconds.
    pub checked_ms: i64,
    /// When it is requested next; `None`: not automatically.
    pub next_ms: Option<i64>,
    pub trouble: Option<PollFailure>,
    pub parts: Option<PollParts>,
}

/// Why what is shown is not what the feed has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PollFailure {
    pub cause: LoadCause,
    pub detail: String,
    /// It refused, and is not requested again automatically.
    pub stopped: bool,
    /// Requests that failed since it last answered.
    pub failures: u32,
}

/// The state of a feed in parts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollParts {
    /// In the manifest.
    pub listed: u32,
    /// Read.
    pub held: u32,
    /// That touch what is looked at, the period it is compared with included.
    pub needed: u32,
    /// Of those, read.
    pub here: u32,
    /// Of those, not to be had.
    pub failed: u32,
    /// One of those, and why.
    pub example: Option<(String, LoadCause)>,
    /// Parts with calls outside the span that the manifest gives them.
    pub outside: u32,
}
