//! A source read in several pieces at once: the calls of one builder behind those of another, as if they had been pushed one by one.

use super::builder::{Builder, Refusal, numbers_mut};
use super::ids::{EMPTY, Packed, SHAPES_MAX, code_of};
use super::kept::layout::numbers_of;
use super::{Codes, Dict, Ids, Numbers, Picked, Store};
use crate::model::limits::{CALLS_MAX, DIM_VALUES_MAX};
use crate::model::{Dim, ServiceType};

/// Rows handed from one column to another at a time.
const PIECE: usize = 1024;

/// So many rows, in pieces.
fn pieces(rows: usize) -> impl Iterator<Item = Picked<'static>> {
    (0..rows).step_by(PIECE).map(move |from| Picked::Run(from..rows.min(from + PIECE)))
}

impl Codes {
    /// Appends the codes of another column, each as `codes` has it at its place; as it is where `codes` is shorter.
    pub(super) fn append(&mut self, other: &Self, codes: &[u32]) {
        let mut room = Vec::with_capacity(PIECE);
        for rows in pieces(other.len()) {
            other.read(&rows, &mut room);
            for code in &mut room {
                *code = codes.get(*code as usize).copied().unwrap_or(*code);
            }
            self.extend(&room);
        }
    }
}

impl Numbers {
    /// Appends the numbers of another column.
    fn append(&mut self, other: &Self) {
        let mut room = Vec::with_capacity(PIECE);
        for rows in pieces(other.len()) {
            other.read(&rows, &mut room);
            self.extend(&room);
        }
    }
}

impl Ids {
    /// Appends the texts of another column.
    fn append(&mut self, other: &Self) {
        if let (Self::Packed(mine), Self::Packed(others)) = (&mut *self, other)
            && mine.append(others)
        {
            return;
        }
        (0..other.len()).for_each(|row| self.push(&other.get(row)));
    }
}

impl Packed {
    /// Appends those of another column; false, and nothing appended, where not all of them have a place here.
    fn append(&mut self, other: &Self) -> bool {
        if other.shapes.is_empty() {
            (0..other.codes.len()).for_each(|_| {
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
        self.codes.append(&other.codes, &codes);
        self.bytes.extend_from_slice(&other.bytes);
        true
    }
}

impl Dict {
    /// Takes the texts of another in; their codes here, by their codes there.
    fn take(&mut self, other: &Self) -> Vec<u32> {
        (0..other.len() as u32).map(|code| self.intern(other.get(code))).collect()
    }
}

impl Builder {
    /// Appends the calls of another builder, which come behind these in the source.
    ///
    /// # Errors
    /// Where a limit may be reached by it: some of the calls might have to be refused, which pushing them one by one tells. Nothing is appended then.
    pub fn append(&mut self, mut other: Self) -> Result<(), Refusal> {
        other.flush();
        let services = self.take_in(&other.store, other.len())?;
        self.service.append(&other.service, &services);
        self.times.append(&mut other.times);
        Ok(())
    }

    /// Appends the calls of a store, which come behind these in the source. Its rows are not in the order of its source any more, yet calls of one
    /// service and one instant are, which is all that is left of that order once a store is closed.
    ///
    /// # Errors
    /// As for [`Builder::append`].
    pub fn append_store(&mut self, other: &Store) -> Result<(), Refusal> {
        let services = self.take_in(other, other.len())?;
        let mut room = Vec::with_capacity(PIECE);
        for (rows, &code) in other.service_rows.iter().zip(&services) {
            for piece in pieces(rows.len()) {
                room.clear();
                room.resize(piece.len(), code);
                self.service.extend(&room);
            }
        }
        let mut times = Vec::new();
        other.times.read(0..other.len(), &mut times);
        self.times.append(&mut times);
        Ok(())
    }

    /// Appends all columns but times and services; the codes of the other's services here, by their codes there.
    fn take_in(&mut self, other: &Store, calls: usize) -> Result<Vec<u32>, Refusal> {
        if self.len() + calls > CALLS_MAX {
            return Err(Refusal::TooManyCalls);
        }
        let dicts = |of: &Store, dim: Dim| of.dict(dim).len();
        if let Some(dim) = Dim::ALL.into_iter().find(|&dim| dicts(&self.store, dim) + dicts(other, dim) >= DIM_VALUES_MAX) {
            return Err(Refusal::TooManyValues(dim));
        }
        self.flush();
        let mut services = Vec::new();
        for dim in Dim::ALL {
            let place = dim.index();
            let codes = self.store.dicts[place].take(&other.dicts[place]);
            if dim == Dim::Service {
                self.take_kinds(&other.service_kinds, &codes);
                services = codes;
            } else {
                self.store.dims[place].append(&other.dims[place], &codes);
            }
        }
        let statuses: Vec<u32> = other.statuses.iter().map(|&status| self.status(status)).collect();
        self.store.status.append(&other.status, &statuses);
        let errors: Vec<u32> = other.errors.iter().map(|(code, message)| self.error(code, message)).collect();
        let s = &mut self.store;
        s.error.append(&other.error, &errors);
        s.stream.append(&other.stream, &[]);
        s.media.append(&other.media, &[]);
        s.request_ids.append(&other.request_ids);
        for (mine, others) in numbers_mut(s).into_iter().zip(numbers_of(other)) {
            mine.append(others);
        }
        Ok(services)
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
    use crate::store::kept::tests::{Owned, bytes_of, owned};
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
            let (mut whole, mut of_stores) = (Builder::new(), Builder::new());
            for cut in cuts_of(&cuts, calls.len()).windows(2) {
                let piece = || pushed(&calls[cut[0]..cut[1]]);
                whole.append(piece()).expect("no limit is near");
                of_stores.append_store(&piece().finish()).expect("no limit is near");
            }
            // What comes behind is taken in as ever.
            let more = calls.first().cloned();
            let mut one_pass = pushed(&calls);
            for call in more.iter().chain(calls.last()) {
                whole.push(&call.call()).expect("no limit is near");
                of_stores.push(&call.call()).expect("no limit is near");
                one_pass.push(&call.call()).expect("no limit is near");
            }
            let one_pass = bytes_of(&one_pass.finish());
            prop_assert_eq!(&bytes_of(&whole.finish()), &one_pass);
            prop_assert_eq!(&bytes_of(&of_stores.finish()), &one_pass);
        }
    }
}
