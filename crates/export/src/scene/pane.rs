//! One chart: axes, hatching, fan, areas, lines, the dotted way into an unfinished bucket, isolated points.

use super::look::{Look, look};
use super::path::{COLUMN_PX, dots, hatch, runs, thin};
use super::ruler::{Mark, Ruler};
use super::shape::{Anchor, Ink, Point, Shape, text_width_about};
use super::yaxis::YAxis;
use crate::model::{Exactness, Line, Metric, Qualities};

/// Gutter of the value axis, the same in every chart so that time lines up down a column.
const LEFT: f64 = 46.0;
const RIGHT: f64 = 10.0;
/// Band above the plot, kept free for the crosshair's flag.
const TOP: f64 = 24.0;
/// Band of the time axis.
pub(super) const BOTTOM: f64 = 22.0;
/// Room above the highest value.
const HEADROOM: f64 = 1.02;
/// Room above the highest value where that is a lower bound: what lies above is hatched.
const HEADROOM_BEYOND: f64 = 1.15;
const HALO_PX: f64 = 4.0;
/// Room between two labels of the time axis.
const LABEL_GAP_PX: f64 = 8.0;
/// Width and height of an arrow, in CSS pixels.
const ARROW: Point = (6.0, 5.0);
/// Buckets closer than this, in CSS pixels, have no halo: it would cover more than it sets off.
const HALO_SLOT_PX: f64 = 1.0;

/// Width of the part of a box that has time below it.
pub fn time_width(box_width: f64) -> f64 {
    (box_width - LEFT - RIGHT).max(1.0)
}

/// A line and how it looks.
#[derive(Clone, Copy, Debug)]
pub struct PaneLine<'a> {
    /// One value a bucket; not a number is a gap.
    pub values: &'a [f64],
    pub look: Look,
    /// What is known of the values beside them; `None`: all are exact.
    pub quality: Option<&'a Qualities>,
    /// It does not set the scale: where it leaves the plot, an arrow is at the upper edge.
    pub free: bool,
}

impl<'a> PaneLine<'a> {
    /// A line whose values are exact.
    pub const fn exact(values: &'a [f64], look: Look) -> Self {
        Self { values, look, quality: None, free: false }
    }
}

/// What a chart shows. All slices have one entry a bucket.
#[derive(Clone, Copy, Debug)]
pub struct PaneInput<'a> {
    /// Of the whole plot box, in CSS pixels.
    pub size: Point,
    pub buckets: usize,
    /// Lines that are switched on, in the legend's order; the first covers the others.
    pub lines: &'a [PaneLine<'a>],
    /// The period before, where it is switched on.
    pub before: Option<&'a [f64]>,
    /// Lower and upper edge of the fan (P50 and P99).
    pub fan: Option<(&'a [f64], &'a [f64])>,
    /// Calls of each bucket where those without any are hatched: for levels, never for amounts.
    pub calls: Option<&'a [u64]>,
    /// The last bucket is not over.
    pub unfinished: bool,
    pub logarithmic: bool,
    /// Values are whole numbers.
    pub whole: bool,
    /// No value lies above this, nor does the axis.
    pub ceiling: Option<f64>,
    pub marks: &'a [Mark],
}

/// A chart laid out: shapes to paint, and the scales that an overlay needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Pane {
    pub size: Point,
    pub ruler: Ruler,
    pub axis: YAxis,
    /// Width of the columns that lines are thinned to.
    column_px: f64,
    pub shapes: Vec<Shape>,
}

impl Pane {
    /// Upper edge of the plot.
    pub const fn top(&self) -> f64 {
        TOP
    }

    /// Foot of the plot.
    pub const fn foot(&self) -> f64 {
        self.size.1 - BOTTOM
    }

    /// Height at which a value is drawn.
    pub fn y(&self, value: f64) -> f64 {
        self.foot() - self.axis.share(value) * (self.foot() - TOP)
    }

    /// Whether a value lies above the plot.
    pub fn is_beyond(&self, value: f64) -> bool {
        self.axis.share(value) > 1.0 + 1e-9
    }

    fn point(&self, bucket: usize, value: f64) -> Point {
        (self.ruler.x(bucket), self.y(value))
    }

    /// The path through a stretch of values without gaps.
    fn path(&self, values: &[f64], run: core::ops::Range<usize>) -> Vec<Point> {
        thin(values, run, self.column_px, |i| self.ruler.x(i), |value| self.y(value))
    }
}

/// Lays a chart out.
pub fn pane(input: &PaneInput) -> Pane {
    pane_for(input, COLUMN_PX)
}

/// Lays a chart out for a screen whose pixels are `column_px` wide, in CSS pixels: of what falls into one of them, the extremes are kept.
pub fn pane_for(input: &PaneInput, column_px: f64) -> Pane {
    let (width, height) = input.size;
    let ruler = Ruler { left: LEFT, width: time_width(width), buckets: input.buckets };
    let steps = if height > 200.0 { 5 } else { 4 };
    let mut pane = Pane { size: input.size, ruler, axis: axis(input, steps), column_px, shapes: Vec::new() };
    let mut out = Vec::new();
    grid(&pane, width - RIGHT, &mut out);
    if let Some(calls) = input.calls {
        let empty = |bucket: usize| calls.get(bucket).is_some_and(|&n| n == 0);
        hatched(&pane, calls.len(), |bucket| empty(bucket).then_some(pane.foot()), &mut out);
    }
    if input.lines.iter().any(|line| line.quality.is_some()) {
        not_observed(&pane, input, &mut out);
        beyond(&pane, input.lines, &mut out);
    }
    for mark in input.marks.iter().filter(|m| m.rule && m.at > 0.0) {
        let x = ruler.edge(mark.at);
        out.push(Shape::Hairline { from: (x, TOP), to: (x, pane.foot()), ink: Ink::of("--rule-strong") });
    }
    let finished = input.buckets - usize::from(input.unfinished && input.buckets > 0);
    if let Some((low, high)) = input.fan {
        fan(&pane, low, high, finished, &mut out);
    }
    if let Some(before) = input.before {
        let line = PaneLine::exact(before, look(Metric::Calls, Line::Before));
        finished_part(&pane, line, input.buckets, &mut out);
    }
    for line in input.lines.iter().rev() {
        let within: Vec<f64>;
        let mut line = *line;
        if line.free && line.values.iter().any(|&value| pane.is_beyond(value)) {
            arrows(&pane, line, &mut out);
            within = line.values.iter().map(|&value| if pane.is_beyond(value) { f64::NAN } else { value }).collect();
            line.values = &within;
        }
        let line = &line;
        finished_part(&pane, *line, finished, &mut out);
        if finished < input.buckets {
            last_part(&pane, *line, finished, &mut out);
        }
    }
    out.push(Shape::Hairline { from: (LEFT, pane.foot()), to: (width - RIGHT, pane.foot()), ink: Ink::of("--axis") });
    time_axis(&ruler, pane.foot(), height, width, input.marks, &mut out);
    pane.shapes = out;
    pane
}

fn axis(input: &PaneInput, steps: u32) -> YAxis {
    let sets = |line: &&PaneLine<'_>| !line.free || input.lines.iter().all(|line| line.free);
    let shown = input.lines.iter().filter(sets).map(|l| l.values).chain(input.before);
    let (mut min, mut max) = (f64::INFINITY, 0.0_f64);
    for &value in shown.flatten().filter(|v| **v > 0.0 && **v < f64::INFINITY) {
        if value > max {
            max = value;
        }
        if value < min {
            min = value;
        }
    }
    let mut top = max * HEADROOM;
    for line in input.lines.iter().filter(sets) {
        let Some(quality) = line.quality else { continue };
        let bounds = line.values.iter().enumerate().filter(|(at, _)| quality.exactness_at(*at) == Exactness::AtLeast);
        top = bounds.map(|(_, value)| value * HEADROOM_BEYOND).fold(top, f64::max);
    }
    if input.logarithmic {
        YAxis::logarithmic(min, if top > max * HEADROOM { top } else { max }, steps, input.whole)
    } else {
        YAxis::linear(top.min(input.ceiling.unwrap_or(f64::MAX)), steps, input.whole)
    }
}

fn grid(pane: &Pane, right: f64, out: &mut Vec<Shape>) {
    for &value in &pane.axis.lines {
        let y = pane.y(value);
        if value != 0.0 {
            out.push(Shape::Hairline { from: (LEFT, y), to: (right, y), ink: Ink::of("--grid") });
        }
        out.push(Shape::Text {
            at: (LEFT - 7.0, y + 4.0),
            text: pane.axis.label(value),
            anchor: Anchor::End,
            strong: false,
            ink: Ink::of("--ink-3"),
        });
    }
}

/// Hatches each run of buckets from the top down to where `foot` says for all of them.
fn hatched(pane: &Pane, buckets: usize, foot: impl Fn(usize) -> Option<f64>, out: &mut Vec<Shape>) {
    let mut from: Option<(usize, f64)> = None;
    for bucket in 0..=buckets {
        let here = if bucket < buckets { foot(bucket) } else { None };
        if let Some((start, y)) = from.filter(|(_, y)| here != Some(*y)) {
            let (x1, x2) = (pane.ruler.edge(start as f64), pane.ruler.edge(bucket as f64));
            out.extend(hatch((x1, TOP), (x2 - x1, y - TOP), Ink::faint("--hatch", 0.55)));
            from = None;
        }
        from = from.or(here.map(|y| (bucket, y)));
    }
}

/// Buckets of which the source has nothing to say, as far as they are not hatched for want of calls.
fn not_observed(pane: &Pane, input: &PaneInput, out: &mut Vec<Shape>) {
    let empty = |bucket: usize| input.calls.is_some_and(|calls| calls.get(bucket) == Some(&0));
    let gaps = || input.lines.iter().filter_map(|line| line.quality).map(|quality| &quality.gaps);
    let found = |bucket: usize| gaps().any(|gaps| gaps.binary_search_by_key(&bucket, |(at, _)| *at as usize).is_ok());
    hatched(pane, input.buckets, |bucket| (found(bucket) && !empty(bucket)).then_some(pane.foot()), out);
}

/// What lies above values that are lower bounds: the true value is somewhere there.
fn beyond(pane: &Pane, lines: &[PaneLine<'_>], out: &mut Vec<Shape>) {
    let lowest = |bucket: usize| {
        let bounds = lines.iter().filter(|line| line.quality.is_some_and(|of| of.exactness_at(bucket) == Exactness::AtLeast));
        let values = bounds.filter_map(|line| line.values.get(bucket).copied()).filter(|value| value.is_finite());
        values.reduce(f64::min).map(|value| pane.y(value))
    };
    hatched(pane, pane.ruler.buckets, lowest, out);
}

fn fan(pane: &Pane, low: &[f64], high: &[f64], finished: usize, out: &mut Vec<Shape>) {
    for run in runs(low, 0..finished) {
        let mut points: Vec<Point> = runs(high, run.clone()).into_iter().flat_map(|part| pane.path(high, part)).collect();
        points.extend(pane.path(low, run.clone()).into_iter().rev());
        if run.len() > 1 {
            out.push(Shape::Polygon { points, ink: Ink::faint("--p-fan", 0.08) });
        }
    }
}

/// Area and line over buckets that are over. A value between gaps is a dot: a line has no length there. What has one colour comes together,
/// so that a painter can paint it in one go.
fn finished_part(pane: &Pane, line: PaneLine, finished: usize, out: &mut Vec<Shape>) {
    let Look { token, width, area, halo } = line.look;
    let paths: Vec<Vec<Point>> = runs(line.values, 0..finished).into_iter().map(|run| pane.path(line.values, run)).collect();
    let (lines, alone): (Vec<_>, Vec<_>) = paths.into_iter().partition(|points| points.len() > 1);
    if area {
        for points in &lines {
            let mut outline = points.clone();
            outline.extend([(points[points.len() - 1].0, pane.foot()), (points[0].0, pane.foot())]);
            out.push(Shape::Polygon { points: outline, ink: Ink::faint(token, 0.1) });
        }
    }
    if halo && pane.ruler.slot() >= HALO_SLOT_PX {
        let halos = lines.iter().map(|p| Shape::Polyline { points: p.clone(), width: HALO_PX, ink: Ink::of("--panel") });
        out.extend(halos);
    }
    out.extend(lines.into_iter().map(|points| Shape::Polyline { points, width, ink: Ink::of(token) }));
    // Where buckets are narrow there may be hundreds: no wider than the line then.
    let radius = (width / 2.0 + 0.75).min(pane.ruler.slot() / 2.0).max(width / 2.0);
    let dot = |at: Point| Shape::Circle { at, radius, fill: Ink::of(token), outline: None };
    out.extend(alone.into_iter().flatten().map(dot));
}

/// Arrows at the upper edge where a line leaves the plot, as many as have room.
fn arrows(pane: &Pane, line: PaneLine, out: &mut Vec<Shape>) {
    let mut free_from = f64::MIN;
    for (bucket, _) in line.values.iter().enumerate().filter(|(_, value)| pane.is_beyond(**value)) {
        let x = pane.ruler.x(bucket);
        if x >= free_from {
            let points = vec![(x - ARROW.0 / 2.0, TOP + ARROW.1), (x, TOP), (x + ARROW.0 / 2.0, TOP + ARROW.1)];
            out.push(Shape::Polygon { points, ink: Ink::of(line.look.token) });
            free_from = x + ARROW.0 + 2.0;
        }
    }
}

/// Dots from the newest finished bucket to the one under way, which is a hollow point.
fn last_part(pane: &Pane, line: PaneLine, finished: usize, out: &mut Vec<Shape>) {
    let value = |i: usize| line.values.get(i).copied().filter(|v| v.is_finite());
    let Some(here) = value(finished) else { return };
    let here = pane.point(finished, here);
    let ink = Ink::of(line.look.token);
    if let Some((i, before)) = finished.checked_sub(1).and_then(|i| Some((i, value(i)?))) {
        out.extend(dots(pane.point(i, before), here, line.look.width / 2.0 + 0.25, ink));
    }
    out.push(Shape::Circle { at: here, radius: 2.25, fill: Ink::of("--panel"), outline: Some((ink, 1.5)) });
}

/// Marks and labels below a plot. A label that would leave the box or touch the one before it is left out.
pub(super) fn time_axis(ruler: &Ruler, foot: f64, height: f64, width: f64, marks: &[Mark], out: &mut Vec<Shape>) {
    let mut free_from = 0.0;
    // Strong labels come last: changing the font costs a painter more than a label.
    let mut days = Vec::new();
    for mark in marks {
        let x = ruler.edge(mark.at);
        let length = if mark.strong { 5.0 } else { 4.0 };
        out.push(Shape::Hairline { from: (x, foot), to: (x, foot + length), ink: Ink::of("--axis") });
        let half = text_width_about(&mark.label) / 2.0;
        if x - half < free_from || x + half > width {
            continue;
        }
        free_from = x + half + LABEL_GAP_PX;
        let label = |ink| Shape::Text {
            at: (x, height - 4.0),
            text: mark.label.clone(),
            anchor: Anchor::Middle,
            strong: mark.strong,
            ink: Ink::of(ink),
        };
        if mark.strong { days.push(label("--ink-2")) } else { out.push(label("--ink-3")) }
    }
    out.append(&mut days);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input<'a>(lines: &'a [PaneLine<'a>], buckets: usize) -> PaneInput<'a> {
        PaneInput {
            size: (456.0, 170.0),
            buckets,
            lines,
            before: None,
            fan: None,
            calls: None,
            unfinished: false,
            logarithmic: false,
            whole: false,
            ceiling: None,
            marks: &[],
        }
    }

    fn lines_of(shapes: &[Shape], of: &str) -> Vec<Vec<Point>> {
        let line = |s: &Shape| match s {
            Shape::Polyline { points, ink, .. } if ink.token == of => Some(points.clone()),
            _ => None,
        };
        shapes.iter().filter_map(line).collect()
    }

    #[test]
    fn values_lie_on_their_grid() {
        let values = [0.0, 5.0, 10.0, f64::NAN, 7.0];
        let line = [PaneLine::exact(&values, look(Metric::Latency, Line::Avg))];
        let laid = pane(&input(&line, 5));
        assert_eq!((laid.y(0.0), laid.y(*laid.axis.lines.last().unwrap())), (148.0, 24.0));
        let drawn = lines_of(&laid.shapes, "--s-total");
        assert_eq!(drawn, [vec![(86.0, 148.0), (166.0, laid.y(5.0)), (246.0, laid.y(10.0))]]);
        let alone = laid.shapes.iter().any(|s| matches!(s, Shape::Circle { at, .. } if *at == (406.0, laid.y(7.0))));
        assert!(alone, "a value between a gap and the end is a dot");
    }

    #[test]
    fn an_unfinished_bucket_is_dotted_and_hollow_and_outside_of_line_and_area() {
        let values = [4.0, 8.0, 2.0];
        let line = [PaneLine::exact(&values, look(Metric::Rpm, Line::PerMinute))];
        let laid = pane(&PaneInput { unfinished: true, ..input(&line, 3) });
        assert_eq!(lines_of(&laid.shapes, "--s-total")[0].len(), 2);
        let area = laid.shapes.iter().find_map(|s| match s {
            Shape::Polygon { points, .. } => Some(points.clone()),
            _ => None,
        });
        assert!(area.unwrap().iter().all(|p| p.0 <= laid.ruler.x(1)));
        let hollow = laid.shapes.iter().filter(|s| matches!(s, Shape::Circle { outline: Some(_), .. })).count();
        let dotted = laid.shapes.iter().filter(|s| matches!(s, Shape::Circle { outline: None, .. })).count();
        assert!(hollow == 1 && dotted > 20, "{hollow} {dotted}");
    }

    #[test]
    fn a_free_line_sets_no_scale_and_leaves_the_plot_by_an_arrow() {
        let (p99, max) = ([4.0, 8.0, 6.0, 5.0], [9.0, 900.0, f64::NAN, 7.0]);
        let free = PaneLine { free: true, ..PaneLine::exact(&max, look(Metric::Ttft, Line::Max)) };
        let laid = pane(&input(&[PaneLine::exact(&p99, look(Metric::Ttft, Line::P99)), free], 4));
        assert_eq!(laid.axis.lines.last(), Some(&10.0));
        let arrows: Vec<_> =
            laid.shapes.iter().filter(|s| matches!(s, Shape::Polygon { ink, .. } if ink.token == "--p-max")).collect();
        assert!(matches!(arrows[..], [Shape::Polygon { points, .. }] if points[1] == (laid.ruler.x(1), TOP)), "{arrows:?}");
        let above = |s: &Shape| match s {
            Shape::Polyline { points, .. } | Shape::Polygon { points, .. } => points.iter().any(|p| p.1 < TOP),
            Shape::Circle { at, .. } => at.1 < TOP,
            _ => false,
        };
        assert!(!laid.shapes.iter().any(above), "nothing is drawn above the plot");
        // Alone, it sets the scale.
        assert_eq!(pane(&input(&[free], 4)).axis.lines.last(), Some(&1000.0));
    }

    #[test]
    fn only_buckets_without_calls_are_hatched() {
        let values = [1.0, f64::NAN, f64::NAN, 1.0];
        let line = [PaneLine::exact(&values, look(Metric::Latency, Line::Avg))];
        let laid = pane(&PaneInput { calls: Some(&[3, 0, 2, 1]), ..input(&line, 4) });
        let hatching = lines_of(&laid.shapes, "--hatch");
        let (from, to) = (laid.ruler.edge(1.0), laid.ruler.edge(2.0));
        assert!(!hatching.is_empty());
        assert!(hatching.iter().flatten().all(|p| p.0 >= from - 1e-9 && p.0 <= to + 1e-9));
    }

    #[test]
    fn the_axis_follows_the_lines_that_are_on() {
        let (small, large) = ([1.0, 2.0], [100.0, 900.0]);
        let shown = |values| PaneLine::exact(values, look(Metric::Errors, Line::Status(429)));
        let both = [shown(&small), shown(&large)];
        let top = |laid: &Pane| *laid.axis.lines.last().unwrap();
        assert_eq!(top(&pane(&input(&both, 2))), 1000.0);
        assert_eq!(top(&pane(&input(&both[..1], 2))), 3.0);
        assert_eq!(top(&pane(&input(&[], 2))), 1.0);
        let all_failed = [PaneLine::exact(&[100.0, 2.0], look(Metric::FailureRate, Line::Rate))];
        assert_eq!(top(&pane(&PaneInput { ceiling: Some(100.0), ..input(&all_failed, 2) })), 100.0);
        let logarithmic = pane(&PaneInput { logarithmic: true, ..input(&both, 2) });
        assert!(logarithmic.y(1.0) - logarithmic.y(2.0) > 5.0);
    }

    #[test]
    fn labels_never_overlap_or_leave_the_box() {
        let marks: Vec<Mark> =
            (0..40).map(|i| Mark { at: f64::from(i) / 4.0, label: "Tue 10".into(), rule: true, strong: true }).collect();
        let laid = pane(&PaneInput { marks: &marks, ..input(&[], 10) });
        let places: Vec<f64> = laid
            .shapes
            .iter()
            .filter_map(|s| match s {
                Shape::Text { at, anchor: Anchor::Middle, .. } => Some(at.0),
                _ => None,
            })
            .collect();
        let half = text_width_about("Tue 10") / 2.0;
        assert!(places.len() > 5 && places.windows(2).all(|w| w[1] - w[0] > 2.0 * half), "{places:?}");
        assert!(places.iter().all(|x| x - half >= 0.0 && x + half <= 456.0));
    }
}
