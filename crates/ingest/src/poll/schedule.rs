//! When a feed is requested next: after its interval, after a growing wait when it fails, and not again when it refuses.

use crate::model::range::{DAY_MS, MINUTE_MS};

/// First wait after a failure, unless the interval is shorter.
const FIRST_WAIT_MS: i64 = 30_000;
/// Longest wait after failures, unless the interval is longer.
const LONGEST_WAIT_MS: i64 = 15 * MINUTE_MS;

/// How asking went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// What is shown is what the feed has now, changed or not.
    Current,
    /// It failed and may answer another time. Milliseconds that the server asked to wait.
    Failed { retry_after_ms: Option<i64> },
    /// It refuses such requests (401, 403): they are not repeated.
    Refused,
}

/// The schedule of requests to one feed. Times are epoch milliseconds of the caller's clock.
#[derive(Clone, Debug, PartialEq)]
pub struct PollSchedule {
    /// Between two requests that succeed; `None`: requested again only after a failure.
    interval_ms: Option<i64>,
    failures: u32,
    stopped: bool,
    next_ms: Option<i64>,
}

impl PollSchedule {
    /// Of a feed that has just been read.
    pub fn new(refresh_s: Option<u32>, now_ms: i64) -> Self {
        let interval_ms = refresh_s.map(|s| i64::from(s) * 1000);
        Self { interval_ms, failures: 0, stopped: false, next_ms: interval_ms.map(|wait| now_ms + wait) }
    }

    /// Notes how asking went. `jitter`, 0 to 1 at random, spreads repeated attempts by a quarter to both sides, so that many consoles do not
    /// knock together.
    pub fn done(&mut self, outcome: Outcome, now_ms: i64, jitter: f64) {
        match outcome {
            Outcome::Current => {
                self.failures = 0;
                self.next_ms = self.interval_ms.map(|wait| now_ms + wait);
            }
            Outcome::Failed { retry_after_ms } => {
                self.failures += 1;
                let first = self.interval_ms.map_or(FIRST_WAIT_MS, |interval| interval.min(FIRST_WAIT_MS));
                let longest = self.interval_ms.map_or(LONGEST_WAIT_MS, |interval| interval.max(LONGEST_WAIT_MS));
                let wait = first.saturating_mul(1 << (self.failures - 1).min(20)).min(longest);
                let wait = (wait as f64 * (0.75 + jitter.clamp(0.0, 1.0) / 2.0)) as i64;
                let asked = retry_after_ms.unwrap_or(0).clamp(0, DAY_MS);
                self.next_ms = Some(now_ms + wait.max(asked));
            }
            Outcome::Refused => {
                self.failures += 1;
                self.stopped = true;
                self.next_ms = None;
            }
        }
    }

    /// A user wants it asked now, whatever came before.
    pub fn again(&mut self, now_ms: i64) {
        self.stopped = false;
        self.next_ms = Some(now_ms);
    }

    /// Whether it is time.
    pub fn is_due(&self, now_ms: i64) -> bool {
        self.next_ms.is_some_and(|next| next <= now_ms)
    }

    /// When it is time; `None`: never, unless a user wants it.
    pub fn next_ms(&self) -> Option<i64> {
        self.next_ms
    }

    /// It refused, and is not requested again.
    pub fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// Failures since it last answered.
    pub fn failures(&self) -> u32 {
        self.failures
    }
}

/// What `Retry-After` says (RFC 9110, 10.2.3), in milliseconds from now: seconds, or a date as servers write it.
pub fn retry_after_ms(text: &str, now_ms: i64) -> Option<i64> {
    let text = text.trim();
    match text.parse::<u32>() {
        Ok(seconds) => Some(i64::from(seconds) * 1000),
        Err(_) => http_date_ms(text).map(|at| (at - now_ms).max(0)),
    }
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`.
fn http_date_ms(text: &str) -> Option<i64> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let (_, rest) = text.split_once(", ")?;
    let mut words = rest.split(' ');
    let (day, month, year, clock) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let month = MONTHS.find(month).filter(|at| at % 3 == 0 && month.len() == 3)? / 3 + 1;
    crate::ingest::time::from_text(&format!("{year}-{month:02}-{day:0>2}T{clock}Z")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn it_is_asked_at_its_interval_and_not_before() {
        let mut schedule = PollSchedule::new(Some(15), 1_000);
        assert!(!schedule.is_due(15_999) && schedule.is_due(16_000));
        schedule.done(Outcome::Current, 16_200, 0.5);
        assert_eq!(schedule.next_ms(), Some(31_200));
        // One that has no interval is requested again only after a failure.
        let mut schedule = PollSchedule::new(None, 0);
        assert_eq!(schedule.next_ms(), None);
        schedule.done(Outcome::Failed { retry_after_ms: None }, 0, 0.5);
        assert_eq!(schedule.next_ms(), Some(FIRST_WAIT_MS));
        schedule.done(Outcome::Current, 40_000, 0.5);
        assert_eq!(schedule.next_ms(), None);
    }

    #[test]
    fn waits_grow_to_their_limit_and_end_with_the_first_answer() {
        let mut schedule = PollSchedule::new(Some(5), 0);
        let mut waits = Vec::new();
        for _ in 0..10 {
            schedule.done(Outcome::Failed { retry_after_ms: None }, 0, 0.5);
            waits.push(schedule.next_ms().unwrap_or_default() / 1000);
        }
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]);
        assert_eq!(schedule.failures(), 10);
        schedule.done(Outcome::Current, 0, 0.5);
        assert_eq!((schedule.next_ms(), schedule.failures()), (Some(5_000), 0));
        // A feed with an interval of a day may wait a day.
        let mut daily = PollSchedule::new(Some(86_400), 0);
        for _ in 0..20 {
            daily.done(Outcome::Failed { retry_after_ms: None }, 0, 0.5);
        }
        assert_eq!(daily.next_ms(), Some(DAY_MS));
    }

    #[test]
    fn a_server_that_asks_for_patience_gets_it() {
        let mut schedule = PollSchedule::new(Some(5), 0);
        schedule.done(Outcome::Failed { retry_after_ms: Some(120_000) }, 1_000, 0.0);
        assert_eq!(schedule.next_ms(), Some(121_000));
        // Not for ever, and never sooner than the own wait.
        schedule.done(Outcome::Failed { retry_after_ms: Some(i64::MAX) }, 0, 0.0);
        assert_eq!(schedule.next_ms(), Some(DAY_MS));
        schedule.done(Outcome::Failed { retry_after_ms: Some(0) }, 0, 0.5);
        assert_eq!(schedule.next_ms(), Some(20_000));
    }

    #[test]
    fn who_refuses_is_left_alone_until_a_person_asks() {
        let mut schedule = PollSchedule::new(Some(5), 0);
        schedule.done(Outcome::Refused, 5_000, 0.5);
        assert!(schedule.is_stopped() && !schedule.is_due(i64::MAX) && schedule.next_ms().is_none());
        schedule.again(9_000);
        assert!(!schedule.is_stopped() && schedule.is_due(9_000));
        schedule.done(Outcome::Current, 9_100, 0.5);
        assert_eq!(schedule.next_ms(), Some(14_100));
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = 784_111_777_000; // 1994, which no call is of: as a date of this century it is read alike.
        assert_eq!(retry_after_ms(" 120 ", now), Some(120_000));
        let now = crate::ingest::time::from_text("2026-11-06T08:49:37Z").unwrap_or_default();
        assert_eq!(retry_after_ms("Fri, 06 Nov 2026 08:50:07 GMT", now), Some(30_000));
        assert_eq!(retry_after_ms("Fri, 06 Nov 2026 08:00:00 GMT", now), Some(0));
        for wrong in ["", "soon", "-5", "Fri, 06 Nob 2026 08:50:07 GMT", "Fri, 06 anF 2026 08:50:07 GMT", "Fri, 06"] {
            assert_eq!(retry_after_ms(wrong, now), None, "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn jitter_stays_within_a_quarter(failures in 1_u32..40, jitter in 0.0..=1.0_f64, refresh in 5_u32..86_400) {
            let mut schedule = PollSchedule::new(Some(refresh), 0);
            let mut middle = schedule.clone();
            for _ in 0..failures {
                schedule.done(Outcome::Failed { retry_after_ms: None }, 0, jitter);
                middle.done(Outcome::Failed { retry_after_ms: None }, 0, 0.5);
            }
            let (wait, middle) = (schedule.next_ms().unwrap_or_default(), middle.next_ms().unwrap_or_default());
            prop_assert!(wait >= middle * 3 / 4 - 1 && wait <= middle * 5 / 4 + 1, "{} around {}", wait, middle);
        }
    }
}
