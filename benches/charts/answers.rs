//! What `cargo xtask bench charts` has drawn: `answers FOLDER` writes answers of the Monitoring tab, twelve charts of six lines, in the engine's own
//! words (`details-POINTS-N.bin`), the same values for uPlot (`lines-POINTS-N.bin`, 64-bit floats, chart by chart, line by line), and the data set.

use callscope::model::range::{DAY_MS, MINUTE_MS};
use callscope::model::{Line, Metric, Range, ServiceType};
use callscope::wire::{Buckets, Chart, DataSet, DetailsReply, Figures, Head, Reply, Series, ServiceInfo, Summary, encode};
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
            let reply = details(points, answer);
            let values = reply.charts.iter().flat_map(|chart| &chart.lines).flat_map(|line| &line.values);
            fs::write(
                folder.join(format!("lines-{points}-{answer}.bin")),
                values.flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>(),
            )?;
            fs::write(folder.join(format!("details-{points}-{answer}.bin")), encode(&Reply::Details(reply))?)?;
        }
    }
    Ok(())
}

fn service(points: usize) -> ServiceInfo {
    let name = format!("points-{points}");
    ServiceInfo { title: name.clone(), name, kind: ServiceType::My, versions: Vec::new(), calls: 500_000 }
}

fn details(points: usize, answer: u64) -> DetailsReply {
    let mut dice = Pcg64Mcg::new(u128::from(answer) << 64 | points as u128);
    let starts_ms: Vec<i64> = (0..points as i64).map(|i| START_MS + i * MINUTE_MS).collect();
    let end_ms = START_MS + points as i64 * MINUTE_MS;
    let chart = |&metric: &Metric| Chart { metric, lines: lines(points, &mut dice), before: None, summary: Summary::default() };
    let charts = Metric::THREE_WIDE.iter().map(chart).collect();
    let figures = Figures { calls: 500_000, ..Figures::default() };
    let services = POINTS.iter().map(|&of| (service(of).name, 500_000)).collect();
    DetailsReply {
        service: service(points).name,
        range: Range { from_ms: START_MS, to_ms: end_ms },
        head: Head { known: true, figures, services, unfiltered_calls: 500_000, ..Head::default() },
        buckets: Buckets {
            ends_ms: starts_ms.iter().map(|start| start + MINUTE_MS).collect(),
            minutes: vec![1.0; points],
            starts_ms,
            last_unfinished: false,
            first_clipped: false,
        },
        bucket_calls: vec![7; points],
        charts,
    }
}

/// Six lines one above the other, each with its own unrest, as percentiles have it.
fn lines(points: usize, dice: &mut Pcg64Mcg) -> Vec<Series> {
    let mut out: Vec<Series> = Vec::new();
    let mut level = 100.0;
    for (i, line) in Line::DISTRIBUTION.into_iter().enumerate() {
        let mut values = Vec::with_capacity(points);
        for _ in 0..points {
            level += (dice.next_u32() % 1_000) as f64 / 100.0 - 4.995;
            level = level.clamp(50.0, 400.0);
            values.push(level * (1.0 + i as f64 / 2.0) + (dice.next_u32() % 1_000) as f64 / 20.0);
        }
        out.push(Series { line, values });
    }
    out
}
