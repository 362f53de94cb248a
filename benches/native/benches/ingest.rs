//! Bytes of a feed to columns: what the reader does, its parts, and what others do with the same bytes. `cargo xtask bench ingest`.

use callscope::ingest::callscope::{CAREFUL, FORMAT};
use callscope::ingest::importer::{Format, Importer, Reads, Sink};
use callscope::model::{Call, Place, RecordError};
use callscope_bench::{CHUNK, array, load, ndjson, spaced};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde::Deserialize;
use std::hint::black_box;

const CALLS: u64 = 100_000;

/// Everything that a seeded call has, borrowed where it can be.
#[derive(Deserialize)]
#[expect(dead_code, reason = "it is only read")]
struct Plain<'a> {
    time: &'a str,
    service: &'a str,
    version: &'a str,
    model: &'a str,
    region: &'a str,
    api_key: &'a str,
    ip: &'a str,
    status: u16,
    stream: bool,
    error_code: Option<&'a str>,
    error_message: Option<&'a str>,
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    cached_tokens: Option<u64>,
    latency_ms: f64,
    ttft_ms: Option<f64>,
    request_id: &'a str,
}

/// Counts calls and keeps none.
#[derive(Default)]
struct Count(u64);

impl Sink for Count {
    fn call(&mut self, call: &Call<'_>, _: Place) {
        self.0 += u64::from(black_box(call).status > 0);
    }

    fn reject(&mut self, record_error: RecordError) {
        panic!("{record_error:?}");
    }
}

/// Bytes to calls that are dropped.
fn parse(bytes: &[u8], format: &Format) -> u64 {
    let Reads::Calls(importer) = format.reads else { panic!("it reads calls") };
    let (mut importer, mut count): (Box<dyn Importer>, _) = (importer(bytes), Count::default());
    for chunk in bytes.chunks(CHUNK) {
        importer.feed(chunk, &mut count).expect("the calls are sound");
    }
    importer.finish(&mut count).expect("there are calls");
    count.0
}

fn ingest(criterion: &mut Criterion) {
    let lines = ndjson(CALLS);
    let mut group = criterion.benchmark_group("ingest");
    group.sample_size(10);
    group.throughput(Throughput::Bytes(lines.len() as u64));
    group.bench_function("newlines, memchr", |b| b.iter(|| memchr::memchr_iter(b'\n', black_box(&lines)).count()));
    group.bench_function("copy", |b| b.iter(|| black_box(&lines).to_vec()));
    group.bench_function("calls", |b| b.iter(|| assert_eq!(parse(&lines, &FORMAT), CALLS)));
    group.bench_function("calls, one by one", |b| b.iter(|| assert_eq!(parse(&lines, &CAREFUL), CALLS)));
    group.bench_function("serde_json, borrowed", |b| {
        b.iter(|| {
            let read = |line| serde_json::from_slice::<Plain<'_>>(line).expect("a call").status;
            let calls = lines.trim_ascii_end().split(|&b| b == b'\n').map(read).filter(|&status| black_box(status) > 0);
            assert_eq!(calls.count() as u64, CALLS);
        });
    });
    group.bench_function("columns", |b| b.iter(|| load(&lines, &FORMAT).len()));
    group.bench_function("columns, one by one", |b| b.iter(|| load(&lines, &CAREFUL).len()));
    for (name, bytes) in [("columns, an array", array(&lines)), ("columns, with spaces", spaced(&lines))] {
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(name, |b| b.iter(|| load(&bytes, &FORMAT).len()));
    }
    group.finish();
}

criterion_group!(benches, ingest);
criterion_main!(benches);
