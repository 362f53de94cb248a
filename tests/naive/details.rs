//! The Monitoring tab and the head of a service's page, naively.

use super::{Feed, Plain, at_places, counted, mean, percentile, split};
use callscope::model::{Dim, Line, Metric, Range, ServiceType};
use callscope::wire::{Buckets, Chart, DetailsQuery, DetailsReply, Head, Selection, Series, Summary};

/// A count that a call may carry.
type Count = fn(&Plain) -> Option<u64>;

/// The calls of a service in a range that pass the filter.
pub fn chosen<'a>(feed: &'a Feed, service: &str, range: Range, selection: &Selection) -> Vec<&'a Plain> {
    let passes =
        |c: &&Plain| c.service == service && Feed::within(range, c) && feed.passes(c, &selection.filter, &[Dim::Service]);
    feed.calls.iter().filter(passes).collect()
}

pub fn head(feed: &Feed, service: &str, selection: &Selection) -> Head {
    let in_range: Vec<&Plain> = feed.calls.iter().filter(|c| Feed::within(selection.range, c)).collect();
    let passing =
        |except: &[Dim]| in_range.iter().copied().filter(|c| feed.passes(c, &selection.filter, except)).collect::<Vec<_>>();
    let apart = passing(&[Dim::Service, Dim::Version]);
    let calls_of = |calls: &[&Plain], test: &dyn Fn(&Plain) -> bool| calls.iter().filter(|c| test(c)).count() as u64;
    let mut services: Vec<(String, u64)> =
        feed.services().into_iter().map(|name| (name.clone(), calls_of(&apart, &|c| c.service == name))).collect();
    services.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    if !feed.any(Some(service), |_| true) {
        return Head { services, ..Head::default() };
    }
    let mut versions = Vec::new();
    if feed.kind(service) == ServiceType::Commercial && feed.any(Some(service), |c| !c.version.is_empty()) {
        let mine = feed.calls.iter().filter(|c| c.service == service);
        for (version, _) in counted(mine.map(|c| c.version.clone())) {
            let calls = calls_of(&apart, &|c| c.service == service && c.version == version);
            versions.push((version, calls));
        }
        versions.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    }
    let mine: Vec<&Plain> = in_range.iter().copied().filter(|c| c.service == service).collect();
    let (facets, without) = feed.lists(&selection.filter, &mine, &[Dim::Service]);
    Head {
        known: true,
        kind: feed.kind(service),
        figures: feed.figures(&chosen(feed, service, selection.range, selection), Some(service)),
        versions,
        services,
        facets,
        unfiltered_calls: mine.len() as u64,
        without,
        ..Head::default()
    }
}

pub fn answer(feed: &Feed, query: &DetailsQuery) -> DetailsReply {
    let (service, selection, range) = (query.service.as_str(), &query.selection, query.selection.range);
    let buckets = feed.buckets(range, query.precision);
    let calls = chosen(feed, service, range, selection);
    let parts = split(&buckets, range, &calls);
    let mut reply = DetailsReply {
        service: service.into(),
        range,
        head: head(feed, service, selection),
        bucket_calls: parts.iter().map(|part| part.len() as u64).collect(),
        ..DetailsReply::default()
    };
    let before = feed.beside(range, selection.before, query.precision).map(|(then, places)| {
        let buckets = feed.buckets(then, query.precision);
        let parts = split(&buckets, then, &chosen(feed, service, then, selection));
        (places, buckets, parts)
    });
    if reply.head.known {
        for metric in metrics(feed, service) {
            let lines = lines(feed, service, metric, &parts, &buckets);
            let before = before.as_ref().filter(|_| lines.len() == 1 && single(metric)).map(|(places, buckets, parts)| {
                let line = self::lines(feed, service, metric, parts, buckets).remove(0);
                at_places(places, &line.values)
            });
            let summary = summary(metric, &lines, &buckets, &calls, &parts);
            reply.charts.push(Chart { before, ..Chart::of(metric, lines, summary) });
        }
    }
    reply.buckets = buckets;
    reply
}

fn single(metric: Metric) -> bool {
    matches!(
        metric,
        Metric::FailureRate | Metric::Availability | Metric::Rpm | Metric::Tpm | Metric::Latency | Metric::Generation
    )
}

fn metrics(feed: &Feed, service: &str) -> Vec<Metric> {
    let has = |test: fn(&Plain) -> bool| feed.any(Some(service), test);
    let all = [
        (Metric::Calls, true),
        (Metric::Tokens, has(|c| c.tokens().is_some())),
        (Metric::FailureRate, has(Plain::has_status)),
        (Metric::Rpm, true),
        (Metric::Tpm, has(|c| c.input.is_some() || c.output.is_some())),
        (Metric::Errors, has(Plain::has_status)),
        (Metric::Ttft, has(|c| c.streamed() && c.ttft_us.is_some())),
        (Metric::Tpot, has(|c| c.streamed() && c.tpot_ms().is_some())),
        (Metric::Latency, has(|c| c.latency_us.is_some())),
        (Metric::InputLength, has(|c| c.input.is_some())),
        (Metric::OutputLength, has(|c| c.output.is_some())),
        (Metric::Availability, has(Plain::has_status)),
        (Metric::Generation, has(|c| c.generation_us.is_some())),
    ];
    all.into_iter().filter(|&(_, has)| has).map(|(metric, _)| metric).collect()
}

/// The values of the calls that a metric per call is made of, in its unit.
fn per_call(metric: Metric, calls: &[&Plain]) -> Vec<f64> {
    let k = |tokens: Option<u64>| tokens.map(|t| t as f64 / 1000.0);
    let of = |c: &Plain| match metric {
        Metric::Ttft => c.streamed().then(|| c.ttft_ms()).flatten(),
        Metric::Tpot => c.streamed().then(|| c.tpot_ms()).flatten(),
        Metric::Latency => c.latency_ms(),
        Metric::InputLength => k(c.input),
        Metric::OutputLength => k(c.output),
        Metric::Generation => c.generation_s(),
        _ => None,
    };
    calls.iter().filter(|c| c.succeeded()).filter_map(|c| of(c)).collect()
}

fn lines(feed: &Feed, service: &str, metric: Metric, parts: &[Vec<&Plain>], buckets: &Buckets) -> Vec<Series> {
    let line = |line: Line, value: &dyn Fn(&[&Plain]) -> f64| Series::exact(line, parts.iter().map(|part| value(part)).collect());
    let count = |calls: &[&Plain], test: &dyn Fn(&Plain) -> bool| calls.iter().filter(|c| test(c)).count() as f64;
    let sum = |calls: &[&Plain], of: Count| calls.iter().filter_map(|c| of(c)).map(|v| v as f64).sum::<f64>() / 1000.0;
    let per_minute = |mut series: Series| {
        series.values.iter_mut().zip(&buckets.minutes).for_each(|(value, minutes)| *value /= minutes);
        vec![series]
    };
    match metric {
        Metric::Calls if !feed.any(Some(service), Plain::has_status) => vec![line(Line::Total, &|calls| calls.len() as f64)],
        Metric::Calls => vec![
            line(Line::Total, &|calls| calls.len() as f64),
            line(Line::Successes, &|calls| count(calls, &|c| c.has_status() && c.succeeded())),
            line(Line::Failures, &|calls| count(calls, &Plain::failed)),
        ],
        Metric::Tokens => {
            let kinds: [(Line, Count); 3] =
                [(Line::Total, Plain::tokens), (Line::Input, |c| c.input), (Line::Output, |c| c.output)];
            let involved = kinds.into_iter().filter(|(_, of)| feed.any(Some(service), |c| of(c).is_some()));
            involved.map(|(name, of)| line(name, &|calls| sum(calls, of))).collect()
        }
        Metric::FailureRate => {
            vec![line(Line::Rate, &|calls| count(calls, &Plain::failed) / count(calls, &Plain::has_status) * 100.0)]
        }
        Metric::Availability => vec![line(Line::Rate, &|calls| {
            count(calls, &|c| c.has_status() && c.status / 100 != 5) / count(calls, &Plain::has_status) * 100.0
        })],
        Metric::Rpm => per_minute(line(Line::PerMinute, &|calls| calls.len() as f64)),
        Metric::Tpm => per_minute(line(Line::PerMinute, &|calls| sum(calls, |c| c.input) + sum(calls, |c| c.output))),
        Metric::Errors => {
            let failed = parts.iter().flatten().filter(|c| c.failed());
            let mut codes = counted(failed.map(|c| c.status.to_string()));
            codes.sort_by_key(|(code, count)| (code[..1].to_owned(), u64::MAX - count));
            let status = |code: &str| code.parse::<u16>().unwrap();
            codes
                .iter()
                .map(|(code, _)| line(Line::Status(status(code)), &|calls| count(calls, &|c| c.status == status(code))))
                .collect()
        }
        Metric::Latency | Metric::Generation => {
            vec![line(Line::Avg, &|calls| mean(per_call(metric, calls)).unwrap_or(f64::NAN))]
        }
        Metric::Ttft | Metric::Tpot | Metric::InputLength | Metric::OutputLength => vec![
            line(Line::Avg, &|calls| mean(per_call(metric, calls)).unwrap_or(f64::NAN)),
            line(Line::Max, &|calls| per_call(metric, calls).into_iter().fold(f64::NAN, f64::max)),
            line(Line::P50, &|calls| percentile(&per_call(metric, calls), 0.5)),
            line(Line::P80, &|calls| percentile(&per_call(metric, calls), 0.8)),
            line(Line::P90, &|calls| percentile(&per_call(metric, calls), 0.9)),
            line(Line::P99, &|calls| percentile(&per_call(metric, calls), 0.99)),
        ],
    }
}

fn summary(metric: Metric, lines: &[Series], buckets: &Buckets, calls: &[&Plain], parts: &[Vec<&Plain>]) -> Summary {
    let n = buckets.starts_ms.len();
    let others_have_calls = parts.iter().take(n.saturating_sub(1)).any(|calls| !calls.is_empty());
    let finished = if buckets.last_unfinished && others_have_calls { n - 1 } else { n };
    let first: Vec<f64> = if metric == Metric::Errors {
        (0..n).map(|b| lines.iter().map(|l| l.values[b]).sum()).collect()
    } else {
        lines[0].values.clone()
    };
    let mut top = lines.iter().find(|l| l.line == Line::Max).map_or(first.clone(), |l| l.values.clone());
    if matches!(metric, Metric::Rpm | Metric::Tpm) && buckets.minutes.last().is_some_and(|&minutes| minutes < 1.0) {
        top.truncate(finished);
    }
    let known: Vec<f64> = first[..finished].iter().copied().filter(|v| !v.is_nan()).collect();
    let maximum = top.iter().copied().filter(|v| !v.is_nan()).reduce(f64::max);
    let minimum = first.iter().copied().filter(|v| metric == Metric::Availability && !v.is_nan()).reduce(f64::min);
    let average = match metric {
        Metric::Calls | Metric::Tokens | Metric::Errors | Metric::Rpm | Metric::Tpm => mean(known.clone()),
        Metric::FailureRate => {
            mean(calls.iter().filter(|c| c.has_status()).map(|c| if c.failed() { 100.0 } else { 0.0 }).collect())
        }
        Metric::Availability => {
            mean(calls.iter().filter(|c| c.has_status()).map(|c| if c.status / 100 == 5 { 0.0 } else { 100.0 }).collect())
        }
        _ => mean(per_call(metric, calls)),
    };
    let latest = (0..finished).filter(|&b| !parts[b].is_empty() && !first[b].is_nan()).max();
    Summary {
        latest: latest.map(|b| first[b]),
        latest_at: latest.map(|b| b as u32),
        average,
        maximum,
        maximum_at: maximum.and_then(|m| top.iter().position(|&v| v == m)).map(|b| b as u32),
        minimum: minimum.and_then(|m| Some((m, first.iter().position(|&v| v == m)? as u32))),
        median_bucket: Some(percentile(&known, 0.5)).filter(|v| !v.is_nan()),
        ..Summary::default()
    }
}
