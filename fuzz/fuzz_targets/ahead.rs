//! Any bytes, in any chunks: what is read ahead is what is read one by one. The first byte sets the size of the chunks.
//!
//! `cargo +nightly fuzz run ahead`, seeded with lines of calls.
#![no_main]

use callscope::ingest::callscope::{CAREFUL, FORMAT};
use callscope::ingest::importer::{Format, Importer, Reads, Sink};
use callscope::model::{Call, RecordError, Place};
use libfuzzer_sys::fuzz_target;

#[derive(Default)]
struct Told(Vec<String>);

impl Sink for Told {
    fn call(&mut self, call: &Call<'_>, place: Place) {
        self.0.push(format!("{call:?} {place:?}"));
    }

    fn reject(&mut self, record_error: RecordError) {
        self.0.push(format!("{record_error:?}"));
    }
}

fn told(bytes: &[u8], format: &Format, chunk: usize) -> Vec<String> {
    let Reads::Calls(importer) = format.reads else { return Vec::new() };
    let (mut importer, mut told): (Box<dyn Importer>, _) = (importer(bytes), Told::default());
    for piece in bytes.chunks(chunk.max(1)) {
        if let Err(failure) = importer.feed(piece, &mut told) {
            told.0.push(format!("{failure:?}"));
            return told.0;
        }
    }
    let about = importer.finish(&mut told);
    told.0.push(format!("{about:?}"));
    told.0
}

fuzz_target!(|data: &[u8]| {
    if let Some((&chunk, bytes)) = data.split_first() {
        assert_eq!(told(bytes, &FORMAT, usize::from(chunk) * 8), told(bytes, &CAREFUL, usize::from(chunk) * 8));
    }
});
