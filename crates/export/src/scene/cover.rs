//! Column reduction: what a line covers, pixel column by pixel column, where its points are denser
//! than pixels. A browser takes several times as long to stroke it.

use super::shape::Point;

/// Lines narrower than this are placed to half a unit across: whole ones would take their slopes away.
const FINE: f64 = 3.0;

/// The stretch of each column that a line covers.
#[derive(Clone, Debug, PartialEq)]
pub struct Cover {
    /// Columns in a unit.
    pub across: u32,
    /// The first column, counted from the left end.
    pub first: i32,
    /// Upper and lower end in each column; of one without anything the upper one is below.
    pub spans: Vec<Point>,
}

/// A column without anything.
const EMPTY: Point = (f64::INFINITY, f64::NEG_INFINITY);

/// What a line with round joins and ends covers; `None` where its points are more than a unit apart, or not in order.
///
/// A line that goes from left to right covers one stretch of every column: whatever is within half its width of one of its places.
pub fn cover(points: &[Point], width: f64) -> Option<Cover> {
    let (first, last) = (points.first()?, points.last()?);
    if points.len() as f64 <= last.0 - first.0 || !points.is_sorted_by(|a, b| a.0 <= b.0) {
        return None;
    }
    let across = if width < FINE { 2 } else { 1 };
    let (radius, columns) = (width / 2.0, f64::from(across));
    let from = ((first.0 - radius) * columns).floor();
    let places = places(points, columns, from, ((last.0 + radius) * columns).floor() - from);
    // How far the line reaches above and below a place so many columns beside it.
    let beside = |n: u32| radius * radius - (f64::from(n) / columns).powi(2);
    let reach: Vec<f64> = (0..).map(beside).take_while(|square| *square > 0.0).map(f64::sqrt).collect();
    let mut spans = vec![EMPTY; places.len()];
    for (n, reach) in reach.into_iter().enumerate() {
        for (at, &(upper, lower)) in places.iter().enumerate() {
            for at in [at.checked_sub(n), Some(at + n)] {
                if let Some(span) = at.and_then(|at| spans.get_mut(at)) {
                    widen(span, upper - reach, lower + reach);
                }
            }
        }
    }
    Some(Cover { across, first: from as i32, spans })
}

/// The highest and the lowest place of a line in each column, those where it enters and leaves it among them.
fn places(points: &[Point], columns: f64, before: f64, last: f64) -> Vec<Point> {
    let mut out = vec![EMPTY; last as usize + 1];
    let mut put = |at: usize, y: f64| {
        if let Some(span) = out.get_mut(at) {
            widen(span, y, y);
        }
    };
    let mut from: Option<(Point, usize)> = None;
    for &(x, y) in points {
        let at = (x * columns - before) as usize;
        if let Some(((from_x, from_y), from_at)) = from {
            let slope = (y - from_y) / (x - from_x);
            for edge in from_at + 1..=at {
                let y = from_y + ((before + edge as f64) / columns - from_x) * slope;
                put(edge - 1, y);
                put(edge, y);
            }
        }
        put(at, y);
        from = Some(((x, y), at));
    }
    out
}

fn widen(span: &mut Point, upper: f64, lower: f64) {
    if upper < span.0 {
        span.0 = upper;
    }
    if lower > span.1 {
        span.1 = lower;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a line of this radius covers at a place, by looking at many places of the line.
    fn naive(points: &[Point], radius: f64, x: f64) -> Option<Point> {
        let steps = 200;
        let between = |w: &[Point], n: i32| {
            let share = f64::from(n) / f64::from(steps);
            (w[0].0 + (w[1].0 - w[0].0) * share, w[0].1 + (w[1].1 - w[0].1) * share)
        };
        let places = points.windows(2).flat_map(|w| (0..=steps).map(move |n| between(w, n)));
        let near = places.filter(|p| (p.0 - x).abs() < radius);
        let reached = near.map(|p| (p.1, (radius * radius - (p.0 - x).powi(2)).sqrt())).map(|(y, reach)| (y - reach, y + reach));
        reached.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    proptest::proptest! {
        #[test]
        fn columns_are_covered_as_by_a_line_that_is_a_column_wider_or_narrower(
            heights in proptest::collection::vec(0.0..124.0_f64, 40..120),
            slot in 0.1..0.95_f64,
            width in 1.0..5.0_f64,
        ) {
            let points: Vec<Point> = heights.iter().enumerate().map(|(i, y)| (46.0 + i as f64 * slot, *y)).collect();
            let cover = cover(&points, width).unwrap();
            let column = 1.0 / f64::from(cover.across);
            for (i, span) in cover.spans.iter().enumerate() {
                let x = (f64::from(cover.first) + i as f64 + 0.5) * column;
                if x < points[0].0 || x > points[points.len() - 1].0 {
                    continue;
                }
                let most = naive(&points, width / 2.0 + column, x).unwrap();
                proptest::prop_assert!(span.0 >= most.0 - 1e-6 && span.1 <= most.1 + 1e-6, "{span:?} {most:?}");
                if let Some(least) = naive(&points, width / 2.0 - column / 2.0, x).filter(|_| width > column) {
                    proptest::prop_assert!(span.0 <= least.0 + 1e-6 && span.1 >= least.1 - 1e-6, "{span:?} {least:?}");
                }
            }
        }
    }

    #[test]
    fn extremes_reach_half_a_width_further() {
        let y = |i: i32| if i == 200 { 24.0 } else { 140.0 + f64::from(i % 3) };
        let points: Vec<Point> = (0..400).map(|i| (46.0 + f64::from(i) / 4.0, y(i))).collect();
        let cover = cover(&points, 1.5).unwrap();
        let ends = cover.spans.iter().fold(EMPTY, |ends, span| (ends.0.min(span.0), ends.1.max(span.1)));
        assert_eq!((ends, cover.across), ((24.0 - 0.75, 142.0 + 0.75), 2));
        assert_eq!((cover.first, cover.spans.len()), (90, 204));
    }

    #[test]
    fn lines_of_few_points_are_left_to_the_browser() {
        let points: Vec<Point> = (0..50).map(|i| (46.0 + f64::from(i) * 4.0, 80.0)).collect();
        assert_eq!(cover(&points, 1.5), None);
        assert_eq!((cover(&[], 1.5), cover(&points[..1], 1.5).map(|cover| cover.spans.len())), (None, Some(4)));
        assert_eq!(cover(&[(9.0, 1.0), (8.5, 2.0), (8.75, 1.0)], 1.5), None);
    }
}
