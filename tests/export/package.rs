//! The package's XML: charts with their series and references, frozen headers, filters, gaps, properties.

use super::fixtures::{Case, File, demo};
use callscope::i18n::Lang;
use callscope::model::{Metric, Precision};

fn file(lang: Lang) -> (callscope::wire::DetailsReply, File) {
    let of = demo();
    let mut case = Case::new("Asia/Shanghai", "2026-04-07T00:00:00+08:00", 3, Precision::Hour, Some("harbour-chat"));
    case.lang = lang;
    let answers = case.ask(&of);
    let book = case.book(&of, &answers, &Metric::THREE_WIDE, None).expect("a book");
    let file = case.write(book);
    (answers.details.expect("details"), file)
}

/// What is between two marks, each time.
fn between<'a>(xml: &'a str, open: &'a str, close: &str) -> Vec<&'a str> {
    xml.split(open).skip(1).filter_map(|rest| rest.split_once(close).map(|(inside, _)| inside)).collect()
}

#[test]
fn every_metric_has_a_chart_of_its_lines() {
    let (reply, file) = file(Lang::En);
    let charts = reply.charts.iter().filter(|c| !c.lines.is_empty());
    let mut number = 0;
    for chart in charts {
        number += 1;
        let xml = file.part(&format!("xl/charts/chart{number}.xml"));
        assert_eq!(xml.matches("<c:lineChart>").count(), 1);
        assert_eq!(xml.matches("<c:ser>").count(), chart.lines.len(), "{:?}", chart.metric);
        let references = between(&xml, "<c:f>", "</c:f>");
        assert_eq!(references.len(), chart.lines.len() * 3);
        for (i, of_series) in references.chunks(3).enumerate() {
            let column = char::from(b'B' + i as u8);
            assert!(of_series[0].ends_with(&format!("!${column}$1")), "name: {of_series:?}");
            assert!(of_series[1].ends_with("!$A$2:$A$73"), "time: {of_series:?}");
            assert!(of_series[2].ends_with(&format!("!${column}$2:${column}$73")), "values: {of_series:?}");
        }
        assert!(xml.contains("<c:dispBlanksAs val=\"gap\"/>"));
        assert!(xml.contains("<c:auto val=\"0\"/>"), "no date axis: it would put the hours of a day on one place");
        assert!(!xml.contains("<c:numCache>"), "no values beside their places");
    }
    assert_eq!(file.parts().iter().filter(|p| p.starts_with("xl/charts/chart")).count(), number);
    assert!(number >= 9);
}

#[test]
fn headers_are_frozen_and_filtered_and_gaps_have_no_cell() {
    let (reply, file) = file(Lang::En);
    let ttft = reply.charts.iter().find(|c| c.metric == Metric::Ttft).expect("a metric with gaps");
    let xml = file.sheet("Time to First Token (ms)");
    assert!(xml.contains("<pane xSplit=\"1\" ySplit=\"1\" topLeftCell=\"B2\""), "{}", &xml[..600]);
    assert!(xml.contains("<autoFilter ref=\"A1:I73\"/>"));
    assert!(xml.contains("<dimension ref=\"A1:I73\"/>"));
    assert!(xml.contains("<cols>"));
    for (row, value) in (2..).zip(&ttft.lines[0].values) {
        let cell = format!("<c r=\"B{row}\"");
        assert_eq!(xml.contains(&cell), !value.is_nan(), "{row}");
    }
    assert!(ttft.lines[0].values.iter().any(|v| v.is_nan()) || reply.bucket_calls.iter().all(|&n| n > 0));
    let styles = file.part("xl/styles.xml");
    for format in ["#,##0.000", "yyyy\\-mm\\-dd\\ hh:mm"] {
        assert!(styles.contains(&format!("formatCode=\"{format}\"")), "{styles}");
    }
    let core = file.part("docProps/core.xml");
    assert!(core.contains("2026-09-21T14:13:20Z") && core.contains("<dc:creator>Callscope</dc:creator>"), "{core}");
}

#[test]
fn the_same_export_is_the_same_bytes() {
    assert!(file(Lang::En).1.0 == file(Lang::En).1.0);
}

#[test]
fn sheets_speak_chinese() {
    let (_, file) = file(Lang::Zh);
    let names = calamine::Reader::sheet_names(&file.open());
    assert_eq!(names[..3], ["概要", "调用次数 (次)", "Tokens (K Tokens)"]);
    assert!(names.contains(&"RPM (次每分钟)".to_owned()) && names.contains(&"说明".to_owned()), "{names:?}");
}
