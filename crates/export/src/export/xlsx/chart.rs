//! A metric's native line chart.

use super::{Failed, style};
use crate::export::book::LineChart;
use crate::export::ink::{Palette, colour};
use crate::export::table::{Cell, Kind, Table, TimeStyle};
use rust_xlsxwriter::{
    Chart, ChartAxisTickType, ChartEmptyCells, ChartFont, ChartFormat, ChartLegendPosition, ChartLine, ChartMarker,
    ChartMarkerType, Color,
};
use std::io::{Cursor, Read as _, Write as _};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// Size in pixels.
const SIZE: (u32, u32) = (920, 420);
/// Labels that the time axis has room for.
const LABELS: usize = 9;
/// Up to so many points each is marked.
const MARKED_POINTS: usize = 31;

/// The chart of a table whose body begins at `body`: its lines over its first column, gaps left open.
pub fn line(sheet: &str, table: &Table, of: &LineChart, body: u32) -> Chart {
    let (rows, last) = (table.rows.len(), body + table.rows.len().max(1) as u32 - 1);
    let tone = |token| Color::RGB(colour(Palette::Light, token).0);
    let mut chart = Chart::new_line();
    for (column, look) in of.columns.clone().zip(&of.looks) {
        let at = column as u16;
        let ink = tone(look.token);
        let series = chart.add_series();
        series
            .set_categories((sheet, body, 0, last, 0))
            .set_values((sheet, body, at, last, at))
            .set_name((sheet, body - 1, at))
            .set_format(ChartFormat::new().set_line(ChartLine::new().set_color(ink).set_width(look.width.max(1.25))));
        // A line has no length where a value is between gaps.
        if rows <= MARKED_POINTS || stands_alone(table, column) {
            let fill = rust_xlsxwriter::ChartSolidFill::new().set_color(ink).clone();
            let mut format = ChartFormat::new().set_solid_fill(&fill).set_line(ChartLine::new().set_color(ink)).clone();
            series.set_marker(ChartMarker::new().set_type(ChartMarkerType::Circle).set_size(3).set_format(&mut format));
        } else {
            series.set_marker(ChartMarker::new().set_none());
        }
    }
    let grid = ChartLine::new().set_color(tone("--grid")).set_width(0.75).clone();
    let axis = ChartLine::new().set_color(tone("--axis")).set_width(0.75).clone();
    let mut font = ChartFont::new();
    font.set_size(9).set_color(tone("--ink-3"));
    let style = if let Some(Kind::Time(style)) = table.columns.first().map(|c| c.kind) { style } else { TimeStyle::Minute };
    let interval = u16::try_from(rows.div_ceil(LABELS)).unwrap_or(u16::MAX).max(1);
    chart
        .x_axis()
        // Every bucket is a category: Excel's date axis knows no times of day, it would put all hours of a day on one place.
        .set_text_axis(true)
        .set_num_format(axis_format(table, style))
        .set_label_interval(interval)
        .set_tick_interval(interval)
        .set_major_tick_type(ChartAxisTickType::Outside)
        .set_font(&font)
        .set_format(ChartFormat::new().set_line(&axis));
    let unit = of.unit.trim();
    let y_axis = chart.y_axis();
    y_axis.set_min(0).set_major_gridlines_line(&grid).set_font(&font);
    y_axis.set_format(ChartFormat::new().set_no_line());
    y_axis.set_num_format("#,##0.###;\\-#,##0.###");
    if !unit.is_empty() {
        y_axis.set_name(unit).set_name_font(font.clone().unset_bold());
    }
    if of.ceiling.is_some_and(|ceiling| highest(table, of) * 1.3 > ceiling) {
        y_axis.set_max(of.ceiling.unwrap_or_default());
    }
    let mut title = ChartFont::new();
    title.set_size(13).set_color(tone("--ink"));
    chart.title().set_name(&of.title).set_font(&title);
    if of.columns.len() > 1 {
        chart.legend().set_position(ChartLegendPosition::Bottom).set_font(&font);
    } else {
        chart.legend().set_hidden();
    }
    chart.set_width(SIZE.0).set_height(SIZE.1).show_empty_cells_as(ChartEmptyCells::Gaps);
    chart.set_alt_text(format!("{} ({unit})", of.title));
    chart
}

/// Whether a column has a value with a gap on both sides.
fn stands_alone(table: &Table, column: usize) -> bool {
    let is = |row: Option<&Vec<Cell<'_>>>| row.is_some_and(|r| r.get(column).is_some_and(|c| c.as_f64().is_some()));
    let rows = &table.rows;
    (0..rows.len()).any(|i| is(rows.get(i)) && !is(i.checked_sub(1).and_then(|i| rows.get(i))) && !is(rows.get(i + 1)))
}

fn highest(table: &Table, of: &LineChart) -> f64 {
    let values = table.rows.iter().flat_map(|row| row.get(of.columns.clone()).unwrap_or_default()).filter_map(Cell::as_f64);
    values.fold(0.0, f64::max)
}

/// Labels of the time axis: the time of day alone where all is within a day.
fn axis_format(table: &Table, style: TimeStyle) -> &'static str {
    let at = |row: Option<&Vec<Cell<'_>>>| match row.and_then(|r| r.first()) {
        Some(Cell::Instant(at)) => *at,
        _ => 0,
    };
    let span_ms = at(table.rows.last()) - at(table.rows.first());
    match style {
        TimeStyle::Day => "mm\\-dd",
        TimeStyle::Minute if span_ms < 86_400_000 => "hh:mm",
        TimeStyle::Minute => "mm\\-dd\\ hh:mm",
        other => style::time_format(other),
    }
}

/// Mends what the writer makes of charts. It leaves out that a time axis is no date axis, which Excel reads so and other readers do not. And it
/// puts the values of the cells it knows beside their places; it does not know those of long sheets, and every reader takes them from the
/// cells anyway.
pub fn mend(package: Vec<u8>) -> Result<Vec<u8>, Failed> {
    let mut archive = ZipArchive::new(Cursor::new(package))?;
    let is_chart = |name: &str| name.starts_with("xl/charts/chart");
    if !archive.file_names().flatten().any(|name| is_chart(&name)) {
        return Ok(archive.into_inner().into_inner());
    }
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for i in 0..archive.len() {
        let mut file = archive.by_index(i)?;
        let name = file.name()?.into_owned();
        if !is_chart(&name) {
            drop(file);
            out.raw_copy_file(archive.by_index_raw(i)?)?;
            continue;
        }
        let mut xml = String::new();
        file.read_to_string(&mut xml)?;
        let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
        out.start_file(name, options)?;
        if !xml.contains("<c:auto ") {
            xml = xml.replacen("<c:lblAlgn", "<c:auto val=\"0\"/><c:lblAlgn", 1);
        }
        let mut rest = xml.as_str();
        while let Some((before, cache)) = rest.split_once("<c:numCache>") {
            out.write_all(before.as_bytes())?;
            rest = cache.split_once("</c:numCache>").map_or("", |(_, after)| after);
        }
        out.write_all(rest.as_bytes())?;
    }
    Ok(out.finish()?.into_inner())
}
