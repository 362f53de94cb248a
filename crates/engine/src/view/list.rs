//! Lists of calls: those behind an error code, and all of a selection for exports.

use super::{Services, frame, of_service, selection};
use crate::ask::{CallField, CallOrder, CallsAsk, ErrorText, Frame, From, Label, Matcher, NumberField, OrderBy, Quantity};
use crate::model::Dim;
use crate::wire::{CallRow, ListQuery, ListReply, ListSort, RowsQuery, RowsReply};

const NUMBERS: [NumberField; 7] = [
    NumberField::Latency,
    NumberField::InputTokens,
    NumberField::OutputTokens,
    NumberField::TotalTokens,
    NumberField::Ttft,
    NumberField::Tpot,
    NumberField::Generation,
];
const DIMS: [Dim; 5] = [Dim::Service, Dim::Version, Dim::ApiKey, Dim::Ip, Dim::Model];

/// The fields of a [`CallRow`], in the order in which they are requested.
pub fn fields() -> Vec<CallField> {
    let labels = [Label::Status, Label::ErrorCode, Label::ErrorMessage];
    core::iter::once(CallField::Time)
        .chain(DIMS.map(|dim| CallField::Label(Label::Dim(dim))))
        .chain(labels.map(CallField::Label))
        .chain(NUMBERS.map(CallField::Number))
        .chain([CallField::Stream, CallField::RequestId])
        .collect()
}

/// The window of the calls behind an error code, or of all failed calls.
pub fn window(query: &ListQuery) -> CallsAsk {
    let mut selection = of_service(&query.selection, &query.service);
    let of_status = |status: u16| Matcher::OneOf(Label::Status, vec![status.to_string()]);
    selection.matchers.push(query.status.map_or_else(Matcher::failed, of_status));
    if let Some(choice) = &query.message {
        let (error_code, text) = (choice.error_code.clone(), choice.message.clone());
        selection.matchers.push(Matcher::Error(ErrorText { error_code, text, alike: false }));
    }
    let field = match query.sort {
        ListSort::Time => OrderBy::Time,
        ListSort::Key => OrderBy::Label(Label::Dim(Dim::ApiKey)),
        ListSort::Ip => OrderBy::Label(Label::Dim(Dim::Ip)),
        ListSort::Latency => OrderBy::Number(NumberField::Latency),
    };
    let order = CallOrder::By { field, descending: query.descending };
    CallsAsk { selection, fields: fields(), order, from: From::Offset(query.offset), limit: query.limit }
}

/// A window of all calls of a selection, each with the labels that the data set's calls carry.
pub fn rows(query: &RowsQuery, services: Services<'_>) -> CallsAsk {
    let named = services.labels.iter().copied().filter(|label| matches!(label, Label::Named(_)));
    CallsAsk {
        selection: selection(&query.selection, &[]),
        fields: fields().into_iter().chain(named.map(CallField::Label)).collect(),
        order: CallOrder::ByService,
        from: From::Cursor(u64::from(query.from)),
        limit: query.limit,
    }
}

pub fn window_reply(query: &ListQuery, frames: &[Frame]) -> ListReply {
    let frame = frame(frames, 0);
    ListReply { offset: query.offset, total: frame.total, rows: call_rows(frame).into_iter().map(|(_, row)| row).collect() }
}

pub fn rows_reply(frames: &[Frame], services: Services<'_>) -> RowsReply {
    let frame = frame(frames, 0);
    let mut reply = RowsReply { next: frame.next.and_then(|next| u32::try_from(next).ok()), ..RowsReply::default() };
    for (service, row) in call_rows(frame) {
        let title = services.title(service);
        match reply.services.last_mut() {
            Some((last, rows)) if *last == title => *rows += 1,
            _ => reply.services.push((title, 1)),
        }
        reply.rows.push(row);
    }
    reply
}

/// The calls of a frame, each with its service.
pub fn call_rows(frame: &Frame) -> Vec<(&str, CallRow)> {
    let columns: Vec<_> = frame.columns.iter().map(|column| &column.values).collect();
    let Some(times) = columns.first().filter(|_| columns.len() >= fields().len()) else { return Vec::new() };
    let [service, version, api_key, ip, model, status, error_code, message] = core::array::from_fn(|at| columns[1 + at]);
    let numbers: [_; NUMBERS.len()] = core::array::from_fn(|at| columns[9 + at]);
    let (stream, request_id) = (columns[16], columns[17]);
    let [latency, input, output, total, ttft, tpot, generation] = numbers;
    let row = |at: usize| {
        let in_unit = |values: &crate::ask::Values, of: Quantity| values.number(at, of.unit());
        let row = CallRow {
            time_ms: times.whole(at).and_then(|time| i64::try_from(time).ok()).unwrap_or(0),
            version: version.text(at).to_owned(),
            api_key: api_key.text(at).to_owned(),
            ip: ip.text(at).to_owned(),
            latency_ms: in_unit(latency, Quantity::Latency),
            request_id: request_id.text(at).to_owned(),
            status: status.text(at).parse().unwrap_or(0),
            error_code: error_code.text(at).to_owned(),
            message: message.text(at).to_owned(),
            model: model.text(at).to_owned(),
            stream: stream.whole(at).map(|stream| stream > 0),
            input_tokens: input.whole(at),
            output_tokens: output.whole(at),
            total_tokens: total.whole(at),
            ttft_ms: in_unit(ttft, Quantity::Ttft),
            tpot_ms: in_unit(tpot, Quantity::Tpot),
            generation_s: in_unit(generation, Quantity::Generation),
            labels: columns[18..].iter().map(|values| values.text(at).to_owned()).collect(),
        };
        (service.text(at), row)
    };
    (0..times.len()).map(row).collect()
}
