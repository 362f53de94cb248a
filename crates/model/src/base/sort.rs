//! One sort for all that is small or nearly in order: a merge sort of places, compiled once, whatever is compared.

use core::cmp::Ordering;

/// Runs shorter than this are filled up by insertion.
const RUN: usize = 12;

/// Compares the elements at two places.
pub type Compare<'a> = &'a mut dyn FnMut(u32, u32) -> Ordering;

/// The places `0..n` in the order of `compare`; equals keep theirs. Runs that are in order already, forwards or backwards, cost a single look.
pub fn sorted_indices(n: usize, compare: Compare<'_>) -> Vec<u32> {
    let mut places: Vec<u32> = (0..n as u32).collect();
    sort_indices_by(&mut places, compare);
    places
}

/// Brings values into the order of `compare`; equals keep theirs.
pub fn sort_by<T>(values: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let mut order = sorted_indices(values.len(), &mut |a, b| compare(&values[a as usize], &values[b as usize]));
    // Along each cycle of the permutation.
    for start in 0..values.len() {
        let mut at = start;
        while order[at] as usize != start {
            let from = order[at] as usize;
            values.swap(at, from);
            order[at] = at as u32;
            at = from;
        }
        order[at] = at as u32;
    }
}

/// Brings places into the order of `compare`; equals keep theirs.
pub fn sort_indices_by(places: &mut [u32], compare: Compare<'_>) {
    let n = places.len();
    // Ends of runs in order.
    let mut ends: Vec<usize> = Vec::new();
    let mut start = 0;
    while start < n {
        let end = run(places, start, compare);
        ends.push(end);
        start = end;
    }
    let mut spare: Vec<u32> = Vec::new();
    while ends.len() > 1 {
        let (mut kept, mut start) = (0, 0);
        for pair in 0..ends.len().div_ceil(2) {
            let middle = ends[2 * pair];
            let end = ends.get(2 * pair + 1).copied().unwrap_or(middle);
            merge(&mut places[start..end], middle - start, &mut spare, compare);
            ends[kept] = end;
            kept += 1;
            start = end;
        }
        ends.truncate(kept);
    }
}

/// Makes a run in order from `start` on; gives its end.
fn run(places: &mut [u32], start: usize, compare: Compare<'_>) -> usize {
    let n = places.len();
    let mut end = start + 1;
    if end < n && compare(places[end - 1], places[end]).is_gt() {
        // Strictly downwards, so that turning it round parts no equals.
        while end < n && compare(places[end - 1], places[end]).is_gt() {
            end += 1;
        }
        places[start..end].reverse();
    }
    while end < n && compare(places[end - 1], places[end]).is_le() {
        end += 1;
    }
    while end < n && end - start < RUN {
        let place = places[end];
        let mut at = end;
        while at > start && compare(places[at - 1], place).is_gt() {
            places[at] = places[at - 1];
            at -= 1;
        }
        places[at] = place;
        end += 1;
    }
    end
}

/// Merges two neighbouring runs.
fn merge(places: &mut [u32], middle: usize, spare: &mut Vec<u32>, compare: Compare<'_>) {
    if middle == 0 || middle == places.len() || compare(places[middle - 1], places[middle]).is_le() {
        return;
    }
    spare.clear();
    spare.extend_from_slice(&places[..middle]);
    let (mut left, mut right, mut at) = (0, middle, 0);
    while left < spare.len() && right < places.len() {
        if compare(places[right], spare[left]).is_lt() {
            places[at] = places[right];
            right += 1;
        } else {
            places[at] = spare[left];
            left += 1;
        }
        at += 1;
    }
    let rest = spare.len() - left;
    places[at..at + rest].copy_from_slice(&spare[left..]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_in_order_takes_a_look_at_each() {
        for values in [(0..1000).collect::<Vec<i32>>(), (0..1000).rev().collect(), vec![7; 1000]] {
            let mut looks = 0;
            sorted_indices(values.len(), &mut |a, b| {
                looks += 1;
                values[a as usize].cmp(&values[b as usize])
            });
            assert!(looks <= 1001, "{looks}");
        }
    }

    proptest! {
        #[test]
        fn orders_as_the_standard_library_does(
            values in prop::collection::vec(0..50_u8, 0..300),
            descending in any::<bool>(),
            pieces in 1..5_usize,
        ) {
            // Pieces in order, as feeds put end to end have them.
            let mut values: Vec<(u8, usize)> = values.into_iter().zip(0..).collect();
            let piece = values.len() / pieces + 1;
            if pieces > 1 {
                values.chunks_mut(piece).for_each(|piece| piece.sort());
            }
            let compare = |a: &(u8, usize), b: &(u8, usize)| if descending { b.0.cmp(&a.0) } else { a.0.cmp(&b.0) };
            let mut want = values.clone();
            want.sort_by(compare);
            sort_by(&mut values, compare);
            prop_assert_eq!(values, want);
        }
    }
}
