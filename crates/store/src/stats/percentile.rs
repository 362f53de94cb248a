//! Exact percentiles by linear interpolation between closest ranks (Hyndman-Fan type 7, docs/spec.md, section 5), by selection instead of sorting.

/// Up to so many values are sorted by insertion.
const FEW: usize = 24;
/// Parts of each doubling that values are laid out over, as a power of two.
const BITS: u32 = 3;
/// Parts that there can be.
const PARTS: usize = ((u64::BITS - BITS + 1) as usize) << BITS;

/// The values at several quantiles (0 to 1, ascending); `None` without values. Leaves `values` in another order; `spare` is room to work in.
///
/// Quantile `q` of `n` values lies at rank `h = (n - 1) q` from 0, between the values at `floor(h)` and `floor(h) + 1`.
pub fn percentiles<const N: usize>(values: &mut [u64], quantiles: [f64; N], spare: &mut Vec<u64>) -> Option<[f64; N]> {
    if values.is_empty() {
        return None;
    }
    let places = places(values.len(), quantiles);
    let ranks = places.map(|place| place.ranks());
    if spare.len() < values.len() {
        spare.resize(values.len(), 0);
    }
    // All found in one pass over the values.
    settle(values, 0, ranks.as_flattened(), spare);
    Some(places.map(|place| place.between(values[place.rank], values[place.next])))
}

/// Where a quantile lies among values in ascending order.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The rank at or below it, from 0.
    rank: usize,
    /// The one behind that, where there is one.
    next: usize,
    /// How far it is from the first to the second, 0 to 1.
    between: f64,
}

impl Place {
    pub const fn ranks(&self) -> [usize; 2] {
        [self.rank, self.next]
    }

    /// The value there, given those at its ranks.
    pub fn between(self, low: u64, next: u64) -> f64 {
        let (low, next) = (low as f64, next as f64);
        if self.between > 0.0 { low + (next - low) * self.between } else { low }
    }
}

/// The places of quantiles among `n` values; there must be one.
pub fn places<const N: usize>(n: usize, quantiles: [f64; N]) -> [Place; N] {
    let last = n.saturating_sub(1);
    quantiles.map(|q| {
        let h = last as f64 * q.clamp(0.0, 1.0);
        let rank = h.floor() as usize;
        Place { rank, next: (rank + 1).min(last), between: h - rank as f64 }
    })
}

/// The value at a rank from 0, which must be one. Leaves `values` in another order.
pub fn at_rank(values: &mut [u64], rank: usize) -> u64 {
    settle(values, 0, &[rank], &mut vec![0; values.len()]);
    values[rank]
}

/// The middle one of some numbers, or what lies midway between the middle two; `None` of none.
pub fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    const SIGN: u64 = 1 << 63;
    // Whole numbers in the order of `f64::total_cmp`.
    let key = |bits: u64| if bits & SIGN == 0 { bits | SIGN } else { !bits };
    let value = |key: u64| f64::from_bits(if key & SIGN == 0 { !key } else { key ^ SIGN });
    let mut keys: Vec<u64> = values.map(|value| key(value.to_bits())).collect();
    let upper = keys.len() / 2;
    let lower = keys.len().checked_sub(1)? / 2;
    let mut spare = vec![0; keys.len()];
    settle(&mut keys, 0, &[lower, upper], &mut spare);
    Some(if lower == upper { value(keys[upper]) } else { f64::midpoint(value(keys[lower]), value(keys[upper])) })
}

/// The part that a value lies in by how far it is above the least: each number apart to begin with, then eight to a doubling. Lengths and durations
/// spread over orders of magnitude, so that such parts hold about as many each.
fn part(above: u64) -> usize {
    let doublings = (above >> BITS | 1).ilog2();
    // Where there is a doubling, the highest bit of what is left counts it on.
    ((doublings as usize) << BITS) + (above >> doublings) as usize
}

/// Brings the value of each of the ascending `ranks` to its place among all, of which `values` are those from `start` on; other ranks are passed over.
///
/// Lays the values out by their parts, counted beforehand, and goes on in those parts that hold a rank: mostly a handful of values.
/// The standard library's selection would be here as often as there are types, at five times the size.
pub(super) fn settle(values: &mut [u64], start: usize, ranks: &[usize], spare: &mut [u64]) {
    let n = values.len();
    if n <= FEW {
        for at in 1..n {
            let value = values[at];
            let mut to = at;
            while to > 0 && values[to - 1] > value {
                values[to] = values[to - 1];
                to -= 1;
            }
            values[to] = value;
        }
        return;
    }
    let (mut least, mut most) = (values[0], values[0]);
    for &value in values.iter() {
        least = least.min(value);
        most = most.max(value);
    }
    if least == most {
        return;
    }
    let mut room = [0_u32; PARTS];
    let ends = &mut room[..=part(most - least)];
    for &value in values.iter() {
        ends[part(value - least)] += 1;
    }
    let mut end = 0;
    for count in ends.iter_mut() {
        end += *count;
        *count = end - *count;
    }
    let spare = &mut spare[..n];
    spare.copy_from_slice(values);
    for &value in spare.iter() {
        let place = &mut ends[part(value - least)];
        values[*place as usize] = value;
        *place += 1;
    }
    let mut done = 0;
    for &rank in ranks {
        if rank < start || rank - start >= n || rank - start < done {
            continue;
        }
        // The first part that ends behind it.
        let of = ends.partition_point(|&end| end as usize <= rank - start);
        let from = if of == 0 { 0 } else { ends[of - 1] as usize };
        done = ends[of] as usize;
        settle(&mut values[from..done], start + from, ranks, spare);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Expected values from NumPy's `quantile` (method "linear").
    #[test]
    fn agrees_with_numpy() {
        let mut values = vec![15, 20, 35, 40, 50];
        let got = percentiles(&mut values, [0.0, 0.4, 0.5, 0.8, 0.9, 0.99, 1.0], &mut Vec::new()).unwrap();
        for (got, want) in got.into_iter().zip([15.0, 29.0, 35.0, 42.0, 46.0, 49.6, 50.0]) {
            assert!((got - want).abs() < 1e-12, "{got} {want}");
        }
    }

    #[test]
    fn one_value_is_every_percentile_and_none_has_none() {
        assert_eq!(percentiles(&mut [7], [0.5, 0.99], &mut Vec::new()), Some([7.0, 7.0]));
        assert_eq!(percentiles(&mut [], [0.5, 0.99], &mut Vec::new()), None);
    }

    #[test]
    fn equal_values_stay_equal() {
        assert_eq!(percentiles(&mut [4; 100], [0.5, 0.8, 0.9, 0.99], &mut Vec::new()), Some([4.0; 4]));
    }

    #[test]
    fn parts_ascend_without_a_gap_and_narrow_what_they_hold() {
        let mut last = 0;
        for above in 0..1_000_000_u64 {
            let now = part(above);
            assert!(now == last || now == last + 1, "{above}");
            last = now;
        }
        assert_eq!((part(15), part(16), part(17), part(18)), (15, 16, 16, 17));
        assert!(part(u64::MAX) < PARTS && part(u64::MAX >> 1) < part(u64::MAX));
    }

    #[test]
    fn the_median_is_that_of_values_in_order() {
        assert_eq!(median([].into_iter()), None);
        assert_eq!(median([-1.5].into_iter()), Some(-1.5));
        assert_eq!(median([f64::INFINITY, -2.0, 0.5, -0.0].into_iter()), Some(0.25));
    }

    proptest! {
        #[test]
        fn the_median_is_what_a_sort_finds(values in prop::collection::vec(prop_oneof![-9.0..9.0_f64, any::<i32>().prop_map(f64::from)], 1..400)) {
            let mut sorted = values.clone();
            sorted.sort_by(f64::total_cmp);
            let (lower, upper) = (sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2]);
            let want = if sorted.len() % 2 == 1 { upper } else { f64::midpoint(lower, upper) };
            prop_assert_eq!(median(values.into_iter()), Some(want));
        }

        #[test]
        fn ranks_hold_what_a_sort_would_put_there(
            values in prop::collection::vec(prop_oneof![0..9_u64, 0..100_000_u64, any::<u64>(), Just(u64::MAX)], 1..900),
            narrow in any::<bool>(),
            ranks in prop::collection::vec(any::<prop::sample::Index>(), 0..9),
        ) {
            let mut values: Vec<u64> = values.into_iter().map(|value| if narrow { value % 100_000 } else { value }).collect();
            let mut ranks: Vec<usize> = ranks.into_iter().map(|rank| rank.index(values.len())).collect();
            ranks.sort_unstable();
            let mut sorted = values.clone();
            sorted.sort_unstable();
            let mut spare = vec![0; values.len()];
            settle(&mut values, 0, &ranks, &mut spare);
            for rank in ranks {
                prop_assert_eq!(values[rank], sorted[rank]);
            }
            values.sort_unstable();
            prop_assert_eq!(values, sorted);
        }
    }
}
