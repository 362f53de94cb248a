//! Any bytes, in any chunks: never a panic, and the chunks make no difference. The first byte sets the size of the chunks.
//!
//! `cargo +nightly fuzz run load`
#![no_main]

use callscope::engine::load::Loader;
use callscope::wire::DataSet;
use libfuzzer_sys::fuzz_target;

fn load(bytes: &[u8], chunk: usize) -> String {
    let mut loader = Loader::new("fuzz", false, None);
    for piece in bytes.chunks(chunk.max(1)) {
        if let Err(failure) = loader.push(piece) {
            return format!("{failure:?}");
        }
    }
    match loader.finish() {
        Ok((store, data)) => format!("{:?} {:?}", store.times(), DataSet { memory_bytes: 0, ..data }),
        Err(failure) => format!("{failure:?}"),
    }
}

fuzz_target!(|data: &[u8]| {
    if let Some((&chunk, bytes)) = data.split_first() {
        assert_eq!(load(bytes, usize::from(chunk)), load(bytes, usize::MAX));
    }
});
