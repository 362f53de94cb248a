//! Writes every kind of export of a feed into a folder, with times and sizes: what `tests/export/check.py` opens, and a measurement.
//!
//! `workbook FEED FOLDER` writes the workbook of the busiest service (minutes of a day, hours and days, both languages), one of all services, one
//! with the calls themselves, and CSV, JSON and TSV of their tables. `workbook --measure` writes 14 sheets of 1,440 rows and 7 columns, and
//! a million calls, and prints what they take. `workbook --order FOLDER` writes the order for 14 such sheets as the page would post it to the
//! writer worker (`order.bin`), and the same rows for writers in JavaScript (`sheets.json`): what `cargo xtask bench export` measures with.

use callscope::engine::load::Loader;
use callscope::engine::once::{self, Context};
use callscope::export::about::About;
use callscope::export::book::{Book, Contents, Details};
use callscope::export::text::{self, Format};
use callscope::export::writer_protocol::{FileKind, FileOrder, ToWriter};
use callscope::export::xlsx::{Job, Step};
use callscope::export::{Cell, View, calls, names};
use callscope::i18n::Lang;
use callscope::model::range::{DAY_MS, HOUR_MS};
use callscope::model::{Dim, Filter, Line, Metric, Precision, Range};
use callscope::series::Zone;
use callscope::source::calls::StoreIndex;
use callscope::store::Store;
use callscope::wire::{
    self, Buckets, CallRow, CallsQuery, CallsReply, Chart, DataSet, DetailsQuery, DetailsReply, FailedQuery, FailedReply, Query,
    Reply, Selection, Series,
};
use chrono::{Offset, TimeZone};
use std::error::Error;
use std::path::Path;
use std::time::Instant;

type Result<T> = core::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--measure"] => measure(),
        ["--order", folder] => order(Path::new(folder)),
        [feed, folder] => {
            std::fs::create_dir_all(folder)?;
            examples(feed, Path::new(folder))
        }
        _ => Err("workbook FEED FOLDER | workbook --measure | workbook --order FOLDER".into()),
    }
}

/// What a workbook is asked of.
struct Ask<'a> {
    store: &'a Store,
    store_index: &'a StoreIndex,
    data: &'a DataSet,
    service: Option<&'a str>,
    zone: Zone,
    range: Range,
    precision: Precision,
    lang: Lang,
}

struct Replies {
    calls: CallsReply,
    details: Option<DetailsReply>,
    failed: Option<FailedReply>,
}

impl Ask<'_> {
    fn view(&self) -> View<'_> {
        View { lang: self.lang, zone: &self.zone, range: self.range }
    }

    fn replies(&self) -> Result<Replies> {
        let titles = |name: &str| name.to_owned();
        let context = Context { store: self.store, store_index: self.store_index, titles: &titles };
        let before = Range { from_ms: self.range.from_ms - self.range.span_ms(), to_ms: self.range.from_ms };
        let selection = Selection { range: self.range, before: Some(before), filter: Filter::default(), zone: self.zone.clone() };
        let precision = self.precision;
        let of_service = self.service.map_or_else(Vec::new, |s| vec![s.to_owned()]);
        let filtered = Selection { filter: Filter::default().with(Dim::Service, of_service), ..selection.clone() };
        let Reply::Calls(calls) = once::run(&Query::Calls(CallsQuery { selection: filtered, precision }), &context) else {
            return Err("no answer".into());
        };
        let (mut details, mut failed) = (None, None);
        if let Some(service) = self.service {
            let query = DetailsQuery { service: service.into(), selection: selection.clone(), precision };
            if let Reply::Details(reply) = once::run(&Query::Details(query), &context) {
                details = Some(reply);
            }
            let (service, status, message, texts) = (service.into(), None, None, 0);
            let query = FailedQuery { service, selection, precision, status, message, texts, every_message: true };
            if let Reply::Failed(reply) = once::run(&Query::Failed(query), &context) {
                failed = Some(reply);
            }
        }
        Ok(Replies { calls, details, failed })
    }

    fn book(&self, replies: &Replies, call_rows: Option<u64>) -> Option<Book> {
        let title = self.service.unwrap_or("All services");
        let details: Vec<Details> =
            replies.details.iter().map(|reply| Details { title, reply, metrics: &Metric::THREE_WIDE }).collect();
        let filter = Filter::default();
        let about = About {
            data: self.data,
            sha256: None,
            service: self.service,
            filter: &filter,
            range: self.range,
            before: None,
            precision: self.precision,
            now_ms: None,
            link: None,
            exported_at_ms: 1_790_000_000_000,
        };
        let (calls, failed) = (Some(&replies.calls), replies.failed.as_ref());
        Contents { view: self.view(), about, calls, costs: None, details: &details, failed, call_rows }.book()
    }
}

fn examples(feed: &str, folder: &Path) -> Result<()> {
    let mut loader = Loader::new(feed.rsplit('/').next().unwrap_or(feed), false, None);
    loader.push(&std::fs::read(feed)?).map_err(|f| format!("{f:?}"))?;
    let (store, data) = loader.finish().map_err(|f| format!("{f:?}"))?;
    let store_index = StoreIndex::of(&store);
    let busiest = data.services.iter().max_by_key(|s| s.calls).map(|s| s.name.clone());
    let commercial = data.services.iter().filter(|s| !s.versions.is_empty()).max_by_key(|s| s.calls).map(|s| s.name.clone());
    let newest_day = data.newest_ms.div_euclid(DAY_MS) * DAY_MS;
    let days = |from: i64, to: i64| Range { from_ms: newest_day + from * DAY_MS, to_ms: newest_day + to * DAY_MS };
    let asks = [
        ("hours", busiest.as_deref(), "Asia/Shanghai", days(-3, 1), Precision::Hour, Lang::En),
        ("days", commercial.as_deref(), "Europe/Berlin", days(-13, 1), Precision::Day, Lang::Zh),
        ("minutes", busiest.as_deref(), "UTC", days(-1, 0), Precision::Minute, Lang::En),
        ("services", None, "America/New_York", days(-6, 1), Precision::Hour, Lang::En),
        ("empty", busiest.as_deref(), "UTC", days(400, 401), Precision::Hour, Lang::En),
        ("unknown", Some("no-such-service"), "UTC", days(-1, 0), Precision::Hour, Lang::Zh),
    ];
    for (name, service, zone_name, range, precision, lang) in asks {
        let zone = zone(zone_name, range)?;
        let ask = Ask { store: &store, store_index: &store_index, data: &data, service, zone, range, precision, lang };
        let replies = ask.replies()?;
        let book = ask.book(&replies, None).ok_or("nothing to export")?;
        for sheet in &book.sheets {
            for (number, table) in sheet.tables.iter().enumerate() {
                for format in [Format::Csv, Format::Json, Format::Tsv] {
                    let file = format!("{name}-{}-{number}.{}", table.id.key(), format.extension());
                    std::fs::write(folder.join(file), text::write(ask.view(), format, table))?;
                }
            }
        }
        let started = Instant::now();
        let bytes = run(book, &ask.zone, &[])?;
        println!(
            "{name}: {} bytes in {:?}; {}",
            bytes.len(),
            started.elapsed(),
            names::file(ask.view(), service.unwrap_or(""), "xlsx")
        );
        std::fs::write(folder.join(format!("{name}.xlsx")), bytes)?;
    }
    let range = days(-1, 1);
    let zone = zone("Europe/Berlin", range)?;
    let precision = Precision::Hour;
    let ask = Ask {
        store: &store,
        store_index: &store_index,
        data: &data,
        service: busiest.as_deref(),
        zone,
        range,
        precision,
        lang: Lang::En,
    };
    let rows = awkward(range);
    let book = ask.book(&ask.replies()?, Some(rows.len() as u64)).ok_or("nothing to export")?;
    std::fs::write(folder.join("calls.xlsx"), run(book, &ask.zone, &rows)?)?;
    Ok(())
}

/// Calls with texts that spreadsheets stumble over.
fn awkward(range: Range) -> Vec<CallRow> {
    let texts = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "_x0041_",
        "a\u{1}b",
        "<b>&amp;",
        "服务 😀",
        " x ",
        "",
        "line\nline",
        "a\"b",
    ];
    let call = |(i, text): (usize, &&str)| CallRow {
        time_ms: range.from_ms + i as i64 * 61_007,
        version: "3.10".into(),
        api_key: (*text).to_owned(),
        ip: "192.0.2.1".into(),
        latency_ms: (i % 3 > 0).then_some(1234.567 * i as f64),
        request_id: format!("req-{i}"),
        status: if i % 2 == 0 { 200 } else { 429 },
        error_code: (*text).to_owned(),
        message: text.repeat(if i == 9 { 9_000 } else { 1 }),
        model: "m".into(),
        stream: Some(i % 2 == 0),
        input_tokens: Some(i as u64 * 17),
        output_tokens: None,
        ..CallRow::default()
    };
    texts.iter().enumerate().map(call).collect()
}

fn run(book: Book, zone: &Zone, rows: &[CallRow]) -> Result<Vec<u8>> {
    let lang = book.lang;
    let range = Range::default();
    let view = View { lang, zone, range };
    let differs = book.calls.as_ref().is_some_and(|c| c.head.column("time-utc").is_some());
    let mut job = Job::new(book, zone.clone());
    loop {
        match job.step()? {
            Step::More(_) => {}
            Step::Calls { from, .. } => {
                let mut cells = Vec::new();
                for call in rows.iter().skip(from as usize).take(5_000) {
                    calls::row(view, "a-service", call, &mut cells);
                    cells.truncate(18);
                    if differs {
                        cells.push(Cell::Utc(call.time_ms));
                    }
                    job.calls([cells.as_slice()])?;
                }
            }
            Step::Done(bytes) => return Ok(bytes),
        }
    }
}

fn zone(name: &str, range: Range) -> Result<Zone> {
    let tz: chrono_tz::Tz = name.parse().map_err(|_| format!("unknown zone {name}"))?;
    Ok(Zone::probe(name, range.from_ms - 40 * DAY_MS, range.to_ms + 2 * DAY_MS, |at_ms| {
        tz.timestamp_millis_opt(at_ms).single().map_or(0, |at| at.offset().fix().local_minus_utc())
    }))
}

/// The minutes of a day.
fn minutes(day: Range) -> Buckets {
    let starts_ms: Vec<i64> = (0..1440).map(|i| day.from_ms + i * 60_000).collect();
    let ends_ms = starts_ms.iter().map(|start| start + 60_000).collect();
    Buckets { ends_ms, minutes: vec![1.0; starts_ms.len()], starts_ms, ..Buckets::default() }
}

/// A generator of noise, the same on every run.
fn noise() -> impl FnMut() -> f64 {
    let mut state = 7_u64;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / 1000.0
    }
}

/// A data set of one call.
fn one_call() -> Result<DataSet> {
    let mut loader = Loader::new("made-up", false, None);
    loader.push(br#"[{"time":"2026-03-08T00:00:00Z","service":"s","status":200}]"#).map_err(|f| format!("{f:?}"))?;
    Ok(loader.finish().map_err(|f| format!("{f:?}"))?.1)
}

/// A day of minutes of 14 metrics with six lines each, and a million calls.
fn measure() -> Result<()> {
    let range = Range { from_ms: 1_773_000_000_000, to_ms: 1_773_000_000_000 + 24 * HOUR_MS };
    let (buckets, mut noise) = (minutes(range), noise());
    let charts: Vec<Chart> = (0..14)
        .map(|_| {
            let line = |line| Series::exact(line, (0..1440).map(|_| noise()).collect());
            Chart::of(Metric::Ttft, Line::DISTRIBUTION.map(line).into(), callscope::wire::Summary::default())
        })
        .collect();
    let reply = DetailsReply { range, buckets, charts, ..DetailsReply::default() };
    let data = one_call()?;
    let (zone, filter) = (Zone::utc(), Filter::default());
    let about = About::of(&data, &filter, range, Precision::Minute);
    let view = View { lang: Lang::En, zone: &zone, range };
    let details = [Details { title: "s", reply: &reply, metrics: &[Metric::Ttft] }];
    let report = Contents { view, about, calls: None, costs: None, details: &details, failed: None, call_rows: None };
    for _ in 0..3 {
        let mut book = report.book().ok_or("nothing")?;
        book.sheets.retain(|s| s.chart.is_some());
        for table in book.sheets.iter_mut().flat_map(|s| &mut s.tables) {
            table.columns.truncate(7);
            table.rows.iter_mut().for_each(|row| row.truncate(7));
        }
        let sheets = book.sheets.len();
        let started = Instant::now();
        let bytes = run(book, &zone, &[])?;
        println!("{sheets} sheets x 1,440 rows x 7 columns with charts: {} bytes in {:?}", bytes.len(), started.elapsed());
    }
    let rows: Vec<CallRow> = (0..1_000_000_u64)
        .map(|i| CallRow {
            time_ms: range.from_ms + i as i64 * 86,
            version: format!("3.{}", i % 3),
            api_key: format!("key-{}", i % 17),
            ip: format!("192.0.2.{}", i % 251),
            latency_ms: Some(noise()),
            request_id: format!("{:016x}-{:x}", i.wrapping_mul(0x9E37_79B9_7F4A_7C15), i),
            status: if i % 50 == 0 { 429 } else { 200 },
            error_code: if i % 50 == 0 { "rate_limit_exceeded".into() } else { String::new() },
            message: if i % 50 == 0 { "Limit of requests reached.".into() } else { String::new() },
            model: "deepseek".into(),
            stream: Some(i % 2 == 0),
            input_tokens: Some(noise() as u64),
            output_tokens: Some(noise() as u64 / 4),
            total_tokens: Some(noise() as u64),
            ttft_ms: Some(noise()),
            tpot_ms: Some(noise() / 7.0),
            generation_s: None,
            labels: Vec::new(),
        })
        .collect();
    let resident = resident_mb();
    let report = Contents { details: &[], call_rows: Some(rows.len() as u64), ..report };
    let book = report.book().ok_or("nothing")?;
    let started = Instant::now();
    let bytes = run(book, &zone, &rows)?;
    let took = started.elapsed();
    println!("{} calls: {} bytes in {took:?}; {} MB more resident at the end", rows.len(), bytes.len(), resident_mb() - resident);
    let started = Instant::now();
    let mut out = String::new();
    let mut total = 0;
    let mut writer = text::Writer::new(view, Format::Csv, &calls::head(view, &[]), &mut out);
    let mut cells = Vec::new();
    for call in &rows {
        calls::row(view, "a-service", call, &mut cells);
        writer.row(&cells, &mut out);
        if out.len() > 1 << 20 {
            total += out.len();
            out.clear();
        }
    }
    println!("the same as CSV: {} bytes in {:?}", total + out.len(), started.elapsed());
    Ok(())
}

/// Memory of this process, where the system tells.
fn resident_mb() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<i64>().ok());
    peak.unwrap_or(0) / 1024
}

/// 14 metrics of a day of minutes: time, five lines and the minutes covered. Percentiles have three decimals, averages all their digits.
fn order(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let range = Range { from_ms: 1_773_014_400_000, to_ms: 1_773_014_400_000 + DAY_MS };
    let (buckets, mut noise) = (minutes(range), noise());
    let lines = [Line::Avg, Line::P50, Line::P80, Line::P90, Line::P99];
    let mut value = move |line: Line| if line == Line::Avg { noise() / 7.0 } else { noise() };
    let charts: Vec<Chart> = (0..14)
        .map(|_| {
            let lines = lines.map(|line| Series::exact(line, (0..1440).map(|_| value(line)).collect()));
            Chart::of(Metric::Ttft, lines.into(), callscope::wire::Summary::default())
        })
        .collect();
    let header = ["Time (UTC)", "AVG (ms)", "P50 (ms)", "P80 (ms)", "P90 (ms)", "P99 (ms)", "Covered (min)"];
    let rows = |chart: &Chart| -> Vec<Vec<serde_json::Value>> {
        let row = |(i, at): (usize, &i64)| {
            let values = chart.lines.iter().map(|line| line.values[i].into());
            core::iter::once((*at).into()).chain(values).chain([1.into()]).collect()
        };
        buckets.starts_ms.iter().enumerate().map(row).collect()
    };
    let sheet =
        |(i, chart): (usize, &Chart)| serde_json::json!({ "name": format!("Metric {i}"), "header": header, "rows": rows(chart) });
    let sheets: Vec<serde_json::Value> = charts.iter().enumerate().map(sheet).collect();
    std::fs::write(folder.join("sheets.json"), serde_json::to_string(&sheets)?)?;
    let data = one_call()?;
    let reply = DetailsReply { range, buckets, charts, ..DetailsReply::default() };
    let order = FileOrder {
        kind: FileKind::Workbook,
        lang: Lang::En,
        zone: Zone::utc(),
        range,
        before: None,
        filter: Filter::default(),
        precision: Precision::Minute,
        now_ms: None,
        link: String::new(),
        exported_at_ms: range.to_ms,
        data,
        service: Some(("s".into(), "s".into())),
        metrics: vec![Metric::Ttft],
        calls: None,
        feed: None,
        costs: None,
        details: Some(wire::encode(&reply)?),
        failed: None,
        call_rows: None,
    };
    std::fs::write(folder.join("order.bin"), wire::encode(&ToWriter::Write(Box::new(order)))?)?;
    Ok(())
}
