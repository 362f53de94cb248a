//! Byte streams of the reader: a file's, or a feed's that may be polled.

use super::credentials::ask;
use super::first::First;
use crate::web::fetch_error::FetchError;
use crate::web::file_stream::FileStream;
use crate::web::reader::Body;
use crate::web::request::{headers, refused};
use crate::wire::Access;
use web_sys::{AbortController, Blob, RequestInit, Response};

/// A stream of bytes with its length, where it is known.
pub struct Bytes {
    from: From,
    pub total: Option<u64>,
    /// What a polled feed needs to know of this.
    pub again: Option<Box<First>>,
}

/// Where bytes come from.
enum From {
    Address(Body),
    File(FileStream),
}

impl Bytes {
    /// Opens a file.
    pub fn of_file(file: &Blob) -> Self {
        let from = From::File(FileStream::of(file, 0.0, file.size()));
        Self { from, total: Some(file.size() as u64), again: None }
    }

    /// Asks an address.
    pub async fn of_url(url: &str, access: &Access) -> Result<Self, FetchError> {
        let abort = AbortController::new().ok();
        let response = ask(url, access, abort.as_ref(), &RequestInit::new(), headers()).await?;
        if !(200..300).contains(&response.status()) {
            return Err(refused(&response, abort.as_ref()));
        }
        Self::of_answer(&response, abort)
    }

    /// The body of an answer.
    pub fn of_answer(response: &Response, abort: Option<AbortController>) -> Result<Self, FetchError> {
        let body = Body::of(response, abort)?;
        let total = body.total;
        Ok(Self { from: From::Address(body), total, again: Some(Box::new(First::of(response))) })
    }

    /// The next bytes that are ready to be read.
    async fn next_of(&mut self, first: &mut First) -> Result<Option<Vec<u8>>, FetchError> {
        while !first.ended() {
            let chunk = match first.take_ahead() {
                Some(ahead) => Some(ahead),
                None => self.raw().await?,
            };
            let out = first.pass(chunk);
            if !out.is_empty() {
                return Ok(Some(out));
            }
        }
        Ok(None)
    }

    /// The next bytes as they come.
    pub async fn raw(&mut self) -> Result<Option<Vec<u8>>, FetchError> {
        match &mut self.from {
            From::Address(body) => Ok(body.chunk().await?.map(|chunk| chunk.to_vec())),
            From::File(stream) => {
                let bytes = stream.some(f64::INFINITY).await?.to_vec();
                Ok((!bytes.is_empty()).then_some(bytes))
            }
        }
    }

    /// The next bytes; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, FetchError> {
        if let Some(mut first) = self.again.take() {
            let next = self.next_of(&mut first).await;
            self.again = Some(first);
            return next;
        }
        self.raw().await
    }

    /// The connection is closed. Requested pieces of a file are ignored from now on.
    pub fn close(&self) {
        if let From::Address(body) = &self.from {
            body.close();
        }
    }
}
