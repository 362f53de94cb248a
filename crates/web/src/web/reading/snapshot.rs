//! Saves the data set of this worker as a snapshot, opens one, and refuses what does not fit into
//! memory.

use super::writing::{SnapshotFile, WriteRefusal};
use super::{Shared, chosen};
use crate::engine::Engine;
use crate::engine::snapshot::{bare_writer, writer};
use crate::web::clock_ms;
use crate::web::fetch_error::{FetchError, words};
use crate::web::lock::Lock;
use crate::web::message::Line;
use crate::web::opfs::{self, Kept, KeptSet};
use crate::web::sleep::breathe;
use crate::wire::keep::KeepAnswer;
use crate::wire::{DataSet, Estimate, LoadCause, LoadFailure, Place, Progress, Rejected, limit_bytes};
use js_sys::Reflect;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::MessagePort;

/// What this worker knows beside its engine.
#[derive(Clone, Default)]
pub struct Keeper {
    /// What is loaded, as the page was told.
    shown: Rc<RefCell<Option<DataSet>>>,
    /// Most memory that calls may take, once it is known.
    limit: Rc<Cell<Option<u64>>>,
}

impl Keeper {
    /// A data set has been loaded.
    pub fn loaded(&self, data: &DataSet) {
        *self.shown.borrow_mut() = Some(data.clone());
    }

    /// Keeps what is loaded under a name, and says at a port how it goes.
    pub fn keep(&self, engine: &Shared<Engine>, port: MessagePort, name: String, bare: bool) {
        let (this, engine) = (self.clone(), engine.clone());
        // The page has nothing to say there.
        let line = Line::new(port, |(), _| {});
        spawn_local(async move {
            let mut total = 0;
            let answer = match this.keep_as(&engine, (&name, bare), &line, &mut total).await {
                Ok(()) => KeepAnswer::Kept,
                Err(WriteRefusal::Full) => KeepAnswer::Full { bytes: total },
                Err(WriteRefusal::Short { written }) => KeepAnswer::Short { written, bytes: total },
                Err(WriteRefusal::NoMeans) => KeepAnswer::NoMeans,
                Err(WriteRefusal::Said(why)) => KeepAnswer::Failed(why),
            };
            line.send(&answer, &[]);
        });
    }

    /// `as_what`: under which name, and whether without what calls said in words.
    async fn keep_as(
        &self,
        engine: &Shared<Engine>,
        as_what: (&str, bool),
        line: &Line<KeepAnswer>,
        total: &mut u64,
    ) -> Result<(), WriteRefusal> {
        let gone = || WriteRefusal::Said(String::new());
        let data = self.shown.borrow().clone().ok_or_else(gone)?;
        // Of two tabs that keep under the same name, the second replaces what the first has kept.
        let _lock = Lock::writer(as_what.0).await;
        let before = opfs::list_all().await?;
        // A name of its own: what was kept under the same name stays until this is complete.
        let own = format!("{}-{:08x}", clock_ms(), (js_sys::Math::random() * f64::from(u32::MAX)) as u32);
        let file = opfs::file_name(&own, as_what.0);
        let written = match SnapshotFile::begin(&file).await {
            Ok(writing) => write(engine, &data, as_what, writing, line, total).await,
            Err(refused) => Err(refused),
        };
        if written.is_err() {
            // What cannot be removed either is listed as damaged.
            let _ = opfs::forget(&file).await;
            return written;
        }
        for old in before.into_iter().filter(|set| set.name == as_what.0) {
            // Where another tab reads it, it stays; the newest is the one that is opened.
            let _ = opfs::forget(&old.file).await;
        }
        Ok(())
    }

    /// What was kept under a name.
    ///
    /// # Errors
    /// Where there is none, or it is damaged.
    pub async fn find(&self, name: &str) -> Result<(KeptSet, Kept), FetchError> {
        let missing = |detail| FetchError { cause: LoadCause::KeptMissing, detail, retryable: false, retry_after_s: None };
        let all = opfs::list().await.map_err(|error| missing(words(&error)))?;
        // A damaged one does not hide another of its name.
        let named = || all.iter().filter(|set| set.name == name);
        let Some(set) = named().find(|set| set.broken.is_none()).cloned() else {
            let broken = named().find_map(|set| set.broken);
            return Err(broken.map_or_else(
                || missing(String::new()),
                |broken| FetchError { cause: LoadCause::KeptBroken, ..missing(broken.to_string()) },
            ));
        };
        let file = Kept::open(&set.file).await.map_err(|error| missing(words(&error)))?;
        Ok((set, file))
    }

    /// The failure of a load that will not fit beside what is held.
    pub fn too_big(&self, progress: &Progress) -> Option<LoadFailure> {
        self.over(progress.at_least()?)
    }

    /// As [`Keeper::too_big`], of what is known already.
    pub fn over(&self, estimate: Estimate) -> Option<LoadFailure> {
        let held = self.shown.borrow().as_ref().map_or(0, |data| data.memory_bytes);
        let limit = self.limit();
        if estimate.fits(held, limit) {
            return None;
        }
        let cause = LoadCause::TooBig { calls: estimate.calls, bytes: estimate.peak_bytes, limit: limit.saturating_sub(held) };
        let (place, rejected) = (Place::default(), Rejected::default());
        Some(LoadFailure { name: String::new(), cause, detail: String::new(), place, rejected })
    }

    fn limit(&self) -> u64 {
        if let Some(known) = self.limit.get() {
            return known;
        }
        let navigator = Reflect::get(&js_sys::global(), &JsValue::from_str("navigator")).unwrap_or(JsValue::UNDEFINED);
        let machine = Reflect::get(&navigator, &JsValue::from_str("deviceMemory")).ok().and_then(|gb| gb.as_f64());
        // A configuration that cannot be read sets no limit of its own.
        let configured = chosen::configuration().ok().and_then(|all| all.memory_limit_mb);
        let limit = limit_bytes(machine, configured);
        self.limit.set(Some(limit));
        limit
    }
}

/// Writes what is loaded into a file, whole or not at all.
async fn write(
    engine: &Shared<Engine>,
    data: &DataSet,
    as_what: (&str, bool),
    mut writing: SnapshotFile,
    line: &Line<KeepAnswer>,
    total: &mut u64,
) -> Result<(), WriteRefusal> {
    match pieces(engine, data, as_what, &mut writing, line, total).await {
        Ok(()) => writing.finish().await,
        Err(refused) => {
            writing.abandon().await;
            Err(refused)
        }
    }
}

/// Writes a piece at a time, and answers queries in between.
async fn pieces(
    engine: &Shared<Engine>,
    data: &DataSet,
    (name, bare): (&str, bool),
    writing: &mut SnapshotFile,
    line: &Line<KeepAnswer>,
    total: &mut u64,
) -> Result<(), WriteRefusal> {
    let gone = || WriteRefusal::Said(String::new());
    let mut writer = {
        let engine = engine.borrow();
        let (_, store) = engine.store().filter(|(generation, _)| *generation == data.generation).ok_or_else(gone)?;
        let made = if bare { bare_writer } else { writer };
        made(store, data, name, clock_ms()).ok_or_else(gone)?
    };
    *total = writer.total();
    let mut piece = Vec::new();
    loop {
        let more = {
            let engine = engine.borrow();
            let (_, store) = engine.store().filter(|(generation, _)| *generation == data.generation).ok_or_else(gone)?;
            writer.piece(store, &mut piece)
        };
        if !more {
            return Ok(());
        }
        writing.push(&piece).await?;
        line.send(&KeepAnswer::Written { bytes: writing.written(), total: *total }, &[]);
        breathe().await;
    }
}
