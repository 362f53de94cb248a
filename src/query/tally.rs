//! Sums over calls from which [`Figures`] are made. Tallies of parts merge to the tally of the whole exactly.

use super::profile::Involved;
use crate::stats::Moments;
use crate::store::{Store, is_failed};
use crate::wire::Figures;

/// Microseconds in a millisecond, nanoseconds in one, microseconds in a second.
pub const US_PER_MS: f64 = 1e3;
pub const NS_PER_MS: f64 = 1e6;
pub const US_PER_S: f64 = 1e6;

/// Sums over a set of calls (console-spec section 4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub calls: u64,
    pub failed: u64,
    pub total: Moments,
    pub input: Moments,
    pub output: Moments,
    /// Successful calls.
    pub latency: Moments,
    /// Successful streaming calls.
    pub ttft: Moments,
    pub tpot: Moments,
    /// Successful calls.
    pub generation: Moments,
}

impl Tally {
    /// Takes a call in.
    #[inline]
    pub fn add(&mut self, store: &Store, row: usize) {
        let take = |moments: &mut Moments, value: Option<u64>| {
            if let Some(value) = value {
                moments.add(value);
            }
        };
        self.calls += 1;
        take(&mut self.total, store.total_tokens().get(row));
        take(&mut self.input, store.input_tokens().get(row));
        take(&mut self.output, store.output_tokens().get(row));
        if is_failed(store.status(row)) {
            self.failed += 1;
            return;
        }
        take(&mut self.latency, store.latency_us().get(row));
        take(&mut self.generation, store.generation_us().get(row));
        if store.stream(row) == Some(true) {
            take(&mut self.ttft, store.ttft_us().get(row));
            take(&mut self.tpot, store.tpot_ns().get(row));
        }
    }

    /// Takes another part in.
    pub fn merge(&mut self, other: &Self) {
        self.calls += other.calls;
        self.failed += other.failed;
        self.total.merge(&other.total);
        self.input.merge(&other.input);
        self.output.merge(&other.output);
        self.latency.merge(&other.latency);
        self.ttft.merge(&other.ttft);
        self.tpot.merge(&other.tpot);
        self.generation.merge(&other.generation);
    }

    /// What is shown. A sum that is involved but has no call is 0, an average without a call that counts is `None`.
    pub fn figures(&self, involved: Involved) -> Figures {
        let sum = |involved: bool, moments: &Moments| involved.then(|| moments.sum_u64());
        Figures {
            calls: self.calls,
            failed: self.failed,
            failure_rate: percent(self.failed, self.calls),
            total_tokens: sum(involved.total_tokens, &self.total),
            input_tokens: sum(involved.input_tokens, &self.input),
            output_tokens: sum(involved.output_tokens, &self.output),
            latency_ms: self.latency.mean(US_PER_MS),
            ttft_ms: self.ttft.mean(US_PER_MS),
            tpot_ms: self.tpot.mean(NS_PER_MS),
            generation_s: self.generation.mean(US_PER_S),
        }
    }
}

/// `part` of `whole` in percent; `None` of nothing.
pub fn percent(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 * 100.0 / whole as f64)
}
