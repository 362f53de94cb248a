//! Values that are not exact, and values that are missing, on their way from a source's frames to what a user reads: pages' texts, charts,
//! files and reports. The source is made up: histograms with three bounds, counts with a gap, no statuses, no maxima.

use callscope::ask::{
    Agg, Ask, Bounds, Buckets, Column, Exactness, Frame, Gap, Group, Label, Measure, Quantity, SeriesAsk, Unanswered, Values,
};
use callscope::base::sorted::Set;
use callscope::export::chart::Drawing;
use callscope::export::report::{self, ChartChoice, Shown, Wanted};
use callscope::export::text::{self, Format};
use callscope::export::{View, axis::Axis, metrics, summary};
use callscope::i18n::failed as failed_words;
use callscope::i18n::{Lang, exact, pages};
use callscope::model::{Column as Figure, Filter, Line, Metric, Precision, Preset, Quality, Range, RangeChoice, ServiceType};
use callscope::scene::{self, Shape, WhiskerEnd};
use callscope::series::Zone;
use callscope::view::{self, Known};
use callscope::wire::{
    CallsQuery, CallsReply, Chart, DataSet, DetailsQuery, DetailsReply, FailedQuery, FailedReply, Query, Reply, Selection,
    ServiceInfo, Why,
};

const HOUR_MS: i64 = 3_600_000;
const FROM_MS: i64 = 1_773_273_600_000;
const RANGE: Range = Range { from_ms: FROM_MS, to_ms: FROM_MS + 4 * HOUR_MS };
/// The time to first token's 99th percentile in each hour; the last lies beyond the last bound.
const P99: [f64; 4] = [2339.0, f64::NAN, 1510.0, 2500.0];

/// A source that knows little.
fn answer(ask: &Ask) -> Frame {
    match ask {
        Ask::Series(ask) => series(ask),
        Ask::Table(ask) => {
            let mut frame = Frame { groups: vec![Group::default()], ..Frame::default() };
            for (place, measure) in ask.measures.iter().enumerate() {
                let place = place as u16;
                if measure.of == Quantity::Calls && measure.only.is_empty() {
                    let calls = Values::Whole(vec![Some(1234)]);
                    frame.columns.push(Column { exactness: Exactness::Estimated, ..Column::exact(0, place, 0, calls) });
                } else if measure.agg == Agg::Average {
                    frame.columns.push(Column::exact(0, place, 0, Values::Real(vec![920.0])));
                } else if measure.agg == Agg::Sum {
                    frame.unanswered.push((place, Unanswered::Failed("query timed out".into())));
                } else {
                    frame.unanswered.push((place, Unanswered::NoMatch(measure.only[0].clone())));
                }
            }
            frame
        }
        // Values without counts.
        Ask::Values(_) => {
            let groups = vec![Group { values: vec!["alpha".into()], others: false }];
            Frame { groups, total: 1, unanswered: vec![(0, Unanswered::NotMeasured)], ..Frame::default() }
        }
        Ask::Calls(_) => Frame { unanswered: vec![(0, Unanswered::NotMeasured)], ..Frame::default() },
    }
}

fn series(ask: &SeriesAsk) -> Frame {
    let buckets = Buckets::of(ask.selection.range, ask.width, &ask.selection.zone).0;
    let mut frame = Frame { buckets: Some(buckets.into()), groups: vec![Group::default()], ..Frame::default() };
    for (place, measure) in ask.measures.iter().enumerate() {
        match column(place as u16, measure) {
            _ if !ask.split.by.is_empty() => frame.unanswered.push((place as u16, Unanswered::NoSplit(ask.split.by[0]))),
            Some(column) => frame.columns.push(column),
            None => frame.unanswered.push((place as u16, Unanswered::NotMeasured)),
        }
    }
    frame
}

fn column(place: u16, measure: &Measure) -> Option<Column> {
    let exact = |values| Column::exact(0, place, 0, values);
    Some(match (&measure.of, &measure.agg) {
        _ if !measure.only.is_empty() => return None,
        (_, Agg::Maximum | Agg::Share) => return None,
        (Quantity::Calls, Agg::Count) => {
            let gaps = vec![(1, Gap::NotScraped)];
            let calls = exact(Values::Whole(vec![Some(7), None, Some(3), Some(2)]));
            Column { exactness: Exactness::Estimated, gaps, ..calls }
        }
        (Quantity::Ttft, Agg::Quantile(990_000)) => {
            let within = Bounds { low: 1500.0, high: 2500.0 };
            let bounds = vec![within, Bounds::UNKNOWN, within, Bounds { low: 2500.0, high: f64::INFINITY }];
            let less_exact = vec![(3, Exactness::AtLeast)];
            let gaps = vec![(1, Gap::NotScraped)];
            let column = exact(Values::Real(P99.to_vec()));
            Column { exactness: Exactness::Estimated, less_exact, bounds, gaps, ..column }
        }
        (_, Agg::Quantile(_)) => Column { exactness: Exactness::Estimated, ..exact(Values::Real(vec![500.0; 4])) },
        (_, Agg::Average) => exact(Values::Real(vec![900.0, f64::NAN, 950.0, 1000.0])),
        _ => exact(Values::Real(vec![1.0; 4])),
    })
}

fn known() -> Known {
    let (name, title) = ("alpha".to_owned(), "Alpha".to_owned());
    Known::new(vec![ServiceInfo { name, title, kind: ServiceType::My, versions: Vec::new(), calls: 1 }], Vec::new(), None)
}

fn ask(query: &Query) -> Reply {
    let known = known();
    let frames: Vec<Frame> = view::batch(query, known.services()).asks.iter().map(answer).collect();
    view::reply(query, &frames, known.services())
}

fn selection() -> Selection {
    Selection { range: RANGE, before: None, filter: Filter::default(), zone: Zone::utc() }
}

fn details() -> DetailsReply {
    let query = DetailsQuery { service: "alpha".into(), selection: selection(), precision: Precision::Hour };
    let Reply::Details(reply) = ask(&Query::Details(query)) else { panic!("another answer") };
    reply
}

fn calls() -> CallsReply {
    let Reply::Calls(reply) = ask(&Query::Calls(CallsQuery { selection: selection(), precision: Precision::Hour })) else {
        panic!("another answer")
    };
    reply
}

fn failed() -> FailedReply {
    let Reply::Failed(reply) = ask(&failed_query()) else { panic!("another answer") };
    reply
}

fn failed_query() -> Query {
    Query::Failed(FailedQuery {
        service: "alpha".into(),
        selection: selection(),
        precision: Precision::Hour,
        status: None,
        message: None,
        texts: 0,
        every_message: false,
    })
}

fn ttft(reply: &DetailsReply) -> &Chart {
    reply.charts.iter().find(|chart| chart.metric == Metric::Ttft).expect("a chart of the time to first token")
}

fn view_of(zone: &Zone) -> View<'_> {
    View { lang: Lang::En, zone, range: RANGE }
}

#[test]
fn each_value_says_what_it_is() {
    let reply = details();
    let chart = ttft(&reply);
    let read = |line, bucket| {
        let values = &chart.lines.iter().find(|series| series.line == line).unwrap().values;
        exact::reading(Lang::En, Metric::Ttft, Some(values[bucket]), chart.quality(line, bucket))
    };
    assert_eq!(read(Line::P99, 0), "≈ 2,339, between 1,500 and 2,500");
    assert_eq!([read(Line::P99, 1), read(Line::P99, 3), read(Line::Avg, 0)], ["not observed", "≥ 2,500", "900.000"]);
    assert_eq!((read(Line::P50, 0), read(Line::Avg, 1)), ("≈ 500.0".into(), "-".into()));
    let zh = exact::reading(Lang::Zh, Metric::Ttft, Some(2339.0), chart.quality(Line::P99, 0));
    assert_eq!(zh, "≈ 2,339，介于 1,500 与 2,500 之间");
    assert_eq!(exact::unit(Lang::En, Metric::Ttft, chart.is_estimated()), "≈ ms");
    let rpm = reply.charts.iter().find(|chart| chart.metric == Metric::Rpm).unwrap();
    assert_eq!((exact::unit(Lang::En, Metric::Rpm, rpm.is_estimated()), &rpm.lines[0].quality), ("Times/Minute".into(), &None));
    // The tail means the maximum that the source does not have; the average is sum ÷ count.
    let said = exact::summary(Lang::En, Metric::Ttft, &chart.summary, None)
        .map(|told| (format!("{} {}", told.name, told.short), told.full));
    let wanted = [("Avg 920.0", "920.000"), ("P99 ≥ 2,500", "≥ 2,500"), ("Max P99 ≥ 2,500", "≥ 2,500")];
    assert_eq!(said, wanted.map(|(short, full)| (short.to_owned(), full.to_owned())));
    assert!(chart.lines.iter().all(|series| series.line != Line::Max));
}

#[test]
fn what_the_source_does_not_give_is_named_with_the_reason() {
    let reply = details();
    let said = exact::absent(Lang::En, &reply.absent).unwrap();
    assert_eq!(
        said,
        "Call Failure Rate, Model Availability Rate, Successes of Calls, Failures of Calls, MAX of Time to First Token, Incremental Token Latency, Input Tokens, \
         Output Tokens (not measured); Error Occurrences (no label status)."
    );
    assert!(exact::absent(Lang::Zh, &reply.absent).unwrap().ends_with("错误次数（无标签“状态码”）。"));
    assert_eq!(exact::absent(Lang::En, &[]), None);
}

#[test]
fn no_answer_never_reads_as_nothing() {
    let (reply, failed) = (calls(), failed());
    assert!(!reply.is_empty() && reply.all.calls == 1234);
    let tokens = &reply.tiles[2];
    assert_eq!((tokens.value, tokens.gap, reply.tiles[0].exactness[0]), (None, Some(Gap::NotAnswered), Exactness::Estimated));
    assert_eq!(exact::figure(&reply.all, Figure::Calls).as_deref(), Some("≈ 1,234"));
    let why = |column| reply.all.quality.at(column).1;
    assert_eq!((why(Figure::Failed), why(Figure::TotalTokens)), (Some(Gap::NotRecorded), Some(Gap::NotAnswered)));
    assert_eq!(pages::calls_of(Lang::En, &reply.all).as_deref(), Some("≈ 1,234 calls"));
    assert!(reply.facets.iter().all(|facet| facet.uncounted));
    let Some(why @ Why::NoLabel(_)) = &failed.absent else { panic!("{:?}", failed.absent) };
    let (title, text) = failed_words::no_failures(Lang::En, &failed.head.figures, Some(why));
    assert_eq!((title, &*text), ("Failures are not known", "The source does not say which calls failed: no label status."));
    assert!(failed.head.uncounted[0]);
    // An hour that was not observed is no hour without calls.
    let details = details();
    assert!(details.has_unobserved());
    assert_eq!(details.brushed(0, 1).calls, Some(7));
    assert_eq!(details.brushed(0, 1).exactness[0], Exactness::AtLeast);
    assert_eq!(details.brushed(2, 3).exactness[0], Exactness::Estimated);
    // A source that answers nothing at all.
    let nothing =
        view::reply(&Query::Calls(CallsQuery { selection: selection(), precision: Precision::Hour }), &[], known().services());
    let Reply::Calls(nothing) = nothing else { panic!("another answer") };
    assert!(!nothing.is_empty() && nothing.all.value(Figure::Calls).is_none());
    assert!(nothing.tiles.iter().all(|tile| tile.value.is_none() && tile.gap == Some(Gap::NotAnswered)));
}

#[test]
fn charts_hatch_what_lies_beyond_and_what_was_not_observed() {
    let reply = details();
    let chart = ttft(&reply);
    let axis = Axis { buckets: reply.buckets.clone(), calls: reply.bucket_calls.clone(), zone: Zone::utc(), lang: Lang::En };
    let drawing = Drawing { chart, axis: &axis, off: &Set::default(), logarithmic: false, max_scales: false };
    let pane = drawing.pane((456.0, 170.0));
    let hatched = |from: f64, to: f64| {
        let line = |shape: &Shape| match shape {
            Shape::Polyline { points, ink, .. } if ink.token == "--hatch" => Some(points.clone()),
            _ => None,
        };
        let points: Vec<_> = pane.shapes.iter().filter_map(line).flatten().collect();
        points.into_iter().filter(|(x, _)| *x > from + 0.5 && *x < to - 0.5).map(|(_, y)| y).reduce(f64::max)
    };
    let edge = |bucket: f64| pane.ruler.edge(bucket);
    assert_eq!((hatched(edge(0.0), edge(1.0)), hatched(edge(2.0), edge(3.0))), (None, None));
    assert!(hatched(edge(1.0), edge(2.0)).unwrap() > pane.foot() - 1.0, "the whole hour that was not observed");
    let lowest = hatched(edge(3.0), edge(4.0)).unwrap();
    assert!(lowest <= pane.y(2500.0) + 1e-9 && lowest > pane.top(), "above the bound alone");
    assert!(pane.y(2500.0) > pane.top() + 5.0, "there is room above the bound");
    let whisker = |bucket: usize| scene::whisker(&pane, P99[bucket], chart.quality(Line::P99, bucket));
    let first = whisker(0).unwrap();
    assert_eq!((first.foot, first.top, first.end), (pane.y(1500.0), pane.y(2500.0), WhiskerEnd::Cap));
    let last = whisker(3).unwrap();
    assert_eq!((last.foot, last.top, last.end), (pane.y(2500.0), pane.top(), WhiskerEnd::Arrow));
    assert_eq!((whisker(1), scene::whisker(&pane, 900.0, Quality::default())), (None, None));
    // The same picture in a file.
    let picture = callscope::export::svg::Picture { title: "t", subtitle: "s", legend: &[], language: "en" };
    let svg = callscope::export::svg::write(&picture, &pane.shapes, pane.size, callscope::export::ink::Palette::Light);
    assert!(svg.matches("<path").count() > 40 && !svg.contains("NaN"));
}

#[test]
fn a_line_on_a_bound_says_so() {
    let mut reply = details();
    let axis = Axis { buckets: reply.buckets.clone(), calls: reply.bucket_calls.clone(), zone: Zone::utc(), lang: Lang::En };
    let said = |chart: &Chart, lang| {
        Drawing { chart, axis: &axis, off: &Set::default(), logarithmic: false, max_scales: false }.followed(lang)
    };
    // Two of four hours: 1,510 lies within 2 % of 1,500, 2,500 on its own.
    assert_eq!(said(ttft(&reply), Lang::En), None);
    let chart = reply.charts.iter_mut().find(|chart| chart.metric == Metric::Ttft).unwrap();
    chart.lines.iter_mut().find(|series| series.line == Line::P99).unwrap().values[0] = 2460.0;
    assert_eq!(said(chart, Lang::En).as_deref(), Some("P99 follows the bucket bound 2,500 ms"));
    assert_eq!(said(chart, Lang::Zh).as_deref(), Some("P99 与桶边界 2,500 ms 重合"));
}

#[test]
fn files_say_it_in_columns_beside_the_values() {
    let (zone, reply) = (Zone::utc(), details());
    let table = metrics::buckets(view_of(&zone), 0, &reply, ttft(&reply), Precision::Hour);
    let csv = text::write(view_of(&zone), Format::Csv, &table);
    let mut lines = csv.trim_start_matches('\u{FEFF}').lines();
    assert_eq!(
        lines.next().unwrap(),
        "Time (UTC),AVG (ms),P50 (ms),P80 (ms),P90 (ms),P99 (ms),Covered (min),\"P50, exactness\",\"P80, exactness\",\"P90, exactness\",\
         \"P99, exactness\",\"P99, at least (ms)\",\"P99, at most (ms)\""
    );
    let ends: Vec<String> = lines.map(|line| line.split(',').skip(5).collect::<Vec<_>>().join(",")).collect();
    let est = "≈ estimated,≈ estimated,≈ estimated";
    assert_eq!(ends[0], format!("2339,60,{est},≈ estimated,1500,2500"));
    assert_eq!(ends[1], format!(",60,{est},not observed,,"));
    assert_eq!(ends[3], format!("2500,60,{est},≥ at least,2500,"));
    let json: serde_json::Value = serde_json::from_str(&text::write(view_of(&zone), Format::Json, &table)).unwrap();
    assert_eq!((&json["rows"][0]["p99"], &json["rows"][0]["p99-high"]), (&2339.into(), &2500.into()));
    let tiles = summary::tiles(view_of(&zone), &calls(), &[]);
    let tsv = text::write(view_of(&zone), Format::Tsv, &tiles);
    let rows: Vec<&str> = tsv.lines().collect();
    assert_eq!(
        rows[..4],
        [
            "Item\tSelection\tSelection, exactness",
            "Total Calls\t1234\t≈ estimated",
            "Total Failed Calls\t\tnot measured",
            "Total Tokens Used\t\tno answer",
        ]
    );
    let services = summary::services(view_of(&zone), &calls(), None);
    assert!(services.column("calls-exactness").is_some() && services.column("latency-exactness").is_none());
    let overview = metrics::overview(view_of(&zone), 0, &reply, Precision::Hour, &[]);
    assert!(overview.column("maximum-exactness").is_some() && overview.column("tail").is_some());
    assert!(overview.rows.iter().all(|row| row.len() == overview.columns.len()));
    // Exact values alone: no column more.
    let rpm = reply.charts.iter().find(|chart| chart.metric == Metric::Rpm).unwrap();
    let exact = metrics::buckets(view_of(&zone), 0, &reply, rpm, Precision::Hour);
    assert_eq!(exact.columns.iter().map(|column| &*column.key).collect::<Vec<_>>(), ["time", "rate-per-minute", "minutes"]);
}

#[test]
fn a_workbook_holds_numbers_and_says_what_they_are() {
    use callscope::export::about::About;
    use callscope::export::book::{Contents, Details};
    let (zone, reply, calls) = (Zone::utc(), details(), calls());
    let (data, filter) = (DataSet::default(), Filter::default());
    let about = About::of(&data, &filter, RANGE, Precision::Hour);
    let details = [Details { title: "Alpha", reply: &reply, metrics: &[Metric::Ttft] }];
    let view = view_of(&zone);
    let contents = Contents { view, about, calls: Some(&calls), costs: None, details: &details, failed: None, call_rows: None };
    let book = contents.book().expect("a book");
    let table = &book.sheets.iter().find(|sheet| sheet.chart.is_some()).expect("a sheet of the metric").tables[0];
    assert_eq!(table.cell(0, table.column("p99").unwrap()).and_then(callscope::export::Cell::as_f64), Some(2339.0));
    assert_eq!(book.sheets.iter().find_map(|sheet| sheet.chart.as_ref()).unwrap().unit, "≈ ms");
    #[cfg(feature = "export")]
    {
        use calamine::{Data, Reader, Xlsx};
        let bytes = callscope::export::xlsx::write(book, &zone).expect("a file");
        let mut read = Xlsx::new(std::io::Cursor::new(bytes)).expect("a workbook");
        let sheet = read.worksheet_range("Time to First Token (ms)").expect("the sheet");
        let header: Vec<String> = sheet.rows().next().unwrap().iter().map(ToString::to_string).collect();
        let at = |name: &str| header.iter().position(|cell| cell == name).unwrap() as u32;
        assert_eq!(sheet.get_value((1, at("P99 (ms)"))), Some(&Data::Float(2339.0)));
        assert_eq!(sheet.get_value((4, at("P99, exactness"))), Some(&Data::String("≥ at least".into())));
        assert_eq!(sheet.get_value((1, at("P99, at most (ms)"))), Some(&Data::Float(2500.0)));
    }
}

#[test]
fn a_report_says_what_the_page_says() {
    let chart = |metric| ChartChoice { metric, off: Set::default(), logarithmic: false, max_scales: false, table: false };
    let shown = Shown::Details { reply: details(), title: "Alpha".into(), charts: vec![chart(Metric::Ttft)] };
    let data = DataSet { calls: 14, oldest_ms: FROM_MS, newest_ms: RANGE.to_ms, ..DataSet::default() };
    let wanted = Wanted {
        console: "Callscope".into(),
        lang: Lang::En,
        zone: Zone::utc(),
        choice: RangeChoice::Preset(Preset::Days3),
        range: RANGE,
        range_words: String::new(),
        precision: Precision::Hour,
        filter: Filter::default(),
        now_ms: RANGE.to_ms,
        made_at_ms: RANGE.to_ms,
        data_name: "prom-eu-1".into(),
        data,
        link: String::new(),
        note: String::new(),
        open: Set::default(),
        log: true,
        costs: None,
        shown,
    };
    let html = report::write(&wanted).html;
    for said in [
        "Not in prom-eu-1:",
        "<span class=\"unit\">≈ ms</span>",
        "<dt>Max P99</dt><dd title=\"≥ 2,500\">≥ 2,500</dd>",
        "<td>≈ 2,339, between 1,500 and 2,500</td>",
        "<td>not observed</td>",
        "≈ 1,234 calls",
        "Hatched: no calls, or not observed.",
    ] {
        assert!(html.contains(said), "{said}");
    }
    let shown = Shown::Calls {
        reply: calls(),
        search: String::new(),
        sort: None,
        descending: false,
        columns: Figure::FIGURES.to_vec(),
        unfolded: Set::default(),
    };
    let html = report::write(&Wanted { shown, ..wanted }).html;
    assert!(html.contains("≈ 1,234<") && html.contains("title=\"No answer from the source\">-<"), "tiles");
}

/// The label that a split of error codes is by.
#[test]
fn labels_are_named_in_both_languages() {
    let named = |label: Label| {
        let frame = Frame { unanswered: vec![(0, Unanswered::NoSplit(label))], ..Frame::default() };
        let query = failed_query();
        let known = known();
        let frames = vec![frame; view::batch(&query, known.services()).asks.len()];
        let Reply::Failed(reply) = view::reply(&query, &frames, known.services()) else { panic!("another answer") };
        [Lang::En, Lang::Zh].map(|lang| exact::why(lang, reply.absent.as_ref().unwrap()))
    };
    assert_eq!(named(Label::Status), ["no label status", "无标签“状态码”"]);
    assert_eq!(named(Label::Dim(callscope::model::Dim::ApiKey)), ["no label API key", "无标签“API Key”"]);
    assert_eq!(named(Label::Named(callscope::model::Name::new("pod").unwrap())), ["no label pod", "无标签“pod”"]);
}

#[test]
fn a_workbook_names_what_has_no_answer() {
    use callscope::export::about::About;
    use callscope::export::book::{Contents, Details};
    use callscope::wire::{Missing, Piece};
    let (zone, data, filter) = (Zone::utc(), DataSet::default(), Filter::default());
    let about = About::of(&data, &filter, RANGE, Precision::Hour);
    let noted = |calls: &CallsReply, reply: &DetailsReply| {
        let details = [Details { title: "Alpha", reply, metrics: &[Metric::Ttft] }];
        let view = view_of(&zone);
        let contents =
            Contents { view, about, calls: Some(calls), costs: None, details: &details, failed: None, call_rows: None };
        let book = contents.book().expect("a book");
        let (_, table) = book.table(callscope::export::TableId::About).expect("every book has one");
        let text = |cell: &callscope::export::Cell<'_>| match cell {
            callscope::export::Cell::Text(text) => text.to_string(),
            _ => String::new(),
        };
        table.rows.iter().find(|row| text(&row[0]) == "No answer for").map(|row| text(&row[1]))
    };
    assert_eq!(noted(&calls(), &details()), None);
    let missing = |piece| vec![(piece, Missing::Failed("HTTP 500 of a server".to_owned()))];
    let calls = CallsReply { missing: missing(Piece::Services), ..calls() };
    let details = DetailsReply { charts: Vec::new(), missing: missing(Piece::Chart(Metric::Ttft)), ..details() };
    assert_eq!(noted(&calls, &details).as_deref(), Some("Services, Time to First Token"));
}
