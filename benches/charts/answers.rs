//! What `cargo xtask bench charts` has drawn: `answers FOLDER` writes answers of the Monitoring tab, all twelve charts with their lines, in the
//! engine's own words (`details-POINTS-N.bin`), the same values for uPlot (`lines-POINTS-N.bin`, 64-bit floats, chart by chart, line by line), how
//! many lines each chart has (`shape.json`), and the data set.

use callscope::ask::{Agg, Ask, Buckets, Column, Frame, Group, Label, Matcher, Unanswered, Values};
use callscope::model::range::{DAY_MS, MINUTE_MS};
use callscope::model::{Dim, Filter, Precision, Range, ServiceType};
use callscope::series::Zone;
use callscope::view::{self, Known};
use callscope::wire::{DataSet, DetailsQuery, Frames, Query, Reply, Selection, ServiceInfo, encode};
use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::Rng;
use std::error::Error;
use std::fs;
use std::path::Path;

/// A day and a month by the minute.
const POINTS: [usize; 2] = [1_440, 43_200];
/// Different answers of one size.
const ANSWERS: u64 = 4;
const START_MS: i64 = 1_772_323_200_000;
/// Calls of each service.
const CALLS: u64 = 500_000;
/// Lines of the chart of errors.
const STATUSES: [&str; 6] = ["400", "404", "429", "500", "503", "504"];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("answers FOLDER")?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    let services: Vec<ServiceInfo> = POINTS.map(service).into();
    let data = DataSet {
        generation: 1,
        name: String::from("answers"),
        calls: 1_000_000,
        oldest_ms: START_MS,
        newest_ms: START_MS + 30 * DAY_MS,
        services,
        ..DataSet::default()
    };
    fs::write(folder.join("data.bin"), encode(&data)?)?;
    for points in POINTS {
        for answer in 0..ANSWERS {
            let known = Known::of(&data);
            let (query, frames) = details(points, answer, &known);
            let Reply::Details(reply) = view::reply(&query, &frames, known.services()) else {
                return Err("another answer".into());
            };
            let shape: Vec<String> = reply.charts.iter().map(|chart| chart.lines.len().to_string()).collect();
            fs::write(folder.join("shape.json"), format!("[{}]", shape.join(",")))?;
            let values = reply.charts.iter().flat_map(|chart| &chart.lines).flat_map(|line| &line.values);
            fs::write(
                folder.join(format!("lines-{points}-{answer}.bin")),
                values.flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>(),
            )?;
            fs::write(folder.join(format!("details-{points}-{answer}.bin")), encode(&Frames::from(frames))?)?;
        }
    }
    Ok(())
}

fn service(points: usize) -> ServiceInfo {
    let name = format!("points-{points}");
    ServiceInfo { title: name.clone(), name, kind: ServiceType::My, versions: Vec::new(), calls: CALLS }
}

/// A question of the Monitoring tab with an answer to it.
fn details(points: usize, answer: u64, known: &Known) -> (Query, Vec<Frame>) {
    let mut dice = Pcg64Mcg::new(u128::from(answer) << 64 | points as u128);
    let range = Range { from_ms: START_MS, to_ms: START_MS + points as i64 * MINUTE_MS };
    let selection = Selection { range, before: None, filter: Filter::default(), zone: Zone::utc() };
    let query = Query::Details(DetailsQuery { service: service(points).name, selection, precision: Precision::Minute });
    let starts_ms: Vec<i64> = (0..points as i64).map(|i| START_MS + i * MINUTE_MS).collect();
    let buckets = Buckets {
        ends_ms: starts_ms.iter().map(|start| start + MINUTE_MS).collect(),
        minutes: vec![1.0; points],
        starts_ms,
        last_unfinished: false,
        first_clipped: false,
    };
    let asks = view::batch(&query, known.services()).asks;
    let frames = asks.iter().map(|ask| frame(ask, &buckets, &mut dice)).collect();
    (query, frames)
}

/// Something to show for a question.
fn frame(ask: &Ask, buckets: &Buckets, dice: &mut Pcg64Mcg) -> Frame {
    let points = buckets.starts_ms.len();
    let named = |value: &str| Group { values: vec![value.to_owned()], others: false };
    match ask {
        // The other share of the catalogue, availability: uPlot draws the first twelve charts.
        Ask::Series(ask) if ask.measures[0].agg == Agg::Share && ask.measures[0].only != [Matcher::failed()] => {
            Frame { unanswered: vec![(0, Unanswered::NotRecorded)], ..Frame::default() }
        }
        Ask::Series(ask) => {
            let split = !ask.split.by.is_empty();
            let groups = if split { STATUSES.map(named).into() } else { vec![Group::default()] };
            let mut columns = Vec::new();
            for group in 0..groups.len() as u32 {
                let lines = lines(points, ask.measures.len(), dice);
                let column = |(measure, values)| Column::exact(group, measure, 0, Values::Real(values));
                columns.extend((0..).zip(lines).map(column));
            }
            Frame { buckets: Some(buckets.clone().into()), groups, columns, ..Frame::default() }
        }
        Ask::Table(ask) => {
            let values = |agg: &Agg| match agg {
                Agg::Count | Agg::Sum | Agg::Distinct(_) => Values::Whole(vec![Some(CALLS)]),
                _ => Values::Real(vec![1.0]),
            };
            let column = |(measure, agg)| Column::exact(0, measure, 0, values(agg));
            let columns = (0..).zip(ask.measures.iter().map(|measure| &measure.agg)).map(column).collect();
            Frame { groups: vec![Group::default()], columns, total: 1, ..Frame::default() }
        }
        Ask::Values(ask) if ask.label == Label::Dim(Dim::Service) => {
            let groups: Vec<Group> = POINTS.iter().map(|&points| named(&service(points).name)).collect();
            let calls = Values::Whole(groups.iter().map(|_| Some(CALLS)).collect());
            Frame { total: groups.len() as u64, groups, columns: vec![Column::exact(0, 0, 0, calls)], ..Frame::default() }
        }
        Ask::Values(_) | Ask::Calls(_) => Frame::default(),
    }
}

/// Lines one above the other, each with its own unrest, as percentiles have it.
fn lines(points: usize, lines: usize, dice: &mut Pcg64Mcg) -> Vec<Vec<f64>> {
    let mut level = 100.0;
    let mut line = |i: usize| {
        let mut values = Vec::with_capacity(points);
        for _ in 0..points {
            level += (dice.next_u32() % 1_000) as f64 / 100.0 - 4.995;
            level = level.clamp(50.0, 400.0);
            values.push(level * (1.0 + i as f64 / 2.0) + (dice.next_u32() % 1_000) as f64 / 20.0);
        }
        values
    };
    (0..lines).map(&mut line).collect()
}
