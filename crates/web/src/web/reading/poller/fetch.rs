//! One request for one text, read to columns beside what is shown; and the parts of a feed, one after the other.

use super::{OfParts, PolledFeed, Poller, What, is_of_server, trouble_of};
use crate::base::address::shown;
use crate::engine::load::Loader;
use crate::engine::load::piece::Piece;
use crate::engine::merge::Change;
use crate::ingest::source_reader::Choice;
use crate::model::Place;
use crate::poll::parts::Id;
use crate::poll::{Body, ResponseKind, Revalidation, manifest};
use crate::web::clock_ms;
use crate::web::fetch_error::FetchError;
use crate::web::reading::Reading;
use crate::web::reading::bytes::Bytes;
use crate::web::reading::conditional_get::ask;
use crate::web::reading::first::Head;
use crate::web::sleep::breathe;
use crate::web::worker::{Host, SLICE_MS, now};
use crate::wire::{Access, LoadCause, SAMPLE_BYTES};
use sha2::{Digest, Sha256};

/// What came of a request.
#[allow(clippy::large_enum_variant, reason = "one at a time, and taken apart at once")]
pub enum Came {
    Unchanged(Revalidation),
    Changed {
        /// `None`: nothing complete came.
        change: Option<Change>,
        revalidation: Revalidation,
        /// It broke off; what was whole counts.
        broke: Option<FetchError>,
    },
}

/// What failed, with `Retry-After` where the server said it.
pub type Failed = (FetchError, Option<String>);

/// A body read to columns.
struct Read {
    loader: Loader,
    lines: Option<crate::poll::Lines>,
    broke: Option<FetchError>,
    sha256: [u8; 32],
}

impl Poller {
    /// Requests a text with the conditions that are known, and reads the response. `part`: whose calls it has; `of_parts`: it may be empty.
    #[allow(clippy::too_many_arguments, reason = "each is one thing that a request needs to know")]
    pub(super) async fn fetch(
        &self,
        host: &Host<Reading>,
        load: u32,
        url: &str,
        name: &str,
        revalidation: Option<Revalidation>,
        part: Id,
        of_parts: bool,
    ) -> Result<Came, Failed> {
        let Some((feed, mut access, choice)) = self.settings(load) else { return Err((FetchError::internal(), None)) };
        let apart = origin(url) != origin(&feed);
        if apart {
            access = Access::anonymous();
        }
        let mut known = revalidation.clone().unwrap_or_default();
        loop {
            let asking = if revalidation.is_some() { known.ask() } else { Default::default() };
            let answered = ask(url, &access, &asking).await;
            // Another origin may refuse conditions only: the browser reports no more than that nothing came.
            if let Err(trouble) = &answered
                && trouble.cause == LoadCause::Unreachable
                && asking.has_conditions()
                && elsewhere(url)
                && known.ask_plainly()
            {
                continue;
            }
            let (head, bytes) = answered.map_err(|trouble| (trouble, None))?;
            let response_kind = known.response_kind(&asking, head.answer());
            let bytes = match (response_kind, bytes) {
                (ResponseKind::Unchanged, bytes) => {
                    if let Some(bytes) = bytes {
                        bytes.close();
                    }
                    return Ok(Came::Unchanged(known));
                }
                (ResponseKind::Refused(status), _) => {
                    let signed_out = matches!(status, 401 | 403);
                    let cause = if signed_out && apart { LoadCause::PartRefused(status) } else { LoadCause::Http(status) };
                    let trouble = FetchError::new(cause, String::new(), !signed_out);
                    return Err((trouble, head.retry_after));
                }
                (ResponseKind::Behind | ResponseKind::Whole, Some(bytes)) => bytes,
                (ResponseKind::Anew | ResponseKind::Behind | ResponseKind::Whole, bytes) => {
                    if let Some(bytes) = bytes {
                        bytes.close();
                    }
                    // A part of what was requested as a whole.
                    if asking.from.is_none() {
                        return Err((FetchError::new(LoadCause::Broken, String::new(), true), None));
                    }
                    known.ask_anew();
                    continue;
                }
            };
            let behind = response_kind == ResponseKind::Behind;
            let mut loader = Loader::new(name, true, None).once(self.counts_once(load, part));
            // Lines that follow others are read as those were.
            loader = loader.chosen(self.choice_of(load, part, behind).unwrap_or_else(|| choice.clone()));
            let read =
                self.read(host, bytes, Body::of(&known, response_kind), loader).await.map_err(|trouble| (trouble, None))?;
            let Read { loader, lines, broke, sha256 } = read;
            let Some(lines) = lines else {
                if let Some(trouble) = broke {
                    return Err((trouble, None));
                }
                // Not behind what is held: written anew.
                known.ask_anew();
                continue;
            };
            if behind {
                let place = self.place(load, part, &known);
                let piece = loader.tail();
                known.grew(lines, head.answer(), broke.is_none());
                let change = (piece.told.bytes > 0).then_some(Change::Behind(piece, place));
                return Ok(Came::Changed { change, revalidation: known, broke });
            }
            if let Some(trouble) = broke {
                return Err((trouble, None));
            }
            let piece = if of_parts { loader.piece() } else { loader.finish().map(|(store, told)| Piece { store, told }) };
            let mut piece = piece.map_err(|failure| (trouble_of(failure), None))?;
            piece.told.sha256 = Some(sha256);
            // What was whole is not given up for half of it.
            let cut = piece.told.cut_short.as_ref().filter(|_| revalidation.is_some() && !self.was_cut(load, part));
            if let Some(cut) = cut {
                let detail = cut.found.clone();
                return Err((FetchError::new(LoadCause::Broken, detail, true), None));
            }
            let grows = is_of_lines(&piece);
            if revalidation.is_some() {
                known.replaced(lines, head.answer(), grows);
            } else {
                known = Revalidation::new(lines, head.answer(), grows);
            }
            return Ok(Came::Changed { change: Some(Change::Anew(piece)), revalidation: known, broke: None });
        }
    }

    async fn read(&self, host: &Host<Reading>, mut bytes: Bytes, mut body: Body, mut loader: Loader) -> Result<Read, FetchError> {
        let (mut out, mut breathed, mut unweighed) = (Vec::new(), now(), 0);
        let mut hash = Sha256::new();
        let broke = loop {
            let chunk = match bytes.next().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => break None,
                Err(trouble) => break Some(trouble),
            };
            if body.push(&chunk, &mut out).is_err() {
                bytes.close();
                return Ok(Read { loader, lines: None, broke: None, sha256: [0; 32] });
            }
            hash.update(&out);
            // What is wrong with it as a whole is said again at its end.
            if loader.push(&out).is_err() {
                bytes.close();
                break None;
            }
            unweighed += chunk.len() as u64;
            out.clear();
            if unweighed >= SAMPLE_BYTES {
                unweighed = 0;
                if let Some(failure) = host.role.keeper.too_big(&loader.progress()) {
                    bytes.close();
                    return Err(trouble_of(failure));
                }
            }
            if now() - breathed > SLICE_MS {
                breathe().await;
                breathed = now();
            }
        };
        let lines = if broke.is_some() {
            body.broke()
        } else {
            body.end().ok().map(|taken| {
                hash.update(&taken.rest);
                let _ = loader.push(&taken.rest);
                taken.lines
            })
        };
        Ok(Read { loader, lines, broke, sha256: hash.finalize().into() })
    }

    /// Address of the feed, what its server wants besides, and how what comes is read.
    fn settings(&self, load: u32) -> Option<(String, Access, Choice)> {
        let settings = |followed: &PolledFeed| (followed.url.clone(), followed.access.clone(), followed.choice.clone());
        let coming = self.0.coming.borrow().as_ref().filter(|followed| followed.load == load).map(settings);
        coming.or_else(|| self.of(load, |followed| settings(followed)))
    }

    /// The importer of lines that follow others of a part.
    fn choice_of(&self, load: u32, part: Id, behind: bool) -> Option<Choice> {
        let format = self.of(load, |followed| {
            let told = followed.provenance.told(part)?;
            told.parts.first()?.format.as_ref().map(|format| format.name.clone())
        });
        let format = format.flatten().filter(|_| behind)?;
        crate::ingest::registry::by_name(&format).map(Choice::Format)
    }

    /// Where the next line of a part is.
    fn place(&self, load: u32, part: Id, revalidation: &Revalidation) -> Place {
        let (byte, line) = revalidation.taken();
        let call = self.of(load, |followed| followed.provenance.told(part).map(|told| told.calls + told.rejected.count));
        Place { line, byte, call: call.flatten().unwrap_or(0) }
    }

    fn was_cut(&self, load: u32, part: Id) -> bool {
        self.of(load, |followed| followed.provenance.told(part).is_some_and(|told| told.cut_short.is_some())).unwrap_or(false)
    }

    fn counts_once(&self, load: u32, part: Id) -> bool {
        self.of(load, |followed| followed.provenance.told(part).is_some_and(|told| told.repeated.once)).unwrap_or(false)
    }

    /// Reads the parts that are looked at and missing, newest first, until none is; shows what has come each time that it is half of what was there.
    pub(super) async fn fetch_parts(&self, host: &Host<Reading>, load: u32, first: Id) {
        let (mut next, mut changes, mut calls) = (Some(first), Vec::new(), 0);
        let mut failed: Option<Failed> = None;
        while let Some(id) = next {
            let Some((url, name)) = self.part_address(load, id) else { return };
            let came = self.fetch(host, load, &url, &name, None, id, true).await;
            match came {
                Ok(Came::Changed { change: Some(change), revalidation, .. }) => {
                    if let Change::Anew(piece) = &change {
                        calls += piece.told.calls;
                        self.note_span(load, id, piece);
                    }
                    changes.push((id, change));
                    self.parts_of(load, |of| {
                        of.troubles.remove(&id);
                        of.parts.read(id, revalidation, clock_ms());
                    });
                }
                Ok(_) => self.part_failed(load, id, &FetchError::internal()),
                Err((trouble, retry_after)) => {
                    // Where the server gives nothing, the others are not requested: they stay missing until the next attempt.
                    let all = is_of_server(&trouble);
                    if !all {
                        self.part_failed(load, id, &trouble);
                    }
                    failed = Some((trouble, retry_after));
                    if all {
                        self.of(load, |followed| followed.blocked = true);
                    }
                }
            }
            next = self.parts_of(load, |of| of.parts.next_missing()).flatten();
            if self.of(load, |followed| followed.blocked).unwrap_or(true) {
                next = None;
            }
            let shown = self.of(load, |followed| followed.provenance.calls()).unwrap_or(0);
            if (next.is_none() || calls * 2 >= shown) && !changes.is_empty() {
                calls = 0;
                failed = self.put_parts(host, load, core::mem::take(&mut changes)).await.or(failed);
            }
            self.tell();
        }
        if let Some((trouble, retry_after)) = failed {
            self.of(load, |followed| followed.fails(&trouble, retry_after.as_deref(), clock_ms()));
        }
    }

    async fn put_parts(&self, host: &Host<Reading>, load: u32, changes: Vec<(Id, Change)>) -> Option<Failed> {
        let ids: Vec<Id> = changes.iter().map(|(id, _)| *id).collect();
        let trouble = trouble_of(self.put(host, load, changes, None).await.err()?);
        for id in ids {
            self.part_failed(load, id, &trouble);
        }
        Some((trouble, None))
    }

    /// Requests the manifest, and the parts that may have changed.
    pub(super) async fn refresh_parts(&self, host: &Host<Reading>, load: u32) -> Result<(), Failed> {
        let gone = self.refresh_manifest(load).await?;
        let mut changes: Vec<(Id, Change)> = gone.into_iter().map(|id| (id, Change::Gone)).collect();
        let mut failed = None;
        for id in self.parts_of(load, |of| of.parts.due()).unwrap_or_default() {
            let revalidation = self.parts_of(load, |of| of.parts.revalidation(id).cloned()).flatten();
            let Some((url, name)) = self.part_address(load, id) else { return Ok(()) };
            match self.fetch(host, load, &url, &name, revalidation, id, true).await {
                Ok(Came::Unchanged(revalidation)) => {
                    self.parts_of(load, |of| of.parts.read(id, revalidation, clock_ms()));
                }
                Ok(Came::Changed { change, revalidation, broke }) => {
                    changes.extend(change.map(|change| (id, change)));
                    self.parts_of(load, |of| of.parts.read(id, revalidation, clock_ms()));
                    failed = failed.or(broke.map(|trouble| (trouble, None)));
                }
                Err(trouble) => failed = failed.or(Some(trouble)),
            }
        }
        if !changes.is_empty() {
            self.put(host, load, changes, None).await.map_err(|failure| (trouble_of(failure), None))?;
        }
        self.parts_of(load, |of| of.parts.try_again());
        failed.map_or(Ok(()), Err)
    }

    /// The parts that the manifest does not have any more.
    async fn refresh_manifest(&self, load: u32) -> Result<Vec<Id>, Failed> {
        let asked = self.of(load, |followed| match &followed.what {
            What::Parts(of) => Some((followed.url.clone(), followed.access.clone(), of.manifest.clone())),
            What::One(_) => None,
        });
        let Some((url, access, mut known)) = asked.flatten() else { return Ok(Vec::new()) };
        let asking = known.ask();
        let mut answered = ask(&url, &access, &asking).await;
        if matches!(&answered, Err(trouble) if trouble.cause == LoadCause::Unreachable)
            && asking.has_conditions()
            && elsewhere(&url)
            && known.ask_plainly()
        {
            answered = ask(&url, &access, &known.ask()).await;
        }
        let (head, bytes) = answered.map_err(|trouble| (trouble, None))?;
        let (response_kind, mut gone) = (known.response_kind(&asking, head.answer()), Vec::new());
        match (response_kind, bytes) {
            (ResponseKind::Unchanged, bytes) => {
                if let Some(bytes) = bytes {
                    bytes.close();
                }
            }
            (ResponseKind::Whole, Some(bytes)) => {
                let text = whole_text(bytes).await.map_err(|trouble| (trouble, None))?;
                let manifest = manifest::read(&text)
                    .map_err(|wrong| (FetchError::new(LoadCause::Manifest, wrong.to_string(), true), None))?;
                known = manifest_follow(&head, known);
                gone = self.parts_of(load, |of| of.parts.relist(manifest)).unwrap_or_default();
            }
            (ResponseKind::Refused(status), _) => {
                return Err((FetchError::new(LoadCause::Http(status), String::new(), true), head.retry_after));
            }
            _ => return Err((FetchError::new(LoadCause::Empty, String::new(), true), None)),
        }
        self.parts_of(load, |of| of.manifest = known);
        Ok(gone)
    }

    pub(super) fn parts_of<R>(&self, load: u32, act: impl FnOnce(&mut OfParts) -> R) -> Option<R> {
        self.of(load, |followed| match &mut followed.what {
            What::Parts(of) => Some(act(of)),
            What::One(_) => None,
        })
        .flatten()
    }

    fn part_failed(&self, load: u32, id: Id, trouble: &FetchError) {
        self.parts_of(load, |of| {
            of.parts.failed(id);
            of.troubles.insert(id, trouble.cause);
        });
    }

    /// Notes whether a part's calls lie in the span that the manifest gives it.
    fn note_span(&self, load: u32, id: Id, piece: &Piece) {
        let told = &piece.told;
        self.parts_of(load, |of| {
            let Some(part) = of.parts.part(id) else { return };
            if told.calls > 0 && (told.oldest_ms < part.from_ms || told.newest_ms >= part.to_ms) {
                of.outside.insert(id, ());
            } else {
                of.outside.remove(&id);
            }
        });
    }

    /// A part's address, absolute, and its name.
    fn part_address(&self, load: u32, id: Id) -> Option<(String, String)> {
        self.of(load, |followed| match &followed.what {
            What::Parts(of) => of.parts.part(id).map(|part| address(&followed.url, &part.url)),
            What::One(_) => None,
        })
        .flatten()
    }
}

/// An address of a manifest made absolute, and as a name.
pub(super) fn address(manifest: &str, part: &str) -> (String, String) {
    let absolute = web_sys::Url::new_with_base(part, manifest).map_or_else(|_| part.to_owned(), |url| url.href());
    (absolute, shown(part.split(['?', '#']).next().unwrap_or(part)))
}

/// What is remembered of a manifest: its validators.
pub(super) fn manifest_follow(head: &Head, mut before: Revalidation) -> Revalidation {
    before.replaced(Default::default(), head.answer(), false);
    before
}

/// All bytes of a manifest.
async fn whole_text(mut bytes: Bytes) -> Result<Vec<u8>, FetchError> {
    let mut text = Vec::new();
    while let Some(chunk) = bytes.next().await? {
        text.extend_from_slice(&chunk);
        if text.len() > manifest::BYTES_MAX {
            bytes.close();
            break;
        }
    }
    Ok(text)
}

/// Whether new lines can be read apart from those before: of our own format and of others' records, a line is for itself. So it is of what a
/// mapping reads, which has no format.
pub(super) fn is_of_lines(piece: &Piece) -> bool {
    const FORMATS: [&str; 9] = [
        "callscope",
        "litellm-payload",
        "litellm-spend",
        "helicone",
        "envoy-ai-gateway",
        "kong-ai",
        "apisix-ai",
        "openai-responses",
        "anthropic-messages",
    ];
    match piece.told.parts.as_slice() {
        [only] => only.format.as_ref().is_none_or(|format| FORMATS.contains(&format.name.as_str())),
        _ => false,
    }
}

/// The origin of an address.
fn origin(url: &str) -> Option<String> {
    web_sys::Url::new(url).ok().map(|url| url.origin())
}

/// Whether an address is of another origin than this worker.
fn elsewhere(url: &str) -> bool {
    let own = js_sys::Reflect::get(&js_sys::global(), &"origin".into()).ok().and_then(|origin| origin.as_string());
    origin(url) != own
}
