//! Metrics of a service as tables: the buckets of each metric (docs/spec.md, section 6), and what each comes to over the range.

use super::compute::live;
use super::exactness;
use super::formula::{Area, Formula, Spot};
use super::table::{Cell, Column, FormulaValue, Kind, Table, TableId, TimeStyle, View};
use crate::i18n::exact::Exact;
use crate::i18n::export::Export;
use crate::i18n::{Message, metrics as names};
use crate::model::{Agg, Line, Metric, Precision, Quality};
use crate::wire::{Buckets, Chart, DetailsReply};

/// The metric with its unit: `Time to First Token (ms)`.
pub fn title(view: View<'_>, metric: Metric) -> String {
    format!("{} ({})", names::metric(view.lang, metric), names::metric_unit(view.lang, metric))
}

/// How exactly times of a precision are shown.
pub const fn time_style(precision: Precision) -> TimeStyle {
    match precision {
        Precision::Day => TimeStyle::Day,
        Precision::Minute | Precision::Hour => TimeStyle::Minute,
    }
}

/// A metric's buckets: the spec's time column and lines first, in the spec's order; then the period before where the chart has one, the time
/// in UTC where the zone differs, and the minutes of each bucket that lie in the range.
pub fn buckets(view: View<'_>, number: u16, reply: &DetailsReply, chart: &Chart, precision: Precision) -> Table {
    let (lang, metric) = (view.lang, chart.metric);
    let unit = names::metric_unit(lang, metric);
    let kind = if metric.decimals() == 0 { Kind::Whole } else { Kind::Decimal(metric.decimals()) };
    let style = time_style(precision);
    let mut columns = vec![Column::new("time", Export::Time.text(lang), Kind::Time(style)).in_unit(&view.zone.name)];
    let single = chart.lines.len() == 1 && !metric.is_by_status();
    for series in &chart.lines {
        let name = if single { names::metric(lang, metric).to_owned() } else { names::line(lang, metric, series.line) };
        columns.push(Column::new(series.line.key(), name, kind).in_unit(unit));
    }
    if chart.before.is_some() {
        columns.push(Column::new(Line::Before.key(), Export::Before.text(lang), kind).in_unit(unit));
    }
    let utc = view.differs_from_utc();
    if utc {
        // A day of the zone does not begin at midnight in UTC.
        let style = if style == TimeStyle::Day { TimeStyle::Minute } else { style };
        columns.push(Column::new("time-utc", Export::Time.text(lang), Kind::Time(style)).in_unit(Export::Utc.text(lang)));
    }
    let minutes = Kind::Decimal(if reply.buckets.minutes.iter().all(|m| m.fract() == 0.0) { 0 } else { 3 });
    columns.push(Column::new("minutes", Export::Covered.text(lang), minutes).in_unit(Export::UnitMinutes.text(lang)));

    let value = |values: &[f64], bucket: usize| values.get(bucket).map_or(Cell::Gap, |&v| amount(metric, v));
    let mut table = Table::new(TableId::Metric(number, metric), title(view, metric), columns);
    table.rows = (0..reply.buckets.starts_ms.len())
        .map(|bucket| {
            let at = reply.buckets.starts_ms[bucket];
            let mut row = Vec::with_capacity(table.columns.len());
            row.push(Cell::Instant(at));
            row.extend(chart.lines.iter().map(|series| value(&series.values, bucket)));
            row.extend(chart.before.iter().map(|before| value(before, bucket)));
            row.extend(utc.then_some(Cell::Utc(at)));
            row.push(reply.buckets.minutes.get(bucket).map_or(Cell::Gap, |&m| Cell::number(m)));
            row
        })
        .collect();
    for series in &chart.lines {
        let quality = |bucket| series.quality.as_ref().map_or_else(Quality::default, |of| of.at(bucket));
        exactness::add(view, &mut table, &series.line.key(), quality);
    }
    if let Some(of) = &chart.before_quality {
        exactness::add(view, &mut table, &Line::Before.key(), |bucket| of.at(bucket));
    }
    table
}

/// A value of a metric: counts as whole numbers.
fn amount(metric: Metric, value: f64) -> Cell<'static> {
    if metric.decimals() == 0 && value >= 0.0 && value.fract() == 0.0 { Cell::Whole(value as u64) } else { Cell::number(value) }
}

/// Columns of [`buckets`] that are lines of the chart.
pub fn lines(chart: &Chart) -> core::ops::Range<usize> {
    1..1 + chart.lines.len()
}

/// What each metric comes to over the range. Where a metric's own table is among `tables`, figures that follow from it are live.
pub fn overview(view: View<'_>, number: u16, reply: &DetailsReply, precision: Precision, tables: &[&Table]) -> Table {
    let lang = view.lang;
    let figure = |key: &str, name: Export| Column::new(key, name.text(lang), Kind::Decimal(3));
    let time =
        |key: &str, name: Export| Column::new(key, name.text(lang), Kind::Time(time_style(precision))).in_unit(&view.zone.name);
    let columns = vec![
        Column::new("metric", Export::Metric.text(lang), Kind::Text),
        Column::new("unit", Export::Unit.text(lang), Kind::Text),
        figure("latest", Export::Latest),
        time("latest-at", Export::LatestAt),
        figure("average", Export::Average),
        figure("maximum", Export::Maximum),
        time("maximum-at", Export::MaximumAt),
        figure("median-bucket", Export::MedianBucket),
    ];
    let mut table = Table::new(TableId::Metrics, Export::Metrics.text(lang), columns);
    table.rows = reply.charts.iter().map(|chart| overview_row(view, number, &reply.buckets, chart, tables)).collect();
    for (figure, key) in ["latest", "average", "maximum", "median-bucket"].into_iter().enumerate() {
        exactness::add(view, &mut table, key, |row| exactness::of(reply.charts[row].summary.exactness[figure]));
    }
    if reply.charts.iter().any(|chart| chart.summary.minimum.is_some()) {
        table.columns.extend([figure("minimum", Export::Minimum), time("minimum-at", Export::MinimumAt)]);
        for (row, chart) in table.rows.iter_mut().zip(&reply.charts) {
            let at = chart.summary.minimum.and_then(|(_, at)| reply.buckets.start_of(at));
            let value = chart.summary.minimum.map_or(Cell::Gap, |(value, _)| Cell::number(value));
            row.extend([value, at.map_or(Cell::Gap, Cell::Instant)]);
        }
    }
    if reply.charts.iter().any(|chart| chart.summary.tail.is_some()) {
        table.columns.push(Column::new("tail", Exact::TailOf.text(lang), Kind::Text));
        for (row, chart) in table.rows.iter_mut().zip(&reply.charts) {
            let tail = chart.summary.tail.map(|tail| names::line(lang, chart.metric, tail));
            row.push(tail.map_or(Cell::Gap, Cell::text));
        }
    }
    table
}

fn overview_row(view: View<'_>, number: u16, buckets: &Buckets, chart: &Chart, tables: &[&Table]) -> Vec<Cell<'static>> {
    let metric = chart.metric;
    let id = TableId::Metric(number, metric);
    let n = buckets.starts_ms.len();
    let leading = lines(chart).start;
    let highest = leading + chart.lines.iter().position(|s| s.line == Line::Max).unwrap_or(0);
    // Of several lines of codes there is no leading one.
    let one = !metric.is_by_status() || chart.lines.len() == 1;
    let latest = chart.summary.latest_at.filter(|_| one);
    let latest = latest.map(|at| Formula::Same(Spot { table: id, row: at as usize, column: leading }));
    // As in the summary: the last bucket may be too short for an amount per minute.
    let is_last = chart.summary.maximum_at.is_some_and(|at| at as usize + 1 == n);
    let is_left_out = metric.agg() == Agg::PerMinute && buckets.last_unfinished && !is_last;
    let over = n - usize::from(is_left_out && n > 0);
    let maximum = one.then_some(Formula::Max(Area { table: id, column: highest, rows: 0..over }));
    let counted = |v: f64| match amount(metric, v) {
        Cell::Whole(n) => FormulaValue::Whole(n),
        _ => FormulaValue::Number(v),
    };
    let live = |value: Option<f64>, formula| value.map_or(Cell::Gap, |v| live(counted(v), formula, tables));
    let summary = &chart.summary;
    let number = |value: Option<f64>| value.map_or(Cell::Gap, Cell::number);
    let at = |bucket: Option<u32>| bucket.and_then(|bucket| buckets.start_of(bucket)).map_or(Cell::Gap, Cell::Instant);
    vec![
        Cell::text(names::metric(view.lang, metric)),
        Cell::text(names::metric_unit(view.lang, metric)),
        live(summary.latest, latest),
        at(summary.latest_at),
        number(summary.average),
        live(summary.maximum, maximum),
        at(summary.maximum_at),
        number(summary.median_bucket),
    ]
}
