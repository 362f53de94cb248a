//! Sources: what answers the questions of `ask`.
//!
//! A source knows no clock, no network and no browser. What it needs from outside it gives out as [`Request`]s; the driver of the engine
//! carries them out and passes the [`Response`]s on. A source does little at a time: every call returns soon.

pub mod calls;

use crate::ask::{AskId, Batch, Catalog, Frame};

/// A batch that a source works on. The engine counts runs, so that no two of its sources have the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId(pub u32);

/// A request within its run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub u32);

/// What answers batches.
///
/// Rules, which `tests/sources.rs` holds any source to:
/// - Every ask gets a frame that is not unfinished. One that cannot be answered gets [`Frame::failed`]; the others are not affected.
/// - A run that is done, failed or cancelled is over: the source has forgotten it.
/// - A blocked run has a request out, and goes on with its response.
pub trait Source {
    /// What it has.
    fn catalog(&self) -> Catalog;

    /// Starts a run. It does nothing before its first step.
    fn start(&mut self, run: RunId, batch: Batch);

    /// Takes one small step of a run.
    fn step(&mut self, run: RunId) -> Step;

    /// Passes on what came of a request. Of a run that is over, nothing happens.
    fn respond(&mut self, run: RunId, request: RequestId, response: Response);

    /// Ends a run whose answer is not needed. The caller aborts requests of the run that are under way; those given here
    /// are sent besides, such as a statement that ends a query, and their responses are of no interest.
    fn cancel(&mut self, run: RunId) -> Vec<Request>;

    /// Makes a piece of what later answers are put together from; false where there is nothing to make.
    fn idle(&mut self) -> bool;
}

/// What came of a step.
#[derive(Debug, Default)]
pub struct Step {
    /// What is needed from outside.
    pub requests: Vec<Request>,
    /// Answers, each in place of an earlier one to the same ask. A source that is soon done gives them with its last step.
    pub parts: Vec<(AskId, Frame)>,
    pub progress: Option<Progress>,
    pub state: State,
}

/// The state of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// The next step does more.
    #[default]
    Working,
    /// It waits for a response.
    Blocked,
    Done,
    /// What it has not answered it cannot answer, for this reason: the source's words, text and never markup.
    Failed(String),
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub done: u32,
    pub of: u32,
}

/// Something that is to be done outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub id: RequestId,
    pub errand: Errand,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Errand {
    /// Its response is an end after this many milliseconds.
    Timer {
        ms: u32,
    },
    Http(Http),
}

/// A request over HTTP. Its headers may be secrets: they are not printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Http {
    pub url: String,
    pub headers: Vec<(String, String)>,
    /// With a body it is a POST, without a GET.
    pub body: Option<Vec<u8>>,
}

impl core::fmt::Debug for Http {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let method = if self.body.is_some() { "POST" } else { "GET" };
        write!(f, "{method} with {} headers", self.headers.len())
    }
}

/// What comes of a request, in this order: a status and chunks where it is HTTP, then an end or an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Response {
    Status(u16),
    Chunk(Vec<u8>),
    End,
    /// Why there is no response, or no more of it: text, never markup.
    Error(String),
}
