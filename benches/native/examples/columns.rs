//! What a call takes in memory, column by column: `cargo run --release --package callscope-bench --example columns -- [CALLS] [RUNS]`.

use callscope::ingest::callscope::FORMAT;
use callscope_bench::{load, ndjson};
use std::time::Instant;

fn main() {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse().expect("CALLS and RUNS are whole numbers"));
    let (calls, runs) = (numbers.next().unwrap_or(1_000_000), numbers.next().unwrap_or(1));
    let lines = ndjson(calls);
    let mut last = None;
    for _ in 0..runs {
        drop(last.take());
        let start = Instant::now();
        last = Some(load(&lines, &FORMAT));
        println!("{:.2} GB/s", lines.len() as f64 / start.elapsed().as_secs_f64() / 1e9);
    }
    let Some(store) = last else { return };
    let each = |bytes: usize| bytes as f64 / calls as f64;
    println!("{} calls of {:.1} bytes; in memory, bytes each:", store.len(), each(lines.len()));
    for (name, bytes) in store.columns().filter(|(_, bytes)| *bytes > 0) {
        println!("{name:<16}{:>7.2}", each(bytes));
    }
    println!("{:<16}{:>7.2}", "all", each(store.bytes()));
}
