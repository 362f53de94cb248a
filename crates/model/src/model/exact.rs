//! How a value relates to the truth: exact, estimated, a bound; between what it lies; why it is missing.

use super::limits::BOUNDS_FOLLOWED_MAX;
use serde::{Deserialize, Serialize};

/// How a value relates to the truth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Exactness {
    #[default]
    Exact,
    /// `≈`: extrapolated, interpolated or sampled.
    Estimated,
    /// `≥`: beyond the last bound that is known, or a sum that leaves something out.
    AtLeast,
    /// `≤`: a maximum of which only the bucket is known.
    AtMost,
}

/// A value lies between these, both included. A confidence interval is something else.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bounds {
    pub low: f64,
    pub high: f64,
}

/// Why there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Gap {
    /// The source has no data of this time.
    BeforeData,
    /// The source did not observe what it watches at this time.
    NotScraped,
    /// This part of the source could not be read.
    NotAnswered,
    /// The source cannot measure this.
    NotRecorded,
}

/// What is known of one value beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Quality {
    pub exactness: Exactness,
    pub bounds: Option<Bounds>,
    pub gap: Option<Gap>,
}

/// What is known of a series' values beside them. Values that are all exact have none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Qualities {
    /// Of every value that `others` does not name.
    pub exactness: Exactness,
    /// Place and exactness, ascending.
    pub others: Vec<(u32, Exactness)>,
    /// In the unit of the values, one for each or none at all: NaN at a place without, infinite beyond the last bound.
    pub bounds: Vec<Bounds>,
    /// Place and reason, ascending.
    pub gaps: Vec<(u32, Gap)>,
}

impl Exactness {
    /// `≈`, `≥` or `≤`; nothing where the value is exact.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Exact => "",
            Self::Estimated => "≈",
            Self::AtLeast => "≥",
            Self::AtMost => "≤",
        }
    }

    /// A value in words, with the sign before it: `≈ 2,339`. A gap (`-`) has no sign.
    pub fn mark(self, text: String) -> String {
        if self == Self::Exact || text == "-" {
            return text;
        }
        let mut marked = String::from(self.sign());
        marked.push(' ');
        marked.push_str(&text);
        marked
    }

    /// Of a sum, a mean or a maximum of values as exact as these. A bound prevails over an estimate, which may be far from it.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Exact, one) | (one, Self::Exact) => one,
            (Self::AtLeast, Self::AtMost) | (Self::AtMost, Self::AtLeast) | (Self::Estimated, Self::Estimated) => Self::Estimated,
            (Self::AtLeast, _) | (_, Self::AtLeast) => Self::AtLeast,
            (Self::AtMost, _) | (_, Self::AtMost) => Self::AtMost,
        }
    }

    /// Of the change from one value to another.
    #[must_use]
    pub const fn since(self, before: Self) -> Self {
        match (self, before) {
            (now, Self::Exact) => now,
            (Self::Exact, Self::AtLeast) => Self::AtMost,
            (Self::Exact, Self::AtMost) => Self::AtLeast,
            _ => Self::Estimated,
        }
    }
}

impl Bounds {
    /// No bounds are known.
    pub const UNKNOWN: Self = Self { low: f64::NAN, high: f64::NAN };
}

impl Qualities {
    /// Of the value at a place.
    pub fn at(&self, place: usize) -> Quality {
        let gap = self.gaps.binary_search_by_key(&place, |&(at, _)| at as usize);
        let bounds = self.bounds.get(place).copied().filter(|bounds| !bounds.low.is_nan());
        Quality { exactness: self.exactness_at(place), bounds, gap: gap.ok().map(|at| self.gaps[at].1) }
    }

    pub fn exactness_at(&self, place: usize) -> Exactness {
        let found = self.others.binary_search_by_key(&place, |&(at, _)| at as usize);
        found.map_or(self.exactness, |found| self.others[found].1)
    }

    /// The exactness of whatever the values at some places add up to; `values` that are gaps count for nothing.
    pub fn over(&self, values: &[f64]) -> Exactness {
        let known = values.iter().enumerate().filter(|(_, value)| !value.is_nan());
        known.fold(Exactness::Exact, |all, (place, _)| all.and(self.exactness_at(place)))
    }
}

/// How near to a bound a value lies that follows it, as a share of the bound.
const FOLLOWS_WITHIN: f64 = 0.02;

/// The bound that a line follows: the same one lies within 2 % of the line in at least half of the buckets. Such a line shows the
/// histogram's buckets, not the service.
pub fn followed_bound(values: &[f64], qualities: &Qualities) -> Option<f64> {
    let mut found: Vec<(f64, usize)> = Vec::new();
    for (place, &value) in values.iter().enumerate().filter(|(_, value)| value.is_finite()) {
        let Some(Bounds { low, high }) = qualities.at(place).bounds else { continue };
        let ends = if low == high { [low, f64::NAN] } else { [low, high] };
        for bound in ends.into_iter().filter(|bound| *bound > 0.0 && (value - bound).abs() <= bound * FOLLOWS_WITHIN) {
            match found.iter().position(|(known, _)| *known == bound) {
                Some(at) => found[at].1 += 1,
                None if found.len() < BOUNDS_FOLLOWED_MAX => found.push((bound, 1)),
                None => {}
            }
        }
    }
    let most = found.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.total_cmp(&a.0)))?;
    (most.1 * 2 >= values.len()).then_some(most.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn signs_stand_before_values_and_not_before_gaps() {
        use Exactness::{AtLeast, AtMost, Estimated, Exact};
        let marked = [Exact, Estimated, AtLeast, AtMost].map(|exactness| exactness.mark("2,339".into()));
        assert_eq!(marked, ["2,339", "≈ 2,339", "≥ 2,339", "≤ 2,339"]);
        assert_eq!(Estimated.mark("-".into()), "-");
    }

    #[test]
    fn what_values_add_up_to_is_no_more_exact_than_they_are() {
        use Exactness::{AtLeast, AtMost, Estimated, Exact};
        let all = [Exact, Estimated, AtLeast, AtMost];
        for a in all {
            assert_eq!((a.and(a), a.and(Exact)), (a, a));
            for b in all {
                assert_eq!(a.and(b), b.and(a));
                assert_eq!(a.and(b) == Exact, a == Exact && b == Exact);
                assert_eq!(a.since(b) == Exact, a == Exact && b == Exact);
            }
        }
        assert_eq!((AtLeast.and(Estimated), AtLeast.and(AtMost)), (AtLeast, Estimated));
        assert_eq!((AtLeast.since(Exact), Exact.since(AtLeast), AtLeast.since(AtLeast)), (AtLeast, AtMost, Estimated));
    }

    #[test]
    fn each_place_has_its_own() {
        let bounds = vec![Bounds { low: 1.0, high: 2.0 }, Bounds::UNKNOWN, Bounds { low: 4.0, high: f64::INFINITY }];
        let others = vec![(2, Exactness::AtLeast)];
        let qualities = Qualities { exactness: Exactness::Estimated, others, bounds, gaps: vec![(1, Gap::NotScraped)] };
        let first = Quality { exactness: Exactness::Estimated, bounds: Some(Bounds { low: 1.0, high: 2.0 }), gap: None };
        assert_eq!(qualities.at(0), first);
        let gap = Quality { exactness: Exactness::Estimated, bounds: None, gap: Some(Gap::NotScraped) };
        assert_eq!((qualities.at(1), qualities.at(2).exactness, qualities.at(9).bounds), (gap, Exactness::AtLeast, None));
        assert_eq!(qualities.over(&[1.0, f64::NAN, f64::NAN]), Exactness::Estimated);
        assert_eq!((qualities.over(&[1.0, f64::NAN, 5.0]), qualities.over(&[])), (Exactness::AtLeast, Exactness::Exact));
    }

    proptest! {
        /// Every bound against every value.
        #[test]
        fn a_bound_is_followed_where_half_of_the_line_lies_on_it(
            drawn in proptest::collection::vec((0..5_usize, 0.0..1.0_f64, 0..3_u8), 0..40),
        ) {
            let edges = [0.0, 1.0, 2.5, 10.0, 25.0, f64::INFINITY];
            let mut qualities = Qualities { exactness: Exactness::Estimated, ..Qualities::default() };
            let mut values = Vec::new();
            for (bucket, share, kind) in drawn {
                let (low, high) = (edges[bucket], edges[bucket + 1]);
                let within = if high.is_infinite() { low } else { low + (high - low) * share };
                values.push(match kind { 0 => f64::NAN, 1 => within, _ if high.is_finite() => high * (1.0 - share * 0.04), _ => low });
                qualities.bounds.push(if share > 0.95 { Bounds::UNKNOWN } else { Bounds { low, high } });
            }
            let times = |bound: f64| {
                let on = |(place, value): (usize, &f64)| {
                    let Bounds { low, high } = qualities.bounds[place];
                    (low == bound || high == bound) && *value >= bound * 0.98 && *value <= bound * 1.02
                };
                values.iter().enumerate().filter(|of| on(*of)).count()
            };
            match followed_bound(&values, &qualities) {
                Some(bound) => {
                    prop_assert!(times(bound) * 2 >= values.len() && times(bound) > 0);
                    prop_assert!(edges[1..5].iter().all(|other| times(*other) <= times(bound)));
                }
                None => prop_assert!(edges[1..5].iter().all(|bound| times(*bound) == 0 || times(*bound) * 2 < values.len())),
            }
        }
    }
}
