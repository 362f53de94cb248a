//! Sums over calls. Tallies of parts merge to the tally of the whole exactly.

use crate::ask::Matcher;
use crate::model::{NO_STATUS, Population, Quantity};
use crate::stats::Moments;
use crate::store::{Numbers, RowSelection, STREAMING, Store, is_failed};

/// What is summed up of calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sum {
    Total,
    Input,
    Output,
    Latency,
    Generation,
    Ttft,
    Tpot,
}

impl Sum {
    pub const COUNT: usize = 7;

    /// What is summed up of calls of some kinds, with its column: all but tokens, which belong together.
    fn columns(store: &Store) -> [(Self, &Numbers, CallClass); 4] {
        [
            (Self::Latency, store.latency_us(), CallClass::least(&Quantity::Latency)),
            (Self::Generation, store.generation_us(), CallClass::least(&Quantity::Generation)),
            (Self::Ttft, store.ttft_us(), CallClass::least(&Quantity::Ttft)),
            (Self::Tpot, store.tpot_ns(), CallClass::least(&Quantity::Tpot)),
        ]
    }
}

/// Sums over a set of calls (docs/spec.md, section 4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub calls: u64,
    /// Those whose source records a status.
    pub stated: u64,
    pub failed: u64,
    /// Those of which the server says that it failed (5xx).
    broken: u64,
    sums: [Moments; Sum::COUNT],
}

impl core::ops::Index<Sum> for Tally {
    type Output = Moments;

    fn index(&self, sum: Sum) -> &Moments {
        &self.sums[sum as usize]
    }
}

/// What a call is to sums that leave some out: in this order, each is in the sums of those before it too. A call without a status counts as a
/// success here: its durations are as real as any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallClass {
    Failed,
    Success,
    StreamingSuccess,
}

impl CallClass {
    /// The least kind that counts in a quantity.
    pub const fn least(quantity: &Quantity) -> Self {
        match quantity.population() {
            Population::All => Self::Failed,
            Population::Successful => Self::Success,
            Population::SuccessfulStreaming => Self::StreamingSuccess,
        }
    }
}

/// The classes of all rows of a selection.
#[derive(Debug, Default)]
pub struct CallClasses {
    pub of: Vec<CallClass>,
    /// Codes of their statuses and of whether they stream.
    statuses: Vec<u32>,
    streams: Vec<u32>,
    /// The class by both codes.
    by_codes: Vec<CallClass>,
}

/// More than there are codes of whether a call streams.
const STREAMS: u32 = 4;

impl CallClasses {
    /// Looks at these rows, in place of those before.
    pub fn read(&mut self, store: &Store, rows: &RowSelection<'_>) {
        let (statuses, column) = store.statuses();
        column.read(rows, &mut self.statuses);
        store.streams().read(rows, &mut self.streams);
        self.by_codes.clear();
        self.by_codes.extend(statuses.iter().flat_map(|&status| {
            (0..STREAMS).map(move |stream| match (is_failed(status), stream) {
                (true, _) => CallClass::Failed,
                (false, STREAMING) => CallClass::StreamingSuccess,
                (false, _) => CallClass::Success,
            })
        }));
        self.of.clear();
        let codes = self.statuses.iter().zip(&self.streams);
        self.of.extend(codes.map(|(status, stream)| self.by_codes[(status * STREAMS + stream) as usize]));
    }

    /// Of the rows looked at last, those whose source records a status, those that failed, and those with a status of 5xx.
    pub fn counts(&self, store: &Store) -> [u64; 3] {
        /// Bits of each count in one number, which one addition a call makes.
        const BITS: u32 = 21;
        const MASK: u64 = (1 << BITS) - 1;
        let adds = |&status: &u16| {
            let [stated, failed, broken] = [status != NO_STATUS, is_failed(status), status / 100 == 5].map(u64::from);
            stated | failed << BITS | broken << (2 * BITS)
        };
        let by_code: Vec<u64> = store.statuses().0.iter().map(adds).collect();
        let mut counts = [0; 3];
        for codes in self.statuses.chunks(MASK as usize) {
            let sum: u64 = codes.iter().map(|&code| by_code[code as usize]).sum();
            counts.iter_mut().zip([0, BITS, 2 * BITS]).for_each(|(count, shift)| *count += sum >> shift & MASK);
        }
        counts
    }
}

/// Calls by their status, as far as sums tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusClasses {
    /// Neither 4xx nor 5xx.
    fine: bool,
    /// 4xx.
    refused: bool,
    /// 5xx.
    broken: bool,
}

impl StatusClasses {
    /// Of matchers that look at nothing else; `None` where sums do not tell.
    pub fn of(matchers: &[Matcher]) -> Option<Self> {
        let [Matcher::StatusClass { classes, within }] = matchers else { return None };
        let has = |class| classes.contains(&class) == *within;
        classes.iter().all(|class| matches!(class, 4 | 5)).then(|| Self { fine: !within, refused: has(4), broken: has(5) })
    }
}

/// Room for passes over rows.
#[derive(Debug, Default)]
pub struct Scratch {
    pub kinds: CallClasses,
    pub values: Vec<u64>,
    pub others: Vec<u64>,
    pub codes: Vec<u32>,
    /// Sums that no measure needs: their columns are not read.
    pub unread: [bool; Sum::COUNT],
}

impl Scratch {
    /// For passes that read the columns of these sums only.
    pub fn only(sums: impl Iterator<Item = Sum>) -> Self {
        let mut unread = [true; Sum::COUNT];
        sums.for_each(|sum| unread[sum as usize] = false);
        Self { unread, ..Self::default() }
    }
}

impl Tally {
    /// Sums over these calls.
    pub fn of(store: &Store, rows: &RowSelection<'_>, scratch: &mut Scratch) -> Self {
        let mut tally = Self::default();
        tally.take(store, rows, scratch);
        tally
    }

    /// Takes calls in.
    pub fn take(&mut self, store: &Store, rows: &RowSelection<'_>, scratch: &mut Scratch) {
        /// Rows looked at in one go: what is read of them stays near.
        const PIECE: usize = 2048;
        let mut from = 0;
        while from < rows.len() {
            let to = rows.len().min(from + PIECE);
            let piece = rows.part(from..to);
            scratch.kinds.read(store, &piece);
            self.take_counts(store, scratch);
            self.take_tokens(store, &piece, scratch);
            for (place, column, least) in Sum::columns(store) {
                if !column.all_absent() && !scratch.unread[place as usize] {
                    column.read(&piece, &mut scratch.values);
                    self.add(place, &scratch.values, &scratch.kinds.of, least);
                }
            }
            from = to;
        }
    }

    /// Adds sums of the same calls, without counting these again.
    pub fn merge_sums(&mut self, other: &Self) {
        self.sums.iter_mut().zip(&other.sums).for_each(|(sum, other)| sum.merge(other));
    }

    /// Clears these sums.
    pub fn forget(&mut self, unread: &[bool; Sum::COUNT]) {
        let unread = self.sums.iter_mut().zip(unread).filter(|(_, unread)| **unread);
        unread.for_each(|(sum, _)| *sum = Moments::default());
    }

    /// Counts calls, whose classes are in `scratch`.
    pub fn take_counts(&mut self, store: &Store, scratch: &Scratch) {
        let [stated, failed, broken] = scratch.kinds.counts(store);
        self.calls += scratch.kinds.of.len() as u64;
        self.stated += stated;
        self.failed += failed;
        self.broken += broken;
    }

    /// Takes the tokens of calls in, whose kinds are in the room.
    fn take_tokens(&mut self, store: &Store, rows: &RowSelection<'_>, scratch: &mut Scratch) {
        let Scratch { kinds, values, others, unread, .. } = scratch;
        let totals = store.total_tokens();
        if totals.all_absent() || [Sum::Total, Sum::Input, Sum::Output].iter().all(|&sum| unread[sum as usize]) {
            return;
        }
        store.input_tokens().read(rows, values);
        store.output_tokens().read(rows, others);
        self.add(Sum::Input, values, &kinds.of, CallClass::Failed);
        self.add(Sum::Output, others, &kinds.of, CallClass::Failed);
        totals.read(rows, values, others);
        self.add(Sum::Total, values, &kinds.of, CallClass::Failed);
    }

    /// Adds the values of calls of a kind, or of one that comes after it.
    pub fn add(&mut self, place: Sum, values: &[u64], kinds: &[CallClass], least: CallClass) {
        self.sums[place as usize].merge(&sum(values, kinds, least));
    }

    /// Takes another part in.
    pub fn merge(&mut self, other: &Self) {
        self.calls += other.calls;
        self.stated += other.stated;
        self.broken += other.broken;
        self.failed += other.failed;
        self.merge_sums(other);
    }

    /// Takes away a part that it holds.
    pub fn remove(&mut self, other: &Self) {
        self.calls -= other.calls;
        self.stated -= other.stated;
        self.broken -= other.broken;
        self.failed -= other.failed;
        self.sums.iter_mut().zip(&other.sums).for_each(|(sum, other)| sum.remove(other));
    }

    /// Calls with a status of these classes.
    pub const fn of_classes(&self, classes: StatusClasses) -> u64 {
        let StatusClasses { fine, refused, broken } = classes;
        (if fine { self.stated - self.failed } else { 0 })
            + (if refused { self.failed - self.broken } else { 0 })
            + (if broken { self.broken } else { 0 })
    }

    /// Calls, failed calls, total, input and output tokens: what tiles show.
    pub fn amounts(&self) -> [u64; 5] {
        [self.calls, self.failed, self[Sum::Total].sum_u64(), self[Sum::Input].sum_u64(), self[Sum::Output].sum_u64()]
    }
}

/// A [`Tally`] of few calls in less room.
#[derive(Clone, Copy, Debug)]
pub struct Packed {
    calls: u32,
    stated: u32,
    failed: u32,
    broken: u32,
    counts: [u32; Sum::COUNT],
    sums: [u64; Sum::COUNT],
}

impl Packed {
    /// `None` where a count or a sum does not fit.
    pub fn of(tally: &Tally) -> Option<Self> {
        let mut packed = Self {
            calls: u32::try_from(tally.calls).ok()?,
            stated: u32::try_from(tally.stated).ok()?,
            failed: u32::try_from(tally.failed).ok()?,
            broken: u32::try_from(tally.broken).ok()?,
            counts: [0; Sum::COUNT],
            sums: [0; Sum::COUNT],
        };
        for (moments, (count, sum)) in tally.sums.iter().zip(packed.counts.iter_mut().zip(&mut packed.sums)) {
            (*count, *sum) = (u32::try_from(moments.count).ok()?, u64::try_from(moments.sum).ok()?);
        }
        Some(packed)
    }

    pub fn tally(&self) -> Tally {
        let sums = core::array::from_fn(|at| Moments { count: u64::from(self.counts[at]), sum: u128::from(self.sums[at]) });
        let [calls, stated, failed, broken] = [self.calls, self.stated, self.failed, self.broken].map(u64::from);
        Tally { calls, stated, failed, broken, sums }
    }
}

/// The values of calls of a kind, or of one that comes after it.
fn sum(values: &[u64], kinds: &[CallClass], least: CallClass) -> Moments {
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
