//! Bars: failed calls per bucket in stacked layers, and the small bars of a table row.

use super::pane::{BOTTOM, time_axis, time_width};
use super::path::dots;
use super::ruler::{Mark, Ruler};
use super::shape::{Anchor, Ink, Point, Shape};
use super::yaxis::YAxis;

const LEFT: f64 = 46.0;
const RIGHT: f64 = 10.0;
/// Band above the bars for the flag of the bar that is read.
const TOP: f64 = 24.0;
/// How strong the bar of a bucket that is not over is.
const UNFINISHED: f64 = 0.4;
const DOT_RADIUS: f64 = 0.8;

/// One part of every bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    pub values: Vec<f64>,
    pub ink: Ink,
}

/// A bar chart laid out.
#[derive(Clone, Debug, PartialEq)]
pub struct Strip {
    pub size: Point,
    pub ruler: Ruler,
    pub shapes: Vec<Shape>,
}

impl Strip {
    /// Upper edge and foot of the bars.
    pub const fn band(&self) -> (f64, f64) {
        (TOP, self.size.1 - BOTTOM)
    }
}

/// Lays out stacked bars, the first layer at the foot. The bar of a last bucket that is not over is faint and
/// dotted around, as lines are on the way there; hatching says that there are no calls.
pub fn strip(size: Point, buckets: usize, layers: &[Layer], unfinished: bool, marks: &[Mark]) -> Strip {
    let (width, height) = size;
    let ruler = Ruler { left: LEFT, width: time_width(width), buckets };
    let foot = height - BOTTOM;
    let total = |i: usize| layers.iter().filter_map(|l| l.values.get(i)).sum::<f64>();
    let max = (0..buckets).map(total).fold(0.0, f64::max);
    let axis = YAxis::linear(max * 1.02, 4, true);
    let y = |value: f64| foot - axis.share(value) * (foot - TOP);
    let mut out = Vec::new();
    for &value in &axis.lines {
        let at = y(value);
        if value != 0.0 {
            out.push(Shape::Hairline { from: (LEFT, at), to: (width - RIGHT, at), ink: Ink::of("--grid") });
        }
        let (text, ink) = (axis.label(value), Ink::of("--ink-3"));
        out.push(Shape::Text { at: (LEFT - 7.0, at + 4.0), text, anchor: Anchor::End, strong: false, ink });
    }
    for mark in marks.iter().filter(|m| m.rule && m.at > 0.0) {
        let x = ruler.edge(mark.at);
        out.push(Shape::Hairline { from: (x, TOP), to: (x, foot), ink: Ink::of("--rule-strong") });
    }
    let slot = ruler.slot();
    let gap = (slot * 0.14).clamp(0.0, 3.0).max(if slot >= 3.0 { 1.0 } else { 0.0 });
    for i in 0..buckets {
        let is_over = !(unfinished && i + 1 == buckets);
        let mut below = 0.0;
        for layer in layers {
            let Some(&value) = layer.values.get(i).filter(|v| **v > 0.0) else { continue };
            // A single call can be seen beside thousands.
            let (top, bottom) = (y(below + value), y(below));
            let tall = (bottom - top).max(1.0);
            let at = (ruler.edge(i as f64) + gap / 2.0, bottom - tall);
            let ink = Ink { alpha: if is_over { layer.ink.alpha } else { layer.ink.alpha * UNFINISHED }, ..layer.ink };
            out.push(Shape::Rect { at, size: (slot - gap, tall), ink });
            below += value;
        }
        if !is_over && below > 0.0 {
            let (left, right, top) = (ruler.edge(i as f64) + gap / 2.0, ruler.edge(i as f64 + 1.0) - gap / 2.0, y(below));
            let corners = [(left, foot), (left, top), (right, top), (right, foot)];
            let edges = corners.into_iter().zip(corners.into_iter().skip(1));
            out.extend(edges.flat_map(|(from, to)| dots(from, to, DOT_RADIUS, Ink::of("--ink-2"))));
        }
    }
    out.push(Shape::Hairline { from: (LEFT, foot), to: (width - RIGHT, foot), ink: Ink::of("--axis") });
    time_axis(&ruler, foot, height, width, marks, &mut out);
    Strip { size, ruler, shapes: out }
}

/// Bars for a box of the given size, as (place, size), at least a pixel high where there is anything, on the foot less the axis line.
/// Where buckets are narrower than a pixel, each bar is the highest of its neighbours.
pub fn mini(values: &[f64], width: f64, height: f64) -> Vec<(Point, Point)> {
    let max = values.iter().copied().filter(|v| v.is_finite()).fold(0.0, f64::max);
    if max <= 0.0 {
        return Vec::new();
    }
    let bars = values.len().min(width as usize).max(1);
    let slot = width / bars as f64;
    let highest = |bar: usize| {
        let (from, to) = (bar * values.len() / bars, (bar + 1) * values.len() / bars);
        values[from..to].iter().copied().filter(|v| v.is_finite()).fold(0.0, f64::max)
    };
    (0..bars)
        .map(|bar| (bar, highest(bar)))
        .filter(|&(_, value)| value > 0.0)
        .map(|(bar, value)| {
            let tall = (value / max * (height - 3.0)).max(1.0);
            ((bar as f64 * slot, height - 1.0 - tall), ((slot - 0.35).max(1.0), tall))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_stand_on_each_other() {
        let layer = |values: &[f64], token| Layer { values: values.to_vec(), ink: Ink::of(token) };
        let laid = strip((156.0, 148.0), 2, &[layer(&[3.0, 0.0], "--e4-1"), layer(&[1.0, 2.0], "--e5-1")], false, &[]);
        let bars: Vec<(Point, Point)> = laid
            .shapes
            .iter()
            .filter_map(|s| match s {
                Shape::Rect { at, size, .. } => Some((*at, *size)),
                _ => None,
            })
            .collect();
        assert_eq!(bars.len(), 3, "no bar for nothing");
        let (foot_of_upper, top_of_lower) = (bars[1].0.1 + bars[1].1.1, bars[0].0.1);
        assert!((foot_of_upper - top_of_lower).abs() < 1e-9);
        assert!((bars[0].0.1 + bars[0].1.1 - 126.0).abs() < 1e-9 && bars[1].0.1 >= TOP);
    }

    #[test]
    fn a_bar_that_is_not_over_is_dotted_and_below_the_flag() {
        let layer = Layer { values: vec![4.0, 4.0], ink: Ink::of("--e4-1") };
        let laid = strip((156.0, 148.0), 2, &[layer], true, &[]);
        let alphas: Vec<f64> = laid
            .shapes
            .iter()
            .filter_map(|s| match s {
                Shape::Rect { ink, .. } => Some(ink.alpha),
                _ => None,
            })
            .collect();
        assert_eq!(alphas, [1.0, UNFINISHED]);
        let dots = laid.shapes.iter().filter_map(|s| match s {
            Shape::Circle { at, .. } => Some(*at),
            _ => None,
        });
        let dots: Vec<Point> = dots.collect();
        assert!(dots.len() > 20 && dots.iter().all(|at| at.0 >= laid.ruler.edge(1.0) && at.1 >= 18.0));
        // Hatching is for buckets without calls.
        assert!(!laid.shapes.iter().any(|s| matches!(s, Shape::Polyline { .. })));
    }

    #[test]
    fn small_bars_keep_every_peak() {
        let mut values = vec![0.0; 1440];
        values[777] = 5.0;
        let bars = mini(&values, 112.0, 22.0);
        assert_eq!(bars.len(), 1);
        assert_eq!(bars[0].1.1, 19.0);
        assert_eq!(mini(&[0.0; 9], 112.0, 22.0), []);
        assert_eq!(mini(&[1.0, 1000.0], 112.0, 22.0)[0].1.1, 1.0);
    }
}
