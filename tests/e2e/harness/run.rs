//! Runs cases in one browser or several, some of them beside each other: a case waits more than it works. One that fails is run once more at the end,
//! alone.

use crate::browser::{Browser, Driver, Programs, Result};
use crate::case::{self, Case, Outcome};
use std::collections::VecDeque;
use std::num::NonZero;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Names how many cases run beside each other.
pub const VARIABLE: &str = "CALLSCOPE_JOBS";

/// Which cases run in the browsers beyond the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every case in every browser, but in WebKit those of its modules.
    All,
    /// In Firefox and WebKit those whose outcome their engines can change.
    Needed,
}

impl Scope {
    /// Names it in the environment.
    pub const VARIABLE: &str = "CALLSCOPE_CASES";

    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Needed => "needed",
        }
    }

    /// The one that the environment names: all where it names none, since who names a case wants it run.
    pub fn chosen() -> Self {
        if std::env::var(Self::VARIABLE).is_ok_and(|name| name == Self::Needed.name()) { Self::Needed } else { Self::All }
    }
}

/// What is to be run.
pub struct Plan<'c> {
    /// Each with the browsers that it runs in.
    pub cases: Vec<(&'c Case, Vec<Browser>)>,
    /// Cases that measure time, by their whole names: nothing runs beside them.
    pub alone: &'c [&'c str],
    /// The IANA zone that the browsers live in.
    pub time_zone: &'c str,
}

/// A case in a browser.
type Job<'c> = (&'c Case, Browser);

/// How it went.
#[derive(Default)]
struct Tally<'c> {
    passed: usize,
    left_out: usize,
    failed: Vec<Job<'c>>,
}

/// The drivers of one thread, each started when it is needed first.
struct Worker<'c> {
    drivers: Vec<Driver>,
    time_zone: &'c str,
}

impl<'c> Worker<'c> {
    fn driver(&mut self, browser: Browser) -> Result<&Driver> {
        let at = match self.drivers.iter().position(|driver| driver.kind() == browser) {
            Some(at) => at,
            None => {
                self.drivers.push(Driver::start(&Programs::of(browser)?, self.time_zone)?);
                self.drivers.len() - 1
            }
        };
        Ok(&self.drivers[at])
    }

    fn run(&mut self, (case, browser): Job<'c>, tally: &Mutex<Tally<'c>>) {
        let started = Instant::now();
        let outcome = match self.driver(browser) {
            Ok(driver) => case::run(case, driver),
            Err(error) => Outcome::Failed(format!("  {error}\n")),
        };
        let seconds = started.elapsed().as_secs_f32();
        let what = format!("{:<8} {:<62} {seconds:>6.1} s", browser.name(), case.name);
        let mut tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            Outcome::Passed => {
                tally.passed += 1;
                println!("ok       {what}");
            }
            Outcome::LeftOut(why) => {
                tally.left_out += 1;
                println!("left out {what}  {why}");
            }
            Outcome::Failed(why) => {
                tally.failed.push((case, browser));
                println!("FAILED   {what}\n{why}");
            }
        }
    }
}

/// Runs the cases and prints a line for each. Whether all passed or were left out for a reason.
///
/// # Errors
/// When a browser or its driver is not there.
pub fn all(plan: &Plan) -> Result<bool> {
    for browser in Browser::ALL {
        if plan.cases.iter().any(|(_, browsers)| browsers.contains(&browser)) {
            Programs::of(browser)?;
        }
    }
    let jobs = jobs();
    let started = Instant::now();
    let all = plan.cases.iter().flat_map(|(case, browsers)| browsers.iter().map(|browser| (*case, *browser)));
    let (alone, beside): (VecDeque<Job>, VecDeque<Job>) = all.partition(|(case, _)| plan.alone.contains(&case.name));
    let queue = Mutex::new(beside);
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let tally = Mutex::default();
    let worker = || Worker { drivers: Vec::new(), time_zone: plan.time_zone };
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                let mut worker = worker();
                while let Some(job) = next() {
                    worker.run(job, &tally);
                }
            });
        }
    });
    let mut last = worker();
    alone.into_iter().for_each(|job| last.run(job, &tally));
    // Once more, with nothing beside them: a machine at its limit is no fault of the page. What fails again is a failure, and what passes is listed.
    let first = core::mem::take(&mut tally.lock().unwrap_or_else(PoisonError::into_inner).failed);
    first.iter().for_each(|job| {
        println!("once more {} in {}", job.0.name, job.1.name());
        last.run(*job, &tally);
    });
    let Tally { passed, left_out, failed } = tally.into_inner().unwrap_or_else(PoisonError::into_inner);
    for job @ (case, browser) in &first {
        let word = if failed.iter().any(|again| again.0.name == job.0.name && again.1 == job.1) { "FAILED" } else { "second" };
        println!("{word:<8} {} in {}", case.name, browser.name());
    }
    let seconds = started.elapsed().as_secs();
    let (twice, failed) = (first.len() - failed.len(), failed.len());
    println!(
        "{passed} passed, {failed} failed, {left_out} left out, {twice} passed the second time, {seconds} s, {jobs} beside each other"
    );
    Ok(failed == 0 && passed > 0)
}

/// As many as the environment names, or one more than this machine has cores: each waits now and then.
fn jobs() -> usize {
    let named = std::env::var(VARIABLE).ok().and_then(|number| number.parse().ok());
    named.unwrap_or_else(|| std::thread::available_parallelism().map_or(2, NonZero::get) + 1).max(1)
}
