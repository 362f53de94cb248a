//! A service's Monitoring tab: head and charts.

use super::calls::aligned;
use super::{Services, figures, frame, head, of_service, summary};
use crate::ask::{Agg, Ask, Frame, Label, Matcher, Measure, Quantity, SeriesAsk, Split};
use crate::base::order::sort_by;
use crate::model::{Line, Metric};
use crate::wire::{Buckets, Chart, DetailsQuery, DetailsReply, Series};

/// The lines of a metric's chart with their measures, and grains in the chart's unit. Error codes are lines of a split.
fn lines(metric: Metric) -> Vec<(Line, Measure)> {
    let one = |line, of, agg| vec![(line, Measure::new(of, agg))];
    match metric {
        Metric::Calls => vec![
            (Line::Total, Measure::calls()),
            (Line::Successes, Measure::calls().only(Matcher::successful())),
            (Line::Failures, Measure::failed_calls()),
        ],
        Metric::Tokens => vec![
            (Line::Total, Measure::new(Quantity::TotalTokens, Agg::Sum)),
            (Line::Input, Measure::new(Quantity::InputTokens, Agg::Sum)),
            (Line::Output, Measure::new(Quantity::OutputTokens, Agg::Sum)),
        ],
        Metric::FailureRate => vec![(Line::Rate, Measure::failure_rate())],
        Metric::Rpm => one(Line::PerMinute, Quantity::Calls, Agg::PerMinute),
        Metric::Tpm => one(Line::PerMinute, Quantity::MovedTokens, Agg::PerMinute),
        Metric::Errors => one(Line::Failures, Quantity::Calls, Agg::Count),
        Metric::Ttft => distribution(&Quantity::Ttft),
        Metric::Tpot => distribution(&Quantity::Tpot),
        Metric::InputLength => distribution(&Quantity::InputLength),
        Metric::OutputLength => distribution(&Quantity::OutputLength),
        Metric::Latency => one(Line::Avg, Quantity::Latency, Agg::Average),
        Metric::Generation => one(Line::Avg, Quantity::Generation, Agg::Average),
    }
}

fn distribution(of: &Quantity) -> Vec<(Line, Measure)> {
    let agg = |line: Line| match line {
        Line::Avg => Agg::Average,
        Line::Max => Agg::Maximum,
        line => Agg::Quantile((line.quantile().unwrap_or_default() * 1e6) as u32),
    };
    Line::DISTRIBUTION.into_iter().map(|line| (line, Measure::new(of.clone(), agg(line)))).collect()
}

/// Whether the period before is drawn, too: in charts of a single line.
const fn is_single(metric: Metric) -> bool {
    matches!(metric, Metric::FailureRate | Metric::Rpm | Metric::Tpm | Metric::Latency | Metric::Generation)
}

/// The measure whose value over the whole selection is a metric's average, for metrics that are of a call.
fn average(metric: Metric) -> Option<Measure> {
    let of = match metric {
        Metric::FailureRate => return Some(Measure::failure_rate()),
        Metric::Ttft => Quantity::Ttft,
        Metric::Tpot => Quantity::Tpot,
        Metric::Latency => Quantity::Latency,
        Metric::Generation => Quantity::Generation,
        Metric::InputLength => Quantity::InputLength,
        Metric::OutputLength => Quantity::OutputLength,
        Metric::Calls | Metric::Tokens | Metric::Rpm | Metric::Tpm | Metric::Errors => return None,
    };
    Some(Measure::new(of, Agg::Average))
}

pub fn asks(query: &DetailsQuery, services: Services<'_>) -> Vec<Ask> {
    let own = of_service(&query.selection, &query.service);
    let averages = Metric::THREE_WIDE.into_iter().filter_map(average).collect();
    let mut asks = head::asks(&query.service, &query.selection, services, averages);
    // Whether the period before has calls at all, of whatever service.
    asks.push(head::unfiltered(&query.selection, None));
    for metric in Metric::THREE_WIDE {
        let mut selection = own.clone();
        let mut split = Split::default();
        if metric == Metric::Errors {
            selection.matchers.push(Matcher::failed());
            split = Split::by([Label::Status]);
        }
        asks.push(Ask::Series(SeriesAsk {
            selection,
            precision: query.precision,
            measures: lines(metric).into_iter().map(|(_, measure)| measure).collect(),
            split,
            compare: query.selection.before.filter(|_| is_single(metric)).into_iter().collect(),
        }));
    }
    asks
}

pub fn reply(query: &DetailsQuery, frames: &[Frame], services: Services<'_>) -> DetailsReply {
    let (head, used) = head::reply(&query.service, &query.selection, frames, services);
    let compared = head::unfiltered_reply(frame(frames, used), 1) > 0;
    let (averages, first) = (frame(frames, 0), used + 1);
    let calls = frame(frames, first);
    let buckets = calls.buckets.clone().unwrap_or_default();
    let mut reply = DetailsReply {
        service: query.service.clone(),
        range: query.selection.range,
        bucket_calls: vec![0; buckets.starts_ms.len()],
        ..DetailsReply::default()
    };
    if let Some(total) = calls.column(0, 0, 0) {
        reply.bucket_calls =
            (0..buckets.starts_ms.len()).map(|bucket| total.values.number(bucket, 1.0).unwrap_or(0.0) as u64).collect();
    }
    // Without a status no call is known to have failed.
    let stated = head.figures.failed.is_some();
    let mut place = figures::measures().len();
    for (at, metric) in Metric::THREE_WIDE.into_iter().enumerate() {
        let per_call = average(metric).map(|_| {
            place += 1;
            averages.column(0, place - 1, 0).and_then(|column| column.values.number(0, 1.0))
        });
        if head.known {
            reply.charts.extend(chart(metric, frame(frames, first + at), &buckets, per_call, compared, stated));
        }
    }
    reply.head = head;
    reply.buckets = buckets;
    reply
}

/// A metric's chart; `None` where the service does not have the metric.
fn chart(
    metric: Metric,
    frame: &Frame,
    buckets: &Buckets,
    per_call: Option<Option<f64>>,
    compared: bool,
    stated: bool,
) -> Option<Chart> {
    // The charts of a page share their buckets. What a source answered over others, or not at all, cannot stand beside them.
    if frame.buckets.as_ref() != Some(buckets) {
        return None;
    }
    let lines = if metric == Metric::Errors {
        if !stated || !frame.answers(0) {
            return None;
        }
        errors(frame)
    } else {
        let line = |(place, (line, measure)): (usize, (Line, Measure))| {
            let values = frame.column(0, place, 0)?.values.numbers(measure.of.unit());
            Some(Series { line, values })
        };
        let lines: Vec<Series> = lines(metric).into_iter().enumerate().filter_map(line).collect();
        if lines.is_empty() {
            return None;
        }
        lines
    };
    let before =
        frame.column(0, 0, 1).filter(|_| compared).map(|column| aligned(column.values.numbers(1.0), buckets.starts_ms.len()));
    Some(Chart { metric, summary: summary::of(metric, &lines, buckets, per_call), before, lines })
}

/// A line for each HTTP status that occurs: 4xx, then 5xx, the most frequent first.
fn errors(frame: &Frame) -> Vec<Series> {
    let line = |(place, group): (usize, &crate::ask::Group)| {
        let status: u16 = group.values.first()?.parse().ok()?;
        let values = frame.column(place, 0, 0)?.values.numbers(1.0);
        let count = values.iter().sum::<f64>() as u64;
        Some((count, status, values))
    };
    let mut lines: Vec<(u64, u16, Vec<f64>)> = frame.groups.iter().enumerate().filter_map(line).collect();
    sort_by(&mut lines, |a, b| (a.1 / 100, b.0, a.1).cmp(&(b.1 / 100, a.0, b.1)));
    lines.into_iter().map(|(_, status, values)| Series { line: Line::Status(status), values }).collect()
}
