//! Paths through values: runs between gaps, thinning without losing extremes, dots of a dotted segment, hatching.

use super::shape::{Ink, Point, Shape};
use core::ops::Range;

/// Width of the columns that paths are thinned to where nothing is known of the screen, in CSS pixels: one device pixel on most fine screens.
pub const COLUMN_PX: f64 = 0.5;
/// Distance of the dots of an unfinished segment.
const DOT_PX: f64 = 4.1;
/// Distance of hatch lines along an axis: 5 px across, at 45 degrees.
const HATCH_PX: f64 = 5.0 * core::f64::consts::SQRT_2;

/// The stretches without a gap (not a number) of a part of the values.
pub fn runs(values: &[f64], part: Range<usize>) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let end = part.end.min(values.len());
    let mut from = part.start.min(end);
    loop {
        let gap = values[from..end].iter().take_while(|v| !v.is_finite()).count();
        let run = values[from + gap..end].iter().take_while(|v| v.is_finite()).count();
        if run == 0 {
            return out;
        }
        out.push(from + gap..from + gap + run);
        from += gap + run;
    }
}

/// Thins a stretch without gaps to at most four points a column of `column_px`: its first, lowest, highest and last value, in their order.
///
/// `x` gives the place of a bucket's value and grows with it, `y` the height of a value: it is called for values that stay alone.
pub fn thin(values: &[f64], run: Range<usize>, column_px: f64, x: impl Fn(usize) -> f64, y: impl Fn(f64) -> f64) -> Vec<Point> {
    let mut out: Vec<Point> = Vec::new();
    let column = |i: usize| (x(i) / column_px).floor();
    let (mut from, mut many) = (run.start, 1);
    while from < run.end {
        // Columns have about as many values each: where the next one begins is looked for near there.
        let here = column(from);
        let mut next = (from + many).min(run.end);
        while next < run.end && column(next) == here {
            next += 1;
        }
        while next > from + 1 && column(next - 1) != here {
            next -= 1;
        }
        let (mut low, mut high) = (from, from);
        let (mut lowest, mut highest) = (values[from], values[from]);
        for (i, &value) in (from..next).zip(&values[from..next]) {
            if value < lowest {
                (lowest, low) = (value, i);
            } else if value > highest {
                (highest, high) = (value, i);
            }
        }
        let mut before = usize::MAX;
        for i in [from, low.min(high), low.max(high), next - 1] {
            if i != before {
                out.push((x(i), y(values[i])));
            }
            before = i;
        }
        (from, many) = (next, next - from);
    }
    out
}

/// The dots of a segment that is not finished.
pub fn dots(from: Point, to: Point, radius: f64, ink: Ink) -> impl Iterator<Item = Shape> {
    let length = (to.0 - from.0).hypot(to.1 - from.1);
    let count = (length / DOT_PX).floor().min(1e4) as u32;
    (0..=count).map(move |i| {
        let share = if length > 0.0 { f64::from(i) * DOT_PX / length } else { 0.0 };
        let at = (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
        Shape::Circle { at, radius, fill: ink, outline: None }
    })
}

/// Hatch lines rising to the right, clipped to a rectangle, on one raster across all rectangles.
pub fn hatch(at: Point, size: Point, ink: Ink) -> Vec<Shape> {
    let ((x1, y1), (x2, y2)) = (at, (at.0 + size.0, at.1 + size.1));
    let mut out = Vec::new();
    if !(x2 > x1 && y2 > y1) {
        return out;
    }
    let mut sum = ((x1 + y1) / HATCH_PX).ceil() * HATCH_PX;
    while sum < x2 + y2 {
        let from_x = (sum - y2).max(x1);
        let to_x = (sum - y1).min(x2);
        if to_x > from_x {
            out.push(Shape::Polyline { points: vec![(from_x, sum - from_x), (to_x, sum - to_x)], width: 1.0, ink });
        }
        sum += HATCH_PX;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_break_a_path() {
        let nan = f64::NAN;
        assert_eq!(runs(&[1.0, 2.0, nan, 3.0, nan, 4.0, 5.0], 0..7), [0..2, 3..4, 5..7]);
        assert_eq!(runs(&[nan, nan], 0..2), []);
        assert_eq!(runs(&[1.0, f64::INFINITY, 3.0], 1..9), std::slice::from_ref(&(2..3)));
    }

    fn thinned(values: &[f64], slot: f64, column_px: f64) -> Vec<Point> {
        thin(values, 0..values.len(), column_px, |i| 46.0 + i as f64 * slot, |value| -value)
    }

    /// Columns by another way: every point with the number of its column, in one map.
    fn naive(points: &[Point], column_px: f64) -> std::collections::BTreeMap<i64, Vec<Point>> {
        let mut columns = std::collections::BTreeMap::<i64, Vec<Point>>::new();
        for &point in points {
            columns.entry((point.0 / column_px).floor() as i64).or_default().push(point);
        }
        columns
    }

    proptest::proptest! {
        #[test]
        fn every_column_keeps_its_ends_and_extremes(
            values in proptest::collection::vec(-1e6..1e6_f64, 1..3_000),
            slot in 0.005..3.0_f64,
            column_px in 0.3..2.0_f64,
        ) {
            let all: Vec<Point> = values.iter().enumerate().map(|(i, v)| (46.0 + i as f64 * slot, -v)).collect();
            let thinned = thinned(&values, slot, column_px);
            proptest::prop_assert!(thinned.windows(2).all(|w| w[0].0 < w[1].0));
            let (before, after) = (naive(&all, column_px), naive(&thinned, column_px));
            proptest::prop_assert_eq!(before.len(), after.len());
            let ends = |of: &[Point]| of.iter().fold((f64::MAX, f64::MIN), |(low, high), p| (low.min(p.1), high.max(p.1)));
            for (column, points) in before {
                let kept = &after[&column];
                proptest::prop_assert!(kept.len() <= 4 && kept.iter().all(|p| points.contains(p)));
                proptest::prop_assert_eq!((kept.first(), kept.last()), (points.first(), points.last()));
                proptest::prop_assert_eq!(ends(kept), ends(&points));
            }
        }

        #[test]
        fn gaps_stay_gaps_however_many_points_there_are(
            // One in eight is a gap.
            drawn in proptest::collection::vec((0..8_u8, -1e3..1e3_f64), 0..2_000),
        ) {
            let values: Vec<f64> = drawn.into_iter().map(|(gap, value)| if gap == 0 { f64::NAN } else { value }).collect();
            let mut stretches = Vec::new();
            for (i, value) in values.iter().enumerate().filter(|(_, value)| !value.is_nan()) {
                if i == 0 || values[i - 1].is_nan() {
                    stretches.push(Vec::new());
                }
                stretches.last_mut().unwrap().push(*value);
            }
            let runs = runs(&values, 0..values.len());
            proptest::prop_assert_eq!(runs.len(), stretches.len());
            for (run, stretch) in runs.into_iter().zip(stretches) {
                let path = thin(&values, run.clone(), 0.5, |i| i as f64 * 0.03, |value| value);
                proptest::prop_assert_eq!(run.len(), stretch.len());
                proptest::prop_assert_eq!(path.first().map(|p| p.1), stretch.first().copied());
                proptest::prop_assert_eq!(path.last().map(|p| p.1), stretch.last().copied());
                proptest::prop_assert!(path.iter().all(|p| p.1.is_finite()));
            }
        }
    }

    #[test]
    fn forty_thousand_points_become_few() {
        let values: Vec<f64> = (0..43_200_u32).map(|i| f64::from(i.wrapping_mul(2_654_435_761) >> 16)).collect();
        let few = thinned(&values, 400.0 / 43_200.0, COLUMN_PX);
        assert!(few.len() <= 4 * 801, "{}", few.len());
    }

    #[test]
    fn few_points_stay_as_they_are() {
        let values: Vec<f64> = (0..63).map(|i| f64::from(i % 7)).collect();
        let points: Vec<Point> = values.iter().enumerate().map(|(i, v)| (46.0 + i as f64 * 6.0, -v)).collect();
        assert_eq!(thinned(&values, 6.0, COLUMN_PX), points);
        assert_eq!(thin(&values, 9..9, COLUMN_PX, |i| i as f64, |v| v), []);
        assert_eq!(thin(&[], 0..0, COLUMN_PX, |i| i as f64, |v| v), []);
    }

    #[test]
    fn dots_stay_on_their_segment() {
        let all: Vec<Shape> = dots((0.0, 0.0), (30.0, 40.0), 1.0, Ink::of("--ink")).collect();
        assert_eq!(all.len(), 13);
        for dot in all {
            let Shape::Circle { at, .. } = dot else { panic!("{dot:?}") };
            assert!((at.0 * 4.0 - at.1 * 3.0).abs() < 1e-9 && at.1 <= 40.0);
        }
        assert_eq!(dots((5.0, 5.0), (5.0, 5.0), 1.0, Ink::of("--ink")).count(), 1);
    }

    #[test]
    fn hatching_stays_inside() {
        let lines = hatch((100.0, 24.0), (12.0, 124.0), Ink::of("--hatch"));
        assert!(lines.len() > 15, "{}", lines.len());
        for line in lines {
            let Shape::Polyline { points, .. } = line else { panic!("{line:?}") };
            for (x, y) in points {
                assert!((100.0 - 1e-9..=112.0 + 1e-9).contains(&x) && (24.0 - 1e-9..=148.0 + 1e-9).contains(&y), "{x} {y}");
            }
        }
        assert_eq!(hatch((0.0, 0.0), (0.0, 50.0), Ink::of("--hatch")), []);
    }
}
