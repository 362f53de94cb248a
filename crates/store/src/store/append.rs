//! Merges the calls of one builder into another, as if they had been pushed one by one: a source
//! may be parsed in several segments at once.

use super::builder::{Builder, Refusal, numbers_mut};
use super::ids::{EMPTY, Packed, SHAPES_MAX, code_of};
use super::snapshot::layout::numbers_of;
use super::{Codes, Dict, Ids, Numbers, RowSelection, Store};
use crate::model::limits::{CALLS_MAX, DIM_VALUES_MAX};
use crate::model::{Dim, ServiceType};
use core::ops::Range as Rows;

/// Rows passed from one column to another at a time.
const PIECE: usize = 1024;

/// These rows, in pieces.
fn pieces(rows: Rows<usize>) -> impl Iterator<Item = RowSelection<'static>> {
    let end = rows.end;
    rows.step_by(PIECE).map(move |from| RowSelection::Run(from..end.min(from + PIECE)))
}

impl Codes {
    /// Appends the codes of another column's rows, each as `codes` has it at its place; as it is where `codes` is shorter.
    fn append(&mut self, other: &Self, rows: Rows<usize>, codes: &[u32]) {
        let mut room = Vec::with_capacity(PIECE);
        for rows in pieces(rows) {
            other.read(&rows, &mut room);
            for code in &mut room {
                *code = codes.get(*code as usize).copied().unwrap_or(*code);
            }
            self.extend(&room);
        }
    }
}

impl Numbers {
    /// Appends the numbers of another column's rows.
    fn append(&mut self, other: &Self, rows: Rows<usize>) {
        let mut room = Vec::with_capacity(PIECE);
        for rows in pieces(rows) {
            other.read(&rows, &mut room);
            self.extend(&room);
        }
    }
}

impl Ids {
    /// Appends the texts of another column's rows.
    fn append(&mut self, other: &Self, rows: Rows<usize>) {
        if let (Self::Packed(mine), Self::Packed(others)) = (&mut *self, other)
            && mine.append(others, rows.clone())
        {
            return;
        }
        rows.for_each(|row| self.push(&other.get(row)));
    }
}

impl Packed {
    /// Appends those of another column's rows; false, and nothing appended, where not all of them have a place here.
    fn append(&mut self, other: &Self, rows: Rows<usize>) -> bool {
        if other.shapes.is_empty() {
            rows.for_each(|_| {
                self.push("");
            });
            return true;
        }
        let new = other.shapes.iter().filter(|shape| !self.shapes.contains(shape)).count();
        if self.shapes.len() + new > SHAPES_MAX || (!self.shapes.is_empty() && self.width != other.width) {
            return false;
        }
        if self.shapes.is_empty() {
            self.begin(other.width);
        }
        let mut codes = vec![0, EMPTY];
        for (place, shape) in other.shapes.iter().enumerate() {
            let here = self.shapes.iter().position(|known| known == shape).unwrap_or(self.shapes.len());
            if here == self.shapes.len() {
                self.shapes.push(shape.clone());
            }
            codes.resize(codes.len().max(code_of(place) as usize + 1), 0);
            codes[code_of(place) as usize] = code_of(here);
        }
        self.codes.append(&other.codes, rows.clone(), &codes);
        self.bytes.extend_from_slice(&other.bytes[rows.start * other.width..rows.end * other.width]);
        true
    }
}

impl Dict {
    /// Takes the texts of another in; their codes here, by their codes there.
    fn take(&mut self, other: &Self) -> Vec<u32> {
        (0..other.len() as u32).map(|code| self.intern(other.get(code))).collect()
    }
}

/// What the codes of a store are in the builder that it is appended to.
#[derive(Debug)]
pub struct Appending {
    dims: [Vec<u32>; Dim::COUNT],
    statuses: Vec<u32>,
    errors: Vec<u32>,
    labels: Vec<u32>,
}

impl Builder {
    /// Appends the calls of another builder, which follow these in the source.
    ///
    /// # Errors
    /// Where a limit may be reached by it: some of the calls might have to be refused, which pushing them one by one shows. Nothing is appended then.
    pub fn append(&mut self, mut other: Self) -> Result<(), Refusal> {
        other.flush();
        let appending = self.begin_append(&other.store, other.len())?;
        self.append_columns(&other.store, &appending, 0..other.len());
        self.service.append(&other.service, 0..other.len(), &appending.dims[Dim::Service.index()]);
        self.times.append(&mut other.times);
        Ok(())
    }

    /// Appends the calls of a store, which follow these in the source. Its rows are not in the order of its source any more, yet calls of one
    /// service and one instant are, which is all that is left of that order once a store is closed.
    ///
    /// # Errors
    /// As for [`Builder::append`].
    pub fn append_store(&mut self, other: &Store) -> Result<(), Refusal> {
        let appending = self.begin_append(other, other.len())?;
        self.append_rows(other, &appending, 0..other.len());
        Ok(())
    }

    /// Makes ready for `calls` of a store's calls.
    ///
    /// # Errors
    /// As for [`Builder::append`].
    pub fn begin_append(&mut self, other: &Store, calls: usize) -> Result<Appending, Refusal> {
        if self.len() + calls > CALLS_MAX {
            return Err(Refusal::TooManyCalls);
        }
        let dicts = |of: &Store, dim: Dim| of.dict(dim).len();
        if let Some(dim) = Dim::ALL.into_iter().find(|&dim| dicts(&self.store, dim) + dicts(other, dim) >= DIM_VALUES_MAX) {
            return Err(Refusal::TooManyValues(dim));
        }
        self.flush();
        let dims = core::array::from_fn(|place| self.store.dicts[place].take(&other.dicts[place]));
        self.take_kinds(&other.service_kinds, &dims[Dim::Service.index()]);
        let statuses = other.statuses.iter().map(|&status| self.status(status)).collect();
        let errors = other.errors.iter().map(|(code, message)| self.error(code, message)).collect();
        let labels =
            (0..other.labels.sets.len() as u32).map(|set| self.store.labels.intern(other.labels.sets.get(set))).collect();
        Ok(Appending { dims, statuses, errors, labels })
    }

    /// Appends these rows of a store that was made ready for.
    pub fn append_rows(&mut self, other: &Store, appending: &Appending, rows: Rows<usize>) {
        self.append_columns(other, appending, rows.clone());
        let mut room = Vec::with_capacity(PIECE);
        for (of_service, &code) in other.service_rows.iter().zip(&appending.dims[Dim::Service.index()]) {
            for piece in pieces(of_service.start.max(rows.start)..of_service.end.min(rows.end)) {
                room.clear();
                room.resize(piece.len(), code);
                self.service.extend(&room);
            }
        }
        let mut times = Vec::new();
        other.times.read(rows, &mut times);
        self.times.append(&mut times);
    }

    /// Appends rows of all columns but times and services.
    fn append_columns(&mut self, other: &Store, appending: &Appending, rows: Rows<usize>) {
        self.flush();
        let s = &mut self.store;
        // Services, and with them their types, have no column here.
        for dim in Dim::ALL.into_iter().filter(|dim| !matches!(dim, Dim::Service | Dim::ServiceType)) {
            let place = dim.index();
            s.dims[place].append(&other.dims[place], rows.clone(), &appending.dims[place]);
        }
        s.status.append(&other.status, rows.clone(), &appending.statuses);
        s.error.append(&other.error, rows.clone(), &appending.errors);
        s.stream.append(&other.stream, rows.clone(), &[]);
        s.media.append(&other.media, rows.clone(), &[]);
        s.labels.rows.append(&other.labels.rows, rows.clone(), &appending.labels);
        for (mine, others) in numbers_mut(s).into_iter().zip(numbers_of(other)) {
            mine.append(others, rows.clone());
        }
        s.request_ids.append(&other.request_ids, rows);
    }

    /// One service, one type: where either knows it as commercial, it is.
    fn take_kinds(&mut self, kinds: &[ServiceType], codes: &[u32]) {
        for (&kind, &code) in kinds.iter().zip(codes) {
            let known = &mut self.store.service_kinds;
            if known.len() <= code as usize {
                known.resize(code as usize + 1, ServiceType::My);
            }
            if kind == ServiceType::Commercial {
                known[code as usize] = kind;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::snapshot::tests::{Owned, bytes_of, owned};
    use proptest::prelude::*;

    fn pushed(calls: &[Owned]) -> Builder {
        let mut builder = Builder::new();
        calls.iter().for_each(|call| builder.push(&call.call()).expect("no limit is near"));
        builder
    }

    /// Cuts of so many calls, ascending, the first 0, the last behind all of them.
    fn cuts_of(cuts: &[prop::sample::Index], calls: usize) -> Vec<usize> {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(calls + 1)).collect();
        cuts.extend([0, calls]);
        cuts.sort_unstable();
        cuts
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

        #[test]
        fn pieces_put_together_are_what_one_pass_makes(
            calls in prop::collection::vec(owned(), 0..600),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..5),
            plain_ids in any::<bool>(),
        ) {
            let mut calls = calls;
            for (i, call) in calls.iter_mut().enumerate().filter(|_| !plain_ids) {
                // Ids of two shapes of one width; the first of all have none.
                let id = if i % 7 == 0 { format!("req-{:08x}", i * 77) } else { format!("{:08x}-x", i * 7777) };
                call.texts[5] = if i < 40 { String::new() } else { id };
            }
            let (mut whole, mut of_stores, mut of_rows) = (Builder::new(), Builder::new(), Builder::new());
            let all = pushed(&calls).finish();
            for cut in cuts_of(&cuts, calls.len()).windows(2) {
                // Whether there are as many as were expected makes no difference.
                whole.expect(cut[1] * 2 % 700);
                let piece = || pushed(&calls[cut[0]..cut[1]]);
                whole.append(piece()).expect("no limit is near");
                of_stores.append_store(&piece().finish()).expect("no limit is near");
            }
            let appending = of_rows.begin_append(&all, all.len()).expect("no limit is near");
            cuts_of(&cuts, all.len()).windows(2).for_each(|cut| of_rows.append_rows(&all, &appending, cut[0]..cut[1]));
            // What follows is appended as usual.
            let more = calls.first().cloned();
            let mut one_pass = pushed(&calls);
            for call in more.iter().chain(calls.last()) {
                whole.push(&call.call()).expect("no limit is near");
                of_stores.push(&call.call()).expect("no limit is near");
                of_rows.push(&call.call()).expect("no limit is near");
                one_pass.push(&call.call()).expect("no limit is near");
            }
            let one_pass = bytes_of(&one_pass.finish());
            prop_assert_eq!(&bytes_of(&whole.finish()), &one_pass);
            prop_assert_eq!(&bytes_of(&of_stores.finish()), &one_pass);
            prop_assert_eq!(&bytes_of(&of_rows.finish()), &one_pass);
        }
    }
}
