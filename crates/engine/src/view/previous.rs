//! The period before, beside the present one: each bucket with that of the same time on the wall clock, as far as the data reach back
//! (docs/spec.md, section 2).

use crate::model::limits::BUCKETS_MAX;
use crate::model::range::{HOUR_MS, MINUTE_MS};
use crate::model::{Bounds, Precision, Qualities, Width};
use crate::series::{bucket_bounds, calendar};
use crate::wire::{Buckets, Selection};

/// Which bucket of the period before is beside each present one.
#[derive(Debug)]
pub struct Previous {
    /// By present bucket; `None` where the wall clock of the period before showed no such time, or the data had not begun.
    places: Vec<Option<usize>>,
    /// The data cover all of the period before: what they hold of it may be compared with the present period.
    pub is_whole: bool,
}

impl Previous {
    /// `None` where nothing is compared. `buckets`: those of the present period; `oldest_ms`: the data's first call, where that is known.
    pub fn of(selection: &Selection, buckets: &Buckets, oldest_ms: Option<i64>) -> Option<Self> {
        let (before, zone) = (selection.before?, &selection.zone);
        let width = width_of(buckets);
        // A bucket's number on the wall clock, and whether the clock shows its time for the second time.
        let key = |at_ms: i64| match width {
            Width::Day => (calendar::day_of(zone, at_ms), false),
            Width::Ms(ms) => {
                let local = zone.local_ms(at_ms);
                (local.div_euclid(i64::from(ms)), zone.instant(local) < at_ms)
            }
        };
        // The first call of a day comes a while after midnight: data begin with the hour of their first call.
        let oldest_ms = oldest_ms.unwrap_or(i64::MIN / 2);
        let (begin, _) = bucket_bounds(zone, Precision::Hour.into(), oldest_ms);
        let (mut then, mut at) = (Vec::new(), before.from_ms);
        while at < before.to_ms && then.len() < BUCKETS_MAX {
            let (_, end) = bucket_bounds(zone, width, at);
            then.push((key(at), at >= begin && end > oldest_ms));
            at = end;
        }
        let apart = key(selection.range.from_ms).0 - key(before.from_ms).0;
        let mut next = 0;
        let beside = |&start: &i64| {
            let (number, second) = key(start);
            let found = next + then.get(next..)?.iter().position(|(then, _)| *then == (number - apart, second))?;
            next = found + 1;
            then[found].1.then_some(found)
        };
        let places: Vec<_> = buckets.starts_ms.iter().map(beside).collect();
        places.iter().any(Option::is_some).then_some(Self { places, is_whole: before.from_ms >= begin })
    }

    /// Brings values of the period before beside the present buckets; what has no counterpart is a gap.
    pub fn values(&self, values: &[f64]) -> Vec<f64> {
        let value = |place: &Option<usize>| place.and_then(|place| values.get(place).copied()).unwrap_or(f64::NAN);
        self.places.iter().map(value).collect()
    }

    /// The same of what is known of the values.
    pub fn quality(&self, quality: &Qualities) -> Qualities {
        let mut out = Qualities { exactness: quality.exactness, ..Qualities::default() };
        for (bucket, place) in (0..).zip(&self.places) {
            let of = place.map(|place| quality.at(place)).unwrap_or_default();
            if place.is_some() && of.exactness != quality.exactness {
                out.others.push((bucket, of.exactness));
            }
            if !quality.bounds.is_empty() {
                out.bounds.push(of.bounds.unwrap_or(Bounds::UNKNOWN));
            }
            out.gaps.extend(of.gap.map(|gap| (bucket, gap)));
        }
        out
    }
}

/// The width of buckets: a source may have taken a coarser one than requested. Only the first may be clipped, and any bucket cut by a
/// change of the clock is wider than those of the next finer precision.
fn width_of(buckets: &Buckets) -> Width {
    let last = buckets.starts_ms.last().zip(buckets.ends_ms.last()).map_or(0, |(start, end)| end - start);
    Width::from(if last <= MINUTE_MS {
        Precision::Minute
    } else if last <= HOUR_MS {
        Precision::Hour
    } else {
        Precision::Day
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Filter;
    use crate::model::range::{DAY_MS, Range};
    use crate::series::Zone;

    /// Buckets beside which a day is, by the hour; the clock of the made-up zone changes at 03:00 of day 10.
    fn beside(from_s: i32, to_s: i32, day: i64) -> Vec<Option<usize>> {
        let change = 10 * DAY_MS + 3 * HOUR_MS - i64::from(from_s) * 1000;
        let zone = Zone { name: "Test/Zone".into(), offsets: vec![(i64::MIN, from_s), (change, to_s)] };
        let of = |day| Range { from_ms: calendar::day_start_of(&zone, day), to_ms: calendar::day_start_of(&zone, day + 1) };
        let (range, before) = (of(day), Some(of(day - 1)));
        let (buckets, _) = Buckets::of(range, Precision::Hour.into(), &zone);
        Previous::of(&Selection { range, before, filter: Filter::default(), zone }, &buckets, None).unwrap().places
    }

    #[test]
    fn hours_stand_beside_the_same_hours_of_the_wall_clock() {
        // Back: 02:00 comes twice on day 10, and is beside 02:00 once.
        let mut back: Vec<Option<usize>> = (0..24).map(Some).collect();
        back.insert(3, None);
        assert_eq!(beside(3600, 0, 10), back);
        let after: Vec<Option<usize>> = (0..25).filter(|&place| place != 3).map(Some).collect();
        assert_eq!(beside(3600, 0, 11), after);
        // Ahead: day 10 has no 03:00.
        let ahead: Vec<Option<usize>> = (0..24).filter(|&place| place != 3).map(Some).collect();
        assert_eq!(beside(0, 3600, 10), ahead);
        let mut after: Vec<Option<usize>> = (0..23).map(Some).collect();
        after.insert(3, None);
        assert_eq!(beside(0, 3600, 11), after);
    }

    #[test]
    fn what_lies_before_the_data_is_a_gap_and_compared_with_nothing() {
        let zone = Zone::utc();
        let of = |oldest_ms, width: Precision| {
            let (range, before) =
                (Range { from_ms: 2 * DAY_MS, to_ms: 4 * DAY_MS }, Some(Range { from_ms: 0, to_ms: 2 * DAY_MS }));
            let (buckets, _) = Buckets::of(range, width.into(), &zone);
            let selection = Selection { range, before, filter: Filter::default(), zone: zone.clone() };
            let previous = Previous::of(&selection, &buckets, Some(oldest_ms))?;
            Some((previous.places.iter().position(Option::is_some)?, previous.is_whole))
        };
        let at = |hours: i64, minutes: i64| hours * HOUR_MS + minutes * MINUTE_MS;
        assert_eq!(of(at(10, 20), Precision::Hour), Some((10, false)));
        assert_eq!(of(at(10, 20), Precision::Minute), Some((620, false)));
        assert_eq!(of(at(10, 20), Precision::Day), Some((1, false)));
        assert_eq!(of(at(24, 59), Precision::Day), Some((1, false)));
        // The first call came some minutes after midnight.
        assert_eq!(of(at(0, 40), Precision::Hour), Some((0, true)));
        assert_eq!(of(at(30, 0), Precision::Day), None);
    }

    #[test]
    fn what_is_known_of_values_moves_with_them() {
        use crate::model::{Exactness, Gap};
        let previous = Previous { places: vec![Some(1), None, Some(2)], is_whole: true };
        let bounds = [1.0, 2.0, 3.0].map(|low| Bounds { low, high: low }).to_vec();
        let of = Qualities {
            exactness: Exactness::Estimated,
            others: vec![(2, Exactness::AtLeast)],
            bounds,
            gaps: vec![(1, Gap::NotScraped)],
        };
        let moved = previous.quality(&of);
        assert_eq!((moved.at(0), moved.at(2)), (of.at(1), of.at(2)));
        assert_eq!((moved.at(1).bounds, moved.at(1).gap), (None, None));
        assert_eq!(previous.values(&[5.0, 6.0, 7.0])[2], 7.0);
    }
}
