//! What a call takes in memory, column by column: `cargo run --release --package callscope-bench --example columns -- [CALLS]`.

use callscope::ingest::callscope::FORMAT;
use callscope_bench::{load, ndjson};
use std::time::Instant;

fn main() {
    let calls = std::env::args().nth(1).map_or(1_000_000, |text| text.parse().expect("CALLS is a whole number"));
    let lines = ndjson(calls);
    let start = Instant::now();
    let store = load(&lines, &FORMAT);
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{} calls, {:.1} bytes each, {:.2} GB/s",
        store.len(),
        lines.len() as f64 / calls as f64,
        lines.len() as f64 / seconds / 1e9
    );
    let each = |bytes: usize| bytes as f64 / calls as f64;
    for (name, bytes) in store.columns().filter(|(_, bytes)| *bytes > 0) {
        println!("{name:<16}{:>7.2}", each(bytes));
    }
    println!("{:<16}{:>7.2}", "all", each(store.bytes()));
}
