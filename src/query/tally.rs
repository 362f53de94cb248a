//! Sums over calls from which [`Figures`] are made. Tallies of parts merge to the tally of the whole exactly.

use super::profile::Involved;
use crate::stats::Moments;
use crate::store::{Numbers, Picked, STREAMING, Store, is_failed};
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

/// What a call is to sums that leave some out: in this order, each is in the sums of those before it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Failed,
    Success,
    StreamingSuccess,
}

/// The kinds of all rows of a selection.
#[derive(Debug, Default)]
pub struct Kinds {
    pub of: Vec<Kind>,
    pub codes: Vec<u32>,
}

impl Kinds {
    /// Looks at these rows, in place of those before.
    pub fn read(&mut self, store: &Store, rows: &Picked<'_>) {
        let (statuses, column) = store.statuses();
        let streams = store.streams();
        column.read(rows, &mut self.codes);
        let success = |&code: &u32| if is_failed(statuses[code as usize]) { Kind::Failed } else { Kind::Success };
        self.of.clear();
        self.of.extend(self.codes.iter().map(success));
        streams.read(rows, &mut self.codes);
        for (kind, &stream) in self.of.iter_mut().zip(&self.codes) {
            if stream == STREAMING && *kind == Kind::Success {
                *kind = Kind::StreamingSuccess;
            }
        }
    }
}

/// Room for passes over rows.
#[derive(Debug, Default)]
pub struct Room {
    pub kinds: Kinds,
    pub values: Vec<u64>,
}

impl Tally {
    /// Sums over these calls.
    pub fn of(store: &Store, rows: &Picked<'_>, room: &mut Room) -> Self {
        let mut tally = Self::default();
        tally.take(store, rows, room);
        tally
    }

    /// Takes calls in.
    pub fn take(&mut self, store: &Store, rows: &Picked<'_>, room: &mut Room) {
        /// Rows looked at in one go: what is read of them stays near.
        const PIECE: usize = 2048;
        let mut from = 0;
        while from < rows.len() {
            let to = rows.len().min(from + PIECE);
            let piece = rows.part(from..to);
            room.kinds.read(store, &piece);
            self.calls += (to - from) as u64;
            self.failed += room.kinds.of.iter().filter(|&&kind| kind == Kind::Failed).count() as u64;
            let sums = [
                (&mut self.total, store.total_tokens(), Kind::Failed),
                (&mut self.input, store.input_tokens(), Kind::Failed),
                (&mut self.output, store.output_tokens(), Kind::Failed),
                (&mut self.latency, store.latency_us(), Kind::Success),
                (&mut self.generation, store.generation_us(), Kind::Success),
                (&mut self.ttft, store.ttft_us(), Kind::StreamingSuccess),
                (&mut self.tpot, store.tpot_ns(), Kind::StreamingSuccess),
            ];
            for (moments, column, least) in sums {
                if !column.all_absent() {
                    column.read(&piece, &mut room.values);
                    moments.merge(&sum(&room.values, &room.kinds.of, least));
                }
            }
            from = to;
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

    /// Takes away a part that it holds.
    pub fn remove(&mut self, other: &Self) {
        self.calls -= other.calls;
        self.failed -= other.failed;
        self.total.remove(&other.total);
        self.input.remove(&other.input);
        self.output.remove(&other.output);
        self.latency.remove(&other.latency);
        self.ttft.remove(&other.ttft);
        self.tpot.remove(&other.tpot);
        self.generation.remove(&other.generation);
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

/// The values of calls of a kind, or of one that comes after it.
fn sum(values: &[u64], kinds: &[Kind], least: Kind) -> Moments {
    let (mut count, mut high, mut low) = (0, 0, 0);
    for (&value, &kind) in values.iter().zip(kinds) {
        let counts = u64::from(value != Numbers::ABSENT && kind >= least);
        count += counts;
        // In halves: neither overflows, and nothing is carried at each step.
        let counted = value & counts.wrapping_neg();
        high += counted >> 32;
        low += counted & 0xffff_ffff;
    }
    Moments { count, sum: (u128::from(high) << 32) + u128::from(low) }
}

/// `part` of `whole` in percent; `None` of nothing.
pub fn percent(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 * 100.0 / whole as f64)
}
