//! Reports of made-up replies: golden numbers, stable markup, texts that stay texts, fields that are replaced.

mod costs;
mod markup;

use super::*;
use crate::export::ink::ROLES;
use crate::model::{Dim, Exactness, Preset, ServiceType};
use crate::wire::{
    CallRow, Chart, ErrorClass, ErrorCode, ErrorMessage, Figures, Head, Inspect, Series, ServiceRow, Summary, Tile,
};
use markup::{check_markup, texts};

const HOUR_MS: i64 = 3_600_000;
/// 2026-03-12T00:00:00Z.
const FROM_MS: i64 = 1_773_273_600_000;
const HOSTILE: &str = "</script><img src=x onerror=alert(1)>\"'&\u{0}\u{202E}";

fn buckets() -> Buckets {
    let starts_ms: Vec<i64> = (0..3).map(|i| FROM_MS + i * HOUR_MS).collect();
    Buckets {
        ends_ms: starts_ms.iter().map(|at| at + HOUR_MS).collect(),
        starts_ms,
        minutes: vec![60.0, 60.0, 30.0],
        last_unfinished: true,
        first_clipped: false,
    }
}

fn figures(calls: u64, failed: u64) -> Figures {
    Figures {
        calls,
        stated: calls,
        failed: Some(failed),
        failure_rate: Some(failed as f64 / calls as f64 * 100.0),
        total_tokens: Some(1_234_567),
        latency_ms: Some(1234.56),
        ..Figures::default()
    }
}

fn wanted(shown: Shown) -> Wanted {
    Wanted {
        console: "Callscope".into(),
        lang: Lang::En,
        zone: Zone::utc(),
        choice: RangeChoice::Preset(Preset::Days3),
        range: Range { from_ms: FROM_MS, to_ms: FROM_MS + 9_000_000 },
        range_words: "12 Mar 00:00 – 12 Mar 02:30".into(),
        precision: Precision::Hour,
        filter: Filter::default(),
        now_ms: FROM_MS + 9_000_000,
        made_at_ms: FROM_MS + 9_060_000,
        data_name: "calls.json".into(),
        data: DataSet { calls: 42, oldest_ms: FROM_MS, newest_ms: FROM_MS + HOUR_MS, ..DataSet::default() },
        link: "https://console.example/?v=1&key=alice".into(),
        note: String::new(),
        open: Set::default(),
        log: true,
        costs: None,
        shown,
    }
}

fn calls() -> Wanted {
    let row = |name: &str, calls, failed, versions: &[&str]| ServiceRow {
        name: name.into(),
        title: format!("{name} Title"),
        kind: ServiceType::Commercial,
        figures: figures(calls, failed),
        versions: versions.iter().map(|v| ((*v).to_owned(), figures(10, 1))).collect(),
    };
    let (value, before) = (Some(12_345_678), Some(10_000_000));
    let tile = Tile { value, before, spark: vec![4.0, 0.0, 8.0], spark_before: vec![1.0, 2.0, 3.0], ..Tile::default() };
    let empty = Tile { spark: vec![0.0; 3], ..Tile::default() };
    let reply = CallsReply {
        tiles: [tile.clone(), tile, empty.clone(), empty.clone(), empty],
        buckets: buckets(),
        rows: vec![row("alpha", 40, 3, &["v1", ""]), row("beta", 2, 0, &["v9"])],
        ..CallsReply::default()
    };
    let columns = vec![Column::Calls, Column::FailureRate, Column::TotalTokens, Column::Latency, Column::Ttft];
    let unfolded = ["alpha".to_owned()].into();
    wanted(Shown::Calls { reply, search: String::new(), sort: Some(Column::Calls), descending: true, columns, unfolded })
}

fn head(calls: u64) -> Head {
    Head { known: true, kind: ServiceType::My, figures: figures(calls, 3), ..Head::default() }
}

fn details(charts: Vec<ChartChoice>) -> Wanted {
    let line = |line, values: &[f64]| Series::exact(line, values.to_vec());
    let (latest, latest_at) = (Some(5.0), Some(0));
    let (average, maximum, maximum_at) = (Some(4.5), Some(9.0), Some(1));
    let summary = Summary { latest, latest_at, average, maximum, maximum_at, median_bucket: Some(4.0), ..Summary::default() };
    let distribution: Vec<Series> =
        Line::DISTRIBUTION.iter().enumerate().map(|(i, l)| line(*l, &[100.25 + i as f64, f64::NAN, 1234.5])).collect();
    let reply = DetailsReply {
        service: "alpha".into(),
        head: head(40),
        buckets: buckets(),
        bucket_calls: vec![4, 0, 8],
        charts: vec![
            Chart {
                before: Some(vec![3.0, 4.0, 5.0]),
                ..Chart::of(Metric::Rpm, vec![line(Line::PerMinute, &[1.0, 2.5, 0.0])], summary)
            },
            Chart::of(Metric::Ttft, distribution, summary),
        ],
        ..DetailsReply::default()
    };
    wanted(Shown::Details { title: "Alpha".into(), reply, charts })
}

fn chart(metric: Metric) -> ChartChoice {
    ChartChoice { metric, off: Set::default(), logarithmic: false, max_scales: false, table: false }
}

fn failed(text: &str) -> Wanted {
    let message = |own: &str, message: &str, count| ErrorMessage {
        error_code: own.into(),
        message: message.into(),
        count,
        percent: 50.0,
        texts: 1,
        ..ErrorMessage::default()
    };
    let code = |status, messages: Vec<ErrorMessage>| {
        let texts = messages.len() as u64;
        let (exactness, spark) = (Exactness::Exact, vec![1.0, 0.0, 1.0]);
        ErrorCode { status, count: 2, exactness, percent: 50.0, spark, messages, templates: texts, texts }
    };
    let (exactness, spark) = (Exactness::Exact, vec![1.0, 0.0, 1.0]);
    let class = |class, codes| ErrorClass { class, count: 2, exactness, percent: 50.0, spark: spark.clone(), codes };
    let call = |key: &str, i: i64| CallRow {
        time_ms: FROM_MS + i,
        api_key: key.into(),
        ip: format!("192.0.2.{i}"),
        request_id: format!("req-{i}"),
        status: 429,
        latency_ms: Some(12.34),
        ..CallRow::default()
    };
    let rows = vec![call("alice", 1), call("bob", 2), call("alice", 3), call("", 4)];
    let reply = FailedReply {
        service: "alpha".into(),
        head: head(40),
        buckets: buckets(),
        total: 4,
        classes: vec![
            class(4, vec![code(429, vec![message("limit", text, 1), message("quota", "Second text", 1)])]),
            class(5, vec![code(503, vec![message("gone", "", 2)])]),
        ],
        inspect: Some(Inspect {
            status: 429,
            count: 2,
            percent: 50.0,
            spark: vec![1.0, 0.0, 1.0],
            peak: Some(0),
            keys_affected: 2,
            keys_all: 9,
            by_key: vec![("alice".into(), 1), (String::new(), 1)],
            ..Inspect::default()
        }),
        ..FailedReply::default()
    };
    let list = Some(List { reply: ListReply { offset: 0, total: 4, rows }, sort: ListSort::Time, descending: true });
    let message = Some(("limit".to_owned(), text.to_owned()));
    wanted(Shown::Failed { title: "Alpha".into(), reply, status: Some(429), message, closed: Set::default(), list })
}

#[test]
fn the_policy_names_the_stylesheet() {
    use sha2::Digest as _;
    let digest = sha2::Sha256::digest(STYLE);
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut base64 = String::new();
    for three in digest.chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for i in 0..4 {
            let six = letters[(bits >> (18 - 6 * i) & 63) as usize] as char;
            base64.push(if i > three.len() { '=' } else { six });
        }
    }
    assert_eq!(STYLE_HASH, format!("sha256-{base64}"));
    let html = write(&calls()).html;
    assert!(
        html.contains(&format!("default-src 'none'; style-src '{STYLE_HASH}'"))
            && html.contains(&format!("<style>{STYLE}</style>"))
    );
    assert!(!STYLE.contains("</") && !STYLE.contains("url(") && !STYLE.contains("@import"));
}

#[test]
fn colours_are_those_of_the_stylesheet() {
    let tokens = include_str!("../../../../../style/tokens.css");
    let (light, dark) = STYLE.split_once("@media screen and (prefers-color-scheme: dark)").expect("a dark theme");
    let value = |css: &str, token: &str| {
        css.split_once(&format!("{token}: ")).and_then(|(_, rest)| rest.split_once(';')).map(|(v, _)| v.to_owned())
    };
    let mut checked = 0;
    for token in light.split("--").skip(1).filter_map(|part| part.split_once(": ")).map(|(name, _)| format!("--{name}")) {
        let (light, dark) =
            (value(light, &token).expect("light"), value(dark, &token).unwrap_or_else(|| panic!("{token} has no dark colour")));
        assert!(tokens.contains(&format!("{token}: light-dark({light}, {dark});")), "{token}: {light}, {dark}");
        checked += 1;
    }
    assert!(checked > 30 && ROLES.iter().all(|(token, ..)| light.contains(&format!("{token}: "))), "{checked} roles");
}

#[test]
fn the_calls_page_in_a_report() {
    let html = write(&calls()).html;
    check_markup(&html);
    assert_eq!(texts(&html, "<ul class=\"tiles\">", "<svg"), ["Total Calls", "12.346", "M", "+23.5 %", "vs previous 3 days"]);
    let body = texts(&html, "<table class=\"services\">", "</table>");
    let row = |from: &str| body.iter().skip_while(|text| *text != from).skip(1).map(String::as_str).collect::<Vec<_>>();
    assert_eq!(row("alpha Title")[..6], ["Commercial", "40", "7.500", "1,234.567", "1,234.560", "-"]);
    // Open versions in the table's order; those of a closed service are not in the file.
    assert_eq!(row("v1")[..5], ["10", "10.000", "1,234.567", "1,234.560", "-"]);
    assert!(body.contains(&"No version".into()) && !html.contains("v9"));
    assert_eq!(row("All services"), ["42", "7.143", "2,469.134"]);
    // Newest first, with the period before.
    let numbers = texts(&html, "<table class=\"num\">", "</table>");
    let newest = numbers.iter().position(|text| text == "Thu 12 02:00, incomplete (30 of 60 min)").expect("a row");
    assert_eq!(numbers[newest + 1..newest + 3], ["8", "3"]);
    assert!(html.contains("<dt>Data set</dt><dd><bdi>calls.json</bdi> · 42 calls, 12 Mar 00:00 to 12 Mar 01:00</dd>"));
    assert!(html.contains("2026-03-12 02:31 UTC by Callscope "));
}

#[test]
fn a_search_says_what_it_left() {
    let mut wanted = calls();
    let Shown::Calls { search, .. } = &mut wanted.shown else { return };
    *search = "<BETA".into();
    let html = write(&wanted).html;
    check_markup(&html);
    assert!(html.contains("<dt>Search</dt><dd><bdi>&lt;BETA</bdi>") && html.contains("No service matches “&lt;BETA”."));
}

#[test]
fn monitoring_in_a_report() {
    let off = ChartChoice { off: [Line::Max].into(), logarithmic: true, ..chart(Metric::Ttft) };
    let html = write(&details(vec![chart(Metric::Rpm), chart(Metric::Tpm), off])).html;
    check_markup(&html);
    assert_eq!(html.matches("<svg class=\"chart\"").count(), 2, "a metric that the service does not have is passed over");
    assert!(html.contains("3 hourly points, UTC. Dotted: 02:00 is incomplete (30 of 60 min). Hatched: no calls."));
    let ttft = &html[html.find("id=\"ttft\"").expect("the chart")..];
    assert_eq!(texts(ttft, "<dl class=\"sum\">", "</dl>"), ["Latest, Thu 12 00:00", "5.0", "Avg", "4.5", "Max", "9.0"]);
    // The newest finished bucket has no calls: the key has the values of the latest that has. The line that is off is named and in no table.
    let key = ["AVG", "100.3", "P50", "102.3", "P80", "103.3", "P90", "104.3", "P99", "105.3"];
    assert_eq!(texts(ttft, "<ul class=\"key\">", "</ul>"), key);
    assert!(html.contains("Hidden lines: MAX"));
    let table = texts(ttft, "<thead>", "</table>");
    let expected = [
        "Time",
        "AVG",
        "P50",
        "P80",
        "P90",
        "P99",
        "Thu 12 02:00",
        "1,234.560",
        "1,234.560",
        "1,234.560",
        "1,234.560",
        "1,234.560",
        "Thu 12 01:00",
        "-",
        "-",
        "-",
        "-",
        "-",
        "Thu 12 00:00",
        "100.250",
        "102.250",
        "103.250",
        "104.250",
        "105.250",
    ];
    assert_eq!(table.len(), expected.len());
    assert_eq!(table[..6], expected[..6]);
    assert_eq!(table[12..18], expected[12..18]);
    let rpm = &html[html.find("id=\"rpm\"").expect("the chart")..];
    assert_eq!(texts(rpm, "<dl class=\"sum\">", "</dl>")[6..], ["Max at", "Thu 12 01:00", "Median", "4.000"]);
    assert_eq!(texts(rpm, "<thead>", "<th scope=\"row\">")[..3], ["Time", "RPM", "Previous"]);
    assert!(rpm.contains("aria-label=\"RPM (Times/Minute), hourly, 3 points. Latest 5.000, average 4.500, maximum 9.000."));
}

#[test]
fn a_chart_shown_as_a_table_is_one() {
    let table = ChartChoice { table: true, off: [Line::Max].into(), ..chart(Metric::Ttft) };
    let html = write(&details(vec![table])).html;
    check_markup(&html);
    assert!(!html.contains("<svg class=\"chart\"") && html.contains("<details open>") && html.contains(">MAX</th>"));
}

#[test]
fn failed_calls_in_a_report() {
    let mut all = failed("First text");
    all.open = Field::ALL.into_iter().collect();
    let written = write(&all);
    let html = written.html;
    check_markup(&html);
    let codes = texts(&html, "<table class=\"codes\">", "</table>");
    let row = |from: &str| codes.iter().skip_while(|text| *text != from).map(String::as_str).collect::<Vec<_>>();
    assert_eq!(row("4xx")[..4], ["4xx", "2", "50.000", "1 code"]);
    // A message's row begins with its code, which is repeated for screen readers only.
    let messages = ["429", "1", "50.000", "limit", ":", "First text", "429", "1", "50.000"];
    assert_eq!(row("429")[..4], ["429", "2", "50.000", "2 messages"]);
    assert_eq!(row("429")[4..13], messages);
    assert_eq!(row("503")[..5], ["503", "2", "50.000", "gone", ": no message recorded"]);
    assert_eq!(row("All failed"), ["All failed", "4", "100.000"]);
    assert_eq!(
        texts(&html, "<dl class=\"facts\">", "</dl>"),
        ["Occurrences", "2", "Of all failed", "50.000 %", "Peak hour", "Thu 12 00:00", "API keys affected", "2 of 9"]
    );
    let calls = texts(&html, "<table class=\"num calls\">", "</table>");
    assert_eq!(calls[0], "Calls with code 429: 4 of 4 calls, in the order of the page");
    assert_eq!(calls[7..12], ["12 Mar 00:00:00.001", "alice", "192.0.2.1", "12.340", "req-1"]);
    assert!(html.contains("Only: First text") && html.contains("href=\"https://console.example/?v=1&amp;key=alice\""));
    let met: Vec<(Field, u64)> = written.met.iter().map(|met| (met.field, met.values)).collect();
    let expected =
        [(Field::ApiKey, 2), (Field::Ip, 4), (Field::OwnCode, 3), (Field::Message, 2), (Field::RequestId, 4), (Field::Link, 1)];
    assert_eq!(met, expected);
}

#[test]
fn what_may_name_somebody_is_replaced() {
    let mut secret = failed("First text");
    secret.filter =
        Filter::default().with(Dim::ApiKey, vec!["alice".into(), String::new()]).with(Dim::Workspace, vec!["Team".into()]);
    let html = write(&secret).html;
    check_markup(&html);
    for gone in [
        "alice",
        "bob",
        "192.0.2.",
        "req-",
        "First text",
        "Second text",
        "limit",
        "quota",
        "gone",
        "Team",
        "console.example",
        "<a ",
    ] {
        assert!(!html.contains(gone), "{gone} is in the report");
    }
    // One user, one pseudonym, wherever the name occurs.
    let calls = texts(&html, "<table class=\"num calls\">", "</table>");
    let keys: Vec<&str> = calls[7..].chunks(5).map(|row| row[1].as_str()).collect();
    assert_eq!(keys, ["key-1", "key-2", "key-1", "-"]);
    assert!(html.contains("API key: <bdi>key-1</bdi>, (none)") && html.contains("Workspace: <bdi>workspace-1</bdi>"));
    assert!(html.contains("<dt>Replaced by pseudonyms</dt><dd>API keys, IP addresses, Workspaces, "));
    // Let out one by one.
    secret.open = [Field::Ip].into();
    let html = write(&secret).html;
    assert!(html.contains("192.0.2.3") && !html.contains("alice") && !html.contains("req-1"));
}

#[test]
fn without_access_to_logs_neither_texts_nor_ids_are_there() {
    let mut closed = failed("First text");
    closed.open = Field::ALL.into_iter().collect();
    closed.log = false;
    let written = write(&closed);
    check_markup(&written.html);
    for gone in ["First text", "Second text", "req-", "Only:", "Request ID", "Error Message"] {
        assert!(!written.html.contains(gone), "{gone} is in the report");
    }
    assert!(written.html.contains("alice") && written.html.contains("gone"));
    assert!(written.met.iter().all(|met| !matches!(met.field, Field::Message | Field::RequestId)));
}

#[test]
fn a_text_of_a_feed_is_a_text_wherever_it_stands() {
    let mut hostile = failed(HOSTILE);
    hostile.open = Field::ALL.into_iter().collect();
    let list = CallRow {
        api_key: HOSTILE.into(),
        ip: HOSTILE.into(),
        request_id: HOSTILE.into(),
        version: HOSTILE.into(),
        ..CallRow::default()
    };
    for text in
        [&mut hostile.console, &mut hostile.data_name, &mut hostile.note, &mut hostile.range_words, &mut hostile.zone.name]
    {
        *text = HOSTILE.into();
    }
    hostile.data.source_note = Some(HOSTILE.into());
    hostile.link = format!("https://x/{HOSTILE}");
    hostile.filter = Dim::ALL.into_iter().fold(Filter::default(), |filter, dim| filter.with(dim, vec![HOSTILE.into()]));
    if let Shown::Failed { title, list: Some(calls), reply, .. } = &mut hostile.shown {
        *title = HOSTILE.into();
        calls.reply.rows.push(list);
        reply.classes[1].codes[0].messages[0].error_code = HOSTILE.into();
        reply.inspect.as_mut().expect("a code").by_key[0].0 = HOSTILE.into();
    }
    check_markup(&write(&hostile).html);
    let mut services = calls();
    if let Shown::Calls { reply, search, .. } = &mut services.shown {
        for row in &mut reply.rows {
            (row.title, row.versions[0].0) = (HOSTILE.into(), HOSTILE.into());
        }
        *search = "img".into();
    }
    check_markup(&write(&services).html);
    let mut unknown = details(Vec::new());
    if let Shown::Details { reply, title, .. } = &mut unknown.shown {
        (reply.head.known, reply.service, *title) = (false, HOSTILE.into(), HOSTILE.into());
    }
    check_markup(&write(&unknown).html);
    // An address that a browser would run is no link.
    hostile.link = "javascript:alert(1)".into();
    assert!(!write(&hostile).html.contains("<a "));
}

#[test]
fn a_report_speaks_the_pages_language() {
    let mut chinese = calls();
    chinese.lang = Lang::Zh;
    let html = write(&chinese).html;
    assert!(html.contains("<html lang=\"zh-CN\">") && html.contains("总调用次数") && html.contains("服务，按调用次数降序"));
    assert!(!html.contains("Total Calls") && !html.contains("Written"));
}

#[test]
fn nothing_to_show_says_why() {
    let mut none = calls();
    if let Shown::Calls { reply, .. } = &mut none.shown {
        reply.rows.clear();
    }
    assert!(write(&none).html.contains("No calls in the selection."));
    let mut none = details(Vec::new());
    if let Shown::Details { reply, .. } = &mut none.shown {
        reply.head.figures = Figures::default();
    }
    let html = write(&none).html;
    check_markup(&html);
    assert!(html.contains("No calls in the selection."));
    let mut none = failed("x");
    if let Shown::Failed { reply, .. } = &mut none.shown {
        reply.total = 0;
    }
    assert!(write(&none).html.contains("None of the 40 calls in the selection returned 4xx or 5xx."));
}
