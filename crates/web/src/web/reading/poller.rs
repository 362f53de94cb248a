//! A feed that is polled while it is shown, or that comes in parts: executes what `crate::poll` says, one request at a time, and
//! reports its state to the page.

mod fetch;
mod first;

use super::Reading;
use crate::ask::Batch;
use crate::base::address::shown;
use crate::engine::merge::{Change, IncrementalMerge, RowProvenance};
use crate::ingest::source_reader::Choice;
use crate::poll::parts::{Id, Parts};
use crate::poll::{Outcome, PollSchedule, Revalidation, retry_after_ms};
use crate::web::clock_ms;
use crate::web::fetch_error::FetchError;
use crate::web::message::Line;
use crate::web::sleep::{breathe, sleep};
use crate::web::worker::{Host, now};
use crate::wire::poll::{PollFailure, PollParts, PollReport, ToPoller};
use crate::wire::{Access, DataSet, FromEngine, LoadCause, LoadFailure};
use fetch::Came;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use web_sys::MessagePort;

/// The data of an export is not changed for this long after its last question.
const UNDISTURBED_MS: f64 = 5_000.0;
/// A timer sleeps no longer than this at once: its clock may have been changed.
const NAP_MS: i64 = 60_000;

/// What is followed.
struct PolledFeed {
    /// The load that it came by.
    load: u32,
    name: String,
    url: String,
    access: Access,
    /// How lines that follow are read.
    choice: Choice,
    refresh_s: Option<u32>,
    schedule: PollSchedule,
    checked_ms: i64,
    trouble: Option<PollFailure>,
    /// The server as a whole gives nothing now: parts that are missing wait for its turn as well.
    blocked: bool,
    provenance: RowProvenance,
    /// Of the whole text, where it was read at once.
    sha256: Option<[u8; 32]>,
    what: What,
}

enum What {
    /// One text.
    One(Box<Revalidation>),
    /// Parts by a manifest, which is followed as well.
    Parts(Box<OfParts>),
}

struct OfParts {
    manifest: Revalidation,
    parts: Parts,
    /// Why some could not be had.
    troubles: BTreeMap<Id, LoadCause>,
    outside: BTreeMap<Id, ()>,
}

/// See the module's text.
#[derive(Clone, Default)]
pub struct Poller(Rc<Inner>);

#[derive(Default)]
struct Inner {
    followed: RefCell<Option<PolledFeed>>,
    /// Read by the load under way: followed once it is shown.
    coming: RefCell<Option<PolledFeed>>,
    /// To the page.
    line: RefCell<Option<Line<PollReport>>>,
    hidden: Cell<bool>,
    working: Cell<bool>,
    /// The newest timer; older ones find that they are not it.
    timer: Cell<u32>,
    undisturbed_until: Cell<f64>,
    /// What an export asks while parts of it are still to come.
    waiting: RefCell<Vec<(u32, Batch)>>,
}

/// What is to be done next.
enum Next {
    Refresh,
    Part(Id),
    Nothing,
}

impl Poller {
    /// Reports the feed's state at a port from now on, and executes the messages there.
    pub fn connect(&self, host: &Host<Reading>, port: MessagePort) {
        let line = {
            let host = host.clone();
            Line::new(port, move |message: ToPoller, _| host.role.poller.receive(&host, message))
        };
        self.0.line.replace(Some(line));
        self.tell();
        host.step();
    }

    fn receive(&self, host: &Host<Reading>, message: ToPoller) {
        match message {
            ToPoller::Hidden => self.0.hidden.set(true),
            ToPoller::Shown => self.0.hidden.set(false),
            ToPoller::Again => {
                self.with(|followed| {
                    followed.schedule.again(clock_ms());
                    followed.blocked = false;
                    if let What::Parts(of) = &mut followed.what {
                        of.parts.try_again();
                    }
                });
            }
        }
        self.wake(host);
    }

    /// Notes what a query looks at; true where it has to wait: its answer would be partial, and could not be marked so.
    pub fn looks(&self, host: &Host<Reading>, seq: u32, batch: &Batch, apart: bool) -> bool {
        // Costs follow what is on show. Those of an export are requested after its calls, which have waited.
        let apart = apart && batch.prices.is_empty();
        if apart {
            self.0.undisturbed_until.set(now() + UNDISTURBED_MS);
        }
        let ranges = batch.ranges();
        let (mut changed, mut loading) = (false, false);
        self.with(|followed| {
            if let What::Parts(of) = &mut followed.what {
                let before = of.parts.counts();
                let missing = of.parts.look_at(ranges);
                changed = missing || of.parts.counts() != before;
                loading = !followed.blocked && of.parts.counts().is_loading();
            }
        });
        if changed {
            self.tell();
            self.wake(host);
        }
        if apart && loading {
            self.0.waiting.borrow_mut().push((seq, batch.clone()));
            return true;
        }
        false
    }

    /// Answers wait until a page can say that they are of a part only, or until they are of the whole.
    pub fn holds_back(&self) -> bool {
        self.0.line.borrow().is_none() && self.is_loading()
    }

    /// What is kept is not changed while it is written.
    pub fn keep_still(&self) {
        self.0.undisturbed_until.set(now() + 2.0 * UNDISTURBED_MS);
    }

    /// A data set is shown: what its load has prepared is followed from now on, and nothing else.
    pub fn loaded(&self, host: &Host<Reading>, load: u32, data: &DataSet) {
        if load == 0 {
            return;
        }
        let coming = self.0.coming.take().filter(|coming| coming.load == load);
        let followed = coming.map(|mut coming| {
            match &coming.what {
                What::One(_) => (coming.provenance, coming.sha256) = (RowProvenance::new(0, data), data.sha256),
                What::Parts(_) => coming.provenance.generation = data.generation,
            }
            coming
        });
        self.0.waiting.borrow_mut().clear();
        *self.0.followed.borrow_mut() = followed;
        self.tell();
        self.wake(host);
    }

    fn with<R>(&self, act: impl FnOnce(&mut PolledFeed) -> R) -> Option<R> {
        self.0.followed.borrow_mut().as_mut().map(act)
    }

    /// The same, where what is followed still came by this load.
    fn of<R>(&self, load: u32, act: impl FnOnce(&mut PolledFeed) -> R) -> Option<R> {
        self.0.followed.borrow_mut().as_mut().filter(|followed| followed.load == load).map(act)
    }

    fn is_loading(&self) -> bool {
        let loading = |followed: &mut PolledFeed| match &followed.what {
            What::Parts(of) => !followed.blocked && of.parts.counts().is_loading(),
            What::One(_) => false,
        };
        self.with(loading).unwrap_or(false)
    }

    /// Does what is due, and sets a timer for the rest.
    fn wake(&self, host: &Host<Reading>) {
        if self.0.working.replace(true) {
            return;
        }
        let (this, host) = (self.clone(), host.clone());
        spawn_local(async move {
            loop {
                let load = this.with(|followed| followed.load).unwrap_or(0);
                match this.next() {
                    Next::Refresh => this.refresh(&host, load).await,
                    Next::Part(id) => this.fetch_parts(&host, load, id).await,
                    Next::Nothing => break,
                }
                this.tell();
                this.answer_what_waits(&host);
            }
            this.0.working.set(false);
            this.set_timer(&host);
        });
    }

    fn next(&self) -> Next {
        let hidden = self.0.hidden.get();
        self.with(|followed| {
            if !hidden && followed.schedule.is_due(clock_ms()) {
                return Next::Refresh;
            }
            match &followed.what {
                What::Parts(of) if !followed.blocked => of.parts.next_missing().map_or(Next::Nothing, Next::Part),
                _ => Next::Nothing,
            }
        })
        .unwrap_or(Next::Nothing)
    }

    fn set_timer(&self, host: &Host<Reading>) {
        let timer = self.0.timer.get().wrapping_add(1);
        self.0.timer.set(timer);
        let Some(next) = self.with(|followed| followed.schedule.next_ms()).flatten() else { return };
        // Once shown again, the page says so.
        if self.0.hidden.get() {
            return;
        }
        let (this, host) = (self.clone(), host.clone());
        let wait = (next - clock_ms()).clamp(1, NAP_MS) as i32;
        spawn_local(async move {
            sleep(wait).await;
            if this.0.timer.get() == timer {
                this.wake(&host);
            }
        });
    }

    /// Asks whether there is more, and puts it in.
    async fn refresh(&self, host: &Host<Reading>, load: u32) {
        let of_parts = self.of(load, |followed| matches!(followed.what, What::Parts(_))).unwrap_or(false);
        let result = if of_parts { self.refresh_parts(host, load).await } else { self.refresh_one(host, load).await };
        let now_ms = clock_ms();
        self.of(load, |followed| match result {
            Ok(()) => {
                followed.trouble = None;
                followed.blocked = false;
                followed.checked_ms = now_ms;
                followed.schedule.done(Outcome::Current, now_ms, 0.5);
            }
            Err((trouble, retry_after)) => followed.fails(&trouble, retry_after.as_deref(), now_ms),
        });
    }

    async fn refresh_one(&self, host: &Host<Reading>, load: u32) -> Result<(), (FetchError, Option<String>)> {
        let asked = self.of(load, |followed| match &followed.what {
            What::One(revalidation) => Some((followed.url.clone(), (**revalidation).clone())),
            What::Parts(_) => None,
        });
        let Some((url, revalidation)) = asked.flatten() else { return Ok(()) };
        let came = self.fetch(host, load, &url, "", Some(revalidation), 0, false).await?;
        let (change, revalidation, broke) = match came {
            Came::Unchanged(revalidation) => (None, revalidation, None),
            Came::Changed { change, revalidation, broke } => (change, revalidation, broke),
        };
        let anew = matches!(change, Some(Change::Anew(_)));
        let sha256 = match &change {
            Some(Change::Anew(piece)) => piece.told.sha256,
            _ => None,
        };
        // Read anew, and the same as before.
        let same = anew && sha256.is_some() && self.of(load, |followed| followed.sha256 == sha256).unwrap_or(false);
        if let Some(change) = change.filter(|_| !same) {
            self.put(host, load, vec![(0, change)], sha256).await.map_err(|failure| (trouble_of(failure), None))?;
        }
        self.of(load, |followed| followed.what = What::One(Box::new(revalidation)));
        broke.map_or(Ok(()), |trouble| Err((trouble, None)))
    }

    /// Puts changes into what is shown, a slice at a time.
    async fn put(
        &self,
        host: &Host<Reading>,
        load: u32,
        changes: Vec<(Id, Change)>,
        sha256: Option<[u8; 32]>,
    ) -> Result<(), LoadFailure> {
        self.quiet(host).await;
        let Some(provenance) = self.of(load, |followed| followed.provenance.clone()) else { return Ok(()) };
        let mut merge = IncrementalMerge::new(provenance, changes);
        loop {
            let more = host.engine.borrow().grow(&mut merge);
            breathe().await;
            if !more {
                break;
            }
        }
        // An export that began meanwhile is answered first, of what it began with.
        self.quiet(host).await;
        let Some(grown) = host.engine.borrow_mut().grown(merge) else { return Ok(()) };
        let (mut message, provenance) = grown?;
        self.of(load, |followed| {
            followed.provenance = provenance;
            followed.sha256 = sha256;
        });
        if let FromEngine::Loaded { data, .. } = &mut message {
            data.sha256 = sha256;
            // Of a request that broke the calls before the break are shown: what is shown is no older than they are.
            let newest_ms = data.newest_ms.min(clock_ms());
            self.of(load, |followed| followed.checked_ms = followed.checked_ms.max(newest_ms));
        }
        host.send_loaded(&message);
        Ok(())
    }

    /// Waits while exports are under way.
    async fn quiet(&self, host: &Host<Reading>) {
        while now() < self.0.undisturbed_until.get() || host.engine.borrow().is_asked_apart() {
            sleep(100).await;
        }
    }

    /// Exports that waited for parts.
    fn answer_what_waits(&self, host: &Host<Reading>) {
        if !self.is_loading() {
            for (seq, batch) in self.0.waiting.take() {
                host.engine.borrow_mut().ask(seq, batch, true);
            }
        }
        host.step();
    }

    /// Reports its state to the page.
    fn tell(&self) {
        let Some(report) = self.with(|followed| followed.report()) else { return };
        if let Some(line) = &*self.0.line.borrow() {
            line.send(&report, &[]);
        }
    }
}

impl PolledFeed {
    fn fails(&mut self, trouble: &FetchError, retry_after: Option<&str>, now_ms: i64) {
        let refused = trouble.is_refusal();
        let retry_after_ms = retry_after.and_then(|text| retry_after_ms(text, now_ms));
        let outcome = if refused { Outcome::Refused } else { Outcome::Failed { retry_after_ms } };
        self.schedule.done(outcome, now_ms, js_sys::Math::random());
        self.blocked = is_of_server(trouble);
        let failures = self.schedule.failures();
        self.trouble = Some(PollFailure { cause: trouble.cause, detail: trouble.detail.clone(), stopped: refused, failures });
    }

    fn report(&self) -> PollReport {
        let Self { refresh_s, checked_ms, trouble, .. } = self;
        let parts = match &self.what {
            What::One(_) => None,
            What::Parts(of) => {
                let counts = of.parts.counts();
                let example = of.troubles.iter().next_back();
                let example = example.and_then(|(&id, &cause)| Some((shown(&of.parts.part(id)?.url), cause)));
                Some(PollParts {
                    listed: counts.listed,
                    held: counts.held,
                    needed: counts.needed,
                    here: counts.here,
                    failed: counts.failed,
                    example,
                    outside: of.outside.len() as u32,
                })
            }
        };
        let next_ms = self.schedule.next_ms();
        PollReport { refresh_s: *refresh_s, checked_ms: *checked_ms, next_ms, trouble: trouble.clone(), parts }
    }
}

/// Whether it is the server that gives nothing, and not one file that is missing or wrong.
fn is_of_server(trouble: &FetchError) -> bool {
    trouble.is_refusal()
        || matches!(trouble.cause, LoadCause::Http(429 | 500..=599) | LoadCause::Unreachable | LoadCause::TooBig { .. })
}

/// A failure of reading, as one of asking.
fn trouble_of(failure: LoadFailure) -> FetchError {
    FetchError { cause: failure.cause, detail: failure.detail, retryable: true, retry_after_s: None }
}
