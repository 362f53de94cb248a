//! A store as bytes, to be kept and opened again: a head with a label, then each column as it lies in memory, little-endian, with its checksum.
//!
//! Written and read in pieces, so that a second copy of the data is never held. Layout, all numbers little-endian:
//!
//! | part | bytes |
//! |---|---|
//! | head | [`MAGIC`], version (4), label's length (4), length of the whole (8), label, CRC-32 of all this (4) |
//! | label | calls (8), oldest and newest call (8 each, epoch ms), when it was kept (8, epoch ms), name (UTF-8) |
//! | section, as many as [`layout::SECTIONS`] | number (1), form (1), zeros (2), count (8), bytes (8), CRC-32 of the 20 before (4); the bytes; the lower half of their XXH64 (4), up to version 3 their CRC-32 |
//!
//! Section 0 is a record that this room does not look into: what the engine knows of the data set.

mod check;
pub(super) mod layout;
mod part;
mod read;
#[cfg(test)]
pub(super) mod tests;
mod write;

pub use read::{Reader, Snapshot, announced, label};
pub use write::Writer;

/// What such bytes begin with. The first byte is no text and no gzip, the last finds transfers that change line ends.
pub const MAGIC: [u8; 8] = *b"\x89CSKEPT\n";
/// Version of the layout, and of the record within. A change of either increases it: what can no longer be read is refused, not misread.
pub const VERSION: u32 = 5;
/// The oldest version that is read.
pub const VERSION_OLDEST: u32 = 2;
/// The first version with times in halves, totals where they are no sum, and codes of half a byte.
const NARROWED: u32 = 3;
/// The first version with labels.
const LABELLED: u32 = 5;
/// Longest label.
pub const LABEL_BYTES_MAX: usize = 64 * 1024;
/// Bytes of the head before the label.
const HEAD: usize = 24;
/// Bytes of a section's head.
const SECTION_HEAD: usize = 24;
/// Bytes of a checksum.
const CRC: usize = 4;
/// Bytes of the label before the name.
const LABEL_FIXED: usize = 32;

/// So many bytes from the beginning hold the label of anything kept.
pub const LABEL_WITHIN: usize = HEAD + LABEL_BYTES_MAX + CRC;

/// What is said of a kept data set without opening it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label {
    pub name: String,
    pub calls: u64,
    /// Time of the oldest call, epoch milliseconds.
    pub oldest_ms: i64,
    /// Time of the newest call, epoch milliseconds.
    pub newest_ms: i64,
    /// When it was kept, epoch milliseconds.
    pub kept_at_ms: i64,
}

/// Why bytes are not a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    #[error("not a kept data set")]
    Foreign,
    #[error("kept by another version of the console: version {0}, not {VERSION}")]
    OtherVersion(u32),
    #[error("cut short at byte {at}")]
    Cut { at: u64 },
    #[error("damaged before byte {at}: {what}")]
    Damaged { at: u64, what: &'static str },
}
