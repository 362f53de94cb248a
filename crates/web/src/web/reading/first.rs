//! What is stored about the first answer of a feed that may be polled.

use crate::poll::{Lines, ResponseHead};
use crate::web::request;
use web_sys::Response;

/// Head of an answer, kept.
#[derive(Clone, Debug, Default)]
pub struct Head {
    pub(super) status: u16,
    etag: Option<String>,
    modified: Option<String>,
    range: Option<String>,
    pub retry_after: Option<String>,
}

impl Head {
    pub(super) fn of(response: &Response) -> Self {
        let header = |name: &str| request::header(response, name);
        Self {
            status: response.status(),
            etag: header("etag"),
            modified: header("last-modified"),
            range: header("content-range"),
            retry_after: header("retry-after"),
        }
    }

    /// As the core takes it.
    pub fn answer(&self) -> ResponseHead<'_> {
        let Self { status, etag, modified, range, .. } = self;
        ResponseHead { status: *status, etag: etag.as_deref(), modified: modified.as_deref(), range: range.as_deref() }
    }
}

/// What is noted of a feed's first answer while it is read.
#[derive(Debug, Default)]
pub struct First {
    pub head: Head,
    pub lines: Lines,
    /// It will be requested again: a half line at its end is held back.
    pub holds: bool,
    /// Its beginning, where that was looked at before.
    ahead: Vec<u8>,
    ended: bool,
}

impl First {
    pub fn of(response: &Response) -> Self {
        Self { head: Head::of(response), ..Self::default() }
    }

    /// Its beginning was looked at: it is still to be read.
    pub fn put_back(&mut self, ahead: Vec<u8>) {
        self.ahead = ahead;
    }

    pub(super) fn take_ahead(&mut self) -> Option<Vec<u8>> {
        Some(core::mem::take(&mut self.ahead)).filter(|ahead| !ahead.is_empty())
    }

    pub(super) const fn ended(&self) -> bool {
        self.ended
    }

    /// Takes what came next, `None` at the end; what of it is ready to be read.
    pub(super) fn pass(&mut self, chunk: Option<Vec<u8>>) -> Vec<u8> {
        self.ended = chunk.is_none();
        let mut out = Vec::new();
        match chunk {
            // Nothing follows it: it is read as it comes, however long its lines are.
            Some(chunk) if !self.holds => return chunk,
            Some(chunk) => self.lines.push(&chunk, &mut out),
            None if self.holds => self.lines.end(&mut out),
            None => self.lines.release(&mut out),
        }
        out
    }
}
