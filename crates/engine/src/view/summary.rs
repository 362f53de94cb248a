//! What a chart's legend says beside its lines: latest, average, maximum, median.

use crate::model::{Agg, Exactness, Line, Metric};
use crate::stats::percentile::median;
use crate::wire::{Buckets, Series, Summary};

/// See [`Summary`]. The leading line is the first one; for errors all codes together; for a distribution the maximum is that of its maxima,
/// and where the source has none, latest and maximum are those of its tail. The latest value is of the newest finished bucket that has calls and
/// a value. `calls`: of each bucket; empty where the source does not count them.
/// An unfinished bucket counts as finished where no other has calls: data that end are often within one. The maximum includes it, except for
/// an amount per minute over less than one minute: a second's worth of calls says little of a minute. `per_call`: the average over the
/// selection's calls, for metrics that are of a call.
pub fn of(
    metric: Metric,
    lines: &[Series],
    buckets: &Buckets,
    calls: &[u64],
    per_call: Option<(Option<f64>, Exactness)>,
) -> Summary {
    let n = buckets.starts_ms.len();
    let before = n.saturating_sub(1);
    let is_alone = if calls.is_empty() { n == 1 } else { calls.iter().take(before).all(|&n| n == 0) };
    let finished = if buckets.last_unfinished && !is_alone { before } else { n };
    let together: Series;
    let leading = match (metric, lines) {
        (metric, lines) if metric.is_by_status() => {
            // Not `sum`, which is -0.0 of nothing.
            let sum = (0..n).map(|bucket| lines.iter().fold(0.0, |sum, series| sum + series.values[bucket]));
            together = Series::exact(Line::Total, sum.collect());
            &together
        }
        (_, [first, ..]) => first,
        _ => return Summary::default(),
    };
    let exact_at = |series: &Series, bucket: usize| {
        // The sum of all codes.
        let all: &[Series] = if metric.is_by_status() { lines } else { core::slice::from_ref(series) };
        all.iter().fold(Exactness::Exact, |all, series| all.and(of_bucket(series, bucket)))
    };
    let line = |line: Line| lines.iter().find(|series| series.line == line);
    let tail = line(Line::P99).filter(|_| line(Line::Max).is_none() && leading.line == Line::Avg);
    let highest = line(Line::Max).or(tail).unwrap_or(leading);
    let latest = tail.unwrap_or(leading);
    let is_short = metric.agg() == Agg::PerMinute && buckets.minutes.last().is_some_and(|&minutes| minutes < 1.0);
    let over = if is_short { &highest.values[..finished] } else { &highest.values[..] };
    let known = || leading.values[..finished].iter().copied().filter(|v| !v.is_nan());
    let count = known().count();
    // Not `sum`, as above.
    let mean = (count > 0).then(|| known().fold(0.0, |sum, value| sum + value) / count as f64);
    let top = over.iter().enumerate().filter(|(_, v)| !v.is_nan()).max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)));
    let lowest = leading.values.iter().enumerate().filter(|(_, v)| metric.is_worst_low() && !v.is_nan());
    let lowest = lowest.min_by(|a, b| a.1.total_cmp(b.1));
    let called = |bucket: usize| calls.get(bucket).is_none_or(|&n| n > 0);
    let last = (0..finished).rev().find(|&bucket| called(bucket) && !latest.values[bucket].is_nan());
    let buckets = |series: &Series, n: usize| {
        let known = (0..n).filter(|&bucket| !series.values[bucket].is_nan());
        known.fold(Exactness::Exact, |all, bucket| all.and(exact_at(series, bucket)))
    };
    let exactness = || {
        // A value beyond the last bound may be the highest.
        let beyond = (0..over.len()).any(|bucket| !over[bucket].is_nan() && exact_at(highest, bucket) == Exactness::AtLeast);
        let of_top = top.map_or(Exactness::Exact, |(bucket, _)| exact_at(highest, bucket));
        let all = buckets(leading, finished);
        let latest = last.map_or(Exactness::Exact, |last| exact_at(latest, last));
        [latest, all, if beyond { of_top.and(Exactness::AtLeast) } else { of_top }, all]
    };
    let mut exactness = if lines.iter().all(|series| series.quality.is_none()) { [Exactness::Exact; 4] } else { exactness() };
    if let Some((_, of_calls)) = per_call {
        exactness[1] = of_calls;
    }
    Summary {
        latest: last.map(|last| latest.values[last]),
        latest_at: last.map(|last| last as u32),
        average: per_call.map_or(mean, |(value, _)| value),
        maximum: top.map(|(_, &value)| value),
        maximum_at: top.map(|(bucket, _)| bucket as u32),
        minimum: lowest.map(|(bucket, &value)| (value, bucket as u32)),
        median_bucket: median(known()),
        exactness,
        tail: tail.map(|tail| tail.line),
    }
}

fn of_bucket(series: &Series, bucket: usize) -> Exactness {
    series.quality.as_ref().map_or(Exactness::Exact, |quality| quality.exactness_at(bucket))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Latest value, average, maximum and its bucket, of three hourly buckets whose last one covers `minutes` so far.
    fn of_last(values: [f64; 3], calls: &[u64], minutes: f64) -> (Option<f64>, Option<f64>, Option<f64>, Option<u32>) {
        let starts_ms = vec![0, 3_600_000, 7_200_000];
        let ends_ms = vec![3_600_000, 7_200_000, 10_800_000];
        let minutes = vec![60.0, 60.0, minutes];
        let buckets = Buckets { starts_ms, ends_ms, minutes, last_unfinished: true, first_clipped: false };
        let lines = [Series::exact(Line::PerMinute, values.to_vec())];
        let summary = of(Metric::Rpm, &lines, &buckets, calls, None);
        (summary.latest, summary.average, summary.maximum, summary.maximum_at)
    }

    #[test]
    fn an_unfinished_bucket_counts_where_no_other_has_calls() {
        assert_eq!(of_last([0.0, 0.0, 6.0], &[0, 0, 54], 9.0), (Some(6.0), Some(2.0), Some(6.0), Some(2)));
        assert_eq!(of_last([0.0, 0.0, 6.0], &[0, 0, 3], 0.5), (Some(6.0), Some(2.0), Some(6.0), Some(2)));
        // A source that does not count calls.
        assert_eq!(of_last([0.0, 4.0, 6.0], &[], 9.0), (Some(4.0), Some(2.0), Some(6.0), Some(2)));
    }

    #[test]
    fn availability_has_its_worst_bucket() {
        let values = vec![99.0, 40.0, f64::NAN];
        let buckets = Buckets { starts_ms: vec![0; 3], ends_ms: vec![0; 3], minutes: vec![60.0; 3], ..Buckets::default() };
        let minimum = |metric| of(metric, &[Series::exact(Line::Rate, values.clone())], &buckets, &[9, 9, 0], None).minimum;
        assert_eq!((minimum(Metric::Availability), minimum(Metric::FailureRate)), (Some((40.0, 1)), None));
    }

    #[test]
    fn less_than_a_minute_is_no_maximum_per_minute() {
        assert_eq!(of_last([2.0, 4.0, 6.0], &[120, 240, 54], 9.0), (Some(4.0), Some(3.0), Some(6.0), Some(2)));
        assert_eq!(of_last([2.0, 4.0, 6.0], &[120, 240, 3], 0.5), (Some(4.0), Some(3.0), Some(4.0), Some(1)));
    }
}
