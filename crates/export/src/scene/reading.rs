//! Reading a chart: the crosshair's flag, keys that move it, the brush, and when a logarithmic axis is worth offering.

use super::pane::Pane;
use super::ruler::Ruler;
use crate::model::range::MINUTE_MS;
use crate::model::{Bounds, Exactness, Line, Quality, Range};

/// How near to an edge of the selection a pointer takes hold of it, in CSS pixels.
pub const EDGE_GRAB_PX: f64 = 6.0;
/// How far one line must be above all others for the card to offer the logarithmic axis (the design's README).
const OUTSHINES: f64 = 20.0;
/// Most cells that a row of a legend has room for.
const LEGEND_CELLS_MAX: usize = 7;
const FLAG_PAD: f64 = 7.0;
const FLAG_GAP: f64 = 12.0;

/// Where the flag of the crosshair is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flag {
    pub left: f64,
    pub width: f64,
    /// Where its first text begins and its second ends.
    pub text_from: f64,
    pub text_to: f64,
}

/// Places the flag above bucket `x`, inside of a box `box_width` wide, right of the value axis.
pub fn flag(x: f64, box_width: f64, when_width: f64, value_width: f64) -> Flag {
    let width = when_width + value_width + FLAG_GAP + 2.0 * FLAG_PAD;
    let left = (x - width / 2.0).min(box_width - width - 2.0).max(2.0);
    Flag { left, width, text_from: left + FLAG_PAD, text_to: left + width - FLAG_PAD }
}

/// The bar that spans the bounds of a value at the crosshair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Whisker {
    /// Its ends; the upper one has the smaller `y`.
    pub top: f64,
    pub foot: f64,
    /// What is at its upper end.
    pub end: WhiskerEnd,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhiskerEnd {
    /// The upper bound.
    Cap,
    /// There is no upper bound.
    Arrow,
    /// The upper bound lies above the plot.
    Cut,
}

/// The whisker of a value: from its lower bound to its upper one, which for values beyond the last bound is the plot's upper edge. `None`
/// where bounds are not known, or are the value itself.
pub fn whisker(pane: &Pane, value: f64, quality: Quality) -> Option<Whisker> {
    let beyond = quality.exactness == Exactness::AtLeast;
    let bounds = quality.bounds.or_else(|| beyond.then_some(Bounds { low: value, high: f64::INFINITY }))?;
    if quality.exactness == Exactness::Exact || bounds.low == bounds.high || !value.is_finite() {
        return None;
    }
    let foot = pane.y(bounds.low.max(0.0)).clamp(pane.top(), pane.foot());
    if beyond || bounds.high.is_infinite() {
        return Some(Whisker { top: pane.top(), foot, end: WhiskerEnd::Arrow });
    }
    let top = pane.y(bounds.high);
    let end = if top < pane.top() { WhiskerEnd::Cut } else { WhiskerEnd::Cap };
    Some(Whisker { top: top.max(pane.top()), foot, end })
}

/// The line that a chart's flag shows: the tail of a distribution, else the first one.
pub fn leading_line(on: impl IntoIterator<Item = Line> + Clone) -> Option<Line> {
    on.clone().into_iter().find(|line| *line == Line::P99).or_else(|| on.into_iter().next())
}

/// The line that a flag shows at a bucket, of lines with their values there: of statuses the most frequent one, else [`leading_line`].
pub fn flag_line(on: &[(Line, f64)]) -> Option<Line> {
    let lead = leading_line(on.iter().map(|(line, _)| *line))?;
    if !matches!(lead, Line::Status(_)) {
        return Some(lead);
    }
    let value = |of: &(Line, f64)| if of.1.is_nan() { 0.0 } else { of.1 };
    // Of the same number the first one, whose line is on top.
    on.iter().rev().max_by(|a, b| value(a).total_cmp(&value(b))).map(|(line, _)| *line)
}

/// What a key asks of the crosshair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Read this bucket.
    To(usize),
    /// Stop reading, and forget the selection.
    Leave,
    /// Apply the selection.
    Zoom,
    Enlarge,
}

/// The meaning of a key by its name, for a crosshair at `at` (the newest finished bucket where there is none yet).
pub fn key_of(name: &str, at: usize, buckets: usize) -> Option<Key> {
    let last = buckets.checked_sub(1)?;
    let page = (buckets / 10).max(1);
    Some(match name {
        "ArrowLeft" | "ArrowDown" => Key::To(at.saturating_sub(1)),
        "ArrowRight" | "ArrowUp" => Key::To((at + 1).min(last)),
        "PageDown" => Key::To(at.saturating_sub(page)),
        "PageUp" => Key::To((at + page).min(last)),
        "Home" => Key::To(0),
        "End" => Key::To(last),
        "Escape" => Key::Leave,
        "Enter" => Key::Zoom,
        "e" | "E" => Key::Enlarge,
        _ => return None,
    })
}

/// Selected buckets, first and last included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Brush {
    pub first: usize,
    pub last: usize,
}

impl Brush {
    /// From one bucket to another, in either direction.
    pub fn between(a: usize, b: usize) -> Self {
        Self { first: a.min(b), last: a.max(b) }
    }

    /// Left and right edge on a ruler.
    pub fn edges(self, ruler: &Ruler) -> (f64, f64) {
        (ruler.edge(self.first as f64), ruler.edge(self.last as f64 + 1.0))
    }

    /// The time that the selected buckets cover, up to `until_ms` where the last is under way, in whole minutes as custom ranges are.
    pub fn range(self, starts_ms: &[i64], ends_ms: &[i64], until_ms: i64) -> Option<Range> {
        let (from_ms, end_ms) = (*starts_ms.get(self.first)?, *ends_ms.get(self.last)?);
        let to_ms = (end_ms.min(until_ms) + MINUTE_MS - 1).div_euclid(MINUTE_MS) * MINUTE_MS;
        Some(Range { from_ms, to_ms: to_ms.max(from_ms + MINUTE_MS) })
    }

    /// The bucket that stays where it is when the edge under `x` is dragged; `None` where `x` is on no edge.
    pub fn anchor_at(self, ruler: &Ruler, x: f64) -> Option<usize> {
        let (left, right) = self.edges(ruler);
        if (x - left).abs() <= EDGE_GRAB_PX {
            Some(self.last)
        } else if (x - right).abs() <= EDGE_GRAB_PX {
            Some(self.first)
        } else {
            None
        }
    }

    /// The selection after moving its far end with the crosshair from `from` to `to`.
    pub fn extended(before: Option<Self>, from: usize, to: usize) -> Self {
        match before {
            Some(b) if from == b.first && b.first != b.last => Self::between(b.last, to),
            Some(b) if from == b.last => Self::between(b.first, to),
            _ => Self::between(from, to),
        }
    }
}

/// Columns of a legend: up to seven in a row, more in rows as equal as can be.
pub fn legend_columns(cells: usize) -> usize {
    cells.div_ceil(cells.div_ceil(LEGEND_CELLS_MAX).max(1))
}

/// Whether one of several lines is so high that the others lie flat on a linear axis.
pub fn offers_logarithmic<'a>(lines: impl IntoIterator<Item = &'a [f64]>) -> bool {
    let mut peaks: Vec<f64> =
        lines.into_iter().map(|l| l.iter().copied().filter(|v| v.is_finite()).fold(0.0, f64::max)).filter(|p| *p > 0.0).collect();
    peaks.sort_by(|a, b| b.total_cmp(a));
    matches!(peaks[..], [first, second, ..] if first >= OUTSHINES * second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_stays_in_its_box() {
        for x in [0.0, 46.0, 200.0, 446.0, 456.0] {
            let flag = flag(x, 456.0, 60.0, 30.0);
            assert!(flag.left >= 2.0 && flag.left + flag.width <= 454.0, "{flag:?}");
            assert!(flag.text_to - flag.text_from >= 102.0);
        }
    }

    #[test]
    fn the_flag_of_a_chart_of_statuses_tells_of_the_one_that_occurs() {
        let lines =
            |values: [f64; 3]| -> Vec<(Line, f64)> { [429, 413, 503].map(Line::Status).into_iter().zip(values).collect() };
        assert_eq!(flag_line(&lines([0.0, 1.0, 0.0])), Some(Line::Status(413)));
        assert_eq!(flag_line(&lines([2.0, 1.0, 2.0])), Some(Line::Status(429)));
        assert_eq!(flag_line(&lines([f64::NAN, 0.0, f64::NAN])), Some(Line::Status(429)));
        assert_eq!(flag_line(&[(Line::Avg, 9.0), (Line::P99, 1.0)]), Some(Line::P99));
        assert_eq!(flag_line(&[]), None);
    }

    #[test]
    fn legends_wrap_evenly() {
        let columns: Vec<usize> = [0, 1, 6, 7, 8, 13, 15].into_iter().map(legend_columns).collect();
        assert_eq!(columns, [0, 1, 6, 7, 4, 7, 5]);
    }

    #[test]
    fn keys_walk_within_the_buckets() {
        assert_eq!(key_of("ArrowLeft", 0, 63), Some(Key::To(0)));
        assert_eq!(key_of("ArrowRight", 62, 63), Some(Key::To(62)));
        assert_eq!((key_of("PageUp", 50, 63), key_of("End", 0, 63)), (Some(Key::To(56)), Some(Key::To(62))));
        assert_eq!((key_of("Enter", 3, 63), key_of("q", 3, 63), key_of("End", 0, 0)), (Some(Key::Zoom), None, None));
    }

    #[test]
    fn a_selection_grows_and_shrinks_from_its_far_end() {
        let one = Brush::extended(None, 10, 11);
        let two = Brush::extended(Some(one), 11, 12);
        assert_eq!((one, two), (Brush::between(10, 11), Brush::between(10, 12)));
        assert_eq!(Brush::extended(Some(two), 12, 11), Brush::between(10, 11));
        assert_eq!(Brush::extended(Some(Brush::between(9, 10)), 9, 8), Brush::between(8, 10));
        let ruler = Ruler { left: 46.0, width: 630.0, buckets: 63 };
        assert_eq!(two.edges(&ruler), (146.0, 176.0));
        assert_eq!(
            (two.anchor_at(&ruler, 149.0), two.anchor_at(&ruler, 171.0), two.anchor_at(&ruler, 160.0)),
            (Some(12), Some(10), None)
        );
    }

    #[test]
    fn a_selection_covers_its_buckets_as_far_as_they_have_come() {
        let (starts, ends) = ([0, 3_600_000, 7_200_000], [3_600_000, 7_200_000, 10_800_000]);
        let range = |first, last| Brush { first, last }.range(&starts, &ends, 7_210_001);
        assert_eq!(range(0, 1), Some(Range { from_ms: 0, to_ms: 7_200_000 }));
        assert_eq!(range(1, 2), Some(Range { from_ms: 3_600_000, to_ms: 7_260_000 }));
        assert_eq!(range(2, 3), None);
    }

    #[test]
    fn the_logarithmic_axis_is_offered_from_twenty_times_on() {
        let offered = |a: &[f64], b: &[f64]| offers_logarithmic([a, b]);
        assert!(offered(&[1.0, 2202.0], &[60.0, f64::NAN]));
        assert!(offered(&[5.0], &[100.0]) && !offered(&[5.1], &[100.0]));
        assert!(!offered(&[0.0], &[100.0]) && !offers_logarithmic([]));
    }
}
