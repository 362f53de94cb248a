//! The Failed Calls tab and the list of calls behind a code, naively.

use super::details::{chosen, head};
use super::{Feed, Plain, counted, split};
use callscope::model::Precision;
use callscope::wire::{
    CallRow, ErrorChoice, ErrorClass, ErrorCode, ErrorMessage, FailedQuery, FailedReply, Inspect, ListQuery, ListReply, ListSort,
    Selection,
};

/// What the naive answer is to: every message, nothing but a code looked into.
pub fn question(service: &str, selection: &Selection, precision: Precision, status: Option<u16>) -> FailedQuery {
    let (service, selection) = (service.to_owned(), selection.clone());
    FailedQuery { service, selection, precision, status, message: None, texts: 0, every_message: true }
}

/// A message chosen.
pub fn said(own: &str, message: &str) -> ErrorChoice {
    ErrorChoice { error_code: own.to_owned(), message: Some(message.to_owned()) }
}

pub fn answer(feed: &Feed, query: &FailedQuery) -> FailedReply {
    let (service, selection, range) = (query.service.as_str(), &query.selection, query.selection.range);
    let buckets = feed.buckets(range, query.precision);
    let calls = chosen(feed, service, range, selection);
    let failed: Vec<&Plain> = calls.iter().copied().filter(|c| c.failed()).collect();
    let total = failed.len();
    let percent = |n: usize| if total == 0 { 0.0 } else { n as f64 / total as f64 * 100.0 };
    let spark = |calls: &[&Plain]| -> Vec<f64> { split(&buckets, range, calls).iter().map(|part| part.len() as f64).collect() };
    let mut classes = Vec::new();
    for class in [4_u8, 5] {
        let of_class: Vec<&Plain> = failed.iter().copied().filter(|c| c.status / 100 == u16::from(class)).collect();
        if of_class.is_empty() {
            continue;
        }
        let mut codes = Vec::new();
        for (status, count) in counted(of_class.iter().map(|c| c.status.to_string())) {
            let status: u16 = status.parse().unwrap();
            let of_code: Vec<&Plain> = of_class.iter().copied().filter(|c| c.status == status).collect();
            // A unit separator orders pairs as their parts do.
            let pairs = counted(of_code.iter().map(|c| format!("{}\u{1}{}", c.error_code, c.error_message)));
            let texts = pairs.len() as u64;
            let messages = pairs
                .into_iter()
                .map(|(pair, count)| {
                    let (error_code, message) = pair.split_once('\u{1}').unwrap();
                    let percent = percent(count as usize);
                    ErrorMessage {
                        error_code: error_code.into(),
                        message: message.into(),
                        count,
                        exactness: Default::default(),
                        percent,
                        texts: 1,
                    }
                })
                .collect();
            let (percent, spark) = (percent(of_code.len()), spark(&of_code));
            codes.push(ErrorCode {
                status,
                count,
                exactness: Default::default(),
                percent,
                spark,
                messages,
                templates: texts,
                texts,
            });
        }
        let count = of_class.len();
        classes.push(ErrorClass {
            class,
            count: count as u64,
            exactness: Default::default(),
            percent: percent(count),
            spark: spark(&of_class),
            codes,
        });
    }
    let inspect = query.status.map(|status| {
        let of_code: Vec<&Plain> = failed.iter().copied().filter(|c| c.status == status).collect();
        let spark = spark(&of_code);
        let highest = spark.iter().copied().fold(0.0, f64::max);
        let keys =
            |calls: &[&Plain]| counted(calls.iter().filter(|c| !c.api_key.is_empty()).map(|c| c.api_key.clone())).len() as u32;
        Inspect {
            status,
            count: of_code.len() as u64,
            percent: percent(of_code.len()),
            spark: if of_code.is_empty() { Vec::new() } else { spark.clone() },
            peak: (highest > 0.0).then(|| spark.iter().position(|&v| v == highest).unwrap() as u32),
            keys_affected: keys(&of_code),
            keys_all: keys(&calls),
            by_key: counted(of_code.iter().map(|c| c.api_key.clone())),
            by_ip: counted(of_code.iter().map(|c| c.ip.clone())),
            ..Inspect::default()
        }
    });
    FailedReply {
        service: service.into(),
        range,
        head: head(feed, service, selection),
        buckets,
        total: total as u64,
        classes,
        inspect,
        ..FailedReply::default()
    }
}

pub fn list(feed: &Feed, query: &ListQuery) -> ListReply {
    let mut calls = chosen(feed, &query.service, query.selection.range, &query.selection);
    calls.retain(|c| {
        let said = |wanted: &ErrorChoice| wanted.error_code == c.error_code && wanted.message.as_ref() == Some(&c.error_message);
        query.status.map_or_else(|| c.failed(), |status| c.status == status) && query.message.as_ref().is_none_or(said)
    });
    // Newest first, the later in the source first; each other order keeps that among equals.
    calls.sort_by_key(|c| c.time_ms);
    calls.reverse();
    if query.sort == ListSort::Time {
        if !query.descending {
            calls.reverse();
        }
    } else {
        let key = |c: &Plain| match query.sort {
            ListSort::Key => (c.api_key.is_empty(), c.api_key.clone(), 0),
            ListSort::Ip => (c.ip.is_empty(), c.ip.clone(), 0),
            _ => (c.latency_us.is_none(), String::new(), c.latency_us.unwrap_or(0)),
        };
        let (mut with, without): (Vec<&Plain>, Vec<&Plain>) = calls.into_iter().partition(|c| !key(c).0);
        if query.descending {
            with.sort_by_key(|c| std::cmp::Reverse(key(c)));
        } else {
            with.sort_by_key(|c| key(c));
        }
        calls = with.into_iter().chain(without).collect();
    }
    let total = calls.len() as u64;
    let rows = calls.iter().skip(query.offset as usize).take(query.limit as usize).map(|c| row(c));
    ListReply { offset: query.offset, total, rows: rows.collect() }
}

/// A call as lists show it.
pub fn row(c: &Plain) -> CallRow {
    CallRow {
        time_ms: c.time_ms,
        version: c.version.clone(),
        api_key: c.api_key.clone(),
        ip: c.ip.clone(),
        latency_ms: c.latency_ms(),
        request_id: c.request_id.clone(),
        status: c.status,
        error_code: c.error_code.clone(),
        message: c.error_message.clone(),
        model: c.model.clone(),
        stream: c.stream,
        input_tokens: c.input,
        output_tokens: c.output,
        total_tokens: c.tokens(),
        ttft_ms: c.ttft_ms(),
        tpot_ms: c.tpot_ms(),
        generation_s: c.generation_s(),
        labels: Vec::new(),
    }
}
