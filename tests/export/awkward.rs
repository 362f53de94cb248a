//! What feeds and people come up with: names of any kind, texts that look like formulas, ranges without calls, hours that occur twice.

use super::fixtures::{Case, days, load, number};
use calamine::{Data, Reader};
use callscope::export::book::{CallSheets, Contents, Details};
use callscope::export::text::{self, Format};
use callscope::export::xlsx::{Failed, Job, Step};
use callscope::export::{Cell, TableId, calls, names, truncate};
use callscope::i18n::Lang;
use callscope::model::{Filter, Metric, Precision};
use callscope::wire::CallRow;
use proptest::prelude::*;
use serde_json::{Value, json};

/// A feed of calls, each (seconds from 2026-10-24T22:00:00Z, service, status, message).
fn feed(calls: &[(i64, &str, u16, &str)]) -> Vec<u8> {
    let call = |&(s, service, status, message): &(i64, &str, u16, &str)| {
        json!({"time": 1_792_879_200 + s, "service": service, "status": status, "error_message": message, "error_code": message,
            "input_tokens": 10, "output_tokens": 3, "latency_ms": 12.5})
    };
    Value::from(calls.iter().map(call).collect::<Vec<_>>()).to_string().into_bytes()
}

/// The night in which Berlin's clock goes back.
fn autumn(service: Option<&str>) -> Case {
    Case::new("Europe/Berlin", "2026-10-25T00:00:00+02:00", 1, Precision::Hour, service)
}

#[test]
fn an_hour_that_occurs_twice_is_told_apart_by_utc() {
    let of = load("f", &feed(&[(0, "a", 200, ""), (2 * 3600 + 60, "a", 200, ""), (3 * 3600 + 60, "a", 500, "x")]));
    let case = autumn(Some("a"));
    let answers = case.ask(&of);
    let file = case.write(case.book(&of, &answers, &[Metric::Calls], None).expect("a book"));
    let sheet = file.open().worksheet_range("Calls (Times)").expect("the sheet");
    let column =
        |name: &str| (0..sheet.width()).find(|&i| sheet.get((0, i)) == Some(&Data::String(name.into()))).expect("the column");
    let (wall, utc) = (column("Time (Europe/Berlin)"), column("Time (UTC)"));
    let at = |row: usize, column: usize| sheet.get((row, column)).and_then(number).expect("a time");
    // 02:00 in summer time and 02:00 in winter time, an hour apart.
    assert_eq!(at(3, wall).to_bits(), at(4, wall).to_bits());
    assert_eq!(
        (at(3, utc), at(4, utc)),
        (days("UTC", 1_792_879_200_000 + 7_200_000), days("UTC", 1_792_879_200_000 + 10_800_000))
    );
    assert_eq!((sheet.get((3, 1)).and_then(number), sheet.get((4, 1)).and_then(number)), (Some(1.0), Some(1.0)));
    let about = file.open().worksheet_range("About").expect("about");
    let says = |text: &str| about.rows().any(|row| row.contains(&Data::String(text.into())));
    assert!(says("UTC+2, UTC+1") && says("0123abcd") && says("https://example.org/?v=1") && says("Europe/Berlin"));
}

#[test]
fn nothing_chosen_is_no_file_and_no_metric_is_a_summary() {
    let of = load("f", &feed(&[(0, "a", 200, "")]));
    let case = autumn(Some("a"));
    let answers = case.ask(&of);
    let filter = Filter::default();
    let about = case.about(&of.data, &filter);
    let details = [Details { title: "a", reply: answers.details.as_ref().expect("details"), metrics: &[] }];
    let nothing =
        Contents { view: case.view(), about, calls: None, costs: None, details: &details, failed: None, call_rows: None };
    assert!(nothing.book().is_none());
    let file = case.write(case.book(&of, &answers, &[], None).expect("a book"));
    assert_eq!(file.open().sheet_names(), ["Summary", "Failed Calls", "About"]);
    assert!(file.parts().iter().all(|p| !p.contains("chart")));
}

#[test]
fn a_service_without_calls_and_an_unknown_one_are_exported() {
    let of = load("f", &feed(&[(0, "a", 200, "")]));
    for (from, service) in [("2027-01-01T00:00:00Z", "a"), ("2026-10-25T00:00:00Z", "no such service")] {
        let case = Case::new("UTC", from, 1, Precision::Hour, Some(service));
        let answers = case.ask(&of);
        let book = case.book(&of, &answers, &Metric::THREE_WIDE, None).expect("a book");
        let (_, services) = book.table(TableId::Services).expect("services");
        assert_eq!(services.rows.len(), 1, "the total of nothing");
        // A sum over no rows would read itself.
        assert!(
            services.rows[0].iter().all(|c| !matches!(c, Cell::Formula(callscope::export::formula::Formula::Subtotal(_), _)))
        );
        let file = case.write(book);
        let mut read = file.open();
        for name in read.sheet_names() {
            read.worksheet_range(&name).expect("a readable sheet");
        }
        if service == "a" {
            let rate = read.worksheet_range("Call Failure Rate (%)").expect("a sheet");
            assert!(rate.rows().skip(1).all(|row| row[1] == Data::Empty), "no call, no rate");
            let calls = read.worksheet_range("Calls (Times)").expect("a sheet");
            assert!(calls.rows().skip(1).all(|row| number(&row[1]) == Some(0.0)), "no call is 0 calls");
        }
    }
}

#[test]
fn services_of_long_names_keep_sheets_of_their_own() {
    let long = "服务名称👨\u{200D}👩\u{200D}👧".repeat(17);
    let (first, second) = (format!("{long}一"), format!("{long}二"));
    assert!(first.chars().count() > 150);
    let of = load("f", &feed(&[(0, &first, 200, ""), (5, &second, 200, ""), (9, &second, 429, "=x")]));
    let cases = [autumn(Some(&first)), autumn(Some(&second))];
    let answers = [cases[0].ask(&of), cases[1].ask(&of)];
    let filter = Filter::default();
    let metrics = [Metric::Calls, Metric::Rpm];
    let reply = |i: usize| answers[i].details.as_ref().expect("details");
    let details = [
        Details { title: &first, reply: reply(0), metrics: &metrics },
        Details { title: &second, reply: reply(1), metrics: &metrics },
    ];
    let about = cases[0].about(&of.data, &filter);
    let all = autumn(None).ask(&of);
    let report = Contents {
        view: cases[0].view(),
        about,
        calls: Some(&all.calls),
        costs: None,
        details: &details,
        failed: None,
        call_rows: None,
    };
    let file = cases[0].write(report.book().expect("a book"));
    let mut read = file.open();
    let names = read.sheet_names();
    assert_eq!(names.len(), 6);
    for name in &names {
        assert!(truncate::utf16(name) <= 31, "{name}");
        assert!(!name.contains("\u{200D}…"), "cut inside a character: {name}");
    }
    // The second service's calls are on the second service's sheet.
    let of_second: Vec<&String> = names.iter().filter(|n| n.contains("Calls (Times)")).collect();
    assert_ne!(of_second[0], of_second[1]);
    let total =
        |name: &str| read.worksheet_range(name).expect("a sheet").rows().skip(1).filter_map(|r| number(&r[1])).sum::<f64>();
    assert_eq!([of_second[0], of_second[1]].map(|n| n.as_str()).map(total), [1.0, 2.0]);
    let title = read_title(&file.part("docProps/core.xml"));
    assert!(title.starts_with("服务名称"));
    assert!(names::file(cases[0].view(), &first, "xlsx").len() <= 240);
}

fn read_title(core: &str) -> String {
    core.split_once("<dc:title>").and_then(|(_, rest)| rest.split_once("</dc:title>")).map_or("", |(t, _)| t).to_owned()
}

/// Texts that must come back as they are.
const TEXTS: [&str; 14] = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "=cmd|' /C calc'!A0",
    "_x0041_",
    "_x005F_x0041_",
    "<b>&amp;",
    "服务 😀",
    " x ",
    "a\"b",
    "007",
    "line\nline",
];

fn call(i: usize, text: &str) -> CallRow {
    CallRow {
        time_ms: 1_792_879_200_000 + i as i64 * 61_007,
        version: text.into(),
        api_key: text.into(),
        latency_ms: i.is_multiple_of(2).then_some(i as f64 / 7.0),
        status: 429,
        message: text.into(),
        error_code: text.into(),
        stream: Some(true),
        input_tokens: Some(i as u64),
        ..CallRow::default()
    }
}

fn run(mut job: Job, rows: &[Vec<Cell<'_>>], window: usize) -> Result<Vec<u8>, Failed> {
    let mut last = 0;
    loop {
        match job.step()? {
            Step::More(progress) => {
                assert!(progress.rows >= last && progress.rows <= progress.rows_total);
                last = progress.rows;
            }
            Step::Calls { from, .. } => {
                let more = rows.iter().skip(from as usize).take(window).map(Vec::as_slice);
                job.calls(more)?;
                if from as usize >= rows.len() {
                    job.end_calls()?;
                }
            }
            Step::Done(bytes) => {
                assert_eq!(job.progress().rows, job.progress().rows_total);
                return Ok(bytes);
            }
        }
    }
}

#[test]
fn calls_are_listed_over_several_sheets_as_they_are() {
    let of = load("f", &feed(&TEXTS.map(|text| (0, "a", 429, text))));
    let case = autumn(Some("a"));
    let answers = case.ask(&of);
    let view = case.view();
    let made: Vec<CallRow> = TEXTS.iter().enumerate().map(|(i, text)| call(i, text)).collect();
    let rows: Vec<Vec<Cell>> = made
        .iter()
        .map(|call| {
            let mut cells = Vec::new();
            calls::row(view, "=service", call, &mut cells);
            cells
        })
        .collect();
    let mut book = case.book(&of, &answers, &[Metric::Calls], Some(rows.len() as u64)).expect("a book");
    let head = calls::head(view, &[]);
    assert!(rows.iter().all(|row| row.len() == head.columns.len()));
    // As it would be beyond a million, with sheets of ten rows.
    book.calls = Some(CallSheets { head, sheets: vec![("Calls".into(), 10), ("Calls (2)".into(), 4)] });
    let bytes = run(Job::new(book.clone(), case.zone.clone()), &rows, 3).expect("a file");
    let file = super::fixtures::File(bytes);
    let mut read = file.open();
    assert_eq!(read.sheet_names()[4..], ["Calls", "Calls (2)"]);
    let mut listed = Vec::new();
    for (name, rows) in [("Calls", 10), ("Calls (2)", 4)] {
        let sheet = read.worksheet_range(name).expect("a list");
        assert_eq!((sheet.height(), sheet.get((0, 0))), (rows + 1, Some(&Data::String("Time (Europe/Berlin)".into()))));
        listed.extend(sheet.rows().skip(1).map(<[Data]>::to_vec));
        assert!(file.sheet(name).contains(&format!("<autoFilter ref=\"A1:S{}\"/>", rows + 1)));
    }
    for ((read, call), text) in listed.iter().zip(&made).zip(TEXTS) {
        assert_eq!(number(&read[0]), Some(days("Europe/Berlin", call.time_ms)));
        assert_eq!(number(&read[18]), Some(days("UTC", call.time_ms)));
        assert_eq!(read[1], Data::String("=service".into()));
        assert_eq!(number(&read[4]).map(f64::to_bits), call.latency_ms.map(f64::to_bits));
        assert_eq!([&read[2], &read[13], &read[15], &read[16]], [&Data::String(text.into()); 4]);
    }
    // The failed calls' messages, in a sheet that is written otherwise, are the same texts.
    let failed = read.worksheet_range("Failed Calls").expect("failed calls");
    for text in TEXTS {
        assert!(failed.rows().any(|row| row[4] == Data::String(text.into())), "{text:?}");
    }
    assert!(!file.sheet("Failed Calls").contains("<f>1+1"));

    let fewer = run(Job::new(book.clone(), case.zone.clone()), &rows[..13], 5);
    assert!(matches!(fewer, Err(Failed::Rows { given: 13, announced: 14 })));
    let mut more = rows.clone();
    more.push(rows[0].clone());
    assert!(matches!(run(Job::new(book, case.zone.clone()), &more, 100), Err(Failed::Rows { given: _, announced: _ })));
}

#[test]
fn texts_beyond_a_cells_room_are_cut_and_marked() {
    let long = "é😀".repeat(16_000);
    let of = load("f", &feed(&[(0, "a", 429, "short")]));
    let case = autumn(Some("a"));
    let mut answers = case.ask(&of);
    answers.failed.as_mut().expect("failed").classes[0].codes[0].messages[0].message = long.clone();
    let row = call(0, &long);
    let mut cells = Vec::new();
    calls::row(case.view(), "a", &row, &mut cells);
    let book = case.book(&of, &answers, &[], Some(1)).expect("a book");
    let bytes = run(Job::new(book, case.zone.clone()), &[cells], 1).expect("a file");
    let mut read = super::fixtures::File(bytes).0;
    let file = super::fixtures::File(core::mem::take(&mut read));
    for (name, column) in [("Failed Calls", 4), ("Calls", 16)] {
        let sheet = file.open().worksheet_range(name).expect("a sheet");
        let Some(Data::String(text)) = sheet.get((1, column)) else { panic!("{name} has the message") };
        assert!(text.ends_with("… [cut]") && truncate::utf16(text) <= 32_767 && truncate::utf16(text) > 32_760, "{name}");
        assert!(long.starts_with(text.trim_end_matches("… [cut]")));
    }
}

#[test]
fn tables_as_text_agree_with_the_workbook() {
    let of = super::fixtures::demo();
    let mut case = Case::new("Asia/Shanghai", "2026-04-07T00:00:00+08:00", 3, Precision::Hour, Some("harbour-chat"));
    case.lang = Lang::Zh;
    let answers = case.ask(&of);
    let book = case.book(&of, &answers, &Metric::THREE_WIDE, None).expect("a book");
    for table in book.sheets.iter().flat_map(|s| &s.tables) {
        let parsed: Value = serde_json::from_str(&text::write(case.view(), Format::Json, table)).expect("JSON");
        let rows = parsed["rows"].as_array().expect("rows");
        assert_eq!((rows.len(), parsed["zone"].as_str()), (table.rows.len(), Some("Asia/Shanghai")));
        for (read, row) in rows.iter().zip(&table.rows) {
            for (column, cell) in table.columns.iter().zip(row) {
                let read = &read[&column.key];
                match cell {
                    Cell::Instant(at) | Cell::Utc(at) => {
                        let time = chrono::DateTime::parse_from_rfc3339(read.as_str().expect("a time")).expect("RFC 3339");
                        assert_eq!(time.timestamp_millis(), *at);
                    }
                    Cell::Text(text) => assert_eq!(read.as_str(), Some(text.as_ref())),
                    _ => assert_eq!(read.as_f64().map(f64::to_bits), cell.as_f64().map(f64::to_bits), "{}", column.key),
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_text_comes_back_from_both_kinds_of_sheets(texts in prop::collection::vec("(\\PC|[=+@_x04\u{1}\u{9}\u{a}\u{d}\u{1f}<>&\"'-]){0,24}", 1..12)) {
        let of = load("f", &feed(&[(0, "a", 429, "m")]));
        let case = autumn(Some("a"));
        let mut answers = case.ask(&of);
        let code = &mut answers.failed.as_mut().expect("failed").classes[0].codes[0];
        let message = code.messages[0].clone();
        code.messages = texts.iter().map(|t| callscope::wire::ErrorMessage { message: t.clone(), ..message.clone() }).collect();
        let made: Vec<CallRow> = texts.iter().enumerate().map(|(i, t)| call(i, t)).collect();
        let rows: Vec<Vec<Cell>> = made.iter().map(|c| { let mut cells = Vec::new(); calls::row(case.view(), "a", c, &mut cells); cells }).collect();
        let book = case.book(&of, &answers, &[], Some(rows.len() as u64)).expect("a book");
        let file = super::fixtures::File(run(Job::new(book, case.zone.clone()), &rows, 5).expect("a file"));
        for (name, column) in [("Failed Calls", 4), ("Calls", 16)] {
            let sheet = file.open().worksheet_range(name).expect("a sheet");
            for (i, text) in texts.iter().enumerate() {
                let expected = if text.is_empty() { Data::Empty } else { Data::String(text.clone()) };
                prop_assert_eq!(sheet.get((i + 1, column)).unwrap_or(&Data::Empty), &expected, "{}", name);
            }
        }
    }
}
