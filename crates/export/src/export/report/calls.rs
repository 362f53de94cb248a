//! The Calls page in a report: five totals with their lines over time, and the services table as the page shows it.

use super::Page;
use super::html::{Own, Text, bar, picture, square};
use crate::base::num;
use crate::base::sorted::Set;
use crate::export::chart::{FAILED_TILE, TILES};
use crate::i18n::calls::{self as calls_words, CallsWords};
use crate::i18n::pages::{self, Pages};
use crate::i18n::report::Report as Words;
use crate::i18n::{costs, exact, fill, metrics};
use crate::model::Column;
use crate::scene::{self, Look, PaneLine, Point};
use crate::wire::{self, CallsReply, Cost, Figures, RATE_CALLS_MIN, RateLevel, ServiceOrder, ServiceRow, Tile};
use std::fmt::Write as _;

/// Size of a total's line, in CSS pixels.
const SPARK: Point = (264.0, 66.0);

/// See [`super::Shown::Calls`].
pub(super) struct Calls<'a> {
    pub reply: &'a CallsReply,
    pub search: &'a str,
    pub sort: Option<Column>,
    pub descending: bool,
    pub columns: &'a [Column],
    pub unfolded: &'a Set<String>,
}

impl Page<'_> {
    pub(super) fn calls(&mut self, calls: &Calls<'_>) {
        if calls.reply.is_empty() {
            return self.paragraph("note", self.t(Pages::NoCallsAtAll));
        }
        self.tiles(calls.reply);
        self.services(calls);
        if let Some((count, why)) = self.wanted.costs.as_ref().and_then(|costs| costs::unpriced(self.wanted.lang, &costs.reply)) {
            self.paragraph("note", &format!("{count}. {why}"));
        }
        let _ = write!(self.out, "<ul class=\"key\"><li>{}</li>", Text(self.t(CallsWords::FailureRateKey)));
        for (token, words) in
            [("--ink-3", CallsWords::RateLow), ("--warn", CallsWords::RateRaised), ("--bad", CallsWords::RateHigh)]
        {
            let _ = write!(self.out, "<li>{}{}</li>", square(token, 1.0), Text(self.t(words)));
        }
        let few = fill(self.t(CallsWords::RateFew), &[("n", &RATE_CALLS_MIN.to_string())]);
        let _ = writeln!(self.out, "<li>{}</li></ul>", Text(&few));
        for words in [CallsWords::KeyRateBar, CallsWords::KeyNotInvolved, CallsWords::KeyBar] {
            self.paragraph("note", self.t(words));
        }
    }

    fn tiles(&mut self, reply: &CallsReply) {
        let lang = self.wanted.lang;
        let axis = self.axis(&reply.buckets, &[]);
        let marks = axis.day_marks(SPARK.0);
        let _ = write!(
            self.out,
            "<section class=\"box\" aria-labelledby=\"totals\"><h2 id=\"totals\">{}</h2>\n<ul class=\"tiles\">\n",
            Text(self.t(CallsWords::Totals))
        );
        for (index, (tile, (label, token))) in reply.tiles.iter().zip(TILES).enumerate() {
            let label = self.t(label);
            let _ = write!(self.out, "<li><h3>{}</h3>", Text(label));
            self.figure(index, tile);
            let look = Look { token, width: 1.5, area: true, halo: false };
            let line = PaneLine::exact(&tile.spark, look);
            let shapes = scene::spark(SPARK, line, &tile.spark_before, reply.buckets.last_unfinished, &marks);
            let said = fill(self.t(Words::TileAlternative), &[("title", label), ("n", &axis.count().to_string())]);
            picture("spark", SPARK, &shapes, &said, &mut self.out);
            self.out.push_str("</li>\n");
        }
        self.out.push_str("</ul>\n");
        let mut columns = Vec::new();
        for (tile, (label, _)) in reply.tiles.iter().zip(TILES) {
            let texts = |values: &[f64]| values.iter().map(|v| num::fixed(*v, 0)).collect::<Vec<_>>();
            columns.push((self.t(label).to_owned(), texts(&tile.spark)));
            if !tile.spark_before.is_empty() {
                columns.push((fill(self.t(Words::BeforeOf), &[("name", self.t(label))]), texts(&tile.spark_before)));
            }
        }
        let caption = fill(self.t(Words::TilesCaption), &[("zone", &self.wanted.zone.name)]);
        let title = format!("{}, {}", self.t(CallsWords::Totals), calls_words::before(lang, self.wanted.choice));
        let title = if reply.is_compared() { &title } else { self.t(CallsWords::Totals) };
        self.numbers(title, &caption, &axis, &columns, false);
        self.out.push_str("</section>\n");
    }

    fn figure(&mut self, index: usize, tile: &Tile) {
        let lang = self.wanted.lang;
        match tile.value {
            Some(n) => {
                let (figure, unit) = num::tile(n);
                let _ =
                    write!(self.out, "<p class=\"value\" title=\"{}\">{}", num::whole(n), Text(&tile.exactness[0].mark(figure)));
                if !unit.is_empty() {
                    let _ = write!(self.out, "<small>{unit}</small>");
                }
                self.out.push_str("</p>");
            }
            None => {
                let why = if tile.gap.is_some() { CallsWords::NoAnswer } else { CallsWords::NotRecorded };
                let _ = write!(self.out, "<p class=\"value\" title=\"{}\">-</p>", Text(self.t(why)));
            }
        }
        self.out.push_str("<p class=\"delta\">");
        if let Some(percent) = tile.change_percent() {
            let class = match percent {
                p if index == FAILED_TILE && p > 0.0 => " class=\"bad\"",
                p if index == FAILED_TILE && p < 0.0 => " class=\"good\"",
                _ => "",
            };
            let versus = calls_words::versus(lang, self.wanted.choice);
            let _ =
                write!(self.out, "<b{class}>{}</b> {}", Text(&tile.change_exactness().mark(num::change(percent))), Text(&versus));
        }
        self.out.push_str("</p>");
    }

    fn services(&mut self, calls: &Calls<'_>) {
        let lang = self.wanted.lang;
        let costs = self.wanted.costs.as_ref();
        let rows = calls.reply.shown(calls.search, self.order(calls));
        let by = calls.sort.map_or(self.t(CallsWords::ServiceNameVersion), |column| metrics::column(lang, column));
        let caption = if calls.descending { CallsWords::SortedDescending } else { CallsWords::SortedAscending };
        let _ = write!(
            self.out,
            "<section class=\"box\" aria-labelledby=\"services\"><h2 id=\"services\">{} <span class=\"unit\">{}</span></h2>\n\
             <div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-labelledby=\"services\"><table class=\"services\"><caption>{}</caption>\n<thead><tr>",
            Text(self.t(Pages::Services)),
            num::whole(calls.reply.rows.len() as u64),
            Text(&fill(self.t(caption), &[("column", by)])),
        );
        let sorted = if calls.descending { "descending" } else { "ascending" };
        let sort = |column| if calls.sort == column { format!(" aria-sort=\"{sorted}\"") } else { String::new() };
        let _ = write!(self.out, "<th scope=\"col\"{}>{}</th>", sort(None), Text(self.t(CallsWords::ServiceNameVersion)));
        for &column in calls.columns {
            let currency = costs.filter(|_| column == Column::Cost).map(|costs| costs.currency.as_str());
            let (name, unit) = (metrics::column(lang, column), currency.unwrap_or(metrics::column_unit(lang, column).trim()));
            let _ = write!(
                self.out,
                "<th scope=\"col\"{}>{}<span class=\"unit\">{}</span></th>",
                sort(Some(column)),
                Text(name),
                Text(unit)
            );
        }
        self.out.push_str("</tr></thead>\n<tbody>\n");
        if rows.is_empty() {
            let none = fill(self.t(CallsWords::NoServiceMatches), &[("search", calls.search)]);
            let _ = writeln!(self.out, "<tr><td class=\"l\" colspan=\"{}\">{}</td></tr>", calls.columns.len() + 1, Own(&none));
        }
        let busiest = calls.reply.busiest();
        for row in &rows {
            self.service(row, calls, busiest);
        }
        self.out.push_str("</tbody>\n");
        if !rows.is_empty() {
            let sum = Figures::sum(rows.iter().map(|r| &r.figures));
            let cost = costs.map(|costs| costs.reply.sum(rows.iter().map(|r| r.name.as_str())));
            let title = if calls.search.trim().is_empty() { CallsWords::AllServices } else { CallsWords::ShownServices };
            let _ = write!(self.out, "<tfoot><tr><th scope=\"row\">{}</th>", Text(self.t(title)));
            for &column in calls.columns {
                if wire::is_summed(column) {
                    self.cell((&sum, cost), None, column);
                } else {
                    self.out.push_str("<td></td>");
                }
            }
            self.out.push_str("</tr></tfoot>\n");
        }
        self.out.push_str("</table></div></section>\n");
    }

    fn service(&mut self, row: &ServiceRow, calls: &Calls<'_>, busiest: u64) {
        let kind = pages::service_type(self.wanted.lang, row.kind);
        let _ = write!(
            self.out,
            "<tr><th scope=\"row\" class=\"nm\">{} <span class=\"badge\">{}</span></th>",
            Own(&row.title),
            Text(kind)
        );
        let costs = self.wanted.costs.as_ref();
        let cost = |version: Option<&str>| costs.map(|costs| costs.reply.of(&row.name, version));
        for &column in calls.columns {
            self.cell((&row.figures, cost(None)), Some(wire::share(row.figures.calls, busiest)), column);
        }
        self.out.push_str("</tr>\n");
        if !wire::is_open(calls.unfolded, &row.name) {
            return;
        }
        for (version, figures) in row.versions_by(self.order(calls)) {
            let name = if version.is_empty() { self.t(Pages::NoVersion) } else { version };
            let _ = write!(self.out, "<tr class=\"ver\"><th scope=\"row\">{}</th>", Own(name));
            for &column in calls.columns {
                self.cell((figures, cost(Some(version))), None, column);
            }
            self.out.push_str("</tr>\n");
        }
    }

    fn order<'c>(&'c self, calls: &Calls<'_>) -> ServiceOrder<'c> {
        let costs = self.wanted.costs.as_ref().map(|costs| &costs.reply);
        ServiceOrder { column: calls.sort, descending: calls.descending, costs }
    }

    /// An amount as the page has it.
    fn cost(&mut self, cost: &Cost) {
        let Some(costs) = &self.wanted.costs else { return };
        let told = costs::tell(self.wanted.lang, &costs.currency, cost);
        let amount = told.amount.as_deref().unwrap_or("-");
        let _ = write!(self.out, "<td title=\"{}\">{}</td>", Text(&told.title), Text(amount));
    }

    /// A figure as the page has it. With a share there is a bar beside Calls.
    fn cell(&mut self, (figures, cost): (&Figures, Option<Cost>), share: Option<f64>, column: Column) {
        if let Some(cost) = cost.filter(|_| column == Column::Cost) {
            return self.cost(&cost);
        }
        let (Some(value), Some(text)) = (figures.value(column), exact::figure(figures, column)) else {
            let _ = match figures.quality.at(column).1 {
                Some(why) => write!(self.out, "<td title=\"{}\">-</td>", Text(exact::gap(self.wanted.lang, why))),
                None => write!(self.out, "<td>-</td>"),
            };
            return;
        };
        let _ = match (column, share) {
            (Column::Calls, Some(share)) => {
                write!(self.out, "<td><span class=\"in\">{}<span>{text}</span></span></td>", bar(share, "--bar"))
            }
            (Column::FailureRate, _) => {
                let (class, token) = match figures.rate_level() {
                    Some(RateLevel::Raised) => (" warn", "--warn"),
                    Some(RateLevel::High) => (" bad", "--bad"),
                    Some(RateLevel::Few | RateLevel::Low) | None => ("", "--ink-3"),
                };
                let few = calls_words::few(self.wanted.lang, figures).map(|few| format!(" title=\"{}\"", Text(&few)));
                write!(
                    self.out,
                    "<td{}><span class=\"in{class}\">{}<span>{text}</span></span></td>",
                    few.unwrap_or_default(),
                    bar(wire::rate_share(value), token)
                )
            }
            _ => write!(self.out, "<td>{text}</td>"),
        };
    }
}
