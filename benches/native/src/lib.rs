//! What the native benchmarks share: seeded calls in memory, and a load of them as the reader worker does it.

use callscope::engine::load::Loader;
use callscope::ingest::importer::Format;
use callscope::ingest::source_reader::Choice;
use callscope::store::Store;

/// As a browser hands a file over, bytes.
pub const CHUNK: usize = 1 << 20;

/// Seeded calls line by line.
pub fn ndjson(calls: u64) -> Vec<u8> {
    let mut out = Vec::with_capacity(calls as usize * 346);
    // Writing to memory does not fail.
    let _ = callscope_bench_data::ndjson(1, calls, &mut out);
    out
}

/// The same calls as one array in one line.
pub fn array(lines: &[u8]) -> Vec<u8> {
    let mut out = vec![b'['];
    out.extend(lines.trim_ascii_end().iter().map(|&b| if b == b'\n' { b',' } else { b }));
    out.push(b']');
    out
}

/// The calls with white space behind commas and colons, as Python writes them.
pub fn spaced(lines: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(lines);
    text.replace("\":", "\": ").replace(",\"", ", \"").into_bytes()
}

/// Bytes to a store that can be queried.
pub fn load(bytes: &[u8], format: &'static Format) -> Store {
    let mut loader = Loader::new("bench", false, None).chosen(Choice::Format(format));
    for chunk in bytes.chunks(CHUNK) {
        loader.push(chunk).expect("the calls are sound");
    }
    loader.finish().expect("there are calls").0
}
