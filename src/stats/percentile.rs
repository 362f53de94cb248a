//! Exact percentiles by linear interpolation between closest ranks (Hyndman-Fan type 7, console-spec section 5), by selection instead of sorting.

/// Whole numbers that percentiles are taken of.
pub trait Narrow: Copy + Ord {
    fn to_f64(self) -> f64;
}

impl Narrow for u32 {
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
}

impl Narrow for u64 {
    fn to_f64(self) -> f64 {
        self as f64
    }
}

/// The values at several quantiles (0 to 1, ascending); `None` without values. Leaves `values` in another order.
///
/// Quantile `q` of `n` values lies at rank `h = (n - 1) q` from 0, between the values at `floor(h)` and `floor(h) + 1`.
pub fn percentiles<T: Narrow, const N: usize>(values: &mut [T], quantiles: [f64; N]) -> Option<[f64; N]> {
    let last = values.len().checked_sub(1)?;
    let mut out = [0.0; N];
    // Everything before `from` is known to be no greater than what follows, so each selection works on a shorter rest.
    let mut from = 0;
    for (slot, q) in out.iter_mut().zip(quantiles) {
        let h = last as f64 * q.clamp(0.0, 1.0);
        let rank = (h.floor() as usize).clamp(from, last);
        let (_, low, above) = values[from..].select_nth_unstable(rank - from);
        let low = low.to_f64();
        *slot = match above.iter().min() {
            Some(next) if h > rank as f64 => low + (next.to_f64() - low) * (h - rank as f64),
            _ => low,
        };
        from = rank;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected values from NumPy's `quantile` (method "linear").
    #[test]
    fn agrees_with_numpy() {
        let mut values: Vec<u32> = vec![15, 20, 35, 40, 50];
        let got = percentiles(&mut values, [0.0, 0.4, 0.5, 0.8, 0.9, 0.99, 1.0]).unwrap();
        for (got, want) in got.into_iter().zip([15.0, 29.0, 35.0, 42.0, 46.0, 49.6, 50.0]) {
            assert!((got - want).abs() < 1e-12, "{got} {want}");
        }
    }

    #[test]
    fn one_value_is_every_percentile_and_none_has_none() {
        assert_eq!(percentiles(&mut [7_u64], [0.5, 0.99]), Some([7.0, 7.0]));
        assert_eq!(percentiles::<u64, 2>(&mut [], [0.5, 0.99]), None);
    }

    #[test]
    fn equal_values_stay_equal() {
        assert_eq!(percentiles(&mut [4_u32; 100], [0.5, 0.8, 0.9, 0.99]), Some([4.0; 4]));
    }
}
