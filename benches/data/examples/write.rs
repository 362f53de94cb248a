//! Writes seeded calls to standard output: `cargo run --release --package callscope-bench-data --example write -- CALLS [SEED]`.

use std::io::{self, BufWriter};

fn main() -> io::Result<()> {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse().expect("CALLS and SEED are whole numbers"));
    let (calls, seed) = (numbers.next().unwrap_or(1000), numbers.next().unwrap_or(1));
    callscope_bench_data::ndjson(seed, calls, &mut BufWriter::new(io::stdout().lock()))
}
