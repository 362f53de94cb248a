//! Failed calls: ordinary errors, and the incidents a user should be able to find in the demonstration.

use super::arrivals::{Arrival, DAY_MS, MINUTE_MS, START_MS};
use super::dice::Dice;
use super::services::{BURST_SERVICE, GATEWAY_SERVICE, LOAD_TEST, OUTAGE_SERVICE};

/// A failure as the gateway answers it.
#[derive(Clone, Copy)]
pub struct Failure {
    pub status: u16,
    /// Empty where the gateway gives none.
    pub code: &'static str,
    pub message: &'static str,
    /// Median time to the answer, in ms.
    pub latency_ms: f64,
    /// The request had been read and counted before it failed.
    pub counts_input: bool,
}

const fn failure(status: u16, code: &'static str, message: &'static str, latency_ms: f64, counts_input: bool) -> Failure {
    Failure { status, code, message, latency_ms, counts_input }
}

const RATE_LIMIT: Failure = failure(429, "rate_limit_exceeded", "The key's limit of requests per minute is reached.", 4.0, false);
const TOKEN_QUOTA: Failure =
    failure(429, "token_quota_exceeded", "The service's quota of tokens per minute is reached.", 5.0, false);
const BAD_GATEWAY: Failure = failure(502, "", "The connection to the model was closed.", 210.0, true);
const NO_REPLICA: Failure = failure(503, "service_unavailable", "No replica is ready to answer.", 12.0, false);
const TIMEOUT: Failure = failure(504, "upstream_timeout", "The model did not answer within 60 s.", 60_000.0, true);

/// What fails in ordinary times, by weight.
const ORDINARY: [(Failure, f64); 13] = [
    (failure(400, "invalid_request", "messages[3].content must not be empty.", 6.0, false), 20.0),
    (failure(400, "invalid_request", "max_tokens exceeds the context window of 131,072.", 7.0, true), 12.0),
    (failure(401, "invalid_api_key", "The API key is invalid or has expired.", 3.0, false), 8.0),
    (failure(403, "access_denied", "The key has no permission for this service.", 3.0, false), 4.0),
    (failure(404, "version_not_found", "The service has no such version.", 3.0, false), 3.0),
    (failure(413, "payload_too_large", "The request body exceeds 10 MB.", 18.0, false), 3.0),
    (RATE_LIMIT, 15.0),
    (TOKEN_QUOTA, 7.0),
    (failure(500, "internal_error", "The model ended unexpectedly. Retry the request.", 640.0, true), 10.0),
    (failure(500, "internal_error", "Out of memory while decoding.", 2_900.0, true), 3.0),
    (BAD_GATEWAY, 5.0),
    (NO_REPLICA, 6.0),
    (TIMEOUT, 4.0),
];

/// A span of the feed's own time: day from 0, minute of the day, length in minutes.
struct Span(i64, i64, i64);

impl Span {
    fn holds(&self, time_ms: i64) -> bool {
        (0..self.2 * MINUTE_MS).contains(&(time_ms - self.start_ms()))
    }

    fn start_ms(&self) -> i64 {
        START_MS + self.0 * DAY_MS + self.1 * MINUTE_MS
    }
}

/// Tuesday of the last week, 14:00 to 15:00: every call of one service fails.
const OUTAGE: Span = Span(12, 14 * 60, 60);
/// Monday of the last week, 11:20 to 11:55: the gateway of one service loses its model.
const GATEWAY: Span = Span(11, 11 * 60 + 20, 35);
/// Wednesday of the last week, 20:05 to 20:30: one key's load test.
const LOAD_TEST_SPAN: Span = Span(13, 20 * 60 + 5, 25);
const LOAD_TEST_CALLS: usize = 420;
/// The last day, 00:20 to 00:26: the test starts again.
const LOAD_TEST_AGAIN: Span = Span(14, 20, 6);
const LOAD_TEST_AGAIN_CALLS: usize = 70;

/// Additional arrivals of a load test, for the service that has one.
pub fn load_test_arrivals(dice: &mut Dice, service: &str) -> Vec<Arrival> {
    if service != BURST_SERVICE {
        return Vec::new();
    }
    let mut out = Vec::new();
    for (span, calls) in [(LOAD_TEST_SPAN, LOAD_TEST_CALLS), (LOAD_TEST_AGAIN, LOAD_TEST_AGAIN_CALLS)] {
        for _ in 0..calls {
            let within = (dice.unit() * (span.2 * MINUTE_MS) as f64) as i64;
            out.push(Arrival { time_ms: span.start_ms() + within, load: 1.0, row: 0 });
        }
    }
    out
}

/// The key that makes the call, where an incident decides it.
pub fn forced_key(test_call: bool) -> Option<usize> {
    test_call.then_some(LOAD_TEST)
}

/// Whether and how a call fails. `test_call`: it belongs to the load test.
pub fn fails(dice: &mut Dice, service: &str, time_ms: i64, ordinary_share: f64, test_call: bool) -> Option<Failure> {
    if service == OUTAGE_SERVICE && OUTAGE.holds(time_ms) {
        return Some(Failure { message: "The service is restarting: no replica is available.", ..NO_REPLICA });
    }
    if test_call {
        return dice.chance(0.84).then_some(if dice.chance(0.9) { RATE_LIMIT } else { TOKEN_QUOTA });
    }
    if service == GATEWAY_SERVICE && GATEWAY.holds(time_ms) && dice.chance(0.38) {
        return Some(if dice.chance(0.7) { BAD_GATEWAY } else { TIMEOUT });
    }
    dice.chance(ordinary_share).then(|| dice.weighted(&ORDINARY))
}
