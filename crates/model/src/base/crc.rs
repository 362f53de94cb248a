//! The checksum of gzip and zip (RFC 1952, section 8).
//!
//! Its table is made when it is first needed: random to a packer, it would be 16 KB of the engine's download in the usual crate.

use super::build::FULL;

/// CRC-32 and length of the bytes so far.
#[derive(Debug)]
pub struct Crc {
    /// `tables[k][b]`: the remainder of byte `b` followed by `k` zero bytes.
    tables: Vec<[u32; 256]>,
    register: u32,
    amount: u32,
}

/// Bytes taken at once.
const WIDTH: usize = 8;
/// Words that are worked on side by side, each waiting for none of the others: what is kept is many megabytes, and this is most of opening
/// it. The engine of the first view has little to check, and does without.
const LANES: usize = if FULL { 5 } else { 1 };
/// Tables: a byte of a lane is followed by the rest of its word and the words of the other lanes.
const TABLES: usize = WIDTH * LANES;

/// The polynomial x^32 + x^26 + x^23 + … + 1, bits reversed.
const POLYNOMIAL: u32 = 0xedb8_8320;

impl Default for Crc {
    fn default() -> Self {
        let mut tables = vec![[0; 256]; TABLES];
        for byte in 0..256_u32 {
            let mut remainder = byte;
            for _ in 0..8 {
                remainder = remainder >> 1 ^ if remainder & 1 == 1 { POLYNOMIAL } else { 0 };
            }
            tables[0][byte as usize] = remainder;
        }
        for k in 1..TABLES {
            for byte in 0..256 {
                let before = tables[k - 1][byte];
                tables[k][byte] = before >> 8 ^ tables[0][before as usize & 0xff];
            }
        }
        Self { tables, register: u32::MAX, amount: 0 }
    }
}

impl Crc {
    /// Of no bytes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Of no bytes again.
    pub fn reset(&mut self) {
        (self.register, self.amount) = (u32::MAX, 0);
    }

    /// Takes more bytes in.
    pub fn update(&mut self, bytes: &[u8]) {
        self.amount = self.amount.wrapping_add(bytes.len() as u32);
        let Some(tables) = self.tables.first_chunk::<TABLES>() else { return };
        let mut register = self.register;
        let (words, rest) = bytes.as_chunks::<WIDTH>();
        let words = if FULL {
            let (blocks, words) = words.as_chunks::<LANES>();
            // The last block is left to what follows: there the lanes come together.
            if let Some((last, blocks)) = blocks.split_last() {
                let mut lanes = [register, 0, 0, 0, 0];
                for block in blocks {
                    for (lane, word) in lanes.iter_mut().zip(block) {
                        *lane = ahead(tables, TABLES - 1, u64::from_le_bytes(*word) ^ u64::from(*lane));
                    }
                }
                register = 0;
                for (lane, word) in lanes.iter().zip(last) {
                    register = ahead(tables, WIDTH - 1, u64::from_le_bytes(*word) ^ u64::from(lane ^ register));
                }
            }
            words
        } else {
            words
        };
        for word in words {
            register = ahead(tables, WIDTH - 1, u64::from_le_bytes(*word) ^ u64::from(register));
        }
        for &byte in rest {
            register = register >> 8 ^ tables[0][(register as u8 ^ byte) as usize];
        }
        self.register = register;
    }

    /// The checksum.
    pub const fn sum(&self) -> u32 {
        !self.register
    }

    /// Number of bytes, modulo 2^32.
    pub const fn amount(&self) -> u32 {
        self.amount
    }
}

/// The remainder of eight bytes, the first of which is followed by so many zero bytes, counting the seven others.
#[inline(always)]
fn ahead(tables: &[[u32; 256]; TABLES], zeros: usize, word: u64) -> u32 {
    let of = |k: usize| tables[zeros - k][(word >> (8 * k)) as usize & 0xff];
    of(0) ^ of(1) ^ of(2) ^ of(3) ^ of(4) ^ of(5) ^ of(6) ^ of(7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_value_of_the_standard() {
        let mut crc = Crc::new();
        crc.update(b"123456789");
        assert_eq!((crc.sum(), crc.amount()), (0xcbf4_3926, 9));
    }

    #[test]
    fn agrees_with_the_crate_wherever_bytes_are_cut() {
        let bytes: Vec<u8> = (0..1000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        for len in (0..40).chain([999, 1000]) {
            for cut in [0, 1, 7, 8, 9, len].map(|cut| cut.min(len)) {
                let mut want = flate2::Crc::new();
                want.update(&bytes[..len]);
                let mut crc = Crc::new();
                crc.update(b"something before");
                crc.reset();
                crc.update(&bytes[..cut]);
                crc.update(&bytes[cut..len]);
                assert_eq!((crc.sum(), crc.amount()), (want.sum(), want.amount()), "{len} {cut}");
            }
        }
    }
}
