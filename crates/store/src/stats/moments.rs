//! Count and sum of whole numbers. Merging parts in any order gives exactly the whole, taking a part away exactly the rest.

/// What averages are made of. The sum is exact; only [`Moments::mean`] leaves whole numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Moments {
    pub count: u64,
    pub sum: u128,
}

impl Moments {
    /// Of these values.
    pub fn of(values: &[u64]) -> Self {
        // In halves: neither overflows, and nothing is carried at each step.
        let (high, low) = values.iter().fold((0, 0), |(high, low), value| (high + (value >> 32), low + (value & 0xffff_ffff)));
        Self { count: values.len() as u64, sum: (u128::from(high) << 32) + u128::from(low) }
    }

    /// Takes another part in.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.sum += other.sum;
    }

    /// Takes away a part that it holds.
    pub fn remove(&mut self, other: &Self) {
        self.count -= other.count;
        self.sum -= other.sum;
    }

    /// The mean in a unit of `unit` of the stored ones (microseconds to milliseconds: 1000); `None` without values. Divides once.
    pub fn mean(&self, unit: f64) -> Option<f64> {
        (self.count > 0).then(|| self.sum as f64 / (self.count as f64 * unit))
    }

    /// The sum as the boundary carries it; beyond `u64::MAX` it stays there.
    pub fn sum_u64(&self) -> u64 {
        u64::try_from(self.sum).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_merge_to_the_whole_exactly() {
        let values = [u64::MAX - 1, 3, 0, u64::MAX - 1, 7];
        let whole = Moments::of(&values);
        for cut in 0..=values.len() {
            let (mut left, mut right) = (Moments::of(&values[..cut]), Moments::of(&values[cut..]));
            left.merge(&right);
            assert_eq!(left, whole);
            left.remove(&right);
            right.merge(&left);
            assert_eq!(right, whole);
        }
        assert_eq!(whole.sum, 2 * u128::from(u64::MAX - 1) + 10);
        assert_eq!(whole.sum_u64(), u64::MAX);
    }

    #[test]
    fn no_value_has_no_mean() {
        assert_eq!(Moments::default().mean(1.0), None);
        assert_eq!(Moments { count: 2, sum: 3000 }.mean(1000.0), Some(1.5));
    }
}
