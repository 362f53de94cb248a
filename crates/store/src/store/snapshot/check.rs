//! The checksum of a section's bytes. Heads and labels have a CRC-32 in every version. Columns are
//! most of a snapshot, and their checksum is a good part of opening it.

use crate::base::crc::Crc;
use xxhash_rust::xxh64::Xxh64;

/// The first version whose sections carry an XXH64.
const XXH64: u32 = 4;

/// See the module. The page, which reads labels alone, has no XXH64.
pub enum Check {
    Crc(Crc),
    Xxh64(Box<Xxh64>),
}

impl core::fmt::Debug for Check {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_tuple("Check").field(&self.sum()).finish()
    }
}

impl Check {
    /// Of no bytes, as a version of the layout has it.
    pub fn of(version: u32) -> Self {
        if version >= XXH64 {
            return Self::Xxh64(Box::new(Xxh64::new(0)));
        }
        Self::Crc(Crc::new())
    }

    /// Of no bytes again.
    pub fn reset(&mut self) {
        match self {
            Self::Crc(crc) => crc.reset(),
            Self::Xxh64(hash) => hash.reset(0),
        }
    }

    /// Takes more bytes in.
    pub fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Crc(crc) => crc.update(bytes),
            Self::Xxh64(hash) => hash.update(bytes),
        }
    }

    /// The CRC-32, or the lower half of the XXH64.
    pub fn sum(&self) -> u32 {
        match self {
            Self::Crc(crc) => crc.sum(),
            Self::Xxh64(hash) => hash.digest() as u32,
        }
    }
}
