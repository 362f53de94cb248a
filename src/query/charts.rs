//! The twelve charts of the Monitoring tab, each by the rule of its row in console-spec section 5.

use super::profile::Involved;
use super::tally::{NS_PER_MS, Tally, US_PER_MS, US_PER_S, percent};
use super::time::aligned;
use crate::base::order::sort_by;
use crate::model::{Agg, Line, Metric};
use crate::stats::{Moments, percentiles};
use crate::store::{Numbers, Store, is_failed};
use crate::wire::{Buckets, Chart, Series, Summary};

/// Tokens in a K token.
const K_TOKENS: f64 = 1e3;

/// Selected rows of one service in order of time, cut into buckets at `edges`.
#[derive(Clone, Copy, Debug)]
pub struct Slice<'a> {
    pub store: &'a Store,
    pub rows: &'a [u32],
    pub edges: &'a [usize],
    pub buckets: &'a Buckets,
    pub tally: &'a Tally,
}

/// Which calls a length or duration is taken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Successes,
    StreamingSuccesses,
}

/// The metrics a service has.
pub fn metrics(involved: Involved) -> Vec<Metric> {
    let has = |metric: &Metric| match metric {
        Metric::Calls | Metric::FailureRate | Metric::Rpm | Metric::Errors => true,
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

/// A chart of a service over the selection, with the period before where the chart is of a single line.
pub fn chart(metric: Metric, now: &Slice<'_>, before: Option<&Slice<'_>>, involved: Involved) -> Chart {
    let lines = now.lines(metric, involved);
    let single = matches!(metric, Metric::FailureRate | Metric::Rpm | Metric::Tpm | Metric::Latency | Metric::Generation);
    let before = before.filter(|_| single).and_then(|slice| slice.lines(metric, involved).into_iter().next());
    Chart {
        metric,
        summary: now.summary(metric, &lines),
        before: before.map(|series| aligned(series.values, now.buckets.starts_ms.len())),
        lines,
    }
}

impl Slice<'_> {
    fn lines(&self, metric: Metric, involved: Involved) -> Vec<Series> {
        let store = self.store;
        let one = |line, values| vec![Series { line, values }];
        match metric {
            Metric::Calls => {
                let (total, failures) = self.calls();
                let successes = total.iter().zip(&failures).map(|(&all, &failed)| all - failed).collect();
                vec![
                    Series { line: Line::Total, values: total },
                    Series { line: Line::Successes, values: successes },
                    Series { line: Line::Failures, values: failures },
                ]
            }
            Metric::Tokens => [
                (Line::Total, involved.total_tokens, store.total_tokens()),
                (Line::Input, involved.input_tokens, store.input_tokens()),
                (Line::Output, involved.output_tokens, store.output_tokens()),
            ]
            .into_iter()
            .filter(|&(_, has, _)| has)
            .map(|(line, _, column)| Series { line, values: self.k_tokens(&[column]) })
            .collect(),
            Metric::FailureRate => {
                let (total, failures) = self.calls();
                let rate = |(&all, &failed): (&f64, &f64)| percent(failed as u64, all as u64).unwrap_or(f64::NAN);
                one(Line::Rate, total.iter().zip(&failures).map(rate).collect())
            }
            Metric::Rpm => one(Line::PerMinute, self.per_minute(self.calls().0)),
            Metric::Tpm => {
                let tokens = self.k_tokens(&[store.input_tokens(), store.output_tokens()]);
                one(Line::PerMinute, self.per_minute(tokens))
            }
            Metric::Errors => self.errors(),
            Metric::Ttft => self.distribution(store.ttft_us(), Of::StreamingSuccesses, US_PER_MS),
            Metric::Tpot => self.distribution(store.tpot_ns(), Of::StreamingSuccesses, NS_PER_MS),
            Metric::InputLength => self.distribution(store.input_tokens(), Of::Successes, K_TOKENS),
            Metric::OutputLength => self.distribution(store.output_tokens(), Of::Successes, K_TOKENS),
            Metric::Latency => one(Line::Avg, self.average(store.latency_us(), US_PER_MS)),
            Metric::Generation => one(Line::Avg, self.average(store.generation_us(), US_PER_S)),
        }
    }

    /// One value a bucket.
    fn each_bucket<T>(&self, mut value: impl FnMut(&[u32]) -> T) -> Vec<T> {
        self.edges.windows(2).map(|pair| value(&self.rows[pair[0]..pair[1]])).collect()
    }

    fn failed(&self, row: u32) -> bool {
        is_failed(self.store.status(row as usize))
    }

    fn counts(&self, row: u32, of: Of) -> bool {
        !self.failed(row) && (of == Of::Successes || self.store.stream(row as usize) == Some(true))
    }

    /// Calls and failed calls.
    fn calls(&self) -> (Vec<f64>, Vec<f64>) {
        self.each_bucket(|rows| (rows.len() as f64, rows.iter().filter(|&&row| self.failed(row)).count() as f64))
            .into_iter()
            .unzip()
    }

    /// Sums over all calls, failed ones included.
    fn k_tokens(&self, columns: &[&Numbers]) -> Vec<f64> {
        self.each_bucket(|rows| {
            let tokens = rows.iter().flat_map(|&row| columns.iter().filter_map(move |column| column.get(row as usize)));
            tokens.map(u128::from).sum::<u128>() as f64 / K_TOKENS
        })
    }

    /// Divides by the minutes that the range covers of each bucket: for the newest, those elapsed.
    fn per_minute(&self, amounts: Vec<f64>) -> Vec<f64> {
        amounts.into_iter().zip(&self.buckets.minutes).map(|(amount, minutes)| amount / minutes).collect()
    }

    /// A line for each HTTP status that occurs: 4xx, then 5xx, the most frequent first.
    fn errors(&self) -> Vec<Series> {
        let (statuses, codes) = self.store.statuses();
        let mut lines: Vec<(u16, u64, Vec<f64>)> = statuses.iter().map(|&status| (status, 0, Vec::new())).collect();
        for (bucket, pair) in self.edges.windows(2).enumerate() {
            for &row in self.rows[pair[0]..pair[1]].iter().filter(|&&row| self.failed(row)) {
                let (_, count, values) = &mut lines[codes.get(row as usize) as usize];
                *count += 1;
                values.resize(self.buckets.starts_ms.len(), 0.0);
                values[bucket] += 1.0;
            }
        }
        lines.retain(|&(_, count, _)| count > 0);
        sort_by(&mut lines, |a, b| (a.0 / 100, b.1, a.0).cmp(&(b.0 / 100, a.1, b.0)));
        lines.into_iter().map(|(status, _, values)| Series { line: Line::Status(status), values }).collect()
    }

    fn average(&self, column: &Numbers, unit: f64) -> Vec<f64> {
        self.each_bucket(|rows| {
            let mut moments = Moments::default();
            let counted = rows.iter().filter(|&&row| self.counts(row, Of::Successes));
            counted.filter_map(|&row| column.get(row as usize)).for_each(|value| moments.add(value));
            moments.mean(unit).unwrap_or(f64::NAN)
        })
    }

    /// Average, maximum and percentiles of each bucket, over its own calls.
    fn distribution(&self, column: &Numbers, of: Of, unit: f64) -> Vec<Series> {
        const QUANTILES: [f64; 4] = [0.5, 0.8, 0.9, 0.99];
        let mut lines = Line::DISTRIBUTION.map(|line| Series { line, values: Vec::with_capacity(self.edges.len()) });
        let mut values: Vec<u64> = Vec::new();
        for pair in self.edges.windows(2) {
            let mut moments = Moments::default();
            values.clear();
            for &row in self.rows[pair[0]..pair[1]].iter().filter(|&&row| self.counts(row, of)) {
                if let Some(value) = column.get(row as usize) {
                    moments.add(value);
                    values.push(value);
                }
            }
            let average = moments.mean(unit).unwrap_or(f64::NAN);
            let maximum = if moments.count > 0 { moments.max as f64 / unit } else { f64::NAN };
            let [p50, p80, p90, p99] = percentiles(&mut values, QUANTILES).map_or([f64::NAN; 4], |p| p.map(|v| v / unit));
            for (series, value) in lines.iter_mut().zip([average, maximum, p50, p80, p90, p99]) {
                series.values.push(value);
            }
        }
        lines.into()
    }

    /// See [`Summary`]. The leading line is the first one; for errors all codes together; for a distribution the maximum is that of its maxima.
    /// An unfinished bucket counts as finished where it is the only one. Amounts per minute leave it out of their maximum too: a second's
    /// worth of calls says little of a minute.
    fn summary(&self, metric: Metric, lines: &[Series]) -> Summary {
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
        let mut known: Vec<f64> = leading[..finished].iter().copied().filter(|v| !v.is_nan()).collect();
        let mean = (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64);
        sort_by(&mut known, f64::total_cmp);
        let median_bucket = match (known.len() / 2, known.len() % 2) {
            (0, 0) => None,
            (half, 0) => Some(f64::midpoint(known[half - 1], known[half])),
            (half, _) => Some(known[half]),
        };
        let top = highest.iter().enumerate().filter(|(_, v)| !v.is_nan()).max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)));
        Summary {
            current: finished.checked_sub(1).map(|last| leading[last]).filter(|v| !v.is_nan()),
            average: match self.average_per_call(metric) {
                Some(per_call) => per_call,
                None => mean,
            },
            maximum: top.map(|(_, &value)| value),
            maximum_at: top.map(|(bucket, _)| bucket as u32),
            median_bucket,
        }
    }

    /// The average over the selection's calls, for metrics that are of a call.
    fn average_per_call(&self, metric: Metric) -> Option<Option<f64>> {
        let tally = self.tally;
        match metric {
            Metric::FailureRate => Some(percent(tally.failed, tally.calls)),
            Metric::Ttft => Some(tally.ttft.mean(US_PER_MS)),
            Metric::Tpot => Some(tally.tpot.mean(NS_PER_MS)),
            Metric::Latency => Some(tally.latency.mean(US_PER_MS)),
            Metric::Generation => Some(tally.generation.mean(US_PER_S)),
            Metric::InputLength => Some(self.length(self.store.input_tokens())),
            Metric::OutputLength => Some(self.length(self.store.output_tokens())),
            Metric::Calls | Metric::Tokens | Metric::Rpm | Metric::Tpm | Metric::Errors => None,
        }
    }

    fn length(&self, column: &Numbers) -> Option<f64> {
        let mut moments = Moments::default();
        let counted = self.rows.iter().filter(|&&row| self.counts(row, Of::Successes));
        counted.filter_map(|&row| column.get(row as usize)).for_each(|value| moments.add(value));
        moments.mean(K_TOKENS)
    }
}
