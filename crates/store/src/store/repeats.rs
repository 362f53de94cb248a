//! Finds calls that several members of a source hold: the same files twice, a file beside its packed copy, two records of the same traffic.

use super::builder::Builder;
use super::hash_index::mixed;
use super::snapshot::layout::numbers_of;
use super::{Codes, Ids, Numbers};
use crate::model::Dim;

/// A slot of the table that holds no group.
const FREE: u32 = u32::MAX;

/// Calls that are the same.
struct Group {
    /// The row met last.
    row: u32,
    /// How many the member of that row holds so far, and the most that a member before it holds.
    count: u32,
    before: u32,
}

/// What distinguishes calls: their request ids, or where they have none, all columns.
struct Key<'a> {
    ids: &'a Ids,
    times: &'a [i64],
    codes: Vec<&'a Codes>,
    numbers: Vec<&'a Numbers>,
}

impl Key<'_> {
    fn hash(&self, row: usize) -> u64 {
        if let Some((shape, bytes)) = self.ids.raw(row) {
            let (words, rest) = bytes.as_chunks::<8>();
            let hash = words.iter().fold(u64::from(shape) + 1, |hash, word| mixed(hash, u64::from_le_bytes(*word)));
            return rest.iter().fold(hash, |hash, &byte| mixed(hash, u64::from(byte)));
        }
        let mut hash = mixed(0, self.times[row] as u64);
        for column in &self.codes {
            hash = mixed(hash, u64::from(column.get(row)));
        }
        for column in &self.numbers {
            hash = mixed(hash, column.get(row).unwrap_or(Numbers::ABSENT));
        }
        hash
    }

    fn same(&self, a: usize, b: usize) -> bool {
        let (id, other) = (self.ids.raw(a), self.ids.raw(b));
        if id.is_some() || other.is_some() {
            return id == other;
        }
        self.times[a] == self.times[b]
            && self.codes.iter().all(|column| column.get(a) == column.get(b))
            && self.numbers.iter().all(|column| column.get(a) == column.get(b))
    }
}

impl Builder {
    /// The rows of calls that a member before theirs holds too, ascending. `members`: the row that each begins with, ascending.
    ///
    /// Calls are the same if their request ids are, or where they have none, if every column is. Within one member nothing repeats: of calls that one
    /// member holds three times and another twice, three remain.
    pub fn repeats(&mut self, members: &[usize]) -> Vec<u32> {
        let mut starts = members.to_vec();
        starts.dedup();
        starts.retain(|&start| start > 0 && start < self.len());
        if starts.is_empty() {
            return Vec::new();
        }
        self.flush();
        let store = &self.store;
        let dims = Dim::ALL.into_iter().filter(|dim| !matches!(dim, Dim::Service | Dim::ServiceType));
        let dims = dims.map(|dim| &store.dims[dim.index()]);
        let mut codes: Vec<&Codes> =
            dims.chain([&self.service, &store.status, &store.error, &store.stream, &store.media, &store.labels.rows]).collect();
        codes.retain(|column| !matches!(column, Codes::Same(..)));
        let mut numbers = numbers_of(store).to_vec();
        numbers.retain(|column| !column.all_absent());
        let key = Key { ids: &store.request_ids, times: &self.times, codes, numbers };

        // At most three quarters full.
        let slots = (self.times.len() * 4 / 3 + 1).next_power_of_two();
        let mut table = vec![FREE; slots];
        let mut groups: Vec<Group> = Vec::new();
        let mut repeats = Vec::new();
        let mut starts = starts.into_iter().peekable();
        let mut start = 0;
        for row in 0..self.times.len() {
            start = starts.next_if_eq(&row).unwrap_or(start);
            let hash = key.hash(row);
            let mut at = (hash ^ hash >> 32) as usize & (slots - 1);
            let group = loop {
                match groups.get_mut(table[at] as usize) {
                    None => {
                        table[at] = groups.len() as u32;
                        groups.push(Group { row: row as u32, count: 1, before: 0 });
                        break None;
                    }
                    Some(group) if key.same(group.row as usize, row) => break Some(group),
                    Some(_) => at = (at + 1) & (slots - 1),
                }
            };
            let Some(group) = group else { continue };
            if (group.row as usize) < start {
                group.before = group.before.max(group.count);
                group.count = 0;
            }
            group.row = row as u32;
            group.count += 1;
            if group.count <= group.before {
                repeats.push(row as u32);
            }
        }
        repeats
    }

    /// Orders the calls but these rows (ascending) and closes the store.
    pub fn finish_without(self, rows: &[u32]) -> super::Store {
        let mut rows = rows.iter().peekable();
        let kept = (0..self.len() as u32).filter(|row| rows.next_if_eq(&row).is_none()).collect();
        self.ordered(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::snapshot::tests::{Owned, bytes_of, owned};
    use proptest::prelude::*;

    /// Calls without a twin in what is left of the members before: those are taken out one by one.
    fn naive(members: &[Vec<Owned>]) -> (Vec<Owned>, usize) {
        let same = |a: &Owned, b: &Owned| {
            let (a, b) = (a.call(), b.call());
            if a.request_id == Some("") && b.request_id == Some("") { a == b } else { a.request_id == b.request_id }
        };
        let (mut once, mut repeats) = (Vec::<Owned>::new(), 0);
        for member in members {
            let (mut left, mut new) = (once.clone(), Vec::new());
            for call in member {
                match left.iter().position(|known| same(known, call)) {
                    Some(at) => {
                        left.remove(at);
                        repeats += 1;
                    }
                    None => new.push(call.clone()),
                }
            }
            once.extend(new);
        }
        (once, repeats)
    }

    fn built<'a>(calls: impl IntoIterator<Item = &'a Owned>) -> Builder {
        let mut builder = Builder::new();
        calls.into_iter().for_each(|call| builder.push(&call.call()).expect("no limit is near"));
        builder
    }

    /// Types are services', not calls'.
    fn of_one_type(mut calls: Vec<Owned>) -> Vec<Owned> {
        calls.iter_mut().for_each(|call| call.commercial = false);
        calls
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

        #[test]
        fn what_several_members_hold_is_found_as_by_comparing_each_with_each(
            pool in prop::collection::vec(owned(), 1..12).prop_map(of_one_type),
            ids in 0..3usize,
            members in prop::collection::vec(prop::collection::vec(any::<prop::sample::Index>(), 0..60), 1..5),
        ) {
            let mut pool = pool;
            for (i, call) in pool.iter_mut().enumerate() {
                call.texts[5] = match ids {
                    0 => String::new(),
                    // Of one shape, some shared and some missing.
                    1 if i % 4 > 0 => format!("req-{:08x}", i / 2 * 77),
                    // Of any.
                    2 => ["", "a", "b", "中"][i % 4].to_owned(),
                    _ => String::new(),
                };
            }
            let members: Vec<Vec<Owned>> =
                members.iter().map(|member| member.iter().map(|at| pool[at.index(pool.len())].clone()).collect()).collect();
            let starts: Vec<usize> =
                members.iter().scan(0, |start, member| Some(core::mem::replace(start, *start + member.len()))).collect();
            let (once, repeated) = naive(&members);
            let mut all = built(members.iter().flatten());
            let repeats = all.repeats(&starts);
            prop_assert_eq!(repeats.len(), repeated);
            let seen = all.finish_without(&repeats);
            let wanted = built(&once).finish();
            // Texts that no call has any more stay in the dictionaries, so codes may differ: calls are compared.
            let rows = |store: &crate::store::Store| {
                let mut list = Vec::new();
                for service in 0..store.services() {
                    for row in store.service_rows(service).unwrap_or_default() {
                        list.push(format!("{:?}", store.call(service, row, &mut String::new())));
                    }
                }
                list.sort();
                list
            };
            prop_assert_eq!(rows(&seen), rows(&wanted));
        }
    }

    #[test]
    fn within_one_member_nothing_repeats() {
        let call = |id: &str| {
            let mut builder = Builder::new();
            for _ in 0..3 {
                builder.push(&crate::model::Call { service: "s", request_id: Some(id), ..Default::default() }).expect("room");
            }
            builder
        };
        for id in ["", "req-00000001"] {
            assert_eq!(call(id).repeats(&[0]), [0u32; 0]);
            // Members without a call in front, between and behind change nothing.
            assert_eq!(call(id).repeats(&[0, 0, 3, 3]), [0u32; 0]);
            // One of the first, two of the second: two remain.
            assert_eq!(call(id).repeats(&[0, 1]), [1]);
            assert_eq!(bytes_of(&call(id).finish_without(&[])), bytes_of(&call(id).finish()));
        }
    }
}
