//! The beginning of a source, unpacked: enough of it to see which fields its records have and how a mapping reads them.

use crate::ingest::unpack::{Piece, Unpacker};

/// Text that is looked into.
const BYTES: usize = 256 * 1024;
/// A last line that is longer stays, though it is cut: the text may be one line.
const LINE_BYTES: usize = 64 * 1024;

/// See the module's text. Of an archive, its first file.
#[derive(Debug, Default)]
pub struct Beginning {
    unpacker: Unpacker,
    text: Vec<u8>,
    over: bool,
}

impl Beginning {
    /// Takes the next bytes as they come; false when there are enough.
    pub fn push(&mut self, bytes: &[u8]) -> bool {
        let (text, over) = (&mut self.text, &mut self.over);
        self.unpacker.push(bytes, &mut |piece| take(piece, text, over));
        !self.over && self.text.len() < BYTES
    }

    /// The text, up to the end of a line where it was cut.
    pub fn finish(mut self) -> Vec<u8> {
        if self.text.len() < BYTES && !self.over {
            let (text, over) = (&mut self.text, &mut self.over);
            // What is damaged ends what can be looked into.
            let _ = self.unpacker.finish(&mut |piece| take(piece, text, over));
        }
        if self.text.len() > BYTES {
            self.text.truncate(BYTES);
            if let Some(last) = memchr::memrchr(b'\n', &self.text).filter(|last| BYTES - last < LINE_BYTES) {
                self.text.truncate(last + 1);
            }
        }
        self.text
    }
}

fn take(piece: Piece<'_>, text: &mut Vec<u8>, over: &mut bool) {
    match piece {
        Piece::Text(more) if !*over => text.extend_from_slice(more),
        Piece::Text(_) => {}
        Piece::Begin(_) | Piece::End(_) => *over = !text.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_behind_a_line() {
        let line = "x".repeat(1_000) + "\n";
        let mut beginning = Beginning::default();
        let mut pushed = 0;
        while beginning.push(line.as_bytes()) {
            pushed += line.len();
        }
        assert!(pushed < BYTES + 2 * line.len());
        let text = beginning.finish();
        assert!(text.len() <= BYTES && text.ends_with(b"x\n") && text.len().is_multiple_of(1_001));
        let mut whole = Beginning::default();
        assert!(whole.push(b"a,b\n1,2"));
        assert_eq!(whole.finish(), b"a,b\n1,2");
    }
}
