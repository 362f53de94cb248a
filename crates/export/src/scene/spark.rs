//! The small chart of a tile: the period's shape over the grey one of the period before, days below.

use super::look::look;
use super::pane::{BOTTOM, PaneLine};
use super::path::{COLUMN_PX, dots, runs, thin};
use super::ruler::{Mark, Ruler};
use super::shape::{Anchor, Ink, Point, Shape, text_width_about};
use crate::model::{Line, Metric};

const SIDE: f64 = 12.0;
const TOP: f64 = 4.0;
/// Less than a chart's: there is no flag and one row of days.
const FOOT: f64 = BOTTOM - 4.0;

/// Lays a tile's chart out. Slices have one value a bucket; `before` is empty where nothing is compared. Both are on one scale.
pub fn spark(size: Point, line: PaneLine, before: &[f64], unfinished: bool, marks: &[Mark]) -> Vec<Shape> {
    let (width, height) = size;
    let buckets = line.values.len();
    let ruler = Ruler { left: SIDE, width: (width - 2.0 * SIDE).max(1.0), buckets };
    let foot = height - FOOT;
    let max = line.values.iter().chain(before).copied().filter(|v| v.is_finite()).fold(0.0, f64::max);
    let y = |value: f64| if max > 0.0 { foot - value / max * (foot - TOP) } else { foot };
    let mut out = Vec::new();
    let mut free_from = f64::MIN;
    for mark in marks {
        let x = ruler.edge(mark.at);
        out.push(Shape::Hairline { from: (x, foot), to: (x, foot + 4.0), ink: Ink::of("--axis") });
        let end = x + 4.0 + text_width_about(&mark.label);
        if x >= free_from && end <= width - 4.0 {
            free_from = end + 4.0;
            let text = mark.label.clone();
            let ink = Ink::of("--ink-3");
            out.push(Shape::Text { at: (x + 4.0, height - 5.0), text, anchor: Anchor::Start, strong: false, ink });
        }
    }
    out.push(Shape::Hairline { from: (SIDE, foot), to: (width - SIDE, foot), ink: Ink::of("--axis") });
    let path = |values: &[f64], part: core::ops::Range<usize>| -> Vec<Vec<Point>> {
        runs(values, part).into_iter().map(|run| thin(values, run, COLUMN_PX, |i| ruler.x(i), y)).collect()
    };
    let grey = look(Metric::Calls, Line::Before);
    for points in path(before, 0..before.len().min(buckets)) {
        out.push(Shape::Polyline { points, width: grey.width, ink: Ink::of(grey.token) });
    }
    let finished = buckets - usize::from(unfinished && buckets > 0);
    let ink = Ink::of(line.look.token);
    for points in path(line.values, 0..finished) {
        if let (Some(first), Some(last)) = (points.first(), points.last()) {
            let mut area = points.clone();
            area.extend([(last.0, foot), (first.0, foot)]);
            out.push(Shape::Polygon { points: area, ink: Ink::faint(line.look.token, 0.1) });
        }
        out.push(Shape::Polyline { points, width: line.look.width, ink });
    }
    if let (true, Some(&here)) = (finished < buckets, line.values.last().filter(|v| v.is_finite())) {
        let here = (ruler.x(finished), y(here));
        let from = finished.checked_sub(1).and_then(|i| line.values.get(i).map(|&v| (ruler.x(i), y(v)))).unwrap_or(here);
        out.extend(dots(from, here, line.look.width / 2.0 + 0.25, ink));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Look;

    const LOOK: Look = Look { token: "--s-total", width: 1.5, area: true, halo: false };

    #[test]
    fn both_periods_share_a_scale_and_stay_inside() {
        let values = [1.0, 3.0, 2.0];
        let shapes = spark((240.0, 66.0), PaneLine::exact(&values, LOOK), &[6.0, 0.0, 1.0], true, &[]);
        let mut lines = shapes.iter().filter_map(|s| match s {
            Shape::Polyline { points, ink, .. } => Some((ink.token, points.clone())),
            _ => None,
        });
        let (token, before) = lines.next().unwrap();
        assert_eq!((token, before[0], before[1].1), ("--s-prev", (48.0, 4.0), 48.0));
        let (token, now) = lines.next().unwrap();
        assert_eq!((token, now.len(), now[1].1), ("--s-total", 2, 26.0));
        assert_eq!(lines.next(), None);
    }

    #[test]
    fn labels_that_would_meet_are_left_out() {
        let mark = |at: f64, label: &str| Mark { at, label: label.into(), rule: false, strong: false };
        let marks = [mark(0.0, "Mon 30"), mark(3.0, "03"), mark(6.0, "06"), mark(9.0, "09")];
        let shapes = spark((160.0, 66.0), PaneLine::exact(&[1.0; 12], LOOK), &[], false, &marks);
        let texts: Vec<&str> =
            shapes.iter().filter_map(|s| if let Shape::Text { text, .. } = s { Some(text.as_str()) } else { None }).collect();
        assert_eq!(texts, ["Mon 30", "06", "09"]);
    }

    #[test]
    fn nothing_at_all_is_a_flat_axis() {
        let shapes = spark((240.0, 66.0), PaneLine::exact(&[], LOOK), &[], true, &[]);
        assert_eq!(shapes.len(), 1);
        let flat = spark((240.0, 66.0), PaneLine::exact(&[0.0, 0.0], LOOK), &[], false, &[]);
        assert!(flat.iter().any(|s| matches!(s, Shape::Polyline { points, .. } if points.iter().all(|p| p.1 == 48.0))));
    }
}
