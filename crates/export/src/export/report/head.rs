//! What a report says about itself: page, data set, range, zone, filters, what was replaced, who wrote it when.

use super::html::{Own, Text};
use super::mask::Field;
use super::{Page, Shown};
use crate::base::civil::Civil;
use crate::base::num;
use crate::export::about::console;
use crate::export::unanswered;
use crate::i18n::common::Common;
use crate::i18n::export::Export;
use crate::i18n::failed::FailedWords;
use crate::i18n::pages::{self, Pages};
use crate::i18n::report::Report as Words;
use crate::i18n::{conditions, costs, fill, metrics, plural, time};
use crate::model::{Column, Dim, Label, Matcher};
use crate::wire::{Head, Piece};
use std::fmt::Write as _;

impl Page<'_> {
    /// What the page is headed by.
    pub(super) fn title(&self) -> String {
        match &self.wanted.shown {
            Shown::Calls { .. } => self.t(Pages::Calls).to_owned(),
            Shown::Details { title, .. } => title.clone(),
            Shown::Failed { title, .. } => fill(self.t(FailedWords::FailedTitle), &[("service", title)]),
        }
    }

    /// Heading and facts; after the body, whose pseudonyms it lists.
    pub(super) fn head(&mut self, title: &str) {
        let wanted = self.wanted;
        let service = match &wanted.shown {
            Shown::Calls { .. } => None,
            Shown::Details { reply, .. } => Some((&reply.head, &reply.service)),
            Shown::Failed { reply, .. } => Some((&reply.head, &reply.service)),
        };
        let _ = write!(self.out, "<header>\n<p class=\"brand\">{}</p>\n<h1>{}", Own(&wanted.console), Own(title));
        if let Some((head, service)) = service.filter(|(head, _)| head.known) {
            let _ = write!(
                self.out,
                " <span class=\"badge\">{}</span> <small>{}</small>",
                Text(pages::service_type(wanted.lang, head.kind)),
                Text(&self.headline(head, service))
            );
        }
        self.out.push_str("</h1>\n");
        let mut facts = vec![(Words::DataSet, self.data_set())];
        facts.push((Words::TimeRange, Text(&wanted.range_words).to_string()));
        facts.push((Words::TimeZone, self.zone()));
        facts.push((Words::Filters, self.filters()));
        if let Shown::Calls { search, .. } = &wanted.shown
            && !search.trim().is_empty()
        {
            facts.push((Words::Search, Own(search).to_string()));
        }
        if let Some(link) = self.link() {
            facts.push((Words::Link, link));
        }
        let unanswered = match &wanted.shown {
            Shown::Calls { reply, .. } => unanswered::of_calls(reply, |piece| piece != Piece::Lists),
            Shown::Details { reply, charts, .. } => unanswered::of_details(reply, |piece| match piece {
                Piece::Chart(metric) => charts.iter().any(|chart| chart.metric == metric),
                other => other == Piece::Figures,
            }),
            Shown::Failed { reply, .. } => unanswered::of_failed(reply),
        };
        if let Some(names) = unanswered::names(wanted.lang, &unanswered) {
            facts.push((Words::NoAnswer, Text(&names).to_string()));
        }
        let replaced = self.mask.replaced();
        let replaced: Vec<&str> = replaced.iter().filter(|f| **f != Field::Link).map(|f| f.name(wanted.lang)).collect();
        if !replaced.is_empty() {
            facts.push((Words::Replaced, Text(&replaced.join(self.t(Common::Comma))).to_string()));
        }
        let c = Civil::of(wanted.made_at_ms);
        let at = format!("{:04}-{:02}-{:02} {:02}:{:02}", c.year, c.month, c.day, c.hour, c.minute);
        let written = fill(self.t(Words::WrittenBy), &[("at", &at), ("console", &console())]);
        facts.push((Words::Written, Text(&written).to_string()));
        if !wanted.note.trim().is_empty() {
            facts.insert(0, (Words::Note, format!("<span class=\"own\">{}</span>", Own(wanted.note.trim()))));
        }
        self.out.push_str("<dl class=\"meta\">\n");
        for (term, markup) in facts {
            let _ = writeln!(self.out, "<dt>{}</dt><dd>{markup}</dd>", Text(self.t(term)));
        }
        self.out.push_str("</dl>\n</header>\n");
    }

    /// `258,367 calls, 3.433 % failed, cost 1,234.50 EUR`.
    fn headline(&self, head: &Head, service: &str) -> String {
        let lang = self.wanted.lang;
        let mut parts: Vec<String> = pages::calls_of(lang, &head.figures).into_iter().collect();
        if let Some(rate) = head.figures.failure_rate {
            parts.push(fill(
                self.t(Pages::PercentFailed),
                &[("n", &head.figures.exactness(Column::FailureRate).mark(num::fixed(rate, 3)))],
            ));
        }
        let cost = self.wanted.costs.as_ref();
        let cost = cost.and_then(|costs| costs::headline(lang, &costs.currency, &costs.reply.of(service, None)));
        parts.extend(cost.map(|(said, _)| said));
        parts.join(self.t(Pages::Comma))
    }

    fn data_set(&self) -> String {
        let (wanted, lang) = (self.wanted, self.wanted.lang);
        let data = &wanted.data;
        let at = |ms| time::date_time(lang, &wanted.zone, ms, time::year(&wanted.zone, wanted.now_ms));
        let calls = fill(plural(lang, data.calls, Common::CallOne, Common::CallMany), &[("n", &num::whole(data.calls))]);
        let values = [("calls", &*calls), ("from", &at(data.oldest_ms)), ("to", &at(data.newest_ms))];
        let mut parts = vec![Own(&wanted.data_name).to_string()];
        if data.demonstration {
            parts.push(format!("<span class=\"demo\">{}</span>", Text(self.t(Common::Demonstration))));
        }
        parts.push(Text(&fill(self.t(Words::DataFacts), &values)).to_string());
        parts.extend(data.source_note.iter().map(|note| Own(note).to_string()));
        if data.rejected.count > 0 {
            parts.push(Text(&fill(self.t(Words::Rejected), &[("n", &num::whole(data.rejected.count))])).to_string());
        }
        if data.cut_short.is_some() {
            parts.push(Text(self.t(Export::CutShort)).to_string());
        }
        parts.join(" · ")
    }

    fn zone(&self) -> String {
        let zone = &self.wanted.zone;
        let offset = time::offset(zone, self.wanted.range.from_ms);
        let at_end = time::offset(zone, self.wanted.range.last_ms());
        let mut said = zone.name.clone();
        if offset != zone.name {
            let _ = write!(said, " {offset}");
        }
        if at_end != offset {
            let _ = write!(said, ", {at_end}");
        }
        Text(&said).to_string()
    }

    fn filters(&mut self) -> String {
        let wanted = self.wanted;
        let lang = wanted.lang;
        let mut said = Vec::new();
        for (&label, values) in wanted.filter.0.iter().filter(|(_, values)| !values.is_empty()) {
            let values: Vec<String> = values.iter().map(|value| self.filter_value(label, value)).collect();
            said.push(format!("{}: {}", Text(metrics::label(lang, label)), values.join(self.t(Common::Comma))));
        }
        for condition in &wanted.filter.1 {
            said.push(self.condition(condition));
        }
        if said.is_empty() { Text(self.t(Words::NoFilters)).to_string() } else { said.join(self.t(Common::Semicolon)) }
    }

    /// What a condition says; names in it are replaced as in a list of values, the parts of a text in full.
    fn condition(&mut self, condition: &Matcher) -> String {
        let lang = self.wanted.lang;
        let mut masked = condition.clone();
        let field = condition.label().copied().and_then(field_of);
        if let Some(field) = field {
            match &mut masked {
                Matcher::OneOf(_, values) | Matcher::NoneOf(_, values) => {
                    for value in values.iter_mut().filter(|value| !value.is_empty()) {
                        *value = self.mask.say(field, value);
                    }
                }
                Matcher::Contains(_, text) | Matcher::StartsWith(_, text) => *text = self.mask.say(field, text),
                _ => {}
            }
        }
        format!("{}: {}", Text(conditions::subject(lang, condition)), Own(&conditions::words(lang, &masked)))
    }

    fn filter_value(&mut self, label: Label, value: &str) -> String {
        match (field_of(label), label) {
            _ if value.is_empty() => Text(self.t(Export::NoValue)).to_string(),
            (Some(field), _) => Own(&self.mask.say(field, value)).to_string(),
            (None, Label::Dim(Dim::ServiceType)) => {
                let commercial = value == crate::model::ServiceType::Commercial.as_str();
                Text(self.t(if commercial { Common::CommercialServices } else { Common::MyServices })).to_string()
            }
            (None, _) => Own(value).to_string(),
        }
    }

    /// The link, where it may go out: an address of the web or of a file, and nothing else that a browser would follow.
    fn link(&mut self) -> Option<String> {
        let link = self.mask.say(Field::Link, &self.wanted.link);
        let web = ["https://", "http://", "file:///"].iter().any(|scheme| link.starts_with(scheme));
        (web && self.mask.is_open(Field::Link))
            .then(|| format!("<a href=\"{0}\" rel=\"noreferrer noopener\">{0}</a>", Text(&link)))
    }
}

/// The field of a label whose values may identify a user.
const fn field_of(label: Label) -> Option<Field> {
    match label {
        Label::Dim(Dim::ApiKey) => Some(Field::ApiKey),
        Label::Dim(Dim::Ip) => Some(Field::Ip),
        Label::Dim(Dim::Workspace) => Some(Field::Workspace),
        _ => None,
    }
}
