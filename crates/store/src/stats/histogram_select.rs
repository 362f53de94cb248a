//! Histogram selection: exact percentiles, maximum and sum of many 32-bit numbers. One pass counts
//! values per bin, a second collects only the bins that contain a requested rank.

use super::percentile::{places, settle};
use super::{Moments, percentiles};

/// Parts of each doubling that numbers are counted by, as a power of two.
const BITS: u32 = 3;
/// Below the lowest part of a number above zero: parts are the leading bits of a number as a float, whose exponent begins here.
const BELOW: u32 = (127 << BITS) - 1;
/// Parts that there can be: zero, then those of each doubling, and the one that the highest number is rounded to.
const PARTS: usize = (32 << BITS) + 2;
/// Fewer values are sorted as wide ones.
const MANY: usize = 64;

/// Room to work in, kept from one set of values to the next.
#[derive(Debug, Default)]
pub struct HistogramSelect {
    parts: Vec<u16>,
    found: Vec<u64>,
    spare: Vec<u64>,
}

/// The part that a number lies in. It never falls as the number rises, which is all that is required: rounding to a float keeps that, and so does half
/// of a number, which is signed where processors have no other.
fn part(above: u32) -> u16 {
    ((((above >> 1) as i32 as f32).to_bits() >> (23 - BITS)).max(BELOW) - BELOW) as u16
}

/// The lowest and the highest; of no values, nothing that means anything.
fn extent(values: &[u32]) -> [u32; 2] {
    values.iter().fold([u32::MAX, 0], |[least, most], &value| [least.min(value), most.max(value)])
}

/// The highest; 0 of nothing.
pub fn highest(values: &[u32]) -> u32 {
    values.iter().copied().fold(0, u32::max)
}

/// Count and sum.
pub fn moments(values: &[u32]) -> Moments {
    let sum: u64 = values.iter().map(|&value| u64::from(value)).sum();
    Moments { count: values.len() as u64, sum: u128::from(sum) }
}

/// Their parts, counted from the lowest value's.
fn lay(values: &[u32], least: u32, parts: &mut Vec<u16>) {
    parts.resize(values.len(), 0);
    parts.iter_mut().zip(values).for_each(|(to, &value)| *to = part(value - least));
}

impl HistogramSelect {
    /// What [`percentiles`] gives of the same values.
    pub fn percentiles<const N: usize>(&mut self, values: &[u32], quantiles: [f64; N]) -> Option<[f64; N]> {
        let n = values.len();
        if n < MANY {
            self.found.clear();
            self.found.extend(values.iter().map(|&value| u64::from(value)));
            return percentiles(&mut self.found, quantiles, &mut self.spare);
        }
        let [least, most] = extent(values);
        if least == most {
            return Some([f64::from(least); N]);
        }
        lay(values, least, &mut self.parts);
        let mut room = [0_u32; PARTS];
        let counts = &mut room[..=usize::from(part(most - least))];
        for &part in &self.parts {
            counts[usize::from(part)] += 1;
        }
        let places = places(n, quantiles);
        // Each rank becomes the one among the values gathered; parts without a rank are passed over. Where a rank is below the one before, as the
        // second of a pair can be, it is by one, and nothing lies between.
        let mut ranks = [[0_usize; 2]; N];
        let mut wanted = [false; PARTS];
        let (mut part, mut before, mut passed) = (0, 0, 0);
        for (rank, place) in ranks.as_flattened_mut().iter_mut().zip(places.iter().flat_map(|place| place.ranks())) {
            while before + counts[part] as usize <= place {
                before += counts[part] as usize;
                passed += if wanted[part] { 0 } else { counts[part] as usize };
                part += 1;
            }
            wanted[part] = true;
            *rank = place - passed;
        }
        self.gather(values, &wanted);
        if self.spare.len() < self.found.len() {
            self.spare.resize(self.found.len(), 0);
        }
        settle(&mut self.found, 0, ranks.as_flattened(), &mut self.spare);
        let value = |rank: usize| self.found[rank];
        Some(core::array::from_fn(|i| places[i].between(value(ranks[i][0]), value(ranks[i][1]))))
    }

    /// Finds the values of the wanted parts, in the order they came.
    fn gather(&mut self, values: &[u32], wanted: &[bool; PARTS]) {
        // One more: what is not wanted is written behind the last that is.
        self.found.resize(values.len() + 1, 0);
        let mut kept = 0;
        for (&value, &part) in values.iter().zip(&self.parts) {
            self.found[kept] = u64::from(value);
            kept += usize::from(wanted[usize::from(part)]);
        }
        self.found.truncate(kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parts_never_fall_and_end_in_time() {
        let near = |power: u32| (0..9_u32).map(move |by| (1_u32 << power).saturating_add(by).saturating_sub(4));
        let all: Vec<u16> = (0..70_000).chain((17..32).flat_map(near)).chain([u32::MAX - 1, u32::MAX]).map(part).collect();
        assert!(all.is_sorted());
        assert!(usize::from(part(u32::MAX)) < PARTS, "{}", part(u32::MAX));
        assert_eq!([0, 1, 2, 3, 4, 6].map(part), [0, 0, 1, 1, 9, 13]);
    }

    proptest! {
        #[test]
        fn narrow_ones_are_what_wide_ones_are(
            values in prop::collection::vec(prop_oneof![0..9_u32, 400..100_000_u32, any::<u32>(), Just(u32::MAX)], 0..900),
            quantiles in prop::array::uniform4(0.0..=1.0_f64),
        ) {
            let mut quantiles = quantiles;
            quantiles.sort_by(f64::total_cmp);
            let mut wide: Vec<u64> = values.iter().map(|&value| u64::from(value)).collect();
            let mut narrow = HistogramSelect::default();
            prop_assert_eq!(moments(&values), Moments::of(&wide));
            prop_assert_eq!(u64::from(highest(&values)), wide.iter().copied().max().unwrap_or(0));
            for quantiles in [quantiles, [0.5, 0.8, 0.9, 0.99], [0.0, 0.0, 1.0, 1.0]] {
                let got = narrow.percentiles(&values, quantiles);
                wide.sort_unstable();
                // By the definition, of values in order.
                let want = wide.len().checked_sub(1).map(|last| quantiles.map(|q| {
                    let h = last as f64 * q;
                    let (low, next) = (wide[h.floor() as usize] as f64, wide[(h.floor() as usize + 1).min(last)] as f64);
                    low + (next - low) * (h - h.floor())
                }));
                prop_assert_eq!(got, want);
            }
        }
    }
}
