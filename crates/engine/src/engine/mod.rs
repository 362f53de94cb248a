//! The engine: open sources, one load at a time, the newest batch of each slot. Synchronous, without a clock or a browser of its own;
//! its driver (the worker, a test, a command) decides how long to step before it looks for the next message.

pub mod load;
pub mod merge;
pub mod once;
pub mod preview;
pub mod record;
pub mod snapshot;

use crate::ask::{Batch, Frame, OpenSource, SourceId};
use crate::base::build::FULL;
use crate::ingest::source_reader::Choice;
use crate::source::calls::{CAPABILITIES, Calls};
use crate::source::{Request, RequestId, Response, RunId, Source, State};
use crate::store::Store;
use crate::wire::{DataSet, Frames, FromEngine, LoadFailure, Rebase};
use load::Loader;

/// The data set that was read last: the source with the id 0.
#[derive(Debug)]
struct LoadedSource {
    calls: Calls,
    generation: u32,
    /// Where its calls' records are.
    offset_index: load::offset_index::OffsetIndex,
}

impl LoadedSource {
    const fn store(&self) -> &Store {
        self.calls.store()
    }
}

/// A source that was opened beside the calls.
struct SourceEntry {
    id: SourceId,
    source: Box<dyn Source>,
    generation: u32,
}

/// Marks the slot of questions that are sent apart.
const APART: u16 = 1 << 15;

/// A batch under way.
#[derive(Debug)]
struct Job {
    seq: u32,
    slot: u16,
    source: SourceId,
    run: RunId,
    /// Questions that have not been started.
    batch: Option<Batch>,
    blocked: bool,
    /// It has had requests.
    requested: bool,
    /// Asks without an answer to the end.
    awaited: Vec<u16>,
    /// The page has had a message of it.
    told: bool,
}

/// What is to be done outside the engine.
#[derive(Debug, PartialEq, Eq)]
pub enum Outgoing {
    Send {
        run: RunId,
        request: Request,
    },
    /// Aborts all requests of a run that are out.
    Abort {
        run: RunId,
    },
}

/// See the module.
#[derive(Default)]
pub struct Engine {
    loaded: Option<LoadedSource>,
    loading: Option<(u32, Loader)>,
    opened: Vec<SourceEntry>,
    generation: u32,
    /// Runs and opened sources so far.
    runs: u32,
    sources: u32,
    jobs: Vec<Job>,
    /// The number of the newest question, and of the last that went with the data it was about.
    asked: u32,
    dropped: u32,
    outgoing: Vec<Outgoing>,
}

impl Engine {
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts reading a source; one under way is dropped. What is loaded stays until [`Engine::finish`].
    pub fn begin(&mut self, load: u32, name: &str, live: bool, rebase: Option<Rebase>) {
        self.loading = Some((load, Loader::new(name.to_owned(), live, rebase)));
    }

    /// Has the source just begun read as a user chose.
    pub fn read_as(&mut self, load: u32, choice: Choice) {
        if self.is_loading(load) {
            self.loading = self.loading.take().map(|(load, loader)| (load, loader.chosen(choice)));
        }
    }

    /// Counts calls that several members of the source just begun hold once.
    pub fn once(&mut self, load: u32) {
        if self.is_loading(load) {
            self.loading = self.loading.take().map(|(load, loader)| (load, loader.once(true)));
        }
    }

    /// Names the file that the next bytes are of, where several are read into one data set.
    /// `choice`: read it otherwise than the others.
    pub fn file(&mut self, load: u32, name: &str, choice: Option<Choice>) {
        if let Some((_, loader)) = self.loading.as_mut().filter(|(current, _)| *current == load) {
            loader.file(name, choice);
        }
    }

    /// Takes the next bytes of the source; `Some` is the message that ends the load.
    pub fn push(&mut self, load: u32, bytes: &[u8]) -> Option<FromEngine> {
        let (current, loader) = self.loading.as_mut()?;
        if *current != load {
            return None;
        }
        loader.push(bytes).err().map(|failure| self.fail(load, failure))
    }

    /// Makes room for all of a load's calls, where its source is of so many bytes ([`Loader::expect`]).
    pub fn expect(&mut self, load: u32, total: u64) {
        if let Some((_, loader)) = self.loading.as_mut().filter(|(current, _)| *current == load) {
            loader.expect(total);
        }
    }

    /// Says how many bytes the source has given so far, where they were unpacked before they were pushed.
    pub fn came(&mut self, load: u32, bytes: u64) {
        if let Some((_, loader)) = self.loading.as_mut().filter(|(current, _)| *current == load) {
            loader.came(bytes);
        }
    }

    /// How far the load has come.
    pub fn progress(&self, load: u32) -> Option<crate::wire::Progress> {
        self.loading.as_ref().filter(|(current, _)| *current == load).map(|(_, loader)| loader.progress())
    }

    /// Ends the source; the new data set takes the old one's place unless it failed. Queries under way are dropped: they were asked of the old one.
    pub fn finish(&mut self, load: u32) -> Option<FromEngine> {
        let (_, mut loader) = self.loading.take_if(|(current, _)| *current == load)?;
        let offset_index = if FULL { loader.take_offset_index() } else { Default::default() };
        Some(match loader.finish() {
            Ok((store, set)) => {
                let told = self.take(load, store, set);
                if let Some(loaded) = self.loaded.as_mut().filter(|_| FULL) {
                    loaded.offset_index = offset_index;
                }
                told
            }
            Err(failure) => self.fail(load, failure),
        })
    }

    /// Puts a data set in the old one's place. Queries under way are dropped: they were asked of the old one.
    fn take(&mut self, load: u32, store: Store, set: DataSet) -> FromEngine {
        self.drop_jobs(|job| job.source == SourceId::default());
        self.dropped = self.asked;
        let generation = self.generation + 1;
        self.loaded = Some(LoadedSource { calls: Calls::new(store), generation, offset_index: Default::default() });
        self.shown(load, OpenSource { id: SourceId::default(), capabilities: CAPABILITIES }, set)
    }

    /// Opens a source beside the others, as `set` describes it.
    pub fn open(&mut self, load: u32, source: Box<dyn Source>, set: DataSet) -> FromEngine {
        self.sources += 1;
        let id = SourceId(self.sources);
        self.opened.push(SourceEntry { id, source, generation: self.generation + 1 });
        self.shown(load, OpenSource { id, ..set.source }, set)
    }

    /// Closes a source that was opened; its questions are dropped.
    pub fn close(&mut self, id: SourceId) {
        self.drop_jobs(|job| job.source == id);
        self.opened.retain(|opened| opened.id != id);
    }

    fn shown(&mut self, load: u32, source: OpenSource, set: DataSet) -> FromEngine {
        self.generation += 1;
        FromEngine::Loaded { load, data: DataSet { generation: self.generation, source, ..set }, dropped: self.dropped }
    }

    /// Gives a load up for a reason that lies outside: network, HTTP status.
    pub fn fail(&mut self, load: u32, failure: LoadFailure) -> FromEngine {
        self.loading.take_if(|(current, _)| *current == load);
        FromEngine::LoadFailed { load, failure, kept: self.loaded.is_some() }
    }

    /// Stops a load; `None` where it is not under way any more.
    pub fn cancel_load(&mut self, load: u32) -> Option<FromEngine> {
        self.loading.take_if(|(current, _)| *current == load)?;
        Some(FromEngine::LoadCancelled { load, kept: self.loaded.is_some() })
    }

    /// True while this load is the one under way.
    pub fn is_loading(&self, load: u32) -> bool {
        self.loading.as_ref().is_some_and(|(current, _)| *current == load)
    }

    /// Accepts a batch; it replaces an older one of its slot. One sent apart replaces none and is replaced by none: each has a caller that waits.
    pub fn ask(&mut self, seq: u32, batch: Batch, apart: bool) {
        let slot = batch.slot.0 | if apart { APART } else { 0 };
        if !apart {
            self.drop_jobs(|job| job.slot == slot);
        }
        self.runs += 1;
        self.asked = seq;
        let awaited = (0..batch.asks.len() as u16).collect();
        let (source, run, batch) = (batch.source, RunId(self.runs), Some(batch));
        self.jobs.push(Job { seq, slot, source, run, batch, blocked: false, requested: false, awaited, told: false });
    }

    /// Cancels the question of this number: its answer is not needed.
    pub fn cancel(&mut self, seq: u32) {
        self.drop_jobs(|job| job.seq == seq);
    }

    fn drop_jobs(&mut self, which: impl Fn(&Job) -> bool) {
        while let Some(at) = self.jobs.iter().position(&which) {
            let job = self.jobs.remove(at);
            if job.requested {
                self.outgoing.push(Outgoing::Abort { run: job.run });
            }
            if let (None, Some((source, _))) = (&job.batch, source_of(&mut self.loaded, &mut self.opened, job.source)) {
                let sent = source.cancel(job.run).into_iter();
                self.outgoing.extend(sent.map(|request| Outgoing::Send { run: job.run, request }));
            }
        }
    }

    /// The place of the oldest query that can be stepped.
    fn next_job(&self) -> Option<usize> {
        let open = |id| if id == SourceId::default() { self.loaded.is_some() } else { self.opened.iter().any(|of| of.id == id) };
        self.jobs.iter().position(|job| !job.blocked && open(job.source))
    }

    /// Whether there is a query to step.
    pub fn has_work(&self) -> bool {
        self.next_job().is_some()
    }

    /// Precomputes a piece of later answers, while no answer is due; false where there is nothing to make, or
    /// something is read and needs the time.
    pub fn prepare(&mut self) -> bool {
        if self.has_work() || self.loading.is_some() {
            return false;
        }
        self.loaded.as_mut().is_some_and(|loaded| loaded.calls.idle())
            || self.opened.iter_mut().any(|opened| opened.source.idle())
    }

    /// Takes one small step of the oldest query that waits for nothing; gives what has come of it for the page.
    pub fn step(&mut self) -> Option<FromEngine> {
        let at = self.next_job()?;
        let job = &mut self.jobs[at];
        let (source, generation) = source_of(&mut self.loaded, &mut self.opened, job.source)?;
        if let Some(batch) = job.batch.take() {
            source.start(job.run, batch);
        }
        let step = source.step(job.run);
        job.blocked = step.state == State::Blocked;
        job.requested |= !step.requests.is_empty();
        let run = job.run;
        self.outgoing.extend(step.requests.into_iter().map(|request| Outgoing::Send { run, request }));
        let mut frames = step.parts;
        job.awaited.retain(|ask| !frames.iter().any(|(of, frame)| of.0 == *ask && !frame.unfinished));
        let over = match &step.state {
            State::Working | State::Blocked => None,
            State::Done => Some(""),
            State::Failed(why) => Some(why.as_str()),
        };
        let silent = frames.is_empty() && step.progress.is_none() && (job.told || !job.blocked);
        if over.is_none() && silent {
            return None;
        }
        // The first message names all asks, so that the page knows what is still to come.
        if over.is_some() || !job.told {
            for &ask in &job.awaited {
                if over.is_some() || !frames.iter().any(|(of, _)| of.0 == ask) {
                    frames.push((crate::ask::AskId(ask), over.map_or_else(Frame::awaited, Frame::failed)));
                }
            }
        }
        job.told = true;
        let seq = job.seq;
        if over.is_some() {
            self.jobs.remove(at);
        }
        let progress = step.progress.map(|progress| (progress.done, progress.of));
        Some(FromEngine::Answer { seq, generation, frames: Frames(frames), progress, last: over.is_some() })
    }

    /// What is to be done outside, in this order.
    pub fn take_outgoing(&mut self) -> Vec<Outgoing> {
        core::mem::take(&mut self.outgoing)
    }

    /// Passes on what came of a request. Of a run that is over, nothing happens.
    pub fn respond(&mut self, run: RunId, request: RequestId, response: Response) {
        let Some(job) = self.jobs.iter_mut().find(|job| job.run == run) else { return };
        if let Some((source, _)) = source_of(&mut self.loaded, &mut self.opened, job.source) {
            source.respond(run, request, response);
            job.blocked = false;
        }
    }
}

/// An open source, with the generation of its data.
fn source_of<'a>(
    loaded: &'a mut Option<LoadedSource>,
    opened: &'a mut [SourceEntry],
    id: SourceId,
) -> Option<(&'a mut dyn Source, u32)> {
    if id == SourceId::default() {
        return loaded.as_mut().map(|loaded| (&mut loaded.calls as &mut dyn Source, loaded.generation));
    }
    let opened = opened.iter_mut().find(|opened| opened.id == id)?;
    Some((&mut *opened.source, opened.generation))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{self, Known};
    use crate::wire::{CallsQuery, Query, Selection};

    #[test]
    fn the_newest_query_of_a_slot_and_each_that_is_asked_apart_are_answered() {
        let mut engine = Engine::new();
        engine.begin(1, "feed", false, None);
        engine.push(1, br#"[{"time": 1773297420000, "service": "a", "status": 200}]"#);
        assert!(matches!(engine.finish(1), Some(FromEngine::Loaded { .. })));
        let range = crate::model::Range { from_ms: 1_773_297_000_000, to_ms: 1_773_298_000_000 };
        let selection =
            Selection { range, before: None, filter: crate::model::Filter::default(), zone: crate::series::Zone::utc() };
        let query = Query::Calls(CallsQuery { selection, precision: crate::model::Precision::Hour });
        for (seq, apart) in [(1, false), (2, true), (3, true), (4, false), (5, true)] {
            engine.ask(seq, view::batch(&query, Known::default().services()), apart);
        }
        let mut answered = Vec::new();
        while engine.has_work() {
            if let Some(FromEngine::Answer { seq, frames, last: true, .. }) = engine.step() {
                assert_eq!(frames.in_order()[1].column(0, 0, 0).and_then(|column| column.values.whole(0)), Some(1));
                answered.push(seq);
            }
        }
        assert_eq!(answered, [2, 3, 4, 5]);
        // With other data the questions about the old go; whoever waits for one of them learns of it.
        for (seq, apart) in [(6, true), (7, false), (8, true)] {
            engine.ask(seq, view::batch(&query, Known::default().services()), apart);
        }
        engine.begin(2, "feed", false, None);
        engine.push(2, br#"[{"time": 1773297420000, "service": "a", "status": 200}]"#);
        let Some(FromEngine::Loaded { dropped, .. }) = engine.finish(2) else { panic!("it loads") };
        assert_eq!((dropped, engine.has_work()), (8, false));
    }
}
