//! Any bytes as a source of unknown kind: the suggested mapping never panics, neither suggesting nor reading.
//!
//! `cargo +nightly fuzz run mapping`
#![no_main]

use callscope::ingest::mapping::{faults, plausible::Plausible, sample};
use callscope::ingest::source_reader::{Choice, SourceReader};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mapping = sample::of(data).mapping;
    let _ = faults(&mapping);
    let (mut sink, mut source) = (Plausible::new(Some(1_774_516_500_000)), SourceReader::new(Choice::mapping(mapping)));
    let _ = source.push(data, &mut sink);
    source.finish(&mut sink);
    let _ = sink.warnings();
});
