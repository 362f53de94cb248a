//! A service's Monitoring tab: head and charts.

use super::previous::Previous;
use super::{Services, figures, frame, head, missing, of_service, quality, summary};
use crate::ask::{Agg, Ask, Frame, Label, Matcher, Measure, Quantity, SeriesAsk, Split};
use crate::base::sort::sort_by;
use crate::model::{Exactness, Line, Made, Metric};
use crate::wire::{Absent, Buckets, Chart, DetailsQuery, DetailsReply, Piece, Series, Why};

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
            width: query.precision.into(),
            measures: lines(metric).into_iter().map(|(_, measure)| measure).collect(),
            split,
            compare: query.selection.before.filter(|_| metric.is_single()).into_iter().collect(),
        }));
    }
    asks
}

pub fn reply(query: &DetailsQuery, frames: &[Frame], services: Services<'_>) -> DetailsReply {
    let (head, used) = head::reply(&query.service, &query.selection, frames, services);
    let (averages, first) = (frame(frames, 0), used + 1);
    let calls = frame(frames, first);
    let series = frames.get(first..).unwrap_or_default();
    let buckets = series.iter().find_map(|frame| frame.buckets.as_deref().cloned()).unwrap_or_default();
    let previous = Previous::of(&query.selection, &buckets, services.oldest_ms);
    let previous = previous.filter(|_| head::unfiltered_reply(frame(frames, used), 1) > 0);
    let mut reply = DetailsReply {
        service: query.service.clone(),
        range: query.selection.range,
        missing: missing(frames, |place| match place {
            0 => Piece::Figures,
            _ if place < first => Piece::Lists,
            _ => Metric::THREE_WIDE.get(place - first).map_or(Piece::Lists, |&metric| Piece::Chart(metric)),
        }),
        ..DetailsReply::default()
    };
    // Whether a bucket has calls is not known where there is no count of them.
    let total = calls.column(0, 0, 0).filter(|_| calls.buckets.as_deref() == Some(&buckets));
    if let Some(total) = total {
        reply.bucket_calls =
            (0..buckets.starts_ms.len()).map(|bucket| total.values.number(bucket, 1.0).unwrap_or(0.0) as u64).collect();
    }
    // Without a status no call is known to have failed.
    let stated = head.figures.failed.is_some() || quality::of_figure(averages, 2, 0, 0).1.is_some();
    let mut place = figures::measures().len();
    for (at, metric) in Metric::THREE_WIDE.into_iter().enumerate() {
        let per_call = average(metric).map(|_| {
            place += 1;
            let value = averages.column(0, place - 1, 0).and_then(|column| column.values.number(0, 1.0));
            (value, quality::of_figure(averages, place - 1, 0, 0).0)
        });
        if head.known {
            let frame = frame(frames, first + at);
            reply.charts.extend(chart(metric, frame, (&buckets, &reply.bucket_calls), per_call, previous.as_ref(), stated));
            // Said in the chart's place.
            if reply.missing(Piece::Chart(metric)).is_none() {
                reply.absent.extend(absent(metric, frame, &buckets, stated));
            }
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
    (buckets, calls): (&Buckets, &[u64]),
    per_call: Option<(Option<f64>, Exactness)>,
    previous: Option<&Previous>,
    stated: bool,
) -> Option<Chart> {
    // The charts of a page share their buckets. What a source answered over others, or not at all, cannot be beside them.
    if frame.buckets.as_deref() != Some(buckets) {
        return None;
    }
    let lines = if metric.is_by_status() {
        if !stated || !frame.answers(0) {
            return None;
        }
        errors(frame)
    } else {
        let line = |(place, (line, measure)): (usize, (Line, Measure))| {
            let (column, unit) = (frame.column(0, place, 0)?, measure.of.unit());
            Some(Series { line, values: column.values.numbers(unit), quality: quality::of_series(column, unit) })
        };
        let lines: Vec<Series> = lines(metric).into_iter().enumerate().filter_map(line).collect();
        if lines.is_empty() {
            return None;
        }
        lines
    };
    let before = previous.zip(frame.column(0, 0, 1));
    let before_quality =
        before.and_then(|(previous, column)| quality::of_series(column, 1.0).map(|quality| Box::new(previous.quality(&quality))));
    let before = before.map(|(previous, column)| previous.values(&column.values.numbers(1.0)));
    Some(Chart { metric, summary: summary::of(metric, &lines, buckets, calls, per_call), before, before_quality, lines })
}

/// What a metric's chart lacks because of its source: a line, or all of them. A quantity that no call carries is not named: the service does
/// not have it.
fn absent(metric: Metric, frame: &Frame, buckets: &Buckets, stated: bool) -> Vec<Absent> {
    let named = |line, why| Absent { metric, line, why };
    if metric.is_by_status() {
        let answered = !stated || frame.answers(0) && frame.buckets.as_deref() == Some(buckets);
        return quality::why(frame, 0).filter(|_| !answered).map(|why| named(None, why)).into_iter().collect();
    }
    let lines = lines(metric);
    let has = |place: usize| frame.column(0, place, 0).is_some() && frame.buckets.as_deref() == Some(buckets);
    let missing = lines.iter().enumerate().filter(|(place, _)| !has(*place));
    let missing: Vec<(Line, Why)> = missing.filter_map(|(place, (line, _))| Some((*line, quality::why(frame, place)?))).collect();
    match missing.first() {
        Some((_, why)) if !(0..lines.len()).any(has) => vec![named(None, why.clone())],
        _ => missing.into_iter().map(|(line, why)| named(Some(line), why)).collect(),
    }
}

/// A line for each HTTP status that occurs: 4xx, then 5xx, the most frequent first.
fn errors(frame: &Frame) -> Vec<Series> {
    let line = |(place, group): (usize, &crate::ask::Group)| {
        let status: u16 = group.values.first()?.parse().ok()?;
        let column = frame.column(place, 0, 0)?;
        let values = column.values.numbers(1.0);
        let count = values.iter().filter(|value| !value.is_nan()).sum::<f64>() as u64;
        Some((count, status, Series { line: Line::Status(status), values, quality: quality::of_series(column, 1.0) }))
    };
    let mut lines: Vec<(u64, u16, Series)> = frame.groups.iter().enumerate().filter_map(line).collect();
    sort_by(&mut lines, |a, b| (a.1 / 100, b.0, a.1).cmp(&(b.1 / 100, a.0, b.1)));
    lines.into_iter().map(|(.., series)| series).collect()
}
