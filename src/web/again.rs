//! Requests for a feed that was read before, and what has to be known of its first answer to make them.

use super::reader::{self, Bytes, Trouble};
use crate::live::{Answer, Ask, Lines, manifest};
use crate::wire::Access;
use js_sys::Reflect;
use web_sys::{AbortController, Headers, RequestInit, Response};

/// Head of an answer, kept.
#[derive(Clone, Debug, Default)]
pub struct Head {
    status: u16,
    etag: Option<String>,
    modified: Option<String>,
    range: Option<String>,
    pub retry_after: Option<String>,
}

impl Head {
    fn of(response: &Response) -> Self {
        let header = |name: &str| reader::header(response, name);
        Self {
            status: response.status(),
            etag: header("etag"),
            modified: header("last-modified"),
            range: header("content-range"),
            retry_after: header("retry-after"),
        }
    }

    /// As the core takes it.
    pub fn answer(&self) -> Answer<'_> {
        let Self { status, etag, modified, range, .. } = self;
        Answer { status: *status, etag: etag.as_deref(), modified: modified.as_deref(), range: range.as_deref() }
    }
}

/// What is noted of a feed's first answer while it is read.
#[derive(Debug, Default)]
pub struct First {
    pub head: Head,
    pub lines: Lines,
    /// It will be asked for again: a half line at its end is held back.
    pub holds: bool,
    /// Its beginning, where that was looked at before.
    ahead: Vec<u8>,
    ended: bool,
}

impl First {
    pub fn of(response: &Response) -> Self {
        Self { head: Head::of(response), ..Self::default() }
    }

    /// The next bytes that are ready to be read.
    pub async fn next(&mut self, bytes: &mut Bytes) -> Result<Option<Vec<u8>>, Trouble> {
        loop {
            if self.ended {
                return Ok(None);
            }
            let ahead = core::mem::take(&mut self.ahead);
            let chunk = if ahead.is_empty() { bytes.raw().await? } else { Some(ahead) };
            let mut out = Vec::new();
            match chunk {
                // Nothing comes behind it: it is read as it comes, however long its lines are.
                Some(chunk) if !self.holds => return Ok(Some(chunk)),
                Some(ref chunk) => self.lines.push(chunk, &mut out),
                None if self.holds => self.lines.end(&mut out),
                None => self.lines.release(&mut out),
            }
            self.ended = chunk.is_none();
            if !out.is_empty() {
                return Ok(Some(out));
            }
        }
    }
}

impl Bytes {
    /// The whole text where it begins as a manifest does; else `None`, and nothing of it is lost.
    pub async fn manifest(&mut self) -> Result<Option<Vec<u8>>, Trouble> {
        let mut text = Vec::new();
        let is_it = loop {
            let Some(chunk) = self.raw().await? else { break manifest::is_manifest(&text) };
            text.extend_from_slice(&chunk);
            let begun = text.trim_ascii_start().first().is_some_and(|&b| b != b'{' && b != 0xef);
            if begun || text.len() >= manifest::BEGINNING || manifest::is_manifest(&text) {
                break manifest::is_manifest(&text);
            }
        };
        if !is_it {
            if let Some(first) = &mut self.again {
                first.ahead = text;
            }
            return Ok(None);
        }
        while let Some(chunk) = self.raw().await? {
            text.extend_from_slice(&chunk);
            if text.len() > manifest::BYTES_MAX {
                self.close();
                break;
            }
        }
        Ok(Some(text))
    }
}

/// Asks again, as `ask` says. Of what is no success the body is not read.
pub async fn ask(url: &str, access: &Access, ask: &Ask) -> Result<(Head, Option<Bytes>), Trouble> {
    let abort = AbortController::new().ok();
    let init = RequestInit::new();
    let headers = Headers::new().ok();
    for (name, value) in &ask.headers {
        if let Some(headers) = &headers {
            let _ = headers.set(name, value);
        }
    }
    // Conditions of our own keep the browser's cache out of it; without them it is to make sure that its copy is the newest, and a part of a
    // file is no matter for it.
    let cache = if ask.from.is_some() { "no-store" } else { "no-cache" };
    let _ = Reflect::set(&init, &"cache".into(), &cache.into());
    let asked = reader::fetch_as(url, access, abort.as_ref(), &init, headers);
    let response = reader::answered(asked, abort.as_ref()).await.map_err(|trouble| trouble.told_of(url))?;
    let head = Head::of(&response);
    if !(200..300).contains(&head.status) {
        if let Some(abort) = &abort {
            abort.abort();
        }
        return Ok((head, None));
    }
    let mut bytes = Bytes::of_answer(&response, abort)?;
    // What is new in it, the caller knows.
    bytes.again = None;
    Ok((head, Some(bytes)))
}
