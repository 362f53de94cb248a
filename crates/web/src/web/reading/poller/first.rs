//! The first time that an address is read: what will be needed to ask it again is noted on the way; a manifest leads to the newest of its parts.

use super::fetch::{Came, address, manifest_follow};
use super::{OfParts, PolledFeed, Poller, What};
use crate::base::address::shown;
use crate::engine::merge::{Change, RowProvenance};
use crate::ingest::source_reader::Choice;
use crate::poll::parts::Parts;
use crate::poll::{PollSchedule, Revalidation, manifest};
use crate::web::clock_ms;
use crate::web::fetch_error::FetchError;
use crate::web::reading::bytes::Bytes;
use crate::web::reading::{Reading, chosen};
use crate::web::worker::{Host, Pacer};
use crate::wire::{Access, DataSet, FromEngine, LoadCause, Progress, Stage};
use sha2::{Digest, Sha256};

impl Host<Reading> {
    /// Reads what an address sends; `Some` where it broke. The source: its name, its address, what its server wants.
    pub async fn read_address(
        &self,
        load: u32,
        (name, url, access): (&str, &str, &Access),
        read_as: Option<&str>,
        attempt: u32,
    ) -> Option<FetchError> {
        let refresh_s = refresh_of(name, url);
        let (mut bytes, found) = match open(url, access).await {
            Ok(opened) => opened,
            Err(trouble) => return Some(trouble),
        };
        let choice = match read_as {
            // What it names is there: the load would not have come so far.
            Some(words) => chosen::by_words(words).unwrap_or_default(),
            None => Choice::Detect,
        };
        let now_ms = clock_ms();
        let followed = |what: What| PolledFeed {
            load,
            name: name.to_owned(),
            url: url.to_owned(),
            access: access.clone(),
            choice,
            refresh_s,
            schedule: PollSchedule::new(refresh_s, now_ms),
            checked_ms: now_ms,
            trouble: None,
            blocked: false,
            provenance: RowProvenance::default(),
            sha256: None,
            what,
        };
        if let Some(text) = found {
            let manifest = match manifest::read(&text) {
                Ok(manifest) => manifest,
                Err(wrong) => return Some(FetchError::new(LoadCause::Manifest, wrong.to_string(), false)),
            };
            let head = bytes.again.take().map(|first| first.head).unwrap_or_default();
            let (parts, manifest) = (Parts::new(manifest), manifest_follow(&head, Revalidation::default()));
            let of = OfParts { manifest, parts, troubles: Default::default(), outside: Default::default() };
            *self.role.poller.0.coming.borrow_mut() = Some(followed(What::Parts(Box::new(of))));
            return self.role.poller.read_newest(self, load, attempt).await;
        }
        let total = bytes.total;
        if let Some(first) = &mut bytes.again {
            first.holds = refresh_s.is_some();
        }
        let mut hash = Sha256::new();
        let read = self.read(load, &mut bytes, &mut Pacer::new(total, attempt), |chunk| hash.update(chunk)).await;
        match read {
            Ok(true) => {
                let first = bytes.again.take().filter(|_| refresh_s.is_some());
                let revalidation = first.map(|first| Revalidation::new(first.lines, first.head.answer(), true));
                *self.role.poller.0.coming.borrow_mut() =
                    revalidation.map(|revalidation| followed(What::One(Box::new(revalidation))));
                self.close(load, total, attempt, Some(hash.finalize().into())).await;
                None
            }
            Ok(false) => None,
            Err(trouble) => Some(trouble),
        }
    }
}

impl Poller {
    /// Reads parts of the feed that comes by this load, newest first, until one has calls, which is shown.
    async fn read_newest(&self, host: &Host<Reading>, load: u32, attempt: u32) -> Option<FetchError> {
        let mut last: Option<FetchError> = None;
        loop {
            let next = self.coming(load, |followed, of| {
                let id = of.parts.newest_missing()?;
                Some((id, address(&followed, &of.parts.part(id)?.url)))
            });
            let Some((id, (url, name))) = next.flatten() else {
                return Some(last.unwrap_or_else(|| FetchError::new(LoadCause::NoRecords, String::new(), false)));
            };
            let progress = Progress { stage: Stage::Reading, bytes_read: 1, attempt, ..Progress::default() };
            host.send(&FromEngine::Progress { load, progress });
            let came = self.fetch(host, load, &url, &name, None, id, true).await;
            if !host.engine.borrow().is_loading(load) {
                return None;
            }
            match came {
                Ok(Came::Changed { change: Some(Change::Anew(piece)), revalidation, .. }) => {
                    self.coming(load, |_, of| of.parts.read(id, revalidation, clock_ms()));
                    self.note_span_of_coming(load, id, &piece.told);
                    if piece.told.calls == 0 {
                        continue;
                    }
                    let mut set = piece.told;
                    let provenance = RowProvenance::new(id, &set);
                    set.name = self.0.coming.borrow().as_ref().map(|coming| coming.name.clone()).unwrap_or_default();
                    if let Some(coming) = self.0.coming.borrow_mut().as_mut() {
                        coming.provenance = provenance.named(&set.name);
                    }
                    let answer = host.engine.borrow_mut().reopened(load, Ok((piece.store, DataSet { live: true, ..set })));
                    if let Some(answer) = answer {
                        host.send_loaded(&answer);
                    }
                    return None;
                }
                Ok(_) => {
                    self.coming(load, |_, of| of.parts.failed(id));
                }
                Err((trouble, _)) => {
                    self.coming(load, |_, of| {
                        of.parts.failed(id);
                        of.troubles.insert(id, trouble.cause);
                    });
                    let detail = format!("{}\n{}", shown(&url), trouble.detail);
                    // A server that refuses one refuses all.
                    if trouble.is_refusal() || trouble.cause == LoadCause::Unreachable {
                        return Some(trouble);
                    }
                    last = Some(FetchError { detail, retryable: false, ..trouble });
                }
            }
        }
    }

    fn coming<R>(&self, load: u32, act: impl FnOnce(String, &mut OfParts) -> R) -> Option<R> {
        let mut coming = self.0.coming.borrow_mut();
        let followed = coming.as_mut().filter(|followed| followed.load == load)?;
        let url = followed.url.clone();
        match &mut followed.what {
            What::Parts(of) => Some(act(url, of)),
            What::One(_) => None,
        }
    }

    fn note_span_of_coming(&self, load: u32, id: u32, told: &DataSet) {
        self.coming(load, |_, of| {
            let outside = of.parts.part(id).is_some_and(|part| told.oldest_ms < part.from_ms || told.newest_ms >= part.to_ms);
            if told.calls > 0 && outside {
                of.outside.insert(id, ());
            }
        });
    }
}

/// An address opened, with its text where it is a manifest.
async fn open(url: &str, access: &Access) -> Result<(Bytes, Option<Vec<u8>>), FetchError> {
    let mut bytes = Bytes::of_url(url, access).await?;
    let manifest = bytes.manifest().await?;
    Ok((bytes, manifest))
}

/// How often the configuration has a feed polled.
fn refresh_of(name: &str, url: &str) -> Option<u32> {
    let feeds = chosen::configuration().ok()?.feeds;
    let feed = feeds.into_iter().find(|feed| feed.name == name)?;
    // A user's own address of the same name is not meant.
    let at = js_sys::Reflect::get(&js_sys::global(), &"location".into()).ok()?;
    let at = js_sys::Reflect::get(&at, &"href".into()).ok()?.as_string()?;
    let meant = web_sys::Url::new_with_base(&feed.url, &at).map_or(feed.url, |url| url.href());
    (meant == url).then_some(feed.refresh_s).flatten()
}
