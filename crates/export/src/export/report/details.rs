//! The Monitoring tab in a report: each chart with its summary, its lines named, and its numbers in a table.

use super::html::{Text, picture, square};
use super::{ChartChoice, Page};
use crate::base::sorted::Set;
use crate::export::axis::Axis;
use crate::export::chart::Drawing;
use crate::i18n::charts::{self, Charts};
use crate::i18n::details::{self as details_words, DetailsWords};
use crate::i18n::exact::{self, Exact};
use crate::i18n::pages::Pages;
use crate::i18n::report::Report as Words;
use crate::i18n::{fill, metrics};
use crate::model::{Exactness, Quality};
use crate::scene::{PaneLine, Point};
use crate::wire::{Chart, DetailsReply};
use std::fmt::Write as _;

/// Size of a chart, in CSS pixels: text stays readable from a phone's width up to half of a screen's.
const CHART: Point = (560.0, 230.0);

impl Page<'_> {
    pub(super) fn details(&mut self, reply: &DetailsReply, charts: &[ChartChoice]) {
        if self.without_calls(&reply.head, &reply.service) {
            return;
        }
        let (wanted, lang) = (self.wanted, self.wanted.lang);
        let mut note = details_words::buckets(lang, wanted.precision, reply.buckets.starts_ms.len());
        let _ = write!(note, "{}{}{}", self.t(Pages::Comma), wanted.zone.name, self.t(Pages::Stop));
        if let Some(dotted) = details_words::unfinished(lang, &wanted.zone, wanted.precision, &reply.buckets) {
            let _ = write!(note, " {dotted}");
        }
        if reply.bucket_calls.contains(&0) {
            let _ = write!(
                note,
                " {}",
                if reply.has_unobserved() { self.t(Exact::HatchedUnobserved) } else { self.t(DetailsWords::Hatched) }
            );
        }
        let _ = writeln!(self.out, "<h2>{}</h2>", Text(self.t(Pages::Monitoring)));
        self.paragraph("note", &note);
        if let Some(said) = exact::absent(lang, &reply.absent) {
            let name = fill(self.t(Exact::NotIn), &[("name", &wanted.data_name)]);
            self.paragraph("note", &format!("{name} {said}"));
        }
        let axis = self.axis(&reply.buckets, &reply.bucket_calls);
        self.out.push_str("<div class=\"charts\">\n");
        for shown in charts {
            if let Some(chart) = reply.charts.iter().find(|chart| chart.metric == shown.metric) {
                self.chart(chart, shown, &axis);
            }
        }
        self.out.push_str("</div>\n");
    }

    fn chart(&mut self, chart: &Chart, shown: &ChartChoice, axis: &Axis) {
        let (lang, metric) = (self.wanted.lang, chart.metric);
        let (title, unit) = (metrics::metric(lang, metric), &*exact::unit(lang, metric, chart.is_estimated()));
        let rhythm = charts::rhythm(lang, axis.precision());
        let _ = write!(
            self.out,
            "<section class=\"box\" aria-labelledby=\"{0}\"><h2 id=\"{0}\">{1} <span class=\"unit\">{2}</span></h2>\n<dl class=\"sum\">",
            metric.key(),
            Text(title),
            Text(&exact::heading_unit(lang, metric, chart.is_estimated()))
        );
        let summary = &chart.summary;
        let name = |bucket: Option<u32>| bucket.map(|bucket| axis.name(bucket as usize));
        let worst = summary.minimum.map(|(_, at)| at);
        let (latest, at) = (name(summary.latest_at), name(worst.or(summary.maximum_at)));
        let facts = exact::summary(lang, metric, summary, latest.as_deref());
        for told in &facts {
            let (name, short, full) = (Text(&told.name), Text(&told.short), Text(&told.full));
            let _ = write!(self.out, "<div><dt>{name}</dt><dd title=\"{full}\">{short}</dd></div>");
        }
        // Where the page has one line, it shows where that is highest, and its median.
        if chart.lines.len() == 1 {
            let median = exact::value(metric, summary.median_bucket, summary.exactness[3]);
            let term = if metric.is_worst_low() { Charts::MinAt } else { Charts::MaxAt };
            for (term, value) in [(term, at.as_deref().unwrap_or("-")), (Charts::MedianBucket, &median)] {
                let _ = write!(self.out, "<div><dt>{}</dt><dd>{}</dd></div>", Text(self.t(term)), Text(value));
            }
        }
        self.out.push_str("</dl>\n");
        // A table in the plot's place has all lines, as on the page.
        let none = Set::default();
        let off = if shown.table { &none } else { &shown.off };
        let drawing = Drawing { chart, axis, off, logarithmic: shown.logarithmic, max_scales: shown.max_scales };
        if let Some(said) = drawing.followed(lang) {
            self.paragraph("note", &said);
        }
        let lines = drawing.lines();
        let text = |of: &PaneLine<'_>, at: usize| {
            let exactness = of.quality.map_or(Exactness::Exact, |quality| quality.exactness_at(at));
            exact::value(metric, of.values.get(at).copied(), exactness)
        };
        // In the table the bounds are beside the values, and reasons in the place of gaps.
        let told = |of: &PaneLine<'_>, at: usize| {
            let quality = of.quality.map_or_else(Quality::default, |quality| quality.at(at));
            exact::reading(lang, metric, of.values.get(at).copied(), quality)
        };
        if !shown.table {
            let n = axis.count().to_string();
            let [latest, average, maximum] = exact::summary_values(lang, metric, summary);
            let values = [
                ("title", title),
                ("unit", unit),
                ("rhythm", rhythm),
                ("n", &*n),
                ("latest", &*latest),
                ("average", &*average),
                ("maximum", &*maximum),
            ];
            let label = fill(self.t(Words::Alternative), &values);
            picture("chart", CHART, &drawing.pane(CHART).shapes, &label, &mut self.out);
            let told = summary.latest_at.map(|at| at as usize).or_else(|| axis.newest_finished());
            self.out.push_str("<ul class=\"key\">");
            for (line, of) in &lines {
                let value = told.map_or_else(|| "-".to_owned(), |at| text(of, at));
                let name = metrics::line(lang, metric, *line);
                let _ = write!(self.out, "<li>{}{} <b>{}</b></li>", square(of.look.token, 1.0), Text(&name), Text(&value));
            }
            self.out.push_str("</ul>\n");
        }
        if !off.is_empty() {
            let names: Vec<String> = off.iter().map(|line| metrics::line(lang, metric, *line)).collect();
            let said = format!("{}: {}", self.t(Words::LinesOff), names.join(", "));
            self.paragraph("note", &said);
        }
        let texts = |of: &PaneLine<'_>| (0..of.values.len()).map(|at| told(of, at)).collect();
        let columns: Vec<(String, Vec<String>)> =
            lines.iter().map(|(line, of)| (metrics::line(lang, metric, *line), texts(of))).collect();
        let values = [("title", title), ("unit", unit), ("rhythm", rhythm), ("zone", &*self.wanted.zone.name)];
        let caption = fill(self.t(Words::NumbersCaption), &values);
        self.numbers(title, &caption, axis, &columns, shown.table);
        self.out.push_str("</section>\n");
    }
}
