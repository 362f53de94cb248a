//! Any bytes as gzip, zip or UTF-16, in any chunks: never a panic, and the chunks make no difference.
//!
//! `cargo +nightly fuzz run unpack`
#![no_main]

use callscope::ingest::unpack::{Piece, Unpacker};
use libfuzzer_sys::fuzz_target;

fn unpack(bytes: &[u8], chunk: usize) -> (Vec<u8>, String) {
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
}

fuzz_target!(|data: &[u8]| {
    if let Some((&chunk, bytes)) = data.split_first() {
        let ((text, log), (whole, whole_log)) = (unpack(bytes, usize::from(chunk)), unpack(bytes, usize::MAX));
        // Of a stream that is cut or broken, the copy that was under way may be given to an earlier or later byte.
        let common = text.len().min(whole.len());
        assert!(text[..common] == whole[..common] && text.len().abs_diff(whole.len()) <= 258 && log == whole_log);
    }
});
