//! Series of counts of calls split by one column: counted by code and bucket in one pass over its codes, without the rows of each group.

use super::Context;
use super::filter::Key;
use super::groups;
use super::kernel::{Kernel, PreparedMeasure};
use super::layout::{Layout, SeriesCache};
use super::scope::Piece;
use crate::ask::{Buckets, Group, Label, Split, Values};
use crate::base::build::FULL;
use crate::model::Dim;
use crate::store::{Dict, Store};

/// The label and column that divide the calls, where these measures are counts of all calls of each group.
pub fn column<'a>(ready: &[Option<PreparedMeasure<'_>>], split: &'a Split, store: &Store) -> Option<(&'a Label, Key)> {
    let is_count = |ready: &PreparedMeasure<'_>| ready.kernel == Kernel::Calls && ready.rest.is_empty();
    // Versions are grouped by service first (`groups::by_label`).
    let [label] = split.by.as_slice() else { return None };
    let is_fit = FULL && *label != Label::Dim(Dim::Version) && ready.iter().all(|ready| ready.as_ref().is_some_and(is_count));
    is_fit.then(|| Key::of(label, store)).flatten().map(|key| (label, key))
}

/// The codes of one value.
#[derive(Default)]
struct Codes {
    codes: Vec<u32>,
    calls: u64,
}

/// The groups with the calls of each bucket, and how many groups there are without the split's limits.
pub fn answer(
    (label, key): (&Label, Key),
    split: &Split,
    context: &Context<'_>,
    pieces: Vec<Piece<'_>>,
    buckets: &Buckets,
    known: &mut SeriesCache,
) -> (Vec<(Group, Values)>, u64) {
    let store = context.store;
    let read = |piece: &Piece<'_>| {
        let mut codes = Vec::new();
        key.codes(store).read(&piece.rows, &mut codes);
        codes
    };
    let codes: Vec<Vec<u32>> = pieces.iter().map(read).collect();
    let mut calls = vec![0_u64; key.len(store)];
    codes.iter().flatten().for_each(|&code| calls[code as usize] += 1);
    // Several codes may have the same value: statuses of one class, messages of several error codes.
    let (mut values, mut of_value) = (Dict::default(), Vec::<Codes>::new());
    for (code, calls) in (0..).zip(calls).filter(|&(_, calls)| calls > 0) {
        let at = values.intern(&key.text(context, label, code)) as usize;
        if at == of_value.len() {
            of_value.push(Codes::default());
        }
        of_value[at].codes.push(code);
        of_value[at].calls += calls;
    }
    let group = |code: u32| Group { values: vec![values.get(code).to_owned()], others: false };
    let found = (0..).zip(of_value).map(|(code, codes)| (group(code), codes)).collect();
    let together = |rest: Vec<(Group, Codes)>| {
        let calls = rest.iter().map(|(_, codes)| codes.calls).sum();
        Codes { codes: rest.into_iter().flat_map(|(_, codes)| codes.codes).collect(), calls }
    };
    let (found, total) = groups::limited(found, split, |codes| codes.calls, together);

    let layout = Layout::new(store, pieces, buckets, known);
    let width = buckets.starts_ms.len();
    // Calls of no group are counted in an extra column after the groups.
    let mut places = vec![found.len(); key.len(store)];
    for (place, (_, of)) in found.iter().enumerate() {
        of.codes.iter().for_each(|&code| places[code as usize] = place);
    }
    let mut counts = vec![0_u64; (found.len() + 1) * width];
    for (codes, edges) in codes.iter().zip(layout.edges()) {
        for (bucket, pair) in edges.windows(2).enumerate() {
            codes[pair[0]..pair[1]].iter().for_each(|&code| counts[places[code as usize] * width + bucket] += 1);
        }
    }
    let column = |place: usize| Values::Whole(counts[place * width..(place + 1) * width].iter().copied().map(Some).collect());
    let columns = found.into_iter().enumerate().map(|(place, (group, _))| (group, column(place)));
    (columns.collect(), total)
}
