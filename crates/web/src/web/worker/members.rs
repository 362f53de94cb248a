//! Reading what people hold: files, feeds and what was kept, one after the other into one data set, and what was kept by itself.

use super::{ATTEMPTS, Host, SLICE_MS, now};
use crate::engine::kept::Reopening;
use crate::engine::load::added::Adding;
use crate::store::Store;
use crate::web::chosen;
use crate::web::member::{self, Member};
use crate::web::reader::Bytes;
use crate::web::sleep::breathe;
use crate::web::trouble::Trouble;
use crate::wire::record::NoRecord;
use crate::wire::{DataSet, Estimate, FromEngine, LoadCause, LoadFailure, Place, Rejected, Stage};
use js_sys::Array;

/// What was kept is read in pieces of this size, bytes.
const KEPT_PIECE: usize = 4 << 20;
/// What is added is in memory twice, the second time in columns that double when they are full.
const ADDING_PEAK: u64 = 3;

/// What came of what was kept; nothing where the load was over before.
type Opened = Option<Result<(Store, DataSet), LoadFailure>>;

impl Host {
    /// Reads members, which travelled with the message, into one data set; `Some` where one broke.
    pub(super) async fn read_members(&self, load: u32, names: &[String], parts: &Array, attempt: u32) -> Option<Trouble> {
        let members: Vec<_> = parts.iter().skip(1).filter_map(member::of_js).collect();
        let file = |member: &Member| if let Member::File(file) = member { Some(file.clone()) } else { None };
        let files: Vec<_> = names.iter().cloned().zip(members.iter().map(|(member, _)| file(member))).collect();
        // Of what comes from elsewhere nobody knows the size beforehand.
        let total = files.iter().map(|(_, file)| Some(file.as_ref()?.size() as u64)).sum::<Option<u64>>();
        let several = members.len() > 1;
        self.records.reading(load, files);
        for (number, ((member, read_as), name)) in members.into_iter().zip(names).enumerate() {
            let of_file = matches!(member, Member::File(_));
            self.engine.borrow_mut().mark(load, if of_file { Ok(number as u32) } else { Err(NoRecord::NoFile) });
            let read = self.read_member(load, member, read_as, several.then_some(name), total, attempt).await;
            match read {
                Ok(true) => {}
                Ok(false) => return None,
                Err(trouble) if several && (!trouble.again || attempt == ATTEMPTS) => {
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
        member: Member,
        read_as: Option<String>,
        name: Option<&str>,
        total: Option<u64>,
        attempt: u32,
    ) -> Result<bool, Trouble> {
        if let Member::Kept(kept) = &member {
            return self.add_kept(load, kept).await;
        }
        let choice = match read_as {
            Some(words) => match chosen::by_words(&words) {
                Ok(choice) => Some(choice),
                Err(detail) => return Err(Trouble { cause: LoadCause::NoMapping, detail, again: false, retry_after_s: None }),
            },
            None => None,
        };
        if let Some(name) = name {
            self.engine.borrow_mut().file(load, name, choice);
        }
        // A file that breaks once breaks again; an address may answer the next time, and all is read anew then.
        let for_good = |trouble: Trouble| Trouble { again: false, ..trouble };
        match member {
            Member::File(file) => self.read_file(load, &file, total, attempt).await.map_err(for_good),
            Member::Url(address, access) => {
                let bytes = Bytes::of_url(&address, &access).await?;
                self.read(load, bytes, total, attempt, &mut None).await
            }
            Member::Kept(_) => Ok(true),
        }
    }

    /// Adds the calls of what was kept under a name to the others; false where the load is over.
    async fn add_kept(&self, load: u32, name: &str) -> Result<bool, Trouble> {
        let (store, set) = match self.open_kept(load, name, ADDING_PEAK).await? {
            None => return Ok(false),
            Some(Ok(opened)) => opened,
            Some(Err(failure)) => {
                self.give_up(load, name, failure);
                return Ok(false);
            }
        };
        let mut adding = Adding::new(store, set);
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
    pub(super) async fn reopen(&self, load: u32, name: &str) -> Option<Trouble> {
        let opened = match self.open_kept(load, name, 1).await {
            Ok(opened) => opened?,
            Err(trouble) => return Some(trouble),
        };
        let answer = self.engine.borrow_mut().reopened(load, opened);
        if let Some(answer) = answer {
            self.tell_loaded(&answer);
            self.send(&answer);
        }
        None
    }

    /// Reads what was kept under a name. `peak`: memory at the most while it is taken in, against that of its columns.
    async fn open_kept(&self, load: u32, name: &str, peak: u64) -> Result<Opened, Trouble> {
        let (set, file) = self.keeper.find(name).await?;
        let calls = set.label.map_or(0, |label| label.calls);
        // Its columns are read into memory as they are.
        let whole = Estimate { calls, memory_bytes: set.bytes, peak_bytes: set.bytes * peak };
        if let Some(failure) = self.keeper.over(whole) {
            return Ok(Some(Err(LoadFailure { name: name.to_owned(), ..failure })));
        }
        let mut reopening = Reopening::new(name, set.bytes);
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
        Ok(Some(opened.and_then(|()| reopening.finish())))
    }
}
