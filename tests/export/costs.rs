//! What calls cost is beside the services in a workbook and in text files, as numbers, and adds up.

use super::fixtures::{Case, load, number};
use calamine::{Data, Reader};
use callscope::export::text::{self, Format};
use callscope::export::{Cell, TableId, summary};
use callscope::i18n::Lang;
use callscope::model::Precision;
use callscope::model::price::{Price, PriceSheet};
use serde_json::{Value, json};

/// A commercial service of two versions with two models, one that goes by its name, one whose model has no price, one without tokens.
fn feed() -> Vec<u8> {
    let call = |second: u32, service: &str, more: Value| {
        let mut call = json!({ "time": format!("2026-03-10T00:00:{second:02}Z"), "service": service, "status": 200 });
        call.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        call
    };
    let chat = |version: &str, model: &str| {
        json!({ "service_type": "commercial", "version": version, "model": model,
            "input_tokens": 1_000_000, "cached_tokens": 400_000, "output_tokens": 200_000 })
    };
    let calls = [
        call(1, "chat", chat("1", "large")),
        call(2, "chat", chat("2", "large")),
        call(3, "chat", chat("2", "small")),
        call(4, "by-name", json!({ "input_tokens": 1000, "output_tokens": 5 })),
        call(5, "=other", json!({ "model": "unknown", "input_tokens": 10, "output_tokens": 5 })),
        call(6, "quiet", json!({ "model": "large" })),
    ];
    calls.map(|call| call.to_string()).join("\n").into_bytes()
}

fn prices() -> PriceSheet {
    let models = [("large", [500_000, 50_000, 1_500_000]), ("by-name", [1, 1, 0])];
    let price = |[input, cached, output]: [u64; 3]| Price { input, cached, output };
    PriceSheet { currency: "EUR".into(), models: models.into_iter().map(|(name, each)| (name.to_owned(), price(each))).collect() }
}

/// Service, version, cost and calls without a price. Of a call of the large model: 0.6 × 0.5 + 0.4 × 0.05 + 0.2 × 1.5.
const EXPECTED: [(&str, &str, Option<f64>, u64); 7] = [
    ("chat", "(all versions)", Some(1.24), 1),
    ("chat", "1", Some(0.62), 0),
    ("chat", "2", Some(0.62), 1),
    ("=other", "", None, 1),
    ("by-name", "", Some(0.000_000_001), 0),
    ("quiet", "", None, 0),
    ("Total", "", Some(1.240_000_001), 2),
];

fn case(priced: bool) -> Case {
    let case = Case::new("UTC", "2026-03-10T00:00:00Z", 1, Precision::Hour, None);
    Case { prices: priced.then(prices), ..case }
}

/// The rows in one order, whatever that of the file.
fn sorted<T>(mut rows: Vec<(String, String, T, u64)>) -> Vec<(String, String, T, u64)> {
    rows.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    rows
}

#[test]
fn a_workbook_has_the_costs_as_numbers() {
    let (of, case) = (load("feed.ndjson", &feed()), case(true));
    let answers = case.ask(&of);
    let book = case.book(&of, &answers, &[], None).expect("a book");
    let (_, table) = book.table(TableId::Services).expect("services");
    let unpriced = table.column("unpriced").expect("a column");
    // Whole numbers always add up, so these sums are live: over the versions, and over all.
    let live = table.rows.iter().filter(|row| matches!(row[unpriced], Cell::Formula(..))).count();
    assert_eq!(live, 2);
    let file = case.write(book);
    let mut book = file.open();
    let sheet = book.worksheet_range("Summary").expect("a summary");
    let rows: Vec<&[Data]> = sheet.rows().collect();
    let head = rows.iter().position(|row| row[0] == Data::String("Service".into())).expect("the services' head");
    let column = |name: &str| rows[head].iter().position(|cell| *cell == Data::String(name.into())).expect("the column");
    let (cost, unpriced) = (column("Cost (EUR)"), column("Calls without a Price"));
    let text = |cell: &Data| if let Data::String(text) = cell { text.clone() } else { String::new() };
    let mut read = Vec::new();
    for row in &rows[head + 1..head + 8] {
        assert_eq!(number(&row[cost]).is_none(), row[cost] == Data::String("-".into()), "{:?}", row[cost]);
        read.push((text(&row[0]), text(&row[1]), number(&row[cost]), number(&row[unpriced]).expect("a count") as u64));
    }
    let expected = EXPECTED.map(|(service, version, cost, n)| (service.to_owned(), version.to_owned(), cost, n));
    assert_eq!(sorted(read), sorted(expected.into()));
    let about = book.worksheet_range("About").expect("about");
    assert!(about.rows().any(|row| row[0] == Data::String("Costs".into()) && text(&row[1]).contains("price sheet")));
}

#[test]
fn text_files_have_the_costs_too() {
    let (of, case) = (load("feed.ndjson", &feed()), case(true));
    let answers = case.ask(&of);
    let table = summary::services(case.view(), &answers.calls, answers.costs.as_ref());
    let json: Value = serde_json::from_str(&text::write(case.view(), Format::Json, &table)).expect("JSON");
    let columns = json["columns"].as_array().expect("columns");
    assert!(columns.contains(&json!({ "key": "cost", "name": "Cost", "unit": "EUR" })));
    let word = |cell: &Value| cell.as_str().unwrap_or_default().to_owned();
    let row = |row: &Value| {
        (word(&row["service"]), word(&row["version"]), row["cost"].as_f64(), row["unpriced"].as_u64().expect("a count"))
    };
    let read: Vec<_> = json["rows"].as_array().expect("rows").iter().map(row).collect();
    let expected = EXPECTED.map(|(service, version, cost, n)| (service.to_owned(), version.to_owned(), cost, n));
    assert_eq!(sorted(read), sorted(expected.into()));
    let csv = text::write(case.view(), Format::Csv, &table);
    assert!(csv.lines().next().is_some_and(|head| head.ends_with(",Cost (EUR),Calls without a Price")), "{csv}");
    assert!(csv.lines().last().is_some_and(|total| total.ends_with(",1.240000001,2")), "{csv}");
    let chinese = Case { lang: Lang::Zh, ..self::case(true) };
    let table = summary::services(chinese.view(), &answers.calls, answers.costs.as_ref());
    assert!(text::write(chinese.view(), Format::Csv, &table).contains("费用 (EUR),无价格的调用"));
}

#[test]
fn without_prices_no_file_tells_of_costs() {
    let (of, case) = (load("feed.ndjson", &feed()), case(false));
    let answers = case.ask(&of);
    let book = case.book(&of, &answers, &[], None).expect("a book");
    let (_, table) = book.table(TableId::Services).expect("services");
    assert_eq!((table.column("cost"), table.column("unpriced")), (None, None));
    let about = case.write(book).open().worksheet_range("About").expect("about");
    assert!(!about.rows().any(|row| row[0] == Data::String("Costs".into())));
}
