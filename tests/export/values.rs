//! Every value of a workbook is the engine's, to the last bit.

use super::fixtures::{Answers, Case, File, Loaded, days, demo, load, number};
use calamine::{Data, Reader};
use callscope::export::xlsx::{Job, Step};
use callscope::export::{Cell, TableId, calls};
use callscope::i18n::{Lang, metrics as words};
use callscope::model::{Dim, Filter, Metric, Precision};
use callscope::wire::{Chart, RowsQuery, Selection};
use std::iter::repeat_n;

/// The demonstration feed's own calendar: 2026-03-26 to 2026-04-09.
fn cases() -> Vec<Case> {
    vec![
        Case::new("Asia/Shanghai", "2026-04-07T00:00:00+08:00", 3, Precision::Hour, Some("harbour-chat")),
        Case::new("America/New_York", "2026-04-01T09:30:00-04:00", 7, Precision::Day, Some("aster-chat")),
        Case::new("UTC", "2026-04-08T00:00:00Z", 1, Precision::Minute, Some("code-complete")),
        Case::new("Europe/Berlin", "2026-03-28T00:00:00+01:00", 3, Precision::Hour, Some("birch-coder")),
    ]
}

fn written(case: &Case, of: &Loaded) -> (Answers, File) {
    let answers = case.ask(of);
    let book = case.book(of, &answers, &Metric::THREE_WIDE, None).expect("a book");
    let file = case.write(book);
    (answers, file)
}

/// The names of sheets of docs/spec.md, section 6; those of other metrics follow from their words.
fn sheet_of(chart: &Chart) -> String {
    let metric = chart.metric;
    let name = match metric.key() {
        "calls" => "Calls (Times)",
        "tokens" => "Tokens (K Tokens)",
        "failure-rate" => "Call Failure Rate (%)",
        "rpm" => "RPM (Times per Minute)",
        "tpm" => "TPM (K Tokens per Minute)",
        "errors" => "Error Occurrences (Times)",
        "ttft" => "Time to First Token (ms)",
        "tpot" => "Incremental Token Latency (ms)",
        "latency" => "Average Response Latency (ms)",
        "input-length" => "Input Tokens (K Tokens)",
        "output-length" => "Output Tokens (K Tokens)",
        "generation" => "Average Generation Time (s)",
        _ => return format!("{} ({})", words::metric(Lang::En, metric), words::metric_unit(Lang::En, metric)),
    };
    name.into()
}

#[test]
fn metric_sheets_hold_the_replys_values() {
    let of = demo();
    let (mut numbers, mut gaps) = (0, 0);
    for case in cases() {
        let (answers, file) = written(&case, &of);
        let mut book = file.open();
        let reply = answers.details.expect("details");
        assert!(reply.charts.len() >= 9, "the services have most metrics");
        for chart in &reply.charts {
            let sheet = book.worksheet_range(&sheet_of(chart)).expect("a sheet for each metric");
            assert_eq!(sheet.height(), reply.buckets.starts_ms.len() + 1);
            assert_eq!(sheet.get((0, 0)), Some(&Data::String(format!("Time ({})", case.zone.name))));
            for (row, &at) in (1..).zip(&reply.buckets.starts_ms) {
                let read = |column: usize| sheet.get((row, column)).unwrap_or(&Data::Empty);
                assert!(matches!(read(0), Data::DateTime(_)), "a real date: {:?}", read(0));
                assert_eq!(number(read(0)), Some(days(&case.zone.name, at)));
                for (i, series) in chart.lines.iter().enumerate() {
                    let value = series.values[row - 1];
                    if value.is_nan() {
                        assert_eq!(read(1 + i), &Data::Empty, "a gap stays a gap");
                        gaps += 1;
                    } else {
                        assert_eq!(number(read(1 + i)).map(f64::to_bits), Some(value.to_bits()), "{:?} {row}", chart.metric);
                        numbers += 1;
                    }
                }
            }
        }
    }
    assert!(numbers > 20_000 && gaps > 1_000, "{numbers} {gaps}");
}

#[test]
fn charts_alone_are_sheets_of_the_time_and_their_lines() {
    let of = demo();
    let mut lines = 0;
    for case in cases() {
        let answers = case.ask(&of);
        let chosen = [Metric::Availability, Metric::Tpm, Metric::Errors, Metric::Calls, Metric::Ttft];
        let file = case.write(case.charts_alone(&of, &answers, &chosen).expect("a book"));
        let reply = answers.details.expect("details");
        let mut book = file.open();
        // As MaaS has them, and what it has not at the end.
        let order = [Metric::Calls, Metric::Ttft, Metric::Errors, Metric::Tpm, Metric::Availability];
        let charts: Vec<&Chart> =
            order.iter().filter_map(|metric| reply.charts.iter().find(|chart| chart.metric == *metric)).collect();
        assert_eq!(book.sheet_names(), charts.iter().map(|chart| sheet_of(chart)).collect::<Vec<_>>());
        for chart in charts {
            let sheet = book.worksheet_range(&sheet_of(chart)).expect("the sheet");
            assert_eq!((sheet.height(), sheet.width()), (reply.buckets.starts_ms.len() + 1, 1 + chart.lines.len()));
            assert_eq!(sheet.get((0, 0)), Some(&Data::String(format!("Time ({})", case.zone.name))));
            for (i, series) in chart.lines.iter().enumerate() {
                let read = |row: usize| sheet.get((row, 1 + i)).and_then(number);
                let same =
                    |(row, value): (usize, &f64)| read(row).map_or(value.is_nan(), |read| read.to_bits() == value.to_bits());
                assert!((1..).zip(&series.values).all(same), "{:?} of {:?}", series.line, chart.metric);
                lines += 1;
            }
        }
    }
    assert!(lines > 40, "{lines}");
    let (case, none) = (&cases()[0], []);
    assert!(case.charts_alone(&of, &case.ask(&of), &none).is_none());
}

#[test]
fn every_sheet_reads_back_as_it_was_described() {
    let of = demo();
    for case in cases() {
        let answers = case.ask(&of);
        let described = case.book(&of, &answers, &Metric::THREE_WIDE, None).expect("a book");
        let file = case.write(described.clone());
        let mut book = file.open();
        assert_eq!(book.sheet_names(), described.sheets.iter().map(|s| s.name.clone()).collect::<Vec<_>>());
        for sheet in &described.sheets {
            let values = book.worksheet_range(&sheet.name).expect("values");
            let formulas = book.worksheet_formula(&sheet.name).expect("formulas");
            let mut body = usize::from(sheet.titled()) + 1;
            for table in &sheet.tables {
                for (i, column) in table.columns.iter().enumerate() {
                    let header = values.get_value(((body - 1) as u32, i as u32));
                    assert_eq!(header, Some(&Data::String(column.header().into_owned())));
                }
                for (row, cells) in table.rows.iter().enumerate() {
                    for (column, cell) in cells.iter().enumerate() {
                        let at = ((body + row) as u32, column as u32);
                        let read = values.get_value(at).unwrap_or(&Data::Empty);
                        let formula = formulas.get_value(at).filter(|f| !f.is_empty());
                        assert_eq!(formula.is_some(), matches!(cell, Cell::Formula(..)), "{} {at:?} {cell:?}", sheet.name);
                        match cell {
                            Cell::Gap => assert_eq!(read, &Data::Empty, "{} {at:?}", sheet.name),
                            Cell::NotInvolved => assert_eq!(read, &Data::String("-".into())),
                            Cell::Text(text) => assert_eq!(read, &Data::String(text.to_string())),
                            Cell::Instant(ms) => assert_eq!(number(read), Some(days(&case.zone.name, *ms))),
                            Cell::Utc(ms) => assert_eq!(number(read), Some(days("UTC", *ms))),
                            Cell::Whole(_) | Cell::Number(_) | Cell::Formula(..) => {
                                assert_eq!(number(read), cell.as_f64(), "{} {at:?}", sheet.name);
                            }
                        }
                    }
                }
                body += table.rows.len() + 3;
            }
        }
    }
}

#[test]
fn totals_and_rates_are_live() {
    let of = demo();
    let case = Case::new("UTC", "2026-04-01T00:00:00Z", 7, Precision::Hour, None);
    let answers = case.ask(&of);
    let book = case.book(&of, &answers, &[], None).expect("a book");
    let (_, services) = book.table(TableId::Services).expect("services");
    let with_versions = answers.calls.rows.iter().filter(|r| !r.versions.is_empty()).count();
    assert!(with_versions > 0 && services.sub_rows.len() >= with_versions);
    let live = |row: &Vec<Cell<'_>>, column: usize| matches!(row[column], Cell::Formula(..));
    let (rate, calls) = (services.column("failure-rate").unwrap(), services.column("calls").unwrap());
    // Every rate follows from its row, the total and every service with versions from theirs.
    assert!(services.rows.iter().all(|row| live(row, rate)));
    let sums = services.rows.iter().filter(|row| live(row, calls)).count();
    assert_eq!(sums, with_versions + 1);
    let total = services.rows.last().unwrap();
    assert_eq!(total[calls].as_f64(), Some(answers.calls.all.calls as f64));
    let (_, tiles) = book.table(TableId::Tiles).expect("tiles");
    assert!(tiles.rows.iter().all(|row| live(row, 1)), "{:?}", tiles.rows);
    for (row, tile) in tiles.rows.iter().zip(&answers.calls.tiles) {
        assert_eq!(row[1].as_f64(), tile.value.map(|v| v as f64));
    }
    // With a service's buckets in the workbook, its totals follow from those.
    let case = Case::new("UTC", "2026-04-01T00:00:00Z", 7, Precision::Hour, Some("aster-chat"));
    let (_, file) = written(&case, &of);
    let formulas = file.open().worksheet_formula("Summary").expect("formulas");
    assert_eq!(formulas.get_value((2, 1)).map(String::as_str), Some("SUM('Calls (Times)'!B2:B169)"));
    assert_eq!(formulas.get_value((4, 1)).map(String::as_str), Some("ROUND(SUM('Tokens (K Tokens)'!B2:B169)*1000,0)"));
}

#[test]
fn what_no_source_says_failed_is_a_dash() {
    let of = load("azure_trace.csv", &std::fs::read("tests/fixtures/formats/azure_trace.csv").expect("a fixture"));
    let case = Case::new("UTC", "2023-11-16T00:00:00Z", 1, Precision::Hour, Some("azure-llm"));
    let answers = case.ask(&of);
    let book = case.book(&of, &answers, &Metric::THREE_WIDE, None).expect("a book");
    let (_, services) = book.table(TableId::Services).expect("services");
    for name in ["failed", "failure-rate"] {
        let column = services.column(name).expect("a column");
        assert!(services.rows.iter().all(|row| matches!(row[column], Cell::NotInvolved)), "{name}: {:?}", services.rows);
    }
    let (_, tiles) = book.table(TableId::Tiles).expect("tiles");
    assert!(matches!(tiles.rows[1][1], Cell::NotInvolved), "{:?}", tiles.rows[1]);
    let charts = answers.details.expect("details").charts;
    assert!(charts.iter().all(|chart| !matches!(chart.metric, Metric::FailureRate | Metric::Errors)));
    assert_eq!(charts[0].lines.len(), 1, "calls, without successes and failures");
}

#[test]
fn the_calls_of_a_selection_are_listed_and_add_up_to_its_tiles() {
    let of = demo();
    for service in [Some("harbour-chat"), None] {
        let case = Case::new("Asia/Shanghai", "2026-04-07T00:00:00+08:00", 1, Precision::Hour, service);
        let answers = case.ask(&of);
        let announced = answers.calls.all.calls;
        let book = case.book(&of, &answers, &[], Some(announced)).expect("a book");
        let mut job = Job::new(book, case.zone.clone());
        let filter = Filter::default().with(Dim::Service, service.into_iter().map(str::to_owned).collect());
        let selection = Selection { range: case.range, before: None, filter, zone: case.zone.clone() };
        let mut from = Some(0);
        let bytes = loop {
            match job.step().expect("a step") {
                Step::More(_) => {}
                Step::Calls { .. } => {
                    let query = RowsQuery { selection: selection.clone(), from: from.expect("more calls"), limit: 700 };
                    let reply = of.rows(query);
                    from = reply.next;
                    let mut cells = Vec::new();
                    let titles = reply.services.iter().flat_map(|(title, n)| repeat_n(title, *n as usize));
                    for (title, row) in titles.zip(&reply.rows) {
                        calls::row(case.view(), title, row, &mut cells);
                        job.calls([cells.as_slice()]).expect("room");
                    }
                }
                Step::Done(bytes) => break bytes,
            }
        };
        let sheet = File(bytes).open().worksheet_range("Calls").expect("the list");
        assert_eq!(sheet.height() as u64, announced + 1);
        let column = |name: &str| sheet.rows().next().expect("a header").iter().position(|h| h == name).expect("the column");
        let sum = |name: &str| sheet.rows().skip(1).filter_map(|row| number(&row[column(name)])).sum::<f64>();
        let tiles = answers.calls.tiles.map(|t| t.value.unwrap_or(0) as f64);
        assert_eq!([sum("Total Tokens"), sum("Input Tokens"), sum("Output Tokens")], tiles[2..]);
        let status = column("HTTP Status");
        let failed = sheet.rows().skip(1).filter_map(|row| number(&row[status])).filter(|s| *s >= 400.0).count();
        assert_eq!(failed as f64, tiles[1]);
        if let Some(reply) = &answers.details {
            // The average latency of the service's head is that of the listed calls.
            let latency = column("Response Latency (ms)");
            let good = sheet.rows().skip(1).filter(|row| number(&row[status]).is_some_and(|s| s < 400.0));
            let values: Vec<f64> = good.filter_map(|row| number(&row[latency])).collect();
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let ours = reply.head.figures.latency_ms.expect("a latency");
            assert!((mean - ours).abs() < 1e-6 * ours, "{mean} {ours}");
        }
    }
}
