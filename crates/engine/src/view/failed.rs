//! A service's Failed Calls tab: 4xx and 5xx, their codes and messages, and one code looked into.

use super::{Services, frame, head, of_service, quality};
use crate::ask::{
    Agg, Ask, Column, ErrorText, Frame, Group, Label, Matcher, Measure, Quantity, Selection, SeriesAsk, Split, TableAsk,
    ValuesAsk,
};
use crate::base::sort::sort_by;
use crate::model::Dim;
use crate::model::Exactness;
use crate::model::limits::{FACET_VALUES_MAX, TEMPLATE_TEXTS_MAX, TEMPLATES_LISTED_MAX};
use crate::wire::{ErrorClass, ErrorCode, ErrorMessage, FailedQuery, FailedReply, Inspect};

/// The calls of a code, and what of them is looked into.
fn chosen(failed: &Selection, query: &FailedQuery, status: u16, alike: bool) -> Selection {
    let mut selection = failed.clone();
    selection.matchers.push(Matcher::OneOf(Label::Status, vec![status.to_string()]));
    // Exports show each message by itself and look into none.
    if let Some(choice) = query.message.as_ref().filter(|_| !query.every_message) {
        let (error_code, text) = (choice.error_code.clone(), choice.message.clone());
        selection.matchers.push(Matcher::Error(ErrorText { error_code, text, alike }));
    }
    selection
}

/// A table of calls, whole or by labels.
fn table(selection: Selection, measures: Vec<Measure>, split: Split) -> Ask {
    Ask::Table(TableAsk { selection, measures, split, subtotals: false, compare: Vec::new() })
}

fn distinct(label: Label) -> Measure {
    Measure::new(Quantity::Calls, Agg::Distinct(label))
}

/// Whether messages of one template are listed.
fn lists_texts(query: &FailedQuery) -> bool {
    !query.every_message && query.message.as_ref().is_some_and(|choice| choice.message.is_some())
}

pub fn asks(query: &FailedQuery, services: Services<'_>) -> Vec<Ask> {
    let own = of_service(&query.selection, &query.service);
    let mut failed = own.clone();
    failed.matchers.push(Matcher::failed());
    let series = |selection: Selection, split: Split| {
        let (width, measures) = (query.precision.into(), vec![Measure::calls()]);
        Ask::Series(SeriesAsk { selection, width, measures, split, compare: Vec::new() })
    };
    let texts = || distinct(Label::ErrorMessage);
    let mut asks = head::asks(&query.service, &query.selection, services, Vec::new());
    asks.push(series(failed.clone(), Split::by([Label::Status])));
    if query.every_message {
        let split = Split::by([Label::Status, Label::ErrorCode, Label::ErrorMessage]);
        asks.push(table(failed.clone(), vec![Measure::calls()], split));
    } else {
        let split = Split::by([Label::Status, Label::ErrorCode, Label::ErrorTemplate]);
        asks.push(table(failed.clone(), vec![Measure::calls(), texts()], split));
    }
    asks.push(table(failed.clone(), vec![distinct(Label::ErrorTemplate), texts()], Split::by([Label::Status])));
    let Some(status) = query.status else { return asks };
    let of_choice = chosen(&failed, query, status, false);
    asks.push(series(of_choice.clone(), Split::default()));
    asks.push(table(own, vec![distinct(Label::Dim(Dim::ApiKey))], Split::default()));
    asks.push(table(of_choice.clone(), vec![distinct(Label::Dim(Dim::ApiKey))], Split::default()));
    for dim in [Dim::ApiKey, Dim::Ip] {
        asks.push(Ask::Values(ValuesAsk {
            selection: of_choice.clone(),
            label: Label::Dim(dim),
            own_matchers: true,
            search: String::new(),
            limit: FACET_VALUES_MAX as u32,
            also: Vec::new(),
        }));
    }
    if lists_texts(query) {
        let alike = chosen(&failed, query, status, true);
        let by = |label| Split::by([Label::ErrorCode, label]);
        asks.push(table(alike.clone(), vec![Measure::calls(), texts()], by(Label::ErrorTemplate)));
        let top = (TEMPLATE_TEXTS_MAX as u32).min(query.texts);
        if top > 0 {
            asks.push(table(alike, vec![Measure::calls(), texts()], Split { top, ..by(Label::ErrorMessage) }));
        }
    }
    asks
}

pub fn reply(query: &FailedQuery, frames: &[Frame], services: Services<'_>) -> FailedReply {
    let (head, used) = head::reply(&query.service, &query.selection, frames, services);
    let series = frame(frames, used);
    let mut codes = codes(series, frame(frames, used + 1), frame(frames, used + 2), query.every_message);
    let total: u64 = codes.iter().map(|code| code.count).sum();
    let share = |count: u64| if total > 0 { count as f64 * 100.0 / total as f64 } else { 0.0 };
    for code in &mut codes {
        code.percent = share(code.count);
        code.messages.iter_mut().for_each(|message| message.percent = share(message.count));
    }
    sort_by(&mut codes, |a, b| b.count.cmp(&a.count).then(a.status.cmp(&b.status)));
    let inspect = query.status.map(|status| {
        let found = codes.iter().any(|code| code.status == status);
        let mut inspect = inspect(query, status, found, frames.get(used + 3..).unwrap_or_default());
        inspect.percent = share(inspect.count);
        inspect.template.iter_mut().chain(&mut inspect.texts).for_each(|message| message.percent = share(message.count));
        inspect
    });
    let class = |class: u8| {
        let codes: Vec<ErrorCode> = codes.iter().filter(|code| code.status / 100 == u16::from(class)).cloned().collect();
        let mut spark = vec![0.0; series.buckets.as_ref().map_or(0, |buckets| buckets.starts_ms.len())];
        for code in &codes {
            spark.iter_mut().zip(&code.spark).for_each(|(sum, value)| *sum += if value.is_nan() { 0.0 } else { *value });
        }
        let count = codes.iter().map(|code| code.count).sum();
        let exactness = together(&codes);
        (!codes.is_empty()).then_some(ErrorClass { class, count, exactness, percent: share(count), spark, codes })
    };
    FailedReply {
        service: query.service.clone(),
        range: query.selection.range,
        buckets: series.buckets.as_deref().cloned().unwrap_or_default(),
        total,
        exactness: together(&codes),
        absent: if series.answers(0) && series.buckets.is_some() { None } else { quality::why(series, 0) },
        classes: [4, 5].into_iter().filter_map(class).collect(),
        inspect,
        head,
    }
}

/// Of the sum of codes' calls.
fn together(codes: &[ErrorCode]) -> Exactness {
    codes.iter().fold(Exactness::Exact, |all, code| all.and(code.exactness))
}

/// The sum of a column's buckets. One that the source did not observe counts for nothing, and the sum is a lower bound.
fn summed(column: &Column) -> (Vec<f64>, u64, Exactness) {
    let values = column.values.numbers(1.0);
    let count = values.iter().filter(|value| !value.is_nan()).sum::<f64>() as u64;
    let known = |(bucket, value): (usize, &f64)| if value.is_nan() { Exactness::AtLeast } else { column.exactness_at(bucket) };
    let exactness = values.iter().enumerate().fold(Exactness::Exact, |all, of| all.and(known(of)));
    (values, count, exactness)
}

/// What is looked into; shares are still to be worked out. `found`: there are calls of the code.
fn inspect(query: &FailedQuery, status: u16, found: bool, frames: &[Frame]) -> Inspect {
    let sum = frame(frames, 0).column(0, 0, 0).map(summed);
    // Of calls that the source does not count nothing is known but that there are some.
    let (spark, count, exactness) = sum.unwrap_or((Vec::new(), 0, Exactness::AtLeast));
    let keys_unknown = [1, 2].iter().any(|&at| frame(frames, at).column(0, 0, 0).is_none());
    let keys = |at| frame(frames, at).column(0, 0, 0).and_then(|column| column.values.whole(0)).unwrap_or(0) as u32;
    let highest =
        spark.iter().enumerate().filter(|(_, calls)| !calls.is_nan()).max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)));
    let texts = |at| -> Vec<ErrorMessage> {
        let frame = frame(frames, at);
        let message = |(place, group): (usize, &Group)| match group.values.as_slice() {
            [own, message] => Some(error_message(frame, place, own, message, 1)),
            _ => None,
        };
        most_first(frame.groups.iter().enumerate().filter_map(message).collect())
    };
    Inspect {
        status,
        message: query.message.clone(),
        count,
        exactness,
        percent: 0.0,
        peak: highest.filter(|(_, calls)| **calls > 0.0).map(|(bucket, _)| bucket as u32),
        spark: if found { spark } else { Vec::new() },
        keys_all: keys(1),
        keys_affected: keys(2),
        keys_unknown,
        by_key: listed(frame(frames, 3)),
        by_ip: listed(frame(frames, 4)),
        template: texts(5).into_iter().next(),
        texts: texts(6),
    }
}

/// Values with their calls, as far as the source counts them.
fn listed(frame: &Frame) -> Vec<(String, u64)> {
    let Some(column) = frame.column(0, 0, 0) else { return Vec::new() };
    let groups = frame.groups.iter().enumerate().filter(|(_, group)| !group.others);
    groups.filter_map(|(place, group)| Some((group.values.concat(), column.values.whole(place)?))).collect()
}

/// A message or template of a table of calls and messages. `texts`: where the table does not count messages.
fn error_message(frame: &Frame, place: usize, error_code: &str, message: &str, texts: u64) -> ErrorMessage {
    let whole = |measure| frame.column(0, measure, 0).and_then(|column| column.values.whole(place));
    ErrorMessage {
        error_code: error_code.to_owned(),
        message: message.to_owned(),
        count: whole(0).unwrap_or(0),
        exactness: if whole(0).is_some() { quality::of_figure(frame, 0, place, 0).0 } else { Exactness::AtLeast },
        percent: 0.0,
        texts: whole(1).unwrap_or(texts),
    }
}

fn most_first(mut messages: Vec<ErrorMessage>) -> Vec<ErrorMessage> {
    sort_by(&mut messages, |a, b| {
        b.count.cmp(&a.count).then_with(|| a.error_code.cmp(&b.error_code)).then_with(|| a.message.cmp(&b.message))
    });
    messages
}

/// The codes with their messages; shares are still to be worked out.
fn codes(series: &Frame, messages: &Frame, totals: &Frame, every_message: bool) -> Vec<ErrorCode> {
    let code = |(place, group): (usize, &Group)| {
        let name = group.values.first()?;
        let (spark, count, exactness) = summed(series.column(place, 0, 0)?);
        let message = |(place, group): (usize, &Group)| match group.values.as_slice() {
            [status, own, message] if status == name => Some(error_message(messages, place, own, message, 1)),
            _ => None,
        };
        let mut listed = most_first(messages.groups.iter().enumerate().filter_map(message).collect());
        let total = totals.group(&[name]);
        let whole = |measure| totals.column(0, measure, 0).and_then(|column| column.values.whole(total?)).unwrap_or(0);
        let (templates, texts) = if every_message { (whole(1), whole(1)) } else { (whole(0), whole(1)) };
        if !every_message {
            listed.truncate(TEMPLATES_LISTED_MAX);
        }
        let status = name.parse().ok()?;
        Some(ErrorCode { status, count, exactness, percent: 0.0, spark, messages: listed, templates, texts })
    };
    series.groups.iter().enumerate().filter_map(code).collect()
}
