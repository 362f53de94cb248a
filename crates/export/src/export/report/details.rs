//! The Monitoring tab in a report: each chart with its summary, its lines named, and its numbers in a table.

use super::html::{Text, picture, square};
use super::{ChartShown, Page};
use crate::base::sorted::Set;
use crate::export::axis::Axis;
use crate::export::chart::Drawing;
use crate::i18n::charts::{self, Charts};
use crate::i18n::pages::{self, Pages};
use crate::i18n::report::Report as Words;
use crate::i18n::{fill, metrics};
use crate::scene::Point;
use crate::wire::{Chart, DetailsReply};
use std::fmt::Write as _;

/// Size of a chart, in CSS pixels: text stays readable from a phone's width up to half of a screen's.
const CHART: Point = (560.0, 230.0);

impl Page<'_> {
    pub(super) fn details(&mut self, reply: &DetailsReply, charts: &[ChartShown]) {
        if self.without_calls(&reply.head, &reply.service) {
            return;
        }
        let (wanted, lang) = (self.wanted, self.wanted.lang);
        let mut note = pages::buckets(lang, wanted.precision, reply.buckets.starts_ms.len());
        let _ = write!(note, "{}{}{}", self.t(Pages::Comma), wanted.zone.name, self.t(Pages::Stop));
        if let Some(dotted) = pages::unfinished(lang, &wanted.zone, wanted.precision, &reply.buckets) {
            let _ = write!(note, " {dotted}");
        }
        if reply.bucket_calls.contains(&0) {
            let _ = write!(note, " {}", self.t(Pages::Hatched));
        }
        let _ = writeln!(self.out, "<h2>{}</h2>", Text(self.t(Pages::Monitoring)));
        self.paragraph("note", &note);
        let axis = self.axis(&reply.buckets, &reply.bucket_calls);
        self.out.push_str("<div class=\"charts\">\n");
        for shown in charts {
            if let Some(chart) = reply.charts.iter().find(|chart| chart.metric == shown.metric) {
                self.chart(chart, shown, &axis);
            }
        }
        self.out.push_str("</div>\n");
    }

    fn chart(&mut self, chart: &Chart, shown: &ChartShown, axis: &Axis) {
        let (lang, metric) = (self.wanted.lang, chart.metric);
        let (title, unit) = (metrics::metric(lang, metric), metrics::metric_unit(lang, metric).trim());
        let rhythm = charts::rhythm(lang, axis.precision());
        let _ = write!(
            self.out,
            "<section class=\"box\" aria-labelledby=\"{0}\"><h2 id=\"{0}\">{1} <span class=\"unit\">{2}</span></h2>\n<dl class=\"sum\">",
            metric.key(),
            Text(title),
            Text(unit)
        );
        let said = |value: Option<f64>| metric.format(value.unwrap_or(f64::NAN));
        let [current, average, maximum] = [chart.summary.current, chart.summary.average, chart.summary.maximum].map(said);
        let at = chart.summary.maximum_at.map(|bucket| axis.name(bucket as usize));
        let facts = [(Charts::Current, &current), (Charts::Average, &average), (Charts::Maximum, &maximum)];
        for (term, value) in facts {
            let _ = write!(self.out, "<div><dt>{}</dt><dd>{}</dd></div>", Text(self.t(term)), Text(value));
        }
        // Where the page has one line, it tells where that is highest, and its middle.
        if chart.lines.len() == 1 {
            let median = said(chart.summary.median_bucket);
            for (term, value) in [(Charts::MaxAt, at.as_deref().unwrap_or("-")), (Charts::MedianBucket, &median)] {
                let _ = write!(self.out, "<div><dt>{}</dt><dd>{}</dd></div>", Text(self.t(term)), Text(value));
            }
        }
        self.out.push_str("</dl>\n");
        // A table in the plot's place has all lines, as on the page.
        let none = Set::default();
        let off = if shown.table { &none } else { &shown.off };
        let drawing = Drawing { chart, axis, off, logarithmic: shown.logarithmic };
        let lines = drawing.lines();
        if !shown.table {
            let n = axis.count().to_string();
            let values = [
                ("title", title),
                ("unit", unit),
                ("rhythm", rhythm),
                ("n", &*n),
                ("current", &*current),
                ("average", &*average),
                ("maximum", &*maximum),
            ];
            let label = fill(self.t(Words::Alternative), &values);
            picture("chart", CHART, &drawing.pane(CHART).shapes, &label, &mut self.out);
            let newest = axis.newest_finished();
            self.out.push_str("<ul class=\"key\">");
            for (line, look, values) in &lines {
                let value = newest.and_then(|at| values.get(at)).map_or_else(|| "-".to_owned(), |v| metric.format(*v));
                let name = metrics::line(lang, metric, *line);
                let _ = write!(self.out, "<li>{}{} <b>{}</b></li>", square(look.token, 1.0), Text(&name), Text(&value));
            }
            self.out.push_str("</ul>\n");
        }
        if !off.is_empty() {
            let names: Vec<String> = off.iter().map(|line| metrics::line(lang, metric, *line)).collect();
            let said = format!("{}: {}", self.t(Words::LinesOff), names.join(", "));
            self.paragraph("note", &said);
        }
        let texts = |values: &[f64]| values.iter().map(|v| metric.format(*v)).collect();
        let columns: Vec<(String, Vec<String>)> =
            lines.iter().map(|(line, _, values)| (metrics::line(lang, metric, *line), texts(values))).collect();
        let values = [("title", title), ("unit", unit), ("rhythm", rhythm), ("zone", &*self.wanted.zone.name)];
        let caption = fill(self.t(Words::NumbersCaption), &values);
        self.numbers(title, &caption, axis, &columns, shown.table);
        self.out.push_str("</section>\n");
    }
}
