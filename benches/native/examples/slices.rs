//! What it brings to read a file in several pieces at once: `cargo run --release --package callscope-bench --example slices -- [CALLS] [RUNS]`.
//!
//! The calls are cut at line ends; each thread reads its own into columns, which are put together in the order of the pieces and held against those of one pass.

use callscope::ingest::callscope::FORMAT;
use callscope::ingest::importer::{Reads, Sink};
use callscope::model::{Call, Place, RecordError};
use callscope::store::snapshot::{Label, Writer};
use callscope::store::{Builder, Store};
use callscope_bench::{CHUNK, ndjson};
use std::time::Instant;

#[derive(Default)]
struct Columns(Builder);

impl Sink for Columns {
    fn call(&mut self, call: &Call<'_>, _: Place) {
        self.0.push(call).expect("no limit is near");
    }

    fn reject(&mut self, record_error: RecordError) {
        panic!("{record_error:?}");
    }
}

fn read(bytes: &[u8]) -> Builder {
    let Reads::Calls(importer) = FORMAT.reads else { panic!("it reads calls") };
    let (mut importer, mut columns) = (importer(bytes), Columns::default());
    for chunk in bytes.chunks(CHUNK) {
        importer.feed(chunk, &mut columns).expect("the calls are sound");
    }
    importer.finish(&mut columns).expect("there are calls");
    columns.0
}

/// About as many bytes in each, cut at line ends.
fn pieces(bytes: &[u8], n: usize) -> Vec<&[u8]> {
    let mut rest = bytes;
    let mut out = Vec::new();
    for left in (1..=n).rev() {
        let middle = rest.len() / left;
        let end = rest[middle..].iter().position(|&b| b == b'\n').map_or(rest.len(), |at| middle + at + 1);
        let (piece, behind) = rest.split_at(end);
        out.push(piece);
        rest = behind;
    }
    out
}

/// Seconds for reading, for putting together and for ordering.
fn load(bytes: &[u8], threads: usize) -> ([f64; 3], Store) {
    let start = Instant::now();
    let mut builders = std::thread::scope(|scope| {
        let readers: Vec<_> = pieces(bytes, threads).into_iter().map(|piece| scope.spawn(|| read(piece))).collect();
        readers.into_iter().map(|reader| reader.join().expect("no reader panics")).collect::<Vec<_>>().into_iter()
    });
    let read = start.elapsed().as_secs_f64();
    let mut all = builders.next().expect("there is one piece at least");
    builders.for_each(|builder| all.append(builder).expect("no limit is near"));
    let together = start.elapsed().as_secs_f64();
    let store = all.finish();
    ([read, together - read, start.elapsed().as_secs_f64() - together], store)
}

/// The bytes that the store would be kept as.
fn bytes_of(store: &Store) -> Vec<u8> {
    Writer::new(store, &Label::default(), Vec::new()).all(store)
}

fn main() {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<u64>().expect("CALLS and RUNS are whole numbers"));
    let (calls, runs) = (numbers.next().unwrap_or(1_000_000), numbers.next().unwrap_or(5));
    let lines = ndjson(calls);
    let want = bytes_of(&load(&lines, 1).1);
    for run in 0..runs {
        for threads in [1, 2, 4] {
            let ([read, together, order], store) = load(&lines, threads);
            assert!(run > 0 || bytes_of(&store) == want, "{threads} threads make another store than one");
            let rate = lines.len() as f64 / (read + together + order) / 1e6;
            println!("{threads} threads: {rate:.0} MB/s; read {read:.3} s, put together {together:.3} s, order {order:.3} s");
        }
    }
}
