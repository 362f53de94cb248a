//! The twelve charts of the Monitoring tab, each by the rule of its row in console-spec section 5.

use super::profile::Involved;
#[cfg(feature = "formats")]
use super::profile::Profile;
use super::spread::{Room, Spread};
use super::tally::{Kind, NS_PER_MS, Sum, Tally, US_PER_MS, US_PER_S, percent};
use super::time::aligned;
use crate::base::order::sort_by;
use crate::model::{Agg, Line, Metric};
use crate::stats::Moments;
use crate::stats::percentile::median;
use crate::store::{Numbers, Picked, Store, is_failed};
use crate::wire::{Buckets, Chart, Series, Summary};

/// Tokens in a K token.
const K_TOKENS: f64 = 1e3;

/// Selected rows of one service in order of time, cut into buckets at `edges`.
#[derive(Clone, Debug)]
pub struct Slice<'a> {
    pub store: &'a Store,
    #[cfg(feature = "formats")]
    pub profile: &'a Profile,
    #[cfg(feature = "formats")]
    pub service: usize,
    pub rows: Picked<'a>,
    /// Of the calls in buckets that the profile does not know.
    pub kinds: &'a [Kind],
    pub edges: &'a [usize],
    /// Sums over each bucket.
    pub tallies: &'a [Tally],
    pub buckets: &'a Buckets,
    pub tally: &'a Tally,
}

/// The metrics a service has.
pub fn metrics(involved: Involved) -> Vec<Metric> {
    let has = |metric: &Metric| match metric {
        Metric::Calls | Metric::Rpm => true,
        Metric::FailureRate | Metric::Errors => involved.failures,
        Metric::Tokens => involved.total_tokens || involved.input_tokens || involved.output_tokens,
        Metric::Tpm => involved.input_tokens || involved.output_tokens,
        Metric::InputLength => involved.input_tokens,
        Metric::OutputLength => involved.output_tokens,
        Metric::Latency => involved.latency,
        Metric::Ttft => involved.ttft,
        Metric::Tpot => involved.tpot,
        Metric::Generation => involved.generation,
    };
    Metric::THREE_WIDE.into_iter().filter(has).collect()
}

/// The column of a metric whose values spread, the least kind of calls that count in it, and what its values are divided by to be shown.
pub fn spread_of(store: &Store, metric: Metric) -> Option<(&Numbers, Kind, f64)> {
    match metric {
        Metric::Ttft => Some((store.ttft_us(), Kind::StreamingSuccess, US_PER_MS)),
        Metric::Tpot => Some((store.tpot_ns(), Kind::StreamingSuccess, NS_PER_MS)),
        Metric::InputLength => Some((store.input_tokens(), Kind::Success, K_TOKENS)),
        Metric::OutputLength => Some((store.output_tokens(), Kind::Success, K_TOKENS)),
        _ => None,
    }
}

/// The lines of spreads, one of each bucket, with the average over all of them.
fn lines_of(spreads: impl Iterator<Item = Spread>, buckets: usize, unit: f64) -> (Vec<Series>, Option<f64>) {
    let mut lines = Line::DISTRIBUTION.map(|line| Series { line, values: Vec::with_capacity(buckets) });
    let mut all = Moments::default();
    for Spread { moments, highest, percentiles } in spreads {
        all.merge(&moments);
        let average = moments.mean(unit).unwrap_or(f64::NAN);
        let maximum = highest.map_or(f64::NAN, |highest| highest as f64 / unit);
        let [p50, p80, p90, p99] = percentiles.map_or([f64::NAN; 4], |p| p.map(|v| v / unit));
        for (series, value) in lines.iter_mut().zip([average, maximum, p50, p80, p90, p99]) {
            series.values.push(value);
        }
    }
    (lines.into(), all.mean(unit))
}

/// A chart of a service over the selection, with the period before where the chart is of a single line.
pub fn chart(metric: Metric, now: &Slice<'_>, before: Option<&Slice<'_>>, involved: Involved) -> Chart {
    let (lines, length) = now.lines(metric, involved);
    let single = matches!(metric, Metric::FailureRate | Metric::Rpm | Metric::Tpm | Metric::Latency | Metric::Generation);
    let before = before.filter(|_| single).and_then(|slice| slice.lines(metric, involved).0.into_iter().next());
    Chart {
        metric,
        summary: now.summary(metric, &lines, length),
        before: before.map(|series| aligned(series.values, now.buckets.starts_ms.len())),
        lines,
    }
}

/// The same, of spreads that another worker found.
#[cfg(feature = "formats")]
pub fn chart_of(metric: Metric, now: &Slice<'_>, spreads: Vec<Spread>) -> Option<Chart> {
    let (_, _, unit) = spread_of(now.store, metric)?;
    let buckets = now.buckets.starts_ms.len();
    let (lines, length) = (spreads.len() == buckets).then(|| lines_of(spreads.into_iter(), buckets, unit))?;
    Some(Chart { metric, summary: now.summary(metric, &lines, length), before: None, lines })
}

impl Slice<'_> {
    /// The lines, and for lengths the average over all calls that count.
    fn lines(&self, metric: Metric, involved: Involved) -> (Vec<Series>, Option<f64>) {
        let one = |line, values| vec![Series { line, values }];
        let tokens = |line, of: fn(&Tally) -> u128| Series { line, values: self.each(&|tally| of(tally) as f64 / K_TOKENS) };
        let lines = match metric {
            Metric::Calls => {
                let line = |line, of: fn(&Tally) -> u64| Series { line, values: self.each(&|tally| of(tally) as f64) };
                let mut lines = vec![line(Line::Total, |tally| tally.calls)];
                if involved.failures {
                    lines.push(line(Line::Successes, |tally| tally.stated - tally.failed));
                    lines.push(line(Line::Failures, |tally| tally.failed));
                }
                lines
            }
            Metric::Tokens => [
                (involved.total_tokens, tokens(Line::Total, |tally| tally[Sum::Total].sum)),
                (involved.input_tokens, tokens(Line::Input, |tally| tally[Sum::Input].sum)),
                (involved.output_tokens, tokens(Line::Output, |tally| tally[Sum::Output].sum)),
            ]
            .into_iter()
            .filter_map(|(has, series)| has.then_some(series))
            .collect(),
            Metric::FailureRate => one(Line::Rate, self.each(&|tally| percent(tally.failed, tally.stated).unwrap_or(f64::NAN))),
            Metric::Rpm => one(Line::PerMinute, self.per_minute(self.each(&|tally| tally.calls as f64))),
            Metric::Tpm => {
                let tokens = self.each(&|tally| (tally[Sum::Input].sum + tally[Sum::Output].sum) as f64 / K_TOKENS);
                one(Line::PerMinute, self.per_minute(tokens))
            }
            Metric::Errors => self.errors(),
            Metric::Ttft | Metric::Tpot | Metric::InputLength | Metric::OutputLength => return self.distribution(metric),
            Metric::Latency => one(Line::Avg, self.each(&|tally| tally[Sum::Latency].mean(US_PER_MS).unwrap_or(f64::NAN))),
            Metric::Generation => one(Line::Avg, self.each(&|tally| tally[Sum::Generation].mean(US_PER_S).unwrap_or(f64::NAN))),
        };
        (lines, None)
    }

    /// One value a bucket, of its sums. Compiled once for all lines.
    fn each(&self, value: &dyn Fn(&Tally) -> f64) -> Vec<f64> {
        self.tallies.iter().map(value).collect()
    }

    /// Divides by the minutes that the range covers of each bucket: for the newest, those elapsed.
    fn per_minute(&self, amounts: Vec<f64>) -> Vec<f64> {
        amounts.into_iter().zip(&self.buckets.minutes).map(|(amount, minutes)| amount / minutes).collect()
    }

    /// A line for each HTTP status that occurs: 4xx, then 5xx, the most frequent first.
    fn errors(&self) -> Vec<Series> {
        let (statuses, column) = self.store.statuses();
        let mut lines: Vec<(u16, u64, Vec<f64>)> = statuses.iter().map(|&status| (status, 0, Vec::new())).collect();
        let failures: Vec<bool> = statuses.iter().map(|&status| is_failed(status)).collect();
        let mut codes = Vec::new();
        for (bucket, pair) in self.edges.windows(2).enumerate() {
            if self.tallies[bucket].failed == 0 {
                continue;
            }
            column.read(&self.rows.part(pair[0]..pair[1]), &mut codes);
            for &code in codes.iter().filter(|&&code| failures[code as usize]) {
                let (_, count, values) = &mut lines[code as usize];
                *count += 1;
                values.resize(self.buckets.starts_ms.len(), 0.0);
                values[bucket] += 1.0;
            }
        }
        lines.retain(|&(_, count, _)| count > 0);
        sort_by(&mut lines, |a, b| (a.0 / 100, b.1, a.0).cmp(&(b.0 / 100, a.1, b.0)));
        lines.into_iter().map(|(status, _, values)| Series { line: Line::Status(status), values }).collect()
    }

    /// Average, maximum and percentiles of a metric whose values spread, with the average over all of them.
    fn distribution(&self, metric: Metric) -> (Vec<Series>, Option<f64>) {
        let Some((column, least, unit)) = spread_of(self.store, metric) else { return (Vec::new(), None) };
        let mut room = Room::default();
        let spread = |pair: &[usize]| {
            let rows = self.rows.part(pair[0]..pair[1]);
            #[cfg(feature = "formats")]
            if let Some(known) = self.profile.spread(self.service, &rows, metric) {
                return known;
            }
            room.spread(column, &rows, &self.kinds[pair[0]..pair[1]], least)
        };
        lines_of(self.edges.windows(2).map(spread), self.tallies.len(), unit)
    }

    /// See [`Summary`]. The leading line is the first one; for errors all codes together; for a distribution the maximum is that of its maxima.
    /// An unfinished bucket counts as finished where it is the only one. Amounts per minute leave it out of their maximum too: a second's
    /// worth of calls says little of a minute.
    fn summary(&self, metric: Metric, lines: &[Series], length: Option<f64>) -> Summary {
        let n = self.buckets.starts_ms.len();
        let finished = if self.buckets.last_unfinished && n > 1 { n - 1 } else { n };
        let together: Vec<f64>;
        let leading: &[f64] = match (metric, lines) {
            (Metric::Errors, lines) => {
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
            average: match self.average_per_call(metric, length) {
                Some(per_call) => per_call,
                None => mean,
            },
            maximum: top.map(|(_, &value)| value),
            maximum_at: top.map(|(bucket, _)| bucket as u32),
            median_bucket: median(known()),
        }
    }

    /// The average over the selection's calls, for metrics that are of a call.
    fn average_per_call(&self, metric: Metric, length: Option<f64>) -> Option<Option<f64>> {
        let tally = self.tally;
        match metric {
            Metric::FailureRate => Some(percent(tally.failed, tally.stated)),
            Metric::Ttft => Some(tally[Sum::Ttft].mean(US_PER_MS)),
            Metric::Tpot => Some(tally[Sum::Tpot].mean(NS_PER_MS)),
            Metric::Latency => Some(tally[Sum::Latency].mean(US_PER_MS)),
            Metric::Generation => Some(tally[Sum::Generation].mean(US_PER_S)),
            Metric::InputLength | Metric::OutputLength => Some(length),
            Metric::Calls | Metric::Tokens | Metric::Rpm | Metric::Tpm | Metric::Errors => None,
        }
    }
}
