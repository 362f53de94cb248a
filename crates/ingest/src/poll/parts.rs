//! Which parts of a feed are held, which a view needs, and which may have changed.

use super::manifest::{Manifest, Part};
use super::revalidation::Revalidation;
use crate::model::Range;
use crate::model::range::MINUTE_MS;
use std::collections::BTreeMap;

/// A file may still be written this long after its span has ended. One that was read later is requested again only where the manifest says
/// that it changed.
pub const SETTLES_MS: i64 = 10 * MINUTE_MS;

/// Number of a part, for as long as its feed is shown.
pub type Id = u32;

/// A part that is held.
#[derive(Clone, Debug)]
struct HeldPart {
    revalidation: Revalidation,
    /// As the manifest had it then.
    entry: Part,
    /// When it was last known to be as it is held, epoch milliseconds.
    read_ms: i64,
}

#[derive(Clone, Debug)]
struct Known {
    part: Part,
    /// The manifest still has it.
    listed: bool,
    held: Option<HeldPart>,
    failed: bool,
}

/// See the module's text.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    all: Vec<Known>,
    by_url: BTreeMap<String, Id>,
    /// What is looked at, the most wanted first.
    ranges: Vec<Range>,
}

/// How many parts there are, by what is known of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// In the manifest.
    pub listed: u32,
    /// Read.
    pub held: u32,
    /// That touch what is looked at.
    pub needed: u32,
    /// Of those, read.
    pub here: u32,
    /// Of those, not to be had.
    pub failed: u32,
}

impl Parts {
    /// The parts of a manifest, none of them read.
    pub fn new(manifest: Manifest) -> Self {
        let mut parts = Self::default();
        parts.relist(manifest);
        parts
    }

    /// Takes a newer manifest over; the parts that are held and no longer in it.
    pub fn relist(&mut self, manifest: Manifest) -> Vec<Id> {
        for known in &mut self.all {
            known.listed = false;
        }
        for part in manifest.parts {
            match self.by_url.get(&part.url) {
                Some(&id) => {
                    let known = &mut self.all[id as usize];
                    known.listed = true;
                    known.part = part;
                }
                None => {
                    self.by_url.insert(part.url.clone(), self.all.len() as Id);
                    self.all.push(Known { part, listed: true, held: None, failed: false });
                }
            }
        }
        let gone: Vec<Id> = self.ids().filter(|&id| !self.of(id).listed && self.of(id).held.is_some()).collect();
        for &id in &gone {
            self.all[id as usize].held = None;
        }
        gone
    }

    /// Says what is looked at, the most wanted first; true where parts of it are missing that were not wanted before.
    pub fn look_at(&mut self, ranges: Vec<Range>) -> bool {
        let before = self.next_missing();
        self.ranges = ranges;
        self.next_missing() != before && self.next_missing().is_some()
    }

    /// The part to read next: of the most wanted range that lacks one, the newest.
    pub fn next_missing(&self) -> Option<Id> {
        self.ranges
            .iter()
            .find_map(|&range| self.newest(|known| known.held.is_none() && !known.failed && touches(&known.part, range)))
    }

    /// The newest part of all that is neither held nor failed: to begin with, before anything is looked at.
    pub fn newest_missing(&self) -> Option<Id> {
        self.newest(|known| known.held.is_none() && !known.failed)
    }

    fn newest(&self, fits: impl Fn(&Known) -> bool) -> Option<Id> {
        let fitting = self.ids().filter(|&id| self.of(id).listed && fits(self.of(id)));
        fitting.max_by_key(|&id| (self.of(id).part.to_ms, self.of(id).part.from_ms))
    }

    /// Held parts that may have changed: those the manifest says so of, and those whose span has not been over for long when they were read.
    pub fn due(&self) -> Vec<Id> {
        let is_due = |id: &Id| {
            let known = self.of(*id);
            let Some(held) = known.held.as_ref().filter(|_| known.listed) else { return false };
            if known.part.etag.as_ref().is_some_and(|etag| held.revalidation.has_etag(etag)) {
                return false;
            }
            known.part != held.entry || held.read_ms < known.part.to_ms + SETTLES_MS
        };
        self.ids().filter(is_due).collect()
    }

    /// A part was read, or is known to be as it is held.
    pub fn read(&mut self, id: Id, revalidation: Revalidation, now_ms: i64) {
        if let Some(known) = self.all.get_mut(id as usize) {
            known.failed = false;
            known.held = Some(HeldPart { revalidation, entry: known.part.clone(), read_ms: now_ms });
        }
    }

    /// A part that was missing could not be had, or found no room.
    pub fn failed(&mut self, id: Id) {
        if let Some(known) = self.all.get_mut(id as usize) {
            known.failed = true;
            known.held = None;
        }
    }

    /// Parts that could not be had are tried again; true where there are any.
    pub fn try_again(&mut self) -> bool {
        let any = self.all.iter().any(|known| known.failed);
        self.all.iter_mut().for_each(|known| known.failed = false);
        any
    }

    /// What is remembered of a part that is held.
    pub fn revalidation(&self, id: Id) -> Option<&Revalidation> {
        self.all.get(id as usize)?.held.as_ref().map(|held| &held.revalidation)
    }

    /// What the manifest says of a part.
    pub fn part(&self, id: Id) -> Option<&Part> {
        self.all.get(id as usize).map(|known| &known.part)
    }

    /// Counts for the page.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for known in self.all.iter().filter(|known| known.listed) {
            let needed = u32::from(self.ranges.iter().any(|&range| touches(&known.part, range)));
            let held = u32::from(known.held.is_some());
            counts.listed += 1;
            counts.held += held;
            counts.needed += needed;
            counts.here += needed & held;
            counts.failed += needed & u32::from(known.failed);
        }
        counts
    }

    fn ids(&self) -> impl Iterator<Item = Id> {
        0..self.all.len() as Id
    }

    fn of(&self, id: Id) -> &Known {
        &self.all[id as usize]
    }
}

impl Counts {
    /// Figures of what is looked at lack calls.
    pub fn is_partial(self) -> bool {
        self.here < self.needed
    }

    /// Parts of what is looked at are still to come.
    pub fn is_loading(self) -> bool {
        self.here + self.failed < self.needed
    }
}

fn touches(part: &Part, range: Range) -> bool {
    part.from_ms < range.to_ms && part.to_ms > range.from_ms
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::poll::{Lines, ResponseHead};
    use proptest::prelude::*;

    fn part(hour: i64) -> Part {
        Part { url: format!("{hour}.ndjson"), from_ms: hour * 3_600_000, to_ms: (hour + 1) * 3_600_000, ..Part::default() }
    }

    fn range(from: i64, to: i64) -> Range {
        Range { from_ms: from * 3_600_000, to_ms: to * 3_600_000 }
    }

    fn tagged(etag: &'static str) -> Revalidation {
        Revalidation::new(Lines::default(), ResponseHead { status: 200, etag: Some(etag), ..ResponseHead::default() }, false)
    }

    fn order(parts: &mut Parts, now_ms: i64) -> Vec<String> {
        let mut order = Vec::new();
        while let Some(id) = parts.next_missing() {
            order.extend(parts.part(id).map(|part| part.url.clone()));
            parts.read(id, Revalidation::default(), now_ms);
        }
        order
    }

    #[test]
    fn only_what_is_looked_at_is_read_newest_first() {
        let mut parts = Parts::new(Manifest { parts: (0..24).map(part).collect() });
        assert_eq!((parts.next_missing(), parts.newest_missing()), (None, Some(23)));
        // An instant on the edge belongs to the part that begins with it.
        assert!(parts.look_at(vec![range(20, 22), range(18, 20)]));
        assert!(parts.counts().is_partial() && parts.counts().is_loading());
        assert_eq!(order(&mut parts, 0), ["21.ndjson", "20.ndjson", "19.ndjson", "18.ndjson"]);
        assert_eq!(parts.counts(), Counts { listed: 24, held: 4, needed: 4, here: 4, failed: 0 });
        // A wider range reads what is new in it; a narrower one nothing.
        assert!(parts.look_at(vec![range(16, 22)]));
        assert_eq!(order(&mut parts, 0), ["17.ndjson", "16.ndjson"]);
        assert!(!parts.look_at(vec![range(21, 22)]));
        assert!(!parts.counts().is_partial());
    }

    #[test]
    fn one_that_cannot_be_had_is_said_and_tried_again() {
        let mut parts = Parts::new(Manifest { parts: (0..2).map(part).collect() });
        parts.look_at(vec![range(0, 2)]);
        parts.failed(1);
        assert_eq!(parts.next_missing(), Some(0));
        parts.read(0, Revalidation::default(), 0);
        let counts = parts.counts();
        assert!(counts.is_partial() && !counts.is_loading() && parts.next_missing().is_none());
        assert!(parts.try_again() && parts.next_missing() == Some(1));
        parts.read(1, Revalidation::default(), 0);
        assert!(!parts.try_again() && !parts.counts().is_partial());
    }

    #[test]
    fn a_part_is_asked_for_again_until_its_span_is_well_over_or_its_tag_says_no() {
        let mut parts = Parts::new(Manifest { parts: vec![part(0)] });
        let end = part(0).to_ms;
        parts.read(0, tagged("\"a\""), end + SETTLES_MS - 1);
        assert_eq!(parts.due(), [0]);
        parts.read(0, tagged("\"a\""), end + SETTLES_MS);
        assert!(parts.due().is_empty());
        // It is over, but the manifest says that it changed after all.
        parts.relist(Manifest { parts: vec![Part { calls: Some(8), ..part(0) }] });
        assert_eq!(parts.due(), [0]);
        parts.relist(Manifest { parts: vec![Part { etag: Some("\"a\"".into()), ..part(0) }] });
        assert!(parts.due().is_empty());
        parts.relist(Manifest { parts: vec![Part { etag: Some("\"b\"".into()), ..part(0) }] });
        assert_eq!(parts.due(), [0]);
    }

    #[test]
    fn what_leaves_the_manifest_is_let_go() {
        let mut parts = Parts::new(Manifest { parts: vec![part(0), part(1)] });
        parts.look_at(vec![range(0, 9)]);
        parts.read(0, Revalidation::default(), 0);
        assert_eq!(parts.relist(Manifest { parts: vec![part(1), part(2)] }), [0]);
        assert_eq!(order(&mut parts, 0), ["2.ndjson", "1.ndjson"]);
        assert_eq!(parts.counts().listed, 2);
        // Listed again, it is read again.
        parts.relist(Manifest { parts: vec![part(0), part(1), part(2)] });
        assert_eq!(parts.next_missing(), Some(0));
    }

    proptest! {
        #[test]
        fn what_is_needed_is_read_once_each_and_nothing_else(
            views in prop::collection::vec((0_i64..48, 1_i64..20), 1..8),
        ) {
            let mut parts = Parts::new(Manifest { parts: (0..48).map(part).collect() });
            let mut read = Vec::new();
            let mut wanted = std::collections::BTreeSet::new();
            for (from, hours) in views {
                let view = range(from, from + hours);
                parts.look_at(vec![view]);
                wanted.extend((from..(from + hours).min(48)).map(|hour| format!("{hour}.ndjson")));
                read.extend(order(&mut parts, 0));
                prop_assert!(!parts.counts().is_partial());
            }
            read.sort();
            prop_assert_eq!(read, wanted.into_iter().collect::<Vec<_>>());
        }
    }
}
