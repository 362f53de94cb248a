//! The calls themselves as rows, window by window: a million of them are never held at once.

use super::table::{Cell, Column, Kind, Table, TableId, TimeStyle, View};
use crate::i18n::export::Export;
use crate::i18n::failed::FailedWords;
use crate::i18n::{Lang, Message, metrics as names};
use crate::model::{Column as Figure, Dim, Label, NO_STATUS, Name};
use crate::wire::CallRow;

/// The table without rows: name and columns, of which the time in UTC is there where the zone differs. `labels`: the open labels of the calls.
pub fn head(view: View<'_>, labels: &[Name]) -> Table {
    let lang = view.lang;
    let text = |dim: Dim| Column::new(dim.key(), names::dim(lang, dim), Kind::Text);
    let ms = |key: &str, name: &str| Column::new(key, name, Kind::Decimal(3)).in_unit(names::column_unit(lang, Figure::Latency));
    let tokens = |figure: Figure| Column::new(figure.key(), names::column(lang, figure), Kind::Whole);
    let time = Kind::Time(TimeStyle::Milli);
    let mut columns = vec![
        Column::new("time", Export::Time.text(lang), time).in_unit(&view.zone.name),
        text(Dim::Service),
        text(Dim::Version),
        Column::new("status", Export::Status.text(lang), Kind::Code),
        ms("latency", Export::ResponseLatency.text(lang)),
        ms("ttft", names::column(lang, Figure::Ttft)),
        ms("tpot", names::column(lang, Figure::Tpot)),
        Column::new("generation", Export::GenerationTime.text(lang), Kind::Decimal(3))
            .in_unit(names::column_unit(lang, Figure::Generation)),
        tokens(Figure::InputTokens),
        tokens(Figure::OutputTokens),
        tokens(Figure::TotalTokens),
        Column::new("stream", Export::Stream.text(lang), Kind::Text),
        text(Dim::Model),
        text(Dim::ApiKey),
        text(Dim::Ip),
        Column::new("error-code", Export::OwnCode.text(lang), Kind::Text),
        Column::new("message", FailedWords::ErrorMessage.text(lang), Kind::LongText),
        Column::new("request-id", Export::RequestId.text(lang), Kind::Text),
    ];
    columns.extend(labels.iter().map(|name| Column::new(Label::Named(*name).key(), name.as_str(), Kind::Text)));
    if view.differs_from_utc() {
        columns.push(Column::new("time-utc", Export::Time.text(lang), time).in_unit(Export::Utc.text(lang)));
    }
    Table::new(TableId::Calls, Export::CallList.text(lang), columns)
}

/// A call's cells under [`head`]'s columns, put into `cells`, which is emptied first. `service` is the name to show.
pub fn row<'a>(view: View<'_>, service: &'a str, call: &'a CallRow, cells: &mut Vec<Cell<'a>>) {
    let text = |text: &'a str| if text.is_empty() { Cell::Gap } else { Cell::text(text) };
    let whole = |n: Option<u64>| n.map_or(Cell::Gap, Cell::Whole);
    let number = |x: Option<f64>| x.map_or(Cell::Gap, Cell::number);
    cells.clear();
    cells.extend([
        Cell::Instant(call.time_ms),
        text(service),
        text(&call.version),
        whole(Some(call.status).filter(|&status| status != NO_STATUS).map(u64::from)),
        number(call.latency_ms),
        number(call.ttft_ms),
        number(call.tpot_ms),
        number(call.generation_s),
        whole(call.input_tokens),
        whole(call.output_tokens),
        whole(call.total_tokens),
        call.stream.map_or(Cell::Gap, |on| Cell::text(yes(view.lang, on))),
        text(&call.model),
        text(&call.api_key),
        text(&call.ip),
        text(&call.error_code),
        text(&call.message),
        text(&call.request_id),
    ]);
    cells.extend(call.labels.iter().map(|value| text(value)));
    if view.differs_from_utc() {
        cells.push(Cell::Utc(call.time_ms));
    }
}

fn yes(lang: Lang, on: bool) -> &'static str {
    if on { Export::Yes } else { Export::No }.text(lang)
}
