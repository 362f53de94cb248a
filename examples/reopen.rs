//! How long it takes to import a feed and to open it again as it was kept: `cargo run --release --example reopen [CALLS]`.

use callscope::engine::Engine;
use callscope::engine::snapshot::{SnapshotLoader, writer};
use callscope::wire::FromEngine;
use std::fmt::Write;
use std::time::{Duration, Instant};

/// Calls where none are named.
const CALLS: u64 = 1_000_000;
/// As a browser hands a file over.
const CHUNK: usize = 1 << 20;
const RUNS: usize = 5;

/// About 345 bytes a call.
fn feed(calls: u64) -> String {
    let mut out = String::new();
    let mut seed = 7_u64;
    for i in 0..calls {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let r = seed >> 33;
        let status = if r.is_multiple_of(41) { 429 } else { 200 };
        // Writing to memory does not fail.
        let _ = writeln!(
            out,
            "{{\"time\":{},\"service\":\"service-{}\",\"service_type\":\"my\",\"status\":{status},\"model\":\"model-{}-instruct\",\"version\":\"v{}\",\
             \"api_key\":\"key-{}\",\"ip\":\"192.0.2.{}\",\"inference_type\":\"realtime\",\"region\":\"eu-west-1\",\"input_tokens\":{},\
             \"output_tokens\":{},\"latency_ms\":{}.25,\"ttft_ms\":{}.5,\"stream\":true,\"request_id\":\"req-{seed:016x}-{i:08x}\"}}",
            1_770_000_000_000 + i * 700,
            r % 12,
            r % 5,
            r % 3,
            r % 400,
            r % 250,
            r % 9000,
            r % 700,
            r % 30_000,
            r % 900,
        );
    }
    out
}

fn import(bytes: &[u8]) -> (Engine, FromEngine) {
    let mut engine = Engine::new();
    engine.begin(1, "feed", false, None);
    for chunk in bytes.chunks(CHUNK) {
        assert_eq!(engine.push(1, chunk), None, "the feed is sound");
    }
    let message = engine.finish(1).expect("the load is under way");
    (engine, message)
}

fn reopen(bytes: &[u8]) -> FromEngine {
    let mut engine = Engine::new();
    engine.begin(1, "kept", false, None);
    let mut reopening = SnapshotLoader::new("kept", bytes.len() as u64);
    for chunk in bytes.chunks(CHUNK) {
        assert_eq!(reopening.push(chunk), Ok(()), "what was written is sound");
    }
    engine.reopened(1, reopening.finish()).expect("the load is under way")
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn timed<T>(run: impl Fn() -> T) -> Duration {
    let one = |_| {
        let start = Instant::now();
        std::hint::black_box(run());
        start.elapsed()
    };
    median((0..RUNS).map(one).collect())
}

fn main() {
    let calls = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(CALLS);
    let feed = feed(calls);
    let (engine, message) = import(feed.as_bytes());
    let FromEngine::Loaded { data, .. } = message else { panic!("not loaded: {message:?}") };
    let (_, store) = engine.store().expect("something is loaded");
    let start = Instant::now();
    let all = writer(store, &data, "kept", 0).expect("it can be written").all(store);
    let written = start.elapsed();
    let (import, reopen) = (timed(|| import(feed.as_bytes())), timed(|| reopen(&all)));
    println!(
        "{} calls, {} bytes of feed, {} in memory, {} kept\nimport {import:?}, write {written:?}, reopen {reopen:?}, a {:.1}th",
        data.calls,
        feed.len(),
        data.memory_bytes,
        all.len(),
        import.as_secs_f64() / reopen.as_secs_f64(),
    );
}
