//! Reads the members of a data set, one after the other: files, feeds and snapshots; and a single
//! snapshot.

use super::bytes::Bytes;
use super::{Reading, chosen};
use crate::engine::load::added::AddedDataSet;
use crate::engine::snapshot::SnapshotLoader;
use crate::store::Store;
use crate::web::fetch_error::FetchError;
use crate::web::sleep::breathe;
use crate::web::worker::{ATTEMPTS, Host, Pacer, SLICE_MS, now};
use crate::wire::record::NoRecord;
use crate::wire::{
    DataSet, Estimate, FromEngine, LoadCause, LoadFailure, Member, MemberSource, Place, Rejected, Stage, file_place,
};
use sha2::{Digest, Sha256};
use web_sys::Blob;

/// Text from the clipboard is parsed in pieces of this size.
const TEXT_PIECE: usize = 1 << 20;

/// What was kept is read in pieces of this size, bytes.
const KEPT_PIECE: usize = 4 << 20;
/// What is added is in memory twice, the second time in columns that double when they are full.
const ADDING_PEAK: u64 = 3;

/// What came of what was kept; nothing where the load was over before.
type MemberResult = Option<Result<(Store, DataSet), LoadFailure>>;

impl Host<Reading> {
    /// Reads members into one data set; `Some` where one broke. `files`: those among them, in their order.
    pub async fn read_members(&self, load: u32, members: &[Member], files: &[Blob], attempt: u32) -> Option<FetchError> {
        let file = |number: usize| files.get(file_place(members, number)?).cloned();
        let named: Vec<_> = members.iter().enumerate().map(|(i, (source, _))| (source.name().to_owned(), file(i))).collect();
        // The size of what comes from elsewhere is not known in advance.
        let total = named.iter().map(|(_, file)| Some(file.as_ref()?.size() as u64)).sum::<Option<u64>>();
        let several = members.len() > 1;
        self.role.records.reading(load, named);
        for (number, (source, read_as)) in members.iter().enumerate() {
            let (file, name) = (file(number), source.name());
            self.engine.borrow_mut().checkpoint(load, if file.is_some() { Ok(number as u32) } else { Err(NoRecord::NoFile) });
            let read = self.read_member(load, (source, file), read_as.as_deref(), several.then_some(name), total, attempt).await;
            match read {
                Ok(true) => {}
                Ok(false) => return None,
                Err(trouble) if several && (!trouble.retryable || attempt == ATTEMPTS) => {
                    // It is this one that failed, not all of them.
                    let (cause, place, rejected) = (trouble.cause, Place::default(), Rejected::default());
                    let failure = LoadFailure { name: String::new(), cause, detail: trouble.detail, place, rejected };
                    self.give_up(load, name, failure);
                    return None;
                }
                Err(trouble) => return Some(trouble),
            }
        }
        self.close(load, total, attempt, None).await;
        None
    }

    /// Reads one; `name` where there are several. False where the load is over before its end.
    async fn read_member(
        &self,
        load: u32,
        (source, file): (&MemberSource, Option<Blob>),
        read_as: Option<&str>,
        name: Option<&str>,
        total: Option<u64>,
        attempt: u32,
    ) -> Result<bool, FetchError> {
        if let MemberSource::Kept { name } = source {
            return self.add_kept(load, name).await;
        }
        let choice = match read_as {
            Some(words) => Some(chosen::by_words(words).map_err(|detail| FetchError::new(LoadCause::NoMapping, detail, false))?),
            None => None,
        };
        if let Some(name) = name {
            self.engine.borrow_mut().file(load, name, choice);
        }
        // A file that breaks once breaks again; an address may answer the next time, and all is read anew then.
        let for_good = |trouble: FetchError| FetchError { retryable: false, ..trouble };
        match (source, file) {
            (MemberSource::File { .. }, Some(file)) => self.read_file(load, &file, total, attempt).await.map_err(for_good),
            (MemberSource::Url { url, access, .. }, _) => {
                let mut bytes = Bytes::of_url(url, access).await?;
                self.read(load, &mut bytes, &mut Pacer::new(total, attempt), |_| {}).await
            }
            (MemberSource::Text { text, .. }, _) => Ok(self.push_text(load, text).await),
            // A file that did not travel along, which the page never lets happen.
            (MemberSource::File { .. }, None) | (MemberSource::Kept { .. }, _) => Err(FetchError::internal()),
        }
    }

    /// Reads a text that was pasted.
    pub async fn read_text(&self, load: u32, text: &str) {
        if self.push_text(load, text).await {
            self.finish(load, Some(Sha256::digest(text).into()));
        }
    }

    /// False where the load is over.
    async fn push_text(&self, load: u32, text: &str) -> bool {
        for piece in text.as_bytes().chunks(TEXT_PIECE) {
            if !self.push(load, piece) {
                return false;
            }
            self.report(load, Stage::Reading, Some(text.len() as u64), 1);
            breathe().await;
        }
        true
    }

    /// Adds the calls of what was kept under a name to the others; false where the load is over.
    async fn add_kept(&self, load: u32, name: &str) -> Result<bool, FetchError> {
        let (store, set) = match self.open_kept(load, name, ADDING_PEAK).await? {
            None => return Ok(false),
            Some(Ok(opened)) => opened,
            Some(Err(failure)) => {
                self.give_up(load, name, failure);
                return Ok(false);
            }
        };
        let mut adding = AddedDataSet::new(store, set);
        loop {
            let more = self.engine.borrow_mut().add(load, &mut adding);
            if !self.engine.borrow().is_loading(load) {
                return Ok(false);
            }
            if !more {
                return Ok(true);
            }
            self.report(load, Stage::Reading, None, 1);
            breathe().await;
        }
    }

    /// Opens what was kept under a name in place of what is shown; `Some` where it is not there.
    pub async fn reopen(&self, load: u32, name: &str) -> Option<FetchError> {
        let opened = match self.open_kept(load, name, 1).await {
            Ok(opened) => opened?,
            Err(trouble) => return Some(trouble),
        };
        let answer = self.engine.borrow_mut().reopened(load, opened);
        if let Some(answer) = answer {
            self.send_loaded(&answer);
        }
        None
    }

    /// Reads the snapshot of a name. `peak`: peak memory while it is read, relative to that of its columns.
    async fn open_kept(&self, load: u32, name: &str, peak: u64) -> Result<MemberResult, FetchError> {
        let (set, file) = self.role.keeper.find(name).await?;
        let calls = set.label.map_or(0, |label| label.calls);
        // Its columns are read into memory as they are.
        let whole = Estimate { calls, memory_bytes: set.bytes, peak_bytes: set.bytes * peak };
        if let Some(failure) = self.role.keeper.over(whole) {
            return Ok(Some(Err(LoadFailure { name: name.to_owned(), ..failure })));
        }
        let mut reopening = SnapshotLoader::new(name, set.bytes);
        let mut opened = Ok(());
        let (mut at, mut buffer) = (0, vec![0; KEPT_PIECE]);
        let mut breathed = now();
        while at < set.bytes && opened.is_ok() {
            if !self.engine.borrow().is_loading(load) {
                return Ok(None);
            }
            match file.read(at, &mut buffer).await {
                Ok(read) if read > 0 => {
                    at += read as u64;
                    opened = reopening.push(&buffer[..read]);
                }
                // It was forgotten while it was read; that it ends early is what is said of it.
                Ok(_) | Err(_) => break,
            }
            if now() - breathed > SLICE_MS {
                self.send(&FromEngine::Progress { load, progress: reopening.progress() });
                breathe().await;
                breathed = now();
            }
        }
        Ok(Some(match opened {
            Ok(()) => reopening.finish(),
            Err(failure) => Err(failure),
        }))
    }
}
