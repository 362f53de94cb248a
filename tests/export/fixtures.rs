//! Feeds, questions and files for the tests of exports.

use calamine::{Data, Reader, Xlsx};
use callscope::engine::load::Loader;
use callscope::engine::once::{self, Context};
use callscope::export::about::About;
use callscope::export::book::{Book, Contents, Details};
use callscope::export::{View, xlsx};
use callscope::i18n::Lang;
use callscope::model::price::PriceSheet;
use callscope::model::range::DAY_MS;
use callscope::model::{Dim, Filter, Metric, Precision, Range};
use callscope::series::Zone;
use callscope::source::calls::StoreIndex;
use callscope::store::Store;
use callscope::wire::{
    CallsQuery, CallsReply, CostQuery, Costs, DataSet, DetailsQuery, DetailsReply, FailedQuery, FailedReply, Query, Reply,
    RowsQuery, RowsReply, Selection,
};
use chrono::{Offset, TimeZone};
use std::io::{Cursor, Read};

/// When every file of the tests is written.
pub const WRITTEN_MS: i64 = 1_790_000_000_123;

pub struct Loaded {
    pub store: Store,
    pub store_index: StoreIndex,
    pub data: DataSet,
}

impl Loaded {
    /// A window of calls.
    pub fn rows(&self, query: RowsQuery) -> RowsReply {
        let context = Context { store: &self.store, store_index: &self.store_index, titles: &|name| name.to_owned() };
        let Reply::Rows(reply) = once::run(&Query::Rows(query), &context) else { panic!("another answer") };
        reply
    }
}

pub fn load(name: &str, bytes: &[u8]) -> Loaded {
    let mut loader = Loader::new(name, false, None);
    loader.push(bytes).expect("a feed");
    let (store, data) = loader.finish().expect("calls");
    Loaded { store_index: StoreIndex::of(&store), store, data }
}

pub fn demo() -> Loaded {
    load("demo.json.gz", &std::fs::read("public/feeds/demo.json.gz").expect("the bundled feed"))
}

pub fn zone(name: &str, range: Range) -> Zone {
    let tz: chrono_tz::Tz = name.parse().expect("a zone");
    Zone::probe(name, range.from_ms - 40 * DAY_MS, range.to_ms + 2 * DAY_MS, |at| {
        tz.timestamp_millis_opt(at).unwrap().offset().fix().local_minus_utc()
    })
}

/// One question, for an export.
pub struct Case {
    pub zone: Zone,
    pub range: Range,
    pub precision: Precision,
    pub lang: Lang,
    pub service: Option<String>,
    pub compare: bool,
    /// What tokens cost, where there are costs.
    pub prices: Option<PriceSheet>,
}

pub struct Answers {
    pub calls: CallsReply,
    pub details: Option<DetailsReply>,
    pub failed: Option<FailedReply>,
    pub costs: Option<Costs>,
}

impl Case {
    pub fn new(zone_name: &str, from: &str, days: i64, precision: Precision, service: Option<&str>) -> Self {
        let from_ms = chrono::DateTime::parse_from_rfc3339(from).expect("a time").timestamp_millis();
        let range = Range { from_ms, to_ms: from_ms + days * DAY_MS };
        Self {
            zone: zone(zone_name, range),
            range,
            precision,
            lang: Lang::En,
            service: service.map(str::to_owned),
            compare: true,
            prices: None,
        }
    }

    pub fn view(&self) -> View<'_> {
        View { lang: self.lang, zone: &self.zone, range: self.range }
    }

    pub fn ask(&self, of: &Loaded) -> Answers {
        let titles = |name: &str| of.data.services.iter().find(|s| s.name == name).map_or(name, |s| &s.title).to_owned();
        let context = Context { store: &of.store, store_index: &of.store_index, titles: &titles };
        let span = self.range.span_ms();
        let before = self.compare.then_some(Range { from_ms: self.range.from_ms - span, to_ms: self.range.from_ms });
        let selection = Selection { range: self.range, before, filter: Filter::default(), zone: self.zone.clone() };
        let precision = self.precision;
        let filter = Filter::default().with(Dim::Service, self.service.iter().cloned().collect());
        let asked = Selection { filter, ..selection.clone() };
        let costs = self.prices.as_ref().map(|sheet| {
            let prices = sheet.models.iter().map(|(name, price)| (name.clone(), *price)).collect();
            let query = CostQuery { selection: asked.clone(), prices };
            let Reply::Cost(reply) = once::run(&Query::Cost(query), &context) else { panic!("another answer") };
            Costs { currency: sheet.currency.clone(), reply }
        });
        let query = CallsQuery { selection: asked, precision };
        let Reply::Calls(calls) = once::run(&Query::Calls(query), &context) else { panic!("another answer") };
        let (mut details, mut failed) = (None, None);
        if let Some(service) = self.service.clone() {
            let query = DetailsQuery { service: service.clone(), selection: selection.clone(), precision };
            let Reply::Details(reply) = once::run(&Query::Details(query), &context) else { panic!("another answer") };
            details = Some(reply);
            let query = FailedQuery { service, selection, precision, status: None, message: None, texts: 0, every_message: true };
            let Reply::Failed(reply) = once::run(&Query::Failed(query), &context) else { panic!("another answer") };
            failed = Some(reply);
        }
        Answers { calls, details, failed, costs }
    }

    pub fn about<'a>(&'a self, data: &'a DataSet, filter: &'a Filter) -> About<'a> {
        About {
            data,
            sha256: Some("0123abcd"),
            service: self.service.as_deref(),
            filter,
            range: self.range,
            before: None,
            precision: self.precision,
            now_ms: None,
            link: Some("https://example.org/?v=1"),
            exported_at_ms: WRITTEN_MS,
        }
    }

    pub fn book(&self, of: &Loaded, answers: &Answers, metrics: &[Metric], call_rows: Option<u64>) -> Option<Book> {
        self.made(of, answers, metrics, call_rows, |contents| contents.book())
    }

    pub fn charts_alone(&self, of: &Loaded, answers: &Answers, metrics: &[Metric]) -> Option<Book> {
        self.made(of, answers, metrics, None, |contents| contents.charts_alone())
    }

    fn made(
        &self,
        of: &Loaded,
        answers: &Answers,
        metrics: &[Metric],
        call_rows: Option<u64>,
        make: fn(&Contents<'_>) -> Option<Book>,
    ) -> Option<Book> {
        let filter = Filter::default();
        let title = self.service.as_deref().unwrap_or("all");
        let details: Vec<Details> = answers.details.iter().map(|reply| Details { title, reply, metrics }).collect();
        let report = Contents {
            view: self.view(),
            about: self.about(&of.data, &filter),
            calls: Some(&answers.calls),
            costs: answers.costs.as_ref(),
            details: &details,
            failed: answers.failed.as_ref(),
            call_rows,
        };
        make(&report)
    }

    pub fn write(&self, book: Book) -> File {
        File(xlsx::write(book, &self.zone).expect("a file"))
    }
}

/// A workbook's bytes.
pub struct File(pub Vec<u8>);

impl File {
    pub fn open(&self) -> Xlsx<Cursor<&[u8]>> {
        Xlsx::new(Cursor::new(self.0.as_slice())).expect("a workbook")
    }

    /// A part of the package as text.
    pub fn part(&self, name: &str) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(self.0.as_slice())).expect("a package");
        let mut text = String::new();
        archive.by_name(name).expect("the part").read_to_string(&mut text).expect("text");
        text
    }

    /// Names of the package's parts.
    pub fn parts(&self) -> Vec<String> {
        let archive = zip::ZipArchive::new(Cursor::new(self.0.as_slice())).expect("a package");
        archive.file_names().map(|n| n.expect("a name").into_owned()).collect()
    }

    /// The part of a sheet by its name.
    pub fn sheet(&self, name: &str) -> String {
        let number = self.open().sheet_names().iter().position(|n| n == name).expect("the sheet") + 1;
        self.part(&format!("xl/worksheets/sheet{number}.xml"))
    }
}

/// The number in a cell, however it is shown.
pub fn number(cell: &Data) -> Option<f64> {
    match cell {
        Data::Int(n) => Some(*n as f64),
        Data::Float(x) => Some(*x),
        Data::DateTime(at) => Some(at.as_f64()),
        _ => None,
    }
}

/// Days since 1899-12-30 of a wall-clock time, by chrono's calendar.
pub fn days(zone: &str, at_ms: i64) -> f64 {
    let tz: chrono_tz::Tz = zone.parse().expect("a zone");
    let wall = tz.timestamp_millis_opt(at_ms).unwrap().naive_local();
    let day = wall.date().signed_duration_since(chrono::NaiveDate::from_ymd_opt(1899, 12, 30).unwrap()).num_days();
    let of_day = wall.time().signed_duration_since(chrono::NaiveTime::MIN).num_milliseconds();
    (day as f64 * 86_400_000.0 + of_day as f64) / 86_400_000.0
}
