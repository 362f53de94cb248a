//! Paths through values: runs between gaps, thinning without losing extremes, dots of a dotted segment, hatching.

use super::shape::{Ink, Point, Shape};
use core::ops::Range;

/// Width of the columns that paths are thinned to, in CSS pixels: one device pixel on most fine screens.
const COLUMN_PX: f64 = 0.5;
/// Distance of the dots of an unfinished segment.
const DOT_PX: f64 = 4.1;
/// Distance of hatch lines along an axis: 5 px across, at 45 degrees.
const HATCH_PX: f64 = 5.0 * core::f64::consts::SQRT_2;

/// The stretches without a gap (not a number) of a part of the values.
pub fn runs(values: &[f64], part: Range<usize>) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    for i in part {
        if values.get(i).is_none_or(|v| !v.is_finite()) {
            continue;
        }
        match out.last_mut() {
            Some(run) if run.end == i => run.end = i + 1,
            _ => out.push(i..i + 1),
        }
    }
    out
}

/// Thins a path that goes from left to right to at most four points a pixel column: first, lowest, highest and last, in their order.
pub fn thin(points: impl Iterator<Item = Point>) -> Vec<Point> {
    let mut out: Vec<Point> = Vec::new();
    let mut column: Vec<Point> = Vec::new();
    let mut at = f64::NAN;
    for point in points {
        let here = (point.0 / COLUMN_PX).floor();
        if here != at {
            flush(&mut column, &mut out);
            at = here;
        }
        column.push(point);
    }
    flush(&mut column, &mut out);
    out
}

fn flush(column: &mut Vec<Point>, out: &mut Vec<Point>) {
    if column.len() <= 4 {
        out.append(column);
        return;
    }
    let last = column.len() - 1;
    let (mut low, mut high) = (0, 0);
    for (i, point) in column.iter().enumerate() {
        if point.1 < column[low].1 {
            low = i;
        }
        if point.1 > column[high].1 {
            high = i;
        }
    }
    let mut keep = [0, low, high, last];
    keep.sort_unstable();
    let mut before = usize::MAX;
    for i in keep {
        if i != before {
            out.push(column[i]);
        }
        before = i;
    }
    column.clear();
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

    #[test]
    fn forty_thousand_points_become_few_and_keep_every_extreme() {
        let noise = |i: u32| f64::from(i.wrapping_mul(2_654_435_761) >> 16);
        let points: Vec<Point> = (0..43_200).map(|i| (46.0 + f64::from(i) * 400.0 / 43_200.0, noise(i))).collect();
        let thinned = thin(points.iter().copied());
        assert!(thinned.len() <= 4 * 801, "{}", thinned.len());
        assert_eq!((thinned.first(), thinned.last()), (points.first(), points.last()));
        assert!(thinned.windows(2).all(|w| w[0].0 <= w[1].0));
        for column in 92..892 {
            let within = |p: &&Point| (p.0 / COLUMN_PX).floor() as i32 == column;
            let ends = |all: &[Point]| {
                all.iter().filter(within).fold((f64::MAX, f64::MIN), |(low, high), p| (low.min(p.1), high.max(p.1)))
            };
            assert_eq!(ends(&points), ends(&thinned), "column {column}");
        }
    }

    #[test]
    fn few_points_stay_as_they_are() {
        let points: Vec<Point> = (0..63).map(|i| (f64::from(i) * 6.0, f64::from(i % 7))).collect();
        assert_eq!(thin(points.iter().copied()), points);
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
