//! Reads records from the files that calls came from ([`crate::engine::record`]), which this worker
//! holds.

use super::{Shared, chosen};
use crate::config::LogAccess;
use crate::engine::Engine;
use crate::engine::record::{ByteRange, RecordPlace, Search};
use crate::web::file_stream::{FileStream, PART_BYTES};
use crate::web::message::Line;
use crate::wire::record::{NoRecord, Record, RecordAnswer, RecordAsk, ToRecords};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, MessagePort};

/// A file by its name; `None` for what is no file.
type Files = Vec<(String, Option<Blob>)>;

/// What this worker knows of files.
#[derive(Clone, Default)]
pub struct Records {
    /// Of the load of this number, which is under way.
    coming: Shared<Option<(u32, Files)>>,
    /// Of what is shown.
    files: Shared<Files>,
    /// Who asks. Only the newest is answered.
    line: Shared<Option<Line<RecordAnswer>>>,
    turn: Rc<Cell<u32>>,
}

impl Records {
    /// A load reads these, each with its name.
    pub fn reading(&self, load: u32, files: Files) {
        *self.coming.borrow_mut() = Some((load, files));
    }

    /// A load has taken the place of what was shown.
    pub fn loaded(&self, load: u32) {
        let coming = self.coming.borrow_mut().take_if(|(of, _)| *of == load);
        *self.files.borrow_mut() = coming.map(|(_, files)| files).unwrap_or_default();
    }

    /// Answers at a port from now on.
    pub fn connect(&self, engine: &Shared<Engine>, port: MessagePort) {
        let (this, engine) = (self.clone(), engine.clone());
        let line = Line::new(port, move |message: ToRecords, _| {
            let turn = this.turn.get().wrapping_add(1);
            this.turn.set(turn);
            let ToRecords::Read(ask) = message else { return };
            let (this, engine) = (this.clone(), engine.clone());
            spawn_local(async move {
                let answer = match this.answer(&engine, &ask, turn).await {
                    Ok(Some(record)) => RecordAnswer::Found(Box::new(record)),
                    Ok(None) => return,
                    Err(why) => RecordAnswer::Nothing(why),
                };
                if let Some(line) = &*this.line.borrow() {
                    line.send(&answer, &[]);
                }
            });
        });
        // Requests at an older port are dropped.
        self.turn.set(self.turn.get().wrapping_add(1));
        self.line.replace(Some(line));
    }

    /// The requested record; `None` once it is no longer needed.
    async fn answer(&self, engine: &Shared<Engine>, ask: &RecordAsk, turn: u32) -> Result<Option<Record>, NoRecord> {
        // The page does not ask where it shows no log; nor would it get an answer. A configuration that cannot be read grants nothing.
        if !chosen::configuration().is_ok_and(|all| all.log_access == LogAccess::On) {
            return Err(NoRecord::Withheld);
        }
        let mut search = engine.borrow().search(ask)?;
        let files = self.files.borrow().clone();
        while let Some(ByteRange { file, from, to }) = search.begin() {
            let mut found = None;
            let mut at = from;
            while at < to && found.is_none() {
                let next = to.min(at + u64::from(PART_BYTES));
                let bytes = read(&files, file, at, next).await?;
                if self.turn.get() != turn {
                    return Ok(None);
                }
                found = search.push(&bytes);
                at = next;
            }
            if let Some(found) = found.or_else(|| search.end()) {
                return self.record(&files, &search, &found).await.map(Some);
            }
        }
        Err(NoRecord::Changed)
    }

    async fn record(&self, files: &Files, search: &Search, found: &RecordPlace) -> Result<Record, NoRecord> {
        let ByteRange { file, from, to } = found.bytes;
        let bytes = read(files, file, from, to).await?;
        let name = files.get(file as usize).map(|(name, _)| name.clone()).unwrap_or_default();
        Ok(search.record(found, name, &bytes))
    }
}

/// Bytes of a file.
async fn read(files: &Files, file: u32, from: u64, to: u64) -> Result<Vec<u8>, NoRecord> {
    let blob = files.get(file as usize).and_then(|(_, blob)| blob.as_ref()).ok_or(NoRecord::NoFile)?;
    let (from, to) = (from as f64, to as f64);
    let mut stream = FileStream::of(blob, from, to);
    stream.all(to).await.map(<[u8]>::to_vec).map_err(|trouble| NoRecord::Gone(trouble.detail))
}
