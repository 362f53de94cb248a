//! What fuzzing found worth keeping (`fuzz/corpus/`): each input is read as the fuzz target of its folder reads it, without the fuzzer.

use super::support::{Log, read_as, told};
use callscope::engine::load::Loader;
use callscope::ingest::callscope::{CAREFUL, FORMAT};
use callscope::ingest::importer::{Format, Reads};
use callscope::ingest::mapping::{faults, plausible::Plausible, sample};
use callscope::ingest::registry::FORMATS;
use callscope::ingest::source_reader::{Choice, SourceReader};
use callscope::ingest::unpack::{Piece, Unpacker};
use std::path::PathBuf;

/// The inputs of a target.
fn corpus(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut all: Vec<_> = std::fs::read_dir(&folder)
        .unwrap_or_else(|e| panic!("{}: {e}", folder.display()))
        .map(|entry| entry.expect("a folder can be listed").path())
        .map(|path| (path.clone(), std::fs::read(path).expect("an input can be read")))
        .collect();
    all.sort();
    assert!(all.len() >= 20, "{} inputs in {}", all.len(), folder.display());
    all
}

#[test]
fn any_bytes_as_any_format() {
    for (path, data) in corpus("formats") {
        let [pick, chunk, bytes @ ..] = data.as_slice() else { continue };
        let pick = usize::from(*pick) % (FORMATS.len() + 1);
        let read = |chunk: usize| {
            let choice = FORMATS.get(pick).map_or(Choice::Detect, |format| Choice::Format(format));
            let (log, ended) = read_as(bytes, chunk.max(1), choice);
            told(&log, &ended)
        };
        assert_eq!(read(usize::from(*chunk)), read(usize::MAX), "{}", path.display());
    }
}

#[test]
fn any_bytes_read_ahead_and_one_by_one() {
    for (path, data) in corpus("ahead") {
        let Some((&chunk, bytes)) = data.split_first() else { continue };
        let read = |format: &Format, chunk: usize| {
            let Reads::Calls(importer) = format.reads else { panic!("it reads calls") };
            let (mut importer, mut log) = (importer(bytes), Log::default());
            let stopped = bytes.chunks(chunk.max(1)).find_map(|piece| importer.feed(piece, &mut log).err());
            let ended = match stopped {
                Some(failure) => Err(failure),
                None => importer.finish(&mut log),
            };
            format!("{log:?} {ended:?}")
        };
        let chunk = usize::from(chunk) * 8;
        assert_eq!(read(&FORMAT, chunk), read(&CAREFUL, chunk), "{}", path.display());
    }
}

#[test]
fn any_bytes_as_a_packed_source() {
    for (path, data) in corpus("unpack") {
        let Some((&chunk, bytes)) = data.split_first() else { continue };
        let unpack = |chunk: usize| {
            let (mut unpacker, mut text, mut log) = (Unpacker::default(), Vec::new(), String::new());
            let mut out = |piece: Piece<'_>| match piece {
                Piece::Begin(name) => log.push_str(&format!("<{name}>")),
                Piece::Text(bytes) => text.extend_from_slice(bytes),
                Piece::End(damage) => log.push_str(&format!("{:?}", damage.map(|d| d.problem))),
            };
            for piece in bytes.chunks(chunk.max(1)) {
                unpacker.push(piece, &mut out);
            }
            let damage = unpacker.finish(&mut out);
            log.push_str(&format!("{:?}", damage.map(|d| d.problem)));
            (text, log)
        };
        let ((text, log), (whole, whole_log)) = (unpack(usize::from(chunk)), unpack(usize::MAX));
        // Of a stream that is cut or broken, the copy that was under way may be given to an earlier or later byte.
        let common = text.len().min(whole.len());
        assert!(text[..common] == whole[..common] && text.len().abs_diff(whole.len()) <= 258, "{}", path.display());
        assert_eq!(log, whole_log, "{}", path.display());
    }
}

#[test]
fn any_bytes_as_a_feed() {
    for (path, data) in corpus("load") {
        let Some((&chunk, bytes)) = data.split_first() else { continue };
        let load = |chunk: usize| {
            let mut loader = Loader::new("fuzz", false, None);
            for piece in bytes.chunks(chunk.max(1)) {
                if let Err(failure) = loader.push(piece) {
                    return format!("{failure:?}");
                }
            }
            match loader.finish() {
                Ok((store, data)) => format!("{:?} {} {:?}", store.times(), data.calls, data.rejected),
                Err(failure) => format!("{failure:?}"),
            }
        };
        assert_eq!(load(usize::from(chunk)), load(usize::MAX), "{}", path.display());
    }
}

#[test]
fn any_bytes_by_a_suggested_mapping() {
    for (_, data) in corpus("mapping") {
        let mapping = sample::of(&data).mapping;
        let _ = faults(&mapping);
        let (mut sink, mut source) = (Plausible::new(Some(1_774_516_500_000)), SourceReader::new(Choice::mapping(mapping)));
        let _ = source.push(&data, &mut sink);
        source.finish(&mut sink);
        let _ = sink.warnings();
    }
}
