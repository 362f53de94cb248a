//! Puts an export together: which sheets there are, in which order, and which tables are on them.

use super::about::{self, About};
use super::names::SheetNames;
use super::table::{Table, TableId, View};
use super::unanswered::{self, Unanswered};
use super::{calls, failed, metrics, summary};
use crate::i18n::export::Export;
use crate::i18n::{Lang, Message};
use crate::model::Metric;
use crate::scene;
use crate::wire::{CallsReply, Chart, Costs, DetailsReply, FailedReply, Piece};
use core::ops::Range;

/// The order of the charts in the console that this one mirrors (docs/spec.md, section 6). Metrics that it does not have come after.
const MAAS_ORDER: [Metric; 12] = [
    Metric::Calls,
    Metric::Tokens,
    Metric::Ttft,
    Metric::InputLength,
    Metric::Rpm,
    Metric::FailureRate,
    Metric::Errors,
    Metric::Latency,
    Metric::Tpot,
    Metric::OutputLength,
    Metric::Tpm,
    Metric::Generation,
];

/// Most rows of a sheet in Excel, the header included.
pub const SHEET_ROWS_MAX: u64 = 1_048_576;

/// What a workbook is made of. Every part is optional but one must be there.
#[derive(Clone, Copy, Debug)]
pub struct Contents<'a> {
    pub view: View<'a>,
    pub about: About<'a>,
    /// Tiles and services table. For a service's report: asked with that service as the filter.
    pub calls: Option<&'a CallsReply>,
    /// What those calls cost, where the deployment has a price sheet.
    pub costs: Option<&'a Costs>,
    /// Services with their metrics.
    pub details: &'a [Details<'a>],
    /// Failed calls of a service.
    pub failed: Option<&'a FailedReply>,
    /// Number of calls to list, where the calls themselves are wanted.
    pub call_rows: Option<u64>,
}

/// A service's metrics.
#[derive(Clone, Copy, Debug)]
pub struct Details<'a> {
    /// Name to show.
    pub title: &'a str,
    pub reply: &'a DetailsReply,
    /// Chosen ones; those that the service does not have are passed over.
    pub metrics: &'a [Metric],
}

/// A workbook described: sheets in order, and the lists of calls that come after them, row by row.
#[derive(Clone, Debug)]
pub struct Book {
    pub lang: Lang,
    pub title: String,
    /// When it is written, epoch milliseconds.
    pub exported_at_ms: i64,
    pub sheets: Vec<Sheet>,
    pub calls: Option<CallSheets>,
}

/// A sheet.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub name: String,
    /// From top to bottom.
    pub tables: Vec<Table>,
    pub chart: Option<LineChart>,
}

impl Sheet {
    /// Whether its tables carry their titles: several do, a single one begins with its header in the first row, where scripts look for it.
    pub fn titled(&self) -> bool {
        self.tables.len() > 1
    }
}

/// A native chart of a sheet's table: its lines over its first column.
#[derive(Clone, Debug)]
pub struct LineChart {
    pub title: String,
    pub unit: String,
    pub columns: Range<usize>,
    pub looks: Vec<scene::Look>,
    /// No value lies above this, nor does the axis.
    pub ceiling: Option<f64>,
}

/// The calls themselves, on as many sheets as it takes.
#[derive(Clone, Debug)]
pub struct CallSheets {
    /// Without rows.
    pub head: Table,
    /// Names and numbers of rows.
    pub sheets: Vec<(String, u64)>,
}

impl CallSheets {
    /// Calls in all.
    pub fn rows(&self) -> u64 {
        self.sheets.iter().map(|s| s.1).sum()
    }
}

/// Memory that a list of calls takes while it is written, in bytes, with a margin: packed rows take some 120 bytes each (docs/export.md), and the
/// buffer that holds them may be copied to one twice its size.
pub const fn list_bytes(rows: u64) -> u64 {
    rows * 400
}

/// Sheets that a number of calls takes, each with its rows without the header: at least one, so that a list of nothing says so.
pub fn call_sheets(rows: u64) -> Vec<u64> {
    let most = SHEET_ROWS_MAX - 1;
    let mut sheets = vec![most; (rows / most) as usize];
    if !rows.is_multiple_of(most) || rows == 0 {
        sheets.push(rows % most);
    }
    sheets
}

impl Contents<'_> {
    /// The workbook: *Summary* first, then a sheet for each metric, *Failed Calls*, *About*, and the calls at the end. `None` where nothing
    /// was chosen: an *About* alone is no export.
    pub fn book(&self) -> Option<Book> {
        let view = self.view;
        let metrics = self.metric_sheets();
        if metrics.is_empty() && self.calls.is_none() && self.failed.is_none() && self.call_rows.is_none() {
            return None;
        }
        let mut names = SheetNames::default();
        let summary_name = names.give(Export::Summary.text(view.lang));
        let failed_name = names.give(Export::FailedCalls.text(view.lang));
        let about_name = names.give(Export::About.text(view.lang));
        let per_sheet = self.call_rows.map(call_sheets).unwrap_or_default();
        let lists: Vec<(String, u64)> =
            per_sheet.into_iter().map(|rows| (names.give(Export::CallList.text(view.lang)), rows)).collect();

        let mut sheets: Vec<Sheet> =
            metrics.into_iter().map(|(service, _, sheet)| self.named(&mut names, service, sheet)).collect();
        let summary = self.summary(&sheets);
        if !summary.is_empty() {
            sheets.insert(0, Sheet { name: summary_name, tables: summary, chart: None });
        }
        if let Some(reply) = self.failed {
            sheets.push(Sheet { name: failed_name, tables: vec![failed::table(view, reply)], chart: None });
        }
        sheets.push(Sheet {
            name: about_name,
            tables: vec![about::table(view, &self.about, self.costs.is_some(), &self.unanswered())],
            chart: None,
        });
        let calls = self.call_rows.map(|_| CallSheets { head: calls::head(view, &self.about.data.labels.names), sheets: lists });
        Some(self.book_of(sheets, calls))
    }

    /// The chosen metrics alone: a sheet for each in the order of MaaS, whose columns are the time and the chart's lines. `None` where no metric was
    /// chosen.
    pub fn charts_alone(&self) -> Option<Book> {
        let place = |metric: &Metric| MAAS_ORDER.iter().position(|of| of == metric).unwrap_or(MAAS_ORDER.len());
        let mut metrics = self.metric_sheets();
        if metrics.is_empty() {
            return None;
        }
        // In a stable order, service by service.
        let at = |service: &str| self.details.iter().position(|details| details.title == service);
        metrics.sort_by_key(|(service, chart, _)| (at(service), place(&chart.metric)));
        let mut names = SheetNames::default();
        let bare = |(service, chart, mut sheet): (&str, &Chart, Sheet)| {
            let columns = metrics::lines(chart).end;
            for table in &mut sheet.tables {
                table.columns.truncate(columns);
                table.rows.iter_mut().for_each(|row| row.truncate(columns));
            }
            self.named(&mut names, service, sheet)
        };
        let sheets = metrics.into_iter().map(bare).collect();
        Some(self.book_of(sheets, None))
    }

    fn book_of(&self, sheets: Vec<Sheet>, calls: Option<CallSheets>) -> Book {
        let title = self.details.first().map_or(self.about.data.name.as_str(), |d| d.title).to_owned();
        Book { lang: self.view.lang, title, exported_at_ms: self.about.exported_at_ms, sheets, calls }
    }

    /// A metric's sheet with a name of its own.
    fn named(&self, names: &mut SheetNames, service: &str, sheet: Sheet) -> Sheet {
        // Excel allows no `/` in a name: `RPM (Times per Minute)`.
        let wish = sheet.name.replace('/', Export::Per.text(self.view.lang));
        let name = if self.details.len() > 1 { names.give_after(service, &wish) } else { names.give(&wish) };
        Sheet { name, ..sheet }
    }

    /// What was requested and is not in the workbook.
    fn unanswered(&self) -> Vec<Unanswered> {
        let calls = self.calls.map(|reply| unanswered::of_calls(reply, |piece| piece != Piece::Lists));
        let of_details = |details: &Details<'_>| {
            let chosen = |piece| matches!(piece, Piece::Chart(metric) if details.metrics.contains(&metric));
            unanswered::of_details(details.reply, chosen)
        };
        let details = self.details.iter().flat_map(of_details);
        calls.into_iter().flatten().chain(details).chain(self.failed.into_iter().flat_map(unanswered::of_failed)).collect()
    }

    /// Metric sheets with their services and charts, their names still as wished.
    fn metric_sheets(&self) -> Vec<(&str, &Chart, Sheet)> {
        let view = self.view;
        let mut out = Vec::new();
        for (number, details) in self.details.iter().enumerate() {
            let chosen = details.reply.charts.iter().filter(|chart| details.metrics.contains(&chart.metric));
            for chart in chosen {
                let table = metrics::buckets(view, number as u16, details.reply, chart, self.about.precision);
                let lines: Vec<_> = chart.lines.iter().map(|s| s.line).collect();
                let line_chart = LineChart {
                    title: crate::i18n::metrics::metric(view.lang, chart.metric).to_owned(),
                    unit: crate::i18n::exact::unit(view.lang, chart.metric, chart.is_estimated()),
                    columns: metrics::lines(chart),
                    looks: scene::looks(chart.metric, &lines),
                    ceiling: chart.metric.ceiling(),
                };
                // A chart needs a line and a point.
                let drawn = !lines.is_empty() && !table.rows.is_empty();
                let sheet =
                    Sheet { name: metrics::title(view, chart.metric), tables: vec![table], chart: drawn.then_some(line_chart) };
                out.push((details.title, chart, sheet));
            }
        }
        out
    }

    fn summary(&self, metrics: &[Sheet]) -> Vec<Table> {
        let view = self.view;
        let of_metrics: Vec<&Table> = metrics.iter().flat_map(|s| &s.tables).collect();
        let mut out = Vec::new();
        if let Some(reply) = self.calls {
            let services = summary::services(view, reply, self.costs);
            let mut known = of_metrics.clone();
            // Buckets of one of several services are no source for totals over all.
            if self.details.len() > 1 {
                known.clear();
            }
            known.push(&services);
            let tiles = summary::tiles(view, reply, &known);
            out.extend([tiles, services]);
        }
        if let [details] = self.details
            && !details.reply.charts.is_empty()
        {
            out.push(metrics::overview(view, 0, details.reply, self.about.precision, &of_metrics));
        }
        out
    }
}

impl Book {
    /// The table of an id, and the sheet it is on.
    pub fn table(&self, id: TableId) -> Option<(&Sheet, &Table)> {
        self.sheets.iter().find_map(|sheet| sheet.tables.iter().find(|t| t.id == id).map(|table| (sheet, table)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_split_over_sheets() {
        assert_eq!(call_sheets(0), [0]);
        assert_eq!(call_sheets(1_048_575), [1_048_575]);
        assert_eq!(call_sheets(1_048_576), [1_048_575, 1]);
        assert_eq!(call_sheets(3_000_000).iter().sum::<u64>(), 3_000_000);
    }
}
