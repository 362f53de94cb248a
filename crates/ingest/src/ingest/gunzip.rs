//! Unpacks gzip as it arrives: chunks cut anywhere, several members end to end, and a broken stream keeps what it gave so far.

use crate::base::crc::Crc;
use crate::model::Problem;
use flate2::{Decompress, FlushDecompress, Status};

/// The two bytes every gzip member begins with (RFC 1952, 2.3.1).
pub const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Unpacked bytes passed on at a time, which bounds the memory that a highly compressed stream can take.
const OUTPUT_BYTES: usize = 128 * 1024;

/// Flag bits of a member's header (RFC 1952, 2.3.1).
const HEADER_CRC: u8 = 2;
const EXTRA: u8 = 4;
const NAME: u8 = 8;
const COMMENT: u8 = 16;

/// What is wrong with the packed stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem:?} at packed byte {packed_byte}")]
pub struct GzipError {
    /// [`Problem::GzipBroken`], [`Problem::GzipEndsEarly`], [`Problem::GzipChecksum`] or [`Problem::GzipTrailing`].
    pub problem: Problem,
    /// Place in the packed stream.
    pub packed_byte: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// The ten fixed bytes; how many were read.
    Fixed(u8),
    ExtraLength(u8),
    Extra(u16),
    Name,
    Comment,
    HeaderCrc(u8),
    Body,
    /// CRC-32 and length; how many bytes were read.
    Trailer(u8),
    /// Zeros after a member, as tapes and some writers pad.
    Padding,
}

/// A push decoder.
#[derive(Debug)]
pub struct Gunzip {
    part: Part,
    flags: u8,
    extra_len: u16,
    trailer: [u8; 8],
    inflate: Decompress,
    crc: Crc,
    packed: u64,
    output: Vec<u8>,
}

impl Default for Gunzip {
    fn default() -> Self {
        Self {
            part: Part::Fixed(0),
            flags: 0,
            extra_len: 0,
            trailer: [0; 8],
            inflate: Decompress::new(false),
            crc: Crc::new(),
            packed: 0,
            output: vec![0; OUTPUT_BYTES],
        }
    }
}

impl Gunzip {
    pub fn new() -> Self {
        Self::default()
    }

    /// Unpacks the next bytes, handing the text on in pieces of at most 128 KiB.
    ///
    /// # Errors
    /// All but [`Problem::GzipEndsEarly`]; what was passed on before remains valid, and nothing more must be pushed.
    pub fn push(&mut self, mut bytes: &[u8], out: &mut dyn FnMut(&[u8])) -> Result<(), GzipError> {
        while !bytes.is_empty() {
            let taken = if self.part == Part::Body { self.body(bytes, out)? } else { self.frame(bytes)? };
            self.packed += taken as u64;
            bytes = &bytes[taken..];
        }
        Ok(())
    }

    /// Closes the stream.
    ///
    /// # Errors
    /// [`Problem::GzipEndsEarly`] where a member is unfinished.
    pub fn finish(&self) -> Result<(), GzipError> {
        match self.part {
            Part::Padding => Ok(()),
            Part::Fixed(0) if self.packed > 0 => Ok(()),
            _ => Err(self.error(Problem::GzipEndsEarly)),
        }
    }

    fn error(&self, problem: Problem) -> GzipError {
        GzipError { problem, packed_byte: self.packed }
    }

    fn body(&mut self, bytes: &[u8], out: &mut dyn FnMut(&[u8])) -> Result<usize, GzipError> {
        let mut taken = 0;
        loop {
            let (in_before, out_before) = (self.inflate.total_in(), self.inflate.total_out());
            let status = self.inflate.decompress(&bytes[taken..], &mut self.output, FlushDecompress::None);
            let read = (self.inflate.total_in() - in_before) as usize;
            let made = (self.inflate.total_out() - out_before) as usize;
            taken += read;
            // What was unpacked before a fault remains valid.
            if made > 0 {
                self.crc.update(&self.output[..made]);
                out(&self.output[..made]);
            }
            let Ok(status) = status else {
                self.packed += taken as u64;
                return Err(self.error(Problem::GzipBroken));
            };
            if status == Status::StreamEnd {
                self.part = Part::Trailer(0);
                return Ok(taken);
            }
            // A full output may have more behind it, even when all input is taken.
            if taken == bytes.len() && made < self.output.len() {
                return Ok(taken);
            }
            if read == 0 && made == 0 {
                self.packed += taken as u64;
                return Err(self.error(Problem::GzipBroken));
            }
        }
    }

    /// Takes bytes outside the compressed body; returns how many.
    fn frame(&mut self, bytes: &[u8]) -> Result<usize, GzipError> {
        let byte = bytes[0];
        let broken = Err(self.error(Problem::GzipBroken));
        // Behind a whole member is another, or padding; anything else is no part of the gzip data.
        let trailing = Err(self.error(Problem::GzipTrailing));
        match self.part {
            Part::Fixed(n) => {
                match (n, byte) {
                    // Zeros after a finished member are padding, not a broken next member.
                    (0, 0) if self.packed > 0 => {
                        self.part = Part::Padding;
                        return Ok(1);
                    }
                    (0, b) if b != MAGIC[0] => return if self.packed > 0 { trailing } else { broken },
                    (1, b) if b != MAGIC[1] => return if self.packed > 1 { trailing } else { broken },
                    // 8 is deflate, the only method there is.
                    (2, b) if b != 8 => return broken,
                    (3, b) => self.flags = b,
                    _ => {}
                }
                if n < 9 { self.part = Part::Fixed(n + 1) } else { self.enter(EXTRA) }
            }
            Part::ExtraLength(0) => {
                self.extra_len = u16::from(byte);
                self.part = Part::ExtraLength(1);
            }
            Part::ExtraLength(_) => {
                self.extra_len |= u16::from(byte) << 8;
                if self.extra_len == 0 { self.enter(NAME) } else { self.part = Part::Extra(self.extra_len) }
            }
            Part::Extra(left) => {
                if left > 1 {
                    self.part = Part::Extra(left - 1)
                } else {
                    self.enter(NAME)
                }
            }
            Part::Name if byte == 0 => self.enter(COMMENT),
            Part::Comment if byte == 0 => self.enter(HEADER_CRC),
            Part::Name | Part::Comment | Part::Body => {}
            Part::HeaderCrc(0) => self.part = Part::HeaderCrc(1),
            Part::HeaderCrc(_) => self.enter(0),
            Part::Trailer(n) => {
                self.trailer[usize::from(n)] = byte;
                if n < 7 {
                    self.part = Part::Trailer(n + 1);
                } else {
                    let [a, b, c, d, e, f, g, h] = self.trailer;
                    let sound = u32::from_le_bytes([a, b, c, d]) == self.crc.sum()
                        && u32::from_le_bytes([e, f, g, h]) == self.crc.amount();
                    if !sound {
                        return Err(self.error(Problem::GzipChecksum));
                    }
                    self.part = Part::Fixed(0);
                    self.inflate.reset(false);
                    self.crc.reset();
                }
            }
            Part::Padding if byte == 0 => {}
            Part::Padding => return trailing,
        }
        Ok(1)
    }

    /// Goes to the first optional header part, from `flag` on in the order of RFC 1952, that the member has.
    fn enter(&mut self, flag: u8) {
        let order = [EXTRA, NAME, COMMENT, HEADER_CRC];
        let from = order.iter().position(|&f| f == flag).unwrap_or(order.len());
        self.part = match order[from..].iter().find(|&&f| self.flags & f != 0) {
            Some(&EXTRA) => Part::ExtraLength(0),
            Some(&NAME) => Part::Name,
            Some(&COMMENT) => Part::Comment,
            Some(_) => Part::HeaderCrc(0),
            None => Part::Body,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, GzBuilder, write::GzEncoder};
    use std::io::Write;

    fn pack(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn unpack(packed: &[u8], chunk: usize) -> (Vec<u8>, Result<(), GzipError>) {
        let (mut gunzip, mut text) = (Gunzip::new(), Vec::new());
        for piece in packed.chunks(chunk) {
            if let Err(e) = gunzip.push(piece, &mut |t| text.extend_from_slice(t)) {
                return (text, Err(e));
            }
        }
        let end = gunzip.finish();
        (text, end)
    }

    #[test]
    fn members_with_every_header_part_and_padding() {
        let mut builder = GzBuilder::new().filename("f").comment("c").extra(vec![1, 2, 3]).write(Vec::new(), Compression::best());
        builder.write_all(b"one ").unwrap();
        let mut packed = builder.finish().unwrap();
        packed.extend(pack(b"two "));
        packed.extend(pack(b""));
        packed.extend(pack(&vec![b'x'; 1_000_000]));
        packed.extend([0; 512]);
        for chunk in [1, 7, 4096, packed.len()] {
            let (text, end) = unpack(&packed, chunk);
            assert_eq!(end, Ok(()));
            assert_eq!((text.len(), &text[..9]), (1_000_008, &b"one two x"[..]));
        }
    }

    #[test]
    fn more_than_the_output_holds_in_one_push() {
        let text: Vec<u8> =
            (0..400_000_u32).flat_map(|i| format!("{} {}\n", i, i.wrapping_mul(2_654_435_761) % 1000).into_bytes()).collect();
        let packed = pack(&text);
        for chunk in [1, 4096, 65_536, packed.len()] {
            let (got, end) = unpack(&packed, chunk);
            assert!(end.is_ok() && got == text, "{chunk}: {end:?}, {} of {}", got.len(), text.len());
        }
    }

    #[test]
    fn cut_anywhere_it_ends_early_and_keeps_what_it_gave() {
        let text: Vec<u8> = (0..5000_u32).flat_map(|i| i.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        let packed = pack(&text);
        for cut in (0..packed.len()).step_by(97).chain([packed.len() - 1]) {
            let (got, end) = unpack(&packed[..cut], 1000);
            assert_eq!(end, Err(GzipError { problem: Problem::GzipEndsEarly, packed_byte: cut as u64 }));
            assert!(text.starts_with(&got));
        }
    }

    #[test]
    fn a_wrong_checksum_and_a_wrong_byte_are_broken() {
        let packed = pack(b"some text that is long enough to matter");
        let mut wrong = packed.clone();
        let crc = packed.len() - 8;
        wrong[crc] ^= 1;
        let (text, end) = unpack(&wrong, 5);
        assert_eq!(text, b"some text that is long enough to matter");
        assert_eq!(end, Err(GzipError { problem: Problem::GzipChecksum, packed_byte: packed.len() as u64 - 1 }));
        let mut wrong = packed.clone();
        wrong[10] = 0xff;
        assert_eq!(unpack(&wrong, 5).1.unwrap_err().problem, Problem::GzipBroken);
        // A fault in the middle costs only what comes after it, however large the chunks.
        let text: Vec<u8> = (0..20_000_u32).flat_map(|i| format!("{}\n", i.wrapping_mul(2_654_435_761)).into_bytes()).collect();
        let mut broken = pack(&text);
        let half = broken.len() / 2;
        broken[half..half + 64].fill(0xff);
        let (in_pieces, whole) = (unpack(&broken, 11), unpack(&broken, usize::MAX));
        assert!(in_pieces.1 == whole.1 && whole.1.is_err(), "{:?} {:?}", in_pieces.1, whole.1);
        assert!(in_pieces.0 == whole.0 && whole.0.len() > text.len() / 3 && text.starts_with(&whole.0[..text.len() / 3]));
        let mut trailing = packed;
        trailing.extend(b"junk");
        let (text, end) = unpack(&trailing, 64);
        assert_eq!((text.len(), end.unwrap_err().problem), (39, Problem::GzipTrailing));
    }
}
