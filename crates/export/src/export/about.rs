//! What it takes to make an export again: the data, the selection, the rules, and who wrote the file when.

use super::table::{Cell, Column, Kind, Table, TableId, View};
use super::unanswered::{self, Unanswered};
use crate::i18n::common::Common;
use crate::i18n::costs::Costs;
use crate::i18n::export::Export;
use crate::i18n::report::Report;
use crate::i18n::{Lang, Message, conditions, fill, metrics as names};
use crate::model::{Dim, Filter, Label, Precision, Range};
use crate::wire::DataSet;

/// What the writer of a file knows beyond the replies.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    pub data: &'a DataSet,
    /// Of the source's bytes as they were read, in hexadecimal; `None` if it was not computed.
    pub sha256: Option<&'a str>,
    /// The service of a Details export.
    pub service: Option<&'a str>,
    pub filter: &'a Filter,
    pub range: Range,
    pub before: Option<Range>,
    pub precision: Precision,
    /// What the view took for now, where a preset was chosen.
    pub now_ms: Option<i64>,
    /// Address of the view.
    pub link: Option<&'a str>,
    /// When the file is written, epoch milliseconds.
    pub exported_at_ms: i64,
}

impl<'a> About<'a> {
    /// Of what is selected alone, written at the end of the range.
    pub const fn of(data: &'a DataSet, filter: &'a Filter, range: Range, precision: Precision) -> Self {
        let exported_at_ms = range.to_ms;
        Self {
            data,
            sha256: None,
            service: None,
            filter,
            range,
            before: None,
            precision,
            now_ms: None,
            link: None,
            exported_at_ms,
        }
    }
}

/// Version of the console, with the build's id where it has one.
pub fn console() -> String {
    let version = concat!("Callscope ", env!("CARGO_PKG_VERSION"));
    option_env!("CALLSCOPE_BUILD").map_or_else(|| version.to_owned(), |build| format!("{version} ({build})"))
}

/// The table: items and values, under headings. `priced`: the file contains costs. `unanswered`: what it lacks.
pub fn table(view: View<'_>, about: &About<'_>, priced: bool, unanswered: &[Unanswered]) -> Table {
    let lang = view.lang;
    let column = |key: &str, name: Export, kind| Column::new(key, name.text(lang), kind);
    let columns = vec![
        column("item", Export::Item, Kind::Text),
        column("value", Export::Value, Kind::LongText),
        column("utc", Export::Utc, Kind::Text),
    ];
    let mut out = Rows { lang, table: Table::new(TableId::About, Export::About.text(lang), columns) };
    out.file(about);
    if let Some(names) = unanswered::names(lang, unanswered) {
        out.item(Report::NoAnswer.text(lang), Cell::text(names));
    }
    out.data(about);
    out.selection(view, about);
    out.rules();
    if priced {
        out.item(Costs::Rule.text(lang), Cell::text(Costs::RuleText.text(lang)));
    }
    out.table
}

struct Rows {
    lang: Lang,
    table: Table,
}

impl Rows {
    fn heading(&mut self, key: Export) {
        // Headings are recognised by their look in a workbook: they are the rows without a value.
        self.table.rows.push(vec![Cell::text(key.text(self.lang)), Cell::Gap, Cell::Gap]);
    }

    fn item(&mut self, name: impl Into<String>, value: Cell<'static>) {
        let utc = if let Cell::Instant(at) = value { Cell::Utc(at) } else { Cell::Gap };
        self.table.rows.push(vec![Cell::text(name.into()), value, utc]);
    }

    fn put(&mut self, key: Export, value: Cell<'static>) {
        self.item(key.text(self.lang), value);
    }

    fn file(&mut self, about: &About<'_>) {
        self.heading(Export::AboutFile);
        self.put(Export::WrittenBy, Cell::text(console()));
        self.put(Export::WrittenAt, Cell::Instant(about.exported_at_ms));
        if let Some(link) = about.link {
            self.put(Export::Link, Cell::text(link.to_owned()));
        }
    }

    fn data(&mut self, about: &About<'_>) {
        let data = about.data;
        self.heading(Export::AboutData);
        self.put(Export::Feed, Cell::text(data.name.clone()));
        if let Some(note) = &data.source_note {
            self.put(Export::FeedNote, Cell::text(note.clone()));
        }
        self.put(Export::FeedBytes, Cell::Whole(data.bytes));
        let hash = about.sha256.unwrap_or(Export::NotComputed.text(self.lang)).to_owned();
        self.put(Export::Sha256, Cell::text(hash));
        self.put(Export::CallsRead, Cell::Whole(data.calls));
        self.put(Export::CallsRejected, Cell::Whole(data.rejected.count));
        if data.cut_short.is_some() {
            self.put(Export::CutShort, Cell::text(Export::Yes.text(self.lang)));
        }
        self.put(Export::Oldest, Cell::Instant(data.oldest_ms));
        self.put(Export::Newest, Cell::Instant(data.newest_ms));
        if data.demonstration {
            self.put(Export::Demonstration, Cell::text(Export::Yes.text(self.lang)));
        }
    }

    fn selection(&mut self, view: View<'_>, about: &About<'_>) {
        let lang = self.lang;
        self.heading(Export::AboutSelection);
        if let Some(service) = about.service {
            self.put(Export::Service, Cell::text(service.to_owned()));
        }
        self.put(Export::From, Cell::Instant(about.range.from_ms));
        self.put(Export::To, Cell::Instant(about.range.to_ms));
        self.put(Export::Zone, Cell::text(view.zone.name.clone()));
        self.put(Export::Offsets, Cell::text(view.offsets()));
        self.put(Export::Precision, Cell::text(names::precision(lang, about.precision)));
        if let Some(now) = about.now_ms {
            self.put(Export::Now, Cell::Instant(now));
        }
        if let Some(before) = about.before {
            self.put(Export::ComparedFrom, Cell::Instant(before.from_ms));
            self.put(Export::ComparedTo, Cell::Instant(before.to_ms));
        }
        // The filters a page always offers are said even where they allow all.
        let always = [Dim::ServiceType, Dim::ApiKey, Dim::Ip].map(Label::Dim);
        let chosen = about.filter.0.keys().copied().filter(|label| !always.contains(label) && about.filter.get(*label).is_some());
        for label in always.into_iter().chain(chosen) {
            let value = match about.filter.get(label) {
                None => Export::All.text(lang).to_owned(),
                Some(values) => {
                    let say = |v: &String| if v.is_empty() { Export::NoValue.text(lang).to_owned() } else { v.clone() };
                    values.iter().map(say).collect::<Vec<_>>().join(Common::Semicolon.text(lang))
                }
            };
            self.item(names::label(lang, label), Cell::text(value));
        }
        for condition in &about.filter.1 {
            self.item(conditions::subject(lang, condition), Cell::text(conditions::words(lang, condition)));
        }
    }

    fn rules(&mut self) {
        self.heading(Export::AboutRules);
        let mark = Export::CutMark.text(self.lang);
        let rules = [
            (Export::Percentiles, Export::PercentilesRule),
            (Export::Failures, Export::FailuresRule),
            (Export::Latencies, Export::LatenciesRule),
            (Export::PerMinute, Export::PerMinuteRule),
            (Export::Gaps, Export::GapsRule),
            (Export::Clock, Export::ClockRule),
            (Export::Cut, Export::CutRule),
        ];
        for (item, rule) in rules {
            self.put(item, Cell::text(fill(rule.text(self.lang), &[("mark", mark)])));
        }
    }
}
