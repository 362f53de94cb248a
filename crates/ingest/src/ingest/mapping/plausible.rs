//! Looks at calls as a mapping (or any importer) understood them for what is most likely a slip: a wrong unit, a swapped column.

pub use crate::model::mapping::{Doubt, Warning};

use crate::ingest::importer::Sink;
use crate::model::{Call, NO_STATUS, Place, RecordError};
use std::collections::BTreeSet;

/// Fewest tokens of an answer that take time, and the shortest latency that they may have, in microseconds a token.
const TOKENS_MIN: u64 = 10;
const TOKEN_US_MIN: u64 = 200;
/// The same for a call of which no tokens are known, in microseconds.
const CALL_US_MIN: u64 = 5_000;
const HOUR_US: u64 = 3_600_000_000;
/// Clocks differ; a day is more than any zone.
const FUTURE_MS: i64 = 86_400_000;
/// Share of calls from which it is worth a word: a single odd call is none.
const SHARE: f64 = 0.02;
/// The same for request ids: retries of a proxy share them.
const REPEATED: f64 = 0.2;
/// Most request ids that are remembered.
const IDS: usize = 20_000;

/// A sink that looks at calls.
#[derive(Debug, Default)]
pub struct Plausible {
    now_ms: Option<i64>,
    calls: u64,
    failed: u64,
    unstated: u64,
    rejected: u64,
    counts: [(u64, u64); 7],
    /// Request ids, as far as they are remembered.
    ids: BTreeSet<Box<str>>,
}

impl Plausible {
    /// `now_ms`: the clock, where there is one.
    pub fn new(now_ms: Option<i64>) -> Self {
        Self { now_ms, ..Self::default() }
    }

    fn count(&mut self, doubt: usize, of: bool, seen: bool) {
        self.counts[doubt].0 += u64::from(of && seen);
        self.counts[doubt].1 += u64::from(of);
    }

    /// What is worth a word, in the order of [`Doubt`].
    pub fn warnings(&self) -> Vec<Warning> {
        const ORDER: [(Doubt, f64); 7] = [
            (Doubt::LatencyLooksLikeSeconds, 0.5),
            (Doubt::LatencyLooksTooLong, 0.5),
            (Doubt::FirstTokenAfterEnd, SHARE),
            (Doubt::InFuture, 0.0),
            (Doubt::TotalUnlikeSum, SHARE),
            (Doubt::CachedAboveInput, SHARE),
            (Doubt::SameRequest, REPEATED),
        ];
        let worth = |&((doubt, share), (calls, of)): &((Doubt, f64), (u64, u64))| {
            (calls > 0 && calls as f64 >= share * of as f64).then_some(Warning { doubt, calls, of })
        };
        let mut warnings: Vec<Warning> = ORDER.into_iter().zip(self.counts).filter_map(|pair| worth(&pair)).collect();
        if self.calls > 1 && self.failed == self.calls {
            warnings.push(Warning { doubt: Doubt::AllFailed, calls: self.failed, of: self.calls });
        }
        if self.calls > 0 && self.unstated == self.calls {
            warnings.push(Warning { doubt: Doubt::NoStatus, calls: self.unstated, of: self.calls });
        }
        warnings
    }

    /// Calls that were read, and records that were not.
    pub const fn counted(&self) -> (u64, u64) {
        (self.calls, self.rejected)
    }
}

impl Sink for Plausible {
    fn call(&mut self, call: &Call<'_>, _: Place) {
        self.calls += 1;
        self.failed += u64::from(call.status >= 400);
        self.unstated += u64::from(call.status == NO_STATUS);
        let good = call.status < 400;
        let output = call.output_tokens.unwrap_or(0);
        let long = good && call.latency_us.is_some() && (output >= TOKENS_MIN || call.output_tokens.is_none());
        let shortest = if output >= TOKENS_MIN { output * TOKEN_US_MIN } else { CALL_US_MIN };
        self.count(0, long, call.latency_us.is_some_and(|us| us < shortest));
        self.count(1, call.latency_us.is_some(), call.latency_us.is_some_and(|us| us > HOUR_US));
        let both = call.ttft_us.zip(call.latency_us);
        self.count(2, both.is_some(), both.is_some_and(|(ttft, latency)| ttft > latency));
        if let Some(now_ms) = self.now_ms {
            self.count(3, true, call.time_ms > now_ms + FUTURE_MS);
        }
        let sum = call.input_tokens.zip(call.output_tokens).map(|(input, output)| input + output);
        let totals = sum.zip(call.total_tokens);
        self.count(4, totals.is_some(), totals.is_some_and(|(sum, total)| sum != total));
        let cached = call.cached_tokens.zip(call.input_tokens);
        self.count(5, cached.is_some(), cached.is_some_and(|(cached, input)| cached > input));
        if let Some(id) = call.request_id {
            let known = self.ids.contains(id);
            if !known && self.ids.len() < IDS {
                self.ids.insert(id.into());
            }
            self.count(6, true, known);
        }
    }

    fn reject(&mut self, _: RecordError) {
        self.rejected += 1;
    }
}
