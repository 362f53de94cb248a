//! What a chart's legend says beside its lines: current, average, maximum, median.

use crate::model::{Agg, Line, Metric};
use crate::stats::percentile::median;
use crate::wire::{Buckets, Series, Summary};

/// See [`Summary`]. The leading line is the first one; for errors all codes together; for a distribution the maximum is that of its maxima.
/// An unfinished bucket counts as finished where it is the only one. Amounts per minute leave it out of their maximum too: a second's
/// worth of calls says little of a minute. `per_call`: the average over the selection's calls, for metrics that are of a call.
pub fn of(metric: Metric, lines: &[Series], buckets: &Buckets, per_call: Option<Option<f64>>) -> Summary {
    let n = buckets.starts_ms.len();
    let finished = if buckets.last_unfinished && n > 1 { n - 1 } else { n };
    let together: Vec<f64>;
    let leading: &[f64] = match (metric, lines) {
        (metric, lines) if metric.is_by_status() => {
            // Not `sum`, which is -0.0 of nothing.
            together = (0..n).map(|bucket| lines.iter().fold(0.0, |sum, series| sum + series.values[bucket])).collect();
            &together
        }
        (_, [first, ..]) => &first.values,
        _ => return Summary::default(),
    };
    let highest = lines.iter().find(|series| series.line == Line::Max).map_or(leading, |series| &series.values);
    let highest = if metric.agg() == Agg::PerMinute { &highest[..finished] } else { highest };
    let known = || leading[..finished].iter().copied().filter(|v| !v.is_nan());
    let count = known().count();
    // Not `sum`, as above.
    let mean = (count > 0).then(|| known().fold(0.0, |sum, value| sum + value) / count as f64);
    let top = highest.iter().enumerate().filter(|(_, v)| !v.is_nan()).max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)));
    Summary {
        current: finished.checked_sub(1).map(|last| leading[last]).filter(|v| !v.is_nan()),
        average: per_call.unwrap_or(mean),
        maximum: top.map(|(_, &value)| value),
        maximum_at: top.map(|(bucket, _)| bucket as u32),
        median_bucket: median(known()),
    }
}
