//! The engine: one data set, one load at a time, the newest query of each slot. Synchronous, without a clock or a browser of its own;
//! whoever drives it (the worker, a test, a command) decides how long to step before it looks for the next message.

pub mod grown;
pub mod kept;
pub mod load;
pub mod look;
pub mod once;
pub mod record;

use crate::ask::Batch;
use crate::base::build::FULL;
use crate::ingest::source::Choice;
use crate::source::calls::{Context, Profile, Run};
use crate::store::Store;
use crate::wire::{DataSet, Frames, FromEngine, LoadFailure, Rebase};
use load::Loader;

/// A data set with what is known of it beforehand.
#[derive(Debug)]
struct Loaded {
    store: Store,
    profile: Profile,
    generation: u32,
    /// Where its calls' records are.
    marks: load::marks::Marks,
}

impl Loaded {
    /// What questions are answered from.
    const fn context(&self) -> Context<'_> {
        Context { store: &self.store, profile: &self.profile }
    }
}

/// Marks the slot of what is asked apart.
const APART: u16 = 1 << 15;

#[derive(Debug)]
struct Job {
    seq: u32,
    slot: u16,
    run: Run,
}

/// See the module.
#[derive(Default)]
pub struct Engine {
    loaded: Option<Loaded>,
    loading: Option<(u32, Loader)>,
    generation: u32,
    jobs: Vec<Job>,
}

impl Engine {
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts reading a source; one under way is dropped. What is loaded stays until [`Engine::finish`].
    pub fn begin(&mut self, load: u32, name: &str, live: bool, rebase: Option<Rebase>) {
        self.loading = Some((load, Loader::new(name.to_owned(), live, rebase)));
    }

    /// Has the source just begun read as a person chose.
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
        let marks = if FULL { loader.take_marks() } else { Default::default() };
        Some(match loader.finish() {
            Ok((store, set)) => {
                let told = self.take(load, store, set);
                if let Some(loaded) = self.loaded.as_mut().filter(|_| FULL) {
                    loaded.marks = marks;
                }
                told
            }
            Err(failure) => self.fail(load, failure),
        })
    }

    /// Puts a data set in the old one's place. Queries under way are dropped: they were asked of the old one.
    fn take(&mut self, load: u32, store: Store, mut set: DataSet) -> FromEngine {
        self.generation += 1;
        set.generation = self.generation;
        self.jobs.clear();
        let profile = Profile::begun(&store);
        self.loaded = Some(Loaded { store, profile, generation: self.generation, marks: Default::default() });
        FromEngine::Loaded { load, data: set }
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

    /// Takes a batch in; it replaces an older one of its slot. One asked apart replaces none and is replaced by none: somebody waits for each.
    pub fn ask(&mut self, seq: u32, batch: Batch, apart: bool) {
        let slot = batch.slot.0 | if apart { APART } else { 0 };
        self.jobs.retain(|job| apart || job.slot != slot);
        self.jobs.push(Job { seq, slot, run: Run::new(batch) });
    }

    /// Whether there is a query to step.
    pub fn has_work(&self) -> bool {
        self.loaded.is_some() && !self.jobs.is_empty()
    }

    /// Makes a piece of what later answers are put together from, where nobody waits for one; false where there is nothing to make, or
    /// something is read and needs the time.
    pub fn prepare(&mut self) -> bool {
        let idle = self.jobs.is_empty() && self.loading.is_none();
        self.loaded.as_mut().filter(|_| idle).is_some_and(|loaded| loaded.profile.grow(&loaded.store))
    }

    /// Takes one small step of the oldest query; its answer comes with its last step.
    pub fn step(&mut self) -> Option<FromEngine> {
        let loaded = self.loaded.as_ref()?;
        let job = self.jobs.first_mut()?;
        let frames = job.run.step(&loaded.context())?;
        let seq = job.seq;
        self.jobs.remove(0);
        Some(FromEngine::Answer { seq, generation: loaded.generation, frames: Frames(frames) })
    }
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
            if let Some(FromEngine::Answer { seq, frames: Frames(frames), .. }) = engine.step() {
                assert_eq!(frames[1].column(0, 0, 0).and_then(|column| column.values.whole(0)), Some(1));
                answered.push(seq);
            }
        }
        assert_eq!(answered, [2, 3, 4, 5]);
    }
}
