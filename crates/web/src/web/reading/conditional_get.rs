//! Requests for a feed that was read before.

use super::bytes::Bytes;
use super::credentials;
use super::first::Head;
use crate::poll::{ConditionalRequest, manifest};
use crate::web::fetch_error::FetchError;
use crate::web::request;
use crate::wire::Access;
use js_sys::Reflect;
use web_sys::{AbortController, RequestInit};

impl Bytes {
    /// The whole text where it begins as a manifest does; else `None`, and nothing of it is lost.
    pub async fn manifest(&mut self) -> Result<Option<Vec<u8>>, FetchError> {
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
                first.put_back(text);
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
pub async fn ask(url: &str, access: &Access, ask: &ConditionalRequest) -> Result<(Head, Option<Bytes>), FetchError> {
    let abort = AbortController::new().ok();
    let init = RequestInit::new();
    let headers = request::headers();
    for (name, value) in &ask.headers {
        if let Some(headers) = &headers {
            let _ = headers.set(name, value);
        }
    }
    // Conditions of our own keep the browser's cache out of it; without them it is to make sure that its copy is the newest, and a part of a
    // file is no matter for it.
    let cache = if ask.from.is_some() { "no-store" } else { "no-cache" };
    let _ = Reflect::set(&init, &"cache".into(), &cache.into());
    let response = credentials::ask(url, access, abort.as_ref(), &init, headers).await?;
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
