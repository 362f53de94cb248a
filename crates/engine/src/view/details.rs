//! A service's Monitoring tab: head and charts.

use super::calls::aligned;
use super::{Services, figures, frame, head, of_service, summary};
use crate::ask::{Agg, Ask, Frame, Label, Matcher, Measure, Quantity, SeriesAsk, Split};
use crate::base::order::sort_by;
use crate::model::{Line, Made, Metric};
use crate::wire::{Buckets, Chart, DetailsQuery, DetailsReply, Series};

/// The lines of a metric's chart with their measures. Error codes are lines of a split.
fn lines(metric: Metric) -> Vec<(Line, Measure)> {
    let one = |line, of: &Quantity, agg| vec![(line, Measure::new(of.clone(), agg))];
    match metric.made() {
        Made::Counts(lines) => lines.iter().map(|&(line, class)| (line, Measure::calls().of_class(class))).collect(),
        Made::CountsByStatus(_) => vec![(Line::Failures, Measure::calls())],
        Made::Sums(lines) => lines.iter().map(|(line, of)| (*line, Measure::new(of.clone(), Agg::Sum))).collect(),
        Made::PerMinute(of) => one(Line::PerMinute, of, Agg::PerMinute),
        Made::Share(class) => vec![(Line::Rate, Measure::share(class))],
        Made::Mean(of) => one(Line::Avg, of, Agg::Average),
        Made::Distribution(of) => distribution(of),
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

/// The measure whose value over the whole selection is a metric's average, for metrics that are of a call.
fn average(metric: Metric) -> Option<Measure> {
    match metric.made() {
        Made::Share(class) => Some(Measure::share(class)),
        Made::Mean(of) | Made::Distribution(of) => Some(Measure::new(of.clone(), Agg::Average)),
        Made::Counts(_) | Made::CountsByStatus(_) | Made::Sums(_) | Made::PerMinute(_) => None,
    }
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
        if let Made::CountsByStatus(class) = metric.made() {
            selection.matchers.extend(Matcher::of_class(class));
            split = Split::by([Label::Status]);
        }
        asks.push(Ask::Series(SeriesAsk {
            selection,
            precision: query.precision,
            measures: lines(metric).into_iter().map(|(_, measure)| measure).collect(),
            split,
            compare: query.selection.before.filter(|_| metric.is_single()).into_iter().collect(),
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
    let lines = if metric.is_by_status() {
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
