//! Any bytes as any format, in any chunks: never a panic, and the chunks make no difference. The first byte picks the format, the
//! second sets the size of the chunks.
//!
//! `cargo +nightly fuzz run formats`
#![no_main]

use callscope::ingest::importer::Sink;
use callscope::ingest::registry::FORMATS;
use callscope::ingest::source_reader::{Choice, SourceReader};
use callscope::model::{Call, RecordError, Place};
use libfuzzer_sys::fuzz_target;

#[derive(Default)]
struct Log(String);

impl Sink for Log {
    fn call(&mut self, call: &Call<'_>, place: Place) {
        self.0.push_str(&format!("{place:?} {call:?}\n"));
    }

    fn reject(&mut self, record_error: RecordError) {
        self.0.push_str(&format!("{record_error:?}\n"));
    }
}

fn read(bytes: &[u8], chunk: usize, choice: Choice) -> String {
    let (mut log, mut source) = (Log::default(), SourceReader::new(choice));
    for piece in bytes.chunks(chunk.max(1)) {
        if source.push(piece, &mut log).is_err() {
            break;
        }
    }
    let ended = source.finish(&mut log);
    format!("{} {:?} {:?}", log.0, ended.about, ended.texts.iter().map(|t| (&t.failure, t.calls)).collect::<Vec<_>>())
}

fuzz_target!(|data: &[u8]| {
    if let [pick, chunk, bytes @ ..] = data {
        let pick = usize::from(*pick) % (FORMATS.len() + 1);
        let choice = || FORMATS.get(pick).map_or(Choice::Detect, |format| Choice::Format(format));
        assert_eq!(read(bytes, usize::from(*chunk), choice()), read(bytes, usize::MAX, choice()));
    }
});
