//! Exact percentiles by linear interpolation between closest ranks (Hyndman-Fan type 7, console-spec section 5), by selection instead of sorting.

/// The values at several quantiles (0 to 1, ascending); `None` without values. Leaves `values` in another order.
///
/// Quantile `q` of `n` values lies at rank `h = (n - 1) q` from 0, between the values at `floor(h)` and `floor(h) + 1`.
pub fn percentiles<const N: usize>(values: &mut [u64], quantiles: [f64; N]) -> Option<[f64; N]> {
    let last = values.len().checked_sub(1)?;
    let mut out = [0.0; N];
    // Everything before `from` is known to be no greater than what follows, so each selection works on a shorter rest.
    let mut from = 0;
    for (slot, q) in out.iter_mut().zip(quantiles) {
        let h = last as f64 * q.clamp(0.0, 1.0);
        let rank = (h.floor() as usize).clamp(from, last);
        select(&mut values[from..], rank - from);
        let low = values[rank] as f64;
        *slot = match values[rank + 1..].iter().min() {
            Some(&next) if h > rank as f64 => low + (next as f64 - low) * (h - rank as f64),
            _ => low,
        };
        from = rank;
    }
    Some(out)
}

/// Brings the value of a rank (from 0) to its place, nothing greater before it and nothing smaller behind it.
///
/// Parts by the highest bit in which values differ, and goes on in the part that holds the rank: at most one pass for each bit.
/// The standard library's selection would be here as often as there are types, at five times the size.
pub fn select(mut values: &mut [u64], mut rank: usize) {
    while let Some((&first, rest)) = values.split_first() {
        let differing = rest.iter().fold(0, |bits, value| bits | (value ^ first));
        if differing == 0 {
            return;
        }
        let bit = 63 - differing.leading_zeros();
        // Without a branch on what is compared: each value goes behind the last one without the bit.
        let mut zeros = 0;
        for at in 0..values.len() {
            let without = values[at] >> bit & 1 ^ 1;
            values.swap(at, zeros);
            zeros += without as usize;
        }
        let (low, high) = values.split_at_mut(zeros);
        if rank < zeros {
            values = low;
        } else {
            rank -= zeros;
            values = high;
        }
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
        let got = percentiles(&mut values, [0.0, 0.4, 0.5, 0.8, 0.9, 0.99, 1.0]).unwrap();
        for (got, want) in got.into_iter().zip([15.0, 29.0, 35.0, 42.0, 46.0, 49.6, 50.0]) {
            assert!((got - want).abs() < 1e-12, "{got} {want}");
        }
    }

    #[test]
    fn one_value_is_every_percentile_and_none_has_none() {
        assert_eq!(percentiles(&mut [7], [0.5, 0.99]), Some([7.0, 7.0]));
        assert_eq!(percentiles(&mut [], [0.5, 0.99]), None);
    }

    #[test]
    fn equal_values_stay_equal() {
        assert_eq!(percentiles(&mut [4; 100], [0.5, 0.8, 0.9, 0.99]), Some([4.0; 4]));
    }

    proptest! {
        #[test]
        fn the_value_of_a_rank_parts_the_rest(
            values in prop::collection::vec(prop_oneof![0..9_u64, any::<u64>(), Just(u64::MAX)], 1..200),
            rank in any::<prop::sample::Index>(),
        ) {
            let rank = rank.index(values.len());
            let (mut parted, mut sorted) = (values.clone(), values);
            select(&mut parted, rank);
            sorted.sort_unstable();
            prop_assert_eq!(parted[rank], sorted[rank]);
            prop_assert!(parted[..rank].iter().all(|&v| v <= sorted[rank]) && parted[rank..].iter().all(|&v| v >= sorted[rank]));
            parted.sort_unstable();
            prop_assert_eq!(parted, sorted);
        }
    }
}
